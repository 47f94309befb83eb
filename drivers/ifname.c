/*
 * The long names are NAPALM's: so "Hu" and "HundredGigE" are HundredGigabitEthernet, "Vl" is VLAN, "Fi" FiftyGigabitEthernet.
 */
#include "drivers/ifname.h"

#include "drivers/field.h"

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

size_t
ifname_kind(struct span name)
{
	size_t n = name.n;

	while (n > 0 && (span_is_digit(name.p[n - 1]) || name.p[n - 1] == '/' || name.p[n - 1] == '.' || name.p[n - 1] == ':' || name.p[n - 1] == ' ' || name.p[n - 1] == '\\'))
		n--;
	return n;
}

json_t *
ifname_full(struct span name)
{
	size_t n = ifname_kind(name);
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
