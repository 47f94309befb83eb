/*
 * BGP: what is configured in the default VRF, by groups.
 */
#include "drivers/field.h"
#include "drivers/iosxr_netconf/iosxr_netconf.h"
#include "drivers/xml_read.h"

/* An AS number stands in two halves. */
static int64_t
as_number(struct device *d, const xmlNode *n, const char *high, const char *low)
{
	int64_t xx = xml_read_int(d, n, high, 0), yy = xml_read_int(d, n, low, 0);

	if (xx >= 0 && xx <= 65535 && yy >= 0 && yy <= UINT32_MAX)
		return xx * 65536 + yy;
	device_warn(d, "%s: no AS number", high);
	return 0;
}

/* "ipv4-unicast": which address family and what of it. */
static json_t *
prefix_limit(struct device *d, const xmlNode *family)
{
	struct span name = xml_text(family, "af-name");
	const xmlNode *limits = xml_first(family, "maximum-prefixes");
	bool is_6 = span_starts(name, SPAN_LIT("ipv6"));
	json_t *r = json_object(), *inner = json_object();

	if (is_6 || span_starts(name, SPAN_LIT("ipv4"))) {
		xml_read_put(inner, span_skip(name, 5), json_pack("{s:I, s:{s:I, s:I}}", "limit", (json_int_t)xml_read_int(d, limits, "prefix-limit", 0), "teardown",
		    "threshold", (json_int_t)xml_read_int(d, limits, "warning-percentage", 0), "timeout", (json_int_t)xml_read_int(d, limits, "restart-time", 0)));
		json_object_set(r, is_6 ? "inet6" : "inet", inner);
	}
	json_decref(inner);
	return r;
}

/* What neighbours and groups have alike. */
static void
read_common(struct device *d, json_t *r, const xmlNode *n, int64_t bgp_as)
{
	static const struct xml_read fields[] = {
		{ "description", XML_READ_TEXT, "description", NULL, 0 },
		{ "import_policy", XML_READ_TEXT, "neighbor-afs/neighbor-af/route-policy-in", "neighbor-group-afs/neighbor-group-af/route-policy-in", 0 },
		{ "export_policy", XML_READ_TEXT, "neighbor-afs/neighbor-af/route-policy-out", "neighbor-group-afs/neighbor-group-af/route-policy-out", 0 },
		{ "local_address", XML_READ_IP, "local-address/local-ip-address", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	int64_t local_as = as_number(d, n, "local-as/as-xx", "local-as/as-yy");

	xml_read_fields(d, r, n, fields);
	json_object_set_new(r, "local_as", json_integer(local_as != 0 ? local_as : bgp_as));
	json_object_set_new(r, "remote_as", json_integer(as_number(d, n, "remote-as/as-xx", "remote-as/as-yy")));
}

static json_t *
neighbor_of(struct device *d, const xmlNode *n, int64_t bgp_as)
{
	json_t *r = model_new(&model_bgp_group_neighbor);

	read_common(d, r, n, bgp_as);
	json_object_set_new(r, "authentication_key", xml_read_text(n, "password/password", ""));
	json_object_set_new(r, "prefix_limit", prefix_limit(d, xml_find(n, "neighbor-afs/neighbor-af")));
	return r;
}

/* By the groups' names, then by addresses; without a group: "". */
static json_t *
neighbors_by_group(struct device *d, const xmlNode *entity, int64_t bgp_as, const char *wanted)
{
	json_t *r = json_object();

	for (xmlNode *n = xml_read_next(entity, "neighbors/neighbor", NULL); n; n = xml_read_next(entity, "neighbors/neighbor", n)) {
		struct span group = xml_text(n, "neighbor-group-add-member");
		json_t *address = field_ip(d, xml_text(n, "neighbor-address"));
		const char *text = json_string_value(address);
		json_t *members = xml_read_at(r, group);

		if (text && (!*wanted || strcmp(wanted, text) == 0)) {
			if (!members) {
				members = json_object();
				xml_read_put(r, group, members);
			}
			json_object_set_new(members, text, neighbor_of(d, n, bgp_as));
		}
		json_decref(address);
	}
	return r;
}

/* "external" and "removes private AS numbers" are NAPALM's words for every group of this system. */
static json_t *
group_of(struct device *d, const xmlNode *n, int64_t bgp_as)
{
	json_t *r = model_new(&model_bgp_group);

	read_common(d, r, n, bgp_as);
	json_object_set_new(r, "type", json_string("external"));
	json_object_set_new(r, "remove_private_as", json_true());
	json_object_set_new(r, "multipath", json_boolean(xml_read_is(n, "neighbor-group-afs/neighbor-group-af/multipath", "true")));
	json_object_set_new(r, "multihop_ttl", json_integer(xml_read_int(d, n, "ebgp-multihop/max-hop-count", 0)));
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
iosxr_netconf_get_bgp_config(struct device *d, const json_t *arguments)
{
	struct span group = span_str(getter_text(arguments, "group"));
	json_t *wanted = field_ip(d, span_str(group.n > 0 ? getter_text(arguments, "neighbor") : ""));
	xmlDoc *doc = iosxr_netconf_ask_config(d, "running", "<bgp xmlns=\"" IOSXR_NETCONF_NS "ipv4-bgp-cfg\"><instance><instance-name>default</instance-name></instance></bgp>");
	const xmlNode *instance = xml_find(iosxr_netconf_reply(doc), "data/bgp/instance/instance-as");
	const xmlNode *entity = xml_find(instance, "four-byte-as/default-vrf/bgp-entity");
	int64_t bgp_as = as_number(d, instance, "as", "four-byte-as/as");
	json_t *members = neighbors_by_group(d, entity, bgp_as, wanted ? json_string_value(wanted) : "");
	json_t *r = doc ? json_object() : NULL;

	for (xmlNode *n = xml_read_next(entity, "neighbor-groups/neighbor-group", NULL); n; n = xml_read_next(entity, "neighbor-groups/neighbor-group", n)) {
		struct span name = xml_text(n, "neighbor-group-name");

		if (group.n == 0 || span_eq(group, name))
			put_group(r, name, group_of(d, n, bgp_as), xml_read_at(members, name));
	}
	if (xml_find(iosxr_netconf_reply(doc), "data/*"))
		put_group(r, SPAN_LIT("_"), group_of_none(bgp_as), xml_read_at(members, SPAN_LIT("")));
	json_decref(members);
	json_decref(wanted);
	xmlFreeDoc(doc);
	return r;
}
