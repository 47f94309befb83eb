/*
 * BGP's neighbours in detail.
 */
#include <stdio.h>

#include "drivers/answer.h"
#include "drivers/field.h"
#include "drivers/frr/frr.h"
#include "drivers/frr/frr_bgp.h"

static const struct {
	const char *field, *path;
	int64_t divisor;                /* of milliseconds; 0: taken as it is */
} numbers[] = {
	{ "local_as", "localAs", 0 },
	{ "remote_as", "remoteAs", 0 },
	{ "local_port", "portLocal", 0 },
	{ "remote_port", "portForeign", 0 },
	{ "input_messages", "messageStats.totalRecv", 0 },
	{ "output_messages", "messageStats.totalSent", 0 },
	{ "input_updates", "messageStats.updatesRecv", 0 },
	{ "output_updates", "messageStats.updatesSent", 0 },
	{ "messages_queued_out", "messageStats.depthOutq", 0 },
	{ "holdtime", "bgpTimerHoldTimeMsecs", 1000 },
	{ "keepalive", "bgpTimerKeepAliveIntervalMsecs", 1000 },
	{ "configured_holdtime", "bgpTimerConfiguredHoldTimeMsecs", 1000 },
	{ "configured_keepalive", "bgpTimerConfiguredKeepAliveIntervalMsecs", 1000 },
	{ "flap_count", "connectionsDropped", 0 },
};

static void
add_numbers(struct device *d, json_t *r, const json_t *from)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		int64_t n = answer_int(d, from, numbers[i].path, -1);

		json_object_set_new(r, numbers[i].field, json_integer(numbers[i].divisor && n > 0 ? n / numbers[i].divisor : n));
	}
}

/* An address, where FRR says "Unknown" (it has no connection) or "none". */
static json_t *
address_of(struct device *d, const json_t *from, const char *key)
{
	const char *text = answer_text(d, from, key, "");

	return field_ip(d, span_str(field_is_ip(span_str(text)) ? text : ""));
}

static void
add_addresses(struct device *d, json_t *r, const char *name, const json_t *from)
{
	const char *given = field_is_ip(span_str(name)) ? name : "";

	json_object_set_new(r, "local_address", address_of(d, from, "hostLocal"));
	json_object_set_new(r, "local_address_configured", json_boolean(json_object_get(from, "updateSource") != NULL));
	json_object_set_new(r, "remote_address", *given ? field_ip(d, span_str(given)) : address_of(d, from, "bgpNeighborAddr"));
	json_object_set_new(r, "router_id", frr_bgp_router_id(d, from, "remoteRouterId"));
}

static void
sum(json_t *r, const char *field, int64_t more)
{
	int64_t had = json_integer_value(json_object_get(r, field));

	if (more >= 0)
		json_object_set_new(r, field, json_integer((had > 0 ? had & INT64_C(0xffffffffffff) : 0) + (more & INT64_C(0xffffffffffff))));
}

/* All families of a session together; FRR has but the prefixes that it accepted. */
static void
add_families(struct device *d, json_t *r, const json_t *from)
{
	const char *of, *key;
	json_t *family, *v;

	json_object_foreach(answer_object(d, from, "addressFamilyInfo"), of, family) {
		sum(r, "received_prefix_count", answer_int(d, family, "acceptedPrefixCounter", -1));
		sum(r, "accepted_prefix_count", answer_int(d, family, "acceptedPrefixCounter", -1));
		sum(r, "advertised_prefix_count", answer_int(d, family, "sentPrefixCounter", -1));
		if (json_object_get(family, "routeMapForIncomingAdvertisements"))
			json_object_set_new(r, "import_policy", json_string(answer_text(d, family, "routeMapForIncomingAdvertisements", "")));
		if (json_object_get(family, "routeMapForOutgoingAdvertisements"))
			json_object_set_new(r, "export_policy", json_string(answer_text(d, family, "routeMapForOutgoingAdvertisements", "")));
		json_object_foreach(family, key, v) {
			if (strncmp(key, "privateAsNums", 13) == 0)
				json_object_set_new(r, "remove_private_as", json_true());
		}
	}
}

/* An internal session may always cross routers (its limit is 255 hops); an external one is told how many. */
static bool
is_multihop(struct device *d, const json_t *from)
{
	return answer_int(d, from, "externalBgpNbrMaxHopsAway", 1) > 1;
}

static json_t *
peer_of(struct device *d, const char *vrf, const char *name, const json_t *from)
{
	json_t *r = model_new(&model_bgp_peer_detail);

	json_object_set_new(r, "up", json_boolean(frr_bgp_is_up(d, from)));
	json_object_set_new(r, "routing_table", json_string(vrf));
	json_object_set_new(r, "connection_state", json_string(answer_text(d, from, "bgpState", "")));
	json_object_set_new(r, "last_event", json_string(answer_text(d, from, "lastResetDueTo", "")));
	json_object_set_new(r, "multihop", json_boolean(is_multihop(d, from)));
	add_numbers(d, r, from);
	add_addresses(d, r, name, from);
	add_families(d, r, from);
	return r;
}

static json_t *
child(json_t *map, const char *key, json_t *(*make)(void))
{
	if (!json_object_get(map, key))
		json_object_set_new(map, key, make());
	return json_object_get(map, key);
}

static void
add_peer(json_t *r, const char *vrf, json_t *peer)
{
	char as[32];

	snprintf(as, sizeof(as), "%lld", (long long)json_integer_value(json_object_get(peer, "remote_as")));
	json_array_append_new(child(child(r, frr_vrf_name(vrf), json_object), as, json_array), peer);
}

json_t *
frr_get_bgp_neighbors_detail(struct device *d, const json_t *arguments)
{
	const char *wanted = getter_text(arguments, "neighbor_address"), *vrf, *name;
	json_t *only = frr_bgp_peer_name(d, wanted), *neighbors = frr_vtysh_json(d, "show bgp vrf all neighbors json"), *one, *from;
	json_t *r = neighbors ? json_object() : NULL;

	json_object_foreach(neighbors, vrf, one) {
		json_object_foreach(one, name, from) {
			json_t *key = frr_bgp_is_peer(from) ? frr_bgp_peer_name(d, name) : NULL;

			if (key && (!*wanted || json_equal(key, only)))
				add_peer(r, vrf, peer_of(d, vrf, name, from));
			json_decref(key);
		}
	}
	json_decref(neighbors);
	json_decref(only);
	return r;
}
