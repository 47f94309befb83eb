/*
 * The session and its requests.
 */
#include "drivers/iosxr_netconf/iosxr_netconf.h"

#include "drivers/transport/netconf.h"

static xmlDoc *
ask(struct device *d, const struct buffer *request, bool even_refused)
{
	struct buffer answer;
	xmlDoc *doc = NULL;

	if (request->failed) {
		device_fail(d, DEVICE_MEMORY, "no memory for a request");
		return NULL;
	}
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (transport_ask(d, buffer_span(request), &answer) == 0)
		doc = xml_parse(d, buffer_span(&answer));
	if (!doc && even_refused && d->error == DEVICE_COMMAND) {
		device_forgive(d);
		doc = xml_parse(d, buffer_span(&answer));
	}
	buffer_fini(&answer);
	return doc;
}

static xmlDoc *
ask_operation(struct device *d, const char *operation, bool even_refused)
{
	struct buffer request;
	xmlDoc *doc;

	buffer_init(&request, 1 << 16);
	buffer_puts(&request, operation);
	doc = ask(d, &request, even_refused);
	buffer_fini(&request);
	return doc;
}

xmlDoc *
iosxr_netconf_ask(struct device *d, const char *operation)
{
	return ask_operation(d, operation, false);
}

xmlDoc *
iosxr_netconf_ask_even_refused(struct device *d, const char *operation)
{
	return ask_operation(d, operation, true);
}

xmlDoc *
iosxr_netconf_ask_state(struct device *d, const char *filter)
{
	struct buffer request;
	xmlDoc *doc;

	buffer_init(&request, 1 << 16);
	buffer_puts(&request, "<get><filter type=\"subtree\">");
	buffer_puts(&request, filter);
	buffer_puts(&request, "</filter></get>");
	doc = ask(d, &request, false);
	buffer_fini(&request);
	return doc;
}

xmlDoc *
iosxr_netconf_ask_config(struct device *d, const char *source, const char *filter)
{
	struct buffer request;
	xmlDoc *doc;

	buffer_init(&request, 1 << 16);
	buffer_printf(&request, "<get-config><source><%s/></source>", source);
	if (filter) {
		buffer_puts(&request, "<filter type=\"subtree\">");
		buffer_puts(&request, filter);
		buffer_puts(&request, "</filter>");
	}
	buffer_puts(&request, "</get-config>");
	doc = ask(d, &request, false);
	buffer_fini(&request);
	return doc;
}

xmlNode *
iosxr_netconf_reply(const xmlDoc *doc)
{
	return doc ? xmlDocGetRootElement(doc) : NULL;
}

/* ---- opening ---- */

static int
iosxr_netconf_open(struct device *d)
{
	return netconf_open(d, NETCONF_PORT, NULL);
}

static const struct driver_option options[] = {
	{ "config_encoding", "how get_config gives a configuration: cli (the default) or xml", "cli or xml" },
	{ NULL, NULL, NULL },
};

const struct driver iosxr_netconf_driver = {
	.name = "iosxr_netconf",
	.summary = "Cisco IOS-XR 7, by NETCONF (which has no cli)",
	.options = (const struct driver_option *const[]){ driver_ssh_options, options, NULL },
	.open = iosxr_netconf_open,
	/* NETCONF has no way to give a command, so that there is no cli. */
	.methods = {
		[GETTER_PING] = iosxr_netconf_ping,
		[GETTER_TRACEROUTE] = iosxr_netconf_traceroute,
		[GETTER_ARP_TABLE] = iosxr_netconf_get_arp_table,
		[GETTER_BGP_CONFIG] = iosxr_netconf_get_bgp_config,
		[GETTER_BGP_NEIGHBORS] = iosxr_netconf_get_bgp_neighbors,
		[GETTER_BGP_NEIGHBORS_DETAIL] = iosxr_netconf_get_bgp_neighbors_detail,
		[GETTER_CONFIG] = iosxr_netconf_get_config,
		[GETTER_ENVIRONMENT] = iosxr_netconf_get_environment,
		[GETTER_FACTS] = iosxr_netconf_get_facts,
		[GETTER_INTERFACES] = iosxr_netconf_get_interfaces,
		[GETTER_INTERFACES_COUNTERS] = iosxr_netconf_get_interfaces_counters,
		[GETTER_INTERFACES_IP] = iosxr_netconf_get_interfaces_ip,
		[GETTER_IPV6_NEIGHBORS_TABLE] = iosxr_netconf_get_ipv6_neighbors_table,
		[GETTER_LLDP_NEIGHBORS] = iosxr_netconf_get_lldp_neighbors,
		[GETTER_LLDP_NEIGHBORS_DETAIL] = iosxr_netconf_get_lldp_neighbors_detail,
		[GETTER_MAC_ADDRESS_TABLE] = iosxr_netconf_get_mac_address_table,
		[GETTER_NETWORK_INSTANCES] = iosxr_netconf_get_network_instances,
		[GETTER_NTP_PEERS] = iosxr_netconf_get_ntp_peers,
		[GETTER_NTP_SERVERS] = iosxr_netconf_get_ntp_servers,
		[GETTER_NTP_STATS] = iosxr_netconf_get_ntp_stats,
		[GETTER_OPTICS] = iosxr_netconf_get_optics,
		[GETTER_PROBES_CONFIG] = iosxr_netconf_get_probes_config,
		[GETTER_PROBES_RESULTS] = iosxr_netconf_get_probes_results,
		[GETTER_ROUTE_TO] = iosxr_netconf_get_route_to,
		[GETTER_SNMP_INFORMATION] = iosxr_netconf_get_snmp_information,
		[GETTER_USERS] = iosxr_netconf_get_users,
		[GETTER_VLANS] = iosxr_netconf_get_vlans,
	},
};
