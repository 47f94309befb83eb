/*
 * The table of kinds, and the `inputs:` of a configuration.  What a kind does is in its own file.
 */
#include "collector/input.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "collector/config_path.h"
#include "collector/input_part.h"

#define INPUT_MAX_OPTIONS 32

const struct input_kind *const input_kinds[] = {
	&input_udp, &input_tcp, &input_unix_dgram, &input_unix_stream, &input_stdin, &input_file, NULL,
};

/* In the order of input_kinds. */
static const char *const kind_names[] = { "udp", "tcp", "unix-dgram", "unix-stream", "stdin", "file", NULL };

static const struct schema_option common_options[] = {
	{ .key = "name", .type = SCHEMA_TEXT, .offset = offsetof(struct input_config, name), .required = true,
	    .help = "What counters and messages call it: letters, digits, '-', '_' and '.', at most 63 of them. A reload compares inputs by name." },
	{ .key = "kind", .type = SCHEMA_ENUM, .offset = offsetof(struct input_config, kind), .required = true, .names = kind_names,
	    .help = "Where the messages come from." },
	{ .key = "max_message", .type = SCHEMA_SIZE, .offset = offsetof(struct input_config, max_message_bytes), .fallback = "64KiB",
	    .min = 480, .max = 1 << 20, .help = "Longer messages are cut there and marked \"truncated\"." },
	SCHEMA_END
};

/* The common options and a kind's own, as one table. */
static void
join_options(const struct input_kind *kind, struct schema_option table[INPUT_MAX_OPTIONS])
{
	const struct schema_option *const parts[] = { common_options, kind->options };
	size_t n = 0;

	for (size_t i = 0; i < 2; i++) {
		for (const struct schema_option *o = parts[i]; o && o->key && n < INPUT_MAX_OPTIONS - 1; o++)
			table[n++] = *o;
	}
	table[n] = (struct schema_option)SCHEMA_END;
}

static void
free_config(struct input_config *c)
{
	struct schema_option table[INPUT_MAX_OPTIONS];

	if (!c)
		return;
	join_options(input_kinds[c->kind], table);
	schema_fini(table, c);
	free(c);
}

/* The index of the kind that the map names, or -1 with the fault in the diag. */
static int
read_kind(const struct yaml_doc *doc, const struct yaml_node *map, const char *what, struct diag *d)
{
	const struct yaml_node *node = yaml_get(map, "kind");
	struct diag_place place = yaml_place(doc, node ? node : map);
	const char *meant;

	if (!node) {
		diag_add(d, DIAG_ERROR, &place, "%s needs \"kind\"", what);
		return -1;
	}
	for (int i = 0; kind_names[i]; i++) {
		if (span_eq(node->text, span_str(kind_names[i])))
			return i;
	}
	meant = diag_suggest(node->text, kind_names);
	diag_add(d, DIAG_ERROR, &place, "%s: there is no kind of input \"%.*s\"%s%s%s", what, (int)node->text.n, node->text.p,
	    meant ? " (did you mean \"" : "", meant ? meant : "", meant ? "\"?)" : "");
	return -1;
}

static bool
name_is_good(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n < sizeof(((struct input *)0)->name) &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == n;
}

static int
check_name(const struct input_configs *configs, const struct input_config *c, struct diag_place place, struct diag *d)
{
	if (!name_is_good(c->name)) {
		diag_add(d, DIAG_ERROR, &place, "the name of an input is made of at most 63 letters, digits, '-', '_' and '.'");
		return -1;
	}
	for (size_t i = 0; i < configs->n; i++) {
		if (strcmp(configs->items[i]->name, c->name) == 0) {
			diag_add(d, DIAG_ERROR, &place, "another input has the name \"%s\" already", c->name);
			return -1;
		}
	}
	return 0;
}

/* Relative paths are relative to the file that has them. */
static int
resolve_paths(const struct input_kind *kind, struct input_config *c, const char *file)
{
	for (const struct schema_option *o = kind->options; o->key; o++) {
		char **path = (char **)(void *)((char *)c + o->offset);

		if (o->type == SCHEMA_TEXT && strcmp(o->key, "path") == 0 && schema_resolve_path(path, file) == -1)
			return -1;
	}
	return 0;
}

static struct input_config *
read_one(const struct input_configs *configs, const struct yaml_doc *doc, const struct yaml_node *map, size_t number, struct diag *d)
{
	const struct yaml_node *name = map->key && map->key->text.p ? map->key : yaml_get(map, "name");
	struct schema_option table[INPUT_MAX_OPTIONS];
	struct input_config *c = NULL;
	char what[96];
	bool good;
	int kind;

	if (name)
		snprintf(what, sizeof(what), "input \"%.*s\"", (int)(name->text.n < 64 ? name->text.n : 64), name->text.p);
	else
		snprintf(what, sizeof(what), "input %zu", number);
	kind = read_kind(doc, map, what, d);
	if (kind == -1)
		return NULL;
	c = calloc(1, input_kinds[kind]->config_bytes);
	if (!c) {
		diag_add(d, DIAG_ERROR, NULL, "no memory");
		return NULL;
	}
	join_options(input_kinds[kind], table);
	if (map->key && map->key->text.p)
		c->name = strndup(map->key->text.p, map->key->text.n);
	good = schema_read(table, doc, map, what, c, d) == 0;
	good = (!c->name || check_name(configs, c, yaml_place(doc, name), d) == 0) && good;     /* also of one with other faults: all are told */
	if (!good || (input_kinds[kind]->check && input_kinds[kind]->check(c, doc, map, d) == -1)) {
		c->kind = kind;
		free_config(c);
		return NULL;
	}
	if (resolve_paths(input_kinds[kind], c, doc->file) == -1) {
		diag_add(d, DIAG_ERROR, NULL, "no memory");
		free_config(c);
		return NULL;
	}
	return c;
}

int
input_configs_read(struct input_configs *configs, const struct yaml_doc *doc, const struct yaml_node *list, struct diag *d)
{
	size_t number = 0;
	int result = 0;

	*configs = (struct input_configs){ NULL, 0 };
	if (!list || list->kind == YAML_NULL)
		return 0;
	if (list->kind != YAML_LIST && list->kind != YAML_MAP) {
		struct diag_place place = yaml_place(doc, list);

		diag_add(d, DIAG_ERROR, &place, "\"inputs\" must be a list of maps with name and kind, not %s", yaml_kind_name(list->kind));
		return -1;
	}
	configs->items = calloc(list->children + 1, sizeof(struct input_config *));
	if (!configs->items)
		return -1;
	for (const struct yaml_node *item = list->first; item; item = item->next) {
		struct input_config *c = NULL;
		struct diag_place place = yaml_place(doc, item);

		number++;
		if (item->kind == YAML_MAP)
			c = read_one(configs, doc, item, number, d);
		else
			diag_add(d, DIAG_ERROR, &place, "an input is a map with name and kind, not %s", yaml_kind_name(item->kind));
		if (c)
			configs->items[configs->n++] = c;
		else
			result = -1;
	}
	return result;
}

void
input_configs_fini(struct input_configs *configs)
{
	for (size_t i = 0; i < configs->n; i++)
		free_config(configs->items[i]);
	free(configs->items);
	*configs = (struct input_configs){ NULL, 0 };
}

bool
input_config_same(const struct input_config *a, const struct input_config *b)
{
	struct schema_option table[INPUT_MAX_OPTIONS];

	if (a->kind != b->kind)
		return false;
	join_options(input_kinds[a->kind], table);
	return schema_equal(table, a, b);
}

static struct input_place
place_of(const struct input_config *c)
{
	struct input_place place = { NULL, NULL, -1 };

	if (input_kinds[c->kind]->place)
		input_kinds[c->kind]->place(c, &place);
	return place;
}

bool
input_config_same_place(const struct input_config *a, const struct input_config *b)
{
	struct input_place p = place_of(a), q = place_of(b);

	return p.protocol && q.protocol && strcmp(p.protocol, q.protocol) == 0 && p.port == q.port && strcmp(p.where, q.where) == 0;
}

bool
input_config_collides(const struct input_config *a, const struct input_config *b)
{
	struct input_place p = place_of(a), q = place_of(b);

	if (!p.protocol || !q.protocol || strcmp(p.protocol, q.protocol) != 0 || p.port != q.port)
		return false;
	return p.port == -1 ? strcmp(p.where, q.where) == 0 : input_address_overlap(p.where, q.where);
}

void
input_manual(FILE *out)
{
	fputs(".SS Options of all inputs\n", out);
	schema_manual(common_options, out);
	for (size_t i = 0; input_kinds[i]; i++) {
		fprintf(out, ".SS Input kind %s\n%s\n", input_kinds[i]->name, input_kinds[i]->help);
		schema_manual(input_kinds[i]->options, out);
	}
}

void
input_drained(struct input *in)
{
	in->on_drained(in, in->on_drained_arg);
}

void
input_left(struct input *in, uint64_t bytes)
{
	atomic_fetch_add(&in->left_bytes, bytes);
}

void
input_parts_init(struct input_parts *parts, struct input *in, unsigned n)
{
	parts->input = in;
	atomic_init(&parts->left, n);
}

void
input_part_done(struct input_parts *parts)
{
	if (atomic_fetch_sub(&parts->left, 1) == 1)
		input_drained(parts->input);
}

void
input_post(struct worker *w, void (*fn)(struct worker *, void *), void *arg)
{
	while (worker_post(w, fn, arg) == -1)
		usleep(10000);          /* no memory for a letter: nothing else can be done than to wait for some */
}

struct event *
input_deadline(struct worker *w, int64_t deadline_ns, event_callback_fn fn, void *arg)
{
	int64_t left_ns = deadline_ns - clock_monotonic_ns();
	struct timeval tv = { 0, 0 };
	struct event *ev = evtimer_new(w->base, fn, arg);

	left_ns -= left_ns / 8;         /* whoever set the deadline waits for it, too: be done before */
	if (left_ns > 0) {
		tv.tv_sec = left_ns / CLOCK_NS_PER_S;
		tv.tv_usec = left_ns % CLOCK_NS_PER_S / 1000;
	}
	if (ev && event_add(ev, &tv) == -1) {
		event_free(ev);
		ev = NULL;
	}
	return ev;
}
