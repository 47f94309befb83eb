/*
 * The configuration: as the command line has it, or in XML (the option config_encoding).
 */
#include "drivers/iosxr_netconf/iosxr_netconf.h"

#include <strings.h>

#include "drivers/field.h"
#include "drivers/transport/netconf.h"
#include "drivers/xml_read.h"

/* ---- in XML ---- */

/* The namespaces of XR's own models as an object's keys, or NULL where the device does not say: it holds the same configuration in the models of others, too. */
static json_t *
own_namespaces(struct device *d)
{
	static const char path[] = "data/yang-library/module-set/module/namespace";
	xmlDoc *doc;
	json_t *r = NULL;

	if (!netconf_capable(d, "urn:ietf:params:xml:ns:yang:ietf-yang-library"))
		return NULL;
	doc = iosxr_netconf_ask_state(d,
	    "<yang-library xmlns=\"urn:ietf:params:xml:ns:yang:ietf-yang-library\"><module-set><name>XR-only</name><module><namespace/></module></module-set></yang-library>");
	if (!doc && d->error == DEVICE_COMMAND)
		device_forgive(d);
	for (xmlNode *n = xml_read_next(iosxr_netconf_reply(doc), path, NULL); n; n = xml_read_next(iosxr_netconf_reply(doc), path, n)) {
		if (!r)
			r = json_object();
		xml_read_put(r, xml_text(n, NULL), json_true());
	}
	xmlFreeDoc(doc);
	return r;
}

static void
drop_others(xmlNode *data, const json_t *own)
{
	xmlNode *next;

	for (xmlNode *n = xml_first(data, NULL); own && n; n = next) {
		next = xml_next(n, NULL);
		if (n->ns && n->ns->href && !json_object_get(own, (const char *)n->ns->href)) {
			xmlUnlinkNode(n);
			xmlFreeNode(n);
		}
	}
}

/* In a document of its own, so that the namespaces of what stood around it are said. */
static json_t *
xml_of(struct device *d, xmlNode *data)
{
	xmlDoc *doc = xmlNewDoc((const xmlChar *)"1.0");
	xmlNode *root = doc && data ? xmlDocCopyNode(data, doc, 1) : NULL;
	xmlBuffer *out = root ? xmlBufferCreate() : NULL;
	json_t *r = NULL;

	if (root)
		xmlDocSetRootElement(doc, root);
	if (out && xmlNodeDump(out, doc, root, 0, 1) >= 0 && xmlBufferCat(out, (const xmlChar *)"\n") == 0)
		r = field_text(span_of((const char *)xmlBufferContent(out), (size_t)xmlBufferLength(out)));
	if (!r && data)
		device_fail(d, DEVICE_MEMORY, "no memory for a configuration");
	xmlBufferFree(out);
	xmlFreeDoc(doc);
	return r ? r : json_string("");
}

/* ---- */

static int
read_source(struct device *d, json_t *r, const char *source, const json_t *own)
{
	const char *encoding = device_option(d, "config_encoding");
	bool in_xml = encoding && strcmp(encoding, "xml") == 0;
	xmlDoc *doc = iosxr_netconf_ask_config(d, source, in_xml ? NULL : "<cli xmlns=\"" IOSXR_NETCONF_NS "cli-cfg\"/>");
	xmlNode *data = xml_first(iosxr_netconf_reply(doc), "data");

	if (!doc)
		return -1;
	if (in_xml) {
		drop_others(data, own);
		json_object_set_new(r, source, xml_of(d, data));
	} else {
		json_object_set_new(r, source, xml_read_text(data, "*", ""));
	}
	xmlFreeDoc(doc);
	return d->error == DEVICE_OK ? 0 : -1;
}

static bool
is_implemented(struct device *d, const json_t *arguments)
{
	if (getter_bool(arguments, "full") || getter_bool(arguments, "sanitized"))
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "a configuration that is full or sanitized");
	return d->error == DEVICE_OK;
}

json_t *
iosxr_netconf_get_config(struct device *d, const json_t *arguments)
{
	static const char *const sources[] = { "running", "candidate" };
	const char *retrieve = getter_text(arguments, "retrieve"), *encoding = device_option(d, "config_encoding");
	json_t *r, *own;

	if (!is_implemented(d, arguments))
		return NULL;
	r = model_new(&model_config);
	own = encoding && strcmp(encoding, "xml") == 0 ? own_namespaces(d) : NULL;
	for (size_t i = 0; r && i < sizeof(sources) / sizeof(*sources); i++) {
		bool wanted = strcasecmp(retrieve, "all") == 0 || strcasecmp(retrieve, sources[i]) == 0;

		if (d->error != DEVICE_OK || (wanted && read_source(d, r, sources[i], own) == -1)) {
			json_decref(r);
			r = NULL;
		}
	}
	json_decref(own);
	return r;
}
