/*
 * Fatal errors of the idempotent producer, as the cluster causes them and as librdkafka's own test function does, in the producer that the output made: rd_kafka_new()
 * here stands in front of the library's.
 */
#include <dlfcn.h>
#include <stdlib.h>

#include "tests/outputs/mock_kafka.h"

#define INIT_PRODUCER_ID 22     /* ApiKey */

static _Atomic(rd_kafka_t *) latest;    /* the last producer that was made */
static _Atomic unsigned made;

rd_kafka_t *
rd_kafka_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, char *text, size_t n)
{
	rd_kafka_t *(*real)(rd_kafka_type_t, rd_kafka_conf_t *, char *, size_t);
	void *symbol = dlsym(RTLD_NEXT, "rd_kafka_new");
	rd_kafka_t *rk;

	memcpy(&real, &symbol, sizeof(real));
	rk = real(type, conf, text, n);
	if (type == RD_KAFKA_PRODUCER) {
		latest = rk;
		made++;
	}
	return rk;
}

TestSuite(kafka_fatal, .init = setup, .fini = teardown, .timeout = 120);

/* The latest producer's end, which it learns of only later. */
static void
kill_producer(void)
{
	cr_expect_eq(rd_kafka_test_fatal_error(latest, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "a test"), RD_KAFKA_RESP_ERR_NO_ERROR);
}

/* All of them at least once, in order where they are for the first time. */
static void
expect_none_lost(const char *topic, unsigned n)
{
	unsigned lost = 0;

	consume(&seen, topic, UINT32_MAX, 3000);
	for (unsigned i = 0; i < n; i++)
		lost += seen.count[i] == 0;
	cr_expect_eq(lost, 0, "%u lost", lost);
	cr_expect_eq(seen.late, 0, "%u out of order", seen.late);
	cr_expect_eq(seen.wrong_key, 0);
}

/* An idempotent producer that the cluster tells it is out of sequence cannot go on. */
Test(kafka_fatal, a_new_producer_sends_what_was_in_flight)
{
	struct output *o;

	create("netnorm.ios");
	o = open_kafka("");
	offer(o, 0, 10, "ios");
	SAMPLE_WAIT(20000, all_delivered(o, 10));
	rd_kafka_mock_push_request_errors(cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH);
	rd_kafka_mock_push_request_errors(cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
	offer(o, 10, 500, "ios");
	SAMPLE_WAIT(20000, all_delivered(o, 510));
	cr_expect_eq(sample_stats(o).delivered, 510);
	cr_expect_eq(sample_stats(o).queued, 0);
	expect_close(o, 1000, 0);
	expect_none_lost("netnorm.ios", 510);
}

Test(kafka_fatal, an_error_of_which_only_the_library_knows_is_survived_and_counted)
{
	struct output *o;
	unsigned before;

	create("netnorm.ios");
	o = open_kafka("");
	before = made;
	offer(o, 0, 100, "ios");
	SAMPLE_WAIT(20000, all_delivered(o, 100));
	kill_producer();
	SAMPLE_WAIT(5000, own_stat(o, "kafka_fatals") == 1);
	cr_expect_eq(own_stat(o, "kafka_fatals"), 1);
	offer(o, 100, 100, "ios");
	SAMPLE_WAIT(20000, all_delivered(o, 200));
	cr_expect_eq(sample_stats(o).delivered, 200);
	cr_expect_eq(own_stat(o, "kafka_fatals"), 1);
	cr_expect_eq(made, before + 1);
	cr_expect(sample_stats(o).up);
	expect_close(o, 1000, 0);
	expect_all("netnorm.ios", 0, 200);
}

/* What is in flight comes back although nothing new is offered; the cluster does not answer. */
Test(kafka_fatal, what_flies_comes_back_and_waits)
{
	struct output *o;

	create("netnorm.ios");
	o = open_kafka(", properties: {reconnect.backoff.max.ms: 200}");
	offer(o, 0, 10, "ios");
	SAMPLE_WAIT(20000, all_delivered(o, 10));
	rd_kafka_mock_broker_set_rtt(cluster, 1, 5000);
	offer(o, 10, 300, "ios");
	sample_sleep_ms(300);
	cr_expect_eq(sample_stats(o).retried, 0);
	kill_producer();
	SAMPLE_WAIT(3000, sample_stats(o).retried == 300);
	cr_expect_eq(sample_stats(o).retried, 300);
	cr_expect_eq(sample_stats(o).queued, 300);
	cr_expect_not(sample_stats(o).up);
	rd_kafka_mock_broker_set_rtt(cluster, 1, 0);
	SAMPLE_WAIT(30000, all_delivered(o, 310));
	cr_expect_eq(sample_stats(o).delivered, 310);
	cr_expect(sample_stats(o).up);
	expect_close(o, 1000, 0);
	expect_none_lost("netnorm.ios", 310);
}

Test(kafka_fatal, one_after_the_other_under_load_costs_nothing_but_repetitions)
{
	unsigned offered = 0;
	struct output_stats s;
	struct output *o;

	create("netnorm.ios");
	o = open_kafka(", properties: {linger.ms: 5}");
	for (unsigned round = 0; round < 8; round++) {
		unsigned before = made;

		for (unsigned i = 0; i < 10; i++) {
			offer(o, offered, 100, "ios");
			offered += 100;
			sample_sleep_ms(5);
		}
		kill_producer();
		offer(o, offered, 200, "ios");
		offered += 200;
		SAMPLE_WAIT(10000, made > before);
	}
	SAMPLE_WAIT(30000, all_delivered(o, offered));
	s = sample_stats(o);
	cr_expect_eq(s.delivered, offered);
	cr_expect_eq(own_stat(o, "kafka_fatals"), 8);
	cr_expect_eq(sample_dropped(&s), 0);
	expect_close(o, 1000, 0);
	expect_none_lost("netnorm.ios", offered);
}

Test(kafka_fatal, a_stop_delivers_what_came_back)
{
	struct output *o;

	create("netnorm.ios");
	o = open_kafka(", properties: {linger.ms: 500}");
	offer(o, 0, 200, "ios");
	sample_sleep_ms(100);
	kill_producer();
	expect_close(o, 20000, 0);
	expect_none_lost("netnorm.ios", 200);
}

/* Each producer is refused when it asks who it is; between them is the back-off. */
Test(kafka_fatal, a_cluster_that_lets_no_producer_in_is_asked_again_and_again)
{
	struct output_stats s;
	struct output *o;
	unsigned before;

	create("netnorm.ios");
	rd_kafka_mock_push_request_errors(cluster, INIT_PRODUCER_ID, 3, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
	    RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED);
	o = open_kafka("");
	before = made;
	offer(o, 0, 200, "ios");
	SAMPLE_WAIT(30000, all_delivered(o, 200));
	s = sample_stats(o);
	cr_expect_eq(s.delivered, 200);
	cr_expect_eq(sample_dropped(&s), 0);
	cr_expect_eq(own_stat(o, "kafka_fatals"), 3);
	cr_expect_eq(made, before + 3);
	expect_close(o, 1000, 0);
	expect_all("netnorm.ios", 0, 200);
}
