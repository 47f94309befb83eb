/*
 * The answers of devices on the disk.
 */
#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "collector/cache.h"

static char dir[64];

static void
make_dir(void)
{
	snprintf(dir, sizeof(dir), "/tmp/netnorm-cache-XXXXXX");
	cr_assert_not_null(mkdtemp(dir));
	log_set_level(LOG_LEVEL_ERROR);
}

static void
remove_files(const char *folder)
{
	static const char *const names[] = { "data.mdb", "lock.mdb", "owner", "data.mdb.damaged" };
	char path[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

static void
remove_dir(void)
{
	remove_files(dir);
}

TestSuite(cache, .init = make_dir, .fini = remove_dir);

struct seen {
	char text[1024];
	size_t n;
};

static void
note(void *arg, struct span device, struct span getter, const json_t *result, int64_t asked_ns)
{
	struct seen *s = arg;
	char *json = json_dumps(result, JSON_COMPACT | JSON_ENCODE_ANY);

	s->n += (size_t)snprintf(s->text + s->n, sizeof(s->text) - s->n, "%.*s %.*s %lld %s;", (int)device.n, device.p, (int)getter.n, getter.p, (long long)asked_ns, json);
	free(json);
}

static void
put(struct cache *c, const char *device, const char *getter, const char *json, int64_t asked_ns)
{
	json_t *result = json_loads(json, JSON_ALLOW_NUL, NULL);

	cr_expect_eq(cache_put(c, device, getter, result, asked_ns), 0, "%s", device);
	json_decref(result);
}

static bool
is_not_b(void *arg, struct span device)
{
	(void)arg;
	return !span_eq(device, SPAN_LIT("b"));
}

Test(cache, what_was_put_is_there_after_it_was_opened_again)
{
	struct cache *c = cache_open(dir, 1 << 20);
	struct cache_stats stats;
	struct seen s = { .n = 0 };

	cr_assert_not_null(c);
	put(c, "b", "get_facts", "{\"model\":\"x\"}", 5);
	put(c, "a", "get_facts", "{\"model\":\"old\"}", 1);
	put(c, "a", "get_facts", "{\"model\":\"\\u0000\\u00e9\"}", 2);
	put(c, "a", "get_interfaces", "{}", 3);
	cr_expect_null(cache_open(dir, 1 << 20), "two at once");
	cache_close(&c);
	c = cache_open(dir, 1 << 20);
	cr_assert_not_null(c);
	cache_each(c, note, &s);
	cr_expect_str_eq(s.text, "a get_facts 2 {\"model\":\"\\u0000\xc3\xa9\"};a get_interfaces 3 {};b get_facts 5 {\"model\":\"x\"};");
	cache_prune(c, is_not_b, NULL);
	cache_stats(c, &stats);
	cr_expect_eq(stats.entries, 2);
	cr_expect_eq(stats.failures, 0);
	cache_close(&c);
}

Test(cache, the_folders_above_it_are_made)
{
	char path[96];
	struct cache *c;
	struct stat st;

	snprintf(path, sizeof(path), "%s/state/netnorm/devices", dir);
	c = cache_open(path, 1 << 20);
	cr_assert_not_null(c);
	put(c, "a", "get_facts", "{}", 1);
	cache_close(&c);
	for (char *slash; (slash = strrchr(path, '/')) && strlen(path) > strlen(dir); *slash = '\0') {
		cr_expect(stat(path, &st) == 0 && (st.st_mode & 0777) == 0700, "%s", path);
		remove_files(path);
	}
}

static void
end_by_alarm(void)
{
	signal(SIGALRM, SIG_DFL);
	raise(SIGALRM);
}

Test(cache, one_that_could_not_be_tried_in_time_is_left_as_it_is)
{
	struct cache *c = cache_open(dir, 1 << 20);
	char path[128];

	cr_assert_not_null(c);
	put(c, "a", "get_facts", "{}", 1);
	cache_close(&c);
	pthread_atfork(NULL, NULL, end_by_alarm);       /* the trial is a child */
	cr_expect_null(cache_open(dir, 1 << 20));
	snprintf(path, sizeof(path), "%s/data.mdb.damaged", dir);
	cr_expect_eq(access(path, F_OK), -1);
	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	cr_expect_eq(access(path, F_OK), 0);
}

/* What the log says of an answer that is not kept. */
static void
expect_told(size_t bytes, const char *words)
{
	struct cache *c = cache_open(dir, 128 << 10);
	char *large = malloc(bytes + 1), path[128], text[1024] = "";
	json_t *result = json_object();
	int told, was = dup(STDERR_FILENO);

	cr_assert(c && large);
	snprintf(path, sizeof(path), "%s/told", dir);
	told = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	unlink(path);
	memset(large, 'x', bytes);
	large[bytes] = '\0';
	json_object_set_new(result, "text", json_string(large));
	log_set_level(LOG_LEVEL_WARNING);
	dup2(told, STDERR_FILENO);
	cr_expect_eq(cache_put(c, "a", "get_config", result, 1), -1);
	dup2(was, STDERR_FILENO);
	cr_expect_gt(pread(told, text, sizeof(text) - 1, 0), 0);
	cr_expect(strstr(text, words), "\"%s\" is not in %s", words, text);
	close(told);
	close(was);
	json_decref(result);
	free(large);
	cache_close(&c);
}

Test(cache, an_answer_that_is_too_large_is_told_as_such)
{
	expect_told(CACHE_MAX_ANSWER, "more than 16 MiB");
}

Test(cache, a_full_cache_is_told_as_such)
{
	expect_told(200000, "cache_limit");
}

Test(cache, what_does_not_fit_is_counted_and_the_rest_stays)
{
	struct cache *c = cache_open(dir, 128 << 10);
	char name[CACHE_MAX_NAME + 2];
	char *large = malloc(100000);
	json_t *result;
	struct cache_stats stats;

	cr_assert(c && large);
	put(c, "a", "get_facts", "{}", 1);
	memset(name, 'n', sizeof(name));
	name[CACHE_MAX_NAME + 1] = '\0';
	result = json_object();
	cr_expect_eq(cache_put(c, name, "get_facts", result, 1), -1, "a name of %d bytes", CACHE_MAX_NAME + 1);
	name[CACHE_MAX_NAME] = '\0';
	cr_expect_eq(cache_put(c, name, "get_facts", result, 1), 0, "a name of %d bytes", CACHE_MAX_NAME);
	memset(large, 'x', 99999);
	large[99999] = '\0';
	json_object_set_new(result, "text", json_string(large));
	cr_expect_eq(cache_put(c, "large", "get_facts", result, 1), -1, "more than there is room for");
	cache_stats(c, &stats);
	cr_expect_eq(stats.entries, 2);
	cr_expect_eq(stats.failures, 2);
	put(c, "z", "get_facts", "{}", 1);
	json_decref(result);
	free(large);
	cache_close(&c);
}

Test(cache, one_that_lacks_its_end_is_begun_anew_and_kills_nobody)
{
	struct cache *c = cache_open(dir, 1 << 20);
	char path[128], name[32];
	struct cache_stats stats;
	struct seen s = { .n = 0 };

	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "device-%d", i);
		put(c, name, "get_facts", "{\"model\":\"a model with a name that takes some bytes of its page\"}", i);
	}
	cache_close(&c);
	cr_assert_eq(truncate(path, 3 * 4096), 0);
	c = cache_open(dir, 1 << 20);
	cr_assert_not_null(c);
	cache_each(c, note, &s);
	put(c, "a", "get_facts", "{}", 1);
	cache_stats(c, &stats);
	cr_expect_eq(stats.entries, 1);
	cache_close(&c);
}

Test(cache, one_with_a_page_of_nonsense_is_begun_anew_and_kills_nobody)
{
	char path[128], name[32], noise[4096];
	unsigned seed = 1;

	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	for (int page = 2; page < 8; page++) {
		struct cache *c = cache_open(dir, 1 << 20);
		int fd;

		cr_assert(c, "page %d", page);
		for (int i = 0; i < 200; i++) {
			snprintf(name, sizeof(name), "device-%d", i);
			put(c, name, "get_facts", "{\"model\":\"a model with a name that takes some bytes of its page\"}", i);
		}
		cache_close(&c);
		for (size_t i = 0; i < sizeof(noise); i++)
			noise[i] = (char)rand_r(&seed);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		cr_assert_eq(pwrite(fd, noise, sizeof(noise), page * 4096), (ssize_t)sizeof(noise));
		close(fd);
	}
}

Test(cache, what_is_no_cache_is_set_aside_or_told)
{
	struct cache_stats stats;
	struct cache *c;
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	for (int i = 0; i < 1000; i++)
		cr_assert_eq(write(fd, "this is no database, ", 21), 21);
	close(fd);
	c = cache_open(dir, 1 << 20);
	cr_assert(c, "it is begun anew");
	cache_stats(c, &stats);
	cr_expect_eq(stats.entries, 0);
	cache_close(&c);
	cr_expect_null(cache_open("/dev/null/x", 1 << 20));
}
