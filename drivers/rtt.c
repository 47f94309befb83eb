#include "drivers/rtt.h"

#include "drivers/field.h"

void
rtt_summary(json_t *r, struct span line)
{
	static const char *const fields[] = { "rtt_min", "rtt_avg", "rtt_max", "rtt_stddev" };
	const char *equals = memchr(line.p, '=', line.n);
	struct span rest = equals ? span_skip(line, (size_t)(equals - line.p) + 1) : SPAN_LIT(""), list = SPAN_NONE;
	double ms;

	field_word(&rest, &list);
	for (size_t i = 0; i < 4 && list.n > 0; i++) {
		const char *slash = memchr(list.p, '/', list.n);
		struct span one = slash ? span_between(list.p, slash) : list;

		if (field_real(one, &ms))
			json_object_set_new(r, fields[i], json_real(ms));
		list = span_skip(list, one.n + 1);
	}
}
