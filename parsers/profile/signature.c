#include "parsers/profile/signature.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"
#include "parsers/profile/hash.h"

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
	"triplet", "process", "tag", "sd", "contains", "form", "counter", "pri", "host", "time", "seq", "node", "year_first", "pid", NULL,
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

bool
signature_fits(const struct signature *s, const struct signature_line *l)
{
	const struct header *h = l->header;

	if ((l->facts & s->mask) != s->want)
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

static void
say_truth(struct signature_misfit *m, const struct signature_line *l, size_t i)
{
	const struct header *h = l->header;

	if (!(l->facts & truths[i].bit)) {
		say_condition(m, truths[i].key, SPAN_NONE);
		if (truths[i].bit == FACT_PROCESS && h->tag_is_process) {
			say(m, " (the line has no mnemonic, so its process is the tag: ask for `tag`; ");
			m->conditions--;
			say_condition(m, "tag", h->tag);
			say(m, ")");
		}
		return;
	}
	if (text_of(h, truths[i].bit).n > 0)
		say_condition(m, truths[i].key, text_of(h, truths[i].bit));
	else
		say(m, "%s%s: there is one", m->conditions++ ? "; " : "", truths[i].key);
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
	for (size_t i = 0; i < s->ncontains; i++)
		if (!find_in(l->line, &s->contains[i]))
			say(m, "%scontains: \"%s\" is not in the line", m->conditions++ ? "; " : "", log_quote(quoted, sizeof(quoted), s->contains[i].literal));
	if (wrong & forms)
		say(m, "%sform: it is %s, not %s", m->conditions++ ? "; " : "", form_word(l->facts), form_word(s->want));
}
