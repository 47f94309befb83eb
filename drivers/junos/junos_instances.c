/*
 * Routing instances.
 */
#include "drivers/field.h"
#include "drivers/junos/junos.h"

static json_t *
type_of(const xmlNode *instance)
{
	static const struct { const char *junos, *name; } types[] = {
		{ "l2vpn", "L2VPN" }, { "vrf", "L3VRF" }, { "evpn", "BGP_EVPN" }, { "vpls", "BGP_VPLS" }, { "forwarding", "L2P2P" }, { "default", "DEFAULT_INSTANCE" },
	};
	struct span s = xml_text(instance, "instance-type");

	for (size_t i = 0; s.n > 0 && i < sizeof(types) / sizeof(*types); i++) {
		if (span_eq(s, span_str(types[i].junos)))
			return json_string(types[i].name);
	}
	return s.n > 0 ? field_text(s) : json_string("DEFAULT_INSTANCE");
}

static void
take_interfaces(json_t *interfaces, const xmlNode *parent)
{
	for (const xmlNode *n = xml_first(parent, "interface"); n; n = xml_next(n, "interface"))
		junos_put(interfaces, xml_text(n, "name"), json_object());
}

/* Its own interfaces, and those of its bridge domains. */
static json_t *
instance(const xmlNode *n)
{
	json_t *r = model_new(&model_network_instance), *interfaces = json_object_get(json_object_get(r, "interfaces"), "interface");

	json_object_set_new(r, "name", junos_text(n, "name"));
	json_object_set_new(r, "type", type_of(n));
	json_object_set_new(json_object_get(r, "state"), "route_distinguisher", junos_text(n, "route-distinguisher/rd-type"));
	take_interfaces(interfaces, n);
	for (const xmlNode *domain = xml_first(xml_first(n, "bridge-domains"), "domain"); domain; domain = xml_next(domain, "domain"))
		take_interfaces(interfaces, domain);
	return r;
}

static json_t *
configured(struct device *d)
{
	xmlDoc *doc = junos_ask_configuration(d, "<routing-instances><instance/></routing-instances>");
	const xmlNode *root = junos_root(doc);
	json_t *r = json_object();

	for (const xmlNode *n = junos_next(root, NULL, "instance"); n; n = junos_next(root, n, "instance"))
		junos_put(r, xml_text(n, "name"), instance(n));
	xmlFreeDoc(doc);
	return r;
}

/* All interfaces that are of no instance. */
static json_t *
main_instance(struct device *d, json_t *others)
{
	xmlDoc *doc = junos_ask(d, "<get-interface-information><terse/></get-interface-information>");
	const xmlNode *root = junos_root(doc);
	json_t *r = model_new(&model_network_instance), *interfaces = json_object_get(json_object_get(r, "interfaces"), "interface"), *one;
	const char *name;

	json_object_set_new(r, "name", json_string("default"));
	json_object_set_new(r, "type", json_string("DEFAULT_INSTANCE"));
	for (const xmlNode *n = junos_next(root, NULL, "physical-interface"); n; n = junos_next(root, n, "physical-interface")) {
		junos_put(interfaces, xml_text(n, "name"), json_object());
		for (const xmlNode *unit = xml_first(n, "logical-interface"); unit; unit = xml_next(unit, "logical-interface"))
			junos_put(interfaces, xml_text(unit, "name"), json_object());
	}
	json_object_foreach(others, name, one) {
		const char *of;
		json_t *v;

		json_object_foreach(json_object_get(json_object_get(one, "interfaces"), "interface"), of, v)
			json_object_del(interfaces, of);
	}
	xmlFreeDoc(doc);
	return r;
}

json_t *
junos_get_network_instances(struct device *d, const json_t *arguments)
{
	const char *only = getter_text(arguments, "name");
	json_t *r = configured(d), *wanted;

	if (d->error == DEVICE_OK && !json_object_get(r, "default") && (*only == '\0' || strcmp(only, "default") == 0))
		json_object_set_new(r, "default", main_instance(d, r));
	if (d->error == DEVICE_OK && *only) {
		wanted = json_incref(json_object_get(r, only));
		json_object_clear(r);
		if (wanted)
			json_object_set_new(r, only, wanted);
	}
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}
