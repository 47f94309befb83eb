/*
 * The output kind `kafka`, on librdkafka.
 *
 * The library gets the record's own bytes (neither F_COPY nor F_FREE), so a record stays in flight until its delivery report: only a good one ends it, a permanent
 * error refuses it, as does a topic that has been missing for too long; all else is tried again.  Reports come as events in batches; the library's queue rings the output's own wake-up descriptor, so the thread
 * sleeps on one.  Order within a key is the idempotent producer's.  Its fatal errors end the instance: what was in flight comes back
 * and goes out once more through a new one, in the old order, so some of it may be there twice.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "outputs/kafka_conf.h"
#include "outputs/kafka_error.h"
#include "outputs/kafka_stats.h"
#include "outputs/output_kinds.h"

#define FLUSH_STEP_MS 10
#define CLOSE_MS 1000           /* at the end: for what was purged to come back */

struct kafka {
	struct output *output;
	char *name;
	char *topic;
	struct kafka_template template;
	struct kafka_topics topics;
	struct kafka_stats stats;
	rd_kafka_conf_t *conf;                  /* whole, for another instance */
	rd_kafka_t *rk;                         /* NULL after a fatal error */
	rd_kafka_queue_t *queue;
	unsigned headers;
	int64_t topic_wait_ns;
	size_t flying;
	_Atomic bool met;                       /* something was delivered */
	bool fatal;
	bool haunted;                           /* an instance did not end in time and may still call us */
	_Atomic uint64_t errors, fatals, over;
	rd_kafka_message_t batch[OUTPUT_BATCH];
};

/* ---- what librdkafka says ---- */

/* Connections that end are no news, except where none has ever been of use and librdkafka takes them for those of TLS or SASL. */
static void
on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
	const struct kafka *k = rd_kafka_opaque(rk);
	bool is_news = level <= 4 || (strstr(text, "security.protocol") && k && !atomic_load_explicit(&k->met, memory_order_relaxed));

	if (is_news)
		log_once_a(10, LOG_LEVEL_WARNING, "output \"%s\": %s: %s%s", k ? k->name : "kafka", facility, text, kafka_secure_hint(RD_KAFKA_RESP_ERR__TRANSPORT, text));
	else
		log_debug("output \"%s\": %s: %s", k ? k->name : "kafka", facility, text);
}

/* The cluster does not have this topic, or not this partition: has that been so for too long? */
static bool
is_given_up(struct kafka *k, struct kafka_topic *topic, rd_kafka_resp_err_t error)
{
	if (!kafka_error_is_no_topic(error))
		return false;
	return topic && clock_monotonic_ns() - kafka_topics_is_unknown(&k->topics, topic) >= k->topic_wait_ns;
}

/* This producer is at its end, whether a report says so first or an error by itself. */
static void
on_fatal(struct kafka *k)
{
	rd_kafka_resp_err_t error;
	char text[512] = "";

	if (k->fatal)
		return;
	error = rd_kafka_fatal_error(k->rk, text, sizeof(text));
	log_error("output \"%s\": fatal error %s: %s; a new producer begins", k->name, rd_kafka_err2name(error), text);
	atomic_fetch_add_explicit(&k->fatals, 1, memory_order_relaxed);
	k->fatal = true;
}

/* One record's end, whether it was in flight or never got there.  `topic` may be NULL. */
static void
settle(struct kafka *k, struct record *const *cell, struct kafka_topic *topic, rd_kafka_resp_err_t error)
{
	if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
		atomic_store_explicit(&k->met, true, memory_order_relaxed);
		if (k->topics.unknown > 0 && topic)
			kafka_topics_is_known(&k->topics, topic);
		output_settle_at(k->output, cell, OUTPUT_DONE, NULL);
		return;
	}
	atomic_fetch_add_explicit(&k->errors, 1, memory_order_relaxed);
	if (kafka_error_is_permanent(error) || is_given_up(k, topic, error)) {
		output_settle_at(k->output, cell, OUTPUT_REFUSED, rd_kafka_err2str(error));
		return;
	}
	if (error == RD_KAFKA_RESP_ERR__FATAL)
		on_fatal(k);
	if (k->fatal) {
		output_settle_at(k->output, cell, OUTPUT_DOWN, NULL);
		return;
	}
	if (!kafka_error_is_purge(error))
		log_limited(output_reasons(k->output), 10, LOG_LEVEL_WARNING, "output \"%s\": an event was not delivered and is tried again: %s", k->name, rd_kafka_err2str(error));
	output_settle_at(k->output, cell, OUTPUT_AGAIN, NULL);
}

static void
on_error(struct kafka *k, rd_kafka_event_t *event)
{
	rd_kafka_resp_err_t error = rd_kafka_event_error(event);
	const char *words;

	if (rd_kafka_event_error_is_fatal(event)) {     /* its code is the reason */
		on_fatal(k);
		return;
	}
	switch (error) {
	case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
		output_set_up(k->output, false);
		break;
	case RD_KAFKA_RESP_ERR__AUTHENTICATION:
	case RD_KAFKA_RESP_ERR__SSL:
		words = rd_kafka_event_error_string(event);
		log_limited(output_reasons(k->output), 10, LOG_LEVEL_ERROR, "output \"%s\": %s%s", k->name, words, kafka_secure_hint(error, words));
		break;
	default:                        /* told by on_log() */
		break;
	}
}

/* All events that are there; how many. */
static size_t
serve(struct kafka *k)
{
	const rd_kafka_message_t *message;
	rd_kafka_event_t *event;
	size_t n = 0;

	for (; k->rk && (event = rd_kafka_queue_poll(k->queue, 0)); n++) {
		switch (rd_kafka_event_type(event)) {
		case RD_KAFKA_EVENT_DR:
			while ((message = rd_kafka_event_message_next(event))) {
				k->flying--;
				settle(k, message->_private, message->rkt ? rd_kafka_topic_opaque(message->rkt) : NULL, message->err);
			}
			break;
		case RD_KAFKA_EVENT_ERROR:
			on_error(k, event);
			break;
		case RD_KAFKA_EVENT_STATS:
			kafka_stats_read(&k->stats, span_str(rd_kafka_event_stats(event)));
			break;
		default:
			break;
		}
		rd_kafka_event_destroy(event);
	}
	return n;
}

/* ---- the instance ---- */

static void *
destroy(void *arg)
{
	rd_kafka_destroy_flags(arg, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
	return NULL;
}

/* One of the library's threads may be in a name look-up that takes its time: it is not waited for for ever. */
static void
end_instance(struct kafka *k)
{
	struct timespec until;
	pthread_t thread;

	if (!k->rk)
		return;
	kafka_topics_use(&k->topics, NULL);
	rd_kafka_queue_io_event_enable(k->queue, -1, NULL, 0);
	rd_kafka_queue_destroy(k->queue);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += CLOSE_MS / 1000;
	if (pthread_create(&thread, NULL, destroy, k->rk) != 0) {
		destroy(k->rk);
	} else if (pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, &until) != 0) {
		log_warning("output \"%s\": librdkafka does not end in time and is left alone", k->name);
		pthread_detach(thread);
		k->haunted = true;
	}
	k->rk = NULL;
	k->queue = NULL;
}

static int
begin_instance(struct kafka *k)
{
	static const uint64_t one = 1;
	rd_kafka_conf_t *conf = rd_kafka_conf_dup(k->conf);
	char error[512];

	k->rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error));
	if (!k->rk) {
		rd_kafka_conf_destroy(conf);
		log_limited(output_reasons(k->output), 10, LOG_LEVEL_ERROR, "output \"%s\": %s", k->name, error);
		errno = EINVAL;
		return -1;
	}
	k->queue = rd_kafka_queue_get_main(k->rk);
	rd_kafka_queue_io_event_enable(k->queue, output_wake_fd(k->output), &one, sizeof(one));
	kafka_topics_use(&k->topics, k->rk);
	kafka_stats_begin(&k->stats);
	k->fatal = false;
	return 0;
}

/* After a fatal error: all that is in flight comes back now. */
static void
get_back(struct kafka *k)
{
	if (k->fatal && k->rk && k->flying > 0)
		rd_kafka_purge(k->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
}

/*
 * After a fatal error: with nothing left in flight, a new instance.  Reports are not served here: what came back by them would be older
 * than what is about to be written.
 */
static bool
is_usable(struct kafka *k)
{
	if (!k->fatal && k->rk)
		return true;
	get_back(k);
	if (k->flying > 0)
		return false;
	end_instance(k);
	return begin_instance(k) == 0;
}

static int
open_conf(struct kafka *k, const struct kafka_config *c)
{
	struct diag *diag = diag_new();
	char error[512] = "its configuration has faults";

	k->conf = diag ? kafka_conf_make(c, NULL, diag) : NULL;
	if (diag && diag_errors(diag) > 0)
		diag_print(diag, stderr, false);
	diag_free(&diag);
	if (!k->conf || kafka_conf_set_brokers(k->conf, c, error, sizeof(error)) == -1) {
		log_error("output \"%s\": %s", k->name, error);
		errno = EINVAL;
		return -1;
	}
	rd_kafka_conf_set_opaque(k->conf, k);
	rd_kafka_conf_set_log_cb(k->conf, on_log);
	rd_kafka_conf_set_events(k->conf, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_STATS);
	return 0;
}

static void
kafka_free(struct kafka *k)
{
	end_instance(k);
	if (k->conf)
		rd_kafka_conf_destroy(k->conf);
	k->conf = NULL;
	if (k->haunted)
		return;
	kafka_topics_fini(&k->topics);
	free(k->topic);
	free(k->name);
	free(k);
}

static void *
kafka_open(const struct output_config *config, struct output *output)
{
	const struct kafka_config *c = (const struct kafka_config *)config;
	struct kafka *k = calloc(1, sizeof(*k));
	const char *fault;
	size_t offset;

	if (!k)
		return NULL;
	k->output = output;
	k->headers = kafka_conf_headers(c);
	k->topic_wait_ns = c->topic_wait_ms * CLOCK_NS_PER_MS;
	k->name = strdup(config->name);
	k->topic = strdup(c->topic);
	if (!k->name || !k->topic || kafka_template_parse(&k->template, span_str(k->topic), &offset, &fault) == -1 ||
	    kafka_topics_init(&k->topics, &k->template, (size_t)c->max_topics) == -1 || open_conf(k, c) == -1 || begin_instance(k) == -1) {
		kafka_free(k);
		return NULL;
	}
	return k;
}

static void
kafka_close(void *self)
{
	struct kafka *k = self;
	int64_t deadline = clock_monotonic_ns() + (int64_t)CLOSE_MS * CLOCK_NS_PER_MS;

	serve(k);
	if (k->rk && k->flying > 0)
		rd_kafka_purge(k->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
	while (k->rk && k->flying > 0 && clock_monotonic_ns() < deadline) {
		struct pollfd fd = { .fd = output_wake_fd(k->output), .events = POLLIN };

		if (serve(k) == 0)
			poll(&fd, 1, FLUSH_STEP_MS);
	}
	if (k->flying > 0)
		output_cling(k->output);        /* librdkafka may still read them */
	kafka_free(k);
}

/* ---- producing ---- */

static rd_kafka_resp_err_t
produce_with_headers(struct kafka *k, rd_kafka_topic_t *topic, struct record *const *cell)
{
	const struct record *r = *cell;
	struct span line = output_line(k->output, r);
	rd_kafka_headers_t *headers = rd_kafka_headers_new(KAFKA_FIELDS);
	rd_kafka_resp_err_t error;

	for (unsigned f = 0; f < KAFKA_FIELDS; f++) {
		struct span value;

		if (!(k->headers >> f & 1))
			continue;
		value = f == KAFKA_FORMAT ? span_str(format_table[output_format(k->output, r)].name) : kafka_field_of(r, (enum kafka_field)f);
		if (value.p)
			rd_kafka_header_add(headers, kafka_field_names[f], -1, value.p, (ssize_t)value.n);
	}
	error = rd_kafka_producev(k->rk, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(RD_KAFKA_PARTITION_UA), RD_KAFKA_V_MSGFLAGS(0),
	    RD_KAFKA_V_VALUE((void *)(uintptr_t)line.p, line.n), RD_KAFKA_V_KEY((void *)(uintptr_t)r->device.p, r->device.n),
	    RD_KAFKA_V_OPAQUE((void *)(uintptr_t)cell), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
	if (error)
		rd_kafka_headers_destroy(headers);
	return error;
}

/* k->batch[0..n) for the cells, produced, each with its error. */
static void
produce(struct kafka *k, rd_kafka_topic_t *topic, struct record *const *cells, size_t n)
{
	if (k->headers) {
		for (size_t i = 0; i < n; i++) {
			k->batch[i].err = produce_with_headers(k, topic, cells + i);
			for (; kafka_error_is_for_all(k->batch[i].err) && i + 1 < n; i++)
				k->batch[i + 1].err = k->batch[i].err;
		}
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct span line = output_line(k->output, cells[i]);

		k->batch[i] = (rd_kafka_message_t){
			.payload = (void *)(uintptr_t)line.p, .len = line.n, .key = (void *)(uintptr_t)cells[i]->device.p,
			.key_len = cells[i]->device.n, ._private = (void *)(uintptr_t)(cells + i),
		};
	}
	rd_kafka_produce_batch(topic, RD_KAFKA_PARTITION_UA, 0, k->batch, (int)n);
}

/* Cells of one topic: how many were taken.  Only a full queue takes fewer, and then nothing behind it is taken. */
static size_t
write_run(struct kafka *k, struct kafka_topic *topic, struct record *const *cells, size_t n)
{
	size_t taken = 0;

	if (topic)
		produce(k, topic->handle, cells, n);
	for (; taken < n; taken++) {
		rd_kafka_resp_err_t error = topic ? k->batch[taken].err : RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;

		if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL)
			break;
		if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
			k->flying++;
		else
			settle(k, cells + taken, topic, error);
	}
	if (topic == &k->topics.other)
		atomic_fetch_add_explicit(&k->over, taken, memory_order_relaxed);
	return taken;
}

static size_t
kafka_write(void *self, struct record *const *records, size_t n)
{
	struct kafka *k = self;
	size_t done = 0;

	if (!is_usable(k))
		return 0;
	while (done < n && !k->fatal) {
		struct kafka_topic *topic = kafka_topics_get(&k->topics, records[done]);
		size_t run = 1, taken;

		while (done + run < n && run < OUTPUT_BATCH && kafka_topics_get(&k->topics, records[done + run]) == topic)
			run++;
		taken = write_run(k, topic, records + done, run);
		done += taken;
		if (taken < run)
			break;
	}
	return done;
}

/* One device's records for two topics are apart. */
static uint32_t
kafka_order(void *self, const struct record *r)
{
	return kafka_topics_hash(&((struct kafka *)self)->topics, r);
}

static void
kafka_poll(void *self, int timeout_ms)
{
	struct kafka *k = self;
	struct pollfd fd = { .fd = output_wake_fd(k->output), .events = POLLIN };

	get_back(k);
	if (serve(k) > 0 || timeout_ms == 0)
		return;
	poll(&fd, 1, timeout_ms);
	serve(k);
}

static int
kafka_flush(void *self, int timeout_ms)
{
	struct kafka *k = self;
	int64_t now = clock_monotonic_ns(), deadline = now + (int64_t)timeout_ms * CLOCK_NS_PER_MS;

	/* rd_kafka_flush() sends what lingers; reports are served in between, for it does not do that with events. */
	for (serve(k); k->rk && k->flying > 0 && !k->fatal && now < deadline; now = clock_monotonic_ns()) {
		rd_kafka_flush(k->rk, timeout_ms < FLUSH_STEP_MS ? timeout_ms : FLUSH_STEP_MS);
		serve(k);
	}
	return k->flying > 0 ? -1 : 0;
}

static void
kafka_counters(void *self, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg)
{
	struct kafka *k = self;

	each(arg, "kafka_topics", "Topics opened, again by each new producer.", atomic_load(&k->topics.opened));
	each(arg, "kafka_topics_over", "Events that went to the topic for all above max_topics.", atomic_load(&k->over));
	each(arg, "kafka_errors", "Delivery reports with an error.", atomic_load(&k->errors));
	each(arg, "kafka_fatals", "Fatal errors, each of which ended the producer; a new one is begun.", atomic_load(&k->fatals));
	kafka_stats_each(&k->stats, false, each, arg);
}

static void
kafka_gauges(void *self, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg)
{
	kafka_stats_each(&((struct kafka *)self)->stats, true, each, arg);
}

const struct output_kind output_kind_kafka = {
	.name = "kafka",
	.acknowledges = true,
	.config_bytes = sizeof(struct kafka_config),
	.options = kafka_options,
	.check = kafka_conf_check,
	.same = kafka_conf_same,
	.open = kafka_open,
	.write = kafka_write,
	.order = kafka_order,
	.poll = kafka_poll,
	.flush = kafka_flush,
	.close = kafka_close,
	.stats = kafka_counters,
	.gauges = kafka_gauges,
	.help = "Apache Kafka. Each event is a message whose key is its device; it leaves the queue when the cluster has acknowledged it.",
};
