/*
 * BGP: the state of neighbours, and what is configured.
 */
#include "drivers/field.h"
#include "drivers/iosxr/iosxr.h"
#include "drivers/xml_read.h"
#include "drivers/xr/xr_bgp.h"
#include "drivers/xr/xr_group.h"

static const struct xml_read peer_fields[] = {
	{ "local_as", XML_READ_INT, "LocalAS", NULL, 0 },
	{ "remote_as", XML_READ_INT, "RemoteAS", NULL, 0 },
	{ "remote_id", XML_READ_TEXT, "RouterID", NULL, 0 },
	{ "description", XML_READ_TEXT, "Description", NULL, 0 },
	{ "is_enabled", XML_READ_ONE, "ConnectionAdminStatus", NULL, 0 },
	{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
};

static const struct xml_read detail_fields[] = {
	{ "local_as", XML_READ_INT, "LocalAS", NULL, 0 },
	{ "remote_as", XML_READ_INT, "RemoteAS", NULL, 0 },
	{ "router_id", XML_READ_IP, "RouterID", NULL, 0 },
	{ "local_address", XML_READ_IP, "ConnectionLocalAddress/IPV4Address", "ConnectionLocalAddress/IPV6Address", 0 },
	{ "local_address_configured", XML_READ_TRUE, "IsLocalAddressConfigured", NULL, 0 },
	{ "local_port", XML_READ_INT, "ConnectionLocalPort", NULL, 0 },
	{ "remote_address", XML_READ_IP, "ConnectionRemoteAddress/IPV4Address", "ConnectionRemoteAddress/IPV6Address", 0 },
	{ "remote_port", XML_READ_INT, "ConnectionRemotePort", NULL, 0 },
	{ "multihop", XML_READ_TRUE, "IsExternalNeighborNotDirectlyConnected", NULL, 0 },
	{ "multipath", XML_READ_TRUE, "AFData/Entry/SelectiveMultipathEligible", NULL, 0 },
	{ "remove_private_as", XML_READ_TRUE, "AFData/Entry/RemovePrivateASFromUpdates", NULL, 0 },
	{ "import_policy", XML_READ_TEXT, "AFData/Entry/RoutePolicyIn", NULL, 0 },
	{ "export_policy", XML_READ_TEXT, "AFData/Entry/RoutePolicyOut", NULL, 0 },
	{ "input_messages", XML_READ_INT, "MessgesReceived", NULL, 0 },
	{ "output_messages", XML_READ_INT, "MessagesSent", NULL, 0 },
	{ "messages_queued_out", XML_READ_INT, "MessagesQueuedOut", NULL, 0 },
	{ "suppress_4byte_as", XML_READ_TRUE, "Suppress4ByteAs", NULL, 0 },
	{ "local_as_prepend", XML_READ_NOT_TRUE, "LocalASNoPrepend", NULL, 0 },
	{ "configured_holdtime", XML_READ_INT, "ConfiguredHoldTime", NULL, 0 },
	{ "configured_keepalive", XML_READ_INT, "ConfiguredKeepalive", NULL, 0 },
	{ "active_prefix_count", XML_READ_INT, "AFData/Entry/NumberOfBestpaths", NULL, 0 },
	{ "accepted_prefix_count", XML_READ_INT, "AFData/Entry/PrefixesAccepted", NULL, 0 },
	{ "suppressed_prefix_count", XML_READ_INT, "AFData/Entry/PrefixesDenied", NULL, 0 },
	{ "advertised_prefix_count", XML_READ_INT, "AFData/Entry/PrefixesAdvertised", NULL, 0 },
	{ "flap_count", XML_READ_INT, "ConnectionDownCount", NULL, 0 },
	{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
};

static const struct xr_bgp names = {
	.neighbors = "NeighborTable/Neighbor",
	.router_id = "GlobalProcessInfo/VRF/RouterID",
	.timers = "GlobalProcessInfo/VRF",
	.hold_time = "HoldTime",
	.keepalive = "KeepAliveTime",
	.address = "Naming/NeighborAddress/IPV4Address",
	.address6 = "Naming/NeighborAddress/IPV6Address",
	.state = "ConnectionState",
	.established = "BGP_ST_ESTAB",
	.previous = "PreviousConnectionState",
	.since = "ConnectionEstablishedTime",
	.family = "ConnectionRemoteAddress/AFI",
	.accepted = "AFData/Entry/PrefixesAccepted",
	.denied = "AFData/Entry/PrefixesDenied",
	.advertised = "AFData/Entry/PrefixesAdvertised",
	.peer = peer_fields,
	.detail = detail_fields,
};

/* The names of the VRFs that BGP is configured for: keys of an object; or NULL. */
static json_t *
vrfs(struct device *d)
{
	xmlDoc *doc = iosxr_get(d, "Operational", "<BGP><ConfigInstanceTable><ConfigInstance><Naming><InstanceName>default</InstanceName></Naming>"
	    "<ConfigInstanceVRFTable></ConfigInstanceVRFTable></ConfigInstance></ConfigInstanceTable></BGP>");
	const xmlNode *reply = iosxr_reply(doc);
	json_t *r = doc ? json_object() : NULL;

	for (xmlNode *n = xml_read_below(reply, "ConfigVRF", NULL); n; n = xml_read_below(reply, "ConfigVRF", n))
		xml_read_put(r, xml_text(n, "Naming/VRFName"), json_true());
	xmlFreeDoc(doc);
	return r;
}

#define INSTANCE "<BGP><InstanceTable><Instance><Naming><InstanceName>default</InstanceName></Naming>"
#define INSTANCE_END "</Instance></InstanceTable></BGP>"

static void
put_vrf(struct buffer *items, const char *name)
{
	buffer_puts(items, "<InstanceActive><VRFTable><VRF><Naming>");
	xml_escape(items, span_str(name));
	buffer_puts(items, "</Naming><GlobalProcessInfo></GlobalProcessInfo><NeighborTable></NeighborTable></VRF></VRFTable></InstanceActive>");
}

/* ---- neighbours ---- */

/* What was answered to the question for one VRF: all that is there belongs to it, unless the device gives others, too, and says which is which. */
static json_t *
vrf_of(struct device *d, const xmlNode *reply, const char *name)
{
	static const char path[] = "*/Operational/BGP/InstanceTable/Instance/InstanceActive/VRFTable/VRF";
	json_t *r = NULL, *one;
	xmlNode *own = xml_read_next(reply, path, NULL);

	while (own && !xml_read_is(own, "Naming/VRFName", name))
		own = xml_read_next(reply, path, own);
	if (own)
		return xr_bgp_vrf(d, own, &names);
	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n)) {
		one = xr_bgp_vrf(d, n, &names);
		if (!r) {
			r = one;
			continue;
		}
		json_object_update_missing(json_object_get(r, "peers"), json_object_get(one, "peers"));
		json_decref(one);
	}
	return r ? r : xr_bgp_vrf(d, NULL, &names);
}

static int
read_vrf(struct device *d, json_t *r, const char *name)
{
	struct buffer items;
	xmlDoc *doc = NULL;

	buffer_init(&items, 8192);
	buffer_puts(&items, INSTANCE);
	put_vrf(&items, name);
	buffer_puts(&items, INSTANCE_END);
	if (items.failed)
		device_warn(d, "the name of a VRF is too long");
	else
		doc = iosxr_get(d, "Operational", items.p);
	if (doc)
		json_object_set_new(r, name, vrf_of(d, iosxr_reply(doc), name));
	buffer_fini(&items);
	xmlFreeDoc(doc);
	return d->error == DEVICE_OK ? 0 : -1;
}

static int
read_default(struct device *d, json_t *r)
{
	xmlDoc *doc = iosxr_get(d, "Operational",
	    INSTANCE "<InstanceActive><DefaultVRF><GlobalProcessInfo></GlobalProcessInfo><NeighborTable></NeighborTable></DefaultVRF></InstanceActive>" INSTANCE_END);

	if (doc)
		json_object_set_new(r, "global", xr_bgp_vrf(d, xml_find(iosxr_reply(doc), "*/Operational/BGP/InstanceTable/Instance/InstanceActive/DefaultVRF"), &names));
	xmlFreeDoc(doc);
	return doc ? 0 : -1;
}

json_t *
iosxr_get_bgp_neighbors(struct device *d, const json_t *arguments)
{
	json_t *all = vrfs(d), *r = all ? json_object() : NULL, *one;
	bool good = r && read_default(d, r) == 0;
	const char *name;

	(void)arguments;
	json_object_foreach(all, name, one) {
		if (good && *name)
			good = read_vrf(d, r, name) == 0;
	}
	json_decref(all);
	if (good)
		return r;
	json_decref(r);
	return NULL;
}

/* ---- detail ---- */

/* All VRFs in one question; "default" is the default one. */
static xmlDoc *
ask_detail(struct device *d, json_t *all)
{
	struct buffer items;
	xmlDoc *doc = NULL;
	json_t *sorted = json_array(), *one;
	const char *name;
	size_t i;

	json_array_append_new(sorted, json_string("default"));
	json_object_foreach(all, name, one)
		if (strcmp(name, "default") != 0)
			json_array_append_new(sorted, json_string(name));
	field_sort_texts(sorted);
	buffer_init(&items, 1 << 20);
	buffer_puts(&items, INSTANCE);
	json_array_foreach(sorted, i, one)
		put_vrf(&items, json_string_value(one));
	buffer_puts(&items, INSTANCE_END);
	if (items.failed)
		device_fail(d, DEVICE_ARGUMENT, "too many VRFs for one request");
	else
		doc = iosxr_get(d, "Operational", items.p);
	buffer_fini(&items);
	json_decref(sorted);
	return doc;
}

static void
put_detail(struct device *d, json_t *r, const xmlNode *vrf, const json_t *wanted)
{
	struct span name = xml_text(vrf, "Naming/VRFName"), key = span_eq(name, SPAN_LIT("default")) ? SPAN_LIT("global") : name;
	json_t *found = json_object(), *all = xml_read_at(r, key), *list, *one;
	const char *as;
	size_t i;

	if (!all) {
		all = json_object();
		xml_read_put(r, key, all);
	}
	xr_bgp_detail(d, found, vrf, &names, wanted);
	json_object_foreach(found, as, list) {
		json_array_foreach(list, i, one)
			json_object_set_new(one, "routing_table", field_text(name));
		if (json_object_get(all, as))
			json_array_extend(json_object_get(all, as), list);
		else
			json_object_set(all, as, list);
	}
	json_decref(found);
}

json_t *
iosxr_get_bgp_neighbors_detail(struct device *d, const json_t *arguments)
{
	static const char path[] = "*/Operational/BGP/InstanceTable/Instance/InstanceActive/VRFTable/VRF";
	json_t *wanted = field_ip(d, span_str(getter_text(arguments, "neighbor_address"))), *all = vrfs(d);
	xmlDoc *doc = all ? ask_detail(d, all) : NULL;
	const xmlNode *reply = iosxr_reply(doc);
	json_t *r = doc ? json_object() : NULL;

	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n))
		put_detail(d, r, n, wanted);
	json_decref(all);
	json_decref(wanted);
	xmlFreeDoc(doc);
	return r;
}

/* ---- configuration ---- */

static const struct xml_read common_fields[] = {
	{ "description", XML_READ_TEXT, "Description", NULL, 0 },
	{ "import_policy", XML_READ_TEXT, "NeighborAFTable/NeighborAF/RoutePolicyIn", "NeighborGroupAFTable/NeighborGroupAF/RoutePolicyIn", 0 },
	{ "export_policy", XML_READ_TEXT, "NeighborAFTable/NeighborAF/RoutePolicyOut", "NeighborGroupAFTable/NeighborGroupAF/RoutePolicyOut", 0 },
	{ "local_address", XML_READ_IP, "LocalAddress/LocalIPAddress/IPV4Address", "LocalAddress/LocalIPAddress/IPV6Address", 0 },
	{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
};

static const struct xr_group config_names = {
	.as_high = "InstanceAS/Naming/AS",
	.as_low = "InstanceAS/FourByteAS/Naming/AS",
	.neighbors = "InstanceAS/FourByteAS/DefaultVRF/BGPEntity/NeighborTable/Neighbor",
	.groups = "InstanceAS/FourByteAS/DefaultVRF/BGPEntity/NeighborGroupTable/NeighborGroup",
	.name = "Naming/NeighborGroupName",
	.multipath = "NeighborGroupAFTable/NeighborGroupAF/Multipath",
	.multihop = "EBGPMultihop/MaxHopCount",
	.member_of = "NeighborGroupAddMember",
	.address = "Naming/NeighborAddress/IPV4Address",
	.address6 = "Naming/NeighborAddress/IPV6Address",
	.password = "Password/Password/Password",
	.family = "NeighborAFTable/NeighborAF",
	.local_high = "LocalAS/AS_XX",
	.local_low = "LocalAS/AS_YY",
	.remote_high = "RemoteAS/AS_XX",
	.remote_low = "RemoteAS/AS_YY",
	.common = common_fields,
	.family_name = "Naming/AFName",
	.limit = "MaximumPrefixes/PrefixLimit",
	.warning = "MaximumPrefixes/WarningPercentage",
	.restart = "MaximumPrefixes/RestartTime",
	.family_prefix = sizeof("IPv4") - 1,
};

/* An instance that is not there is told of, with a mark. */
static const xmlNode *
instance_of(const xmlNode *reply)
{
	xmlNode *n = xml_read_next(reply, "*/Configuration/BGP/Instance", NULL);

	while (n && span_eq(xml_attribute(n, "NotFound"), SPAN_LIT("true")))
		n = xml_read_next(reply, "*/Configuration/BGP/Instance", n);
	return n;
}

json_t *
iosxr_get_bgp_config(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = iosxr_get(d, "Configuration", "<BGP><Instance><Naming><InstanceName>default</InstanceName></Naming></Instance></BGP>");
	const xmlNode *instance = instance_of(iosxr_reply(doc));
	json_t *r = NULL;

	if (doc)
		r = instance ? xr_group_config(d, instance, &config_names, arguments) : json_object();
	xmlFreeDoc(doc);
	return r;
}
