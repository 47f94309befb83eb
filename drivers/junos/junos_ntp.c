/*
 * NTP: who is configured, and what the daemon says of them.
 */
#include "drivers/field.h"
#include "drivers/junos/junos.h"

static json_t *
configured(struct device *d, const char *filter, const char *name)
{
	xmlDoc *doc = junos_ask_configuration(d, filter);
	const xmlNode *ntp = junos_next(junos_root(doc), NULL, "ntp");
	json_t *r = doc ? json_object() : NULL;

	for (const xmlNode *n = xml_first(ntp, name); n; n = xml_next(n, name)) {
		json_t *address = junos_ip(xml_text(n, "name"));

		junos_put(r, span_str(json_string_value(address)), json_object());
		json_decref(address);
	}
	xmlFreeDoc(doc);
	return r;
}

json_t *
junos_get_ntp_peers(struct device *d, const json_t *arguments)
{
	(void)arguments;
	return configured(d, "<system><ntp><peer/></ntp></system>", "peer");
}

json_t *
junos_get_ntp_servers(struct device *d, const json_t *arguments)
{
	(void)arguments;
	return configured(d, "<system><ntp><server/></ntp></system>", "server");
}

/* ---- associations ---- */

enum { REMOTE, REFERENCE, STRATUM, TYPE, WHEN, POLL, REACH, DELAY, OFFSET, JITTER, COLUMNS };

/* The tally stands right in front of the address: '*' is the one that the clock follows. */
static bool
take_tally(struct span *remote)
{
	bool chosen = remote->n > 0 && remote->p[0] == '*';

	if (remote->n > 0 && strchr("*+-x", remote->p[0]) && remote->p[0] != '\0')
		*remote = span_skip(*remote, 1);
	return chosen;
}

static json_t *
association(struct device *d, struct span *column)
{
	static const struct { const char *name; int column; } ints[] = { { "stratum", STRATUM }, { "hostpoll", POLL }, { "reachability", REACH } };
	static const struct { const char *name; int column; } reals[] = { { "delay", DELAY }, { "offset", OFFSET }, { "jitter", JITTER } };
	json_t *r = model_new(&model_ntp_stats);
	bool good = true;
	int64_t v;
	double f;

	json_object_set_new(r, "synchronized", json_boolean(take_tally(&column[REMOTE])));
	json_object_set_new(r, "remote", junos_ip(column[REMOTE]));
	json_object_set_new(r, "referenceid", field_text(column[REFERENCE]));
	json_object_set_new(r, "type", field_text(column[TYPE]));
	json_object_set_new(r, "when", field_text(column[WHEN]));
	for (size_t i = 0; i < 3; i++) {
		good = good && field_int(column[ints[i].column], &v) && json_object_set_new(r, ints[i].name, json_integer(v)) == 0;
		good = good && field_real(column[reals[i].column], &f) && json_object_set_new(r, reals[i].name, json_real(f)) == 0;
	}
	if (good && field_is_ip(column[REMOTE]))
		return r;
	json_decref(r);
	device_warn(d, "show ntp associations: the line of \"%.*s\" is not understood", (int)(column[REMOTE].n < 40 ? column[REMOTE].n : 40), column[REMOTE].p);
	return NULL;
}

/*
 * Seconds, hours, or never ("-").  An association that is silent for days ("22d") or for some minutes ("35m") is none for NAPALM, and its recorded case holds it to that.
 */
static bool
is_recent(struct span when)
{
	size_t n = 0;

	while (n < when.n && (span_is_digit(when.p[n]) || when.p[n] == 'h' || when.p[n] == '-'))
		n++;
	return n == when.n;
}

/* By unicast, or not told: NAPALM knows no other types ("l" of the local clock, "b" of broadcasts). */
static bool
is_known_type(struct span type)
{
	return span_eq(type, SPAN_LIT("u")) || span_eq(type, SPAN_LIT("-"));
}

/* A long address has a line of its own, and its columns are on the next. */
static void
take_lines(struct device *d, json_t *r, struct span text)
{
	struct span line, word, column[COLUMNS];
	size_t n = 0;

	while (field_line(&text, &line)) {
		bool more = n == 1;

		for (n = more ? 1 : 0; field_word(&line, &word); n++) {
			if (n < COLUMNS)
				column[n] = word;
		}
		if (n == COLUMNS && is_recent(column[WHEN]) && is_known_type(column[TYPE])) {
			json_t *one = association(d, column);

			if (one)
				json_array_append_new(r, one);
		} else if (n > 1 && n != COLUMNS) {
			device_warn(d, "show ntp associations: a line of \"%.*s\" has %zu columns", (int)(column[0].n < 40 ? column[0].n : 40), column[0].p, n);
		}
	}
}

/*
 * NAPALM leaves out three lines of the output: an empty one, which a device puts in front, and the two of the heading.  Its recorded case has the output
 * without the empty line and holds it to three all the same, and so to the loss of the first association.  Either cannot be told from the other on the wire:
 * the recorded case wins, though NAPALM itself, asked about a device, tells the first one, too.
 */
#define HEADING_LINES 3

json_t *
junos_get_ntp_stats(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = junos_ask_command(d, "show ntp associations no-resolve", "text");
	struct span text = span_trim(xml_text(junos_next(junos_root(doc), NULL, "output"), NULL)), line;
	json_t *r = doc ? json_array() : NULL;

	(void)arguments;
	for (int i = 0; i < HEADING_LINES; i++)
		field_line(&text, &line);
	take_lines(d, r, text);
	xmlFreeDoc(doc);
	return r;
}
