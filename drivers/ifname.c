#include "drivers/ifname.h"

#include <stdlib.h>

#include "drivers/field.h"

/* Sorted by the bytes of `kind`. */
static const struct name {
	const char *kind, *full;
} names[] = {
	{ "AT", "ATM" },
	{ "ATM", "ATM" },
	{ "BD", "BDI" },
	{ "BDI", "BDI" },
	{ "BE", "Bundle-Ether" },
	{ "BV", "BVI" },
	{ "BVI", "BVI" },
	{ "Bundle-Ether", "Bundle-Ether" },
	{ "EO", "EOBC" },
	{ "EOBC", "EOBC" },
	{ "ETH", "Ethernet" },
	{ "Et", "Ethernet" },
	{ "Eth", "Ethernet" },
	{ "Ethernet", "Ethernet" },
	{ "FD", "Fddi" },
	{ "FE", "FastEthernet" },
	{ "FF", "FiftyGigabitEthernet" },
	{ "FGE", "FortyGigabitEthernet" },
	{ "FH", "FourHundredGigabitEthernet" },
	{ "FO", "FortyGigabitEthernet" },
	{ "Fa", "FastEthernet" },
	{ "Fas", "FastEthernet" },
	{ "Fast", "FastEthernet" },
	{ "FastE", "FastEthernet" },
	{ "FastEth", "FastEthernet" },
	{ "FastEthernet", "FastEthernet" },
	{ "Fddi", "Fddi" },
	{ "Fi", "FiveGigabitEthernet" },
	{ "FiftyGigE", "FiftyGigabitEthernet" },
	{ "FiveGigabitEthernet", "FiveGigabitEthernet" },
	{ "Fo", "FortyGigabitEthernet" },
	{ "FortyGig", "FortyGigabitEthernet" },
	{ "FortyGigE", "FortyGigabitEthernet" },
	{ "FortyGigEth", "FortyGigabitEthernet" },
	{ "FortyGigEthernet", "FortyGigabitEthernet" },
	{ "FortyGigabitEthernet", "FortyGigabitEthernet" },
	{ "FourHundredGigE", "FourHundredGigabitEthernet" },
	{ "GE", "GigabitEthernet" },
	{ "Ge", "GigabitEthernet" },
	{ "Gi", "GigabitEthernet" },
	{ "Gig", "GigabitEthernet" },
	{ "GigE", "GigabitEthernet" },
	{ "GigEth", "GigabitEthernet" },
	{ "GigEthernet", "GigabitEthernet" },
	{ "GigabitEthernet", "GigabitEthernet" },
	{ "Hu", "HundredGigabitEthernet" },
	{ "HundredGig", "HundredGigabitEthernet" },
	{ "HundredGigE", "HundredGigabitEthernet" },
	{ "HundredGigEth", "HundredGigabitEthernet" },
	{ "HundredGigEthernet", "HundredGigabitEthernet" },
	{ "HundredGigabitEthernet", "HundredGigabitEthernet" },
	{ "Lo", "Loopback" },
	{ "Loopback", "Loopback" },
	{ "MFR", "MFR" },
	{ "Ma", "Management" },
	{ "Management", "Management" },
	{ "Mgmt", "Management" },
	{ "Mu", "Multilink" },
	{ "Multilink", "Multilink" },
	{ "PO", "POS" },
	{ "POS", "POS" },
	{ "Po", "Port-channel" },
	{ "Port", "Port-channel" },
	{ "Port-Channel", "Port-channel" },
	{ "Port-channel", "Port-channel" },
	{ "PortCh", "Port-channel" },
	{ "PortChannel", "Port-channel" },
	{ "Se", "Serial" },
	{ "Ser", "Serial" },
	{ "Serial", "Serial" },
	{ "TF", "TwentyFiveGigabitEthernet" },
	{ "TH", "TwoHundredGigabitEthernet" },
	{ "Te", "TenGigabitEthernet" },
	{ "TeGig", "TenGigabitEthernet" },
	{ "Ten", "TenGigabitEthernet" },
	{ "TenGig", "TenGigabitEthernet" },
	{ "TenGigE", "TenGigabitEthernet" },
	{ "TenGigEth", "TenGigabitEthernet" },
	{ "TenGigEthernet", "TenGigabitEthernet" },
	{ "TenGigabitEthernet", "TenGigabitEthernet" },
	{ "Tu", "Tunnel" },
	{ "Tun", "Tunnel" },
	{ "Tunnel", "Tunnel" },
	{ "Tw", "TwoGigabitEthernet" },
	{ "Twe", "TwentyFiveGigE" },
	{ "TwentyFiveGigE", "TwentyFiveGigE" },
	{ "TwentyFiveGigabitEthernet", "TwentyFiveGigabitEthernet" },
	{ "Two", "TwoGigabitEthernet" },
	{ "TwoGigabitEthernet", "TwoGigabitEthernet" },
	{ "TwoHundredGigE", "TwoHundredGigabitEthernet" },
	{ "VLAN", "Vlan" },
	{ "Virtual-Access", "Virtual-Access" },
	{ "Virtual-Template", "Virtual-Template" },
	{ "Vl", "Vlan" },
	{ "Vlan", "Vlan" },
	{ "Wl", "Wlan-GigabitEthernet" },
	{ "Wlan-GigabitEthernet", "Wlan-GigabitEthernet" },
	{ "eth", "Ethernet" },
	{ "ethernet", "Ethernet" },
	{ "fa", "FastEthernet" },
	{ "gi", "GigabitEthernet" },
	{ "lo", "Loopback" },
	{ "loopback", "Loopback" },
	{ "mgmt", "Management" },
	{ "nve", "nve" },
	{ "po", "Port-channel" },
	{ "port-channel", "Port-channel" },
	{ "te", "TenGigabitEthernet" },
	{ "tunnel", "Tunnel" },
	{ "vl", "Vlan" },
	{ "vlan", "Vlan" },
};

static int
compare(const void *key, const void *member)
{
	const struct span *kind = key;
	const char *name = ((const struct name *)member)->kind;
	size_t n = strlen(name);
	int c = memcmp(kind->p, name, kind->n < n ? kind->n : n);

	return c ? c : (kind->n > n) - (kind->n < n);
}

json_t *
ifname_full(struct span name)
{
	struct span kind = name, tail;
	const struct name *known;
	char full[160];

	while (kind.n > 0 && (span_is_digit(kind.p[kind.n - 1]) || strchr("/\\. ", kind.p[kind.n - 1])))
		kind.n--;
	tail = span_trim(span_skip(name, kind.n));
	known = kind.n > 0 ? bsearch(&kind, names, sizeof(names) / sizeof(*names), sizeof(*names), compare) : NULL;
	if (!known || strlen(known->full) + tail.n >= sizeof(full))
		return field_text(name);
	memcpy(full, known->full, strlen(known->full));
	memcpy(full + strlen(known->full), tail.p, tail.n);
	return json_stringn(full, strlen(known->full) + tail.n);
}
