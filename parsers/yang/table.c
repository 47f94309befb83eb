/*
 * The table: nodes are gathered as lines, sorted, and printed behind the identities that their types refer to.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libyang/libyang.h>

#include "parsers/yang/models.h"
#include "parsers/yang/named.h"
#include "parsers/yang/table.h"
#include "parsers/yang/type.h"

struct row {
	char *path;
	char *rest;             /* MODULE, KIND, TYPE */
	bool is_leaf;           /* or a leaf-list */
};

struct rows {
	struct row *items;
	size_t n, room;
	struct type_bases bases;
};

static void
rows_fini(struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		free(rows->items[i].path);
		free(rows->items[i].rest);
	}
	free(rows->items);
	type_bases_fini(&rows->bases);
}

static int
by_path(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	return order ? order : strcmp(x->rest, y->rest);
}

static int
by_word(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* ---- one node ---- */

static char
kind_letter(const struct lysc_node *node)
{
	bool writable = (node->flags & LYS_CONFIG_W) != 0;

	switch (node->nodetype) {
	case LYS_CONTAINER: return 'c';
	case LYS_LIST: return 'l';
	case LYS_LEAF: return writable ? 'F' : 'f';
	case LYS_LEAFLIST: return writable ? 'M' : 'm';
	default: return 'a';
	}
}

static void
write_keys(FILE *f, const struct lysc_node *list)
{
	for (const struct lysc_node *c = lysc_node_child(list); c; c = c->next) {
		if (lysc_is_key(c))
			fprintf(f, " %s", c->name);
	}
}

static int
write_rest(FILE *f, const struct lysc_node *node, const struct lysc_node *parent, struct type_bases *bases)
{
	bool old = (node->flags & (LYS_STATUS_DEPRC | LYS_STATUS_OBSLT)) != 0;

	fprintf(f, "%s\t%c%s", parent && parent->module == node->module ? "" : node->module->name, kind_letter(node), old ? "-" : "");
	if (node->nodetype == LYS_LIST)
		write_keys(f, node);
	fputc('\t', f);
	return node->nodetype & (LYS_LEAF | LYS_LEAFLIST) ? type_write(f, node, bases) : 0;
}

static char *
child_path(const char *parent, const char *name)
{
	char *path = malloc(strlen(parent) + strlen(name) + 2);

	if (path)
		sprintf(path, "%s/%s", parent, name);
	return path;
}

static struct row *
new_row(struct rows *rows)
{
	if (rows->n == rows->room) {
		size_t room = rows->room ? 2 * rows->room : 1024;
		struct row *grown = realloc(rows->items, room * sizeof(*grown));

		if (!grown)
			return NULL;
		rows->items = grown;
		rows->room = room;
	}
	rows->items[rows->n] = (struct row){ .path = NULL };
	return &rows->items[rows->n++];
}

/* The path of the row that was added, which lives as long as `rows`; NULL on failure. */
static const char *
add_node(struct rows *rows, const struct lysc_node *node, const struct lysc_node *parent, const char *parent_path)
{
	struct row *row = new_row(rows);
	size_t bytes;
	FILE *f;
	int status;

	if (!row)
		return NULL;
	row->is_leaf = (node->nodetype & (LYS_LEAF | LYS_LEAFLIST)) != 0;
	row->path = child_path(parent_path, node->name);
	f = open_memstream(&row->rest, &bytes);
	if (!f)
		return NULL;
	status = write_rest(f, node, parent, &rows->bases);
	if (fclose(f) != 0 || status == -1)
		return NULL;
	return row->path;
}

/* ---- all of them ---- */

static int
add_children(struct rows *rows, const struct lysc_node *parent, const struct lysc_module *module, const char *path)
{
	const struct lysc_node *node = NULL;

	/* Choices and cases are passed through; operations and notifications are not data. */
	while ((node = lys_getnext(node, parent, module, 0))) {
		const char *own;

		if (node->nodetype & (LYS_RPC | LYS_ACTION | LYS_NOTIF))
			continue;
		own = add_node(rows, node, parent, path);
		if (!own)
			return -1;
		if (node->nodetype == LYS_CONTAINER && strcmp(node->name, "config") == 0)
			continue;
		if (node->nodetype & (LYS_CONTAINER | LYS_LIST) && add_children(rows, node, NULL, own) == -1)
			return -1;
	}
	return 0;
}

static bool
is_listed(const struct models *models, const struct lys_module *module)
{
	const char *name = module->name;

	return bsearch(&name, models->names, models->n, sizeof(*models->names), by_word);
}

/* Whether a module of the list has a root of the name of one of these. */
static bool
is_shadowed(const struct models *models, const struct lys_module *module)
{
	const struct lysc_node *root = NULL;

	while (!is_listed(models, module) && (root = lys_getnext(root, NULL, module->compiled, 0))) {
		for (size_t i = 0; i < models->n; i++) {
			const struct lys_module *other = ly_ctx_get_module_implemented(models->ctx, models->names[i]);

			if (lys_find_child(NULL, other, root->name, 0, 0, 0))
				return true;
		}
	}
	return false;
}

/* All implemented modules but those that libyang brings along. */
static int
add_modules(struct rows *rows, const struct models *models)
{
	uint32_t i = ly_ctx_internal_modules_count(models->ctx);
	const struct lys_module *module;

	while ((module = ly_ctx_get_module_iter(models->ctx, &i))) {
		if (module->implemented && !is_shadowed(models, module) && add_children(rows, NULL, module->compiled, "") == -1)
			return -1;
	}
	qsort(rows->items, rows->n, sizeof(*rows->items), by_path);
	return 0;
}

/* Leaves of one path are told apart by their modules; below containers and lists of one path nothing could be. */
static int
check_paths(const struct rows *rows)
{
	int status = 0;

	for (size_t i = 1; i < rows->n; i++) {
		const struct row *row = &rows->items[i];

		if (strcmp(row[-1].path, row->path) != 0 || (row[-1].is_leaf && row->is_leaf))
			continue;
		fprintf(stderr, "netnorm-yang: %s: two modules have it\n", row->path);
		status = -1;
	}
	return status;
}

/* ---- identities ---- */

struct words {
	char **items;
	size_t n;
};

static int
gather_derived(struct words *words, const struct lysc_ident *base)
{
	LY_ARRAY_COUNT_TYPE i;

	LY_ARRAY_FOR(base->derived, i) {
		const struct lysc_ident *id = base->derived[i];
		char **grown = realloc(words->items, (words->n + 1) * sizeof(*grown));

		if (!grown)
			return -1;
		words->items = grown;
		if (asprintf(&words->items[words->n], "%s:%s", id->module->name, id->name) == -1)
			return -1;
		words->n++;
		if (gather_derived(words, id) == -1)
			return -1;
	}
	return 0;
}

static int
write_identities(FILE *f, const struct lysc_ident *base)
{
	struct words words = { NULL, 0 };
	int status = gather_derived(&words, base);

	fprintf(f, "!%s:%s\t", base->module->name, base->name);
	if (words.n > 0)
		qsort(words.items, words.n, sizeof(*words.items), by_word);
	/* One that derives from two others may have come twice. */
	for (size_t i = 0; i < words.n; i++) {
		if (i == 0 || strcmp(words.items[i], words.items[i - 1]) != 0)
			fprintf(f, "%s%s", i == 0 ? "" : " ", words.items[i]);
	}
	fputc('\n', f);
	for (size_t i = 0; i < words.n; i++)
		free(words.items[i]);
	free(words.items);
	return status;
}

static int
by_identity(const void *a, const void *b)
{
	const struct lysc_ident *x = *(const struct lysc_ident *const *)a, *y = *(const struct lysc_ident *const *)b;
	int order = strcmp(x->module->name, y->module->name);

	return order ? order : strcmp(x->name, y->name);
}

/* ---- the whole ---- */

static void
write_head(FILE *f, const struct models *models)
{
	fputs("# Made by `make yang-table`, from the modules below and what they import; do not edit.  parsers/yang/table.h says how to read it.\n", f);
	for (size_t i = 0; i < models->n; i++) {
		const struct lys_module *module = ly_ctx_get_module_implemented(models->ctx, models->names[i]);

		fprintf(f, "# %s %s\n", models->names[i], module->revision ? module->revision : "-");
	}
}

int
table_write(FILE *f, const struct models *models)
{
	struct rows rows = { .items = NULL };
	int status = add_modules(&rows, models);

	if (status == 0)
		status = check_paths(&rows);
	if (status == -1)
		goto out;
	write_head(f, models);
	named_write(f, models->ctx);
	if (rows.bases.n > 0)
		qsort(rows.bases.items, rows.bases.n, sizeof(*rows.bases.items), by_identity);
	for (size_t i = 0; i < rows.bases.n && status == 0; i++)
		status = write_identities(f, rows.bases.items[i]);
	for (size_t i = 0; i < rows.n; i++)
		fprintf(f, "%s\t%s\n", rows.items[i].path, rows.items[i].rest);
	if (ferror(f))
		status = -1;
out:
	if (status == -1)
		fputs("netnorm-yang: no table\n", stderr);
	rows_fini(&rows);
	return status;
}
