/*
 * Interfaces.
 */
#include "drivers/answer.h"
#include "drivers/eos/eos.h"
#include "drivers/field.h"

static json_t *
interface(struct device *d, const json_t *one)
{
	const char *status = answer_text(d, one, "interfaceStatus", "");
	json_t *r = model_new(&model_interface);

	json_object_set_new(r, "is_up", json_boolean(strcmp(answer_text(d, one, "lineProtocolStatus", ""), "up") == 0));
	json_object_set_new(r, "is_enabled", json_boolean(strcmp(status, "disabled") != 0));
	json_object_set_new(r, "description", json_string(answer_text(d, one, "description", "")));
	json_object_set_new(r, "last_flapped", json_real(answer_real(d, one, "lastStatusChangeTimestamp", -1)));
	json_object_set_new(r, "mtu", json_integer(answer_int(d, one, "mtu", -1)));
	json_object_set_new(r, "speed", json_real(answer_real(d, one, "bandwidth", -1e6) / 1e6));
	json_object_set_new(r, "mac_address", field_mac(d, span_str(answer_text(d, one, "physicalAddress", ""))));
	return r;
}

json_t *
eos_get_interfaces(struct device *d, const json_t *arguments)
{
	json_t *answer = eos_ask_one(d, "show interfaces");
	json_t *r = answer ? json_object() : NULL;
	const char *name;
	json_t *one;

	(void)arguments;
	json_object_foreach(answer_object(d, answer, "interfaces"), name, one)
		json_object_set_new(r, name, interface(d, one));
	json_decref(answer);
	return r;
}
