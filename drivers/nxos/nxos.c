/*
 * The session: requests, and what comes back in the place of an answer.
 */
#include "drivers/nxos/nxos.h"

#include <stdio.h>
#include <stdlib.h>

#include "drivers/answer.h"
#include "drivers/field.h"
#include "drivers/transport/https.h"

static char *
request_text(const char *command, const char *method)
{
	json_t *request = json_pack("[{s:s, s:s, s:{s:s, s:i}, s:i}]", "jsonrpc", "2.0", "method", method, "params", "cmd", command, "version", 1, "id", 1);
	char *out = request ? json_dumps(request, JSON_COMPACT) : NULL;

	json_decref(request);
	return out;
}

/* {"message": "Invalid params", "data": {"msg": "% Invalid command\n"}} */
static void
fail_refused(struct device *d, const char *command, const json_t *error)
{
	const char *message = json_string_value(answer_at(error, "message"));
	json_t *msg = answer_at(error, "data.msg");
	struct span text = json_is_string(msg) ? span_trim(span_of(json_string_value(msg), json_string_length(msg))) : SPAN_NONE;

	if (text.n == 0)
		text = span_str(message ? message : "no reason given");
	device_fail(d, DEVICE_COMMAND, "\"%s\": %.*s", command, (int)(text.n < 300 ? text.n : 300), text.p);
}

/* One answer stands alone or in an array of one. */
static json_t *
result_of(struct device *d, const char *command, struct span text)
{
	json_t *whole = answer_parse(d, text);
	json_t *one = json_is_array(whole) ? json_array_get(whole, 0) : whole;
	json_t *error = json_object_get(one, "error"), *result = json_object_get(one, "result");

	if (error && !json_is_null(error))
		fail_refused(d, command, error);
	else if (whole && !result)
		device_fail(d, DEVICE_ANSWER, "\"%s\": the answer has no result", command);
	result = d->error == DEVICE_OK ? json_incref(result) : NULL;
	json_decref(whole);
	return result;
}

static json_t *
ask(struct device *d, const char *command, const char *method)
{
	char *request = request_text(command, method);
	struct buffer answer;
	json_t *result = NULL;

	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (!request)
		device_fail(d, DEVICE_ARGUMENT, "a command is no UTF-8");
	else if (transport_ask(d, span_str(request), &answer) == 0)
		result = result_of(d, command, buffer_span(&answer));
	buffer_fini(&answer);
	free(request);
	return result;
}

/* Some releases give the data as JSON in a string, and "" where there is none. */
static json_t *
data_of(struct device *d, json_t *body)
{
	if (json_is_object(body))
		return json_incref(body);
	if (json_is_string(body) && span_trim(span_of(json_string_value(body), json_string_length(body))).n > 0)
		return answer_parse(d, span_of(json_string_value(body), json_string_length(body)));
	return json_object();
}

json_t *
nxos_ask(struct device *d, const char *command)
{
	json_t *result = ask(d, command, "cli");
	json_t *data = result ? data_of(d, json_object_get(result, "body")) : NULL;

	json_decref(result);
	return data;
}

json_t *
nxos_try(struct device *d, const char *command)
{
	json_t *data = nxos_ask(d, command);

	if (!data && (d->error == DEVICE_COMMAND || d->error == DEVICE_ANSWER)) {
		device_warn(d, "%s", d->message);
		device_forgive(d);
	}
	return data;
}

int
nxos_ask_text(struct device *d, const char *command, struct buffer *out)
{
	json_t *result = ask(d, command, "cli_ascii");
	json_t *text = json_object_get(result, "msg");

	if (!json_is_string(text))
		text = json_is_string(result) ? result : json_object_get(result, "body");
	buffer_reset(out);
	if (json_is_string(text))
		buffer_put(out, span_of(json_string_value(text), json_string_length(text)));
	if (out->failed)
		device_fail(d, DEVICE_MEMORY, "no memory for an answer");
	json_decref(result);
	return d->error == DEVICE_OK ? 0 : -1;
}

const char *
nxos_command(char *out, size_t cap, const char *format, const char *word)
{
	const char *gap = strstr(format, "%s");

	snprintf(out, cap, "%.*s%s%s", (int)(gap - format), format, word, gap + 2);
	return out;
}

/* ---- opening ---- */

static int
nxos_open(struct device *d)
{
	json_t *host;

	if (https_open(d, "/ins", "application/json-rpc") == -1)
		return -1;
	host = nxos_ask(d, "show hostname");
	json_decref(host);
	return host ? 0 : -1;
}

const struct driver nxos_driver = {
	.name = "nxos",
	.summary = "Cisco NX-OS, by NX-API",
	.options = (const struct driver_option *const[]){ driver_http_options, NULL },
	.open = nxos_open,
	.methods = {
		[GETTER_CLI] = nxos_cli,
		[GETTER_PING] = nxos_ping,
		[GETTER_TRACEROUTE] = nxos_traceroute,
		[GETTER_ARP_TABLE] = nxos_get_arp_table,
		[GETTER_BGP_NEIGHBORS] = nxos_get_bgp_neighbors,
		[GETTER_CONFIG] = nxos_get_config,
		[GETTER_ENVIRONMENT] = nxos_get_environment,
		[GETTER_FACTS] = nxos_get_facts,
		[GETTER_INTERFACES] = nxos_get_interfaces,
		[GETTER_INTERFACES_COUNTERS] = nxos_get_interfaces_counters,
		[GETTER_INTERFACES_IP] = nxos_get_interfaces_ip,
		[GETTER_IPV6_NEIGHBORS_TABLE] = nxos_get_ipv6_neighbors_table,
		[GETTER_LLDP_NEIGHBORS] = nxos_get_lldp_neighbors,
		[GETTER_LLDP_NEIGHBORS_DETAIL] = nxos_get_lldp_neighbors_detail,
		[GETTER_MAC_ADDRESS_TABLE] = nxos_get_mac_address_table,
		[GETTER_NETWORK_INSTANCES] = nxos_get_network_instances,
		[GETTER_NTP_PEERS] = nxos_get_ntp_peers,
		[GETTER_NTP_SERVERS] = nxos_get_ntp_servers,
		[GETTER_NTP_STATS] = nxos_get_ntp_stats,
		[GETTER_OPTICS] = nxos_get_optics,
		[GETTER_ROUTE_TO] = nxos_get_route_to,
		[GETTER_SNMP_INFORMATION] = nxos_get_snmp_information,
		[GETTER_USERS] = nxos_get_users,
		[GETTER_VLANS] = nxos_get_vlans,
	},
};
