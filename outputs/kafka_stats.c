/*
 * kafka_stats: knows the names in a report.  Of the topics, which are many and stand behind the brokers, nothing is looked at.
 */
#include "outputs/kafka_stats.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdlib.h>

#define MOST_BYTES ((size_t)16 << 20)   /* of a report that is looked at */
#define TOPICS ", \"topics\":{"

enum fold { ONCE, SUM, MOST, UP };      /* of the producer; of all brokers: the sum, the largest one, how many are up */

static const struct {
	enum fold fold;
	bool gauge;
	const char *key, *inner;        /* inner: of the window under `key` */
	const char *name, *help;
} rows[] = {
	{ UP, true, "state", NULL, "kafka_brokers_up", "Brokers that there is a working connection to." },
	{ ONCE, true, "msg_cnt", NULL, "kafka_queue_messages", "Messages in librdkafka's queues, in flight too." },
	{ ONCE, true, "msg_size", NULL, "kafka_queue_bytes", "Their bytes." },
	{ SUM, true, "outbuf_cnt", NULL, "kafka_requests_waiting", "Requests that wait to be sent." },
	{ SUM, true, "waitresp_cnt", NULL, "kafka_requests_in_flight", "Requests that wait for their answer." },
	{ MOST, true, "rtt", "avg", "kafka_rtt_us", "Round trip of requests, microseconds: the average, of the slowest broker." },
	{ MOST, true, "rtt", "p99", "kafka_rtt_p99_us", "Round trip of requests, microseconds: 99 of 100 are faster, of the slowest broker." },
	{ MOST, true, "outbuf_latency", "p99", "kafka_send_p99_us", "Wait of requests until they are sent, microseconds: 99 of 100 are faster, of the slowest broker." },
	{ MOST, true, "throttle", "max", "kafka_throttle_ms", "The longest wait that a broker has imposed by its quotas, milliseconds." },
	{ SUM, false, "tx", NULL, "kafka_tx_requests", "Requests sent." },
	{ SUM, false, "txbytes", NULL, "kafka_tx_bytes", "Bytes sent." },
	{ SUM, false, "txerrs", NULL, "kafka_tx_errors", "Requests whose sending failed." },
	{ SUM, false, "txretries", NULL, "kafka_tx_retries", "Requests sent again." },
	{ SUM, false, "req_timeouts", NULL, "kafka_request_timeouts", "Requests that were not answered in time." },
	{ SUM, false, "connects", NULL, "kafka_connects", "Tries to connect to a broker." },
	{ SUM, false, "disconnects", NULL, "kafka_disconnects", "Connections that ended." },
};
#define ROWS (sizeof(rows) / sizeof(*rows))
_Static_assert(ROWS == KAFKA_STATS_ROWS, "one place for each row");

/* ---- reading ---- */

static uint64_t
number_in(const json_t *object, const char *key, const char *inner)
{
	const json_t *value = json_object_get(object, key);
	json_int_t n = json_integer_value(inner ? json_object_get(value, inner) : value);

	return n > 0 ? (uint64_t)n : 0;
}

static bool
is_up(const json_t *broker)
{
	const char *state = json_string_value(json_object_get(broker, "state"));

	return state && (strcmp(state, "UP") == 0 || strcmp(state, "UPDATE") == 0);
}

static void
add_broker(const json_t *broker, uint64_t sums[ROWS])
{
	for (size_t i = 0; i < ROWS; i++) {
		uint64_t n = rows[i].fold == UP ? is_up(broker) : number_in(broker, rows[i].key, rows[i].inner);

		if (rows[i].fold == SUM || rows[i].fold == UP)
			sums[i] += n;
		else if (rows[i].fold == MOST && n > sums[i])
			sums[i] = n;
	}
}

/* What stands in front of the topics, as an object; all of it where they are not found.  NULL if it is none. */
static json_t *
parse(struct span report)
{
	const char *topics = report.n > 0 ? memmem(report.p, report.n, TOPICS, strlen(TOPICS)) : NULL;
	size_t n = topics ? (size_t)(topics - report.p) : report.n;
	char *text;
	json_t *tree;

	if (n == 0 || n >= MOST_BYTES || !(text = malloc(n + 1)))
		return NULL;
	memcpy(text, report.p, n);
	text[n] = '}';
	tree = json_loadb(text, topics ? n + 1 : n, 0, NULL);
	free(text);
	if (tree && !json_is_object(json_object_get(tree, "brokers"))) {
		json_decref(tree);
		return NULL;
	}
	return tree;
}

/* A sum that has become less is that of fewer brokers: what those had sent was sent. */
static void
take_sum(struct kafka_stats *s, size_t row, uint64_t sum)
{
	uint64_t more = sum > s->rows[row].last ? sum - s->rows[row].last : 0;

	s->rows[row].last = sum;
	atomic_fetch_add_explicit(&s->rows[row].value, more, memory_order_relaxed);
}

void
kafka_stats_read(struct kafka_stats *s, struct span report)
{
	json_t *tree = parse(report), *broker;
	uint64_t sums[ROWS] = { 0 };
	const char *name;

	if (!tree) {
		atomic_fetch_add_explicit(&s->unread, 1, memory_order_relaxed);
		return;
	}
	json_object_foreach(json_object_get(tree, "brokers"), name, broker)
		add_broker(broker, sums);
	for (size_t i = 0; i < ROWS; i++) {
		if (rows[i].fold == ONCE)
			sums[i] = number_in(tree, rows[i].key, rows[i].inner);
		if (rows[i].gauge)
			atomic_store_explicit(&s->rows[i].value, sums[i], memory_order_relaxed);
		else
			take_sum(s, i, sums[i]);
	}
	json_decref(tree);
}

void
kafka_stats_begin(struct kafka_stats *s)
{
	for (size_t i = 0; i < ROWS; i++) {
		s->rows[i].last = 0;
		if (rows[i].gauge)
			atomic_store_explicit(&s->rows[i].value, 0, memory_order_relaxed);
	}
}

/* ---- asking ---- */

void
kafka_stats_each(const struct kafka_stats *s, bool gauges, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].gauge == gauges)
			each(arg, rows[i].name, rows[i].help, atomic_load_explicit(&s->rows[i].value, memory_order_relaxed));
	if (!gauges)
		each(arg, "kafka_statistics_unread", "Reports of librdkafka that could not be read.", atomic_load_explicit(&s->unread, memory_order_relaxed));
}
