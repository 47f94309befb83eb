/*
 * BGP's neighbours, of all VRFs.
 */
#include "drivers/answer.h"
#include "drivers/eos/eos.h"
#include "drivers/field.h"

enum { SUMMARY_V4, SUMMARY_V6, NEIGHBORS_V4, NEIGHBORS_V6 };

static const char *const commands[] = {
	[SUMMARY_V4] = "show ip bgp summary vrf all",
	[SUMMARY_V6] = "show ipv6 bgp summary vrf all",
	[NEIGHBORS_V4] = "show ip bgp neighbors vrf all",
	[NEIGHBORS_V6] = "show ipv6 bgp peers vrf all",
	NULL,
};

/* The VRF called `name` in the result; the default one is "global". */
static json_t *
vrf_of(json_t *r, const char *name)
{
	const char *key = strcmp(name, "default") == 0 ? "global" : name;

	if (!json_object_get(r, key))
		json_object_set_new(r, key, model_new(&model_bgp_neighbors));
	return json_object_get(r, key);
}

/* What a summary has accepted of a peer; a peer that it lacks has nothing in that family. */
static int64_t
accepted(struct device *d, const json_t *summary, const char *vrf, const char *peer)
{
	const json_t *peers = answer_at(eos_entry(answer_at(summary, "vrfs"), vrf), "peers");

	return answer_int(d, eos_entry(peers, peer), "prefixAccepted", 0);
}

static json_t *
family(int64_t received, int64_t taken, int64_t sent)
{
	return json_pack("{s:I, s:I, s:I}", "received_prefixes", (json_int_t)received, "accepted_prefixes", (json_int_t)taken, "sent_prefixes", (json_int_t)sent);
}

static json_t *
peer_of(struct device *d, const json_t *from)
{
	const char *state = answer_text(d, from, "state", "");
	bool shut = strcmp(state, "Idle") == 0 && strcmp(answer_text(d, from, "idleReason", ""), "Administratively shut down") == 0;
	json_t *r = model_new(&model_bgp_peer);

	json_object_set_new(r, "local_as", json_integer(eos_as_number(d, from, "localAsn")));
	json_object_set_new(r, "remote_as", json_integer(eos_as_number(d, from, "asn")));
	json_object_set_new(r, "remote_id", field_ip(d, span_str(answer_text(d, from, "routerId", ""))));
	json_object_set_new(r, "is_up", json_boolean(strcmp(state, "Established") == 0));
	json_object_set_new(r, "is_enabled", json_boolean(!shut));
	json_object_set_new(r, "description", json_string(answer_text(d, from, "description", "")));
	json_object_set_new(r, "uptime", json_integer(answer_int(d, from, "establishedTime", -1)));
	return r;
}

static void
add_peer(struct device *d, json_t *peers, const json_t *from, const char *vrf, const json_t *all)
{
	json_t *address = field_ip(d, span_str(answer_text(d, from, "peerAddress", "")));
	const char *name = json_string_value(address) ? json_string_value(address) : "";
	json_t *peer = peer_of(d, from), *families = json_object_get(peer, "address_family");

	json_object_set_new(families, "ipv4", family(answer_int(d, from, "prefixesReceived", -1), accepted(d, json_array_get(all, SUMMARY_V4), vrf, name),
	    answer_int(d, from, "prefixesSent", -1)));
	json_object_set_new(families, "ipv6", family(answer_int(d, from, "v6PrefixesReceived", -1), accepted(d, json_array_get(all, SUMMARY_V6), vrf, name),
	    answer_int(d, from, "v6PrefixesSent", -1)));
	if (*name)
		json_object_set_new(peers, name, peer);
	else
		json_decref(peer);
	json_decref(address);
}

static void
add_neighbors(struct device *d, json_t *r, const json_t *answer, const json_t *all)
{
	const char *vrf;
	json_t *one, *peer;
	size_t i;

	json_object_foreach(answer_object(d, answer, "vrfs"), vrf, one) {
		json_t *peers = json_object_get(vrf_of(r, vrf), "peers");

		json_array_foreach(answer_array(d, one, "peerList"), i, peer)
			add_peer(d, peers, peer, vrf, all);
	}
}

static void
add_router_ids(struct device *d, json_t *r, const json_t *summary)
{
	const char *vrf;
	json_t *one;

	json_object_foreach(answer_object(d, summary, "vrfs"), vrf, one)
		json_object_set_new(vrf_of(r, vrf), "router_id", field_ip(d, span_str(answer_text(d, one, "routerId", ""))));
}

json_t *
eos_get_bgp_neighbors(struct device *d, const json_t *arguments)
{
	json_t *all = eos_ask(d, commands, false);
	json_t *r = all ? json_object() : NULL;

	(void)arguments;
	if (!r)
		goto out;
	add_neighbors(d, r, json_array_get(all, NEIGHBORS_V4), all);
	add_neighbors(d, r, json_array_get(all, NEIGHBORS_V6), all);
	add_router_ids(d, r, json_array_get(all, SUMMARY_V4));
	add_router_ids(d, r, json_array_get(all, SUMMARY_V6));
out:
	json_decref(all);
	return r;
}
