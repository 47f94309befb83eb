/*
 * Workers offer to a spool with two outputs on it, while one of these is replaced over and over, as a reload does it, others read all counters, and the far sides
 * go down by chance.  Whatever happens: each output gets each record, the ledgers balance, and what one worker offered first comes first.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "outputs/spool.h"
#include "tests/outputs/sample.h"

#define WORKERS 3
#define RECORDS 3000            /* of each worker */
#define BATCH 50
#define OUTPUTS 2

#define CHECK(condition)                                                                \
	do {                                                                            \
		if (!(condition)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                        \
		}                                                                       \
	} while (0)

/* What has come of each output's name, whichever output it was. */
static struct seen {
	pthread_mutex_t lock;
	unsigned seed;
	bool got[WORKERS][RECORDS];
	unsigned highest[WORKERS];
	uint64_t distinct, repeats;
} seen[OUTPUTS] = { { .lock = PTHREAD_MUTEX_INITIALIZER, .seed = 3 }, { .lock = PTHREAD_MUTEX_INITIALIZER, .seed = 5 } };

struct far {
	struct output *output;
	struct seen *seen;
};

static struct spool *spool;
static struct output *outputs[OUTPUTS];
static pthread_rwlock_t snapshot = PTHREAD_RWLOCK_INITIALIZER;   /* to read while a worker offers a batch, to write while `outputs` change */
static _Atomic bool done;

static void *
far_open(const struct output_config *config, struct output *output)
{
	struct far *f = calloc(1, sizeof(*f));

	CHECK(f);
	f->output = output;
	f->seen = &seen[config->name[0] == 'b'];
	return f;
}

static void
deliver(struct seen *s, const struct record *r)
{
	unsigned worker = r->level % WORKERS, serial = sample_serial(r->rendered[FORMAT_NATIVE]);

	if (s->got[worker][serial]) {
		s->repeats++;
		return;
	}
	CHECK(serial == s->highest[worker]);    /* none is passed over */
	s->highest[worker]++;
	s->got[worker][serial] = true;
	s->distinct++;
}

static size_t
far_write(void *self, struct record *const *records, size_t n)
{
	struct far *f = self;
	size_t i;

	pthread_mutex_lock(&f->seen->lock);
	for (i = 0; i < n; i++) {
		int chance = rand_r(&f->seen->seed) % 1000;

		if (chance == 0)
			break;
		if (chance == 1) {
			output_settle_at(f->output, records + i++, OUTPUT_DOWN, NULL);
			break;
		}
		deliver(f->seen, records[i]);
		output_settle_at(f->output, records + i, OUTPUT_DONE, NULL);
	}
	pthread_mutex_unlock(&f->seen->lock);
	return i;
}

static const struct output_kind far_kind = {
	.name = "far", .config_bytes = sizeof(struct output_config), .open = far_open, .write = far_write, .close = free, .acknowledges = true,
};

static struct output *
open_far(unsigned i)
{
	struct output_config c = { .name = i ? (char[]){ "b" } : (char[]){ "a" }, .queue = { .limit = 1000, .limit_bytes = 1 << 30 } };
	struct output *o = output_open_kind(&far_kind, &c, WORKERS, false, spool);

	CHECK(o);
	return o;
}

static void
offer(unsigned worker, unsigned serial)
{
	struct record *r = sample_record(serial, (int)worker, "edge7", "ios");
	bool taken;

	for (size_t i = 0; i < OUTPUTS; i++)
		r->takers |= output_spool_bit(outputs[i]);
	taken = output_offer(spool_output(spool), worker, r);
	CHECK(taken);
	for (size_t i = 0; i < OUTPUTS; i++)
		output_spooled(outputs[i], worker, r, taken);
	record_unref(&r);
}

static void *
work(void *arg)
{
	unsigned worker = (unsigned)(uintptr_t)arg;

	for (unsigned serial = 0; serial < RECORDS;) {
		pthread_rwlock_rdlock(&snapshot);
		for (unsigned i = 0; i < BATCH; i++)
			offer(worker, serial++);
		output_wake(spool_output(spool));
		pthread_rwlock_unlock(&snapshot);
		usleep(2000);
	}
	return NULL;
}

static void *
read_counters(void *arg)
{
	while (!atomic_load(&done)) {
		struct spool_stats s;

		pthread_rwlock_rdlock(&snapshot);
		for (size_t i = 0; i < OUTPUTS; i++)
			(void)sample_stats(outputs[i]);
		(void)sample_stats(spool_output(spool));
		spool_stats(spool, &s);
		pthread_rwlock_unlock(&snapshot);
		usleep(500);
	}
	return arg;
}

/* As a reload: the new one is there before the swap, the old one is closed after it. */
static uint64_t
replace(unsigned i)
{
	struct output *new = open_far(i), *old;
	struct output_stats s;

	usleep(3000);
	pthread_rwlock_wrlock(&snapshot);
	old = outputs[i];
	outputs[i] = new;
	pthread_rwlock_unlock(&snapshot);
	output_stop(old, sample_in_ms(2000));
	SAMPLE_WAIT(2000, output_ended(old));
	s = sample_stats(old);
	CHECK((int64_t)s.resumed + sample_imbalance(&s) == 0);
	CHECK(output_close(&old, sample_in_ms(0)) == 0);
	return s.delivered;
}

static void
check_end(unsigned i, uint64_t before)
{
	struct output_stats s;

	SAMPLE_WAIT(30000, sample_stats(outputs[i]).queued == 0);
	s = sample_stats(outputs[i]);
	CHECK(s.queued == 0 && s.queued_bytes == 0);
	CHECK((int64_t)s.resumed + sample_imbalance(&s) == 0);
	pthread_mutex_lock(&seen[i].lock);
	CHECK(seen[i].distinct == (uint64_t)WORKERS * RECORDS);
	CHECK(s.delivered + before == seen[i].distinct + seen[i].repeats);
	printf("%s: %llu delivered, %llu of them again\n", s.name, (unsigned long long)seen[i].distinct, (unsigned long long)seen[i].repeats);
	pthread_mutex_unlock(&seen[i].lock);
}

int
main(void)
{
	char dir[] = "/tmp/netnorm-race-XXXXXX", command[64];
	struct spool_config c = { .path = dir, .limit_bytes = 1 << 28, .batch = 500, .delay_ms = 3, .queue_limit = 100000, .queue_limit_bytes = 1 << 30 };
	pthread_t threads[WORKERS], reader;
	uint64_t before = 0;

	CHECK(mkdtemp(dir));
	spool = spool_open(&c, WORKERS, false);
	CHECK(spool);
	for (unsigned i = 0; i < OUTPUTS; i++)
		outputs[i] = open_far(i);
	pthread_create(&reader, NULL, read_counters, NULL);
	for (size_t i = 0; i < WORKERS; i++)
		pthread_create(&threads[i], NULL, work, (void *)i);
	for (int i = 0; i < 8; i++)
		before += replace(1);
	for (size_t i = 0; i < WORKERS; i++)
		pthread_join(threads[i], NULL);
	before += replace(1);
	check_end(0, 0);
	check_end(1, before);
	atomic_store(&done, true);
	pthread_join(reader, NULL);
	for (unsigned i = 0; i < OUTPUTS; i++)
		CHECK(output_close(&outputs[i], sample_in_ms(1000)) == 0);
	CHECK(spool_close(&spool, sample_in_ms(1000)) == 0);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) == 0 ? 0 : 1;
}
