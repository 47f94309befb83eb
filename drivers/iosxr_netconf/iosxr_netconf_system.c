/*
 * What the device is and how it fares: facts, environment; who may use it.
 */
#include "drivers/iosxr_netconf/iosxr_netconf.h"

#include <stdio.h>
#include <stdlib.h>

#include "drivers/transport/netconf.h"
#include "drivers/xml_read.h"
#include "drivers/xr/xr_value.h"

static xmlDoc *
ask_facts(struct device *d)
{
	return iosxr_netconf_ask_state(d, "<system-time xmlns=\"" IOSXR_NETCONF_NS "shellutil-oper\"/>"
	    "<interfaces xmlns=\"" IOSXR_NETCONF_NS "pfi-im-cmd-oper\"><interfaces><interface><interface-name/></interface></interfaces></interfaces>"
	    "<inventory xmlns=\"" IOSXR_NETCONF_NS "invmgr-oper\"><entities><entity><name>Rack 0</name><attributes><inv-basic-bag>"
	    "<software-revision/><model-name/><serial-number/></inv-basic-bag></attributes></entity></entities></inventory>");
}

static xmlNode *
rack(const xmlNode *reply)
{
	return xml_find(reply, "data/inventory/entities/entity/attributes/inv-basic-bag");
}

json_t *
iosxr_netconf_get_facts(struct device *d, const json_t *arguments)
{
	static const char interface[] = "data/interfaces/interfaces/interface/interface-name";
	static const struct xml_read system[] = {
		{ "hostname", XML_READ_TEXT, "data/system-time/uptime/host-name", NULL, 0 },
		{ "fqdn", XML_READ_TEXT, "data/system-time/uptime/host-name", NULL, 0 },
		{ "uptime", XML_READ_REAL, "data/system-time/uptime/uptime", NULL, -1 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	static const struct xml_read inventory[] = {
		{ "os_version", XML_READ_TEXT, "software-revision", NULL, 0 },
		{ "model", XML_READ_TEXT, "model-name", NULL, 0 },
		{ "serial_number", XML_READ_TEXT, "serial-number", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	xmlDoc *doc = ask_facts(d);
	const xmlNode *reply = iosxr_netconf_reply(doc);
	json_t *r = doc ? model_new(&model_facts) : NULL;

	(void)arguments;
	xml_read_fields(d, r, reply, system);
	xml_read_fields(d, r, rack(reply), inventory);
	json_object_set_new(r, "vendor", json_string("Cisco"));
	for (xmlNode *n = xml_read_next(reply, interface, NULL); n; n = xml_read_next(reply, interface, n))
		json_array_append_new(json_object_get(r, "interface_list"), xml_read_text(n, NULL, ""));
	xmlFreeDoc(doc);
	return r;
}

/* ---- environment ---- */

/* A part that the device refuses leaves the others. */
static int
outcome(struct device *d, const xmlDoc *doc, const char *part)
{
	char why[sizeof(d->message)];

	if (doc || d->error != DEVICE_COMMAND)
		return doc ? 0 : -1;
	memcpy(why, d->message, sizeof(why));
	device_forgive(d);
	device_warn(d, "environment without %s: %s", part, why);
	return 0;
}

/* Fan trays alone: the fans of a power module are named by its place. */
static void
read_fans(json_t *fans, const xmlNode *oper)
{
	static const char path[] = "fan/location/location";

	for (xmlNode *n = xml_read_next(oper, path, NULL); n; n = xml_read_next(oper, path, n)) {
		struct span name = xml_text(n, NULL);

		while (name.n > 0 && (name.p[0] == '0' || name.p[0] == '/'))
			name = span_skip(name, 1);
		for (size_t i = 0; i + 1 < name.n; i++) {
			if (name.p[i] == 'F' && name.p[i + 1] == 'T') {
				xml_read_put(fans, name, json_pack("{s:b}", "status", 1));
				break;
			}
		}
	}
}

static double
cents(double v)
{
	char text[400];

	snprintf(text, sizeof(text), "%.2f", v);
	return strtod(text, NULL);
}

static void
read_supplies(struct device *d, json_t *power, const xmlNode *place, double capacity)
{
	for (xmlNode *n = xml_first(place, "pem_attributes"); n; n = xml_next(n, "pem_attributes")) {
		double volts = xml_read_real(d, n, "output_voltage", 0), amperes = xml_read_real(d, n, "output_current", 0);
		json_t *supply = model_new(&model_power);

		json_object_set_new(supply, "status", json_boolean(xml_read_is(n, "status", "OK")));
		json_object_set_new(supply, "output", json_real(cents(volts * amperes)));
		json_object_set_new(supply, "capacity", json_real(capacity));
		xml_read_put(power, xml_text(n, "pem"), supply);
	}
}

/* "0": the whole chassis. */
static bool
is_chassis(struct span place)
{
	for (size_t i = 0; i < place.n; i++)
		if (!span_is_digit(place.p[i]))
			return false;
	return place.n > 0;
}

/* "0/PT0" or "0/PM3": a shelf of power modules, or one of them. */
static bool
is_supply(struct span place)
{
	for (size_t i = 0; i + 4 < place.n; i++) {
		const char *p = place.p + i;

		if (span_is_digit(p[0]) && p[1] == '/' && p[2] == 'P' && (p[3] == 'T' || p[3] == 'M') && span_is_digit(p[4]))
			return true;
	}
	return false;
}

/* The chassis comes before its supplies, and says what they can give. */
static void
read_power(struct device *d, json_t *power, const xmlNode *oper)
{
	double capacity = 0;

	for (xmlNode *n = xml_read_next(oper, "power/location", NULL); n; n = xml_read_next(oper, "power/location", n)) {
		struct span place = xml_text(n, "location");

		if (is_chassis(place))
			capacity = xml_read_real(d, n, "pem_attributes/usable_power_capacity", -1);
		else if (is_supply(place))
			read_supplies(d, power, n, capacity);
	}
}

static json_t *
temperature_of(struct device *d, const xmlNode *sensor)
{
	json_t *r = model_new(&model_temperature);
	double value = xml_read_real(d, sensor, "value", -1);
	bool known = xml_text(sensor, "value").n > 0;

	json_object_set_new(r, "temperature", json_real(value));
	json_object_set_new(r, "is_alert",
	    json_boolean(known && (value <= xml_read_real(d, sensor, "major_lo", -1e9) || value >= xml_read_real(d, sensor, "major_hi", 1e9))));
	json_object_set_new(r, "is_critical",
	    json_boolean(known && (value <= xml_read_real(d, sensor, "critical_lo", -1e9) || value >= xml_read_real(d, sensor, "critical_hi", 1e9))));
	return r;
}

/* One sensor a place: where its air comes in, or what its fans are steered by. */
static void
read_temperatures(struct device *d, json_t *temperature, const xmlNode *oper)
{
	for (xmlNode *n = xml_read_next(oper, "temperatures/location", NULL); n; n = xml_read_next(oper, "temperatures/location", n)) {
		xmlNode *s = xml_first(n, "sensor_attributes");

		while (s && !xml_read_is(s, "sensor_id", "Inlet") && !xml_read_is(s, "sensor_id", "Control Sensor"))
			s = xml_next(s, "sensor_attributes");
		if (s)
			xml_read_put(temperature, xml_text(n, "location"), temperature_of(d, s));
	}
}

/* Of one model: how many things it told of; -1 after device_fail(). */
static int
read_model(struct device *d, json_t *r, const char *model)
{
	json_t *fans = json_object_get(r, "fans"), *power = json_object_get(r, "power"), *temperature = json_object_get(r, "temperature");
	char filter[256];
	xmlDoc *doc;
	xmlNode *oper;

	snprintf(filter, sizeof(filter), "<environment xmlns=\"" IOSXR_NETCONF_SYSADMIN_NS "%s\"><oper><temperatures/><fan/><power/></oper></environment>", model);
	doc = iosxr_netconf_ask_state(d, filter);
	oper = xml_find(iosxr_netconf_reply(doc), "data/environment/oper");
	read_fans(fans, oper);
	read_power(d, power, oper);
	read_temperatures(d, temperature, oper);
	xmlFreeDoc(doc);
	return doc ? (int)(json_object_size(fans) + json_object_size(power) + json_object_size(temperature) > 0) : -1;
}

/* Platforms differ in the model of their sensors, and may tell of more than the one that they fill. */
static int
read_sensors(struct device *d, json_t *r)
{
	static const char *const models[] = { "asr9k-envmon-ui", "envmon-ui", "fretta-envmon-ui" };
	char name[128];
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(models) / sizeof(*models); i++) {
		snprintf(name, sizeof(name), IOSXR_NETCONF_SYSADMIN_NS "%s", models[i]);
		if (!netconf_capable(d, name))
			continue;
		rc = read_model(d, r, models[i]);
		if (rc == -1)
			rc = outcome(d, NULL, "sensors");
	}
	if (rc == 0)
		device_warn(d, "environment without sensors: the device has no model that tells of them");
	return rc == -1 ? -1 : 0;
}

static int
read_cpu(struct device *d, json_t *cpu)
{
	static const char path[] = "data/system-monitoring/cpu-utilization";
	xmlDoc *doc = iosxr_netconf_ask_state(d, "<system-monitoring xmlns=\"" IOSXR_NETCONF_NS "wdsysmon-fd-oper\"><cpu-utilization>"
	    "<node-name/><total-cpu-five-minute/></cpu-utilization></system-monitoring>");
	const xmlNode *reply = iosxr_netconf_reply(doc);
	int status = outcome(d, doc, "processors");

	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n))
		xml_read_put(cpu, xml_text(n, "node-name"), json_pack("{s:f}", "%usage", xml_read_real(d, n, "total-cpu-five-minute", 0)));
	xmlFreeDoc(doc);
	return status;
}

/* "0/RP0/CPU0": the first of the processors that route. */
static bool
is_route_processor(struct span node)
{
	const char *slash = node.n ? memchr(node.p, '/', node.n) : NULL;
	struct span slot = slash ? span_between(slash + 1, node.p + node.n) : SPAN_NONE;
	const char *end = slot.n ? memchr(slot.p, '/', slot.n) : NULL;

	if (end)
		slot = span_between(slot.p, end);
	return span_eq(slot, SPAN_LIT("RP0")) || span_eq(slot, SPAN_LIT("RSP0"));
}

static int
read_memory(struct device *d, json_t *memory)
{
	static const char path[] = "data/memory-summary/nodes/node";
	xmlDoc *doc = iosxr_netconf_ask_state(d, "<memory-summary xmlns=\"" IOSXR_NETCONF_NS "nto-misc-oper\"><nodes><node><node-name/><summary/></node></nodes></memory-summary>");
	const xmlNode *reply = iosxr_netconf_reply(doc);
	xmlNode *n = xml_read_next(reply, path, NULL);
	int status = outcome(d, doc, "memory");
	int64_t all, unused;

	while (n && !is_route_processor(xml_text(n, "node-name")))
		n = xml_read_next(reply, path, n);
	all = xml_read_int(d, n, "summary/system-ram-memory", 0);
	unused = xml_read_int(d, n, "summary/free-physical-memory", 0);
	if (all > 0 && unused > 0) {
		json_object_set_new(memory, "available_ram", json_integer(all));
		json_object_set_new(memory, "used_ram", json_integer(all - unused));
	}
	xmlFreeDoc(doc);
	return status;
}

json_t *
iosxr_netconf_get_environment(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = ask_facts(d);
	/* The virtual router has neither fans nor sensors. */
	bool virtual = xml_read_is(rack(iosxr_netconf_reply(doc)), "model-name", "R-IOSXRV9000-CC");
	json_t *r = doc ? model_new(&model_environment) : NULL;

	(void)arguments;
	xmlFreeDoc(doc);
	if (r && ((!virtual && read_sensors(d, r) == -1) || read_cpu(d, json_object_get(r, "cpu")) == -1 || read_memory(d, json_object_get(r, "memory")) == -1)) {
		json_decref(r);
		r = NULL;
	}
	return r;
}

/* ---- users ---- */

json_t *
iosxr_netconf_get_users(struct device *d, const json_t *arguments)
{
	static const char path[] = "data/aaa/usernames/username";
	xmlDoc *doc = iosxr_netconf_ask_config(d, "running",
	    "<aaa xmlns=\"" IOSXR_NETCONF_NS "aaa-lib-cfg\"><usernames xmlns=\"" IOSXR_NETCONF_NS "aaa-locald-cfg\"><username/></usernames></aaa>");
	const xmlNode *reply = iosxr_netconf_reply(doc);
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n)) {
		json_t *user = model_new(&model_user);

		json_object_set_new(user, "level", xr_value_level(xml_text(n, "usergroup-under-usernames/usergroup-under-username/name")));
		json_object_set_new(user, "password", xml_read_text(n, "password", ""));
		xml_read_put(r, xml_text(n, "name"), user);
	}
	xmlFreeDoc(doc);
	return r;
}
