/*
 * Fans, temperatures, power supplies, CPU and memory.
 */
#include <math.h>

#include "drivers/field.h"
#include "drivers/junos/junos.h"
#include "drivers/xml_read.h"

static json_t *
new_fan(void)
{
	return model_new(&model_fan);
}

static json_t *
new_power(void)
{
	return model_new(&model_power);
}

static void
set_status(json_t *o, bool good)
{
	json_object_set_new(o, "status", json_boolean(good));
}

/* ---- temperatures ---- */

/*
 * NAPALM compares a sensor with every threshold, and what the last one says stays: so it is with the last one here.
 */
static const xmlNode *
last_threshold(const xmlNode *thresholds)
{
	const xmlNode *last = NULL;

	for (const xmlNode *n = junos_next(thresholds, NULL, "temperature-threshold"); n; n = junos_next(thresholds, n, "temperature-threshold"))
		last = n;
	return last;
}

static void
take_temperature(struct device *d, json_t *r, const xmlNode *item, const xmlNode *t)
{
	int64_t celsius = junos_attribute(d, item, "temperature", "celsius", INT64_MIN);
	bool known = celsius != INT64_MIN, red, yellow;
	json_t *one = model_new(&model_temperature);

	red = known && celsius >= xml_read_int(d, t, "red-alarm", INT64_MAX);
	yellow = known && celsius >= xml_read_int(d, t, "yellow-alarm", INT64_MAX);
	/* 0 where there is no measurement, an absent card for one: so NAPALM says it. */
	json_object_set_new(one, "temperature", json_real(known ? (double)celsius : 0.0));
	json_object_set_new(one, "is_critical", json_boolean(red));
	json_object_set_new(one, "is_alert", json_boolean(red || yellow));
	junos_put(json_object_get(r, "temperature"), xml_text(item, "name"), one);
}

/* A power supply is "PEM 0" on one model and "Power Supply 0" on another: the second for all of them. */
static json_t *
power_slot(json_t *power, struct span name)
{
	struct buffer b;
	json_t *slot;

	buffer_init(&b, DEVICE_MAX_ANSWER);
	while (name.n > 0) {
		bool pem = span_starts(name, SPAN_LIT("PEM"));

		buffer_put(&b, pem ? SPAN_LIT("Power Supply") : span_of(name.p, 1));
		name = span_skip(name, pem ? 3 : 1);
	}
	slot = junos_slot(power, buffer_span(&b), new_power);
	buffer_fini(&b);
	return slot;
}

/* ---- what the chassis lists ---- */

/* The class stands with the first item of it only. */
static void
take_items(struct device *d, json_t *r, const xmlNode *root, const xmlNode *threshold)
{
	struct span class = SPAN_LIT("");

	for (const xmlNode *n = junos_next(root, NULL, "environment-item"); n; n = junos_next(root, n, "environment-item")) {
		struct span own = xml_text(n, "class");
		bool good = junos_equals(n, "status", "OK");

		class = own.n > 0 ? own : class;
		if (span_eq(class, SPAN_LIT("Power")))
			set_status(power_slot(json_object_get(r, "power"), xml_text(n, "name")), good);
		else if (span_eq(class, SPAN_LIT("Fans")))
			set_status(junos_slot(json_object_get(r, "fans"), xml_text(n, "name"), new_fan), good);
		else if (span_eq(class, SPAN_LIT("Temp")))
			take_temperature(d, r, n, threshold);
	}
}

/* ---- power ---- */

static void
take_power(struct device *d, json_t *r, const xmlNode *root)
{
	for (const xmlNode *n = junos_next(root, NULL, "power-usage-item"); n; n = junos_next(root, n, "power-usage-item")) {
		json_t *slot = power_slot(json_object_get(r, "power"), xml_text(n, "name"));

		if (xml_text(n, "pem-capacity-detail/capacity-actual").n > 0)
			json_object_set_new(slot, "capacity", json_real(xml_read_real(d, n, "pem-capacity-detail/capacity-actual", -1)));
		if (xml_text(n, "dc-output-detail/dc-power").n > 0)
			json_object_set_new(slot, "output", json_real(xml_read_real(d, n, "dc-output-detail/dc-power", -1)));
		if (xml_text(n, "state").n > 0)
			set_status(slot, junos_equals(n, "state", "Online"));
	}
}

/* ---- routing engines ---- */

/* "16330 MB": its digits, all of them. */
static int64_t
megabytes(struct span s)
{
	char digits[20];
	size_t n = 0;
	int64_t v;

	for (size_t i = 0; i < s.n && n < sizeof(digits); i++) {
		if (span_is_digit(s.p[i]))
			digits[n++] = s.p[i];
	}
	return field_int(span_of(digits, n), &v) ? v : -1;
}

static void
take_memory(struct device *d, json_t *memory, const xmlNode *engine)
{
	struct span size = xml_text(engine, "memory-dram-size");
	int64_t available = megabytes(size.n > 0 ? size : xml_text(engine, "memory-system-total"));
	int64_t used = xml_read_int(d, engine, "memory-system-total-used", 0), percent = xml_read_int(d, engine, "memory-buffer-utilization", -1);

	/* Older releases give only a percentage. */
	if (used <= 0)
		used = percent < 0 || available < 0 ? -1 : (int64_t)rint((double)available / 100.0 * (double)percent);
	json_object_set_new(memory, "available_ram", json_integer(available));
	json_object_set_new(memory, "used_ram", json_integer(used));
}

static struct span
engine_name(const xmlNode *engine)
{
	const xmlNode *item = engine->parent ? engine->parent->parent : NULL;
	struct span member = xml_is(item, "multi-routing-engine-item") ? xml_text(item, "re-name") : SPAN_NONE;
	struct span slot = xml_text(engine, "slot");

	/* A node of a cluster counts its own engines from 0. */
	if (member.n > 0 && (slot.n == 0 || span_starts(member, SPAN_LIT("node"))))
		return member;
	return slot.n > 0 ? slot : SPAN_LIT("0");
}

/* Of several engines the last one's memory is told: the model has one. */
static void
take_engines(struct device *d, json_t *r, const xmlNode *root)
{
	for (const xmlNode *n = junos_next(root, NULL, "route-engine"); n; n = junos_next(root, n, "route-engine")) {
		int64_t idle = xml_read_int(d, n, "cpu-idle", -1);
		json_t *cpu = model_new(&model_cpu);

		/* An engine that is absent, or that does not answer, has neither. */
		if (idle < 0 && xml_text(n, "memory-dram-size").n == 0 && xml_text(n, "memory-system-total").n == 0) {
			json_decref(cpu);
			continue;
		}
		json_object_set_new(cpu, "%usage", json_real(idle < 0 ? -1.0 : 100.0 - (double)idle));
		junos_put(json_object_get(r, "cpu"), engine_name(n), cpu);
		take_memory(d, json_object_get(r, "memory"), n);
	}
}

/* ---- asking ---- */

/* An RPC that many models do not have. */
static xmlDoc *
ask_if_any(struct device *d, const char *rpc, const char *node)
{
	xmlDoc *doc = junos_ask_with(d, rpc, "node", node);

	if (!doc && d->error == DEVICE_COMMAND)
		device_forgive(d);
	return doc;
}

/* Two nodes of a cluster of SRX have sensors of the same names: then the primary one's are asked for. */
static const char *
node_of(const xmlNode *root)
{
	const xmlNode *item = junos_next(root, NULL, "multi-routing-engine-item");
	const xmlNode *second = xml_next(item, "multi-routing-engine-item");

	return second && span_starts(xml_text(item, "re-name"), SPAN_LIT("node")) ? "primary" : "";
}

json_t *
junos_get_environment(struct device *d, const json_t *arguments)
{
	xmlDoc *items = NULL, *thresholds = NULL, *power = NULL, *engines = junos_ask(d, "<get-route-engine-information/>");
	const char *node = node_of(junos_root(engines));
	json_t *r = NULL;

	(void)arguments;
	if (engines && *node) {
		xmlFreeDoc(engines);
		engines = junos_ask_with(d, "<get-route-engine-information/>", "node", node);
	}
	if (engines)
		items = junos_ask_with(d, "<get-environment-information/>", "node", node);
	if (items)
		thresholds = ask_if_any(d, "<get-temperature-threshold-information/>", node);
	if (items && d->error == DEVICE_OK)
		power = ask_if_any(d, "<get-power-usage-information-detail/>", "");
	if (d->error == DEVICE_OK && (r = model_new(&model_environment))) {
		take_items(d, r, junos_root(items), last_threshold(junos_root(thresholds)));
		take_power(d, r, junos_root(power));
		take_engines(d, r, junos_root(engines));
	}
	xmlFreeDoc(engines);
	xmlFreeDoc(items);
	xmlFreeDoc(thresholds);
	xmlFreeDoc(power);
	return r;
}
