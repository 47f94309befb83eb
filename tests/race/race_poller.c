/*
 * A poller with devices that answer and devices that refuse, while threads wish for fresh looks, read the counters and the main thread gives it other inventories, as a
 * reload does.  Whatever happens: each look comes to one end, and what is learned is whole.
 */
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "collector/config.h"
#include "collector/poller.h"

#define DEVICES 12                      /* every third refuses */
#define SESSIONS 6
#define RELOADS 12
#define RELOAD_US 60000
#define WISHERS 2

#define CHECK(condition)                                                                \
	do {                                                                            \
		if (!(condition)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                        \
		}                                                                       \
	} while (0)

static struct poller *poller;
static _Atomic uint64_t learned, looked, gone;
static _Atomic bool done;
static char dir[] = "/tmp/netnorm-race-XXXXXX";

/* ---- a device of eAPI that knows nothing: {} to each command ---- */

static void
answer(int fd)
{
	char in[8192], body[4096], out[5000];
	size_t n = 0, commands = 1;
	ssize_t got;

	while ((got = read(fd, in + n, sizeof(in) - 1 - n)) > 0) {
		n += (size_t)got;
		in[n] = '\0';
		if (!strstr(in, "\"netnorm\"}"))
			continue;
		for (const char *p = in; (p = strstr(p, "\"show ")); p++)
			commands++;
		snprintf(body, sizeof(body), "{\"jsonrpc\":\"2.0\",\"id\":\"netnorm\",\"result\":[{}");
		for (; commands > 1; commands--)
			strcat(body, ",{}");
		strcat(body, "]}");
		snprintf(out, sizeof(out), "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
		if (write(fd, out, strlen(out)) < 0)
			return;
		n = 0;
	}
}

static void *
serve_one(void *arg)
{
	int fd = (int)(intptr_t)arg;

	answer(fd);
	close(fd);
	return NULL;
}

static void *
serve(void *arg)
{
	int fd, listener = (int)(intptr_t)arg;

	while ((fd = accept(listener, NULL, NULL)) != -1) {
		pthread_t t;

		CHECK(pthread_create(&t, NULL, serve_one, (void *)(intptr_t)fd) == 0);
		pthread_detach(t);
	}
	return NULL;
}

static int
listen_anywhere(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	CHECK(fd != -1 && bind(fd, (struct sockaddr *)&a, n) == 0 && listen(fd, 64) == 0 && getsockname(fd, (struct sockaddr *)&a, &n) == 0);
	*port = ntohs(a.sin_port);
	return fd;
}

/* ---- snapshots ---- */

static void
write_file(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "we");
	CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static struct snapshot *
snapshot_of(int port, int first)
{
	static const char config[] = "inputs: [{name: in, kind: stdin}]\noutputs: [{name: out, kind: stdout}]\n"
	    "enrichment: {intervals: {get_facts: 1s, get_interfaces: 1s, get_lldp_neighbors: 1s, get_bgp_neighbors: 1s}, timeout: 2s, fresh_look: {timeout: 1s, gap: 0s, per_minute: 60000}}\n";
	char inventory[8192] = "defaults: {driver: eos, options: {transport: http}}\ndevices:\n", line[128], path[128];
	struct snapshot *s = calloc(1, sizeof(*s));
	struct diag *d = diag_new();

	for (int i = first; i < first + DEVICES; i++) {
		snprintf(line, sizeof(line), "  d%d: {hostname: 127.0.0.1, port: %d}\n", i, i % 3 == 0 ? 1 : port);
		strcat(inventory, line);
	}
	write_file("netnorm.yaml", config);
	write_file("inventory.yaml", inventory);
	CHECK(s && d);
	atomic_init(&s->refs, 1);
	snprintf(path, sizeof(path), "%s/netnorm.yaml", dir);
	s->config = config_load(path, d);
	snprintf(path, sizeof(path), "%s/inventory.yaml", dir);
	s->inventory = inventory_load(path, d);
	diag_print(d, stderr, false);
	CHECK(s->config && s->inventory);
	diag_free(&d);
	return s;
}

/* ---- */

static void
on_learned(void *arg, const char *device, struct view_part *part)
{
	(void)arg;
	CHECK(device[0] == 'd' && view_part_kind(part) < VIEW_KINDS);
	atomic_fetch_add(&learned, 1);
	view_part_unref(&part);
}

static void
on_looked(void *arg, struct look *l, struct view_part *part)
{
	(void)arg;
	CHECK(view_part_kind(part) == l->kind);
	atomic_fetch_add(&looked, 1);
	look_free(&l);
}

static void
on_gone(void *arg, const char *device)
{
	(void)arg;
	CHECK(device[0] == 'd');
	atomic_fetch_add(&gone, 1);
}

static void *
wish(void *arg)
{
	unsigned seed = (unsigned)(intptr_t)arg;
	char name[16];

	while (!atomic_load(&done)) {
		struct nevent ev = { .object = rand_r(&seed) % 2 ? SPAN_LIT("Ethernet1") : SPAN_LIT("Ethernet2") };
		enum view_kind kind = rand_r(&seed) % 2 ? VIEW_INTERFACES : VIEW_BGP;
		struct enrichment_stats s;
		struct look *l;

		snprintf(name, sizeof(name), "d%d", rand_r(&seed) % (DEVICES + 3));
		ev.device = span_str(name);
		if (!poller_join_look(poller, look_key(&ev, kind))) {
			l = look_new(&ev, kind, 0);
			CHECK(l);
			poller_look(poller, l);
		}
		poller_stats(poller, &s);
		usleep(1000);
	}
	return NULL;
}

int
main(void)
{
	struct poller_hooks hooks = { on_learned, on_looked, on_gone, NULL };
	pthread_t wishers[WISHERS], server;
	struct enrichment_stats s;
	int port, listener = listen_anywhere(&port);
	char path[128];

	log_set_level(LOG_LEVEL_ERROR);
	CHECK(mkdtemp(dir) && pthread_create(&server, NULL, serve, (void *)(intptr_t)listener) == 0);
	poller = poller_open(&hooks, SESSIONS);
	CHECK(poller);
	for (int i = 0; i < WISHERS; i++)
		CHECK(pthread_create(&wishers[i], NULL, wish, (void *)(intptr_t)(i + 1)) == 0);
	for (int i = 0; i < RELOADS; i++) {
		struct snapshot *snapshot = snapshot_of(port, i % 3);

		poller_set(poller, snapshot);
		snapshot_unref(&snapshot);
		usleep(RELOAD_US);
	}
	sleep(2);
	atomic_store(&done, true);
	for (int i = 0; i < WISHERS; i++)
		pthread_join(wishers[i], NULL);
	poller_stop(poller);
	poller_stats(poller, &s);
	printf("%llu polls, %llu failed, %llu learned, %llu devices gone, looks: %llu wanted, %llu answered, %llu late, %llu failed, %llu joined, %llu limited\n", (unsigned long long)s.polls,
	    (unsigned long long)s.polls_failed, (unsigned long long)learned, (unsigned long long)gone, (unsigned long long)s.looks_wanted, (unsigned long long)s.looks_answered,
	    (unsigned long long)s.looks_late, (unsigned long long)s.looks_failed, (unsigned long long)s.looks_joined,
	    (unsigned long long)s.looks_limited);
	CHECK(learned > 0 && gone >= RELOADS - 1 && s.polls_failed > 0 && s.looks_answered == looked && looked > 0);
	CHECK(s.looks_answered + s.looks_late + s.looks_failed + s.looks_joined + s.looks_limited <= s.looks_wanted);
	poller_close(&poller);
	shutdown(listener, SHUT_RDWR);
	pthread_join(server, NULL);
	close(listener);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, i ? "inventory.yaml" : "netnorm.yaml");
		unlink(path);
	}
	rmdir(dir);
	return 0;
}
