/*
 * get_rig: any bytes as the answers of a device to a getter, without a connection.
 *
 *     byte 0: the getter (modulo GETTER_COUNT)        byte 1: which optional arguments are given, a bit each
 *     the rest: the answers in order, a line "====" between them; behind the last one the session is closed
 *
 * An answer that starts with "!refused" fails as a refused command does; one that starts with "!whole" has nothing put around it.  The property: no crash; a result in the shape of its model and in UTF-8, or an error.
 * Each fuzz_get_<driver>.c is one call of get_rig_run(); this file is included there once.
 */
#ifndef NETNORM_TESTS_FUZZ_GET_RIG_H
#define NETNORM_TESTS_FUZZ_GET_RIG_H

#include <stdint.h>
#include <stdlib.h>

#include "drivers/driver.h"
#include "drivers/template.h"
#include "drivers/transport/transport.h"

#define GET_RIG_MAX ((size_t)32768)

struct get_rig {
	const struct driver *driver;
	/* In the place of the driver's open(): sets d->state.  May be NULL. */
	int (*open)(struct device *);
	const char *before, *behind;    /* what the transport would give around an answer (an envelope); or NULL */
	/* In the place of these two, where it hangs on the request.  May be NULL. */
	void (*wrap)(struct span request, struct span text, struct buffer *answer);
};

struct get_rig_wire {
	struct transport transport;     /* first */
	const struct get_rig *rig;
	struct span left;
	bool over;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The next answer; false behind the last. */
static bool
get_rig_next(struct get_rig_wire *w, struct span *text)
{
	static const char mark[] = "\n====\n";
	const char *end;

	if (w->over)
		return false;
	end = w->left.n ? memmem(w->left.p, w->left.n, mark, sizeof(mark) - 1) : NULL;
	*text = end ? span_between(w->left.p, end) : w->left;
	w->over = !end;
	w->left = end ? span_skip(w->left, text->n + sizeof(mark) - 1) : SPAN_NONE;
	return true;
}

static void
get_rig_envelop(const struct get_rig *rig, struct span text, struct buffer *answer)
{
	buffer_puts(answer, rig->before ? rig->before : "");
	buffer_put(answer, text);
	buffer_puts(answer, rig->behind ? rig->behind : "");
}

static int
get_rig_ask(struct transport *t, struct device *d, struct span request, struct buffer *answer)
{
	struct get_rig_wire *w = (struct get_rig_wire *)t;
	struct span text = SPAN_NONE;

	if (!get_rig_next(w, &text))
		return device_fail(d, DEVICE_CLOSED, "the device ended the connection");
	if (span_starts(text, SPAN_LIT("!refused")))
		return device_fail(d, DEVICE_COMMAND, "%.*s", (int)text.n, text.p);
	if (span_starts(text, SPAN_LIT("!whole")))
		buffer_put(answer, span_skip(text, 6));
	else if (w->rig->wrap)
		w->rig->wrap(request, text, answer);
	else
		get_rig_envelop(w->rig, text, answer);
	return answer->failed ? device_fail(d, DEVICE_ANSWER, "the answer is too large") : 0;
}

static bool
get_rig_alive(struct transport *t, struct device *d)
{
	(void)d;
	return !((struct get_rig_wire *)t)->over;
}

static void
get_rig_close(struct transport *t, struct device *d)
{
	(void)d;
	((struct get_rig_wire *)t)->over = true;
}

static const struct transport_kind get_rig_kind = { "rig", get_rig_ask, get_rig_alive, get_rig_close };

/* ---- arguments ---- */

static const char *
get_rig_word(const char *name)
{
	static const char *const words[][2] = {
		{ "destination", "192.0.2.0/24" }, { "source", "198.51.100.7" }, { "vrf", "blue" }, { "source_interface", "Loopback0" }, { "neighbor", "192.0.2.1" },
		{ "neighbor_address", "192.0.2.1" }, { "group", "peers" }, { "interface", "Ethernet1" }, { "protocol", "bgp" }, { "name", "blue" }, { "encoding", "json" },
		{ "retrieve", "running" }, { "format", "text" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(words[i][0], name) == 0)
			return words[i][1];
	}
	return "x";
}

static json_t *
get_rig_value(const struct getter_argument *a)
{
	switch (a->type) {
	case GETTER_TEXT:
		return json_string(get_rig_word(a->name));
	case GETTER_INT:
		return json_integer(3);
	case GETTER_BOOL:
		return json_true();
	case GETTER_TEXTS:
		return json_pack("[s, s]", "show version", "show clock");
	}
	return NULL;
}

static json_t *
get_rig_arguments(enum getter g, unsigned given)
{
	json_t *arguments = json_object();

	for (const struct getter_argument *a = getter_methods[g].arguments; a && a->name; a++, given >>= 1) {
		if (a->required || (given & 1))
			json_object_set_new(arguments, a->name, get_rig_value(a));
	}
	return arguments;
}

/* ---- one run ---- */

static void
get_rig_check(const struct device *d, const json_t *result)
{
	char *text;

	if ((result == NULL) == (d->error == DEVICE_OK))
		abort();
	if (d->error == DEVICE_ANSWER && strncmp(d->message, "the result of ", 14) == 0)
		abort();
	if (!result)
		return;
	text = json_dumps(result, JSON_COMPACT);
	if (!text)
		abort();
	free(text);
}

static void
get_rig_run(const struct get_rig *rig, const uint8_t *data, size_t size)
{
	static const struct device_target target = { .host = "rig", .user = "rig", .password = "rig" };
	struct get_rig_wire wire = { .transport = { .kind = &get_rig_kind }, .rig = rig };
	struct device d;
	json_t *arguments, *result;
	enum getter g;

	if (size < 2 || size > GET_RIG_MAX)
		return;
	template_set_dir("drivers/templates");
	g = (enum getter)(data[0] % GETTER_COUNT);
	wire.left = span_of((const char *)data + 2, size - 2);
	device_init(&d, &target);
	d.driver = rig->driver;
	d.wire = &wire.transport;
	if (!rig->open || rig->open(&d) == 0) {
		arguments = get_rig_arguments(g, data[1]);
		result = driver_call(&d, g, arguments);
		get_rig_check(&d, result);
		json_decref(result);
		json_decref(arguments);
	}
	driver_close(&d);
}

#endif
