/* ifname: short names of interfaces become long ones. */
#include <criterion/criterion.h>

#include "drivers/ifname.h"

static const struct {
	const char *name, *want;
} rows[] = {
	{ "Eth1/1", "Ethernet1/1" }, { "Et51/1/11", "Ethernet51/1/11" }, { "Po28", "Port-channel28" }, { "port-channel12", "Port-channel12" }, { "mgmt0", "Management0" },
	{ "Te1/3/6.100", "TenGigabitEthernet1/3/6.100" }, { "Gi 0/1", "GigabitEthernet0/1" }, { "Vl100", "VLAN100" }, { "Vlan100", "Vlan100" }, { "BE3", "BE3" }, { "Se0/1/0:23", "Serial0/1/0:23" }, { "Fi1/0/1", "FiftyGigabitEthernet1/0/1" }, { "Lo0", "Loopback0" },
	{ "sup-eth1(R)", "sup-eth1(R)" }, { "ge-0/0/1", "ge-0/0/1" }, { "Router", "Router" }, { "", "" }, { "1/1", "1/1" }, { "Wlan-GigabitEthernet0", "Wlan-GigabitEthernet0" },
	{ "G", "G" }, { "Ethernets1", "Ethernets1" },
};

Test(ifname, kinds_are_written_in_full_and_others_stay)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		json_t *got = ifname_full(span_str(rows[i].name));

		cr_expect_str_eq(json_string_value(got), rows[i].want, "%s: %s", rows[i].name, json_string_value(got));
		json_decref(got);
	}
}
