/*
 * Services of the device: NTP, SNMP.
 */
#include "drivers/iosxr_netconf/iosxr_netconf.h"

#include "drivers/xml_read.h"
#include "drivers/xr/xr_table.h"

/* The peers of that type ("peer" or "server"), in all VRFs. */
static json_t *
ntp_associations(struct device *d, const char *type)
{
	static const struct { const char *path, *address, *type; } families[] = {
		{ "data/ntp/peer-vrfs/peer-vrf/peer-ipv4s/peer-ipv4", "address-ipv4", "peer-type-ipv4/peer-type" },
		{ "data/ntp/peer-vrfs/peer-vrf/peer-ipv6s/peer-ipv6", "address-ipv6", "peer-type-ipv6/peer-type" },
	};
	xmlDoc *doc = iosxr_netconf_ask_config(d, "running", "<ntp xmlns=\"" IOSXR_NETCONF_NS "ip-ntp-cfg\"><peer-vrfs><peer-vrf/></peer-vrfs></ntp>");
	const xmlNode *reply = iosxr_netconf_reply(doc);
	json_t *r = doc ? json_object() : NULL;

	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
		for (xmlNode *n = xml_read_next(reply, families[i].path, NULL); n; n = xml_read_next(reply, families[i].path, n)) {
			struct span address = xml_text(n, families[i].address);

			if (address.n > 0 && xml_read_is(n, families[i].type, type))
				xml_read_put(r, address, json_object());
		}
	}
	xmlFreeDoc(doc);
	return r;
}

json_t *
iosxr_netconf_get_ntp_peers(struct device *d, const json_t *arguments)
{
	(void)arguments;
	return ntp_associations(d, "peer");
}

json_t *
iosxr_netconf_get_ntp_servers(struct device *d, const json_t *arguments)
{
	(void)arguments;
	return ntp_associations(d, "server");
}

json_t *
iosxr_netconf_get_ntp_stats(struct device *d, const json_t *arguments)
{
	static const struct xml_read fields[] = {
		{ "remote", XML_READ_TEXT, "address", NULL, 0 },
		{ "referenceid", XML_READ_TEXT, "reference-id", NULL, 0 },
		{ "synchronized", XML_READ_TRUE, "is-sys-peer", NULL, 0 },
		{ "stratum", XML_READ_INT, "stratum", NULL, 0 },
		{ "hostpoll", XML_READ_INT, "host-poll", NULL, 0 },
		{ "reachability", XML_READ_INT, "reachability", NULL, 0 },
		{ "delay", XML_READ_REAL, "delay", NULL, 0 },
		{ "offset", XML_READ_REAL, "offset", NULL, 0 },
		{ "jitter", XML_READ_REAL, "dispersion", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	static const struct xr_table table = { "data/ntp/nodes/node/associations/peer-summary-info/peer-info-common", &model_ntp_stats, fields };
	xmlDoc *doc = iosxr_netconf_ask_state(d,
	    "<ntp xmlns=\"" IOSXR_NETCONF_NS "ip-ntp-oper\"><nodes><node><associations><peer-summary-info><peer-info-common/></peer-summary-info></associations></node></nodes></ntp>");
	json_t *r = xr_table_ntp(d, iosxr_netconf_reply(doc), &table, "address");

	(void)arguments;
	xmlFreeDoc(doc);
	return r;
}

/* ---- SNMP ---- */

static json_t *
community(struct device *d, const xmlNode *n)
{
	static const struct xml_read fields[] = {
		{ "acl", XML_READ_TEXT, "v6-access-list", "v4-access-list", 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	json_t *r = model_new(&model_snmp_community);

	xml_read_fields(d, r, n, fields);
	/* The model spells it so. */
	if (xml_read_is(n, "priviledge", "read-only"))
		json_object_set_new(r, "mode", json_string("ro"));
	else if (xml_read_is(n, "priviledge", "read-write"))
		json_object_set_new(r, "mode", json_string("rw"));
	return r;
}

json_t *
iosxr_netconf_get_snmp_information(struct device *d, const json_t *arguments)
{
	static const char path[] = "data/snmp/administration/default-communities/default-community";
	static const struct xml_read fields[] = {
		{ "chassis_id", XML_READ_TEXT, "data/snmp/system/chassis-id", NULL, 0 },
		{ "contact", XML_READ_TEXT, "data/snmp/system/contact", NULL, 0 },
		{ "location", XML_READ_TEXT, "data/snmp/system/location", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	xmlDoc *doc = iosxr_netconf_ask_config(d, "running", "<snmp xmlns=\"" IOSXR_NETCONF_NS "snmp-agent-cfg\"><administration/><system/></snmp>");
	const xmlNode *reply = iosxr_netconf_reply(doc);
	json_t *r = doc ? model_new(&model_snmp) : NULL;

	(void)arguments;
	xml_read_fields(d, r, reply, fields);
	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n))
		xml_read_put(json_object_get(r, "community"), xml_text(n, "community-name"), community(d, n));
	xmlFreeDoc(doc);
	return r;
}
