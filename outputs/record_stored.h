/*
 * record_stored: a record as bytes in the spool.  Version 2, in the byte order of the machine:
 *     struct record_stored, for each format that is there its number (uint32) and length (uint32), then the bytes: each line with its newline, id,
 *     device, os, error, host.
 */
#ifndef NETNORM_OUTPUTS_RECORD_STORED_H
#define NETNORM_OUTPUTS_RECORD_STORED_H

#include "outputs/record.h"

#define RECORD_STORED_VERSION 2         /* the numbers of formats are those of enum format_id, which only grows at its end */
#define RECORD_NO_HOST UINT32_MAX

struct record_stored {
	uint8_t version, level, outcome, formats;       /* formats: how many */
	uint32_t device, os, error, host;               /* bytes; host: RECORD_NO_HOST without */
	uint32_t check;                                 /* of all the bytes, with 0 in this place: XXH3 of the head and of those behind it */
	int64_t received_ns, time_ns;
	uint64_t takers;
};

size_t record_stored_bytes(const struct record *);
/* `out` has that many bytes. */
void record_store(const struct record *, char *out);
/* A new record with one reference; NULL with errno ENOMEM, or EINVAL if the bytes are not one. */
struct record *record_restore(struct span stored);
/* Who takes it, without making it: all, if the bytes are no record: each of them finds that out, and tells. */
uint64_t record_stored_takers(struct span stored);
/* What record_restore() makes of it has so many bytes as a queue counts them. */
size_t record_stored_memory(struct span stored);

#endif
