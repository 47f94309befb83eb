/*
 * The environment, from `show system resources` and `show environment temperature`.  Fans and power supplies are one each, of the name "invalid": NAPALM's driver has it so.
 */
#include <math.h>
#include <stdlib.h>
#include <stdio.h>

#include "drivers/field.h"
#include "drivers/nxos_ssh/nxos_ssh.h"
#include "drivers/template.h"

static struct span
value(const json_t *row, const char *name)
{
	const json_t *v = json_object_get(row, name);

	return json_is_string(v) ? span_of(json_string_value(v), json_string_length(v)) : SPAN_LIT("");
}

/* To two digits behind the point, as they are printed. */
static double
rounded(double v)
{
	char text[64];

	snprintf(text, sizeof(text), "%.2f", v);
	return strtod(text, NULL);
}

/* ---- show system resources ---- */

/* CPU 0 stands there even where the device tells of none. */
static int
read_cpus(struct device *d, json_t *cpus, struct span text)
{
	json_t *rows = template_rows(d, "nxos_ssh/system_resources", text), *row;
	double idle;
	size_t i;

	nxos_ssh_put(cpus, SPAN_LIT("0"), model_new(&model_cpu));
	json_array_foreach(rows, i, row) {
		if (field_real(value(row, "CPU"), &idle) && field_real(value(row, "IDLE"), &idle))
			nxos_ssh_put(cpus, value(row, "CPU"), json_pack("{s:f}", "%usage", rounded(100 - idle)));
	}
	json_decref(rows);
	return rows ? 0 : -1;
}

/* The digits that a word of `text` before `label` begins with: "16401224K total". */
static bool
memory(struct span text, const char *label, int64_t *v)
{
	struct span before = span_trim(nxos_ssh_before(text, label)), word = before;
	size_t n = 0;

	while (word.n > 0 && !span_is_space(word.p[word.n - 1]) && word.p[word.n - 1] != ',')
		word.n--;
	word = span_skip(before, word.n);
	while (n < word.n && span_is_digit(word.p[n]))
		n++;
	return field_int(span_of(word.p, n), v);
}

/* "Memory usage:   16401224K total,   4798280K used,   11602944K free" */
static void
read_memory(struct device *d, json_t *r, struct span text)
{
	struct span line;
	int64_t total, used;

	while (field_line(&text, &line)) {
		struct span rest = field_behind(line, "Memory usage:");

		if (!rest.p)
			continue;
		if (!memory(rest, "total", &total) || !memory(rest, "used", &used))
			break;
		json_object_set_new(r, "available_ram", json_integer(total));
		json_object_set_new(r, "used_ram", json_integer(used));
		return;
	}
	device_warn(d, "get_environment: \"show system resources\": its memory is not understood");
}

/* ---- show environment temperature ---- */

/* "1        Intake          70              42          28         Ok": module, sensor, major and minor threshold, value, status.  A sensor may have more words than one. */
static void
read_sensor(struct device *d, json_t *sensors, struct span line)
{
	struct span words[12];
	size_t n = field_words(line, words, 12);
	double major, minor, now;
	json_t *one, *sensor;
	struct buffer name;

	if (n < 6 || n > 12 || !field_real(words[n - 2], &now)) {
		nxos_ssh_odd(d, "get_environment: \"show environment temperature\"", line);
		return;
	}
	one = model_new(&model_temperature);
	json_object_set_new(one, "temperature", json_real(now));
	json_object_set_new(one, "is_critical", json_boolean(field_real(words[n - 4], &major) && now >= major));
	json_object_set_new(one, "is_alert", json_boolean(field_real(words[n - 3], &minor) && now >= minor));
	buffer_init(&name, DEVICE_MAX_ANSWER);
	sensor = field_join(words + 1, n - 5);
	buffer_puts(&name, json_string_value(sensor));
	buffer_puts(&name, "-");
	buffer_put(&name, words[0]);
	nxos_ssh_put(sensors, buffer_span(&name), one);
	json_decref(sensor);
	buffer_fini(&name);
}

static void
read_sensors(struct device *d, json_t *sensors, struct span text)
{
	struct span line;

	while (field_line(&text, &line)) {
		if (line.n > 0 && span_is_digit(line.p[0]))
			read_sensor(d, sensors, line);
	}
}

json_t *
nxos_ssh_get_environment(struct device *d, const json_t *arguments)
{
	json_t *r = model_new(&model_environment);
	struct buffer out;
	bool failed;

	(void)arguments;
	buffer_init(&out, DEVICE_MAX_ANSWER);
	json_object_set_new(r, "power", json_pack("{s:{s:b, s:f, s:f}}", "invalid", "status", 1, "output", -1.0, "capacity", -1.0));
	json_object_set_new(r, "fans", json_pack("{s:{s:b}}", "invalid", "status", 1));
	failed = nxos_ssh_show(d, &out, "show system resources") == -1 || read_cpus(d, json_object_get(r, "cpu"), buffer_span(&out)) == -1;
	if (!failed) {
		read_memory(d, json_object_get(r, "memory"), buffer_span(&out));
		failed = nxos_ssh_try(d, &out, "show environment temperature") == -1;
	}
	if (!failed)
		read_sensors(d, json_object_get(r, "temperature"), buffer_span(&out));
	buffer_fini(&out);
	if (!failed)
		return r;
	json_decref(r);
	return NULL;
}
