/*
 * ecs_fields: knows the names that profiles give to values, and the types of ECS.  It knows no profile.
 */
#include "outputs/format/ecs_fields.h"

#include "base/yang_type.h"
#include "outputs/format/put.h"

#define ECS_DEPTH 4             /* of the deepest group */

/* ---- the tables ---- */

/* The objects that fields stand in. */
enum group {
	TOP, INGRESS, INGRESS_INTERFACE, EGRESS, EGRESS_INTERFACE, DESTINATION, DESTINATION_AS, DESTINATION_NAT, NETWORK, NETWORK_VLAN, PROCESS,
	PROCESS_PARENT, RULE, SERVER, SOURCE, SOURCE_NAT, USER, USER_EFFECTIVE
};

static const struct {
	struct span open;
	enum group in;
} groups[] = {
	[INGRESS] = { SPAN_LIT("\"ingress\":{"), TOP },
	[INGRESS_INTERFACE] = { SPAN_LIT("\"interface\":{"), INGRESS },
	[EGRESS] = { SPAN_LIT("\"egress\":{"), TOP },
	[EGRESS_INTERFACE] = { SPAN_LIT("\"interface\":{"), EGRESS },
	[DESTINATION] = { SPAN_LIT("\"destination\":{"), TOP },
	[DESTINATION_AS] = { SPAN_LIT("\"as\":{"), DESTINATION },
	[DESTINATION_NAT] = { SPAN_LIT("\"nat\":{"), DESTINATION },
	[NETWORK] = { SPAN_LIT("\"network\":{"), TOP },
	[NETWORK_VLAN] = { SPAN_LIT("\"vlan\":{"), NETWORK },
	[PROCESS] = { SPAN_LIT("\"process\":{"), TOP },
	[PROCESS_PARENT] = { SPAN_LIT("\"parent\":{"), PROCESS },
	[RULE] = { SPAN_LIT("\"rule\":{"), TOP },
	[SERVER] = { SPAN_LIT("\"server\":{"), TOP },
	[SOURCE] = { SPAN_LIT("\"source\":{"), TOP },
	[SOURCE_NAT] = { SPAN_LIT("\"nat\":{"), SOURCE },
	[USER] = { SPAN_LIT("\"user\":{"), TOP },
	[USER_EFFECTIVE] = { SPAN_LIT("\"effective\":{"), USER },
};

enum type {
	WORD,           /* any text */
	LOWER,          /* the same, in small letters */
	IP,
	PORT,
	NUMBER,         /* that a long holds */
	MAC,            /* RFC 7042's 00-00-5E-00-53-23 */
};

static const struct {
	struct span key;
	enum group in;
	enum type type;
} fields[ECS_FIELDS] = {
	[ECS_REASON] = { SPAN_LIT("\"reason\":"), TOP, WORD },
	[ECS_INGRESS_ALIAS] = { SPAN_LIT("\"alias\":"), INGRESS_INTERFACE, WORD },
	[ECS_INGRESS_ID] = { SPAN_LIT("\"id\":"), INGRESS_INTERFACE, WORD },
	[ECS_INGRESS_NAME] = { SPAN_LIT("\"name\":"), INGRESS_INTERFACE, WORD },
	[ECS_INGRESS_ZONE] = { SPAN_LIT("\"zone\":"), INGRESS, WORD },
	[ECS_EGRESS_NAME] = { SPAN_LIT("\"name\":"), EGRESS_INTERFACE, WORD },
	[ECS_EGRESS_ZONE] = { SPAN_LIT("\"zone\":"), EGRESS, WORD },
	[ECS_DESTINATION_ADDRESS] = { SPAN_LIT("\"address\":"), DESTINATION, WORD },
	[ECS_DESTINATION_IP] = { SPAN_LIT("\"ip\":"), DESTINATION, IP },
	[ECS_DESTINATION_DOMAIN] = { SPAN_LIT("\"domain\":"), DESTINATION, WORD },
	[ECS_DESTINATION_PORT] = { SPAN_LIT("\"port\":"), DESTINATION, PORT },
	[ECS_DESTINATION_AS] = { SPAN_LIT("\"number\":"), DESTINATION_AS, NUMBER },
	[ECS_DESTINATION_NAT_IP] = { SPAN_LIT("\"ip\":"), DESTINATION_NAT, IP },
	[ECS_DESTINATION_NAT_PORT] = { SPAN_LIT("\"port\":"), DESTINATION_NAT, PORT },
	[ECS_NETWORK_APPLICATION] = { SPAN_LIT("\"application\":"), NETWORK, LOWER },
	[ECS_NETWORK_IANA_NUMBER] = { SPAN_LIT("\"iana_number\":"), NETWORK, WORD },
	[ECS_NETWORK_PACKETS] = { SPAN_LIT("\"packets\":"), NETWORK, NUMBER },
	[ECS_NETWORK_PROTOCOL] = { SPAN_LIT("\"protocol\":"), NETWORK, LOWER },
	[ECS_NETWORK_TRANSPORT] = { SPAN_LIT("\"transport\":"), NETWORK, LOWER },
	[ECS_NETWORK_VLAN] = { SPAN_LIT("\"id\":"), NETWORK_VLAN, WORD },
	[ECS_PROCESS_COMMAND] = { SPAN_LIT("\"command_line\":"), PROCESS, WORD },
	[ECS_PROCESS_NAME] = { SPAN_LIT("\"name\":"), PROCESS, WORD },
	[ECS_PROCESS_PARENT] = { SPAN_LIT("\"pid\":"), PROCESS_PARENT, NUMBER },
	[ECS_PROCESS_PID] = { SPAN_LIT("\"pid\":"), PROCESS, NUMBER },
	[ECS_RULE_ID] = { SPAN_LIT("\"id\":"), RULE, WORD },
	[ECS_RULE_NAME] = { SPAN_LIT("\"name\":"), RULE, WORD },
	[ECS_RULE_UUID] = { SPAN_LIT("\"uuid\":"), RULE, WORD },
	[ECS_SERVER_ADDRESS] = { SPAN_LIT("\"address\":"), SERVER, WORD },
	[ECS_SERVER_IP] = { SPAN_LIT("\"ip\":"), SERVER, IP },
	[ECS_SOURCE_ADDRESS] = { SPAN_LIT("\"address\":"), SOURCE, WORD },
	[ECS_SOURCE_IP] = { SPAN_LIT("\"ip\":"), SOURCE, IP },
	[ECS_SOURCE_MAC] = { SPAN_LIT("\"mac\":"), SOURCE, MAC },
	[ECS_SOURCE_PORT] = { SPAN_LIT("\"port\":"), SOURCE, PORT },
	[ECS_SOURCE_NAT_IP] = { SPAN_LIT("\"ip\":"), SOURCE_NAT, IP },
	[ECS_SOURCE_NAT_PORT] = { SPAN_LIT("\"port\":"), SOURCE_NAT, PORT },
	[ECS_USER_EFFECTIVE] = { SPAN_LIT("\"name\":"), USER_EFFECTIVE, WORD },
	[ECS_USER_ID] = { SPAN_LIT("\"id\":"), USER, WORD },
	[ECS_USER_NAME] = { SPAN_LIT("\"name\":"), USER, WORD },
};

/* What a value is, apart from its field. */
enum how {
	PLAIN,
	ADDRESSED,      /* the field is an IP address, and the one before it takes the text as it is, also where it is a name */
	BOTH,           /* the same, but of IP addresses only: the value may be something else */
	PROTOCOL,       /* a name or number of a transport, else a protocol above it */
	VERDICT,
};

/* By length, so that a name is compared with few. */
static const struct name {
	struct span name;
	enum ecs_field field;
	enum how how;
} names[] = {
	{ SPAN_LIT("ip"), ECS_SOURCE_IP, BOTH },
	{ SPAN_LIT("as"), ECS_USER_EFFECTIVE, PLAIN },
	{ SPAN_LIT("acl"), ECS_RULE_NAME, PLAIN },
	{ SPAN_LIT("ace"), ECS_RULE_ID, PLAIN },
	{ SPAN_LIT("asn"), ECS_DESTINATION_AS, PLAIN },
	{ SPAN_LIT("ip4"), ECS_SOURCE_IP, BOTH },
	{ SPAN_LIT("mac"), ECS_SOURCE_MAC, PLAIN },
	{ SPAN_LIT("pid"), ECS_PROCESS_PID, PLAIN },
	{ SPAN_LIT("uid"), ECS_USER_ID, PLAIN },
	{ SPAN_LIT("peer"), ECS_DESTINATION_IP, ADDRESSED },
	{ SPAN_LIT("ppid"), ECS_PROCESS_PARENT, PLAIN },
	{ SPAN_LIT("user"), ECS_USER_NAME, PLAIN },
	{ SPAN_LIT("vlan"), ECS_NETWORK_VLAN, PLAIN },
	{ SPAN_LIT("agent"), ECS_PROCESS_NAME, PLAIN },
	{ SPAN_LIT("event"), ECS_REASON, PLAIN },
	{ SPAN_LIT("local"), ECS_SOURCE_IP, BOTH },
	{ SPAN_LIT("srcip"), ECS_SOURCE_IP, BOTH },
	{ SPAN_LIT("action"), ECS_FIELDS, VERDICT },
	{ SPAN_LIT("policy"), ECS_RULE_NAME, PLAIN },
	{ SPAN_LIT("reason"), ECS_REASON, PLAIN },
	{ SPAN_LIT("server"), ECS_SERVER_IP, ADDRESSED },
	{ SPAN_LIT("snmpID"), ECS_INGRESS_ID, PLAIN },
	{ SPAN_LIT("source"), ECS_SOURCE_IP, BOTH },
	{ SPAN_LIT("address"), ECS_SOURCE_IP, BOTH },
	{ SPAN_LIT("command"), ECS_PROCESS_COMMAND, PLAIN },
	{ SPAN_LIT("ingress"), ECS_INGRESS_NAME, PLAIN },
	{ SPAN_LIT("packets"), ECS_NETWORK_PACKETS, PLAIN },
	{ SPAN_LIT("poluuId"), ECS_RULE_UUID, PLAIN },
	{ SPAN_LIT("process"), ECS_PROCESS_NAME, PLAIN },
	{ SPAN_LIT("hostname"), ECS_DESTINATION_DOMAIN, PLAIN },
	{ SPAN_LIT("neighbor"), ECS_DESTINATION_IP, ADDRESSED },
	{ SPAN_LIT("peerAddr"), ECS_SERVER_IP, ADDRESSED },
	{ SPAN_LIT("protocol"), ECS_NETWORK_PROTOCOL, PROTOCOL },
	{ SPAN_LIT("upReason"), ECS_REASON, PLAIN },
	{ SPAN_LIT("interface"), ECS_INGRESS_NAME, PLAIN },
	{ SPAN_LIT("senderMac"), ECS_SOURCE_MAC, PLAIN },
	{ SPAN_LIT("downReason"), ECS_REASON, PLAIN },
	{ SPAN_LIT("neighborIP"), ECS_DESTINATION_IP, ADDRESSED },
	{ SPAN_LIT("protocolId"), ECS_NETWORK_IANA_NUMBER, PROTOCOL },
	{ SPAN_LIT("sourcePort"), ECS_SOURCE_PORT, PLAIN },
	{ SPAN_LIT("sourceZone"), ECS_INGRESS_ZONE, PLAIN },
	{ SPAN_LIT("description"), ECS_INGRESS_ALIAS, PLAIN },
	{ SPAN_LIT("destination"), ECS_DESTINATION_IP, BOTH },
	{ SPAN_LIT("serviceName"), ECS_NETWORK_APPLICATION, PLAIN },
	{ SPAN_LIT("natSourcePort"), ECS_SOURCE_NAT_PORT, PLAIN },
	{ SPAN_LIT("reasonMessage"), ECS_REASON, PLAIN },
	{ SPAN_LIT("senderAddress"), ECS_SOURCE_IP, BOTH },
	{ SPAN_LIT("sourceAddress"), ECS_SOURCE_IP, ADDRESSED },
	{ SPAN_LIT("protocolNumber"), ECS_NETWORK_IANA_NUMBER, PROTOCOL },
	{ SPAN_LIT("destinationPort"), ECS_DESTINATION_PORT, PLAIN },
	{ SPAN_LIT("destinationZone"), ECS_EGRESS_ZONE, PLAIN },
	{ SPAN_LIT("sourceInterface"), ECS_INGRESS_NAME, PLAIN },
	{ SPAN_LIT("natSourceAddress"), ECS_SOURCE_NAT_IP, PLAIN },
	{ SPAN_LIT("destinationAddress"), ECS_DESTINATION_IP, ADDRESSED },
	{ SPAN_LIT("natDestinationPort"), ECS_DESTINATION_NAT_PORT, PLAIN },
	{ SPAN_LIT("destinationInterface"), ECS_EGRESS_NAME, PLAIN },
	{ SPAN_LIT("natDestinationAddress"), ECS_DESTINATION_NAT_IP, PLAIN },
};

#define NAMES (sizeof(names) / sizeof(*names))
#define LONGEST 21

/* Where the names of each length begin in the table. */
static const unsigned char starts[LONGEST + 2] = { 0, 0, 0, 2, 9, 13, 17, 23, 29, 34, 36, 41, 44, 44, 48, 49, 52, 53, 53, 55, 55, 56, 57 };

static const struct {
	struct span number, name;
} transports[] = {
	{ SPAN_LIT("6"), SPAN_LIT("tcp") },
	{ SPAN_LIT("17"), SPAN_LIT("udp") },
	{ SPAN_LIT("1"), SPAN_LIT("icmp") },
	{ SPAN_LIT("58"), SPAN_LIT("ipv6-icmp") },
	{ SPAN_LIT("47"), SPAN_LIT("gre") },
	{ SPAN_LIT("50"), SPAN_LIT("esp") },
	{ SPAN_LIT("51"), SPAN_LIT("ah") },
	{ SPAN_LIT("2"), SPAN_LIT("igmp") },
	{ SPAN_LIT("132"), SPAN_LIT("sctp") },
	{ SPAN_LIT("89"), SPAN_LIT("ospf") },
	{ SPAN_LIT("103"), SPAN_LIT("pim") },
};

static const struct {
	struct span start;              /* in small letters */
	enum ecs_verdict verdict;
} verdicts[] = {
	{ SPAN_LIT("den"), ECS_DENIED }, { SPAN_LIT("drop"), ECS_DENIED }, { SPAN_LIT("block"), ECS_DENIED }, { SPAN_LIT("reject"), ECS_DENIED },
	{ SPAN_LIT("discard"), ECS_DENIED }, { SPAN_LIT("permit"), ECS_ALLOWED }, { SPAN_LIT("accept"), ECS_ALLOWED },
	{ SPAN_LIT("allow"), ECS_ALLOWED }, { SPAN_LIT("pass"), ECS_ALLOWED },
};

/* ---- from values to fields ---- */

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool
starts_as(struct span s, struct span small)
{
	if (s.n < small.n)
		return false;
	for (size_t i = 0; i < small.n; i++)
		if (lower(s.p[i]) != small.p[i])
			return false;
	return true;
}

/* Digits of a number up to `max`, without zeros in front: how JSON has them. */
static bool
take_number(struct span s, uint64_t max, struct span *out)
{
	uint64_t n = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned digit = (unsigned)(s.p[i] - '0');

		if (digit > 9 || n > (max - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	while (s.n > 1 && s.p[0] == '0')
		s = span_skip(s, 1);
	*out = s;
	return true;
}

static bool
take_mac(struct span s, struct arena *arena, struct span *out)
{
	char *p;

	if (!yang_mac(s, arena, out) || !(p = arena_alloc(arena, out->n)))
		return false;
	for (size_t i = 0; i < out->n; i++)
		p[i] = out->p[i] == ':' ? '-' : out->p[i] >= 'a' ? (char)(out->p[i] - 0x20) : out->p[i];
	out->p = p;
	return true;
}

static bool
take(enum type type, struct span s, struct arena *arena, struct span *out)
{
	switch (type) {
	case IP:
		return yang_address(s, YANG_IPV4 | YANG_IPV6, arena, out);
	case PORT:
		return take_number(s, 65535, out);
	case NUMBER:
		return take_number(s, INT64_MAX, out);
	case MAC:
		return take_mac(s, arena, out);
	case WORD:
	case LOWER:
		break;
	}
	*out = s;
	return true;
}

static bool
set(struct ecs_fields *f, enum ecs_field field, struct span text, struct arena *arena)
{
	if (ecs_has(f, field) || text.n == 0)
		return ecs_has(f, field);
	if (!take(fields[field].type, text, arena, &f->texts[field]))
		return false;
	f->set |= UINT64_C(1) << field;
	return true;
}

void
ecs_fields_default(struct ecs_fields *f, enum ecs_field field, struct span text, struct arena *arena)
{
	set(f, field, text, arena);
}

static void
set_protocol(struct ecs_fields *f, struct span text, struct arena *arena)
{
	bool number = text.n > 0 && span_is_digit(text.p[0]);

	for (size_t i = 0; i < sizeof(transports) / sizeof(*transports); i++) {
		struct span word = number ? transports[i].number : transports[i].name;

		if (text.n == word.n && starts_as(text, word)) {
			set(f, ECS_NETWORK_TRANSPORT, transports[i].name, arena);
			set(f, ECS_NETWORK_IANA_NUMBER, transports[i].number, arena);
			return;
		}
	}
	set(f, number ? ECS_NETWORK_IANA_NUMBER : ECS_NETWORK_PROTOCOL, text, arena);
}

static void
set_verdict(struct ecs_fields *f, struct span text)
{
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts) && f->verdict == ECS_NO_VERDICT; i++)
		if (starts_as(text, verdicts[i].start))
			f->verdict = verdicts[i].verdict;
}

static void
set_named(struct ecs_fields *f, const struct name *name, struct span text, struct arena *arena)
{
	switch (name->how) {
	case PLAIN:
		set(f, name->field, text, arena);
		break;
	case ADDRESSED:
		if (!ecs_has(f, name->field - 1) && !ecs_has(f, name->field)) {
			set(f, name->field, text, arena);
			set(f, name->field - 1, text, arena);
		}
		break;
	case BOTH:
		if (!ecs_has(f, name->field - 1) && set(f, name->field, text, arena))
			set(f, name->field - 1, text, arena);
		break;
	case PROTOCOL:
		set_protocol(f, text, arena);
		break;
	case VERDICT:
		set_verdict(f, text);
		break;
	}
}

void
ecs_fields_of(struct ecs_fields *f, const struct nevent *ev, struct arena *arena)
{
	f->set = 0;
	f->verdict = ECS_NO_VERDICT;
	if (ev->outcome != NEVENT_EVENT)
		return;
	for (size_t i = 0; i < ev->nvalues; i++) {
		const struct fact *value = &ev->values[i];
		struct span name = value->key->name, text = value->full.n > 0 ? value->full : value->text;

		if (text.n == 0 || name.n > LONGEST || (value->type != FACT_TEXT && value->type != FACT_INT))
			continue;
		for (const struct name *n = names + starts[name.n]; n < names + starts[name.n + 1]; n++) {
			if (memcmp(n->name.p, name.p, name.n) == 0) {
				set_named(f, n, text, arena);
				break;
			}
		}
	}
}

/* ---- writing ---- */

/* Close what `to` does not lie in, open what it lies in. */
static void
enter(struct json *j, enum group from, enum group to)
{
	enum group way[ECS_DEPTH], at;
	unsigned n = 0;

	for (; from != TOP; from = groups[from].in) {
		for (at = to; at != TOP && at != from; at = groups[at].in)
			;
		if (at == from)
			break;
		PUT_LIT(j, "}");
	}
	for (at = to; at != from; at = groups[at].in)
		way[n++] = at;
	for (; n > 0; n--) {
		put_next(j);
		put_bytes(j, groups[way[n - 1]].open.p, groups[way[n - 1]].open.n);
	}
}

static void
put_field(struct json *j, const struct nevent *ev, enum ecs_field field, struct span text)
{
	size_t at;

	put_next(j);
	put_bytes(j, fields[field].key.p, fields[field].key.n);
	if (fields[field].type == PORT || fields[field].type == NUMBER) {
		put_bytes(j, text.p, text.n);
		return;
	}
	at = j->n;
	put_span(j, ev, text);
	if (fields[field].type == LOWER)
		put_lower(j, at);
}

void
ecs_fields_put(const struct ecs_fields *f, enum ecs_field first, enum ecs_field last, const struct nevent *ev, struct json *j)
{
	uint64_t left = f->set >> first << first & ((UINT64_C(2) << last) - 1);
	enum group in = TOP;

	for (; left && !j->failed; left &= left - 1) {
		enum ecs_field field = (enum ecs_field)__builtin_ctzll(left);

		enter(j, in, fields[field].in);
		in = fields[field].in;
		put_field(j, ev, field, f->texts[field]);
	}
	enter(j, in, TOP);
}
