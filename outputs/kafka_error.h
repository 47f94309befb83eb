/*
 * kafka_error: which of librdkafka's errors mean what for a record.
 */
#ifndef NETNORM_OUTPUTS_KAFKA_ERROR_H
#define NETNORM_OUTPUTS_KAFKA_ERROR_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>

/* The same record would meet it again for ever. */
bool kafka_error_is_permanent(rd_kafka_resp_err_t);
/* It meets all behind it, too: trying them could only break the order. */
bool kafka_error_is_for_all(rd_kafka_resp_err_t);
/* The cluster does not have this topic, or not this partition. */
bool kafka_error_is_no_topic(rd_kafka_resp_err_t);
/* It was taken back by us. */
bool kafka_error_is_purge(rd_kafka_resp_err_t);

#endif
