/*
 * BGP as it is configured: peer groups and neighbours, of the global table only.
 */
#include <stdlib.h>

#include "drivers/field.h"
#include "drivers/ios/ios.h"
#include "drivers/ios/ios_bgp_lines.h"

/* Names times bytes: how much a device may make us look through. */
#define BGP_MAX_WORK ((size_t)1 << 31)

/* {"inet": {"unicast": {"limit": 1000, "teardown": {...}}}} for "address-family ipv4 [unicast]"; {} for what is neither IPv4 nor IPv6. */
static json_t *
prefix_limit(const struct ios_bgp_lines *s)
{
	bool six = field_has(s->family, "ipv6");
	struct span words[8], safi = SPAN_LIT("unicast");
	size_t n = field_words(s->family, words, 8);
	json_t *limit, *by_safi, *r = json_object();

	if (!six && !field_has(s->family, "ipv4"))
		return r;
	if (n > 2 && n <= 8)
		safi = words[n - 1];
	limit = json_pack("{s:I, s:{s:I, s:I}}", "limit", (json_int_t)ios_bgp_lines_number(s, IOS_BGP_LIMIT, 0), "teardown", "threshold",
	    (json_int_t)ios_bgp_lines_number(s, IOS_BGP_THRESHOLD, 0), "timeout", (json_int_t)ios_bgp_lines_number(s, IOS_BGP_TIMEOUT, 0));
	by_safi = json_object();
	ios_set(by_safi, safi, limit);
	json_object_set_new(r, six ? "inet6" : "inet", by_safi);
	return r;
}

/* What neighbours and groups have in common. */
static void
put_common(const struct ios_bgp_lines *s, json_t *r)
{
	json_object_set_new(r, "description", ios_bgp_lines_text(s, IOS_BGP_DESCRIPTION));
	json_object_set_new(r, "import_policy", ios_bgp_lines_text(s, IOS_BGP_POLICY_IN));
	json_object_set_new(r, "export_policy", ios_bgp_lines_text(s, IOS_BGP_POLICY_OUT));
	json_object_set_new(r, "local_address", ios_bgp_lines_text(s, IOS_BGP_SOURCE));
	json_object_set_new(r, "local_as", json_integer(ios_bgp_lines_number(s, IOS_BGP_LOCAL_AS, s->own_as)));
	json_object_set_new(r, "remote_as", json_integer(ios_bgp_lines_number(s, IOS_BGP_REMOTE_AS, 0)));
	json_object_set_new(r, "prefix_limit", prefix_limit(s));
}

/* With a quotation mark behind it: NAPALM takes the end of Python's text of a line for a part of the password. */
static json_t *
key_of(const struct ios_bgp_lines *s)
{
	json_t *text = ios_bgp_lines_text(s, IOS_BGP_PASSWORD);
	const char *key = json_string_value(text);
	json_t *r = key && *key ? json_sprintf("%s'", key) : json_string("");

	json_decref(text);
	return r;
}

static json_t *
neighbor_result(const struct ios_bgp_lines *s)
{
	json_t *r = model_new(&model_bgp_group_neighbor);

	put_common(s, r);
	json_object_set_new(r, "authentication_key", key_of(s));
	json_object_set_new(r, "nhs", json_boolean(ios_bgp_lines_say(s, " next-hop-self")));
	json_object_set_new(r, "route_reflector_client", json_boolean(ios_bgp_lines_say(s, "route-reflector-client")));
	return r;
}

/* The group "_" has what has no group, and says nothing itself. */
static json_t *
nobody(const struct ios_bgp_lines *s)
{
	json_t *r = model_new(&model_bgp_group);

	json_object_set_new(r, "type", json_string(""));
	json_object_set_new(r, "local_as", json_integer(s->own_as));
	json_object_set_new(r, "remote_as", json_integer(0));
	json_object_set_new(r, "multihop_ttl", json_integer(0));
	json_object_set_new(r, "prefix_limit", json_object());
	return r;
}

static json_t *
group_result(const struct ios_bgp_lines *s)
{
	json_t *r = model_new(&model_bgp_group);

	put_common(s, r);
	json_object_set_new(r, "type", json_string(json_equal(json_object_get(r, "local_as"), json_object_get(r, "remote_as")) ? "internal" : "external"));
	json_object_set_new(r, "multihop_ttl", json_integer(0));
	json_object_set_new(r, "remove_private_as", json_boolean(ios_bgp_lines_say(s, "remove-private-as")));
	return r;
}

/* A neighbour into its group, unless it is of a VRF. */
static void
add_neighbor(struct ios_bgp_lines *all, json_t *groups, const char *name)
{
	struct ios_bgp_lines s = ios_bgp_lines_with(all, span_str(name));
	bool vrf = ios_bgp_lines_family(&s, &all->family);
	json_t *group = ios_bgp_lines_text(&s, IOS_BGP_GROUP);
	const char *key = json_string_value(group);

	key = key && *key ? key : "_";
	s.family = all->family;
	if (!vrf && !json_object_get(groups, key))
		json_object_set_new(groups, key, json_object());
	if (!vrf)
		json_object_set_new(json_object_get(groups, key), name, neighbor_result(&s));
	json_decref(group);
	free(s.all);
}

static void
add_group(struct ios_bgp_lines *all, json_t *r, const char *name, json_t *members)
{
	struct ios_bgp_lines s = ios_bgp_lines_with(all, span_str(name));
	json_t *one;

	all->family = s.family = ios_bgp_lines_last_family(&s);
	one = group_result(&s);
	json_object_set(one, "neighbors", members);
	json_object_set_new(r, name, one);
	free(s.all);
}

static json_t *
bgp_config(struct ios_bgp_lines *s, json_t *names, const json_t *arguments)
{
	const char *group = getter_text(arguments, "group"), *neighbor = getter_text(arguments, "neighbor"), *name;
	json_t *r = json_object(), *groups = json_object(), *members, *one;

	json_object_foreach(names, name, one) {
		if (*neighbor == '\0' || strcmp(name, neighbor) == 0)
			add_neighbor(s, groups, name);
	}
	if (*group == '\0' || strcmp(group, "_") == 0) {
		one = nobody(s);
		if ((members = json_object_get(groups, "_")))
			json_object_set(one, "neighbors", members);
		json_object_set_new(r, "_", one);
	}
	json_object_foreach(groups, name, members) {
		if (strcmp(name, "_") != 0 && (*group == '\0' || strcmp(name, group) == 0))
			add_group(s, r, name, members);
	}
	json_decref(groups);
	return r;
}

json_t *
ios_get_bgp_config(struct device *d, const json_t *arguments)
{
	struct ios_bgp_lines s = { .n = 0 };
	struct buffer answer;
	json_t *names = NULL, *r = NULL;

	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_show(d, &answer, "show running-config") == -1)
		goto out;
	if (!ios_bgp_lines_read(&s, buffer_span(&answer))) {
		r = json_object();
		goto out;
	}
	names = ios_bgp_lines_names(&s);
	if (s.bytes > 0 && json_object_size(names) > BGP_MAX_WORK / s.bytes)
		device_fail(d, DEVICE_ANSWER, "show running-config: too many neighbours below \"router bgp\"");
	else
		r = bgp_config(&s, names, arguments);
out:
	free(s.all);
	json_decref(names);
	buffer_fini(&answer);
	return r;
}
