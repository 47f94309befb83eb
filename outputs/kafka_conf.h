/*
 * kafka_conf: the options of the output kind `kafka`, and librdkafka's properties made of them.
 */
#ifndef NETNORM_OUTPUTS_KAFKA_CONF_H
#define NETNORM_OUTPUTS_KAFKA_CONF_H

#include <librdkafka/rdkafka.h>

#include "outputs/kafka_secure.h"
#include "outputs/kafka_topic.h"
#include "outputs/output.h"

struct kafka_config {
	struct output_config common;
	struct schema_texts brokers;
	char *topic;                            /* a template */
	int64_t max_topics;
	int64_t topic_wait_ms;
	struct schema_texts headers;            /* of kafka_field_names */
	struct kafka_secure secure;
	int64_t statistics_ms;                  /* 0: none */
	const struct yaml_node *properties;     /* a map: librdkafka's name -> value */
	uint64_t digest;                        /* of all librdkafka's properties with what was read from files; set by kafka_conf_check() */
};

extern const struct schema_option kafka_options[];

/* As in struct output_kind.  Connects nowhere. */
int kafka_conf_check(const struct output_config *, const struct yaml_doc *, const struct yaml_node *, struct diag *);
/* As in struct output_kind. */
bool kafka_conf_same(const struct output_config *, const struct output_config *);
/*
 * What was checked, ready for rd_kafka_new(), without callbacks and without brokers; the caller's to destroy.  NULL with faults in
 * the diag.  `doc` may be NULL where the configuration has been checked before.
 */
rd_kafka_conf_t *kafka_conf_make(const struct kafka_config *, const struct yaml_doc *, struct diag *);
/* The brokers as librdkafka wants them; 0, or -1 with a text. */
int kafka_conf_set_brokers(rd_kafka_conf_t *, const struct kafka_config *, char *error, size_t cap);
/* Bit n: the field n goes out as a header. */
unsigned kafka_conf_headers(const struct kafka_config *);

#endif
