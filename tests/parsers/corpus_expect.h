/*
 * corpus_expect: does a header say what a row of the shared corpus states?  The row's notation is its source's: a facility is a number or
 * a name, a time is ISO 8601 with a zone or without, seconds since the epoch, or as in the line.
 */
#ifndef NETNORM_TESTS_PARSERS_CORPUS_EXPECT_H
#define NETNORM_TESTS_PARSERS_CORPUS_EXPECT_H

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

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

/* A severity's name as the table has it. */
static inline const char *
corpus_usual_name(const char *name)
{
	static const char *const other[][2] = {
		{ "emergency", "emerg" }, { "panic", "emerg" }, { "critical", "crit" }, { "error", "err" }, { "warn", "warning" },
		{ "informational", "info" },
	};

	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		if (strcasecmp(name, other[i][0]) == 0)
			return other[i][1];
	return name;
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
	return got >= 0 && got < n && strcasecmp(names[got], corpus_usual_name(json_string_value(want))) == 0;
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

/* The zone that the source's own machine had, where it says so. */
struct corpus_zone {
	bool known;
	int offset_s;
};

/* A time of day of some zone that is not told, or of the line's own: `2026-01-05T10:00:00`, also with ` local` behind it, `Mar  7 19:06:53`. */
static inline bool
corpus_wall_clock(const char *text, struct clock_date *d)
{
	struct tm tm = { .tm_mday = 1 };
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	bool dated = end != NULL;

	if (!end)
		end = strptime(text, "%b %d %H:%M:%S", &tm);
	if (!end || (*end && strcmp(end, " local") != 0))
		return false;
	*d = (struct clock_date){ .year = dated ? tm.tm_year + 1900 : 0, .month = tm.tm_mon + 1, .day = tm.tm_mday, .hour = tm.tm_hour,
		.minute = tm.tm_min, .second = tm.tm_sec };
	return true;
}

/* `CURRENT_YEAR-01-05T10:00:00Z`, `2026-01-05T10:00:00 offset_s=3600` */
static inline bool
corpus_odd_text(const char *text, int64_t *ns, struct corpus_zone *zone)
{
	static const char this_year[] = "CURRENT_YEAR-", offset[] = " offset_s=";
	const char *at = strstr(text, offset);
	bool odd = strncmp(text, this_year, sizeof(this_year) - 1) == 0;
	char iso[80];

	if (!odd && !at)
		return false;
	text += odd ? sizeof(this_year) - 1 : 0;
	snprintf(iso, sizeof(iso), "%s%.*s%s", odd ? "2024-" : "", at ? (int)(at - text) : 40, text, at ? "Z" : "");
	if (clock_parse(span_str(iso), ns) != 0)
		return false;
	if (at) {
		*zone = (struct corpus_zone){ true, atoi(at + sizeof(offset) - 1) };
		*ns -= zone->offset_s * CLOCK_NS_PER_S;
	}
	return true;
}

/* Seconds since the epoch, or thousandths or billionths of one. */
static inline int64_t
corpus_epoch(const json_t *want)
{
	double v = json_number_value(want);

	if (json_is_real(want))
		return (int64_t)(v * 1000 + 0.5) * (CLOCK_NS_PER_S / 1000);
	return json_integer_value(want) * (v > 1e17 ? 1 : v > 1e11 ? CLOCK_NS_PER_S / 1000 : CLOCK_NS_PER_S);
}

/* The instant that a row states, in any of its notations but "as in the line". */
static inline bool
corpus_instant(const json_t *want, int64_t *ns, struct corpus_zone *zone)
{
	const char *text = json_string_value(want);
	struct span offset;

	*zone = (struct corpus_zone){ false, 0 };
	if (json_is_object(want)) {
		*zone = (struct corpus_zone){ true, (int)json_integer_value(json_object_get(want, "utc_offset_s")) };
		*ns = json_integer_value(json_object_get(want, "epoch")) * CLOCK_NS_PER_S;
		return true;
	}
	if (json_is_number(want)) {
		*ns = corpus_epoch(want);
		return true;
	}
	if (!text)
		return false;
	if (clock_parse(span_str(text), ns) != 0)
		return corpus_odd_text(text, ns, zone);
	if (strlen(text) > 25 || (strlen(text) == 25 && text[10] == 'T')) {
		offset = span_str(text + strlen(text) - 6);
		zone->known = offset.p[3] == ':' && (*offset.p == '+' || *offset.p == '-');
		if (zone->known)
			zone->offset_s = (*offset.p == '-' ? -1 : 1) * (atoi(offset.p + 1) * 3600 + atoi(offset.p + 4) * 60);
	}
	return true;
}

/* Whole seconds; without the year if the source assumed it.  A line without a zone tells the local time only: in the source's zone. */
static inline bool
corpus_same_instant(const struct stamp *st, int64_t want_ns, const struct corpus_zone *zone, bool any_year)
{
	struct stamp_result r = stamp_resolve(st, NULL, CORPUS_RECEIVED);
	bool local = !st->has_offset && !st->zone.p && zone->known;
	struct clock_date a = clock_civil(r.time_ns), b = clock_civil(want_ns + (local ? zone->offset_s * CLOCK_NS_PER_S : 0));

	return a.month == b.month && a.day == b.day && a.hour == b.hour && a.minute == b.minute && a.second == b.second &&
	    (any_year || (r.guessed & NEVENT_GUESSED_YEAR) || a.year == b.year);
}

static inline bool
corpus_same_wall_clock(const struct stamp *st, const char *want, bool any_year)
{
	const struct clock_date *a = &st->when;
	struct clock_date b;

	return corpus_wall_clock(want, &b) && a->month == b.month && a->day == b.day && a->hour == b.hour && a->minute == b.minute &&
	    a->second == b.second && (any_year || !a->year || !b.year || a->year == b.year);
}

static inline bool
corpus_same_time(const struct header *h, const json_t *want, bool any_year)
{
	struct corpus_zone zone;
	int64_t ns;

	if (h->stamp.kind != STAMP_DATE && h->stamp.kind != STAMP_EPOCH)
		return false;
	if (corpus_instant(want, &ns, &zone))
		return corpus_same_instant(&h->stamp, ns, &zone, any_year);
	if (!json_is_string(want))
		return false;
	return corpus_as_written(&h->stamp, json_string_value(want)) || corpus_same_wall_clock(&h->stamp, json_string_value(want), any_year);
}

/* The mnemonic, or, where a catalogue numbers its messages, the number with which it ends. */
static inline bool
corpus_same_mnemonic(const struct header *h, const json_t *want)
{
	const char *text = json_string_value(want), *end = h->tag.p ? h->tag.p + h->tag.n : NULL;
	size_t n = text ? strlen(text) : 0;

	if (corpus_same_text(h->tag, want))
		return true;
	return h->triplet && n > 0 && strspn(text, "0123456789") == n && h->tag.n > n + 2 && memcmp(end - n, text, n) == 0 &&
	    end[-n - 1] == '-' && end[-n - 3] == '-';
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
		return corpus_same_mnemonic(h, want);
	default:
		return corpus_same_time(h, want, any_year);
	}
}

#endif
