#include "collector/story.h"

#include "base/log.h"

#define STORY_TEXT 60   /* bytes of a value that are shown */

static void
print_value(struct span s, FILE *out)
{
	char text[STORY_TEXT * 4 + 1];
	bool cut = s.n > STORY_TEXT;

	fprintf(out, "\"%s%s\"", log_quote(text, sizeof(text), cut ? span_of(s.p, STORY_TEXT) : s), cut ? "..." : "");
}

static void
print_kind(const struct profile_story *s, int indent, FILE *out)
{
	if (!s->kind.p) {
		fprintf(out, "%*sthe event has no kind: a record of its text goes out\n", indent, "");
		return;
	}
	fprintf(out, "%*s%s %.*s at %s:%d\n", indent, "", s->own ? "the mapping of this message alone," : "the kind", (int)s->kind.n, s->kind.p,
	    s->place.file ? s->place.file : "", s->place.line);
}

static void
print_gap(const struct profile_story *s, size_t i, FILE *out)
{
	static const char *const reasons[] = {
		[PROFILE_NOT_GIVEN] = "the message gives no", [PROFILE_NOT_SAID] = "the line does not say", [PROFILE_CAST_AWAY] = "a cast makes null of",
	};
	struct span list = s->gaps[i].list, key = s->gaps[i].key, written = s->gaps[i].written, fact = s->gaps[i].fact;

	fprintf(out, "no %.*s: its key %.*s is %.*s, and ", (int)list.n, list.p, (int)key.n, key.p, (int)written.n, written.p);
	if (s->gaps[i].why == PROFILE_REFUSED)
		fprintf(out, "the leaf does not take that\n");
	else
		fprintf(out, "%s \"%.*s\"\n", reasons[s->gaps[i].why], (int)fact.n, fact.p);
}

void
story_print(const struct profile_story *s, int indent, FILE *out)
{
	print_kind(s, indent, out);
	for (size_t i = 0; i < s->nrefused; i++) {
		fprintf(out, "%*sleft out: ", indent, "");
		print_value(s->refused[i].value, out);
		fprintf(out, " of %.*s, which takes %.*s\n", (int)s->refused[i].path.n, s->refused[i].path.p, (int)s->refused[i].type.n, s->refused[i].type.p);
	}
	for (size_t i = 0; i < s->ngaps; i++) {
		fprintf(out, "%*s", indent, "");
		print_gap(s, i, out);
	}
	if (s->kind.p && s->fallback.p)
		fprintf(out, "%*snothing of the kind is left: its fallback goes out, %s\n", indent, "",
		    span_eq(s->fallback, SPAN_LIT("alarm")) ? "an alarm" : "a record of the text");
}
