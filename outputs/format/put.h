/*
 * put: what the formats share: literals, spans and facts of one nevent, put into the writer by hand.
 *
 * Commas stand in the literals, so the writer's own `comma` is kept false in between.
 */
#ifndef NETNORM_OUTPUTS_FORMAT_PUT_H
#define NETNORM_OUTPUTS_FORMAT_PUT_H

#include "base/arena.h"
#include "base/json.h"
#include "base/nevent.h"

static inline void
put_bytes(struct json *j, const char *p, size_t n)
{
	if (j->cap - j->n < n && !json_reserve(j, n))
		return;
	memcpy(j->p + j->n, p, n);
	j->n += n;
}

#define PUT_LIT(j, literal) put_bytes(j, "" literal, sizeof(literal) - 1)

/* A string that is known to be plain. */
static inline void
put_plain(struct json *j, const char *p, size_t n)
{
	char *out;

	if (j->cap - j->n < n + 2 && !json_reserve(j, n + 2))
		return;
	out = j->p + j->n;
	*out = '"';
	memcpy(out + 1, p, n);
	out[n + 1] = '"';
	j->n += n + 2;
}

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
		json_quoted(j, s);
		j->comma = false;
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

/* A number, or null if it is negative. */
static inline void
put_small(struct json *j, int v)
{
	char c;

	if (v < 0) {
		PUT_LIT(j, "null");
	} else if (v < 10) {
		c = (char)('0' + v);
		put_bytes(j, &c, 1);
	} else {
		json_int(j, v);
		j->comma = false;
	}
}

static inline void
put_int(struct json *j, int64_t v)
{
	json_int(j, v);
	j->comma = false;
}

static inline void
put_uint(struct json *j, uint64_t v)
{
	json_uint(j, v);
	j->comma = false;
}

/* Whole seconds of an instant, rounded down. */
void put_seconds(struct json *, int64_t ns);
/* The header's facts as an object. */
void put_details(struct json *, const struct nevent *);
/* The message's template as an object; {} where there is none or its paths do not fit the values. */
void put_yang_message(struct json *, const struct nevent *, struct arena *);
/* The end of a format: 0, or -1 and everything from `start` on taken back. */
int put_end(struct json *, size_t start);

#endif
