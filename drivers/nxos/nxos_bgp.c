/*
 * BGP's neighbours.
 */
#include "drivers/field.h"
#include "drivers/nxos/nxos.h"
#include "drivers/nxos/nxos_table.h"

static const struct {
	const char *state;
	bool up, enabled;
} states[] = {
	{ "Established", true, true },
	{ "Closing", true, true },
	{ "Shutdown", false, false },
	{ "Admin (Shut)", false, false },
	{ "Shut (Admin)", false, false },
	{ "Idle", false, true },
	{ "Active", false, true },
	{ "Connect", false, true },
	{ "Open", false, true },
	{ "OpenSent", false, true },
	{ "OpenConfirm", false, true },
};

static const struct {
	int64_t afi, safi;
	const char *name;
} families[] = {
	{ 1, 1, "ipv4" }, { 1, 128, "vpnv4" }, { 2, 1, "ipv6" }, { 2, 128, "vpnv6" }, { 25, 70, "l2vpn" },
};

static int64_t
number(const json_t *row, const char *key, int64_t fallback)
{
	char room[32];
	int64_t v;

	return field_int(nxos_table_text(row, key, room), &v) ? v : fallback;
}

/* NAPALM's name of an address family; of others the device's. */
static const char *
family_name(const json_t *af, const json_t *saf, char *room, size_t cap)
{
	int64_t afi = number(af, "af-id", -1), safi = number(saf, "safi", -1);

	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
		if (families[i].afi == afi && families[i].safi == safi)
			return families[i].name;
	}
	nxos_table_copy(saf, "af-name", room, cap);
	for (char *p = room; *p; p++)
		*p = (char)(*p >= 'A' && *p <= 'Z' ? *p | 0x20 : *p);
	return room;
}

static void
set_state(struct device *d, json_t *peer, const char *ip, const char *state)
{
	bool up = false, enabled = true, known = false;

	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		if (strcmp(states[i].state, state) == 0) {
			up = states[i].up;
			enabled = states[i].enabled;
			known = true;
		}
	}
	if (!known)
		device_warn(d, "\"show bgp all summary vrf all\": %s has the state \"%s\", which is not known", ip, state);
	json_object_set_new(peer, "is_up", json_boolean(up));
	json_object_set_new(peer, "is_enabled", json_boolean(enabled));
}

static void
set_as(struct device *d, json_t *peer, const char *name, struct span text)
{
	int64_t as;

	if (field_as_number(text, &as))
		json_object_set_new(peer, name, json_integer(as));
	else
		device_warn(d, "\"show bgp all summary vrf all\": \"%.*s\" is no AS number", (int)(text.n < 40 ? text.n : 40), text.p);
}

/* One family's line of a neighbour; of more than one the last stays, as in NAPALM. */
static void
add_peer(struct device *d, json_t *peers, struct span local_as, const json_t *row, const char *family)
{
	json_t *peer = model_new(&model_bgp_peer), *prefixes = model_new(&model_bgp_family), *ip;
	char room[32], state[64];

	ip = field_ip(d, nxos_table_text(row, "neighborid", room));
	set_as(d, peer, "local_as", local_as);
	set_as(d, peer, "remote_as", nxos_table_text(row, "neighboras", room));
	set_state(d, peer, json_string_value(ip), nxos_table_copy(row, "state", state, sizeof(state)));
	json_object_set(peer, "remote_id", ip);
	json_object_set_new(peer, "uptime", json_integer(-1));
	json_object_set_new(prefixes, "received_prefixes", json_integer(number(row, "prefixreceived", -1)));
	json_object_set_new(peer, "address_family", json_pack("{s:o}", family, prefixes));
	json_object_set_new(peers, json_string_value(ip), peer);
	json_decref(ip);
}

static void
add_family(struct device *d, json_t *peers, struct span local_as, const json_t *af)
{
	json_t *safs = nxos_table_rows(af, "saf"), *saf, *row;
	size_t i, k;

	json_array_foreach(safs, i, saf) {
		json_t *rows = nxos_table_rows(saf, "neighbor");
		char room[64];
		const char *family = family_name(af, saf, room, sizeof(room));

		json_array_foreach(rows, k, row)
			add_peer(d, peers, local_as, row, family);
		json_decref(rows);
	}
	json_decref(safs);
}

static json_t *
vrf_of(struct device *d, const json_t *row)
{
	json_t *r = model_new(&model_bgp_neighbors), *peers = json_object(), *families_of = nxos_table_rows(row, "af"), *af;
	char room[32], as[32];
	size_t i;

	nxos_table_copy(row, "vrf-local-as", as, sizeof(as));
	json_array_foreach(families_of, i, af)
		add_family(d, peers, span_str(as), af);
	json_object_set_new(r, "router_id", field_text(nxos_table_text(row, "vrf-router-id", room)));
	json_object_set_new(r, "peers", peers);
	json_decref(families_of);
	return r;
}

json_t *
nxos_get_bgp_neighbors(struct device *d, const json_t *arguments)
{
	json_t *summary = nxos_ask(d, "show bgp all summary vrf all"), *r = json_object(), *rows, *row;
	char name[128];
	size_t i;

	(void)arguments;
	/* A device without the feature refuses the command: it has no neighbours. */
	if (!summary && d->error == DEVICE_COMMAND)
		device_forgive(d);
	rows = nxos_table_rows(summary, "vrf");
	json_array_foreach(rows, i, row) {
		nxos_table_copy(row, "vrf-name-out", name, sizeof(name));
		json_object_set_new(r, strcmp(name, "default") == 0 ? "global" : name, vrf_of(d, row));
	}
	json_decref(rows);
	json_decref(summary);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}
