/*
 * pool: blocks in classes of size.  A free block holds the list's link; one in use knows where it belongs.
 */
#include "outputs/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#define CLASS_BYTES 512u
#define CLASSES 64u             /* larger ones are malloc's alone */
/* What nobody uses lies in three heaps: sorted, returned and not yet sorted, being returned. */
#define RETURNED_MOST (POOL_KEPT_BYTES / 8 * 3)
#define SORTED_MOST (POOL_KEPT_BYTES - 2 * RETURNED_MOST)
#define SORT_AT_ONCE 64         /* returned blocks that one allocation sorts at most: no long pause after a long queue */

struct block {
	_Alignas(16) struct pool *owner;        /* NULL: malloc's */
	struct block *next;
	size_t class;
};

struct pool {
	struct block *free[CLASSES];
	struct block *unsorted;                 /* returned, not yet in `free` */
	size_t kept_bytes;
	struct pool *next_idle;
	_Alignas(64) _Atomic(struct block *) returned;  /* pushed by other threads */
	_Atomic size_t returned_bytes;
};

static _Thread_local struct pool *own;
static struct pool *idle;                       /* of threads that have ended */
static pthread_mutex_t idle_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static void
thread_ended(void *arg)
{
	struct pool *p = arg;

	own = NULL;
	pthread_mutex_lock(&idle_lock);
	p->next_idle = idle;
	idle = p;
	pthread_mutex_unlock(&idle_lock);
}

static void
make_key(void)
{
	if (pthread_key_create(&key, thread_ended) != 0)
		abort();
}

/* This thread's pool, NULL without memory. */
static struct pool *
own_pool(void)
{
	if (own)
		return own;
	pthread_once(&once, make_key);
	pthread_mutex_lock(&idle_lock);
	own = idle;
	if (own)
		idle = own->next_idle;
	pthread_mutex_unlock(&idle_lock);
	if (!own && (own = aligned_alloc(64, sizeof(*own))))
		*own = (struct pool){ .kept_bytes = 0 };
	if (own)
		pthread_setspecific(key, own);
	return own;
}

static size_t
class_bytes(size_t class)
{
	return class * CLASS_BYTES;
}

static void
keep(struct pool *p, struct block *b)
{
	if (p->kept_bytes + class_bytes(b->class) > SORTED_MOST) {
		free(b);
		return;
	}
	p->kept_bytes += class_bytes(b->class);
	b->next = p->free[b->class];
	p->free[b->class] = b;
}

/* Sort some of what came back, until there is one of this class. */
static void
sort_returned(struct pool *p, size_t class)
{
	for (int i = 0; i < SORT_AT_ONCE && !p->free[class]; i++) {
		struct block *b;

		if (!p->unsorted) {
			atomic_store_explicit(&p->returned_bytes, 0, memory_order_relaxed);
			p->unsorted = atomic_exchange_explicit(&p->returned, NULL, memory_order_acquire);
		}
		b = p->unsorted;
		if (!b)
			return;
		p->unsorted = b->next;
		keep(p, b);
	}
}

void *
pool_alloc(size_t bytes)
{
	size_t class = bytes < CLASSES * CLASS_BYTES ? (bytes + sizeof(struct block) + CLASS_BYTES - 1) / CLASS_BYTES : CLASSES;
	struct pool *p = class < CLASSES ? own_pool() : NULL;
	struct block *b;

	if (p) {
		if (!p->free[class])
			sort_returned(p, class);
		b = p->free[class];
		if (b) {
			p->free[class] = b->next;
			p->kept_bytes -= class_bytes(class);
			return b + 1;
		}
	}
	b = bytes < SIZE_MAX - sizeof(*b) ? malloc(p ? class_bytes(class) : bytes + sizeof(*b)) : NULL;
	if (!b)
		return NULL;
	b->owner = p;
	b->class = class;
	return b + 1;
}

void
pool_free(void *memory)
{
	struct block *b = memory ? (struct block *)memory - 1 : NULL;

	if (!b)
		return;
	if (!b->owner) {
		free(b);
	} else if (b->owner == own) {
		keep(own, b);
	} else {
		struct pool *p = b->owner;
		size_t bytes = class_bytes(b->class);

		if (atomic_load_explicit(&p->returned_bytes, memory_order_relaxed) + bytes > RETURNED_MOST) {
			free(b);
			return;
		}
		atomic_fetch_add_explicit(&p->returned_bytes, bytes, memory_order_relaxed);
		b->next = atomic_load_explicit(&p->returned, memory_order_relaxed);
		while (!atomic_compare_exchange_weak_explicit(&p->returned, &b->next, b, memory_order_release, memory_order_relaxed))
			;
	}
}
