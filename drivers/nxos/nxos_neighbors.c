/*
 * Neighbours on the wire: ARP, IPv6 neighbour discovery, LLDP.
 */
#include "drivers/field.h"
#include "drivers/nxos/nxos.h"
#include "drivers/nxos/nxos_table.h"
#include "drivers/nxos/nxos_text.h"

/* "INCOMPLETE" is no fault of the answer. */
static json_t *
mac(struct device *d, const json_t *row)
{
	char room[32];
	struct span text = nxos_table_text(row, "mac", room);

	return text.n > 0 && strncasecmp(text.p, "incomplete", text.n) != 0 ? field_mac(d, text) : json_string("");
}

/*
 * "00:01:02", also with fractions of the last; "0.411797" where it is less than a second; "-" of a static entry.  NAPALM takes no other form of an age in ARP, so what is told in
 * days ("1d02h") or as in ISO 8601 is unknown.
 */
static double
arp_age(struct device *d, const json_t *row)
{
	char room[32];
	struct span text = nxos_table_text(row, "time-stamp", room), part = text, minutes = field_behind(text, ":"), seconds = field_behind(minutes, ":");
	double hour, minute, second;

	if (!minutes.p) {
		second = nxos_table_age(d, text);
		return field_real(text, &hour) ? second : -1;
	}
	part.n -= minutes.n + 1;
	minutes.n -= seconds.p ? seconds.n + 1 : 0;
	if (field_real(part, &hour) && field_real(minutes, &minute) && field_real(seconds, &second))
		return 3600 * hour + 60 * minute + second;
	device_warn(d, "\"%.*s\" is no time", (int)(text.n < 40 ? text.n : 40), text.p);
	return -1;
}

static json_t *
neighbor(struct device *d, const struct model *model, const json_t *row, const char *address)
{
	json_t *r = model_new(model);
	char room[32];
	double age = model == &model_arp ? arp_age(d, row) : nxos_table_age(d, nxos_table_text(row, "time-stamp", room));

	json_object_set_new(r, "interface", field_text(nxos_table_text(row, "intf-out", room)));
	json_object_set_new(r, "mac", mac(d, row));
	json_object_set_new(r, "ip", field_ip(d, nxos_table_text(row, address, room)));
	json_object_set_new(r, "age", json_real(nxos_table_tenths(age)));
	return r;
}

json_t *
nxos_get_arp_table(struct device *d, const json_t *arguments)
{
	const char *vrf = getter_text(arguments, "vrf");
	char command[200];
	json_t *answer = nxos_ask(d, *vrf ? nxos_command(command, sizeof(command), "show ip arp vrf %s", vrf) : "show ip arp");
	json_t *vrfs = nxos_table_rows(answer, "vrf"), *r = answer ? json_array() : NULL, *one, *row;
	size_t i, k;

	json_array_foreach(vrfs, i, one) {
		json_t *rows = i == 0 || *vrf ? nxos_table_rows(one, "adj") : NULL;     /* of the default VRF alone, if none was asked for */

		json_array_foreach(rows, k, row)
			json_array_append_new(r, neighbor(d, &model_arp, row, "ip-addr-out"));
		json_decref(rows);
	}
	json_decref(vrfs);
	json_decref(answer);
	return r;
}

/* ---- IPv6 ---- */

static void
add_ipv6(struct device *d, json_t *r, const json_t *afi)
{
	json_t *rows = nxos_table_rows(afi, "adj"), *row;
	size_t i;

	json_array_foreach(rows, i, row)
		json_array_append_new(r, neighbor(d, &model_ipv6_neighbor, row, json_object_get(row, "ipv6-addr") ? "ipv6-addr" : "ip-addr-out"));
	json_decref(rows);
}

/* The device does not print the state of an entry. */
json_t *
nxos_get_ipv6_neighbors_table(struct device *d, const json_t *arguments)
{
	json_t *answer = nxos_ask(d, "show ipv6 neighbor"), *vrfs = nxos_table_rows(answer, "vrf"), *r = answer ? json_array() : NULL, *vrf, *afi;
	size_t i, k;

	(void)arguments;
	json_array_foreach(vrfs, i, vrf) {
		json_t *afis = nxos_table_rows(vrf, "afi");

		add_ipv6(d, r, vrf);
		json_array_foreach(afis, k, afi)
			add_ipv6(d, r, afi);
		json_decref(afis);
	}
	json_decref(vrfs);
	json_decref(answer);
	return r;
}

/* ---- LLDP ---- */

static json_t *
lldp(struct device *d, const char *interface)
{
	char command[200];
	struct buffer text;
	json_t *r = NULL;

	buffer_init(&text, DEVICE_MAX_ANSWER);
	if (*interface)
		nxos_command(command, sizeof(command), "show lldp neighbors interface %s detail", interface);
	if (nxos_ask_text(d, *interface ? command : "show lldp neighbors detail", &text) == 0)
		r = nxos_text_lldp(d, buffer_span(&text));
	buffer_fini(&text);
	return r;
}

json_t *
nxos_get_lldp_neighbors_detail(struct device *d, const json_t *arguments)
{
	return lldp(d, getter_text(arguments, "interface"));
}

json_t *
nxos_get_lldp_neighbors(struct device *d, const json_t *arguments)
{
	json_t *detail = lldp(d, "");
	json_t *r = detail ? nxos_text_lldp_brief(detail) : NULL;

	(void)arguments;
	json_decref(detail);
	return r;
}
