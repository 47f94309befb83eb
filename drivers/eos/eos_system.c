/*
 * What the device is: facts.
 */
#include "base/clock.h"
#include "drivers/answer.h"
#include "drivers/eos/eos.h"
#include "drivers/field.h"

static json_t *
interface_names(struct device *d, const json_t *interfaces)
{
	json_t *names = json_array();
	const char *name;
	json_t *one;

	json_object_foreach(answer_object(d, interfaces, "interfaces"), name, one)
		json_array_append_new(names, json_string(name));
	field_sort_texts(names);
	return names;
}

json_t *
eos_get_facts(struct device *d, const json_t *arguments)
{
	json_t *all = eos_ask(d, (const char *const[]){ "show version", "show hostname", "show interfaces", NULL }, false);
	const json_t *version = json_array_get(all, 0), *host = json_array_get(all, 1);
	double booted = answer_real(d, version, "bootupTimestamp", -1);
	json_t *r = all ? model_new(&model_facts) : NULL;

	(void)arguments;
	json_object_set_new(r, "hostname", json_string(answer_text(d, host, "hostname", "")));
	json_object_set_new(r, "fqdn", json_string(answer_text(d, host, "fqdn", "")));
	json_object_set_new(r, "vendor", json_string("Arista"));
	json_object_set_new(r, "model", json_string(answer_text(d, version, "modelName", "")));
	json_object_set_new(r, "serial_number", json_string(answer_text(d, version, "serialNumber", "")));
	json_object_set_new(r, "os_version", json_string(answer_text(d, version, "internalVersion", answer_text(d, version, "version", ""))));
	json_object_set_new(r, "uptime", json_real(booted < 0 ? -1.0 : (double)clock_now_ns() / 1e9 - booted));
	json_object_set_new(r, "interface_list", interface_names(d, json_array_get(all, 2)));
	json_decref(all);
	return r;
}
