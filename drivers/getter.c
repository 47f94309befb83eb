#include "drivers/getter.h"

#define ARGUMENTS(...) (const struct getter_argument[]){ __VA_ARGS__, { .name = NULL } }
#define MAP_OF(m) { NULL, MODEL_MAP, &(m) }
#define LIST_OF(m) { NULL, MODEL_LIST, &(m) }
#define LISTS_OF(m) { NULL, MODEL_MAP_OF_LISTS, &(m) }
#define ONE(m) { NULL, MODEL_OBJECT, &(m) }

const struct getter_method getter_methods[GETTER_COUNT] = {
	[GETTER_IS_ALIVE] = { "is_alive", NULL, ONE(model_alive) },
	[GETTER_CLI] = { "cli", ARGUMENTS({ .name = "commands", .type = GETTER_TEXTS, .required = true, .words = true }, { .name = "encoding", .text = "text" }), { NULL, MODEL_ANY, NULL } },
	[GETTER_PING] = { "ping", ARGUMENTS({ .name = "destination", .required = true }, { .name = "source", .text = "" }, { .name = "ttl", .type = GETTER_INT, .number = 255 },
	    { .name = "timeout", .type = GETTER_INT, .number = 2 }, { .name = "size", .type = GETTER_INT, .number = 100 }, { .name = "count", .type = GETTER_INT, .number = 5 },
	    { .name = "vrf", .text = "" }, { .name = "source_interface", .text = "" }), ONE(model_ping) },
	[GETTER_TRACEROUTE] = { "traceroute", ARGUMENTS({ .name = "destination", .required = true }, { .name = "source", .text = "" }, { .name = "ttl", .type = GETTER_INT, .number = 255 },
	    { .name = "timeout", .type = GETTER_INT, .number = 2 }, { .name = "vrf", .text = "" }), ONE(model_traceroute) },
	[GETTER_ARP_TABLE] = { "get_arp_table", ARGUMENTS({ .name = "vrf", .text = "" }), LIST_OF(model_arp) },
	[GETTER_BGP_CONFIG] = { "get_bgp_config", ARGUMENTS({ .name = "group", .text = "" }, { .name = "neighbor", .text = "" }), MAP_OF(model_bgp_group) },
	[GETTER_BGP_NEIGHBORS] = { "get_bgp_neighbors", NULL, MAP_OF(model_bgp_neighbors) },
	[GETTER_BGP_NEIGHBORS_DETAIL] = { "get_bgp_neighbors_detail", ARGUMENTS({ .name = "neighbor_address", .text = "" }), { NULL, MODEL_MAP_OF_MAPS_OF_LISTS, &model_bgp_peer_detail } },
	[GETTER_CONFIG] = { "get_config", ARGUMENTS({ .name = "retrieve", .text = "all" }, { .name = "full", .type = GETTER_BOOL }, { .name = "sanitized", .type = GETTER_BOOL },
	    { .name = "format", .text = "text" }), ONE(model_config) },
	[GETTER_ENVIRONMENT] = { "get_environment", NULL, ONE(model_environment) },
	[GETTER_FACTS] = { "get_facts", NULL, ONE(model_facts) },
	[GETTER_FIREWALL_POLICIES] = { "get_firewall_policies", NULL, LISTS_OF(model_firewall_policy) },
	[GETTER_INTERFACES] = { "get_interfaces", NULL, MAP_OF(model_interface) },
	[GETTER_INTERFACES_COUNTERS] = { "get_interfaces_counters", NULL, MAP_OF(model_interface_counters) },
	[GETTER_INTERFACES_IP] = { "get_interfaces_ip", NULL, MAP_OF(model_interface_ip) },
	[GETTER_IPV6_NEIGHBORS_TABLE] = { "get_ipv6_neighbors_table", NULL, LIST_OF(model_ipv6_neighbor) },
	[GETTER_LLDP_NEIGHBORS] = { "get_lldp_neighbors", NULL, LISTS_OF(model_lldp_neighbor) },
	[GETTER_LLDP_NEIGHBORS_DETAIL] = { "get_lldp_neighbors_detail", ARGUMENTS({ .name = "interface", .text = "" }), LISTS_OF(model_lldp_neighbor_detail) },
	[GETTER_MAC_ADDRESS_TABLE] = { "get_mac_address_table", NULL, LIST_OF(model_mac) },
	[GETTER_NETWORK_INSTANCES] = { "get_network_instances", ARGUMENTS({ .name = "name", .text = "" }), MAP_OF(model_network_instance) },
	[GETTER_NTP_PEERS] = { "get_ntp_peers", NULL, MAP_OF(model_ntp_peer) },
	[GETTER_NTP_SERVERS] = { "get_ntp_servers", NULL, MAP_OF(model_ntp_server) },
	[GETTER_NTP_STATS] = { "get_ntp_stats", NULL, LIST_OF(model_ntp_stats) },
	[GETTER_OPTICS] = { "get_optics", NULL, MAP_OF(model_optics) },
	[GETTER_PROBES_CONFIG] = { "get_probes_config", NULL, { NULL, MODEL_MAP_OF_MAPS, &model_probe } },
	[GETTER_PROBES_RESULTS] = { "get_probes_results", NULL, { NULL, MODEL_MAP_OF_MAPS, &model_probe_result } },
	[GETTER_ROUTE_TO] = { "get_route_to", ARGUMENTS({ .name = "destination", .text = "" }, { .name = "protocol", .text = "" }, { .name = "longer", .type = GETTER_BOOL }), LISTS_OF(model_route) },
	[GETTER_SNMP_INFORMATION] = { "get_snmp_information", NULL, ONE(model_snmp) },
	[GETTER_USERS] = { "get_users", NULL, MAP_OF(model_user) },
	[GETTER_VLANS] = { "get_vlans", NULL, MAP_OF(model_vlan) },
};

enum getter
getter_by_name(const char *name)
{
	for (int i = 0; i < GETTER_COUNT; i++) {
		if (strcmp(getter_methods[i].name, name) == 0)
			return (enum getter)i;
	}
	return GETTER_COUNT;
}

/* ---- arguments ---- */

static json_t *
fallback(const struct getter_argument *a)
{
	switch (a->type) {
	case GETTER_TEXT:
		return json_string(a->text ? a->text : "");
	case GETTER_INT:
		return json_integer(a->number);
	case GETTER_BOOL:
		return json_boolean(a->number);
	case GETTER_TEXTS:
		return json_array();
	}
	return NULL;
}

/* What goes into a command must not become a second one, an option or a redirection. */
static bool
is_word(const char *s)
{
	if (*s == '-')
		return false;
	for (; *s; s++) {
		if (!span_is_alpha(*s) && !span_is_digit(*s) && !strchr("./:_-%,@", *s))
			return false;
	}
	return true;
}

static bool
is_line(const char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return false;
	}
	return true;
}

static int
check_text(struct device *d, const struct getter_argument *a, const json_t *v)
{
	const char *s = json_string_value(v);

	if (!s)
		return device_fail(d, DEVICE_ARGUMENT, "\"%s\" is a string", a->name);
	if (strlen(s) != json_string_length(v) || !(a->words ? is_line(s) : is_word(s)))
		return device_fail(d, DEVICE_ARGUMENT, "\"%s\" has a character that may not go to a device", a->name);
	if (a->required && *s == '\0')
		return device_fail(d, DEVICE_ARGUMENT, "\"%s\" is empty", a->name);
	return 0;
}

static int
check_texts(struct device *d, const struct getter_argument *a, const json_t *v)
{
	size_t i;
	json_t *one;

	if (!json_is_array(v) || json_array_size(v) == 0)
		return device_fail(d, DEVICE_ARGUMENT, "\"%s\" is an array of strings, and not empty", a->name);
	json_array_foreach(v, i, one) {
		if (check_text(d, a, one) == -1)
			return -1;
	}
	return 0;
}

static int
check_argument(struct device *d, const struct getter_argument *a, const json_t *v)
{
	switch (a->type) {
	case GETTER_TEXT:
		return check_text(d, a, v);
	case GETTER_TEXTS:
		return check_texts(d, a, v);
	case GETTER_INT:
		if (json_is_integer(v) && json_integer_value(v) >= 0 && json_integer_value(v) <= 1000000)
			return 0;
		return device_fail(d, DEVICE_ARGUMENT, "\"%s\" is a whole number, 0 to 1000000", a->name);
	case GETTER_BOOL:
		return json_is_boolean(v) ? 0 : device_fail(d, DEVICE_ARGUMENT, "\"%s\" is true or false", a->name);
	}
	return -1;
}

static const struct getter_argument *
argument_by_name(enum getter g, const char *name)
{
	for (const struct getter_argument *a = getter_methods[g].arguments; a && a->name; a++) {
		if (strcmp(a->name, name) == 0)
			return a;
	}
	return NULL;
}

static int
check_given(struct device *d, enum getter g, const json_t *given)
{
	const char *name;
	json_t *v;

	if (given && !json_is_object(given))
		return device_fail(d, DEVICE_ARGUMENT, "the arguments of %s are a JSON object", getter_methods[g].name);
	json_object_foreach((json_t *)(uintptr_t)given, name, v) {
		const struct getter_argument *a = argument_by_name(g, name);

		if (!a)
			return device_fail(d, DEVICE_ARGUMENT, "%s has no argument \"%s\"", getter_methods[g].name, name);
		if (check_argument(d, a, v) == -1)
			return -1;
	}
	return 0;
}

json_t *
getter_arguments(struct device *d, enum getter g, const json_t *given)
{
	json_t *whole;

	if (check_given(d, g, given) == -1)
		return NULL;
	whole = json_object();
	for (const struct getter_argument *a = getter_methods[g].arguments; a && a->name; a++) {
		json_t *v = json_object_get(given, a->name);

		if (!v && a->required)
			device_fail(d, DEVICE_ARGUMENT, "%s wants \"%s\"", getter_methods[g].name, a->name);
		else if (json_object_set_new(whole, a->name, v ? json_incref(v) : fallback(a)) == -1)
			device_fail(d, DEVICE_MEMORY, "no memory for the arguments");
	}
	if (d->error == DEVICE_OK)
		return whole;
	json_decref(whole);
	return NULL;
}

const char *
getter_text(const json_t *arguments, const char *name)
{
	const char *s = json_string_value(json_object_get(arguments, name));

	return s ? s : "";
}

int64_t
getter_int(const json_t *arguments, const char *name)
{
	return json_integer_value(json_object_get(arguments, name));
}

bool
getter_bool(const json_t *arguments, const char *name)
{
	return json_is_true(json_object_get(arguments, name));
}

json_t *
getter_bgp_groups(json_t *groups, const json_t *arguments)
{
	const char *group = getter_text(arguments, "group"), *neighbor = getter_text(arguments, "neighbor");
	json_t *r = json_object();
	const char *name;
	json_t *one, *peer;

	json_object_foreach(groups, name, one) {
		json_t *peers = json_object_get(one, "neighbors");

		if (*group && strcmp(name, group) != 0)
			continue;
		peer = json_incref(json_object_get(peers, neighbor));
		if (*neighbor) {
			json_object_clear(peers);
			json_object_set(peers, neighbor, peer);
		}
		if (!*neighbor || peer)
			json_object_set(r, name, one);
		json_decref(peer);
	}
	return r;
}
