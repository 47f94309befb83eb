/*
 * What the device is and how it does: facts, environment.
 */
#include "drivers/field.h"
#include "drivers/ios/ios.h"

/* ---- facts ---- */

static json_t *
or_unknown(struct span s)
{
	return s.n > 0 ? field_text(s) : json_string("Unknown");
}

/* In whole minutes, as NAPALM has it. */
static double
uptime_of(struct device *d, struct span text)
{
	int64_t seconds;

	if (field_duration(text, &seconds))
		return (double)(seconds - seconds % 60);
	device_warn(d, "show version: no uptime in \"%.*s\"", IOS_PART(text));
	return -1;
}

/* "Default domain is example.net", of `show hosts`: absent without such a line.  (Where none is set IOS says "not set", and NAPALM takes it for the name.) */
static struct span
domain_of(struct span text)
{
	struct span line, name = SPAN_NONE;

	while (!name.p && field_line(&text, &line))
		name = field_behind(line, "Default domain is ");
	return name.p ? span_trim(name) : name;
}

static json_t *
fqdn_of(struct device *d, struct span host)
{
	struct buffer answer, name;
	struct span domain = SPAN_NONE;
	json_t *v = NULL;

	buffer_init(&answer, DEVICE_MAX_ANSWER);
	buffer_init(&name, DEVICE_MAX_ANSWER);
	if (ios_ask(d, &answer, "show hosts") == 0) {
		domain = domain_of(buffer_span(&answer));
		buffer_put(&name, host);
		buffer_puts(&name, ".");
		buffer_put(&name, domain);
		v = or_unknown(host.n && domain.p && !name.failed ? buffer_span(&name) : SPAN_NONE);
	}
	buffer_fini(&name);
	buffer_fini(&answer);
	return v;
}

static json_t *
facts_of(struct device *d, const json_t *row)
{
	struct span host = ios_value(row, "HOSTNAME"), version = ios_value(row, "VERSION"), uptime = ios_value(row, "UPTIME");
	json_t *fqdn = fqdn_of(d, host), *names = fqdn ? ios_name_list(d) : NULL, *r;

	if (!names) {
		json_decref(fqdn);
		return NULL;
	}
	r = model_new(&model_facts);
	if (host.n == 0)
		device_warn(d, "show version: no line with the uptime");
	json_object_set_new(r, "hostname", or_unknown(host));
	json_object_set_new(r, "fqdn", fqdn);
	json_object_set_new(r, "vendor", json_string("Cisco"));
	json_object_set_new(r, "os_version", or_unknown(version.n ? version : ios_value(row, "XE_VERSION")));
	json_object_set_new(r, "serial_number", or_unknown(ios_value(row, "SERIAL")));
	json_object_set_new(r, "model", or_unknown(ios_value(row, "MODEL")));
	json_object_set_new(r, "uptime", json_real(uptime.n ? uptime_of(d, uptime) : -1.0));
	json_object_set_new(r, "interface_list", names);
	return r;
}

json_t *
ios_get_facts(struct device *d, const json_t *arguments)
{
	json_t *rows = ios_rows(d, "show_version", "show version");
	json_t *r = rows ? facts_of(d, json_array_get(rows, 0)) : NULL;

	(void)arguments;
	json_decref(rows);
	return r;
}

/* ---- environment ---- */

/* "CPU utilization for five seconds: 2%/0%; one minute: 2%; ..." : the first such line (of core 0, where there are more). */
static double
cpu_of(struct device *d, struct span text)
{
	struct span line, minute;
	int64_t percent;

	while (field_line(&text, &line)) {
		if (!field_has(line, "CPU utilization"))
			continue;
		minute = ios_until(field_behind(line, "one minute:"), '%');
		if (minute.n > 0 && field_int(minute, &percent))
			return (double)percent;
		ios_odd(d, "show proc cpu", line);
		break;
	}
	return 0.0;
}

static int
put_cpu(struct device *d, json_t *environment, struct buffer *answer)
{
	json_t *one = model_new(&model_cpu);

	if (ios_ask(d, answer, "show proc cpu") == -1) {
		json_decref(one);
		return -1;
	}
	json_object_set_new(one, "%usage", json_real(cpu_of(d, buffer_span(answer))));
	json_object_set_new(json_object_get(environment, "cpu"), "0", one);
	return 0;
}

struct memory {
	int64_t total, used;
};

/* A pool's line: name, head, total, used, free, ... */
static bool
pool_of(struct device *d, struct span line, struct memory *m)
{
	struct span words[4];
	int64_t total, used;

	if (field_words(line, words, 4) >= 4 && field_int(words[2], &total) && field_int(words[3], &used)) {
		*m = (struct memory){ total, used };
		return true;
	}
	ios_odd(d, "show memory statistics", line);
	return false;
}

/* The pools "Processor" and of input and output ("I/O", "lsmpi_io"); the last of each. */
static bool
pools(struct device *d, struct span text, struct memory *m)
{
	struct memory processor = { 0, 0 }, io = { 0, 0 };
	struct span line;
	bool found = false;

	while (field_line(&text, &line)) {
		if (field_has(line, "Processor"))
			found |= pool_of(d, line, &processor);
		else if (field_has(line, "I/O") || field_has(line, "io"))
			pool_of(d, line, &io);
	}
	*m = (struct memory){ processor.total + io.total, processor.used + io.used };
	return found;
}

static bool
kilobytes(struct span *words, int64_t *n)
{
	struct span s = *words;

	if (s.n > 0 && s.p[s.n - 1] == 'K')
		s.n--;
	return field_int(s, n);
}

/* "System memory   : 3931592K total, 1506752K used, ..." */
static bool
system_memory(struct span text, struct memory *m)
{
	struct span rest = field_behind(text, "System memory"), words[4];

	rest = field_behind(rest, ":");
	return field_words(rest, words, 4) >= 4 && kilobytes(&words[0], &m->total) && kilobytes(&words[2], &m->used);
}

static int
put_memory(struct device *d, json_t *environment, struct buffer *answer)
{
	json_t *memory = json_object_get(environment, "memory");
	struct memory m = { -1, -1 };
	bool found = false;

	if (ios_ask(d, answer, "show memory statistics") == -1)
		return -1;
	if (!field_has(buffer_span(answer), "Invalid input detected at") && !ios_refused(buffer_span(answer)))
		found = pools(d, buffer_span(answer), &m);
	else if (ios_ask(d, answer, "show memory") == -1)
		return -1;
	else
		found = system_memory(buffer_span(answer), &m);
	if (!found) {
		device_warn(d, "the memory is not told");
		return 0;
	}
	json_object_set_new(memory, "available_ram", json_integer(m.total));
	json_object_set_new(memory, "used_ram", json_integer(m.used));
	return 0;
}

/* The number behind the ':' of a line. */
static bool
degrees(struct device *d, struct span line, double *v)
{
	struct span rest = field_behind(line, ":"), word;

	if (field_word(&rest, &word) && field_real(word, v))
		return true;
	ios_odd(d, "show env temperature status", line);
	return false;
}

static json_t *
sensor(struct device *d, json_t *all, struct span line)
{
	struct span name = span_trim(span_of(line.p, line.n - field_behind(line, "Temperature Value").n - strlen("Temperature Value")));
	json_t *one = model_new(&model_temperature);
	char text[64];
	double v;

	if (name.n == 0)
		name = SPAN_LIT("system");
	name.n = name.n < sizeof(text) ? name.n : sizeof(text);
	for (size_t i = 0; i < name.n; i++)
		text[i] = name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] | 0x20) : name.p[i];
	if (degrees(d, line, &v))
		json_object_set_new(one, "temperature", json_real(v));
	ios_set(all, span_of(text, name.n), one);
	return one;
}

static void
threshold(struct device *d, json_t *one, struct span line, const char *key)
{
	double limit;

	if (one && degrees(d, line, &limit) && json_real_value(json_object_get(one, "temperature")) > limit)
		json_object_set_new(one, key, json_true());
}

static int
put_temperature(struct device *d, json_t *environment, struct buffer *answer)
{
	json_t *all = json_object_get(environment, "temperature"), *one = NULL;
	struct span text, line;

	if (ios_ask(d, answer, "show env temperature status") == -1)
		return -1;
	text = buffer_span(answer);
	if (field_has(text, "% Invalid") || field_has(text, "Not Supported")) {
		json_object_set_new(all, "invalid", model_new(&model_temperature));
		return 0;
	}
	while (field_line(&text, &line)) {
		if (field_has(line, "Temperature Value"))
			one = sensor(d, all, line);
		else if (field_has(line, "Yellow Threshold"))
			threshold(d, one, line, "is_alert");
		else if (field_has(line, "Red Threshold"))
			threshold(d, one, line, "is_critical");
	}
	return 0;
}

/* Fans and power supplies are not asked for; NAPALM names that "invalid". */
json_t *
ios_get_environment(struct device *d, const json_t *arguments)
{
	json_t *r = model_new(&model_environment);
	json_t *fan = model_new(&model_fan), *power = model_new(&model_power);
	struct buffer answer;

	(void)arguments;
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	json_object_set_new(fan, "status", json_true());
	json_object_set_new(power, "status", json_true());
	json_object_set_new(json_object_get(r, "fans"), "invalid", fan);
	json_object_set_new(json_object_get(r, "power"), "invalid", power);
	if (put_cpu(d, r, &answer) == -1 || put_memory(d, r, &answer) == -1 || put_temperature(d, r, &answer) == -1) {
		json_decref(r);
		r = NULL;
	}
	buffer_fini(&answer);
	return r;
}
