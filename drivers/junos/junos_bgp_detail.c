/*
 * BGP peers in detail, by routing instance and the peer's AS.
 */
#include "drivers/field.h"
#include "drivers/junos/junos.h"
#include "drivers/xml_read.h"

static void
take_texts(json_t *r, const xmlNode *n)
{
	static const struct { const char *name, *path; } fields[] = {
		{ "router_id", "peer-id" }, { "connection_state", "peer-state" }, { "previous_connection_state", "last-state" }, { "last_event", "last-event" },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		json_object_set_new(r, fields[i].name, junos_text(n, fields[i].path));
	json_object_set_new(r, "import_policy", junos_joined(n, "bgp-option-information", "import-policy"));
	json_object_set_new(r, "export_policy", junos_joined(n, "bgp-option-information", "export-policy"));
}

static void
take_numbers(struct device *d, json_t *r, const xmlNode *n)
{
	static const struct { const char *name, *path; int absent; } fields[] = {
		{ "input_messages", "input-messages", -1 },
		{ "output_messages", "output-messages", -1 },
		{ "input_updates", "input-updates", -1 },
		{ "output_updates", "output-updates", -1 },
		{ "holdtime", "active-holdtime", 0 },
		{ "configured_holdtime", "bgp-option-information/holdtime", 0 },
		{ "keepalive", "keepalive-interval", 0 },
		{ "configured_keepalive", "keepalive-interval", 0 },
		{ "flap_count", "flap-count", 0 },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		json_object_set_new(r, fields[i].name, json_integer(xml_read_int(d, n, fields[i].path, fields[i].absent)));
}

/* "Multihop Preference AddressFamily": words that are a field of the model. */
static void
take_options(json_t *r, const xmlNode *n)
{
	static const struct { const char *word, *name; } options[] = {
		{ "RemovePrivateAS", "remove_private_as" }, { "Multipath", "multipath" }, { "Multihop", "multihop" }, { "AddressFamily", "local_address_configured" },
	};
	struct span text = xml_text(n, "bgp-option-information/bgp-options"), word;

	while (text.p && field_word(&text, &word)) {
		for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
			if (span_eq(word, span_str(options[i].word)))
				json_object_set_new(r, options[i].name, json_true());
		}
	}
}

static void
take_ends(json_t *r, const xmlNode *n)
{
	int64_t local_port, remote_port;

	json_object_set_new(r, "local_address", junos_ip(junos_address(xml_text(n, "local-address"), &local_port)));
	json_object_set_new(r, "local_port", json_integer(local_port));
	json_object_set_new(r, "remote_address", junos_ip(junos_address(xml_text(n, "peer-address"), &remote_port)));
	json_object_set_new(r, "remote_port", json_integer(remote_port));
}

/* The sum of a count over all queues, or all tables, of a peer. */
static int64_t
sum(struct device *d, const xmlNode *peer, const char *parts, const char *path)
{
	int64_t all = 0;

	for (const xmlNode *n = xml_first(peer, parts); n; n = xml_next(n, parts)) {
		int64_t one = xml_read_int(d, n, path, 0);

		if (one > 0 && all <= INT64_MAX - one)
			all += one;
	}
	return all;
}

static void
take_counts(struct device *d, json_t *r, const xmlNode *n)
{
	static const struct { const char *name, *path; } fields[] = {
		{ "active_prefix_count", "active-prefix-count" }, { "received_prefix_count", "received-prefix-count" }, { "accepted_prefix_count", "accepted-prefix-count" },
		{ "suppressed_prefix_count", "suppressed-prefix-count" }, { "advertised_prefix_count", "advertised-prefix-count" },
	};

	json_object_set_new(r, "messages_queued_out", json_integer(sum(d, n, "bgp-output-queue", "count")));
	for (size_t i = 0; xml_first(n, "bgp-rib") && i < sizeof(fields) / sizeof(*fields); i++)
		json_object_set_new(r, fields[i].name, json_integer(sum(d, n, "bgp-rib", fields[i].path)));
}

static json_t *
peer(struct device *d, const xmlNode *n, const char *instance, int64_t remote_as)
{
	struct span add_path = xml_text(n, "peer-addpath-not-supported");
	json_t *r = model_new(&model_bgp_peer_detail);

	json_object_set_new(r, "up", json_boolean(junos_equals(n, "peer-state", "Established")));
	json_object_set_new(r, "local_as", json_integer(junos_as_number(d, n, "local-as")));
	json_object_set_new(r, "remote_as", json_integer(remote_as));
	json_object_set_new(r, "routing_table", json_string(junos_instance_name(instance)));
	json_object_set_new(r, "suppress_4byte_as", json_boolean(remote_as != junos_as_number(d, n, "peer-4byte-as-capability-advertised")));
	json_object_set_new(r, "local_as_prepend", json_boolean(add_path.p && !span_eq(add_path, SPAN_LIT("None"))));
	take_texts(r, n);
	take_numbers(d, r, n);
	take_options(r, n);
	take_ends(r, n);
	take_counts(d, r, n);
	return r;
}

static void
take_instance(struct device *d, const char *instance, json_t *result, const json_t *arguments)
{
	char rpc[] = "<get-bgp-neighbor-information></get-bgp-neighbor-information>";
	const char *address = getter_text(arguments, "neighbor_address");
	struct buffer request;
	xmlDoc *doc;

	buffer_init(&request, 4096);
	buffer_put(&request, span_of(rpc, strcspn(rpc, ">") + 1));
	if (*address) {
		buffer_puts(&request, "<neighbor-address>");
		xml_escape(&request, span_str(address));
		buffer_puts(&request, "</neighbor-address>");
	}
	buffer_puts(&request, rpc + strcspn(rpc, ">") + 1);
	doc = junos_ask_with(d, request.failed ? rpc : request.p, "instance", instance);
	for (const xmlNode *n = junos_next(junos_root(doc), NULL, "bgp-peer"); n; n = junos_next(junos_root(doc), n, "bgp-peer")) {
		int64_t remote_as = junos_as_number(d, n, "peer-as");
		json_t *by_as = junos_slot(result, span_str(junos_instance_name(instance)), json_object), *list;
		char key[24];

		snprintf(key, sizeof(key), "%lld", (long long)remote_as);
		list = junos_slot(by_as, span_str(key), json_array);
		json_array_append_new(list, peer(d, n, instance, remote_as));
	}
	xmlFreeDoc(doc);
	buffer_fini(&request);
}

json_t *
junos_get_bgp_neighbors_detail(struct device *d, const json_t *arguments)
{
	json_t *r = json_object();

	if (junos_each_instance(d, take_instance, r, arguments) == 0)
		return r;
	json_decref(r);
	return NULL;
}
