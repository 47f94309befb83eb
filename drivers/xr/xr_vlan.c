#include "drivers/xr/xr_vlan.h"

#include <stdio.h>

#include "drivers/field.h"
#include "drivers/model.h"

#define VLAN_LAST 4094
/* Each of a few lines may name all VLANs. */
#define MEMBERS_MAX ((size_t)1 << 20)

bool
xr_vlan_init(struct xr_vlan *v, struct device *d)
{
	*v = (struct xr_vlan){ .device = d, .vlans = json_object() };
	if (!v->vlans)
		device_fail(d, DEVICE_MEMORY, "no memory for VLANs");
	return v->vlans != NULL;
}

static json_t *
members_of(json_t *vlans, int64_t id)
{
	char key[24];
	json_t *vlan;

	snprintf(key, sizeof(key), "%d", (int)id);
	vlan = json_object_get(vlans, key);
	if (!vlan) {
		json_object_set_new(vlans, key, model_new(&model_vlan));
		vlan = json_object_get(vlans, key);
	}
	return json_object_get(vlan, "interfaces");
}

/* A list of tags may name one twice. */
static bool
is_last(const json_t *list, const json_t *name)
{
	size_t n = json_array_size(list);

	return n > 0 && json_equal(json_array_get(list, n - 1), name);
}

static void
add(struct xr_vlan *v, int64_t low, int64_t high, json_t *name)
{
	for (int64_t id = low; id <= high; id++) {
		json_t *list = members_of(v->vlans, id);

		if (is_last(list, name))
			continue;
		if (v->members == MEMBERS_MAX) {
			device_warn(v->device, "VLANs: there are more members than %zu", MEMBERS_MAX);
			v->members++;
		}
		if (v->members > MEMBERS_MAX)
			return;
		v->members++;
		json_array_append(list, name);
	}
}

void
xr_vlan_add(struct xr_vlan *v, int64_t low, int64_t high, struct span interface)
{
	json_t *name;

	if (low < 1 || high < low || high > VLAN_LAST) {
		device_warn(v->device, "%.*s: %lld to %lld are no VLANs", (int)(interface.n < 80 ? interface.n : 80), interface.p ? interface.p : "", (long long)low, (long long)high);
		return;
	}
	name = xr_vlan_interface(interface);
	add(v, low, high, name);
	json_decref(name);
}

/* ---- of a command line ---- */

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

void
xr_vlan_add_tags(struct xr_vlan *v, struct span tags, struct span interface)
{
	struct span list = span_skip(tags, until(tags, ':').n + 1);
	int64_t low, high;

	if (span_eq(tags, SPAN_LIT("-")))
		return;
	do {
		struct span one = until(list, ',');

		if (is_range(one, &low, &high))
			xr_vlan_add(v, low, high, interface);
		else if (!is_any(one)) {
			device_warn(v->device, "%.*s: \"%.*s\" is no VLAN", (int)(interface.n < 80 ? interface.n : 80), interface.p ? interface.p : "", (int)(tags.n < 80 ? tags.n : 80),
			    tags.p ? tags.p : "");
			return;
		}
		list = span_skip(list, one.n + 1);
	} while (list.n > 0);
}

json_t *
xr_vlan_interface(struct span name)
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
