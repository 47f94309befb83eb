#include "collector/question.h"

#include "base/log.h"
#include "collector/cmd.h"

static void
tell(const struct question *q, FILE *messages, const char *what, const char *text)
{
	char quoted[1024];

	fprintf(messages, "netnorm get: %s: %s: %s%s\n", q->name, getter_methods[q->getter].name, what, log_quote(quoted, sizeof(quoted), span_str(text)));
}

static int
status_of(enum device_error e)
{
	return e == DEVICE_OK ? CMD_OK : e == DEVICE_NOT_IMPLEMENTED ? CMD_NOT_IMPLEMENTED : e == DEVICE_ARGUMENT ? CMD_USAGE : CMD_FAILED;
}

bool
question_check(const struct question *q, FILE *messages)
{
	struct device d;
	json_t *whole;

	device_init(&d, &q->target);
	whole = getter_arguments(&d, q->getter, q->arguments);
	if (!whole)
		tell(q, messages, "", d.message);
	json_decref(whole);
	device_fini(&d);
	return whole != NULL;
}

struct answer
question_ask(const struct question *q, FILE *messages)
{
	struct device d;
	struct answer a = { .result = NULL };

	/* What the driver never does needs no device. */
	if (!driver_implements(q->driver, q->getter)) {
		fprintf(messages, "netnorm get: %s: driver %s does not implement %s\n", q->name, q->driver->name, getter_methods[q->getter].name);
		a.status = CMD_NOT_IMPLEMENTED;
		return a;
	}
	if (!question_check(q, messages)) {
		a.status = CMD_USAGE;
		return a;
	}
	if (q->fault) {
		tell(q, messages, "", q->fault);
		a.status = CMD_USAGE;
		return a;
	}
	if (driver_open(&d, q->driver, &q->target) == 0)
		a.result = driver_call(&d, q->getter, q->arguments);
	for (size_t i = 0; i < d.n_warnings && i < DEVICE_MAX_WARNINGS; i++)
		tell(q, messages, "warning: ", d.warnings[i]);
	if (d.n_warnings > DEVICE_MAX_WARNINGS)
		fprintf(messages, "netnorm get: %s: %s: warning: and %zu more\n", q->name, getter_methods[q->getter].name, d.n_warnings - DEVICE_MAX_WARNINGS);
	if (!a.result)
		tell(q, messages, "", d.message);
	a.status = a.result ? CMD_OK : status_of(d.error);
	driver_close(&d);
	return a;
}
