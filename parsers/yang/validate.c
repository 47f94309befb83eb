/*
 * Lines in, faults out.  Knows levels and how faults are told; how a copy is completed is complete.c's.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <jansson.h>
#include <libyang/libyang.h>

#include "parsers/yang/complete.h"
#include "parsers/yang/models.h"
#include "parsers/yang/validate.h"

struct object {
	struct ly_ctx *ctx;
	FILE *out;
	bool expect_invalid;    /* faults are only counted */
	const char *name;
	size_t faults;
};

/* ---- telling ---- */

static void
tell(struct object *o, const char *level, const char *path, const char *message)
{
	o->faults++;
	if (o->expect_invalid)
		return;
	fprintf(o->out, "%s: %s: %s: ", o->name, level, path ? path : "-");
	for (const char *p = message; *p; p++)
		fputc(*p == '\n' ? ' ' : *p, o->out);
	fputc('\n', o->out);
}

/* The path within what libyang 2 has for a place, `Data location "PATH", line number 1.`; for the caller to free, or NULL. */
static char *
path_of(const char *place)
{
	const char *start = place ? strstr(place, "\"/") : NULL, *end = start ? strrchr(start, '"') : NULL;

	return end && end > start ? strndup(start + 1, (size_t)(end - start) - 1) : NULL;
}

/* The last fault that libyang kept. */
static void
tell_libyang(struct object *o, const char *level)
{
	const struct ly_err_item *first = ly_err_first(o->ctx), *e = first ? first->prev : NULL;
	char *path = path_of(e ? e->path : NULL);

	tell(o, level, path, e && e->msg ? e->msg : "libyang does not say why");
	free(path);
	ly_err_clean(o->ctx, NULL);
}

/* ---- keys ---- */

static const struct lyd_node *
child_named(const struct lyd_node *parent, const char *name)
{
	const struct lyd_node *c;

	LY_LIST_FOR(lyd_child(parent), c) {
		if (c->schema && strcmp(c->schema->name, name) == 0)
			return c;
	}
	return NULL;
}

static void
check_keys(struct object *o, const struct lyd_node *entry)
{
	const struct lyd_node *state = child_named(entry, "state"), *key;

	LY_LIST_FOR(lyd_child(entry), key) {
		const struct lyd_node *mirror = state && lysc_is_key(key->schema) ? child_named(state, key->schema->name) : NULL;
		char *path;

		if (!mirror || strcmp(lyd_get_value(mirror), lyd_get_value(key)) == 0)
			continue;
		path = lyd_path(mirror, LYD_PATH_STD, NULL, 0);
		tell(o, "key", path, "it is not the key of its entry");
		free(path);
	}
}

static void
check_all_keys(struct object *o, struct lyd_node *tree)
{
	struct lyd_node *root, *n;

	LY_LIST_FOR(tree, root) {
		LYD_TREE_DFS_BEGIN(root, n) {
			if (n->schema->nodetype == LYS_LIST)
				check_keys(o, n);
			LYD_TREE_DFS_END(root, n);
		}
	}
}

/* ---- one object ---- */

static void
check_text(struct object *o, const char *text)
{
	struct lyd_node *tree = NULL;

	if (lyd_parse_data_mem(o->ctx, text, LYD_JSON, LYD_PARSE_ONLY | LYD_PARSE_STRICT, 0, &tree) != LY_SUCCESS) {
		tell_libyang(o, "L1");
		return;
	}
	if (!tree) {
		tell(o, "L1", NULL, "there is nothing in it");
		return;
	}
	check_all_keys(o, tree);
	complete_tree(&tree);
	ly_err_clean(o->ctx, NULL);
	if (lyd_validate_all(&tree, NULL, LYD_VALIDATE_PRESENT, NULL) != LY_SUCCESS)
		tell_libyang(o, "L2");
	lyd_free_all(tree);
}

/* What is to be validated of a line: a name of a YANG node has its module before it, ours have none. */
static json_t *
data_of(struct object *o, json_t *line)
{
	json_t *data = json_object_get(line, "data");
	const char *name = json_string_value(json_object_get(line, "name"));

	if (name)
		o->name = name;
	return data ? data : line;
}

static void
check_line(struct object *o, const char *bytes, size_t n)
{
	json_error_t error;
	json_t *line = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &error);
	char *text = line ? json_dumps(data_of(o, line), JSON_COMPACT) : NULL;

	if (text)
		check_text(o, text);
	else
		tell(o, "json", NULL, line ? "it is no object" : error.text);
	if (o->expect_invalid && o->faults == 0)
		fprintf(o->out, "%s: it is valid\n", o->name);
	free(text);
	json_decref(line);      /* and with it the name */
}

struct validate_count
validate_lines(FILE *in, FILE *out, const struct models *models, bool expect_invalid)
{
	struct validate_count count = { 0, 0 };
	size_t number = 0, room = 0;
	char *line = NULL, name[32];
	ssize_t n;

	while ((n = getline(&line, &room, in)) != -1) {
		struct object o = { .ctx = models->ctx, .out = out, .expect_invalid = expect_invalid, .name = name };

		snprintf(name, sizeof(name), "line %zu", ++number);
		if (line[strspn(line, " \t\r\n")] == '\0')
			continue;
		check_line(&o, line, (size_t)n);
		count.objects++;
		count.invalid += o.faults > 0;
	}
	free(line);
	return count;
}
