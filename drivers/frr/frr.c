/*
 * The session: commands, what vtysh says when it cannot, the table.
 */
#include "drivers/frr/frr.h"

#include "drivers/answer.h"
#include "drivers/field.h"
#include "drivers/transport/exec.h"

#define COMMAND_MAX 8192

/* ---- commands ---- */

/* Says which command it was, before what was said of it. */
static int
name_command(struct device *d, const char *command)
{
	char said[sizeof(d->message)];

	if (d->error != DEVICE_COMMAND)
		return -1;
	memcpy(said, d->message, sizeof(said));
	device_forgive(d);
	return device_fail(d, DEVICE_COMMAND, "\"%.200s\": %s", command, said);
}

/* `before` is the administrator's, of the options, and goes as it is. */
static int
ask(struct device *d, const char *before, const char *command, struct buffer *out)
{
	struct buffer line;
	int result;

	buffer_init(&line, COMMAND_MAX);
	if (before && *before)
		buffer_printf(&line, "%s ", before);
	buffer_puts(&line, command);
	result = line.failed ? device_fail(d, DEVICE_ARGUMENT, "the command is too long") : transport_ask(d, buffer_span(&line), out);
	buffer_fini(&line);
	return result;
}

int
frr_shell(struct device *d, const char *command, struct buffer *out)
{
	return ask(d, device_option(d, "shell"), command, out) == 0 ? 0 : name_command(d, command);
}

static int
ask_vtysh(struct device *d, const char *command, struct buffer *out)
{
	const char *vtysh = device_option(d, "vtysh");
	struct buffer words;
	int result;

	buffer_init(&words, COMMAND_MAX);
	buffer_puts(&words, "-c ");
	exec_quote(&words, span_str(command));
	result = words.failed ? device_fail(d, DEVICE_ARGUMENT, "the command is too long") : ask(d, vtysh && *vtysh ? vtysh : "vtysh", words.p, out);
	buffer_fini(&words);
	return result;
}

/* vtysh misses a file that it does not need; its other messages stay. */
static struct span
without_complaints(struct span text)
{
	struct span left = text, line;

	while (field_line(&left, &line) && (span_starts(line, SPAN_LIT("% Can't open configuration file")) || span_trim(line).n == 0))
		text = left;
	return text;
}

/* Older releases end with status 0 then. */
static bool
is_refusal(struct span text)
{
	static const struct span starts[] = {
		{ "% Unknown command", 17 }, { "% Command incomplete", 20 }, { "% Ambiguous command", 19 }, { "% There is no matched command", 29 }, { "% [NONE] Unknown command", 24 },
	};

	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
		if (span_starts(text, starts[i]))
			return true;
	}
	return false;
}

static struct span
first_line(struct span text)
{
	struct span line = SPAN_LIT("");

	field_line(&text, &line);
	line.n = line.n < 120 ? line.n : 120;
	return line;
}

int
frr_vtysh(struct device *d, const char *command, struct buffer *room, struct span *text)
{
	struct span line;

	if (ask_vtysh(d, command, room) == -1)
		return name_command(d, command);
	*text = without_complaints(buffer_span(room));
	line = first_line(*text);
	return is_refusal(*text) ? device_fail(d, DEVICE_COMMAND, "\"%.200s\": %.*s", command, (int)line.n, line.p) : 0;
}

/* ---- JSON ---- */

/* Where the JSON starts, behind what vtysh or sudo may have said; an absent span if there is none. */
static struct span
json_part(struct span text)
{
	struct span left = text, line;

	while (field_line(&left, &line)) {
		if (line.n > 0 && (line.p[0] == '{' || line.p[0] == '['))
			return text;
		text = left;
	}
	return SPAN_NONE;
}

/* "bgpd is not running": it ended with a status, but the answer is none. */
static bool
not_running(struct device *d)
{
	if (d->error != DEVICE_COMMAND || !strstr(d->message, " is not running"))
		return false;
	device_forgive(d);
	return true;
}

/* "% BGP instance not found", "View/Vrf red is unknown", or not a word. */
static bool
is_nothing(struct span text)
{
	static const char *const words[] = { " not ", "No such", "No BGP", " is unknown", "doesn't exist" };
	struct span line;

	text = span_trim(text);
	if (text.n == 0 || text.p[0] == '%')
		return true;
	line = first_line(text);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (memmem(line.p, line.n, words[i], strlen(words[i])))
			return true;
	}
	return false;
}

/* The answer of a command that should be JSON. */
static json_t *
json_of(struct device *d, const char *command, struct span text)
{
	struct span json = json_part(text);

	if (json.p)
		return answer_parse(d, json);
	if (is_nothing(text))
		return json_object();
	device_fail(d, DEVICE_ANSWER, "\"%.200s\" gave no JSON", command);
	return NULL;
}

json_t *
frr_vtysh_json(struct device *d, const char *command)
{
	struct buffer room;
	struct span text = SPAN_NONE;
	json_t *r = NULL;

	buffer_init(&room, DEVICE_MAX_ANSWER);
	if (frr_vtysh(d, command, &room, &text) == 0) {
		r = json_of(d, command, text);
	} else if (not_running(d)) {
		device_warn(d, "\"%.200s\": the daemon is not running", command);
		r = json_object();
	}
	if (r && !json_is_object(r)) {
		json_decref(r);
		r = NULL;
		device_fail(d, DEVICE_ANSWER, "\"%.200s\" gave no object", command);
	}
	buffer_fini(&room);
	return r;
}

bool
frr_forgive_command(struct device *d)
{
	if (d->error != DEVICE_COMMAND)
		return false;
	device_forgive(d);
	return true;
}

/* ---- values ---- */

const char *
frr_vrf_name(const char *vrf)
{
	return strcmp(vrf, "default") == 0 || strcmp(vrf, "Default") == 0 ? "global" : vrf;
}

json_t *
frr_entry(const json_t *map, const char *name)
{
	return json_object_get(map, name);
}

/* ---- the driver ---- */

static int
frr_open(struct device *d)
{
	return exec_open(d, 22);
}

static const struct driver_option options[] = {
	{ "vtysh", "the command, \"vtysh\"; or \"sudo vtysh\", \"vtysh -N r1\"", NULL },
	{ "shell", "what stands before the commands of the machine (ip, cat, ping): \"sudo\", \"ip netns exec r1\"", NULL },
	{ "startup_config", "the file of the startup configuration, /etc/frr/frr.conf; with \"vtysh -N r1\" /etc/frr/r1/frr.conf", NULL },
	{ NULL, NULL, NULL },
};

const struct driver frr_driver = {
	.name = "frr",
	.summary = "FRRouting, by vtysh over SSH",
	.options = (const struct driver_option *const[]){ driver_ssh_options, options, NULL },
	.open = frr_open,
	.methods = {
		[GETTER_CLI] = frr_cli,
		[GETTER_PING] = frr_ping,
		[GETTER_TRACEROUTE] = frr_traceroute,
		[GETTER_ARP_TABLE] = frr_get_arp_table,
		[GETTER_BGP_CONFIG] = frr_get_bgp_config,
		[GETTER_BGP_NEIGHBORS] = frr_get_bgp_neighbors,
		[GETTER_BGP_NEIGHBORS_DETAIL] = frr_get_bgp_neighbors_detail,
		[GETTER_CONFIG] = frr_get_config,
		[GETTER_ENVIRONMENT] = frr_get_environment,
		[GETTER_FACTS] = frr_get_facts,
		[GETTER_INTERFACES] = frr_get_interfaces,
		[GETTER_INTERFACES_COUNTERS] = frr_get_interfaces_counters,
		[GETTER_INTERFACES_IP] = frr_get_interfaces_ip,
		[GETTER_IPV6_NEIGHBORS_TABLE] = frr_get_ipv6_neighbors_table,
		[GETTER_LLDP_NEIGHBORS] = frr_get_lldp_neighbors,
		[GETTER_LLDP_NEIGHBORS_DETAIL] = frr_get_lldp_neighbors_detail,
		[GETTER_MAC_ADDRESS_TABLE] = frr_get_mac_address_table,
		[GETTER_NETWORK_INSTANCES] = frr_get_network_instances,
		[GETTER_NTP_PEERS] = frr_get_ntp_peers,
		[GETTER_NTP_SERVERS] = frr_get_ntp_servers,
		[GETTER_NTP_STATS] = frr_get_ntp_stats,
		[GETTER_ROUTE_TO] = frr_get_route_to,
		[GETTER_SNMP_INFORMATION] = frr_get_snmp_information,
		[GETTER_USERS] = frr_get_users,
		[GETTER_VLANS] = frr_get_vlans,
	},
};
