/*
 * format: the shapes in which an event leaves the house.  Each is a function that writes one JSON object.
 */
#ifndef NETNORM_OUTPUTS_FORMAT_H
#define NETNORM_OUTPUTS_FORMAT_H

#include "base/arena.h"
#include "base/json.h"
#include "base/nevent.h"

/* The native envelope is there twice: what it holds in yang_model and yang_message is the output's `shape`. */
enum format_id { FORMAT_NATIVE, FORMAT_NAPALM, FORMAT_NATIVE_NAPALM, FORMAT_COUNT };

struct format {
	const char *name;
	/* 0, or -1 if the writer's limit or the arena is spent: then what was written is taken back. */
	int (*write)(const struct nevent *, struct arena *, struct json *);
	const char *help;
};

extern const struct format format_table[FORMAT_COUNT];
/* The names that a configuration may give, NULL-terminated; in the order of the enum. */
extern const char *const format_names[];

/* The envelope of DESIGN ("The event"): v, id, error, os, device, host, ip, timestamp, ... in that order. */
int format_native(const struct nevent *, struct arena *, struct json *);
/* The same, with the paths of napalm-logs in yang_model and yang_message. */
int format_native_napalm(const struct nevent *, struct arena *, struct json *);
/* napalm-logs' keys and no others, in its order; RAW and UNKNOWN as it spells them. */
int format_napalm(const struct nevent *, struct arena *, struct json *);

#endif
