/*
 * Interfaces: their state, counters, addresses.
 */
#include "drivers/field.h"
#include "drivers/ifname.h"
#include "drivers/ios/ios.h"

/* ---- state ---- */

/* In Mbit/s, of "BW 1544 Kbit/sec"; any unit but those two is left as it is, as NAPALM has it. */
static double
speed_of(struct device *d, const json_t *row)
{
	struct span unit = ios_value(row, "UNIT");
	double v = (double)ios_number(d, row, "BANDWIDTH", -1);

	if (v < 0)
		return -1;
	if (span_starts(unit, SPAN_LIT("K")))
		return v / 1000;
	if (span_starts(unit, SPAN_LIT("G")))
		return v * 1000;
	return v;
}

static json_t *
interface(struct device *d, const json_t *row)
{
	struct span status = ios_value(row, "STATUS"), protocol = ios_value(row, "PROTOCOL");
	json_t *r = model_new(&model_interface);

	json_object_set_new(r, "is_up", json_boolean(field_has(protocol.n ? protocol : status, "up")));
	json_object_set_new(r, "is_enabled", json_boolean(!field_has(status, "admin")));
	json_object_set_new(r, "description", field_text(ios_value(row, "DESCRIPTION")));
	json_object_set_new(r, "mtu", json_integer(ios_number(d, row, "MTU", -1)));
	json_object_set_new(r, "speed", json_real(speed_of(d, row)));
	json_object_set_new(r, "mac_address", field_mac(d, ios_value(row, "MAC")));
	return r;
}

json_t *
ios_get_interfaces(struct device *d, const json_t *arguments)
{
	json_t *rows = ios_rows(d, "show_interfaces", "show interfaces");
	json_t *r = rows ? json_object() : NULL, *row;
	struct span name;
	size_t i;

	(void)arguments;
	json_array_foreach(rows, i, row) {
		name = ios_value(row, "NAME");
		if (ios_value(row, "MTU").n == 0)
			device_warn(d, "show interfaces: %.*s: no MTU and bandwidth", IOS_PART(name));
		if (name.n > 0 && (ios_value(row, "MTU").n > 0 || ios_value(row, "HARDWARE").n > 0))
			ios_set(r, name, interface(d, row));
	}
	json_decref(rows);
	return r;
}

/* ---- counters ---- */

static const struct {
	const char *field, *value;
} counter_values[] = {
	{ "rx_unicast_packets", "RX_PACKETS" },
	{ "rx_octets", "RX_BYTES" },
	{ "rx_broadcast_packets", "RX_BROADCASTS" },
	{ "rx_multicast_packets", "RX_MULTICASTS" },
	{ "rx_errors", "RX_ERRORS" },
	{ "tx_unicast_packets", "TX_PACKETS" },
	{ "tx_octets", "TX_BYTES" },
	{ "tx_errors", "TX_ERRORS" },
};

static json_t *
counters(struct device *d, const json_t *row, const json_t *drops)
{
	json_t *r = model_new(&model_interface_counters);

	for (size_t i = 0; i < sizeof(counter_values) / sizeof(*counter_values); i++)
		json_object_set_new(r, counter_values[i].field, json_integer(ios_number(d, row, counter_values[i].value, -1)));
	json_object_set_new(r, "rx_discards", json_integer(ios_number(d, drops, "RX_DISCARDS", -1)));
	json_object_set_new(r, "tx_discards", json_integer(ios_number(d, drops, "TX_DISCARDS", -1)));
	return r;
}

/* By what NAPALM looks an interface up in the summary: the three kinds whose names are too long for its table, in short; all others as they are. */
static json_t *
name_in_summary(struct span name)
{
	static const struct { const char *kind, *brief; } kinds[] = { { "TenGigabitEthernet", "Te" }, { "FortyGigabitEthernet", "Fo" }, { "HundredGigabitEthernet", "Hu" } };
	struct span kind = span_of(name.p, ifname_kind(name)), number = span_skip(name, kind.n);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (span_eq(kind, span_str(kinds[i].kind)) && number.n > 0 && number.n < 64)
			return json_sprintf("%s%.*s", kinds[i].brief, (int)number.n, number.p);
	}
	return field_text(name);
}

/* The rows of `show interface summary` by their names; empty where the device lacks it. */
static json_t *
drops_by_name(struct device *d)
{
	struct buffer answer;
	json_t *rows = NULL, *r = NULL, *row;
	size_t i;

	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_ask(d, &answer, "show interface summary") == 0 && (rows = ios_rows_of(d, "show_interfaces_summary", buffer_span(&answer))))
		r = json_object();
	json_array_foreach(rows, i, row)
		ios_set(r, ios_value(row, "NAME"), json_incref(row));
	json_decref(rows);
	buffer_fini(&answer);
	return r;
}

json_t *
ios_get_interfaces_counters(struct device *d, const json_t *arguments)
{
	json_t *rows = ios_rows(d, "show_interfaces_counters", "show interfaces");
	json_t *drops = rows ? drops_by_name(d) : NULL;
	json_t *r = drops ? json_object() : NULL, *row, *name;
	size_t i;

	(void)arguments;
	json_array_foreach(drops ? rows : NULL, i, row) {
		name = name_in_summary(ios_value(row, "NAME"));
		ios_set(r, ios_value(row, "NAME"), counters(d, row, ios_get(drops, span_str(json_string_value(name)))));
		json_decref(name);
	}
	json_decref(drops);
	json_decref(rows);
	return r;
}

/* ---- addresses ---- */

static const char *
whole_name(json_t *owned)
{
	const char *s = json_string_value(owned);

	return s ? s : "";
}

/* The addresses of an interface; made if there are none yet. */
static json_t *
family_of(json_t *all, struct span name, const char *key)
{
	json_t *one = ios_get(all, name);

	if (!one && ios_set(all, name, json_object()))
		one = ios_get(all, name);
	if (!json_object_get(one, key))
		json_object_set_new(one, key, json_object());
	return json_object_get(one, key);
}

static void
add_address(struct device *d, json_t *all, struct span name, struct span address, int64_t length)
{
	bool six = address.n > 0 && memchr(address.p, ':', address.n);
	json_t *family = family_of(all, name, six ? "ipv6" : "ipv4"), *text = field_ip(d, address), *prefix = model_new(&model_prefix);

	json_object_set_new(prefix, "prefix_length", json_integer(length));
	json_object_set_new(family, whole_name(text), prefix);
	json_decref(text);
}

/* "192.0.2.1/24" */
static bool
slashed(struct span word, struct span *address, int64_t *length)
{
	const char *slash = word.n ? memchr(word.p, '/', word.n) : NULL;

	if (!slash)
		return false;
	*address = span_between(word.p, slash);
	return field_is_ip(*address) && field_int(span_skip(word, address->n + 1), length) && *length >= 0 && *length <= 128;
}

static void
line_of_ip(struct device *d, json_t *all, struct span name, struct span line)
{
	struct span rest = field_behind(line, "Internet address is "), word, address;
	int64_t length;

	if (!rest.p)
		rest = field_behind(line, "Secondary address ");
	if (!field_word(&rest, &word) || name.n == 0)
		return;
	if (slashed(word, &address, &length))
		add_address(d, all, name, address, length);
	else
		ios_odd(d, "show ip interface", line);
}

/* "IPv6 is enabled, link-local address is FE80::1 [TEN]", "2001:DB8::1, subnet is 2001:DB8::/64" */
static void
line_of_ipv6(struct device *d, json_t *all, struct span name, struct span line)
{
	struct span rest = field_behind(line, "IPv6 is enabled, link-local address is "), word, address, net;
	int64_t length;

	if (name.n == 0)
		return;
	if (field_word(&rest, &word)) {
		if (field_is_ip(word))
			add_address(d, all, name, word, 10);
		else
			ios_odd(d, "show ipv6 interface", line);
		return;
	}
	rest = field_behind(line, ", subnet is ");
	if (!field_word(&rest, &word))
		return;
	address = span_trim(span_of(line.p, (size_t)(word.p - line.p) - strlen(", subnet is ")));
	if (field_is_ip(address) && slashed(word, &net, &length))
		add_address(d, all, name, address, length);
	else
		ios_odd(d, "show ipv6 interface", line);
}

/* Lines that begin at the margin name the interface of those below; what IPv6 tells of is there, even without an address. */
static void
addresses(struct device *d, json_t *all, struct span text, bool six)
{
	struct span line, name = SPAN_NONE, rest;

	while (field_line(&text, &line)) {
		if (line.n > 0 && !span_is_space(line.p[0])) {
			rest = line;
			if (field_word(&rest, &name) && six)
				family_of(all, name, "ipv6");
			if (six && !field_has(line, "line protocol is"))
				ios_odd(d, "show ipv6 interface", line);
		} else if (six) {
			line_of_ipv6(d, all, name, line);
		} else {
			line_of_ip(d, all, name, line);
		}
	}
}

json_t *
ios_get_interfaces_ip(struct device *d, const json_t *arguments)
{
	json_t *r = NULL;
	struct buffer answer;

	(void)arguments;
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_show(d, &answer, "show ip interface") == 0) {
		r = json_object();
		addresses(d, r, buffer_span(&answer), false);
		if (ios_ask(d, &answer, "show ipv6 interface") == -1) {
			json_decref(r);
			r = NULL;
		} else if (!ios_refused(buffer_span(&answer))) {
			addresses(d, r, buffer_span(&answer), true);
		}
	}
	buffer_fini(&answer);
	return r;
}
