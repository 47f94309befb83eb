"""Where netnorm is not to give what NAPALM gives: the name of a case, and why.  NAPALM's value wins in a doubtful case; these are none."""

NO_TEXT_FOR_NUMBERS = "what is no number stays what it is in NAPALM's result; the model has a number there, and netnorm a warning"
REFUSAL = "what the device refuses is NAPALM's exception; here it is the result's error"

WHY = {
    "eos/get_bgp_config__groups_and_loose_peers": "NAPALM loses an AS with a dot, makes groups of the words \"interface\" and \"neighbor\", and has a field that its model has not",
    "eos/get_bgp_config__one_neighbor": "NAPALM heeds neither `group` for peers without one nor `neighbor`",
    "eos/get_bgp_neighbors_detail__both_stacks": "two routing stacks in one text: NAPALM has a template for each, and loses peers of the other",
    "eos/get_bgp_neighbors_detail__one_neighbor": "NAPALM fails with the address of one peer by IPv6: it takes the second of two summaries, and has asked for one",
    "eos/get_config__sanitized": "NAPALM leaves the password of root in the startup configuration",
    "eos/get_interfaces_counters__subinterface_and_none": NO_TEXT_FOR_NUMBERS,
    "eos/get_ntp_stats__signs_and_long_names": "NAPALM loses associations that are silent for minutes, and those whose address takes a line of its own",
    "eos/get_optics__dark_port": NO_TEXT_FOR_NUMBERS,
    "eos/get_snmp_information__quotes_and_lists": "NAPALM loses a community without a mode",
    "eos/get_users__keys": "NAPALM loses keys but the first, and those that are neither RSA nor DSA; it has a field that its model has not",
    "eos/ping__refused": REFUSAL,
    "eos/traceroute__losses_and_marks": "NAPALM loses hops with fewer than three probes, and those with \"!H\" and the like",
    "junos/cli__two": "of several routing engines' outputs NAPALM gives the XML; here it is their text",
    "junos/cli__xml": "NAPALM asks without a format, and gives the message-id of its own request, too",
    "junos/get_config__set": "NAPALM knows secrets in curly brackets only, and leaves them where format is \"set\"",
    "junos/get_environment__bare": "NAPALM fails without thresholds",
    "junos/get_facts__virtual_chassis": "without an inventory PyEZ gives none of the facts",
    "junos/get_lldp_neighbors_detail__other_rpc": "a neighbour that tells little: NAPALM has null where its model has a text",
    "junos/get_ntp_servers__candidate": "NAPALM fails with a server that is a name",
    "junos/get_ntp_stats__long_address": "the first association: NAPALM's own recorded case is without it, see drivers/junos/junos_ntp.c; and NAPALM loses long addresses",
    "junos/get_probes_config__two": "NAPALM loses a target that is a URL",
    "junos/get_snmp_information__modes": "a community without an authorization may read, says Junos; NAPALM has the text \"None\"",
    "junos/get_users__keys": "of two keys of a kind NAPALM makes one text in Python's notation",
    "junos/ping__refused": REFUSAL,
    "junos/traceroute__failure": REFUSAL,
    "nxos/cli__texts": "NAPALM has null for an empty output",
    "nxos/get_lldp_neighbors__two_on_a_port": "NAPALM loses all neighbours of a port but the last",
    "nxos/get_mac_address_table__kinds": "NAPALM takes \"disabled\" for static",
    "nxos/get_snmp_information__plain": "NAPALM loses communities with another mode than the two roles in small letters",
    "nxos/get_users__roles": "NAPALM gives a key to all users",
    "nxos/traceroute__refused": REFUSAL,
    "nxos/traceroute__stars_and_names": "NAPALM loses hops with fewer than three probes",
}
