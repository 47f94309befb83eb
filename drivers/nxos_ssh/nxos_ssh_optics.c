/*
 * Transceivers, from `show interface transceiver details`: a section for each port that begins with its name in the first column, with a table of measurements for each lane.
 *
 * NAPALM gives the first lane of a port alone.  So does this, and with the option optics_lanes=all each one.
 *
 * What the table does not give (averages, least, most) is -100 for powers and 0 for the current, and so is "N/A" of a port that is shut: -100.
 */
#include "drivers/field.h"
#include "drivers/nxos_ssh/nxos_ssh.h"

struct port {
	struct span name;
	json_t *state;          /* NULL: outside of a section */
	json_t *channels;
	json_t *lane;           /* borrowed, the last of the channels' */
	bool absent;
	bool all_lanes, past;   /* past: behind the only lane that is asked for */
};

static const struct { const char *label, *field; } labels[] = {
	{ "name is ", "vendor" }, { "part number is ", "vendor_part" }, { "revision is ", "vendor_rev" }, { "serial number is ", "serial_no" },
};

static const struct { const char *label, *field; bool current; } measures[] = {
	{ "Rx Power ", "input_power", false }, { "Tx Power ", "output_power", false }, { "Current ", "laser_bias_current", true },
};

/* What the types of NAPALM's table have; of others nothing is known. */
static const char *
connector(struct span type)
{
	static const char *const lc[] = { "1000base-LH", "1000base-SX", "10Gbase-LR", "10Gbase-SR" };
	static const char *const dac[] = { "SFP-H10GB-CU1M", "SFP-H10GB-CU1.45M", "SFP-H10GB-CU3M", "SFP-H10GB-CU3.45M" };

	for (size_t i = 0; i < sizeof(lc) / sizeof(*lc); i++) {
		if (span_eq(type, span_str(lc[i])))
			return "LC_CONNECTOR";
		if (span_eq(type, span_str(dac[i])))
			return "DAC_CONNECTOR";
	}
	return "Unknown";
}

static json_t *
measure(double instant, bool current)
{
	double rest = current ? 0.0 : -100.0;

	return json_pack("{s:f, s:f, s:f, s:f}", "instant", instant, "avg", rest, "min", rest, "max", rest);
}

static void
begin_lane(struct port *p)
{
	json_t *lane = model_new(&model_optics_channel), *state = json_object_get(lane, "state");

	for (size_t i = 0; i < sizeof(measures) / sizeof(*measures); i++)
		json_object_set_new(state, measures[i].field, measure(-100.0, measures[i].current));
	json_object_set_new(lane, "index", json_integer((json_int_t)json_array_size(p->channels)));
	json_array_append_new(p->channels, lane);
	p->lane = lane;
}

/* ---- sections ---- */

static void
begin_port(struct port *p, struct span name)
{
	*p = (struct port){ .name = name, .state = json_object(), .channels = json_array(), .all_lanes = p->all_lanes };
	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
		json_object_set_new(p->state, labels[i].field, json_string(""));
	json_object_set_new(p->state, "connector_type", json_string("Unknown"));
}

static void
finish_port(struct port *p, json_t *all)
{
	json_t *one;

	if (p->state && !p->absent) {
		one = model_new(&model_optics);
		json_object_set(one, "state", p->state);
		json_object_set(json_object_get(one, "physical_channels"), "channel", p->channels);
		nxos_ssh_put(all, p->name, one);
	}
	json_decref(p->state);
	json_decref(p->channels);
	*p = (struct port){ .all_lanes = p->all_lanes };
}

static bool
read_label(struct port *p, struct span line)
{
	struct span type = SPAN_LIT("type is ");

	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++) {
		if (span_starts(line, span_str(labels[i].label))) {
			json_object_set_new(p->state, labels[i].field, field_text(span_trim(span_skip(line, strlen(labels[i].label)))));
			return true;
		}
	}
	if (!span_starts(line, type))
		return false;
	json_object_set_new(p->state, "connector_type", json_string(connector(span_trim(span_skip(line, type.n)))));
	return true;
}

/* "Tx Power       -2.17 dBm       1.69 dBm  -11.30 dBm ...", "Rx Power        N/A ..." */
static void
read_measure(struct device *d, struct port *p, struct span line)
{
	struct span word;
	double v;

	for (size_t i = 0; i < sizeof(measures) / sizeof(*measures); i++) {
		struct span rest = span_skip(line, strlen(measures[i].label));

		if (!span_starts(line, span_str(measures[i].label)) || !field_word(&rest, &word) || span_eq(word, SPAN_LIT("Alarms")))
			continue;
		if (!p->lane)
			begin_lane(p);
		if (field_real(word, &v))
			json_object_set_new(json_object_get(p->lane, "state"), measures[i].field, measure(v, measures[i].current));
		else if (!span_eq(word, SPAN_LIT("N/A")))
			nxos_ssh_odd(d, "get_optics: \"show interface transceiver details\"", line);
	}
}

static void
read_line(struct device *d, struct port *p, struct span line)
{
	line = span_trim(line);
	if (span_starts(line, SPAN_LIT("transceiver is ")))
		p->absent = span_starts(line, SPAN_LIT("transceiver is not "));
	else if (span_starts(line, SPAN_LIT("sfp is not ")))
		p->absent = true;
	else if (span_starts(line, SPAN_LIT("Lane Number:")) && p->lane && !p->all_lanes)
		p->past = true;
	else if (span_starts(line, SPAN_LIT("Lane Number:")))
		begin_lane(p);
	else if (!read_label(p, line) && !p->past)
		read_measure(d, p, line);
}

json_t *
nxos_ssh_get_optics(struct device *d, const json_t *arguments)
{
	const char *lanes = device_option(d, "optics_lanes");
	struct port p = { .all_lanes = lanes && strcmp(lanes, "all") == 0 };
	struct span text, line;
	struct buffer out;
	json_t *r = NULL;

	(void)arguments;
	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (nxos_ssh_show(d, &out, "show interface transceiver details") == 0) {
		r = json_object();
		text = buffer_span(&out);
		while (field_line(&text, &line)) {
			if (span_starts(line, SPAN_LIT("Ether"))) {
				finish_port(&p, r);
				begin_port(&p, span_trim(line));
			} else if (p.state) {
				read_line(d, &p, line);
			}
		}
		finish_port(&p, r);
	}
	buffer_fini(&out);
	return r;
}
