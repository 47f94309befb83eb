/*
 * stamp_resolve: from a time as it stands in the line to an instant.  What the line does not say (year, zone, order of day and
 * month) comes from the inventory, else it is guessed and told.
 */
#include "parsers/syslog/stamp.h"

#define NEAR_NS ((uint64_t)180 * 86400 * 1000000000)    /* no other year is as near */
#define YEARS_TO_LEAP 8         /* 29 February is never farther away (1896, 1904) */
/* Nanoseconds in 64 bits reach from 1678 to 2262. */
#define YEAR_MIN 1700
#define YEAR_MAX 2261

/* Where the offset of a local time comes from. */
struct source {
	int offset_s;
	const struct stamp_zone *zone;  /* if set, it decides */
};

static struct source
zone_of(const struct stamp *st, const struct stamp_setting *set, unsigned *guessed)
{
	const struct stamp_zone *zone = set ? set->zone : NULL;
	bool ambiguous = false;
	int offset = 0;

	if (st->has_offset)
		return (struct source){ st->offset_s, NULL };
	if (st->zone.p && stamp_zone_word(st->zone, &offset, &ambiguous) && !ambiguous)
		return (struct source){ offset, NULL };
	if (zone)
		return (struct source){ 0, zone };
	*guessed |= NEVENT_GUESSED_ZONE;
	return (struct source){ offset, NULL };
}

static int64_t
instant(const struct clock_date *d, const struct source *src)
{
	int64_t local = clock_seconds(d);
	int offset = src->zone ? stamp_zone_offset(src->zone, local) : src->offset_s;

	return (local - offset) * CLOCK_NS_PER_S + d->ns;
}

static uint64_t
distance(int64_t a, int64_t b)
{
	return a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
}

/* The year that an instant lies in, remembered by each thread: messages of one year come one after the other. */
static int
year_of(int64_t ns)
{
	static _Thread_local int64_t from_ns = 1, until_ns = 0;
	static _Thread_local int year;
	struct clock_date d = { .month = 1, .day = 1 };

	if (ns < from_ns || ns >= until_ns) {
		year = d.year = clock_civil(ns).year;
		from_ns = clock_seconds(&d) * CLOCK_NS_PER_S;
		d.year++;
		until_ns = year < YEAR_MAX ? clock_seconds(&d) * CLOCK_NS_PER_S : INT64_MAX;
	}
	return year;
}

/* The year that brings it nearest; of two that are as near, the earlier. */
static int64_t
nearest(struct clock_date d, const struct source *src, int64_t received_ns)
{
	int base = year_of(received_ns);
	int reach = d.month == 2 && d.day == 29 ? YEARS_TO_LEAP : 1;
	int64_t best = received_ns;
	bool found = false;

	d.year = base;
	if (d.day <= clock_days_in_month(base, d.month)) {
		best = instant(&d, src);
		if (distance(best, received_ns) <= NEAR_NS)
			return best;
	}
	for (int year = base - reach; year <= base + reach; year++) {
		int64_t t;

		if (d.day > clock_days_in_month(year, d.month) || year > YEAR_MAX)
			continue;
		d.year = year;
		t = instant(&d, src);
		if (!found || distance(t, received_ns) < distance(best, received_ns))
			best = t;
		found = true;
	}
	return best;
}

/* Day or month first, where both can be. */
static struct clock_date
ordered(const struct stamp *st, const struct stamp_setting *set, unsigned *guessed)
{
	struct clock_date d = st->when;

	if (!st->ambiguous_order)
		return d;
	if (!set || !set->has_order) {
		*guessed |= NEVENT_GUESSED_DATE_ORDER;
	} else if (set->order == STAMP_DAY_FIRST) {
		d.month = st->when.day;
		d.day = st->when.month;
	}
	return d;
}

struct stamp_result
stamp_resolve(const struct stamp *st, const struct stamp_setting *set, int64_t received_ns)
{
	struct stamp_result out = { .time_ns = received_ns, .guessed = 0 };
	struct source src;
	struct clock_date d;

	if (st->kind == STAMP_EPOCH)
		out.time_ns = st->epoch_ns;
	if (st->kind != STAMP_DATE)
		return out;
	d = ordered(st, set, &out.guessed);
	src = zone_of(st, set, &out.guessed);
	if (d.year) {
		out.beyond = d.year < YEAR_MIN || d.year > YEAR_MAX;
		if (!out.beyond)
			out.time_ns = instant(&d, &src);
		return out;
	}
	out.guessed |= NEVENT_GUESSED_YEAR;
	out.time_ns = nearest(d, &src, received_ns);
	return out;
}
