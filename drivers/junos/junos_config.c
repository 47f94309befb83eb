/*
 * The configuration as it is, and what the command line says.
 */
#include "drivers/field.h"
#include "drivers/junos/junos.h"

/* ---- without secrets ---- */

static size_t
blanks(struct span s)
{
	size_t n = 0;

	while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t'))
		n++;
	return n;
}

static size_t
word_chars(struct span s)
{
	size_t n = 0;

	while (n < s.n && (span_is_alpha(s.p[n]) || span_is_digit(s.p[n]) || s.p[n] == '_'))
		n++;
	return n;
}

/* "    community NAME;" or "    community NAME {": where the name is; absent if the line is another one. */
static struct span
community_name(struct span line)
{
	struct span s = span_skip(line, blanks(line)), rest;
	size_t n;

	if (blanks(line) == 0 || !span_starts(s, SPAN_LIT("community")))
		return SPAN_NONE;
	s = span_skip(s, 9);
	n = blanks(s);
	s = span_skip(s, n);
	if (n == 0 || word_chars(s) == 0)
		return SPAN_NONE;
	s.n = word_chars(s);
	rest = span_skip(line, (size_t)(s.p + s.n - line.p));
	if (rest.n == 0 || !(rest.p[0] == ';' || (blanks(rest) > 0 && rest.n > blanks(rest) && rest.p[blanks(rest)] == '{')))
		return SPAN_NONE;
	return s;
}

/* "set snmp community NAME ...", of the set format. */
static struct span
set_community_name(struct span line)
{
	struct span s = span_starts(line, SPAN_LIT("set snmp community ")) ? span_skip(line, 19) : SPAN_NONE;

	while (s.n > 0 && memchr(s.p, ' ', s.n))
		s.n = (size_t)((const char *)memchr(s.p, ' ', s.n) - s.p);
	return s;
}

/* A hashed or scrambled secret: "$9$....", its quotation marks too. */
static struct span
secret(struct span line)
{
	for (size_t i = 0; i + 5 < line.n; i++) {
		struct span s = span_skip(line, i);
		size_t n = 4;

		if (!(s.p[0] == '"' && s.p[1] == '$' && span_is_digit(s.p[2]) && s.p[3] == '$'))
			continue;
		while (n < s.n && s.p[n] != '"' && !span_is_space(s.p[n]))
			n++;
		if (n > 4 && n < s.n && s.p[n] == '"')
			return span_of(s.p, n + 1);
	}
	return SPAN_NONE;
}

static void
put_line(struct buffer *b, struct span line)
{
	struct span hidden = community_name(line);

	if (!hidden.p)
		hidden = set_community_name(line);
	if (hidden.p) {
		buffer_put(b, span_between(line.p, hidden.p));
		buffer_puts(b, "<removed>");
		line = span_skip(line, (size_t)(hidden.p + hidden.n - line.p));
	}
	while ((hidden = secret(line)).p) {
		buffer_put(b, span_between(line.p, hidden.p));
		buffer_puts(b, "<removed>");
		line = span_skip(line, (size_t)(hidden.p + hidden.n - line.p));
	}
	buffer_put(b, line);
}

static json_t *
sanitized(struct span text)
{
	struct buffer b;
	json_t *r;

	buffer_init(&b, 3 * DEVICE_MAX_ANSWER);
	while (text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;

		put_line(&b, span_of(text.p, n));
		buffer_puts(&b, end ? "\n" : "");
		text = span_skip(text, n + (end != NULL));
	}
	r = b.failed ? NULL : field_text(buffer_span(&b));
	buffer_fini(&b);
	return r;
}

/* ---- an answer as text ---- */

/* What stands inside of <rpc-reply>, as XML again. */
static json_t *
inner_xml(xmlDoc *doc)
{
	xmlBuffer *b = xmlBufferCreate();
	json_t *r;

	for (xmlNode *n = junos_root(doc) ? junos_root(doc)->children : NULL; b && n; n = n->next)
		xmlNodeDump(b, doc, n, 0, 1);
	r = b ? field_text(span_of((const char *)xmlBufferContent(b), (size_t)xmlBufferLength(b))) : NULL;
	if (b)
		xmlBufferFree(b);
	return r;
}

/* All texts called `name`, one behind the other; without one the whole answer's text. */
static json_t *
output(xmlDoc *doc, const char *const *names)
{
	const xmlNode *root = junos_root(doc);
	struct buffer b;
	json_t *r;

	buffer_init(&b, DEVICE_MAX_ANSWER);
	for (; *names && b.n == 0; names++) {
		for (const xmlNode *n = junos_next(root, NULL, *names); n; n = junos_next(root, n, *names))
			buffer_put(&b, xml_raw(n, NULL));
	}
	if (b.n == 0)
		buffer_put(&b, xml_raw(root, NULL));
	r = b.failed ? NULL : field_text(buffer_span(&b));
	buffer_fini(&b);
	return r;
}

/* ---- get_config ---- */

static void
take_config(struct device *d, json_t *r, const char *part, const char *database, const json_t *arguments)
{
	static const char *const names[] = { "configuration-text", "configuration-set", "configuration-json", "configuration-output", NULL };
	const char *format = getter_text(arguments, "format");
	char rpc[128];
	xmlDoc *doc;
	json_t *text;

	if (d->error != DEVICE_OK)
		return;
	snprintf(rpc, sizeof(rpc), "<get-configuration database=\"%s\" format=\"%s\"/>", database, format);
	doc = junos_ask(d, rpc);
	text = !doc ? NULL : strcmp(format, "xml") == 0 ? inner_xml(doc) : output(doc, names);
	if (getter_bool(arguments, "sanitized"))
		json_object_set_new(r, part, sanitized(span_of(json_string_value(text), json_string_length(text))));
	else if (text)
		json_object_set(r, part, text);
	json_decref(text);
	xmlFreeDoc(doc);
}

static bool
is_one_of(const char *word, const char *const *words)
{
	while (*words && strcmp(*words, word) != 0)
		words++;
	return *words;
}

json_t *
junos_get_config(struct device *d, const json_t *arguments)
{
	static const char *const formats[] = { "text", "set", "xml", "json", NULL }, *const plain[] = { "text", "set", NULL };
	const char *format = getter_text(arguments, "format"), *retrieve = getter_text(arguments, "retrieve");
	bool all = strcmp(retrieve, "all") == 0;
	json_t *r;

	if (!is_one_of(format, formats) || (getter_bool(arguments, "sanitized") && !is_one_of(format, plain))) {
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "driver junos has no%s configuration in the format \"%s\"", getter_bool(arguments, "sanitized") ? " sanitized" : "", format);
		return NULL;
	}
	r = model_new(&model_config);
	if (all || strcmp(retrieve, "candidate") == 0)
		take_config(d, r, "candidate", "candidate", arguments);
	if (all || strcmp(retrieve, "running") == 0)
		take_config(d, r, "running", "committed", arguments);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}

/* ---- cli ---- */

#define MAX_COMMAND 65536

static void
take_command(struct device *d, json_t *r, const char *command, const char *format)
{
	static const char *const names[] = { "output", "configuration-output", "configuration-text", NULL };
	char why[sizeof(d->message)];
	struct buffer request;
	json_t *text = NULL;
	xmlDoc *doc;

	buffer_init(&request, MAX_COMMAND);
	junos_pipe_request(&request, command);
	doc = request.failed ? NULL : junos_ask_command(d, buffer_span(&request).p, format);
	if (request.failed)
		device_fail(d, DEVICE_ARGUMENT, "\"%.200s\": the command is too long", command);
	if (doc)
		text = strcmp(format, "xml") == 0 ? inner_xml(doc) : output(doc, names);
	if (doc && strcmp(format, "text") == 0)
		text = junos_pipe_output(d, command, text);
	if (text) {
		json_object_set_new(r, command, text);
	} else if (d->error == DEVICE_COMMAND) {
		memcpy(why, d->message, sizeof(why));
		device_forgive(d);
		device_fail(d, DEVICE_COMMAND, "\"%.200s\": %s", command, why);
	}
	buffer_fini(&request);
	xmlFreeDoc(doc);
}

json_t *
junos_cli(struct device *d, const json_t *arguments)
{
	static const char *const formats[] = { "text", "xml", "json", NULL };
	const char *format = getter_text(arguments, "encoding");
	json_t *r, *one;
	size_t i;

	if (!is_one_of(format, formats)) {
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "driver junos has no encoding \"%s\"", format);
		return NULL;
	}
	r = json_object();
	json_array_foreach(json_object_get(arguments, "commands"), i, one) {
		if (d->error == DEVICE_OK)
			take_command(d, r, json_string_value(one), format);
	}
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}
