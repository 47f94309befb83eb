#include <stdio.h>

#include "outputs/kafka_stats.h"
#include "tests/outputs/mock_kafka.h"

/* Two brokers, as far as it is looked at; topics that are no JSON. */
#define BROKER(id, state, tx, rtt)                                                                                            \
	"\"b" #id "\":{\"nodeid\":" #id ", \"state\":\"" state "\", \"outbuf_cnt\":2, \"waitresp_cnt\":3, \"tx\":" #tx ", \"txbytes\":1000, "   \
	"\"txerrs\":1, \"txretries\":4, \"req_timeouts\":5, \"connects\":6, \"disconnects\":7, \"outbuf_latency\":{\"p99\":12}, "                \
	"\"rtt\":{\"avg\":" #rtt ", \"p99\":200}, \"throttle\":{\"max\":9}}"
#define REPORT(brokers) "{ \"msg_cnt\":11, \"msg_size\":2200, \"brokers\":{ " brokers "}, \"topics\":{ \"t\": { tail"

static void
pick(void *arg, const char *name, const char *help, uint64_t value)
{
	struct { const char *name; uint64_t value; unsigned n; } *wanted = arg;

	cr_expect_gt(strlen(help), 0);
	wanted->n++;
	if (strcmp(name, wanted->name) == 0)
		wanted->value = value;
}

static uint64_t
value_of(const struct kafka_stats *s, const char *name)
{
	struct { const char *name; uint64_t value; unsigned n; } wanted = { .name = name, .value = UINT64_MAX };

	kafka_stats_each(s, false, pick, &wanted);
	kafka_stats_each(s, true, pick, &wanted);
	cr_expect_eq(wanted.n, KAFKA_STATS_ROWS + 1);
	return wanted.value;
}

static void
read_text(struct kafka_stats *s, const char *text)
{
	kafka_stats_read(s, span_str(text));
}

Test(kafka_stats, a_report_is_summed_over_the_brokers)
{
	static const struct {
		const char *name;
		uint64_t value;
	} rows[] = {
		{ "kafka_brokers_up", 1 }, { "kafka_queue_messages", 11 }, { "kafka_queue_bytes", 2200 }, { "kafka_requests_waiting", 4 },
		{ "kafka_requests_in_flight", 6 }, { "kafka_rtt_us", 80 }, { "kafka_rtt_p99_us", 200 }, { "kafka_send_p99_us", 12 },
		{ "kafka_throttle_ms", 9 }, { "kafka_tx_requests", 30 }, { "kafka_tx_bytes", 2000 }, { "kafka_tx_errors", 2 },
		{ "kafka_tx_retries", 8 }, { "kafka_request_timeouts", 10 }, { "kafka_connects", 12 }, { "kafka_disconnects", 14 },
		{ "kafka_statistics_unread", 0 },
	};
	static struct kafka_stats s;

	read_text(&s, REPORT(BROKER(1, "UP", 10, 80) "," BROKER(2, "DOWN", 20, 70)));
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		cr_expect_eq(value_of(&s, rows[i].name), rows[i].value, "%s is %llu", rows[i].name, (unsigned long long)value_of(&s, rows[i].name));
}

Test(kafka_stats, counters_only_grow)
{
	static struct kafka_stats s;

	read_text(&s, REPORT(BROKER(1, "UP", 100, 80) "," BROKER(2, "UP", 50, 70)));
	read_text(&s, REPORT(BROKER(1, "UP", 110, 60) "," BROKER(2, "UP", 60, 50)));
	cr_expect_eq(value_of(&s, "kafka_tx_requests"), 170);
	cr_expect_eq(value_of(&s, "kafka_rtt_us"), 60);
	read_text(&s, REPORT(BROKER(1, "UP", 112, 60)));         /* one broker is gone */
	cr_expect_eq(value_of(&s, "kafka_tx_requests"), 170);
	read_text(&s, REPORT(BROKER(1, "UP", 115, 60)));
	cr_expect_eq(value_of(&s, "kafka_tx_requests"), 173);
	kafka_stats_begin(&s);
	cr_expect_eq(value_of(&s, "kafka_tx_requests"), 173);
	cr_expect_eq(value_of(&s, "kafka_rtt_us"), 0);
	cr_expect_eq(value_of(&s, "kafka_brokers_up"), 0);
	read_text(&s, REPORT(BROKER(1, "UP", 200, 60)));         /* more than the old one had, and all of it new */
	cr_expect_eq(value_of(&s, "kafka_tx_requests"), 373);
}

Test(kafka_stats, what_is_no_report_changes_nothing)
{
	static const char *const rows[] = {
		"", "{", "}", "[]", "7", "{\"brokers\":7}", "{\"brokers\":{}", "{\"msg_cnt\":1}", ", \"topics\":{", "{\"brokers\":{\"x\":{\"tx\":1}",
		"{ \"brokers\":{ \"a\": \"\xff\" }}",
	};
	static struct kafka_stats s;

	read_text(&s, REPORT(BROKER(1, "UP", 10, 80)));
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		read_text(&s, rows[i]);
		cr_expect_eq(value_of(&s, "kafka_statistics_unread"), i + 1, "%s", rows[i]);
		cr_expect_eq(value_of(&s, "kafka_tx_requests"), 10, "%s", rows[i]);
		cr_expect_eq(value_of(&s, "kafka_rtt_us"), 80, "%s", rows[i]);
	}
	kafka_stats_read(&s, SPAN_NONE);
	cr_expect_eq(value_of(&s, "kafka_statistics_unread"), sizeof(rows) / sizeof(*rows) + 1);
	read_text(&s, "{\"brokers\":{\"x\":7,\"y\":null,\"z\":{\"tx\":\"many\",\"rtt\":[1],\"txbytes\":-5,\"state\":{}}}}");
	cr_expect_eq(value_of(&s, "kafka_tx_requests"), 10);
	cr_expect_eq(value_of(&s, "kafka_brokers_up"), 0);
}

TestSuite(kafka_statistics, .init = setup, .fini = teardown, .timeout = 60);

Test(kafka_statistics, librdkafkas_own_are_read_while_it_works)
{
	struct output *o;

	create("netnorm.ios");
	o = open_kafka(", statistics_interval: 1s");
	offer(o, 0, 500, "ios");
	SAMPLE_WAIT(20000, all_delivered(o, 500));
	SAMPLE_WAIT(10000, own_stat(o, "kafka_tx_bytes") > 0 && own_stat(o, "kafka_brokers_up") > 0);
	cr_expect_gt(own_stat(o, "kafka_tx_bytes"), 500);
	cr_expect_gt(own_stat(o, "kafka_tx_requests"), 0);
	cr_expect_gt(own_stat(o, "kafka_connects"), 0);
	cr_expect_eq(own_stat(o, "kafka_brokers_up"), 1);
	cr_expect_eq(own_stat(o, "kafka_statistics_unread"), 0);
	rd_kafka_mock_broker_set_rtt(cluster, 1, 100);
	for (unsigned i = 0; i < 40 && own_stat(o, "kafka_rtt_us") < 90000; i++) {
		offer(o, 500 + i, 1, "ios");
		sample_sleep_ms(100);
	}
	cr_expect_gt(own_stat(o, "kafka_rtt_us"), 90000);
	cr_expect_gt(own_stat(o, "kafka_rtt_p99_us"), 90000);
	rd_kafka_mock_broker_set_down(cluster, 1);
	SAMPLE_WAIT(10000, own_stat(o, "kafka_brokers_up") == 0 && own_stat(o, "kafka_disconnects") > 0);
	cr_expect_eq(own_stat(o, "kafka_brokers_up"), 0);
	cr_expect_gt(own_stat(o, "kafka_disconnects"), 0);
	output_close(&o, sample_in_ms(100));
}

Test(kafka_statistics, none_are_taken_where_nobody_wants_them)
{
	struct output *o;

	create("netnorm.ios");
	o = open_kafka(", statistics_interval: 0");
	offer(o, 0, 10, "ios");
	SAMPLE_WAIT(20000, all_delivered(o, 10));
	sample_sleep_ms(1500);
	cr_expect_eq(own_stat(o, "kafka_tx_requests"), 0);
	expect_close(o, 1000, 0);
}
