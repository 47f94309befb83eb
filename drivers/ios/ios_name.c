/*
 * Names of interfaces: the long form of what tables abbreviate.  The long names are NAPALM's (so "Hu" and "HundredGigE" are HundredGigabitEthernet, "Vl" is VLAN
 * and "Fi" FiftyGigabitEthernet).
 */
#include "drivers/field.h"
#include "drivers/ios/ios.h"

struct kind {
	const char *name;
	const char *shorts;             /* with a blank around each */
};

static const struct kind kinds[] = {
	{ "ATM", " ATM AT " },
	{ "AppGigabitEthernet", " Ap ap " },
	{ "BVI", " Bvi Bv " },
	{ "Bdi", " Bdi Bd B " },
	{ "Dialer", " Dialer Di " },
	{ "EOBC", " EOBC EO " },
	{ "Ethernet", " Ethernet Eth eth Et et " },
	{ "FastEthernet", " FastEthernet FastEth FastE Fast Fas FE Fa fa " },
	{ "Fddi", " Fddi FD " },
	{ "FiftyGigabitEthernet", " FiftyGigabitEthernet FiftyGigEthernet FiftyGigEth FiftyGigE FI Fi fi " },
	{ "FortyGigabitEthernet", " FortyGigabitEthernet FortyGigEthernet FortyGigEth FortyGigE FortyGig FGE FO Fo " },
	{ "FourHundredGigabitEthernet", " FourHundredGigabitEthernet FourHundredGigEthernet FourHundredGigEth FourHundredGigE FourHundredGig F f " },
	{ "GigabitEthernet", " GigabitEthernet GigEthernet GigEth GigE Gig GE Ge ge Gi gi " },
	{ "HundredGigabitEthernet", " HundredGigabitEthernet HundredGigEthernet HundredGigEth HundredGigE HundredGig Hu " },
	{ "Loopback", " Loopback loopback Lo lo " },
	{ "MFR", " MFR " },
	{ "Management", " Management Mgmt mgmt Ma " },
	{ "Multilink", " Multilink Mu " },
	{ "POS", " POS PO " },
	{ "Port-channel", " Port-channel Port-Channel port-channel PortChannel Po po Bridge-Aggregation " },
	{ "Serial", " Serial Se S " },
	{ "Sync", " Sync Sy " },
	{ "TenGigabitEthernet", " TenGigabitEthernet TenGigEthernet TenGigEth TenGigE TenGig Ten-GigabitEthernet XGE TeGig Ten T Te te " },
	{ "Tunnel", " Tunnel Tun Tu " },
	{ "TwentyFiveGigE", " TwentyFiveGigE TwentyFiveGigabitEthernet TwentyFiveGigEthernet TwentyFiveGigEth TwentyFiveGig Twe TF Tf tf " },
	{ "TwoGigabitEthernet", " TwoGigabitEthernet Two Tw " },
	{ "TwoHundredGigabitEthernet", " TwoHundredGigabitEthernet TwoHundredGigEthernet TwoHundredGigEth TwoHundredGigE TwoHundredGig TH Th th " },
	{ "VLAN", " VLAN Vl V vlan Vlan-interface " },
	{ "Virtual-Access", " Virtual-Access Vi " },
	{ "Virtual-Template", " Virtual-Template Vt " },
	{ "nve", " nve nv n " },
};

static const char *
long_name(struct span letters)
{
	char wanted[40];

	if (letters.n == 0 || letters.n > sizeof(wanted) - 3)
		return NULL;
	wanted[0] = ' ';
	memcpy(wanted + 1, letters.p, letters.n);
	wanted[letters.n + 1] = ' ';
	wanted[letters.n + 2] = '\0';
	for (size_t i = 0; strlen(wanted) == letters.n + 2 && i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strstr(kinds[i].shorts, wanted))
			return kinds[i].name;
	}
	return NULL;
}

/* How much of the name is its kind: up to the number at its end ("0/1/2.100", also with a blank before it). */
static size_t
kind_length(struct span name)
{
	size_t n = name.n;

	while (n > 0 && (span_is_digit(name.p[n - 1]) || name.p[n - 1] == '/' || name.p[n - 1] == '.' || name.p[n - 1] == ':' || name.p[n - 1] == ' ' || name.p[n - 1] == '\\'))
		n--;
	return n;
}

json_t *
ios_name(struct span name)
{
	size_t n = kind_length(name);
	const char *whole = long_name(span_of(name.p, n));
	struct buffer b;
	json_t *v;

	if (!whole)
		return field_text(name);
	buffer_init(&b, 4096);
	buffer_puts(&b, whole);
	buffer_put(&b, span_trim(span_skip(name, n)));
	v = b.failed ? NULL : field_text(buffer_span(&b));
	buffer_fini(&b);
	return v;
}

json_t *
ios_vrf_name(struct span name)
{
	size_t n = kind_length(name);

	if (!span_eq(span_of(name.p, n), SPAN_LIT("Vl")))
		return ios_name(name);
	name = span_skip(name, n);
	return json_sprintf("Vlan%.*s", (int)(name.n < 64 ? name.n : 64), name.p);
}

json_t *
ios_name_wanted(const struct device *d, struct span name)
{
	return device_option_on(d, "canonical_int") ? ios_name(name) : field_text(name);
}

/* "Vlan1  unassigned  YES NVRAM  up  up"; what stands before the last heading is a note. */
static void
list_line(json_t *names, struct span line)
{
	struct span rest = line, word;

	if (span_starts(line, SPAN_LIT("Interface ")) || span_starts(line, SPAN_LIT("Any interface listed with")))
		json_array_clear(names);
	else if (field_word(&rest, &word))
		json_array_append_new(names, field_text(word));
}

json_t *
ios_name_list(struct device *d)
{
	struct buffer answer;
	struct span text, line;
	json_t *names = NULL;

	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_show(d, &answer, "show ip interface brief") == 0) {
		names = json_array();
		for (text = buffer_span(&answer); field_line(&text, &line);)
			list_line(names, line);
	}
	buffer_fini(&answer);
	return names;
}
