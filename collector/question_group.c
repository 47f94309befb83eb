#include "collector/question_group.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "collector/cmd.h"

struct group {
	const struct question *questions;
	struct answer *answers;
	size_t n, next, done, failed;   /* under the lock */
	pthread_mutex_t lock;
	const _Atomic bool *cancel;
	bool progress;
};

static void
show_progress(const struct group *g)
{
	if (g->progress)
		fprintf(stderr, "\r%zu of %zu devices have answered, %zu failed ", g->done - g->failed, g->n, g->failed);
}

static void
finish(struct group *g, size_t i, struct answer a, const char *messages)
{
	pthread_mutex_lock(&g->lock);
	g->answers[i] = a;
	g->done++;
	g->failed += !a.result;
	if (messages && *messages)
		fprintf(stderr, "%s%s", g->progress ? "\r\033[K" : "", messages);
	show_progress(g);
	pthread_mutex_unlock(&g->lock);
}

static void
ask(struct group *g, size_t i)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *messages = open_memstream(&text, &bytes);
	struct answer a = { .status = CMD_FAILED };

	if (messages) {
		a = question_ask(&g->questions[i], messages);
		fclose(messages);
	}
	finish(g, i, a, text);
	free(text);
}

static void *
run(void *arg)
{
	struct group *g = arg;
	size_t i;

	for (;;) {
		pthread_mutex_lock(&g->lock);
		i = g->next < g->n && !atomic_load(g->cancel) ? g->next++ : g->n;
		pthread_mutex_unlock(&g->lock);
		if (i == g->n)
			return NULL;
		ask(g, i);
	}
}

static void
run_all(struct group *g, unsigned sessions)
{
	pthread_t *threads = calloc(sessions, sizeof(*threads));
	unsigned started = 0;

	while (threads && started < sessions && started < g->n && pthread_create(&threads[started], NULL, run, g) == 0)
		started++;
	if (started == 0)
		run(g);
	while (started > 0)
		pthread_join(threads[--started], NULL);
	free(threads);
}

static json_t *
gather(struct group *g)
{
	json_t *all = json_object();

	for (size_t i = 0; i < g->n; i++)
		json_object_set_new(all, g->questions[i].name, g->answers[i].result ? g->answers[i].result : json_null());
	return all;
}

json_t *
question_group_ask(const struct question *questions, size_t n, unsigned sessions, const _Atomic bool *cancel, int *status)
{
	struct group g = { .questions = questions, .n = n, .answers = calloc(n + 1, sizeof(*g.answers)), .cancel = cancel, .progress = isatty(STDERR_FILENO) };
	json_t *all;

	*status = CMD_FAILED;
	if (!g.answers)
		return NULL;
	pthread_mutex_init(&g.lock, NULL);
	show_progress(&g);
	run_all(&g, sessions);
	if (g.progress)
		fputs("\r\033[K", stderr);
	if (g.failed > 0)
		fprintf(stderr, "netnorm get: %zu of %zu devices failed\n", g.failed, n);
	if (g.done < n)
		fprintf(stderr, "netnorm get: interrupted: %zu of %zu devices were not asked\n", n - g.done, n);
	if (g.failed == 0 && g.done == n)
		*status = CMD_OK;
	all = gather(&g);
	pthread_mutex_destroy(&g.lock);
	free(g.answers);
	return all;
}
