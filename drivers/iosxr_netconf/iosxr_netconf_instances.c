/*
 * VRFs and the interfaces in them; VLANs; optics.  NAPALM's driver has none of these getters: the models' own units and states are turned into those of its other drivers.
 */
#include "drivers/field.h"
#include "drivers/iosxr_netconf/iosxr_netconf.h"
#include "drivers/vlan.h"
#include "drivers/xml_read.h"

static json_t *
instance(struct span name, const char *type, struct span distinguisher)
{
	json_t *r = model_new(&model_network_instance);

	json_object_set_new(r, "name", field_text(name));
	json_object_set_new(r, "type", json_string(type));
	if (distinguisher.n > 0 && !span_eq(distinguisher, SPAN_LIT("not set")))
		json_object_set_new(json_object_get(r, "state"), "route_distinguisher", field_text(distinguisher));
	return r;
}

static json_t *
interfaces_in(const json_t *instance)
{
	return json_object_get(json_object_get(instance, "interfaces"), "interface");
}

/* The VRFs; `taken` gets the names of all interfaces in them. */
static void
read_vrfs(json_t *r, json_t *taken, const xmlNode *reply)
{
	static const char path[] = "data/l3vpn/vrfs/vrf";

	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n)) {
		struct span name = xml_text(n, "vrf-name");
		json_t *vrf;

		if (name.n == 0 || span_eq(name, SPAN_LIT("default")))
			continue;
		vrf = instance(name, "L3VRF", xml_text(n, "route-distinguisher"));
		for (xmlNode *i = xml_read_next(n, "interface/interface-name", NULL); i; i = xml_read_next(n, "interface/interface-name", i)) {
			xml_read_put(interfaces_in(vrf), xml_text(i, NULL), json_object());
			xml_read_put(taken, xml_text(i, NULL), json_true());
		}
		xml_read_put(r, name, vrf);
	}
}

/* An interface that is in no VRF is in the default one. */
static void
read_default(json_t *r, const json_t *taken, const xmlNode *reply)
{
	static const char path[] = "data/interfaces/interfaces/interface/interface-name";
	json_t *vrf = instance(SPAN_LIT("default"), "DEFAULT_INSTANCE", SPAN_NONE);

	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n)) {
		if (!xml_read_at(taken, xml_text(n, NULL)))
			xml_read_put(interfaces_in(vrf), xml_text(n, NULL), json_object());
	}
	json_object_set_new(r, "default", vrf);
}

json_t *
iosxr_netconf_get_network_instances(struct device *d, const json_t *arguments)
{
	const char *wanted = getter_text(arguments, "name");
	xmlDoc *doc = iosxr_netconf_ask_state(d, "<l3vpn xmlns=\"" IOSXR_NETCONF_NS "mpls-vpn-oper\"><vrfs><vrf><vrf-name/><route-distinguisher/><interface/></vrf></vrfs></l3vpn>"
	    "<interfaces xmlns=\"" IOSXR_NETCONF_NS "pfi-im-cmd-oper\"><interfaces><interface><interface-name/></interface></interfaces></interfaces>");
	const xmlNode *reply = iosxr_netconf_reply(doc);
	json_t *all = json_object(), *taken = json_object(), *one, *r = NULL;

	if (doc) {
		read_vrfs(all, taken, reply);
		read_default(all, taken, reply);
		one = json_object_get(all, wanted);
		r = *wanted ? json_object() : json_incref(all);
		if (*wanted && one)
			json_object_set(r, wanted, one);
	}
	json_decref(taken);
	json_decref(all);
	xmlFreeDoc(doc);
	return r;
}

/* ---- VLANs ---- */

/* Where the outer tag stands differs by the kind of encapsulation. */
static void
add_vlan(struct vlan *v, const xmlNode *encapsulation, json_t *interface)
{
	static const char *const tags[] = { "tag", "stack/outer-tag", "outer-tag", "native-tag", "dot1ad-tag", "dot1ad-native-tag", "dot1ad-outer-tag", "dot1ad-dot1q-stack/outer-tag" };
	const xmlNode *match = xml_find(encapsulation, "service-instance-details/tags-to-match");

	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
		int64_t tag = xml_read_int(v->device, encapsulation, tags[i], 0);

		if (tag != 0)
			vlan_add(v, tag, tag, interface);
	}
	for (const xmlNode *n = xml_first(match, "vlan-range"); n; n = xml_next(n, "vlan-range")) {
		int64_t low = xml_read_int(v->device, n, "vlan-id-low", 0);

		if (low != 0)
			vlan_add(v, low, xml_read_int(v->device, n, "vlan-id-high", low), interface);
	}
}

/* A bundle's sub-interface stands under each node that has a member of it. */
json_t *
iosxr_netconf_get_vlans(struct device *d, const json_t *arguments)
{
	static const char path[] = "data/vlan/nodes/node/interfaces/interface";
	xmlDoc *doc = iosxr_netconf_ask_state(d, "<vlan xmlns=\"" IOSXR_NETCONF_NS "l2-eth-infra-oper\"><nodes><node><interfaces><interface/></interfaces></node></nodes></vlan>");
	const xmlNode *reply = iosxr_netconf_reply(doc);
	json_t *seen = json_object();
	struct vlan v = { 0 };

	(void)arguments;
	if (doc && vlan_init(&v, d)) {
		for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n)) {
			struct span name = xml_text(n, "interface");

			if (name.n == 0 || xml_read_at(seen, name))
				continue;
			xml_read_put(seen, name, field_text(name));
			add_vlan(&v, xml_find(n, "encapsulation-details"), xml_read_at(seen, name));
		}
	}
	json_decref(seen);
	xmlFreeDoc(doc);
	return v.all;
}

/* ---- optics ---- */

/* In hundredths; what is not measured over time is 0, as in NAPALM's other drivers. */
static json_t *
measured(struct device *d, const xmlNode *lane, const char *name, double unknown)
{
	return json_pack("{s:f, s:f, s:f, s:f}", "instant", xml_read_real(d, lane, name, unknown * 100) / 100, "avg", 0.0, "min", 0.0, "max", 0.0);
}

static json_t *
channel(struct device *d, const xmlNode *lane)
{
	json_t *r = model_new(&model_optics_channel), *state = json_object_get(r, "state");

	json_object_set_new(r, "index", json_integer(xml_read_int(d, lane, "lane-index", 0)));
	json_object_set_new(state, "input_power", measured(d, lane, "receive-power", -100));
	json_object_set_new(state, "output_power", measured(d, lane, "transmit-power", -100));
	json_object_set_new(state, "laser_bias_current", measured(d, lane, "laser-bias-current-milli-amps", 0));
	return r;
}

json_t *
iosxr_netconf_get_optics(struct device *d, const json_t *arguments)
{
	static const char path[] = "data/optics-oper/optics-ports/optics-port";
	xmlDoc *doc = iosxr_netconf_ask_state(d, "<optics-oper xmlns=\"" IOSXR_NETCONF_NS "controller-optics-oper\"><optics-ports><optics-port><name/><optics-info><lane-data/></optics-info>"
	    "</optics-port></optics-ports></optics-oper>");
	const xmlNode *reply = iosxr_netconf_reply(doc);
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n)) {
		json_t *port = model_new(&model_optics);
		json_t *channels = json_object_get(json_object_get(port, "physical_channels"), "channel");

		for (xmlNode *lane = xml_read_next(n, "optics-info/lane-data", NULL); lane; lane = xml_read_next(n, "optics-info/lane-data", lane))
			json_array_append_new(channels, channel(d, lane));
		if (json_array_size(channels) > 0)
			xml_read_put(r, xml_text(n, "name"), port);
		else
			json_decref(port);
	}
	xmlFreeDoc(doc);
	return r;
}
