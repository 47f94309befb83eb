/*
 * BGP peers, by routing instance.  Older releases do not say of which instance a peer is, so each instance is asked for by itself.
 */
#include "drivers/field.h"
#include "drivers/junos/junos.h"
#include "drivers/xml_read.h"

const char *
junos_instance_name(const char *instance)
{
	return strcmp(instance, "master") == 0 ? "global" : instance;
}

int
junos_each_instance(struct device *d, junos_instance_fn *fn, json_t *result, const json_t *arguments)
{
	xmlDoc *doc = junos_ask(d, "<get-instance-information/>");
	const xmlNode *root = junos_root(doc);

	for (const xmlNode *n = junos_next(root, NULL, "instance-core"); n && d->error == DEVICE_OK; n = junos_next(root, n, "instance-core")) {
		struct span name = xml_text(n, "instance-name");
		json_t *text = name.n > 0 && !span_starts(name, SPAN_LIT("__")) ? field_text(name) : NULL;

		if (text)
			fn(d, json_string_value(text), result, arguments);
		json_decref(text);
	}
	xmlFreeDoc(doc);
	return d->error == DEVICE_OK ? 0 : -1;
}

/* ---- address families ---- */

/*
 * The family of a table: "inet.0" is IPv4.  In an instance its name stands before it ("frontend.inet6.0"); in the main instance a table with one more name is
 * some other instance's ("backend.inet.0") or of no family of ours ("bgp.evpn.0").
 */
static const char *
family_of(struct span table, bool main_instance)
{
	static const struct { const char *junos, *name; } families[] = { { "inet", "ipv4" }, { "inet6", "ipv6" }, { "inetflow", "flow" } };
	size_t end = table.n, start;

	while (end > 0 && table.p[end - 1] != '.')
		end--;
	end -= end > 0;
	for (start = end; start > 0 && !main_instance && table.p[start - 1] != '.';)
		start--;
	if (main_instance)
		start = 0;
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
		if (span_eq(span_of(table.p + start, end - start), span_str(families[i].junos)))
			return families[i].name;
	}
	return NULL;
}

/* What is not in sync with the peer has no count of what was sent. */
static void
take_rib(struct device *d, json_t *families, const xmlNode *rib, bool main_instance)
{
	struct span state = xml_text(rib, "send-state"), table = xml_text(rib, "name");
	bool in_sync = state.n == 0 || span_eq(state, SPAN_LIT("in sync"));
	const char *family = table.n > 0 ? family_of(table, main_instance) : NULL;
	json_t *r = family ? model_new(&model_bgp_family) : NULL;

	if (!r)
		return;
	json_object_set_new(r, "received_prefixes", json_integer(xml_read_int(d, rib, "received-prefix-count", -1)));
	json_object_set_new(r, "accepted_prefixes", json_integer(xml_read_int(d, rib, "accepted-prefix-count", -1)));
	json_object_set_new(r, "sent_prefixes", json_integer(xml_read_int(d, rib, "advertised-prefix-count", in_sync ? -1 : 0)));
	json_object_set_new(families, family, r);
}

static json_t *
families_of(struct device *d, const xmlNode *peer, bool up, bool main_instance)
{
	json_t *r = json_object();

	json_object_set_new(r, "ipv4", model_new(&model_bgp_family));
	json_object_set_new(r, "ipv6", model_new(&model_bgp_family));
	for (const xmlNode *rib = xml_first(peer, "bgp-rib"); up && rib; rib = xml_next(rib, "bgp-rib"))
		take_rib(d, r, rib, main_instance);
	return r;
}

/* ---- peers ---- */

static bool
has_option(const xmlNode *n, const char *path, struct span option)
{
	struct span text = xml_text(n, path), word;

	while (text.p && field_word(&text, &word)) {
		if (span_eq(word, option))
			return true;
	}
	return false;
}

static bool
is_shut_down(const xmlNode *n)
{
	return has_option(n, "bgp-option-information/bgp-options-extended", SPAN_LIT("Shutdown"));
}

static json_t *
peer(struct device *d, const xmlNode *n, bool main_instance)
{
	bool up = junos_equals(n, "peer-state", "Established");
	json_t *r = model_new(&model_bgp_peer);

	json_object_set_new(r, "local_as", json_integer(junos_as_number(d, n, "local-as")));
	json_object_set_new(r, "remote_as", json_integer(junos_as_number(d, n, "peer-as")));
	json_object_set_new(r, "remote_id", junos_text(n, "peer-id"));
	json_object_set_new(r, "description", junos_text(n, "description"));
	json_object_set_new(r, "is_up", json_boolean(up));
	/* A deactivated peer is not listed. */
	json_object_set_new(r, "is_enabled", json_boolean(!is_shut_down(n)));
	json_object_set_new(r, "uptime", json_integer(0));
	json_object_set_new(r, "address_family", families_of(d, n, up, main_instance));
	return r;
}

static json_t *
peers_of(struct device *d, const char *instance, json_t **router_id)
{
	xmlDoc *doc = junos_ask_with(d, "<get-bgp-neighbor-information/>", "instance", instance);
	const xmlNode *root = junos_root(doc);
	json_t *r = json_object();

	*router_id = NULL;
	for (const xmlNode *n = junos_next(root, NULL, "bgp-peer"); n; n = junos_next(root, n, "bgp-peer")) {
		json_t *address = junos_ip(junos_address(xml_text(n, "peer-address"), NULL));

		if (!*router_id)
			*router_id = junos_text(n, "local-id");
		junos_put(r, span_str(json_string_value(address)), peer(d, n, strcmp(instance, "master") == 0));
		json_decref(address);
	}
	xmlFreeDoc(doc);
	return r;
}

/* How long a peer is what it is, up or down, only the summary says. */
static void
take_uptimes(struct device *d, const char *instance, json_t *peers)
{
	xmlDoc *doc = junos_ask_with(d, "<get-bgp-summary-information/>", "instance", instance);
	const xmlNode *root = junos_root(doc);

	for (const xmlNode *n = junos_next(root, NULL, "bgp-peer"); n; n = junos_next(root, n, "bgp-peer")) {
		json_t *address = junos_ip(junos_address(xml_text(n, "peer-address"), NULL));
		json_t *one = json_object_get(peers, json_string_value(address));

		if (one)
			json_object_set_new(one, "uptime", json_integer(junos_attribute(d, n, "elapsed-time", "seconds", 0)));
		json_decref(address);
	}
	xmlFreeDoc(doc);
}

static void
take_instance(struct device *d, const char *instance, json_t *result, const json_t *arguments)
{
	json_t *router_id, *peers = peers_of(d, instance, &router_id), *one;

	(void)arguments;
	if (json_object_size(peers) > 0 && d->error == DEVICE_OK) {
		take_uptimes(d, instance, peers);
		one = model_new(&model_bgp_neighbors);
		if (router_id)
			json_object_set(one, "router_id", router_id);
		json_object_set(one, "peers", peers);
		json_object_set_new(result, junos_instance_name(instance), one);
	}
	json_decref(router_id);
	json_decref(peers);
}

json_t *
junos_get_bgp_neighbors(struct device *d, const json_t *arguments)
{
	json_t *r = json_object();

	if (junos_each_instance(d, take_instance, r, arguments) == 0)
		return r;
	json_decref(r);
	return NULL;
}
