/*
 * The session: commands, and what a refusal looks like.
 */
#include "drivers/nxos_ssh/nxos_ssh.h"

#include <stdarg.h>
#include <stdio.h>

#include "drivers/answer.h"
#include "drivers/field.h"
#include "drivers/transport/cli.h"
#include "drivers/unread.h"

#define MAX_COMMAND 1024

/* A marker line ("    ^") may stand before it. */
bool
nxos_ssh_refused(struct span answer)
{
	static const char *const marks[] = {
		"% Invalid command", "% Invalid parameter", "% Invalid number", "% Invalid ip", "% Invalid value", "% Invalid interface", "% Incomplete command", "% Ambiguous command",
		"% Unknown command", "% Unrecognized command", "% Permission denied", "% Authorization failed", "AAA authorization failed", "Syntax error while parsing", "Cmd exec error",
	};
	struct span line;

	for (int i = 0; i < 4 && field_line(&answer, &line); i++) {
		line = span_trim(line);
		for (size_t k = 0; k < sizeof(marks) / sizeof(*marks); k++) {
			if (span_starts(line, span_str(marks[k])))
				return true;
		}
	}
	return false;
}

static int
fail_refused(struct device *d, const char *command, struct span answer)
{
	struct span line = SPAN_NONE;

	while (field_line(&answer, &line) && !nxos_ssh_refused(line))
		;
	line = span_trim(line);
	return device_fail(d, DEVICE_COMMAND, "\"%s\": the device refuses: %.*s", command, NXOS_SSH_PART(line));
}

static int
ask(struct device *d, struct buffer *out, bool must, const char *command)
{
	if (transport_ask(d, span_str(command), out) == -1)
		return -1;
	unread_note(d, command, buffer_span(out));
	return must && nxos_ssh_refused(buffer_span(out)) ? fail_refused(d, command, buffer_span(out)) : 0;
}

static int __attribute__((format(printf, 4, 0)))
ask_formatted(struct device *d, struct buffer *out, bool must, const char *fmt, va_list ap)
{
	char command[MAX_COMMAND];
	int n = vsnprintf(command, sizeof(command), fmt, ap);

	if (n < 0 || (size_t)n >= sizeof(command))
		return device_fail(d, DEVICE_ARGUMENT, "a command of more than %zu bytes", sizeof(command) - 1);
	return ask(d, out, must, command);
}

int
nxos_ssh_ask(struct device *d, struct buffer *out, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = ask_formatted(d, out, false, fmt, ap);
	va_end(ap);
	return r;
}

int
nxos_ssh_show(struct device *d, struct buffer *out, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = ask_formatted(d, out, true, fmt, ap);
	va_end(ap);
	return r;
}

int
nxos_ssh_try(struct device *d, struct buffer *out, const char *command)
{
	if (ask(d, out, false, command) == -1)
		return -1;
	if (nxos_ssh_refused(buffer_span(out))) {
		device_warn(d, "\"%s\": the device refuses it", command);
		buffer_reset(out);
	}
	return 0;
}

json_t *
nxos_ssh_json(struct device *d, const char *command)
{
	struct buffer out;
	struct span text;
	const char *begin;
	json_t *r = NULL;

	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (nxos_ssh_show(d, &out, "%s | json", command) == 0) {
		text = span_trim(buffer_span(&out));
		/* A warning of the device may stand before it. */
		begin = text.n ? memchr(text.p, '{', text.n) : NULL;
		if (begin)
			r = answer_parse(d, span_between(begin, text.p + text.n));
		else if (text.n == 0)
			r = json_object();
		else
			device_fail(d, DEVICE_ANSWER, "\"%s | json\": no JSON: %.*s", command, NXOS_SSH_PART(text));
	}
	buffer_fini(&out);
	return r;
}

int64_t
nxos_ssh_wait(struct device *d, int64_t ms)
{
	int64_t before = d->timeout_ms;

	if (ms > before)
		d->timeout_ms = ms;
	return before;
}

void
nxos_ssh_hurry(struct device *d, int64_t timeout_ms)
{
	d->timeout_ms = timeout_ms;
}

/* ---- cli ---- */

json_t *
nxos_ssh_cli(struct device *d, const json_t *arguments)
{
	json_t *r = json_object(), *command;
	struct buffer out;
	size_t i;

	if (strcmp(getter_text(arguments, "encoding"), "text") != 0)
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "driver nxos_ssh gives text, not \"%s\"", getter_text(arguments, "encoding"));
	buffer_init(&out, DEVICE_MAX_ANSWER);
	json_array_foreach(json_object_get(arguments, "commands"), i, command) {
		if (d->error != DEVICE_OK || ask(d, &out, true, json_string_value(command)) == -1)
			break;
		json_object_set_new(r, json_string_value(command), field_text(buffer_span(&out)));
	}
	buffer_fini(&out);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}

/* ---- opening ---- */

static int
nxos_ssh_open(struct device *d)
{
	static const char *const setup[] = { "terminal width 511", "terminal length 0", NULL };
	static const struct cli_setting setting = { .prompt_ends = "#>", .setup = setup, .enable = "enable", .secret_option = "secret" };

	return cli_open(d, &setting, 22);
}

static const struct driver_option options[] = {
	{ "secret", "the password of enable, where feature privilege is on", NULL },
	{ "bgp_families", "all: get_bgp_neighbors gives the peers of every address family of a VRF, not those of the last one alone, as NAPALM does", "all" },
	{ "optics_lanes", "all: get_optics gives every lane of a transceiver, not the first one alone, as NAPALM does", "all" },
	{ NULL, NULL, NULL },
};

const struct driver nxos_ssh_driver = {
	.name = "nxos_ssh",
	.summary = "Cisco NX-OS, by SSH",
	.options = (const struct driver_option *const[]){ driver_ssh_options, options, NULL },
	.open = nxos_ssh_open,
	.methods = {
		[GETTER_CLI] = nxos_ssh_cli,
		[GETTER_PING] = nxos_ssh_ping,
		[GETTER_TRACEROUTE] = nxos_ssh_traceroute,
		[GETTER_ARP_TABLE] = nxos_ssh_get_arp_table,
		[GETTER_BGP_NEIGHBORS] = nxos_ssh_get_bgp_neighbors,
		[GETTER_CONFIG] = nxos_ssh_get_config,
		[GETTER_ENVIRONMENT] = nxos_ssh_get_environment,
		[GETTER_FACTS] = nxos_ssh_get_facts,
		[GETTER_INTERFACES] = nxos_ssh_get_interfaces,
		[GETTER_INTERFACES_COUNTERS] = nxos_ssh_get_interfaces_counters,
		[GETTER_INTERFACES_IP] = nxos_ssh_get_interfaces_ip,
		[GETTER_IPV6_NEIGHBORS_TABLE] = nxos_ssh_get_ipv6_neighbors_table,
		[GETTER_LLDP_NEIGHBORS] = nxos_ssh_get_lldp_neighbors,
		[GETTER_LLDP_NEIGHBORS_DETAIL] = nxos_ssh_get_lldp_neighbors_detail,
		[GETTER_MAC_ADDRESS_TABLE] = nxos_ssh_get_mac_address_table,
		[GETTER_NETWORK_INSTANCES] = nxos_ssh_get_network_instances,
		[GETTER_NTP_PEERS] = nxos_ssh_get_ntp_peers,
		[GETTER_NTP_SERVERS] = nxos_ssh_get_ntp_servers,
		[GETTER_NTP_STATS] = nxos_ssh_get_ntp_stats,
		[GETTER_OPTICS] = nxos_ssh_get_optics,
		[GETTER_ROUTE_TO] = nxos_ssh_get_route_to,
		[GETTER_SNMP_INFORMATION] = nxos_ssh_get_snmp_information,
		[GETTER_USERS] = nxos_ssh_get_users,
		[GETTER_VLANS] = nxos_ssh_get_vlans,
	},
};
