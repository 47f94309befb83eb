#include "drivers/xr/xr_group.h"

#include "drivers/field.h"
#include "drivers/getter.h"
#include "drivers/model.h"

/* An AS number stands in two halves; without the first one, or with a 0 there, the second may be all of it. */
static int64_t
as_number(struct device *d, const xmlNode *n, const char *high, const char *low)
{
	int64_t xx = xml_read_int(d, n, high, 0), yy = xml_read_int(d, n, low, 0);

	if (xx >= 0 && xx <= 65535 && yy >= 0 && yy <= UINT32_MAX)
		return xx * 65536 + yy;
	device_warn(d, "%s: no AS number", high);
	return 0;
}

static json_t *
prefix_limit(struct device *d, const xmlNode *family, const struct xr_group *g)
{
	struct span name = xml_text(family, g->family_name);
	bool is_6 = name.n >= 4 && (name.p[0] | 0x20) == 'i' && name.p[3] == '6', is_4 = name.n >= 4 && (name.p[0] | 0x20) == 'i' && name.p[3] == '4';
	json_t *r = json_object(), *inner = json_object();
	char kind[64];
	size_t n = 0;

	for (size_t i = g->family_prefix; i < name.n && n < sizeof(kind); i++)
		kind[n++] = (char)(name.p[i] >= 'A' && name.p[i] <= 'Z' ? name.p[i] | 0x20 : name.p[i]);
	if (is_4 || is_6) {
		xml_read_put(inner, span_of(kind, n), json_pack("{s:I, s:{s:I, s:I}}", "limit", (json_int_t)xml_read_int(d, family, g->limit, 0), "teardown",
		    "threshold", (json_int_t)xml_read_int(d, family, g->warning, 0), "timeout", (json_int_t)xml_read_int(d, family, g->restart, 0)));
		json_object_set(r, is_6 ? "inet6" : "inet", inner);
	}
	json_decref(inner);
	return r;
}

static void
read_common(struct device *d, json_t *r, const xmlNode *n, const struct xr_group *g, int64_t bgp_as)
{
	int64_t local_as = as_number(d, n, g->local_high, g->local_low);

	xml_read_fields(d, r, n, g->common);
	json_object_set_new(r, "local_as", json_integer(local_as != 0 ? local_as : bgp_as));
	json_object_set_new(r, "remote_as", json_integer(as_number(d, n, g->remote_high, g->remote_low)));
}

static json_t *
neighbor_of(struct device *d, const xmlNode *n, const struct xr_group *g, int64_t bgp_as)
{
	json_t *r = model_new(&model_bgp_group_neighbor);

	read_common(d, r, n, g, bgp_as);
	json_object_set_new(r, "authentication_key", xml_read_text(n, g->password, ""));
	json_object_set_new(r, "prefix_limit", prefix_limit(d, xml_find(n, g->family), g));
	return r;
}

/* By the groups' names, then by addresses; without a group: "". */
static json_t *
neighbors_by_group(struct device *d, const xmlNode *instance, const struct xr_group *g, int64_t bgp_as, const json_t *wanted)
{
	json_t *r = json_object();

	for (xmlNode *n = xml_read_next(instance, g->neighbors, NULL); n; n = xml_read_next(instance, g->neighbors, n)) {
		struct span group = xml_text(n, g->member_of), text = xml_text(n, g->address);
		json_t *address = field_ip(d, text.n > 0 || !g->address6 ? text : xml_text(n, g->address6));
		json_t *members = xml_read_at(r, group);

		if (json_string_length(wanted) == 0 || json_equal(wanted, address)) {
			if (!members) {
				members = json_object();
				xml_read_put(r, group, members);
			}
			json_object_set_new(members, json_string_value(address), neighbor_of(d, n, g, bgp_as));
		}
		json_decref(address);
	}
	return r;
}

/* "external" and "removes private AS numbers" are NAPALM's words for every group of this system. */
static json_t *
group_of(struct device *d, const xmlNode *n, const struct xr_group *g, int64_t bgp_as)
{
	json_t *r = model_new(&model_bgp_group);

	read_common(d, r, n, g, bgp_as);
	json_object_set_new(r, "type", json_string("external"));
	json_object_set_new(r, "remove_private_as", json_true());
	json_object_set_new(r, "multipath", json_boolean(xml_read_is(n, g->multipath, "true")));
	json_object_set_new(r, "multihop_ttl", json_integer(xml_read_int(d, n, g->multihop, 0)));
	return r;
}

/* The group of those that are in none. */
static json_t *
group_of_none(int64_t bgp_as)
{
	json_t *r = model_new(&model_bgp_group);

	json_object_set_new(r, "local_as", json_integer(bgp_as));
	json_object_set_new(r, "remote_as", json_integer(0));
	json_object_set_new(r, "multihop_ttl", json_integer(0));
	return r;
}

static void
put_group(json_t *r, struct span name, json_t *group, json_t *members)
{
	if (members)
		json_object_set(group, "neighbors", members);
	xml_read_put(r, name, group);
}

json_t *
xr_group_config(struct device *d, const xmlNode *instance, const struct xr_group *g, const json_t *arguments)
{
	struct span group = span_str(getter_text(arguments, "group"));
	/* A neighbour is looked for within a group. */
	json_t *wanted = field_ip(d, span_str(group.n > 0 ? getter_text(arguments, "neighbor") : ""));
	int64_t bgp_as = as_number(d, instance, g->as_high, g->as_low);
	json_t *members = neighbors_by_group(d, instance, g, bgp_as, wanted);
	json_t *r = json_object();

	for (xmlNode *n = xml_read_next(instance, g->groups, NULL); n; n = xml_read_next(instance, g->groups, n)) {
		struct span name = xml_text(n, g->name);

		if (group.n == 0 || span_eq(group, name))
			put_group(r, name, group_of(d, n, g, bgp_as), xml_read_at(members, name));
	}
	put_group(r, SPAN_LIT("_"), group_of_none(bgp_as), xml_read_at(members, SPAN_LIT("")));
	json_decref(members);
	json_decref(wanted);
	return r;
}
