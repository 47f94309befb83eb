/*
 * ecs_kind: knows the names of events (profiles/kinds) and the categories of ECS, with the types that each of these allows.
 */
#include "outputs/format/ecs_kind.h"

#define LIST(words) SPAN_LIT("[" words "]")
#define NETWORK LIST("\"network\"")
#define HOST LIST("\"host\"")
#define CONFIGURATION LIST("\"configuration\"")
#define AUTHENTICATION LIST("\"authentication\"")
#define PROCESS LIST("\"process\"")
#define GUARD LIST("\"intrusion_detection\",\"network\"")
#define INFO SPAN_LIT("\"info\"")
#define START SPAN_LIT("\"start\"")
#define END SPAN_LIT("\"end\"")
#define CHANGE SPAN_LIT("\"change\"")
#define SUCCESS SPAN_LIT("\"success\"")
#define FAILURE SPAN_LIT("\"failure\"")

/* By the first letter; of two with the same beginning the longer one stands first. */
static const struct ecs_kind kinds[] = {
	{ SPAN_LIT("AAA_AUTHENTICATION_FAILED"), AUTHENTICATION, START, FAILURE, false },
	{ SPAN_LIT("AAA_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("ACCESS_POINT_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("ACL_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("AGENT_INITIALIZED"), PROCESS, START, SPAN_NONE, false },
	{ SPAN_LIT("ARP_INSPECTION_"), GUARD, SPAN_LIT("\"denied\""), SPAN_NONE, true },
	{ SPAN_LIT("ARP_"), NETWORK, INFO, SPAN_NONE, false },
	{ SPAN_LIT("BFD_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("BGP_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("BPDU_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("COMPONENT_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("CONFIGURATION_ERROR"), CONFIGURATION, INFO, FAILURE, false },
	{ SPAN_LIT("CONFIGURATION_SESSION_ABORTED"), CONFIGURATION, INFO, FAILURE, false },
	{ SPAN_LIT("CONFIGURATION_COMMIT_REQUESTED"), CONFIGURATION, CHANGE, SPAN_NONE, false },
	{ SPAN_LIT("CONFIGURATION_"), CONFIGURATION, CHANGE, SUCCESS, false },
	{ SPAN_LIT("CPU_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("DDOS_"), GUARD, SPAN_NONE, SPAN_NONE, true },
	{ SPAN_LIT("DHCP_SNOOPING_"), GUARD, SPAN_LIT("\"denied\""), SPAN_NONE, true },
	{ SPAN_LIT("DISK_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("DOT1X_AUTH_FAILED"), AUTHENTICATION, START, FAILURE, false },
	{ SPAN_LIT("DUPLEX_"), NETWORK, INFO, SPAN_NONE, false },
	{ SPAN_LIT("DUPLICATE_IP"), NETWORK, INFO, SPAN_NONE, false },
	{ SPAN_LIT("EIGRP_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("FAILED_ALLOCATING_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("FAN_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("FIREWALL_TRAFFIC"), NETWORK, SPAN_LIT("\"connection\""), SPAN_NONE, false },
	{ SPAN_LIT("FORWARD_TRAFFIC"), NETWORK, SPAN_LIT("\"connection\""), SPAN_NONE, false },
	{ SPAN_LIT("GLBP_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("HA_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("HSRP_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("INTERFACE_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("IPSEC_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("IP_SLA_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("ISIS_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("LACP_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("LDP_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("LICENSE_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("LLDP_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("LOCAL_TRAFFIC"), NETWORK, SPAN_LIT("\"connection\""), SPAN_NONE, false },
	{ SPAN_LIT("LSP_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("MACSEC_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("MAC_"), NETWORK, INFO, SPAN_NONE, false },
	{ SPAN_LIT("MAINTENANCE_MODE_"), HOST, CHANGE, SPAN_NONE, false },
	{ SPAN_LIT("MAJOR_ALARM_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("MEMORY_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("MINOR_ALARM_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("MLAG_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("MODULE_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("MSDP_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("MTU_"), NETWORK, INFO, SPAN_NONE, false },
	{ SPAN_LIT("NATIVE_VLAN_"), NETWORK, INFO, SPAN_NONE, false },
	{ SPAN_LIT("NAT_SESSION_CREATED"), NETWORK, SPAN_LIT("\"connection\",\"start\""), SPAN_NONE, false },
	{ SPAN_LIT("NAT_SESSION_CLOSED"), NETWORK, SPAN_LIT("\"connection\",\"end\""), SPAN_NONE, false },
	{ SPAN_LIT("NH_"), NETWORK, INFO, SPAN_NONE, false },
	{ SPAN_LIT("NTP_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("OPTICS_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("OSPF"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("PIM_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("POE_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("PORT_SECURITY_"), GUARD, SPAN_LIT("\"denied\""), SPAN_NONE, true },
	{ SPAN_LIT("PROCESS_STARTED"), PROCESS, START, SPAN_NONE, false },
	{ SPAN_LIT("PROCESS_RESTART"), PROCESS, SPAN_LIT("\"end\",\"start\""), SPAN_NONE, false },
	{ SPAN_LIT("PROCESS_CRASHED"), PROCESS, END, FAILURE, false },
	{ SPAN_LIT("PROCESS_TERMINATED"), PROCESS, END, SPAN_NONE, false },
	{ SPAN_LIT("PROCESS_"), PROCESS, INFO, SPAN_NONE, false },
	{ SPAN_LIT("PSU_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("PTP_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("RESOURCE_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("ROUTE_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("RSVP_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("SNMP_AUTH_FAILED"), AUTHENTICATION, START, FAILURE, false },
	{ SPAN_LIT("STACK_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("STORM_CONTROL"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("STP_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("SUPERVISOR_"), HOST, CHANGE, SPAN_NONE, false },
	{ SPAN_LIT("SYSTEM_REBOOT"), HOST, START, SPAN_NONE, false },
	{ SPAN_LIT("SYSTEM_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("TEMPERATURE_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("TRACK_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("TRANSCEIVER_"), HOST, SPAN_NONE, SPAN_NONE, false },
	{ SPAN_LIT("USER_COMMAND"), PROCESS, INFO, SPAN_NONE, false },
	{ SPAN_LIT("USER_ENTER_CONFIG_MODE"), CONFIGURATION, SPAN_LIT("\"access\""), SPAN_NONE, false },
	{ SPAN_LIT("USER_EXIT_CONFIG_MODE"), CONFIGURATION, SPAN_LIT("\"access\""), SPAN_NONE, false },
	{ SPAN_LIT("USER_LOGIN_FAILED"), AUTHENTICATION, START, FAILURE, false },
	{ SPAN_LIT("USER_LOGIN_BLOCKED"), AUTHENTICATION, INFO, FAILURE, false },
	{ SPAN_LIT("USER_LOGIN"), LIST("\"authentication\",\"session\""), START, SUCCESS, false },
	{ SPAN_LIT("USER_LOGOUT"), LIST("\"authentication\",\"session\""), END, SPAN_NONE, false },
	{ SPAN_LIT("USER_WRITE_CONFIG"), CONFIGURATION, CHANGE, SPAN_NONE, false },
	{ SPAN_LIT("VRRP_"), NETWORK, SPAN_NONE, SPAN_NONE, false },
};

const struct ecs_kind *
ecs_kind_of(struct span error)
{
	const struct ecs_kind *end = kinds + sizeof(kinds) / sizeof(*kinds);

	if (error.n == 0)
		return NULL;
	for (const struct ecs_kind *k = kinds; k < end && k->name.p[0] <= error.p[0]; k++)
		if (k->name.p[0] == error.p[0] && span_starts(error, k->name))
			return k;
	return NULL;
}
