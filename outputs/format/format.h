/*
 * format: the shapes in which an event leaves the house.  Each is a function that writes one JSON object, or (raw) the line itself.
 */
#ifndef NETNORM_OUTPUTS_FORMAT_H
#define NETNORM_OUTPUTS_FORMAT_H

#include "base/arena.h"
#include "base/json.h"
#include "base/nevent.h"

/* The native envelope is there twice: what it holds in yang_model and yang_message is the output's `shape`. */
enum format_id { FORMAT_NATIVE, FORMAT_NAPALM, FORMAT_ECS, FORMAT_RAW, FORMAT_NATIVE_NAPALM, FORMAT_COUNT };

struct format {
	const char *name;
	/* 0, or -1 if the writer's limit or the arena is spent: then what was written is taken back. */
	int (*write)(const struct nevent *, struct arena *, struct json *);
	bool json;              /* one JSON object, on one line; else bytes of any kind, newlines too */
	bool of_line;           /* it says what the line says: an event that has none (a follow-up) cannot be written in it */
	bool models;            /* it holds the object of the OpenConfig models: nevent's `strict` */
	const char *help;
};

extern const struct format format_table[FORMAT_COUNT];
/* The names that a configuration may give, NULL-terminated; in the order of the enum, whose last one is a shape and has no name of its own. */
extern const char *const format_names[];

/* {"field":"line"}: for a line that is no JSON, where there must be an object.  Whatever is in it, this is one line. */
void format_wrap(struct json *, struct span field, struct span line);

/* The envelope of DESIGN ("The event"): v, id, error, os, device, host, ip, timestamp, ... in that order. */
int format_native(const struct nevent *, struct arena *, struct json *);
/* The same, with the paths of napalm-logs in yang_model and yang_message. */
int format_native_napalm(const struct nevent *, struct arena *, struct json *);
/* napalm-logs' keys and no others, in its order; RAW and UNKNOWN as it spells them. */
int format_napalm(const struct nevent *, struct arena *, struct json *);
/* Elastic Common Schema: nested objects, its own facts under `netnorm`. */
int format_ecs(const struct nevent *, struct arena *, struct json *);
/* The message as it came, byte for byte. */
int format_raw(const struct nevent *, struct arena *, struct json *);

#endif
