/* device: the time of a whole call, and of one operation of it. */
#include <criterion/criterion.h>

#include "base/clock.h"
#include "drivers/transport/transport.h"

static int questions;

static int
take(struct transport *t, struct device *d, struct span request, struct buffer *answer)
{
	(void)t, (void)d, (void)request;
	questions++;
	buffer_puts(answer, "fine");
	return 0;
}

static const struct transport_kind kind = { .name = "test", .ask = take };

static int64_t
ms_left(const struct device *d)
{
	return (device_deadline_ns(d) - clock_monotonic_ns()) / CLOCK_NS_PER_MS;
}

Test(device, no_operation_outlasts_the_call)
{
	static const struct {
		int64_t timeout_ms, call_ms, want_ms;
	} rows[] = { { 5000, 60000, 5000 }, { 60000, 5000, 5000 }, { 0, 5000, 5000 }, { 700000, 0, DEVICE_CALL_MS }, { 0, 0, DEVICE_TIMEOUT_MS } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct device_target target = { .host = "test", .timeout_ms = rows[i].timeout_ms, .call_ms = rows[i].call_ms };
		struct device d;
		int64_t ms;

		device_init(&d, &target);
		ms = ms_left(&d);
		cr_expect(ms <= rows[i].want_ms && ms > rows[i].want_ms - 2000, "row %zu: %d ms", i, (int)ms);
		device_fini(&d);
	}
}

Test(device, nothing_is_asked_once_the_call_is_over_or_broken_off)
{
	static _Atomic bool cancel;
	static const struct device_target target = { .host = "test", .cancel = &cancel };
	struct transport wire = { .kind = &kind };
	struct buffer answer;
	struct device d;

	buffer_init(&answer, 100);
	device_init(&d, &target);
	d.wire = &wire;
	cr_expect_eq(transport_ask(&d, SPAN_LIT("a"), &answer), 0);
	d.call_end_ns = clock_monotonic_ns();
	cr_expect_eq(transport_ask(&d, SPAN_LIT("a"), &answer), -1);
	cr_expect_eq(d.error, DEVICE_TIMEOUT);
	device_begin(&d);
	cr_expect_eq(transport_ask(&d, SPAN_LIT("a"), &answer), 0);
	atomic_store(&cancel, true);
	cr_expect_eq(transport_ask(&d, SPAN_LIT("a"), &answer), -1);
	cr_expect_eq(d.error, DEVICE_CLOSED);
	cr_expect_eq(questions, 2);
	buffer_fini(&answer);
	device_fini(&d);
}
