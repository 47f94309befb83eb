/*
 * Neighbours by BGP, and what each address family exchanges with them.
 */
#include "drivers/field.h"
#include "drivers/ios/ios.h"

/* The address families that are told of, as the summary names them, and the commands for their neighbours. */
static const struct {
	const char *name, *lower, *command;
} families[] = {
	{ "IPv4 Unicast", "ipv4 unicast", "show bgp ipv4 unicast neighbors" },
	{ "IPv4 Multicast", "ipv4 multicast", "show bgp ipv4 multicast neighbors" },
	{ "IPv6 Unicast", "ipv6 unicast", "show bgp ipv6 unicast neighbors" },
	{ "IPv6 Multicast", "ipv6 multicast", "show bgp ipv6 multicast neighbors" },
	{ "VPNv4 Unicast", "vpnv4 unicast", "show bgp vpnv4 unicast all neighbors" },
	{ "VPNv6 Unicast", "vpnv6 unicast", "show bgp vpnv6 unicast all neighbors" },
	{ "IPv4 MDT", "ipv4 mdt", "show bgp ipv4 mdt all neighbors" },
};
#define N_FAMILIES (sizeof(families) / sizeof(*families))

static const char *
family_of(struct span name)
{
	for (size_t i = 0; i < N_FAMILIES; i++) {
		const char *known = families[i].name;

		if (span_eq(name, span_str(known)))
			return families[i].lower;
	}
	return NULL;
}

/* "IPv6 Unicast 2001:db8::1": by what both answers name a session. */
static json_t *
session_key(struct device *d, const json_t *row)
{
	json_t *address = field_ip(d, ios_value(row, "ADDRESS"));
	const char *afi = json_string_value(json_object_get(row, "AFI"));
	json_t *key = address && afi ? json_sprintf("%s %s", afi, json_string_value(address)) : NULL;

	json_decref(address);
	return key;
}

/* The rows by session: {key: [row...]}, several where VRFs have the same address. */
static json_t *
sessions_of(struct device *d, struct span text)
{
	json_t *rows = ios_rows_of(d, "show_bgp_neighbors", text), *r = rows ? json_object() : NULL, *row, *key;
	size_t i;

	json_array_foreach(rows, i, row) {
		const char *name;

		if (!(key = session_key(d, row)))
			continue;
		name = json_string_value(key);
		if (!json_object_get(r, name))
			json_object_set_new(r, name, json_array());
		json_array_append(json_object_get(r, name), row);
		json_decref(key);
	}
	json_decref(rows);
	return r;
}

/* The answers for all families are one text: so the template sees them. */
static json_t *
ask_sessions(struct device *d, struct buffer *answer)
{
	struct buffer all;
	json_t *r = NULL;
	size_t i = 0;

	buffer_init(&all, N_FAMILIES * DEVICE_MAX_ANSWER);
	while (i < N_FAMILIES && ios_ask(d, answer, "%s", families[i].command) == 0) {
		buffer_put(&all, buffer_span(answer));
		buffer_puts(&all, "\n");
		i++;
	}
	if (i == N_FAMILIES && !all.failed)
		r = sessions_of(d, buffer_span(&all));
	else if (all.failed)
		device_fail(d, DEVICE_MEMORY, "no memory for the neighbours");
	buffer_fini(&all);
	return r;
}

static struct span
vrf_of(const json_t *row)
{
	struct span vrf = ios_value(row, "VRF");

	return vrf.n > 0 ? vrf : SPAN_LIT("global");
}

/* Each VRF that has neighbours. */
static void
add_vrfs(struct device *d, json_t *r, const json_t *sessions, struct span router_id)
{
	const char *key;
	json_t *list, *row, *one;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)sessions, key, list) {
		json_array_foreach(list, i, row) {
			if (ios_get(r, vrf_of(row)))
				continue;
			one = model_new(&model_bgp_neighbors);
			json_object_set_new(one, "router_id", field_ip(d, router_id));
			ios_set(r, vrf_of(row), one);
		}
	}
}

/* The neighbour's row that belongs to this line of the summary: the first with its family and address whose VRF does not have it yet; NULL if there is none. */
static json_t *
next_session(struct device *d, json_t *r, const json_t *sessions, const json_t *summary)
{
	json_t *key = session_key(d, summary), *address = field_ip(d, ios_value(summary, "ADDRESS")), *list, *row, *found = NULL;
	size_t i;

	list = key ? json_object_get(sessions, json_string_value(key)) : NULL;
	json_array_foreach(list, i, row) {
		if (ios_value(row, "VRF").n == 0 || !ios_get(json_object_get(ios_get(r, vrf_of(row)), "peers"), span_str(json_string_value(address)))) {
			found = row;
			break;
		}
	}
	json_decref(address);
	json_decref(key);
	return found;
}

static int64_t
as_of(struct device *d, const json_t *row, const char *name)
{
	int64_t as;

	if (field_as_number(ios_value(row, name), &as))
		return as;
	device_warn(d, "BGP neighbour %.*s: no AS number", IOS_PART(ios_value(row, "ADDRESS")));
	return -1;
}

static json_t *
prefixes(struct device *d, const json_t *summary, const json_t *session, bool up)
{
	json_t *r = model_new(&model_bgp_family);
	int64_t accepted = -1;

	field_int(ios_value(summary, "STATE"), &accepted);
	if (up)
		accepted = ios_number(d, session, "ACCEPTED", accepted);
	json_object_set_new(r, "accepted_prefixes", json_integer(accepted));
	json_object_set_new(r, "received_prefixes", json_integer(up ? accepted : -1));
	json_object_set_new(r, "sent_prefixes", json_integer(up ? ios_number(d, session, "SENT", -1) : -1));
	return r;
}

static json_t *
new_peer(struct device *d, const json_t *summary, const json_t *session)
{
	struct span id = ios_value(session, "REMOTE_ID");
	json_t *r = model_new(&model_bgp_peer);

	json_object_set_new(r, "local_as", json_integer(as_of(d, summary, "LOCAL_AS")));
	json_object_set_new(r, "remote_as", json_integer(as_of(d, summary, "REMOTE_AS")));
	json_object_set_new(r, "remote_id", field_ip(d, id.n > 0 ? id : SPAN_LIT("0.0.0.0")));
	json_object_set_new(r, "is_enabled", json_boolean(!field_has(ios_value(summary, "STATE"), "(Admin)")));
	json_object_set_new(r, "description", field_text(ios_value(session, "DESCRIPTION")));
	return r;
}

/* One line of the summary: a peer, or one more address family of a peer. */
static void
add_peer(struct device *d, json_t *r, const json_t *summary, const json_t *session)
{
	json_t *peers = json_object_get(ios_get(r, vrf_of(session)), "peers"), *address = field_ip(d, ios_value(summary, "ADDRESS")), *peer;
	bool up = field_has(ios_value(session, "STATE"), "Established");
	struct span uptime = ios_value(summary, "UPTIME");
	const char *key = json_string_value(address);
	int64_t seconds = -1;

	if (up && !field_duration(uptime, &seconds))
		device_warn(d, "BGP neighbour %s: \"%.*s\" is no time", key ? key : "", IOS_PART(uptime));
	if (key && !json_object_get(peers, key))
		json_object_set_new(peers, key, new_peer(d, summary, session));
	peer = key ? json_object_get(peers, key) : NULL;
	if (up)
		json_object_set_new(peer, "is_up", json_true());
	if (seconds > json_integer_value(json_object_get(peer, "uptime")))
		json_object_set_new(peer, "uptime", json_integer(seconds));
	json_object_set_new(json_object_get(peer, "address_family"), family_of(ios_value(summary, "AFI")), prefixes(d, summary, session, up));
	json_decref(address);
}

static json_t *
join(struct device *d, const json_t *sessions, const json_t *summary)
{
	json_t *r = json_object(), *row;
	const json_t *session;
	size_t i;

	add_vrfs(d, r, sessions, ios_value(json_array_get(summary, 0), "ROUTER_ID"));
	json_array_foreach(summary, i, row) {
		session = family_of(ios_value(row, "AFI")) ? next_session(d, r, sessions, row) : NULL;
		if (session)
			add_peer(d, r, row, session);
	}
	return r;
}

json_t *
ios_get_bgp_neighbors(struct device *d, const json_t *arguments)
{
	json_t *sessions = NULL, *summary = NULL, *r = NULL;
	struct buffer answer;
	struct span text;

	(void)arguments;
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_ask(d, &answer, "show bgp all summary") == -1)
		goto out;
	text = buffer_span(&answer);
	if (ios_refused(text) || field_has(text, "Invalid input") || field_has(text, "BGP not active")) {
		if (!field_has(text, "BGP not active"))
			device_warn(d, "the device tells nothing of BGP: %.*s", IOS_PART(text));
		r = json_object();
		goto out;
	}
	if (!(summary = ios_rows_of(d, "show_bgp_summary", text)))
		goto out;
	if ((sessions = ask_sessions(d, &answer)))
		r = join(d, sessions, summary);
out:
	json_decref(summary);
	json_decref(sessions);
	buffer_fini(&answer);
	return r;
}
