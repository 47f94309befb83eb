#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/outputs/mock_kafka.h"

TestSuite(kafka, .init = setup, .fini = teardown, .timeout = 60);

Test(kafka, what_is_delivered_is_there_once_and_in_order_for_each_key)
{
	struct output *o;

	create("netnorm.ios");
	o = open_kafka("");
	offer(o, 0, 5000, "ios");
	SAMPLE_WAIT(20000, all_delivered(o, 5000));
	cr_expect_eq(sample_stats(o).delivered, 5000);
	cr_expect_eq(sample_stats(o).sent, 0);
	cr_expect_eq(sample_stats(o).queued, 0);
	cr_expect_eq(own_stat(o, "kafka_topics"), 1);
	expect_close(o, 1000, 0);
	expect_all("netnorm.ios", 0, 5000);
}

Test(kafka, each_os_has_its_topic)
{
	struct output *o;

	create("netnorm.ios");
	create("netnorm.eos");
	o = open_kafka(", headers: [os, error, format, id]");
	for (unsigned i = 0; i < 100; i++)
		offer(o, i, 1, i % 3 ? "ios" : "eos");
	SAMPLE_WAIT(20000, all_delivered(o, 100));
	expect_close(o, 1000, 0);
	consume(&seen, "netnorm.eos", 34, 10000);
	cr_expect_eq(seen.n, 34);
	cr_expect_eq(seen.back, 0);
	cr_expect(strstr(seen.headers, "os=eos error=INTERFACE_DOWN id=000000000000000000000000000000") == seen.headers &&
	    strstr(seen.headers, " format=native "), "%s", seen.headers);
	consume(&seen, "netnorm.ios", 66, 10000);
	cr_expect_eq(seen.n, 66);
	cr_expect_eq(strncmp(seen.headers, "os=ios error=", 13), 0, "%s", seen.headers);
	cr_expect_eq(seen.wrong_key, 0);
}

Test(kafka, over_max_topics_events_go_to_the_topic_for_others)
{
	struct output *o;

	create("netnorm.a");
	create("netnorm.other");
	o = open_kafka(", max_topics: 1");
	offer(o, 0, 10, "a");
	offer(o, 10, 10, "b");
	offer(o, 20, 10, "c");
	SAMPLE_WAIT(20000, all_delivered(o, 30));
	cr_expect_eq(own_stat(o, "kafka_topics_over"), 20);
	expect_close(o, 1000, 0);
	expect_all("netnorm.other", 10, 20);
}

Test(kafka, a_broker_that_was_gone_gets_what_waited_in_order)
{
	struct output *o;

	create("netnorm.ios");
	o = open_kafka(", properties: {reconnect.backoff.max.ms: 200}");
	offer(o, 0, 1000, "ios");
	SAMPLE_WAIT(20000, all_delivered(o, 1000));
	rd_kafka_mock_broker_set_down(cluster, 1);
	offer(o, 1000, 3000, "ios");
	sample_sleep_ms(1500);
	cr_expect_eq(sample_stats(o).queued, 3000);
	cr_expect_not(sample_stats(o).up);
	rd_kafka_mock_broker_set_up(cluster, 1);
	offer(o, 4000, 1000, "ios");
	SAMPLE_WAIT(20000, all_delivered(o, 5000));
	cr_expect(sample_stats(o).up);
	expect_close(o, 1000, 0);
	expect_all("netnorm.ios", 0, 5000);
}

Test(kafka, errors_that_pass_are_tried_again)
{
	struct output *o;

	create("netnorm.ios");
	o = open_kafka("");
	rd_kafka_mock_push_request_errors(cluster, PRODUCE, 5, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
	    RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND);
	offer(o, 0, 2000, "ios");
	SAMPLE_WAIT(20000, all_delivered(o, 2000));
	cr_expect_eq(sample_stats(o).delivered, 2000);
	expect_close(o, 1000, 0);
	expect_all("netnorm.ios", 0, 2000);
}

Test(kafka, what_the_broker_refuses_for_good_is_dropped_as_refused)
{
	struct output *o;
	struct output_stats s;

	create("netnorm.ios");
	o = open_kafka("");
	offer(o, 0, 10, "ios");
	SAMPLE_WAIT(20000, all_delivered(o, 10));
	rd_kafka_mock_push_request_errors(cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_POLICY_VIOLATION);
	offer(o, 10, 1, "ios");
	SAMPLE_WAIT(20000, sample_stats(o).queued == 0);
	s = sample_stats(o);
	cr_expect_eq(s.dropped[OUTPUT_DROP_REFUSED][3], 1);
	sample_sleep_ms(1500);          /* librdkafka asks for the topic anew */
	offer(o, 20, 10, "ios");
	SAMPLE_WAIT(20000, all_delivered(o, 20));
	cr_expect_eq(sample_stats(o).delivered, 20);
	expect_close(o, 1000, 0);
}

/* Until the ACL is set. */
Test(kafka, what_we_may_not_write_waits_until_we_may)
{
	struct output *o;

	create("netnorm.ios");
	o = open_kafka("");
	offer(o, 0, 10, "ios");
	SAMPLE_WAIT(20000, all_delivered(o, 10));
	rd_kafka_mock_push_request_errors(cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
	offer(o, 10, 10, "ios");
	SAMPLE_WAIT(30000, all_delivered(o, 20));
	cr_expect_eq(sample_stats(o).delivered, 20);
	cr_expect_geq(sample_stats(o).retried, 1);
	expect_close(o, 1000, 0);
	expect_all("netnorm.ios", 0, 20);
}

Test(kafka, a_topic_that_is_not_there_holds_up_no_other_and_is_given_up)
{
	struct output *o;

	create("netnorm.ios");
	rd_kafka_mock_topic_set_error(cluster, "netnorm.lost", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
	o = open_kafka(", topic_wait: 6s, queue: {limit: 1000}, properties: {topic.metadata.propagation.max.ms: 300}");
	offer(o, 0, 100, "lost");
	SAMPLE_WAIT(20000, sample_stats(o).retried >= 100);
	for (unsigned i = 0; i < 10; i++) {
		offer(o, 100 + 500 * i, 500, "ios");
		SAMPLE_WAIT(5000, all_delivered(o, 500 * (i + 1)));
	}
	cr_expect_eq(sample_stats(o).delivered, 5000);
	cr_expect_eq(sample_stats(o).queued, 100);
	SAMPLE_WAIT(20000, sample_stats(o).queued == 0);
	cr_expect_eq(sample_stats(o).dropped[OUTPUT_DROP_REFUSED][3], 100);
	offer(o, 5100, 10, "lost");
	SAMPLE_WAIT(5000, sample_stats(o).queued == 0);
	cr_expect_eq(sample_stats(o).dropped[OUTPUT_DROP_REFUSED][3], 110);
	expect_close(o, 1000, 0);
	expect_all("netnorm.ios", 100, 5000);
}

Test(kafka, a_topic_that_comes_later_gets_what_waited_in_order)
{
	struct output *o;

	rd_kafka_mock_topic_set_error(cluster, "netnorm.late", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
	o = open_kafka(", properties: {topic.metadata.propagation.max.ms: 100, topic.metadata.refresh.interval.ms: 300}");
	for (unsigned i = 0; i < 10; i++) {
		offer(o, 100 * i, 100, "late");
		if (i == 5)
			rd_kafka_mock_topic_set_error(cluster, "netnorm.late", RD_KAFKA_RESP_ERR_NO_ERROR);
		sample_sleep_ms(300);
	}
	SAMPLE_WAIT(30000, all_delivered(o, 1000));
	cr_expect_eq(sample_stats(o).delivered, 1000);
	cr_expect_gt(sample_stats(o).retried, 0);
	expect_close(o, 1000, 0);
	expect_all("netnorm.late", 0, 1000);
}

Test(kafka, a_record_too_large_for_the_producer_is_refused_and_the_rest_goes_on)
{
	struct output *o;

	create("netnorm.ios");
	create("netnorm.big");
	o = open_kafka(", properties: {message.max.bytes: 1000}");
	offer(o, 0, 5, "ios");
	{
		char device[900];
		struct record *r;

		memset(device, 'x', sizeof(device) - 1);
		device[sizeof(device) - 1] = '\0';
		r = sample_record(5, 2, device, "ios");
		output_offer(o, 0, r);
		record_unref(&r);
	}
	offer(o, 6, 4, "ios");
	SAMPLE_WAIT(20000, sample_stats(o).queued == 0);
	cr_expect_eq(sample_stats(o).delivered, 9);
	cr_expect_eq(sample_stats(o).dropped[OUTPUT_DROP_REFUSED][2], 1);
	expect_close(o, 1000, 0);
}

Test(kafka, a_stop_sends_what_lingers)
{
	struct output *o;

	create("netnorm.ios");
	o = open_kafka(", properties: {linger.ms: 30000}");
	offer(o, 0, 100, "ios");
	sample_sleep_ms(300);
	cr_expect_eq(sample_stats(o).queued, 100);
	expect_close(o, 10000, 0);
	expect_all("netnorm.ios", 0, 100);
}

Test(kafka, what_cannot_be_sent_by_the_deadline_is_counted)
{
	int64_t start;
	struct output *o;

	create("netnorm.ios");
	o = open_kafka("");
	offer(o, 0, 10, "ios");
	SAMPLE_WAIT(20000, all_delivered(o, 10));
	rd_kafka_mock_broker_set_down(cluster, 1);
	offer(o, 10, 50, "ios");
	sample_sleep_ms(200);
	start = clock_monotonic_ns();
	expect_close(o, 300, 50);
	cr_expect_lt(clock_monotonic_ns() - start, INT64_C(3000000000));
}

Test(kafka, a_small_queue_of_librdkafka_only_slows_it_down)
{
	struct output *o;

	create("netnorm.ios");
	o = open_kafka(", properties: {queue.buffering.max.messages: 50, linger.ms: 1}");
	offer(o, 0, 1000, "ios");
	SAMPLE_WAIT(30000, all_delivered(o, 1000));
	cr_expect_eq(sample_stats(o).delivered, 1000);
	cr_expect_eq(sample_stats(o).retried, 0);
	expect_close(o, 1000, 0);
	expect_all("netnorm.ios", 0, 1000);
}

Test(kafka, no_broker_at_all_is_no_fault_of_opening)
{
	struct output_configs configs;
	struct yaml_doc *doc;
	struct output *o;

	cr_assert_eq(sample_configs("- {kind: kafka, brokers: ['127.0.0.1:1'], topic: t}", &doc, &configs), 0);
	o = output_open(configs.items[0], 1, false, NULL);
	cr_assert_not_null(o);
	output_configs_fini(&configs);
	yaml_doc_free(&doc);
	offer(o, 0, 3, "ios");
	SAMPLE_WAIT(5000, !sample_stats(o).up);
	cr_expect_not(sample_stats(o).up);
	expect_close(o, 100, 3);
}

/* It takes connections and says nothing. */
Test(kafka, a_broker_that_does_not_answer_holds_up_no_stop)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t n = sizeof(address);
	struct output_configs configs;
	struct yaml_doc *doc;
	struct output *o;
	char yaml[128];
	int64_t start;

	cr_assert_eq(bind(fd, (struct sockaddr *)&address, n), 0);
	cr_assert_eq(listen(fd, 8), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &n), 0);
	snprintf(yaml, sizeof(yaml), "- {kind: kafka, brokers: ['127.0.0.1:%u'], topic: t}", (unsigned)ntohs(address.sin_port));
	cr_assert_eq(sample_configs(yaml, &doc, &configs), 0);
	o = output_open(configs.items[0], 1, false, NULL);
	cr_assert_not_null(o);
	output_configs_fini(&configs);
	yaml_doc_free(&doc);
	offer(o, 0, 20, "ios");
	sample_sleep_ms(300);
	output_stop(o, sample_in_ms(60000));
	sample_sleep_ms(100);
	start = clock_monotonic_ns();
	output_stop(o, start);          /* a second signal */
	expect_close(o, 0, 20);
	cr_expect_lt(clock_monotonic_ns() - start, INT64_C(2500000000));
	close(fd);
}
