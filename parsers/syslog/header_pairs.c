/*
 * header_pairs: a header of pairs: `date=2026-03-01 time=04:05:06 devname="fw1" tz="+0100" ...`, in any order, with or without quotes,
 * with blanks or commas between them.  Time and host are taken from them; nothing is cut off, since the pairs are the text, too.
 */
#include "parsers/syslog/header_part.h"

#define MAX_PAIRS 16            /* further back they are no header */
#define PAIR_NAME (HEADER_CAPITAL | HEADER_SMALL | HEADER_DIGIT | HEADER_UNDERSCORE)
#define MAX_ZONE 32
#define MAX_STAMP 40
#define QUARTER_S (15 * 60)
#define MAX_OFFSET_S (14 * 3600)
#define MAX_EARLY_S 30          /* so much before the time that a relay or another clock gave, or after it, may a device write */
#define MAX_LATE_S 60

struct pairs {
	struct span date, time, zone, epoch, host, firewall;
};

static void
note(struct pairs *k, struct span name, struct span value)
{
	const struct { struct span name, *place; } known[] = {
		{ SPAN_LIT("date"), &k->date }, { SPAN_LIT("time"), &k->time }, { SPAN_LIT("tz"), &k->zone }, { SPAN_LIT("timezone"), &k->zone },
		{ SPAN_LIT("eventtime"), &k->epoch }, { SPAN_LIT("devname"), &k->host }, { SPAN_LIT("device_name"), &k->host },
		{ SPAN_LIT("fw"), &k->firewall },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!known[i].place->p && span_eq(name, known[i].name))
			*known[i].place = value;
}

bool
header_is_pair(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && (header_class(*q) & PAIR_NAME))
		q++;
	return q > p && scan_at(q, end, '=');
}

/* `2025-10-29 09:56:16` without quotes: the place behind a date at which the time of day ends, or `stop`. */
static const char *
behind_clock(struct span date, const char *end)
{
	const char *stop = date.p + date.n, *q = scan_word(stop < end ? stop + 1 : stop, end);

	if (date.n != 10 || date.p[4] != '-' || date.p[7] != '-' || !scan_at(stop, end, ' ') || q - stop != 9)
		return stop;
	return stop[3] == ':' && stop[6] == ':' ? q : stop;
}

/* The pair at `p`: the place behind it and what separates it from the next, or NULL if none stands there. */
static const char *
pair(const char *p, const char *end, struct pairs *k)
{
	const char *q = p, *start, *stop;
	bool quoted;

	while (q < end && (header_class(*q) & PAIR_NAME))
		q++;
	if (q == p || !scan_at(q, end, '='))
		return NULL;
	quoted = scan_at(q + 1, end, '"');
	start = stop = q + 1 + quoted;
	while (stop < end && (quoted ? *stop != '"' : !scan_is_blank(*stop) && *stop != ','))
		stop++;
	if (!quoted)
		stop = behind_clock(span_between(start, stop), end);
	note(k, span_between(p, q), span_between(start, stop));
	for (p = quoted && stop < end ? stop + 1 : stop; p < end && (scan_is_blank(*p) || *p == ','); p++)
		;
	return p;
}

/* `+0100`, `UTC-5:00`, `(GMT-5:00)Eastern Time`: what stands for the offset. */
static struct span
bare_zone(struct span zone)
{
	const char *close;

	if (zone.n > 2 && *zone.p == '(' && (close = memchr(zone.p, ')', zone.n)))
		zone = span_between(zone.p + 1, close);
	return zone.n <= MAX_ZONE ? zone : SPAN_NONE;
}

/* Reads date, time and zone as if they stood side by side; the spans of the result are those of the line. */
static bool
read_stamp(const struct pairs *k, struct span zone, struct stamp *st)
{
	char line[2 * MAX_STAMP + MAX_ZONE + 2];
	struct span parts[] = { k->date, k->time, zone };
	const char *clock;
	size_t n = 0;

	if (k->date.n > MAX_STAMP || k->time.n > MAX_STAMP)
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (n > 0 && parts[i].n > 0)
			line[n++] = ' ';
		memcpy(line + n, parts[i].n ? parts[i].p : line, parts[i].n);
		n += parts[i].n;
	}
	if (n == 0 || stamp_parse(span_of(line, n), st) != n || st->kind != STAMP_DATE || !st->date.p || st->when.year == 0)
		return false;
	clock = line + (k->date.n ? k->date.n + 1 : 0);
	if (st->time.p < clock)
		return false;
	if (st->zone.p)
		st->zone = st->zone.p >= clock + k->time.n ? zone : span_of(k->time.p + (st->zone.p - clock), st->zone.n);
	if (st->fraction.p)
		st->fraction = span_of(k->time.p + (st->fraction.p - clock), st->fraction.n);
	st->date = k->date.n ? k->date : span_of(k->time.p + (st->date.p - clock), st->date.n);
	st->time = span_of(k->time.p + (st->time.p - clock), st->time.n);
	st->text = k->time;
	return true;
}

/* Seconds, or thousandths, millionths or billionths of one, since the epoch: by the number of its digits. */
static bool
read_epoch(struct span text, int64_t *ns)
{
	int64_t unit = CLOCK_NS_PER_S, v = 0;

	if (text.n < 10 || text.n > 19 || (text.n - 10) % 3 != 0 || *text.p == '0' || scan_digits(text.p, text.p + text.n) != text.p + text.n)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		int digit = text.p[i] - '0';

		if (v > (INT64_MAX - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	for (size_t n = text.n; n > 10; n -= 3)
		unit /= 1000;
	if (v > INT64_MAX / unit)
		return false;
	*ns = v * unit;
	return true;
}

/* Local time and epoch of one line, and no zone: a whole number of quarters of an hour between them is the offset. */
static void
infer_offset(struct stamp *st, int64_t epoch_s)
{
	int64_t apart = clock_seconds(&st->when) - epoch_s, late;

	if (apart < -MAX_OFFSET_S - MAX_EARLY_S || apart > MAX_OFFSET_S + MAX_LATE_S)
		return;
	late = (apart + MAX_OFFSET_S + MAX_EARLY_S) % QUARTER_S - MAX_EARLY_S;
	if (late > MAX_LATE_S)
		return;
	st->has_offset = true;
	st->offset_s = (int)(apart - late);
}

static bool
take_pairs_time(const struct pairs *k, struct stamp *st)
{
	int64_t epoch_ns;
	bool counted = k->epoch.p && read_epoch(k->epoch, &epoch_ns);

	if (k->time.p && (read_stamp(k, bare_zone(k->zone), st) || read_stamp(k, SPAN_NONE, st))) {
		if (counted && !st->has_offset && !st->zone.p)
			infer_offset(st, epoch_ns / CLOCK_NS_PER_S);
		return true;
	}
	if (!counted)
		return false;
	*st = (struct stamp){ .kind = STAMP_EPOCH, .epoch_ns = epoch_ns, .has_offset = true, .time = k->time.p ? k->time : k->epoch, .text = k->epoch };
	return true;
}

/* The time in front of the pairs is a relay's; if it has all that one can say of a time, it may tell the device's zone. */
static void
take_relay_time(struct header_scan *s, struct stamp *st)
{
	struct stamp *relay = &s->h->relay;

	*relay = s->h->stamp;
	if (st->kind == STAMP_DATE && !st->has_offset && !st->zone.p && relay->kind == STAMP_DATE && relay->has_offset && relay->when.year)
		infer_offset(st, clock_seconds(&relay->when) - relay->offset_s);
}

/* `fw`, of firewalls that write `id=firewall`, may be an address of theirs: it counts where nothing else names the device. */
static void
take_pairs_host(struct header_scan *s, const struct pairs *k)
{
	struct header *h = s->h;
	struct span host = k->host.n || s->hosted ? k->host : k->firewall;

	if (!host.n || !header_is_host(host))
		return;
	if (s->hosted && !h->relay_host.p)
		h->relay_host = h->host;
	header_set_host(s, host);
}

/* `time=1586182935|hostname=fw-3|...`: strokes between the pairs, the epoch first; `hostname` may be another's where anything else stands. */
static bool
take_stroked_pairs(struct header_scan *s)
{
	static const struct span time = SPAN_LIT("time="), name = SPAN_LIT("hostname=");
	const char *p = s->p + time.n, *q, *stop;
	struct span epoch, host;
	int64_t ns;

	if (!scan_at(s->p, s->end, 't') || !scan_starts(s->p, s->end, time) || !scan_at(q = scan_digits(p, s->end), s->end, '|'))
		return false;
	epoch = span_between(p, q);
	if (!read_epoch(epoch, &ns) || !scan_starts(q + 1, s->end, name))
		return false;
	p = q + 1 + name.n;
	stop = memchr(p, '|', (size_t)(s->end - p));
	host = span_between(p, stop ? stop : s->end);
	if (s->timed)
		s->h->relay = s->h->stamp;
	s->h->stamp = (struct stamp){ .kind = STAMP_EPOCH, .epoch_ns = ns, .has_offset = true, .time = epoch, .text = epoch };
	s->timed = true;
	take_pairs_host(s, &(const struct pairs){ .host = host });
	return true;
}

void
header_pairs(struct header_scan *s)
{
	struct header *h = s->h;
	struct pairs k = { .date = SPAN_NONE };
	const char *p = s->p;
	struct stamp st;

	if (take_stroked_pairs(s))
		return;
	for (int i = 0; i < MAX_PAIRS && p && p < s->end; i++)
		p = pair(p, s->end, &k);
	if (!take_pairs_time(&k, &st))
		return;
	if (s->timed)
		take_relay_time(s, &st);
	h->stamp = st;
	s->timed = true;
	take_pairs_host(s, &k);
}
