/*
 * Old systems say a hello without the base capability, or with one of their own spelling: who does not say 1.1 speaks 1.0.
 */
#include "drivers/transport/netconf_hello.h"

#include "drivers/xml.h"

#define BASE_1_0 "urn:ietf:params:netconf:base:1.0"
#define BASE_1_1 "urn:ietf:params:netconf:base:1.1"

const char netconf_hello_ours[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<hello xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\"><capabilities>"
    "<capability>" BASE_1_0 "</capability><capability>" BASE_1_1 "</capability>"
    "</capabilities></hello>";

void
netconf_hello_init(struct netconf_hello *h)
{
	*h = (struct netconf_hello){ .session = 0 };
	buffer_init(&h->capabilities, NETCONF_HELLO_MAX_BYTES);
}

void
netconf_hello_fini(struct netconf_hello *h)
{
	buffer_fini(&h->capabilities);
}

/* "<hello", also with a prefix, and the end of the name behind it. */
static bool
is_hello(struct span s)
{
	size_t i = 1;

	while (i < s.n && (span_is_alpha(s.p[i]) || span_is_digit(s.p[i]) || s.p[i] == '-' || s.p[i] == '_'))
		i++;
	if (i > 1 && i < s.n && s.p[i] == ':')
		s = span_skip(s, i);
	s = span_skip(s, 1);
	return span_starts(s, SPAN_LIT("hello")) && s.n > 5 && (span_is_space(s.p[5]) || s.p[5] == '>' || s.p[5] == '/');
}

/* From the hello's own tag on, or all of it where there is none. */
static struct span
find_hello(struct span message)
{
	struct span s = message;
	const char *at;

	while (s.n > 0 && (at = memchr(s.p, '<', s.n))) {
		s = span_skip(s, (size_t)(at - s.p));
		if (is_hello(s))
			return s;
		s = span_skip(s, 1);
	}
	return message;
}

/* 0 where it is no number of 32 bits. */
static uint32_t
session_of(struct span s)
{
	uint64_t value = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (!span_is_digit(s.p[i]) || value > UINT32_MAX / 10)
			return 0;
		value = value * 10 + (uint64_t)(s.p[i] - '0');
	}
	return value <= UINT32_MAX ? (uint32_t)value : 0;
}

int
netconf_hello_read(struct device *d, struct span message, struct netconf_hello *h)
{
	xmlDoc *doc = xml_parse(d, find_hello(message));
	xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
	int rc = -1;

	if (!doc)
		return -1;
	if (!xml_is(root, "hello")) {
		device_fail(d, DEVICE_ANSWER, "the device says no NETCONF hello but <%.64s>", (const char *)root->name);
		goto out;
	}
	h->session = session_of(xml_text(root, "session-id"));
	for (xmlNode *n = xml_first(xml_first(root, "capabilities"), "capability"); n; n = xml_next(n, "capability")) {
		buffer_put(&h->capabilities, xml_text(n, NULL));
		buffer_puts(&h->capabilities, "\n");
	}
	rc = h->capabilities.failed ? device_fail(d, DEVICE_MEMORY, "no memory for the device's capabilities") : 0;
out:
	xmlFreeDoc(doc);
	return rc;
}

bool
netconf_hello_has(const struct netconf_hello *h, const char *start)
{
	struct span s = buffer_span(&h->capabilities), wanted = span_str(start);

	while (s.n > 0) {
		const char *end = memchr(s.p, '\n', s.n);

		if (span_starts(span_between(s.p, end + 1), wanted))
			return true;
		s = span_skip(s, (size_t)(end - s.p) + 1);
	}
	return false;
}

bool
netconf_hello_chunks(const struct netconf_hello *h)
{
	return netconf_hello_has(h, BASE_1_1 "\n") || netconf_hello_has(h, BASE_1_1 "?");
}
