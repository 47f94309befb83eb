/*
 * Requests, and what an answer says of errors.  A long answer comes in parts (IteratorID), which are asked for one by one.
 */
#include "drivers/iosxr/iosxr.h"

#include <stdio.h>

#include "drivers/field.h"
#include "drivers/iosxr/iosxr_agent.h"
#include "drivers/transport/ssh.h"
#include "drivers/xml_read.h"

#define PARTS_MAX 10000
/* Elements that deep are the request's own frame: <Response>, <Get>, <Operational>. */
#define FRAME_DEPTH 3

#define PART(s) (int)((s).n < 200 ? (s).n : 200), (s).p ? (s).p : ""

/* ---- errors ---- */

static xmlNode *
next_below(const xmlNode *top, xmlNode *n, int *depth)
{
	if (n->type == XML_ELEMENT_NODE && n->children) {
		++*depth;
		return n->children;
	}
	while (n != top && !n->next) {
		n = n->parent;
		--*depth;
	}
	return n == top ? NULL : n->next;
}

/* The first element, in the order of the document, that says an error of itself; its depth, 1 for the root. */
static xmlNode *
faulty(xmlNode *root, int *depth)
{
	*depth = 1;
	for (xmlNode *n = root; n; n = next_below(root, n, depth))
		if (xml_attribute(n, "ErrorCode").n > 0 || xml_attribute(n, "ErrorMsg").n > 0)
			return n;
	return NULL;
}

/* Counted, or told by the root itself. */
static bool
has_errors(const xmlNode *root)
{
	int64_t count = 0;

	return xml_attribute(root, "ErrorCode").n > 0 || (field_int(xml_attribute(xml_first(root, "ResultSummary"), "ErrorCount"), &count) && count > 0);
}

static int
check_errors(struct device *d, xmlNode *root)
{
	int depth = 0;
	const xmlNode *n = has_errors(root) ? faulty(root, &depth) : NULL;
	struct span message = xml_attribute(n, "ErrorMsg");

	if (!n)
		return has_errors(root) ? device_fail(d, DEVICE_COMMAND, "the device refused: it does not say why") : 0;
	if (message.n == 0)
		message = xml_attribute(n, "ErrorCode");
	if (depth <= FRAME_DEPTH)
		return device_fail(d, DEVICE_COMMAND, "the device refused: %.*s", PART(message));
	device_warn(d, "%s is missing in the answer: %.*s", (const char *)n->name, PART(message));
	return 0;
}

/* ---- answers ---- */

/* What stands before the document is an echo. */
static xmlDoc *
parse(struct device *d, struct span text)
{
	static const char start[] = "<Response";
	const char *found = text.n ? memmem(text.p, text.n, start, sizeof(start) - 1) : NULL;

	if (!found) {
		device_fail(d, DEVICE_ANSWER, "the answer is no <Response>: %.*s", PART(text));
		return NULL;
	}
	return xml_parse(d, span_between(found, text.p + text.n));
}

static xmlDoc *
ask_once(struct device *d, const char *body, size_t *bytes)
{
	struct buffer answer;
	xmlDoc *doc = NULL;

	buffer_init(&answer, DEVICE_MAX_ANSWER - *bytes);
	if (transport_ask(d, span_str(body), &answer) == 0)
		doc = parse(d, buffer_span(&answer));
	*bytes += answer.n < DEVICE_MAX_ANSWER - *bytes ? answer.n : DEVICE_MAX_ANSWER - *bytes;
	buffer_fini(&answer);
	if (doc && check_errors(d, xmlDocGetRootElement(doc)) == -1) {
		xmlFreeDoc(doc);
		doc = NULL;
	}
	return doc;
}

/* Copied, for the names of elements belong to their document. */
static int
append_part(struct device *d, xmlDoc *doc, const xmlDoc *part)
{
	for (xmlNode *n = xml_first(xmlDocGetRootElement(part), NULL); n; n = xml_next(n, NULL)) {
		xmlNode *copy = xmlDocCopyNode(n, doc, 1);

		if (!copy)
			return device_fail(d, DEVICE_MEMORY, "no memory for an answer in XML");
		xmlAddChild(xmlDocGetRootElement(doc), copy);
	}
	return 0;
}

static void
iterator_of(const xmlDoc *doc, char *id, size_t cap)
{
	struct span text = xml_attribute(xmlDocGetRootElement(doc), "IteratorID");
	bool good = text.n > 0 && text.n < cap;

	for (size_t i = 0; i < text.n; i++)
		good = good && span_is_digit(text.p[i]);
	snprintf(id, cap, "%.*s", good ? (int)text.n : 0, good ? text.p : "");
}

static int
ask_rest(struct device *d, xmlDoc *doc, size_t bytes)
{
	char id[24], body[64];

	iterator_of(doc, id, sizeof(id));
	for (int i = 0; *id; i++) {
		xmlDoc *part;
		int rc;

		if (i == PARTS_MAX || bytes >= DEVICE_MAX_ANSWER)
			return device_fail(d, DEVICE_ANSWER, "the answer has too many parts");
		snprintf(body, sizeof(body), "<GetNext IteratorID=\"%s\"/>", id);
		part = ask_once(d, body, &bytes);
		if (!part)
			return -1;
		rc = append_part(d, doc, part);
		iterator_of(part, id, sizeof(id));
		xmlFreeDoc(part);
		if (rc == -1)
			return -1;
	}
	return 0;
}

xmlDoc *
iosxr_ask(struct device *d, const char *body)
{
	size_t bytes = 0;
	xmlDoc *doc = ask_once(d, body, &bytes);

	if (doc && ask_rest(d, doc, bytes) == -1) {
		xmlFreeDoc(doc);
		doc = NULL;
	}
	return doc;
}

xmlDoc *
iosxr_get(struct device *d, const char *kind, const char *items)
{
	struct buffer body;
	xmlDoc *doc = NULL;

	buffer_init(&body, 1 << 20);
	buffer_printf(&body, "<Get><%s>", kind);
	buffer_puts(&body, items);
	buffer_printf(&body, "</%s></Get>", kind);
	if (body.failed)
		device_fail(d, DEVICE_ARGUMENT, "a request is too long");
	else
		doc = iosxr_ask(d, body.p);
	buffer_fini(&body);
	return doc;
}

xmlNode *
iosxr_reply(const xmlDoc *doc)
{
	return doc ? xmlDocGetRootElement(doc) : NULL;
}

/* ---- commands ---- */

static bool
has(struct span text, const char *words)
{
	return text.n > 0 && memmem(text.p, text.n, words, strlen(words));
}

int
iosxr_show(struct device *d, const char *kind, const char *command, struct buffer *out)
{
	struct buffer body;
	xmlDoc *doc = NULL;
	struct span text;

	buffer_init(&body, 1 << 20);
	buffer_printf(&body, "<CLI><%s>", kind);
	xml_escape(&body, span_str(command));
	buffer_printf(&body, "</%s></CLI>", kind);
	if (body.failed)
		device_fail(d, DEVICE_ARGUMENT, "a command is too long");
	else
		doc = iosxr_ask(d, body.p);
	buffer_fini(&body);
	text = xml_text(iosxr_reply(doc), strcmp(kind, "Exec") == 0 ? "CLI/Exec" : "CLI/Configuration");
	buffer_reset(out);
	if (has(text, "Invalid input detected"))
		device_fail(d, DEVICE_COMMAND, "\"%s\" is refused: invalid input", command);
	else
		buffer_put(out, text.p ? text : SPAN_LIT(""));
	xmlFreeDoc(doc);
	return d->error == DEVICE_OK ? 0 : -1;
}

json_t *
iosxr_cli(struct device *d, const json_t *arguments)
{
	struct buffer out;
	json_t *r, *one;
	size_t i;

	if (strcmp(getter_text(arguments, "encoding"), "text") != 0) {
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "commands are answered as text only");
		return NULL;
	}
	r = json_object();
	buffer_init(&out, DEVICE_MAX_ANSWER);
	json_array_foreach(json_object_get(arguments, "commands"), i, one) {
		if (iosxr_show(d, "Exec", json_string_value(one), &out) == -1)
			break;
		json_object_set_new(r, json_string_value(one), field_text(buffer_span(&out)));
	}
	buffer_fini(&out);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}

/* ---- opening ---- */

static int
iosxr_open(struct device *d)
{
	return iosxr_agent_open(d, SSH_DEFAULT_PORT);
}

const struct driver iosxr_driver = {
	.name = "iosxr",
	.summary = "Cisco IOS-XR, by its XML agent over SSH",
	.options = (const struct driver_option *const[]){ driver_ssh_options, NULL },
	.open = iosxr_open,
	.methods = {
		[GETTER_CLI] = iosxr_cli,
		[GETTER_PING] = iosxr_ping,
		[GETTER_TRACEROUTE] = iosxr_traceroute,
		[GETTER_ARP_TABLE] = iosxr_get_arp_table,
		[GETTER_BGP_CONFIG] = iosxr_get_bgp_config,
		[GETTER_BGP_NEIGHBORS] = iosxr_get_bgp_neighbors,
		[GETTER_BGP_NEIGHBORS_DETAIL] = iosxr_get_bgp_neighbors_detail,
		[GETTER_CONFIG] = iosxr_get_config,
		[GETTER_ENVIRONMENT] = iosxr_get_environment,
		[GETTER_FACTS] = iosxr_get_facts,
		[GETTER_INTERFACES] = iosxr_get_interfaces,
		[GETTER_INTERFACES_COUNTERS] = iosxr_get_interfaces_counters,
		[GETTER_INTERFACES_IP] = iosxr_get_interfaces_ip,
		[GETTER_IPV6_NEIGHBORS_TABLE] = iosxr_get_ipv6_neighbors_table,
		[GETTER_LLDP_NEIGHBORS] = iosxr_get_lldp_neighbors,
		[GETTER_LLDP_NEIGHBORS_DETAIL] = iosxr_get_lldp_neighbors_detail,
		[GETTER_MAC_ADDRESS_TABLE] = iosxr_get_mac_address_table,
		[GETTER_NETWORK_INSTANCES] = iosxr_get_network_instances,
		[GETTER_NTP_PEERS] = iosxr_get_ntp_peers,
		[GETTER_NTP_SERVERS] = iosxr_get_ntp_servers,
		[GETTER_NTP_STATS] = iosxr_get_ntp_stats,
		[GETTER_PROBES_CONFIG] = iosxr_get_probes_config,
		[GETTER_PROBES_RESULTS] = iosxr_get_probes_results,
		[GETTER_ROUTE_TO] = iosxr_get_route_to,
		[GETTER_SNMP_INFORMATION] = iosxr_get_snmp_information,
		[GETTER_USERS] = iosxr_get_users,
		[GETTER_VLANS] = iosxr_get_vlans,
	},
};
