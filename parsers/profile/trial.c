/*
 * trial: header, match and map as in the pipeline, then fact by fact what the sample wants.  The quick way and the plain way must agree.
 */
#include "parsers/profile/trial.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/template.h"
#include "parsers/profile/model.h"

#define TRIAL_ARENA_BYTES ((size_t)64 << 10)
#define TRIAL_LIMIT ((size_t)16 << 20)

struct trial {
	const struct profile_set *set;
	struct profile_scratch *scratch;
	struct arena arena;
	struct json json;
	struct diag *diag;
	struct profile_sample sample;
	struct header header;
	struct nevent ev;
	int64_t now_ns;
	bool failed;
};

struct trial *
trial_new(const struct profile_set *set)
{
	struct trial *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->set = set;
	t->scratch = profile_scratch_new();
	if (!t->scratch || arena_init(&t->arena, TRIAL_ARENA_BYTES, TRIAL_LIMIT) == -1 || json_init(&t->json, TRIAL_ARENA_BYTES, TRIAL_LIMIT) == -1 ||
	    clock_parse(SPAN_LIT(TRIAL_NOW), &t->now_ns) == -1)
		trial_free(&t);
	return t;
}

void
trial_free(struct trial **tp)
{
	struct trial *t = *tp;

	if (!t)
		return;
	profile_scratch_free(&t->scratch);
	arena_fini(&t->arena);
	json_fini(&t->json);
	free(t);
	*tp = NULL;
}

static void fault(struct trial *, const struct yaml_node *, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void
fault(struct trial *r, const struct yaml_node *node, const char *fmt, ...)
{
	struct diag_place place = yaml_place(r->sample.doc, node);
	char text[1000];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_add(r->diag, DIAG_ERROR, &place, "%.*s: %s", (int)r->sample.error.n, r->sample.error.p, text);
	r->failed = true;
}

/* ---- what a wanted name means ---- */

static struct fact
text_fact(struct span s)
{
	return (struct fact){ .type = s.p ? FACT_TEXT : FACT_NULL, .text = s };
}

static struct fact
level_fact(int level)
{
	return (struct fact){ .type = level < 0 ? FACT_NULL : FACT_INT, .num = level };
}

static struct fact
time_fact(struct trial *r)
{
	char *text = arena_alloc(&r->arena, CLOCK_RFC3339_LEN);

	clock_rfc3339(r->ev.time_ns, text);
	return text_fact(span_of(text, CLOCK_RFC3339_LEN));
}

static bool
envelope_fact(struct trial *r, struct span name, struct fact *f)
{
	const struct nevent *ev = &r->ev;
	const struct {
		const char *name;
		struct fact fact;
	} facts[] = {
		{ "error", text_fact(ev->error) },
		{ "napalm_error", text_fact(ev->napalm_error) },
		{ "os", text_fact(ev->os) },
		{ "host", text_fact(ev->host) },
		{ "tag", text_fact(ev->tag) },
		{ "object", text_fact(ev->object) },
		{ "condition", text_fact(ev->condition ? nevent_condition_name(ev->condition) : SPAN_NONE) },
		{ "op", text_fact(ev->op == NEVENT_DELETE ? SPAN_LIT("delete") : SPAN_LIT("update")) },
		{ "facility", level_fact(ev->facility) },
		{ "severity", level_fact(ev->severity) },
		{ "vendor_severity", level_fact(ev->vendor_severity) },
		{ "yang_model", text_fact(ev->yang_model) },
		{ "state", { .type = ev->has_state ? FACT_INT : FACT_NULL, .num = ev->state } },
		{ "state_tag", text_fact(ev->state_tag) },
		{ "clock", text_fact(nevent_clock_name(ev->clock)) },
	};

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (span_eq(name, span_str(facts[i].name))) {
			*f = facts[i].fact;
			return true;
		}
	return false;
}

static bool
named_fact(const struct fact *facts, size_t n, struct span name, struct fact *f)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(facts[i].key->name, name)) {
			*f = facts[i];
			return true;
		}
	return false;
}

static const char *
spell(const struct fact *f, char *buf, size_t cap)
{
	switch (f->type) {
	case FACT_NULL:
		return "null";
	case FACT_TEXT:
		snprintf(buf, cap, "\"%.*s\"", (int)f->text.n, f->text.p);
		break;
	case FACT_INT:
		snprintf(buf, cap, "%lld", (long long)f->num);
		break;
	case FACT_BOOL:
		return f->num ? "true" : "false";
	case FACT_REAL:
		snprintf(buf, cap, "%.17g", f->real);
		break;
	}
	return buf;
}

/* A text may be wanted as a number or a truth is written: `seq: 44` of a text "44". */
static bool
is_wanted(const struct yaml_node *want, const struct fact *f)
{
	switch (f->type) {
	case FACT_NULL:
		return want->kind == YAML_NULL;
	case FACT_TEXT:
		return want->kind != YAML_LIST && want->kind != YAML_MAP && want->kind != YAML_NULL && span_eq(want->text, f->text);
	case FACT_INT:
		return want->kind == YAML_INT && want->integer == f->num;
	case FACT_BOOL:
		return want->kind == YAML_BOOL && want->boolean == (f->num != 0);
	case FACT_REAL:
		return (want->kind == YAML_FLOAT && want->real == f->real) || (want->kind == YAML_INT && (double)want->integer == f->real);
	}
	return false;
}

/* Where both would be written alike, the type is what differs. */
static void
tell_unwanted(struct trial *r, const struct yaml_node *want, const struct fact *f)
{
	static const char *const types[] = { [FACT_NULL] = "null", [FACT_TEXT] = "text", [FACT_INT] = "number", [FACT_BOOL] = "true or false", [FACT_REAL] = "number" };
	struct span name = want->key->text;
	char room[300], wanted[300];
	const char *got = spell(f, room, sizeof(room));

	snprintf(wanted, sizeof(wanted), "%.*s", (int)want->text.n, want->text.p ? want->text.p : "null");
	if (want->kind == YAML_NULL)
		fault(r, want, "%.*s: wanted null, got %s", (int)name.n, name.p, got);
	else if (want->kind == YAML_TEXT && strcmp(got, wanted) == 0)
		fault(r, want, "%.*s: wanted \"%s\" (text), got %s (%s)", (int)name.n, name.p, wanted, got, types[f->type]);
	else
		fault(r, want, "%.*s: wanted %s, got %s", (int)name.n, name.p, wanted, got);
}

static void
check_time(struct trial *r, const struct yaml_node *want)
{
	struct fact f = time_fact(r);
	int64_t ns = 0;

	if (clock_parse(want->text, &ns) == -1)
		fault(r, want, "time is no RFC 3339");
	else if (ns != r->ev.time_ns)
		fault(r, want, "time: wanted %.*s, got %.*s", (int)want->text.n, want->text.p, (int)f.text.n, f.text.p);
}

/* Values of the message first, then what the event says, then details. `time` is the detail where it is no date. */
static void
check_want(struct trial *r, const struct yaml_node *want)
{
	struct span name = want->key->text;
	struct fact f;

	if (named_fact(r->ev.values, r->ev.nvalues, name, &f) && is_wanted(want, &f))
		return;
	if (span_eq(name, SPAN_LIT("time")) && want->text.n > 10 && want->text.p[4] == '-') {
		check_time(r, want);
		return;
	}
	if (!named_fact(r->ev.values, r->ev.nvalues, name, &f) && !envelope_fact(r, name, &f) &&
	    !named_fact(r->ev.details, r->ev.ndetails, name, &f)) {
		if (want->kind != YAML_NULL)
			fault(r, want, "there is no \"%.*s\"", (int)name.n, name.p);
		return;
	}
	if (is_wanted(want, &f))
		return;
	tell_unwanted(r, want, &f);
}

/* ---- yang_message ---- */

static json_t *
json_of(const struct yaml_node *node)
{
	json_t *out;

	switch (node->kind) {
	case YAML_NULL:
		return json_null();
	case YAML_BOOL:
		return json_boolean(node->boolean);
	case YAML_INT:
		return json_integer(node->integer);
	case YAML_FLOAT:
		return json_real(node->real);
	case YAML_TEXT:
		return json_stringn(node->text.p, node->text.n);
	case YAML_LIST:
		out = json_array();
		for (const struct yaml_node *item = node->first; item; item = item->next)
			json_array_append_new(out, json_of(item));
		return out;
	case YAML_MAP:
		out = json_object();
		for (const struct yaml_node *entry = node->first; entry; entry = entry->next)
			json_object_set_new(out, entry->key->text.p, json_of(entry));
		return out;
	}
	return NULL;
}

static json_t *
write_yang(struct trial *r, bool plain)
{
	json_reset(&r->json);
	if ((plain ? template_write_reference : template_write)(r->ev.napalm, &r->ev, &r->arena, &r->json) == -1)
		return NULL;
	return json_loadb(json_text(&r->json).p, json_text(&r->json).n, JSON_REJECT_DUPLICATES, NULL);
}

static void
check_yang(struct trial *r, bool plain)
{
	json_t *got = r->ev.napalm ? write_yang(r, plain) : NULL;
	json_t *want = r->sample.napalm ? json_of(r->sample.napalm) : NULL;
	char *want_text, *got_text;

	if (!got) {
		fault(r, r->sample.node, "there is no yang_message%s", plain ? " (the plain way)" : "");
	} else if (want && !json_equal(want, got)) {
		want_text = json_dumps(want, JSON_SORT_KEYS);
		got_text = json_dumps(got, JSON_SORT_KEYS);
		fault(r, r->sample.napalm, "yang%s: wanted %s, got %s", plain ? " (the plain way)" : "", want_text, got_text);
		free(want_text);
		free(got_text);
	}
	json_decref(got);
	json_decref(want);
}

/* ---- running one ---- */

static void
understand(struct trial *r, bool plain, struct profile_match *m)
{
	const struct profile_os *candidates[PROFILE_MAX_OS];
	const struct yaml_node *pinned = yaml_get(r->sample.node, "os");
	struct header *h = &r->header;
	struct stamp_setting setting = { .zone = NULL };
	struct stamp_result when;
	size_t n = 1;

	header_parse(r->sample.line, h);
	when = stamp_resolve(&h->stamp, &setting, r->now_ns);
	memset(&r->ev, 0, sizeof(r->ev));
	r->ev = (struct nevent){ .time_ns = when.time_ns, .received_ns = r->now_ns, .clock = h->clock, .facility = h->facility,
		.severity = h->severity, .vendor_severity = h->vendor_severity, .host = h->host };
	if (pinned)
		candidates[0] = profile_os_named(r->set, pinned->text);
	else
		n = profile_identify(r->set, h, r->sample.line, candidates);
	if (pinned && !candidates[0])
		n = 0;
	(plain ? profile_match_reference : profile_match)(r->set, r->scratch, h, utf8_classify(r->sample.line), candidates, n, m);
	profile_map(m, h, &setting, &r->arena, &r->ev);
}

/* ---- the models ---- */

/* What a leaf of the models does not take is left out: mostly a mistake of the mapping, so it is told, unless the sample says `refused: true`. */
static void
check_strict(struct trial *r, const struct profile_match *m)
{
	const struct yaml_node *expected = yaml_get(r->sample.node, "refused");
	struct diag_place place = yaml_place(r->sample.doc, r->sample.node);
	struct profile_story story;
	struct nevent ev = r->ev;       /* its `op` is the one of napalm's shape, which samples want */
	bool wanted = expected && expected->boolean;

	profile_strict_told(r->set, m, &r->header, &r->arena, &ev, &story);
	if (!ev.strict)
		return;                 /* without a table of the models */
	if (wanted && ev.nrefused == 0)
		fault(r, expected, "the models take all of its values");
	for (size_t i = 0; !wanted && ev.nrefused > 0 && i < story.nrefused; i++)
		diag_add(r->diag, DIAG_WARNING, &place, "%.*s: \"%.*s\" is left out of the models: %.*s takes %.*s (`refused: true` if that is meant)",
		    (int)r->sample.error.n, r->sample.error.p, (int)story.refused[i].value.n, story.refused[i].value.p,
		    (int)story.refused[i].path.n, story.refused[i].path.p, (int)story.refused[i].type.n, story.refused[i].type.p);
}

static bool
is_sample_of(const struct profile_message *m, const struct yaml_node *sample)
{
	const struct yaml_node *n = m->samples ? m->samples->first : NULL;

	while (n && n != sample)
		n = n->next;
	return n != NULL;
}

/* What came is not of the error or the OS that the sample stands under. */
static void
tell_other(struct trial *r, const struct profile_match *m)
{
	struct span error = r->ev.error, os = r->ev.os, tag = r->ev.tag, text = m->text, reason = nevent_reason_name(r->ev.reason);
	struct diag_place place;

	if (!m->message) {
		fault(r, r->sample.node, "the sample gives %.*s of %.*s (reason %.*s, tag \"%.*s\", text \"%.*s\")", (int)error.n, error.p, (int)os.n, os.p,
		    (int)reason.n, reason.p, (int)tag.n, tag.p ? tag.p : "", (int)(text.n > 80 ? 80 : text.n), text.p ? text.p : "");
		return;
	}
	place = yaml_place(m->message->doc, m->message->node);
	fault(r, r->sample.node, "the sample gives %.*s of %.*s: the message at %s:%d takes it", (int)error.n, error.p, (int)os.n, os.p, place.file, place.line);
}

/* The error is the right one, but it is not the sample's own message that gives it, which may be why the facts are others. */
static void
tell_namesake(struct trial *r, const struct profile_message *m)
{
	struct diag_place place = yaml_place(m->doc, m->node);

	if (!is_sample_of(m, r->sample.node))
		fault(r, r->sample.node, "another message of that name takes the sample: the one at %s:%d", place.file, place.line);
}

/* A pin on a line with a header that does not tell the system by itself: such lines are of it only where the inventory says so. */
static void
tell_pin(struct trial *r, const struct profile_match *pinned)
{
	const struct yaml_node *pin = yaml_get(r->sample.node, "os");
	struct diag_place place = yaml_place(r->sample.doc, pin);
	const struct profile_os *candidates[PROFILE_MAX_OS];
	struct profile_match m;
	struct span os, what;

	if (!pin || r->header.form == HEADER_BARE)
		return;
	profile_match(r->set, r->scratch, &r->header, utf8_classify(r->sample.line), candidates,
	    profile_identify(r->set, &r->header, r->sample.line, candidates), &m);
	if (m.os == pinned->os && m.message == pinned->message)
		return;
	os = m.os ? profile_os_name(m.os) : SPAN_LIT("no system");
	what = m.message ? m.message->error : m.os ? SPAN_LIT("RAW") : SPAN_LIT("UNKNOWN");
	diag_add(r->diag, DIAG_NOTE, &place, "%.*s: without the pin the line is %.*s, of %.*s: it is this event where the inventory gives the device's `os`",
	    (int)r->sample.error.n, r->sample.error.p, (int)what.n, what.p, (int)os.n, os.p);
}

bool
trial_run(struct trial *r, const struct profile_sample *sample, struct diag *diag)
{
	struct profile_match quick, plain;

	r->sample = *sample;
	r->diag = diag;
	r->failed = false;
	arena_reset(&r->arena);
	understand(r, true, &plain);
	understand(r, false, &quick);
	if (quick.message != plain.message || quick.os != plain.os)
		fault(r, r->sample.node, "the quick way and the plain way do not agree");
	if (!span_eq(r->ev.os, profile_os_name(r->sample.os)) || !span_eq(r->ev.error, r->sample.error)) {
		tell_other(r, &quick);
		return false;
	}
	for (const struct yaml_node *want = r->sample.want ? r->sample.want->first : NULL; want; want = want->next)
		check_want(r, want);
	check_yang(r, false);
	check_yang(r, true);
	check_strict(r, &quick);
	tell_pin(r, &quick);
	if (r->failed && quick.message)
		tell_namesake(r, quick.message);
	return !r->failed;
}
