/*
 * Interfaces: physical ones, and their logical ones (units).
 */
#include "drivers/field.h"
#include "drivers/junos/junos.h"
#include "drivers/xml_read.h"

static bool
starts_with_auto(struct span s)
{
	return s.n >= 4 && (s.p[0] == 'A' || s.p[0] == 'a') && span_eq(span_of(s.p + 1, 3), SPAN_LIT("uto"));
}

/* Is the word at the start of `s` just "Gbps", in any case? */
static bool
is_gbps(struct span s)
{
	static const char word[] = "gbps";
	size_t n = 0;

	while (n < s.n && n < 4 && (s.p[n] | 0x20) == word[n])
		n++;
	return n == 4 && (s.n == 4 || !(span_is_alpha(s.p[4]) || span_is_digit(s.p[4]) || s.p[4] == '_'));
}

/* "1000mbps", "10Gbps", "1000 Mbps": Mbit/s of the first number; -1 without one.  Any other unit is Mbps, too, and so is one behind a blank. */
static double
speed_number(struct span s)
{
	size_t n = 0;
	int64_t v;

	while (s.n > 0 && !span_is_digit(s.p[0]))
		s = span_skip(s, 1);
	while (n < s.n && span_is_digit(s.p[n]))
		n++;
	if (!field_int(span_of(s.p, n), &v))
		return -1;
	return (double)v * (is_gbps(span_skip(s, n)) ? 1000 : 1);
}

/* Where the configured speed is "Auto", the partner's is the negotiated one. */
static double
speed(const xmlNode *physical)
{
	struct span s = xml_text(physical, "speed");

	for (size_t i = 0; i < s.n && !span_is_digit(s.p[i]); i++) {
		if (starts_with_auto(span_skip(s, i)))
			return speed_number(xml_text(physical, "ethernet-autonegotiation/link-partner-speed"));
	}
	return speed_number(s);
}

/* "Unlimited", and none at all, is 0. */
static int64_t
mtu(const xmlNode *physical)
{
	struct span s = xml_text(physical, "mtu"), word;
	int64_t v;

	return s.p && field_word(&s, &word) && field_int(word, &v) ? v : 0;
}

/* What the units share with their physical interface. */
static json_t *
common(struct device *d, const xmlNode *physical)
{
	json_t *r = model_new(&model_interface);
	int64_t flapped = junos_attribute(d, physical, "interface-flapped", "seconds", 0);

	json_object_set_new(r, "is_up", json_boolean(junos_equals(physical, "oper-status", "up")));
	json_object_set_new(r, "last_flapped", json_real(flapped == 0 ? -1.0 : (double)flapped));
	json_object_set_new(r, "speed", json_real(speed(physical)));
	json_object_set_new(r, "mtu", json_integer(mtu(physical)));
	/* "None" where there is none: so NAPALM says it. */
	json_object_set_new(r, "mac_address", junos_mac(xml_text(physical, "current-physical-address"), "None"));
	return r;
}

static void
take_physical(struct device *d, json_t *r, const xmlNode *physical)
{
	struct span status = xml_text(physical, "admin-status");
	json_t *one = common(d, physical);

	json_object_set_new(one, "is_enabled", json_boolean(!status.p || span_eq(status, SPAN_LIT("up"))));
	json_object_set_new(one, "description", junos_text(physical, "description"));
	junos_put(r, xml_text(physical, "name"), one);
}

static void
take_logical(struct device *d, json_t *r, const xmlNode *physical)
{
	for (const xmlNode *n = xml_first(physical, "logical-interface"); n; n = xml_next(n, "logical-interface")) {
		json_t *one = common(d, physical);

		json_object_set_new(one, "is_enabled", json_boolean(!xml_find(n, "if-config-flags/iff-down")));
		json_object_set_new(one, "description", junos_text(n, "description"));
		junos_put(r, xml_text(n, "name"), one);
	}
}

json_t *
junos_get_interfaces(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = junos_ask(d, "<get-interface-information/>");
	const xmlNode *root = junos_root(doc);
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	for (const xmlNode *n = junos_next(root, NULL, "physical-interface"); n; n = junos_next(root, n, "physical-interface")) {
		take_physical(d, r, n);
		take_logical(d, r, n);
	}
	xmlFreeDoc(doc);
	return r;
}

/* ---- counters ---- */

static json_t *
counters(struct device *d, const xmlNode *n)
{
	static const struct { const char *name, *path; } fields[] = {
		{ "tx_errors", "output-error-list/output-errors" },
		{ "rx_errors", "input-error-list/input-errors" },
		{ "tx_discards", "output-error-list/output-drops" },
		{ "rx_discards", "input-error-list/input-discards" },
		{ "tx_octets", "traffic-statistics/output-bytes" },
		{ "rx_octets", "traffic-statistics/input-bytes" },
		{ "tx_unicast_packets", "ethernet-mac-statistics/output-unicasts" },
		{ "rx_unicast_packets", "ethernet-mac-statistics/input-unicasts" },
		{ "tx_multicast_packets", "ethernet-mac-statistics/output-multicasts" },
		{ "rx_multicast_packets", "ethernet-mac-statistics/input-multicasts" },
		{ "tx_broadcast_packets", "ethernet-mac-statistics/output-broadcasts" },
		{ "rx_broadcast_packets", "ethernet-mac-statistics/input-broadcasts" },
	};
	json_t *r = model_new(&model_interface_counters);

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		json_object_set_new(r, fields[i].name, json_integer(xml_read_int(d, n, fields[i].path, -1)));
	return r;
}

json_t *
junos_get_interfaces_counters(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = junos_ask(d, "<get-interface-information><extensive/><interface-name>[vmfgxe][mlet]*</interface-name></get-interface-information>");
	const xmlNode *root = junos_root(doc);
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	for (const xmlNode *n = junos_next(root, NULL, "physical-interface"); n; n = junos_next(root, n, "physical-interface")) {
		junos_put(r, xml_text(n, "name"), counters(d, n));
		for (const xmlNode *unit = xml_first(n, "logical-interface"); unit; unit = xml_next(unit, "logical-interface"))
			junos_put(r, xml_text(unit, "name"), counters(d, unit));
	}
	xmlFreeDoc(doc);
	return r;
}

/* ---- addresses ---- */

/* "10.0.0.1/24", or without a length: the longest of its family. */
static void
take_address(struct device *d, json_t *family, struct span local, int64_t longest)
{
	const char *slash = local.n ? memchr(local.p, '/', local.n) : NULL;
	struct span address = slash ? span_between(local.p, slash) : local;
	json_t *prefix = model_new(&model_prefix), *text = junos_ip(address);
	int64_t length = longest;

	if (slash && !field_int(span_skip(local, address.n + 1), &length))
		device_warn(d, "ifa-local: \"%.*s\" has no length", (int)(local.n < 60 ? local.n : 60), local.p);
	json_object_set_new(prefix, "prefix_length", json_integer(length));
	if (json_string_length(text) > 0)
		json_object_set(family, json_string_value(text), prefix);
	json_decref(prefix);
	json_decref(text);
}

static void
take_family(struct device *d, json_t *r, struct span interface, const xmlNode *family)
{
	bool v4 = junos_equals(family, "address-family-name", "inet"), v6 = junos_equals(family, "address-family-name", "inet6");
	const xmlNode *address = xml_find(family, "interface-address/ifa-local");
	json_t *slot;

	if ((!v4 && !v6) || !address)
		return;
	slot = junos_slot(junos_slot(r, interface, json_object), v4 ? SPAN_LIT("ipv4") : SPAN_LIT("ipv6"), json_object);
	for (const xmlNode *n = xml_first(family, "interface-address"); n; n = xml_next(n, "interface-address"))
		take_address(d, slot, xml_text(n, "ifa-local"), v4 ? 32 : 128);
}

json_t *
junos_get_interfaces_ip(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = junos_ask(d, "<get-interface-information><terse/></get-interface-information>");
	const xmlNode *root = junos_root(doc);
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	for (const xmlNode *n = junos_next(root, NULL, "logical-interface"); n; n = junos_next(root, n, "logical-interface")) {
		for (const xmlNode *f = xml_first(n, "address-family"); f; f = xml_next(f, "address-family"))
			take_family(d, r, xml_text(n, "name"), f);
	}
	xmlFreeDoc(doc);
	return r;
}
