/*
 * output_config: the `outputs:` of a configuration, a list of maps with a name, or a map of them by name.
 *
 * Each is read by one table: what all outputs have, and behind it what its kind has.
 */
#include <stdlib.h>

#include "outputs/output.h"

#define MAX_OPTIONS 64
#define MAX_NAME 63             /* bytes */

static const char *const when_full_names[] = { "auto", "drop", "block", NULL };

#define QUEUE_OFFSET(field) (offsetof(struct output_config, queue.field) - offsetof(struct output_config, queue))

static const struct schema_option queue_options[] = {
	{ .key = "limit", .type = SCHEMA_INT, .offset = QUEUE_OFFSET(limit), .fallback = "100000", .min = 1, .max = 10000000,
	    .help = "The most events that wait for this output in memory. With a spool so many (and at least a few thousand) are on their way to the far side at once; the others "
	            "wait on the disk, and when_full is the spool's." },
	{ .key = "limit_bytes", .type = SCHEMA_SIZE, .offset = QUEUE_OFFSET(limit_bytes), .fallback = "256MiB", .min = 4096,
	    .max = INT64_C(1) << 40, .help = "The most memory that they take." },
	{ .key = "when_full", .type = SCHEMA_ENUM, .offset = QUEUE_OFFSET(when_full), .fallback = "auto", .names = when_full_names,
	    .help = "drop: from 80 % of the limit on events of severity 6 and 7 are dropped and counted, from 90 % of 5, from 95 % of 4, when "
	            "full the rest. block: inputs that can wait are held back (not UDP). auto: block where all inputs are files or standard "
	            "input, else drop." },
	SCHEMA_END,
};

static const char *const shape_names[] = { "openconfig", "napalm", NULL };

static const struct schema_option common_options[] = {
	{ .key = "name", .type = SCHEMA_TEXT, .offset = offsetof(struct output_config, name),
	    .help = "What the output is called in messages, counters and reloads: letters, digits, '-', '_' and '.', at most 63 of them. In a map of "
	            "outputs its key; otherwise its kind, if it has none." },
	{ .key = "kind", .type = SCHEMA_ENUM, .offset = offsetof(struct output_config, kind), .names = output_kind_names, .required = true,
	    .help = "Which kind of output it is." },
	{ .key = "format", .type = SCHEMA_ENUM, .offset = offsetof(struct output_config, format), .fallback = "native",
	    .names = format_names, .help = "What goes out. native: the whole envelope. napalm: the keys of napalm-logs and no others. ecs: the Elastic Common Schema, "
	            "with what it has no field for under netnorm. raw: the line as it came, byte for byte and no JSON, for an archive; a message "
	            "that has newlines in it then takes several lines of a file." },
	{ .key = "shape", .type = SCHEMA_ENUM, .offset = offsetof(struct output_config, shape), .fallback = "openconfig", .names = shape_names,
	    .help = "What the native format holds in yang_model and yang_message. openconfig: an object that is valid in the OpenConfig models "
	            "(RFC 7951), as the format ecs has it. napalm: the paths of napalm-logs." },
	{ .key = "filter", .type = SCHEMA_NODE, .offset = offsetof(struct output_config, filter),
	    .help = "Which events it takes: a map of include and exclude. Without it all events, but no RAW and no UNKNOWN." },
	{ .key = "dead_letter", .type = SCHEMA_TEXT, .offset = offsetof(struct output_config, dead_letter),
	    .help = "A file to which what the far side refuses for good is appended, a JSON object a line with the reason and the text. `netnorm dlq` shows them and "
	            "sends them again. Without it they are dropped and counted." },
	{ .key = "queue", .type = SCHEMA_MAP, .offset = offsetof(struct output_config, queue), .table = queue_options,
	    .help = "What waits for the output." },
	SCHEMA_END,
};

static size_t
count(const struct schema_option *table)
{
	size_t n = 0;

	while (table && table[n].key)
		n++;
	return n;
}

/* The options of all outputs and of this kind as one table. */
static void
whole_table(const struct output_kind *kind, struct schema_option table[MAX_OPTIONS])
{
	size_t common = count(common_options), own = count(kind->options);

	if (common + own >= MAX_OPTIONS)
		own = MAX_OPTIONS - 1 - common;
	memcpy(table, common_options, common * sizeof(*table));
	if (own > 0)
		memcpy(table + common, kind->options, own * sizeof(*table));
	table[common + own] = (struct schema_option)SCHEMA_END;
}

static void
config_free(struct output_config **cp)
{
	struct schema_option table[MAX_OPTIONS];

	if (*cp) {
		whole_table(output_kinds[(*cp)->kind], table);
		schema_fini(table, *cp);
	}
	free(*cp);
	*cp = NULL;
}

/* The kind that an output's map names, or -1 with a fault. */
static int
find_kind(const struct yaml_doc *doc, const struct yaml_node *map, const char *what, struct diag *diag)
{
	const struct yaml_node *node = yaml_get(map, "kind");
	struct diag_place place = yaml_place(doc, node ? node : map);
	const char *meant;

	if (!node) {
		diag_add(diag, DIAG_ERROR, &place, "%s: the option \"kind\" is missing", what);
		return -1;
	}
	for (int i = 0; output_kinds[i]; i++)
		if (span_eq(node->text, span_str(output_kinds[i]->name)))
			return i;
	meant = diag_suggest(node->text, output_kind_names);
	diag_add(diag, DIAG_ERROR, &place, "%s: there is no kind \"%.*s\" of output%s%s%s", what, (int)node->text.n,
	    node->text.p ? node->text.p : "", meant ? " (did you mean \"" : "", meant ? meant : "", meant ? "\"?)" : "");
	return -1;
}

/* One output; NULL after a fault. */
static struct output_config *
config_read(const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	const struct yaml_node *name = map->key && map->key->text.p ? map->key : yaml_get(map, "name");
	struct schema_option table[MAX_OPTIONS];
	struct output_config *c;
	char what[128];
	int kind;

	snprintf(what, sizeof(what), "output \"%.*s\"", name ? (int)name->text.n : 1, name ? name->text.p : "?");
	kind = find_kind(doc, map, what, diag);
	if (kind == -1 || !(c = calloc(1, output_kinds[kind]->config_bytes)))
		return NULL;
	c->kind = kind;
	whole_table(output_kinds[kind], table);
	if (schema_read(table, doc, map, what, c, diag) == -1 ||
	    (output_kinds[kind]->check && output_kinds[kind]->check(c, doc, map, diag) == -1)) {
		c->kind = kind;
		config_free(&c);
		return NULL;
	}
	if (c->format == FORMAT_NATIVE && c->shape == 1)
		c->format = FORMAT_NATIVE_NAPALM;
	if (!c->name)
		c->name = map->key ? strndup(map->key->text.p, map->key->text.n) : strdup(output_kinds[kind]->name);
	if (!c->name)
		config_free(&c);
	return c;
}

static bool
name_is_good(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n <= MAX_NAME && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == n;
}

static bool
name_is_new(const struct output_configs *all, const struct output_config *c)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->items[i]->name, c->name) == 0)
			return false;
	return true;
}

/* Its name can be had and is no other's; else a fault is told. */
static bool
check_name(const struct output_configs *all, const struct output_config *c, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	const struct yaml_node *name = map->key && map->key->text.p ? map->key : yaml_get(map, "name");
	struct diag_place place = yaml_place(doc, map);

	if (!name_is_good(c->name)) {
		place = yaml_place(doc, name ? name : map);
		diag_add(diag, DIAG_ERROR, &place, "the name of an output is made of at most 63 letters, digits, '-', '_' and '.'");
		return false;
	}
	if (!name_is_new(all, c)) {
		diag_add(diag, DIAG_ERROR, &place, "there are two outputs \"%s\"", c->name);
		return false;
	}
	return true;
}

static void
read_one(struct output_configs *all, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	struct diag_place place = yaml_place(doc, map);
	const struct yaml_node *filter_node = yaml_get(map, "filter");
	struct output_config *c;
	struct filter *filter;

	if (map->kind != YAML_MAP) {
		diag_add(diag, DIAG_ERROR, &place, "an output is a map of options, not %s", yaml_kind_name(map->kind));
		return;
	}
	c = config_read(doc, map, diag);
	if (c && !check_name(all, c, doc, map, diag))
		config_free(&c);
	/* Also of an output with other faults: all are told. */
	filter = filter_new(doc, filter_node && filter_node->kind != YAML_NULL ? filter_node : NULL, diag);
	if (!c) {
		filter_free(&filter);
		return;
	}
	all->filters[all->n] = filter;
	all->items[all->n++] = c;
}

int
output_configs_read(struct output_configs *all, const struct yaml_doc *doc, const struct yaml_node *node, struct diag *diag)
{
	size_t errors = diag_errors(diag);
	struct diag_place place;

	*all = (struct output_configs){ 0 };
	if (!node || node->kind == YAML_NULL)
		return 0;
	if (node->kind != YAML_LIST && node->kind != YAML_MAP) {
		place = yaml_place(doc, node);
		diag_add(diag, DIAG_ERROR, &place, "outputs is a list of outputs, not %s", yaml_kind_name(node->kind));
		return -1;
	}
	all->items = calloc(node->children + 1, sizeof(struct output_config *));
	all->filters = calloc(node->children + 1, sizeof(struct filter *));
	if (!all->items || !all->filters) {
		diag_add(diag, DIAG_ERROR, NULL, "no memory for the outputs");
		output_configs_fini(all);
		return -1;
	}
	for (const struct yaml_node *map = node->first; map; map = map->next)
		read_one(all, doc, map, diag);
	return diag_errors(diag) > errors ? -1 : 0;
}

void
output_configs_fini(struct output_configs *all)
{
	for (size_t i = 0; i < all->n; i++) {
		filter_free(&all->filters[i]);
		config_free(&all->items[i]);
	}
	free(all->items);
	free(all->filters);
	*all = (struct output_configs){ 0 };
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool
output_config_same(const struct output_config *a, const struct output_config *b)
{
	const struct output_kind *kind = output_kinds[a->kind];

	return a->kind == b->kind && same_text(a->dead_letter, b->dead_letter) && a->queue.limit == b->queue.limit && a->queue.limit_bytes == b->queue.limit_bytes &&
	    a->queue.when_full == b->queue.when_full && (!kind->options || schema_equal(kind->options, a, b)) &&
	    (!kind->same || kind->same(a, b));
}

void
output_manual(FILE *f)
{
	fputs(".SS Options of all outputs\n", f);
	schema_manual(common_options, f);
	fputs(".SS Filters of outputs\n", f);
	filter_manual(f);
	for (size_t i = 0; output_kinds[i]; i++) {
		fprintf(f, ".SS Output kind %s\n%s\n", output_kinds[i]->name, output_kinds[i]->help);
		if (output_kinds[i]->options)
			schema_manual(output_kinds[i]->options, f);
	}
}
