/*
 * Inputs under load while everything happens that threads could trip over: outputs become full and have room again, counters are read,
 * receipts come back from elsewhere, an input is drained and closed while its workers go on.  For TSan; it also counts what arrived.
 */
#include <stdio.h>

#include "tests/collector/inputs_rig.h"

#define SENDERS 4
#define LINES 2000

static _Atomic bool over;
static int port;

static void
want(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "race_inputs: %s\n", what);
	exit(1);
}

static void *
send_tcp(void *arg)
{
	int fd = -1;

	for (int i = 0; i < LINES; i++) {
		if (i % 500 == 0) {
			if (fd != -1)
				close(fd);
			fd = rig_connect(SOCK_STREAM, arg, "127.0.0.1", port);
			want(fd != -1, "cannot connect");
		}
		want(send(fd, "<13>one of many\n", 16, 0) == 16, "cannot send");
	}
	close(fd);
	return NULL;
}

static void *
send_udp(void *arg)
{
	int fd = rig_connect(SOCK_DGRAM, arg, "127.0.0.1", port);

	for (int i = 0; i < LINES; i++) {
		send(fd, "<13>one of many", 15, 0);
		if (i % 50 == 0)
			poll(NULL, 0, 1);
	}
	close(fd);
	return NULL;
}

/* Outputs become full and have room again; all counters are read. */
static void *
disturb(void *arg)
{
	struct rig *r = arg;

	while (!over) {
		rig_store.full = !rig_store.full;
		for (unsigned i = 0; i < r->nworkers; i++) {
			struct counters c;

			worker_wake(r->workers[i]);
			counters_read(&r->workers[i]->page, &c);
			want(counters_imbalance(&c) == 0, "a reading does not balance");
		}
		poll(NULL, 0, 1);
	}
	rig_store.full = false;
	for (unsigned i = 0; i < r->nworkers; i++)
		worker_wake(r->workers[i]);
	return NULL;
}

static void *
let_go_of_receipts(void *arg)
{
	(void)arg;
	while (!over) {
		pthread_mutex_lock(&rig_store.lock);
		while (rig_store.nreceipts > 0)
			receipt_unref(&rig_store.receipts[--rig_store.nreceipts]);
		pthread_mutex_unlock(&rig_store.lock);
		poll(NULL, 0, 1);
	}
	return NULL;
}

static void
say_passed(struct worker *w, void *arg)
{
	(void)w;
	atomic_fetch_add((_Atomic size_t *)arg, 1);
}

/* As a reload does it: drained, all posts done, then closed while the workers go on. */
static void
retire(struct rig *r)
{
	_Atomic size_t passed = 0;

	if (!r->drained)
		want(rig_drain(r, 5000), "not drained");
	for (unsigned i = 0; i < r->nworkers; i++)
		worker_post(r->workers[i], say_passed, &passed);
	want(rig_wait(r, &passed, r->nworkers), "a worker stands still");
	r->input.kind->close(r->input.self);
	r->input.self = NULL;
}

static void
run(const char *kind, void *(*sender)(void *), bool all)
{
	static char froms[SENDERS][16];
	pthread_t senders[SENDERS], disturber;
	char yaml[256];
	struct rig *r;

	port = rig_free_port(sender == send_tcp ? SOCK_STREAM : SOCK_DGRAM);
	snprintf(yaml, sizeof(yaml), "- {name: i, kind: %s, address: 0.0.0.0, port: %d}", kind, port);
	r = rig_open(3, yaml);
	want(rig_is_open(r), "cannot open");
	rig_start(r);
	over = false;
	pthread_create(&disturber, NULL, disturb, r);
	for (int i = 0; i < SENDERS; i++) {
		snprintf(froms[i], sizeof(froms[i]), "127.0.0.%d", i + 1);
		pthread_create(&senders[i], NULL, sender, froms[i]);
	}
	for (int i = 0; i < 100; i++) {
		rig_run_ms(r, 5);
		rig_stat(r, "connections");
	}
	for (int i = 0; i < SENDERS; i++) {
		/* The main loop accepts. */
		while (pthread_tryjoin_np(senders[i], NULL) == EBUSY)
			rig_run_ms(r, 5);
	}
	over = true;
	pthread_join(disturber, NULL);
	retire(r);
	want(all ? rig_store.count == SENDERS * LINES : rig_store.count > 0, "messages were lost");
	rig_close(r);
}

static void
run_file(void)
{
	char path[64], yaml[256];
	pthread_t disturber, returner;
	struct rig *r;
	FILE *f;

	snprintf(path, sizeof(path), "/tmp/netnorm-race-%d.log", (int)getpid());
	f = fopen(path, "w");
	for (int i = 0; i < 20000; i++)
		fprintf(f, "%-60d\n", i);
	fclose(f);
	snprintf(yaml, sizeof(yaml), "- {name: i, kind: file, path: %s}", path);
	r = rig_open(2, yaml);
	unlink(path);
	rig_store.sealing = true;
	over = false;
	rig_start(r);
	pthread_create(&disturber, NULL, disturb, r);
	pthread_create(&returner, NULL, let_go_of_receipts, NULL);
	while (!r->drained) {
		rig_run_ms(r, 2);
		rig_stat(r, "acknowledged_bytes");
	}
	retire(r);
	over = true;
	pthread_join(disturber, NULL);
	pthread_join(returner, NULL);
	want(rig_store.count == 20000, "lines were lost");
	rig_close(r);
}

int
main(void)
{
	run("tcp", send_tcp, true);
	run("udp", send_udp, false);
	run_file();
	return 0;
}
