/*
 * Routes to a destination, VRF by VRF; for those of BGP what BGP knows of them.
 */
#include <strings.h>

#include "drivers/answer.h"
#include "drivers/eos/eos.h"
#include "drivers/field.h"

#define MAX_VRFS 4096

struct search {
	struct device *d;
	const char *destination, *protocol, *longer;
	bool ipv6;
	json_t *routes;                 /* the result */
	const char *vrf;                /* at hand */
	json_t *bgp;                    /* what BGP says of that VRF; NULL: not asked yet */
};

static json_t *
vrf_names(struct device *d)
{
	json_t *answer = eos_ask_one(d, "show vrf");
	json_t *names = answer ? json_array() : NULL;
	const char *name;
	json_t *one;

	json_object_foreach(answer_object(d, answer, "vrfs"), name, one)
		json_array_append_new(names, json_string(name));
	field_sort_texts(names);
	json_decref(answer);
	return names;
}

/* ---- BGP ---- */

/* show ip bgp DESTINATION [longer-prefixes] vrf VRF */
static const json_t *
ask_bgp(struct search *s)
{
	struct buffer command;
	json_t *answer;

	if (s->bgp)
		return s->bgp;
	buffer_init(&command, 65536);
	buffer_printf(&command, "show ip%s bgp %s %s vrf %s", s->ipv6 ? "v6" : "", s->destination, s->longer, s->vrf);
	answer = command.failed ? NULL : eos_ask_one(s->d, buffer_span(&command).p);
	if (answer)
		s->bgp = json_incref(eos_entry(answer_at(answer, "vrfs"), s->vrf));
	if (answer && !s->bgp)
		s->bgp = json_object();
	json_decref(answer);
	buffer_fini(&command);
	return s->bgp;
}

/* The last AS of a path: "65001 (65002 65003) i"; the origin stands behind it in some releases. */
static int64_t
last_as(struct device *d, const char *path)
{
	struct span left = span_str(path), word;
	int64_t last = -1, n;

	while (field_word(&left, &word)) {
		while (word.n > 0 && memchr("({[", word.p[0], 3))
			word = span_skip(word, 1);
		while (word.n > 0 && memchr(")}]", word.p[word.n - 1], 3))
			word.n--;
		if (field_as_number(word, &n))
			last = n;
	}
	if (last == -1)
		device_warn(d, "the AS path \"%.60s\" has no AS", path);
	return last;
}

/* The interface of the route's hop to that address. */
static const char *
interface_to(struct device *d, const json_t *route, const char *next_hop)
{
	const char *found = "";
	size_t i;
	json_t *via;

	json_array_foreach(answer_array(d, route, "vias"), i, via) {
		const char *tunnel = answer_text(d, via, "vtepAddr", NULL);
		json_t *address = field_ip(d, span_str(tunnel ? tunnel : answer_text(d, via, "nexthopAddr", "")));

		if (address && strcmp(json_string_value(address), next_hop) == 0)
			found = tunnel ? "vxlan1" : answer_text(d, via, "interface", "");
		json_decref(address);
	}
	return found;
}

/* NULL where it is not said: then the attribute is left out. */
static json_t *
number_at(struct device *d, const json_t *from, const char *path)
{
	return answer_at(from, path) ? json_integer(answer_int(d, from, path, -1)) : NULL;
}

/* Of the two places for it, the one that has an address. */
static json_t *
peer_address(struct device *d, const json_t *path)
{
	const char *peer = answer_text(d, path, "routeDetail.peerEntry.peerAddr", "");

	return field_ip(d, span_str(field_is_ip(span_str(peer)) ? peer : answer_text(d, path, "peerEntry.peerAddr", peer)));
}

static json_t *
bgp_attributes(struct search *s, const json_t *route, const json_t *path)
{
	const char *as_path = answer_text(s->d, path, "asPathEntry.asPath", ""), *type = answer_text(s->d, path, "asPathEntry.asPathType", "");
	json_t *communities = answer_array(s->d, path, "routeDetail.communityList"), *r = json_object();
	bool own = strcmp(type, "Internal") == 0 || strcmp(type, "Local") == 0;
	int64_t local_as = eos_as_number(s->d, s->bgp, "asn");

	json_object_set_new(r, "metric", number_at(s->d, route, "metric"));
	json_object_set_new(r, "as_path", json_string(as_path));
	json_object_set_new(r, "local_preference", number_at(s->d, path, "localPreference"));
	json_object_set_new(r, "local_as", json_integer(local_as));
	json_object_set_new(r, "remote_as", json_integer(own ? local_as : last_as(s->d, as_path)));
	json_object_set_new(r, "remote_address", peer_address(s->d, path));
	json_object_set_new(r, "preference2", number_at(s->d, path, "weight"));
	json_object_set_new(r, "communities", communities ? json_incref(communities) : json_array());
	return r;
}

static void
add_bgp_path(struct search *s, json_t *list, const json_t *base, const json_t *route, const json_t *path)
{
	json_t *r = json_copy((json_t *)(uintptr_t)base), *next_hop = field_ip(s->d, span_str(answer_text(s->d, path, "nextHop", "")));
	bool active = answer_bool(s->d, path, "routeType.active", false);
	const char *interface = json_string_value(next_hop) ? interface_to(s->d, route, json_string_value(next_hop)) : "";

	json_object_set_new(r, "current_active", json_boolean(active));
	json_object_set_new(r, "last_active", json_boolean(active));
	json_object_set_new(r, "selected_next_hop", json_boolean(active));
	json_object_set_new(r, "inactive_reason", json_string(answer_text(s->d, path, "reasonNotBestpath", "")));
	json_object_set_new(r, "outgoing_interface", json_string(interface));
	json_object_set_new(r, "next_hop", next_hop);
	json_object_set_new(r, "protocol_attributes", bgp_attributes(s, route, path));
	json_array_append_new(list, r);
}

/* ---- others ---- */

static void
add_hops(struct search *s, json_t *list, json_t *base, const json_t *route)
{
	const json_t *vias = answer_array(s->d, route, "vias");
	size_t i;
	json_t *via;

	if (answer_bool(s->d, route, "routingDisabled", false)) {
		json_object_set_new(base, "last_active", json_false());
		json_object_set_new(base, "current_active", json_false());
	}
	json_array_foreach(vias, i, via) {
		json_t *r = json_copy(base);

		json_object_set_new(r, "next_hop", field_ip(s->d, span_str(answer_text(s->d, via, "nexthopAddr", ""))));
		json_object_set_new(r, "outgoing_interface", json_string(answer_text(s->d, via, "interface", "")));
		json_array_append_new(list, r);
	}
	if (json_array_size(vias) > 0)
		return;
	if (strcmp(answer_text(s->d, route, "routeAction", ""), "drop") == 0)
		json_object_set_new(base, "next_hop", json_string("NULL"));
	json_array_append(list, base);
}

/* ---- all ---- */

static json_t *
base_of(struct search *s, const json_t *route)
{
	json_t *r = model_new(&model_route);

	json_object_set_new(r, "protocol", json_string(answer_text(s->d, route, "routeType", "")));
	json_object_set_new(r, "current_active", json_true());
	json_object_set_new(r, "last_active", json_true());
	json_object_set_new(r, "selected_next_hop", json_true());
	json_object_set_new(r, "age", json_integer(0));
	json_object_set_new(r, "preference", json_integer(answer_int(s->d, route, "preference", 0)));
	json_object_set_new(r, "routing_table", json_string(s->vrf));
	return r;
}

static void
add_route(struct search *s, const char *prefix, const json_t *route)
{
	const char *type = answer_text(s->d, route, "routeType", "");
	json_t *base = base_of(s, route), *list, *path;
	const json_t *known;
	size_t i;

	if (!json_object_get(s->routes, prefix))
		json_object_set_new(s->routes, prefix, json_array());
	list = json_object_get(s->routes, prefix);
	if (strcmp(s->protocol, "bgp") == 0 || strcasecmp(type, "ebgp") == 0 || strcasecmp(type, "ibgp") == 0) {
		known = eos_entry(answer_at(ask_bgp(s), "bgpRouteEntries"), prefix);
		json_array_foreach(answer_array(s->d, known, "bgpRoutePaths"), i, path)
			add_bgp_path(s, list, base, route, path);
	} else {
		add_hops(s, list, base, route);
	}
	json_decref(base);
}

/* The routes of IPv6 stood without their VRF in older releases. */
static void
add_vrf(struct search *s, const json_t *answer)
{
	const json_t *routes = answer_object(s->d, eos_entry(answer_at(answer, "vrfs"), s->vrf), "routes");
	const char *prefix;
	json_t *route;

	if (!routes && s->ipv6)
		routes = answer_object(s->d, answer, "routes");
	json_object_foreach((json_t *)(uintptr_t)routes, prefix, route) {
		if (s->d->error == DEVICE_OK)
			add_route(s, prefix, route);
	}
	json_decref(s->bgp);
	s->bgp = NULL;
}

/* show ip route vrf VRF DESTINATION [longer-prefixes] [PROTOCOL] detail, of all VRFs in one question. */
static json_t *
ask_routes(struct search *s, const json_t *vrfs)
{
	size_t n = json_array_size(vrfs);
	char **commands = n <= MAX_VRFS ? calloc(n + 1, sizeof(*commands)) : NULL;
	json_t *all = NULL;
	bool whole = commands != NULL;

	for (size_t i = 0; whole && i < n; i++)
		whole = asprintf(&commands[i], "show ip%s route vrf %s %s %s %s detail", s->ipv6 ? "v6" : "", json_string_value(json_array_get(vrfs, i)), s->destination, s->longer,
		    s->protocol) != -1;
	if (whole)
		all = eos_ask(s->d, (const char *const *)commands, false);
	else
		device_fail(s->d, DEVICE_ANSWER, "%zu VRFs are more than can be asked", n);
	for (size_t i = 0; commands && i < n; i++)
		free(commands[i]);
	free(commands);
	return all;
}

json_t *
eos_get_route_to(struct device *d, const json_t *arguments)
{
	const char *protocol = getter_text(arguments, "protocol");
	struct search s = { .d = d, .destination = getter_text(arguments, "destination"), .longer = getter_bool(arguments, "longer") ? "longer-prefixes" : "" };
	json_t *vrfs, *all;

	s.protocol = strcasecmp(protocol, "direct") == 0 ? "connected" : protocol;
	s.ipv6 = strchr(s.destination, ':');
	if (!*s.destination) {
		device_fail(d, DEVICE_ARGUMENT, "get_route_to wants \"destination\"");
		return NULL;
	}
	vrfs = vrf_names(d);
	all = vrfs ? ask_routes(&s, vrfs) : NULL;
	s.routes = all ? json_object() : NULL;
	for (size_t i = 0; s.routes && i < json_array_size(vrfs); i++) {
		s.vrf = json_string_value(json_array_get(vrfs, i));
		add_vrf(&s, json_array_get(all, i));
	}
	json_decref(all);
	json_decref(vrfs);
	if (d->error == DEVICE_OK)
		return s.routes;
	json_decref(s.routes);
	return NULL;
}
