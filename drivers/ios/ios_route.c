/*
 * Routes to one IPv4 destination, in all VRFs.
 */
#include <arpa/inet.h>
#include <stdio.h>

#include "drivers/field.h"
#include "drivers/ifname.h"
#include "drivers/ios/ios.h"

struct search {
	const char *destination;        /* as it was given */
	const char *protocol;           /* "": any */
	char network[64];               /* "192.0.2.0 255.255.255.0", or one address */
	char entry[64];                 /* by what the result names the routes that are read now */
	json_t *routes;
	const char *vrf;                /* the one that is asked now; "default" */
	json_t *attributes;             /* of BGP in this VRF, once they have been asked for */
};

/* IOS installs 32 paths at most. */
#define ROUTE_MAX_PATHS 256

/* ---- attributes of BGP ---- */

static bool
is_default(const struct search *s)
{
	return strcmp(s->vrf, "default") == 0;
}

static int
ask_bgp(struct device *d, const struct search *s, struct buffer *answer, const char *what)
{
	if (is_default(s))
		return ios_ask(d, answer, "show ip bgp %s", what);
	return ios_ask(d, answer, "show ip bgp vpnv4 vrf %s %s", s->vrf, what);
}

/* A path's first line, "  65201 8244, (received & used)" or "  Local": at two blanks, and only there. */
static bool
is_path_line(struct span line)
{
	return line.n > 2 && line.p[0] == ' ' && line.p[1] == ' ' && (span_is_digit(line.p[2]) || line.p[2] == '(' || span_starts(span_skip(line, 2), SPAN_LIT("Local")));
}

/*
 * The best path's lines: what lies between its first line and the one before that of the next path ("Refresh Epoch 1"; where releases have no such line NAPALM
 * loses a line of the path itself).
 */
static struct span
best_path(struct span text)
{
	struct span line, path = SPAN_NONE, rest = text, before = text;
	bool best = false, more = true;

	while (more) {
		struct span here = rest;

		more = field_line(&rest, &line);
		if (!more || is_path_line(line)) {
			if (best)
				return span_between(path.p, more ? before.p : here.p);
			path = more ? here : SPAN_NONE;
			best = false;
		} else if (path.p && field_has(line, ", best")) {
			best = true;
		}
		before = here;
	}
	return SPAN_NONE;
}

/* Numbers, blanks and the brackets of confederations; or "Local". */
static struct span
as_path(struct span path)
{
	struct span line;
	size_t n = 0;

	if (!field_line(&path, &line))
		return SPAN_NONE;
	line = span_skip(line, 2);
	if (span_starts(line, SPAN_LIT("Local")))
		return span_of(line.p, strlen("Local"));
	while (n < line.n && (span_is_digit(line.p[n]) || line.p[n] == ' ' || line.p[n] == '(' || line.p[n] == ')'))
		n++;
	return span_of(line.p, n);
}

/* Up to the first character that NAPALM does not have in them: of "RT:192.0.2.1:5" it takes "RT:192", and nothing behind it. */
static struct span
known_communities(struct span rest)
{
	size_t n = 0;

	while (n < rest.n && (span_is_alpha(rest.p[n]) || span_is_digit(rest.p[n]) || (rest.p[n] != '\0' && strchr("_-: ", rest.p[n]))))
		n++;
	return span_of(rest.p, n);
}

static void
add_communities(json_t *list, struct span path, const char *mark, bool extended)
{
	struct span line, word;

	while (field_line(&path, &line)) {
		struct span rest = field_behind(line, mark);

		if (!rest.p || field_has(line, "Extended Community") != extended)
			continue;
		rest = known_communities(rest);
		while (field_word(&rest, &word))
			json_array_append_new(list, field_text(word));
		return;
	}
}

/* "BGP neighbor is 192.0.2.1,  remote AS 65001, external link": of the first neighbour that the device tells of. */
static bool
neighbor_as(struct span text, int64_t *as)
{
	struct span rest = field_behind(text, "remote AS "), word;

	return field_word(&rest, &word) && field_as_number(ios_until(word, ','), as);
}

/* "    192.0.2.1 (metric 3) from 192.0.2.9 (203.0.113.1)", below the path's first line; absent without such a line. */
static struct span
next_hop_of(struct span path)
{
	struct span line, word;

	while (field_line(&path, &line)) {
		if (span_starts(line, SPAN_LIT("    ")) && field_word(&line, &word) && field_is_ip(word))
			return word;
	}
	return SPAN_NONE;
}

/* Of the next hop's session; else of the AS path (external) or one's own. */
static int
put_remote_as(struct device *d, const struct search *s, json_t *r, struct span path)
{
	struct span next_hop, first = as_path(path), word;
	struct buffer answer;
	char what[128];
	int64_t as;
	bool known;

	next_hop = next_hop_of(path);
	if (!next_hop.p)
		return 0;
	snprintf(what, sizeof(what), "neighbors | include is %.*s", (int)next_hop.n, next_hop.p);
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ask_bgp(d, s, &answer, what) == -1) {
		buffer_fini(&answer);
		return -1;
	}
	known = neighbor_as(buffer_span(&answer), &as);
	if (!known && field_has(path, "external"))
		known = field_word(&first, &word) && field_as_number(word.p[0] == '(' ? span_skip(word, 1) : word, &as);
	else if (!known)
		known = (as = json_integer_value(json_object_get(r, "local_as"))) > 0;
	if (known)
		json_object_set_new(r, "remote_as", json_integer(as));
	buffer_fini(&answer);
	return 0;
}

static void
put_path(json_t *r, struct span path)
{
	struct span rest = field_behind(path, " from "), word;
	json_t *communities = json_array();
	int64_t preference;

	json_object_set_new(r, "as_path", field_text(as_path(path)));
	json_object_set_new(r, "remote_address", field_text(field_word(&rest, &word) && field_is_ip(word) ? word : SPAN_LIT("")));
	rest = field_behind(path, "localpref ");
	if (field_word(&rest, &word) && field_int(ios_until(word, ','), &preference))
		json_object_set_new(r, "local_preference", json_integer(preference));
	add_communities(communities, path, "Community: ", false);
	add_communities(communities, path, "Community: ", true);
	json_object_set_new(r, "communities", communities);
}

/* "Routing Protocol is "bgp 65105"" */
static int
put_local_as(struct device *d, json_t *r, struct buffer *answer)
{
	struct span rest;
	int64_t as;

	if (ios_ask(d, answer, "show ip protocols | include bgp") == -1)
		return -1;
	rest = ios_until(field_behind(buffer_span(answer), "Routing Protocol is \"bgp "), '"');
	if (field_as_number(rest, &as))
		json_object_set_new(r, "local_as", json_integer(as));
	return 0;
}

/* Of the best path in this VRF; asked for once.  NULL on failure. */
static json_t *
attributes(struct device *d, struct search *s)
{
	struct buffer answer;
	struct span path;
	json_t *r = json_object();

	if (s->attributes) {
		json_decref(r);
		return s->attributes;
	}
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (put_local_as(d, r, &answer) == -1 || ask_bgp(d, s, &answer, s->destination) == -1)
		goto fail;
	path = best_path(buffer_span(&answer));
	if (path.p) {
		put_path(r, path);
		if (put_remote_as(d, s, r, path) == -1)
			goto fail;
	} else {
		json_object_clear(r);
		device_warn(d, "show ip bgp %s: no best path in %s", s->destination, s->vrf);
	}
	buffer_fini(&answer);
	return s->attributes = r;
fail:
	buffer_fini(&answer);
	json_decref(r);
	return NULL;
}

/* ---- the routing table ---- */

/* One descriptor block while it is read. */
struct block {
	struct span next_hop, via, age;
	bool open;
};

static int
put_route(struct device *d, struct search *s, const struct block *b, struct span protocol, int64_t metric)
{
	json_t *r, *known = NULL;
	int64_t age = -1;

	if (*s->protocol && !span_eq(protocol, span_str(s->protocol)))
		return 0;
	if (span_eq(protocol, SPAN_LIT("bgp")) && !(known = attributes(d, s)))
		return -1;
	if (b->age.n > 0 && !field_duration(b->age, &age))
		device_warn(d, "show ip route: \"%.*s\" is no age", IOS_PART(b->age));
	r = model_new(&model_route);
	json_object_set_new(r, "protocol", field_text(protocol));
	json_object_set_new(r, "outgoing_interface", ifname_full(b->via.p ? b->via : SPAN_LIT("")));
	json_object_set_new(r, "age", json_integer(age));
	json_object_set_new(r, "current_active", json_true());
	json_object_set_new(r, "last_active", json_true());
	json_object_set_new(r, "selected_next_hop", json_true());
	json_object_set_new(r, "routing_table", json_string(s->vrf));
	json_object_set_new(r, "next_hop", field_text(b->next_hop));
	json_object_set_new(r, "preference", json_integer(metric));
	if (known)
		json_object_set(r, "protocol_attributes", known);
	json_array_append_new(json_object_get(s->routes, s->entry), r);
	return 0;
}

/* "  * 192.0.2.1 (default), from 192.0.2.1, 1w6d ago, via Gi0/1" or "  * directly connected, via Vlan7" (of a static or local route NAPALM does not take that) */
static bool
begin_block(struct block *b, struct span line, bool connected)
{
	struct span rest = span_trim(line), word;
	size_t margin = (size_t)(rest.p - line.p);

	if (margin > 4 || rest.n == 0)
		return false;
	if (rest.p[0] == '*')
		rest = span_trim(span_skip(rest, 1));
	*b = (struct block){ .next_hop = SPAN_LIT(""), .open = true };
	b->via = field_behind(rest, "via ");
	b->via = ios_until(ios_until(b->via, ' '), ',');
	if (span_starts(rest, SPAN_LIT("directly connected")))
		return b->open = connected && b->via.n > 0;
	if (!field_word(&rest, &word) || !field_is_ip(ios_until(word, ',')))
		return b->open = false;
	b->next_hop = ios_until(word, ',');
	rest = field_behind(line, ", from ");
	if (field_word(&rest, &word) && field_word(&rest, &word))
		b->age = word;
	return true;
}

/* What "Known via "bgp 65105", ..." names. */
static struct span
known_via(struct span text)
{
	struct span rest = field_behind(text, "Known via \"");

	return ios_until(ios_until(ios_until(rest, '\n'), '"'), ' ');
}

/* The destination as it was asked for; of an address alone, the entry that has it: "Routing entry for 192.0.2.0/24". */
static void
name_entry(struct search *s, struct span text)
{
	struct span entry = SPAN_LIT(""), rest = field_behind(text, "Routing entry for ");

	if (!strchr(s->destination, '/'))
		field_word(&rest, &entry);
	if (memchr(entry.p, '/', entry.n) && entry.n < sizeof(s->entry))
		snprintf(s->entry, sizeof(s->entry), "%.*s", (int)entry.n - (entry.p[entry.n - 1] == ','), entry.p);
	else
		snprintf(s->entry, sizeof(s->entry), "%s", s->destination);
	if (!json_object_get(s->routes, s->entry))
		json_object_set_new(s->routes, s->entry, json_array());
}

static int
read_routes(struct device *d, struct search *s, struct span text)
{
	struct span protocol = known_via(text), line, rest;
	struct block b = { .open = false };
	int64_t metric;
	size_t n = 0;

	if (protocol.n == 0)
		return 0;
	name_entry(s, text);
	text = field_behind(text, "Routing Descriptor Blocks:");
	while (n < ROUTE_MAX_PATHS && field_line(&text, &line)) {
		if (begin_block(&b, line, span_eq(protocol, SPAN_LIT("connected"))) || !b.open)
			continue;
		rest = field_behind(line, "Route metric is ");
		if (!rest.p)
			continue;
		if (!field_int(ios_until(rest, ','), &metric))
			ios_odd(d, "show ip route", line);
		else if (put_route(d, s, &b, protocol, metric) == -1)
			return -1;
		b.open = false;
		n++;
	}
	return 0;
}

/* ---- VRFs ---- */

static bool
is_small(char c)
{
	return span_is_digit(c) || (c >= 'a' && c <= 'z');
}

/*
 * What NAPALM takes for the protocols: the last word that begins with small letters or digits and has nothing before it but those, "<", ">" and ":".  (Behind the
 * name in "blue  65417:2  ipv4,ipv6  Gi0/1" that is "ipv4,ipv6"; of "192.0.2.1:2  ipv4" it is "192".)
 */
static struct span
protocols_of(struct span rest)
{
	struct span found = SPAN_NONE;
	size_t n = 0;

	for (size_t i = 0; i + 1 < rest.n && (is_small(rest.p[i]) || (rest.p[i] != '\0' && strchr("<> :", rest.p[i]))); i++) {
		if (i > 1 && rest.p[i] == ' ' && (is_small(rest.p[i + 1]) || rest.p[i + 1] == ','))
			found = span_skip(rest, i + 1);
	}
	while (n < found.n && (is_small(found.p[n]) || found.p[n] == ','))
		n++;
	return span_of(found.p, n);
}

/* "  blue    65417:2    ipv4,ipv6   Gi0/1": the name, if it routes IPv4 (or, with the old command, whatever it does). */
static void
add_vrf(json_t *names, struct span line, bool old)
{
	struct span rest = line, name;

	if (line.n < 3 || line.p[0] != ' ' || line.p[1] != ' ' || line.p[2] == ' ' || !field_word(&rest, &name) || span_eq(name, SPAN_LIT("Name")))
		return;
	rest = span_between(name.p + name.n, line.p + line.n);
	if (old || field_has(protocols_of(rest), "4"))
		json_array_append_new(names, field_text(name));
}

/* Sorted; then "default". */
static json_t *
vrf_names(struct device *d)
{
	struct buffer answer;
	struct span text, line;
	json_t *names = NULL;
	bool old = false;

	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_ask(d, &answer, "show vrf") == 0 && (!(old = ios_refused(buffer_span(&answer))) || ios_ask(d, &answer, "show ip vrf") == 0)) {
		names = json_array();
		/* (The answer lost the blanks before its first line; that is the heading.) */
		for (text = buffer_span(&answer); !ios_refused(buffer_span(&answer)) && field_line(&text, &line);)
			add_vrf(names, line, old);
		field_sort_texts(names);
		json_array_append_new(names, json_string("default"));
	}
	buffer_fini(&answer);
	return names;
}

/* A word that may be put into a command. */
static bool
is_plain(const char *s)
{
	for (const char *c = s; *c; c++) {
		if ((unsigned char)*c <= ' ' || *c == '|' || *c == 0x7f || *c == '?')
			return false;
	}
	return *s != '\0';
}

static int
search_vrf(struct device *d, struct search *s)
{
	struct buffer answer;
	int r = -1;

	if (!is_plain(s->vrf))
		return 0;
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	s->attributes = NULL;
	if (ios_ask(d, &answer, "show ip route %s%s%s%s", is_default(s) ? "" : "vrf ", is_default(s) ? "" : s->vrf, is_default(s) ? "" : " ", s->network) == 0)
		r = read_routes(d, s, buffer_span(&answer));
	json_decref(s->attributes);
	buffer_fini(&answer);
	return r;
}

/* "192.0.2.7/24" -> "192.0.2.0 255.255.255.0"; an address without a length is looked up as it is. */
static bool
network_of(struct search *s)
{
	struct span text = span_str(s->destination), address = ios_until(text, '/');
	char bare[INET_ADDRSTRLEN], mask_text[INET_ADDRSTRLEN];
	struct in_addr a, mask;
	int64_t length;

	if (address.n == 0 || address.n >= sizeof(bare))
		return false;
	memcpy(bare, address.p, address.n);
	bare[address.n] = '\0';
	if (inet_pton(AF_INET, bare, &a) != 1)
		return false;
	if (address.n == text.n) {
		snprintf(s->network, sizeof(s->network), "%s", bare);
		return true;
	}
	if (!field_int(span_skip(text, address.n + 1), &length) || length < 0 || length > 32)
		return false;
	mask.s_addr = htonl(length == 0 ? 0 : UINT32_MAX << (32 - length));
	a.s_addr &= mask.s_addr;
	if (!inet_ntop(AF_INET, &a, bare, sizeof(bare)) || !inet_ntop(AF_INET, &mask, mask_text, sizeof(mask_text)))
		return false;
	snprintf(s->network, sizeof(s->network), "%s %s", bare, mask_text);
	return true;
}

json_t *
ios_get_route_to(struct device *d, const json_t *arguments)
{
	struct search s = { .destination = getter_text(arguments, "destination"), .protocol = getter_text(arguments, "protocol") };
	json_t *names, *name;
	size_t i;

	if (getter_bool(arguments, "longer") || strchr(s.destination, ':')) {
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "ios looks up one IPv4 destination, without longer prefixes");
		return NULL;
	}
	if (!network_of(&s)) {
		device_fail(d, DEVICE_ARGUMENT, "\"%s\" is no IPv4 destination", s.destination);
		return NULL;
	}
	if (!(names = vrf_names(d)))
		return NULL;
	s.routes = strchr(s.destination, '/') ? json_pack("{s:[]}", s.destination) : json_object();
	json_array_foreach(names, i, name) {
		s.vrf = json_string_value(name);
		if (search_vrf(d, &s) == -1)
			break;
	}
	json_decref(names);
	if (d->error == DEVICE_OK)
		return s.routes;
	json_decref(s.routes);
	return NULL;
}
