/*
 * How the device fares: fans, power, temperatures by the sensors of each slot, processors, memory.
 */
#include "drivers/field.h"
#include "drivers/iosxr/iosxr.h"
#include "drivers/xml_read.h"
#include "drivers/xr/xr_value.h"

/* A part that the device refuses leaves the others. */
static bool
borne(struct device *d, const xmlDoc *doc, const char *part)
{
	char why[sizeof(d->message)];

	if (doc || d->error != DEVICE_COMMAND)
		return doc;
	memcpy(why, d->message, sizeof(why));
	device_forgive(d);
	device_warn(d, "environment without %s: %s", part, why);
	return true;
}

/* ---- slots ---- */

/* "PM" of "PM3"; "" of "3", a line card. */
static struct span
kind_of(struct span slot)
{
	size_t n = 0;

	while (n < slot.n && span_is_alpha(slot.p[n]))
		n++;
	return span_of(slot.p, n);
}

static bool
is_kind(const char *slot, const char *kind)
{
	return span_eq(kind_of(span_str(slot)), span_str(kind));
}

static bool
is_active(const xmlNode *slot)
{
	for (xmlNode *n = xml_read_below(slot, "CardTable", NULL); n; n = xml_read_below(slot, "CardTable", n))
		if (xml_read_is(n, "Card/Attributes/FRUInfo/ModuleAdministrativeState", "ADMIN_UP"))
			return true;
	return false;
}

/* The names of the slots with a card that is up, in the device's order. */
static json_t *
active_slots(struct device *d)
{
	xmlDoc *doc = iosxr_get(d, "AdminOperational", "<PlatformInventory><RackTable><Rack><Naming><Name>0</Name></Naming><SlotTable></SlotTable></Rack></RackTable></PlatformInventory>");
	const xmlNode *reply = iosxr_reply(doc);
	json_t *r = borne(d, doc, "slots") ? json_array() : NULL;

	for (xmlNode *n = xml_read_below(reply, "Slot", NULL); n; n = xml_read_below(reply, "Slot", n))
		if (is_active(n))
			json_array_append_new(r, xml_read_text(n, "Naming/Name", ""));
	xmlFreeDoc(doc);
	return r;
}

/* ---- sensors ---- */

static xmlNode *
sensor(const xmlNode *reply, const char *name)
{
	xmlNode *n = xml_read_below(reply, "SensorName", NULL);

	while (n && !xml_read_is(n, "Naming/Name", name))
		n = xml_read_below(reply, "SensorName", n);
	return n;
}

/* In millivolts, milliamperes and watts. */
static json_t *
power_of(struct device *d, const xmlNode *reply)
{
	double volts = xml_read_real(d, sensor(reply, "host__VOLT"), "ValueBrief", 0), amperes = xml_read_real(d, sensor(reply, "host__CURR"), "ValueBrief", 0);
	double capacity = xml_read_real(d, sensor(reply, "host__PM"), "ValueBrief", 0);
	json_t *r = model_new(&model_power);

	json_object_set_new(r, "status", json_boolean(capacity > 0));
	json_object_set_new(r, "capacity", json_real(capacity > 0 ? capacity : 0));
	json_object_set_new(r, "output", json_real(volts * amperes / 1000000.0));
	return r;
}

/* In tenths; the thresholds are pairs: minor, major, critical. */
static json_t *
temperature_of(struct device *d, const xmlNode *inlet)
{
	json_t *r = model_new(&model_temperature);
	double value = xml_read_real(d, inlet, "ValueBrief", -10), thresholds[6] = { 0 };
	size_t n = 0;

	for (xmlNode *t = xml_read_next(inlet, "ThresholdTable/Threshold/ValueBrief", NULL); t && n < 6; t = xml_read_next(inlet, "ThresholdTable/Threshold/ValueBrief", t))
		thresholds[n++] = xml_read_real(d, t, NULL, -32768);
	json_object_set_new(r, "temperature", json_real(value / 10));
	json_object_set_new(r, "is_alert", json_boolean(n == 6 && thresholds[2] <= value && value <= thresholds[3]));
	json_object_set_new(r, "is_critical", json_boolean(n == 6 && thresholds[4] <= value && value <= thresholds[5]));
	return r;
}

static void
read_slot(struct device *d, json_t *r, const char *slot, const xmlNode *reply)
{
	const xmlNode *speed = sensor(reply, "host__FanSpeed_0"), *inlet = sensor(reply, "host__Inlet0");

	if (is_kind(slot, "PM"))
		json_object_set_new(json_object_get(r, "power"), slot, power_of(d, reply));
	if (is_kind(slot, "FT") && speed)
		json_object_set_new(json_object_get(r, "fans"), slot, json_pack("{s:b}", "status", xml_read_is(speed, "ValueDetailed/Status", "1")));
	if (inlet)
		json_object_set_new(json_object_get(r, "temperature"), slot, temperature_of(d, inlet));
}

static int
read_slots(struct device *d, json_t *r, const json_t *slots)
{
	bool good = true;
	json_t *slot;
	size_t i;

	json_array_foreach(slots, i, slot) {
		const char *name = json_string_value(slot);
		struct buffer items;
		xmlDoc *doc;

		/* Two chassis differ here: these modules are told of and are not there. */
		if (strcmp(name, "PM6") == 0 || strcmp(name, "PM7") == 0)
			continue;
		buffer_init(&items, 4096);
		buffer_puts(&items, "<EnvironmentalMonitoring><RackTable><Rack><Naming><rack>0</rack></Naming><SlotTable><Slot><Naming><slot>");
		xml_escape(&items, span_str(name));
		buffer_puts(&items, "</slot></Naming></Slot></SlotTable></Rack></RackTable></EnvironmentalMonitoring>");
		doc = items.failed ? NULL : iosxr_get(d, "AdminOperational", items.p);
		buffer_fini(&items);
		good = borne(d, doc, name);
		if (doc)
			read_slot(d, r, name, iosxr_reply(doc));
		xmlFreeDoc(doc);
		if (!good)
			break;
	}
	return good ? 0 : -1;
}

/* ---- processors, memory ---- */

static int
read_cpu(struct device *d, json_t *cpu)
{
	xmlDoc *doc = iosxr_get(d, "Operational", "<SystemMonitoring></SystemMonitoring>");
	const xmlNode *reply = iosxr_reply(doc);
	bool good = borne(d, doc, "processors");

	for (xmlNode *n = xml_read_below(reply, "CPUUtilization", NULL); n; n = xml_read_below(reply, "CPUUtilization", n)) {
		struct span rack = xml_text(n, "Naming/NodeName/Rack"), slot = xml_text(n, "Naming/NodeName/Slot"), instance = xml_text(n, "Naming/NodeName/Instance");
		struct buffer name;

		buffer_init(&name, 4096);
		buffer_put(&name, rack);
		buffer_puts(&name, "/");
		buffer_put(&name, slot);
		buffer_puts(&name, "/");
		buffer_put(&name, instance);
		xml_read_put(cpu, buffer_span(&name), json_pack("{s:f}", "%usage", xml_read_real(d, n, "TotalCPUFiveMinute", 0)));
		buffer_fini(&name);
	}
	xmlFreeDoc(doc);
	return good ? 0 : -1;
}

/* The first slot of a route processor, or "". */
static const char *
route_processor(const json_t *slots)
{
	json_t *slot;
	size_t i;

	json_array_foreach(slots, i, slot)
		if (is_kind(json_string_value(slot), "RSP") || is_kind(json_string_value(slot), "RP"))
			return json_string_value(slot);
	return "";
}

/* Of that slot, or of a route processor that is called as they mostly are. */
static xmlNode *
node_of(const xmlNode *reply, const char *slot)
{
	xmlNode *usual = NULL;

	for (xmlNode *n = xml_read_below(reply, "Node", NULL); n; n = xml_read_below(reply, "Node", n)) {
		if (xml_read_is(n, "Naming/NodeName/Slot", slot))
			return n;
		if (!usual && (xml_read_is(n, "Naming/NodeName/Slot", "RSP0") || xml_read_is(n, "Naming/NodeName/Slot", "RP0")))
			usual = n;
	}
	return usual;
}

static int
read_memory(struct device *d, json_t *memory, const json_t *slots, bool is_new)
{
	xmlDoc *doc = iosxr_get(d, is_new ? "Operational" : "AdminOperational", "<MemorySummary></MemorySummary>");
	const xmlNode *reply = iosxr_reply(doc);
	bool good = borne(d, doc, "memory");
	const xmlNode *n = node_of(reply, route_processor(slots));
	int64_t all, unused;

	all = xml_read_int(d, n, "Summary/SystemRAMMemory", 0);
	unused = xml_read_int(d, n, "Summary/FreeApplicationMemory", 0);
	if (all > 0 && unused > 0) {
		json_object_set_new(memory, "available_ram", json_integer(all));
		json_object_set_new(memory, "used_ram", json_integer(all - unused));
	}
	xmlFreeDoc(doc);
	return good ? 0 : -1;
}

/* "7.0.2" and later tell their memory elsewhere. */
static bool
is_new(const json_t *facts)
{
	const char *version = json_string_value(json_object_get(facts, "os_version"));
	int major = 0;

	for (; version && span_is_digit(*version) && major < 1000; version++)
		major = major * 10 + (*version - '0');
	return major >= 7;
}

/* The virtual router has neither sensors nor a memory of that kind. */
static bool
is_virtual(const json_t *facts)
{
	const char *model = json_string_value(json_object_get(facts, "model"));

	return model && (model[0] | 0x20) == 'x' && (model[1] | 0x20) == 'r' && (model[2] | 0x20) == 'v';
}

json_t *
iosxr_get_environment(struct device *d, const json_t *arguments)
{
	json_t *facts = iosxr_identity(d), *slots = facts ? active_slots(d) : NULL;
	json_t *r = slots ? model_new(&model_environment) : NULL, *memory = json_object_get(r, "memory");
	bool good = r && read_cpu(d, json_object_get(r, "cpu")) == 0;

	(void)arguments;
	json_object_set_new(memory, "available_ram", json_integer(0));
	json_object_set_new(memory, "used_ram", json_integer(0));
	if (good && !is_virtual(facts))
		good = read_slots(d, r, slots) == 0 && read_memory(d, memory, slots, is_new(facts)) == 0;
	if (!good) {
		json_decref(r);
		r = NULL;
	}
	json_decref(slots);
	json_decref(facts);
	return r;
}
