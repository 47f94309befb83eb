/*
 * models: the YANG modules that events are written in, loaded into one libyang context.
 *
 * A list of modules is a text file: one name a line, `#` starts a comment.  All that they import is implemented as well, so
 * that every identity they know may be a value.
 */
#ifndef NETNORM_YANG_MODELS_H
#define NETNORM_YANG_MODELS_H

#include <stddef.h>

struct ly_ctx;

struct models {
	struct ly_ctx *ctx;
	char **names;           /* of the list, sorted */
	size_t n;
};

/*
 * Load the modules that `list` names (NULL: modules.txt of this project) from the `ndirs` directories, the list's own and the
 * project's.  0, or -1 with all faults told on standard error; either way models_fini() is due.
 */
int models_init(struct models *, const char *list, char **dirs, int ndirs);
void models_fini(struct models *);

#endif
