/*
 * BGP, from `show bgp all summary vrf all`: a section for each VRF and address family, with a table of neighbors whose lines are folded where an address or an AS number is long:
 *
 *     BGP summary information for VRF default, address family IPv6 Unicast
 *     BGP router identifier 192.0.2.1, local AS number 65001
 *     Neighbor        V    AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd
 *     2001:db8:4:701::2
 *                     4 65535  163664  163693      145    0    0     3w2d 3
 *
 * NAPALM keeps one family of a VRF, the last one that has a table.  So does this, and peers that are lost by it are told in a warning; with the option bgp_families=all they are kept.
 * Families that NAPALM does not know are left out.
 */
#include "drivers/field.h"
#include "drivers/nxos_ssh/nxos_ssh.h"

#define MAX_WORDS 12    /* of an entry: nine, and a state such as "Shut (Admin)" */

struct section {
	json_t *all;
	json_t *vrf_name;       /* NULL: outside of a section, or one that is left out */
	const char *family;
	int64_t local_as;
	json_t *router_id;
	json_t *peers;          /* NULL: before the table */
	bool in_table;
	struct span words[MAX_WORDS];
	size_t n_words;
};

/* ---- an entry ---- */

/* A number of prefixes, or why there is none. */
static void
set_state(struct device *d, json_t *peer, const struct section *s)
{
	struct span state = s->words[9];
	int64_t received, uptime = -1;
	bool up = s->n_words == 10 && field_int(state, &received);
	bool admin = span_starts(state, SPAN_LIT("Shut")) && s->n_words > 10 && field_has(s->words[10], "Admin");
	json_t *prefixes = model_new(&model_bgp_family), *families = json_object();

	if (up && !field_duration(s->words[8], &uptime)) {
		device_warn(d, "get_bgp_neighbors: %.*s: \"%.*s\" is no time", NXOS_SSH_PART(s->words[0]), NXOS_SSH_PART(s->words[8]));
		uptime = -1;
	}
	if (up)
		json_object_set_new(prefixes, "received_prefixes", json_integer(received));
	json_object_set_new(families, s->family, prefixes);
	json_object_set_new(peer, "address_family", families);
	json_object_set_new(peer, "is_up", json_boolean(up));
	json_object_set_new(peer, "is_enabled", json_boolean(!admin && !field_has(state, "(Admin)")));
	json_object_set_new(peer, "uptime", json_integer(uptime));
}

static void
finish_entry(struct device *d, struct section *s)
{
	json_t *peer;
	int64_t as;

	if (s->n_words == 0)
		return;
	if (s->n_words < 10 || !field_as_number(s->words[2], &as)) {
		device_warn(d, "get_bgp_neighbors: \"show bgp all summary vrf all\": the entry of %.*s is not understood", NXOS_SSH_PART(s->words[0]));
	} else {
		peer = model_new(&model_bgp_peer);
		json_object_set_new(peer, "local_as", json_integer(s->local_as));
		json_object_set_new(peer, "remote_as", json_integer(as));
		json_object_set_new(peer, "remote_id", json_string("0.0.0.0"));
		set_state(d, peer, s);
		nxos_ssh_put(s->peers, s->words[0], peer);
	}
	s->n_words = 0;
}

/* Of a neighbor, or of a range that neighbors may come from: "192.0.2.0/24". */
static bool
is_address(struct span word)
{
	struct span alone = nxos_ssh_before(word, "/");

	return field_is_ip(alone.p ? alone : word);
}

/* An entry begins in the first column, with an address. */
static void
table_line(struct device *d, struct section *s, struct span line)
{
	struct span word;

	if (line.n > 0 && !span_is_space(line.p[0])) {
		finish_entry(d, s);
		word = line;
		if (!field_word(&(struct span){ line.p, line.n }, &word) || !is_address(word)) {
			nxos_ssh_odd(d, "get_bgp_neighbors: \"show bgp all summary vrf all\"", line);
			return;
		}
	} else if (s->n_words == 0) {
		return;
	}
	while (field_word(&line, &word)) {
		if (s->n_words < MAX_WORDS)
			s->words[s->n_words++] = word;
	}
}

/* ---- a section ---- */

/* The peers of the VRF's families before this one go with its own; a peer of both has both. */
static void
keep_before(json_t *peers, const json_t *before)
{
	const char *address;
	json_t *one, *other;

	json_object_foreach((json_t *)(uintptr_t)before, address, one) {
		other = json_object_get(peers, address);
		if (other)
			json_object_update_missing(json_object_get(other, "address_family"), json_object_get(one, "address_family"));
		else
			json_object_set(peers, address, one);
	}
}

static void
warn_of_lost(struct device *d, const struct section *s, const json_t *before)
{
	const char *address;
	size_t lost = 0;
	json_t *one;

	(void)one;
	json_object_foreach((json_t *)(uintptr_t)before, address, one)
		lost += json_object_get(s->peers, address) == NULL;
	if (lost > 0)
		device_warn(d, "get_bgp_neighbors: VRF %s: peers of the families before %s are left out, as NAPALM does: %zu", json_string_value(s->vrf_name), s->family, lost);
}

static void
finish(struct device *d, struct section *s)
{
	const char *families = device_option(d, "bgp_families");
	json_t *vrf, *before;

	finish_entry(d, s);
	if (s->vrf_name && s->peers) {
		before = json_object_get(json_object_get(s->all, json_string_value(s->vrf_name)), "peers");
		if (families && strcmp(families, "all") == 0)
			keep_before(s->peers, before);
		else
			warn_of_lost(d, s, before);
		vrf = model_new(&model_bgp_neighbors);
		json_object_set(vrf, "router_id", s->router_id);
		json_object_set(vrf, "peers", s->peers);
		json_object_set_new(s->all, json_string_value(s->vrf_name), vrf);
	}
	json_decref(s->vrf_name);
	json_decref(s->router_id);
	json_decref(s->peers);
	*s = (struct section){ .all = s->all };
}

static const char *
family_name(struct span text)
{
	static const struct { const char *printed, *name; } families[] = { { "IPv4 Unicast", "ipv4" }, { "IPv6 Unicast", "ipv6" }, { "L2VPN EVPN", "l2vpn" } };

	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
		if (span_eq(text, span_str(families[i].printed)))
			return families[i].name;
	}
	return NULL;
}

/* `rest` is what follows "BGP summary information for VRF". */
static void
begin(struct section *s, struct span rest)
{
	struct span vrf = span_trim(nxos_ssh_before(rest, ",")), family = span_trim(field_behind(rest, "address family"));

	s->family = family_name(family);
	if (!s->family || vrf.n == 0)
		return;
	s->vrf_name = vrf.n == 7 && strncasecmp(vrf.p, "default", 7) == 0 ? json_string("global") : field_text(vrf);
	s->local_as = -1;
	s->router_id = json_string("");
}

/* ", local AS number 65001" */
static void
read_identifier(struct device *d, struct section *s, struct span line)
{
	struct span id = field_behind(line, "identifier "), as = field_behind(line, "local AS number "), word;

	if (field_word(&id, &word)) {
		if (word.p[word.n - 1] == ',')
			word.n--;
		json_decref(s->router_id);
		s->router_id = field_text(word);
	}
	if (!field_word(&as, &word) || !field_as_number(word, &s->local_as))
		nxos_ssh_odd(d, "get_bgp_neighbors: \"show bgp all summary vrf all\"", line);
}

/* Releases from 9.3 on have a second table, of routes by type, behind that of EVPN. */
static void
read_line(struct device *d, struct section *s, struct span line)
{
	struct span start = field_behind(line, "BGP summary information for VRF");

	if (start.p) {
		finish(d, s);
		begin(s, start);
	} else if (span_starts(line, SPAN_LIT("BGP router identifier")) && s->vrf_name) {
		read_identifier(d, s, line);
	} else if (span_starts(line, SPAN_LIT("Neighbor ")) && s->vrf_name) {
		finish_entry(d, s);
		s->in_table = field_has(line, "State/PfxRcd");
		if (s->in_table && !s->peers)
			s->peers = json_object();
	} else if (s->in_table) {
		table_line(d, s, line);
	}
}

json_t *
nxos_ssh_get_bgp_neighbors(struct device *d, const json_t *arguments)
{
	struct section s = { .all = NULL };
	struct span text, line;
	struct buffer out;

	(void)arguments;
	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (nxos_ssh_try(d, &out, "show bgp all summary vrf all") == 0) {
		s.all = json_object();
		text = buffer_span(&out);
		while (field_line(&text, &line))
			read_line(d, &s, line);
		finish(d, &s);
	}
	buffer_fini(&out);
	return s.all;
}
