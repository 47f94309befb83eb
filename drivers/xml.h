/*
 * xml: reading an answer in XML (libxml2): by the local names of elements, whatever their namespaces.
 *
 * Documents are parsed without the network, without a document type (so without entities of their own), and with bounds for depth, elements and attributes.  They are
 * UTF-8 whatever they declare; bytes and characters that must not be become U+FFFD, with a warning.  Blank lines in front of the document and whatever is behind its root
 * are borne.  Texts are borrowed from the document.
 */
#ifndef NETNORM_DRIVERS_XML_H
#define NETNORM_DRIVERS_XML_H

#include <libxml/tree.h>

#include "drivers/device.h"

/* NULL after device_fail(DEVICE_ANSWER).  xmlFreeDoc() frees it. */
xmlDoc *xml_parse(struct device *, struct span text);
/* The first element at that path below `node` ("interface-information/physical-interface"), "*" any name, or NULL; a NULL node gives NULL. */
xmlNode *xml_find(const xmlNode *node, const char *path);
/* The first child element called `name` (NULL: any), and the next sibling of that name:  for (n = xml_first(p, "peer"); n; n = xml_next(n, "peer")) */
xmlNode *xml_first(const xmlNode *node, const char *name);
xmlNode *xml_next(const xmlNode *node, const char *name);
/* The first element called `name` anywhere below, in the order of the document, or NULL. */
xmlNode *xml_below(const xmlNode *node, const char *name);
/* The next one below `top` behind `node`, which is below it:  for (n = xml_below(top, "peer"); n; n = xml_below_next(top, n, "peer")) */
xmlNode *xml_below_next(const xmlNode *top, xmlNode *node, const char *name);
bool xml_is(const xmlNode *node, const char *name);
/*
 * The text of the element at `path` (NULL: of `node` itself), trimmed; absent if there is no such element, empty if it has none.
 * Beside child elements: its first text that is more than blanks.
 */
struct span xml_text(const xmlNode *node, const char *path);
/* The text as it is, not trimmed. */
struct span xml_raw(const xmlNode *node, const char *path);
/* The value of an attribute by its local name, or an absent span. */
struct span xml_attribute(const xmlNode *node, const char *name);
/* `text` with & < > " as entities. */
void xml_escape(struct buffer *, struct span text);

#endif
