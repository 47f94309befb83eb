/*
 * Probes (IP SLA): what is configured, what was measured.
 */
#include "drivers/iosxr_netconf/iosxr_netconf.h"

#include <math.h>

#include "drivers/field.h"
#include "drivers/xml_read.h"

static const char *
type_of(struct span operation)
{
	static const struct { const char *operation, *type; } types[] = {
		{ "icmp-echo", "icmp-ping" }, { "udp-echo", "udp-ping" }, { "icmp-jitter", "icmp-ping-timestamp" }, { "udp-jitter", "udp-ping-timestamp" },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (span_eq(operation, span_str(types[i].operation)))
			return types[i].type;
	return "";
}

json_t *
iosxr_netconf_get_probes_config(struct device *d, const json_t *arguments)
{
	static const char path[] = "data/ipsla/operation/definitions/definition";
	static const struct xml_read fields[] = {
		{ "target", XML_READ_TEXT, "dest-address", NULL, 0 },
		{ "source", XML_READ_TEXT, "source-address", NULL, 0 },
		{ "probe_count", XML_READ_INT, "history/buckets", NULL, 0 },
		{ "test_interval", XML_READ_INT, "frequency", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	xmlDoc *doc = iosxr_netconf_ask_config(d, "running", "<ipsla xmlns=\"" IOSXR_NETCONF_NS "man-ipsla-cfg\"><operation><definitions/></operation></ipsla>");
	const xmlNode *reply = iosxr_netconf_reply(doc);
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n)) {
		const xmlNode *operation = xml_find(n, "operation-type/*");
		json_t *test = model_new(&model_probe), *tests = json_object();

		xml_read_fields(d, test, operation, fields);
		json_object_set_new(test, "probe_type", json_string(operation ? type_of(span_str((const char *)operation->name)) : ""));
		if (operation)
			xml_read_put(tests, xml_text(operation, "tag"), json_incref(test));
		if (operation)
			xml_read_put(r, xml_text(n, "operation-id"), json_incref(tests));
		json_decref(test);
		json_decref(tests);
	}
	xmlFreeDoc(doc);
	return r;
}

/* ---- results ---- */

/* The buckets of the operation's last life. */
static const xmlNode *
last_buckets(const xmlNode *operation)
{
	const xmlNode *last = NULL;

	for (const xmlNode *n = xml_find(operation, "history/target/lifes/life"); n; n = xml_next(n, "life"))
		last = n;
	return xml_first(last, "buckets");
}

/* The mean of the answers' times, and how many in a hundred had none. */
static void
read_buckets(struct device *d, json_t *r, const xmlNode *buckets)
{
	double sum = 0;
	int64_t times = 0, codes = 0, good = 0;

	for (const xmlNode *n = xml_first(buckets, "bucket"); n; n = xml_next(n, "bucket")) {
		if (xml_first(n, "response-time")) {
			sum += (double)xml_read_int(d, n, "response-time", 0);
			times++;
		}
		if (xml_first(n, "return-code")) {
			codes++;
			good += xml_read_is(n, "return-code", "ipsla-ret-code-ok");
		}
	}
	json_object_set_new(r, "rtt", json_real(times > 0 ? sum / (double)times : 0));
	json_object_set_new(r, "last_test_loss", json_integer(codes > 0 ? (int64_t)(100 * (1 - (double)good / (double)codes)) : 0));
}

static double
mean_delay(struct device *d, const xmlNode *statistics)
{
	double updates = xml_read_real(d, statistics, "update-count", 0);

	return updates > 0 ? xml_read_real(d, statistics, "sum-response-time", 0) / updates : 0;
}

/* NAPALM's: the mean less the root of the mean square. */
static double
jitter(struct device *d, const xmlNode *statistics, double rtt)
{
	double updates = xml_read_real(d, statistics, "update-count", 0);
	double squares = xml_read_real(d, statistics, "sum2-response-time", 0);

	return updates > 0 && squares >= 0 ? rtt - sqrt(squares / updates) : 0;
}

static void
read_statistics(struct device *d, json_t *r, const xmlNode *statistics)
{
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
	const xmlNode *last = xml_find(statistics, "latest/target/common-stats");
	const xmlNode *all = xml_find(statistics, "aggregated/hours/hour/distributed/target/distribution-intervals/distribution-interval/common-stats");

	xml_read_fields(d, r, last, last_fields);
	xml_read_fields(d, r, all, all_fields);
	json_object_set_new(r, "last_test_avg_delay", json_real(mean_delay(d, last)));
	json_object_set_new(r, "global_test_avg_delay", json_real(mean_delay(d, all)));
	json_object_set_new(r, "round_trip_jitter", json_real(jitter(d, all, json_real_value(json_object_get(r, "rtt")))));
}

static json_t *
result_of(struct device *d, const xmlNode *operation, const json_t *configured)
{
	static const char *const undergoing[] = { "current_test_min_delay", "current_test_max_delay", "current_test_avg_delay" };
	const xmlNode *statistics = xml_first(operation, "statistics");
	json_t *r = model_new(&model_probe_result);

	for (size_t i = 0; i < sizeof(undergoing) / sizeof(*undergoing); i++)
		json_object_set_new(r, undergoing[i], json_real(0));
	json_object_set(r, "source", json_object_get(configured, "source"));
	json_object_set(r, "probe_count", json_object_get(configured, "probe_count"));
	json_object_set_new(r, "probe_type", json_string(type_of(xml_text(statistics, "latest/target/specific-stats/op-type"))));
	read_buckets(d, r, last_buckets(operation));
	read_statistics(d, r, statistics);
	return r;
}

/* The results know neither the sources nor the tags: those are configured. */
json_t *
iosxr_netconf_get_probes_results(struct device *d, const json_t *arguments)
{
	static const char path[] = "data/ipsla/operation-data/operations/operation";
	xmlDoc *doc = iosxr_netconf_ask_state(d, "<ipsla xmlns=\"" IOSXR_NETCONF_NS "man-ipsla-oper\"><operation-data><operations/></operation-data></ipsla>");
	json_t *configured = doc ? iosxr_netconf_get_probes_config(d, arguments) : NULL;
	const xmlNode *reply = configured ? iosxr_netconf_reply(doc) : NULL;
	json_t *r = configured ? json_object() : NULL;

	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n)) {
		struct span name = xml_text(n, "operation-id");
		void *first = json_object_iter(xml_read_at(configured, name));
		json_t *tests = json_object();

		json_object_set_new(tests, first ? json_object_iter_key(first) : "", result_of(d, n, first ? json_object_iter_value(first) : NULL));
		xml_read_put(r, name, tests);
	}
	json_decref(configured);
	xmlFreeDoc(doc);
	return r;
}
