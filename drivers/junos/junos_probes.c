/*
 * Probes of real-time performance monitoring (RPM).
 */
#include "drivers/field.h"
#include "drivers/junos/junos.h"
#include "drivers/xml_read.h"

static json_t *
test(struct device *d, const xmlNode *n)
{
	bool url = xml_text(n, "target/address").n == 0;
	json_t *r = model_new(&model_probe);

	json_object_set_new(r, "probe_type", junos_text(n, "probe-type"));
	json_object_set_new(r, "target", junos_text(n, url ? "target/url" : "target/address"));
	json_object_set_new(r, "source", junos_text(n, "source-address"));
	json_object_set_new(r, "probe_count", json_integer(xml_read_int(d, n, "probe-count", 0)));
	json_object_set_new(r, "test_interval", json_integer(xml_read_int(d, n, "test-interval", 0)));
	return r;
}

json_t *
junos_get_probes_config(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = junos_ask_configuration(d, "<services><rpm><probe><test/></probe></rpm></services>");
	const xmlNode *root = junos_root(doc);
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	for (const xmlNode *probe = junos_next(root, NULL, "probe"); probe; probe = junos_next(root, probe, "probe")) {
		json_t *tests = junos_slot(r, xml_text(probe, "name"), json_object);

		for (const xmlNode *n = xml_first(probe, "test"); n && tests; n = xml_next(n, "test"))
			junos_put(tests, xml_text(n, "name"), test(d, n));
	}
	xmlFreeDoc(doc);
	return r;
}

/* ---- results ---- */

/* Devices count microseconds, the model milliseconds. */
static void
put_delay(struct device *d, json_t *r, const char *name, const xmlNode *n, const char *path)
{
	if (xml_text(n, path).n > 0)
		json_object_set_new(r, name, json_real(xml_read_real(d, n, path, -1e3) * 1e-3));
}

static void
take_delays(struct device *d, json_t *r, const xmlNode *n, const char *which, const char *element)
{
	static const char *const kinds[] = { "min", "max", "avg" };
	const xmlNode *summary = xml_find(xml_first(n, element), "probe-test-generic-results/probe-test-rtt/probe-summary-results");
	char name[64], path[32];

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		snprintf(name, sizeof(name), "%s_test_%s_delay", which, kinds[i]);
		snprintf(path, sizeof(path), "%s-delay", kinds[i]);
		put_delay(d, r, name, summary, path);
	}
}

static json_t *
result(struct device *d, const xmlNode *n)
{
	double loss = xml_read_real(d, n, "probe-last-test-results/probe-test-generic-results/loss-percentage", 0);
	json_t *r = model_new(&model_probe_result);

	json_object_set_new(r, "target", junos_text(n, "target-address"));
	json_object_set_new(r, "source", junos_text(n, "source-address"));
	json_object_set_new(r, "probe_type", junos_text(n, "probe-type"));
	json_object_set_new(r, "probe_count", json_integer(xml_read_int(d, n, "test-size", -1)));
	json_object_set_new(r, "last_test_loss", json_integer(loss >= 0 && loss <= 100 ? (json_int_t)loss : 0));
	put_delay(d, r, "rtt", n, "probe-single-results/rtt");
	put_delay(d, r, "round_trip_jitter", n, "probe-single-results/round-trip-jitter");
	take_delays(d, r, n, "current", "probe-test-current-results");
	take_delays(d, r, n, "last", "probe-last-test-results");
	take_delays(d, r, n, "global", "probe-test-global-results");
	return r;
}

json_t *
junos_get_probes_results(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = junos_ask(d, "<get-probe-results/>");
	const xmlNode *root = junos_root(doc);
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	for (const xmlNode *n = junos_next(root, NULL, "probe-test-results"); n; n = junos_next(root, n, "probe-test-results")) {
		json_t *tests = junos_slot(r, xml_text(n, "owner"), json_object);

		if (tests)
			junos_put(tests, xml_text(n, "test-name"), result(d, n));
	}
	xmlFreeDoc(doc);
	return r;
}
