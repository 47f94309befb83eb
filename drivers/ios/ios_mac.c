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

/* What lines with nothing but ports belong to: the last entry with a list of ports, as NAPALM has it; else the one before. */
struct before {
	struct entry list, last;
	bool begun;             /* a line of hyphens was there: what stands before the first one is no entry */
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

static bool
is_list(struct span ports)
{
	return ports.n > 0 && memchr(ports.p, ',', ports.n);
}

/* An entry for each of "Gi1/1,Gi1/2"; one without a port if there is none, and, as NAPALM has it, behind a comma at the end. */
static void
add_ports(struct device *d, json_t *table, const struct entry *e, struct span ports)
{
	struct span port;
	bool more;

	do {
		port = ios_until(ports, ',');
		more = port.n < ports.n;
		ports = span_skip(ports, port.n + 1);
		add(d, table, e, span_trim(port));
	} while (more && json_array_size(table) < MAC_MAX_ENTRIES);
}

/* From the first of the words to the end of the last. */
static struct span
from_word(const struct span *words, size_t first, size_t n)
{
	return first < n ? span_between(words[first].p, words[n - 1].p + words[n - 1].n) : SPAN_LIT("");
}

/* Of the words behind the type; two of the 6500 (learn, age) stand before them. */
static struct span
ports_of(const struct span *words, size_t n)
{
	return from_word(words, n >= 3 ? 2 : 0, n);
}

/* "ip,ipx Po1" of the 4500: protocols and what NAPALM takes for one port, even with commas. */
static bool
with_protocols(const struct span *words, size_t n)
{
	return n == 2 && words[0].p[words[0].n - 1] != ',';
}

/* A routed port in the place of the VLAN: it is the interface of a unicast entry, the port behind is that of a multicast one. */
static void
add_routed(struct device *d, json_t *table, struct entry *e, struct span behind)
{
	json_t *name = ifname_full(e->vlan);
	const char *s = json_string_value(name);

	e->vlan = SPAN_LIT("-");
	add(d, table, e, behind.p ? behind : span_str(s ? s : ""));
	json_decref(name);
}

static void
add_of_vlan(struct device *d, json_t *table, struct before *b, const struct span *words, size_t n)
{
	struct span ports = ports_of(words, n);

	if (with_protocols(words, n)) {
		add(d, table, &b->last, words[n - 1]);
		return;
	}
	if (is_list(ports))
		b->list = b->last;
	add_ports(d, table, &b->last, ports);
}

static bool
add_line(struct device *d, json_t *table, struct before *b, const struct span *words, size_t n)
{
	struct entry *e = &b->last;
	size_t at = 0;
	int64_t vlan;

	while (at < n && !ios_is_mac(words[at]))
		at++;
	if (at > 2 || at + 1 >= n || (at == 0 && (n != 4 || !vlan_of(words[2], &vlan))))
		return false;
	*e = (struct entry){ .mac = words[at], .type = words[at + 1], .vlan = words[at > 0 ? at - 1 : 2] };
	if (at == 0)
		add(d, table, e, words[3]);
	else if (vlan_of(e->vlan, &vlan))
		add_of_vlan(d, table, b, words + at + 2, n - at - 2);
	else if (span_is_alpha(e->vlan.p[0]))
		add_routed(d, table, e, n - at == 3 ? words[at + 2] : SPAN_NONE);
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
read_line(struct device *d, json_t *table, struct before *b, struct span line)
{
	struct span words[MAC_MAX_WORDS], bare;
	size_t margin = 0, n;

	while (margin < line.n && line.p[margin] == ' ')
		margin++;
	b->begun |= span_starts(line, SPAN_LIT("----"));
	if (line.n > 0 && line.p[0] == '*')
		line = span_skip(line, 1);
	bare = span_trim(line);
	n = field_words(bare, words, MAC_MAX_WORDS);
	if (n == 0 || (!b->begun && is_known(bare)))
		return;
	if (!b->begun) {
		ios_odd(d, "show mac address-table", bare);
		return;
	}
	if (margin >= 24 && b->last.mac.p && !is_known(bare)) {
		add_ports(d, table, b->list.mac.p ? &b->list : &b->last, bare);
		return;
	}
	if (!add_line(d, table, b, words, n < MAC_MAX_WORDS ? n : MAC_MAX_WORDS)) {
		if (!is_known(bare))
			ios_odd(d, "show mac address-table", bare);
		b->last.mac = SPAN_NONE;
	}
}

static json_t *
table_of(struct device *d, struct span text)
{
	struct before b = { .last = { .mac = SPAN_NONE } };
	json_t *r = json_array();
	struct span line;

	while (json_array_size(r) < MAC_MAX_ENTRIES && field_line(&text, &line))
		read_line(d, r, &b, line);
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
