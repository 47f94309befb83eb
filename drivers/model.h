/*
 * model: the result models of NAPALM's getters (its models.py), as tables: names, types, what is nested.
 *
 * model_new() gives an object that has every field of its model at "unknown" (-1, -1.0, "", false, [], {}), so that a driver sets what it has
 * learned and the result is whole whatever the device has said.  model_check() says whether a result has the shape; tests and fuzzers hold every getter to it.
 */
#ifndef NETNORM_DRIVERS_MODEL_H
#define NETNORM_DRIVERS_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

enum model_type {
	MODEL_INT,
	MODEL_REAL,
	MODEL_TEXT,
	MODEL_BOOL,
	MODEL_TEXTS,            /* an array of strings */
	MODEL_ANY,              /* an object of free content; {} */
	MODEL_MAYBE,            /* the same, or absent, as model_new() leaves it: what one driver of NAPALM's has beyond the model */
	MODEL_OBJECT,           /* one `of` */
	MODEL_MAP,              /* an object whose values are each `of` */
	MODEL_LIST,             /* an array of `of` */
	MODEL_MAP_OF_LISTS,     /* an object whose values are arrays of `of` */
	MODEL_MAP_OF_MAPS,      /* an object whose values are objects whose values are `of` */
	MODEL_MAP_OF_MAPS_OF_LISTS,
};

struct model;

struct model_field {
	const char *name;
	enum model_type type;
	const struct model *of;
};

struct model {
	const char *name;               /* as in NAPALM's models.py, for messages */
	bool partial;                   /* any subset of the fields will do; model_new() sets none */
	const struct model_field *fields;       /* ends with a name of NULL */
};

extern const struct model model_alive, model_facts, model_interface, model_interface_counters, model_interface_ip, model_prefix, model_lldp_neighbor, model_lldp_neighbor_detail,
    model_bgp_neighbors, model_bgp_peer, model_bgp_family, model_bgp_peer_detail, model_bgp_group, model_bgp_group_neighbor, model_environment, model_fan, model_temperature, model_power,
    model_cpu, model_memory, model_arp, model_ipv6_neighbor, model_mac, model_ntp_peer, model_ntp_server, model_ntp_stats, model_route, model_snmp, model_snmp_community, model_probe, model_probe_result,
    model_user, model_optics, model_optics_channels, model_optics_channel, model_optics_state, model_optics_value, model_config, model_network_instance, model_network_instance_state,
    model_network_instance_interfaces, model_vlan, model_firewall_policy, model_ping, model_ping_success, model_ping_result, model_traceroute, model_traceroute_hop, model_traceroute_probe;

/* NULL on lack of memory. */
json_t *model_new(const struct model *);
/* True if `value` has the shape; else where and why in `why`. */
bool model_check(const json_t *value, const struct model_field *shape, char *why, size_t cap);

#endif
