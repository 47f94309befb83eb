/*
 * `show interface` in text, as releases before 8.1 have it only, in the shape of the JSON of later ones.
 */
#include "drivers/field.h"
#include "drivers/frr/frr.h"

/* A line that starts so has that field, to its end. */
static const struct rule {
	struct span starts;
	const char *field;
} rules[] = {
	{ { "vrf: ", 5 }, "vrfName" },
	{ { "Description: ", 13 }, "description" },
	{ { "flags: ", 7 }, "flags" },
	{ { "HWaddr: ", 8 }, "hardwareAddress" },
};

/* "Interface eth0 is up, line protocol is up"; "... line protocol detection disabled"; "Interface eth1 is down" */
static json_t *
new_interface(struct span rest)
{
	static const char protocol[] = "line protocol is ";
	json_t *r = json_object();
	const char *at = rest.n ? memmem(rest.p, rest.n, protocol, sizeof(protocol) - 1) : NULL;
	struct span state = at ? span_skip(rest, (size_t)(at - rest.p) + sizeof(protocol) - 1) : SPAN_NONE;

	json_object_set_new(r, "administrativeStatus", json_string(span_starts(rest, SPAN_LIT("is up")) ? "up" : "down"));
	if (at)
		json_object_set_new(r, "operationalStatus", json_string(span_starts(state, SPAN_LIT("up")) ? "up" : "down"));
	json_object_set_new(r, "ipAddresses", json_array());
	return r;
}

/* "index 2 metric 0 mtu 1500 speed 10000" */
static void
read_numbers(json_t *interface, struct span line)
{
	struct span key, word;
	int64_t n;

	while (field_word(&line, &key) && field_word(&line, &word)) {
		if (!field_int(word, &n))
			continue;
		if (span_eq(key, SPAN_LIT("mtu")))
			json_object_set_new(interface, "mtu", json_integer(n));
		else if (span_eq(key, SPAN_LIT("speed")))
			json_object_set_new(interface, "speed", json_integer(n));
	}
}

/* "Link ups:       1    last: 2026/11/29 23:47:55.20" */
static void
read_flap(json_t *interface, const char *field, struct span line)
{
	const char *at = memmem(line.p, line.n, "last: ", 6);

	if (at)
		json_object_set_new(interface, field, field_text(span_trim(span_skip(line, (size_t)(at - line.p) + 6))));
}

static void
read_line(json_t *interface, struct span line)
{
	struct span rest = line, word = SPAN_NONE, address = SPAN_NONE;

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		if (span_starts(line, rules[i].starts))
			json_object_set_new(interface, rules[i].field, field_text(span_trim(span_skip(line, rules[i].starts.n))));
	}
	field_word(&rest, &word);
	if (span_eq(word, SPAN_LIT("index")))
		read_numbers(interface, line);
	else if (span_starts(line, SPAN_LIT("Link ups:")))
		read_flap(interface, "lastLinkUp", line);
	else if (span_starts(line, SPAN_LIT("Link downs:")))
		read_flap(interface, "lastLinkDown", line);
	else if ((span_eq(word, SPAN_LIT("inet")) || span_eq(word, SPAN_LIT("inet6"))) && field_word(&rest, &address))
		json_array_append_new(json_object_get(interface, "ipAddresses"), json_pack("{s:o}", "address", field_text(address)));
}

json_t *
frr_interfaces_read(struct span text)
{
	json_t *r = json_object(), *interface = NULL, *key;
	struct span line, word, name;

	while (field_line(&text, &line)) {
		struct span rest = line;

		if (span_starts(line, SPAN_LIT("Interface ")) && field_word(&rest, &word) && field_word(&rest, &name)) {
			key = field_text(name);
			json_object_set_new(r, json_string_value(key), new_interface(rest));
			interface = json_object_get(r, json_string_value(key));
			json_decref(key);
		} else if (interface) {
			read_line(interface, span_trim(line));
		}
	}
	return r;
}
