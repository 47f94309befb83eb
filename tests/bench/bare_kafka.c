/*
 * What librdkafka itself costs: a producer with netnorm's settings that sends lines which lie in memory.
 *
 * `bare_kafka BROKER TOPIC COUNT FILE`; each line of FILE is a key, a tab and a payload, sent over and over.  At the end it says what it took as one
 * JSON object: CPU and wall clock from the first message to the last delivery report.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <librdkafka/rdkafka.h>

#include "base/clock.h"
#include "collector/send.h"

#define QUEUE_LIMIT "202048"            /* netnorm's queue of 100,000 asks for it */
#define POLL_EVERY 256

struct bare {
	rd_kafka_t *rk;
	rd_kafka_topic_t *topic;
	struct send_lines lines;
	uint64_t delivered, failed, bytes;
};

static void
on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque)
{
	struct bare *b = opaque;

	(void)rk;
	if (m->err)
		b->failed++;
	else
		b->delivered++;
}

static int
open_producer(struct bare *b, const char *broker, const char *topic)
{
	static const char *const settings[][2] = {
		{ "client.id", "bare" }, { "enable.idempotence", "true" }, { "acks", "all" }, { "compression.type", "lz4" }, { "linger.ms", "20" },
		{ "partitioner", "murmur2_random" }, { "queue.buffering.max.messages", QUEUE_LIMIT }, { "queue.buffering.max.kbytes", "589824" },
	};
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char error[512];

	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
		if (rd_kafka_conf_set(conf, settings[i][0], settings[i][1], error, sizeof(error)) != RD_KAFKA_CONF_OK)
			goto out;
	}
	if (rd_kafka_conf_set(conf, "bootstrap.servers", broker, error, sizeof(error)) != RD_KAFKA_CONF_OK)
		goto out;
	rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	rd_kafka_conf_set_opaque(conf, b);
	b->rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error));
	if (!b->rk)
		goto out;
	b->topic = rd_kafka_topic_new(b->rk, topic, NULL);
	return b->topic ? 0 : -1;
out:
	fprintf(stderr, "bare_kafka: %s\n", error);
	rd_kafka_conf_destroy(conf);
	return -1;
}

static void
produce(struct bare *b, struct span line)
{
	const char *tab = memchr(line.p, '\t', line.n);
	size_t key = tab ? (size_t)(tab - line.p) : 0;
	struct span payload = tab ? span_skip(line, key + 1) : line;

	while (rd_kafka_produce(b->topic, RD_KAFKA_PARTITION_UA, 0, (void *)(uintptr_t)payload.p, payload.n, line.p, key, NULL) == -1) {
		if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
			b->failed++;
			return;
		}
		rd_kafka_poll(b->rk, 10);
	}
	b->bytes += payload.n;
}

static double
cpu_seconds(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* Metadata first, so that neither side pays for the first connection. */
static void
warm_up(struct bare *b)
{
	const struct rd_kafka_metadata *m;

	if (rd_kafka_metadata(b->rk, 0, b->topic, &m, 10000) == RD_KAFKA_RESP_ERR_NO_ERROR)
		rd_kafka_metadata_destroy(m);
}

int
main(int argc, char **argv)
{
	struct bare b = { .rk = NULL };
	uint64_t count = argc == 5 ? strtoull(argv[3], NULL, 10) : 0;
	int64_t begun;
	double cpu;

	if (count == 0 || send_lines_read(&b.lines, argv[4]) == -1 || b.lines.n == 0) {
		fputs("usage: bare_kafka BROKER TOPIC COUNT FILE\n", stderr);
		return 2;
	}
	if (open_producer(&b, argv[1], argv[2]) == -1)
		return 1;
	warm_up(&b);
	begun = clock_monotonic_ns();
	cpu = cpu_seconds();
	for (uint64_t i = 0; i < count; i++) {
		produce(&b, b.lines.items[i % b.lines.n]);
		if (i % POLL_EVERY == 0)
			rd_kafka_poll(b.rk, 0);
	}
	while (b.delivered + b.failed < count)
		rd_kafka_poll(b.rk, 100);
	printf("{\"delivered\": %" PRIu64 ", \"failed\": %" PRIu64 ", \"bytes\": %" PRIu64 ", \"cpu_s\": %.6f, \"wall_s\": %.6f}\n", b.delivered,
	    b.failed, b.bytes, cpu_seconds() - cpu, (double)(clock_monotonic_ns() - begun) / 1e9);
	rd_kafka_topic_destroy(b.topic);
	rd_kafka_destroy(b.rk);
	send_lines_fini(&b.lines);
	return b.failed > 0;
}
