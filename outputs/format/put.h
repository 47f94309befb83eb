/*
 * put: what the formats share: literals, spans and facts of one nevent, put into the writer by hand.
 *
 * Commas stand in the literals, so the writer's own `comma` is kept false in between.
 */
#ifndef NETNORM_OUTPUTS_FORMAT_PUT_H
#define NETNORM_OUTPUTS_FORMAT_PUT_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/json_digits.h"
#include "base/nevent.h"

/* memcpy() for the short texts that an event is made of. */
static inline void
put_copy(char *to, const char *from, size_t n)
{
	uint64_t a, b;

	if (n > 16 || n < 4) {
		if (n > 16)
			memcpy(to, from, n);
		else if (n > 0) {
			to[0] = from[0];
			to[n / 2] = from[n / 2];
			to[n - 1] = from[n - 1];
		}
		return;
	}
	if (n >= 8) {
		memcpy(&a, from, 8);
		memcpy(&b, from + n - 8, 8);
		memcpy(to, &a, 8);
		memcpy(to + n - 8, &b, 8);
	} else {
		memcpy(&a, from, 4);
		memcpy(&b, from + n - 4, 4);
		memcpy(to, &a, 4);
		memcpy(to + n - 4, &b, 4);
	}
}

static inline void
put_bytes(struct json *j, const char *p, size_t n)
{
	if (j->cap - j->n < n && !json_reserve(j, n))
		return;
	put_copy(j->p + j->n, p, n);
	j->n += n;
}

/* A key with its comma, for PUT_LIT(). */
#define KEY(name) ",\"" name "\":"

/* The size is known when this is compiled: moves, no loop. */
#define PUT_LIT(j, literal)                                                                            \
	do {                                                                                           \
		if ((j)->cap - (j)->n >= sizeof(literal) - 1 || json_reserve((j), sizeof(literal) - 1)) { \
			memcpy((j)->p + (j)->n, "" literal, sizeof(literal) - 1);                      \
			(j)->n += sizeof(literal) - 1;                                                 \
		}                                                                                      \
	} while (0)

/* A string that is known to be plain. */
static inline void
put_plain(struct json *j, const char *p, size_t n)
{
	char *out;

	if (j->cap - j->n < n + 2 && !json_reserve(j, n + 2))
		return;
	out = j->p + j->n;
	*out = '"';
	put_copy(out + 1, p, n);
	out[n + 1] = '"';
	j->n += n + 2;
}

/* A string that is likely plain: looked at eight bytes at a time, left to json_quoted() if it is not. */
void put_text(struct json *, struct span);

/* What lies inside a plain line is plain. */
static inline bool
put_is_plain(const struct nevent *ev, struct span s)
{
	return ev->raw_class == UTF8_PLAIN && (uintptr_t)s.p - (uintptr_t)ev->raw.p <= ev->raw.n &&
	    s.n <= ev->raw.n - (size_t)((uintptr_t)s.p - (uintptr_t)ev->raw.p);
}

/* A string, "" if `s` is absent. */
static inline void
put_span(struct json *j, const struct nevent *ev, struct span s)
{
	if (s.n == 0) {
		PUT_LIT(j, "\"\"");
	} else if (put_is_plain(ev, s)) {
		put_plain(j, s.p, s.n);
	} else {
		put_text(j, s);
	}
}

static inline void
put_span_or_null(struct json *j, const struct nevent *ev, struct span s)
{
	if (s.p)
		put_span(j, ev, s);
	else
		PUT_LIT(j, "null");
}

static inline void
put_uint(struct json *j, uint64_t v)
{
	char digits[JSON_DIGITS_MAX], *first = json_digits(digits + sizeof(digits), v);

	put_bytes(j, first, (size_t)(digits + sizeof(digits) - first));
}

static inline void
put_int(struct json *j, int64_t v)
{
	if (v < 0)
		PUT_LIT(j, "-");
	put_uint(j, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

/* The members `state` and `state_tag`, those that it has. */
static inline void
put_state(struct json *j, const struct nevent *ev)
{
	if (ev->has_state) {
		PUT_LIT(j, KEY("state"));
		put_int(j, ev->state);
	}
	if (ev->state_tag.n > 0) {
		PUT_LIT(j, KEY("state_tag"));
		put_span(j, ev, ev->state_tag);
	}
}

/* A small number, or null if it is negative. */
static inline void
put_small(struct json *j, int v)
{
	if (v < 0)
		PUT_LIT(j, "null");
	else
		put_uint(j, (uint64_t)v);
}

/* A comma, unless an object or an array has just been opened. */
static inline void
put_next(struct json *j)
{
	if (!j->failed && j->p[j->n - 1] != '{' && j->p[j->n - 1] != '[')
		PUT_LIT(j, ",");
}

/* An instant in RFC 3339. */
static inline void
put_time(struct json *j, int64_t ns)
{
	char *out;

	if (!json_reserve(j, CLOCK_RFC3339_LEN + 2))
		return;
	out = j->p + j->n;
	out[0] = '"';
	clock_rfc3339(ns, out + 1);
	out[CLOCK_RFC3339_LEN + 1] = '"';
	j->n += CLOCK_RFC3339_LEN + 2;
}

/* The letters from `at` on made small (escapes stay what they are). */
void put_lower(struct json *, size_t at);
/* `,"guessed":[...]`, nothing if there is none. */
void put_guessed(struct json *, unsigned guessed);
/* Whole seconds of an instant, rounded down. */
void put_seconds(struct json *, int64_t ns);
/* The header's facts as an object. */
void put_details(struct json *, const struct nevent *);
/* What getters said, as an object: getter to {"age_s", "data"}. */
void put_enrichment(struct json *, const struct nevent *);
/* The message's template as an object; {} where there is none or its paths do not fit the values. */
void put_yang_message(struct json *, const struct nevent *, struct arena *);
/* The end of a format: 0, or -1 and everything from `start` on taken back. */
int put_end(struct json *, size_t start);

#endif
