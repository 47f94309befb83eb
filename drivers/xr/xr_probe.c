#include "drivers/xr/xr_probe.h"

#include <math.h>

#include "drivers/field.h"
#include "drivers/model.h"
#include "drivers/xr/xr_value.h"

json_t *
xr_probe_config(struct device *d, const xmlNode *reply, const struct xr_probe *p)
{
	json_t *r = json_object();

	for (xmlNode *n = xml_read_next(reply, p->definitions, NULL); n; n = xml_read_next(reply, p->definitions, n)) {
		const xmlNode *operation = xml_find(n, p->operation);
		json_t *test, *tests;

		if (!operation)
			continue;
		test = model_new(&model_probe);
		tests = json_object();
		xml_read_fields(d, test, operation, p->configured);
		json_object_set_new(test, "probe_type", xr_value_probe_type(span_str((const char *)operation->name)));
		xml_read_put(tests, xml_text(operation, p->tag), test);
		xml_read_put(r, xml_text(n, p->id), tests);
	}
	return r;
}

/* ---- results ---- */

/* The mean of the answers' times in the last life, and how many in a hundred had none. */
static void
read_buckets(struct device *d, json_t *r, const xmlNode *operation, const struct xr_probe *p)
{
	const xmlNode *last = NULL;
	double sum = 0;
	int64_t times = 0, codes = 0, good = 0;

	for (const xmlNode *n = xml_find(operation, p->lives); n; n = xml_next(n, p->life))
		last = n;
	for (xmlNode *n = xml_read_next(last, p->buckets, NULL); n; n = xml_read_next(last, p->buckets, n)) {
		if (xml_find(n, p->response)) {
			sum += (double)xml_read_int(d, n, p->response, 0);
			times++;
		}
		if (xml_find(n, p->code)) {
			codes++;
			good += xml_read_is(n, p->code, p->good);
		}
	}
	json_object_set_new(r, "rtt", json_real(times > 0 ? sum / (double)times : 0));
	json_object_set_new(r, "last_test_loss", json_integer(codes > 0 ? (int64_t)(100 * (1 - (double)good / (double)codes)) : 0));
}

static double
mean_delay(struct device *d, const xmlNode *statistics, const struct xr_probe *p)
{
	double updates = xml_read_real(d, statistics, p->updates, 0);

	return updates > 0 ? xml_read_real(d, statistics, p->sum, 0) / updates : 0;
}

/* NAPALM's: the mean less the root of the mean square. */
static double
jitter(struct device *d, const xmlNode *statistics, const struct xr_probe *p, double rtt)
{
	double updates = xml_read_real(d, statistics, p->updates, 0);
	double squares = xml_read_real(d, statistics, p->squares, 0);

	return updates > 0 && squares >= 0 ? rtt - sqrt(squares / updates) : 0;
}

static json_t *
result_of(struct device *d, const xmlNode *operation, const struct xr_probe *p, const json_t *configured)
{
	static const char *const undergoing[] = { "current_test_min_delay", "current_test_max_delay", "current_test_avg_delay" };
	const xmlNode *last = xml_find(operation, p->last), *all = xml_find(operation, p->all);
	json_t *r = model_new(&model_probe_result);

	for (size_t i = 0; i < sizeof(undergoing) / sizeof(*undergoing); i++)
		json_object_set_new(r, undergoing[i], json_real(0));
	json_object_set(r, "source", json_object_get(configured, "source"));
	json_object_set(r, "probe_count", json_object_get(configured, "probe_count"));
	json_object_set_new(r, "probe_type", xr_value_probe_type(xml_text(operation, p->kind)));
	read_buckets(d, r, operation, p);
	xml_read_fields(d, r, last, p->last_fields);
	xml_read_fields(d, r, all, p->all_fields);
	json_object_set_new(r, "last_test_avg_delay", json_real(mean_delay(d, last, p)));
	json_object_set_new(r, "global_test_avg_delay", json_real(mean_delay(d, all, p)));
	json_object_set_new(r, "round_trip_jitter", json_real(jitter(d, all, p, json_real_value(json_object_get(r, "rtt")))));
	return r;
}

json_t *
xr_probe_results(struct device *d, const xmlNode *reply, const struct xr_probe *p, json_t *configured)
{
	json_t *r = json_object();

	for (xmlNode *n = xml_read_next(reply, p->operations, NULL); n; n = xml_read_next(reply, p->operations, n)) {
		struct span name = xml_text(n, p->id);
		void *first = json_object_iter(xml_read_at(configured, name));
		json_t *tests = json_object();

		json_object_set_new(tests, first ? json_object_iter_key(first) : "", result_of(d, n, p, first ? json_object_iter_value(first) : NULL));
		xml_read_put(r, name, tests);
	}
	return r;
}
