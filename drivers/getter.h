/*
 * getter: the API, NAPALM's: which methods there are, their arguments with defaults, the shape of their results.
 */
#ifndef NETNORM_DRIVERS_GETTER_H
#define NETNORM_DRIVERS_GETTER_H

#include "drivers/device.h"
#include "drivers/model.h"

/* In the order of NAPALM's documentation; the numbers are the program's own. */
enum getter {
	GETTER_IS_ALIVE,
	GETTER_CLI,
	GETTER_PING,
	GETTER_TRACEROUTE,
	GETTER_ARP_TABLE,
	GETTER_BGP_CONFIG,
	GETTER_BGP_NEIGHBORS,
	GETTER_BGP_NEIGHBORS_DETAIL,
	GETTER_CONFIG,
	GETTER_ENVIRONMENT,
	GETTER_FACTS,
	GETTER_FIREWALL_POLICIES,
	GETTER_INTERFACES,
	GETTER_INTERFACES_COUNTERS,
	GETTER_INTERFACES_IP,
	GETTER_IPV6_NEIGHBORS_TABLE,
	GETTER_LLDP_NEIGHBORS,
	GETTER_LLDP_NEIGHBORS_DETAIL,
	GETTER_MAC_ADDRESS_TABLE,
	GETTER_NETWORK_INSTANCES,
	GETTER_NTP_PEERS,
	GETTER_NTP_SERVERS,
	GETTER_NTP_STATS,
	GETTER_OPTICS,
	GETTER_PROBES_CONFIG,
	GETTER_PROBES_RESULTS,
	GETTER_ROUTE_TO,
	GETTER_SNMP_INFORMATION,
	GETTER_USERS,
	GETTER_VLANS,
	GETTER_COUNT,
};

enum getter_argument_type { GETTER_TEXT, GETTER_INT, GETTER_BOOL, GETTER_TEXTS };

struct getter_argument {
	const char *name;
	enum getter_argument_type type;
	const char *text;               /* the default of a text */
	int number;                     /* the default of the others */
	bool required;
	bool words;                     /* a text that may be any; else it goes into commands as one word: letters, digits and ./:_-, no blank */
};

struct getter_method {
	const char *name;               /* "get_facts" */
	const struct getter_argument *arguments;        /* ends with a name of NULL; or NULL: none */
	struct model_field result;
};

extern const struct getter_method getter_methods[GETTER_COUNT];

/* The method of that name, or GETTER_COUNT. */
enum getter getter_by_name(const char *name);
/*
 * The arguments as one whole object: what `given` has (NULL: nothing), checked by name, type and what may go into a command, else the default.  What it gives is the caller's; NULL
 * after device_fail(DEVICE_ARGUMENT).
 */
json_t *getter_arguments(struct device *, enum getter, const json_t *given);
/* Of such an object. */
const char *getter_text(const json_t *arguments, const char *name);
int64_t getter_int(const json_t *arguments, const char *name);
bool getter_bool(const json_t *arguments, const char *name);
/* Of get_bgp_config()'s groups those, each with those neighbours, that its arguments ask for; `groups` may be changed, the result is the caller's. */
json_t *getter_bgp_groups(json_t *groups, const json_t *arguments);

#endif
