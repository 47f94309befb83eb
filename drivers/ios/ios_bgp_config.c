/*
 * BGP as it is configured: peer groups and neighbours, of the global table only (as NAPALM has it).
 *
 * Lines of "router bgp" that begin with "neighbor NAME" say something of a neighbour or a group, below an address family or not.  Neighbours of a VRF's address family are left out.
 * A neighbour's own lines count, not what it has from its group.
 */
#include <stdlib.h>

#include "drivers/field.h"
#include "drivers/ios/ios.h"

/* What the lines of one name say. */
struct peer {
	struct span name, group, description, update_source, key, in, out;
	int64_t remote_as, local_as, limit, threshold, timeout;
	bool next_hop_self, reflector, remove_private, in_vrf;
	struct span first_family, last_family;
};

/* All of a section. */
struct peers {
	struct peer *all;
	size_t n, cap;
	json_t *index;                  /* {name: its place in `all`} */
	int64_t own_as;
};

/* Lines of the configuration below "router bgp", with the address family each stands in. */
struct cursor {
	struct span left, line, family;
	struct span words[24];
	size_t n;
};

/* ---- reading ---- */

/* What stands below "router bgp N", up to a line at the margin that is no comment; *as is N. */
static struct span
bgp_section(struct span config, int64_t *as)
{
	struct span line, rest = config, start;
	static const struct span head = SPAN_LIT("router bgp ");

	while (field_line(&rest, &line)) {
		if (!span_starts(line, head) || !field_as_number(span_trim(span_skip(line, head.n)), as))
			continue;
		start = rest;
		do {
			config = rest;
		} while (field_line(&rest, &line) && (line.n == 0 || line.p[0] == ' ' || line.p[0] == '!'));
		return span_between(start.p, config.p);
	}
	return SPAN_NONE;
}

static bool
next_line(struct cursor *c)
{
	while (field_line(&c->left, &c->line)) {
		c->line = span_trim(c->line);
		c->n = field_words(c->line, c->words, 24);
		c->n = c->n < 24 ? c->n : 24;
		if (span_starts(c->line, SPAN_LIT("address-family ")))
			c->family = c->line;
		else if (span_starts(c->line, SPAN_LIT("exit-address-family")))
			c->family = SPAN_NONE;
		if (c->n > 0)
			return true;
	}
	return false;
}

static bool
word_is(const struct cursor *c, size_t i, const char *text)
{
	return i < c->n && span_eq(c->words[i], span_str(text));
}

/* From the third word on: the value of an attribute that takes the rest of the line. */
static struct span
rest_from(const struct cursor *c, size_t i)
{
	return i < c->n ? span_between(c->words[i].p, c->line.p + c->line.n) : SPAN_LIT("");
}

static void
keep_text(struct span *field, struct span value)
{
	if (field->n == 0)
		*field = value;
}

static void
keep_as(int64_t *field, const struct cursor *c)
{
	int64_t as;

	if (*field == 0 && c->n > 3 && field_as_number(c->words[3], &as))
		*field = as;
}

/* "maximum-prefix LIMIT THRESHOLD restart MINUTES"; shorter forms are not told, as NAPALM does not. */
static void
keep_limit(struct peer *p, const struct cursor *c)
{
	int64_t limit, threshold, minutes;

	if (p->limit == 0 && c->n > 6 && field_int(c->words[3], &limit) && field_int(c->words[4], &threshold) && field_int(c->words[6], &minutes)) {
		p->limit = limit;
		p->threshold = threshold;
		p->timeout = minutes;
	}
}

/* "password [7] TEXT" */
static struct span
password_of(const struct cursor *c)
{
	return c->n > 4 && c->words[3].n == 1 && span_is_digit(c->words[3].p[0]) ? c->words[4] : rest_from(c, 3);
}

static void
read_attribute(struct peer *p, const struct cursor *c)
{
	if (word_is(c, 2, "peer-group") && c->n > 3)
		keep_text(&p->group, c->words[3]);
	else if (word_is(c, 2, "description"))
		keep_text(&p->description, rest_from(c, 3));
	else if (word_is(c, 2, "update-source"))
		keep_text(&p->update_source, rest_from(c, 3));
	else if (word_is(c, 2, "password"))
		keep_text(&p->key, password_of(c));
	else if (word_is(c, 2, "route-map") && word_is(c, 4, "in"))
		keep_text(&p->in, c->words[3]);
	else if (word_is(c, 2, "route-map") && word_is(c, 4, "out"))
		keep_text(&p->out, c->words[3]);
	else if (word_is(c, 2, "remote-as"))
		keep_as(&p->remote_as, c);
	else if (word_is(c, 2, "local-as"))
		keep_as(&p->local_as, c);
	else if (word_is(c, 2, "maximum-prefix"))
		keep_limit(p, c);
	p->next_hop_self |= word_is(c, 2, "next-hop-self");
	p->reflector |= word_is(c, 2, "route-reflector-client");
	p->remove_private |= word_is(c, 2, "remove-private-as");
}

/* The one of that name; a new one if `add`.  NULL: there is none, or no memory. */
static struct peer *
peer_of(struct peers *ps, struct span name, bool add)
{
	const json_t *at = ios_get(ps->index, name);
	struct peer *more;

	if (at || !add)
		return at ? &ps->all[json_integer_value(at)] : NULL;
	if (ps->n == ps->cap) {
		more = realloc(ps->all, (ps->cap * 2 + 16) * sizeof(*more));
		if (!more)
			return NULL;
		ps->all = more;
		ps->cap = ps->cap * 2 + 16;
	}
	if (!ios_set(ps->index, name, json_integer((json_int_t)ps->n)))
		return NULL;
	ps->all[ps->n] = (struct peer){ .name = name };
	return &ps->all[ps->n++];
}

static void
read_section(struct peers *ps, struct span section)
{
	struct cursor c = { .left = section };
	struct peer *p;

	while (next_line(&c)) {
		if (c.n < 3 || !word_is(&c, 0, "neighbor") || !(p = peer_of(ps, c.words[1], true)))
			continue;
		read_attribute(p, &c);
		p->in_vrf |= field_has(c.family, " vrf ");
		if (c.family.n > 0) {
			keep_text(&p->first_family, c.family);
			p->last_family = c.family;
		}
	}
}

/* ---- writing ---- */

/* {"inet": {"unicast": {"limit": 1000, "teardown": {...}}}} for "address-family ipv4 [unicast]"; {} for what is neither IPv4 nor IPv6. */
static json_t *
prefix_limit(const struct peer *p, struct span family)
{
	bool six = field_has(family, "ipv6"), none = family.n == 0;
	struct span words[8], safi = SPAN_LIT("unicast");
	size_t n = field_words(family, words, 8);
	json_t *limit, *by_safi, *r;

	if ((none && p->limit == 0) || (!none && !six && !field_has(family, "ipv4")))
		return json_object();
	if (n > 2 && n <= 8)
		safi = words[n - 1];
	limit = json_pack("{s:I, s:{s:I, s:I}}", "limit", (json_int_t)p->limit, "teardown", "threshold", (json_int_t)p->threshold, "timeout", (json_int_t)p->timeout);
	by_safi = json_object();
	ios_set(by_safi, safi, limit);
	r = json_object();
	json_object_set_new(r, six ? "inet6" : "inet", by_safi);
	return r;
}

static json_t *
neighbor_result(const struct peer *p, int64_t own_as)
{
	json_t *r = model_new(&model_bgp_group_neighbor);

	json_object_set_new(r, "description", field_text(p->description));
	json_object_set_new(r, "import_policy", field_text(p->in));
	json_object_set_new(r, "export_policy", field_text(p->out));
	json_object_set_new(r, "local_address", field_text(p->update_source));
	json_object_set_new(r, "authentication_key", field_text(p->key));
	json_object_set_new(r, "nhs", json_boolean(p->next_hop_self));
	json_object_set_new(r, "route_reflector_client", json_boolean(p->reflector));
	json_object_set_new(r, "local_as", json_integer(p->local_as ? p->local_as : own_as));
	json_object_set_new(r, "remote_as", json_integer(p->remote_as));
	json_object_set_new(r, "prefix_limit", prefix_limit(p, p->first_family));
	return r;
}

/* The group "_" has what has no group, and says nothing itself. */
static json_t *
group_result(struct peers *ps, struct span name)
{
	static const struct peer nobody;
	bool none = span_eq(name, SPAN_LIT("_"));
	const struct peer *p = none ? NULL : peer_of(ps, name, false);
	int64_t local_as;
	json_t *r = model_new(&model_bgp_group);

	p = p ? p : &nobody;
	local_as = p->local_as ? p->local_as : ps->own_as;
	json_object_set_new(r, "type", json_string(none ? "" : local_as == p->remote_as ? "internal" : "external"));
	json_object_set_new(r, "description", field_text(p->description));
	json_object_set_new(r, "import_policy", field_text(p->in));
	json_object_set_new(r, "export_policy", field_text(p->out));
	json_object_set_new(r, "local_address", field_text(p->update_source));
	json_object_set_new(r, "local_as", json_integer(local_as));
	json_object_set_new(r, "remote_as", json_integer(p->remote_as));
	json_object_set_new(r, "remove_private_as", json_boolean(p->remove_private));
	json_object_set_new(r, "multipath", json_false());
	json_object_set_new(r, "multihop_ttl", json_integer(0));
	json_object_set_new(r, "prefix_limit", none ? json_object() : prefix_limit(p, p->last_family));
	return r;
}

static json_t *
bgp_config(struct peers *ps, const json_t *arguments)
{
	struct span neighbor = span_str(getter_text(arguments, "neighbor")), wanted = span_str(getter_text(arguments, "group"));
	json_t *r = json_object();

	/* Where there is BGP, "_" tells its AS, whoever is in it. */
	if (ps->own_as > 0 && (wanted.n == 0 || span_eq(wanted, SPAN_LIT("_"))))
		json_object_set_new(r, "_", group_result(ps, SPAN_LIT("_")));
	for (size_t i = 0; i < ps->n; i++) {
		const struct peer *p = &ps->all[i];
		struct span group = p->group.n ? p->group : SPAN_LIT("_");

		if (p->in_vrf || !field_is_ip(p->name) || (neighbor.n && !span_eq(p->name, neighbor)) || (wanted.n && !span_eq(group, wanted)))
			continue;
		if (!ios_get(r, group))
			ios_set(r, group, group_result(ps, group));
		ios_set(json_object_get(ios_get(r, group), "neighbors"), p->name, neighbor_result(p, ps->own_as));
	}
	return r;
}

json_t *
ios_get_bgp_config(struct device *d, const json_t *arguments)
{
	struct peers ps = { .index = json_object() };
	struct buffer answer;
	json_t *r = NULL;

	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_show(d, &answer, "show running-config") == 0) {
		read_section(&ps, bgp_section(buffer_span(&answer), &ps.own_as));
		r = bgp_config(&ps, arguments);
	}
	free(ps.all);
	json_decref(ps.index);
	buffer_fini(&answer);
	return r;
}
