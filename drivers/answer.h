/*
 * answer: reading what a device said in JSON (jansson).  A path is keys with '.' between them ("addr.localAddr"); a key may not have a dot of its own.  What is
 * not there, or null, gives the fallback and no warning; what is there and of no use gives the fallback and a warning.
 */
#ifndef NETNORM_DRIVERS_ANSWER_H
#define NETNORM_DRIVERS_ANSWER_H

#include <jansson.h>

#include "drivers/device.h"

/* What the values of one JSON text may take in memory, about, besides their text: some 1.3 million members of objects. */
#define ANSWER_MAX_VALUES ((size_t)256 << 20)

/* The same of a text that need not be JSON: does it stay below that? */
bool answer_fits(struct span json);
/* The whole answer; bytes that are not UTF-8 become U+FFFD.  NULL after device_fail(DEVICE_ANSWER). */
json_t *answer_parse(struct device *, struct span text);
/* Borrowed, or NULL. */
json_t *answer_at(const json_t *, const char *path);
/* An object, or an array, at that path (NULL: the value itself); else NULL, with a warning where there is something else. */
json_t *answer_object(struct device *, const json_t *, const char *path);
json_t *answer_array(struct device *, const json_t *, const char *path);
/* A string (borrowed), never NULL unless the fallback is. */
const char *answer_text(struct device *, const json_t *, const char *path, const char *fallback);
/* A number, or a string that is one. */
int64_t answer_int(struct device *, const json_t *, const char *path, int64_t fallback);
double answer_real(struct device *, const json_t *, const char *path, double fallback);
bool answer_bool(struct device *, const json_t *, const char *path, bool fallback);

#endif
