/*
 * Interfaces and their addresses.
 */
#include "base/clock.h"
#include "drivers/field.h"
#include "drivers/nxos/nxos.h"
#include "drivers/nxos/nxos_table.h"

/* The first of the members that has a value: "eth_..." of ports, "svi_..." of VLANs' interfaces. */
static struct span
first_of(const json_t *row, const char *const *names, char *room)
{
	struct span s = SPAN_LIT("");

	for (; *names && s.n == 0; names++)
		s = nxos_table_text(row, *names, room);
	return s;
}

#define FIRST(row, room, ...) first_of(row, (const char *const[]){ __VA_ARGS__, NULL }, room)

static bool
is_up(struct span state)
{
	return span_eq(state, SPAN_LIT("up"));
}

static double
number(struct device *d, struct span text, const char *what)
{
	double v;

	if (text.n == 0)
		return 0;
	if (field_real(text, &v))
		return v;
	device_warn(d, "\"show interface\": %s is no number: \"%.*s\"", what, (int)(text.n < 40 ? text.n : 40), text.p);
	return 0;
}

/* The blanks of a description stay. */
static struct span
description(const json_t *row)
{
	const json_t *v = json_object_get(row, json_object_get(row, "desc") ? "desc" : "svi_desc");
	struct span s = json_is_string(v) ? span_of(json_string_value(v), json_string_length(v)) : SPAN_LIT("");

	while (s.n > 0 && s.p[0] == '"')
		s = span_skip(s, 1);
	while (s.n > 0 && s.p[s.n - 1] == '"')
		s.n--;
	return s;
}

static json_t *
interface(struct device *d, const json_t *row)
{
	json_t *r = model_new(&model_interface);
	char room[32];
	double mtu = number(d, FIRST(row, room, "eth_mtu", "svi_mtu"), "the MTU"), age;

	json_object_set_new(r, "is_enabled", json_boolean(is_up(FIRST(row, room, "admin_state", "svi_admin_state", "state"))));
	/* A VLAN's interface that may be up is up, whatever its line protocol says: so NAPALM has it. */
	json_object_set_new(r, "is_up", json_boolean(is_up(nxos_table_text(row, "state", room)) || is_up(nxos_table_text(row, "svi_admin_state", room))));
	json_object_set_new(r, "description", field_text(description(row)));
	age = nxos_table_age(d, nxos_table_text(row, "eth_link_flapped", room));
	json_object_set_new(r, "last_flapped", json_real(age < 0 ? -1.0 : (double)clock_now_ns() / 1e9 - age));
	json_object_set_new(r, "mtu", json_integer(mtu > -1e9 && mtu < 1e9 ? (int64_t)mtu : 0));
	json_object_set_new(r, "speed", json_real(number(d, FIRST(row, room, "eth_bw", "svi_bw"), "the bandwidth") / 1000));
	json_object_set_new(r, "mac_address", field_mac(d, FIRST(row, room, "eth_hw_addr", "svi_mac")));
	return r;
}

json_t *
nxos_get_interfaces(struct device *d, const json_t *arguments)
{
	json_t *answer = nxos_ask(d, "show interface"), *rows = nxos_table_rows(answer, "interface"), *row;
	json_t *r = answer ? json_object() : NULL;
	char name[128];
	size_t i;

	(void)arguments;
	json_array_foreach(rows, i, row) {
		if (*nxos_table_copy(row, "interface", name, sizeof(name)))
			json_object_set_new(r, name, interface(d, row));
	}
	json_decref(rows);
	json_decref(answer);
	return r;
}

/* ---- addresses ---- */

static json_t *
child(json_t *object, const char *name)
{
	json_t *v = json_object_get(object, name);

	if (!v) {
		v = json_object();
		json_object_set_new(object, name, v);
	}
	return v;
}

static void
add_address(struct device *d, json_t *r, const char *interface_name, struct span address, struct span length)
{
	bool six = address.n && memchr(address.p, ':', address.n);
	int64_t bits;
	json_t *ip;

	if (!field_is_ip(address) || !field_int(length, &bits) || bits < 0 || bits > (six ? 128 : 32)) {
		device_warn(d, "\"show ip(v6) interface\": %s: \"%.*s/%.*s\" is no address", interface_name, (int)(address.n < 60 ? address.n : 60), address.p,
		    (int)(length.n < 8 ? length.n : 8), length.p);
		return;
	}
	ip = field_ip(d, address);
	json_object_set_new(child(child(child(r, interface_name), six ? "ipv6" : "ipv4"), json_string_value(ip)), "prefix_length", json_integer(bits));
	json_decref(ip);
}

/* The rows by the names of their interfaces. */
static json_t *
by_name(const json_t *rows)
{
	json_t *r = json_object(), *row;
	char name[128];
	size_t i;

	json_array_foreach(rows, i, row)
		json_object_set(r, nxos_table_copy(row, "intf-name", name, sizeof(name)), row);
	return r;
}

/* An unnumbered interface has the address of another. */
static void
add_ipv4(struct device *d, json_t *r, const json_t *names, const json_t *row)
{
	json_t *more = nxos_table_rows(row, "secondary_address"), *lender = NULL, *one;
	char name[128], room[32], room2[32], from[128];
	struct span prefix = nxos_table_text(row, "prefix", room);
	size_t i;

	nxos_table_copy(row, "intf-name", name, sizeof(name));
	if (prefix.n == 0)
		lender = json_object_get(names, nxos_table_copy(row, "unnum-intf", from, sizeof(from)));
	if (lender)
		prefix = nxos_table_text(lender, "prefix", room);
	if (prefix.n > 0)
		add_address(d, r, name, prefix, nxos_table_text(lender ? lender : row, "masklen", room2));
	json_array_foreach(more, i, one)
		add_address(d, r, name, nxos_table_text(one, "prefix1", room), nxos_table_text(one, "masklen1", room2));
	json_decref(more);
}

/* "2001:db8::1/64", with the length that stands behind the slash of `prefix`. */
static void
add_ipv6_text(struct device *d, json_t *r, const char *name, struct span text, struct span prefix)
{
	const char *slash = text.n ? memchr(text.p, '/', text.n) : NULL;
	const char *other = prefix.n ? memchr(prefix.p, '/', prefix.n) : NULL;
	struct span length = SPAN_LIT("128");

	if (other)
		length = span_between(other + 1, prefix.p + prefix.n);
	if (text.n > 0)
		add_address(d, r, name, slash ? span_between(text.p, slash) : text, length);
}

static struct span
text_of(const json_t *v)
{
	return json_is_string(v) ? span_trim(span_of(json_string_value(v), json_string_length(v))) : SPAN_LIT("");
}

/* In a list an address has its own length.  An only one has that of the interface's "prefix", or 128, and its own does not count: so NAPALM has it. */
static void
add_ipv6(struct device *d, json_t *r, const json_t *row)
{
	json_t *addresses = nxos_table_rows(row, "addr"), *list = json_object_get(row, "addr"), *one;
	char name[128], room[32], room2[32];
	struct span prefix = nxos_table_text(row, "prefix", room2);
	bool several = json_is_array(json_object_get(json_object_get(row, "TABLE_addr"), "ROW_addr"));
	size_t i;

	nxos_table_copy(row, "intf-name", name, sizeof(name));
	if (json_is_array(list) || several)
		child(child(r, name), "ipv6");
	if (json_is_string(list))
		add_ipv6_text(d, r, name, text_of(list), prefix);
	json_array_foreach(list, i, one)
		add_ipv6_text(d, r, name, text_of(one), text_of(one));
	json_array_foreach(addresses, i, one) {
		struct span text = nxos_table_text(one, "addr", room);

		add_ipv6_text(d, r, name, text, several ? text : prefix);
	}
	json_decref(addresses);
}

json_t *
nxos_get_interfaces_ip(struct device *d, const json_t *arguments)
{
	json_t *four = nxos_ask(d, "show ip interface"), *six = four ? nxos_ask(d, "show ipv6 interface") : NULL, *r = json_object(), *rows, *names, *row;
	size_t i;

	(void)arguments;
	/* A device without IPv6 refuses the command. */
	if (four && !six && d->error == DEVICE_COMMAND)
		device_forgive(d);
	rows = nxos_table_rows(four, "intf");
	names = by_name(rows);
	json_array_foreach(rows, i, row)
		add_ipv4(d, r, names, row);
	json_decref(names);
	json_decref(rows);
	rows = nxos_table_rows(six, "intf");
	json_array_foreach(rows, i, row)
		add_ipv6(d, r, row);
	json_decref(rows);
	json_decref(four);
	json_decref(six);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}
