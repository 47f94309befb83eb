/*
 * Kinds of events.  A path of the models becomes nodes of a tree, its keys and its value slots; `alarm` and `message` are written out as paths, too.
 */
#include "parsers/profile/kind.h"

#include <stdio.h>
#include <stdlib.h>

#include "parsers/profile/kind_part.h"

static const char *const file_keys[] = { "paths", "maps", "kinds", NULL };
static const char *const kind_keys[] = { "text", "openconfig", "alarm", "clears", "message", "fallback", "op", NULL };

/* ---- the names of all files ---- */

static const struct yaml_node *
file_part(const struct yaml_doc *doc, const char *key)
{
	return doc->root->kind == YAML_MAP ? yaml_get(doc->root, key) : NULL;
}

/* `$name/...` with what the name stands for. */
struct span
kind_expand(struct kinds *k, const struct yaml_node *node, struct span text, size_t *alias)
{
	const char *slash;
	struct span name;

	*alias = 0;
	if (text.n == 0 || text.p[0] != '$')
		return text;
	slash = memchr(text.p, '/', text.n);
	name = span_between(text.p + 1, slash ? slash : text.p + text.n);
	for (size_t i = 0; i < k->npaths; i++)
		if (span_eq(k->paths[i].name, name)) {
			*alias = name.n + 1;
			return arena_printf(&k->r->set->arena, "%.*s%.*s", (int)k->paths[i].path.n, k->paths[i].path.p,
			    (int)(text.n - *alias), text.p + *alias);
		}
	reader_fault_in(k->r, node, 0, name.n + 1, "no path is named \"%.*s\"", READER_TEXT(name));
	return SPAN_NONE;
}

static void
read_paths(struct kinds *k, const struct yaml_node *map)
{
	size_t unused;

	if (!map || !reader_map(k->r, map, NULL, "paths"))
		return;
	for (const struct yaml_node *entry = map->first; entry; entry = entry->next) {
		struct span text = reader_text(k->r, entry), path = text.p ? kind_expand(k, entry, text, &unused) : text;
		size_t i = 0;

		if (!path.p)
			continue;
		while (i < k->npaths && !span_eq(k->paths[i].name, entry->key->text))
			i++;
		if (i == KIND_MAX_PATHS) {
			reader_fault(k->r, entry->key, "more than %d paths with a name", KIND_MAX_PATHS);
			return;
		}
		k->paths[i] = (struct kind_path){ entry->key->text, path };
		if (i == k->npaths)
			k->npaths++;
	}
}

static void
read_file_names(struct kinds *k, const struct yaml_doc *doc)
{
	const struct yaml_node *maps = file_part(doc, "maps");

	k->r->doc = doc;
	if (doc->root->kind == YAML_NULL || !reader_map(k->r, doc->root, file_keys, "a file of kinds"))
		return;
	read_paths(k, file_part(doc, "paths"));
	if (maps)
		cast_read_maps(k->r, maps);
}

/* ---- one kind ---- */

static void
put_alarm(struct kind_builder *b, const struct yaml_node *node, struct span severity)
{
	static const struct {
		struct span leaf, value;
	} leaves[] = {
		{ { "resource", 8 }, { "{.object?system}", 16 } }, { { "text", 4 }, { "{.text}", 7 } }, { { "time-created", 12 }, { "{.time}", 7 } },
		{ { "type-id", 7 }, { "{.alarm}", 8 } },
	};
	struct span head = SPAN_LIT("/system/alarms/alarm[id={.alarm}|{.object?system}]/state/");
	struct span path = arena_printf(&b->k->r->set->arena, "%.*sseverity", (int)head.n, head.p);

	kind_put(b, node, path, span_eq(severity, SPAN_LIT("auto")) ? SPAN_LIT("{.alarm_severity}") : severity);
	for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++)
		kind_put(b, node, arena_printf(&b->k->r->set->arena, "%.*s%.*s", (int)head.n, head.p, (int)leaves[i].leaf.n, leaves[i].leaf.p),
		    leaves[i].value);
	if (kind_has(b, SPAN_LIT("/system/alarms/alarm/state/cleared")))
		kind_put(b, node, arena_printf(&b->k->r->set->arena, "%.*scleared", (int)head.n, head.p), SPAN_LIT("{.cleared}"));
}

static void
put_record(struct kind_builder *b, const struct yaml_node *node)
{
	kind_put(b, node, SPAN_LIT("/system/messages/state/message/msg"), SPAN_LIT("{.text}"));
	kind_put(b, node, SPAN_LIT("/system/messages/state/message/priority"), SPAN_LIT("{.priority}"));
	kind_put(b, node, SPAN_LIT("/system/messages/state/message/app-name"), SPAN_LIT("{.process}"));
	kind_put(b, node, SPAN_LIT("/system/messages/state/message/procid"), SPAN_LIT("{.pid}"));
	kind_put(b, node, SPAN_LIT("/system/messages/state/message/msgid"), SPAN_LIT("{.error}"));
}

/* `{state|bgp_state}` may stand without quotes: YAML reads a map of one key then. */
static struct span
value_text(struct kind_builder *b, const struct yaml_node *node)
{
	struct span key;

	if (node->kind == YAML_MAP && node->children == 1 && node->first->kind == YAML_NULL) {
		key = node->first->key->text;
		return arena_printf(&b->k->r->set->arena, "{%.*s}", (int)key.n, key.p);
	}
	if (node->kind == YAML_NULL)
		return SPAN_NONE;
	return reader_text(b->k->r, node);
}

static void
put_entries(struct kind_builder *b, const struct yaml_node *map)
{
	if (!map || map->kind == YAML_NULL || !reader_map(b->k->r, map, NULL, "openconfig"))
		return;
	for (const struct yaml_node *entry = map->first; entry; entry = entry->next) {
		struct span value = value_text(b, entry), path = kind_expand(b->k, entry->key, entry->key->text, &b->alias);

		b->aliased = path.n - (entry->key->text.n - b->alias);
		b->value = entry;
		if (path.p && (value.p || entry->kind == YAML_NULL))
			kind_put(b, entry->key, path, value);
		b->value = NULL;
		b->alias = b->aliased = 0;
	}
}

static const struct strict_kind *
fallback_of(struct kinds *k, const struct yaml_node *map)
{
	static const char *const words[] = { "message", "alarm", NULL };

	return reader_enum(k->r, yaml_get(map, "fallback"), words, "alarm or message") == 1 ? k->alarm : k->record;
}

static bool
is_true(struct reader *r, const struct yaml_node *node)
{
	if (node && node->kind != YAML_BOOL)
		reader_fault(r, node, "true or false");
	return node && node->kind == YAML_BOOL && node->boolean;
}

/* NULL after a fault. */
static const struct strict_kind *
read_kind(struct kinds *k, struct span name, const struct yaml_node *map, const char *const *keys)
{
	static const char *const ops[] = { "update", "delete", NULL };
	struct reader *r = k->r;
	struct kind_builder b;
	size_t errors = diag_errors(r->diag);
	const struct yaml_node *alarm, *entries;

	if (!kind_begin(&b, k, name) || !reader_map(r, map, keys, "a kind of event"))
		return NULL;
	alarm = yaml_get(map, "alarm");
	entries = yaml_get(map, "openconfig");
	b.kind->doc = r->doc;
	b.kind->dir = k->dir;
	b.kind->node = map->key ? map->key : map;
	b.kind->text = reader_text(r, yaml_get(map, "text"));
	b.kind->clears = reader_text(r, yaml_get(map, "clears"));
	b.kind->op = reader_enum(r, yaml_get(map, "op"), ops, "update or delete") == 1 ? NEVENT_DELETE : NEVENT_UPDATE;
	b.kind->fallback = fallback_of(k, map);
	put_entries(&b, entries);
	if (alarm && b.kind->op == NEVENT_DELETE)
		reader_fault(r, yaml_get(map, "op"), "an alarm is raised by an update, and its end is a delete by itself: leave `op` out");
	if (alarm)
		put_alarm(&b, alarm, reader_text(r, alarm));
	if (is_true(r, yaml_get(map, "message")))
		put_record(&b, yaml_get(map, "message"));
	if (b.tree.n == 0 && diag_errors(r->diag) == errors)
		reader_fault(r, map, "the kind says nothing: give it `openconfig`, `alarm` or `message`");
	kind_end(&b);
	return diag_errors(r->diag) == errors ? b.kind : NULL;
}

static int
by_name(const void *a, const void *b)
{
	const struct strict_kind *x = a, *y = b;
	size_t n = x->name.n < y->name.n ? x->name.n : y->name.n;
	int c = memcmp(x->name.p, y->name.p, n);

	return c != 0 ? c : (x->name.n > y->name.n) - (x->name.n < y->name.n);
}

static bool
has_kind(const struct strict_set *set, struct span name)
{
	for (size_t i = 0; i < set->nkinds; i++)
		if (span_eq(set->kinds[i].name, name))
			return true;
	return false;
}

static void
read_kinds(struct kinds *k, const struct kind_doc *from, struct strict_set *set)
{
	const struct yaml_node *map = file_part(from->doc, "kinds");

	k->r->doc = from->doc;
	k->dir = from->dir;
	if (!map || map->kind == YAML_NULL || !reader_map(k->r, map, NULL, "kinds"))
		return;
	for (const struct yaml_node *entry = map->first; entry; entry = entry->next) {
		const struct strict_kind *kind = has_kind(set, entry->key->text) ? NULL : read_kind(k, entry->key->text, entry, kind_keys);

		if (kind)
			set->kinds[set->nkinds++] = *kind;
	}
}

/* What goes out where nothing else does. */
static bool
make_fallbacks(struct kinds *k)
{
	struct kind_builder alarm, record;

	k->r->doc = NULL;
	if (!kind_begin(&alarm, k, SPAN_LIT("alarm")) || !kind_begin(&record, k, SPAN_LIT("message")))
		return false;
	put_alarm(&alarm, NULL, SPAN_LIT("auto"));
	put_record(&record, NULL);
	kind_end(&alarm);
	kind_end(&record);
	k->alarm = alarm.kind;
	k->record = record.kind;
	return true;
}

void
kind_read_all(struct reader *r, const struct kind_doc *docs, size_t ndocs, const struct yang_table *table)
{
	struct kinds *k = reader_alloc(r, sizeof(*k));
	struct strict_set *set = reader_alloc(r, sizeof(*set));
	size_t room = 0;

	if (!k || !set)
		return;
	r->set->kinds = k;
	*k = (struct kinds){ .r = r, .table = table };
	k->os.interfaces = cast_no_interfaces;
	r->os = &k->os;
	for (size_t i = 0; i < ndocs; i++) {
		const struct yaml_node *map = file_part(docs[i].doc, "kinds");

		read_file_names(k, docs[i].doc);
		room += map && map->kind == YAML_MAP ? map->children : 0;
	}
	set->kinds = reader_alloc(r, room * sizeof(*set->kinds));
	if (!set->kinds || !make_fallbacks(k))
		return;
	set->alarm = k->alarm;
	set->record = k->record;
	for (size_t i = ndocs; i-- > 0;)
		read_kinds(k, &docs[i], set);
	if (set->nkinds)
		qsort(set->kinds, set->nkinds, sizeof(*set->kinds), by_name);
	r->set->strict = set;
}

/* ---- the messages of a kind ---- */

static const struct strict_kind *
kind_named(const struct strict_set *set, struct span name)
{
	const struct strict_kind like = { .name = name };

	return set->nkinds ? bsearch(&like, set->kinds, set->nkinds, sizeof(*set->kinds), by_name) : NULL;
}

static int
fact_named(const struct strict_kind *kind, struct span name)
{
	for (size_t i = 0; i < kind->nfacts; i++)
		if (kind->facts[i].envelope == STRICT_OF_MESSAGE && span_eq(kind->facts[i].name, name))
			return (int)i;
	return -1;
}

static int
value_named(const struct profile_message *m, struct span name)
{
	for (size_t i = 0; i < m->nvalues; i++)
		if (span_eq(m->values[i].key.name, name))
			return (int)i;
	return -1;
}

static void
tell_no_fact(struct reader *r, const struct strict_kind *kind, const struct yaml_node *key)
{
	const char **names = reader_alloc(r, (kind->nfacts + 1) * sizeof(*names));
	const char *meant;
	size_t n = 0;

	if (!names)
		return;
	for (size_t i = 0; i < kind->nfacts; i++)
		if (kind->facts[i].envelope == STRICT_OF_MESSAGE)
			names[n++] = kind->facts[i].name.p;
	meant = diag_suggest(key->text, names);
	if (meant)
		reader_fault(r, key, "%.*s asks for no fact \"%.*s\" (did you mean \"%s\"?)", READER_TEXT(kind->name), READER_TEXT(key->text), meant);
	else
		reader_fault(r, key, "%.*s asks for no fact \"%.*s\"", READER_TEXT(kind->name), READER_TEXT(key->text));
}

/*
 * A kind that replaces another may ask for less: what messages of a directory before its own give it beside that is dropped.  Told at the kind, once for
 * each fact.
 */
static void
drop_fact(struct reader *r, const struct profile_message *m, const struct yaml_node *key)
{
	const struct strict_kind *kind = m->answers.kind;
	struct kinds *kinds = r->set->kinds;
	struct kind_dropped *one = kinds->dropped;
	struct diag_place first = yaml_place(m->doc, key), place = yaml_place(kind->doc, kind->node);

	while (one && !(one->kind == kind && span_eq(one->fact, key->text)))
		one = one->next;
	if (one || !(one = reader_alloc(r, sizeof(*one))))
		return;
	*one = (struct kind_dropped){ kind, key->text, kinds->dropped };
	kinds->dropped = one;
	diag_add(r->diag, DIAG_WARNING, &place, "%.*s asks for no fact \"%.*s\", which messages of an earlier directory give (the first at %s:%d): it is dropped",
	    READER_TEXT(kind->name), READER_TEXT(key->text), first.file, first.line);
}

/* A constant, or `{value}`, `{value|cast}`. */
static void
read_given(struct reader *r, const struct profile_message *m, const struct yaml_node *entry, struct strict_given *given)
{
	struct span text = entry->text, name, cast;
	const char *bar;

	given->value = -1;
	if (entry->kind != YAML_TEXT || text.n < 3 || text.p[0] != '{' || text.p[text.n - 1] != '}') {
		given->constant = reader_constant(r, entry);
		return;
	}
	name = span_of(text.p + 1, text.n - 2);
	bar = memchr(name.p, '|', name.n);
	if (bar) {
		cast = span_between(bar + 1, name.p + name.n);
		name = span_between(name.p, bar);
		given->cast = cast_named(m->os, cast);
		if (!given->cast)
			reader_fault_in(r, entry, (size_t)(cast.p - text.p), cast.n, "there is no cast \"%.*s\"", READER_TEXT(cast));
	}
	given->value = value_named(m, name);
	if (given->value < 0)
		reader_fault_in(r, entry, 1, name.n, "there is no value \"%.*s\"", READER_TEXT(name));
}

static void
read_facts(struct reader *r, struct profile_message *m, unsigned char *values)
{
	struct strict_given *given = reader_alloc(r, m->facts->children * sizeof(*given));
	size_t n = 0;

	if (!given || !reader_map(r, m->facts, NULL, "facts"))
		return;
	for (const struct yaml_node *entry = m->facts->first; entry; entry = entry->next) {
		int fact = fact_named(m->answers.kind, entry->key->text);

		if (fact < 0 && m->dir < m->answers.kind->dir)
			drop_fact(r, m, entry->key);
		else if (fact < 0)
			tell_no_fact(r, m->answers.kind, entry->key);
		if (fact < 0)
			continue;
		given[n].fact = (unsigned)fact;
		read_given(r, m, entry, &given[n++]);
		values[fact] = STRICT_GIVEN;
	}
	m->answers.given = given;
	m->answers.ngiven = n;
}

void
kind_bind(struct reader *r, struct profile_message *m)
{
	const struct yaml_node *own = yaml_get(m->node, "openconfig");
	const struct strict_kind *kind;
	unsigned char *values;

	if (!r->set->strict)
		return;
	r->doc = m->doc;
	r->set->kinds->dir = m->dir;
	kind = own ? read_kind(r->set->kinds, m->error, m->node, NULL) : kind_named(r->set->strict, m->error);
	m->answers.kind = kind;
	if (!kind) {
		if (m->facts && !own)
			reader_fault(r, m->facts, "facts are for the mapping of a kind, and %.*s has none", READER_TEXT(m->error));
		return;
	}
	values = reader_alloc(r, kind->nfacts);
	if (!values)
		return;
	for (size_t i = 0; i < kind->nfacts; i++) {
		int value = kind->facts[i].envelope == STRICT_OF_MESSAGE ? value_named(m, kind->facts[i].name) : -1;

		values[i] = value < 0 ? STRICT_NO_VALUE : (unsigned char)value;
	}
	m->answers.values = values;
	if (m->facts)
		read_facts(r, m, values);
	m->answers.may = strict_may(kind, values);
}
