/*
 * BGP's attributes of a route, from `show ip bgp`:
 *
 *     Paths: (1 available, best #1)
 *       Path type: internal, path is valid, is best path
 *       AS-Path: 65010 65020 , path sourced external to AS
 *         192.0.2.2 (metric 41) from 192.0.2.2 (192.0.2.2)
 *           Origin IGP, MED 0, localpref 100, weight 0
 *           Community: 65010:45 no-export
 *           Extcommunity:
 *               RT:65010:45
 */
#include "drivers/field.h"
#include "drivers/nxos_ssh/nxos_ssh_route.h"

#define MAX_COMMAND 512
/* A prefix has tens of paths and of next hops; a device that prints millions of both must not keep us busy. */
#define MAX_READ ((size_t)64 << 20)

struct path {
	struct span text;
	struct span type;       /* external, internal, redist, local */
	struct span next_hop, from;
	struct span as_path;
};

/* ---- asking ---- */

/* NULL: refused, or after device_fail(). */
static const json_t *
ask(struct nxos_ssh_route_asked *asked, const struct buffer *command)
{
	const json_t *known = command->failed ? NULL : json_object_get(asked->answers, command->p);
	struct buffer out;

	if (!known && !command->failed) {
		buffer_init(&out, DEVICE_MAX_ANSWER);
		if (nxos_ssh_ask(asked->d, &out, "%s", command->p) == 0)
			json_object_set_new(asked->answers, command->p, nxos_ssh_refused(buffer_span(&out)) ? json_false() : field_text(buffer_span(&out)));
		buffer_fini(&out);
		known = json_object_get(asked->answers, command->p);
	}
	return json_is_string(known) ? known : NULL;
}

static bool
is_word(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!span_is_alpha(s.p[i]) && !span_is_digit(s.p[i]) && !(s.p[i] && strchr("./:_-", s.p[i])))
			return false;
	}
	return s.n > 0 && s.n < 128 && s.p[0] != '-';
}

static struct span
text_of(const json_t *answer)
{
	return answer ? span_of(json_string_value(answer), json_string_length(answer)) : SPAN_NONE;
}

/* ---- a path ---- */

static size_t
run(struct span s, const char *of)
{
	size_t n = 0;

	while (n < s.n && (span_is_digit(s.p[n]) || (s.p[n] && strchr(of, s.p[n]))))
		n++;
	return n;
}

/* The first line that begins with an address: "192.0.2.2 (metric 41) from 192.0.2.2 (192.0.2.2)". */
static void
read_next_hop(struct path *p)
{
	struct span text = p->text, line, word;

	while (p->next_hop.n == 0 && field_line(&text, &line)) {
		struct span rest = line;

		if (field_has(line, " from ") && field_word(&rest, &word) && field_is_ip(word))
			p->next_hop = word;
	}
}

/* The first address behind "from", be it of "Imported from 192.0.2.9:3:...": NAPALM has it so. */
static void
read_from(struct path *p)
{
	struct span rest = p->text;

	while (p->from.n == 0 && (rest = field_behind(rest, "from ")).p) {
		struct span address = span_of(rest.p, run(rest, "."));

		if (field_is_ip(address))
			p->from = address;
	}
}

static void
read_path(struct path *p, struct span text)
{
	struct span type = field_behind(text, ": ");

	*p = (struct path){ .text = text, .type = SPAN_LIT(""), .next_hop = SPAN_LIT(""), .from = SPAN_LIT(""), .as_path = SPAN_LIT("") };
	if (type.p && field_has(type, ","))
		p->type = span_trim(nxos_ssh_before(type, ","));
	p->as_path = field_behind(text, "AS-Path: ");
	p->as_path = span_trim(span_of(p->as_path.p, run(p->as_path, "(). ")));
	read_next_hop(p);
	read_from(p);
}

/* The standard ones of one line, and the extended ones, a line each, far to the right. */
static json_t *
communities(struct span text)
{
	struct span standard = field_behind(text, "  Community: "), extended = field_behind(text, "Extcommunity:"), line, word;
	json_t *all = json_array();

	if (standard.p && field_line(&standard, &line)) {
		while (field_word(&line, &word))
			json_array_append_new(all, field_text(word));
	}
	if (extended.p)
		field_line(&extended, &line);
	while (field_line(&extended, &line) && span_starts(line, SPAN_LIT("          ")) && span_trim(line).n > 0)
		json_array_append_new(all, field_text(span_skip(line, 10)));
	return all;
}

static bool
is_own(const struct path *p)
{
	return span_eq(p->type, SPAN_LIT("redist")) || span_eq(p->type, SPAN_LIT("local"));
}

/* The AS of the neighbor; of one that is not in this VRF (a route from another one) the path's first, ours, or 0 where it is the device's own route. */
static int64_t
remote_as(struct nxos_ssh_route_asked *asked, const struct path *p, struct span vrf, int64_t local_as)
{
	struct buffer command;
	struct span as, word;
	int64_t n = 0;

	buffer_init(&command, MAX_COMMAND);
	buffer_printf(&command, "show ip bgp neighbors vrf %.*s | include \"is %.*s\"", (int)vrf.n, vrf.p, (int)p->next_hop.n, p->next_hop.p);
	as = p->next_hop.n > 0 ? field_behind(text_of(ask(asked, &command)), "remote AS ") : SPAN_NONE;
	buffer_fini(&command);
	if (field_word(&as, &word)) {
		if (word.p[word.n - 1] == ',')
			word.n--;
		return field_as_number(word, &n) ? n : 0;
	}
	if (span_eq(p->type, SPAN_LIT("internal")))
		return local_as;
	as = p->as_path;
	while (as.n > 0 && as.p[0] == '(')
		as = span_skip(as, 1);
	as.n = run(as, ".");
	return span_eq(p->type, SPAN_LIT("external")) && field_as_number(as, &n) ? n : 0;
}

static json_t *
attributes(struct nxos_ssh_route_asked *asked, const struct path *p, struct span vrf, int64_t local_as)
{
	struct span preference = field_behind(p->text, "localpref ");
	json_t *r = json_object();
	int64_t n;

	json_object_set_new(r, "as_path", field_text(p->as_path));
	json_object_set_new(r, "remote_address", field_text(p->from));
	if (field_int(span_of(preference.p, run(preference, "")), &n))
		json_object_set_new(r, "local_preference", json_integer(n));
	json_object_set_new(r, "communities", communities(p->text));
	json_object_set_new(r, "local_as", json_integer(local_as));
	json_object_set_new(r, "remote_as", json_integer(remote_as(asked, p, vrf, local_as)));
	return r;
}

/* ---- all paths ---- */

/* "BGP Protocol Tag               : 65001" */
static bool
local_number(struct nxos_ssh_route_asked *asked, int64_t *as)
{
	struct buffer command;
	struct span tag, word;
	bool good;

	buffer_init(&command, MAX_COMMAND);
	buffer_puts(&command, "show bgp process | include \"BGP Protocol Tag\"");
	tag = field_behind(field_behind(text_of(ask(asked, &command)), "BGP Protocol Tag"), ":");
	good = field_word(&tag, &word) && field_as_number(word, as);
	buffer_fini(&command);
	return good;
}

json_t *
nxos_ssh_route_bgp(struct nxos_ssh_route_asked *asked, struct span vrf, struct span prefix, struct span next_hop)
{
	struct buffer command;
	struct span left;
	json_t *r = json_object();
	struct path p;
	int64_t as;

	if (!is_word(vrf) || !is_word(prefix) || !local_number(asked, &as))
		return r;
	buffer_init(&command, MAX_COMMAND);
	buffer_printf(&command, "show ip bgp vrf %.*s %.*s", (int)vrf.n, vrf.p, (int)prefix.n, prefix.p);
	left = text_of(ask(asked, &command));
	buffer_fini(&command);
	asked->read += left.n;
	if (asked->read > MAX_READ) {
		device_warn(asked->d, "get_route_to: %.*s has too many paths", NXOS_SSH_PART(prefix));
		return r;
	}
	left = field_behind(left, "Path type");
	while (left.p && asked->d->error == DEVICE_OK) {
		struct span rest = field_behind(left, "Path type");

		read_path(&p, rest.p ? nxos_ssh_before(left, "Path type") : left);
		left = rest;
		/* A route of the device's own has no next hop to compare. */
		if (!field_has(p.text, "is best path") || (!is_own(&p) && !span_eq(p.next_hop, next_hop)))
			continue;
		json_decref(r);
		r = attributes(asked, &p, vrf, as);
	}
	return r;
}
