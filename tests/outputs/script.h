/*
 * An output whose kind does what is written down for each record, and what tests do with it.
 */
#ifndef NETNORM_TESTS_OUTPUTS_SCRIPT_H
#define NETNORM_TESTS_OUTPUTS_SCRIPT_H

#include <criterion/criterion.h>
#include <pthread.h>

#include "tests/outputs/sample.h"

/* ---- a kind whose answers are written down ---- */

enum { MOST = 20000 };

/* What it does with the record of each serial number, one letter a try: d done, a again, g gone (down), r refused, l later, n not taken, c connected and down again; after the last: done. */
static struct script {
	const char *answers[MOST];
	unsigned tries[MOST];
	int64_t tried_ns[MOST];                 /* when it was tried last */
	unsigned seen[4 * MOST], nseen;         /* serial numbers in the order of their delivery */
	struct record *const *later[MOST];
	size_t nlater;
	bool reverse;                           /* settle what was put off in reverse */
	bool deaf;                              /* flush settles nothing */
	bool clings;                            /* what flies at the end may still be read */
	bool hold;                              /* take nothing */
	unsigned reopened;
	unsigned most;                          /* the most taken at once, 0: all */
	struct output *output;
	pthread_mutex_t lock;
} script = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void *
script_open(const struct output_config *config, struct output *output)
{
	(void)config;
	script.output = output;
	return &script;
}

static unsigned
serial_of(const struct record *r)
{
	unsigned n = 0;

	for (size_t i = 0; i < r->id.n; i++)
		n = n * 10 + (unsigned)(r->id.p[i] - '0');
	return n;
}

/* False: not taken. */
static bool
script_one(struct record *const *cell)
{
	unsigned serial = serial_of(*cell);
	const char *answers = script.answers[serial];
	char answer = answers && strlen(answers) > script.tries[serial] ? answers[script.tries[serial]] : 'd';

	script.tries[serial]++;
	script.tried_ns[serial] = clock_monotonic_ns();
	switch (answer) {
	case 'n':
		return false;
	case 'a':
		output_settle_at(script.output, cell, OUTPUT_AGAIN, NULL);
		break;
	case 'g':
		output_settle_at(script.output, cell, OUTPUT_DOWN, NULL);
		break;
	case 'c':
		output_set_up(script.output, true);
		output_settle_at(script.output, cell, OUTPUT_DOWN, NULL);
		break;
	case 'r':
		output_settle_at(script.output, cell, OUTPUT_REFUSED, "the script says so");
		break;
	case 'l':
		script.later[script.nlater++] = cell;
		break;
	default:
		script.seen[script.nseen++] = serial;
		output_settle_at(script.output, cell, OUTPUT_DONE, NULL);
	}
	return true;
}

static size_t
script_write(void *self, struct record *const *records, size_t n)
{
	size_t i = 0;

	(void)self;
	pthread_mutex_lock(&script.lock);
	if (script.most > 0 && n > script.most)
		n = script.most;
	while (!script.hold && i < n && script_one(records + i))
		i++;
	pthread_mutex_unlock(&script.lock);
	return i;
}

static int
script_flush(void *self, int timeout_ms)
{
	(void)self;
	(void)timeout_ms;
	pthread_mutex_lock(&script.lock);
	for (size_t i = 0; i < script.nlater && !script.deaf; i++) {
		struct record *const *cell = script.later[script.reverse ? script.nlater - 1 - i : i];

		script.seen[script.nseen++] = serial_of(*cell);
		output_settle_at(script.output, cell, OUTPUT_DONE, NULL);
	}
	script.nlater = script.deaf ? script.nlater : 0;
	pthread_mutex_unlock(&script.lock);
	return 0;
}

static void
script_reopen(void *self)
{
	(void)self;
	script.reopened++;
}

static void
script_close(void *self)
{
	(void)self;
	if (script.clings)
		output_cling(script.output);
}

static const struct output_kind script_kind = {
	.name = "script", .config_bytes = sizeof(struct output_config), .open = script_open, .write = script_write, .flush = script_flush,
	.reopen = script_reopen, .close = script_close,
};

/* ---- what the tests share ---- */

static inline struct output_config
config_of(int64_t limit)
{
	static char name[] = "script";

	return (struct output_config){ .name = name, .queue = { .limit = limit, .limit_bytes = 1 << 30 } };
}

static inline void
offer(struct output *o, unsigned worker, unsigned serial, int severity)
{
	struct record *r = sample_record(serial, severity, "edge7", "ios");

	output_offer(o, worker, r);
	record_unref(&r);
}

static inline void
set_hold(bool hold)
{
	pthread_mutex_lock(&script.lock);
	script.hold = hold;
	pthread_mutex_unlock(&script.lock);
}

static inline void
expect_balance(const struct output *o)
{
	struct output_stats s = sample_stats(o);

	cr_expect_eq(sample_imbalance(&s), 0, "offered %llu, sent %llu, queued %llu, dropped %llu", (unsigned long long)s.offered,
	    (unsigned long long)s.sent, (unsigned long long)s.queued, (unsigned long long)sample_dropped(&s));
}

static inline void
expect_order(unsigned first, unsigned n)
{
	cr_assert_eq(script.nseen, n, "%u of %u", script.nseen, n);
	for (unsigned i = 0; i < n; i++)
		cr_expect_eq(script.seen[i], first + i, "place %u has %u", i, script.seen[i]);
}

#endif
