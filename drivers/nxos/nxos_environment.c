/*
 * Fans, power, temperature, processor, memory.
 */
#include <stdio.h>

#include "drivers/answer.h"
#include "drivers/field.h"
#include "drivers/nxos/nxos.h"
#include "drivers/nxos/nxos_table.h"

/* The number that a text such as "396.00 W" starts with. */
static double
leading(struct span text, double fallback)
{
	struct span word;
	double v;

	return field_word(&text, &word) && field_real(word, &v) ? v : fallback;
}

static double
leading_of(const json_t *row, const char *key, double fallback)
{
	char room[32];

	return leading(nxos_table_text(row, key, room), fallback);
}

/* ---- power ---- */

/* The watts in the model: 400 of "N2200-PAC-400W", 650 of "NXA-PAC-650W-PE". */
static double
watts_of_model(struct span model)
{
	for (size_t i = 0; i < model.n; i++) {
		size_t n = i;
		double v;

		if (!span_is_digit(model.p[i]) || (i > 0 && model.p[i - 1] != '-'))
			continue;
		while (n < model.n && (span_is_digit(model.p[n]) || model.p[n] == '.'))
			n++;
		if (n < model.n && model.p[n] == 'W' && field_real(span_of(model.p + i, n - i), &v))
			return v;
	}
	return -1;
}

static bool
says_ok(const json_t *state)
{
	struct span word = json_is_string(state) ? span_trim(span_of(json_string_value(state), json_string_length(state))) : SPAN_LIT("ok");

	return word.n == 2 && strncasecmp(word.p, "ok", 2) == 0;
}

/*
 * A name with the hardware's behind it ("ps_status_3k") counts where each supply has a table of its own, as later releases have it.  Elsewhere NAPALM does not see it, and takes
 * the supply for good.
 */
static bool
is_good(struct device *d, const json_t *row, const char *number, bool own_table)
{
	const json_t *state = json_object_get(row, "ps_status"), *other = nxos_table_member(row, "ps_status");

	if (own_table)
		return says_ok(other);
	if (!state && !says_ok(other))
		device_warn(d, "\"show environment\": supply %s is given as good, as NAPALM does: it says \"%s\"", number, json_string_value(other));
	return says_ok(state);
}

static json_t *
supply(const json_t *row, bool good)
{
	json_t *r = model_new(&model_power);
	char room[32];
	double capacity = leading_of(row, "tot_capa", -1);

	json_object_set_new(r, "status", json_boolean(good));
	json_object_set_new(r, "output", json_real(leading_of(row, json_object_get(row, "watts") ? "watts" : "actual_out", -1)));
	json_object_set_new(r, "capacity", json_real(json_object_get(row, "tot_capa") ? capacity : watts_of_model(nxos_table_text(row, "psmodel", room))));
	return r;
}

/* Later releases do not number the supplies. */
static json_t *
power(struct device *d, const json_t *environment)
{
	const json_t *all = json_object_get(environment, "powersup");
	json_t *rows = nxos_table_rows_like(all, "psinfo"), *r = json_object(), *row;
	bool own_table = json_is_array(nxos_table_member(all, "TABLE_psinfo"));
	char number[24];
	size_t i;

	json_array_foreach(rows, i, row) {
		if (*nxos_table_copy(row, "psnum", number, sizeof(number)) == '\0')
			snprintf(number, sizeof(number), "%zu", i + 1);
		json_object_set_new(r, number, supply(row, is_good(d, row, number, own_table)));
	}
	json_decref(rows);
	return r;
}

/* ---- fans, temperature ---- */

/* A status that is written differently ("ok") counts as bad: NAPALM has it so, here and below. */
static bool
is_ok(const json_t *row, const char *key)
{
	char room[32];
	struct span s = nxos_table_text(row, key, room);

	return !json_object_get(row, key) || span_eq(s, SPAN_LIT("Ok"));
}

static json_t *
fans(const json_t *environment)
{
	json_t *rows = nxos_table_rows(nxos_table_member(environment, "fandetails"), "faninfo"), *r = json_object(), *row;
	char name[128];
	size_t i;

	json_array_foreach(rows, i, row) {
		nxos_table_copy(row, "fanname", name, sizeof(name));
		/* The fans of power supplies do not count. */
		if (*name && !strstr(name, "PS"))
			json_object_set_new(r, name, json_pack("{s:b}", "status", is_ok(row, "fanstatus")));
	}
	json_decref(rows);
	return r;
}

/* Sensors of module 1 are numbered; each of another module is its first, as in NAPALM. */
static json_t *
temperature(const json_t *environment)
{
	json_t *rows = nxos_table_rows(environment, "tempinfo"), *r = json_object(), *row;
	char module[64], sensor[64], name[160];
	size_t i;
	int count = 1;

	json_array_foreach(rows, i, row) {
		json_t *one = model_new(&model_temperature);
		double now = leading_of(row, "curtemp", -1), limit = leading_of(row, "majthres", 1e9);

		if (strcmp(nxos_table_copy(row, "tempmod", module, sizeof(module)), "1") != 0)
			count = 1;
		snprintf(name, sizeof(name), "%s-%d %s", module, count++, nxos_table_copy(row, "sensor", sensor, sizeof(sensor)));
		json_object_set_new(one, "temperature", json_real(now));
		json_object_set_new(one, "is_alert", json_boolean(!is_ok(row, "alarmstatus")));
		json_object_set_new(one, "is_critical", json_boolean(now > limit));
		json_object_set_new(r, name, one);
	}
	json_decref(rows);
	return r;
}

/* ---- processor, memory ---- */

static json_t *
cpu(struct device *d, const json_t *processes)
{
	json_t *rows = nxos_table_rows(processes, "cpu_util");
	const json_t *from = json_object_get(processes, "idle_percent") ? processes : json_array_get(rows, 0);
	double idle = answer_real(d, from, "idle_percent", -1);
	json_t *r = json_object();

	/* Rounded to hundredths, as a text and back, for 0.75 to be 0.75. */
	if (idle >= 0) {
		char text[64];
		double used = 100 - idle;

		snprintf(text, sizeof(text), "%.2f", used);
		field_real(span_str(text), &used);
		json_object_set_new(r, "0", json_pack("{s:f}", "%usage", used));
	}
	json_decref(rows);
	return r;
}

static void
set_memory(struct device *d, json_t *memory, const json_t *shared)
{
	json_t *rows = nxos_table_rows(shared, "process_tag");
	const json_t *row = json_array_get(rows, 0);
	int64_t available = answer_int(d, row, "process-memory-share-total-shm-avail", -1), used = answer_int(d, row, "process-memory-share-total-shm-used", -1);

	if (available >= 0 && available < INT64_C(1) << 50)
		json_object_set_new(memory, "available_ram", json_integer(available * 1000));
	if (used >= 0 && used < INT64_C(1) << 50)
		json_object_set_new(memory, "used_ram", json_integer(used * 1000));
	json_decref(rows);
}

json_t *
nxos_get_environment(struct device *d, const json_t *arguments)
{
	json_t *environment = nxos_ask(d, "show environment"), *processes = NULL, *shared = NULL, *r = NULL;

	(void)arguments;
	if (environment)
		processes = nxos_try(d, "show processes cpu");
	if (d->error == DEVICE_OK)
		shared = nxos_try(d, "show processes memory shared");
	if (d->error == DEVICE_OK) {
		r = model_new(&model_environment);
		json_object_set_new(r, "power", power(d, environment));
		json_object_set_new(r, "fans", fans(environment));
		json_object_set_new(r, "temperature", temperature(environment));
		json_object_set_new(r, "cpu", cpu(d, processes));
		set_memory(d, json_object_get(r, "memory"), shared);
	}
	json_decref(environment);
	json_decref(processes);
	json_decref(shared);
	return r;
}
