#include "drivers/nxos/nxos_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "drivers/field.h"
#include "drivers/ifname.h"
#include "drivers/model.h"

/* ---- rows ---- */

json_t *
nxos_table_member(const json_t *object, const char *start)
{
	size_t n = strlen(start);
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)object, key, v) {
		if (strncmp(key, start, n) == 0)
			return v;
	}
	return NULL;
}

/* An object, or the objects of an array. */
static void
append_objects(json_t *rows, json_t *v)
{
	size_t i;
	json_t *one;

	if (json_is_object(v))
		json_array_append(rows, v);
	json_array_foreach(v, i, one) {
		if (json_is_object(one))
			json_array_append(rows, one);
	}
}

static json_t *
rows_of(json_t *table, const char *row, bool like)
{
	json_t *tables = json_array(), *rows = json_array(), *one;
	size_t i;

	append_objects(tables, table);
	json_array_foreach(tables, i, one)
		append_objects(rows, like ? nxos_table_member(one, row) : json_object_get(one, row));
	json_decref(tables);
	return rows;
}

json_t *
nxos_table_rows(const json_t *from, const char *name)
{
	char table[80], row[80];

	snprintf(table, sizeof(table), "TABLE_%s", name);
	snprintf(row, sizeof(row), "ROW_%s", name);
	return rows_of(json_object_get(from, table), row, false);
}

json_t *
nxos_table_rows_like(const json_t *from, const char *name)
{
	char table[80], row[80];

	snprintf(table, sizeof(table), "TABLE_%s", name);
	snprintf(row, sizeof(row), "ROW_%s", name);
	return rows_of(nxos_table_member(from, table), row, true);
}

/* ---- values ---- */

struct span
nxos_table_text(const json_t *row, const char *key, char *room)
{
	json_t *v = json_object_get(row, key);

	/* 7.1(0)N1 has a list of one where others have the value. */
	if (json_is_array(v))
		v = json_array_get(v, 0);
	if (json_is_string(v))
		return span_trim(span_of(json_string_value(v), json_string_length(v)));
	if (json_is_integer(v))
		snprintf(room, 32, "%lld", (long long)json_integer_value(v));
	else if (json_is_real(v))
		snprintf(room, 32, fabs(json_real_value(v)) < 9e15 && floor(json_real_value(v)) == json_real_value(v) ? "%.0f" : "%.10g", json_real_value(v));
	else
		room[0] = '\0';
	return span_str(room);
}

const char *
nxos_table_copy(const json_t *row, const char *key, char *out, size_t cap)
{
	char room[32];
	struct span s = nxos_table_text(row, key, room);
	size_t n = s.n < cap - 1 ? s.n : cap - 1;

	memcpy(out, s.p, n);
	out[n] = '\0';
	return out;
}

/* "P15DT16H28M27S" (ISO 8601): its letters in the small, without P and T, are what field_duration() reads. */
static struct span
plain_age(struct span s, char *out, size_t cap)
{
	bool iso = s.n > 1 && s.p[0] == 'P';
	size_t n = 0;

	for (size_t i = iso; i < s.n && n + 1 < cap; i++) {
		if (span_starts(span_skip(s, i), SPAN_LIT("(s)")))
			i += 2;
		else if (!iso || s.p[i] != 'T')
			out[n++] = (char)(iso ? s.p[i] | 0x20 : s.p[i]);
	}
	return span_of(out, n);
}

double
nxos_table_age(struct device *d, struct span text)
{
	char room[96];
	struct span plain = plain_age(span_trim(text), room, sizeof(room));
	int64_t seconds, years = 0;
	double real;

	if (plain.n == 0 || span_eq(plain, SPAN_LIT("-")) || span_eq(plain, SPAN_LIT("never")))
		return -1;
	if (field_real(plain, &real))
		return real;
	if (!field_duration(plain, &seconds)) {
		device_warn(d, "\"%.*s\" is no time", (int)plain.n, plain.p);
		return -1;
	}
	for (size_t i = 0; i < plain.n && span_is_digit(plain.p[i]) && i < 6; i++)
		years = years * 10 + (plain.p[i] - '0');
	/* Its first unit; a year has six hours more than field_duration() takes it for. */
	for (size_t i = 0; i < plain.n && !span_is_alpha(plain.p[i]); i++) {
		if (i + 1 < plain.n && plain.p[i + 1] == 'y')
			return (double)(seconds + years * 21600);
	}
	return (double)seconds;
}

double
nxos_table_tenths(double v)
{
	char text[64];

	if (!(fabs(v) < 1e15))
		return v;
	snprintf(text, sizeof(text), "%.1f", v);
	return strtod(text, NULL);
}

/* ---- getters ---- */

/* Names of one list never come near this; a range such as "Ethernet1/1-999999999" would fill the memory. */
#define MAX_PORTS 8192

/* Before the digits of a range: "Ethernet1/", "port-channel".  "Ethernet1/1.10-12" is none. */
static bool
is_range_head(struct span head)
{
	if (head.n > 0 && head.p[head.n - 1] == '/')
		return true;
	for (size_t i = 0; i < head.n; i++) {
		if (!span_is_alpha(head.p[i]) && head.p[i] != '-' && head.p[i] != '/')
			return false;
	}
	return head.n > 0;
}

/* "Ethernet1/6-10": five names. */
static bool
append_range(json_t *ports, struct span name)
{
	const char *dash = name.n ? memrchr(name.p, '-', name.n) : NULL;
	struct span head = dash ? span_between(name.p, dash) : SPAN_LIT(""), from;
	int64_t first, last;
	size_t digits = 0;
	char one[160];

	while (digits < head.n && span_is_digit(head.p[head.n - 1 - digits]))
		digits++;
	from = span_skip(head, head.n - digits);
	head.n -= digits;
	if (digits == 0 || !is_range_head(head) || head.n > 100 || !field_int(from, &first) || !field_int(span_between(dash + 1, name.p + name.n), &last))
		return false;
	for (; first <= last && json_array_size(ports) < MAX_PORTS; first++) {
		snprintf(one, sizeof(one), "%.*s%lld", (int)head.n, head.p, (long long)first);
		json_array_append_new(ports, ifname_full(span_str(one)));
	}
	return true;
}

static void
append_ports(json_t *ports, const json_t *text)
{
	struct span rest = json_is_string(text) ? span_of(json_string_value(text), json_string_length(text)) : SPAN_LIT("");
	const char *comma;

	do {
		struct span one;

		comma = rest.n ? memchr(rest.p, ',', rest.n) : NULL;
		one = span_trim(comma ? span_between(rest.p, comma) : rest);
		rest = span_skip(rest, comma ? (size_t)(comma - rest.p) + 1 : rest.n);
		if (!append_range(ports, one) && json_array_size(ports) < MAX_PORTS)
			json_array_append_new(ports, ifname_full(one));
	} while (comma);
}

/* A VLAN without ports has one of the name "", which is how NAPALM gives it. */
static json_t *
vlan(const json_t *row)
{
	json_t *r = model_new(&model_vlan), *ports = json_array(), *list = json_object_get(row, "vlanshowplist-ifidx"), *one;
	char room[32];
	size_t i;

	if (!json_is_array(list) || json_array_size(list) == 0)
		append_ports(ports, list);
	json_array_foreach(list, i, one)
		append_ports(ports, one);
	json_object_set_new(r, "name", field_text(nxos_table_text(row, "vlanshowbr-vlanname", room)));
	json_object_set_new(r, "interfaces", ports);
	return r;
}

json_t *
nxos_table_vlans(struct device *d, const json_t *brief)
{
	json_t *rows = nxos_table_rows(brief, "vlanbriefxbrief"), *r = json_object(), *row;
	char id[16];
	size_t i;

	json_array_foreach(rows, i, row) {
		/* Some releases have the bytes of the number in the wrong order, and the right number beside it. */
		if (*nxos_table_copy(row, "vlanshowbr-vlanid-utf", id, sizeof(id)) || *nxos_table_copy(row, "vlanshowbr-vlanid", id, sizeof(id)))
			json_object_set_new(r, id, vlan(row));
		else
			device_warn(d, "\"show vlan brief\": row %zu has no vlanshowbr-vlanid", i + 1);
	}
	json_decref(rows);
	return r;
}

static json_t *
instance(const json_t *row, const char *name)
{
	json_t *r = model_new(&model_network_instance);
	char room[32];

	json_object_set_new(r, "name", json_string(name));
	json_object_set_new(r, "type", json_string(strcmp(name, "default") == 0 ? "DEFAULT_INSTANCE" : "L3VRF"));
	json_object_set_new(r, "state", json_pack("{s:o}", "route_distinguisher", field_text(nxos_table_text(row, "rd", room))));
	json_object_set_new(r, "interfaces", json_pack("{s:{}}", "interface"));
	return r;
}

json_t *
nxos_table_instances(const json_t *detail, const json_t *interfaces, const char *name)
{
	json_t *vrfs = nxos_table_rows(detail, "vrf"), *members = nxos_table_rows(interfaces, "if"), *r = json_object(), *row;
	char vrf[128], port[128];
	size_t i;

	json_array_foreach(vrfs, i, row) {
		nxos_table_copy(row, "vrf_name", vrf, sizeof(vrf));
		if (*vrf && (!*name || strcmp(name, vrf) == 0))
			json_object_set_new(r, vrf, instance(row, vrf));
	}
	json_array_foreach(members, i, row) {
		json_t *in = json_object_get(r, nxos_table_copy(row, "vrf_name", vrf, sizeof(vrf)));

		if (in && *nxos_table_copy(row, "if_name", port, sizeof(port)))
			json_object_set_new(json_object_get(json_object_get(in, "interfaces"), "interface"), port, json_object());
	}
	json_decref(vrfs);
	json_decref(members);
	return r;
}
