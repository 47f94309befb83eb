/*
 * What tests of the spool share: outputs on it, whose far sides do what is written down (script.h); a worker is the test.
 */
#ifndef NETNORM_TESTS_OUTPUTS_SPOOL_SAMPLE_H
#define NETNORM_TESTS_OUTPUTS_SPOOL_SAMPLE_H

#include "tests/outputs/script.h"
#include "tests/outputs/store_sample.h"

#include "outputs/spool.h"

/* The script's kind, of which several can be open: all have the one script. */
struct far {
	struct output *output;
};

static inline void *
far_open(const struct output_config *config, struct output *output)
{
	struct far *f = calloc(1, sizeof(*f));

	(void)config;
	f->output = output;
	return f;
}

static inline size_t
far_write(void *self, struct record *const *records, size_t n)
{
	size_t i = 0;

	pthread_mutex_lock(&script.lock);
	script.output = ((struct far *)self)->output;
	if (script.most > 0 && n > script.most)
		n = script.most;
	while (!script.hold && i < n && script_one(records + i))
		i++;
	pthread_mutex_unlock(&script.lock);
	return i;
}

static const struct output_kind far_kind = {
	.name = "far", .config_bytes = sizeof(struct output_config), .open = far_open, .write = far_write, .close = free,
};

enum { MIB = 1 << 20 };

/* The least of what a worker does, with one route each in `takers`. */
static inline bool
offer_to(struct spool *s, struct output *const *takers, size_t n, struct record *r)
{
	bool taken;

	for (size_t i = 0; i < n; i++)
		r->takers |= output_spool_bit(takers[i]);
	taken = output_offer(spool_output(s), 0, r);
	for (size_t i = 0; i < n; i++)
		output_spooled(takers[i], 0, r, taken);
	record_unref(&r);
	return taken;
}

static inline bool
offer_one(struct spool *s, struct output *o, unsigned serial)
{
	return offer_to(s, &o, 1, sample_record(serial, 5, "edge7", "ios"));
}

static inline void
offer_many(struct spool *s, struct output *o, unsigned first, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		offer_one(s, o, first + i);
	output_wake(spool_output(s));
}

static inline struct spool *
open_spool_with(struct spool_config c)
{
	char path[128];
	struct spool *s;

	snprintf(path, sizeof(path), "%s", store_path("spool"));
	c.path = path;
	c.queue_limit_bytes = 1 << 30;
	s = spool_open(&c, 1, false);
	cr_assert_not_null(s);
	return s;
}

static inline struct spool *
open_spool(int64_t limit, int64_t queue, int when_full)
{
	return open_spool_with((struct spool_config){ .limit_bytes = limit, .batch = 1000, .delay_ms = 5, .queue_limit = queue, .when_full = when_full });
}

/* Few, and with long delays, so that nothing but what is asked for ends the gathering. */
static inline struct spool *
open_slow_spool(void)
{
	return open_spool_with((struct spool_config){ .limit_bytes = 64 * MIB, .batch = 1000, .delay_ms = 400, .queue_limit = 5000 });
}

static inline struct output *
open_named(struct spool *s, const char *name)
{
	char copy[32];
	struct output_config c = config_of(1000);

	snprintf(copy, sizeof(copy), "%s", name);
	c.name = copy;
	return output_open_kind(&far_kind, &c, 1, false, s);
}

static inline void
expect_ledger(const struct output *o, const char *when)
{
	struct output_stats s = sample_stats(o);

	cr_expect_eq(sample_imbalance(&s) + (int64_t)s.resumed, 0, "%s: offered %llu, resumed %llu, sent %llu, queued %llu, dropped %llu", when,
	    (unsigned long long)s.offered, (unsigned long long)s.resumed, (unsigned long long)s.sent, (unsigned long long)s.queued,
	    (unsigned long long)sample_dropped(&s));
}

static inline struct spool_stats
stats_of(const struct spool *s)
{
	struct spool_stats out;

	spool_stats(s, &out);
	return out;
}

#endif
