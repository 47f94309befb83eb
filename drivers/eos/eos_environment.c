/*
 * Fans, temperatures, power supplies, load.
 */
#include <math.h>
#include <strings.h>

#include "drivers/answer.h"
#include "drivers/eos/eos.h"
#include "drivers/field.h"

static void
add_fans(struct device *d, json_t *fans, const json_t *cooling)
{
	size_t i;
	json_t *one;

	json_array_foreach(answer_array(d, cooling, "fanTraySlots"), i, one) {
		json_t *fan = model_new(&model_fan);

		json_object_set_new(fan, "status", json_boolean(strcmp(answer_text(d, one, "status", ""), "ok") == 0));
		json_object_set_new(fans, answer_text(d, one, "label", ""), fan);
	}
}

static void
add_sensors(struct device *d, json_t *temperatures, const json_t *sensors)
{
	size_t i;
	json_t *one;

	json_array_foreach(sensors, i, one) {
		double now = answer_real(d, one, "currentTemperature", 0);
		json_t *t = model_new(&model_temperature);

		json_object_set_new(t, "temperature", json_real(now));
		json_object_set_new(t, "is_alert", json_boolean(now > answer_real(d, one, "overheatThreshold", HUGE_VAL)));
		json_object_set_new(t, "is_critical", json_boolean(now > answer_real(d, one, "criticalThreshold", HUGE_VAL)));
		json_object_set_new(temperatures, answer_text(d, one, "name", ""), t);
	}
}

/* Those of cards and power supplies, then those on board. */
static void
add_temperatures(struct device *d, json_t *temperatures, const json_t *answer)
{
	static const char *const slots[] = { "cardSlots", "powerSupplySlots" };
	size_t i;
	json_t *one;

	for (size_t k = 0; k < sizeof(slots) / sizeof(*slots); k++) {
		json_array_foreach(answer_array(d, answer, slots[k]), i, one)
			add_sensors(d, temperatures, answer_array(d, one, "tempSensors"));
	}
	add_sensors(d, temperatures, answer_array(d, answer, "tempSensors"));
}

static void
add_power(struct device *d, json_t *power, const json_t *answer)
{
	const char *name;
	json_t *one;

	json_object_foreach(answer_object(d, answer, "powerSupplies"), name, one) {
		json_t *p = model_new(&model_power);

		json_object_set_new(p, "status", json_boolean(strcmp(answer_text(d, one, "state", "ok"), "ok") == 0));
		json_object_set_new(p, "capacity", json_real(answer_real(d, one, "capacity", -1)));
		json_object_set_new(p, "output", json_real(answer_real(d, one, "outputPower", -1)));
		json_object_set_new(power, name, p);
	}
}

/* ---- top ---- */

/* The number before `unit` in a list such as "3.5%us,  0.5%sy" or "3.5 us, 0.5 sy" or "16012300k total". */
static bool
number_of(struct span list, struct span unit, double *out)
{
	while (list.n > 0) {
		const char *comma = memchr(list.p, ',', list.n);
		struct span item = span_trim(comma ? span_between(list.p, comma) : list);
		size_t n = 0;

		list = span_skip(list, comma ? (size_t)(comma - list.p) + 1 : list.n);
		while (n < item.n && (span_is_digit(item.p[n]) || item.p[n] == '.'))
			n++;
		if (n > 0 && field_real(span_of(item.p, n), out)) {
			item = span_skip(item, n);
			while (item.n > 0 && (item.p[0] == '%' || item.p[0] == 'k' || item.p[0] == ' '))
				item = span_skip(item, 1);
			if (span_starts(item, unit))
				return true;
		}
	}
	return false;
}

static bool
set_cpu(json_t *r, struct span list)
{
	double idle;
	json_t *cpu;

	if (!number_of(list, SPAN_LIT("id"), &idle))
		return false;
	cpu = model_new(&model_cpu);
	json_object_set_new(cpu, "%usage", json_real(round((100 - idle) * 10) / 10));
	json_object_set_new(json_object_get(r, "cpu"), "0", cpu);
	return true;
}

/* In KiB. */
static bool
set_memory(json_t *r, struct span unit, struct span list)
{
	double scale = span_starts(unit, SPAN_LIT("MiB")) ? 1024 : span_starts(unit, SPAN_LIT("GiB")) ? 1024 * 1024 : 1;
	json_t *memory = json_object_get(r, "memory");
	double total, used;

	if (!number_of(list, SPAN_LIT("total"), &total) || !number_of(list, SPAN_LIT("used"), &used) || fmax(total, used) > 1e12)
		return false;
	json_object_set_new(memory, "available_ram", json_integer((int64_t)(total * scale)));
	json_object_set_new(memory, "used_ram", json_integer((int64_t)(used * scale)));
	return true;
}

/*
 * Of `top`:  "Cpu(s):  3.5%us, ..." or "%Cpu(s):  8.5 us, ...", and "Mem:  16012300k total, ...", "KiB Mem:  ...", "MiB Mem :  ...".
 */
static void
add_load(struct device *d, json_t *r, struct span text)
{
	bool cpu = false, memory = false;
	struct span line;

	for (int i = 0; i < 8 && field_line(&text, &line); i++) {
		const char *colon = line.n ? memchr(line.p, ':', line.n) : NULL;
		struct span name = colon ? span_trim(span_between(line.p, colon)) : SPAN_NONE;
		struct span list = colon ? span_skip(line, (size_t)(colon - line.p) + 1) : SPAN_NONE;

		if (span_eq(name, SPAN_LIT("Cpu(s)")) || span_eq(name, SPAN_LIT("%Cpu(s)")))
			cpu = set_cpu(r, list);
		else if (name.n >= 3 && memcmp(name.p + name.n - 3, "Mem", 3) == 0)
			memory = set_memory(r, name, list);
	}
	if (!cpu)
		device_warn(d, "\"show processes top once\" says nothing of the CPU");
	if (!memory)
		device_warn(d, "\"show processes top once\" says nothing of the memory");
}

/* ---- all of it ---- */

/* All at once; where the device lacks one (a virtual switch has no power supplies), each by itself. */
static json_t *
ask_sensors(struct device *d, const char *const *commands)
{
	json_t *all = eos_ask(d, commands, false);

	if (all || d->error != DEVICE_COMMAND)
		return all;
	device_forgive(d);
	all = json_array();
	for (; *commands && d->error == DEVICE_OK; commands++) {
		json_t *one = eos_ask_one(d, *commands);

		if (!one && d->error == DEVICE_COMMAND) {
			device_warn(d, "\"%s\": %s", *commands, d->message);
			device_forgive(d);
		}
		json_array_append_new(all, one ? one : json_object());
	}
	if (d->error == DEVICE_OK)
		return all;
	json_decref(all);
	return NULL;
}

static bool
is_virtual(struct device *d, const json_t *version)
{
	const char *model = answer_text(d, version, "modelName", "");

	return strcasecmp(model, "veos") == 0 || strcasecmp(model, "ceoslab") == 0;
}

json_t *
eos_get_environment(struct device *d, const json_t *arguments)
{
	json_t *version = eos_ask_one(d, "show version");
	const char *const commands[] = { "show system environment cooling", "show system environment temperature", is_virtual(d, version) ? NULL : "show system environment power", NULL };
	json_t *all = version ? ask_sensors(d, commands) : NULL;
	json_t *r = all ? model_new(&model_environment) : NULL;
	struct buffer top;

	(void)arguments;
	buffer_init(&top, DEVICE_MAX_ANSWER);
	if (r && eos_ask_text(d, "show processes top once", &top) == 0) {
		add_fans(d, json_object_get(r, "fans"), json_array_get(all, 0));
		add_temperatures(d, json_object_get(r, "temperature"), json_array_get(all, 1));
		add_power(d, json_object_get(r, "power"), json_array_get(all, 2));
		add_load(d, r, buffer_span(&top));
	} else {
		json_decref(r);
		r = NULL;
	}
	buffer_fini(&top);
	json_decref(all);
	json_decref(version);
	return r;
}
