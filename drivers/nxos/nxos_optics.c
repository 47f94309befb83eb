/*
 * Optics, from `show interface transceiver details`: values of lanes, or of the interface itself where it has one.
 */
#include "drivers/field.h"
#include "drivers/nxos/nxos.h"
#include "drivers/nxos/nxos_table.h"

static const struct {
	const char *name, *key;
	double unknown;
} values[] = {
	{ "input_power", "rx_pwr", -100 }, { "output_power", "tx_pwr", -100 }, { "laser_bias_current", "current", 0 },
};

/* The value at the moment is all that the device has; NULL where it has none ("N/A", a copper cable).  No light is -100 dBm, as in NAPALM's drivers for Cisco. */
static json_t *
state(const json_t *lane)
{
	json_t *r = json_object();
	bool any = false;

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		char room[32];
		double v;
		struct span text = nxos_table_text(lane, values[i].key, room), word;

		if (field_word(&text, &word) && field_real(word, &v))
			any = true;
		else
			v = values[i].unknown;
		json_object_set_new(r, values[i].name, json_pack("{s:f, s:f, s:f, s:f}", "instant", v, "avg", 0.0, "min", 0.0, "max", 0.0));
	}
	if (any)
		return r;
	json_decref(r);
	return NULL;
}

static void
add_channel(json_t *channels, const json_t *lane, size_t position)
{
	json_t *s = state(lane);
	char room[32];
	int64_t number;

	if (!s)
		return;
	if (!field_int(nxos_table_text(lane, "lane_number", room), &number) || number < 1)
		number = (int64_t)position + 1;
	json_array_append_new(channels, json_pack("{s:I, s:o}", "index", (json_int_t)(number - 1), "state", s));
}

static json_t *
optics(const json_t *row)
{
	json_t *lanes = nxos_table_rows(row, "lane"), *channels = json_array(), *lane;
	size_t i;

	json_array_foreach(lanes, i, lane)
		add_channel(channels, lane, i);
	if (json_array_size(lanes) == 0)
		add_channel(channels, row, 0);
	json_decref(lanes);
	return json_pack("{s:{s:o}}", "physical_channels", "channel", channels);
}

json_t *
nxos_get_optics(struct device *d, const json_t *arguments)
{
	json_t *answer = nxos_ask(d, "show interface transceiver details"), *rows = nxos_table_rows(answer, "interface"), *row;
	json_t *r = answer ? json_object() : NULL;
	char name[128], room[32];
	size_t i;

	(void)arguments;
	json_array_foreach(rows, i, row) {
		if (span_eq(nxos_table_text(row, "sfp", room), SPAN_LIT("present")) && *nxos_table_copy(row, "interface", name, sizeof(name)))
			json_object_set_new(r, name, optics(row));
	}
	json_decref(rows);
	json_decref(answer);
	return r;
}
