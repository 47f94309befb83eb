/*
 * The session: requests, errors, the gate for the version.
 */
#include "drivers/eos/eos.h"

#include <stdio.h>
#include <stdlib.h>

#include "drivers/answer.h"
#include "drivers/field.h"
#include "drivers/transport/https.h"

static char *
request_text(const struct device *d, const char *const *commands, bool text)
{
	const char *secret = device_option(d, "enable_password");
	json_t *cmds = json_array();
	json_t *request;
	char *out;

	json_array_append_new(cmds, secret ? json_pack("{s:s, s:s}", "cmd", "enable", "input", secret) : json_string("enable"));
	for (; *commands; commands++)
		json_array_append_new(cmds, json_string(*commands));
	request = json_pack("{s:s, s:s, s:{s:i, s:o, s:s}, s:s}", "jsonrpc", "2.0", "method", "runCmds", "params", "version", 1, "cmds", cmds, "format",
	    text ? "text" : "json", "id", "netnorm");
	out = json_dumps(request, JSON_COMPACT);
	json_decref(request);
	return out;
}

/* What the device said of the command that it refused: the last of those that it has answers to.  The first one is `enable`. */
static void
fail_refused(struct device *d, const json_t *error)
{
	const json_t *data = answer_at(error, "data");
	const json_t *last = json_array_get(data, json_array_size(data) - 1);
	const json_t *first = json_array_get(answer_at(last, "errors"), 0);
	const char *message = json_string_value(answer_at(error, "message"));

	device_fail(d, json_array_size(data) == 1 ? DEVICE_AUTH : DEVICE_COMMAND, "%.180s%s%.180s%s", message ? message : "the device refuses", json_is_string(first) ? ": " : "", json_is_string(first) ? json_string_value(first) : "",
	    d->state ? (const char *)d->state : "");
}

static json_t *
answers_of(struct device *d, struct span text, size_t n)
{
	json_t *whole = answer_parse(d, text);
	json_t *result = json_object_get(whole, "result");

	if (json_is_object(json_object_get(whole, "error")))
		fail_refused(d, json_object_get(whole, "error"));
	else if (whole && json_array_size(result) != n + 1)
		device_fail(d, DEVICE_ANSWER, "%zu answers to %zu commands", json_array_size(result), n + 1);
	if (d->error == DEVICE_OK && result) {
		json_incref(result);
		json_array_remove(result, 0);
	} else {
		result = NULL;
	}
	json_decref(whole);
	return result;
}

json_t *
eos_ask(struct device *d, const char *const *commands, bool text)
{
	struct buffer answer;
	char *request = request_text(d, commands, text);
	json_t *result = NULL;
	size_t n = 0;

	while (commands[n])
		n++;
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (!request)
		device_fail(d, DEVICE_ARGUMENT, "a command is no UTF-8");
	else if (transport_ask(d, span_str(request), &answer) == 0)
		result = answers_of(d, buffer_span(&answer), n);
	buffer_fini(&answer);
	free(request);
	return result;
}

json_t *
eos_ask_one(struct device *d, const char *command)
{
	json_t *all = eos_ask(d, (const char *const[]){ command, NULL }, false);
	json_t *one = json_incref(json_array_get(all, 0));

	json_decref(all);
	return one;
}

int
eos_ask_texts(struct device *d, const char *const *commands, struct buffer *out)
{
	json_t *all = eos_ask(d, commands, true);
	const json_t *output = answer_at(json_array_get(all, json_array_size(all) - 1), "output");

	buffer_reset(out);
	if (json_is_string(output))
		buffer_put(out, span_of(json_string_value(output), json_string_length(output)));
	else if (all)
		device_fail(d, DEVICE_ANSWER, "\"%s\" gave no text", commands[0]);
	json_decref(all);
	return d->error == DEVICE_OK ? 0 : -1;
}

int
eos_ask_text(struct device *d, const char *command, struct buffer *out)
{
	return eos_ask_texts(d, (const char *const[]){ command, NULL }, out);
}

/* ---- values ---- */

json_t *
eos_entry(const json_t *map, const char *name)
{
	return json_object_get(map, name);
}

int64_t
eos_as_number(struct device *d, const json_t *from, const char *key)
{
	json_t *v = json_object_get(from, key);
	int64_t n;

	if (json_is_string(v) && field_as_number(span_of(json_string_value(v), json_string_length(v)), &n))
		return n;
	return answer_int(d, from, key, -1);
}

/* ---- opening ---- */

/*
 * Before EOS 4.23 some commands have no answer in JSON.  NAPALM refuses such a device; here it may try, and what is refused has this behind it (d->state, the device's own copy).
 */
#define OLDEST_MAJOR 4
#define OLDEST_MINOR 23

static void
remember_version(struct device *d, const char *version)
{
	unsigned major = 0, minor = 0;
	char *hint;

	if (sscanf(version, "%4u.%4u", &major, &minor) == 2 && (major > OLDEST_MAJOR || (major == OLDEST_MAJOR && minor >= OLDEST_MINOR)))
		return;
	if (asprintf(&hint, " (the device has EOS %.40s, older than %d.%d)", version, OLDEST_MAJOR, OLDEST_MINOR) != -1)
		d->state = hint;
}

static int
eos_open(struct device *d)
{
	json_t *version;
	int result;

	if (https_open(d, "/command-api", "application/json") == -1)
		return -1;
	version = eos_ask_one(d, "show version");
	if (version)
		remember_version(d, answer_text(d, version, "version", "of no version"));
	result = version ? 0 : -1;
	json_decref(version);
	return result;
}

static void
eos_close(struct device *d)
{
	free(d->state);
}

static const struct driver_option options[] = {
	{ "enable_password", "the password of enable, where it wants one", NULL },
	{ NULL, NULL, NULL },
};

const struct driver eos_driver = {
	.name = "eos",
	.summary = "Arista EOS, by eAPI",
	.options = (const struct driver_option *const[]){ driver_http_options, options, NULL },
	.open = eos_open,
	.close = eos_close,
	.methods = {
		[GETTER_CLI] = eos_cli,
		[GETTER_PING] = eos_ping,
		[GETTER_TRACEROUTE] = eos_traceroute,
		[GETTER_ARP_TABLE] = eos_get_arp_table,
		[GETTER_BGP_CONFIG] = eos_get_bgp_config,
		[GETTER_BGP_NEIGHBORS] = eos_get_bgp_neighbors,
		[GETTER_BGP_NEIGHBORS_DETAIL] = eos_get_bgp_neighbors_detail,
		[GETTER_CONFIG] = eos_get_config,
		[GETTER_ENVIRONMENT] = eos_get_environment,
		[GETTER_FACTS] = eos_get_facts,
		[GETTER_INTERFACES] = eos_get_interfaces,
		[GETTER_INTERFACES_COUNTERS] = eos_get_interfaces_counters,
		[GETTER_INTERFACES_IP] = eos_get_interfaces_ip,
		[GETTER_IPV6_NEIGHBORS_TABLE] = eos_get_ipv6_neighbors_table,
		[GETTER_LLDP_NEIGHBORS] = eos_get_lldp_neighbors,
		[GETTER_LLDP_NEIGHBORS_DETAIL] = eos_get_lldp_neighbors_detail,
		[GETTER_MAC_ADDRESS_TABLE] = eos_get_mac_address_table,
		[GETTER_NETWORK_INSTANCES] = eos_get_network_instances,
		[GETTER_NTP_PEERS] = eos_get_ntp_peers,
		[GETTER_NTP_SERVERS] = eos_get_ntp_servers,
		[GETTER_NTP_STATS] = eos_get_ntp_stats,
		[GETTER_OPTICS] = eos_get_optics,
		[GETTER_ROUTE_TO] = eos_get_route_to,
		[GETTER_SNMP_INFORMATION] = eos_get_snmp_information,
		[GETTER_USERS] = eos_get_users,
		[GETTER_VLANS] = eos_get_vlans,
	},
};
