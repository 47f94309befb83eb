/*
 * template: an object of paths, compiled once, written out for the values of one message.
 *
 * The paths are napalm-logs' (docs/architecture.md): names apart by "//", `{name}` stands for a value.  They merge into a tree when
 * compiled; what does not depend on the line becomes literal JSON then.  At run time only values are put in between.
 * Siblings whose keys come from the line are compared: equal keys merge, the later value wins; "//" inside a
 * value opens a level.  (Both are rare and take a slower way through a tree in the arena.)  A path that goes
 * through a leaf makes template_write() fail, as in napalm-logs.
 */
#ifndef NETNORM_BASE_TEMPLATE_H
#define NETNORM_BASE_TEMPLATE_H

#include "base/arena.h"
#include "base/json.h"
#include "base/nevent.h"

#define TEMPLATE_MAX_LEVELS 64  /* deeper paths fail */

struct template;

struct template_entry {
	struct span path;       /* "interfaces//interface//{interface}//state//oper_status" */
	int value;              /* index of the value that is set there, or -1: `constant` */
	struct fact constant;   /* null, text, number, truth */
};

struct template_error {
	size_t entry;           /* which entry, and which byte of its path */
	size_t offset;
	char message[160];
};

/* `names[i]` is the name of value i.  NULL with `error` filled (a name that no value has, a brace left open, a path through a leaf). */
struct template *template_compile(const struct template_entry *, size_t n, const struct span *names, size_t nnames, struct template_error *error);
void template_free(struct template **);
/* Would template_write() succeed?  Quick: only a message that needs the slower way is tried out. */
bool template_fits(const struct template *, const struct nevent *, struct arena *);
/* 0, or -1 if a path went through a leaf or the arena is spent: then what was written is taken back. */
int template_write(const struct template *, const struct nevent *, struct arena *, struct json *);
/* The slow way, always right: a test holds one against the other. */
int template_write_reference(const struct template *, const struct nevent *, struct arena *, struct json *);

#endif
