/*
 * Routes to a destination, VRF by VRF (zebra); for those of BGP a row for each path that BGP knows.
 */
#include <stdio.h>
#include <strings.h>

#include "drivers/answer.h"
#include "drivers/field.h"
#include "drivers/frr/frr.h"

struct search {
	struct device *d;
	const char *destination, *protocol;
	bool ipv6, longer;
	json_t *routes;                 /* the result */
	const char *vrf;                /* at hand */
	json_t *summary;                /* of BGP, all VRFs; NULL: not asked yet */
};

/* "default" first, then what `show vrf` has: "vrf blue id 5 table 1001". */
static json_t *
vrf_names(struct device *d)
{
	struct span text = SPAN_NONE, line, word, name;
	json_t *names = json_pack("[s]", "default");
	struct buffer room;

	buffer_init(&room, DEVICE_MAX_ANSWER);
	if (frr_vtysh(d, "show vrf", &room, &text) == -1) {
		json_decref(names);
		names = NULL;
	}
	while (names && field_line(&text, &line)) {
		if (!field_word(&line, &word) || !span_eq(word, SPAN_LIT("vrf")) || !field_word(&line, &name) || span_starts(line, SPAN_LIT("inactive")))
			continue;
		if (!span_eq(name, SPAN_LIT("default")))
			json_array_append_new(names, field_text(name));
	}
	buffer_fini(&room);
	return names;
}

/* Takes the command out of `b`, which is its to end. */
static json_t *
ask(struct device *d, struct buffer *b)
{
	json_t *r = NULL;

	if (b->failed)
		device_fail(d, DEVICE_ARGUMENT, "the command is too long");
	else
		r = frr_vtysh_json(d, b->p);
	buffer_fini(b);
	return r;
}

/* ---- BGP ---- */

static json_t *
peers_of(const json_t *summary, const char *vrf, bool ipv6)
{
	return json_object_get(frr_entry(frr_entry(summary, vrf), ipv6 ? "ipv6Unicast" : "ipv4Unicast"), "peers");
}

static json_t *
peer_of(struct search *s, const char *name)
{
	json_t *peer = frr_entry(peers_of(s->summary, s->vrf, s->ipv6), name);

	return peer ? peer : frr_entry(peers_of(s->summary, s->vrf, !s->ipv6), name);
}

static int64_t
local_as(struct search *s)
{
	const json_t *vrf = frr_entry(s->summary, s->vrf);
	int64_t as = answer_int(s->d, vrf, "ipv4Unicast.as", -1);

	return as != -1 ? as : answer_int(s->d, vrf, "ipv6Unicast.as", -1);
}

static json_t *
communities_of(struct device *d, const json_t *path)
{
	struct span left = span_str(answer_text(d, path, "community.string", "")), word;
	json_t *r = json_array();

	while (field_word(&left, &word))
		json_array_append_new(r, field_text(word));
	return r;
}

/* A path of our own has no peer with an address. */
static json_t *
bgp_attributes(struct search *s, const json_t *path)
{
	struct device *d = s->d;
	const char *name = answer_text(d, path, "peer.peerId", "");
	json_t *peer = peer_of(s, name), *hop = json_array_get(json_object_get(path, "nexthops"), 0), *address;
	int64_t preference = answer_int(d, path, "locPrf", answer_int(d, path, "localpref", answer_int(d, path, "localPref", -1)));
	bool own = strcmp(name, "0.0.0.0") == 0 || strcmp(name, "::") == 0 || strcmp(name, "(unspec)") == 0;

	address = own || !field_is_ip(span_str(name)) ? json_string(own ? "" : name) : field_ip(d, span_str(name));
	return json_pack("{s:I, s:I, s:s, s:o, s:s, s:o, s:I, s:I, s:I, s:I}", "local_as", (json_int_t)local_as(s), "remote_as",
	    (json_int_t)(own ? local_as(s) : answer_int(d, peer, "remoteAs", -1)), "peer_id", answer_text(d, path, "peer.routerId", ""), "remote_address", address, "as_path",
	    answer_text(d, path, "aspath.string", ""), "communities", communities_of(d, path), "local_preference", (json_int_t)preference, "preference2",
	    (json_int_t)answer_int(d, path, "weight", -1), "metric", (json_int_t)answer_int(d, path, "metric", answer_int(d, path, "med", -1)), "metric2",
	    (json_int_t)answer_int(d, hop, "metric", -1));
}

/* The interface of zebra's route to that next hop. */
static const char *
interface_to(const json_t *rows, const char *next_hop)
{
	size_t i;
	json_t *row;

	json_array_foreach((json_t *)(uintptr_t)rows, i, row) {
		if (strcmp(json_string_value(json_object_get(row, "next_hop")), next_hop) == 0)
			return json_string_value(json_object_get(row, "outgoing_interface"));
	}
	return "";
}

/* zebra's rows give what BGP does not know: the age, the preference, the interface. */
static void
add_path(struct search *s, json_t *list, const json_t *rows, const json_t *path)
{
	json_t *r = json_copy(json_array_get(rows, 0)), *hop = json_array_get(json_object_get(path, "nexthops"), 0);
	bool best = answer_bool(s->d, path, "bestpath.overall", false), multipath = answer_bool(s->d, path, "multipath", false);
	json_t *next_hop = field_ip(s->d, span_str(answer_text(s->d, hop, "ip", "")));
	const char *interface = answer_text(s->d, hop, "interface", interface_to(rows, json_string_value(next_hop) ? json_string_value(next_hop) : ""));

	json_object_set_new(r, "current_active", json_boolean(best || multipath));
	json_object_set_new(r, "last_active", json_boolean(best || multipath));
	json_object_set_new(r, "selected_next_hop", json_boolean(best || multipath));
	json_object_set_new(r, "inactive_reason", json_string(best || multipath ? "" : answer_bool(s->d, path, "valid", false) ? "not the best path" : "not valid"));
	json_object_set_new(r, "outgoing_interface", json_string(interface));
	json_object_set_new(r, "next_hop", next_hop);
	json_object_set_new(r, "protocol_attributes", bgp_attributes(s, path));
	json_array_append_new(list, r);
}

/* False if BGP has nothing to tell of it. */
static bool
add_paths(struct search *s, json_t *list, const char *prefix, const json_t *rows)
{
	json_t *answer = NULL, *paths, *path;
	struct buffer b;
	size_t i;

	if (!s->summary)
		s->summary = frr_vtysh_json(s->d, "show bgp vrf all summary json");
	buffer_init(&b, 4096);
	buffer_printf(&b, "show bgp vrf %s %s unicast %s json", s->vrf, s->ipv6 ? "ipv6" : "ipv4", prefix);
	if (s->summary)
		answer = ask(s->d, &b);
	buffer_fini(&b);
	paths = answer_array(s->d, answer, "paths");
	json_array_foreach(paths, i, path)
		add_path(s, list, rows, path);
	i = json_array_size(paths);
	json_decref(answer);
	return i > 0;
}

/* ---- zebra ---- */

static json_t *
row_of(struct search *s, const json_t *route, const json_t *hop)
{
	struct device *d = s->d;
	bool selected = answer_bool(d, route, "selected", false), used = selected && answer_bool(d, hop, "active", false);
	const char *uptime = answer_text(d, route, "uptime", ""), *protocol = answer_text(d, route, "protocol", "");
	bool dropped = answer_bool(d, hop, "blackhole", answer_bool(d, hop, "unreachable", false));
	json_t *r = model_new(&model_route);
	int64_t age = -1;

	if (*uptime && !field_duration(span_str(uptime), &age))
		device_warn(d, "get_route_to: uptime is \"%.40s\"", uptime);
	json_object_set_new(r, "protocol", json_string(protocol));
	json_object_set_new(r, "current_active", json_boolean(selected));
	json_object_set_new(r, "last_active", json_boolean(selected));
	json_object_set_new(r, "age", json_integer(age));
	json_object_set_new(r, "next_hop", dropped ? json_string("NULL") : field_ip(d, span_str(answer_text(d, hop, "ip", ""))));
	json_object_set_new(r, "outgoing_interface", json_string(answer_text(d, hop, "interfaceName", "")));
	json_object_set_new(r, "selected_next_hop", json_boolean(used));
	json_object_set_new(r, "preference", json_integer(answer_int(d, route, "distance", -1)));
	json_object_set_new(r, "inactive_reason", json_string(selected ? "" : "not selected"));
	json_object_set_new(r, "routing_table", json_string(s->vrf));
	if (strcmp(protocol, "ospf") == 0 || strcmp(protocol, "ospf6") == 0 || strcmp(protocol, "isis") == 0 || strncmp(protocol, "rip", 3) == 0)
		json_object_set_new(r, "protocol_attributes", json_pack("{s:I}", "metric", (json_int_t)answer_int(d, route, "metric", -1)));
	return r;
}

/* A next hop that is not on a link is followed by what it resolves to, which lends it its interface. */
static json_t *
rows_of(struct search *s, const json_t *route)
{
	json_t *rows = json_array(), *hop, *open = NULL;
	size_t i;

	json_array_foreach(answer_array(s->d, route, "nexthops"), i, hop) {
		if (open && (answer_bool(s->d, hop, "resolver", false) || !answer_bool(s->d, hop, "recursive", false))) {
			if (*json_string_value(json_object_get(open, "outgoing_interface")) == '\0')
				json_object_set_new(open, "outgoing_interface", json_string(answer_text(s->d, hop, "interfaceName", "")));
			continue;
		}
		json_array_append_new(rows, row_of(s, route, hop));
		open = answer_bool(s->d, hop, "recursive", false) ? json_array_get(rows, json_array_size(rows) - 1) : NULL;
	}
	if (json_array_size(rows) == 0)
		json_array_append_new(rows, row_of(s, route, NULL));
	return rows;
}

static bool
is_wanted(struct search *s, const json_t *route)
{
	const char *protocol = answer_text(s->d, route, "protocol", "");

	return json_is_object(route) && (!*s->protocol || strcasecmp(s->protocol, protocol) == 0 || (strcasecmp(s->protocol, "direct") == 0 && strcmp(protocol, "connected") == 0));
}

static void
add_prefix(struct search *s, const char *prefix, json_t *routes)
{
	json_t *list = json_object_get(s->routes, prefix), *route;
	size_t i;

	list = list ? json_incref(list) : json_array();
	json_array_foreach(routes, i, route) {
		json_t *rows;

		if (!is_wanted(s, route) || s->d->error != DEVICE_OK)
			continue;
		rows = rows_of(s, route);
		if (strcmp(answer_text(s->d, route, "protocol", ""), "bgp") != 0 || !add_paths(s, list, prefix, rows))
			json_array_extend(list, rows);
		json_decref(rows);
	}
	if (json_array_size(list) > 0)
		json_object_set(s->routes, prefix, list);
	json_decref(list);
}

static void
search_vrf(struct search *s)
{
	json_t *answer, *routes;
	const char *prefix;
	struct buffer b;

	buffer_init(&b, 4096);
	buffer_printf(&b, "show %s route vrf %s %s%s json", s->ipv6 ? "ipv6" : "ip", s->vrf, s->destination, s->longer ? " longer-prefixes" : "");
	answer = ask(s->d, &b);
	json_object_foreach(answer, prefix, routes)
		add_prefix(s, prefix, routes);
	json_decref(answer);
}

json_t *
frr_get_route_to(struct device *d, const json_t *arguments)
{
	struct search s = { .d = d, .protocol = getter_text(arguments, "protocol"), .longer = getter_bool(arguments, "longer"), .routes = json_object() };
	const char *given = getter_text(arguments, "destination");
	bool whole = strchr(given, '/') || !s.longer;
	char destination[128];
	json_t *vrfs = NULL, *one;
	size_t i;

	s.ipv6 = strchr(given, ':');
	s.destination = destination;
	if (!*given)
		device_fail(d, DEVICE_ARGUMENT, "get_route_to wants \"destination\"");
	else if (snprintf(destination, sizeof(destination), "%s%s", given, whole ? "" : s.ipv6 ? "/128" : "/32") >= (int)sizeof(destination))
		device_fail(d, DEVICE_ARGUMENT, "\"%.60s...\" is no destination", given);
	else
		vrfs = vrf_names(d);
	json_array_foreach(vrfs, i, one) {
		s.vrf = json_string_value(one);
		if (s.vrf && d->error == DEVICE_OK)
			search_vrf(&s);
	}
	json_decref(vrfs);
	json_decref(s.summary);
	if (d->error == DEVICE_OK)
		return s.routes;
	json_decref(s.routes);
	return NULL;
}
