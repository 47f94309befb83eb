#include "parsers/profile/details.h"

#include "parsers/profile/cast.h"

#define KEY(s) { { s, sizeof(s) - 1 }, { "\"" s "\":", sizeof(s) + 2 } }

static const char *const fields[] = {
	[MODEL_PRI] = "pri", [MODEL_DATE] = "date", [MODEL_TIME] = "time", [MODEL_FINE_TIME] = "fine_time", [MODEL_FRACTION] = "fraction",
	[MODEL_POINT_FRACTION] = "point_fraction", [MODEL_ZONE] = "zone",
	[MODEL_MARK] = "mark", [MODEL_HOST] = "host", [MODEL_HOST_PREFIX] = "host_prefix", [MODEL_NODE] = "node",
	[MODEL_COUNTER] = "counter",
	[MODEL_SEQ] = "seq", [MODEL_PROCESS] = "process", [MODEL_PID] = "pid", [MODEL_MSGID] = "msgid", [MODEL_SD] = "sd",
	[MODEL_TAG] = "tag", [MODEL_RELAY_HOST] = "relay_host", [MODEL_CLOCK] = "clock", [MODEL_OFFSET] = "offset", [MODEL_VERSION] = "version",
	[MODEL_GROUP] = NULL,
};

/* Of a line whose OS nobody knows. */
static struct model_detail unknown_details[] = {
	{ .key = KEY("date"), .field = MODEL_DATE, .optional = true },
	{ .key = KEY("time"), .field = MODEL_TIME, .optional = true },
	{ .key = KEY("timeZone"), .field = MODEL_ZONE, .optional = true },
	{ .key = KEY("host"), .field = MODEL_HOST, .optional = true },
	{ .key = KEY("processName"), .field = MODEL_PROCESS, .optional = true },
	{ .key = KEY("processId"), .field = MODEL_PID, .optional = true },
	{ .key = KEY("tag"), .field = MODEL_TAG, .optional = true },
};
static const struct model_details unknown = { unknown_details, sizeof(unknown_details) / sizeof(unknown_details[0]) };

static const struct fact_key key_pri = KEY("pri");
static const struct fact_key key_message = KEY("message");
static const struct fact_key key_facility = KEY("facility");
static const struct fact_key key_severity = KEY("severity");

/* ---- reading ---- */

static void
read_detail(struct reader *r, const struct yaml_node *entry, struct model_details *details)
{
	struct span field = reader_text(r, entry);
	bool optional = field.n > 0 && field.p[field.n - 1] == '?';
	const char *meant;

	if (!field.p)
		return;
	if (optional)
		field.n--;
	for (int i = 0; fields[i]; i++) {
		if (!span_eq(span_str(fields[i]), field))
			continue;
		details->items[details->n++] = (struct model_detail){
			.key = reader_key(r, entry->key->text), .field = (enum model_field)i, .optional = optional,
		};
		return;
	}
	meant = diag_suggest(field, fields);
	if (meant)
		reader_fault(r, entry, "there is no header field \"%.*s\" (did you mean \"%s\"?)", READER_TEXT(field), meant);
	else
		reader_fault(r, entry, "there is no header field \"%.*s\"", READER_TEXT(field));
}

static bool
is_own(struct span name)
{
	return span_eq(name, key_pri.name) || span_eq(name, key_message.name) || span_eq(name, key_facility.name) ||
	    span_eq(name, key_severity.name);
}

void
details_read(struct reader *r, const struct yaml_node *map)
{
	struct model_details details = { NULL, 0 };

	if (!map || !reader_map(r, map, NULL, "details"))
		return;
	details.items = reader_alloc(r, map->children * sizeof(*details.items));
	if (!details.items)
		return;
	if (map->children > MODEL_MAX_DETAILS)
		reader_fault(r, map, "%zu details, more than %d", map->children, MODEL_MAX_DETAILS);
	for (const struct yaml_node *entry = map->first; entry; entry = entry->next) {
		if (is_own(entry->key->text))
			reader_fault(r, entry->key, "\"%.*s\" is there by itself", READER_TEXT(entry->key->text));
		read_detail(r, entry, &details);
	}
	r->os->details = details;
}

int
details_of_form(struct reader *r, const struct yaml_node *node, struct model_form *form)
{
	const struct model_details *base = &r->os->details;
	struct model_details d = { reader_alloc(r, (base->n + form->nvalues) * sizeof(*d.items)), 0 };

	if (!d.items)
		return -1;
	for (size_t i = 0; i < base->n && form->part != MODEL_LINE; i++)
		d.items[d.n++] = base->items[i];
	for (size_t i = 0; i < form->nvalues; i++) {
		const struct model_value *v = &form->values[i];
		struct model_detail *place = NULL;

		if (is_own(v->key.name))
			continue;
		for (size_t k = 0; k < d.n && !place; k++)
			if (span_eq(d.items[k].key.name, v->key.name))
				place = &d.items[k];
		if (!place)
			place = &d.items[d.n++];
		*place = (struct model_detail){ .key = v->key, .field = MODEL_GROUP, .group = v->group, .cast = v->cast };
	}
	if (d.n > MODEL_MAX_DETAILS) {
		reader_fault(r, node, "%zu details, more than %d", d.n, MODEL_MAX_DETAILS);
		return -1;
	}
	form->details = d;
	return 0;
}

const struct model_detail *
details_find(const struct model_details *details, struct span name)
{
	for (size_t i = 0; i < details->n; i++)
		if (span_eq(details->items[i].key.name, name))
			return &details->items[i];
	return NULL;
}

/* ---- filling ---- */

static struct span
mark_text(char mark)
{
	return mark == '*' ? SPAN_LIT("*") : mark == '.' ? SPAN_LIT(".") : SPAN_NONE;
}

/* A fraction stands behind its point. */
static struct span
with_point(struct span fraction)
{
	return fraction.p ? span_of(fraction.p - 1, fraction.n + 1) : SPAN_NONE;
}

/* hh:mm:ss of a time that may have a fraction and an offset behind it. */
static struct span
clock_of(struct span time)
{
	size_t n = 0;

	while (n < time.n && (span_is_digit(time.p[n]) || time.p[n] == ':'))
		n++;
	return span_of(time.p, n);
}

/* The zone, which in an ISO time is the last part of it. */
static struct span
offset_of(const struct stamp *st)
{
	const char *p, *end = st->time.p + st->time.n;

	if (st->zone.p || !st->time.p)
		return st->zone;
	p = st->fraction.p ? st->fraction.p + st->fraction.n : st->time.p + clock_of(st->time).n;
	return p < end ? span_between(p, end) : SPAN_NONE;
}

/* The time of day and its fraction, as they stand in the line, where nothing but a point stands between them. */
static struct span
fine_time(const struct stamp *st)
{
	if (!st->fraction.p || !st->time.p || st->fraction.p != st->time.p + st->time.n + 1)
		return st->time;
	return span_between(st->time.p, st->fraction.p + st->fraction.n);
}

struct span
details_host(const struct profile_os *os, const struct header *h)
{
	if (!h->host_prefix.p)
		return h->host;
	for (size_t i = 0; os && i < os->details.n; i++)
		if (os->details.items[i].field == MODEL_HOST_PREFIX)
			return h->host;
	return span_of(h->host_prefix.p, h->host_prefix.n + h->host.n);
}

struct span
details_text(const struct model_detail *d, const struct profile_match *m, const struct header *h)
{
	switch (d->field) {
	case MODEL_PRI:
		return h->pri;
	case MODEL_DATE:
		return h->stamp.date;
	case MODEL_TIME:
		return h->stamp.time;
	case MODEL_FINE_TIME:
		return fine_time(&h->stamp);
	case MODEL_FRACTION:
		return h->stamp.fraction;
	case MODEL_POINT_FRACTION:
		return with_point(h->stamp.fraction);
	case MODEL_ZONE:
		return h->stamp.zone;
	case MODEL_MARK:
		return mark_text(h->stamp.mark);
	case MODEL_HOST:
		return details_host(m->os, h);
	case MODEL_HOST_PREFIX:
		return h->host_prefix;
	case MODEL_NODE:
		return h->node;
	case MODEL_COUNTER:
		return h->counter_text;
	case MODEL_SEQ:
		return h->seq_text;
	case MODEL_PROCESS:
		return h->process;
	case MODEL_PID:
		return h->pid;
	case MODEL_MSGID:
		return h->msgid;
	case MODEL_SD:
		return h->sd;
	case MODEL_TAG:
		return m->tag;
	case MODEL_RELAY_HOST:
		return h->relay_host;
	case MODEL_CLOCK:
		return clock_of(h->stamp.time);
	case MODEL_OFFSET:
		return offset_of(&h->stamp);
	case MODEL_VERSION:
		return h->version;
	case MODEL_GROUP:
		return d->group ? m->form_groups[d->group] : SPAN_NONE;
	}
	return SPAN_NONE;
}

static void
put_text(struct nevent *ev, const struct fact_key *key, struct span text)
{
	struct fact *f = &ev->details[ev->ndetails++];

	f->key = key;
	f->type = text.p ? FACT_TEXT : FACT_NULL;
	f->text = text;
}

static void
put_int(struct nevent *ev, const struct fact_key *key, int i)
{
	struct fact *f = &ev->details[ev->ndetails++];

	f->key = key;
	f->type = FACT_INT;
	f->text = SPAN_NONE;
	f->num = i;
}

struct details_pri
details_pri(const struct profile_match *m, const struct header *h)
{
	const struct model_form *form = m->form;
	struct details_pri pri = { .digits = h->pri, .facility = h->facility, .severity = h->severity, .beyond = h->pri_beyond };

	if (form && form->pri_group) {
		pri.digits = m->form_groups[form->pri_group];
		pri.beyond = !header_pri_value(pri.digits, &pri.facility, &pri.severity);
	}
	return pri;
}

int
details_fill(const struct profile_match *m, const struct header *h, struct arena *arena, struct nevent *ev)
{
	const struct model_form *form = m->form;
	const struct model_details *list = form ? &form->details : m->os ? &m->os->details : &unknown;
	const struct details_pri pri = details_pri(m, h);

	ev->ndetails = 0;
	for (size_t i = 0; i < list->n; i++) {
		const struct model_detail *d = &list->items[i];
		struct span text = details_text(d, m, h);

		if (!text.p && d->optional)
			continue;
		put_text(ev, &d->key, text);
		if (d->cast && text.p && d->cast->apply(d->cast, &ev->details[ev->ndetails - 1], arena) == -1)
			return -1;
	}
	if (pri.digits.p)
		put_text(ev, &key_pri, pri.digits);
	put_text(ev, &key_message, m->text);
	if (pri.digits.p) {
		put_int(ev, &key_facility, pri.facility);
		put_int(ev, &key_severity, pri.severity);
	}
	return 0;
}
