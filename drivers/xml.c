/*
 * What libxml2 is asked for, and why.  No entity is ever declared, for a document type is refused where it begins: so none is expanded.  Depth, elements and namespaces are bounded
 * here, as libxml2 bounds them only without XML_PARSE_HUGE, and that a text of more than 10 MB (a configuration) needs.  Comments are dropped and CDATA is text, so that a text is one
 * node and can be lent.  Its messages come to us and to no stream.
 */
#include "drivers/xml.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdio.h>

#include "drivers/xml_input.h"

#define MAX_DEPTH 256
#define MAX_NODES (4 << 20)             /* elements and attributes: each takes some 200 bytes */
#define MAX_NAMESPACES 256              /* in scope: each prefix is looked for among them */

/* One document being read. */
struct reading {
	char fault[256];                /* the first, "" if there is none */
	int line;
	size_t nodes;
};

static void
take_fault(xmlParserCtxt *ctxt, const char *message, int line)
{
	struct reading *r = ctxt->_private;

	if (r->fault[0] != '\0')
		return;
	snprintf(r->fault, sizeof(r->fault), "%.*s", (int)strcspn(message, "\n"), message);
	r->line = line;
}

static void
refuse(xmlParserCtxt *ctxt, const char *why)
{
	take_fault(ctxt, why, xmlSAX2GetLineNumber(ctxt));
	xmlStopParser(ctxt);
}

/* Is the root closed?  What stands behind it (a prompt, another message) is not looked at. */
static bool
is_whole(const xmlParserCtxt *ctxt)
{
	return ctxt->nodeNr == 0 && ctxt->nameNr == 0 && ctxt->myDoc && xmlDocGetRootElement(ctxt->myDoc);
}

/* What follows the first fault is of no use, and may be a million more. */
static void
on_error(void *data, xmlError *e)
{
	xmlParserCtxt *ctxt = data;

	if (e->level != XML_ERR_FATAL)
		return;
	if (!is_whole(ctxt))
		take_fault(ctxt, e->message ? e->message : "out of memory", e->line);
	ctxt->disableSAX = 1;
	ctxt->instate = XML_PARSER_EOF;
}

static void
on_doctype(void *data, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	(void)name;
	(void)external;
	(void)system;
	refuse(data, "a document type is not taken");
}

/* Nine parameters because libxml2 calls it. */
static void
on_element(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted,
    const xmlChar **attributes)
{
	xmlParserCtxt *ctxt = data;
	struct reading *r = ctxt->_private;

	r->nodes += 1 + (size_t)n_attributes;
	if (ctxt->nodeNr >= MAX_DEPTH)
		refuse(ctxt, "elements nest too deep");
	else if (r->nodes > MAX_NODES)
		refuse(ctxt, "it has too many elements");
	else if (ctxt->nsNr > 2 * MAX_NAMESPACES)
		refuse(ctxt, "it has too many namespaces");
	else
		xmlSAX2StartElementNs(data, name, prefix, uri, n_namespaces, namespaces, n_attributes, n_defaulted, attributes);
}

static xmlParserCtxt *
new_context(struct span text, struct reading *r)
{
	xmlParserCtxt *ctxt = text.n < INT32_MAX ? xmlCreateMemoryParserCtxt(text.p, (int)text.n) : NULL;

	if (!ctxt)
		return NULL;
	xmlCtxtUseOptions(ctxt, XML_PARSE_NONET | XML_PARSE_NOBLANKS | XML_PARSE_NOCDATA | XML_PARSE_IGNORE_ENC | XML_PARSE_COMPACT |
	    (text.n > XML_MAX_TEXT_LENGTH ? XML_PARSE_HUGE : 0));
	ctxt->_private = r;
	ctxt->sax->serror = on_error;
	ctxt->vctxt.error = NULL;       /* an xml:id that comes twice would be told on stderr */
	ctxt->vctxt.warning = NULL;
	ctxt->sax->internalSubset = on_doctype;
	ctxt->sax->startElementNs = on_element;
	ctxt->sax->comment = NULL;
	ctxt->sax->processingInstruction = NULL;
	return ctxt;
}

static xmlDoc *
read_text(struct device *d, struct span text)
{
	struct reading r = { .line = 0 };
	xmlParserCtxt *ctxt = new_context(text, &r);
	xmlDoc *doc = NULL;

	if (!ctxt) {
		device_fail(d, DEVICE_MEMORY, "no memory for an answer in XML");
		return NULL;
	}
	xmlParseDocument(ctxt);
	if (r.fault[0] != '\0')
		device_fail(d, DEVICE_ANSWER, "the answer is not XML: line %d: %s", r.line, r.fault);
	else if (!is_whole(ctxt))
		device_fail(d, DEVICE_ANSWER, "the answer is not XML: it has no root element");
	else
		doc = ctxt->myDoc;
	if (!doc)
		xmlFreeDoc(ctxt->myDoc);
	xmlFreeParserCtxt(ctxt);
	return doc;
}

/* Once a call, however many answers need it. */
static void
warn_mended(struct device *d)
{
	static const char text[] = "characters that XML forbids, or bytes that are not UTF-8, became U+FFFD";

	for (size_t i = 0; i < d->n_warnings && i < DEVICE_MAX_WARNINGS; i++)
		if (strcmp(d->warnings[i], text) == 0)
			return;
	device_warn(d, "%s", text);
}

xmlDoc *
xml_parse(struct device *d, struct span text)
{
	struct span start = xml_input_start(text);
	struct buffer mended;
	size_t count;
	xmlDoc *doc = NULL;

	if (!start.p) {
		device_fail(d, DEVICE_ANSWER, text.n == 0 ? "the answer is empty" : "the answer is not XML: it does not begin with an element");
		return NULL;
	}
	buffer_init(&mended, 3 * text.n);
	start = xml_input_mend(start, &mended, &count);
	if (count > 0)
		warn_mended(d);
	if (mended.failed)
		device_fail(d, DEVICE_MEMORY, "no memory for an answer in XML");
	else if (xml_input_is_crowded(start))
		device_fail(d, DEVICE_ANSWER, "the answer is not taken: an element has more than %d attributes", XML_INPUT_MAX_ATTRIBUTES);
	else
		doc = read_text(d, start);
	buffer_fini(&mended);
	return doc;
}

/* Where a prefix was not declared, libxml2 leaves it in the name. */
static struct span
local_name(const xmlChar *name)
{
	const char *colon = strrchr((const char *)name, ':');

	return span_str(colon ? colon + 1 : (const char *)name);
}

static bool
is_named(const xmlNode *node, struct span name)
{
	return node->type == XML_ELEMENT_NODE && (span_eq(name, SPAN_LIT("*")) || span_eq(local_name(node->name), name));
}

bool
xml_is(const xmlNode *node, const char *name)
{
	return node && is_named(node, span_str(name));
}

/* `node` or the first behind it of that name. */
static xmlNode *
from(xmlNode *node, struct span name)
{
	while (node && !is_named(node, name))
		node = node->next;
	return node;
}

xmlNode *
xml_first(const xmlNode *node, const char *name)
{
	return node ? from(node->children, span_str(name ? name : "*")) : NULL;
}

xmlNode *
xml_next(const xmlNode *node, const char *name)
{
	return node ? from(node->next, span_str(name ? name : "*")) : NULL;
}

/* As deep as the path has steps. */
xmlNode *
xml_find(const xmlNode *node, const char *path)
{
	const char *slash = strchr(path, '/');
	struct span step = slash ? span_between(path, slash) : span_str(path);

	for (xmlNode *n = node ? from(node->children, step) : NULL; n; n = from(n->next, step)) {
		xmlNode *found = slash ? xml_find(n, slash + 1) : n;

		if (found)
			return found;
	}
	return NULL;
}

/* The next node of the document's order below `top`, or NULL. */
static xmlNode *
walk(const xmlNode *top, xmlNode *n)
{
	if (n->type == XML_ELEMENT_NODE && n->children)
		return n->children;
	while (n != top && !n->next)
		n = n->parent;
	return n == top ? NULL : n->next;
}

static xmlNode *
walk_to(const xmlNode *top, xmlNode *n, const char *name)
{
	while (n && !is_named(n, span_str(name)))
		n = walk(top, n);
	return n;
}

xmlNode *
xml_below(const xmlNode *node, const char *name)
{
	return node ? walk_to(node, node->children, name) : NULL;
}

xmlNode *
xml_below_next(const xmlNode *top, xmlNode *node, const char *name)
{
	return walk_to(top, walk(top, node), name);
}

/* The first text that is more than blanks, else the first. */
static struct span
text_of(const xmlNode *children)
{
	struct span first = SPAN_NONE;

	for (const xmlNode *n = children; n; n = n->next) {
		struct span s = n->type == XML_TEXT_NODE ? span_str((const char *)n->content) : SPAN_NONE;

		if (s.p && span_trim(s).n > 0)
			return s;
		if (!first.p)
			first = s;
	}
	return first.p ? first : SPAN_LIT("");
}

struct span
xml_raw(const xmlNode *node, const char *path)
{
	if (node && path)
		node = xml_find(node, path);
	return node ? text_of(node->children) : SPAN_NONE;
}

struct span
xml_text(const xmlNode *node, const char *path)
{
	return span_trim(xml_raw(node, path));
}

struct span
xml_attribute(const xmlNode *node, const char *name)
{
	if (!node || node->type != XML_ELEMENT_NODE)
		return SPAN_NONE;
	for (const xmlAttr *a = node->properties; a; a = a->next)
		if (span_eq(local_name(a->name), span_str(name)))
			return text_of(a->children);
	return SPAN_NONE;
}

static const char *
entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return NULL;
	}
}

void
xml_escape(struct buffer *b, struct span text)
{
	size_t run = 0;

	for (size_t i = 0; i < text.n; i++) {
		const char *entity = entity_of(text.p[i]);

		if (!entity)
			continue;
		buffer_put(b, span_of(text.p + run, i - run));
		buffer_puts(b, entity);
		run = i + 1;
	}
	buffer_put(b, span_skip(text, run));
}
