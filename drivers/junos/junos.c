/*
 * The session and what is asked through it.
 */
#include "drivers/junos/junos.h"

#include "drivers/transport/netconf.h"

/* Junos listens there for NETCONF as for its command line; 830 has to be configured. */
#define JUNOS_PORT 22

static const char *
option(const struct device *d, const char *name, const char *fallback)
{
	const char *v = device_option(d, name);

	return v && *v ? v : fallback;
}

static xmlDoc *
ask(struct device *d, const struct buffer *request, bool even_refused)
{
	struct buffer answer;
	xmlDoc *doc = NULL;

	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (request->failed)
		device_fail(d, DEVICE_MEMORY, "no memory for a request");
	else if (transport_ask(d, buffer_span(request), &answer) == 0)
		doc = xml_parse(d, buffer_span(&answer));
	if (!doc && even_refused && d->error == DEVICE_COMMAND) {
		device_forgive(d);
		doc = xml_parse(d, buffer_span(&answer));
	}
	buffer_fini(&answer);
	return doc;
}

#define MAX_REQUEST 65536

xmlDoc *
junos_ask_with(struct device *d, const char *rpc, const char *element, const char *value)
{
	size_t name = strcspn(rpc + 1, " />"), end = strlen(rpc);
	bool empty = end > 2 && rpc[end - 2] == '/' && strchr(rpc, '>') == rpc + end - 1;
	struct buffer request;
	xmlDoc *doc;

	buffer_init(&request, MAX_REQUEST);
	if (*value == '\0') {
		buffer_puts(&request, rpc);
	} else {
		/* The element goes in front of the RPC's end tag; of an empty RPC, <x/>, that is first made one. */
		buffer_put(&request, span_of(rpc, empty ? end - 2 : end - name - 3));
		buffer_printf(&request, "%s<%s>", empty ? ">" : "", element);
		xml_escape(&request, span_str(value));
		buffer_printf(&request, "</%s></%.*s>", element, (int)name, rpc + 1);
	}
	doc = ask(d, &request, false);
	buffer_fini(&request);
	return doc;
}

xmlDoc *
junos_ask(struct device *d, const char *rpc)
{
	return junos_ask_with(d, rpc, "", "");
}

static void
put_attribute(struct buffer *b, const char *name, const char *value)
{
	buffer_printf(b, " %s=\"", name);
	xml_escape(b, span_str(value));
	buffer_puts(b, "\"");
}

xmlDoc *
junos_ask_configuration(struct device *d, const char *filter)
{
	struct buffer request;
	xmlDoc *doc;

	buffer_init(&request, MAX_REQUEST);
	buffer_puts(&request, "<get-configuration");
	put_attribute(&request, "database", option(d, "junos_config_database", "committed"));
	put_attribute(&request, "inherit", option(d, "junos_config_inherit", "inherit"));
	put_attribute(&request, "groups", option(d, "junos_config_groups", "groups"));
	buffer_printf(&request, "><configuration>%s</configuration></get-configuration>", filter);
	doc = ask(d, &request, false);
	buffer_fini(&request);
	return doc;
}

static xmlDoc *
ask_command(struct device *d, const char *command, const char *format, bool even_refused)
{
	struct buffer request;
	xmlDoc *doc;

	buffer_init(&request, MAX_REQUEST);
	buffer_puts(&request, "<command");
	put_attribute(&request, "format", format);
	buffer_puts(&request, ">");
	xml_escape(&request, span_str(command));
	buffer_puts(&request, "</command>");
	doc = ask(d, &request, even_refused);
	buffer_fini(&request);
	return doc;
}

xmlDoc *
junos_ask_command(struct device *d, const char *command, const char *format)
{
	return ask_command(d, command, format, false);
}

xmlDoc *
junos_ask_even_refused(struct device *d, const char *command)
{
	return ask_command(d, command, "xml", true);
}

xmlNode *
junos_root(xmlDoc *doc)
{
	return doc ? xmlDocGetRootElement(doc) : NULL;
}

bool
junos_has_said(const struct device *d, const char *text)
{
	return d->error == DEVICE_COMMAND && strstr(d->message, text);
}

bool
junos_is_unknown(const struct device *d)
{
	return junos_has_said(d, "syntax error") || junos_has_said(d, "not supported") || junos_has_said(d, "not-supported");
}

static int
junos_open(struct device *d)
{
	return netconf_open(d, JUNOS_PORT, "xml-mode netconf need-trailer");
}

static const struct driver_option options[] = {
	{ "junos_config_database", "the configuration that getters read: committed (the default) or candidate", "committed or candidate" },
	{ "junos_config_inherit", "how it has groups and defaults in it: inherit (the default) or defaults", "inherit or defaults" },
	{ "junos_config_groups", "groups (the default): an attribute says of which group an inherited part is", "groups" },
	{ NULL, NULL, NULL },
};

const struct driver junos_driver = {
	.name = "junos",
	.summary = "Juniper Junos, by NETCONF",
	.options = (const struct driver_option *const[]){ driver_ssh_options, options, NULL },
	.open = junos_open,
	.methods = {
		[GETTER_CLI] = junos_cli,
		[GETTER_PING] = junos_ping,
		[GETTER_TRACEROUTE] = junos_traceroute,
		[GETTER_ARP_TABLE] = junos_get_arp_table,
		[GETTER_BGP_CONFIG] = junos_get_bgp_config,
		[GETTER_BGP_NEIGHBORS] = junos_get_bgp_neighbors,
		[GETTER_BGP_NEIGHBORS_DETAIL] = junos_get_bgp_neighbors_detail,
		[GETTER_CONFIG] = junos_get_config,
		[GETTER_ENVIRONMENT] = junos_get_environment,
		[GETTER_FACTS] = junos_get_facts,
		[GETTER_INTERFACES] = junos_get_interfaces,
		[GETTER_INTERFACES_COUNTERS] = junos_get_interfaces_counters,
		[GETTER_INTERFACES_IP] = junos_get_interfaces_ip,
		[GETTER_IPV6_NEIGHBORS_TABLE] = junos_get_ipv6_neighbors_table,
		[GETTER_LLDP_NEIGHBORS] = junos_get_lldp_neighbors,
		[GETTER_LLDP_NEIGHBORS_DETAIL] = junos_get_lldp_neighbors_detail,
		[GETTER_MAC_ADDRESS_TABLE] = junos_get_mac_address_table,
		[GETTER_NETWORK_INSTANCES] = junos_get_network_instances,
		[GETTER_NTP_PEERS] = junos_get_ntp_peers,
		[GETTER_NTP_SERVERS] = junos_get_ntp_servers,
		[GETTER_NTP_STATS] = junos_get_ntp_stats,
		[GETTER_OPTICS] = junos_get_optics,
		[GETTER_PROBES_CONFIG] = junos_get_probes_config,
		[GETTER_PROBES_RESULTS] = junos_get_probes_results,
		[GETTER_ROUTE_TO] = junos_get_route_to,
		[GETTER_SNMP_INFORMATION] = junos_get_snmp_information,
		[GETTER_USERS] = junos_get_users,
		[GETTER_VLANS] = junos_get_vlans,
	},
};
