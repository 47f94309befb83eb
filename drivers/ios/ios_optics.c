/*
 * Transceivers.
 */
#include "drivers/field.h"
#include "drivers/ifname.h"
#include "drivers/ios/ios.h"

/* Where the numbers stand behind the port's name; 0: not in this table. */
struct columns {
	size_t current, tx, rx;
};

/* NAPALM's value for power that is not told: a dark fibre. */
#define OPTICS_DARK (-100.0)

static json_t *
measured(double now, double other)
{
	json_t *r = model_new(&model_optics_value);

	json_object_set_new(r, "instant", json_real(now));
	json_object_set_new(r, "avg", json_real(other));
	json_object_set_new(r, "min", json_real(other));
	json_object_set_new(r, "max", json_real(other));
	return r;
}

/* Alarm marks ("++", "-") stand alone behind a number, or at its end. */
static size_t
without_marks(struct span *words, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		while (words[i].n > 0 && (words[i].p[words[i].n - 1] == '+' || words[i].p[words[i].n - 1] == '-'))
			words[i].n--;
		if (words[i].n > 0)
			words[kept++] = words[i];
	}
	return kept;
}

static double
number_at(const struct span *words, size_t at, double fallback)
{
	double v;

	return at > 0 && field_real(words[at], &v) ? v : fallback;
}

static json_t *
transceiver(const struct span *words, const struct columns *c)
{
	json_t *channel = model_new(&model_optics_channel), *state = model_new(&model_optics_state), *channels = model_new(&model_optics_channels), *r = model_new(&model_optics);

	json_object_set_new(state, "input_power", measured(number_at(words, c->rx, OPTICS_DARK), OPTICS_DARK));
	json_object_set_new(state, "output_power", measured(number_at(words, c->tx, OPTICS_DARK), OPTICS_DARK));
	json_object_set_new(state, "laser_bias_current", measured(number_at(words, c->current, 0), 0));
	json_object_set_new(channel, "index", json_integer(0));
	json_object_set_new(channel, "state", state);
	json_array_append_new(json_object_get(channels, "channel"), channel);
	json_object_set_new(r, "physical_channels", channels);
	return r;
}

/* temperature, voltage, [current,] power sent, power received. */
static const struct columns with_current = { 3, 4, 5 }, without_current = { 0, 3, 4 };

/*
 * "Te1/1/1  31.5  3.28  -2.1  -40.0 --".  NAPALM drops hyphens at the end of the line and takes any other alarm mark for a value of its own; only where that
 * makes it fail (a current that is no number) are the marks left out.
 */
static size_t
words_of(struct span line, struct span *words, size_t max)
{
	size_t n;
	double v;

	while (line.n > 0 && line.p[line.n - 1] == '-')
		line.n--;
	n = field_words(line, words, max);
	n = n < max ? n : max;
	return n > with_current.rx && !field_real(words[with_current.current], &v) ? without_marks(words, n) : n;
}

/* What lies between the first line of hyphens and the next one; false if there is none. */
static bool
read_table(struct device *d, json_t *r, struct span text)
{
	struct span line, words[16];
	bool within = false;
	json_t *name;
	size_t n;

	while (field_line(&text, &line)) {
		if (span_starts(line, SPAN_LIT("---------"))) {
			if (within)
				break;
			within = true;
			continue;
		}
		n = words_of(line, words, 16);
		if (within && n > without_current.rx) {
			name = ifname_full(words[0]);
			if (json_is_string(name))
				json_object_set_new(r, json_string_value(name), transceiver(words, n > with_current.rx ? &with_current : &without_current));
			json_decref(name);
		} else if (within && n > 0) {
			ios_odd(d, "show interfaces transceiver", line);
		}
	}
	return within;
}

/* A virtual switching system answers for one of its two switches at a time; NAPALM gives nothing if one of them has no table. */
static int
read_virtual(struct device *d, json_t *r, struct buffer *answer)
{
	struct span mode;
	bool all = true;

	if (ios_ask(d, answer, "show switch virtual") == -1)
		return -1;
	mode = field_behind(buffer_span(answer), "Switch mode");
	if (!span_starts(span_trim(field_behind(ios_until(mode, '\n'), ":")), SPAN_LIT("Virtual Switch")))
		return 0;
	for (int i = 1; i <= 2; i++) {
		if (ios_ask(d, answer, "show interfaces transceiver switch %d", i) == -1)
			return -1;
		all &= read_table(d, r, buffer_span(answer));
	}
	if (!all)
		json_object_clear(r);
	return 0;
}

json_t *
ios_get_optics(struct device *d, const json_t *arguments)
{
	struct buffer answer;
	json_t *r = NULL;

	(void)arguments;
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_ask(d, &answer, "show interfaces transceiver") == 0) {
		r = json_object();
		if (!ios_refused(buffer_span(&answer))) {
			read_table(d, r, buffer_span(&answer));
		} else if (!field_has(buffer_span(&answer), "% Incomplete")) {
			device_warn(d, "the device tells nothing of transceivers: %.*s", IOS_PART(buffer_span(&answer)));
		} else if (read_virtual(d, r, &answer) == -1) {
			json_decref(r);
			r = NULL;
		}
	}
	buffer_fini(&answer);
	return r;
}
