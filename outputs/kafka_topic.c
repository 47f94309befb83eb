/*
 * kafka_topic: knows Kafka's rule for names.  How many topics there can be is bounded, for values come from the wire.
 */
#include "outputs/kafka_topic.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"

const char *const kafka_field_names[] = {
	[KAFKA_OS] = "os", [KAFKA_ERROR] = "error", [KAFKA_DEVICE] = "device", [KAFKA_HOST] = "host", [KAFKA_SEVERITY] = "severity",
	[KAFKA_OUTCOME] = "outcome", [KAFKA_ID] = "id", [KAFKA_FORMAT] = "format", [KAFKA_FIELDS] = NULL,
};

struct span
kafka_field_of(const struct record *r, enum kafka_field field)
{
	static const char digits[] = "01234567";

	switch (field) {
	case KAFKA_OS:
		return r->os;
	case KAFKA_ERROR:
		return r->error;
	case KAFKA_DEVICE:
		return r->device;
	case KAFKA_HOST:
		return r->host;
	case KAFKA_SEVERITY:
		return span_of(&digits[r->level & 7], 1);
	case KAFKA_OUTCOME:
		return nevent_outcome_name((enum nevent_outcome)r->outcome);
	case KAFKA_ID:
		return r->id;
	case KAFKA_FORMAT:
	case KAFKA_FIELDS:
		break;
	}
	return SPAN_NONE;
}

static bool
is_legal(char c)
{
	return span_is_alpha(c) || span_is_digit(c) || c == '.' || c == '_' || c == '-';
}

static int
field_named(struct span name)
{
	for (int i = 0; i < KAFKA_TOPIC_FIELDS; i++)
		if (span_eq(name, span_str(kafka_field_names[i])))
			return i;
	return -1;
}

int
kafka_template_parse(struct kafka_template *t, struct span text, size_t *offset, const char **fault)
{
	size_t i = 0, start = 0;

	t->n = 0;
	for (*fault = NULL; !*fault; t->n++) {
		const char *close;

		while (i < text.n && is_legal(text.p[i]))
			i++;
		*offset = i;
		if (t->n == KAFKA_TOPIC_PARTS) {
			*fault = "there are too many fields";
			break;
		}
		t->parts[t->n].literal = span_of(text.p + start, i - start);
		t->parts[t->n].field = -1;
		if (i == text.n) {
			if (text.n == 0)
				*fault = "a topic has a name";
			t->n++;
			break;
		}
		close = text.p[i] == '{' ? memchr(text.p + i, '}', text.n - i) : NULL;
		if (text.p[i] != '{')
			*fault = "a topic has only letters, digits, '.', '_' and '-'";
		else if (!close)
			*fault = "there is a '{' without its '}'";
		else if ((t->parts[t->n].field = field_named(span_between(text.p + i + 1, close))) == -1)
			*fault = "there is no such field; there are os, error, device, host, severity and outcome";
		else
			start = i = (size_t)(close + 1 - text.p);
	}
	return *fault ? -1 : 0;
}

static size_t
put_literal(char *name, size_t n, struct span s)
{
	if (s.n > KAFKA_TOPIC_BYTES - n)
		s.n = KAFKA_TOPIC_BYTES - n;
	if (s.n > 0)
		memcpy(name + n, s.p, s.n);
	return n + s.n;
}

static size_t
put_value(char *name, size_t n, struct span s)
{
	if (s.n == 0)
		s = SPAN_LIT("none");
	for (size_t i = 0; i < s.n && n < KAFKA_TOPIC_BYTES; i++)
		name[n++] = is_legal(s.p[i]) ? s.p[i] : '_';
	return n;
}

size_t
kafka_template_name(const struct kafka_template *t, const struct record *r, char name[KAFKA_TOPIC_BYTES + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		n = put_literal(name, n, t->parts[i].literal);
		if (t->parts[i].field != -1)
			n = put_value(name, n, r ? kafka_field_of(r, (enum kafka_field)t->parts[i].field) : SPAN_LIT("other"));
	}
	if (n <= 2 && memcmp(name, "..", n) == 0)
		memset(name, '_', n);
	name[n] = '\0';
	return n;
}

/* ---- handles ---- */

int
kafka_topics_init(struct kafka_topics *t, const struct kafka_template *template, size_t max)
{
	size_t n = 4;

	while (n < 2 * max)
		n *= 2;
	*t = (struct kafka_topics){ .template = template, .max = max, .mask = n - 1 };
	t->slots = calloc(n, sizeof(*t->slots));
	return t->slots ? 0 : -1;
}

static void
close_topic(struct kafka_topic *topic)
{
	if (topic->handle)
		rd_kafka_topic_destroy(topic->handle);
	topic->handle = NULL;
	topic->unknown_ns = 0;
}

void
kafka_topics_use(struct kafka_topics *t, rd_kafka_t *rk)
{
	for (size_t i = 0; t->slots && i <= t->mask; i++)
		close_topic(&t->slots[i]);
	close_topic(&t->other);
	t->last = NULL;
	t->n = t->unknown = 0;
	t->rk = rk;
}

void
kafka_topics_fini(struct kafka_topics *t)
{
	kafka_topics_use(t, NULL);
	free(t->slots);
	t->slots = NULL;
}

static uint32_t
hash_of(const char *name, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)name[i]) * 16777619u;
	return h;
}

/* True if librdkafka gives a handle, whose opaque the topic is. */
static bool
open_topic(struct kafka_topics *t, struct kafka_topic *topic, const char *name)
{
	rd_kafka_topic_conf_t *conf = rd_kafka_default_topic_conf_dup(t->rk);

	rd_kafka_topic_conf_set_opaque(conf, topic);
	topic->handle = rd_kafka_topic_new(t->rk, name, conf);
	if (topic->handle)
		atomic_fetch_add_explicit(&t->opened, 1, memory_order_relaxed);
	else
		log_once_a(10, LOG_LEVEL_ERROR, "cannot use the topic %s: %s", name, rd_kafka_err2str(rd_kafka_last_error()));
	return topic->handle != NULL;
}

/* The topic of all that are one too many. */
static struct kafka_topic *
get_other(struct kafka_topics *t, const char *wanted)
{
	char name[KAFKA_TOPIC_BYTES + 1];

	kafka_template_name(t->template, NULL, name);
	log_once_a(60, LOG_LEVEL_WARNING, "there are %zu topics, the most allowed (max_topics): events for %s go to %s", t->max, wanted, name);
	return t->other.handle || open_topic(t, &t->other, name) ? &t->other : NULL;
}

struct kafka_topic *
kafka_topics_get(struct kafka_topics *t, const struct record *r)
{
	char name[KAFKA_TOPIC_BYTES + 1];
	size_t n = kafka_template_name(t->template, r, name), i;
	struct kafka_topic *topic;
	uint32_t hash;

	if (t->last && t->last->n == n && memcmp(t->last->name, name, n) == 0)
		return t->last;
	hash = hash_of(name, n);
	for (i = hash & t->mask; t->slots[i].handle; i = (i + 1) & t->mask) {
		topic = &t->slots[i];
		if (topic->hash == hash && topic->n == n && memcmp(topic->name, name, n) == 0)
			return t->last = topic;
	}
	if (t->n >= t->max)
		return get_other(t, name);
	topic = &t->slots[i];
	if (!open_topic(t, topic, name))
		return NULL;
	topic->hash = hash;
	topic->n = (uint8_t)n;
	memcpy(topic->name, name, n + 1);
	t->n++;
	return t->last = topic;
}

uint32_t
kafka_topics_hash(const struct kafka_topics *t, const struct record *r)
{
	char name[KAFKA_TOPIC_BYTES + 1];

	return hash_of(name, kafka_template_name(t->template, r, name));
}

int64_t
kafka_topics_is_unknown(struct kafka_topics *t, struct kafka_topic *topic)
{
	if (topic->unknown_ns == 0) {
		topic->unknown_ns = clock_monotonic_ns();
		t->unknown++;
	}
	return topic->unknown_ns;
}

void
kafka_topics_is_known(struct kafka_topics *t, struct kafka_topic *topic)
{
	if (topic->unknown_ns != 0) {
		topic->unknown_ns = 0;
		t->unknown--;
	}
}
