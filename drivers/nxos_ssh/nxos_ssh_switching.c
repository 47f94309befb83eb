/*
 * What is switched and what is separate: VLANs, MAC addresses, VRFs.
 */
#include "drivers/field.h"
#include "drivers/ifname.h"
#include "drivers/nxos/nxos_table.h"
#include "drivers/nxos_ssh/nxos_ssh.h"

json_t *
nxos_ssh_get_vlans(struct device *d, const json_t *arguments)
{
	json_t *brief = nxos_ssh_json(d, "show vlan brief");
	json_t *r = brief ? nxos_table_vlans(d, brief) : NULL;

	(void)arguments;
	json_decref(brief);
	return r;
}

json_t *
nxos_ssh_get_network_instances(struct device *d, const json_t *arguments)
{
	json_t *detail = nxos_ssh_json(d, "show vrf detail"), *interfaces = detail ? nxos_ssh_json(d, "show vrf interface") : NULL;
	json_t *r = interfaces ? nxos_table_instances(detail, interfaces, getter_text(arguments, "name")) : NULL;

	json_decref(detail);
	json_decref(interfaces);
	return r;
}

/* ---- MAC addresses ---- */

#define MAX_WORDS 64    /* of one line: an address of many ports has them on it and on the lines below */

/* What an entry has in common, for each of its ports. */
struct entry {
	bool known;
	struct span mac;
	int64_t vlan;
	bool fixed, dynamic;
};

static bool
is_any(struct span word, const char *const *words)
{
	for (; *words; words++) {
		if (word.n == strlen(*words) && strncasecmp(word.p, *words, word.n) == 0)
			return true;
	}
	return false;
}

/* The device's own ports have no name: "CPU", "Router", "Switch". */
static bool
is_own(struct span port)
{
	for (size_t i = 0; i + 6 <= port.n; i++) {
		if (strncasecmp(port.p + i, "router", 6) == 0 || strncasecmp(port.p + i, "switch", 6) == 0)
			return true;
	}
	return port.n == 3 && strncasecmp(port.p, "cpu", 3) == 0;
}

static void
append(struct device *d, json_t *r, const struct entry *e, struct span port)
{
	json_t *one = model_new(&model_mac);

	json_object_set_new(one, "mac", field_mac(d, e->mac));
	json_object_set_new(one, "interface", e->fixed && is_own(port) ? json_string("") : ifname_full(port));
	json_object_set_new(one, "vlan", json_integer(e->vlan));
	json_object_set_new(one, "static", json_boolean(e->fixed));
	json_object_set_new(one, "active", json_boolean(e->dynamic));
	json_array_append_new(r, one);
}

/* "0050.56bb.0164" */
static bool
is_mac(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (i % 5 == 4 ? s.p[i] != '.' : !span_is_digit(s.p[i]) && ((s.p[i] | 0x20) < 'a' || (s.p[i] | 0x20) > 'f'))
			return false;
	}
	return s.n == 14;
}

/* VLAN ("-" or "All" of the device's own), address, type, age, secure, notify. */
static bool
read_entry(struct entry *e, const struct span *words)
{
	static const char *const fixed[] = { "self", "static", "system", NULL }, *const dynamic[] = { "dynamic", NULL }, *const none[] = { "-", "all", NULL };

	e->known = is_mac(words[1]) && (is_any(words[0], none) || (field_int(words[0], &e->vlan) && e->vlan >= 0 && e->vlan < 16777216));
	if (is_any(words[0], none))
		e->vlan = 0;
	e->mac = words[1];
	e->fixed = is_any(words[2], fixed);
	e->dynamic = is_any(words[2], dynamic);
	return e->known;
}

/*
 * Without the marks before an entry: "*", "+" and letters, which may be followed by "(R)", "(T)" or "(F)".  "vPC Peer-Link" is one port of two words: its hyphen is put in the copy.
 */
static struct span
unmarked(struct span line)
{
	if (line.n > 1 && memchr("*+GOCE~", line.p[0], 7) && (span_is_space(line.p[1]) || line.p[1] == '('))
		line = span_skip(line, 1);
	if (line.n > 3 && line.p[0] == '(' && line.p[2] == ')')
		line = span_skip(line, 3);
	return span_trim(line);
}

static size_t
join_peer_link(struct span *words, size_t n)
{
	size_t out = 0;

	for (size_t i = 0; i < n; i++) {
		if (out > 0 && span_eq(words[out - 1], SPAN_LIT("vPC")) && span_starts(words[i], SPAN_LIT("Peer-Link")))
			words[out - 1] = words[i].n == 9 ? SPAN_LIT("vPC-Peer-Link") : SPAN_LIT("vPC-Peer-Link(R)");
		else
			words[out++] = words[i];
	}
	return out;
}

/* The legend comes again after some hundred entries. */
static bool
is_heading(struct span line)
{
	static const char *const starts[] = { "Legend", "* - ", "age - ", "(T) - ", "VLAN", "Note:", "Use the ", "----", "~~~" };

	line = span_trim(line);
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
		if (span_starts(line, span_str(starts[i])))
			return true;
	}
	return line.n == 0;
}

/* A line of ports alone goes on with the entry above it. */
static void
mac_line(struct device *d, json_t *r, struct entry *e, struct span line)
{
	struct span words[MAX_WORDS];
	size_t n = field_words(unmarked(line), words, MAX_WORDS);
	size_t first = n >= 2 && is_mac(words[1]) ? 6 : 0;

	n = join_peer_link(words, n < MAX_WORDS ? n : MAX_WORDS);
	if ((first > 0 && (n < 7 || !read_entry(e, words))) || !e->known) {
		e->known = false;
		nxos_ssh_odd(d, "get_mac_address_table: \"show mac address-table\"", line);
		return;
	}
	for (size_t i = first; i < n; i++)
		append(d, r, e, words[i]);
}

json_t *
nxos_ssh_get_mac_address_table(struct device *d, const json_t *arguments)
{
	struct entry e = { .known = false };
	struct span text, line;
	struct buffer out;
	json_t *r = NULL;
	bool in = false;

	(void)arguments;
	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (nxos_ssh_show(d, &out, "show mac address-table") == 0) {
		r = json_array();
		text = buffer_span(&out);
		while (field_line(&text, &line)) {
			if (span_starts(line, SPAN_LIT("----")))
				in = true;
			else if (in && !is_heading(line))
				mac_line(d, r, &e, line);
		}
	}
	buffer_fini(&out);
	return r;
}
