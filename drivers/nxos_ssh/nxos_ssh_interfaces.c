/*
 * Interfaces, from `show interface`: sections, one for each.  A section begins in the first column:
 *
 *     mgmt0 is up                                  Vlan1 is down (Administratively down), line protocol is down, autostate enabled
 *     admin state is up, Dedicated Interface
 *
 * The first line of a kind counts; what says nothing of the bandwidth or the MTU (nve, Fibre Channel) leaves them unknown.
 */
#include "drivers/field.h"
#include "drivers/ifname.h"
#include "drivers/nxos_ssh/nxos_ssh.h"

struct section {
	json_t *model;          /* NULL: no interface yet */
	json_t *name;
	bool described, addressed, mtu_said, speed_said, admin_said;
};

/* ---- the beginning ---- */

static bool
has_letters(struct span s, const char *small)
{
	size_t n = strlen(small);

	for (size_t i = 0; i + n <= s.n; i++) {
		if (strncasecmp(s.p + i, small, n) == 0)
			return true;
	}
	return false;
}

/* The line's name and what follows "is": false if it does not begin a section.  `next` is the text behind the line. */
static bool
heading(struct span line, struct span next, struct span *name, struct span *state)
{
	struct span rest = line, word;

	if (line.n == 0 || span_is_space(line.p[0]) || !field_word(&rest, name) || !field_word(&rest, &word) || !span_eq(word, SPAN_LIT("is")))
		return false;
	*state = rest;
	return span_starts(rest, SPAN_LIT("up")) || span_starts(rest, SPAN_LIT("down")) || field_has(rest, "line protocol is") || span_starts(next, SPAN_LIT("admin state is"));
}

/* Where the line protocol is told, the name stays as it is printed: NAPALM has it so. */
static void
begin(struct section *s, struct span name, struct span state)
{
	struct span protocol = field_behind(state, "line protocol is"), word = SPAN_NONE, rest = state;
	bool up, enabled;

	memset(s, 0, sizeof(*s));
	s->model = model_new(&model_interface);
	if (protocol.p) {
		field_word(&protocol, &word);
		up = field_has(word, "up");
		enabled = !has_letters(nxos_ssh_before(state, "line protocol is"), "admin");
		s->name = field_text(name);
		s->admin_said = true;
	} else {
		field_word(&rest, &word);
		/* Fibre Channel that is up may say "trunking". */
		up = span_eq(word, SPAN_LIT("up")) || span_eq(word, SPAN_LIT("up,")) || span_eq(word, SPAN_LIT("trunking"));
		enabled = up || !field_has(state, "Administratively down");
		s->name = ifname_full(name);
	}
	json_object_set_new(s->model, "is_up", json_boolean(up));
	json_object_set_new(s->model, "is_enabled", json_boolean(enabled));
}

static void
finish(struct section *s, json_t *all)
{
	if (s->model && s->name)
		json_object_set_new(all, json_string_value(s->name), s->model);
	else
		json_decref(s->model);
	json_decref(s->name);
	s->model = s->name = NULL;
}

/* ---- its lines ---- */

/* Where the last `mark` of the text begins, or its end. */
static size_t
last(struct span text, const char *mark)
{
	size_t at = text.n;

	for (struct span rest = field_behind(text, mark); rest.p; rest = field_behind(rest, mark))
		at = text.n - rest.n - strlen(mark);
	return at;
}

/* What follows may stand on the same line: "Description: to core  Internet Address is ...", "...  MTU 1500 bytes, ...".  What is left of it is given back. */
static struct span
describe(struct section *s, struct span text)
{
	size_t mtu, internet, end;

	while (text.n > 0 && span_is_space(text.p[0]))
		text = span_skip(text, 1);
	mtu = last(text, "  MTU");
	internet = last(text, "  Internet");
	/* The later one ends it; it is the text's end if there is none. */
	end = mtu == text.n || (internet < text.n && internet > mtu) ? internet : mtu;
	json_object_set_new(s->model, "description", field_text(span_of(text.p, end)));
	s->described = true;
	return span_skip(text, end);
}

/* "1000000 Kbit, DLY 10 usec", "9 Kbit/sec": in Mbit/s. */
static bool
speed(struct span text, double *mbit)
{
	static const struct { const char *name; double divisor; } units[] = { { "Kbit", 1e3 }, { "Kbit/sec", 1e3 }, { "Mbit", 1 }, { "Gbit", 1e-3 } };
	struct span number, unit;
	double v;

	if (!field_word(&text, &number) || !field_real(number, &v) || !field_word(&text, &unit))
		return false;
	while (unit.n > 0 && unit.p[unit.n - 1] == ',')
		unit.n--;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (span_eq(unit, span_str(units[i].name))) {
			*mbit = v / units[i].divisor;
			return true;
		}
	}
	return false;
}

/* "  MTU 1500 bytes, BW 1000000 Kbit, DLY 10 usec", "  MTU 9216 bytes" */
static void
read_size(struct device *d, struct section *s, struct span line)
{
	struct span mtu = field_behind(line, "MTU "), bandwidth = field_behind(line, " BW "), number, unit;
	int64_t bytes;
	double mbit;

	if (!s->mtu_said && field_word(&mtu, &number) && field_word(&mtu, &unit) && span_starts(unit, SPAN_LIT("bytes"))) {
		s->mtu_said = true;
		if (field_int(number, &bytes))
			json_object_set_new(s->model, "mtu", json_integer(bytes));
		else
			nxos_ssh_odd(d, "get_interfaces: \"show interface\": MTU", line);
	}
	if (!s->speed_said && bandwidth.p && field_has(nxos_ssh_before(line, " BW "), ",")) {
		s->speed_said = true;
		if (speed(bandwidth, &mbit))
			json_object_set_new(s->model, "speed", json_real(mbit));
		else
			nxos_ssh_odd(d, "get_interfaces: \"show interface\": bandwidth", line);
	}
}

/* "Hardware: 10/100/1000 Ethernet, address: 0050.56aa.bb01 (bia 0050.56aa.bb01)"; that of a VLAN is told in other words and not taken. */
static void
address(struct device *d, struct section *s, struct span text)
{
	struct span rest = field_behind(text, ", address:"), word;

	if (rest.p && field_word(&rest, &word)) {
		json_object_set_new(s->model, "mac_address", field_mac(d, word));
		s->addressed = true;
	}
}

static void
read_line(struct device *d, struct section *s, struct span line)
{
	struct span text = span_trim(line), rest = line, word;
	bool indented = line.n > 0 && span_is_space(line.p[0]);

	if (!indented && !s->admin_said && span_starts(line, SPAN_LIT("admin state is "))) {
		text = span_skip(line, strlen("admin state is "));
		field_word(&text, &word);
		json_object_set_new(s->model, "is_enabled", json_boolean(field_has(word, "up")));
		s->admin_said = true;
	} else if (indented && !s->addressed && span_starts(text, SPAN_LIT("Hardware:"))) {
		address(d, s, text);
	} else if (indented && !s->described && span_starts(text, SPAN_LIT("Description:"))) {
		rest = describe(s, field_behind(line, "Description:"));
	}
	read_size(d, s, rest);
}

json_t *
nxos_ssh_get_interfaces(struct device *d, const json_t *arguments)
{
	struct section s = { .model = NULL };
	struct span text, line, name, state;
	struct buffer out;
	json_t *r = NULL;

	(void)arguments;
	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (nxos_ssh_show(d, &out, "show interface") == 0) {
		r = json_object();
		text = buffer_span(&out);
		while (field_line(&text, &line)) {
			if (heading(line, text, &name, &state)) {
				finish(&s, r);
				begin(&s, name, state);
			} else if (s.model) {
				read_line(d, &s, line);
			}
		}
		finish(&s, r);
		if (json_object_size(r) == 0 && span_trim(buffer_span(&out)).n > 0)
			device_warn(d, "get_interfaces: \"show interface\": no interface is understood");
	}
	buffer_fini(&out);
	return r;
}
