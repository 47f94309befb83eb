#include "drivers/xr/xr_vlan.h"

#include "drivers/field.h"

static struct span
until(struct span s, char stop)
{
	const char *end = s.n ? memchr(s.p, stop, s.n) : NULL;

	return end ? span_between(s.p, end) : s;
}

static bool
is_range(struct span text, int64_t *low, int64_t *high)
{
	struct span first = until(text, '-'), last = span_skip(text, first.n + 1);

	if (!field_int(first, low))
		return false;
	*high = *low;
	return first.n == text.n || field_int(last, high);
}

static bool
is_any(struct span text)
{
	return text.n == 3 && (text.p[0] | 32) == 'a' && (text.p[1] | 32) == 'n' && (text.p[2] | 32) == 'y';
}

/* "Te0/0/0/1.10" as "TenGigE0/0/0/1.10", the system's own names. */
static json_t *
full_name(struct span name)
{
	static const struct {
		struct span kind;
		const char *full;
	} kinds[] = {
		{ { "BE", 2 }, "Bundle-Ether" }, { { "EH", 2 }, "EightHundredGigE" }, { { "FH", 2 }, "FourHundredGigE" }, { { "Fa", 2 }, "FastEthernet" }, { { "Fi", 2 }, "FiftyGigE" },
		{ { "Fo", 2 }, "FortyGigE" }, { { "Gi", 2 }, "GigabitEthernet" }, { { "Hu", 2 }, "HundredGigE" }, { { "PE", 2 }, "PW-Ether" }, { { "TF", 2 }, "TwentyFiveGigE" },
		{ { "TH", 2 }, "TwoHundredGigE" }, { { "Te", 2 }, "TenGigE" },
	};
	struct span rest = span_skip(name, 2);
	struct buffer full;
	json_t *r;

	buffer_init(&full, 4096);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (rest.n > 0 && span_is_digit(rest.p[0]) && span_starts(name, kinds[i].kind))
			buffer_puts(&full, kinds[i].full);
	}
	if (full.n > 0)
		buffer_put(&full, rest);
	r = field_text(full.n > 0 && !full.failed ? buffer_span(&full) : name);
	buffer_fini(&full);
	return r;
}

/* False where one of them is no VLAN. */
static bool
add_list(struct vlan *v, struct span list, json_t *interface)
{
	int64_t low, high;

	do {
		struct span one = until(list, ',');

		if (is_range(one, &low, &high))
			vlan_add(v, low, high, interface);
		else if (!is_any(one))
			return false;
		list = span_skip(list, one.n + 1);
	} while (list.n > 0);
	return true;
}

void
xr_vlan_add(struct vlan *v, struct span tags, struct span interface)
{
	json_t *name;

	if (span_eq(tags, SPAN_LIT("-")))
		return;
	name = full_name(interface);
	if (!add_list(v, span_skip(tags, until(tags, ':').n + 1), name))
		device_warn(v->device, "%.80s: \"%.*s\" is no VLAN", json_string_value(name), (int)(tags.n < 80 ? tags.n : 80), tags.p);
	json_decref(name);
}
