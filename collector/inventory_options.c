/*
 * The tables of inventory.yaml.
 */
#include "collector/inventory_part.h"

static const char *const orders[] = { [STAMP_MONTH_FIRST] = "month_first", [STAMP_DAY_FIRST] = "day_first", NULL };

#define SAYINGS \
	{ .key = "os", .type = SCHEMA_TEXT, .offset = offsetof(struct inventory_read, os), \
	    .help = "The OS, as the profiles call it: no other is tried." }, \
	{ .key = "zone", .type = SCHEMA_TEXT, .offset = offsetof(struct inventory_read, zone), \
	    .help = "The time zone of its clock, for lines that name none: an offset (+02:00), a zone word (CEST) or a name (Europe/Berlin)." }, \
	{ .key = "date_order", .type = SCHEMA_ENUM, .offset = offsetof(struct inventory_read, date_order), .names = orders, \
	    .help = "What 05/08/2025 means." }, \
	{ .key = "trust_host", .type = SCHEMA_BOOL, .offset = offsetof(struct inventory_read, trust_host), \
	    .help = "The host in the header names the device: for relays, and networks whose senders may be believed." }
#define ACCESS \
	{ .key = "driver", .type = SCHEMA_TEXT, .offset = offsetof(struct inventory_read, driver), \
	    .help = "How it is asked: one of the drivers that `netnorm get --driver help` lists. Without one it is not." }, \
	{ .key = "username", .type = SCHEMA_TEXT, .offset = offsetof(struct inventory_read, username), .help = "Who logs in." }, \
	{ .key = "password", .type = SCHEMA_LATE_SECRET, .offset = offsetof(struct inventory_read, password), \
	    .help = "The password: {file: PATH} (its first line) or {env: NAME}." }, \
	{ .key = "port", .type = SCHEMA_INT, .offset = offsetof(struct inventory_read, port), .min = 1, .max = 65535, .help = "In the place of the driver's own." }, \
	{ .key = "timeout", .type = SCHEMA_DURATION, .offset = offsetof(struct inventory_read, timeout_ms), .min = 100, .max = 3600000, \
	    .help = "How long one operation may take: connecting, logging in, one answer. Default 60 s, in the collector that of `enrichment`. The option `timeout` (seconds) goes before it." }, \
	{ .key = "options", .type = SCHEMA_NODE, .offset = offsetof(struct inventory_read, options), \
	    .help = "Options of the driver, by name. Those of a device, its groups and the defaults add up." }, \
	{ .key = "poll", .type = SCHEMA_BOOL, .offset = offsetof(struct inventory_read, poll), .fallback = "true", \
	    .help = "Does the collector ask it on its own, to enrich events?" }
#define GROUPS \
	{ .key = "groups", .type = SCHEMA_TEXTS, .offset = offsetof(struct inventory_read, groups), \
	    .help = "Groups whose settings hold where nothing is said here; the first one that says something wins." }, \
	{ .key = "group", .type = SCHEMA_TEXTS, .offset = offsetof(struct inventory_read, group), .help = "The same, for one." }

const struct schema_option inventory_group_options[] = { SAYINGS, ACCESS, SCHEMA_END };
const struct schema_option inventory_network_options[] = { SAYINGS, GROUPS, SCHEMA_END };
const struct schema_option inventory_device_options[] = {
	{ .key = "addresses", .type = SCHEMA_TEXTS, .offset = offsetof(struct inventory_read, addresses),
	    .help = "Addresses that it sends from, or networks that are all its own (192.0.2.0/28)." },
	{ .key = "hosts", .type = SCHEMA_TEXTS, .offset = offsetof(struct inventory_read, hosts),
	    .help = "Other names that it has in headers; its own name always counts. Case does not matter." },
	{ .key = "hostname", .type = SCHEMA_TEXT, .offset = offsetof(struct inventory_read, hostname),
	    .help = "The name or address where it is asked. Default: the first of its addresses, else its name." },
	GROUPS,
	SAYINGS,
	ACCESS,
	SCHEMA_END
};
const struct schema_option inventory_top_options[] = {
	{ .key = "defaults", .type = SCHEMA_NODE, .offset = offsetof(struct inventory_top, defaults), .help = "What holds where nothing else is said." },
	{ .key = "groups", .type = SCHEMA_NODE, .offset = offsetof(struct inventory_top, groups), .help = "Settings by the name of a group." },
	{ .key = "devices", .type = SCHEMA_NODE, .offset = offsetof(struct inventory_top, devices), .help = "Devices by name." },
	{ .key = "networks", .type = SCHEMA_NODE, .offset = offsetof(struct inventory_top, networks),
	    .help = "Settings by network, for senders that are no single device. The longest network that holds the sender's address counts." },
	SCHEMA_END
};

void
inventory_manual(FILE *out)
{
	fputs("The file named by\n.BR inventory .\n", out);
	schema_manual(inventory_top_options, out);
	fputs(".SS Defaults and groups\n", out);
	schema_manual(inventory_group_options, out);
	fputs(".SS Devices\n", out);
	schema_manual(inventory_device_options, out);
	fputs(".SS Networks\n", out);
	schema_manual(inventory_network_options, out);
}
