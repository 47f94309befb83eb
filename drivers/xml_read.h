/*
 * xml_read: values of elements into a result: by tables of fields, and over all the elements that a path leads to.
 *
 * An element that is not there, or is empty, gives the fallback and no warning; a text that is of no use gives the fallback and a warning.
 */
#ifndef NETNORM_DRIVERS_XML_READ_H
#define NETNORM_DRIVERS_XML_READ_H

#include <jansson.h>

#include "drivers/xml.h"

enum xml_read_type {
	XML_READ_TEXT,
	XML_READ_INT,
	XML_READ_REAL,
	XML_READ_IP,            /* in its shortest form */
	XML_READ_MAC,
	XML_READ_TRUE,          /* is the text "true"? */
	XML_READ_NOT_TRUE,
	XML_READ_ONE,           /* is it "1"? */
};

/* One field of a result: where its value stands. */
struct xml_read {
	const char *name;
	enum xml_read_type type;
	const char *path;
	const char *other;      /* where it stands if there is nothing at `path`; or NULL */
	double fallback;        /* of the numbers; a text's is "" */
};

/* Sets the fields of the table (it ends with a name of NULL). */
void xml_read_fields(struct device *, json_t *to, const xmlNode *from, const struct xml_read *);
/* `path` NULL: the node itself. */
json_t *xml_read_text(const xmlNode *, const char *path, const char *fallback);
int64_t xml_read_int(struct device *, const xmlNode *, const char *path, int64_t fallback);
double xml_read_real(struct device *, const xmlNode *, const char *path, double fallback);
bool xml_read_is(const xmlNode *, const char *path, const char *text);
/* A member of an object by a name that is a span (an absent one is ""). */
void xml_read_put(json_t *object, struct span name, json_t *value);
json_t *xml_read_at(const json_t *object, struct span name);
/*
 * All the elements at that path below `top`, in the order of the document, whatever parents they have:  for (n = xml_read_next(top, "nodes/node/entries/entry", NULL); n; n = xml_read_next(top,
 * "nodes/node/entries/entry", n)).
 */
xmlNode *xml_read_next(const xmlNode *top, const char *path, xmlNode *before);
/* As that, all the elements of a name anywhere below `top`, but none within one that was given. */
xmlNode *xml_read_below(const xmlNode *top, const char *name, xmlNode *before);

#endif
