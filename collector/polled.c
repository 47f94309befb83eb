#include "collector/polled.h"

#include <stdlib.h>

#include "base/clock.h"

#define FIRST_BACKOFF_NS (10 * CLOCK_NS_PER_S)
#define MOST_BACKOFF_NS (1800 * CLOCK_NS_PER_S)
#define SOON 5                          /* what is due within a fifth of its interval goes along with what is due now */
#define FIRST_SPREAD_NS (60 * CLOCK_NS_PER_S)

void
polled_limits(struct polled_limits *l, const struct enrichment_config *c)
{
	for (size_t i = 0; i < VIEW_KINDS; i++)
		l->interval_ns[i] = c->intervals_ms[i] * CLOCK_NS_PER_MS;
	l->look_timeout_ns = c->fresh_look.timeout_ms * CLOCK_NS_PER_MS;
	l->look_gap_ns = c->fresh_look.gap_ms * CLOCK_NS_PER_MS;
	l->look_every_ns = 60 * CLOCK_NS_PER_S / c->fresh_look.per_minute;
}

/* ---- chance ---- */

/* 0 to `most`.  Which thread draws first is chance, too: it need be no better. */
static int64_t
chance(int64_t most)
{
	static _Atomic uint64_t state = 1;
	uint64_t x = atomic_fetch_add_explicit(&state, UINT64_C(0x9e3779b97f4a7c15), memory_order_relaxed) ^ (uint64_t)clock_monotonic_ns();

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	x ^= x >> 31;
	return most > 0 ? (int64_t)(x % (uint64_t)most) : 0;
}

/* A tenth more or less. */
static int64_t
jitter(int64_t ns)
{
	return ns - ns / 10 + chance(ns / 5);
}

/* ---- the device ---- */

static int64_t
shortest(const struct polled_limits *l)
{
	int64_t ns = l->interval_ns[0];

	for (size_t i = 1; i < VIEW_KINDS; i++)
		ns = l->interval_ns[i] < ns ? l->interval_ns[i] : ns;
	return ns;
}

struct polled *
polled_new(const char *name, const struct polled_limits *l)
{
	struct polled *d = calloc(1, sizeof(*d));
	int64_t spread = shortest(l) < FIRST_SPREAD_NS ? shortest(l) : FIRST_SPREAD_NS;
	int64_t first_ns = clock_monotonic_ns() + chance(spread);

	if (!d || !(d->name = strdup(name))) {
		free(d);
		return NULL;
	}
	for (size_t i = 0; i < VIEW_KINDS; i++)
		d->due_ns[i] = first_ns;
	return d;
}

void
polled_free(struct polled **dp)
{
	if (*dp) {
		free((*dp)->name);
		free(*dp);
	}
	*dp = NULL;
}

void
polled_begin_anew(struct polled *d, const struct inventory_access *access)
{
	d->access = access;
	d->unsupported = 0;
	d->failures = 0;
	d->not_before_ns = 0;
	d->slow = false;
}

void
polled_known(struct polled *d, enum view_kind kind, int64_t asked_ns, const struct polled_limits *l)
{
	int64_t age_ns = clock_now_ns() - asked_ns;
	int64_t left_ns = age_ns < 0 ? 0 : jitter(l->interval_ns[kind]) - age_ns;

	d->proven = true;
	if (left_ns > 0)
		d->due_ns[kind] = clock_monotonic_ns() + left_ns;
}

bool
polled_troubled(const struct polled *d)
{
	return d->failures > 0 || d->slow || !d->proven;
}

/* ---- when ---- */

/* Looks are spent from a bucket that fills with time. */
static bool
look_is_allowed(const struct polled *d, const struct polled_limits *l, int64_t now_ns)
{
	return (d->looked_ns == 0 || now_ns >= d->looked_ns + l->look_gap_ns) && l->looks_from_ns <= now_ns + POLLED_BURST * l->look_every_ns;
}

bool
polled_look_due(const struct polled *d, const struct polled_limits *l, int64_t now_ns)
{
	return d->looks && look_is_allowed(d, l, now_ns);
}

static int64_t
look_due_ns(const struct polled *d, const struct polled_limits *l, int64_t now_ns)
{
	int64_t by_gap = d->looked_ns ? d->looked_ns + l->look_gap_ns : d->looks->wanted_ns;
	int64_t by_rate = l->looks_from_ns - POLLED_BURST * l->look_every_ns;

	if (look_is_allowed(d, l, now_ns))
		return d->looks->wanted_ns < now_ns ? d->looks->wanted_ns : now_ns;
	return by_gap > by_rate ? by_gap : by_rate;
}

int64_t
polled_due_ns(const struct polled *d, const struct polled_limits *l, int64_t now_ns)
{
	int64_t due_ns = INT64_MAX;

	for (size_t i = 0; i < VIEW_KINDS; i++) {
		if (!(d->unsupported >> i & 1) && d->due_ns[i] < due_ns)
			due_ns = d->due_ns[i];
	}
	if (due_ns < d->not_before_ns)
		due_ns = d->not_before_ns;
	if (d->looks && look_due_ns(d, l, now_ns) < due_ns)
		due_ns = look_due_ns(d, l, now_ns);
	return due_ns;
}

unsigned
polled_due_kinds(const struct polled *d, const struct polled_limits *l, int64_t now_ns)
{
	unsigned kinds = 0;

	if (now_ns < d->not_before_ns)
		return 0;
	for (unsigned i = 0; i < VIEW_KINDS; i++) {
		if (!(d->unsupported >> i & 1) && d->due_ns[i] <= now_ns + l->interval_ns[i] / SOON)
			kinds |= 1u << i;
	}
	return kinds;
}

static int64_t
backoff_ns(unsigned failures)
{
	int64_t ns = FIRST_BACKOFF_NS;

	for (unsigned i = 1; i < failures && ns < MOST_BACKOFF_NS; i++)
		ns *= 2;
	return jitter(ns < MOST_BACKOFF_NS ? ns : MOST_BACKOFF_NS);
}

void
polled_done(struct polled *d, const struct poll *poll, const struct polled_limits *l, const struct polled_times *t)
{
	int64_t timeout_ms = poll->access->target.timeout_ms ? poll->access->target.timeout_ms : poll->timeout_ms;

	d->unsupported |= poll->unsupported;
	d->slow = t->ended_ns - t->began_ns > timeout_ms * CLOCK_NS_PER_MS / 2;
	for (unsigned i = 0; i < VIEW_KINDS; i++) {
		if (poll->parts[i] || (poll->kinds >> i & 1 && poll->error == DEVICE_OK))
			d->due_ns[i] = t->began_ns + jitter(l->interval_ns[i]);
	}
	d->failures = poll->error == DEVICE_OK ? 0 : d->failures + 1;
	d->proven |= poll->error == DEVICE_OK;
	d->not_before_ns = d->failures ? t->ended_ns + backoff_ns(d->failures) : 0;
}

/* ---- fresh looks ---- */

enum polled_look
polled_add_look(struct polled *d, const struct polled_limits *limits, struct look *l)
{
	struct look **at = &d->looks;

	for (; *at; at = &(*at)->next) {
		if ((*at)->key == l->key && l->wanted_ns - (*at)->wanted_ns <= limits->look_timeout_ns)
			return POLLED_LOOK_JOINS;
	}
	if (d->nlooks == POLLER_MAX_LOOKS)
		return POLLED_LOOK_TOO_MANY;
	l->next = NULL;
	*at = l;
	d->nlooks++;
	return POLLED_LOOK_WAITS;
}

struct look *
polled_take_looks(struct polled *d, struct polled_limits *l, int64_t now_ns)
{
	struct look *all = d->looks;

	if (!all || !look_is_allowed(d, l, now_ns))
		return NULL;
	d->looks = NULL;
	d->nlooks = 0;
	d->looked_ns = now_ns;
	l->looks_from_ns = (l->looks_from_ns > now_ns ? l->looks_from_ns : now_ns) + l->look_every_ns;
	return all;
}

/* They stand in the order of their coming. */
struct look *
polled_take_late(struct polled *d, const struct polled_limits *l, int64_t now_ns)
{
	struct look *late = d->looks, **at = &late;

	while (*at && now_ns - (*at)->wanted_ns > l->look_timeout_ns) {
		at = &(*at)->next;
		d->nlooks--;
	}
	d->looks = *at;
	*at = NULL;
	return late;
}
