/*
 * A mock cluster of librdkafka's in this process, an output of kind kafka on it, and a consumer that looks at what came.
 */
#ifndef NETNORM_TESTS_OUTPUTS_MOCK_KAFKA_H
#define NETNORM_TESTS_OUTPUTS_MOCK_KAFKA_H

#include <criterion/criterion.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "tests/outputs/sample.h"

#define PARTITIONS 4
#define PRODUCE 0               /* ApiKey */

/* The cluster lives in a client of its own; nothing leaves this machine, nor this process. */
static rd_kafka_t *host;
static rd_kafka_mock_cluster_t *cluster;

static inline void
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

static inline void
teardown(void)
{
	rd_kafka_mock_cluster_destroy(cluster);
	rd_kafka_destroy(host);
}

static inline void
create(const char *topic)
{
	cr_assert_eq(rd_kafka_mock_topic_create(cluster, topic, PARTITIONS, 1), RD_KAFKA_RESP_ERR_NO_ERROR);
}

static inline struct output *
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
static inline void
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

static inline bool
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
	unsigned late;                  /* ... of those there for the first time */
	unsigned first[10];
	unsigned wrong_key;
	char headers[256];              /* of the last message, as "name=value " */
};

static inline void
see_headers(struct seen *seen, const rd_kafka_message_t *m)
{
	rd_kafka_headers_t *headers;
	const void *value;
	const char *name;
	size_t n, at = 0;

	seen->headers[0] = '\0';
	if (rd_kafka_message_headers(m, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return;
	for (size_t i = 0; at < sizeof(seen->headers) && rd_kafka_header_get_all(headers, i, &name, &value, &n) == RD_KAFKA_RESP_ERR_NO_ERROR; i++)
		at += (size_t)snprintf(seen->headers + at, sizeof(seen->headers) - at, "%s=%.*s ", name, (int)n, (const char *)value);
}

static inline void
see(struct seen *seen, const rd_kafka_message_t *m)
{
	unsigned serial = sample_serial(span_of(m->payload, m->len)), device = serial % 10;
	char key[16];

	snprintf(key, sizeof(key), "edge%u", device);
	seen->wrong_key += !span_eq(span_of(m->key, m->key_len), span_str(key));
	seen->n++;
	if (seen->count[serial]++ == 0) {
		seen->late += serial + 1 <= seen->first[device];
		seen->first[device] = serial + 1;
	}
	seen->back += serial + 1 <= seen->last[device];
	seen->last[device] = serial + 1;
	see_headers(seen, m);
}

/* Reads until `n` messages came, or for `ms` when there are none. */
static inline void
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

static inline void
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

static inline void
expect_close(struct output *o, int64_t ms, uint64_t left)
{
	struct output_stats s = sample_stats(o);

	cr_expect_eq(sample_imbalance(&s), 0);
	cr_expect_eq(output_close(&o, sample_in_ms(ms)), left);
}

static uint64_t own;

static inline void
find_own(void *arg, const char *name, const char *help, uint64_t value)
{
	(void)help;
	if (strcmp(name, arg) == 0)
		own = value;
}

static inline uint64_t
own_stat(const struct output *o, const char *name)
{
	own = UINT64_MAX;
	output_stats_own(o, find_own, (void *)(uintptr_t)name);
	output_gauges_own(o, find_own, (void *)(uintptr_t)name);
	return own;
}

#endif
