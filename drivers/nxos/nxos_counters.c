/*
 * Interfaces' counters, from `show interface`.
 */
#include "drivers/field.h"
#include "drivers/nxos/nxos.h"
#include "drivers/nxos/nxos_table.h"

/* In the order of ports, the management port, interfaces of VLANs. */
static const struct {
	const char *counter;
	const char *names[3];
} counters[] = {
	{ "rx_octets", { "eth_inbytes", "vdc_lvl_in_bytes", "svi_ucast_bytes_in" } },
	{ "tx_octets", { "eth_outbytes", "vdc_lvl_out_bytes", "svi_ucast_bytes_out" } },
	{ "rx_unicast_packets", { "eth_inucast", "vdc_lvl_in_ucast", "svi_ucast_pkts_in" } },
	{ "tx_unicast_packets", { "eth_outucast", "vdc_lvl_out_ucast", "svi_ucast_pkts_out" } },
	{ "rx_multicast_packets", { "eth_inmcast", "vdc_lvl_in_mcast", "svi_mcast_pkts_in" } },
	{ "tx_multicast_packets", { "eth_outmcast", "vdc_lvl_out_mcast", "svi_mcast_pkts_out" } },
	{ "rx_broadcast_packets", { "eth_inbcast", "vdc_lvl_in_bcast", NULL } },
	{ "tx_broadcast_packets", { "eth_outbcast", "vdc_lvl_out_bcast", NULL } },
	{ "rx_errors", { "eth_inerr", NULL, NULL } },
	{ "tx_errors", { "eth_outerr", NULL, NULL } },
	{ "rx_discards", { "eth_indiscard", NULL, NULL } },
	{ "tx_discards", { "eth_outdiscard", NULL, NULL } },
};

static json_t *
counted(const json_t *row)
{
	json_t *r = model_new(&model_interface_counters);
	char room[32];
	int64_t v;

	for (size_t i = 0; i < sizeof(counters) / sizeof(*counters); i++) {
		for (size_t k = 0; k < 3 && counters[i].names[k]; k++) {
			if (field_int(nxos_table_text(row, counters[i].names[k], room), &v)) {
				json_object_set_new(r, counters[i].counter, json_integer(v));
				break;
			}
		}
	}
	return r;
}

json_t *
nxos_get_interfaces_counters(struct device *d, const json_t *arguments)
{
	json_t *answer = nxos_ask(d, "show interface"), *rows = nxos_table_rows(answer, "interface"), *row;
	json_t *r = answer ? json_object() : NULL;
	char name[128];
	size_t i;

	(void)arguments;
	json_array_foreach(rows, i, row) {
		if (*nxos_table_copy(row, "interface", name, sizeof(name)))
			json_object_set_new(r, name, counted(row));
	}
	json_decref(rows);
	json_decref(answer);
	return r;
}
