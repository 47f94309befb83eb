/*
 * Probes (IP SLA): what is configured, what was measured.
 */
#include "drivers/iosxr_netconf/iosxr_netconf.h"

#include "drivers/xml_read.h"
#include "drivers/xr/xr_probe.h"

#define INTERVAL "distribution-intervals/distribution-interval"

static const struct xml_read config_fields[] = {
	{ "target", XML_READ_TEXT, "dest-address", NULL, 0 },
	{ "source", XML_READ_TEXT, "source-address", NULL, 0 },
	{ "probe_count", XML_READ_INT, "history/buckets", NULL, 0 },
	{ "test_interval", XML_READ_INT, "frequency", NULL, 0 },
	{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
};
static const struct xml_read last_fields[] = {
	{ "last_test_min_delay", XML_READ_REAL, "min-response-time", NULL, 0 },
	{ "last_test_max_delay", XML_READ_REAL, "max-response-time", NULL, 0 },
	{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
};
static const struct xml_read all_fields[] = {
	{ "global_test_min_delay", XML_READ_REAL, "min-response-time", NULL, 0 },
	{ "global_test_max_delay", XML_READ_REAL, "max-response-time", NULL, 0 },
	{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
};

static const struct xr_probe names = {
	.definitions = "data/ipsla/operation/definitions/definition",
	.id = "operation-id",
	.operation = "operation-type/*",
	.tag = "tag",
	.configured = config_fields,
	.operations = "data/ipsla/operation-data/operations/operation",
	.lives = "history/target/lifes/life",
	.life = "life",
	.buckets = "buckets/bucket",
	.response = "response-time",
	.code = "return-code",
	.good = "ipsla-ret-code-ok",
	.last = "statistics/latest/target/common-stats",
	.all = "statistics/aggregated/hours/hour/distributed/target/" INTERVAL "/common-stats",
	.kind = "statistics/latest/target/specific-stats/op-type",
	.updates = "update-count",
	.sum = "sum-response-time",
	.squares = "sum2-response-time",
	.last_fields = last_fields,
	.all_fields = all_fields,
};

json_t *
iosxr_netconf_get_probes_config(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = iosxr_netconf_ask_config(d, "running", "<ipsla xmlns=\"" IOSXR_NETCONF_NS "man-ipsla-cfg\"><operation><definitions/></operation></ipsla>");
	json_t *r = doc ? xr_probe_config(d, iosxr_netconf_reply(doc), &names) : NULL;

	(void)arguments;
	xmlFreeDoc(doc);
	return r;
}

json_t *
iosxr_netconf_get_probes_results(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = iosxr_netconf_ask_state(d, "<ipsla xmlns=\"" IOSXR_NETCONF_NS "man-ipsla-oper\"><operation-data><operations/></operation-data></ipsla>");
	json_t *configured = doc ? iosxr_netconf_get_probes_config(d, arguments) : NULL;
	json_t *r = configured ? xr_probe_results(d, iosxr_netconf_reply(doc), &names, configured) : NULL;

	json_decref(configured);
	xmlFreeDoc(doc);
	return r;
}
