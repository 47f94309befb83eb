/*
 * BGP's configuration: lines "neighbor WHO WHAT..." of `router bgp`, WHO an address or a peer group.
 */
#include "drivers/answer.h"
#include "drivers/eos/eos.h"
#include "drivers/field.h"

enum kind { TEXT, NUMBER, AS, FLAG };

/* NAPALM's last four are what its driver looks for; EOS has no such words. */
static const struct property {
	const char *word, *field;
	enum kind kind;
} properties[] = {
	{ "description", "description", TEXT },
	{ "remote-as", "remote_as", AS },
	{ "local-as", "local_as", AS },
	{ "local-v4-addr", "local_address", TEXT },
	{ "local-v6-addr", "local_address", TEXT },
	{ "next-hop-self", "nhs", FLAG },
	{ "route-reflector-client", "route_reflector_client", FLAG },
	{ "remove-private-as", "remove_private_as", FLAG },
	{ "ebgp-multihop", "multihop_ttl", NUMBER },
	{ "type", "type", TEXT },
	{ "multipath", "multipath", FLAG },
	{ "import-policy", "import_policy", TEXT },
	{ "export-policy", "export_policy", TEXT },
};

struct reader {
	struct device *d;
	int64_t local_as;               /* 0: no line "router bgp" */
	json_t *groups, *peers;         /* by name */
	json_t *groups_of;              /* of a peer, its group's name */
};

static json_t *
new_group(int64_t local_as)
{
	json_t *r = model_new(&model_bgp_group);

	json_object_set_new(r, "multihop_ttl", json_integer(0));
	json_object_set_new(r, "remote_as", json_integer(0));
	json_object_set_new(r, "local_as", json_integer(local_as));
	/* Not in the model; for its peers, and taken out in the end. */
	json_object_set_new(r, "nhs", json_false());
	return r;
}

/* A peer has what its group has, if the group came first. */
static json_t *
new_peer(int64_t local_as, const json_t *group)
{
	static const char *const inherited[] = { "description", "remote_as", "local_address", "local_as", "nhs", "import_policy", "export_policy" };
	json_t *r = model_new(&model_bgp_group_neighbor);

	json_object_set_new(r, "remote_as", json_integer(0));
	json_object_set_new(r, "local_as", json_integer(local_as));
	for (size_t i = 0; group && i < sizeof(inherited) / sizeof(*inherited); i++)
		json_object_set(r, inherited[i], json_object_get(group, inherited[i]));
	return r;
}

/* ---- one line ---- */

static json_t *
value_of(struct reader *r, const struct property *p, struct span word, bool no)
{
	int64_t n = 0;

	switch (p->kind) {
	case TEXT:
		return no ? json_string("") : field_text(word);
	case FLAG:
		return json_boolean(!no);
	case NUMBER:
		if (no || word.n == 0 || field_int(word, &n))
			return json_integer(n);
		break;
	case AS:
		if (no || word.n == 0 || field_as_number(word, &n))
			return json_integer(n);
		break;
	}
	device_warn(r->d, "%s is \"%.*s\"", p->word, (int)(word.n < 40 ? word.n : 40), word.p);
	return NULL;
}

/* route-map NAME in|out */
static void
set_policy(json_t *who, struct span rest, bool no)
{
	struct span first = SPAN_NONE, second = SPAN_NONE;
	bool named;

	field_word(&rest, &first);
	named = field_word(&rest, &second);
	json_object_set_new(who, span_eq(named ? second : first, SPAN_LIT("in")) ? "import_policy" : "export_policy", named && !no ? field_text(first) : json_string(""));
}

/* password 7 HIDDEN */
static void
set_password(json_t *who, struct span rest)
{
	struct span word = SPAN_NONE;

	if (field_word(&rest, &word))
		field_word(&rest, &word);
	json_object_set_new(who, "authentication_key", field_text(word));
}

/* What the model of `who` (a group or a peer) has no field for is left out. */
static void
set_property(struct reader *r, json_t *who, struct span word, struct span rest, bool no)
{
	struct span value = SPAN_NONE;

	if (span_eq(word, SPAN_LIT("route-map"))) {
		set_policy(who, rest, no);
		return;
	}
	if (span_eq(word, SPAN_LIT("password")) && json_object_get(who, "authentication_key")) {
		set_password(who, no ? SPAN_NONE : rest);
		return;
	}
	for (size_t i = 0; i < sizeof(properties) / sizeof(*properties); i++) {
		if (!span_eq(word, span_str(properties[i].word)) || !json_object_get(who, properties[i].field))
			continue;
		/* Of a description NAPALM has the first word, so it is here. */
		field_word(&rest, &value);
		json_object_set_new(who, properties[i].field, value_of(r, &properties[i], value, no));
	}
}

/* "peer group NAME", and "peer-group NAME" before EOS 4.23; an absent span if it is neither. */
static struct span
group_name(struct span word, struct span rest)
{
	struct span name = SPAN_NONE;

	if (span_eq(word, SPAN_LIT("peer")) && !(field_word(&rest, &word) && span_eq(word, SPAN_LIT("group"))))
		return SPAN_NONE;
	if (span_eq(word, SPAN_LIT("peer-group")) || span_eq(word, SPAN_LIT("group")))
		field_word(&rest, &name);
	return name;
}

static json_t *
peer_at(struct reader *r, struct span name, struct span group)
{
	if (group.n > 0)
		json_object_setn_new(r->groups_of, name.p, name.n, field_text(group));
	if (!json_object_getn(r->peers, name.p, name.n))
		json_object_setn_new(r->peers, name.p, name.n, new_peer(r->local_as, group.n ? json_object_getn(r->groups, group.p, group.n) : NULL));
	return json_object_getn(r->peers, name.p, name.n);
}

static json_t *
group_at(struct reader *r, struct span name)
{
	if (!json_object_getn(r->groups, name.p, name.n))
		json_object_setn_new(r->groups, name.p, name.n, new_group(r->local_as));
	return json_object_getn(r->groups, name.p, name.n);
}

static void
read_neighbor(struct reader *r, struct span line, bool no)
{
	struct span rest = line, who = SPAN_NONE, word = SPAN_NONE;

	if (!field_word(&rest, &who) || !field_word(&rest, &word) || memchr(line.p, '\0', line.n)) {
		device_warn(r->d, "no neighbor in \"%.*s\"", (int)(line.n < 60 ? line.n : 60), line.p);
		return;
	}
	/* Peers without an address, on an interface, have no place in the model. */
	if (span_eq(who, SPAN_LIT("interface")))
		return;
	set_property(r, field_is_ip(who) ? peer_at(r, who, no ? SPAN_NONE : group_name(word, rest)) : group_at(r, who), word, rest, no);
}

static void
read_line(struct reader *r, struct span line)
{
	struct span rest = line, word;
	bool no;

	if (!field_word(&rest, &word))
		return;
	no = span_eq(word, SPAN_LIT("no"));
	if (no && !field_word(&rest, &word))
		return;
	if (span_eq(word, SPAN_LIT("neighbor")))
		read_neighbor(r, rest, no);
	else if (!no && span_eq(word, SPAN_LIT("router")) && field_word(&rest, &word) && span_eq(word, SPAN_LIT("bgp")) && !field_as_number(rest, &r->local_as))
		device_warn(r->d, "\"%.*s\" has no AS number", (int)(line.n < 60 ? line.n : 60), line.p);
}

/* ---- all of it ---- */

static void
place_peers(struct reader *r)
{
	const char *name;
	json_t *peer, *group;

	json_object_set_new(r->groups, "_", new_group(r->local_as));
	json_object_foreach(r->peers, name, peer) {
		const char *of = json_string_value(json_object_get(r->groups_of, name));

		group = group_at(r, span_str(of ? of : "_"));
		json_object_set(json_object_get(group, "neighbors"), name, peer);
	}
	json_object_foreach(r->groups, name, group)
		json_object_del(group, "nhs");
}

json_t *
eos_get_bgp_config(struct device *d, const json_t *arguments)
{
	struct reader r = { .d = d, .groups = json_object(), .peers = json_object(), .groups_of = json_object() };
	json_t *result = NULL;
	struct buffer text;
	struct span left, line;

	buffer_init(&text, DEVICE_MAX_ANSWER);
	if (eos_ask_text(d, "show running-config | section router bgp", &text) == 0) {
		left = buffer_span(&text);
		while (field_line(&left, &line))
			read_line(&r, line);
		place_peers(&r);
		result = r.local_as == 0 ? json_object() : getter_bgp_groups(r.groups, arguments);
	}
	buffer_fini(&text);
	json_decref(r.groups_of);
	json_decref(r.peers);
	json_decref(r.groups);
	return result;
}
