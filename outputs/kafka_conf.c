/*
 * kafka_conf: knows which of librdkafka's properties are ours, which are the operator's, and what is good where neither says anything.
 */
#include "outputs/kafka_conf.h"

#include <stdlib.h>

#define MAX_PROPERTIES 512

const struct schema_option kafka_options[] = {
	{ .key = "brokers", .type = SCHEMA_TEXTS, .offset = offsetof(struct kafka_config, brokers), .required = true,
	    .help = "Brokers to begin with, as host:port; the rest of the cluster is found through them." },
	{ .key = "topic", .type = SCHEMA_TEXT, .offset = offsetof(struct kafka_config, topic), .fallback = "netnorm.{os}",
	    .help = "The topic. The fields {os}, {error}, {device}, {host}, {severity} and {outcome} may stand in it; bytes of theirs that a topic "
	            "cannot have become '_', and the name is cut at 249 bytes. The key of a message is its device." },
	{ .key = "topic_wait", .type = SCHEMA_DURATION, .offset = offsetof(struct kafka_config, topic_wait_ms), .fallback = "5m", .min = 0,
	    .max = INT64_C(365) * 86400000,
	    .help = "How long events wait for a topic that the cluster does not have and does not make by itself, from when it first said so; "
	            "others go on meanwhile. After that they are refused, and so is what comes for it later, until the topic is there. Whether "
	            "it is, is asked every topic.metadata.refresh.interval.ms." },
	{ .key = "max_topics", .type = SCHEMA_INT, .offset = offsetof(struct kafka_config, max_topics), .fallback = "1000", .min = 1, .max = 100000,
	    .help = "The most topics that come of the template. Events for more go to the one where each field is the word other "
	            "(netnorm.other), and are counted." },
	{ .key = "headers", .type = SCHEMA_TEXTS, .offset = offsetof(struct kafka_config, headers),
	    .help = "What goes out as headers too: a list of os, error, device, host, severity, outcome, id and format." },
	{ .key = "tls", .type = SCHEMA_MAP, .offset = offsetof(struct kafka_config, secure.tls), .table = tls_options,
	    .help = "TLS towards the brokers: the properties security.protocol, ssl.ca.location, ssl.certificate.location, ssl.key.location and "
	            "ssl.key.password. A broker's certificate is for the host that the cluster gives for it; there is no server_name." },
	{ .key = "sasl_mechanism", .type = SCHEMA_ENUM, .offset = offsetof(struct kafka_config, secure.sasl_mechanism), .fallback = "none",
	    .names = kafka_mechanism_names,
	    .help = "How the brokers are told who this is, with tls or without: the property sasl.mechanism. PLAIN hands the password over, so it "
	            "wants tls. SCRAM with Kafka 4.0 or later needs librdkafka 2.6.1 or later; Debian 12 has 2.0.2. For others, such as OAUTHBEARER, see properties." },
	{ .key = "sasl_username", .type = SCHEMA_TEXT, .offset = offsetof(struct kafka_config, secure.sasl_username),
	    .help = "The property sasl.username." },
	{ .key = "sasl_password", .type = SCHEMA_SECRET, .offset = offsetof(struct kafka_config, secure.sasl_password),
	    .help = "The property sasl.password." },
	{ .key = "statistics_interval", .type = SCHEMA_DURATION, .offset = offsetof(struct kafka_config, statistics_ms), .fallback = "10s", .min = 0,
	    .max = 86400000,
	    .help = "How often librdkafka's statistics are taken into the metrics: the property statistics.interval.ms. 0: never." },
	{ .key = "properties", .type = SCHEMA_NODE, .offset = offsetof(struct kafka_config, properties),
	    .help = "A map of librdkafka's own properties by their names, such as security.protocol or linger.ms; a value may be {file: PATH} or "
	            "{env: NAME}. Without a word from here: enable.idempotence true, acks all, compression.type lz4, linger.ms 20, "
	            "partitioner murmur2_random (as Java's), message.timeout.ms 0 (never given up), topic.metadata.refresh.interval.ms 30000." },
	SCHEMA_END,
};

static const struct {
	const char *name, *value;
} defaults[] = {
	{ "client.id", "netnorm" }, { "enable.idempotence", "true" }, { "acks", "all" }, { "compression.type", "lz4" }, { "linger.ms", "20" },
	{ "partitioner", "murmur2_random" }, { "message.timeout.ms", "0" }, { "socket.keepalive.enable", "true" },
	{ "log.connection.close", "true" }, { "topic.metadata.refresh.interval.ms", "30000" },
};

static const struct {
	const char *name, *why;
} refused[] = {
	{ "bootstrap.servers", "it is the option \"brokers\"" },
	{ "metadata.broker.list", "it is the option \"brokers\"" },
	{ "delivery.report.only.error", "an event leaves the queue by its delivery report" },
	{ "transactional.id", "events go out without transactions" },
	{ "enabled_events", "it is netnorm's own" },
	{ "plugin.library.paths", "no foreign code is loaded" },
};

static const char *
why_refused(const char *name)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		if (strcmp(refused[i].name, name) == 0)
			return refused[i].why;
	return NULL;
}

/* ---- properties ---- */

/* A node's value by the schema's rules for texts and secrets; NULL after a fault. */
static char *
property_value(const struct yaml_doc *doc, const struct yaml_node *node, struct diag *diag)
{
	bool secret = node->kind == YAML_MAP || strstr(node->key->text.p, "password") || strstr(node->key->text.p, "secret");
	struct yaml_node child = *node, map = { .kind = YAML_MAP, .first = &child, .children = 1, .line = node->line, .column = node->column };
	const struct schema_option table[] = {
		{ .key = node->key->text.p, .type = secret ? SCHEMA_SECRET : SCHEMA_TEXT, .offset = 0 },
		SCHEMA_END,
	};
	char *value = NULL;

	child.next = NULL;
	if (schema_read(table, doc, &map, "properties", &value, diag) == -1) {
		free(value);
		return NULL;
	}
	return value;
}

/* librdkafka's own table of properties, aliases too, as text that the names point into; NULL without memory. */
static char *
all_properties(const char **names, size_t most)
{
	char *text = NULL, *rest = NULL;
	size_t n = 0, bytes;
	FILE *f = open_memstream(&text, &bytes);

	if (!f)
		return NULL;
	rd_kafka_conf_properties_show(f);
	if (fclose(f) != 0) {
		free(text);
		return NULL;
	}
	for (char *line = strtok_r(text, "\n", &rest); line && n + 1 < most; line = strtok_r(NULL, "\n", &rest)) {
		size_t word = strcspn(line, " |");

		if (word > 0 && strchr(line + word, '|')) {
			line[word] = '\0';
			names[n++] = line;
		}
	}
	names[n] = NULL;
	return text;
}

static void
unknown_property(const struct yaml_doc *doc, const struct yaml_node *key, struct diag *diag)
{
	const char *names[MAX_PROPERTIES] = { NULL };
	struct diag_place place = yaml_place(doc, key);
	char *text = all_properties(names, MAX_PROPERTIES);
	const char *meant = text ? diag_suggest(key->text, names) : NULL;

	diag_add(diag, DIAG_ERROR, &place, "librdkafka has no property \"%.*s\"%s%s%s", (int)key->text.n, key->text.p,
	    meant ? " (did you mean \"" : "", meant ? meant : "", meant ? "\"?)" : "");
	free(text);
}

static void
set_property(rd_kafka_conf_t *conf, const struct yaml_doc *doc, const struct yaml_node *node, struct diag *diag)
{
	const char *why = why_refused(node->key->text.p);
	struct diag_place place = yaml_place(doc, why ? node->key : node);
	char error[512], *value;

	if (why) {
		diag_add(diag, DIAG_ERROR, &place, "the property \"%s\" cannot be set: %s", node->key->text.p, why);
		return;
	}
	value = property_value(doc, node, diag);
	if (!value)
		return;
	switch (rd_kafka_conf_set(conf, node->key->text.p, value, error, sizeof(error))) {
	case RD_KAFKA_CONF_OK:
		break;
	case RD_KAFKA_CONF_UNKNOWN:
		unknown_property(doc, node->key, diag);
		break;
	case RD_KAFKA_CONF_INVALID:
		diag_add(diag, DIAG_ERROR, &place, "%s", error);
		break;
	}
	free(value);
}

static void
set_own(rd_kafka_conf_t *conf, const char *name, const char *value, struct diag *diag)
{
	char error[512];

	if (rd_kafka_conf_set(conf, name, value, error, sizeof(error)) != RD_KAFKA_CONF_OK)
		diag_add(diag, DIAG_ERROR, NULL, "librdkafka does not take %s: %s", name, error);
}

/* librdkafka's own queue must hold all that ours lets through. */
static void
set_queue(rd_kafka_conf_t *conf, const struct kafka_config *c, struct diag *diag)
{
	int64_t messages = c->common.queue.limit * 2 + 2 * OUTPUT_BATCH, kbytes = c->common.queue.limit_bytes / 1024 * 2 + 65536;
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)(messages < 2147483647 ? messages : 2147483647));
	set_own(conf, "queue.buffering.max.messages", text, diag);
	snprintf(text, sizeof(text), "%lld", (long long)(kbytes < 2147483647 ? kbytes : 2147483647));
	set_own(conf, "queue.buffering.max.kbytes", text, diag);
}

rd_kafka_conf_t *
kafka_conf_make(const struct kafka_config *c, const struct yaml_doc *doc, struct diag *diag)
{
	static const struct yaml_doc nowhere = { .file = "netnorm.yaml" };
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	size_t errors = diag_errors(diag);
	char interval[32];

	if (!doc)
		doc = &nowhere;
	for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults); i++)
		set_own(conf, defaults[i].name, defaults[i].value, diag);
	set_queue(conf, c, diag);
	snprintf(interval, sizeof(interval), "%lld", (long long)c->statistics_ms);
	set_own(conf, "statistics.interval.ms", interval, diag);
	kafka_secure_set(&c->secure, conf, diag);
	if (c->properties && c->properties->kind != YAML_MAP) {
		struct diag_place place = yaml_place(doc, c->properties);

		diag_add(diag, DIAG_ERROR, &place, "properties is a map, not %s", yaml_kind_name(c->properties->kind));
	} else if (c->properties) {
		for (const struct yaml_node *node = c->properties->first; node; node = node->next)
			set_property(conf, doc, node, diag);
	}
	if (diag_errors(diag) > errors) {
		rd_kafka_conf_destroy(conf);
		conf = NULL;
	}
	return conf;
}

int
kafka_conf_set_brokers(rd_kafka_conf_t *conf, const struct kafka_config *c, char *error, size_t cap)
{
	size_t n = 1;
	char *list;
	int done;

	for (size_t i = 0; i < c->brokers.n; i++)
		n += strlen(c->brokers.items[i]) + 1;
	list = calloc(1, n);
	for (size_t i = 0; list && i < c->brokers.n; i++) {
		if (i > 0)
			strcat(list, ",");
		strcat(list, c->brokers.items[i]);
	}
	done = list && rd_kafka_conf_set(conf, "bootstrap.servers", list, error, cap) == RD_KAFKA_CONF_OK;
	if (!list)
		snprintf(error, cap, "no memory");
	free(list);
	return done ? 0 : -1;
}

/* ---- checks ---- */

static uint64_t
digest_of(rd_kafka_conf_t *conf)
{
	uint64_t h = 14695981039346656037u;
	const char **texts;
	size_t n;

	texts = rd_kafka_conf_dump(conf, &n);
	for (size_t i = 0; i + 1 < n; i += 2) {
		if (strcmp(texts[i], "default_topic_conf") == 0)        /* an address */
			continue;
		for (size_t at = i; at < i + 2; at++)
			for (const char *p = texts[at], *end = p + strlen(p) + 1; p < end; p++)
				h = (h ^ (unsigned char)*p) * 1099511628211u;
	}
	rd_kafka_conf_dump_free(texts, n);
	return h;
}

bool
kafka_conf_same(const struct output_config *a, const struct output_config *b)
{
	const struct kafka_config *ka = (const struct kafka_config *)a, *kb = (const struct kafka_config *)b;

	return ka->digest == kb->digest && tls_same(&ka->secure.tls, &kb->secure.tls);
}

static void
silent(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
	(void)rk;
	(void)level;
	(void)facility;
	(void)text;
}

/* What only shows when all properties stand together: a producer that has no brokers, so it connects nowhere. */
static void
check_together(rd_kafka_conf_t *conf, const struct diag_place *place, struct diag *diag)
{
	char error[512];
	rd_kafka_t *rk;

	rd_kafka_conf_set_log_cb(conf, silent);
	rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error));
	if (rk) {
		rd_kafka_destroy(rk);
		return;
	}
	rd_kafka_conf_destroy(conf);
	diag_add(diag, DIAG_ERROR, place, "librdkafka does not take these properties: %s", error);
}

static void
check_headers(const struct kafka_config *c, const struct diag_place *place, struct diag *diag)
{
	for (size_t i = 0; i < c->headers.n; i++) {
		const char *name = c->headers.items[i], *meant;
		bool known = false;

		for (int f = 0; f < KAFKA_FIELDS; f++)
			known = known || strcmp(name, kafka_field_names[f]) == 0;
		if (known)
			continue;
		meant = diag_suggest(span_str(name), kafka_field_names);
		diag_add(diag, DIAG_ERROR, place, "there is no header \"%s\"%s%s%s", name, meant ? " (did you mean \"" : "", meant ? meant : "",
		    meant ? "\"?)" : "");
	}
}

static struct diag_place
place_of(const struct yaml_doc *doc, const struct yaml_node *map, const char *key)
{
	const struct yaml_node *node = yaml_get(map, key);

	return yaml_place(doc, node ? node : map);
}

/* "host", "host:9092", "[2001:db8::1]:9092", perhaps with a protocol in front of it, as librdkafka takes them. */
static bool
is_broker(const char *text)
{
	const char *scheme = strstr(text, "://"), *host, *port;
	size_t n;

	host = scheme ? scheme + 3 : text;
	port = strrchr(host, ':');
	if (*host == '[')
		port = strchr(host, ']') ? strchr(strchr(host, ']'), ':') : NULL;
	n = port ? (size_t)(port - host) : strlen(host);
	if (n == 0 || strpbrk(host, " \t,/"))
		return false;
	return !port || (strlen(port) > 1 && strlen(port) < 7 && strspn(port + 1, "0123456789") == strlen(port + 1) && atoi(port + 1) > 0 && atoi(port + 1) < 65536);
}

static void
check_brokers(const struct kafka_config *c, const struct diag_place *place, struct diag *diag)
{
	if (c->brokers.n == 0)
		diag_add(diag, DIAG_ERROR, place, "brokers names none: at least one, as host:port");
	for (size_t i = 0; i < c->brokers.n; i++)
		if (!is_broker(c->brokers.items[i]))
			diag_add(diag, DIAG_ERROR, place, "\"%s\" is no broker: host:port, or host alone", c->brokers.items[i]);
}

int
kafka_conf_check(const struct output_config *config, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	const struct kafka_config *c = (const struct kafka_config *)config;
	struct diag_place place = place_of(doc, map, "topic");
	const struct yaml_node *topic = yaml_get(map, "topic");
	size_t errors = diag_errors(diag), offset;
	struct kafka_template template;
	rd_kafka_conf_t *conf;
	const char *fault;

	if (kafka_template_parse(&template, span_str(c->topic), &offset, &fault) == -1) {
		if (topic)
			place = yaml_place_in(doc, topic, offset, 1);
		diag_add(diag, DIAG_ERROR, &place, "\"%s\" is no topic: %s", c->topic, fault);
	}
	place = place_of(doc, map, "headers");
	check_headers(c, &place, diag);
	place = place_of(doc, map, "brokers");
	check_brokers(c, &place, diag);
	/* Its own, though the check changes nothing else: paths become whole, here and below digests are set. */
	kafka_secure_check(&((struct kafka_config *)(uintptr_t)c)->secure, doc, map, diag);
	conf = kafka_conf_make(c, doc, diag);
	if (conf && diag_errors(diag) > errors) {
		rd_kafka_conf_destroy(conf);
	} else if (conf) {
		((struct kafka_config *)(uintptr_t)c)->digest = digest_of(conf);
		place = place_of(doc, map, "properties");
		kafka_secure_warn(conf, &c->secure, &place, diag);
		check_together(conf, &place, diag);
	}
	return diag_errors(diag) > errors ? -1 : 0;
}

unsigned
kafka_conf_headers(const struct kafka_config *c)
{
	unsigned mask = 0;

	for (size_t i = 0; i < c->headers.n; i++)
		for (unsigned f = 0; f < KAFKA_FIELDS; f++)
			if (strcmp(c->headers.items[i], kafka_field_names[f]) == 0)
				mask |= 1u << f;
	return mask;
}
