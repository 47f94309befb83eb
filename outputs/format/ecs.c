/*
 * ecs: an event in the Elastic Common Schema, as nested objects.  What ECS has no field for stands under `netnorm`, where the index's mapping has
 * `flattened` for the two objects whose keys are many (yang_message, message_details).
 */
#include "base/yang_tree.h"
#include "base/yang_type.h"
#include "outputs/format/ecs_fields.h"
#include "outputs/format/ecs_kind.h"
#include "outputs/format/format.h"
#include "outputs/format/put.h"

#define ECS_VERSION "8.17.0"

/* A key that may be the first of its object: with a comma where it is not. */
#define PUT_KEY(j, name)                       \
	do {                                   \
		put_next(j);                   \
		PUT_LIT(j, "\"" name "\":"); \
	} while (0)

static const struct span severities[8] = { SPAN_LIT("emergency"), SPAN_LIT("alert"), SPAN_LIT("critical"), SPAN_LIT("error"),
	SPAN_LIT("warning"), SPAN_LIT("notice"), SPAN_LIT("informational"), SPAN_LIT("debug") };
static const struct span facilities[24] = { SPAN_LIT("kern"), SPAN_LIT("user"), SPAN_LIT("mail"), SPAN_LIT("daemon"), SPAN_LIT("auth"),
	SPAN_LIT("syslog"), SPAN_LIT("lpr"), SPAN_LIT("news"), SPAN_LIT("uucp"), SPAN_LIT("cron"), SPAN_LIT("authpriv"), SPAN_LIT("ftp"),
	SPAN_LIT("ntp"), SPAN_LIT("security"), SPAN_LIT("console"), SPAN_LIT("clock"), SPAN_LIT("local0"), SPAN_LIT("local1"),
	SPAN_LIT("local2"), SPAN_LIT("local3"), SPAN_LIT("local4"), SPAN_LIT("local5"), SPAN_LIT("local6"), SPAN_LIT("local7") };

/* One event on its way. */
struct ecs {
	const struct nevent *ev;
	const struct ecs_kind *kind;    /* or NULL */
	struct ecs_fields fields;
	struct span message, process, pid;      /* of the header's details */
	struct span msgid;              /* RFC 5424's */
	struct span ip;                 /* the sender's address, absent if it has none */
	int severity;                   /* -1: not known */
};

static void
find_details(struct ecs *e)
{
	for (size_t i = 0; i < e->ev->ndetails; i++) {
		const struct fact *f = &e->ev->details[i];
		struct span name = f->key->name;

		if (f->type != FACT_TEXT || f->text.n == 0)
			continue;
		if (span_eq(name, SPAN_LIT("message")))
			e->message = f->text;
		else if (span_eq(name, SPAN_LIT("processName")))
			e->process = f->text;
		else if (span_eq(name, SPAN_LIT("processId")))
			e->pid = f->text;
	}
}

/* Up to the next blank, which goes, too; absent where there is none. */
static struct span
take_word(struct span *in)
{
	const char *blank = in->n > 0 ? memchr(in->p, ' ', in->n) : NULL;
	struct span word = blank ? span_between(in->p, blank) : SPAN_NONE;

	if (blank)
		*in = span_skip(*in, word.n + 1);
	return word;
}

/* The sixth field of a header by RFC 5424; absent where the line has none, or a nil one.  The tag is another where the text has a mnemonic. */
static struct span
msgid_of(struct span line)
{
	struct span head = take_word(&line), time = take_word(&line), msgid = SPAN_NONE;

	if (head.n < 4 || head.p[0] != '<' || !span_eq(span_skip(head, head.n - 2), SPAN_LIT(">1")))
		return SPAN_NONE;
	if (!span_eq(time, SPAN_LIT("-")) && (time.n < 20 || time.p[4] != '-' || time.p[10] != 'T'))
		return SPAN_NONE;
	for (int field = 0; field < 4; field++)         /* HOSTNAME, APP-NAME, PROCID, MSGID */
		msgid = take_word(&line);
	for (size_t i = 0; i < msgid.n; i++)
		if (msgid.p[i] < '!' || msgid.p[i] > '~')
			return SPAN_NONE;
	return line.n > 0 && (line.p[0] == '[' || line.p[0] == '-') && !span_eq(msgid, SPAN_LIT("-")) ? msgid : SPAN_NONE;
}

/* Text of the line's size: what is known of the line is not found out again. */
static void
put_long(struct json *j, const struct nevent *ev, struct span s)
{
	if (s.p == ev->raw.p && s.n == ev->raw.n && ev->raw_class != UTF8_PLAIN) {
		json_text_as(j, s, ev->raw_class);
		j->comma = false;
	} else {
		put_span(j, ev, s);
	}
}

/* ---- event ---- */

/* Of the row of its name, else what it is the begin or the end of; and what became of the traffic. */
static void
put_type(struct json *j, const struct ecs *e)
{
	bool network = span_eq(e->kind->category, SPAN_LIT("[\"network\"]"));
	bool verdict = network && e->fields.verdict != ECS_NO_VERDICT;

	PUT_LIT(j, KEY("type") "[");
	if (e->kind->type.p)
		put_bytes(j, e->kind->type.p, e->kind->type.n);
	else if (verdict)
		PUT_LIT(j, "\"connection\"");
	else if (!e->kind->alert && (e->ev->op == NEVENT_DELETE || (network && e->ev->condition == NEVENT_DOWN)))
		PUT_LIT(j, "\"end\"");
	else if (network && e->ev->condition == NEVENT_UP)
		PUT_LIT(j, "\"start\"");
	else
		PUT_LIT(j, "\"info\"");
	if (verdict && e->fields.verdict == ECS_ALLOWED)
		PUT_LIT(j, ",\"allowed\"");
	else if (verdict)
		PUT_LIT(j, ",\"denied\"");
	PUT_LIT(j, "]");
}

static void
put_action(struct json *j, const struct nevent *ev)
{
	size_t at;

	PUT_LIT(j, KEY("action"));
	at = j->n;
	put_span(j, ev, ev->error);
	put_lower(j, at);
}

static void
put_class(struct json *j, const struct ecs *e)
{
	if (e->kind && e->kind->alert)
		PUT_LIT(j, KEY("kind") "\"alert\"");
	else
		PUT_LIT(j, KEY("kind") "\"event\"");
	if (e->ev->outcome == NEVENT_EVENT)
		put_action(j, e->ev);
	if (!e->kind)
		return;
	PUT_LIT(j, KEY("category"));
	put_bytes(j, e->kind->category.p, e->kind->category.n);
	put_type(j, e);
	if (e->kind->outcome.p) {
		PUT_LIT(j, KEY("outcome"));
		put_bytes(j, e->kind->outcome.p, e->kind->outcome.n);
	}
}

static void
put_event(struct json *j, const struct ecs *e)
{
	const struct nevent *ev = e->ev;

	PUT_LIT(j, KEY("event") "{\"id\":");
	put_plain(j, ev->id, NEVENT_ID_LEN);
	PUT_LIT(j, KEY("module") "\"netnorm\"");
	put_class(j, e);
	if (ev->tag.n > 0) {
		PUT_LIT(j, KEY("code"));
		put_span(j, ev, ev->tag);
	}
	PUT_LIT(j, KEY("created"));
	put_time(j, ev->received_ns);
	if (e->severity >= 0) {
		PUT_LIT(j, KEY("severity"));
		put_uint(j, (uint64_t)e->severity);
	}
	if (ev->has_seq && ev->seq <= INT64_MAX) {
		PUT_LIT(j, KEY("sequence"));
		put_uint(j, ev->seq);
	}
	ecs_fields_put(&e->fields, ECS_REASON, ECS_REASON, ev, j);
	if (ev->raw.p) {
		PUT_LIT(j, KEY("original"));
		put_long(j, ev, ev->raw);
	}
	PUT_LIT(j, "}");
}

/* ---- where it is from ---- */

static void
put_priority(struct json *j, const struct ecs *e)
{
	const struct nevent *ev = e->ev;

	if (ev->facility >= 0) {
		PUT_KEY(j, "facility");
		PUT_LIT(j, "{\"code\":");
		put_uint(j, (uint64_t)ev->facility);
		if (ev->facility < 24) {
			PUT_LIT(j, KEY("name"));
			put_plain(j, facilities[ev->facility].p, facilities[ev->facility].n);
		}
		PUT_LIT(j, "}");
	}
	if (ev->facility >= 0 && ev->severity >= 0) {
		PUT_LIT(j, KEY("priority"));
		put_uint(j, (uint64_t)ev->facility * 8 + (uint64_t)ev->severity);
	}
	if (e->severity >= 0) {
		PUT_KEY(j, "severity");
		PUT_LIT(j, "{\"code\":");
		put_uint(j, (uint64_t)e->severity);
		PUT_LIT(j, KEY("name"));
		put_plain(j, severities[e->severity].p, severities[e->severity].n);
		PUT_LIT(j, "}");
	}
}

static void
put_log(struct json *j, const struct ecs *e)
{
	const struct nevent *ev = e->ev;

	PUT_LIT(j, KEY("log") "{");
	if (e->severity >= 0) {
		PUT_LIT(j, "\"level\":");
		put_plain(j, severities[e->severity].p, severities[e->severity].n);
	}
	PUT_KEY(j, "syslog");
	PUT_LIT(j, "{");
	if (e->process.n > 0) {
		PUT_LIT(j, "\"appname\":");
		put_span(j, ev, e->process);
	}
	put_priority(j, e);
	if (ev->host.n > 0) {
		PUT_KEY(j, "hostname");
		put_span(j, ev, ev->host);
	}
	if (e->msgid.n > 0) {
		PUT_KEY(j, "msgid");
		put_span(j, ev, e->msgid);
	}
	if (e->pid.n > 0) {
		PUT_KEY(j, "procid");
		put_span(j, ev, e->pid);
	}
	PUT_LIT(j, "}}");
}

static void
put_names(struct json *j, const struct nevent *ev)
{
	if (ev->device.n > 0) {
		PUT_KEY(j, "name");
		put_span(j, ev, ev->device);
	}
	if (ev->host.n > 0) {
		PUT_KEY(j, "hostname");
		put_span(j, ev, ev->host);
	}
}

static void
put_system(struct json *j, const struct nevent *ev)
{
	PUT_KEY(j, "os");
	PUT_LIT(j, "{\"name\":");
	put_span(j, ev, ev->os);
	if (ev->asset.os_version.n > 0) {
		PUT_LIT(j, KEY("version"));
		put_text(j, ev->asset.os_version);
	}
	PUT_LIT(j, "}");
	if (ev->asset.serial_number.n > 0) {
		PUT_LIT(j, KEY("serial_number"));
		put_text(j, ev->asset.serial_number);
	}
	if (!ev->observer)
		return;
	if (ev->observer->product.n > 0) {
		PUT_LIT(j, KEY("product"));
		put_text(j, ev->observer->product);
	}
	if (ev->observer->type.n > 0) {
		PUT_LIT(j, KEY("type"));
		put_text(j, ev->observer->type);
	}
	if (ev->observer->vendor.n > 0) {
		PUT_LIT(j, KEY("vendor"));
		put_text(j, ev->observer->vendor);
	}
}

static void
put_observer(struct json *j, const struct ecs *e)
{
	const struct nevent *ev = e->ev;

	PUT_LIT(j, KEY("host") "{");
	put_names(j, ev);
	PUT_LIT(j, "}" KEY("observer") "{");
	put_names(j, ev);
	if (e->ip.n > 0) {
		PUT_KEY(j, "ip");
		put_span(j, ev, e->ip);
	}
	if (ev->outcome != NEVENT_UNKNOWN && ev->os.n > 0)
		put_system(j, ev);
	ecs_fields_put(&e->fields, ECS_INGRESS_ALIAS, ECS_EGRESS_ZONE, ev, j);
	PUT_LIT(j, "}");
}

/* ---- related ---- */

/* Those of the texts that are there, each once, as an array; nothing if there is none. */
static void
put_set(struct json *j, const struct nevent *ev, struct span key, const struct span *texts, size_t n)
{
	bool open = false;

	for (size_t i = 0; i < n; i++) {
		bool known = texts[i].n == 0;

		for (size_t before = 0; before < i && !known; before++)
			known = span_eq(texts[before], texts[i]);
		if (known)
			continue;
		if (!open) {
			put_next(j);
			put_bytes(j, key.p, key.n);
			open = true;
		}
		put_next(j);
		put_span(j, ev, texts[i]);
	}
	if (open)
		PUT_LIT(j, "]");
}

static struct span
text_of(const struct ecs *e, enum ecs_field field)
{
	return ecs_has(&e->fields, field) ? e->fields.texts[field] : SPAN_NONE;
}

static void
put_related(struct json *j, const struct ecs *e)
{
	const struct span hosts[] = { e->ev->device, e->ev->host, text_of(e, ECS_DESTINATION_DOMAIN) };
	const struct span ips[] = { e->ip, text_of(e, ECS_SOURCE_IP), text_of(e, ECS_SOURCE_NAT_IP), text_of(e, ECS_DESTINATION_IP),
		text_of(e, ECS_DESTINATION_NAT_IP), text_of(e, ECS_SERVER_IP) };
	const struct span users[] = { text_of(e, ECS_USER_NAME), text_of(e, ECS_USER_EFFECTIVE) };

	PUT_LIT(j, KEY("related") "{");
	put_set(j, e->ev, SPAN_LIT("\"hosts\":["), hosts, sizeof(hosts) / sizeof(*hosts));
	put_set(j, e->ev, SPAN_LIT("\"ip\":["), ips, sizeof(ips) / sizeof(*ips));
	put_set(j, e->ev, SPAN_LIT("\"user\":["), users, sizeof(users) / sizeof(*users));
	PUT_LIT(j, "}");
}

/* ---- what is our own ---- */

static void
put_about(struct json *j, const struct nevent *ev)
{
	struct span condition = nevent_condition_name(ev->condition);

	if (ev->op == NEVENT_DELETE)
		PUT_LIT(j, KEY("op") "\"delete\"");
	else
		PUT_LIT(j, KEY("op") "\"update\"");
	if (ev->object.n > 0) {
		PUT_LIT(j, KEY("object"));
		put_span(j, ev, ev->object);
	}
	if (ev->condition != NEVENT_CONDITION_NONE) {
		PUT_LIT(j, KEY("condition"));
		put_plain(j, condition.p, condition.n);
	}
	put_state(j, ev);
}

static void
put_numbers(struct json *j, const struct nevent *ev)
{
	if (ev->has_counter && ev->counter <= INT64_MAX) {
		PUT_LIT(j, KEY("counter"));
		put_uint(j, ev->counter);
	}
	if (ev->vendor_severity >= 0) {
		PUT_LIT(j, KEY("vendor_severity"));
		put_uint(j, (uint64_t)ev->vendor_severity);
	}
	if (ev->has_repeat && ev->repeat <= INT64_MAX) {
		PUT_LIT(j, KEY("repeat"));
		put_uint(j, ev->repeat);
	}
	if (ev->truncated)
		PUT_LIT(j, KEY("truncated") "true");
}

static void
put_own(struct json *j, const struct ecs *e)
{
	const struct nevent *ev = e->ev;
	struct span outcome = nevent_outcome_name(ev->outcome), clock = nevent_clock_name(ev->clock);

	PUT_LIT(j, KEY("netnorm") "{\"v\":1" KEY("error"));
	put_span(j, ev, ev->error);
	PUT_LIT(j, KEY("outcome"));
	put_plain(j, outcome.p, outcome.n);
	PUT_LIT(j, KEY("clock"));
	put_plain(j, clock.p, clock.n);
	put_guessed(j, ev->guessed);
	if (ev->ip.n > 0 && !e->ip.p) {
		PUT_LIT(j, KEY("ip"));
		put_span(j, ev, ev->ip);
	}
	if (ev->outcome == NEVENT_EVENT)
		put_about(j, ev);
	put_numbers(j, ev);
	if (ev->strict) {
		PUT_LIT(j, KEY("yang_model"));
		put_plain(j, ev->strict_model.p, ev->strict_model.n);
		PUT_LIT(j, KEY("yang_message"));
		j->comma = false;
		yang_tree_write(ev->strict, ev->strict_present, ev->strict_texts, j);
		j->comma = false;
	}
	if (ev->raw.p) {
		PUT_LIT(j, KEY("message_details"));
		put_details(j, ev);
	}
	if (ev->nenrichment > 0) {
		PUT_LIT(j, KEY("enrichment"));
		put_enrichment(j, ev);
	}
	if (ev->refers_to.n > 0) {
		PUT_LIT(j, KEY("refers_to"));
		put_plain(j, ev->refers_to.p, ev->refers_to.n);
	}
	if (ev->raw_class == UTF8_INVALID) {
		PUT_LIT(j, KEY("raw_base64"));
		json_base64(j, ev->raw);
		j->comma = false;
	}
	PUT_LIT(j, "}");
}

static void
ecs_of(struct ecs *e, const struct nevent *ev, struct arena *arena)
{
	int severity = ev->severity >= 0 ? ev->severity : ev->vendor_severity;

	e->ev = ev;
	e->kind = ev->outcome == NEVENT_EVENT ? ecs_kind_of(ev->error) : NULL;
	e->message = e->process = e->pid = SPAN_NONE;
	e->severity = severity > 7 ? 7 : severity;
	if (!yang_address(ev->ip, YANG_IPV4 | YANG_IPV6, arena, &e->ip))
		e->ip = SPAN_NONE;
	find_details(e);
	e->msgid = msgid_of(ev->raw);
	ecs_fields_of(&e->fields, ev, arena);
	ecs_fields_default(&e->fields, ECS_PROCESS_NAME, e->process, arena);
	ecs_fields_default(&e->fields, ECS_PROCESS_PID, e->pid, arena);
}

int
format_ecs(const struct nevent *ev, struct arena *arena, struct json *j)
{
	size_t start = j->n;
	struct ecs e;

	ecs_of(&e, ev, arena);
	j->comma = false;
	PUT_LIT(j, "{\"@timestamp\":");
	put_time(j, ev->time_ns);
	PUT_LIT(j, KEY("ecs") "{\"version\":\"" ECS_VERSION "\"}" KEY("message"));
	put_long(j, ev, e.message.p ? e.message : ev->raw.p ? ev->raw : ev->error);
	put_event(j, &e);
	put_log(j, &e);
	put_observer(j, &e);
	ecs_fields_put(&e.fields, ECS_DESTINATION_ADDRESS, ECS_USER_NAME, ev, j);
	put_related(j, &e);
	put_own(j, &e);
	PUT_LIT(j, "}");
	j->comma = true;
	return put_end(j, start);
}
