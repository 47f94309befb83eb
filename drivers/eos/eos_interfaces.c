/*
 * Interfaces: state, counters, addresses, optics.
 */
#include "drivers/answer.h"
#include "drivers/eos/eos.h"
#include "drivers/field.h"

static json_t *
interface(struct device *d, const json_t *one)
{
	bool up = strcmp(answer_text(d, one, "lineProtocolStatus", ""), "up") == 0;
	const char *status = answer_text(d, one, "interfaceStatus", "");
	double bandwidth = answer_real(d, one, "bandwidth", -1);
	json_t *r = model_new(&model_interface);

	json_object_set_new(r, "is_up", json_boolean(up));
	json_object_set_new(r, "is_enabled", json_boolean(up || strcmp(status, "disabled") != 0));
	json_object_set_new(r, "description", json_string(answer_text(d, one, "description", "")));
	json_object_set_new(r, "last_flapped", json_real(answer_real(d, one, "lastStatusChangeTimestamp", -1)));
	json_object_set_new(r, "mtu", json_integer(answer_int(d, one, "mtu", -1)));
	json_object_set_new(r, "speed", json_real(bandwidth < 0 ? -1 : bandwidth / 1e6));
	json_object_set_new(r, "mac_address", field_mac(d, span_str(answer_text(d, one, "physicalAddress", ""))));
	return r;
}

json_t *
eos_get_interfaces(struct device *d, const json_t *arguments)
{
	json_t *answer = eos_ask_one(d, "show interfaces");
	json_t *r = answer ? json_object() : NULL;
	const char *name;
	json_t *one;

	(void)arguments;
	json_object_foreach(answer_object(d, answer, "interfaces"), name, one)
		json_object_set_new(r, name, interface(d, one));
	json_decref(answer);
	return r;
}

/* ---- counters ---- */

static const struct {
	const char *field, *key;
} counters[] = {
	{ "tx_octets", "outOctets" },
	{ "rx_octets", "inOctets" },
	{ "tx_unicast_packets", "outUcastPkts" },
	{ "rx_unicast_packets", "inUcastPkts" },
	{ "tx_multicast_packets", "outMulticastPkts" },
	{ "rx_multicast_packets", "inMulticastPkts" },
	{ "tx_broadcast_packets", "outBroadcastPkts" },
	{ "rx_broadcast_packets", "inBroadcastPkts" },
	{ "tx_discards", "outDiscards" },
	{ "rx_discards", "inDiscards" },
	{ "tx_errors", "totalOutErrors" },
	{ "rx_errors", "totalInErrors" },
};

/* Subinterfaces have none. */
json_t *
eos_get_interfaces_counters(struct device *d, const json_t *arguments)
{
	json_t *answer = eos_ask_one(d, "show interfaces");
	json_t *r = answer ? json_object() : NULL;
	const char *name;
	json_t *one;

	(void)arguments;
	json_object_foreach(answer_object(d, answer, "interfaces"), name, one) {
		const json_t *from = answer_object(d, one, "interfaceCounters");
		json_t *to;

		if (strcmp(answer_text(d, one, "hardware", ""), "subinterface") == 0)
			continue;
		to = model_new(&model_interface_counters);
		for (size_t i = 0; i < sizeof(counters) / sizeof(*counters); i++)
			json_object_set_new(to, counters[i].field, json_integer(answer_int(d, from, counters[i].key, -1)));
		json_object_set_new(r, name, to);
	}
	json_decref(answer);
	return r;
}

/* ---- addresses ---- */

/* Both families of an interface are there, even if they are empty: so are they in NAPALM's result. */
static json_t *
families_of(json_t *all, const char *name)
{
	json_t *r = json_object_get(all, name);

	if (!r) {
		json_object_set_new(all, name, json_pack("{s:{}, s:{}}", "ipv4", "ipv6"));
		r = json_object_get(all, name);
	}
	return r;
}

static void
add_address(struct device *d, json_t *family, const char *address, int64_t length)
{
	json_t *text = field_ip(d, span_str(address));
	const char *key = json_string_value(text);

	if (key && *key && !json_object_get(family, key))
		json_object_set_new(family, key, json_pack("{s:I}", "prefix_length", (json_int_t)length));
	json_decref(text);
}

static void
add_ipv4(struct device *d, json_t *family, const json_t *one)
{
	const json_t *from = answer_object(d, one, "interfaceAddress");
	const char *primary = answer_text(d, from, "primaryIp.address", "");
	size_t i;
	json_t *second;

	if (strcmp(primary, "0.0.0.0") != 0)
		add_address(d, family, primary, answer_int(d, from, "primaryIp.maskLen", -1));
	json_array_foreach(answer_array(d, from, "secondaryIpsOrderedList"), i, second)
		add_address(d, family, answer_text(d, second, "address", ""), answer_int(d, second, "maskLen", -1));
}

/* The length of "2001:db8::/64". */
static int64_t
subnet_length(struct device *d, const json_t *from, int64_t fallback)
{
	const char *subnet = answer_text(d, from, "subnet", NULL), *slash = subnet ? strrchr(subnet, '/') : NULL;
	int64_t n;

	if (!subnet)
		return fallback;
	if (slash && field_int(span_str(slash + 1), &n))
		return n;
	device_warn(d, "\"%.60s\" has no length of a prefix", subnet);
	return fallback;
}

static void
add_ipv6(struct device *d, json_t *family, const json_t *one)
{
	const json_t *local = answer_object(d, one, "linkLocal");
	size_t i;
	json_t *address;

	add_address(d, family, answer_text(d, local, "address", ""), subnet_length(d, local, 0));
	json_array_foreach(answer_array(d, one, "addresses"), i, address)
		add_address(d, family, answer_text(d, address, "address", ""), subnet_length(d, address, -1));
}

/* A device without IPv6 refuses the question. */
static json_t *
ask_ipv6(struct device *d)
{
	json_t *answer = eos_ask_one(d, "show ipv6 interface");

	if (answer || d->error != DEVICE_COMMAND || !strstr(d->message, "No IPv6 configured interfaces"))
		return answer;
	device_forgive(d);
	return json_object();
}

json_t *
eos_get_interfaces_ip(struct device *d, const json_t *arguments)
{
	json_t *v4 = eos_ask_one(d, "show ip interface");
	json_t *v6 = v4 ? ask_ipv6(d) : NULL;
	json_t *r = v6 ? json_object() : NULL;
	const char *name;
	json_t *one;

	(void)arguments;
	if (!r)
		goto out;
	json_object_foreach(answer_object(d, v4, "interfaces"), name, one)
		add_ipv4(d, json_object_get(families_of(r, name), "ipv4"), one);
	json_object_foreach(answer_object(d, v6, "interfaces"), name, one)
		add_ipv6(d, json_object_get(families_of(r, name), "ipv6"), one);
out:
	json_decref(v6);
	json_decref(v4);
	return r;
}

/* ---- optics ---- */

/* The device knows the instant only; NAPALM has zeros for the rest. */
static json_t *
optics_value(struct device *d, const json_t *one, const char *key)
{
	return json_pack("{s:f, s:f, s:f, s:f}", "instant", answer_real(d, one, key, 0), "avg", 0.0, "min", 0.0, "max", 0.0);
}

json_t *
eos_get_optics(struct device *d, const json_t *arguments)
{
	json_t *answer = eos_ask_one(d, "show interfaces transceiver");
	json_t *r = answer ? json_object() : NULL;
	const char *name;
	json_t *one;

	(void)arguments;
	json_object_foreach(answer_object(d, answer, "interfaces"), name, one) {
		json_t *state = json_pack("{s:o, s:o, s:o}", "input_power", optics_value(d, one, "rxPower"), "output_power", optics_value(d, one, "txPower"),
		    "laser_bias_current", optics_value(d, one, "txBias"));

		json_object_set_new(r, name, json_pack("{s:{s:[{s:i, s:o}]}}", "physical_channels", "channel", "index", 0, "state", state));
	}
	json_decref(answer);
	return r;
}
