/*
 * LLDP.  The local interface is called lldp-local-interface or lldp-local-port-id: which, differs by release and by the kind of answer.
 */
#include "drivers/field.h"
#include "drivers/junos/junos.h"

/* Without the protocol, or without the right to ask for it, there are no neighbours: NAPALM bears that, too. */
static xmlDoc *
ask_neighbors(struct device *d)
{
	xmlDoc *doc = junos_ask(d, "<get-lldp-neighbors-information/>");

	if (!doc && d->error == DEVICE_COMMAND) {
		char why[sizeof(d->message)];

		memcpy(why, d->message, sizeof(why));
		device_forgive(d);
		device_warn(d, "get-lldp-neighbors-information: %s", why);
	}
	return doc;
}

static struct span
local_interface(const xmlNode *neighbor)
{
	struct span s = xml_text(neighbor, "lldp-local-interface");

	return s.n > 0 ? s : xml_text(neighbor, "lldp-local-port-id");
}

/* What a neighbour does not tell is "None": so NAPALM says it. */
static json_t *
text_or_none(const xmlNode *n)
{
	return n ? junos_text(n, NULL) : json_string("None");
}

/* Of the port's name and its description the one that stands first. */
static json_t *
brief(const xmlNode *n)
{
	json_t *r = model_new(&model_lldp_neighbor);
	const xmlNode *port = xml_first(n, NULL);

	while (port && !xml_is(port, "lldp-remote-port-id") && !xml_is(port, "lldp-remote-port-description"))
		port = xml_next(port, NULL);
	json_object_set_new(r, "hostname", text_or_none(xml_first(n, "lldp-remote-system-name")));
	json_object_set_new(r, "port", text_or_none(port));
	return r;
}

json_t *
junos_get_lldp_neighbors(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = ask_neighbors(d);
	const xmlNode *root = junos_root(doc);
	json_t *r = d->error == DEVICE_OK ? json_object() : NULL;

	(void)arguments;
	for (const xmlNode *n = junos_next(root, NULL, "lldp-neighbor-information"); n; n = junos_next(root, n, "lldp-neighbor-information")) {
		json_t *one = brief(n), *list = junos_slot(r, local_interface(n), json_array);

		if (list)
			json_array_append(list, one);
		json_decref(one);
	}
	xmlFreeDoc(doc);
	return r;
}

/* ---- detail ---- */

static bool
has_word(struct span text, const char *word)
{
	size_t n = strlen(word);

	for (; text.n >= n; text = span_skip(text, 1)) {
		size_t i = 0;

		while (i < n && (span_is_alpha(word[i]) ? (text.p[i] | 0x20) == word[i] : text.p[i] == word[i]))
			i++;
		if (i == n)
			return true;
	}
	return false;
}

/* "Bridge WLAN Access Point Router ": names with blanks in them, without marks between them. */
static json_t *
capabilities(struct span text)
{
	static const struct { const char *word, *name; } names[] = {     /* sorted by name */
		{ "bridge", "bridge" }, { "docsis cable device", "docsis-cable-device" }, { "other", "other" }, { "repeater", "repeater" }, { "router", "router" },
		{ "station only", "station" }, { "telephone", "telephone" }, { "wlan access point", "wlan-access-point" },
	};
	json_t *r = json_array();

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (has_word(text, names[i].word))
			json_array_append_new(r, json_string(names[i].name));
	}
	return r;
}

static json_t *
detail(const xmlNode *n)
{
	struct span chassis = xml_text(n, "lldp-remote-chassis-id");
	json_t *r = model_new(&model_lldp_neighbor_detail);

	json_object_set_new(r, "parent_interface", junos_text(n, "lldp-local-parent-interface-name"));
	json_object_set_new(r, "remote_port", junos_text(n, "lldp-remote-port-id"));
	json_object_set_new(r, "remote_chassis_id", chassis.n > 0 ? junos_mac(chassis, "") : junos_text(n, "lldp-remote-chassis-id"));
	json_object_set_new(r, "remote_port_description", junos_text(n, "lldp-remote-port-description"));
	json_object_set_new(r, "remote_system_name", junos_text(n, "lldp-remote-system-name"));
	json_object_set_new(r, "remote_system_description", junos_text(n, "lldp-system-description/lldp-remote-system-description"));
	json_object_set_new(r, "remote_system_capab", capabilities(xml_text(n, "lldp-remote-system-capabilities-supported")));
	json_object_set_new(r, "remote_system_enable_capab", capabilities(xml_text(n, "lldp-remote-system-capabilities-enabled")));
	return r;
}

/* Two RPCs do the same, and a device has one of them: whichever it has taken is the first one for the next interface. */
static xmlDoc *
ask_interface(struct device *d, const char *interface, bool *switching)
{
	static const struct { const char *rpc, *element; } spelling[] = {
		{ "<get-lldp-interface-neighbors/>", "interface-device" },
		{ "<get-lldp-interface-neighbors-information/>", "interface-name" },
	};
	xmlDoc *doc = junos_ask_with(d, spelling[*switching].rpc, spelling[*switching].element, interface);

	if (doc || !junos_is_unknown(d))
		return doc;
	device_forgive(d);
	*switching = !*switching;
	return junos_ask_with(d, spelling[*switching].rpc, spelling[*switching].element, interface);
}

static void
take_interface(struct device *d, json_t *r, const char *interface, bool *switching)
{
	xmlDoc *doc = ask_interface(d, interface, switching);
	const xmlNode *root = junos_root(doc);
	json_t *list = doc ? json_array() : NULL;

	for (const xmlNode *n = junos_next(root, NULL, "lldp-neighbor-information"); n; n = junos_next(root, n, "lldp-neighbor-information"))
		json_array_append_new(list, detail(n));
	if (json_array_size(list) > 0)
		json_object_set(r, interface, list);
	json_decref(list);
	xmlFreeDoc(doc);
}

/* The interfaces with a neighbour, each once: the keys of an object, which keeps their order. */
static json_t *
interfaces_with_neighbors(struct device *d)
{
	xmlDoc *doc = ask_neighbors(d);
	const xmlNode *root = junos_root(doc);
	json_t *r = json_object();

	for (const xmlNode *n = junos_next(root, NULL, "lldp-neighbor-information"); n; n = junos_next(root, n, "lldp-neighbor-information"))
		junos_put(r, local_interface(n), json_true());
	xmlFreeDoc(doc);
	return r;
}

json_t *
junos_get_lldp_neighbors_detail(struct device *d, const json_t *arguments)
{
	const char *only = getter_text(arguments, "interface"), *name;
	json_t *names = *only ? json_pack("{s:b}", only, 1) : interfaces_with_neighbors(d), *r = json_object(), *one;
	bool switching = false;

	json_object_foreach(names, name, one) {
		if (d->error == DEVICE_OK)
			take_interface(d, r, name, &switching);
	}
	json_decref(names);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}
