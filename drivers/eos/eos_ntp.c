/*
 * NTP: servers and peers of the configuration, and how they do.
 */
#include "drivers/answer.h"
#include "drivers/eos/eos.h"
#include "drivers/field.h"

/* ---- servers ---- */

struct reader {
	struct device *d;
	json_t *servers;
	json_t *addresses;              /* of interfaces, asked for once, when a line names one; or NULL */
	bool asked;
};

/* The first address of an interface: of the server's family, or else of the other. */
static json_t *
source_address(struct reader *r, struct span interface, bool ipv6)
{
	json_t *families;
	const char *address;

	if (!r->asked)
		r->addresses = eos_get_interfaces_ip(r->d, NULL);
	r->asked = true;
	families = interface.n ? json_object_getn(r->addresses, interface.p, interface.n) : NULL;
	address = json_object_iter_key(json_object_iter(json_object_get(families, ipv6 ? "ipv6" : "ipv4")));
	if (!address)
		address = json_object_iter_key(json_object_iter(json_object_get(families, ipv6 ? "ipv4" : "ipv6")));
	if (!address)
		device_warn(r->d, "interface \"%.*s\" has no address", (int)(interface.n < 60 ? interface.n : 60), interface.p);
	return json_string(address ? address : "");
}

static void
set_number(struct reader *r, json_t *server, const char *field, struct span *rest)
{
	struct span word = SPAN_NONE;
	int64_t n;

	field_word(rest, &word);
	if (field_int(word, &n))
		json_object_set_new(server, field, json_integer(n));
	else
		device_warn(r->d, "%s is \"%.*s\"", field, (int)(word.n < 40 ? word.n : 40), word.p ? word.p : "");
}

static json_t *
new_server(struct span vrf, struct span address)
{
	return json_pack("{s:o, s:i, s:i, s:s, s:b, s:b, s:o, s:s, s:i}", "address", field_text(address), "port", 123, "version", 4, "association_type", "SERVER",
	    "iburst", 0, "prefer", 0, "network_instance", field_text(vrf), "source_address", "", "key_id", -1);
}

/* [vrf VRF] ADDRESS [prefer] [iburst] [version N] [key N] [local-interface INTERFACE] */
static void
add_server(struct reader *r, struct span rest)
{
	struct span vrf = SPAN_LIT("default"), address = SPAN_NONE, word;
	json_t *server;

	if (field_word(&rest, &address) && span_eq(address, SPAN_LIT("vrf"))) {
		field_word(&rest, &vrf);
		field_word(&rest, &address);
	}
	if (address.n == 0) {
		device_warn(r->d, "a server without an address");
		return;
	}
	server = new_server(vrf, address);
	while (field_word(&rest, &word)) {
		if (span_eq(word, SPAN_LIT("iburst")) || span_eq(word, SPAN_LIT("prefer")))
			json_object_set_new(server, word.p[0] == 'i' ? "iburst" : "prefer", json_true());
		else if (span_eq(word, SPAN_LIT("version")))
			set_number(r, server, "version", &rest);
		else if (span_eq(word, SPAN_LIT("key")))
			set_number(r, server, "key_id", &rest);
		else if (span_eq(word, SPAN_LIT("local-interface")) && field_word(&rest, &word))
			json_object_set_new(server, "source_address", source_address(r, word, memchr(address.p, ':', address.n) != NULL));
	}
	json_object_setn_new(r->servers, address.p, address.n, server);
}

/* A section may have lines of others that say "ntp", too. */
static bool
is_ntp(struct span *line, const char *what)
{
	struct span word;

	if (memchr(line->p, '\0', line->n) || line->n == 0 || line->p[0] == ' ')
		return false;
	return field_word(line, &word) && span_eq(word, SPAN_LIT("ntp")) && field_word(line, &word) && span_eq(word, span_str(what));
}

json_t *
eos_get_ntp_servers(struct device *d, const json_t *arguments)
{
	struct reader r = { .d = d, .servers = json_object() };
	struct buffer text;
	struct span left, line;

	(void)arguments;
	buffer_init(&text, DEVICE_MAX_ANSWER);
	eos_ask_text(d, "show running-config | section ntp", &text);
	left = buffer_span(&text);
	while (d->error == DEVICE_OK && field_line(&left, &line)) {
		if (is_ntp(&line, "server"))
			add_server(&r, line);
	}
	buffer_fini(&text);
	json_decref(r.addresses);
	if (d->error == DEVICE_OK)
		return r.servers;
	json_decref(r.servers);
	return NULL;
}

/* EOS is a client of servers; peers stand only in configurations of releases that took them. */
json_t *
eos_get_ntp_peers(struct device *d, const json_t *arguments)
{
	json_t *r = json_object();
	struct buffer text;
	struct span left, line, word;

	(void)arguments;
	buffer_init(&text, DEVICE_MAX_ANSWER);
	eos_ask_text(d, "show running-config | section ntp", &text);
	left = buffer_span(&text);
	while (d->error == DEVICE_OK && field_line(&left, &line)) {
		if (!is_ntp(&line, "peer") || !field_word(&line, &word))
			continue;
		if (span_eq(word, SPAN_LIT("vrf")) && !(field_word(&line, &word) && field_word(&line, &word)))
			continue;
		json_object_setn_new(r, word.p, word.n, json_object());
	}
	buffer_fini(&text);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}

/* ---- associations ---- */

enum { REFID, STRATUM, TYPE, WHEN, POLL, REACH, DELAY, OFFSET, JITTER, COLUMNS };

static json_t *
association(struct span remote, bool chosen, const struct span *w)
{
	int64_t stratum, poll, reach;
	double delay, offset, jitter;

	if (!field_int(w[STRATUM], &stratum) || !field_int(w[POLL], &poll) || !field_int(w[REACH], &reach))
		return NULL;
	if (!field_real(w[DELAY], &delay) || !field_real(w[OFFSET], &offset) || !field_real(w[JITTER], &jitter))
		return NULL;
	return json_pack("{s:o, s:o, s:b, s:I, s:o, s:o, s:I, s:I, s:f, s:f, s:f}", "remote", field_text(remote), "referenceid", field_text(w[REFID]), "synchronized", chosen,
	    "stratum", (json_int_t)stratum, "type", field_text(w[TYPE]), "when", field_text(w[WHEN]), "hostpoll", (json_int_t)poll, "reachability", (json_int_t)reach,
	    "delay", delay, "offset", offset, "jitter", jitter);
}

/* The sign before a remote: '*' is the one that the clock follows. */
static bool
take_sign(struct span *line)
{
	bool chosen = line->n > 0 && line->p[0] == '*';

	if (line->n > 0 && memchr("*+-x#o.", line->p[0], 7))
		*line = span_skip(*line, 1);
	return chosen;
}

/* A long remote stands on a line of its own, the rest on the next. */
static void
read_associations(struct device *d, json_t *r, struct span text)
{
	struct span line, w[COLUMNS + 1], remote = SPAN_NONE;
	bool chosen = false;

	while (field_line(&text, &line)) {
		struct span rest = line;
		size_t n = 0;
		json_t *one;

		if (remote.n == 0) {
			chosen = take_sign(&rest);
			if (!field_word(&rest, &remote))
				continue;
			if (rest.n == 0)
				continue;
		}
		while (n <= COLUMNS && field_word(&rest, &w[n]))
			n++;
		one = n == COLUMNS ? association(remote, chosen, w) : NULL;
		if (one)
			json_array_append_new(r, one);
		else
			device_warn(d, "\"%.*s\" is no association", (int)(line.n < 80 ? line.n : 80), line.p);
		remote = SPAN_NONE;
	}
}

/* A heading, and a line of "=" below it. */
static struct span
below_heading(struct span text)
{
	struct span left = text, line;

	while (field_line(&left, &line)) {
		if (span_starts(span_trim(line), SPAN_LIT("===")))
			return left;
	}
	return SPAN_LIT("");
}

json_t *
eos_get_ntp_stats(struct device *d, const json_t *arguments)
{
	struct buffer text;
	json_t *r = NULL;

	(void)arguments;
	buffer_init(&text, DEVICE_MAX_ANSWER);
	if (eos_ask_text(d, "show ntp associations", &text) == 0) {
		r = json_array();
		read_associations(d, r, below_heading(buffer_span(&text)));
	}
	buffer_fini(&text);
	return r;
}
