#include "drivers/vlan.h"

#include <stdio.h>

#include "drivers/model.h"

#define VLAN_LAST 4094
#define NAMED_MAX ((size_t)1 << 20)

bool
vlan_init(struct vlan *v, struct device *d)
{
	*v = (struct vlan){ .device = d, .all = json_object() };
	if (!v->all)
		device_fail(d, DEVICE_MEMORY, "no memory for VLANs");
	return v->all != NULL;
}

static json_t *
members_of(json_t *all, int64_t id)
{
	char key[24];

	snprintf(key, sizeof(key), "%d", (int)id);
	if (!json_object_get(all, key))
		json_object_set_new(all, key, model_new(&model_vlan));
	return json_object_get(json_object_get(all, key), "interfaces");
}

/* Ranges may overlap. */
static bool
is_last(const json_t *list, const json_t *interface)
{
	size_t n = json_array_size(list);

	return n > 0 && json_equal(json_array_get(list, n - 1), interface);
}

void
vlan_add(struct vlan *v, int64_t low, int64_t high, json_t *interface)
{
	if (low < 1 || high < low || high > VLAN_LAST) {
		device_warn(v->device, "%.80s: %lld to %lld are no VLANs", json_string_value(interface), (long long)low, (long long)high);
		return;
	}
	for (int64_t id = low; id <= high && v->named <= NAMED_MAX; id++) {
		json_t *list = members_of(v->all, id);

		if (v->named++ == NAMED_MAX)
			device_warn(v->device, "VLANs: there are more members than %zu", NAMED_MAX);
		else if (!is_last(list, interface))
			json_array_append(list, interface);
	}
}
