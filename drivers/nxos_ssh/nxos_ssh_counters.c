/*
 * The counters of ports, aggregates and mgmt0, from two tables in JSON: `show interface` has discards and lists all, `show interface counters detailed` is the later and so the better word.
 */
#include "drivers/field.h"
#include "drivers/nxos/nxos_table.h"
#include "drivers/nxos_ssh/nxos_ssh.h"

/* Of each field of the model: the keys of Ethernet and port-channel, and of mgmt0, where it is counted. */
static const struct counter {
	const char *name, *ethernet, *management;
} counters[] = {
	{ "tx_errors", "eth_outerr", NULL },
	{ "rx_errors", "eth_inerr", NULL },
	{ "tx_discards", "eth_outdiscard", NULL },
	{ "rx_discards", "eth_indiscard", NULL },
	{ "tx_octets", "eth_outbytes", "mgmt_out_bytes" },
	{ "rx_octets", "eth_inbytes", "mgmt_in_bytes" },
	{ "tx_unicast_packets", "eth_outucast", NULL },
	{ "rx_unicast_packets", "eth_inucast", NULL },
	{ "tx_multicast_packets", "eth_outmcast", "mgmt_out_mcast" },
	{ "rx_multicast_packets", "eth_inmcast", "mgmt_in_mcast" },
	{ "tx_broadcast_packets", "eth_outbcast", NULL },
	{ "rx_broadcast_packets", "eth_inbcast", NULL },
};

static const char *
key_of(const struct counter *c, struct span interface)
{
	if (span_starts(interface, SPAN_LIT("Ether")) || span_starts(interface, SPAN_LIT("port-channel")))
		return c->ethernet;
	return c->management;
}

static bool
is_counted(struct span interface)
{
	return span_starts(interface, SPAN_LIT("Ether")) || span_starts(interface, SPAN_LIT("port-channel")) || span_starts(interface, SPAN_LIT("mgm"));
}

/* What the row does not have stays. */
static void
read_counters(struct device *d, json_t *one, struct span interface, const json_t *row)
{
	char room[32];
	int64_t v;

	for (size_t i = 0; i < sizeof(counters) / sizeof(*counters); i++) {
		const char *key = key_of(&counters[i], interface);
		struct span text = key && json_object_get(row, key) ? nxos_table_text(row, key, room) : SPAN_NONE;

		if (text.p && field_int(text, &v)) {
			json_object_set_new(one, counters[i].name, json_integer(v));
		} else if (text.p && text.n > 0) {
			device_warn(d, "get_interfaces_counters: %.*s: %s \"%.*s\" is no number", NXOS_SSH_PART(interface), key, NXOS_SSH_PART(text));
			json_object_set_new(one, counters[i].name, json_integer(-1));
		}
	}
}

/* What neither table has is 0, as NAPALM gives it. */
static json_t *
new_counters(void)
{
	json_t *one = model_new(&model_interface_counters);

	for (size_t i = 0; i < sizeof(counters) / sizeof(*counters); i++)
		json_object_set_new(one, counters[i].name, json_integer(0));
	return one;
}

static void
read_table(struct device *d, json_t *r, const json_t *table, bool lists)
{
	json_t *rows = nxos_table_rows(table, "interface"), *row;
	char room[32];
	size_t i;

	json_array_foreach(rows, i, row) {
		struct span name = nxos_table_text(row, "interface", room);

		if (!is_counted(name))
			continue;
		if (lists && !nxos_ssh_get(r, name))
			nxos_ssh_put(r, name, new_counters());
		if (nxos_ssh_get(r, name))
			read_counters(d, nxos_ssh_get(r, name), name, row);
	}
	json_decref(rows);
}

json_t *
nxos_ssh_get_interfaces_counters(struct device *d, const json_t *arguments)
{
	json_t *detailed = nxos_ssh_json(d, "show interface counters detailed");
	json_t *interfaces = detailed ? nxos_ssh_json(d, "show interface") : NULL;
	json_t *r = interfaces ? json_object() : NULL;

	(void)arguments;
	if (r) {
		read_table(d, r, interfaces, true);
		read_table(d, r, detailed, false);
	}
	json_decref(detailed);
	json_decref(interfaces);
	return r;
}
