#include <criterion/criterion.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/outputs/sample.h"

#define PARTITIONS 4
#define PRODUCE 0               /* ApiKey */

/* The cluster lives in a client of its own; nothing leaves this machine, nor this process. */
static rd_kafka_t *host;
static rd_kafka_mock_cluster_t *cluster;

static void
setup(void)
{
	char error[256];

	rd_kafka_conf_t *conf = rd_kafka_conf_new();

	rd_kafka_conf_set(conf, "log_level", "3", NULL, 0);
	host = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error));
	cr_assert_not_null(host, "%s", error);
	cluster = rd_kafka_mock_cluster_new(host, 1);
	cr_assert_not_null(cluster);
}

static void
teardown(void)
{
	rd_kafka_mock_cluster_destroy(cluster);
	rd_kafka_destroy(host);
}

TestSuite(kafka, .init = setup, .fini = teardown, .timeout = 60);

static void
create(const char *topic)
{
	cr_assert_eq(rd_kafka_mock_topic_create(cluster, topic, PARTITIONS, 1), RD_KAFKA_RESP_ERR_NO_ERROR);
}

static struct output *
open_kafka(const char *more)
{
	struct output_configs configs;
	struct yaml_doc *doc;
	struct output *o;
	char yaml[512];

	snprintf(yaml, sizeof(yaml), "- {name: k, kind: kafka, brokers: ['%s'], topic: 'netnorm.{os}'%s}", rd_kafka_mock_cluster_bootstraps(cluster), more);
	cr_assert_eq(sample_configs(yaml, &doc, &configs), 0);
	o = output_open(configs.items[0], 1, false, NULL);
	cr_assert_not_null(o);
	output_configs_fini(&configs);
	yaml_doc_free(&doc);
	return o;
}

/* Serial numbers from `first` on, round about over ten devices. */
static void
offer(struct output *o, unsigned first, unsigned n, const char *os)
{
	for (unsigned i = first; i < first + n; i++) {
		char device[16];
		struct record *r;

		snprintf(device, sizeof(device), "edge%u", i % 10);
		r = sample_record(i, 3, device, os);
		output_offer(o, 0, r);
		record_unref(&r);
	}
	output_wake(o);
}

static bool
all_delivered(const struct output *o, unsigned n)
{
	struct output_stats s = sample_stats(o);

	return s.delivered == n;
}

/* What a consumer saw of a topic. */
struct seen {
	unsigned n;
	unsigned count[20000];          /* by serial number */
	unsigned last[10];              /* of each device, plus one */
	unsigned back;                  /* how often a device's number went back */
	unsigned wrong_key;
	char header[64];                /* of the last message: its header "os" */
	size_t nheaders;
};

static void
see(struct seen *seen, const rd_kafka_message_t *m)
{
	unsigned serial = sample_serial(span_of(m->payload, m->len)), device = serial % 10;
	rd_kafka_headers_t *headers;
	const void *value;
	size_t n;
	char key[16];

	snprintf(key, sizeof(key), "edge%u", device);
	seen->wrong_key += !span_eq(span_of(m->key, m->key_len), span_str(key));
	seen->n++;
	seen->count[serial]++;
	seen->back += serial + 1 <= seen->last[device];
	seen->last[device] = serial + 1;
	if (rd_kafka_message_headers(m, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
		seen->nheaders = rd_kafka_header_cnt(headers);
		if (rd_kafka_header_get_last(headers, "os", &value, &n) == RD_KAFKA_RESP_ERR_NO_ERROR)
			snprintf(seen->header, sizeof(seen->header), "%.*s", (int)n, (const char *)value);
	}
}

/* Reads until `n` messages came, or for `ms` when there are none. */
static void
consume(struct seen *seen, const char *topic, unsigned n, int ms)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char error[256];
	rd_kafka_t *rk;
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(PARTITIONS);
	int64_t end = sample_in_ms(ms);

	memset(seen, 0, sizeof(*seen));
	rd_kafka_conf_set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(cluster), NULL, 0);
	rd_kafka_conf_set(conf, "group.id", "test", NULL, 0);
	rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof(error));
	cr_assert_not_null(rk, "%s", error);
	for (int p = 0; p < PARTITIONS; p++)
		rd_kafka_topic_partition_list_add(list, topic, p)->offset = RD_KAFKA_OFFSET_BEGINNING;
	rd_kafka_assign(rk, list);
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_poll_set_consumer(rk);
	while (seen->n < n && clock_monotonic_ns() < end) {
		rd_kafka_message_t *m = rd_kafka_consumer_poll(rk, 100);

		if (m && !m->err)
			see(seen, m);
		if (m)
			rd_kafka_message_destroy(m);
	}
	rd_kafka_destroy(rk);
}

static struct seen seen;

static void
expect_all(const char *topic, unsigned first, unsigned n)
{
	unsigned lost = 0, twice = 0;

	consume(&seen, topic, n, 20000);
	for (unsigned i = first; i < first + n; i++) {
		lost += seen.count[i] == 0;
		twice += seen.count[i] > 1;
	}
	cr_expect_eq(lost, 0, "%u lost", lost);
	cr_expect_eq(twice, 0, "%u there twice", twice);
	cr_expect_eq(seen.back, 0, "%u out of order", seen.back);
	cr_expect_eq(seen.wrong_key, 0);
}

static void
expect_close(struct output *o, int64_t ms, uint64_t left)
{
	struct output_stats s = sample_stats(o);

	cr_expect_eq(sample_imbalance(&s), 0);
	cr_expect_eq(output_close(&o, sample_in_ms(ms)), left);
}

static uint64_t own;

static void
find_own(void *arg, const char *name, const char *help, uint64_t value)
{
	(void)help;
	if (strcmp(name, arg) == 0)
		own = value;
}

static uint64_t
own_stat(const struct output *o, const char *name)
{
	own = UINT64_MAX;
	output_stats_own(o, find_own, (void *)(uintptr_t)name);
	return own;
}

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
	cr_expect_str_eq(seen.header, "eos");
	cr_expect_eq(seen.nheaders, 4);
	consume(&seen, "netnorm.ios", 66, 10000);
	cr_expect_eq(seen.n, 66);
	cr_expect_str_eq(seen.header, "ios");
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
	rd_kafka_mock_push_request_errors(cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
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

/* An idempotent producer that the cluster tells it is out of sequence cannot go on. */
Test(kafka, after_a_fatal_error_a_new_producer_sends_what_was_in_flight)
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
	consume(&seen, "netnorm.ios", 510, 5000);
	for (unsigned i = 0; i < 510; i++)
		cr_expect_geq(seen.count[i], 1, "%u is lost", i);
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
