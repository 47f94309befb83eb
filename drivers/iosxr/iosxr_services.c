/*
 * Services of the device: NTP, SNMP, probes.
 */
#include "drivers/iosxr/iosxr.h"
#include "drivers/xml_read.h"
#include "drivers/xr/xr_probe.h"
#include "drivers/xr/xr_table.h"

/* The peers of that type ("Peer" or "Server"), in all VRFs. */
static json_t *
ntp_associations(struct device *d, const char *type)
{
	static const struct { const char *element, *address, *type; } families[] = {
		{ "PeerIPV4", "Naming/AddressIPV4", "PeerTypeIPV4/Naming/PeerType" },
		{ "PeerIPV6", "Naming/AddressIPV6", "PeerTypeIPV6/Naming/PeerType" },
	};
	xmlDoc *doc = iosxr_get(d, "Configuration", "<NTP></NTP>");
	const xmlNode *reply = iosxr_reply(doc);
	json_t *r = doc ? json_object() : NULL;

	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
		for (xmlNode *n = xml_read_below(reply, families[i].element, NULL); n; n = xml_read_below(reply, families[i].element, n)) {
			struct span address = xml_text(n, families[i].address);

			if (address.n > 0 && xml_read_is(n, families[i].type, type))
				xml_read_put(r, address, json_object());
		}
	}
	xmlFreeDoc(doc);
	return r;
}

json_t *
iosxr_get_ntp_peers(struct device *d, const json_t *arguments)
{
	(void)arguments;
	return ntp_associations(d, "Peer");
}

json_t *
iosxr_get_ntp_servers(struct device *d, const json_t *arguments)
{
	(void)arguments;
	return ntp_associations(d, "Server");
}

json_t *
iosxr_get_ntp_stats(struct device *d, const json_t *arguments)
{
	static const struct xml_read fields[] = {
		{ "remote", XML_READ_TEXT, "Address", NULL, 0 },
		{ "referenceid", XML_READ_TEXT, "ReferenceID", NULL, 0 },
		{ "synchronized", XML_READ_TRUE, "IsSysPeer", NULL, 0 },
		{ "stratum", XML_READ_INT, "Stratum", NULL, 0 },
		{ "hostpoll", XML_READ_INT, "HostPoll", NULL, 0 },
		{ "reachability", XML_READ_INT, "Reachability", NULL, 0 },
		{ "delay", XML_READ_REAL, "Delay", NULL, 0 },
		{ "offset", XML_READ_REAL, "Offset", NULL, 0 },
		{ "jitter", XML_READ_REAL, "Dispersion", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	static const struct xr_table table = { "*/Operational/NTP/NodeTable/Node/Associations/PeerSummaryInfo/Entry/PeerInfoCommon", &model_ntp_stats, fields };
	xmlDoc *doc = iosxr_get(d, "Operational", "<NTP><NodeTable></NodeTable></NTP>");
	json_t *r = xr_table_ntp(d, iosxr_reply(doc), &table, "Address");

	(void)arguments;
	xmlFreeDoc(doc);
	return r;
}

/* ---- SNMP ---- */

static json_t *
community(const xmlNode *n)
{
	json_t *r = model_new(&model_snmp_community);

	json_object_set_new(r, "acl", xml_read_text(n, "AccessList", ""));
	/* The agent spells it so. */
	if (xml_read_is(n, "Priviledge", "ReadOnly"))
		json_object_set_new(r, "mode", json_string("ro"));
	else if (xml_read_is(n, "Priviledge", "ReadWrite"))
		json_object_set_new(r, "mode", json_string("rw"));
	return r;
}

json_t *
iosxr_get_snmp_information(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = iosxr_get(d, "Configuration", "<SNMP></SNMP>");
	const xmlNode *reply = iosxr_reply(doc);
	json_t *r = doc ? model_new(&model_snmp) : NULL;

	(void)arguments;
	json_object_set_new(r, "chassis_id", xml_read_text(xml_below(reply, "ChassisID"), NULL, ""));
	json_object_set_new(r, "contact", xml_read_text(xml_below(reply, "Contact"), NULL, ""));
	json_object_set_new(r, "location", xml_read_text(xml_below(reply, "Location"), NULL, ""));
	for (xmlNode *n = xml_read_below(reply, "DefaultCommunity", NULL); n; n = xml_read_below(reply, "DefaultCommunity", n))
		xml_read_put(json_object_get(r, "community"), xml_text(n, "Naming/CommunityName"), community(n));
	xmlFreeDoc(doc);
	return r;
}

/* ---- probes ---- */

static const struct xml_read config_fields[] = {
	{ "target", XML_READ_TEXT, "DestAddress", NULL, 0 },
	{ "source", XML_READ_TEXT, "SourceAddress", NULL, 0 },
	{ "probe_count", XML_READ_INT, "History/Buckets", NULL, 0 },
	{ "test_interval", XML_READ_INT, "Frequency", NULL, 0 },
	{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
};
static const struct xml_read last_fields[] = {
	{ "last_test_min_delay", XML_READ_REAL, "MinResponseTime", NULL, 0 },
	{ "last_test_max_delay", XML_READ_REAL, "MaxResponseTime", NULL, 0 },
	{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
};
static const struct xml_read all_fields[] = {
	{ "global_test_min_delay", XML_READ_REAL, "MinResponseTime", NULL, 0 },
	{ "global_test_max_delay", XML_READ_REAL, "MaxResponseTime", NULL, 0 },
	{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
};

static const struct xr_probe probe_names = {
	.definitions = "*/Configuration/IPSLA/Operation/DefinitionTable/Definition",
	.id = "Naming/OperationID",
	.operation = "OperationType/*",
	.tag = "Tag",
	.configured = config_fields,
	.operations = "*/Operational/IPSLA/OperationData/OperationTable/Operation",
	.lives = "History/Target/LifeTable/Life",
	.life = "Life",
	.buckets = "BucketTable/Bucket",
	.response = "ResponseTime",
	.code = "ReturnCode",
	.good = "ipslaRetCodeOK",
	.last = "Statistics/Latest/Target/CommonStats",
	.all = "Statistics/Aggregated/HourTable/Hour/Distributed/Target/DistributionIntervalTable/DistributionInterval/CommonStats",
	.kind = "Statistics/Latest/Target/SpecificStats/op_type",
	.updates = "UpdateCount",
	.sum = "SumResponseTime",
	.squares = "Sum2ResponseTime",
	.last_fields = last_fields,
	.all_fields = all_fields,
};

json_t *
iosxr_get_probes_config(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = iosxr_get(d, "Configuration", "<IPSLA></IPSLA>");
	json_t *r = doc ? xr_probe_config(d, iosxr_reply(doc), &probe_names) : NULL;

	(void)arguments;
	xmlFreeDoc(doc);
	return r;
}

json_t *
iosxr_get_probes_results(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = iosxr_get(d, "Operational", "<IPSLA></IPSLA>");
	json_t *configured = doc ? iosxr_get_probes_config(d, arguments) : NULL;
	json_t *r = configured ? xr_probe_results(d, iosxr_reply(doc), &probe_names, configured) : NULL;

	json_decref(configured);
	xmlFreeDoc(doc);
	return r;
}
