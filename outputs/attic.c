/*
 * attic: knows the names of rotated files; one of all attics works at a time, so that two of the same path (a reload) do not meet.
 */
#include "outputs/attic.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "outputs/pack.h"

#define ATTIC_RETRY_S 60        /* after a failure, or where another attic is at work */
#define ATTIC_BUSY_S 1
#define ATTIC_IDLE_S 600
#define ATTIC_MOST 100000       /* files looked at */
#define ATTIC_NICE 10

struct attic {
	char *folder, *base;            /* "folder/base" is the path */
	struct rotate_config config;
	pthread_t thread;
	pthread_mutex_t lock;           /* of `nudged` */
	pthread_cond_t cond;
	bool nudged;
	atomic_bool stop;
	_Atomic uint64_t compressed, deleted, failed;
};

/* One rotated file, in one of its forms. */
struct item {
	char stamp[ROTATE_STAMP + 1];
	enum pack_kind kind;
	bool undone;
};

struct items {
	struct item *items;
	size_t n, room;
};

static pthread_mutex_t attic_work = PTHREAD_MUTEX_INITIALIZER;

/* ---- what is there ---- */

/* False: it is no name of a rotated file. */
static bool
item_read(const struct attic *a, const char *name, struct item *item)
{
	size_t base = strlen(a->base);

	if (strncmp(name, a->base, base) != 0 || name[base] != '.' || strlen(name + base + 1) < ROTATE_STAMP ||
	    !rotate_is_stamp(span_of(name + base + 1, ROTATE_STAMP)))
		return false;
	memcpy(item->stamp, name + base + 1, ROTATE_STAMP);
	item->stamp[ROTATE_STAMP] = '\0';
	name += base + 1 + ROTATE_STAMP;
	for (int kind = PACK_NONE; pack_suffixes[kind]; kind++) {
		size_t n = strlen(pack_suffixes[kind]);

		if (strncmp(name, pack_suffixes[kind], n) != 0)
			continue;
		item->kind = (enum pack_kind)kind;
		item->undone = kind != PACK_NONE && strcmp(name + n, PACK_UNDONE) == 0;
		if (item->undone || name[n] == '\0')
			return true;
	}
	return false;
}

static int
add(struct items *all, const struct item *item)
{
	if (all->n == all->room) {
		size_t room = all->room ? 2 * all->room : 64;
		struct item *more = realloc(all->items, room * sizeof(*more));

		if (!more)
			return -1;
		all->items = more;
		all->room = room;
	}
	all->items[all->n++] = *item;
	return 0;
}

static int
latest_first(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = strcmp(y->stamp, x->stamp);

	return order ? order : (int)x->kind - (int)y->kind;
}

/* 0, or -1 with errno and those that were found. */
static int
look(const struct attic *a, struct items *all)
{
	DIR *d = opendir(a->folder);
	struct dirent *entry;
	struct item item;

	if (!d)
		return -1;
	while (all->n < ATTIC_MOST && (entry = readdir(d)))
		if (item_read(a, entry->d_name, &item) && add(all, &item) == -1)
			break;
	closedir(d);
	if (all->n > 0)
		qsort(all->items, all->n, sizeof(*all->items), latest_first);
	return 0;
}

/* ---- work ---- */

static bool
path_of(const struct attic *a, const struct item *item, char out[PATH_MAX])
{
	return snprintf(out, PATH_MAX, "%s/%s.%s%s%s", a->folder, a->base, item->stamp, pack_suffixes[item->kind], item->undone ? PACK_UNDONE : "") <
	    PATH_MAX;
}

static void
fail(struct attic *a, const char *path, const char *what)
{
	atomic_fetch_add(&a->failed, 1);
	log_once_a(ATTIC_RETRY_S, LOG_LEVEL_ERROR, "%s cannot be %s: %s", path, what, strerror(errno));
}

/* 0, or -1 if there is something to try again. */
static int
delete(struct attic *a, const struct item *item)
{
	char path[PATH_MAX];

	if (!path_of(a, item, path) || unlink(path) == 0 || errno == ENOENT)
		return 0;
	fail(a, path, "deleted");
	return -1;
}

static int
compress(struct attic *a, const struct item *item)
{
	char path[PATH_MAX];

	if (!path_of(a, item, path))
		return 0;
	if (pack_file(path, (enum pack_kind)a->config.compress, &a->stop) == 0) {
		atomic_fetch_add(&a->compressed, 1);
		return 0;
	}
	if (errno == ECANCELED || errno == ENOENT)
		return 0;
	fail(a, path, "compressed");
	return -1;
}

/* Half a compressed file is nothing: that is what a kill left. */
static int
delete_undone(struct attic *a, const struct items *all)
{
	int result = 0;

	for (size_t i = 0; i < all->n; i++)
		if (all->items[i].undone && delete(a, &all->items[i]) == -1)
			result = -1;
	return result;
}

/* Beyond `keep` all forms of a file go. */
static int
tidy(struct attic *a)
{
	struct items all = { 0 };
	int64_t rank = 0;
	int result = look(a, &all);

	if (delete_undone(a, &all) == -1)
		result = -1;
	for (size_t i = 0; i < all.n && !atomic_load(&a->stop); i++) {
		const struct item *item = &all.items[i];
		bool first = i == 0 || strcmp(item->stamp, all.items[i - 1].stamp) != 0;

		rank += first;
		if (item->undone)
			continue;
		if (a->config.keep > 0 && rank > a->config.keep) {
			if (delete(a, item) == -1)
				result = -1;
			else if (first)
				atomic_fetch_add(&a->deleted, 1);
		} else if (item->kind == PACK_NONE && a->config.compress != PACK_NONE && compress(a, item) == -1) {
			result = -1;
		}
	}
	free(all.items);
	return result;
}

/* ---- the thread ---- */

static void
attic_wait(struct attic *a, int seconds)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += seconds;
	pthread_mutex_lock(&a->lock);
	while (!a->nudged && !atomic_load(&a->stop))
		if (pthread_cond_timedwait(&a->cond, &a->lock, &until) != 0)
			break;
	a->nudged = false;
	pthread_mutex_unlock(&a->lock);
}

static void *
attic_run(void *arg)
{
	struct attic *a = arg;
	int result;

	setpriority(PRIO_PROCESS, (id_t)gettid(), ATTIC_NICE);
	while (!atomic_load(&a->stop)) {
		if (pthread_mutex_trylock(&attic_work) != 0) {
			attic_wait(a, ATTIC_BUSY_S);
			continue;
		}
		result = tidy(a);
		pthread_mutex_unlock(&attic_work);
		attic_wait(a, result == -1 ? ATTIC_RETRY_S : ATTIC_IDLE_S);
	}
	return NULL;
}

void
attic_nudge(struct attic *a)
{
	pthread_mutex_lock(&a->lock);
	a->nudged = true;
	pthread_cond_signal(&a->cond);
	pthread_mutex_unlock(&a->lock);
}

void
attic_stats(struct attic *a, struct attic_stats *s)
{
	*s = (struct attic_stats){ atomic_load(&a->compressed), atomic_load(&a->deleted), atomic_load(&a->failed) };
}

/* ---- its life ---- */

static int
split(struct attic *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	a->base = strdup(slash ? slash + 1 : path);
	a->folder = !slash ? strdup(".") : slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
	return a->base && a->folder ? 0 : -1;
}

/* Signals are the main thread's. */
static int
begin(struct attic *a)
{
	pthread_condattr_t attr;
	sigset_t all, before;
	int error;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->cond, &attr);
	pthread_condattr_destroy(&attr);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&a->thread, NULL, attic_run, a);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error) {
		pthread_cond_destroy(&a->cond);
		pthread_mutex_destroy(&a->lock);
		errno = error;
		return -1;
	}
	pthread_setname_np(a->thread, "attic");
	return 0;
}

static void
release(struct attic *a)
{
	free(a->folder);
	free(a->base);
	free(a);
}

struct attic *
attic_new(const char *path, const struct rotate_config *config, int64_t *last_ms)
{
	struct attic *a = calloc(1, sizeof(*a));
	struct items all = { 0 };

	*last_ms = 0;
	if (!a)
		return NULL;
	a->config = *config;
	if (split(a, path) == 0 && look(a, &all) == 0) {
		if (all.n > 0)
			*last_ms = rotate_stamp_ms(span_str(all.items[0].stamp));
		free(all.items);
		if (begin(a) == 0)
			return a;
	}
	release(a);
	return NULL;
}

void
attic_free(struct attic **ap)
{
	struct attic *a = *ap;

	*ap = NULL;
	if (!a)
		return;
	atomic_store(&a->stop, true);
	attic_nudge(a);
	pthread_join(a->thread, NULL);
	pthread_cond_destroy(&a->cond);
	pthread_mutex_destroy(&a->lock);
	release(a);
}
