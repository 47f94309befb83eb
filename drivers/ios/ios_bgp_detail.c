/*
 * All that is told of a BGP session.
 */
#include "drivers/field.h"
#include "drivers/ios/ios.h"

static const struct {
	const char *family, *words;
} commands[] = {
	{ "IPv4 Unicast", "ipv4 unicast" },
	{ "IPv6 Unicast", "ipv6 unicast" },
	{ "VPNv4 Unicast", "vpnv4 all" },
	{ "VPNv6 Unicast", "vpnv6 unicast all" },
	{ "IPv4 Multicast", "ipv4 multicast" },
	{ "IPv6 Multicast", "ipv6 multicast" },
	{ "L2VPN E-VPN", "l2vpn evpn" },
	{ "MVPNv4 Unicast", "ipv4 mvpn all" },
	{ "MVPNv6 Unicast", "ipv6 mvpn all" },
	{ "VPNv4 Flowspec", "ipv4 flowspec" },
	{ "VPNv6 Flowspec", "ipv6 flowspec" },
};

static const char *
command_of(struct span family)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (span_eq(family, span_str(commands[i].family)))
			return commands[i].words;
	}
	return NULL;
}

/* The text of the nth neighbour in the answer (VRFs may have the same address); the first if there are not so many. */
static struct span
nth_neighbor(struct span text, size_t nth)
{
	static const char mark[] = "\nBGP neighbor is ";
	struct span first = SPAN_NONE, rest = text, next;

	for (size_t i = 0;; i++) {
		next = field_behind(rest, mark);
		if (!first.p)
			first = next.p ? span_of(text.p, text.n - next.n - strlen(mark)) : text;
		if (i == nth)
			return next.p ? span_of(rest.p, rest.n - next.n - strlen(mark)) : rest;
		if (!next.p)
			return first;
		rest = span_of(next.p - strlen(mark) + 1, next.n + strlen(mark) - 1);
	}
}

/* Appends the session's text with the wanted address family as the first of those in it. */
static void
put_family_first(struct buffer *out, struct span text, struct span family)
{
	static const char mark[] = "For address family: ";
	struct span all = field_behind(text, mark), at = all;

	while (at.p && !span_eq(span_trim(ios_until(at, '\n')), family))
		at = field_behind(at, mark);
	buffer_put(out, span_of(text.p, text.n - (all.p ? all.n + strlen(mark) : 0)));
	if (all.p) {
		buffer_puts(out, mark);
		buffer_put(out, at.p ? at : all);
	}
}

/* The session of a line of the summary: a row of the template, or NULL. */
static json_t *
ask_session(struct device *d, const json_t *summary, size_t nth)
{
	struct span family = ios_value(summary, "AFI"), address = ios_value(summary, "ADDRESS");
	struct buffer answer, one;
	json_t *rows = NULL, *row = NULL;

	buffer_init(&answer, DEVICE_MAX_ANSWER);
	buffer_init(&one, DEVICE_MAX_ANSWER);
	if (ios_ask(d, &answer, "show ip bgp %s neigh %.*s", command_of(family), (int)(address.n < 64 ? address.n : 64), address.p) == 0) {
		put_family_first(&one, nth_neighbor(buffer_span(&answer), nth), family);
		rows = ios_rows_of(d, "show_bgp_neighbor", buffer_span(&one));
	}
	row = json_incref(json_array_get(rows, 0));
	if (rows && !row)
		device_warn(d, "BGP neighbour %.*s: its session is not told: %.*s", IOS_PART(address), IOS_PART(buffer_span(&answer)));
	json_decref(rows);
	buffer_fini(&one);
	buffer_fini(&answer);
	return row;
}

/* ---- one session as the model has it ---- */

static const struct {
	const char *field, *value;
	bool after;             /* known once there has been a session */
} numbers[] = {
	{ "local_port", "LOCAL_PORT", false },
	{ "remote_port", "REMOTE_PORT", false },
	{ "input_messages", "MESSAGES_IN", false },
	{ "output_messages", "MESSAGES_OUT", false },
	{ "input_updates", "UPDATES_IN", false },
	{ "output_updates", "UPDATES_OUT", false },
	{ "holdtime", "HOLDTIME", false },
	{ "keepalive", "KEEPALIVE", false },
	{ "active_prefix_count", "BEST", true },
	{ "accepted_prefix_count", "PREFIXES_IN", true },
	{ "suppressed_prefix_count", "DENIED_IN", true },
	{ "advertised_prefix_count", "PREFIXES_OUT", true },
	{ "flap_count", "DROPPED", true },
	{ "configured_holdtime", "", false },
	{ "configured_keepalive", "", false },
};

static int64_t
as_of(struct device *d, struct span s)
{
	int64_t as;

	if (field_as_number(s, &as))
		return as;
	device_warn(d, "\"%.*s\" is no AS number", IOS_PART(s));
	return 0;
}

/* What IOS does not tell is 0, as NAPALM gives it. */
static void
put_numbers(struct device *d, json_t *r, const json_t *session, bool after)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		json_object_set_new(r, numbers[i].field, json_integer(after || !numbers[i].after ? ios_number(d, session, numbers[i].value, 0) : 0));
	json_object_set_new(r, "received_prefix_count", json_integer(after ? ios_number(d, session, "PREFIXES_IN", 0) + ios_number(d, session, "DENIED_IN", 0) : 0));
}

static void
put_flags(json_t *r, const json_t *session, bool after)
{
	struct span four = ios_value(session, "FOUR_BYTE"), multipath = ios_value(session, "MULTIPATH"), reset = ios_value(session, "LAST_RESET");

	json_object_set_new(r, "suppress_4byte_as", json_boolean(four.n > 0 && !span_eq(four, SPAN_LIT("advertised and received"))));
	if (!after)
		return;
	json_object_set_new(r, "local_address_configured", json_boolean(ios_value(session, "SAME_LINK").n > 0));
	json_object_set_new(r, "multipath", json_boolean(multipath.n > 0 && !span_eq(multipath, SPAN_LIT("0"))));
	json_object_set_new(r, "last_event", field_text(span_eq(reset, SPAN_LIT("never")) ? SPAN_LIT("") : reset));
}

static json_t *
detail(struct device *d, const json_t *summary, const json_t *session)
{
	struct span vrf = ios_value(session, "VRF"), own_as = ios_value(session, "LOCAL_AS"), local = ios_value(session, "LOCAL_ADDRESS"), id = ios_value(session, "ROUTER_ID");
	bool after = ios_value(session, "MESSAGES_OUT").n > 0;
	json_t *r = model_new(&model_bgp_peer_detail);

	json_object_set_new(r, "up", json_boolean(!span_eq(ios_value(summary, "UPTIME"), SPAN_LIT("never"))));
	json_object_set_new(r, "local_as", json_integer(as_of(d, own_as.n ? own_as : ios_value(summary, "LOCAL_AS"))));
	json_object_set_new(r, "remote_as", json_integer(as_of(d, ios_value(summary, "REMOTE_AS"))));
	json_object_set_new(r, "router_id", field_ip(d, id));
	json_object_set_new(r, "local_address", field_ip(d, local));
	json_object_set_new(r, "routing_table", field_text(vrf.n ? vrf : SPAN_LIT("global")));
	json_object_set_new(r, "remote_address", field_ip(d, ios_value(summary, "ADDRESS")));
	json_object_set_new(r, "import_policy", field_text(ios_value(session, "POLICY_IN")));
	json_object_set_new(r, "export_policy", field_text(ios_value(session, "POLICY_OUT")));
	json_object_set_new(r, "messages_queued_out", json_integer(ios_number(d, summary, "OUT_QUEUE", 0)));
	json_object_set_new(r, "connection_state", field_text(ios_value(session, "STATE")));
	put_numbers(d, r, session, after);
	put_flags(r, session, after);
	return r;
}

static json_t *
inner(json_t *of, const char *key, bool list)
{
	if (key && !json_object_get(of, key))
		json_object_set_new(of, key, list ? json_array() : json_object());
	return key ? json_object_get(of, key) : NULL;
}

static void
add(json_t *r, json_t *one)
{
	json_t *as = json_sprintf("%lld", (long long)json_integer_value(json_object_get(one, "remote_as")));
	json_t *table = inner(r, json_string_value(json_object_get(one, "routing_table")), false);

	json_array_append_new(inner(table, json_string_value(as), true), one);
	json_decref(as);
}

/* How many lines with this family and address were before; `seen` counts. */
static size_t
occurrence(json_t *seen, const json_t *row)
{
	struct span family = ios_value(row, "AFI"), address = ios_value(row, "ADDRESS");
	json_t *key = json_sprintf("%.*s %.*s", (int)(family.n < 64 ? family.n : 64), family.p, (int)(address.n < 64 ? address.n : 64), address.p);
	const char *name = json_string_value(key);
	int64_t n = name ? json_integer_value(json_object_get(seen, name)) : 0;

	if (name)
		json_object_set_new(seen, name, json_integer(n + 1));
	json_decref(key);
	return (size_t)n;
}

static bool
is_wanted(struct device *d, const json_t *row, const char *wanted)
{
	json_t *a = field_ip(d, ios_value(row, "ADDRESS")), *b = field_ip(d, span_str(wanted));
	bool same = *wanted == '\0' || json_equal(a, b);

	json_decref(a);
	json_decref(b);
	return same;
}

static json_t *
details(struct device *d, const json_t *summary, const char *wanted)
{
	json_t *r = json_object(), *seen = json_object(), *row, *session;
	size_t i, nth;

	json_array_foreach(summary, i, row) {
		nth = occurrence(seen, row);
		if (!is_wanted(d, row, wanted))
			continue;
		if (!command_of(ios_value(row, "AFI"))) {
			device_warn(d, "BGP neighbour %.*s: no command for address family %.*s", IOS_PART(ios_value(row, "ADDRESS")), IOS_PART(ios_value(row, "AFI")));
			continue;
		}
		if ((session = ask_session(d, row, nth)))
			add(r, detail(d, row, session));
		json_decref(session);
		if (d->error != DEVICE_OK)
			break;
	}
	json_decref(seen);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}

json_t *
ios_get_bgp_neighbors_detail(struct device *d, const json_t *arguments)
{
	json_t *summary = ios_rows(d, "show_bgp_summary", "show ip bgp all sum");
	json_t *r = summary ? details(d, summary, getter_text(arguments, "neighbor_address")) : NULL;

	json_decref(summary);
	return r;
}
