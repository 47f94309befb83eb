/*
 * What a configuration names in the file system, looked at without opening it: what `run` would trip over, told by `check`.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/config.h"
#include "collector/config_part.h"
#include "collector/config_path.h"
#include "outputs/output_kinds.h"

struct places {
	const struct config *config;
	struct diag *diag;
};

/* What run makes is only the last name of it. */
static void
check_folder(const struct places *p, const char *path, const struct yaml_node *node)
{
	const char *slash = strrchr(path, '/');
	struct diag_place place = yaml_place(p->config->doc, node);
	char *folder = slash && slash != path ? strndup(path, (size_t)(slash - path)) : NULL;

	if (folder && !config_is_folder(folder))
		diag_add(p->diag, DIAG_WARNING, &place, "there is no directory %s, and it is not made", folder);
	free(folder);
}

static void
check_file(const struct places *p, const char *path, const struct yaml_node *node)
{
	struct diag_place place = yaml_place(p->config->doc, node);

	if (config_is_folder(path))
		diag_add(p->diag, DIAG_ERROR, &place, "%s is a directory, not a file", path);
}

static const struct schema_option *
option_of(const struct output_config *o, const char *key, enum schema_type type)
{
	const struct schema_option *t = output_kinds[o->kind]->options;

	while (t && t->key && (t->type != type || strcmp(t->key, key) != 0))
		t++;
	return t && t->key ? t : NULL;
}

/* The file that it writes, if it is of a kind that does. */
static const char *
path_of(const struct output_config *o)
{
	const struct schema_option *path = option_of(o, "path", SCHEMA_TEXT);

	return path ? *(char *const *)(const void *)((const char *)o + path->offset) : NULL;
}

static bool
makes_directories(const struct output_config *o)
{
	const struct schema_option *option = option_of(o, "directories", SCHEMA_BOOL);

	return option && *(const bool *)(const void *)((const char *)o + option->offset);
}

static const struct yaml_node *
node_of(const struct config *c, const struct output_config *o)
{
	const struct yaml_node *outputs = yaml_get(c->doc->root, "outputs");

	for (const struct yaml_node *map = outputs ? outputs->first : NULL; map; map = map->next) {
		const struct yaml_node *name = outputs->kind == YAML_MAP ? map->key : yaml_get(map, "name");

		if (name && span_eq(name->text, span_str(o->name)))
			return map;
	}
	return outputs;
}

/* One line of it is a letter, the next an event: neither could be read any more. */
static void
check_letters(const struct places *p, const struct output_config *o, const struct yaml_node *node)
{
	struct diag_place place = yaml_place(p->config->doc, node);

	check_file(p, o->dead_letter, node);
	check_folder(p, o->dead_letter, node);
	for (size_t i = 0; i < p->config->outputs.n; i++) {
		const struct output_config *other = p->config->outputs.items[i];
		const char *path = path_of(other);

		if (path && strcmp(path, o->dead_letter) == 0)
			diag_add(p->diag, DIAG_ERROR, &place, "output \"%s\" writes its events into %s: dead letters go to a file of their own", other->name, path);
	}
}

void
config_check_places(const struct config *c, struct diag *diag)
{
	struct places p = { c, diag };

	for (size_t i = 0; i < c->outputs.n; i++) {
		const struct output_config *o = c->outputs.items[i];
		const struct yaml_node *map = node_of(c, o);
		const char *path = path_of(o);

		if (path)
			check_file(&p, path, yaml_get(map, "path"));
		if (path && !makes_directories(o))
			check_folder(&p, path, yaml_get(map, "path"));
		if (o->dead_letter)
			check_letters(&p, o, yaml_get(map, "dead_letter"));
	}
	if (c->spool.path)
		check_folder(&p, c->spool.path, yaml_get(yaml_get(c->doc->root, "spool"), "path"));
}

/* Cuts `path` to the last folder of it that is there: run makes the rest. */
static const char *
cut_to_what_is_there(char *path)
{
	while (access(path, F_OK) == -1 && errno == ENOENT) {
		char *slash = strrchr(path, '/');

		if (!slash || slash == path)
			return slash ? "/" : ".";
		*slash = '\0';
	}
	return path;
}

void
config_check_cache(const struct config *c, struct diag *diag)
{
	const struct yaml_node *own = yaml_get(yaml_get(c->doc->root, "enrichment"), "cache"), *n = own ? own : yaml_get(c->doc->root, "state_dir");
	struct diag_place place = n ? yaml_place(c->doc, n) : (struct diag_place){ .file = c->path };
	char *path = c->enrichment.enabled ? strdup(c->enrichment.cache) : NULL;
	const char *folder = path ? cut_to_what_is_there(path) : NULL;

	if (folder && !config_is_folder(folder))
		diag_add(diag, DIAG_WARNING, &place, "%s is no directory: the answers of devices are not kept over a restart", folder);
	else if (folder && access(folder, W_OK | X_OK) == -1)
		diag_add(diag, DIAG_WARNING, &place, "%s cannot be written to by this user: the answers of devices are not kept over a restart", folder);
	free(path);
}
