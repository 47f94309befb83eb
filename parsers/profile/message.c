#include "parsers/profile/message.h"

#include "parsers/profile/compile.h"
#include "parsers/profile/details.h"

static const char *const keys[] = {
	"error", "tag", "values", "line", "model", "mapping", "object", "condition", "op", "severity", "napalm_error", "state",
	"state_tag", "match_on", "facts", "openconfig", "samples", NULL,
};
static const char *const conditions[] = { "up", "down", "other", NULL };
static const enum nevent_condition condition_of[] = { NEVENT_UP, NEVENT_DOWN, NEVENT_OTHER };
#define CONDITIONS "up, down or other"

static int
value_named(const struct profile_message *m, struct span name)
{
	for (size_t i = 0; i < m->nvalues; i++)
		if (span_eq(m->values[i].key.name, name))
			return (int)i;
	return -1;
}

static void
tell_no_value(struct reader *r, const struct profile_message *m, const struct yaml_node *node, struct span name)
{
	const char **names = reader_alloc(r, (m->nvalues + 1) * sizeof(*names));
	const char *meant;
	size_t at = (size_t)(name.p - node->text.p);

	if (!names)
		return;
	for (size_t i = 0; i < m->nvalues; i++)
		names[i] = m->values[i].key.name.p;
	meant = diag_suggest(name, names);
	if (meant)
		reader_fault_in(r, node, at, name.n, "there is no value \"%.*s\" (did you mean \"%s\"?)", READER_TEXT(name), meant);
	else
		reader_fault_in(r, node, at, name.n, "there is no value \"%.*s\"", READER_TEXT(name));
}

/* ---- mapping ---- */

static size_t
read_variables(struct reader *r, const struct profile_message *m, const struct yaml_node *map, struct template_entry *entries)
{
	size_t n = 0;

	if (!map || map->kind == YAML_NULL || !reader_map(r, map, NULL, "variables"))
		return 0;
	for (const struct yaml_node *entry = map->first; entry; entry = entry->next) {
		struct span name = reader_text(r, entry);
		int value = name.p ? value_named(m, name) : -1;

		if (name.p && value < 0)
			tell_no_value(r, m, entry, name);
		if (value >= 0)
			entries[n++] = (struct template_entry){ .path = entry->key->text, .value = value };
	}
	return n;
}

static size_t
read_statics(struct reader *r, const struct yaml_node *map, struct template_entry *entries)
{
	size_t n = 0;

	if (!map || map->kind == YAML_NULL || !reader_map(r, map, NULL, "static"))
		return 0;
	for (const struct yaml_node *entry = map->first; entry; entry = entry->next)
		entries[n++] = (struct template_entry){ .path = entry->key->text, .value = -1, .constant = reader_constant(r, entry) };
	return n;
}

/* The key that the entry came from: for a fault in its path. */
static const struct yaml_node *
key_of_entry(const struct yaml_node *mapping, struct span path)
{
	static const char *const lists[] = { "variables", "static" };

	for (size_t i = 0; i < 2; i++) {
		const struct yaml_node *map = yaml_get(mapping, lists[i]);

		for (const struct yaml_node *entry = map ? map->first : NULL; entry; entry = entry->next)
			if (entry->key->text.p == path.p)
				return entry->key;
	}
	return mapping;
}

static void
read_mapping(struct reader *r, struct profile_message *m, const struct yaml_node *mapping)
{
	static const char *const mapping_keys[] = { "variables", "static", NULL };
	const struct yaml_node *variables = mapping ? yaml_get(mapping, "variables") : NULL;
	const struct yaml_node *statics = mapping ? yaml_get(mapping, "static") : NULL;
	size_t room = (variables ? variables->children : 0) + (statics ? statics->children : 0), n = 0;
	struct template_entry *entries = reader_alloc(r, room * sizeof(*entries));
	struct span *names = reader_alloc(r, m->nvalues * sizeof(*names));
	struct template_error error;

	if (!entries || !names || (mapping && !reader_map(r, mapping, mapping_keys, "mapping")))
		return;
	for (size_t i = 0; i < m->nvalues; i++)
		names[i] = m->values[i].key.name;
	n += read_variables(r, m, variables, entries);
	n += read_statics(r, statics, entries + n);
	m->template = template_compile(entries, n, names, m->nvalues, &error);
	if (m->template) {
		if (reader_own(r, (struct model_owned){ .template = m->template }) == -1)
			m->template = NULL;
	} else if (error.entry < n) {
		reader_fault_in(r, key_of_entry(mapping, entries[error.entry].path), error.offset, 1, "%s", error.message);
	} else {
		reader_fault(r, mapping ? mapping : m->node, "%s", error.message);
	}
}

/* ---- object and condition ---- */

/* The next stretch of `text` from *at on: a literal, or with *value a value. */
static struct model_piece
next_piece(struct reader *r, const struct profile_message *m, const struct yaml_node *node, size_t *at)
{
	struct span text = node->text, name;
	size_t start = *at, end = start;
	const char *close;

	if (text.p[start] == '{' && start + 1 < text.n && text.p[start + 1] != '{') {
		close = memchr(text.p + start, '}', text.n - start);
		*at = close ? (size_t)(close - text.p) + 1 : text.n;
		if (close) {
			name = span_between(text.p + start + 1, close);
			if (value_named(m, name) >= 0)
				return (struct model_piece){ SPAN_LIT(""), value_named(m, name) };
			tell_no_value(r, m, node, name);
		} else {
			reader_fault_in(r, node, start, 1, "the brace is not closed");
		}
		return (struct model_piece){ SPAN_LIT(""), -1 };
	}
	if (text.p[start] == '{' || text.p[start] == '}') {
		*at = start + 2 <= text.n ? start + 2 : text.n;
		return (struct model_piece){ span_of(text.p + start, 1), -1 };
	}
	while (end < text.n && text.p[end] != '{' && text.p[end] != '}')
		end++;
	*at = end;
	return (struct model_piece){ span_of(text.p + start, end - start), -1 };
}

static void
read_object(struct reader *r, struct profile_message *m, const struct yaml_node *node)
{
	struct span text = reader_text(r, node);

	if (!text.p)
		return;
	m->object = reader_alloc(r, (text.n + 1) * sizeof(*m->object));
	for (size_t at = 0; m->object && at < text.n;)
		m->object[m->nobject++] = next_piece(r, m, node, &at);
}

static void
read_condition(struct reader *r, struct profile_message *m, const struct yaml_node *node)
{
	const struct yaml_node *by;
	int i;

	m->condition_value = -1;
	if (!node)
		return;
	if (node->kind != YAML_MAP) {
		i = reader_enum(r, node, conditions, CONDITIONS ", or a map by a value");
		m->condition = i < 0 ? NEVENT_CONDITION_NONE : condition_of[i];
		return;
	}
	by = node->first;
	if (node->children != 1 || !reader_map(r, by, NULL, "a condition by a value")) {
		if (node->children != 1)
			reader_fault(r, node, "a condition goes by one value");
		return;
	}
	m->condition_value = value_named(m, by->key->text);
	if (m->condition_value < 0)
		tell_no_value(r, m, by->key, by->key->text);
	m->conditions = reader_alloc(r, by->children * sizeof(*m->conditions));
	for (const struct yaml_node *entry = m->conditions ? by->first : NULL; entry; entry = entry->next) {
		i = reader_enum(r, entry, conditions, CONDITIONS);
		if (i >= 0)
			m->conditions[m->nconditions++] = (struct model_condition){ entry->key->text, condition_of[i] };
	}
}

/* ---- names ---- */

/* Names go into topics, file names and metrics as they are. In folders written for napalm-logs they are what they are. */
static struct span
read_name(struct reader *r, const struct yaml_node *node)
{
	struct span name = reader_text(r, node);
	bool good = name.n > 0 && name.p[0] >= 'A' && name.p[0] <= 'Z';

	if (!name.p)
		return name;
	for (size_t i = 0; i < name.n && good; i++)
		good = (name.p[i] >= 'A' && name.p[i] <= 'Z') || span_is_digit(name.p[i]) || name.p[i] == '_';
	if (!good)
		reader_tell(r, r->os->napalm ? DIAG_WARNING : DIAG_ERROR, node, "the name of an event is capital letters, digits and \"_\", and begins with a letter");
	return name;
}

/* The text of an expression's one group; all of it where that is not plain to see. */
static struct span
inside_group(struct span e)
{
	int depth = 0;
	size_t from = 0;

	for (size_t i = 0; i < e.n; i++) {
		if (e.p[i] == '\\') {
			i++;
		} else if (e.p[i] == '[') {
			for (i += 2; i < e.n && e.p[i] != ']'; i++)
				i += e.p[i] == '\\';
		} else if (e.p[i] == '(') {
			depth += from > 0;
			if (!from && i + 1 < e.n && e.p[i + 1] != '?' && e.p[i + 1] != '*')
				from = i + 1;
		} else if (e.p[i] == ')' && from && depth-- == 0) {
			return span_between(e.p + from, e.p + i);
		}
	}
	return e;
}
/* May the tag that the form cuts out begin with the sign? */
static bool
cuts_signed_tag(const struct model_form *form)
{
	const struct yaml_node *values = yaml_get(form->node, "values"), *entry = values ? values->first : NULL;
	struct regex_error error;
	struct regex *re;
	bool may;

	if (form->tag_group == 0)
		return false;
	while (entry && !(span_starts(entry->key->text, SPAN_LIT("tag")) && (entry->key->text.n == 3 || memchr("| ", entry->key->text.p[3], 2))))
		entry = entry->next;
	re = entry ? regex_compile(inside_group(entry->text), REGEX_ANCHORED, &error) : NULL;
	may = !re || regex_may_start(re, '%');
	regex_free(&re);
	return may;
}

static bool
cut_signed_tags(const struct profile_os *os)
{
	for (size_t i = 0; i < os->nforms; i++)
		if (cuts_signed_tag(&os->forms[i]))
			return true;
	return false;
}

/* `%FOO-4-BAR` has the tag FOO-4-BAR: with the sign a message would never be found. */
static void
check_tags(struct reader *r, const struct profile_message *m, const struct yaml_node *node)
{
	const struct yaml_node *item = node && node->kind == YAML_LIST ? node->first : node;

	if (m->ntags == 0 && node)
		reader_fault(r, node, "tag must name at least one tag");
	if (r->os->napalm || m->match_on.p)
		return;
	for (; item; item = item == node ? NULL : item->next)
		if (item->kind == YAML_TEXT && item->text.n > 0 && item->text.p[0] == '%' && !cut_signed_tags(r->os))
			reader_fault_in(r, item, 0, 1, "a tag stands without the \"%%\" that the line has before it");
}

/* ---- the rest ---- */

static bool
begins_with_text(struct span line)
{
	return line.n > 0 && line.p[0] != ' ' && (line.p[0] != '{' || (line.n > 1 && line.p[1] == '{'));
}

static void
read_line(struct reader *r, struct profile_message *m, const struct yaml_node *map)
{
	struct compile_value *expressions;
	struct compile c = { .napalm = r->os->napalm, .max_groups = MODEL_MAX_GROUPS };
	const struct yaml_node *line = reader_required(r, map, "line", "a message");

	c.nvalues = compile_values(r, yaml_get(map, "values"), 0, &c.values, &expressions);
	c.expressions = expressions;
	m->values = c.values;
	m->nvalues = c.nvalues;
	c.node = line;
	c.line = reader_text(r, line);
	if (!c.line.p)
		return;
	m->line_pattern = c.line;
	if (c.line.n == 0 && !c.napalm)
		reader_fault(r, line, "an empty line fits everything");
	if (compile_line(r, &c) == -1)
		return;
	m->regex = c.regex;
	m->literals = c.literals;
	m->literal_blanks = c.literal_blanks;
	m->nliterals = c.nliterals;
	m->leading = c.leading;
	m->anywhere = c.napalm;
	m->text_first = c.leading && begins_with_text(c.line);
}

/* napalm-logs writes `state: 1` and shows what is behind it as it is. */
static void
read_state(struct reader *r, struct profile_message *m, const struct yaml_node *map)
{
	static const int64_t any[] = { INT64_MIN, INT64_MAX };
	const struct yaml_node *state = yaml_get(map, "state");

	if (state && state->kind != YAML_NULL) {
		m->has_state = true;
		m->state = reader_int(r, state, any, 0);
	}
	m->state_tag = reader_text(r, yaml_get(map, "state_tag"));
}

static void
read_match_on(struct reader *r, struct profile_message *m, const struct yaml_node *node)
{
	struct span name = reader_text(r, node);
	const struct model_detail *detail;

	if (!name.p || span_eq(name, SPAN_LIT("tag")))
		return;
	detail = details_find(&r->os->details, name);
	for (size_t i = 0; i < r->os->nforms && !detail; i++)
		detail = details_find(&r->os->forms[i].details, name);
	if (!detail)
		reader_fault(r, node, "the details of this OS have no \"%.*s\"", READER_TEXT(name));
	m->match_on = name;
}

static void
read_samples(struct reader *r, struct profile_message *m, const struct yaml_node *samples)
{
	static const char *const sample_keys[] = { "line", "want", "yang", "os", "refused", NULL };

	if (!samples || samples->kind == YAML_NULL)
		return;
	if (samples->kind != YAML_LIST) {
		reader_fault(r, samples, "samples must be a list, this is %s", yaml_kind_name(samples->kind));
		return;
	}
	m->samples = samples;
	for (const struct yaml_node *sample = samples->first; sample; sample = sample->next) {
		const struct yaml_node *want;

		if (!reader_map(r, sample, sample_keys, "a sample"))
			continue;
		reader_text(r, reader_required(r, sample, "line", "a sample"));
		want = yaml_get(sample, "refused");
		if (want && want->kind != YAML_BOOL)
			reader_fault(r, want, "refused must be true or false");
		want = yaml_get(sample, "want");
		if (want)
			reader_map(r, want, NULL, "want");
	}
}

struct profile_message *
message_read(struct reader *r, const struct yaml_node *map)
{
	static const char *const ops[] = { "update", "delete", NULL };
	static const int64_t severities[] = { 0, 7 };
	struct profile_message *m = reader_alloc(r, sizeof(*m));
	struct model_globs tags;
	size_t errors = diag_errors(r->diag);

	if (!m || !reader_map(r, map, keys, "a message"))
		return NULL;
	m->os = r->os;
	m->doc = r->doc;
	m->dir = r->dir;
	m->node = map;
	m->error = read_name(r, reader_required(r, map, "error", "a message"));
	m->napalm_error = read_name(r, yaml_get(map, "napalm_error"));
	tags = reader_texts(r, reader_required(r, map, "tag", "a message"));
	m->tags = tags.items;
	m->ntags = tags.n;
	m->yang_model = reader_text(r, reader_required(r, map, "model", "a message"));
	read_line(r, m, map);
	read_mapping(r, m, yaml_get(map, "mapping"));
	read_object(r, m, yaml_get(map, "object"));
	read_condition(r, m, yaml_get(map, "condition"));
	m->op = reader_enum(r, yaml_get(map, "op"), ops, "update or delete") == 1 ? NEVENT_DELETE : NEVENT_UPDATE;
	m->severity = (int)reader_int(r, yaml_get(map, "severity"), severities, -1);
	read_state(r, m, map);
	read_match_on(r, m, yaml_get(map, "match_on"));
	check_tags(r, m, yaml_get(map, "tag"));
	m->facts = yaml_get(map, "facts");
	read_samples(r, m, yaml_get(map, "samples"));
	return diag_errors(r->diag) == errors ? m : NULL;
}

bool
message_same(const struct profile_message *a, const struct profile_message *b)
{
	if (!span_eq(a->error, b->error) || !span_eq(a->line_pattern, b->line_pattern) || a->ntags != b->ntags)
		return false;
	for (size_t i = 0; i < a->ntags; i++)
		if (!span_eq(a->tags[i], b->tags[i]))
			return false;
	return true;
}
