/*
 * What the device is, and who may use it.
 */
#include "drivers/field.h"
#include "drivers/iosxr/iosxr.h"
#include "drivers/xml_read.h"
#include "drivers/xr/xr_value.h"

/* Newer systems have no PlatformInventory. */
static xmlDoc *
ask_facts(struct device *d)
{
	static const char inventory[] = "<SystemTime/><Inventory><Entities><Entity><Naming><Name>Rack 0</Name></Naming><Attributes><InvBasicBag></InvBasicBag></Attributes></Entity></Entities></Inventory>";
	xmlDoc *doc = iosxr_get(d, "Operational",
	    "<SystemTime/><PlatformInventory><RackTable><Rack><Naming><Name>0</Name></Naming><Attributes><BasicInfo/></Attributes></Rack></RackTable></PlatformInventory>");

	if (!doc && d->error == DEVICE_COMMAND) {
		device_forgive(d);
		doc = iosxr_get(d, "Operational", inventory);
	}
	return doc;
}

json_t *
iosxr_identity(struct device *d)
{
	static const struct xml_read system[] = {
		{ "hostname", XML_READ_TEXT, "*/Operational/SystemTime/Uptime/Hostname", NULL, 0 },
		{ "fqdn", XML_READ_TEXT, "*/Operational/SystemTime/Uptime/Hostname", NULL, 0 },
		{ "uptime", XML_READ_REAL, "*/Operational/SystemTime/Uptime/Uptime", NULL, -1 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	static const struct xml_read chassis[] = {
		{ "os_version", XML_READ_TEXT, "SoftwareRevision", NULL, 0 },
		{ "model", XML_READ_TEXT, "ModelName", NULL, 0 },
		{ "serial_number", XML_READ_TEXT, "SerialNumber", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	xmlDoc *doc = ask_facts(d);
	const xmlNode *reply = iosxr_reply(doc), *basic = xml_find(reply, "*/Operational/PlatformInventory/RackTable/Rack/Attributes/BasicInfo");
	json_t *r = doc ? model_new(&model_facts) : NULL;

	xml_read_fields(d, r, reply, system);
	xml_read_fields(d, r, basic ? basic : xml_find(reply, "*/Operational/Inventory/Entities/Entity/Attributes/InvBasicBag"), chassis);
	json_object_set_new(r, "vendor", json_string("Cisco"));
	xmlFreeDoc(doc);
	return r;
}

json_t *
iosxr_get_facts(struct device *d, const json_t *arguments)
{
	json_t *r = iosxr_identity(d), *interfaces = r ? iosxr_get_interfaces(d, arguments) : NULL, *one;
	const char *name;

	json_object_foreach(interfaces, name, one)
		json_array_append_new(json_object_get(r, "interface_list"), json_string(name));
	field_sort_texts(json_object_get(r, "interface_list"));
	if (!interfaces) {
		json_decref(r);
		r = NULL;
	}
	json_decref(interfaces);
	return r;
}

json_t *
iosxr_get_users(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = iosxr_get(d, "Configuration", "<AAA></AAA>");
	const xmlNode *reply = iosxr_reply(doc);
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	for (xmlNode *n = xml_read_below(reply, "Username", NULL); n; n = xml_read_below(reply, "Username", n)) {
		json_t *user = model_new(&model_user);

		json_object_set_new(user, "level", xr_value_level(xml_text(n, "UsergroupsUnderUsername/UsergroupUnderUsername/Naming/Name")));
		json_object_set_new(user, "password", xml_read_text(n, "Password/Password", ""));
		xml_read_put(r, xml_text(n, "Naming/Name"), user);
	}
	xmlFreeDoc(doc);
	return r;
}
