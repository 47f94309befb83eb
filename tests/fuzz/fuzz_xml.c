/*
 * Any bytes as an answer in XML, as a hello and as a reply: a document or a fault, texts that lie within it, and a text that is escaped is read back.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "drivers/transport/netconf_hello.h"
#include "drivers/transport/netconf_reply.h"
#include "drivers/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct device_target target = { .host = "r1" };

static void
check_text(const xmlNode *n)
{
	struct span s = xml_raw(n, NULL), back;
	struct device d;
	struct buffer b;
	xmlDoc *doc;

	if (!s.p || utf8_classify(s) == UTF8_INVALID)
		abort();
	if (memchr(s.p, '\r', s.n))     /* "&#13;": as it is, it would be a line end */
		return;
	device_init(&d, &target);
	buffer_init(&b, 8 * s.n + 64);
	buffer_puts(&b, "<r>");
	xml_escape(&b, s);
	buffer_puts(&b, "</r>");
	doc = xml_parse(&d, buffer_span(&b));
	back = doc ? xml_raw(xmlDocGetRootElement(doc), NULL) : SPAN_NONE;
	if (!doc || d.n_warnings > 0 || !span_eq(back, s))
		abort();
	xmlFreeDoc(doc);
	buffer_fini(&b);
	device_fini(&d);
}

static void
try_document(struct span text)
{
	struct device d;
	xmlDoc *doc;
	size_t n_checked = 0;

	device_init(&d, &target);
	doc = xml_parse(&d, text);
	if ((doc == NULL) != (d.error != DEVICE_OK))
		abort();
	if (doc) {
		xmlNode *root = xmlDocGetRootElement(doc);

		if (!root || !xml_is(root, "*"))
			abort();
		check_text(root);
		for (xmlNode *n = xml_below(root, "*"); n && n_checked < 8; n = xml_below_next(root, n, "*"), n_checked++)
			check_text(n);
		xml_find(root, "*/a/*");
		xml_attribute(root, "a");
		xmlFreeDoc(doc);
	}
	device_fini(&d);
}

static void
try_netconf(struct span text)
{
	struct netconf_hello h;
	struct device d;
	enum netconf_reply outcome;

	device_init(&d, &target);
	netconf_hello_init(&h);
	if ((netconf_hello_read(&d, text, &h) == -1) != (d.error != DEVICE_OK))
		abort();
	netconf_hello_has(&h, "urn");
	netconf_hello_chunks(&h);
	netconf_hello_fini(&h);
	device_begin(&d);
	outcome = netconf_reply_check(&d, text, "1");
	if ((outcome == NETCONF_REPLY_REFUSED || outcome == NETCONF_REPLY_ALIEN) != (d.error != DEVICE_OK))
		abort();
	device_fini(&d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_of((const char *)data, size);

	if (size > 8192)
		return 0;
	try_document(text);
	try_netconf(text);
	return 0;
}
