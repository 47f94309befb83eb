/*
 * Fields that are always 0 here are so in NAPALM's drivers, too.
 */
#include "drivers/xr/xr_bgp.h"

#include <stdio.h>

#include "drivers/field.h"
#include "drivers/model.h"
#include "drivers/xr/xr_value.h"

static json_t *
address_of(struct device *d, const xmlNode *neighbor, const struct xr_bgp *b)
{
	struct span text = xml_text(neighbor, b->address);

	return field_ip(d, text.n > 0 || !b->address6 ? text : xml_text(neighbor, b->address6));
}

static bool
is_up(const xmlNode *neighbor, const struct xr_bgp *b)
{
	return xml_read_is(neighbor, b->state, b->established);
}

/* ---- neighbours ---- */

/* One family: that of the connection. */
static json_t *
families(struct device *d, const xmlNode *n, const struct xr_bgp *b)
{
	struct span name = xml_text(n, b->family);
	int64_t accepted = xml_read_int(d, n, b->accepted, 0);
	json_t *family = model_new(&model_bgp_family), *r = json_object();

	if (span_eq(name, SPAN_LIT("IPv4")))
		name = SPAN_LIT("ipv4");
	else if (span_eq(name, SPAN_LIT("IPv6")))
		name = SPAN_LIT("ipv6");
	json_object_set_new(family, "accepted_prefixes", json_integer(accepted));
	json_object_set_new(family, "received_prefixes", json_integer(accepted + xml_read_int(d, n, b->denied, 0)));
	json_object_set_new(family, "sent_prefixes", json_integer(xml_read_int(d, n, b->advertised, 0)));
	xml_read_put(r, name, family);
	return r;
}

static json_t *
peer(struct device *d, const xmlNode *n, const struct xr_bgp *b)
{
	json_t *r = model_new(&model_bgp_peer);

	xml_read_fields(d, r, n, b->peer);
	json_object_set_new(r, "is_up", json_boolean(is_up(n, b)));
	if (is_up(n, b))
		json_object_set_new(r, "uptime", json_integer(xml_read_int(d, n, b->since, 0)));
	json_object_set_new(r, "address_family", families(d, n, b));
	return r;
}

json_t *
xr_bgp_vrf(struct device *d, const xmlNode *vrf, const struct xr_bgp *b)
{
	json_t *r = model_new(&model_bgp_neighbors), *peers = json_object_get(r, "peers");

	json_object_set_new(r, "router_id", xml_read_text(vrf, b->router_id, ""));
	for (xmlNode *n = xml_read_next(vrf, b->neighbors, NULL); n; n = xml_read_next(vrf, b->neighbors, n)) {
		json_t *address = address_of(d, n, b);

		json_object_set_new(peers, json_string_value(address), peer(d, n, b));
		json_decref(address);
	}
	return r;
}

/* ---- detail ---- */

/* A time that is 0 here is the whole VRF's. */
static json_t *
timer(struct device *d, const xmlNode *neighbor, const xmlNode *vrf, const char *name)
{
	int64_t own = xml_read_int(d, neighbor, name, 0);

	return json_integer(own != 0 ? own : xml_read_int(d, vrf, name, 0));
}

static int64_t
number(const json_t *r, const char *name)
{
	return json_integer_value(json_object_get(r, name));
}

static json_t *
peer_detail(struct device *d, const xmlNode *n, const xmlNode *timers, const struct xr_bgp *b)
{
	json_t *r = model_new(&model_bgp_peer_detail);

	xml_read_fields(d, r, n, b->detail);
	if (json_string_length(json_object_get(r, "remote_address")) == 0)
		json_object_set_new(r, "remote_address", address_of(d, n, b));
	json_object_set_new(r, "up", json_boolean(is_up(n, b)));
	json_object_set_new(r, "input_updates", json_integer(0));
	json_object_set_new(r, "output_updates", json_integer(0));
	json_object_set_new(r, "connection_state", xr_value_bgp_state(xml_text(n, b->state)));
	json_object_set_new(r, "previous_connection_state", xr_value_bgp_previous(xml_text(n, b->previous)));
	json_object_set_new(r, "holdtime", timer(d, n, timers, b->hold_time));
	json_object_set_new(r, "keepalive", timer(d, n, timers, b->keepalive));
	json_object_set_new(r, "received_prefix_count", json_integer(number(r, "accepted_prefix_count") + number(r, "suppressed_prefix_count")));
	return r;
}

void
xr_bgp_detail(struct device *d, json_t *r, const xmlNode *vrf, const struct xr_bgp *b, const json_t *wanted)
{
	const xmlNode *timers = vrf ? xml_find(vrf, b->timers) : NULL;

	for (xmlNode *n = xml_read_next(vrf, b->neighbors, NULL); n; n = xml_read_next(vrf, b->neighbors, n)) {
		json_t *one = peer_detail(d, n, timers, b);
		char as[24];

		if (json_string_length(wanted) > 0 && !json_equal(wanted, json_object_get(one, "remote_address"))) {
			json_decref(one);
			continue;
		}
		snprintf(as, sizeof(as), "%lld", (long long)number(one, "remote_as"));
		xr_value_append(r, span_str(as), one);
	}
}
