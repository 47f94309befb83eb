/*
 * The section `enrichment` of netnorm.yaml.
 */
#include "collector/enrichment.h"

#define LOOK(field) (offsetof(struct enrichment_config, fresh_look.field) - offsetof(struct enrichment_config, fresh_look))
#define INTERVAL(kind) (sizeof(int64_t) * (kind))
#define SECOND_MS 1000
#define DAY_MS (86400 * INT64_C(1000))

static const struct schema_option interval_options[] = {
	{ .key = "get_facts", .type = SCHEMA_DURATION, .offset = INTERVAL(VIEW_FACTS), .fallback = "1h", .min = SECOND_MS, .max = DAY_MS,
	    .help = "Vendor, model, OS version and serial number, for every event of the device." },
	{ .key = "get_interfaces", .type = SCHEMA_DURATION, .offset = INTERVAL(VIEW_INTERFACES), .fallback = "5m", .min = SECOND_MS, .max = DAY_MS,
	    .help = "Description, MAC address, speed and state, for events of an interface." },
	{ .key = "get_lldp_neighbors", .type = SCHEMA_DURATION, .offset = INTERVAL(VIEW_LLDP), .fallback = "5m", .min = SECOND_MS, .max = DAY_MS,
	    .help = "Who is behind the interface." },
	{ .key = "get_bgp_neighbors", .type = SCHEMA_DURATION, .offset = INTERVAL(VIEW_BGP), .fallback = "1m", .min = SECOND_MS, .max = DAY_MS,
	    .help = "AS, description, uptime and prefixes, for events of a BGP peer." },
	SCHEMA_END
};

static const struct schema_option look_options[] = {
	{ .key = "enabled", .type = SCHEMA_BOOL, .offset = LOOK(enabled), .fallback = "true", .help = "Are devices asked because of an event?" },
	{ .key = "filter", .type = SCHEMA_NODE, .offset = LOOK(filter_node),
	    .help = "Which events ask for a fresh look, written as the filter of an output. Default: those of an interface or a BGP peer whose condition is down." },
	{ .key = "timeout", .type = SCHEMA_DURATION, .offset = LOOK(timeout_ms), .fallback = "30s", .min = SECOND_MS, .max = 3600 * INT64_C(1000),
	    .help = "How old the event may be when the answer is there. After that none follows, and that is counted." },
	{ .key = "gap", .type = SCHEMA_DURATION, .offset = LOOK(gap_ms), .fallback = "10s", .min = 0, .max = 3600 * INT64_C(1000),
	    .help = "The time between two looks at one device. Events that come meanwhile share the next look." },
	{ .key = "per_minute", .type = SCHEMA_INT, .offset = LOOK(per_minute), .fallback = "120", .min = 1, .max = 60000, .help = "Looks at all devices together." },
	SCHEMA_END
};

const struct schema_option enrichment_options[] = {
	{ .key = "enabled", .type = SCHEMA_BOOL, .offset = offsetof(struct enrichment_config, enabled), .fallback = "true",
	    .help = "Are the devices asked at all? Without a driver in the inventory there is nothing to ask. A change needs a restart." },
	{ .key = "intervals", .type = SCHEMA_MAP, .offset = offsetof(struct enrichment_config, intervals_ms), .table = interval_options,
	    .help = "How often each getter is asked; a tenth more or less by chance. A device that does not answer is asked after 10 s, then less and less often, down to twice an hour." },
	{ .key = "sessions", .type = SCHEMA_INT, .offset = offsetof(struct enrichment_config, sessions), .fallback = "128", .min = 1, .max = 1024,
	    .help = "Devices that are asked at the same time, each in one session; those that fail, are slow or never answered yet take a quarter at the most, and an eighth is kept for fresh looks. A change needs a restart." },
	{ .key = "timeout", .type = SCHEMA_DURATION, .offset = offsetof(struct enrichment_config, timeout_ms), .fallback = "30s", .min = 100, .max = 600 * INT64_C(1000),
	    .help = "How long one operation may take: connecting, logging in, one answer; one getter, all its operations together, four times that. The inventory may say another for a device." },
	{ .key = "cache", .type = SCHEMA_TEXT, .offset = offsetof(struct enrichment_config, cache),
	    .help = "The directory where the answers are kept over a restart, made with those above it. Default: \"devices\" in state_dir. A change needs a restart." },
	{ .key = "cache_limit", .type = SCHEMA_SIZE, .offset = offsetof(struct enrichment_config, cache_limit_bytes), .fallback = "1GiB", .min = 1 << 20, .max = INT64_C(1) << 40,
	    .help = "How large that may become. A change needs a restart." },
	{ .key = "fresh_look", .type = SCHEMA_MAP, .offset = offsetof(struct enrichment_config, fresh_look), .table = look_options,
	    .help = "Some events ask how their object is now. They go out at once; the answer follows as an event of its own, whose `refers_to` is the id of the first." },
	SCHEMA_END
};

int
enrichment_config_read(struct enrichment_config *c, const struct yaml_doc *doc, struct diag *d)
{
	const struct yaml_node *n = c->fresh_look.filter_node;

	if (!n || n->kind == YAML_NULL)
		return 0;
	c->fresh_look.filter = filter_new(doc, n, d);
	return c->fresh_look.filter ? 0 : -1;
}

void
enrichment_config_fini(struct enrichment_config *c)
{
	filter_free(&c->fresh_look.filter);
}

bool
enrichment_needs_restart(const struct enrichment_config *a, const struct enrichment_config *b)
{
	return a->enabled != b->enabled || a->sessions != b->sessions || a->cache_limit_bytes != b->cache_limit_bytes || strcmp(a->cache, b->cache) != 0;
}
