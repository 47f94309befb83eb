/*
 * Routes to a destination, in all VRFs; what BGP knows of its own.
 */
#include <stdio.h>

#include "drivers/field.h"
#include "drivers/nxos/nxos.h"
#include "drivers/nxos/nxos_table.h"

/* One level of tables after the other: the rows of the last. */
static json_t *
descend(const json_t *from, const char *const *names)
{
	json_t *level = nxos_table_rows(from, *names), *row;
	size_t i;

	while (*++names) {
		json_t *next = json_array();

		json_array_foreach(level, i, row) {
			json_t *rows = nxos_table_rows(row, *names);

			json_array_extend(next, rows);
			json_decref(rows);
		}
		json_decref(level);
		level = next;
	}
	return level;
}

/* ---- BGP ---- */

struct search {
	struct device *d;
	bool six;
	const char *destination, *protocol;
	char vrf[128];
	json_t *bgp;            /* paths of the VRF at hand, once they were asked for */
};

static const json_t *
bgp_path(struct search *s, struct span next_hop)
{
	json_t *row;
	char room[32];
	size_t i;

	if (!s->bgp) {
		char command[400];
		json_t *answer;

		snprintf(command, sizeof(command), "show %s bgp vrf %s %s", s->six ? "ipv6" : "ip", s->vrf, s->destination);
		answer = nxos_try(s->d, command);
		s->bgp = descend(answer, (const char *const[]){ "vrf", "afi", "safi", "rd", "prefix", "path", NULL });
		json_decref(answer);
	}
	json_array_foreach(s->bgp, i, row) {
		if (span_eq(nxos_table_text(row, "ipnexthop", room), next_hop))
			return row;
	}
	return NULL;
}

static void
add_communities(json_t *list, const json_t *v)
{
	const json_t *one;
	size_t i;

	if (json_is_string(v)) {
		struct span text = span_of(json_string_value(v), json_string_length(v)), word;

		while (field_word(&text, &word))
			json_array_append_new(list, field_text(word));
	}
	json_array_foreach((json_t *)(uintptr_t)v, i, one) {
		if (json_is_string(one))
			json_array_append_new(list, field_text(span_of(json_string_value(one), json_string_length(one))));
	}
}

/* The AS that is next: the first of the path, or within the own AS that one. */
static void
set_as_path(json_t *r, struct span path, int64_t local_as)
{
	struct span rest = path, word;
	int64_t remote = local_as;

	if (field_word(&rest, &word) && field_as_number(word, &remote))
		json_object_set_new(r, "as_path", field_text(path));
	else
		json_object_set_new(r, "as_path", json_string(""));
	json_object_set_new(r, "remote_as", json_integer(remote));
}

/* `client` as "bgp-65001". */
static json_t *
bgp_attributes(struct search *s, struct span client, struct span next_hop)
{
	const char *dash = memchr(client.p, '-', client.n);
	const json_t *path = bgp_path(s, next_hop);
	json_t *r = json_object(), *communities = json_array();
	char room[32];
	int64_t local_as = 0, preference;

	if (dash && !field_as_number(span_between(dash + 1, client.p + client.n), &local_as))
		local_as = 0;
	json_object_set_new(r, "local_as", json_integer(local_as));
	set_as_path(r, nxos_table_text(path, json_object_get(path, "aspath") ? "aspath" : "as_path", room), local_as);
	json_object_set_new(r, "remote_address", field_text(nxos_table_text(path, "neighbor", room)));
	json_object_set_new(r, "local_preference", json_integer(field_int(nxos_table_text(path, "localpref", room), &preference) ? preference : 0));
	add_communities(communities, json_object_get(path, "community"));
	add_communities(communities, json_object_get(path, "extcommunity"));
	json_object_set_new(r, "communities", communities);
	return r;
}

/* ---- routes ---- */

/* "ospf-1" is ospf; what others call connected is direct here. */
static bool
wanted(const struct search *s, struct span protocol)
{
	struct span want = span_str(s->protocol);

	return want.n == 0 || span_eq(want, protocol) || (span_eq(protocol, SPAN_LIT("direct")) && span_eq(want, SPAN_LIT("connected")));
}

static json_t *
route(struct search *s, const json_t *row)
{
	char room[32], age_room[32], hop_room[32];
	struct span client = nxos_table_text(row, "clientname", room), hop = nxos_table_text(row, "ipnexthop", hop_room);
	const char *dash = client.n ? memchr(client.p, '-', client.n) : NULL;
	struct span protocol = dash ? span_between(client.p, dash) : client;
	bool best = span_eq(nxos_table_text(row, "ubest", age_room), SPAN_LIT("true")) || json_is_true(json_object_get(row, "ubest"));
	json_t *r;
	int64_t preference;
	double age;

	if (!wanted(s, protocol))
		return NULL;
	r = model_new(&model_route);
	json_object_set_new(r, "protocol", field_text(protocol));
	json_object_set_new(r, "current_active", json_boolean(best));
	json_object_set_new(r, "last_active", json_boolean(best));
	json_object_set_new(r, "selected_next_hop", json_boolean(best));
	json_object_set_new(r, "next_hop", field_text(hop));
	json_object_set_new(r, "outgoing_interface", field_text(nxos_table_text(row, "ifname", age_room)));
	json_object_set_new(r, "routing_table", json_string(s->vrf));
	age = nxos_table_age(s->d, nxos_table_text(row, "uptime", age_room));
	json_object_set_new(r, "age", json_integer(age < 1e12 ? (int64_t)age : -1));
	if (field_int(nxos_table_text(row, "pref", age_room), &preference))
		json_object_set_new(r, "preference", json_integer(preference));
	if (span_eq(protocol, SPAN_LIT("bgp")))
		json_object_set_new(r, "protocol_attributes", bgp_attributes(s, client, hop));
	return r;
}

static void
add_prefix(struct search *s, json_t *r, const json_t *prefix)
{
	json_t *paths = nxos_table_rows(prefix, "path"), *row, *list;
	char name[80];
	size_t i;

	nxos_table_copy(prefix, "ipprefix", name, sizeof(name));
	list = json_incref(json_object_get(r, name));
	if (!list)
		list = json_array();
	json_array_foreach(paths, i, row)
		json_array_append_new(list, route(s, row));
	if (*name && json_array_size(list) > 0)
		json_object_set(r, name, list);
	json_decref(list);
	json_decref(paths);
}

static json_t *
routes(struct search *s, const json_t *answer)
{
	json_t *vrfs = nxos_table_rows(answer, "vrf"), *r = json_object(), *vrf, *row;
	size_t i, k;

	json_array_foreach(vrfs, i, vrf) {
		json_t *prefixes = descend(vrf, (const char *const[]){ "addrf", "prefix", NULL });

		nxos_table_copy(vrf, "vrf-name-out", s->vrf, sizeof(s->vrf));
		s->bgp = NULL;
		json_array_foreach(prefixes, k, row)
			add_prefix(s, r, row);
		json_decref(s->bgp);
		json_decref(prefixes);
	}
	json_decref(vrfs);
	return r;
}

json_t *
nxos_get_route_to(struct device *d, const json_t *arguments)
{
	struct search s = { .d = d, .destination = getter_text(arguments, "destination"), .protocol = getter_text(arguments, "protocol") };
	char command[400];
	json_t *answer, *r = NULL;

	s.six = strchr(s.destination, ':');
	if (*s.destination == '\0') {
		device_fail(d, DEVICE_ARGUMENT, "get_route_to needs a destination");
		return NULL;
	}
	snprintf(command, sizeof(command), "show %s route vrf all %s%s", s.six ? "ipv6" : "ip", s.destination, getter_bool(arguments, "longer") ? " longer-prefixes" : "");
	answer = nxos_ask(d, command);
	if (answer)
		r = routes(&s, answer);
	json_decref(answer);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}
