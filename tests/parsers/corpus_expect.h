/*
 * corpus_expect: does a header say what a row of the shared corpus states?  The row's notation is its source's: a facility is a number or
 * a name, a time is ISO 8601, seconds since the epoch, or as in the line.
 */
#ifndef NETNORM_TESTS_PARSERS_CORPUS_EXPECT_H
#define NETNORM_TESTS_PARSERS_CORPUS_EXPECT_H

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "parsers/syslog/header.h"

/* What rows without a year were recorded near: 2024-03-10. */
#define CORPUS_RECEIVED INT64_C(1710028800000000000)

enum corpus_key { CORPUS_HOST, CORPUS_FACILITY, CORPUS_SEVERITY, CORPUS_MNEMONIC, CORPUS_TIME, CORPUS_KEYS };

static const char *const corpus_keys[CORPUS_KEYS] = { "host", "facility", "severity", "mnemonic", "time" };

static inline bool
corpus_same_text(struct span got, const json_t *want)
{
	return json_is_string(want) && got.p && span_eq(got, span_of(json_string_value(want), json_string_length(want)));
}

/* A number, a number as text, or a name of the table. */
static inline bool
corpus_same_code(int got, const json_t *want, const char *const *names, int n)
{
	char *end;
	long v;

	if (json_is_integer(want))
		return got == json_integer_value(want);
	if (!json_is_string(want))
		return false;
	v = strtol(json_string_value(want), &end, 10);
	if (!*end && end != json_string_value(want))
		return got == v;
	return got >= 0 && got < n && strcasecmp(names[got], json_string_value(want)) == 0;
}

/* The words of both, one after the other, whatever blanks are between them; `got` may have more. */
static inline bool
corpus_same_words(const char *got, const char *want)
{
	for (;;) {
		while (isspace((unsigned char)*got))
			got++;
		while (isspace((unsigned char)*want))
			want++;
		if (!*want)
			return true;
		while (*want && !isspace((unsigned char)*want))
			if (*want++ != *got++)
				return false;
	}
}

static inline bool
corpus_as_written(const struct stamp *st, const char *want)
{
	char text[256];

	snprintf(text, sizeof(text), "%.*s %.*s%s%.*s %.*s", (int)st->date.n, st->date.p ? st->date.p : "", (int)st->time.n,
	    st->time.p ? st->time.p : "", st->fraction.p ? "." : "", (int)st->fraction.n, st->fraction.p ? st->fraction.p : "",
	    (int)st->zone.n, st->zone.p ? st->zone.p : "");
	return corpus_same_words(text, want);
}

/* Whole seconds; without the year if the source assumed it. */
static inline bool
corpus_same_instant(const struct stamp *st, int64_t want_ns, bool any_year)
{
	struct stamp_result r = stamp_resolve(st, NULL, CORPUS_RECEIVED);
	struct clock_date a = clock_civil(r.time_ns), b = clock_civil(want_ns);

	return a.month == b.month && a.day == b.day && a.hour == b.hour && a.minute == b.minute && a.second == b.second &&
	    (any_year || (r.guessed & NEVENT_GUESSED_YEAR) || a.year == b.year);
}

static inline bool
corpus_same_time(const struct header *h, const json_t *want, bool any_year)
{
	char number[32];
	const char *text = json_string_value(want);
	int64_t ns;

	if (h->stamp.kind != STAMP_DATE && h->stamp.kind != STAMP_EPOCH)
		return false;
	if (json_is_number(want)) {
		snprintf(number, sizeof(number), "%.3f", json_number_value(want));
		text = number;
	}
	if (text && clock_parse(span_str(text), &ns) == 0)
		return corpus_same_instant(&h->stamp, ns, any_year);
	return text && corpus_as_written(&h->stamp, text);
}

static inline bool
corpus_same(enum corpus_key key, const struct header *h, const json_t *want, bool any_year)
{
	static const char *const facilities[] = {
		"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp", "security",
		"console", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
	};
	static const char *const severities[] = { "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug" };

	switch (key) {
	case CORPUS_HOST:
		return corpus_same_text(h->host, want);
	case CORPUS_FACILITY:
		return corpus_same_code(h->facility, want, facilities, 24);
	case CORPUS_SEVERITY:
		return corpus_same_code(h->severity >= 0 ? h->severity : h->vendor_severity, want, severities, 8);
	case CORPUS_MNEMONIC:
		return corpus_same_text(h->tag, want);
	default:
		return corpus_same_time(h, want, any_year);
	}
}

#endif
