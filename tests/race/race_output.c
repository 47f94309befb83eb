/*
 * Many workers offer to one output at once, which delivers, puts off, refuses and goes down by chance, while others read its
 * counters, open it anew and stop it.  Whatever happens: each record ends once, the ledger balances, and what one worker
 * offered is delivered in its order.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/outputs/sample.h"

#define WORKERS 4
#define ROUNDS 8
#define RECORDS 4000            /* of each worker in a round */
#define BATCH 64

#define CHECK(condition)                                                                \
	do {                                                                            \
		if (!(condition)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                        \
		}                                                                       \
	} while (0)

struct fake {
	struct output *output;
	unsigned seed;
	struct record *const *later[256];
	size_t nlater;
	unsigned next[WORKERS];         /* the serial number that may come at the earliest */
	uint64_t delivered;
};

static struct fake fake;
static struct output *output;
static _Atomic bool done;
static _Atomic uint64_t rooms;
static struct receipt_ring receipts;

static unsigned
chance(unsigned n)
{
	return (unsigned)rand_r(&fake.seed) % n;
}

static void *
fake_open(const struct output_config *config, struct output *o)
{
	unsigned seed = fake.seed;

	(void)config;
	memset(&fake, 0, sizeof(fake));
	fake.output = o;
	fake.seed = seed;
	return &fake;
}

static void
deliver(struct record *const *cell)
{
	unsigned worker = (*cell)->level % WORKERS, serial = sample_serial((*cell)->rendered[FORMAT_NATIVE]);

	CHECK(serial >= fake.next[worker]);
	fake.next[worker] = serial + 1;
	fake.delivered++;
	output_settle_at(fake.output, cell, OUTPUT_DONE, NULL);
}

static void
deliver_later(void)
{
	for (size_t i = 0; i < fake.nlater; i++)
		deliver(fake.later[i]);
	fake.nlater = 0;
}

/* One that fails ends the call, so that nothing overtakes it. */
static size_t
fake_write(void *self, struct record *const *records, size_t n)
{
	(void)self;
	for (size_t i = 0; i < n; i++) {
		unsigned what = chance(400);

		if (what == 0)
			return i;
		if (what < 3 || fake.nlater == 256) {
			deliver_later();
			output_settle_at(fake.output, records + i, what == 1 ? OUTPUT_DOWN : OUTPUT_AGAIN, NULL);
			return i + 1;
		}
		if (what < 6)
			output_settle_at(fake.output, records + i, OUTPUT_REFUSED, "chance");
		else if (what < 100 || fake.nlater > 0)
			fake.later[fake.nlater++] = records + i;
		else
			deliver(records + i);
		if (fake.nlater == 256)
			deliver_later();
	}
	return n;
}

static void
fake_poll(void *self, int timeout_ms)
{
	(void)self;
	if (chance(3) == 0 || timeout_ms > 0)
		deliver_later();
	if (timeout_ms > 0)
		sample_sleep_ms(1);
}

static int
fake_flush(void *self, int timeout_ms)
{
	(void)self;
	(void)timeout_ms;
	if (chance(2) == 0)
		deliver_later();
	return fake.nlater > 0 ? -1 : 0;
}

static void
fake_close(void *self)
{
	(void)self;
}

static void
fake_stats(void *self, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg)
{
	(void)self;
	each(arg, "fake", "", 1);
}

static const struct output_kind fake_kind = {
	.name = "fake", .config_bytes = sizeof(struct output_config), .open = fake_open, .write = fake_write, .poll = fake_poll,
	.flush = fake_flush, .reopen = fake_close, .close = fake_close, .stats = fake_stats,
};

struct worker {
	unsigned index;
	uint64_t held;
};

/* The severity names the worker, so that fullness drops by it as well. */
static void *
work(void *arg)
{
	struct worker *w = arg;

	for (unsigned i = 0; i < RECORDS; i++) {
		struct record *r = sample_record(i, (int)w->index + (i % 2 ? 4 : 0), "edge7", "ios");
		struct receipt *receipt = receipt_new(&receipts, NULL, i);

		r->receipt = receipt_ref(receipt);
		receipt_unref(&receipt);
		if (i % 16 == 0)
			output_filtered(output, w->index);
		output_offer(output, w->index, r);
		record_unref(&r);
		if (i % BATCH == 0) {
			output_wake(output);
			w->held += output_full(output);
		}
	}
	output_wake(output);
	return NULL;
}

static void
count_own(void *arg, const char *name, const char *help, uint64_t value)
{
	(void)name;
	(void)help;
	*(uint64_t *)arg += value;
}

static void *
look(void *arg)
{
	uint64_t own = 0;

	(void)arg;
	while (!atomic_load(&done)) {
		struct output_stats s;

		output_stats(output, &s);
		CHECK(s.queued <= WORKERS * RECORDS + WORKERS);
		output_stats_own(output, count_own, &own);
		output_reopen(output);
		sample_sleep_ms(3);
	}
	return NULL;
}

static void
on_room(void *arg)
{
	(void)arg;
	atomic_fetch_add(&rooms, 1);
}

static uint64_t
take_receipts(void)
{
	struct receipt *r = receipt_take(&receipts), *next;
	uint64_t n = 0;

	for (; r; r = next, n++) {
		next = r->next;
		receipt_free(&r);
	}
	return n;
}

static void
run(unsigned round)
{
	static char name[] = "fake";
	struct output_config config = { .name = name, .queue = { .limit = round % 2 ? 500 : 100000, .limit_bytes = 1 << 30 } };
	struct worker workers[WORKERS];
	pthread_t threads[WORKERS], looker;
	struct output_stats s;
	uint64_t left;

	fake.seed = round;
	atomic_store(&done, false);
	output = output_open_kind(&fake_kind, &config, WORKERS, round % 4 == 1, NULL);
	CHECK(output);
	output_on_room(output, on_room, NULL);
	for (unsigned i = 0; i < WORKERS; i++) {
		workers[i] = (struct worker){ .index = i };
		CHECK(pthread_create(&threads[i], NULL, work, &workers[i]) == 0);
	}
	CHECK(pthread_create(&looker, NULL, look, NULL) == 0);
	for (unsigned i = 0; i < WORKERS; i++)
		pthread_join(threads[i], NULL);
	if (round % 3 == 0)
		SAMPLE_WAIT(20000, (output_stats(output, &s), s.queued == 0));
	output_stop(output, sample_in_ms(round % 3 == 1 ? 1 : 20000));
	SAMPLE_WAIT(20000, (output_stats(output, &s), s.queued == 0));
	atomic_store(&done, true);
	pthread_join(looker, NULL);
	output_stats(output, &s);
	CHECK(s.offered == WORKERS * (RECORDS + RECORDS / 16));
	CHECK(s.queued == 0 && s.queued_bytes == 0);
	CHECK(sample_imbalance(&s) == 0);
	left = output_close(&output, sample_in_ms(1000));
	CHECK(s.sent == fake.delivered);
	CHECK(take_receipts() == WORKERS * RECORDS);
	printf("round %u: sent %llu, retried %llu, dropped %llu, left %llu\n", round, (unsigned long long)s.sent,
	    (unsigned long long)s.retried, (unsigned long long)sample_dropped(&s), (unsigned long long)left);
}

int
main(void)
{
	receipt_ring_init(&receipts, NULL, NULL);
	for (unsigned round = 0; round < ROUNDS; round++)
		run(round);
	return 0;
}
