/*
 * The addresses of interfaces, from `show ip interface` and `show ipv6 interface` of all VRFs.
 */
#include "drivers/field.h"
#include "drivers/nxos_ssh/nxos_ssh.h"

/* "Ethernet2/2, Interface status: protocol-up/link-up/admin-up, iod: 38," */
static bool
heading(struct span line, struct span *name)
{
	if (!field_has(line, "Interface status"))
		return false;
	*name = nxos_ssh_before(line, ",");
	return true;
}

/* The addresses of one family of an interface, which is made if need be. */
static json_t *
family(json_t *all, struct span interface, const char *which)
{
	json_t *one = nxos_ssh_get(all, interface), *addresses;

	if (!one) {
		nxos_ssh_put(all, interface, json_object());
		one = nxos_ssh_get(all, interface);
	}
	addresses = json_object_get(one, which);
	if (!addresses) {
		json_object_set_new(one, which, json_object());
		addresses = json_object_get(one, which);
	}
	return addresses;
}

static void
put_address(json_t *addresses, struct span address, int64_t length)
{
	json_t *prefix = model_new(&model_prefix);

	json_object_set_new(prefix, "prefix_length", json_integer(length));
	nxos_ssh_put(addresses, address, prefix);
}

/* "IP address: 192.0.2.1, IP subnet: 192.0.2.0/24 secondary route-preference: 0, tag: 0", "IP address: none" */
static void
read_ipv4(struct device *d, json_t *all, struct span interface, struct span line)
{
	struct span words[6], address;
	size_t n = field_words(line, words, 6);
	json_t *addresses = family(all, interface, "ipv4");
	int64_t length = -1;

	if (n < 3 || !span_eq(words[1], SPAN_LIT("address:"))) {
		nxos_ssh_odd(d, "get_interfaces_ip: \"show ip interface\"", line);
		return;
	}
	address = words[2];
	if (address.n > 0 && address.p[address.n - 1] == ',')
		address.n--;
	if (span_eq(address, SPAN_LIT("none")))
		return;
	if (n < 6 || !field_int(field_behind(words[5], "/"), &length) || length < 0 || length > 32) {
		nxos_ssh_odd(d, "get_interfaces_ip: \"show ip interface\": a length of prefix", line);
		length = -1;
	}
	put_address(addresses, address, length);
}

static struct span
ask_ipv4(struct device *d, json_t *all, struct buffer *out)
{
	struct span text, line, name = SPAN_NONE;

	if (nxos_ssh_show(d, out, "show ip interface vrf all") == -1)
		return SPAN_NONE;
	text = buffer_span(out);
	while (field_line(&text, &line)) {
		if (!heading(line, &name) && name.p && field_has(line, "IP address"))
			read_ipv4(d, all, name, line);
	}
	return name;
}

/*
 * "2001:db8::1/10 [VALID]", "IPv6 link-local address: fe80::1 (default) [VALID]", "IPv6 address: fe80::1 [VALID]": the last two are of /64, unless it stands there.
 */
static void
read_ipv6(struct device *d, json_t *addresses, struct span line)
{
	struct span words[4], address, length_text;
	size_t n = field_words(line, words, 4), at = field_has(line, "link-local address") ? 3 : field_has(line, "IPv6 address") ? 2 : 0;
	int64_t length = 64;

	if (at >= n) {
		nxos_ssh_odd(d, "get_interfaces_ip: \"show ipv6 interface\"", line);
		return;
	}
	length_text = field_behind(words[at], "/");
	address = length_text.p ? nxos_ssh_before(words[at], "/") : words[at];
	if (!field_is_ip(address) || (at == 0 && !length_text.p) || (length_text.p && (!field_int(length_text, &length) || length < 0 || length > 128))) {
		nxos_ssh_odd(d, "get_interfaces_ip: \"show ipv6 interface\"", line);
		return;
	}
	put_address(addresses, address, length);
}

/*
 * Each interface that is listed has the family, with addresses or without.  The heading of the table ("IPv6 Interface Status for VRF ...") counts, in NAPALM and so here, to the
 * interface before it, at first to the last one with IPv4: it has no addresses of IPv6, or they follow.  So do the words of a device that refuses the command.
 */
static int
ask_ipv6(struct device *d, json_t *all, struct buffer *out, struct span name)
{
	struct span text, line;

	if (nxos_ssh_ask(d, out, "show ipv6 interface vrf all") == -1)
		return -1;
	text = buffer_span(out);
	if (nxos_ssh_refused(text))
		device_warn(d, "\"show ipv6 interface vrf all\": the device refuses it");
	while (field_line(&text, &line)) {
		if (heading(line, &name) || !name.p)
			continue;
		if (field_has(line, "VALID"))
			read_ipv6(d, family(all, name, "ipv6"), line);
		else
			family(all, name, "ipv6");
	}
	return 0;
}

json_t *
nxos_ssh_get_interfaces_ip(struct device *d, const json_t *arguments)
{
	struct buffer four, six;
	json_t *r = json_object();
	struct span name;

	(void)arguments;
	buffer_init(&four, DEVICE_MAX_ANSWER);
	buffer_init(&six, DEVICE_MAX_ANSWER);
	name = ask_ipv4(d, r, &four);
	if (d->error == DEVICE_OK)
		ask_ipv6(d, r, &six, name);
	buffer_fini(&four);
	buffer_fini(&six);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}
