/*
 * The machine's clock: chrony, or else ntpd.  What is configured is known by what they ask: a name of the configuration is an address here.
 */
#include <stdio.h>

#include "drivers/field.h"
#include "drivers/frr/frr.h"

#define COLUMNS 10

/* What chrony prints for a source that has never answered. */
#define NEVER "4294967295"

/* ---- chrony ---- */

/* "^,*,192.0.2.1,2,6,377,23,-0.000012345,-0.000012345,0.000123456" */
static size_t
columns(struct span line, struct span *column)
{
	size_t n = 0;

	while (n < COLUMNS && line.n > 0) {
		const char *comma = memchr(line.p, ',', line.n);

		column[n] = comma ? span_between(line.p, comma) : line;
		line = span_skip(line, column[n++].n + 1);
	}
	return n;
}

static void
set_int(json_t *r, const char *name, struct span text)
{
	int64_t n;

	if (field_int(text, &n))
		json_object_set_new(r, name, json_integer(n));
}

static void
set_real(json_t *r, const char *name, struct span text, double factor)
{
	double n;

	/* No "-0". */
	if (field_real(text, &n))
		json_object_set_new(r, name, json_real(n == 0 ? 0 : n * factor));
}

/*
 * mode, state, name, stratum, poll (a power of two), reach (as octal digits), seconds since the last answer, offset adjusted and measured, error.  A clock that is ahead is a negative offset in ntpq's
 * way, which is the model's: in milliseconds.
 */
static json_t *
chrony_source(const struct span *column)
{
	static const char modes[] = "^=#", types[] = "usl";
	json_t *r = model_new(&model_ntp_stats);
	const char *mode = column[0].n == 1 ? memchr(modes, column[0].p[0], 3) : NULL;
	int64_t poll;

	json_object_set_new(r, "remote", field_text(column[2]));
	json_object_set_new(r, "synchronized", json_boolean(span_eq(column[1], SPAN_LIT("*"))));
	json_object_set_new(r, "type", mode ? json_stringn(&types[mode - modes], 1) : json_string(""));
	json_object_set_new(r, "when", span_eq(column[6], SPAN_LIT(NEVER)) ? json_string("-") : field_text(column[6]));
	set_int(r, "stratum", column[3]);
	if (field_int(column[4], &poll) && poll >= 0 && poll < 32)
		json_object_set_new(r, "hostpoll", json_integer((int64_t)1 << poll));
	set_int(r, "reachability", column[5]);
	set_real(r, "offset", column[8], -1000);
	return r;
}

static void
odd_line(struct device *d, const char *command, struct span line)
{
	device_warn(d, "%s: \"%.*s\" is no source", command, (int)(line.n < 100 ? line.n : 100), line.p);
}

static json_t *
read_chrony(struct device *d, struct span text)
{
	json_t *r = json_array();
	struct span line, column[COLUMNS];

	while (field_line(&text, &line)) {
		if (columns(line, column) == COLUMNS)
			json_array_append_new(r, chrony_source(column));
		else if (span_trim(line).n > 0)
			odd_line(d, "chronyc", line);
	}
	return r;
}

/* Name, ..., the eighth column: the deviation.  It is an addition: without it nothing is lost. */
static void
add_deviations(struct device *d, json_t *sources)
{
	json_t *jitter = json_object(), *one;
	struct span rest, line, column[COLUMNS];
	struct buffer out;
	size_t i;

	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (frr_shell(d, "chronyc -n -c sourcestats", &out) == -1)
		frr_forgive_command(d);
	rest = buffer_span(&out);
	while (field_line(&rest, &line)) {
		if (columns(line, column) == 8 && column[0].n > 0)
			json_object_setn_new(jitter, column[0].p, column[0].n, field_text(column[7]));
	}
	json_array_foreach(sources, i, one) {
		const char *text = json_string_value(json_object_get(jitter, json_string_value(json_object_get(one, "remote"))));

		if (text)
			set_real(one, "jitter", span_str(text), 1000);
	}
	buffer_fini(&out);
	json_decref(jitter);
}

/* ---- ntpd ---- */

/* The first column: its first character says what became of the source. */
struct name {
	char tally;
	struct span text;
};

/* "*192.0.2.1  .GPS.  1 u  33  64  377  0.420  0.012  0.005", `column` begins behind the name. */
static json_t *
ntpd_source(const struct name *name, const struct span *column)
{
	json_t *r = model_new(&model_ntp_stats);

	json_object_set_new(r, "remote", field_text(name->text));
	json_object_set_new(r, "synchronized", json_boolean(name->tally == '*' || name->tally == 'o'));
	json_object_set_new(r, "referenceid", field_text(column[0]));
	set_int(r, "stratum", column[1]);
	json_object_set_new(r, "type", field_text(column[2]));
	json_object_set_new(r, "when", field_text(column[3]));
	set_int(r, "hostpoll", column[4]);
	set_int(r, "reachability", column[5]);
	set_real(r, "delay", column[6], 1);
	set_real(r, "offset", column[7], 1);
	set_real(r, "jitter", column[8], 1);
	return r;
}

/* A name that is too long for its column has a line of its own, the others follow in the next one. */
static void
read_ntpd_line(struct device *d, json_t *r, struct span line, struct name *name)
{
	struct span rest = line, column[COLUMNS];
	size_t n = 0;

	if (name->text.n == 0) {
		name->tally = line.p[0];
		rest = span_skip(line, 1);
		field_word(&rest, &name->text);
	}
	while (n < COLUMNS && field_word(&rest, &column[n]))
		n++;
	if (n == 0)
		return;
	if (n == 9)
		json_array_append_new(r, ntpd_source(name, column));
	else
		odd_line(d, "ntpq", line);
	name->text = SPAN_NONE;
}

/* It complains with a status of 0, too. */
static json_t *
read_ntpd(struct device *d, struct span text)
{
	json_t *r = json_array();
	struct span rest = text, line;
	struct name name = { .text = SPAN_NONE };
	bool within = false;

	while (field_line(&rest, &line)) {
		if (within && line.n > 0)
			read_ntpd_line(d, r, line, &name);
		within = within || span_starts(line, SPAN_LIT("===="));
	}
	if (!within)
		odd_line(d, "ntpq", span_trim(text));
	return r;
}

/* ---- either ---- */

/* As get_ntp_stats gives them; none, and a warning, where there is no such daemon.  NULL after device_fail(). */
static json_t *
sources(struct device *d, bool deviations)
{
	struct buffer out;
	json_t *r = NULL;

	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (frr_shell(d, "chronyc -n -c sources", &out) == 0) {
		r = read_chrony(d, buffer_span(&out));
		if (deviations && json_array_size(r) > 0)
			add_deviations(d, r);
	} else if (frr_forgive_command(d)) {
		buffer_reset(&out);
		if (frr_shell(d, "ntpq -pnw", &out) == 0)
			r = read_ntpd(d, buffer_span(&out));
		else if (frr_forgive_command(d)) {
			device_warn(d, "there is no chronyd that answers, and no ntpd");
			r = json_array();
		}
	}
	buffer_fini(&out);
	return r;
}

json_t *
frr_get_ntp_stats(struct device *d, const json_t *arguments)
{
	json_t *r = sources(d, true);

	(void)arguments;
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}

/* Their addresses, by the letters of their types. */
static json_t *
of_types(struct device *d, const char *types)
{
	json_t *all = sources(d, false), *r = all ? json_object() : NULL, *one;
	size_t i;

	json_array_foreach(all, i, one) {
		const char *type = json_string_value(json_object_get(one, "type")), *remote = json_string_value(json_object_get(one, "remote"));

		if (remote && *remote && type && *type && strchr(types, *type))
			json_object_set_new(r, remote, json_object());
	}
	json_decref(all);
	return r;
}

/* A digit is a unicast server, too: how many cookies there are for its keys.  A pool is what servers were taken from. */
json_t *
frr_get_ntp_servers(struct device *d, const json_t *arguments)
{
	(void)arguments;
	return of_types(d, "u0123456789");
}

json_t *
frr_get_ntp_peers(struct device *d, const json_t *arguments)
{
	(void)arguments;
	return of_types(d, "s");
}
