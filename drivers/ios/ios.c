/*
 * The session: commands, refusals, the lines before an answer.
 */
#include "drivers/ios/ios.h"

#include <stdarg.h>
#include <stdio.h>

#include "drivers/field.h"
#include "drivers/template.h"
#include "drivers/transport/cli.h"
#include "drivers/unread.h"

#define IOS_MAX_COMMAND 512

static bool
is_stamp(struct span line)
{
	return span_starts(line, SPAN_LIT("Load for five secs")) || span_starts(line, SPAN_LIT("Time source is "));
}

/* In place: the lines of `terminal exec prompt timestamp` become empty, white space at both ends goes. */
static void
tidy(struct buffer *b)
{
	struct span left = buffer_span(b), line;
	size_t n = 0;

	while (left.n > 0) {
		bool ended = memchr(left.p, '\n', left.n) != NULL;

		field_line(&left, &line);
		if (!is_stamp(line)) {
			memmove(b->p + n, line.p, line.n);
			n += line.n;
		}
		if (ended)
			b->p[n++] = '\n';
	}
	line = span_trim(span_of(b->p, n));
	if (line.n > 0)
		memmove(b->p, line.p, line.n);
	b->n = line.n;
	if (b->p)
		b->p[b->n] = '\0';
}

bool
ios_refused(struct span answer)
{
	static const char *const marks[] = { "% Invalid input", "% Invalid command", "% Incomplete command", "% Ambiguous command", "% Unknown command", "% Unrecognized command" };
	struct span line;

	for (int i = 0; i < 6 && field_line(&answer, &line); i++) {
		line = span_trim(line);
		for (size_t k = 0; k < sizeof(marks) / sizeof(*marks); k++) {
			if (span_starts(line, span_str(marks[k])))
				return true;
		}
	}
	return false;
}

/* An authorization server that refuses is no device that lacks a command: whatever the getter, it fails. */
static bool
is_unauthorized(struct span answer)
{
	struct span line;

	for (int i = 0; i < 3 && field_line(&answer, &line); i++) {
		line = span_trim(line);
		if (span_starts(line, SPAN_LIT("Command authorization failed")) || span_starts(line, SPAN_LIT("% Authorization failed")))
			return true;
	}
	return false;
}

static int
ask(struct device *d, struct buffer *out, bool must, const char *command)
{
	struct span answer;

	if (transport_ask(d, span_str(command), out) == -1)
		return -1;
	tidy(out);
	answer = buffer_span(out);
	unread_note(d, command, answer);
	if (is_unauthorized(answer) || (must && ios_refused(answer)))
		return device_fail(d, DEVICE_COMMAND, "\"%s\": the device refuses: %.*s", command, IOS_PART(answer));
	return 0;
}

static int __attribute__((format(printf, 3, 0)))
format(struct device *d, char command[IOS_MAX_COMMAND], const char *fmt, va_list ap)
{
	int n = vsnprintf(command, IOS_MAX_COMMAND, fmt, ap);

	return n >= 0 && n < IOS_MAX_COMMAND ? 0 : device_fail(d, DEVICE_ARGUMENT, "a command of more than %d bytes", IOS_MAX_COMMAND);
}

int
ios_ask(struct device *d, struct buffer *out, const char *fmt, ...)
{
	char command[IOS_MAX_COMMAND];
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = format(d, command, fmt, ap);
	va_end(ap);
	return r == -1 ? -1 : ask(d, out, false, command);
}

int
ios_show(struct device *d, struct buffer *out, const char *fmt, ...)
{
	char command[IOS_MAX_COMMAND];
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = format(d, command, fmt, ap);
	va_end(ap);
	return r == -1 ? -1 : ask(d, out, true, command);
}

json_t *
ios_rows_of(struct device *d, const char *name, struct span text)
{
	char path[128];

	snprintf(path, sizeof(path), "ios/%s", name);
	return template_rows(d, path, text);
}

json_t *
ios_rows(struct device *d, const char *name, const char *command)
{
	struct buffer answer;
	json_t *rows = NULL;

	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_show(d, &answer, "%s", command) == 0)
		rows = ios_rows_of(d, name, buffer_span(&answer));
	buffer_fini(&answer);
	return rows;
}

json_t *
ios_cli(struct device *d, const json_t *arguments)
{
	json_t *r, *one;
	struct buffer answer;
	size_t i;

	if (strcmp(getter_text(arguments, "encoding"), "text") != 0) {
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "ios answers commands as text only");
		return NULL;
	}
	r = json_object();
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	json_array_foreach(json_object_get(arguments, "commands"), i, one) {
		if (ios_show(d, &answer, "%s", json_string_value(one)) == -1)
			break;
		json_object_set_new(r, json_string_value(one), field_text(buffer_span(&answer)));
	}
	buffer_fini(&answer);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}

static int
ios_open(struct device *d)
{
	static const char *const setup[] = { "terminal width 511", "terminal length 0", NULL };
	const struct cli_setting setting = {
		.prompt_ends = "#>",
		.setup = setup,
		.enable = device_option_on(d, "force_no_enable") ? NULL : "enable",
		.secret_option = "secret",
	};

	return cli_open(d, &setting, 22);
}

static const struct driver_option options[] = {
	{ "secret", "the password of enable", NULL },
	{ "force_no_enable", "true: enable is not asked for", DRIVER_FLAG },
	{ "canonical_int", "true: interfaces of the MAC address table by their whole names", DRIVER_FLAG },
	{ NULL, NULL, NULL },
};

const struct driver ios_driver = {
	.name = "ios",
	.summary = "Cisco IOS and IOS-XE, by SSH",
	.options = (const struct driver_option *const[]){ driver_ssh_options, options, NULL },
	.open = ios_open,
	.methods = {
		[GETTER_CLI] = ios_cli,
		[GETTER_PING] = ios_ping,
		[GETTER_TRACEROUTE] = ios_traceroute,
		[GETTER_ARP_TABLE] = ios_get_arp_table,
		[GETTER_BGP_CONFIG] = ios_get_bgp_config,
		[GETTER_BGP_NEIGHBORS] = ios_get_bgp_neighbors,
		[GETTER_BGP_NEIGHBORS_DETAIL] = ios_get_bgp_neighbors_detail,
		[GETTER_CONFIG] = ios_get_config,
		[GETTER_ENVIRONMENT] = ios_get_environment,
		[GETTER_FACTS] = ios_get_facts,
		[GETTER_INTERFACES] = ios_get_interfaces,
		[GETTER_INTERFACES_COUNTERS] = ios_get_interfaces_counters,
		[GETTER_INTERFACES_IP] = ios_get_interfaces_ip,
		[GETTER_IPV6_NEIGHBORS_TABLE] = ios_get_ipv6_neighbors_table,
		[GETTER_LLDP_NEIGHBORS] = ios_get_lldp_neighbors,
		[GETTER_LLDP_NEIGHBORS_DETAIL] = ios_get_lldp_neighbors_detail,
		[GETTER_MAC_ADDRESS_TABLE] = ios_get_mac_address_table,
		[GETTER_NETWORK_INSTANCES] = ios_get_network_instances,
		[GETTER_NTP_PEERS] = ios_get_ntp_peers,
		[GETTER_NTP_SERVERS] = ios_get_ntp_servers,
		[GETTER_NTP_STATS] = ios_get_ntp_stats,
		[GETTER_OPTICS] = ios_get_optics,
		[GETTER_PROBES_CONFIG] = ios_get_probes_config,
		[GETTER_ROUTE_TO] = ios_get_route_to,
		[GETTER_SNMP_INFORMATION] = ios_get_snmp_information,
		[GETTER_USERS] = ios_get_users,
		[GETTER_VLANS] = ios_get_vlans,
	},
};
