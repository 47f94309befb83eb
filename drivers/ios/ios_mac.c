/*
 * The MAC address table.  Each family of hardware prints its own; what they share is one MAC address a line, and the words before and behind it tell which table it is:
 *
 *     MAC type vlan port                        routers with switch modules
 *     vlan MAC type port[,port...]              Catalyst 2960, 3850, 9000; multicast of the 4500
 *     vlan MAC type protocols port              4500; the vlan may be a routed port instead
 *     [*|R] vlan MAC type learn age port,...    6500
 *
 * Ports that do not fit go on in lines of their own.
 */
#include "drivers/field.h"
#include "drivers/ifname.h"
#include "drivers/ios/ios.h"

#define MAC_MAX_WORDS 12
/* More than any hardware has: what a device may make us keep. */
#define MAC_MAX_ENTRIES ((size_t)1 << 19)

struct entry {
	struct span mac, vlan, type;
};

/* Does it begin with these letters, whatever their case? */
static bool
begins(struct span s, const char *letters)
{
	size_t n = strlen(letters);

	for (size_t i = 0; i < n && i < s.n; i++) {
		if ((s.p[i] | 0x20) != letters[i])
			return false;
	}
	return s.n >= n;
}

static bool
is_static(struct span type)
{
	return begins(type, "self") || begins(type, "static") || begins(type, "system");
}

/* The device itself is no interface. */
static bool
is_own(struct span port)
{
	for (size_t i = 0; i < port.n; i++) {
		if (begins(span_skip(port, i), "router") || begins(span_skip(port, i), "switch"))
			return true;
	}
	return port.n == 3 && begins(port, "cpu");
}

/* "All", "---" and "N/A": 0. */
static bool
vlan_of(struct span s, int64_t *vlan)
{
	*vlan = 0;
	return (s.n == 3 && begins(s, "all")) || span_eq(s, SPAN_LIT("---")) || span_eq(s, SPAN_LIT("N/A")) || (field_int(s, vlan) && *vlan >= 0);
}

static void
add(struct device *d, json_t *table, const struct entry *e, struct span port)
{
	json_t *r = model_new(&model_mac);
	int64_t vlan;

	if (is_static(e->type) && is_own(port))
		port = SPAN_LIT("");
	json_object_set_new(r, "mac", field_mac(d, e->mac));
	json_object_set_new(r, "interface", ios_name_wanted(d, port));
	json_object_set_new(r, "vlan", json_integer(vlan_of(e->vlan, &vlan) ? vlan : -1));
	json_object_set_new(r, "static", json_boolean(is_static(e->type)));
	json_object_set_new(r, "active", json_true());
	json_array_append_new(table, r);
}

/* An entry for each of "Gi1/1,Gi1/2"; one without a port if there is none. */
static void
add_ports(struct device *d, json_t *table, const struct entry *e, struct span ports)
{
	struct span port;

	do {
		port = ios_until(ports, ',');
		ports = span_skip(ports, port.n + 1);
		port = span_trim(port);
		if (port.n > 0 || ports.n == 0)
			add(d, table, e, port);
	} while (ports.n > 0 && json_array_size(table) < MAC_MAX_ENTRIES);
}

/* From the first of the words to the end of the last. */
static struct span
from_word(const struct span *words, size_t first, size_t n)
{
	return first < n ? span_between(words[first].p, words[n - 1].p + words[n - 1].n) : SPAN_LIT("");
}

/* `rest`: the words behind the type. */
static struct span
ports_of(const struct span *words, size_t rest, size_t n)
{
	if (n - rest >= 3 && (begins(words[rest], "yes") || begins(words[rest], "no")))
		return from_word(words, rest + 2, n);
	return n - rest == 2 && words[rest].p[words[rest].n - 1] != ',' ? words[rest + 1] : from_word(words, rest, n);
}

/* A routed port in the place of the VLAN: it is the interface of a unicast entry, the ports behind are those of a multicast one. */
static void
add_routed(struct device *d, json_t *table, struct entry *e, struct span port, struct span behind)
{
	json_t *name = ifname_full(port);
	const char *s = json_string_value(name);

	e->vlan = SPAN_LIT("-");
	if (behind.p)
		add_ports(d, table, e, behind);
	else
		add(d, table, e, s ? span_str(s) : port);
	json_decref(name);
}

/* `at` is the word with the MAC address. */
static bool
add_line(struct device *d, json_t *table, struct entry *e, const struct span *words, size_t n)
{
	size_t at = 0;
	int64_t vlan;

	while (at < n && !ios_is_mac(words[at]))
		at++;
	if (at > 2 || at + 1 >= n)
		return false;
	*e = (struct entry){ .mac = words[at], .type = words[at + 1] };
	if (at == 0) {
		if (n != 4 || !vlan_of(words[2], &vlan))
			return false;
		e->vlan = words[2];
		add_ports(d, table, e, words[3]);
		return true;
	}
	e->vlan = words[at - 1];
	if (vlan_of(e->vlan, &vlan))
		add_ports(d, table, e, ports_of(words, at + 2, n));
	else if (span_is_alpha(e->vlan.p[0]))
		add_routed(d, table, e, e->vlan, n - at == 3 ? words[at + 2] : SPAN_NONE);
	else
		return false;
	return true;
}

/* Headings and sums. */
static bool
is_known(struct span line)
{
	static const char *const marks[] = { "---", "Mac Address", "mac address", "Mac Addresses", "Address Type", "Multicast Entries", "Unicast Entries", "Displaying entries from", "EHWIC:", "Mac Entries",
		"Legend:", "age - ", "n/a - ", "Address Count", "primary entry", "Address Table", "Total Mac", "No entries" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		if (field_has(line, marks[i]))
			return true;
	}
	return false;
}

static void
read_line(struct device *d, json_t *table, struct entry *e, struct span line)
{
	struct span words[MAC_MAX_WORDS], bare;
	size_t margin = 0, n;

	while (margin < line.n && line.p[margin] == ' ')
		margin++;
	if (line.n > 0 && line.p[0] == '*')
		line = span_skip(line, 1);
	bare = span_trim(line);
	n = field_words(bare, words, MAC_MAX_WORDS);
	if (n == 0)
		return;
	if (margin >= 24 && e->mac.p && !is_known(bare)) {
		add_ports(d, table, e, bare);
		return;
	}
	if (!add_line(d, table, e, words, n < MAC_MAX_WORDS ? n : MAC_MAX_WORDS)) {
		if (!is_known(bare))
			ios_odd(d, "show mac address-table", bare);
		e->mac = SPAN_NONE;
	}
}

static json_t *
table_of(struct device *d, struct span text)
{
	struct entry e = { .mac = SPAN_NONE };
	json_t *r = json_array();
	struct span line;

	while (json_array_size(r) < MAC_MAX_ENTRIES && field_line(&text, &line))
		read_line(d, r, &e, line);
	if (json_array_size(r) >= MAC_MAX_ENTRIES)
		device_warn(d, "show mac address-table: more than %zu entries: the rest is left out", MAC_MAX_ENTRIES);
	return r;
}

json_t *
ios_get_mac_address_table(struct device *d, const json_t *arguments)
{
	struct buffer answer;
	json_t *r = NULL;

	(void)arguments;
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_ask(d, &answer, "show mac-address-table") == 0 && (!ios_refused(buffer_span(&answer)) || ios_show(d, &answer, "show mac address-table") == 0))
		r = table_of(d, buffer_span(&answer));
	buffer_fini(&answer);
	return r;
}
