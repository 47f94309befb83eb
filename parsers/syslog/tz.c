/*
 * tz: reads TZif (RFC 8536) and looks offsets up.  Every count in the file is compared with what is there before it is used.
 */
#include "parsers/syslog/tz.h"

#include "base/clock.h"

#define HEADER 44
#define MAX_TYPES 256
#define LAST_YEAR 2262

struct counts {
	uint32_t isut, isstd, leap, times, types, chars;
};

static uint32_t
be32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

static int64_t
be_time(const char *p, size_t size)
{
	if (size == 4)
		return (int32_t)be32(p);
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

static bool
read_counts(struct span in, struct counts *c)
{
	if (in.n < HEADER || memcmp(in.p, "TZif", 4) != 0)
		return false;
	*c = (struct counts){ be32(in.p + 20), be32(in.p + 24), be32(in.p + 28), be32(in.p + 32), be32(in.p + 36), be32(in.p + 40) };
	return c->times <= TZ_MAX_CHANGES && c->types >= 1 && c->types <= MAX_TYPES && c->leap <= 1000 && c->chars <= 1000 &&
	    c->isut <= MAX_TYPES && c->isstd <= MAX_TYPES;
}

static size_t
block_size(const struct counts *c, size_t size)
{
	return c->times * size + c->times + c->types * 6 + c->chars + c->leap * (size + 4) + c->isstd + c->isut;
}

/* `p` is behind the header; the block is known to be there. */
static int
read_block(const char *p, const struct counts *c, size_t size, struct tz *tz)
{
	const char *index = p + c->times * size, *types = index + c->times;

	tz->n = 0;
	tz->first_s = (int32_t)be32(types);
	for (uint32_t i = 0; i < c->times; i++) {
		unsigned type = (unsigned char)index[i];
		int64_t at = be_time(p + i * size, size);

		if (type >= c->types || (tz->n > 0 && at <= tz->change[tz->n - 1].at_s))
			return -1;
		tz->change[tz->n++] = (struct tz_change){ at, (int32_t)be32(types + type * 6) };
	}
	for (size_t i = 0; i < tz->n; i++)
		if (tz->change[i].offset_s < -93600 || tz->change[i].offset_s > 93600)
			return -1;
	return tz->first_s < -93600 || tz->first_s > 93600 ? -1 : 0;
}

/* Behind the last block: LF, a rule, LF. */
static void
read_footer(struct span in, struct tz *tz)
{
	const char *nl;
	int64_t last = tz->n ? tz->change[tz->n - 1].at_s : INT64_C(-2208988800);
	int year;

	if (in.n < 2 || in.p[0] != '\n' || !(nl = memchr(in.p + 1, '\n', in.n - 1)))
		return;
	if (last < 0)
		last = 0;
	year = last < INT64_C(9000000000) ? clock_civil(last * CLOCK_NS_PER_S).year : LAST_YEAR;
	(void)tz_rule(span_between(in.p + 1, nl), year, LAST_YEAR, tz);
}

int
tz_read(struct span file, struct tz *tz)
{
	struct counts c;
	size_t n;

	if (!read_counts(file, &c) || file.n - HEADER < (n = block_size(&c, 4)))
		return -1;
	if (file.p[4] < '2')
		return read_block(file.p + HEADER, &c, 4, tz);
	file = span_skip(file, HEADER + n);
	if (!read_counts(file, &c) || file.n - HEADER < (n = block_size(&c, 8)))
		return -1;
	if (read_block(file.p + HEADER, &c, 8, tz) < 0)
		return -1;
	read_footer(span_skip(file, HEADER + n), tz);
	return 0;
}

int
tz_offset_at(const struct tz *tz, int64_t utc_s)
{
	size_t lo = 0, hi = tz->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (tz->change[mid].at_s <= utc_s)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo == 0 ? tz->first_s : tz->change[lo - 1].offset_s;
}

int
tz_offset_local(const struct tz *tz, int64_t local_s)
{
	int before = tz_offset_at(tz, local_s - 86400), after = tz_offset_at(tz, local_s + 86400);

	if (before == after || tz_offset_at(tz, local_s - before) == before)
		return before;
	return tz_offset_at(tz, local_s - after) == after ? after : before;
}
