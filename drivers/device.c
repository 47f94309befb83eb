#include "drivers/device.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/clock.h"

static const char *const error_names[] = {
	[DEVICE_OK] = "ok",
	[DEVICE_CONNECT] = "connect",
	[DEVICE_TRUST] = "trust",
	[DEVICE_AUTH] = "auth",
	[DEVICE_TIMEOUT] = "timeout",
	[DEVICE_CLOSED] = "closed",
	[DEVICE_COMMAND] = "command",
	[DEVICE_ANSWER] = "answer",
	[DEVICE_UNSUPPORTED] = "unsupported",
	[DEVICE_ARGUMENT] = "argument",
	[DEVICE_NOT_IMPLEMENTED] = "not_implemented",
	[DEVICE_MEMORY] = "memory",
};

const char *
device_error_name(enum device_error e)
{
	return error_names[e];
}

void
device_init(struct device *d, const struct device_target *t)
{
	const char *seconds;
	double s;

	*d = (struct device){ .target = t };
	seconds = device_option(d, "timeout");
	s = seconds ? strtod(seconds, NULL) : 0;
	d->timeout_ms = s > 0 && s < 86400 ? (int64_t)(s * 1000) + 1 : t->timeout_ms > 0 ? t->timeout_ms : DEVICE_TIMEOUT_MS;
	device_begin(d);
}

static void
forget_warnings(struct device *d)
{
	for (size_t i = 0; i < d->n_warnings && i < DEVICE_MAX_WARNINGS; i++)
		free(d->warnings[i]);
	d->n_warnings = 0;
}

void
device_fini(struct device *d)
{
	forget_warnings(d);
}

void
device_begin(struct device *d)
{
	int64_t ms = d->target->call_ms > 0 ? d->target->call_ms : DEVICE_CALL_MS;

	forget_warnings(d);
	d->read = false;
	d->unread[0] = '\0';
	device_forgive(d);
	d->call_end_ns = clock_monotonic_ns() + ms * CLOCK_NS_PER_MS;
}

void
device_forgive(struct device *d)
{
	d->error = DEVICE_OK;
	d->message[0] = '\0';
}

int
device_fail(struct device *d, enum device_error e, const char *fmt, ...)
{
	va_list ap;

	if (d->error != DEVICE_OK)
		return -1;
	d->error = e;
	va_start(ap, fmt);
	vsnprintf(d->message, sizeof(d->message), fmt, ap);
	va_end(ap);
	return -1;
}

void
device_warn(struct device *d, const char *fmt, ...)
{
	va_list ap;
	char *text = NULL;

	if (d->n_warnings >= DEVICE_MAX_WARNINGS) {
		d->n_warnings++;
		return;
	}
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) != -1)
		d->warnings[d->n_warnings++] = text;
	va_end(ap);
}

int64_t
device_deadline_ns(const struct device *d)
{
	int64_t end = clock_monotonic_ns() + d->timeout_ms * CLOCK_NS_PER_MS;

	return end < d->call_end_ns ? end : d->call_end_ns;
}

int
device_left_ms(int64_t deadline_ns)
{
	int64_t left = deadline_ns - clock_monotonic_ns();

	return left <= 0 ? 0 : (int)((left + CLOCK_NS_PER_MS - 1) / CLOCK_NS_PER_MS);
}

bool
device_cancelled(const struct device *d)
{
	return d->target->cancel && atomic_load_explicit(d->target->cancel, memory_order_relaxed);
}

const char *
device_option(const struct device *d, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < d->target->n_options; i++) {
		if (strcmp(d->target->options[i].name, name) == 0)
			value = d->target->options[i].value;
	}
	return value;
}

bool
device_option_on(const struct device *d, const char *name)
{
	const char *v = device_option(d, name);

	return v && (*v == '\0' || strcmp(v, "1") == 0 || strcasecmp(v, "true") == 0 || strcasecmp(v, "yes") == 0 || strcasecmp(v, "on") == 0);
}
