/*
 * The models of NAPALM 5 (models.py and the docstrings of base.py), in its order of fields.  The key of physical_channels is "channel", as all its drivers give it.
 */
#include "drivers/model.h"

const struct model model_alive = { "AliveDict", false, (const struct model_field[]){
	{ "is_alive", MODEL_BOOL, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_facts = { "FactsDict", false, (const struct model_field[]){
	{ "os_version", MODEL_TEXT, NULL },
	{ "uptime", MODEL_REAL, NULL },
	{ "interface_list", MODEL_TEXTS, NULL },
	{ "vendor", MODEL_TEXT, NULL },
	{ "serial_number", MODEL_TEXT, NULL },
	{ "model", MODEL_TEXT, NULL },
	{ "hostname", MODEL_TEXT, NULL },
	{ "fqdn", MODEL_TEXT, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_interface = { "InterfaceDict", false, (const struct model_field[]){
	{ "is_up", MODEL_BOOL, NULL },
	{ "is_enabled", MODEL_BOOL, NULL },
	{ "description", MODEL_TEXT, NULL },
	{ "last_flapped", MODEL_REAL, NULL },
	{ "mtu", MODEL_INT, NULL },
	{ "speed", MODEL_REAL, NULL },
	{ "mac_address", MODEL_TEXT, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_interface_counters = { "InterfaceCounterDict", false, (const struct model_field[]){
	{ "tx_errors", MODEL_INT, NULL },
	{ "rx_errors", MODEL_INT, NULL },
	{ "tx_discards", MODEL_INT, NULL },
	{ "rx_discards", MODEL_INT, NULL },
	{ "tx_octets", MODEL_INT, NULL },
	{ "rx_octets", MODEL_INT, NULL },
	{ "tx_unicast_packets", MODEL_INT, NULL },
	{ "rx_unicast_packets", MODEL_INT, NULL },
	{ "tx_multicast_packets", MODEL_INT, NULL },
	{ "rx_multicast_packets", MODEL_INT, NULL },
	{ "tx_broadcast_packets", MODEL_INT, NULL },
	{ "rx_broadcast_packets", MODEL_INT, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_prefix = { "InterfacesIPDictEntry", true, (const struct model_field[]){
	{ "prefix_length", MODEL_INT, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_interface_ip = { "InterfacesIPDict", true, (const struct model_field[]){
	{ "ipv4", MODEL_MAP, &model_prefix },
	{ "ipv6", MODEL_MAP, &model_prefix },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_lldp_neighbor = { "LLDPNeighborDict", false, (const struct model_field[]){
	{ "hostname", MODEL_TEXT, NULL },
	{ "port", MODEL_TEXT, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_lldp_neighbor_detail = { "LLDPNeighborDetailDict", false, (const struct model_field[]){
	{ "parent_interface", MODEL_TEXT, NULL },
	{ "remote_port", MODEL_TEXT, NULL },
	{ "remote_chassis_id", MODEL_TEXT, NULL },
	{ "remote_port_description", MODEL_TEXT, NULL },
	{ "remote_system_name", MODEL_TEXT, NULL },
	{ "remote_system_description", MODEL_TEXT, NULL },
	{ "remote_system_capab", MODEL_TEXTS, NULL },
	{ "remote_system_enable_capab", MODEL_TEXTS, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_bgp_family = { "BGPStateAddressFamilyDict", false, (const struct model_field[]){
	{ "received_prefixes", MODEL_INT, NULL },
	{ "accepted_prefixes", MODEL_INT, NULL },
	{ "sent_prefixes", MODEL_INT, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_bgp_peer = { "BGPStateNeighborDict", false, (const struct model_field[]){
	{ "local_as", MODEL_INT, NULL },
	{ "remote_as", MODEL_INT, NULL },
	{ "remote_id", MODEL_TEXT, NULL },
	{ "is_up", MODEL_BOOL, NULL },
	{ "is_enabled", MODEL_BOOL, NULL },
	{ "description", MODEL_TEXT, NULL },
	{ "uptime", MODEL_INT, NULL },
	{ "address_family", MODEL_MAP, &model_bgp_family },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_bgp_neighbors = { "BGPStateNeighborsPerVRFDict", false, (const struct model_field[]){
	{ "router_id", MODEL_TEXT, NULL },
	{ "peers", MODEL_MAP, &model_bgp_peer },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_bgp_peer_detail = { "PeerDetailsDict", false, (const struct model_field[]){
	{ "up", MODEL_BOOL, NULL },
	{ "local_as", MODEL_INT, NULL },
	{ "remote_as", MODEL_INT, NULL },
	{ "router_id", MODEL_TEXT, NULL },
	{ "local_address", MODEL_TEXT, NULL },
	{ "routing_table", MODEL_TEXT, NULL },
	{ "local_address_configured", MODEL_BOOL, NULL },
	{ "local_port", MODEL_INT, NULL },
	{ "remote_address", MODEL_TEXT, NULL },
	{ "remote_port", MODEL_INT, NULL },
	{ "multihop", MODEL_BOOL, NULL },
	{ "multipath", MODEL_BOOL, NULL },
	{ "remove_private_as", MODEL_BOOL, NULL },
	{ "import_policy", MODEL_TEXT, NULL },
	{ "export_policy", MODEL_TEXT, NULL },
	{ "input_messages", MODEL_INT, NULL },
	{ "output_messages", MODEL_INT, NULL },
	{ "input_updates", MODEL_INT, NULL },
	{ "output_updates", MODEL_INT, NULL },
	{ "messages_queued_out", MODEL_INT, NULL },
	{ "connection_state", MODEL_TEXT, NULL },
	{ "previous_connection_state", MODEL_TEXT, NULL },
	{ "last_event", MODEL_TEXT, NULL },
	{ "suppress_4byte_as", MODEL_BOOL, NULL },
	{ "local_as_prepend", MODEL_BOOL, NULL },
	{ "holdtime", MODEL_INT, NULL },
	{ "configured_holdtime", MODEL_INT, NULL },
	{ "keepalive", MODEL_INT, NULL },
	{ "configured_keepalive", MODEL_INT, NULL },
	{ "active_prefix_count", MODEL_INT, NULL },
	{ "received_prefix_count", MODEL_INT, NULL },
	{ "accepted_prefix_count", MODEL_INT, NULL },
	{ "suppressed_prefix_count", MODEL_INT, NULL },
	{ "advertised_prefix_count", MODEL_INT, NULL },
	{ "flap_count", MODEL_INT, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_bgp_group_neighbor = { "BGPConfigNeighborDict", false, (const struct model_field[]){
	{ "description", MODEL_TEXT, NULL },
	{ "import_policy", MODEL_TEXT, NULL },
	{ "export_policy", MODEL_TEXT, NULL },
	{ "local_address", MODEL_TEXT, NULL },
	{ "authentication_key", MODEL_TEXT, NULL },
	{ "nhs", MODEL_BOOL, NULL },
	{ "route_reflector_client", MODEL_BOOL, NULL },
	{ "local_as", MODEL_INT, NULL },
	{ "remote_as", MODEL_INT, NULL },
	{ "prefix_limit", MODEL_ANY, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_bgp_group = { "BGPConfigGroupDict", false, (const struct model_field[]){
	{ "type", MODEL_TEXT, NULL },
	{ "description", MODEL_TEXT, NULL },
	{ "apply_groups", MODEL_TEXTS, NULL },
	{ "multihop_ttl", MODEL_INT, NULL },
	{ "multipath", MODEL_BOOL, NULL },
	{ "local_address", MODEL_TEXT, NULL },
	{ "local_as", MODEL_INT, NULL },
	{ "remote_as", MODEL_INT, NULL },
	{ "import_policy", MODEL_TEXT, NULL },
	{ "export_policy", MODEL_TEXT, NULL },
	{ "remove_private_as", MODEL_BOOL, NULL },
	{ "prefix_limit", MODEL_ANY, NULL },
	{ "neighbors", MODEL_MAP, &model_bgp_group_neighbor },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_fan = { "FanDict", false, (const struct model_field[]){
	{ "status", MODEL_BOOL, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_temperature = { "TemperatureDict", false, (const struct model_field[]){
	{ "temperature", MODEL_REAL, NULL },
	{ "is_alert", MODEL_BOOL, NULL },
	{ "is_critical", MODEL_BOOL, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_power = { "PowerDict", false, (const struct model_field[]){
	{ "status", MODEL_BOOL, NULL },
	{ "capacity", MODEL_REAL, NULL },
	{ "output", MODEL_REAL, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_cpu = { "CPUDict", false, (const struct model_field[]){
	{ "%usage", MODEL_REAL, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_memory = { "MemoryDict", false, (const struct model_field[]){
	{ "available_ram", MODEL_INT, NULL },
	{ "used_ram", MODEL_INT, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_environment = { "EnvironmentDict", false, (const struct model_field[]){
	{ "fans", MODEL_MAP, &model_fan },
	{ "temperature", MODEL_MAP, &model_temperature },
	{ "power", MODEL_MAP, &model_power },
	{ "cpu", MODEL_MAP, &model_cpu },
	{ "memory", MODEL_OBJECT, &model_memory },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_arp = { "ARPTableDict", false, (const struct model_field[]){
	{ "interface", MODEL_TEXT, NULL },
	{ "mac", MODEL_TEXT, NULL },
	{ "ip", MODEL_TEXT, NULL },
	{ "age", MODEL_REAL, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_ipv6_neighbor = { "IPV6NeighborDict", false, (const struct model_field[]){
	{ "interface", MODEL_TEXT, NULL },
	{ "mac", MODEL_TEXT, NULL },
	{ "ip", MODEL_TEXT, NULL },
	{ "age", MODEL_REAL, NULL },
	{ "state", MODEL_TEXT, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_mac = { "MACAdressTable", false, (const struct model_field[]){
	{ "mac", MODEL_TEXT, NULL },
	{ "interface", MODEL_TEXT, NULL },
	{ "vlan", MODEL_INT, NULL },
	{ "static", MODEL_BOOL, NULL },
	{ "active", MODEL_BOOL, NULL },
	{ "moves", MODEL_INT, NULL },
	{ "last_move", MODEL_REAL, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_ntp_peer = { "NTPPeerDict", true, (const struct model_field[]){
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_ntp_server = { "NTPServerDict", true, (const struct model_field[]){
	{ "address", MODEL_TEXT, NULL },
	{ "port", MODEL_INT, NULL },
	{ "version", MODEL_INT, NULL },
	{ "association_type", MODEL_TEXT, NULL },
	{ "iburst", MODEL_BOOL, NULL },
	{ "prefer", MODEL_BOOL, NULL },
	{ "network_instance", MODEL_TEXT, NULL },
	{ "source_address", MODEL_TEXT, NULL },
	{ "key_id", MODEL_INT, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_ntp_stats = { "NTPStats", false, (const struct model_field[]){
	{ "remote", MODEL_TEXT, NULL },
	{ "referenceid", MODEL_TEXT, NULL },
	{ "synchronized", MODEL_BOOL, NULL },
	{ "stratum", MODEL_INT, NULL },
	{ "type", MODEL_TEXT, NULL },
	{ "when", MODEL_TEXT, NULL },
	{ "hostpoll", MODEL_INT, NULL },
	{ "reachability", MODEL_INT, NULL },
	{ "delay", MODEL_REAL, NULL },
	{ "offset", MODEL_REAL, NULL },
	{ "jitter", MODEL_REAL, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_route = { "RouteDict", false, (const struct model_field[]){
	{ "protocol", MODEL_TEXT, NULL },
	{ "current_active", MODEL_BOOL, NULL },
	{ "last_active", MODEL_BOOL, NULL },
	{ "age", MODEL_INT, NULL },
	{ "next_hop", MODEL_TEXT, NULL },
	{ "outgoing_interface", MODEL_TEXT, NULL },
	{ "selected_next_hop", MODEL_BOOL, NULL },
	{ "preference", MODEL_INT, NULL },
	{ "inactive_reason", MODEL_TEXT, NULL },
	{ "routing_table", MODEL_TEXT, NULL },
	{ "protocol_attributes", MODEL_ANY, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_snmp_community = { "SNMPCommunityDict", false, (const struct model_field[]){
	{ "acl", MODEL_TEXT, NULL },
	{ "mode", MODEL_TEXT, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_snmp = { "SNMPDict", false, (const struct model_field[]){
	{ "chassis_id", MODEL_TEXT, NULL },
	{ "contact", MODEL_TEXT, NULL },
	{ "location", MODEL_TEXT, NULL },
	{ "community", MODEL_MAP, &model_snmp_community },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_probe = { "ProbeTestDict", false, (const struct model_field[]){
	{ "probe_type", MODEL_TEXT, NULL },
	{ "target", MODEL_TEXT, NULL },
	{ "source", MODEL_TEXT, NULL },
	{ "probe_count", MODEL_INT, NULL },
	{ "test_interval", MODEL_INT, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_probe_result = { "ProbeTestResultDict", false, (const struct model_field[]){
	{ "target", MODEL_TEXT, NULL },
	{ "source", MODEL_TEXT, NULL },
	{ "probe_type", MODEL_TEXT, NULL },
	{ "probe_count", MODEL_INT, NULL },
	{ "rtt", MODEL_REAL, NULL },
	{ "round_trip_jitter", MODEL_REAL, NULL },
	{ "last_test_loss", MODEL_INT, NULL },
	{ "current_test_min_delay", MODEL_REAL, NULL },
	{ "current_test_max_delay", MODEL_REAL, NULL },
	{ "current_test_avg_delay", MODEL_REAL, NULL },
	{ "last_test_min_delay", MODEL_REAL, NULL },
	{ "last_test_max_delay", MODEL_REAL, NULL },
	{ "last_test_avg_delay", MODEL_REAL, NULL },
	{ "global_test_min_delay", MODEL_REAL, NULL },
	{ "global_test_max_delay", MODEL_REAL, NULL },
	{ "global_test_avg_delay", MODEL_REAL, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_user = { "UsersDict", false, (const struct model_field[]){
	{ "level", MODEL_INT, NULL },
	{ "password", MODEL_TEXT, NULL },
	{ "sshkeys", MODEL_TEXTS, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_optics_value = { "OpticsStateDict", false, (const struct model_field[]){
	{ "instant", MODEL_REAL, NULL },
	{ "avg", MODEL_REAL, NULL },
	{ "min", MODEL_REAL, NULL },
	{ "max", MODEL_REAL, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_optics_state = { "OpticsStatePerChannelDict", false, (const struct model_field[]){
	{ "input_power", MODEL_OBJECT, &model_optics_value },
	{ "output_power", MODEL_OBJECT, &model_optics_value },
	{ "laser_bias_current", MODEL_OBJECT, &model_optics_value },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_optics_channel = { "OpticsPerChannelDict", false, (const struct model_field[]){
	{ "index", MODEL_INT, NULL },
	{ "state", MODEL_OBJECT, &model_optics_state },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_optics_channels = { "OpticsPhysicalChannelsDict", false, (const struct model_field[]){
	{ "channel", MODEL_LIST, &model_optics_channel },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_optics = { "OpticsDict", false, (const struct model_field[]){
	{ "physical_channels", MODEL_OBJECT, &model_optics_channels },
	{ "state", MODEL_MAYBE, NULL },         /* nxos_ssh: the transceiver's maker and number */
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_config = { "ConfigDict", false, (const struct model_field[]){
	{ "running", MODEL_TEXT, NULL },
	{ "startup", MODEL_TEXT, NULL },
	{ "candidate", MODEL_TEXT, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_network_instance_state = { "NetworkInstanceStateDict", false, (const struct model_field[]){
	{ "route_distinguisher", MODEL_TEXT, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_network_instance_interfaces = { "NetworkInstanceInterfacesDict", false, (const struct model_field[]){
	{ "interface", MODEL_MAP, &model_ntp_peer },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_network_instance = { "NetworkInstanceDict", false, (const struct model_field[]){
	{ "name", MODEL_TEXT, NULL },
	{ "type", MODEL_TEXT, NULL },
	{ "state", MODEL_OBJECT, &model_network_instance_state },
	{ "interfaces", MODEL_OBJECT, &model_network_instance_interfaces },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_vlan = { "VlanDict", false, (const struct model_field[]){
	{ "name", MODEL_TEXT, NULL },
	{ "interfaces", MODEL_TEXTS, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_firewall_policy = { "FirewallPolicyDict", false, (const struct model_field[]){
	{ "position", MODEL_INT, NULL },
	{ "packet_hits", MODEL_INT, NULL },
	{ "byte_hits", MODEL_INT, NULL },
	{ "id", MODEL_TEXT, NULL },
	{ "enabled", MODEL_BOOL, NULL },
	{ "schedule", MODEL_TEXT, NULL },
	{ "log", MODEL_TEXT, NULL },
	{ "l3_src", MODEL_TEXT, NULL },
	{ "l3_dst", MODEL_TEXT, NULL },
	{ "service", MODEL_TEXT, NULL },
	{ "src_zone", MODEL_TEXT, NULL },
	{ "dst_zone", MODEL_TEXT, NULL },
	{ "action", MODEL_TEXT, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_ping_result = { "PingResultDictEntry", false, (const struct model_field[]){
	{ "ip_address", MODEL_TEXT, NULL },
	{ "rtt", MODEL_REAL, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_ping_success = { "PingDict", false, (const struct model_field[]){
	{ "probes_sent", MODEL_INT, NULL },
	{ "packet_loss", MODEL_INT, NULL },
	{ "rtt_min", MODEL_REAL, NULL },
	{ "rtt_max", MODEL_REAL, NULL },
	{ "rtt_avg", MODEL_REAL, NULL },
	{ "rtt_stddev", MODEL_REAL, NULL },
	{ "results", MODEL_LIST, &model_ping_result },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_ping = { "PingResultDict", true, (const struct model_field[]){
	{ "success", MODEL_OBJECT, &model_ping_success },
	{ "error", MODEL_TEXT, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_traceroute_probe = { "TracerouteDict", false, (const struct model_field[]){
	{ "rtt", MODEL_REAL, NULL },
	{ "ip_address", MODEL_TEXT, NULL },
	{ "host_name", MODEL_TEXT, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_traceroute_hop = { "TracerouteResultDictEntry", false, (const struct model_field[]){
	{ "probes", MODEL_MAP, &model_traceroute_probe },
	{ NULL, MODEL_ANY, NULL },
} };
const struct model model_traceroute = { "TracerouteResultDict", true, (const struct model_field[]){
	{ "success", MODEL_MAP, &model_traceroute_hop },
	{ "error", MODEL_TEXT, NULL },
	{ NULL, MODEL_ANY, NULL },
} };
