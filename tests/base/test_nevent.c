/* nevent: the words of the envelope. */
#include <criterion/criterion.h>

#include "base/nevent.h"

Test(nevent, every_value_has_a_word_and_no_two_the_same)
{
	struct span words[64];
	size_t n = 0;

	for (int i = NEVENT_EVENT; i <= NEVENT_UNKNOWN; i++)
		words[n++] = nevent_outcome_name((enum nevent_outcome)i);
	cr_expect(span_eq(words[0], SPAN_LIT("event")) && span_eq(words[1], SPAN_LIT("raw")) && span_eq(words[2], SPAN_LIT("unknown")));
	for (int i = NEVENT_REASON_NONE; i < NEVENT_REASONS; i++)
		words[n++] = nevent_reason_name((enum nevent_reason)i);
	for (int i = NEVENT_CLOCK_RECEIVED; i <= NEVENT_CLOCK_UPTIME; i++)
		words[n++] = nevent_clock_name((enum nevent_clock)i);
	for (int i = NEVENT_UP; i <= NEVENT_OTHER; i++)
		words[n++] = nevent_condition_name((enum nevent_condition)i);
	for (size_t i = 0; i < n; i++) {
		cr_expect_gt(words[i].n, 0, "word %zu", i);
		for (size_t k = 0; k < i; k++)
			cr_expect_not(span_eq(words[i], words[k]), "words %zu and %zu", i, k);
	}
	cr_expect_null(nevent_condition_name(NEVENT_CONDITION_NONE).p);
}

Test(nevent, the_level_is_the_severity_then_the_vendors_then_six)
{
	static const struct {
		int severity, vendor, level;
	} t[] = { { 3, 5, 3 }, { 0, 5, 0 }, { -1, 5, 5 }, { -1, 0, 0 }, { -1, -1, 6 } };

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		cr_expect_eq(nevent_level(&(struct nevent){ .severity = t[i].severity, .vendor_severity = t[i].vendor }), t[i].level);
}
