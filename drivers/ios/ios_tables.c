/*
 * Tables of neighbours: ARP and IPv6.
 */
#include "drivers/field.h"
#include "drivers/ios/ios.h"

/* Minutes, as printed; "-" (the device's own, and static entries) is -1. */
static bool
age_of(struct span word, double *age)
{
	*age = -1;
	return span_eq(word, SPAN_LIT("-")) || field_real(word, age);
}

/* ---- ARP ---- */

/* "Internet  192.0.2.1   8   0012.3456.789a  ARPA   Vlan20"; static entries have no interface. */
static json_t *
arp_entry(struct device *d, struct span line)
{
	struct span words[6] = { { NULL, 0 } };
	size_t n = field_words(line, words, 6);
	json_t *r;
	double age;

	if (n < 5 || !field_is_ip(words[1]) || !age_of(words[2], &age))
		return NULL;
	r = model_new(&model_arp);
	json_object_set_new(r, "interface", field_text(n > 5 ? words[5] : SPAN_LIT("")));
	json_object_set_new(r, "mac", field_mac(d, words[3]));
	json_object_set_new(r, "ip", field_ip(d, words[1]));
	json_object_set_new(r, "age", json_real(age));
	return r;
}

static json_t *
arp_table(struct device *d, struct span text)
{
	json_t *r = json_array(), *one;
	struct span line;

	while (field_line(&text, &line)) {
		if (span_trim(line).n == 0 || span_starts(span_trim(line), SPAN_LIT("Protocol ")))
			continue;
		if ((one = arp_entry(d, line)))
			json_array_append_new(r, one);
		else
			ios_odd(d, "show arp", line);
	}
	return r;
}

json_t *
ios_get_arp_table(struct device *d, const json_t *arguments)
{
	const char *vrf = getter_text(arguments, "vrf");
	struct buffer answer;
	json_t *r = NULL;

	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_show(d, &answer, "show arp%s%s | exclude Incomplete", *vrf ? " vrf " : "", vrf) == 0)
		r = arp_table(d, buffer_span(&answer));
	buffer_fini(&answer);
	return r;
}

/* ---- IPv6 ---- */

/* "2001:DB8::1    0 0012.3456.789a  REACH Gi0/1"; "-" for the address while it is not known. */
static json_t *
ipv6_entry(struct device *d, const struct span *words)
{
	json_t *r;
	double age;

	if (!field_is_ip(words[0]) || !age_of(words[1], &age))
		return NULL;
	r = model_new(&model_ipv6_neighbor);
	json_object_set_new(r, "interface", field_text(words[4]));
	json_object_set_new(r, "mac", span_eq(words[2], SPAN_LIT("-")) ? json_string("") : field_mac(d, words[2]));
	json_object_set_new(r, "ip", field_ip(d, words[0]));
	json_object_set_new(r, "age", json_real(age));
	json_object_set_new(r, "state", field_text(words[3]));
	return r;
}

/* A long address may stand on a line of its own. */
static json_t *
ipv6_table(struct device *d, struct span text)
{
	json_t *r = json_array(), *one;
	struct span line, words[6], alone = SPAN_NONE;
	size_t n;

	while (field_line(&text, &line)) {
		n = field_words(line, words + 1, 5);
		if (n == 0 || (n > 2 && span_eq(words[1], SPAN_LIT("IPv6")) && span_eq(words[2], SPAN_LIT("Address"))))
			continue;
		words[0] = alone;
		alone = n == 1 ? words[1] : SPAN_NONE;
		if (alone.p && field_is_ip(alone))
			continue;
		one = n == 5 ? ipv6_entry(d, words + 1) : n == 4 && words[0].p ? ipv6_entry(d, words) : NULL;
		if (one)
			json_array_append_new(r, one);
		else
			ios_odd(d, "show ipv6 neighbors", line);
	}
	return r;
}

json_t *
ios_get_ipv6_neighbors_table(struct device *d, const json_t *arguments)
{
	struct buffer answer;
	json_t *r = NULL;

	(void)arguments;
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_ask(d, &answer, "show ipv6 neighbors") == 0)
		r = ipv6_table(d, buffer_span(&answer));
	buffer_fini(&answer);
	return r;
}
