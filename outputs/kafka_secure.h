/*
 * kafka_secure: TLS and SASL towards the brokers: our options, and librdkafka's properties made of them.
 */
#ifndef NETNORM_OUTPUTS_KAFKA_SECURE_H
#define NETNORM_OUTPUTS_KAFKA_SECURE_H

#include <librdkafka/rdkafka.h>

#include "outputs/tls.h"

struct kafka_secure {
	struct tls_config tls;
	int sasl_mechanism;                     /* index in kafka_mechanism_names */
	char *sasl_username, *sasl_password;
};

/* As librdkafka's sasl.mechanism has them; the first is none at all. */
extern const char *const kafka_mechanism_names[];

/* Faults in the options by themselves, and in what `map`, the output's, says twice.  As a kind's check(). */
int kafka_secure_check(struct kafka_secure *, const struct yaml_doc *, const struct yaml_node *map, struct diag *);
/* Into a configuration that has no properties of the operator's yet; those that librdkafka does not take are faults. */
void kafka_secure_set(const struct kafka_secure *, rd_kafka_conf_t *, struct diag *);
/* What became of it with the operator's properties: what protects less than it seems is a warning. */
void kafka_secure_warn(const rd_kafka_conf_t *, const struct kafka_secure *, const struct diag_place *, struct diag *);
/* A word more on an error of librdkafka's, to stand behind it; "" if there is none. */
const char *kafka_secure_hint(rd_kafka_resp_err_t, const char *text);

#endif
