/*
 * kafka_topic: which topic a record goes to: a template such as `netnorm.{os}`, and the handles of the topics that came of it.
 *
 * A topic's name has only letters, digits, '.', '_' and '-' and at most 249 bytes (Kafka's Topic.validate()).  Values that have others
 * get '_' in their place; a name that would be "." or ".." becomes "_" or "__".
 */
#ifndef NETNORM_OUTPUTS_KAFKA_TOPIC_H
#define NETNORM_OUTPUTS_KAFKA_TOPIC_H

#include <librdkafka/rdkafka.h>

#include "outputs/record.h"

#define KAFKA_TOPIC_BYTES 249
#define KAFKA_TOPIC_PARTS 16

enum kafka_field {
	KAFKA_OS, KAFKA_ERROR, KAFKA_DEVICE, KAFKA_HOST, KAFKA_SEVERITY, KAFKA_OUTCOME, KAFKA_ID, KAFKA_FORMAT,
	KAFKA_FIELDS,
	KAFKA_TOPIC_FIELDS = KAFKA_ID           /* those before it may stand in a topic, all in headers */
};
/* NULL-terminated. */
extern const char *const kafka_field_names[];
/* A field of a record; `host` may be absent.  KAFKA_FORMAT is not the record's alone: the caller's. */
struct span kafka_field_of(const struct record *, enum kafka_field);

struct kafka_template {
	struct {
		struct span literal;            /* in front of the field; borrowed from the text */
		int field;                      /* enum kafka_field, -1: none */
	} parts[KAFKA_TOPIC_PARTS];
	size_t n;
};

/* 0, or -1 with the byte where the fault is and what it is (static text). `text` must outlive the template. */
int kafka_template_parse(struct kafka_template *, struct span text, size_t *offset, const char **fault);
/* The name for a record, NUL behind it; its length. With NULL: the one where each field is the word "other". */
size_t kafka_template_name(const struct kafka_template *, const struct record *, char name[KAFKA_TOPIC_BYTES + 1]);

/* One that the template gave, or the one for all above the most allowed. */
struct kafka_topic {
	rd_kafka_topic_t *handle;               /* NULL: the slot is free */
	int64_t unknown_ns;                     /* since when the cluster has said that it has no such topic; 0: it has not */
	uint32_t hash;
	uint8_t n;
	char name[KAFKA_TOPIC_BYTES + 1];
};

struct kafka_topics {
	rd_kafka_t *rk;
	const struct kafka_template *template;
	struct kafka_topic *slots;              /* a hash table, half empty */
	size_t mask;
	struct kafka_topic *last;
	size_t n, max;
	size_t unknown;                         /* how many have unknown_ns */
	_Atomic uint64_t opened;
	struct kafka_topic other;               /* for all above `max`; without a handle until needed */
};

/* Handles are made when a topic is first needed.  0, or -1 with errno ENOMEM. */
int kafka_topics_init(struct kafka_topics *, const struct kafka_template *, size_t max);
/* For another producer: begins anew with no topics, but goes on counting how many were opened. */
void kafka_topics_use(struct kafka_topics *, rd_kafka_t *);
void kafka_topics_fini(struct kafka_topics *);
/* Borrowed; NULL if librdkafka does not give one (told in the log).  It is the opaque of its handle. */
struct kafka_topic *kafka_topics_get(struct kafka_topics *, const struct record *);
/* The cluster has no such topic: since when it has said so. / It has it. */
int64_t kafka_topics_is_unknown(struct kafka_topics *, struct kafka_topic *);
void kafka_topics_is_known(struct kafka_topics *, struct kafka_topic *);
/* Of the name, 32 bits. */
uint32_t kafka_topics_hash(const struct kafka_topics *, const struct record *);

#endif
