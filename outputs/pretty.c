/*
 * pretty: knows the keys of the envelope and the colours of severities.  Reads the rendered event again, for nobody reads a terminal at a million
 * events a second.
 */
#include "outputs/pretty.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define PRETTY_DEPTH 24         /* levels of an object that are shown as levels */
#define PRETTY_INDENT 4

struct look {
	const char *colour, *word;
};

static const struct look looks[8] = {
	{ "1;31", "emergency" }, { "1;31", "alert" }, { "1;31", "critical" }, { "31", "error" },
	{ "33", "warning" }, { "36", "notice" }, { "32", "info" }, { "2", "debug" },
};

struct page {
	FILE *f;
	bool colour;
};

/* Text that came from the wire: no control character, neither ASCII's nor U+0080 to U+009F. */
static void
put_text(struct page *p, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == 0xc2 && i + 1 < n && (unsigned char)s[i + 1] < 0xa0)
			fprintf(p->f, "\\u00%02x", (unsigned char)s[++i]);
		else if (c < 0x20 || c == 0x7f)
			fprintf(p->f, "\\x%02x", c);
		else
			fputc(c, p->f);
	}
}

static void
put_string(struct page *p, const json_t *s)
{
	put_text(p, json_string_value(s), json_string_length(s));
}

static void
put_colour(struct page *p, const char *colour)
{
	if (p->colour)
		fprintf(p->f, "\033[%sm", colour);
}

/* A leaf, or what lies too deep, in one line. */
static void
put_value(struct page *p, const json_t *v)
{
	char *text;

	if (json_is_string(v)) {
		put_string(p, v);
		return;
	}
	text = json_dumps(v, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
	put_text(p, text ? text : "?", text ? strlen(text) : 1);
	free(text);
}

/* A word of the first line, in front of it what stands between. */
static void
put_field(struct page *p, const json_t *event, const char *key)
{
	const json_t *v = json_object_get(event, key);

	if (!json_is_string(v) || json_string_length(v) == 0)
		return;
	fputs("  ", p->f);
	put_string(p, v);
}

static void
put_when(struct page *p, const json_t *event)
{
	const json_t *time = json_object_get(event, "time"), *seconds = json_object_get(event, "timestamp");

	if (json_is_string(time) && json_string_length(time) >= 23)
		fprintf(p->f, "%.10s %.12sZ", json_string_value(time), json_string_value(time) + 11);
	else
		fprintf(p->f, "%lld", (long long)json_integer_value(seconds));
}

static void
put_head(struct page *p, const json_t *event)
{
	const json_t *severity = json_object_get(event, "severity");
	const struct look *look;

	if (!json_is_integer(severity))
		severity = json_object_get(event, "vendor_severity");
	look = json_is_integer(severity) ? &looks[json_integer_value(severity) & 7] : &(const struct look){ "0", "-" };
	put_colour(p, "2");
	put_when(p, event);
	put_colour(p, "0");
	put_colour(p, "1");
	put_field(p, event, "device");
	if (!json_equal(json_object_get(event, "device"), json_object_get(event, "host")))
		put_field(p, event, "host");
	put_colour(p, "0");
	put_colour(p, look->colour);
	fprintf(p->f, "  %s", look->word);
	put_field(p, event, "error");
	put_field(p, event, "object");
	put_field(p, event, "condition");
	put_colour(p, "0");
	put_colour(p, "2");
	put_field(p, event, "os");
	put_colour(p, "0");
	fputc('\n', p->f);
}

/* An object as indented lines; its levels on a stack of our own. */
static void
put_tree(struct page *p, json_t *object)
{
	struct {
		json_t *object;
		void *at;
	} stack[PRETTY_DEPTH];
	int depth = 0;

	stack[0].object = object;
	stack[0].at = json_object_iter(object);
	while (depth >= 0) {
		void *at = stack[depth].at;
		json_t *v;

		if (!at) {
			depth--;
			continue;
		}
		v = json_object_iter_value(at);
		stack[depth].at = json_object_iter_next(stack[depth].object, at);
		fprintf(p->f, "%*s", PRETTY_INDENT + 2 * depth, "");
		put_text(p, json_object_iter_key(at), strlen(json_object_iter_key(at)));
		if (json_is_object(v) && json_object_size(v) > 0 && depth + 1 < PRETTY_DEPTH) {
			fputc('\n', p->f);
			depth++;
			stack[depth].object = v;
			stack[depth].at = json_object_iter(v);
			continue;
		}
		fputs(": ", p->f);
		put_value(p, v);
		fputc('\n', p->f);
	}
}

/* What is known of a line that is no event: the line. */
static void
put_raw(struct page *p, const json_t *event)
{
	const json_t *raw = json_object_get(event, "raw");

	if (!raw)
		raw = json_object_get(json_object_get(event, "message_details"), "message");
	if (!json_is_string(raw))
		return;
	fprintf(p->f, "%*s", PRETTY_INDENT, "");
	put_string(p, raw);
	fputc('\n', p->f);
}

int
pretty_event(struct span line, bool colour, struct span *text)
{
	json_t *event = json_loadb(line.p, line.n, JSON_ALLOW_NUL, NULL);
	struct page page = { .colour = colour };
	json_t *object;
	char *buffer = NULL;
	size_t n = 0;

	page.f = open_memstream(&buffer, &n);
	if (!page.f) {
		json_decref(event);
		return -1;
	}
	if (json_is_object(event)) {
		put_head(&page, event);
		object = json_object_get(event, "yang_message");
		if (json_is_object(object))
			put_tree(&page, object);
		else
			put_raw(&page, event);
	} else {
		put_text(&page, line.p, line.n);
		fputc('\n', page.f);
	}
	json_decref(event);
	if (fclose(page.f) != 0) {
		free(buffer);
		return -1;
	}
	*text = span_of(buffer, n);
	return 0;
}
