/*
 * json: a streaming writer (RFC 8259) for the hot path.
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

void json_object(struct json *);        /* { */
void json_object_end(struct json *);    /* } */
void json_array(struct json *);         /* [ */
void json_array_end(struct json *);     /* ] */
void json_key(struct json *, struct span name);
void json_string(struct json *, struct span text);
/* For text that is known to be UTF8_PLAIN: no look at the bytes.  UTF8_PLAIN of a line holds for each part of it. */
void json_plain(struct json *, struct span text);
void json_text_as(struct json *, struct span text, enum utf8_class);
void json_int(struct json *, int64_t);
void json_uint(struct json *, uint64_t);
void json_bool(struct json *, bool);
void json_null(struct json *);
void json_double(struct json *, double);        /* shortest that reads back the same; not finite: null */
/* A whole value, already JSON. */
void json_value(struct json *, struct span json);
/* Bytes as they are, `comma` left as the caller says: for literals compiled beforehand, such as `{"v":1,"id":`. */
void json_raw(struct json *, struct span bytes, bool comma_due_after);
/* The inside of a JSON string, escaped, without quotes and commas. */
void json_escaped(struct json *, struct span text, enum utf8_class);
void json_base64(struct json *, struct span bytes);      /* a string: RFC 4648 section 4, padded */
/* Room for `bytes` more; false (and failed) if there is none.  Then bytes may be put at p + n by hand. */
bool json_reserve(struct json *, size_t bytes);

#endif
