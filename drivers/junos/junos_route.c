/*
 * Routes to a destination: one result for each next hop of each entry.
 */
#include "drivers/field.h"
#include "drivers/junos/junos.h"
#include "drivers/xml_read.h"

static bool
same_word(struct span s, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i < n && s.n == n; i++) {
		char a = s.p[i], b = word[i];

		if ((span_is_alpha(a) ? a | 0x20 : a) != (span_is_alpha(b) ? b | 0x20 : b))
			return false;
	}
	return s.n == n;
}

/* The numbers of "AS path: 64500 64501 I" or "AS path: 64500 I (Originator) ...". */
static json_t *
as_path(struct span s)
{
	struct buffer b;
	json_t *r;

	for (size_t i = 0; i + 3 <= s.n; i++) {
		if (span_starts(span_skip(s, i), SPAN_LIT(" I ")))
			s.n = i;
	}
	buffer_init(&b, DEVICE_MAX_ANSWER);
	while (s.n > 0) {
		bool words = span_starts(s, SPAN_LIT("AS path:"));

		buffer_put(&b, span_of(s.p, !words && s.p[0] != 'I'));
		s = span_skip(s, words ? 8 : 1);
	}
	r = field_text(span_trim(buffer_span(&b)));
	buffer_fini(&b);
	return r;
}

/* Null where the entry has no such number: the key is there all the same, as NAPALM has it. */
static void
put_number(struct device *d, json_t *o, const char *name, const xmlNode *entry, const char *path)
{
	bool there = xml_text(entry, path).n > 0;

	json_object_set_new(o, name, there ? json_integer(xml_read_int(d, entry, path, -1)) : json_null());
}

static json_t *
bgp_attributes(struct device *d, const xmlNode *entry)
{
	static const struct { const char *name, *path; } numbers[] = {
		{ "local_as", "local-as" }, { "remote_as", "peer-as" }, { "local_preference", "local-preference" }, { "preference2", "preference2" },
		{ "metric", "metric" }, { "metric2", "metric2" },
	};
	json_t *r = json_object(), *communities = junos_texts(entry, "communities", "community");
	struct span path = xml_text(entry, "as-path"), peer = xml_text(entry, "peer-id");

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		put_number(d, r, numbers[i].name, entry, numbers[i].path);
	json_object_set_new(r, "as_path", path.n > 0 ? as_path(path) : json_null());
	json_object_set_new(r, "remote_address", peer.n > 0 ? field_text(peer) : json_null());
	if (json_array_size(communities) > 0)
		json_object_set(r, "communities", communities);
	else
		json_object_set_new(r, "communities", json_null());
	json_decref(communities);
	return r;
}

static json_t *
attributes(struct device *d, const xmlNode *entry, struct span protocol)
{
	json_t *r;

	if (same_word(protocol, "bgp"))
		return bgp_attributes(d, entry);
	r = json_object();
	if (same_word(protocol, "isis")) {
		put_number(d, r, "level", entry, "rt-isis-level");
		put_number(d, r, "metric", entry, "metric");
		put_number(d, r, "local_as", entry, "local-as");
	}
	return r;
}

static json_t *
route(struct device *d, const xmlNode *table, const xmlNode *entry, const xmlNode *hop)
{
	struct span protocol = xml_text(entry, "protocol-name");
	json_t *r = model_new(&model_route);

	json_object_set_new(r, "protocol", field_text(protocol));
	json_object_set_new(r, "current_active", json_boolean(xml_first(entry, "current-active")));
	json_object_set_new(r, "last_active", json_boolean(xml_first(entry, "last-active")));
	json_object_set_new(r, "age", json_integer(junos_attribute(d, entry, "age", "seconds", -1)));
	json_object_set_new(r, "next_hop", junos_text(hop, "to"));
	json_object_set_new(r, "outgoing_interface", junos_text(hop, "via"));
	json_object_set_new(r, "selected_next_hop", json_boolean(xml_first(hop, "selected-next-hop")));
	json_object_set_new(r, "preference", json_integer(xml_read_int(d, entry, "preference", -1)));
	json_object_set_new(r, "inactive_reason", junos_text(entry, "inactive-reason"));
	json_object_set_new(r, "routing_table", junos_text(table, "table-name"));
	json_object_set_new(r, "protocol_attributes", attributes(d, entry, protocol));
	return r;
}

/* "1.0.4.0" and "24" in a detailed answer, "1.0.4.0/24" in others. */
static json_t *
prefix(const xmlNode *rt)
{
	struct span destination = xml_text(rt, "rt-destination"), length = xml_text(rt, "rt-prefix-length");
	struct buffer b;
	json_t *r;

	buffer_init(&b, DEVICE_MAX_ANSWER);
	buffer_put(&b, destination);
	if (length.n > 0 && !memchr(destination.p ? destination.p : "", '/', destination.n)) {
		buffer_puts(&b, "/");
		buffer_put(&b, length);
	}
	r = field_text(buffer_span(&b));
	buffer_fini(&b);
	return r;
}

static void
take_entry(struct device *d, json_t *r, const xmlNode *entry, const char *protocol)
{
	const xmlNode *rt = entry->parent, *table = rt->parent;
	json_t *name = prefix(rt), *list;

	for (const xmlNode *hop = xml_first(entry, "nh"); hop; hop = xml_next(hop, "nh")) {
		if (*protocol && !same_word(xml_text(entry, "protocol-name"), protocol))
			continue;
		list = junos_slot(r, span_str(json_string_value(name)), json_array);
		if (list)
			json_array_append_new(list, route(d, table, entry, hop));
	}
	json_decref(name);
}

static xmlDoc *
ask(struct device *d, const char *destination, const char *protocol)
{
	struct buffer request;
	xmlDoc *doc;

	buffer_init(&request, 4096);
	buffer_puts(&request, "<get-route-information><extensive/>");
	if (*destination) {
		buffer_puts(&request, "<destination>");
		xml_escape(&request, span_str(destination));
		buffer_puts(&request, "</destination>");
	}
	buffer_puts(&request, "</get-route-information>");
	doc = request.failed ? NULL : junos_ask_with(d, request.p, "protocol", protocol);
	if (request.failed)
		device_fail(d, DEVICE_ARGUMENT, "the destination is too long");
	buffer_fini(&request);
	return doc;
}

/* In small letters; and "connected" is "direct" here. */
static void
read_protocol(char *protocol, size_t cap, const char *text)
{
	size_t n = 0;

	if (same_word(span_str(text), "connected"))
		text = "direct";
	for (; text[n] && n + 1 < cap; n++)
		protocol[n] = (char)(text[n] >= 'A' && text[n] <= 'Z' ? text[n] | 0x20 : text[n]);
	protocol[n] = '\0';
}

json_t *
junos_get_route_to(struct device *d, const json_t *arguments)
{
	char protocol[64];
	xmlDoc *doc;
	json_t *r;

	if (getter_bool(arguments, "longer")) {
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "driver junos does not look for longer prefixes");
		return NULL;
	}
	read_protocol(protocol, sizeof(protocol), getter_text(arguments, "protocol"));
	doc = ask(d, getter_text(arguments, "destination"), protocol);
	r = doc ? json_object() : NULL;
	for (const xmlNode *n = junos_next(junos_root(doc), NULL, "rt-entry"); n; n = junos_next(junos_root(doc), n, "rt-entry"))
		take_entry(d, r, n, protocol);
	xmlFreeDoc(doc);
	return r;
}
