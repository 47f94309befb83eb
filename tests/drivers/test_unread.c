/* unread: an empty result is told of where nothing in an answer looks like one, and not where a device has nothing. */
#include <criterion/criterion.h>

#include "drivers/unread.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define WORDS "dolor 0, lorem ipsum (0)\nsit 1, lorem ipsum (7)\n"

static const struct {
	const char *command, *answer;
	bool told;
} rows[] = {
	{ "show lldp neighbors detail", WORDS, true },
	{ "show lldp neighbors detail", "one line of words", true },
	{ "show lldp neighbors detail", "\n\n  one line of words\n\n", true },
	{ "show run | section username", WORDS, true },
	{ "show run | section ip sla [0-9]", WORDS, true },
	{ "show bgp all summary", WORDS "not here\n" WORDS WORDS, true },
	{ "show bgp all summary", "", false },
	{ "show bgp all summary", " \n\n", false },
	{ "show bgp all summary", "% BGP not active", false },
	{ "show bgp all summary", "          ^\n% Invalid input detected at '^' marker.\n", false },
	{ "show bgp all summary", "For address family: IPv4 Unicast\nBGP router identifier 192.0.2.1, local AS number 65001", false },
	{ "show bgp all summary vrf all", "BGP summary information for VRF default, address family IPv4 Unicast", false },
	{ "show lldp neighbors detail", "% LLDP is not enabled", false },
	{ "show lldp neighbors detail", "\nTotal entries displayed: 0\n", false },
	{ "show lldp neighbors detail", "Capability codes:\n  (R) Router, (B) Bridge\nDevice ID            Local Intf      Hold-time  Capability  Port ID\n", false },
	{ "show lldp neighbors detail", "There are no neighbors.", false },
	{ "show lldp neighbors detail", "ERROR: No neighbour information", false },
	{ "show ntp associations", "%NTP is not enabled.", false },
	{ "show ntp associations", "  address         ref clock       st   when   poll reach  delay  offset   disp\n", false },
	{ "show ntp peer-status", "Total peers : 0\n", false },
	{ "show run | section username", " description username of the day\n", false },
	{ "show run | section ip sla [0-9]", "ip sla enable reaction-alerts\n", false },
	{ "show running-config", "Building configuration...\n\nCurrent configuration : 90 bytes\n!\nhostname acc-07\nend\n", false },
	{ "show running-config", "!Command: show running-config\nversion 10.3(4a)\nfeature lldp\n", false },
	{ "show ip interface", "Vlan1 is up, line protocol is up\n  Internet protocol processing is off\n", false },
	{ "show ip arp vrf all", "Flags: * - Adjacencies learnt on non-active FHRP router\n\nIP ARP Table for all contexts\nTotal number of entries: 0\n", false },
	{ "show ip arp vrf all", "Address         Age       MAC Address     Interface       Flags\n", false },
	{ "show interface transceiver details", "Ethernet1/1\n    transceiver is not present\n", false },
	{ "show interfaces transceiver", "If device is externally calibrated, only calibrated values are printed.\n++ : high alarm, +  : high warning\n", false },
	{ "show ip route 203.0.113.0", "% Network not in table", false },
	{ "show ip route vrf all 203.0.113.0/24", "IP Route Table for VRF \"default\"\nRoute not found\n", false },
	{ "show vrf detail | json", "{}", false },
};

Test(unread, an_empty_result_is_told_of_where_no_line_is_understood)
{
	const struct device_target target = { .host = "x" };

	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *empty = json_object(), *full = json_pack("{s:{}}", "a");
		struct device d;

		device_init(&d, &target);
		unread_note(&d, rows[i].command, span_str(rows[i].answer));
		unread_check(&d, GETTER_LLDP_NEIGHBORS, empty);
		cr_expect_eq(d.n_warnings, rows[i].told, "\"%s\": %s", rows[i].command, rows[i].answer);
		cr_expect_eq(d.unread[0] != '\0', rows[i].told, "\"%s\": %s", rows[i].command, rows[i].answer);
		device_begin(&d);
		unread_note(&d, rows[i].command, span_str(rows[i].answer));
		unread_check(&d, GETTER_LLDP_NEIGHBORS, full);
		cr_expect_eq(d.n_warnings, 0, "a result that is not empty");
		cr_expect_str_empty(d.unread);
		device_fini(&d);
		json_decref(empty);
		json_decref(full);
	}
}

Test(unread, one_answer_that_looks_like_one_speaks_for_the_call)
{
	const struct device_target target = { .host = "x" };
	struct device d;
	json_t *empty = json_array();

	device_init(&d, &target);
	unread_note(&d, "show a", span_str(WORDS));
	unread_note(&d, "show b", SPAN_LIT("Address         Age\n"));
	unread_check(&d, GETTER_ARP_TABLE, empty);
	cr_expect_eq(d.n_warnings, 0);
	device_begin(&d);
	unread_note(&d, "show a", span_str(WORDS));
	unread_note(&d, "show b", SPAN_LIT("% Not here"));
	unread_check(&d, GETTER_ARP_TABLE, empty);
	cr_assert_eq(d.n_warnings, 1, "a refusal does not");
	cr_expect_str_eq(d.warnings[0], "\"show a\": nothing in the answer is understood: \"dolor 0, lorem ipsum (0)\"");
	device_fini(&d);
	json_decref(empty);
}
