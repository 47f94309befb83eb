/*
 * BGP's neighbours in detail, out of the text of `show ip bgp neighbors`.  Both routing stacks (ribd, multi-agent) print the same phrases; NAPALM has a template for each, which take a few of
 * them otherwise.
 */
#include "drivers/answer.h"
#include "drivers/eos/eos.h"
#include "drivers/field.h"

enum kind { WORD, ADDRESS, NUMBER, QUEUE, AS, NOT_ZERO, IS_UP, CONFIGURED };
enum stack { BOTH, RIBD, MULTI_AGENT };

/* On a line that starts with `starts`: the word behind `phrase` is that field's.  `needs`: a line of ribd's without that says nothing. */
static const struct rule {
	struct span starts, phrase;
	const char *field;
	enum kind kind;
	enum stack stack;
	const char *needs;
} rules[] = {
#define OF(stack, needs, starts, phrase, field, kind) { { starts, sizeof(starts) - 1 }, { phrase, sizeof(phrase) - 1 }, field, kind, stack, needs }
#define RULE(...) OF(BOTH, NULL, __VA_ARGS__)
	RULE("BGP neighbor is ", "BGP neighbor is ", "remote_address", ADDRESS),
	RULE("BGP neighbor is ", ", remote AS ", "remote_as", AS),
	RULE("BGP version ", ", remote router ID ", "router_id", ADDRESS),
	RULE("BGP version ", ", VRF ", "routing_table", WORD),
	RULE("Hold time is ", "Hold time is ", "holdtime", NUMBER),
	RULE("Hold time is ", ", keepalive interval is ", "keepalive", NUMBER),
	RULE("Configured hold time is ", "Configured hold time is ", "configured_holdtime", NUMBER),
	RULE("Configured hold time is ", ", keepalive interval is ", "configured_keepalive", NUMBER),
	OF(BOTH, ", ", "BGP state is ", "BGP state is ", "connection_state", WORD),
	RULE("BGP state is ", ", ", "up", IS_UP),
	RULE("Last state was ", "Last state was ", "previous_connection_state", WORD),
	RULE("Last event was ", "Last event was ", "last_event", WORD),
	OF(RIBD, NULL, "OutQ depth is ", "OutQ depth is ", "messages_queued_out", NUMBER),
	/* "3/32768" */
	OF(MULTI_AGENT, NULL, "Send-Q: ", "Send-Q: ", "messages_queued_out", QUEUE),
	RULE("Inbound route map is ", "Inbound route map is ", "import_policy", WORD),
	RULE("Outbound route map is ", "Outbound route map is ", "export_policy", WORD),
	/* NAPALM takes this counter for it. */
	RULE("Nexthop matches local IP address: ", "address: ", "multihop", NOT_ZERO),
	RULE("Local AS is ", "Local AS is ", "local_as", AS),
	OF(BOTH, ", local port is ", "Local TCP address is ", "Local TCP address is ", "local_address", ADDRESS),
	OF(BOTH, ", local port is ", "Local TCP address is ", "Local TCP address is ", "local_address_configured", CONFIGURED),
	RULE("Local TCP address is ", ", local port is ", "local_port", NUMBER),
	RULE("Remote TCP address is ", ", remote port is ", "remote_port", NUMBER),
#undef RULE
#undef OF
};

/* Two numbers behind a name: sent, received. */
static const struct pair {
	struct span starts;
	const char *sent, *received;
} pairs[] = {
	{ { "Updates:", 8 }, "output_updates", "input_updates" },
	{ { "Total messages:", 15 }, "output_messages", "input_messages" },
	{ { "IPv4 Unicast:", 13 }, "advertised_prefix_count", "received_prefix_count" },
	{ { "IPv6 Unicast:", 13 }, "advertised_prefix_count", "received_prefix_count" },
};

/* What the text says nothing of is 0, not unknown, as in NAPALM. */
static json_t *
new_peer(void)
{
	json_t *r = model_new(&model_bgp_peer_detail);
	const char *name;
	json_t *v;

	json_object_foreach(r, name, v) {
		if (json_is_integer(v))
			json_integer_set(v, 0);
	}
	return r;
}

static struct span
behind(struct span line, struct span phrase)
{
	const char *at = memmem(line.p, line.n, phrase.p, phrase.n);
	struct span word = at ? span_skip(line, (size_t)(at - line.p) + phrase.n) : SPAN_NONE;
	size_t n = 0;

	word = span_trim(word);
	while (n < word.n && !span_is_space(word.p[n]) && word.p[n] != ',')
		n++;
	return span_of(word.p, n);
}

static json_t *
value_of(struct device *d, const struct rule *rule, struct span word)
{
	const char *slash = rule->kind == QUEUE ? memchr(word.p, '/', word.n) : NULL;
	int64_t n = 0;

	switch (rule->kind) {
	case WORD:
		return field_text(word);
	case ADDRESS:
		if (field_is_ip(word))
			return field_ip(d, word);
		break;
	case CONFIGURED:
		return json_true();
	case IS_UP:
		return json_boolean(span_eq(word, SPAN_LIT("up")));
	case AS:
		if (field_as_number(word, &n))
			return json_integer(n);
		break;
	case NUMBER:
	case QUEUE:
		if (field_int(slash ? span_between(word.p, slash) : word, &n))
			return json_integer(n);
		break;
	case NOT_ZERO:
		if (field_int(word, &n))
			return json_boolean(n != 0);
		break;
	}
	device_warn(d, "%s is \"%.*s\"", rule->field, (int)(word.n < 40 ? word.n : 40), word.p);
	return NULL;
}

static void
add_pair(json_t *peer, const struct pair *p, struct span rest)
{
	struct span sent, received;
	int64_t s, r;

	if (!field_word(&rest, &sent) || !field_word(&rest, &received) || !field_int(sent, &s) || !field_int(received, &r))
		return;
	/* Both families count. */
	json_object_set_new(peer, p->sent, json_integer((int64_t)((uint64_t)json_integer_value(json_object_get(peer, p->sent)) + (uint64_t)s)));
	json_object_set_new(peer, p->received, json_integer((int64_t)((uint64_t)json_integer_value(json_object_get(peer, p->received)) + (uint64_t)r)));
}

static bool
applies(const struct rule *rule, enum stack stack, struct span line)
{
	if (!span_starts(line, rule->starts) || (rule->stack != BOTH && rule->stack != stack))
		return false;
	return stack != RIBD || !rule->needs || field_has(line, rule->needs);
}

static void
read_line(struct device *d, json_t *peer, enum stack stack, struct span line)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		struct span word;

		if (!applies(&rules[i], stack, line))
			continue;
		word = behind(line, rules[i].phrase);
		if (word.n > 0)
			json_object_set_new(peer, rules[i].field, value_of(d, &rules[i], word));
	}
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		if (span_starts(line, pairs[i].starts))
			add_pair(peer, &pairs[i], span_skip(line, pairs[i].starts.n));
	}
}

/* ---- results ---- */

static json_t *
child(json_t *map, const char *key, json_t *(*make)(void))
{
	if (!json_object_get(map, key))
		json_object_set_new(map, key, make());
	return json_object_get(map, key);
}

/* Takes over `peer`, which may be NULL. */
static void
add_peer(struct device *d, json_t *r, json_t *peer, const json_t *summary)
{
	const char *vrf = json_string_value(json_object_get(peer, "routing_table")), *address = json_string_value(json_object_get(peer, "remote_address"));
	const json_t *peers = vrf ? answer_at(eos_entry(answer_at(summary, "vrfs"), vrf), "peers") : NULL;
	char as[32];

	if (!vrf || !address) {
		json_decref(peer);
		return;
	}
	snprintf(as, sizeof(as), "%lld", (long long)json_integer_value(json_object_get(peer, "remote_as")));
	json_object_set_new(peer, "accepted_prefix_count", json_integer(answer_int(d, eos_entry(peers, address), "prefixAccepted", 0)));
	json_array_append_new(child(child(r, vrf, json_object), as, json_array), peer);
}

struct reader {
	struct device *d;
	json_t *r;
	enum stack stack;
	bool one;                       /* a peer by its address: that of the first VRF */
};

static void
read_peers(struct reader *reader, const json_t *answer, const json_t *summary)
{
	struct span text = span_str(answer_text(reader->d, answer, "output", "")), line;
	json_t *peer = NULL;

	while (field_line(&text, &line)) {
		line = span_trim(line);
		if (span_starts(line, SPAN_LIT("BGP neighbor is "))) {
			if (reader->one && peer)
				break;
			add_peer(reader->d, reader->r, peer, summary);
			peer = new_peer();
		}
		if (peer)
			read_line(reader->d, peer, reader->stack, line);
	}
	add_peer(reader->d, reader->r, peer, summary);
}

/* Of one family: what the neighbours are, then what was accepted of them. */
static int
read_family(struct reader *reader, const char *command, const char *summary_command)
{
	json_t *all = eos_ask(reader->d, (const char *const[]){ command, NULL }, true);
	json_t *summary = all ? eos_ask_one(reader->d, summary_command) : NULL;

	if (summary)
		read_peers(reader, json_array_get(all, 0), summary);
	json_decref(summary);
	json_decref(all);
	return reader->d->error == DEVICE_OK ? 0 : -1;
}

/* The line of the configuration is there, or nothing is. */
static enum stack
ask_stack(struct device *d)
{
	struct buffer out;
	enum stack stack;

	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (eos_ask_text(d, "show running-config | include service routing protocols model multi-agent", &out) == -1 && d->error == DEVICE_COMMAND)
		device_forgive(d);
	stack = out.n > 0 ? MULTI_AGENT : RIBD;
	buffer_fini(&out);
	return stack;
}

json_t *
eos_get_bgp_neighbors_detail(struct device *d, const json_t *arguments)
{
	const char *address = getter_text(arguments, "neighbor_address");
	const char *blank = *address ? " " : "";
	struct reader reader = { .d = d, .one = *address };
	char v4[256], v6[256];

	if (*address && !field_is_ip(span_str(address))) {
		device_fail(d, DEVICE_ARGUMENT, "\"%.60s\" is no IP address", address);
		return NULL;
	}
	snprintf(v4, sizeof(v4), "show ip bgp neighbors %.100s%svrf all", address, blank);
	snprintf(v6, sizeof(v6), "show ipv6 bgp peers %.100s%svrf all", address, blank);
	reader.stack = ask_stack(d);
	reader.r = json_object();
	if (d->error == DEVICE_OK && !strchr(address, ':'))
		read_family(&reader, v4, "show ip bgp summary vrf all");
	if (d->error == DEVICE_OK && (!*address || strchr(address, ':')))
		read_family(&reader, v6, "show ipv6 bgp summary vrf all");
	if (d->error == DEVICE_OK)
		return reader.r;
	json_decref(reader.r);
	return NULL;
}
