/*
 * BGP's configuration, out of `show running-config bgpd`: the lines "neighbor WHO WHAT..." of each `router bgp`, WHO an address, an interface or a peer group.
 *
 * What a line says is put by beside WHO, as it comes; at the end of a router's lines a peer is what its group says, and then what it says itself.
 */
#include <stdio.h>

#include "drivers/field.h"
#include "drivers/frr/frr.h"

enum kind { TEXT, REST, NUMBER, AS, FLAG };

static const struct property {
	const char *word, *field;
	enum kind kind;
	int64_t bare;                   /* of a number that is not given */
} properties[] = {
	{ "description", "description", REST, 0 },
	{ "remote-as", "remote_as", AS, 0 },
	{ "local-as", "local_as", AS, 0 },
	{ "update-source", "local_address", TEXT, 0 },
	{ "next-hop-self", "nhs", FLAG, 0 },
	{ "route-reflector-client", "route_reflector_client", FLAG, 0 },
	{ "remove-private-AS", "remove_private_as", FLAG, 0 },
	{ "ebgp-multihop", "multihop_ttl", NUMBER, 255 },
	{ "password", "authentication_key", REST, 0 },
};

struct reader {
	struct device *d;
	json_t *result;
	int64_t as;                     /* of the router at hand; -1: none */
	bool multipath;
	bool ipv6, unicast;             /* the family at hand */
	char safi[32];
	json_t *said;                   /* by WHO: an object of what was said, the model's names; "group": the name of its group; "is_group" */
};

static json_t *
said_of(struct reader *r, struct span who)
{
	if (!json_object_getn(r->said, who.p, who.n))
		json_object_setn_new(r->said, who.p, who.n, json_object());
	return json_object_getn(r->said, who.p, who.n);
}

/* ---- one line ---- */

static void
complain(struct reader *r, const char *what, struct span word)
{
	device_warn(r->d, "get_bgp_config: %s is \"%.*s\"", what, (int)(word.n < 40 ? word.n : 40), word.p);
}

/* A number, or "internal" (our own), "external" (any but that: 0), "auto". */
static int64_t
as_number(struct reader *r, const char *what, struct span word)
{
	int64_t n = 0;

	if (span_eq(word, SPAN_LIT("internal")))
		return r->as;
	if (!span_eq(word, SPAN_LIT("external")) && !span_eq(word, SPAN_LIT("auto")) && !field_as_number(word, &n))
		complain(r, what, word);
	return n;
}

static json_t *
value_of(struct reader *r, const struct property *p, struct span rest)
{
	struct span word = SPAN_NONE, all = span_trim(rest);
	int64_t n = p->bare;

	field_word(&rest, &word);
	switch (p->kind) {
	case TEXT:
		return field_text(word);
	case REST:
		return field_text(all);
	case FLAG:
		return json_true();
	case NUMBER:
		if (word.n > 0 && !field_int(word, &n))
			complain(r, p->word, word);
		return json_integer(n);
	case AS:
		return json_integer(as_number(r, p->word, word));
	}
	return NULL;
}

/* maximum-prefix 100 [80] [warning-only | restart 5 | force] */
static void
set_limit(struct reader *r, json_t *said, struct span rest)
{
	const char *family = r->ipv6 ? "inet6" : "inet";
	json_t *limits = json_object_get(said, "prefix_limit"), *one;
	struct span word = SPAN_NONE;
	int64_t limit = 0, threshold = 75, minutes = 0;
	bool warning = false;

	field_word(&rest, &word);
	if (!field_int(word, &limit)) {
		complain(r, "maximum-prefix", word);
		return;
	}
	while (field_word(&rest, &word)) {
		if (span_eq(word, SPAN_LIT("warning-only")))
			warning = true;
		else if (span_eq(word, SPAN_LIT("restart")) && field_word(&rest, &word))
			field_int(word, &minutes);
		else
			field_int(word, &threshold);
	}
	one = json_pack("{s:I}", "limit", (json_int_t)limit);
	if (!warning)
		json_object_set_new(one, "teardown", json_pack("{s:I, s:I}", "threshold", (json_int_t)threshold, "timeout", (json_int_t)minutes));
	if (!limits) {
		limits = json_object();
		json_object_set_new(said, "prefix_limit", limits);
	}
	if (!json_object_get(limits, family))
		json_object_set_new(limits, family, json_object());
	json_object_set_new(json_object_get(limits, family), r->safi, one);
}

static void
set_policy(json_t *said, struct span rest)
{
	struct span name = SPAN_NONE, direction = SPAN_NONE;

	field_word(&rest, &name);
	field_word(&rest, &direction);
	json_object_set_new(said, span_eq(direction, SPAN_LIT("in")) ? "import_policy" : "export_policy", field_text(name));
}

/* "interface [v6only] [remote-as external] [peer-group NAME]": words that are properties themselves follow. */
static void
set_property(struct reader *r, json_t *said, struct span word, struct span rest)
{
	struct span name = SPAN_NONE;

	while ((span_eq(word, SPAN_LIT("interface")) || span_eq(word, SPAN_LIT("v6only"))) && field_word(&rest, &word))
		json_object_set_new(said, "is_peer", json_true());
	if (span_eq(word, SPAN_LIT("peer-group"))) {
		if (field_word(&rest, &name))
			json_object_set_new(said, "group", field_text(name));
		else
			json_object_set_new(said, "is_group", json_true());
		return;
	}
	if (span_eq(word, SPAN_LIT("route-map")))
		set_policy(said, rest);
	else if (span_eq(word, SPAN_LIT("maximum-prefix")))
		set_limit(r, said, rest);
	for (size_t i = 0; i < sizeof(properties) / sizeof(*properties); i++) {
		if (span_eq(word, span_str(properties[i].word)))
			json_object_set_new(said, properties[i].field, value_of(r, &properties[i], rest));
	}
}

static void
read_neighbor(struct reader *r, struct span line)
{
	struct span rest = line, who = SPAN_NONE, word = SPAN_NONE;

	if (!field_word(&rest, &who) || !field_word(&rest, &word) || memchr(line.p, '\0', line.n)) {
		device_warn(r->d, "get_bgp_config: no neighbor in \"%.*s\"", (int)(line.n < 60 ? line.n : 60), line.p);
		return;
	}
	set_property(r, said_of(r, who), word, rest);
}

static void
read_family(struct reader *r, struct span line)
{
	struct span word = SPAN_NONE, safi = SPAN_NONE;

	field_word(&line, &word);
	field_word(&line, &safi);
	r->ipv6 = span_eq(word, SPAN_LIT("ipv6"));
	if (safi.n > 0 && safi.n < sizeof(r->safi) && !memchr(safi.p, '\0', safi.n) && (unsigned char)safi.p[0] < 0x80) {
		json_t *text = field_text(safi);

		snprintf(r->safi, sizeof(r->safi), "%s", json_string_value(text) ? json_string_value(text) : "unicast");
		json_decref(text);
	}
}

/* ---- a router's end ---- */

static json_t *
new_group(const struct reader *r, const json_t *said)
{
	json_t *group = model_new(&model_bgp_group);
	const char *name;
	json_t *v;
	int64_t remote;

	json_object_set_new(group, "multihop_ttl", json_integer(0));
	json_object_set_new(group, "remote_as", json_integer(0));
	json_object_set_new(group, "local_as", json_integer(r->as));
	json_object_set_new(group, "multipath", json_boolean(r->multipath));
	json_object_foreach((json_t *)(uintptr_t)said, name, v) {
		if (json_object_get(group, name))
			json_object_set(group, name, v);
	}
	remote = json_integer_value(json_object_get(group, "remote_as"));
	if (json_object_get(said, "remote_as"))
		json_object_set_new(group, "type", json_string(remote == r->as ? "internal" : "external"));
	return group;
}

static void
take_over(json_t *peer, const json_t *said)
{
	const char *name;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)said, name, v) {
		/* Limits are by family: its own lie over its group's. */
		if (json_is_object(v))
			json_object_update(json_object_get(peer, name), v);
		else if (json_object_get(peer, name))
			json_object_set(peer, name, v);
	}
}

static json_t *
new_peer(const struct reader *r, const json_t *group, const json_t *said)
{
	json_t *peer = model_new(&model_bgp_group_neighbor);

	json_object_set_new(peer, "remote_as", json_integer(0));
	json_object_set_new(peer, "local_as", json_integer(r->as));
	take_over(peer, group);
	take_over(peer, said);
	return peer;
}

static json_t *
group_at(struct reader *r, const char *name)
{
	if (!json_object_get(r->result, name))
		json_object_set_new(r->result, name, new_group(r, json_object_get(r->said, name)));
	return json_object_get(r->result, name);
}

/* Routers of several VRFs share names of groups, and may have the same peers: the first is kept. */
static void
end_router(struct reader *r)
{
	const char *who;
	json_t *said;

	if (r->as != -1)
		group_at(r, "_");
	json_object_foreach(r->said, who, said) {
		const char *group = json_string_value(json_object_get(said, "group"));
		json_t *peers;

		if (json_object_get(said, "is_group")) {
			group_at(r, who);
			continue;
		}
		peers = json_object_get(group_at(r, group ? group : "_"), "neighbors");
		if (!json_object_get(peers, who))
			json_object_set_new(peers, who, new_peer(r, group ? json_object_get(r->said, group) : NULL, said));
	}
	json_object_clear(r->said);
	r->as = -1;
}

static void
start_router(struct reader *r, struct span line)
{
	struct span word = SPAN_NONE;

	end_router(r);
	field_word(&line, &word);
	if (!span_eq(word, SPAN_LIT("bgp")))
		return;
	field_word(&line, &word);
	if (!field_as_number(word, &r->as)) {
		complain(r, "router bgp", word);
		r->as = -1;
	}
	r->ipv6 = r->multipath = false;
	strcpy(r->safi, "unicast");
}

static void
read_line(struct reader *r, struct span line)
{
	bool top = line.n > 0 && !span_is_space(line.p[0]);
	struct span rest = line, word;

	if (!field_word(&rest, &word) || word.p[0] == '!')
		return;
	if (top && span_eq(word, SPAN_LIT("router")))
		start_router(r, rest);
	else if (top)
		end_router(r);
	else if (r->as == -1)
		return;
	else if (span_eq(word, SPAN_LIT("neighbor")))
		read_neighbor(r, rest);
	else if (span_eq(word, SPAN_LIT("address-family")))
		read_family(r, rest);
	else if (span_eq(word, SPAN_LIT("maximum-paths")) && !span_eq(rest, SPAN_LIT("1")))
		r->multipath = true;
}

/* ---- all of it ---- */

static void
read_all(struct reader *r, struct span text)
{
	struct span line;

	while (field_line(&text, &line))
		read_line(r, line);
	end_router(r);
}

/* vtysh has titles before a configuration, also an empty one. */
static bool
is_configuration(struct span text)
{
	struct span line;

	if (span_trim(text).n == 0)
		return true;
	while (field_line(&text, &line)) {
		if (span_starts(line, SPAN_LIT("Current configuration")) || span_starts(line, SPAN_LIT("router ")) || span_starts(line, SPAN_LIT("!")))
			return true;
	}
	return false;
}

json_t *
frr_get_bgp_config(struct device *d, const json_t *arguments)
{
	struct reader r = { .d = d, .result = json_object(), .said = json_object(), .as = -1 };
	struct span text = SPAN_NONE;
	struct buffer room;
	json_t *result = NULL;

	buffer_init(&room, DEVICE_MAX_ANSWER);
	if (frr_vtysh(d, "show running-config bgpd", &room, &text) == 0) {
		read_all(&r, text);
		if (!is_configuration(text))
			device_warn(d, "get_bgp_config: \"show running-config bgpd\" gave no configuration");
		result = getter_bgp_groups(r.result, arguments);
	}
	buffer_fini(&room);
	json_decref(r.said);
	json_decref(r.result);
	return result;
}
