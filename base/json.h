/*
 * json: a streaming writer (RFC 8259) for the hot path.  (Its names keep clear of jansson's, which is linked too.)
 *
 * It writes into a buffer that it owns and grows by itself.  Whatever bytes it is given, what comes out is
 * valid JSON in UTF-8: ill-formed parts become U+FFFD, control characters are escaped.  Without memory, or
 * past `limit_bytes`, the writer remembers that it failed and writes no more; json_ok() tells at the end.
 * Commas are the caller's concern only in the json_raw() calls: json_key() and the value calls know when
 * one is due.  One writer belongs to one thread and is used again after json_reset().
 */
#ifndef NETNORM_BASE_JSON_H
#define NETNORM_BASE_JSON_H

#include <stdint.h>

#include "base/span.h"
#include "base/utf8.h"

struct json {
	char *p;
	size_t n;
	size_t cap;
	size_t limit_bytes;
	bool failed;
	bool comma;             /* a comma is due before the next key or value */
};

/* 0, or -1 with errno ENOMEM. */
int json_init(struct json *, size_t start_bytes, size_t limit_bytes);
void json_fini(struct json *);
void json_reset(struct json *);
bool json_ok(const struct json *);
/* Borrowed from the writer until it is reset. */
struct span json_text(const struct json *);

void json_object_begin(struct json *);        /* { */
void json_object_end(struct json *);    /* } */
void json_array_begin(struct json *);         /* [ */
void json_array_end(struct json *);     /* ] */
void json_key(struct json *, struct span name);
void json_quoted(struct json *, struct span text);      /* an absent span is an empty string */
void json_text_as(struct json *, struct span text, enum utf8_class);
void json_int(struct json *, int64_t);
void json_uint(struct json *, uint64_t);
void json_bool(struct json *, bool);
void json_put_null(struct json *);
void json_double(struct json *, double);        /* shortest that reads back the same; not finite: null */
/* The inside of a JSON string, escaped, without quotes and commas. */
void json_escaped(struct json *, struct span text, enum utf8_class);
void json_base64(struct json *, struct span bytes);      /* a string: RFC 4648 section 4, padded */
/* What json_reserve() does when the buffer is too small. */
bool json_grow(struct json *, size_t bytes);

/* Room for `bytes` more; false (and failed) if there is none.  Then bytes may be put at p + n by hand. */
static inline bool
json_reserve(struct json *j, size_t bytes)
{
	return (bytes <= j->cap - j->n && !j->failed) || json_grow(j, bytes);
}

/* Bytes as they are, `comma` left as the caller says: for literals compiled beforehand, such as `{"v":1,"id":`. */
static inline void
json_raw(struct json *j, struct span bytes, bool comma_due_after)
{
	j->comma = comma_due_after;
	if (bytes.n == 0 || !json_reserve(j, bytes.n))
		return;
	memcpy(j->p + j->n, bytes.p, bytes.n);
	j->n += bytes.n;
}

/* For text that is known to be UTF8_PLAIN: no look at the bytes.  UTF8_PLAIN of a line holds for each part of it. */
static inline void
json_plain(struct json *j, struct span text)
{
	char *p;

	if (!json_reserve(j, text.n + 3))
		return;
	p = j->p + j->n;
	if (j->comma)
		*p++ = ',';
	*p++ = '"';
	if (text.n > 0)
		memcpy(p, text.p, text.n);
	p += text.n;
	*p++ = '"';
	j->n = (size_t)(p - j->p);
	j->comma = true;
}

#endif
