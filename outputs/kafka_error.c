/*
 * kafka_error: knows librdkafka's own errors (RD_KAFKA_RESP_ERR__*) and the protocol's.
 */
#include "outputs/kafka_error.h"

#include <stddef.h>

/* Not so what we may not do: an ACL that is missing is set some time, and no event is lost for it. */
bool
kafka_error_is_permanent(rd_kafka_resp_err_t error)
{
	static const rd_kafka_resp_err_t permanent[] = {
		RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_MSG, RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE,
		RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION,
		RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, RD_KAFKA_RESP_ERR_INVALID_RECORD, RD_KAFKA_RESP_ERR_POLICY_VIOLATION,
		RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT, RD_KAFKA_RESP_ERR__INVALID_ARG,
	};

	for (size_t i = 0; i < sizeof(permanent) / sizeof(*permanent); i++)
		if (permanent[i] == error)
			return true;
	return false;
}

bool
kafka_error_is_for_all(rd_kafka_resp_err_t error)
{
	return error == RD_KAFKA_RESP_ERR__QUEUE_FULL || error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC || error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

bool
kafka_error_is_no_topic(rd_kafka_resp_err_t error)
{
	return error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC || error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
	       error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

bool
kafka_error_is_purge(rd_kafka_resp_err_t error)
{
	return error == RD_KAFKA_RESP_ERR__PURGE_QUEUE || error == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
}
