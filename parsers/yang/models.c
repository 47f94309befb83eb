/*
 * Reading the list of modules and loading them.  Knows the flags without which OpenConfig does not load; knows no module.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libyang/libyang.h>

#include "parsers/yang/models.h"

#define HOME "profiles/yang"
#define LIST "modules.txt"

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
add_name(struct models *m, const char *name)
{
	char **grown = realloc(m->names, (m->n + 1) * sizeof(*grown));

	if (!grown)
		return -1;
	m->names = grown;
	m->names[m->n] = strdup(name);
	return m->names[m->n] ? (m->n++, 0) : -1;
}

static int
read_list(struct models *m, const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;
	int status = 0;

	if (!f) {
		fprintf(stderr, "netnorm-yang: %s: %s\n", path, strerror(errno));
		return -1;
	}
	while (status == 0 && getline(&line, &room, f) != -1) {
		char *name;

		line[strcspn(line, "#")] = '\0';
		name = line + strspn(line, " \t\r\n");
		name[strcspn(name, " \t\r\n")] = '\0';
		if (*name)
			status = add_name(m, name);
	}
	if (ferror(f) || status == -1 || m->n == 0) {
		fprintf(stderr, "netnorm-yang: %s: %s\n", path, status == 0 && !ferror(f) ? "it names no module" : strerror(errno));
		status = -1;
	} else {
		qsort(m->names, m->n, sizeof(*m->names), by_name);
	}
	free(line);
	fclose(f);
	return status;
}

/* What libyang kept of this context's faults. */
static void
tell_faults(const struct ly_ctx *ctx)
{
	for (const struct ly_err_item *e = ly_err_first(ctx); e; e = e->next) {
		if (e->level == LY_LLERR)
			fprintf(stderr, "netnorm-yang: %s%s%s\n", e->msg, e->path ? ": " : "", e->path ? e->path : "");
	}
}

static int
search_in(struct models *m, const char *dir)
{
	LY_ERR e = ly_ctx_set_searchdir(m->ctx, dir);

	if (e == LY_SUCCESS || e == LY_EEXIST)
		return 0;
	fprintf(stderr, "netnorm-yang: %s: no directory to read modules from\n", dir);
	return -1;
}

/* The directories named, then that of the list, then ours. */
static int
search_path(struct models *m, const char *list, char **dirs, int ndirs)
{
	const char *slash = strrchr(list, '/');
	char *own = slash ? strndup(list, (size_t)(slash - list) + 1) : strdup(".");
	int status = own ? 0 : -1;

	for (int i = 0; i < ndirs && status == 0; i++)
		status = search_in(m, dirs[i]);
	if (status == 0)
		status = search_in(m, own);
	if (status == 0 && access(HOME, R_OK) == 0)
		status = search_in(m, HOME);
	free(own);
	return status;
}

static int
load(struct models *m)
{
	int status = 0;

	for (size_t i = 0; i < m->n; i++) {
		if (!ly_ctx_load_module(m->ctx, m->names[i], NULL, NULL)) {
			fprintf(stderr, "netnorm-yang: module %s does not load\n", m->names[i]);
			status = -1;
		}
	}
	/* Compiled once, when all are there: libyang would otherwise start anew with each. */
	if (status == 0 && ly_ctx_compile(m->ctx) != LY_SUCCESS)
		status = -1;
	if (status == -1)
		tell_faults(m->ctx);
	return status;
}

int
models_init(struct models *m, const char *list, char **dirs, int ndirs)
{
	const uint16_t flags = LY_CTX_ALL_IMPLEMENTED | LY_CTX_EXPLICIT_COMPILE | LY_CTX_NO_YANGLIBRARY |
	    LY_CTX_DISABLE_SEARCHDIR_CWD | LY_CTX_SET_PRIV_PARSED;

	*m = (struct models){ .ctx = NULL };
	if (!list)
		list = access(HOME "/" LIST, R_OK) == 0 ? HOME "/" LIST : NETNORM_DATADIR "/" HOME "/" LIST;
	ly_log_level(LY_LLERR);         /* OpenConfig gives thousands of harmless warnings about XPath */
	ly_log_options(LY_LOSTORE);
	if (read_list(m, list) == -1)
		return -1;
	if (ly_ctx_new(NULL, flags, &m->ctx) != LY_SUCCESS) {
		fputs("netnorm-yang: libyang does not start\n", stderr);
		return -1;
	}
	if (search_path(m, list, dirs, ndirs) == -1)
		return -1;
	return load(m);
}

void
models_fini(struct models *m)
{
	ly_ctx_destroy(m->ctx);
	for (size_t i = 0; i < m->n; i++)
		free(m->names[i]);
	free(m->names);
	*m = (struct models){ .ctx = NULL };
}
