/*
 * BGP's neighbours, of all VRFs: the state from `neighbors`, counts of prefixes from `summary`, whose families FRR names like "ipv4Unicast".
 *
 * A session without an address of its own (neighbor swp1 interface) has the interface's name in the place of the peer's address, as in FRR's log.
 */
#include "drivers/answer.h"
#include "drivers/field.h"
#include "drivers/frr/frr.h"
#include "drivers/frr/frr_bgp.h"

static const struct {
	const char *frr, *name;
} families[] = {
	{ "ipv4Unicast", "ipv4" }, { "ipv6Unicast", "ipv6" }, { "ipv4Multicast", "ipv4 multicast" }, { "ipv6Multicast", "ipv6 multicast" }, { "ipv4Vpn", "vpnv4" }, { "ipv6Vpn", "vpnv6" },
	{ "ipv4LabeledUnicast", "ipv4 labeled-unicast" }, { "ipv6LabeledUnicast", "ipv6 labeled-unicast" }, { "ipv4Flowspec", "ipv4 flowspec" }, { "ipv6Flowspec", "ipv6 flowspec" },
	{ "ipv4Encap", "ipv4 encap" }, { "ipv6Encap", "ipv6 encap" }, { "l2VpnEvpn", "l2vpn evpn" },
};

static const char *
family_name(const char *frr)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
		if (strcmp(families[i].frr, frr) == 0)
			return families[i].name;
	}
	return frr;
}

bool
frr_bgp_is_peer(const json_t *v)
{
	return json_is_object(v) && json_object_get(v, "bgpState");
}

bool
frr_bgp_is_up(struct device *d, const json_t *peer)
{
	return strcmp(answer_text(d, peer, "bgpState", ""), "Established") == 0;
}

json_t *
frr_bgp_peer_name(struct device *d, const char *name)
{
	return field_is_ip(span_str(name)) ? field_ip(d, span_str(name)) : json_string(name);
}

json_t *
frr_bgp_router_id(struct device *d, const json_t *from, const char *key)
{
	const char *text = answer_text(d, from, key, "");

	return strcmp(text, "0.0.0.0") == 0 ? json_string("") : field_ip(d, span_str(text));
}

/* What a summary has of a peer in a family; NULL if it is not in it. */
static json_t *
summary_of(const json_t *summary, const char *family, const char *peer)
{
	return frr_entry(json_object_get(frr_entry(summary, family), "peers"), peer);
}

/* FRR counts what it keeps, after the policy: its "received" is what was accepted.  Older releases had another name for it. */
static json_t *
counts_of(struct device *d, const json_t *family, const json_t *told)
{
	int64_t accepted = answer_int(d, family, "acceptedPrefixCounter", -1);
	int64_t received = answer_int(d, told, "pfxRcd", answer_int(d, told, "prefixReceivedCount", accepted));
	int64_t sent = answer_int(d, family, "sentPrefixCounter", answer_int(d, told, "pfxSnt", answer_int(d, told, "prefixAdvertisedCount", -1)));

	return json_pack("{s:I, s:I, s:I}", "received_prefixes", (json_int_t)received, "accepted_prefixes", (json_int_t)(accepted == -1 ? received : accepted), "sent_prefixes", (json_int_t)sent);
}

static json_t *
peer_of(struct device *d, const json_t *from)
{
	bool up = frr_bgp_is_up(d, from);
	int64_t up_ms = answer_int(d, from, "bgpTimerUpMsec", answer_int(d, from, "bgpTimerUp", -1));
	json_t *r = model_new(&model_bgp_peer);

	json_object_set_new(r, "local_as", json_integer(answer_int(d, from, "localAs", -1)));
	json_object_set_new(r, "remote_as", json_integer(answer_int(d, from, "remoteAs", -1)));
	json_object_set_new(r, "remote_id", frr_bgp_router_id(d, from, "remoteRouterId"));
	json_object_set_new(r, "is_up", json_boolean(up));
	json_object_set_new(r, "is_enabled", json_boolean(!answer_bool(d, from, "adminShutDown", false)));
	json_object_set_new(r, "description", json_string(answer_text(d, from, "nbrDesc", "")));
	json_object_set_new(r, "uptime", json_integer(up && up_ms >= 0 ? up_ms / 1000 : -1));
	return r;
}

static void
add_peer(struct device *d, json_t *peers, const char *name, const json_t *from, const json_t *summary)
{
	json_t *key = frr_bgp_peer_name(d, name), *peer = peer_of(d, from), *family;
	const char *of;

	json_object_foreach(answer_object(d, from, "addressFamilyInfo"), of, family)
		json_object_set_new(json_object_get(peer, "address_family"), family_name(of), counts_of(d, family, summary_of(summary, of, name)));
	json_object_set_new(peers, json_string_value(key), peer);
	json_decref(key);
}

static json_t *
vrf_at(json_t *r, const char *vrf)
{
	const char *key = frr_vrf_name(vrf);

	if (!json_object_get(r, key))
		json_object_set_new(r, key, model_new(&model_bgp_neighbors));
	return json_object_get(r, key);
}

/* The router's own ID stands in each family of the summary, and with each peer. */
static void
add_router_id(struct device *d, json_t *r, const json_t *from, const char *key)
{
	if (*json_string_value(json_object_get(r, "router_id")) == '\0' && json_object_get(from, key))
		json_object_set_new(r, "router_id", frr_bgp_router_id(d, from, key));
}

static void
add_neighbors(struct device *d, json_t *r, json_t *neighbors, const json_t *summary)
{
	const char *vrf, *name;
	json_t *one, *peer;

	json_object_foreach(neighbors, vrf, one) {
		json_object_foreach(one, name, peer) {
			if (!frr_bgp_is_peer(peer))
				continue;
			add_peer(d, json_object_get(vrf_at(r, vrf), "peers"), name, peer, frr_entry(summary, vrf));
			add_router_id(d, vrf_at(r, vrf), peer, "localRouterId");
		}
	}
}

static void
add_router_ids(struct device *d, json_t *r, json_t *summary)
{
	const char *vrf, *of;
	json_t *one, *family;

	json_object_foreach(summary, vrf, one) {
		json_object_foreach(one, of, family) {
			if (json_is_string(json_object_get(family, "routerId")))
				add_router_id(d, vrf_at(r, vrf), family, "routerId");
		}
	}
}

json_t *
frr_get_bgp_neighbors(struct device *d, const json_t *arguments)
{
	json_t *summary = frr_vtysh_json(d, "show bgp vrf all summary json");
	json_t *neighbors = summary ? frr_vtysh_json(d, "show bgp vrf all neighbors json") : NULL;
	json_t *r = neighbors ? json_object() : NULL;

	(void)arguments;
	if (r) {
		add_router_ids(d, r, summary);
		add_neighbors(d, r, neighbors, summary);
	}
	json_decref(neighbors);
	json_decref(summary);
	return r;
}
