/*
 * Who is next to the device: ARP, IPv6 neighbors, LLDP.
 */
#include "drivers/field.h"
#include "drivers/nxos/nxos_table.h"
#include "drivers/nxos/nxos_text.h"
#include "drivers/nxos_ssh/nxos_ssh.h"

/* "00:02:03", "0.411797" where it is less than a second, "-" of a static entry: seconds. */
static double
age(struct device *d, const char *where, struct span text)
{
	int64_t seconds;
	double real;

	if (span_eq(text, SPAN_LIT("-")))
		return -1;
	if (field_real(text, &real))
		return real >= 0 && real < 1e12 ? nxos_table_tenths(real) : -1;
	if (field_duration(text, &seconds))
		return (double)seconds;
	nxos_ssh_odd(d, where, text);
	return -1;
}

/* ---- ARP ---- */

/* One that is told in days ("1d02h") is unknown to NAPALM. */
static double
arp_age(struct device *d, const char *where, struct span text)
{
	double seconds = age(d, where, text), real;

	return field_real(text, &real) || field_has(text, ":") ? seconds : -1;
}

/* "192.0.2.10    00:02:03  0050.56aa.bb01  Ethernet1/5     *": flags may follow. */
static void
arp_line(struct device *d, json_t *r, struct span line)
{
	static const char where[] = "get_arp_table: \"show ip arp\"";
	struct span words[4];
	size_t n = field_words(line, words, 4);
	json_t *one;

	if (n == 0)
		return;
	if (n < 4 || !field_is_ip(words[0]) || span_eq(words[2], SPAN_LIT("INCOMPLETE"))) {
		if (n < 4 || !span_eq(words[2], SPAN_LIT("INCOMPLETE")))
			nxos_ssh_odd(d, where, line);
		return;
	}
	one = model_new(&model_arp);
	json_object_set_new(one, "ip", field_text(words[0]));
	json_object_set_new(one, "age", json_real(arp_age(d, where, words[1])));
	json_object_set_new(one, "mac", field_mac(d, words[2]));
	json_object_set_new(one, "interface", field_text(words[3]));
	json_array_append_new(r, one);
}

/* The tables of several contexts may each have their heading. */
static bool
is_arp_heading(struct span line)
{
	return span_starts(line, SPAN_LIT("Address ")) && field_has(line, "Age") && field_has(line, "Interface");
}

static bool
is_between_tables(struct span line)
{
	return span_starts(line, SPAN_LIT("IP ARP ")) || span_starts(line, SPAN_LIT("IPv6 Adjacency ")) || span_starts(line, SPAN_LIT("Total number ")) || span_starts(line, SPAN_LIT("Flags: "));
}

json_t *
nxos_ssh_get_arp_table(struct device *d, const json_t *arguments)
{
	const char *vrf = getter_text(arguments, "vrf");
	struct span text, line;
	struct buffer out;
	json_t *r = NULL;
	bool in = false;

	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (nxos_ssh_show(d, &out, "show ip arp vrf %s | exc INCOMPLETE", *vrf ? vrf : "all") == 0) {
		r = json_array();
		text = buffer_span(&out);
		while (field_line(&text, &line)) {
			if (is_arp_heading(line))
				in = true;
			else if (is_between_tables(line))
				in = false;
			else if (in)
				arp_line(d, r, line);
		}
	}
	buffer_fini(&out);
	return r;
}

/* ---- IPv6 neighbors ---- */

/*
 * An address stands alone on a line, the rest on the next, or all is on one:
 *
 *     Address         Age       MAC Address     Pref Source     Interface
 *     fe80::250:56ff:feaa:bb01
 *                     00:10:02  0050.56aa.bb01  50   icmpv6     Ethernet2/1
 */
static void
neighbor_line(struct device *d, json_t *r, struct span *address, struct span line)
{
	static const char where[] = "get_ipv6_neighbors_table: \"show ipv6 neighbor\"";
	struct span words[6], *w = words;
	size_t n = field_words(line, words, 6);
	json_t *one;

	if (n > 0 && field_is_ip(words[0])) {
		*address = words[0];
		w++;
		n--;
	}
	if (n == 0)
		return;
	if (!address->p || n < 5) {
		nxos_ssh_odd(d, where, line);
		return;
	}
	one = model_new(&model_ipv6_neighbor);
	json_object_set_new(one, "ip", field_ip(d, *address));
	json_object_set_new(one, "age", json_real(age(d, where, w[0])));
	json_object_set_new(one, "mac", field_mac(d, w[1]));
	json_object_set_new(one, "interface", field_text(w[4]));
	json_array_append_new(r, one);
	*address = SPAN_NONE;
}

json_t *
nxos_ssh_get_ipv6_neighbors_table(struct device *d, const json_t *arguments)
{
	struct span text, line, address = SPAN_NONE;
	struct buffer out;
	json_t *r = NULL;
	bool in = false;

	(void)arguments;
	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (nxos_ssh_show(d, &out, "show ipv6 neighbor vrf all") == 0) {
		r = json_array();
		text = buffer_span(&out);
		while (field_line(&text, &line)) {
			if (is_arp_heading(line))
				in = true;
			else if (is_between_tables(line))
				in = false;
			else if (in)
				neighbor_line(d, r, &address, line);
		}
	}
	buffer_fini(&out);
	return r;
}

/* ---- LLDP ---- */

static json_t *
lldp(struct device *d, const char *interface)
{
	struct buffer out;
	json_t *r = NULL;
	int failed;

	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (*interface)
		failed = nxos_ssh_show(d, &out, "show lldp neighbors interface %s detail", interface);
	else
		failed = nxos_ssh_try(d, &out, "show lldp neighbors detail");
	if (failed == 0)
		r = nxos_text_lldp(d, buffer_span(&out));
	buffer_fini(&out);
	return r;
}

json_t *
nxos_ssh_get_lldp_neighbors_detail(struct device *d, const json_t *arguments)
{
	return lldp(d, getter_text(arguments, "interface"));
}

json_t *
nxos_ssh_get_lldp_neighbors(struct device *d, const json_t *arguments)
{
	json_t *detail = lldp(d, "");
	json_t *r = detail ? nxos_text_lldp_brief(detail) : NULL;

	(void)arguments;
	json_decref(detail);
	return r;
}
