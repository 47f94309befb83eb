/*
 * spool: the thread that writes.  It is an output's thread, and this a kind of output that no configuration names: queue, dropping by level, back-off
 * and counters are those of every output.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "outputs/spool_part.h"

#define SPOOL_DELETES 40000             /* with one commit */
#define SPOOL_POSITIONS_NS CLOCK_NS_PER_S       /* without new records positions are written so often */
#define SPOOL_FULL_NS (CLOCK_NS_PER_S / 20)     /* ... while it is full */
#define SPOOL_GATHER_NS (CLOCK_NS_PER_S / 100)
#define SPOOL_TELL_S 10

const char *const spool_sync_names[] = { "batch", "never", NULL };
static const char *const when_full_names[] = { "auto", "drop", "block", NULL };

const struct schema_option spool_options[] = {
	{ .key = "path", .type = SCHEMA_TEXT, .offset = offsetof(struct spool_config, path),
	    .help = "The directory of the spool. It is made if it is not there; one process at a time may use it." },
	{ .key = "limit", .type = SCHEMA_SIZE, .offset = offsetof(struct spool_config, limit_bytes), .fallback = "1GiB", .min = 1 << 20,
	    .max = INT64_C(1) << 44, .help = "The most that records take on the disk (its file may be a quarter and 64 MiB larger while space is put to use again, and does not shrink). When it is full, "
	            "its queue fills." },
	{ .key = "sync", .type = SCHEMA_ENUM, .offset = offsetof(struct spool_config, sync), .fallback = "batch", .names = spool_sync_names,
	    .help = "batch: each batch is on the disk before it counts as accepted. never: the system writes when it likes; a crash of netnorm costs nothing, a "
	            "power cut or a crash of the system may cost the whole spool." },
	{ .key = "batch", .type = SCHEMA_INT, .offset = offsetof(struct spool_config, batch), .fallback = "10000", .min = 1, .max = 1000000,
	    .help = "So many records are written in one transaction at most." },
	{ .key = "delay", .type = SCHEMA_DURATION, .offset = offsetof(struct spool_config, delay_ms), .fallback = "20ms", .min = 0, .max = 10000,
	    .help = "A record waits so long at most for others to be written with it." },
	{ .key = "queue", .type = SCHEMA_INT, .offset = offsetof(struct spool_config, queue_limit), .fallback = "100000", .min = 1, .max = 100000000,
	    .help = "The most records that wait in memory to be written." },
	{ .key = "queue_bytes", .type = SCHEMA_SIZE, .offset = offsetof(struct spool_config, queue_limit_bytes), .fallback = "256MiB", .min = 4096,
	    .max = INT64_C(1) << 40, .help = "The most memory that they take." },
	{ .key = "when_full", .type = SCHEMA_ENUM, .offset = offsetof(struct spool_config, when_full), .fallback = "block", .names = when_full_names,
	    .help = "When they do: as of an output's queue; by default inputs that can wait are held back, and datagrams are dropped by severity." },
	SCHEMA_END,
};

bool
spool_same(const struct spool_config *a, const struct spool_config *b)
{
	if (!a->path || !b->path)
		return !a->path && !b->path;
	return schema_equal(spool_options, a, b);
}

/* ---- the kind ---- */

struct spool_kind_config {
	struct output_config common;
	struct spool *spool;
};

static void *
kind_open(const struct output_config *config, struct output *output)
{
	struct spool *s = ((const struct spool_kind_config *)config)->spool;

	s->output = output;
	output_set_gather(output, s->delay_ns / 2 < SPOOL_GATHER_NS ? s->delay_ns / 2 : SPOOL_GATHER_NS);
	return s;
}

/* Of the one whose turn it is.  Under the lock. */
static uint64_t
position_of(const struct spool_slot *slot)
{
	const struct spool_tail *t = slot->newest;

	while (t && t->older)
		t = t->older;
	return t ? atomic_load_explicit(&t->position, memory_order_acquire) : slot->left;
}

/* The positions of outputs, as far as they are further than in the store; is there one?  Under the lock. */
static bool
gather_positions(struct spool *s, uint64_t positions[STORE_MAX_OUTPUTS])
{
	uint64_t open = 0;
	bool moved = false;

	for (size_t i = 0; i < STORE_MAX_OUTPUTS; i++) {
		uint64_t at = position_of(&s->slots[i]);

		positions[i] = at > s->slots[i].written ? at : UINT64_MAX;
		moved |= at > s->slots[i].written;
		open |= s->slots[i].newest ? UINT64_C(1) << i : 0;
	}
	store_set_open(s->store, open);
	return moved;
}

static void
positions_written(struct spool *s, const uint64_t positions[STORE_MAX_OUTPUTS])
{
	for (size_t i = 0; i < STORE_MAX_OUTPUTS; i++)
		if (positions[i] != UINT64_MAX)
			s->slots[i].written = positions[i];
	s->positions_ns = clock_monotonic_ns();
}

/* Each taker's count, and the record itself for those that keep up; then it is not the spool's any more.  Under both locks. */
static void
accept(struct spool *s, struct record *const *cell, uint64_t number)
{
	struct record *r = *cell;

	record_is_stored(r, number);
	for (uint64_t takers = r->takers; takers; takers &= takers - 1) {
		struct spool_slot *slot = &s->slots[__builtin_ctzll(takers)];

		slot->committed.records++;
		slot->committed.bytes += r->bytes;
		if (slot->newest)
			tail_give(slot->newest, r);
	}
	output_settle_at(s->output, cell, OUTPUT_DONE, NULL);
}

static void
accept_all(struct spool *s, uint64_t number)
{
	pthread_mutex_lock(&s->fresh);
	for (size_t i = 0; i < s->gathered; i++)
		accept(s, s->cells[i], number++);
	for (size_t i = 0; i < STORE_MAX_OUTPUTS; i++)
		if (s->slots[i].newest)
			atomic_store(&s->slots[i].newest->fresh_next, number);
	pthread_mutex_unlock(&s->fresh);
	for (size_t i = 0; i < STORE_MAX_OUTPUTS; i++)
		if (s->slots[i].newest)
			output_wake(s->slots[i].newest->output);
	s->gathered = 0;
}

static void
tell_failure(struct spool *s)
{
	int error = errno;

	atomic_fetch_add_explicit(&s->failures, 1, memory_order_relaxed);
	log_once_a(SPOOL_TELL_S, LOG_LEVEL_ERROR, "the spool cannot be written, records wait in memory: %s",
	    error == EFBIG ? "no pages are free (does someone hold old ones by reading for long?)" : strerror(error));
}

/* What was gathered waits in the queue again, and next time it goes in smaller parts. */
static void
take_back(struct spool *s)
{
	store_abort(s->store);
	for (size_t i = 0; i < s->gathered; i++)
		output_settle_at(s->output, s->cells[i], OUTPUT_DOWN, NULL);
	s->most = s->gathered > 1 ? (int64_t)s->gathered / 2 : 1;
	s->gathered = 0;
}

/* All that is gathered is on the disk, or waits in the queue again. */
static int
commit(struct spool *s)
{
	uint64_t positions[STORE_MAX_OUTPUTS];
	int rc;

	pthread_mutex_lock(&s->lock);
	gather_positions(s, positions);
	rc = store_commit(s->store, positions, SPOOL_DELETES);
	if (rc == -1) {
		pthread_mutex_unlock(&s->lock);
		tell_failure(s);
		take_back(s);
		return -1;
	}
	positions_written(s, positions);
	accept_all(s, store_next(s->store) - s->gathered);
	pthread_mutex_unlock(&s->lock);
	s->most = s->most < s->batch / 2 ? s->most * 2 : s->batch;
	atomic_fetch_add_explicit(&s->commits, 1, memory_order_relaxed);
	return 0;
}

/* Nothing new is written, but what outputs have got is noted, and its room is free. */
static void
commit_positions(struct spool *s)
{
	uint64_t positions[STORE_MAX_OUTPUTS];
	bool moved, sweep = atomic_exchange(&s->sweep, false);

	s->positions_ns = clock_monotonic_ns();
	pthread_mutex_lock(&s->lock);
	moved = gather_positions(s, positions);
	pthread_mutex_unlock(&s->lock);
	if (!moved && !sweep && !store_is_behind(s->store))
		return;
	if (store_begin(s->store) == 0 && store_commit(s->store, positions, SPOOL_DELETES) == 0) {
		positions_written(s, positions);
		if (store_is_behind(s->store))
			s->positions_ns = 0;    /* go on at once */
		return;
	}
	tell_failure(s);
	if (sweep)
		atomic_store(&s->sweep, true);
}

static bool
begin(struct spool *s)
{
	if (s->gathered > 0)
		return true;
	s->due_ns = clock_monotonic_ns() + s->delay_ns;
	if (store_begin(s->store) == 0)
		return true;
	tell_failure(s);
	return false;
}

/* What was gathered goes to the disk; the others wait in the queue until outputs have got something. */
static void
is_full(struct spool *s)
{
	log_once_a(SPOOL_TELL_S, LOG_LEVEL_WARNING, "the spool is full (%llu MiB): records wait in memory", (unsigned long long)store_limit_bytes(s->store) >> 20);
	if (s->gathered > 0)
		commit(s);
	else if (clock_monotonic_ns() - s->positions_ns >= SPOOL_FULL_NS)
		commit_positions(s);
	output_set_up(s->output, false);
}

static size_t
kind_write(void *self, struct record *const *records, size_t n)
{
	struct spool *s = self;

	for (size_t i = 0; i < n; i++) {
		if (i + 2 < n)
			__builtin_prefetch(records[i + 2]);     /* another core wrote it */
		if (store_is_full(s->store)) {
			is_full(s);
			return i;
		}
		if (!begin(s)) {
			output_settle_at(s->output, &records[i], OUTPUT_DOWN, NULL);
			return i + 1;
		}
		s->cells[s->gathered++] = &records[i];
		if (store_put(s->store, records[i]) == 0) {
			tell_failure(s);
			take_back(s);
			return i + 1;
		}
		if ((int64_t)s->gathered >= s->most && commit(s) == -1)
			return i + 1;
	}
	return n;
}

static void
kind_poll(void *self, int timeout_ms)
{
	struct spool *s = self;
	struct pollfd fd = { .fd = output_wake_fd(s->output), .events = POLLIN };
	int64_t now = clock_monotonic_ns(), left = s->due_ns - now;

	if (s->gathered > 0 && left / CLOCK_NS_PER_MS < timeout_ms)
		timeout_ms = left > 0 ? (int)(left / CLOCK_NS_PER_MS) + 1 : 0;
	if (timeout_ms > 0)
		poll(&fd, 1, timeout_ms);
	now = clock_monotonic_ns();
	if (s->gathered > 0 && now >= s->due_ns)
		commit(s);
	else if (s->gathered == 0 && now - s->positions_ns >= SPOOL_POSITIONS_NS)
		commit_positions(s);
}

static int
kind_flush(void *self, int timeout_ms)
{
	struct spool *s = self;

	(void)timeout_ms;
	return s->gathered > 0 ? commit(s) : 0;
}

static void
kind_close(void *self)
{
	struct spool *s = self;

	store_abort(s->store);
}

static const struct output_kind spool_kind = {
	.name = "spool",
	.acknowledges = true,
	.config_bytes = sizeof(struct spool_kind_config),
	.open = kind_open,
	.write = kind_write,
	.poll = kind_poll,
	.flush = kind_flush,
	.close = kind_close,
	.help = "The spool.",
};

/* ---- opening and closing ---- */

static struct output *
open_output(struct spool *s, const struct spool_config *config, unsigned workers, bool block_by_default)
{
	struct spool_kind_config kind = {
		.common = { .name = (char[]){ "spool" }, .queue = { .limit = config->queue_limit, .limit_bytes = config->queue_limit_bytes,
		    .when_full = config->when_full } },
		.spool = s,
	};

	return output_open_kind(&spool_kind, &kind.common, workers, block_by_default, NULL);
}

struct spool *
spool_open(const struct spool_config *config, unsigned workers, bool block_by_default)
{
	struct store_setting setting = { .path = config->path, .limit_bytes = config->limit_bytes, .sync = config->sync == 0 };
	struct spool *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	pthread_mutex_init(&s->lock, NULL);
	pthread_mutex_init(&s->fresh, NULL);
	atomic_init(&s->sweep, true);
	s->batch = s->most = config->batch;
	s->delay_ns = config->delay_ms * CLOCK_NS_PER_MS;
	s->cells = calloc((size_t)config->batch + OUTPUT_BATCH, sizeof(*s->cells));
	s->store = s->cells ? store_open(&setting) : NULL;
	if (s->store && open_output(s, config, workers, block_by_default))
		return s;
	s->output = NULL;               /* which kind_open() had, and is freed */
	spool_close(&s, clock_monotonic_ns());
	return NULL;
}

uint64_t
spool_close(struct spool **sp, int64_t deadline_ns)
{
	struct spool *s = *sp;
	uint64_t left = 0;

	*sp = NULL;
	if (!s)
		return 0;
	if (s->output)
		left = output_close(&s->output, deadline_ns);
	if (s->store)
		commit_positions(s);    /* where the outputs came to */
	store_close(&s->store);
	pthread_mutex_destroy(&s->lock);
	pthread_mutex_destroy(&s->fresh);
	free(s->cells);
	free(s);
	return left;
}

struct output *
spool_output(struct spool *s)
{
	return s->output;
}

void
spool_stats(const struct spool *s, struct spool_stats *out)
{
	out->bytes = store_bytes(s->store);
	out->limit_bytes = store_limit_bytes(s->store);
	out->next = store_next(s->store);
	out->commits = atomic_load_explicit(&s->commits, memory_order_relaxed);
	out->failures = atomic_load_explicit(&s->failures, memory_order_relaxed);
}

/* Outputs are opened and closed by the caller's thread alone. */
int
spool_drop(struct spool *s, const char *name)
{
	struct store_output all[STORE_MAX_OUTPUTS];
	size_t n = store_outputs(s->store, all), i = 0;
	bool open;

	while (i < n && strcmp(all[i].name, name) != 0)
		i++;
	pthread_mutex_lock(&s->lock);
	open = i < n && s->slots[all[i].id].newest;
	pthread_mutex_unlock(&s->lock);
	if (i == n || open) {
		errno = open ? EBUSY : ENOENT;
		return -1;
	}
	if (store_output_drop(s->store, name) == -1)
		return -1;
	atomic_store(&s->sweep, true);
	return 0;
}

void
spool_tell_gone(struct spool *s)
{
	struct store_output all[STORE_MAX_OUTPUTS];
	size_t n = store_outputs(s->store, all);

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < n; i++)
		if (!s->slots[all[i].id].newest)
			log_warning("the spool keeps what output \"%s\" has not got, which is not configured: `netnorm spool drop %s` gives it up", all[i].name,
			    all[i].name);
	pthread_mutex_unlock(&s->lock);
}
