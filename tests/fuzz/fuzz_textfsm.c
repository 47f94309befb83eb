/*
 * Any bytes as a template and, behind a line "====", a text: it is read or refused with a fault, and what comes out is JSON with as many records as it
 * says.  The same bytes as an index, asked for a command.
 */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>

#include "drivers/textfsm_part.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A name with a NUL is more than jansson takes. */
static bool
has_nul_name(const struct textfsm *fsm)
{
	for (size_t v = 0; v < textfsm_values(fsm); v++) {
		struct span name = textfsm_value_name(fsm, v);

		if (memchr(name.p, '\0', name.n))
			return true;
	}
	return false;
}

static void
check_json(const struct textfsm *fsm, const struct textfsm_table *t)
{
	struct json out;
	json_t *root;

	if (json_init(&out, 1024, 1 << 26) == -1)
		abort();
	textfsm_table_json(t, &out);
	if (json_ok(&out) && !has_nul_name(fsm)) {
		root = json_loadb(out.p, out.n, JSON_ALLOW_NUL, NULL);
		if (!root || json_array_size(root) != textfsm_table_rows(t))
			abort();
		for (size_t i = 0; i < json_array_size(root); i++)
			if (json_object_size(json_array_get(root, i)) != textfsm_values(fsm))
				abort();
		json_decref(root);
	}
	json_fini(&out);
}

static void
try_template(struct span template, struct span text)
{
	struct diag *d = diag_new();
	struct textfsm *fsm = textfsm_new("fuzz", template, d);
	struct textfsm_table *t = NULL;

	if ((fsm == NULL) != (diag_errors(d) > 0))
		abort();
	if (fsm) {
		fsm->run_bytes = UINT64_C(1) << 28;
		t = textfsm_parse(fsm, text, d);
		if ((t == NULL) != (diag_errors(d) > 0))
			abort();
	}
	if (t)
		check_json(fsm, t);
	textfsm_table_free(&t);
	textfsm_free(&fsm);
	diag_free(&d);
}

static void
try_index(struct span text)
{
	static const struct textfsm_attribute attributes[] = { { "Platform", "any_os" }, { "Command", "show version" }, { "Hostname", NULL } };
	struct diag *d = diag_new();
	struct textfsm_index *x = textfsm_index_new("fuzz", text, d);
	struct span templates = SPAN_NONE;

	if ((x == NULL) != (diag_errors(d) > 0))
		abort();
	if (x && textfsm_index_find(x, attributes, 3, &templates, d) == TEXTFSM_FOUND && templates.n == 0)
		abort();
	textfsm_index_free(&x);
	diag_free(&d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = span_of((const char *)data, size), text = SPAN_NONE;
	const char *line = memmem(data, size, "\n====\n", 6);

	if (size > 8192)
		return 0;
	if (line) {
		text = span_skip(all, (size_t)(line - all.p) + 6);
		all.n = (size_t)(line - all.p) + 1;
	} else {
		try_index(all);
	}
	try_template(all, text);
	return 0;
}
