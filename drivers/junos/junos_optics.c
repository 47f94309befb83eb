/*
 * Light: one channel of a transceiver, or its lanes.
 */
#include "drivers/field.h"
#include "drivers/junos/junos.h"
#include "drivers/xml_read.h"

/* Devices tell the present value only; no light is "- Inf" or "-Inf", and NAPALM's 0. */
static void
take_value(struct device *d, json_t *state, const char *name, const xmlNode *n)
{
	json_t *value = json_object_get(state, name);
	struct span s = xml_text(n, NULL);
	bool dark = s.n >= 3 && span_eq(span_of(s.p + s.n - 3, 3), SPAN_LIT("Inf"));

	json_object_set_new(value, "instant", json_real(dark ? 0.0 : xml_read_real(d, n, NULL, 0.0)));
	json_object_set_new(value, "avg", json_real(0.0));
	json_object_set_new(value, "min", json_real(0.0));
	json_object_set_new(value, "max", json_real(0.0));
}

/* `input` is called differently for a lane.  Where it is not there NAPALM has 0, though some models have the other. */
static json_t *
channel(struct device *d, const xmlNode *n, int64_t index, const char *input)
{
	json_t *r = model_new(&model_optics_channel), *state = json_object_get(r, "state");

	json_object_set_new(r, "index", json_integer(index));
	take_value(d, state, "input_power", xml_find(n, input));
	take_value(d, state, "output_power", xml_find(n, "laser-output-power-dbm"));
	take_value(d, state, "laser_bias_current", xml_find(n, "laser-bias-current"));
	return r;
}

static json_t *
optics(struct device *d, const xmlNode *diagnostics)
{
	json_t *r = model_new(&model_optics), *channels = json_object_get(json_object_get(r, "physical_channels"), "channel");
	const xmlNode *lane = xml_first(diagnostics, "optics-diagnostics-lane-values");

	if (!lane)
		json_array_append_new(channels, channel(d, diagnostics, 0, "rx-signal-avg-optical-power-dbm"));
	for (; lane; lane = xml_next(lane, "optics-diagnostics-lane-values"))
		json_array_append_new(channels, channel(d, lane, xml_read_int(d, lane, "lane-index", 0), "laser-rx-optical-power-dbm"));
	return r;
}

json_t *
junos_get_optics(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = junos_ask(d, "<get-interface-optics-diagnostics-information/>");
	const xmlNode *root = junos_root(doc);
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	for (const xmlNode *n = junos_next(root, NULL, "physical-interface"); n; n = junos_next(root, n, "physical-interface"))
		junos_put(r, xml_text(n, "name"), optics(d, xml_first(n, "optics-diagnostics")));
	xmlFreeDoc(doc);
	return r;
}
