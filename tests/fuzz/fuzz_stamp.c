/*
 * Any bytes as a time: what is used and told lies in the input, and an instant comes out of it.
 */
#include <stdlib.h>

#include "parsers/syslog/stamp.h"
#include "parsers/syslog/tz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct span in, struct span s)
{
	if (s.p && (s.p < in.p || s.p + s.n > in.p + in.n))
		abort();
}

static void
check_stamp(struct span in, const struct stamp *st, size_t used)
{
	if (used > in.n)
		abort();
	if (used == 0)
		return;
	check(in, st->date);
	check(in, st->time);
	check(in, st->fraction);
	check(in, st->zone);
	check(in, st->text);
	if (st->kind == STAMP_DATE && (st->when.month < 1 || st->when.month > 12 || st->when.day < 1 || st->when.day > 31 ||
	    st->when.hour > 23 || st->when.ns < 0 || st->when.ns > 999999999))
		abort();
	(void)stamp_resolve(st, NULL, INT64_C(1700000000000000000));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tz_change room[TZ_MAX_CHANGES];
	struct tz tz = { .change = room };
	struct span in = span_of((const char *)data, size);
	struct stamp st;
	bool likely;
	size_t used;

	if (size == 0)
		return 0;
	likely = stamp_likely(in);
	used = stamp_parse(in, &st);
	check_stamp(in, &st, used);
	if (used > 0 && st.kind != STAMP_NONE && !likely)
		abort();
	check_stamp(in, &st, stamp_parse_iso(in, &st));
	if (tz_read(in, &tz) == 0)
		(void)tz_offset_local(&tz, 0);
	return 0;
}
