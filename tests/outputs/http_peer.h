/*
 * A HTTP server on loopback that does what is written down for each request, in turn, and keeps what it was sent.
 */
#ifndef NETNORM_TESTS_OUTPUTS_HTTP_PEER_H
#define NETNORM_TESTS_OUTPUTS_HTTP_PEER_H

#include <criterion/criterion.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include "tests/outputs/sample.h"

enum { PEER_MOST = 20000, PEER_ANSWERS = 512, PEER_BYTES = 8 << 20 };

/* What to do with one request.  All zero: 200, or in a bulk peer an item for each document. */
struct peer_answer {
	int status;
	const char *headers;            /* whole lines with CRLF */
	const char *body;
	const char *raw;                /* the whole answer as it is, in place of all else */
	int delay_ms;                   /* before it */
	size_t piece;                   /* so many bytes at once, with a pause behind each */
	size_t cut;                     /* close after so many bytes of the answer, plus one; 0: none */
	size_t deaf;                    /* close when so many bytes of the request came, plus one; 0: none */
	size_t endless;                 /* so many KiB of rubbish as the body, without a length */
	bool lasting;                   /* this one for all requests from now on */
};

struct peer {
	int fd;
	unsigned port;
	bool bulk;
	pthread_t thread;
	pthread_mutex_t lock;
	_Atomic bool ending;
	_Atomic int connections, alive, now, most;      /* now, most: requests at the same time */
	struct peer_answer answers[PEER_ANSWERS];
	size_t nanswers, at;
	/* What came with requests that were answered in full with 2xx. */
	unsigned taken[PEER_MOST];      /* serial numbers in order */
	size_t ntaken;
	unsigned requests;
	unsigned seen[PEER_MOST];       /* how often a document came */
	const char *items[PEER_MOST];   /* bulk, by serial number and try: c created, a 429, u 503, r 400 for its own fault, i 400 for the index, n 404; then c, or 409 if it is there */
	bool there[PEER_MOST];
	int reason_bytes;               /* ... of what is said of an item that is not taken, at least */
	char head[4096];                /* of the last request */
	char *body;
	size_t body_n;
};

/* ---- what came ---- */

static inline void
peer_keep_body(struct peer *p, const char *body, size_t n)
{
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)body, .avail_in = (uInt)n, .next_out = (unsigned char *)p->body, .avail_out = PEER_BYTES };

	if (!strcasestr(p->head, "\r\nContent-Encoding: gzip\r\n")) {
		memcpy(p->body, body, n);
		p->body_n = n;
	} else if (inflateInit2(&z, 15 + 16) == Z_OK) {
		cr_expect_eq(inflate(&z, Z_FINISH), Z_STREAM_END);
		p->body_n = PEER_BYTES - z.avail_out;
		inflateEnd(&z);
	}
	p->body[p->body_n] = '\0';
}

/* The serial numbers of a body; in a bulk request each stands twice, in action and document, which must agree. */
static inline size_t
peer_serials(const struct peer *p, unsigned *serials)
{
	static const char in_line[] = "\"id\":\"", in_action[] = "\"_id\":\"";
	size_t n = 0;

	for (const char *at = p->body; (at = strstr(at, p->bulk ? in_action : in_line)); at++) {
		const char *digits = at + strlen(p->bulk ? in_action : in_line);

		if (p->bulk && !(at = strstr(digits, in_line)))
			break;
		cr_expect(!p->bulk || memcmp(digits, at + strlen(in_line), NEVENT_ID_LEN) == 0);
		serials[n] = (unsigned)strtoul(digits, NULL, 10);
		if (serials[n] < PEER_MOST)
			n++;
	}
	return n;
}

static inline int
peer_item(struct peer *p, unsigned serial)
{
	unsigned try = p->seen[serial]++;
	const char *script = p->items[serial];
	char letter = script && strlen(script) > try ? script[try] : 'c';

	switch (letter) {
	case 'a':
		return 429;
	case 'u':
		return 503;
	case 'n':
		return 404;
	case 'r':
		return 400;
	case 'i':
		return -400;
	default:
		return p->there[serial] ? 409 : 201;
	}
}

/* A bulk answer for these; malloc'd. */
static inline char *
peer_bulk(struct peer *p, const unsigned *serials, size_t n)
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	fprintf(f, "{\"took\":1,\"errors\":true,\"items\":[");
	for (size_t i = 0; i < n; i++) {
		int status = peer_item(p, serials[i]);

		fprintf(f, "%s{\"create\":{\"_id\":\"%032u\",\"status\":%d", i ? "," : "", serials[i], abs(status));
		if (abs(status) >= 400)
			fprintf(f, ",\"error\":{\"type\":\"%s\",\"reason\":\"it says %-*d\"}",
			    status == -400 ? "index_closed_exception" : status == 400 ? "document_parsing_exception" : "test_exception", p->reason_bytes, abs(status));
		fprintf(f, "}}");
		if (status == 201) {
			p->there[serials[i]] = true;
			p->taken[p->ntaken++ % PEER_MOST] = serials[i];
		}
	}
	fprintf(f, "]}");
	fclose(f);
	return text;
}

/* ---- what goes ---- */

static inline bool
peer_send(int fd, const char *bytes, size_t n, const struct peer_answer *a)
{
	for (size_t at = 0; at < n;) {
		size_t piece = a->piece && a->piece < n - at ? a->piece : n - at;
		ssize_t put;

		if (a->cut && at + 1 >= a->cut)
			return false;
		if (a->cut && at + piece >= a->cut)
			piece = a->cut - 1 - at;
		put = piece > 0 ? send(fd, bytes + at, piece, MSG_NOSIGNAL) : -1;
		if (put <= 0)
			return false;
		at += (size_t)put;
		if (a->piece)
			sample_sleep_ms(1);
	}
	return !a->cut || a->cut > n;
}

static inline bool
peer_rubbish(int fd, const struct peer_answer *a)
{
	char kib[1024], head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";

	memset(kib, '{', sizeof(kib));
	if (!peer_send(fd, head, strlen(head), &(struct peer_answer){ 0 }))
		return false;
	for (size_t i = 0; i < a->endless; i++)
		if (!peer_send(fd, kib, sizeof(kib), &(struct peer_answer){ 0 }))
			return false;
	return false;
}

/* One request, whose head and body lie in p, is answered; false: close. */
static inline bool
peer_answer(struct peer *p, int fd, const struct peer_answer *a)
{
	static unsigned serials[PEER_MOST];
	int status = a->status ? a->status : 200;
	size_t n = peer_serials(p, serials), whole;
	bool plain = !a->raw && status < 300 && !a->cut && !a->endless && !a->body;
	char *bulk = NULL, *text;
	bool sent;

	if (p->bulk && !a->raw && !a->body && status < 300)
		bulk = peer_bulk(p, serials, n);
	for (size_t i = 0; plain && !p->bulk && i < n; i++)
		p->taken[p->ntaken++ % PEER_MOST] = serials[i];
	if (a->raw) {
		text = strdup(a->raw);
		whole = strlen(text);
	} else {
		const char *body = bulk ? bulk : a->body ? a->body : "";

		whole = (size_t)asprintf(&text, "HTTP/1.1 %d Text\r\n%sContent-Length: %zu\r\n\r\n%s", status, a->headers ? a->headers : "", strlen(body), body);
	}
	pthread_mutex_unlock(&p->lock);
	if (a->delay_ms)
		sample_sleep_ms(a->delay_ms);
	sent = a->endless ? peer_rubbish(fd, a) : peer_send(fd, text, whole, a) && !a->raw;
	pthread_mutex_lock(&p->lock);
	free(text);
	free(bulk);
	return sent;
}

/* ---- connections ---- */

static inline struct peer_answer
peer_next(struct peer *p)
{
	static const struct peer_answer good = { 0 };

	if (p->at >= p->nanswers)
		return good;
	return p->answers[p->answers[p->at].lasting ? p->at : p->at++];
}

/* Reads one request into `buffer`; its length with *head, 0 at the end. */
static inline size_t
peer_read(int fd, char *buffer, const struct peer_answer *a, size_t *head)
{
	size_t n = 0, whole = 0;

	for (;;) {
		size_t most = PEER_BYTES - n;
		ssize_t got;
		char *end;

		if (a->deaf && n + 1 >= a->deaf)
			return 0;
		if (a->deaf && most > a->deaf - 1 - n)
			most = a->deaf - 1 - n;
		got = recv(fd, buffer + n, most, 0);
		if (got <= 0)
			return 0;
		n += (size_t)got;
		buffer[n] = '\0';
		if (whole == 0 && (end = strstr(buffer, "\r\n\r\n"))) {
			const char *length = strcasestr(buffer, "\r\nContent-Length: ");

			*head = (size_t)(end + 4 - buffer);
			whole = *head + (length && length < end ? strtoul(length + 18, NULL, 10) : 0);
		}
		if (whole > 0 && n >= whole)
			return n;
	}
}

struct peer_connection {
	struct peer *p;
	int fd;
};

static inline void *
peer_serve(void *arg)
{
	struct peer_connection *c = arg;
	struct peer *p = c->p;
	char *buffer = malloc(PEER_BYTES + 1);
	size_t n, head = 0;
	bool open = true;

	while (open && !p->ending) {
		struct peer_answer a;
		char first;
		int now;

		/* The answer is chosen when a request comes, not before. */
		if (recv(c->fd, &first, 1, MSG_PEEK) <= 0)
			break;
		pthread_mutex_lock(&p->lock);
		a = peer_next(p);
		pthread_mutex_unlock(&p->lock);
		n = peer_read(c->fd, buffer, &a, &head);
		now = ++p->now;
		if (now > p->most)
			p->most = now;
		pthread_mutex_lock(&p->lock);
		p->requests++;
		if (n == 0) {
			open = false;
		} else {
			snprintf(p->head, sizeof(p->head), "%.*s", (int)head, buffer);
			peer_keep_body(p, buffer + head, n - head);
			open = peer_answer(p, c->fd, &a);
		}
		pthread_mutex_unlock(&p->lock);
		p->now--;
	}
	close(c->fd);
	free(buffer);
	free(c);
	p->alive--;
	return NULL;
}

static inline void *
peer_run(void *arg)
{
	struct peer *p = arg;

	for (;;) {
		struct peer_connection *c;
		pthread_t thread;
		int fd = accept(p->fd, NULL, NULL);

		if (fd == -1 || p->ending) {
			if (fd != -1)
				close(fd);
			return NULL;
		}
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ .tv_sec = 20 }, sizeof(struct timeval));
		c = malloc(sizeof(*c));
		*c = (struct peer_connection){ p, fd };
		p->connections++;
		p->alive++;
		cr_assert_eq(pthread_create(&thread, NULL, peer_serve, c), 0);
		pthread_detach(thread);
	}
}

static inline void
peer_listen(struct peer *p)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)p->port) };
	socklen_t n = sizeof(address);

	p->ending = false;
	p->fd = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(p->fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
	cr_assert_eq(bind(p->fd, (struct sockaddr *)&address, n), 0);
	cr_assert_eq(listen(p->fd, 64), 0);
	cr_assert_eq(getsockname(p->fd, (struct sockaddr *)&address, &n), 0);
	p->port = ntohs(address.sin_port);
	cr_assert_eq(pthread_create(&p->thread, NULL, peer_run, p), 0);
}

static inline struct peer *
peer_new(bool bulk)
{
	struct peer *p = calloc(1, sizeof(*p));

	pthread_mutex_init(&p->lock, NULL);
	p->bulk = bulk;
	p->body = malloc(PEER_BYTES + 1);
	peer_listen(p);
	return p;
}

/* Nobody listens there any more. */
static inline void
peer_hang_up(struct peer *p)
{
	p->ending = true;
	shutdown(p->fd, SHUT_RDWR);
	close(p->fd);
	pthread_join(p->thread, NULL);
}

static inline void
peer_say(struct peer *p, struct peer_answer a)
{
	pthread_mutex_lock(&p->lock);
	p->answers[p->nanswers++ % PEER_ANSWERS] = a;
	pthread_mutex_unlock(&p->lock);
}

/* From now on all is well. */
static inline void
peer_say_no_more(struct peer *p)
{
	pthread_mutex_lock(&p->lock);
	p->at = p->nanswers = 0;
	pthread_mutex_unlock(&p->lock);
}

/* Connections end by themselves with the output's, which is closed before. */
static inline void
peer_free(struct peer *p)
{
	if (!p->ending)
		peer_hang_up(p);
	SAMPLE_WAIT(25000, p->alive == 0);
	free(p->body);
	free(p);
}

static inline size_t
peer_taken(struct peer *p)
{
	size_t n;

	pthread_mutex_lock(&p->lock);
	n = p->ntaken;
	pthread_mutex_unlock(&p->lock);
	return n;
}

#endif
