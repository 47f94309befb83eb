#include "parsers/profile/signature.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/glob.h"
#include "base/log.h"
#include "parsers/profile/hash.h"

#define FACILITIES 24           /* of RFC 5424 */

enum {
	FACT_TRIPLET = 1u << 0, FACT_PROCESS = 1u << 1, FACT_TAG = 1u << 2, FACT_SD = 1u << 3, FACT_COUNTER = 1u << 4,
	FACT_PRI = 1u << 5, FACT_HOST = 1u << 6, FACT_TIME = 1u << 7, FACT_SEQ = 1u << 8,
	FACT_BSD = 1u << 9, FACT_RFC5424 = 1u << 10, FACT_BARE = 1u << 11,
	FACT_NODE = 1u << 12, FACT_YEAR_FIRST = 1u << 13, FACT_PID = 1u << 14,
};

/* Keys whose value is true or false. */
static const struct {
	const char *key;
	unsigned bit;
} truths[] = {
	{ "triplet", FACT_TRIPLET }, { "counter", FACT_COUNTER }, { "pri", FACT_PRI }, { "host", FACT_HOST }, { "time", FACT_TIME },
	{ "seq", FACT_SEQ }, { "process", FACT_PROCESS }, { "tag", FACT_TAG }, { "sd", FACT_SD }, { "node", FACT_NODE },
	{ "year_first", FACT_YEAR_FIRST }, { "pid", FACT_PID },
};

static const char *const keys[] = {
	"triplet", "process", "tag", "sd", "contains", "begins", "head", "facility", "form", "counter", "pri", "host", "time", "seq", "node", "year_first", "pid",
	"pairs", NULL,
};

/* ---- reading ---- */

static void
want_truth(struct signature *s, unsigned bit, bool yes)
{
	s->mask |= bit;
	if (yes)
		s->want |= bit;
}

static void
read_truths(struct reader *r, const struct yaml_node *map, struct signature *s)
{
	for (size_t i = 0; i < sizeof(truths) / sizeof(truths[0]); i++) {
		const struct yaml_node *node = yaml_get(map, truths[i].key);
		bool words = truths[i].bit & (FACT_PROCESS | FACT_TAG | FACT_SD);

		if (!node)
			continue;
		if (node->kind == YAML_BOOL)
			want_truth(s, truths[i].bit, node->boolean);
		else if (!words)
			reader_fault(r, node, "%s must be true or false", truths[i].key);
		else
			want_truth(s, truths[i].bit, true);
	}
}

static void
read_pairs(struct reader *r, const struct yaml_node *node, struct signature *s)
{
	if (node && node->kind != YAML_BOOL)
		reader_fault(r, node, "pairs must be true or false");
	s->asks_pairs = node && node->kind == YAML_BOOL;
	s->want_pairs = s->asks_pairs && node->boolean;
}

/* A number or a list of numbers. */
static void
read_facilities(struct reader *r, const struct yaml_node *node, struct signature *s)
{
	const struct yaml_node *item = node && node->kind == YAML_LIST ? node->first : node;

	for (; item; item = item == node ? NULL : item->next) {
		if (item->kind == YAML_INT && item->integer >= 0 && item->integer < FACILITIES)
			s->facilities |= UINT32_C(1) << item->integer;
		else
			reader_fault(r, item, "a facility is a whole number from 0 to %d", FACILITIES - 1);
	}
}

static void
read_signature(struct reader *r, const struct yaml_node *map, struct signature *s)
{
	static const char *const forms[] = { "bsd", "rfc5424", "bare", NULL };
	static const unsigned bits[] = { FACT_BSD, FACT_RFC5424, FACT_BARE };
	struct {
		const char *key;
		struct words *words;
	} lists[] = { { "process", &s->process }, { "tag", &s->tag }, { "sd", &s->sd } };
	struct model_globs contains;
	int form;

	s->doc = r->doc;
	s->node = map;
	if (!reader_map(r, map, keys, "a signature"))
		return;
	if (map->children == 0)
		reader_fault(r, map, "a signature without a condition fits every line");
	read_truths(r, map, s);
	for (size_t i = 0; i < 3; i++) {
		const struct yaml_node *node = yaml_get(map, lists[i].key);

		if (node && node->kind != YAML_BOOL)
			words_read(r, node, lists[i].words);
	}
	contains = reader_texts(r, yaml_get(map, "contains"));
	s->contains = reader_alloc(r, contains.n * sizeof(*s->contains));
	for (size_t i = 0; s->contains && i < contains.n; i++)
		s->contains[s->ncontains++] = find_make(contains.items[i]);
	read_pairs(r, yaml_get(map, "pairs"), s);
	s->head = reader_texts(r, yaml_get(map, "head"));
	s->begins = reader_texts(r, yaml_get(map, "begins"));
	read_facilities(r, yaml_get(map, "facility"), s);
	form = reader_enum(r, yaml_get(map, "form"), forms, "bsd, rfc5424 or bare");
	if (form >= 0)
		want_truth(s, bits[form], true);
}

void
signature_read(struct reader *r, const struct yaml_node *list)
{
	struct signature *all;

	if (!list)
		return;
	if (list->kind != YAML_LIST) {
		reader_fault(r, list, "signatures must be a list, this is %s", yaml_kind_name(list->kind));
		return;
	}
	all = reader_alloc(r, list->children * sizeof(*all));
	if (!all)
		return;
	r->os->signatures = all;
	r->os->nsignatures = 0;
	for (const struct yaml_node *item = list->first; item; item = item->next)
		read_signature(r, item, &all[r->os->nsignatures++]);
}

/* ---- the question ---- */

/* `2023 May  2`; not `2023-05-02`, which everybody writes. */
static bool
is_year_first(struct span date)
{
	if (date.n < 5 || date.p[4] != ' ')
		return false;
	for (size_t i = 0; i < 4; i++)
		if (!span_is_digit(date.p[i]))
			return false;
	return true;
}

struct signature_line
signature_line(const struct header *h, struct span line)
{
	static const unsigned forms[] = {
		[HEADER_BARE] = FACT_BARE, [HEADER_BSD] = FACT_BSD, [HEADER_RFC5424] = FACT_RFC5424,
	};

	return (struct signature_line){
		.header = h,
		.line = line,
		.process_hash = hash_of(h->process),
		.tag_hash = hash_of(h->tag),
		.facts = forms[h->form] | (h->triplet ? FACT_TRIPLET : 0) | (h->process.n ? FACT_PROCESS : 0) | (h->tag.n ? FACT_TAG : 0) |
		    (h->sd.n ? FACT_SD : 0) | (h->has_counter ? FACT_COUNTER : 0) | (h->pri.p ? FACT_PRI : 0) | (h->host.n ? FACT_HOST : 0) |
		    (h->stamp.kind != STAMP_NONE ? FACT_TIME : 0) | (h->has_seq ? FACT_SEQ : 0) |
		    (h->node.n ? FACT_NODE : 0) | (is_year_first(h->stamp.date) ? FACT_YEAR_FIRST : 0) | (h->pid.n ? FACT_PID : 0),
	};
}

static bool
sd_fits(const struct words *w, struct span sd)
{
	struct span id, params;

	while (header_sd_next(&sd, &id, &params))
		if (words_have(w, id, hash_of(id)))
			return true;
	return false;
}

/* `name=`; before it may stand what a relay wrote, one word and a PRI: `relay->192.0.2.1 date=...`, `579 <189>date=...`. */
static bool
begins_with_pair(struct span text)
{
	const char *p = text.p, *end = text.p + text.n, *q;

	if (text.n == 0)
		return false;
	if (header_is_pair(p, end))
		return true;
	while (p < end && *p != ' ')
		p++;
	p += p < end;
	if (p < end && *p == '<') {
		for (q = p + 1; q < end && span_is_digit(*q); q++)
			;
		p = q < end && *q == '>' ? q + 1 : p;
	}
	return header_is_pair(p, end);
}

/* The text behind time and host; of RFC 5424 behind its other fields, too. */
static struct span
pairs_of(const struct header *h)
{
	return h->form == HEADER_RFC5424 ? h->body : h->rest;
}

/* What stands before the text, the tag included. */
static struct span
head_of(const struct signature_line *l)
{
	const char *body = l->header->body.p;

	return body && body >= l->line.p && body <= l->line.p + l->line.n ? span_between(l->line.p, body) : l->line;
}

/* One of them. */
static bool
stands_in(const struct model_globs *literals, struct span text)
{
	for (size_t i = 0; i < literals->n; i++)
		if (memmem(text.p, text.n, literals->items[i].p, literals->items[i].n))
			return true;
	return false;
}

/* The next word of a text, passed over with the blanks before it. */
static struct span
next_word(struct span *text)
{
	struct span word;

	while (text->n > 0 && span_is_space(text->p[0]))
		*text = span_skip(*text, 1);
	word = *text;
	for (word.n = 0; word.n < text->n && !span_is_space(word.p[word.n]); word.n++)
		;
	*text = span_skip(*text, word.n);
	return word;
}

/* A glob that begins with a literal byte is mostly refused by that. */
static bool
word_fits(struct span glob, struct span word)
{
	if (glob.n == 1 && glob.p[0] == '*')
		return true;
	if (glob.p[0] != word.p[0] && glob.p[0] != '*' && glob.p[0] != '?' && glob.p[0] != '[')
		return false;
	return glob_match(glob, word);
}

/* Word for word: no glob reaches over a blank. */
static bool
begins_with(struct span text, struct span globs)
{
	while (globs.n > 0) {
		struct span glob = next_word(&globs), word = next_word(&text);

		if (glob.n > 0 && (word.n == 0 || !word_fits(glob, word)))
			return false;
	}
	return true;
}

static bool
begins_fit(const struct model_globs *begins, struct span text)
{
	for (size_t i = 0; i < begins->n; i++) {
		const char first = begins->items[i].n > 0 ? begins->items[i].p[0] : '*';
		bool literal = first != '*' && first != '?' && first != '[';

		if (text.n > 0 && literal && text.p[0] != first && !span_is_space(text.p[0]))
			continue;
		if (begins_with(text, begins->items[i]))
			return true;
	}
	return false;
}

bool
signature_fits(const struct signature *s, const struct signature_line *l)
{
	const struct header *h = l->header;

	if (!signature_facts_fit(s, l))
		return false;
	if (s->facilities && (h->facility < 0 || !(s->facilities >> h->facility & 1)))
		return false;
	if (s->asks_pairs && begins_with_pair(pairs_of(h)) != s->want_pairs)
		return false;
	if (s->head.n && !stands_in(&s->head, head_of(l)))
		return false;
	if (s->begins.n && !begins_fit(&s->begins, h->rest))
		return false;
	if (s->process.any && !words_have(&s->process, h->process, l->process_hash))
		return false;
	if (s->tag.any && !words_have(&s->tag, h->tag, l->tag_hash))
		return false;
	if (s->sd.any && !sd_fits(&s->sd, h->sd))
		return false;
	for (size_t i = 0; i < s->ncontains; i++)
		if (!find_in(l->line, &s->contains[i]))
			return false;
	return true;
}

/* ---- what does not hold ---- */

#define QUOTED 48       /* bytes of a line that are shown */

static void say(struct signature_misfit *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
say(struct signature_misfit *m, const char *fmt, ...)
{
	size_t used = strlen(m->text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(m->text + used, sizeof(m->text) - used, fmt, ap);
	va_end(ap);
}

/* One more condition: its key, and what the line has there. */
static void
say_condition(struct signature_misfit *m, const char *key, struct span has)
{
	char quoted[4 * QUOTED + 1];

	say(m, "%s%s: ", m->conditions++ ? "; " : "", key);
	if (!has.p || has.n == 0) {
		say(m, "there is none");
		return;
	}
	log_quote(quoted, sizeof(quoted), has.n > QUOTED ? span_of(has.p, QUOTED) : has);
	say(m, "it is \"%s%s\"", quoted, has.n > QUOTED ? "..." : "");
}

/* The text of what is there or is not, where it has one. */
static struct span
text_of(const struct header *h, unsigned bit)
{
	switch (bit) {
	case FACT_PROCESS:
		return h->process;
	case FACT_TAG:
		return h->tag;
	case FACT_SD:
		return h->sd;
	case FACT_HOST:
		return h->host;
	case FACT_NODE:
		return h->node;
	case FACT_PID:
		return h->pid;
	case FACT_TIME:
		return h->stamp.text;
	default:
		return SPAN_NONE;
	}
}

static bool
tag_fits(const struct signature *s, const struct signature_line *l)
{
	return !((l->facts ^ s->want) & s->mask & FACT_TAG) && (!s->tag.any || words_have(&s->tag, l->header->tag, l->tag_hash));
}

/* The tag is told with it, where no condition of its own tells it anyhow. */
static void
say_process_is_tag(struct signature_misfit *m, const struct header *h, bool told)
{
	unsigned conditions = m->conditions;

	say(m, " (the line has no mnemonic, so its process is the tag: ask for `tag`)");
	if (told)
		return;
	say_condition(m, "tag", h->tag);
	m->conditions = conditions;     /* it is none of the signature's */
}

static void
say_truth(struct signature_misfit *m, const struct signature_line *l, size_t i)
{
	const struct header *h = l->header;

	if (!(l->facts & truths[i].bit)) {
		say_condition(m, truths[i].key, SPAN_NONE);
		if (truths[i].bit == FACT_PROCESS && h->tag_is_process)
			say_process_is_tag(m, h, !tag_fits(m->signature, l));
		return;
	}
	if (text_of(h, truths[i].bit).n > 0)
		say_condition(m, truths[i].key, text_of(h, truths[i].bit));
	else
		say(m, "%s%s: there is one", m->conditions++ ? "; " : "", truths[i].key);
}

/* Conditions on where the text begins, and on the facility. */
static void
say_places(struct signature_misfit *m, const struct signature *s, const struct signature_line *l)
{
	const struct header *h = l->header;

	if (s->facilities && h->facility < 0)
		say(m, "%sfacility: there is no PRI", m->conditions++ ? "; " : "");
	else if (s->facilities && !(s->facilities >> h->facility & 1))
		say(m, "%sfacility: it is %d", m->conditions++ ? "; " : "", h->facility);
	if (s->asks_pairs && begins_with_pair(pairs_of(h)) != s->want_pairs)
		say(m, "%spairs: the text behind time and host %s with key=value", m->conditions++ ? "; " : "", s->want_pairs ? "does not begin" : "begins");
	if (s->head.n && !stands_in(&s->head, head_of(l)))
		say_condition(m, "head", head_of(l));
	if (s->begins.n && !begins_fit(&s->begins, h->rest))
		say_condition(m, "begins", h->rest);
}

static const char *
form_word(unsigned facts)
{
	return facts & FACT_BSD ? "bsd" : facts & FACT_RFC5424 ? "rfc5424" : "bare";
}

void
signature_misfit(const struct signature *s, const struct signature_line *l, struct signature_misfit *m)
{
	unsigned wrong = (l->facts ^ s->want) & s->mask, forms = FACT_BSD | FACT_RFC5424 | FACT_BARE;
	char quoted[4 * QUOTED + 1];

	*m = (struct signature_misfit){ .signature = s };
	for (size_t i = 0; i < sizeof(truths) / sizeof(truths[0]); i++)
		if (wrong & truths[i].bit)
			say_truth(m, l, i);
	if (s->process.any && !(wrong & FACT_PROCESS) && !words_have(&s->process, l->header->process, l->process_hash))
		say_condition(m, "process", l->header->process);
	if (s->tag.any && !(wrong & FACT_TAG) && !words_have(&s->tag, l->header->tag, l->tag_hash))
		say_condition(m, "tag", l->header->tag);
	if (s->sd.any && !(wrong & FACT_SD) && !sd_fits(&s->sd, l->header->sd))
		say_condition(m, "sd", l->header->sd);
	say_places(m, s, l);
	for (size_t i = 0; i < s->ncontains; i++)
		if (!find_in(l->line, &s->contains[i]))
			say(m, "%scontains: \"%s\" is not in the line", m->conditions++ ? "; " : "", log_quote(quoted, sizeof(quoted), s->contains[i].literal));
	if (wrong & forms)
		say(m, "%sform: it is %s, not %s", m->conditions++ ? "; " : "", form_word(l->facts), form_word(s->want));
}
