#include "collector/poll.h"

#include <malloc.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "drivers/transport/transport.h"

/* What one getter may take, of all the operations that it is made of. */
#define POLL_CALL_TIMEOUTS 4
/* Many sessions are open at the same time: each may have less than one that somebody waits for.  A read answer takes some ten times as much. */
#define POLL_MAX_ANSWER ((size_t)16 << 20)
#define POLL_HUGE ((size_t)4 << 20)

/* Does the session go on after that? */
static bool
is_borne(enum device_error e)
{
	return e == DEVICE_COMMAND || e == DEVICE_ANSWER;
}

static void
take_error(struct poll *p, const struct device *d)
{
	if (p->error != DEVICE_OK)
		return;
	/* A session that is over because of what an answer was: that is the reason. */
	if (d->error != DEVICE_CLOSED || !p->refused || p->message[0] == '\0')
		snprintf(p->message, sizeof(p->message), "%s", d->message);
	p->error = d->error;
}

static void
tell_warnings(struct poll *p, const struct device *d, const char *getter)
{
	char text[512];

	p->warnings += d->n_warnings;
	for (size_t i = 0; i < d->n_warnings && i < DEVICE_MAX_WARNINGS; i++)
		log_debug("device \"%s\": %s: %s", p->name, getter, log_quote(text, sizeof(text), span_str(d->warnings[i])));
}

static void
refused(struct poll *p, enum view_kind kind, const char *why)
{
	char text[512];

	p->refused |= 1u << kind;
	snprintf(p->message, sizeof(p->message), "%s: %s", getter_methods[view_getters[kind]].name, why);
	log_info("device \"%s\": %s: %s", p->name, getter_methods[view_getters[kind]].name, log_quote(text, sizeof(text), span_str(why)));
}

/* An empty result because nothing was understood must not take the place of what is known. */
static void
drop_unread(struct poll *p, const struct device *d, enum view_kind kind)
{
	json_decref(p->results[kind]);
	p->results[kind] = NULL;
	refused(p, kind, d->unread);
}

static void
take_part(struct poll *p, enum view_kind kind, struct view_part *part)
{
	size_t left_out = part ? view_part_left_out(part) : 0;

	if (!part) {
		p->huge = true;
		refused(p, kind, "it says more than can be kept");
		return;
	}
	p->parts[kind] = part;
	p->huge |= view_part_bytes(part) > POLL_HUGE;
	p->warnings += left_out;
	if (left_out > 0)
		log_once_a(60, LOG_LEVEL_WARNING, "device \"%s\": %s: %zu objects say more than an event may get: these are not enriched by it", p->name,
		    getter_methods[view_getters[kind]].name, left_out);
}

static void
ask(struct poll *p, struct device *d, enum view_kind kind)
{
	enum getter g = view_getters[kind];
	int64_t asked_ns = clock_now_ns();

	p->results[kind] = driver_call(d, g, NULL);
	tell_warnings(p, d, getter_methods[g].name);
	if (p->results[kind] && d->unread[0] != '\0')
		drop_unread(p, d, kind);
	else if (p->results[kind])
		take_part(p, kind, view_part_new(kind, p->results[kind], asked_ns));
	else if (d->error == DEVICE_NOT_IMPLEMENTED)
		p->unsupported |= 1u << kind;
	else if (is_borne(d->error))
		refused(p, kind, d->message);
	else
		take_error(p, d);
}

/* The session may be over because of what an answer was: then there is another one for the rest. */
static void
go_on(struct poll *p, struct device *d, const struct device_target *target)
{
	if (p->error != DEVICE_OK || d->error != DEVICE_ANSWER)
		return;
	p->huge = true;
	if (transport_alive(d))
		return;
	driver_close(d);
	if (driver_open(d, p->access->driver, target) == -1)
		take_error(p, d);
}

void
poll_run(struct poll *p)
{
	struct device_target target = p->access->target;
	struct device d;

	if (target.timeout_ms == 0)
		target.timeout_ms = p->timeout_ms;
	target.call_ms = POLL_CALL_TIMEOUTS * target.timeout_ms;
	target.answer_bytes = POLL_MAX_ANSWER;
	target.cancel = p->cancel;
	if (driver_open(&d, p->access->driver, &target) == -1)
		take_error(p, &d);
	for (int kind = 0; kind < VIEW_KINDS && p->error == DEVICE_OK; kind++) {
		go_on(p, &d, &target);
		if (p->kinds >> kind & 1 && p->error == DEVICE_OK)
			ask(p, &d, (enum view_kind)kind);
	}
	driver_close(&d);
}

void
poll_fini(struct poll *p)
{
	for (size_t i = 0; i < VIEW_KINDS; i++) {
		view_part_unref(&p->parts[i]);
		json_decref(p->results[i]);
	}
	if (p->huge)
		malloc_trim(0);         /* thousands of small pieces: they would stay with this thread */
}
