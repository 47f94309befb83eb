/*
 * BGP as it is configured: groups, their neighbours, limits of prefixes.
 */
#include "drivers/field.h"
#include "drivers/junos/junos.h"
#include "drivers/xml_read.h"

/* ---- limits of prefixes ---- */

static void
put_int(struct device *d, json_t *o, const char *name, const xmlNode *n, const char *path)
{
	if (xml_text(n, path).n > 0)
		json_object_set_new(o, name, json_integer(xml_read_int(d, n, path, 0)));
}

/* {"limit": 100, "teardown": {"threshold": 80, "timeout": 5}, "novalidate": policy}, each part only where it is configured. */
static json_t *
limit(struct device *d, const xmlNode *n)
{
	json_t *r = json_object(), *teardown = json_object();

	put_int(d, r, "limit", n, "maximum");
	put_int(d, teardown, "threshold", n, "teardown/limit-threshold");
	put_int(d, teardown, "timeout", n, "teardown/idle-timeout/timeout");
	if (json_object_size(teardown) > 0)
		json_object_set(r, "teardown", teardown);
	json_decref(teardown);
	if (xml_find(n, "no-validate"))
		json_object_set_new(r, "novalidate", junos_text(n, "no-validate"));
	return r;
}

static json_t *
prefix_limit(struct device *d, const xmlNode *n)
{
	static const char *const families[] = { "inet", "inet6" }, *const kinds[] = { "unicast", "flow" };
	json_t *r = json_object();

	for (size_t f = 0; f < 2; f++) {
		const xmlNode *family = xml_first(xml_first(n, "family"), families[f]);

		for (size_t k = 0; k < 2; k++) {
			const xmlNode *at = xml_find(xml_first(family, kinds[k]), "prefix-limit");
			json_t *one = at ? limit(d, at) : NULL;

			if (json_object_size(one) > 0)
				json_object_set(junos_slot(r, span_str(families[f]), json_object), kinds[k], one);
			json_decref(one);
		}
	}
	return r;
}

/* ---- policies ---- */

static bool
says_self(const xmlNode *policy)
{
	if (xml_find(policy, "then/next-hop/self"))
		return true;
	return xml_find(policy, "term/then/next-hop/self");
}

/* The names of the policies that set the next hop to the device itself, as keys. */
static json_t *
self_policies(struct device *d)
{
	xmlDoc *doc = junos_ask_configuration(d, "<policy-options><policy-statement/></policy-options>");
	const xmlNode *root = junos_root(doc);
	json_t *r = json_object();

	for (const xmlNode *n = junos_next(root, NULL, "policy-statement"); n; n = junos_next(root, n, "policy-statement")) {
		if (says_self(n))
			junos_put(r, xml_text(n, "name"), json_true());
	}
	xmlFreeDoc(doc);
	return r;
}

static bool
exports_self(const xmlNode *neighbor, const json_t *policies)
{
	json_t *names = junos_texts(neighbor, NULL, "export"), *one;
	bool found = false;
	size_t i;

	json_array_foreach(names, i, one)
		found = found || json_object_get(policies, json_string_value(one));
	json_decref(names);
	return found;
}

/* ---- groups and neighbours ---- */

/* What one answer needs of the others. */
struct context {
	int64_t system_as;
	json_t *policies;
	const char *group, *neighbor;           /* "" for all */
};

static int64_t
local_as(struct device *d, const xmlNode *n, const struct context *c)
{
	return xml_text(n, "local-as/as-number").n > 0 ? junos_as_number(d, n, "local-as/as-number") : c->system_as;
}

static void
take_common(struct device *d, json_t *r, const xmlNode *n, const struct context *c)
{
	json_object_set_new(r, "description", junos_text(n, "description"));
	json_object_set_new(r, "local_address", junos_ip(xml_text(n, "local-address")));
	json_object_set_new(r, "local_as", json_integer(local_as(d, n, c)));
	json_object_set_new(r, "remote_as", json_integer(junos_as_number(d, n, "peer-as")));
	json_object_set_new(r, "import_policy", junos_joined(n, NULL, "import"));
	json_object_set_new(r, "export_policy", junos_joined(n, NULL, "export"));
	json_object_set_new(r, "prefix_limit", prefix_limit(d, n));
}

static json_t *
neighbor(struct device *d, const xmlNode *n, const struct context *c)
{
	json_t *r = model_new(&model_bgp_group_neighbor);

	take_common(d, r, n, c);
	/* Without an AS of its own it has the group's. */
	if (xml_text(n, "peer-as").n == 0)
		json_object_set_new(r, "remote_as", json_integer(junos_as_number(d, n->parent, "peer-as")));
	json_object_set_new(r, "authentication_key", junos_text(n, "authentication-key"));
	json_object_set_new(r, "nhs", json_boolean(exports_self(n, c->policies)));
	json_object_set_new(r, "route_reflector_client", json_boolean(xml_first(n, "cluster") || xml_first(n->parent, "cluster")));
	return r;
}

/* What `multihop` is without a ttl of its own. */
#define MULTIHOP_TTL 64

static int64_t
multihop_ttl(struct device *d, const xmlNode *n)
{
	int64_t ttl = xml_read_int(d, n, "multihop/ttl", 0);

	return ttl == 0 && xml_first(n, "multihop") ? MULTIHOP_TTL : ttl;
}

static json_t *
group(struct device *d, const xmlNode *n, const struct context *c)
{
	json_t *r = model_new(&model_bgp_group), *neighbors = json_object_get(r, "neighbors");
	json_t *only = junos_ip(span_str(c->neighbor));

	take_common(d, r, n, c);
	json_object_set_new(r, "type", junos_text(n, "type"));
	json_object_set_new(r, "apply_groups", junos_texts(n, NULL, "apply-groups"));
	json_object_set_new(r, "multihop_ttl", json_integer(multihop_ttl(d, n)));
	json_object_set_new(r, "multipath", json_boolean(xml_first(n, "multipath")));
	json_object_set_new(r, "remove_private_as", json_boolean(xml_first(n, "remove-private")));
	for (const xmlNode *one = xml_first(n, "neighbor"); one; one = xml_next(one, "neighbor")) {
		json_t *address = junos_ip(xml_text(one, "name"));

		if (json_string_length(only) == 0 || json_equal(address, only))
			junos_put(neighbors, span_str(json_string_value(address)), neighbor(d, one, c));
		json_decref(address);
	}
	json_decref(only);
	return r;
}

/* NAPALM's group of the neighbours without one; Junos has none of these. */
static json_t *
no_group(const struct context *c)
{
	json_t *r = model_new(&model_bgp_group);

	json_object_set_new(r, "local_as", json_integer(c->system_as));
	json_object_set_new(r, "remote_as", json_integer(0));
	json_object_set_new(r, "multihop_ttl", json_integer(0));
	return r;
}

static void
take_groups(struct device *d, json_t *r, const struct context *c)
{
	xmlDoc *doc = junos_ask_configuration(d, "<protocols><bgp><group/></bgp></protocols>");
	const xmlNode *root = junos_root(doc);

	for (const xmlNode *n = junos_next(root, NULL, "group"); n; n = junos_next(root, n, "group")) {
		struct span name = xml_text(n, "name");

		if (xml_is(n->parent, "bgp") && (*c->group == '\0' || (name.n > 0 && span_eq(name, span_str(c->group)))))
			junos_put(r, name, group(d, n, c));
	}
	/* Where no BGP is configured there is nothing at all. */
	if (*c->group == '\0' && (c->system_as != 0 || json_object_size(r) > 0))
		json_object_set_new(r, "_", no_group(c));
	xmlFreeDoc(doc);
}

static int64_t
system_as(struct device *d)
{
	xmlDoc *doc = junos_ask_configuration(d, "<routing-options><autonomous-system/></routing-options>");
	int64_t v = junos_as_number(d, junos_next(junos_root(doc), NULL, "autonomous-system"), "as-number");

	xmlFreeDoc(doc);
	return v;
}

json_t *
junos_get_bgp_config(struct device *d, const json_t *arguments)
{
	struct context c = { .system_as = system_as(d), .group = getter_text(arguments, "group") };
	json_t *r = json_object();

	/* A neighbour is one of a group: NAPALM, too, ignores it without one. */
	c.neighbor = *c.group ? getter_text(arguments, "neighbor") : "";
	c.policies = d->error == DEVICE_OK ? self_policies(d) : NULL;
	if (d->error == DEVICE_OK)
		take_groups(d, r, &c);
	json_decref(c.policies);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}
