#include "parsers/profile/form.h"

#include "parsers/profile/compile.h"
#include "parsers/profile/details.h"
#include "parsers/profile/match.h"

#define FORM_MASKED 64          /* more forms are tried without a look at the first byte */

/* ---- reading ---- */

static unsigned
group_of(const struct model_form *form, struct span name)
{
	for (size_t i = 0; i < form->nvalues; i++)
		if (span_eq(form->values[i].key.name, name))
			return form->values[i].group;
	return 0;
}

static int
compile_form(struct reader *r, const struct yaml_node *map, struct compile *c, struct model_form *form)
{
	const struct yaml_node *line = reader_required(r, map, "line", c->napalm ? "a prefix" : "a form");

	if (!line || !reader_text(r, line).p)
		return -1;
	c->node = line;
	if (!c->napalm)
		c->line = line->text;
	c->max_groups = MODEL_FORM_GROUPS;
	if (compile_line(r, c) == -1)
		return -1;
	form->regex = c->regex;
	form->doc = r->doc;
	form->node = map;
	form->values = c->values;
	form->nvalues = c->nvalues;
	form->tag_group = group_of(form, SPAN_LIT("tag"));
	form->host_group = group_of(form, SPAN_LIT("host"));
	form->doc = r->doc;
	form->node = map;
	return details_of_form(r, map, form);
}

static int
read_form(struct reader *r, const struct yaml_node *map, struct model_form *form)
{
	static const char *const keys[] = { "part", "values", "line", NULL };
	static const char *const parts[] = { "body", "rest", NULL };
	struct compile_value *expressions;
	struct compile c = { .flags = REGEX_ANCHORED };
	int part;

	if (!reader_map(r, map, keys, "a form"))
		return -1;
	part = reader_enum(r, yaml_get(map, "part"), parts, "body or rest");
	form->part = part == 1 ? MODEL_REST : MODEL_BODY;
	c.nvalues = compile_values(r, yaml_get(map, "values"), 0, &c.values, &expressions);
	c.expressions = expressions;
	if (compile_form(r, map, &c, form) == -1)
		return -1;
	form->start = c.leading ? c.literals[0] : SPAN_LIT("");
	form->literal = find_make(c.leading && compile_longest(&c).p == c.literals[0].p ? SPAN_LIT("") : compile_longest(&c));
	return 0;
}

static struct model_form *
begin_list(struct reader *r, const struct yaml_node *list, const char *what)
{
	struct model_form *forms;

	if (list->kind != YAML_LIST) {
		reader_fault(r, list, "%s must be a list, this is %s", what, yaml_kind_name(list->kind));
		return NULL;
	}
	forms = reader_alloc(r, list->children * sizeof(*forms));
	r->os->forms = forms;
	r->os->nforms = 0;
	return forms;
}

static void
note_starts(struct profile_os *os, size_t i)
{
	const struct model_form *form = &os->forms[i];

	for (unsigned c = 0; i < FORM_MASKED && c < 256; c++)
		if (regex_may_start(form->regex, (char)c))
			os->form_starts[form->part][c] |= UINT64_C(1) << i;
}

void
form_read(struct reader *r, const struct yaml_node *list)
{
	struct model_form *forms = list ? begin_list(r, list, "forms") : NULL;

	if (forms)
		memset(r->os->form_starts, 0, sizeof(r->os->form_starts));
	for (const struct yaml_node *map = forms ? list->first : NULL; map; map = map->next)
		if (read_form(r, map, &forms[r->os->nforms]) == 0)
			note_starts(r->os, r->os->nforms++);
}

/* `{pri}` before the line and `{message}` behind it, as napalm-logs adds them. */
static int
read_prefix(struct reader *r, const struct yaml_node *map, struct model_form *form)
{
	static const char *const keys[] = { "values", "line", "time_format", "state", "state_tag", NULL };
	const struct yaml_node *line = yaml_get(map, "line");
	struct compile_value *expressions;
	struct compile c = { .napalm = true, .added = sizeof("{pri}") - 1 };

	if (!reader_map(r, map, keys, "a prefix"))
		return -1;
	form->part = MODEL_LINE;
	c.nvalues = compile_values(r, reader_required(r, map, "values", "a prefix"), 2, &c.values, &expressions);
	c.values[c.nvalues].key = reader_key(r, SPAN_LIT("pri"));
	expressions[c.nvalues++] = (struct compile_value){ .expression = SPAN_LIT("\\<(\\d+)\\>") };
	c.values[c.nvalues].key = reader_key(r, SPAN_LIT("message"));
	expressions[c.nvalues++] = (struct compile_value){ .expression = SPAN_LIT("(.*)") };
	c.expressions = expressions;
	if (line && line->text.p)
		c.line = arena_printf(&r->set->arena, "{pri}%.*s{message}", (int)line->text.n, line->text.p);
	if (compile_form(r, map, &c, form) == -1)
		return -1;
	form->start = SPAN_LIT("");
	form->literal = find_make(compile_longest(&c));
	form->text_group = group_of(form, SPAN_LIT("message"));
	form->pri_group = group_of(form, SPAN_LIT("pri"));
	form->date_group = group_of(form, SPAN_LIT("date"));
	form->time_group = group_of(form, SPAN_LIT("time"));
	if (form->tag_group == 0)
		reader_fault(r, map, "a prefix must have a value \"tag\"");
	return 0;
}

void
form_read_prefixes(struct reader *r, const struct yaml_node *list)
{
	struct model_form *forms = list ? begin_list(r, list, "prefixes") : NULL;

	for (const struct yaml_node *map = forms ? list->first : NULL; map; map = map->next)
		if (read_prefix(r, map, &forms[r->os->nforms]) == 0)
			r->os->nforms++;
}

/* ---- cutting ---- */

static struct span
part_of(const struct header *h, enum model_part part)
{
	struct span s = part == MODEL_REST ? h->rest : part == MODEL_BODY_COLON ? h->body_colon : h->body;

	return span_trim(s.p ? s : SPAN_LIT(""));
}

static bool
form_fits(const struct model_form *form, struct regex_scratch *scratch, const struct form_line *l, struct span text, struct profile_match *m)
{
	struct regex_subject subject = { .text = form->part == MODEL_LINE ? text : match_bounded(text, l->utf), .start_limit = SIZE_MAX, .utf = l->utf };
	enum regex_outcome outcome;

	if (l->plain)
		regex_line_begin(scratch);
	outcome = regex_match(form->regex, scratch, &subject, m->form_groups, MODEL_FORM_GROUPS + 1);

	if (outcome == REGEX_LIMIT)
		match_limited(m, form->regex, form->doc, form->node);
	if (outcome != REGEX_MATCH)
		return false;
	m->form = form;
	if (form->tag_group)
		m->tag = m->form_groups[form->tag_group];
	if (form->text_group)
		m->text = span_trim(m->form_groups[form->text_group]);
	else
		m->text = span_trim(span_between(m->form_groups[0].p + m->form_groups[0].n, text.p + text.n));
	return true;
}

void
form_header_cut(const struct header *h, struct profile_match *m)
{
	m->tag = h->tag;
	m->text = part_of(h, MODEL_BODY);
	m->form = NULL;
}

/* Forms of this OS that may fit, by the first byte of their part (an empty text has none: then all). */
static uint64_t
forms_left(const struct profile_os *os, const struct span *parts)
{
	uint64_t left = 0;

	for (int part = MODEL_BODY; part <= MODEL_REST; part++) {
		if (parts[part].n == 0)
			return UINT64_MAX;
		left |= os->form_starts[part][(unsigned char)parts[part].p[0]];
	}
	return left;
}

static bool
try_forms(const struct profile_os *os, struct regex_scratch *scratch, const struct form_line *l, const struct span *parts, struct profile_match *m)
{
	uint64_t left = l->plain || os->napalm ? UINT64_MAX : forms_left(os, parts);

	for (size_t i = 0; i < os->nforms; i++) {
		const struct model_form *form = &os->forms[i];
		struct span text = parts[form->part];

		if (i < FORM_MASKED && !(left >> i & 1)) {
			if (left >> i == 0 && os->nforms <= FORM_MASKED)
				return false;
			continue;
		}
		if (!l->plain && !(span_starts(text, form->start) && find_in(text, &form->literal)))
			continue;
		if (form_fits(form, scratch, l, text, m))
			return true;
	}
	return false;
}

bool
form_cut(const struct profile_os *os, struct regex_scratch *scratch, const struct form_line *l, struct profile_match *m)
{
	struct span parts[MODEL_LINE + 1] = { [MODEL_LINE] = l->line };

	m->tag = l->header->tag;
	m->text = part_of(l->header, os->text);
	m->form = NULL;
	if (os->nforms > 0) {
		parts[MODEL_BODY] = os->text == MODEL_BODY ? m->text : part_of(l->header, MODEL_BODY);
		parts[MODEL_BODY_COLON] = parts[MODEL_BODY];
		parts[MODEL_REST] = part_of(l->header, MODEL_REST);
		if (try_forms(os, scratch, l, parts, m))
			return true;
	}
	return !os->napalm;
}
