/*
 * filter: knows the fields that a route may ask for.  An event is taken if the include side holds and the exclude side does not.
 *
 * Outcome and severity become bit masks when the filter is read; the rest are lists of globs.
 */
#include "outputs/filter.h"

#include <stdlib.h>
#include <strings.h>

#include "base/glob.h"
#include "base/schema.h"

enum { FIELD_OS, FIELD_ERROR, FIELD_HOST, FIELD_DEVICE, FIELDS };

#define OUTCOMES 3u
#define LEVELS 8u

struct side {
	/* As it was written. */
	struct schema_texts globs[FIELDS];
	struct schema_texts outcome;
	char *severity;
	/* Made of it: which outcomes and levels fit. */
	unsigned outcomes, levels;
	bool named;             /* does it say anything? */
};

struct filter {
	struct side include, exclude;
};

static const struct schema_option side_options[] = {
	{ .key = "os", .type = SCHEMA_TEXTS, .offset = offsetof(struct side, globs[FIELD_OS]),
	    .help = "Globs of the operating system's name; \"unknown\" where it is not known." },
	{ .key = "error", .type = SCHEMA_TEXTS, .offset = offsetof(struct side, globs[FIELD_ERROR]),
	    .help = "Globs of the event's name, or of the one that napalm-logs gives it." },
	{ .key = "host", .type = SCHEMA_TEXTS, .offset = offsetof(struct side, globs[FIELD_HOST]),
	    .help = "Globs of the host that the line names." },
	{ .key = "device", .type = SCHEMA_TEXTS, .offset = offsetof(struct side, globs[FIELD_DEVICE]),
	    .help = "Globs of the device, which is the inventory's name where it has one." },
	{ .key = "outcome", .type = SCHEMA_TEXTS, .offset = offsetof(struct side, outcome),
	    .help = "Globs of event, raw and unknown. Without it under include only events are taken." },
	{ .key = "severity", .type = SCHEMA_TEXT, .offset = offsetof(struct side, severity),
	    .help = "A comparison such as \"<=4\", \">5\", \"3\" or \"2-5\" with the severity, 0 the worst. A line without one counts by its "
	            "mnemonic, else as 6." },
	SCHEMA_END,
};

static const struct schema_option filter_options[] = {
	{ .key = "include", .type = SCHEMA_MAP, .offset = offsetof(struct filter, include), .table = side_options,
	    .help = "All fields named here must fit." },
	{ .key = "exclude", .type = SCHEMA_MAP, .offset = offsetof(struct filter, exclude), .table = side_options,
	    .help = "What fits all fields named here is not taken, whatever include says." },
	SCHEMA_END,
};

static int
level_of(struct span s)
{
	return s.n == 1 && s.p[0] >= '0' && s.p[0] < (char)('0' + LEVELS) ? s.p[0] - '0' : -1;
}

/* "<=4", "<4", ">=4", ">4", "=4", "4", "2-5" as a mask of levels; 0 if it is none of them. */
static unsigned
levels_of(struct span s)
{
	static const struct {
		struct span sign;
		int low, high;          /* added to the number; a bound that is not there is the end of the range */
		bool below, above;
	} signs[] = {
		{ SPAN_LIT("<="), 0, 0, true, false }, { SPAN_LIT(">="), 0, 0, false, true }, { SPAN_LIT("<"), 0, -1, true, false },
		{ SPAN_LIT(">"), 1, 0, false, true }, { SPAN_LIT("="), 0, 0, false, false }, { SPAN_LIT(""), 0, 0, false, false },
	};
	int low = -1, high = -1;
	unsigned mask = 0;

	s = span_trim(s);
	if (s.n >= 3 && level_of(span_of(s.p, 1)) >= 0 && memchr(s.p, '-', s.n)) {
		const char *dash = memchr(s.p, '-', s.n);

		low = level_of(span_trim(span_between(s.p, dash)));
		high = level_of(span_trim(span_between(dash + 1, s.p + s.n)));
	} else {
		for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
			int level = span_starts(s, signs[i].sign) ? level_of(span_trim(span_skip(s, signs[i].sign.n))) : -1;

			if (level < 0)
				continue;
			low = signs[i].below ? 0 : level + signs[i].low;
			high = signs[i].above ? (int)LEVELS - 1 : level + signs[i].high;
			break;
		}
	}
	for (int level = low; low >= 0 && level <= high; level++)
		mask |= 1u << level;
	return mask;
}

static unsigned
outcomes_of(const struct schema_texts *globs)
{
	unsigned mask = 0;

	for (unsigned o = 0; o < OUTCOMES; o++)
		for (size_t i = 0; i < globs->n; i++)
			if (glob_match(span_str(globs->items[i]), nevent_outcome_name((enum nevent_outcome)o)))
				mask |= 1u << o;
	return mask;
}

/* What the table cannot check; faults go to the diag. */
static void
side_check(struct side *side, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	static const char *const outcomes[] = { "event", "raw", "unknown", NULL };
	struct diag_place place;

	side->levels = side->severity ? levels_of(span_str(side->severity)) : (1u << LEVELS) - 1;
	if (side->levels == 0) {
		place = yaml_place(doc, yaml_get(map, "severity"));
		diag_add(diag, DIAG_ERROR, &place, "severity \"%s\" is no comparison that a severity of 0 to 7 can meet (such as \"<=4\", \"3\", \"2-5\")",
		    side->severity);
	}
	side->outcomes = side->outcome.n > 0 ? outcomes_of(&side->outcome) : (1u << OUTCOMES) - 1;
	if (side->outcomes == 0) {
		const char *meant = diag_suggest(span_str(side->outcome.items[0]), outcomes);

		place = yaml_place(doc, yaml_get(map, "outcome"));
		diag_add(diag, DIAG_ERROR, &place, "no outcome fits; there are event, raw and unknown%s%s%s", meant ? " (did you mean \"" : "",
		    meant ? meant : "", meant ? "\"?)" : "");
	}
	side->named = side->severity || side->outcome.n > 0;
	for (size_t f = 0; f < FIELDS; f++)
		side->named = side->named || side->globs[f].n > 0;
}

struct filter *
filter_new(const struct yaml_doc *doc, const struct yaml_node *node, struct diag *diag)
{
	size_t errors = diag_errors(diag);
	struct filter *f = calloc(1, sizeof(*f));

	if (!f) {
		diag_add(diag, DIAG_ERROR, NULL, "no memory for a filter");
		return NULL;
	}
	/* Also of one that the table finds fault with: all are told. */
	(void)schema_read(filter_options, doc, node, "filter", f, diag);
	side_check(&f->include, doc, yaml_get(node, "include"), diag);
	side_check(&f->exclude, doc, yaml_get(node, "exclude"), diag);
	if (f->include.outcome.n == 0)
		f->include.outcomes = 1u << NEVENT_EVENT;
	if (diag_errors(diag) > errors)
		filter_free(&f);
	return f;
}

void
filter_free(struct filter **fp)
{
	if (*fp)
		schema_fini(filter_options, *fp);
	free(*fp);
	*fp = NULL;
}

/* The name that a glob was probably meant to be: case aside, or nearly; NULL: none. */
static const char *
name_meant(const char *glob, const char *const *names)
{
	for (const char *const *name = names; *name; name++)
		if (strcasecmp(glob, *name) == 0)
			return *name;
	return diag_suggest(span_str(glob), names);
}

static bool
fits_a_name(const char *glob, const char *const *names)
{
	while (*names && !glob_match(span_str(glob), span_str(*names)))
		names++;
	return *names != NULL;
}

static void
check_glob(const char *glob, const char *what, const char *const *names, const struct diag_place *place, struct diag *diag)
{
	const char *meant = name_meant(glob, names);

	if (!fits_a_name(glob, names))
		diag_add(diag, DIAG_WARNING, place, "\"%s\" fits no %s of the profiles%s%s%s", glob, what, meant ? " (did you mean \"" : "", meant ? meant : "",
		    meant ? "\"?)" : "");
}

static void
check_side_names(const struct side *side, const struct yaml_doc *doc, const struct yaml_node *map, const struct filter_names *names, struct diag *diag)
{
	const struct {
		const struct schema_texts *globs;
		const char *key, *what;
		const char *const *names;
	} lists[] = {
		{ &side->globs[FIELD_OS], "os", "OS", names->os }, { &side->globs[FIELD_ERROR], "error", "event", names->error },
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		const struct yaml_node *item = yaml_get(map, lists[i].key);

		/* A list of as many, or one text. */
		if (item && item->kind == YAML_LIST)
			item = item->first;
		for (size_t k = 0; k < lists[i].globs->n && item; k++, item = item->next) {
			struct diag_place place = yaml_place(doc, item);

			check_glob(lists[i].globs->items[k], lists[i].what, lists[i].names, &place, diag);
		}
	}
}

void
filter_check_names(const struct filter *f, const struct yaml_doc *doc, const struct yaml_node *node, const struct filter_names *names, struct diag *diag)
{
	check_side_names(&f->include, doc, yaml_get(node, "include"), names, diag);
	check_side_names(&f->exclude, doc, yaml_get(node, "exclude"), names, diag);
}

static bool
any_fits(const struct schema_texts *globs, struct span text)
{
	if (!text.p)
		return false;
	for (size_t i = 0; i < globs->n; i++)
		if (glob_match(span_str(globs->items[i]), text))
			return true;
	return false;
}

static bool
side_fits(const struct side *side, const struct nevent *ev)
{
	const struct span values[FIELDS] = {
		[FIELD_OS] = ev->os, [FIELD_ERROR] = ev->error, [FIELD_HOST] = ev->host, [FIELD_DEVICE] = ev->device,
	};

	if (!(side->outcomes >> ev->outcome & 1) || !(side->levels >> nevent_level(ev) & 1))
		return false;
	for (size_t f = 0; f < FIELDS; f++)
		if (side->globs[f].n > 0 && !any_fits(&side->globs[f], values[f]) &&
		    !(f == FIELD_ERROR && any_fits(&side->globs[f], ev->napalm_error)))
			return false;
	return true;
}

bool
filter_takes(const struct filter *f, const struct nevent *ev)
{
	return side_fits(&f->include, ev) && !(f->exclude.named && side_fits(&f->exclude, ev));
}

void
filter_manual(FILE *f)
{
	schema_manual(filter_options, f);
}
