/*
 * Layer 2: Junos has three styles of it, and names everything three times.  EX of old: ethernet-switching-table; ELS, on switches since 13.2: l2ng-...; MX: bridge domains.
 * A device knows one style's RPC only, but the two styles of switches share theirs and the elements of the answer tell them apart.
 */
#include "drivers/field.h"
#include "drivers/junos/junos.h"
#include "drivers/xml_read.h"

/* The answer to the first RPC that the device knows; its failure is the first one's. */
static xmlDoc *
ask_either(struct device *d, const char *switching, const char *bridging)
{
	xmlDoc *doc = junos_ask(d, switching);
	char why[sizeof(d->message)];

	if (doc || !junos_is_unknown(d))
		return doc;
	memcpy(why, d->message, sizeof(why));
	device_forgive(d);
	doc = junos_ask(d, bridging);
	if (!doc && junos_is_unknown(d)) {
		device_forgive(d);
		device_fail(d, DEVICE_COMMAND, "%s", why);
	}
	return doc;
}

/* ---- MAC addresses ---- */

/* The names of the parts of one style's table. */
struct style {
	const char *item, *mac, *interface, *interface_else, *vlan, *type;
};

static const struct style styles[] = {
	{ "mac-table-entry", "mac-address", "mac-interface", "mac-interfaces-list/mac-interfaces", "mac-vlan-tag", "mac-type" },
	{ "l2ng-l2ald-mac-entry-vlan", "l2ng-l2-mac-address", "l2ng-l2-mac-logical-interface", NULL, "l2ng-l2-vlan-id", NULL },
	{ "l2ald-mac-entry", "l2-mac-address", "l2-mac-logical-interface", NULL, "l2-bridge-vlan", NULL },
};

static json_t *
mac_entry(struct device *d, const xmlNode *n, const struct style *s)
{
	bool other = s->interface_else && xml_text(n, s->interface).n == 0;
	json_t *r = model_new(&model_mac);

	json_object_set_new(r, "mac", junos_mac(xml_text(n, s->mac), ""));
	json_object_set_new(r, "interface", junos_text(n, other ? s->interface_else : s->interface));
	json_object_set_new(r, "vlan", json_integer(xml_read_int(d, n, s->vlan, 0)));
	json_object_set_new(r, "static", json_boolean(s->type && junos_equals(n, s->type, "Static")));
	json_object_set_new(r, "active", json_true());
	json_object_set_new(r, "moves", json_integer(0));
	json_object_set_new(r, "last_move", json_real(0));
	return r;
}

/* "*" is where a switch floods what it does not know. */
static void
take_macs(struct device *d, json_t *r, const xmlNode *root, const struct style *s)
{
	for (const xmlNode *n = junos_next(root, NULL, s->item); n; n = junos_next(root, n, s->item)) {
		if (!junos_equals(n, s->mac, "*"))
			json_array_append_new(r, mac_entry(d, n, s));
	}
}

json_t *
junos_get_mac_address_table(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = ask_either(d, "<get-ethernet-switching-table-information><extensive/></get-ethernet-switching-table-information>",
	    "<get-bridge-mac-table><extensive/></get-bridge-mac-table>");
	bool idle = !doc && junos_has_said(d, "l2-learning subsystem");
	json_t *r = doc || idle ? json_array() : NULL;

	(void)arguments;
	/* Nothing is switched: the part of the system that would learn is not running. */
	if (idle)
		device_forgive(d);
	for (size_t i = 0; i < sizeof(styles) / sizeof(*styles); i++)
		take_macs(d, r, junos_root(doc), &styles[i]);
	xmlFreeDoc(doc);
	return r;
}

/* ---- VLANs ---- */

struct vlan_style {
	const char *item, *tag, *name, *interface;
};

static const struct vlan_style vlan_styles[] = {
	{ "vlan", "vlan-tag", "vlan-name", "vlan-member-interface" },
	{ "l2ng-l2ald-vlan-instance-group", "l2ng-l2rtb-vlan-tag", "l2ng-l2rtb-vlan-name", "l2ng-l2rtb-vlan-member-interface" },
	{ "l2ald-bridge-instance-group", "l2rtb-bridge-vlan", "l2rtb-bridging-domain", "l2rtb-interface-name" },
};

/* "ge-0/0/1.0*": the star says that the member is up. */
static json_t *
member(const xmlNode *n)
{
	json_t *text = junos_text(n, NULL), *r;
	struct buffer b;

	buffer_init(&b, DEVICE_MAX_ANSWER);
	for (const char *p = json_string_value(text); p && *p; p++)
		buffer_put(&b, span_of(p, *p != '*'));
	r = field_text(buffer_span(&b));
	buffer_fini(&b);
	json_decref(text);
	return r;
}

/* A VLAN without members has one that is "None", or that is empty: of ELS and of bridge domains NAPALM knows it by the element's name. */
static bool
is_no_member(const xmlNode *n)
{
	struct span s = xml_text(n, NULL);

	return s.n == 0 ? !xml_is(n, "vlan-member-interface") : span_starts(s, SPAN_LIT("None"));
}

/* How deep the members lie differs by release. */
static void
take_members(json_t *list, const xmlNode *vlan, const char *name)
{
	const xmlNode *first = junos_next(vlan, NULL, name);

	if (first && !junos_next(vlan, first, name) && is_no_member(first))
		return;
	for (const xmlNode *n = first; n; n = junos_next(vlan, n, name))
		json_array_append_new(list, member(n));
}

static void
take_vlans(json_t *r, const xmlNode *root, const struct vlan_style *s)
{
	for (const xmlNode *n = junos_next(root, NULL, s->item); n; n = junos_next(root, n, s->item)) {
		json_t *one = model_new(&model_vlan);

		json_object_set_new(one, "name", junos_text(n, s->name));
		take_members(json_object_get(one, "interfaces"), n, s->interface);
		junos_put(r, xml_text(n, s->tag), one);
	}
}

json_t *
junos_get_vlans(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = ask_either(d, "<get-vlan-information/>", "<get-bridge-instance-information/>");
	bool idle = !doc && (junos_is_unknown(d) || junos_has_said(d, "l2-learning subsystem"));
	json_t *r = doc || idle ? json_object() : NULL;

	(void)arguments;
	/* A router that switches nothing has no VLANs. */
	if (idle)
		device_forgive(d);
	for (size_t i = 0; i < sizeof(vlan_styles) / sizeof(*vlan_styles); i++)
		take_vlans(r, junos_root(doc), &vlan_styles[i]);
	xmlFreeDoc(doc);
	return r;
}
