#include <netinet/in.h>

#include "tests/outputs/far.h"

#define MOST 30000

/* What a reader of lines saw, and how it behaves. */
struct reader {
	struct far far;
	size_t piece;
	int64_t close_at;               /* the first `faulty` connections end after so many bytes; -1: they read nothing */
	unsigned faulty;
	_Atomic bool begins;            /* for serve_late() */
	bool half;                      /* ... they shut their side down */
	bool chats;                     /* it answers each piece with something */
	unsigned count[MOST], last[10], lines, cut, back, bad;
};

TestSuite(tcp, .timeout = 120);

static void
see(struct reader *r, struct span line)
{
	unsigned serial = sample_serial(line), device = serial % 10;

	r->lines++;
	if (!span_starts(line, SPAN_LIT("{\"v\":")) || line.p[line.n - 1] != '}')
		r->bad++;
	if (serial < MOST && r->count[serial]++ == 0) {
		r->back += serial + 1 <= r->last[device];
		r->last[device] = serial + 1;
	}
}

static void
read_lines(struct reader *r, struct far_conn *c)
{
	char buf[65536], *end;
	size_t n = 0, got;

	while (n < sizeof(buf) && (got = far_take(c, buf + n, sizeof(buf) - n)) > 0) {
		for (n += got; (end = memchr(buf, '\n', n)); memmove(buf, end + 1, n)) {
			see(r, span_between(buf, end));
			n -= (size_t)(end + 1 - buf);
		}
		if (r->chats && !far_write(c, "thank you\n", 10))
			break;
	}
	r->cut += n > 0;
}

static void
serve(struct far_conn *c)
{
	struct reader *r = c->far->arg;
	bool faulty = c->nth < r->faulty;

	c->piece = r->piece;
	if (faulty && r->half)
		shutdown(c->fd, SHUT_WR);
	if (faulty)
		c->left = r->close_at;
	while (faulty && r->close_at == -1 && !atomic_load(&c->far->stop)) {
		struct pollfd fd = { .fd = c->fd, .events = POLLRDHUP };

		if (r->half || (poll(&fd, 1, 10) > 0 && fd.revents))
			break;
	}
	read_lines(r, c);
}

static struct reader *
reader_open(struct reader template)
{
	struct reader *r = malloc(sizeof(*r));

	*r = template;
	r->far.serve = serve;
	r->far.arg = r;
	far_open(&r->far);
	return r;
}

static void
reader_close(struct reader *r)
{
	far_close(&r->far);
	cr_expect_eq(r->bad, 0);
	cr_expect_eq(r->back, 0);
	free(r);
}

static struct output *
open_to(const struct reader *r, const char *more)
{
	char yaml[1024];

	snprintf(yaml, sizeof(yaml), "- {name: t, kind: tcp, hosts: '127.0.0.1:%d', %s}", r->far.port, more);
	return sample_output(yaml);
}

Test(tcp, every_line_arrives_whole_and_in_order)
{
	static const size_t pieces[] = { 0, 1, 2, 997 };

	for (size_t p = 0; p < sizeof(pieces) / sizeof(*pieces); p++) {
		unsigned n = pieces[p] == 0 || pieces[p] > 2 ? 5000 : 300;
		struct reader *r = reader_open((struct reader){ .piece = pieces[p], .chats = pieces[p] > 2 });
		struct output *o = open_to(r, "");

		sample_offer(o, 0, n);
		FAR_DONE(o, n);
		cr_expect_eq(sample_stats(o).sent, n);
		cr_expect_eq(sample_stats(o).delivered, 0);
		far_end(&o, 0);
		SAMPLE_WAIT(10000, r->lines == n);
		cr_expect_eq(r->lines, n);
		for (unsigned i = 0; i < n; i++)
			cr_expect_eq(r->count[i], 1);
		cr_expect_eq(r->cut, 0);
		reader_close(r);
	}
}

/* More than sockets hold, to a reader that begins when it is told. */
static void
serve_late(struct far_conn *c)
{
	struct reader *r = c->far->arg;

	while (!atomic_load(&r->begins) && !atomic_load(&c->far->stop))
		sample_sleep_ms(10);
	serve(c);
}

Test(tcp, a_slow_reader_holds_lines_back_and_loses_none)
{
	struct reader *r = reader_open((struct reader){ .faulty = 0 });
	struct output *o;

	far_close(&r->far);
	r->far.serve = serve_late;
	far_open(&r->far);
	o = open_to(r, "timeout: 60s");
	sample_offer(o, 0, 20000);
	sample_sleep_ms(200);
	cr_expect_lt(far_done(o), 20000);
	atomic_store(&r->begins, true);
	FAR_DONE(o, 20000);
	SAMPLE_WAIT(10000, r->lines == 20000);
	cr_expect_eq(r->lines, 20000);
	cr_expect_eq(far_count(o, "connections"), 1);
	far_end(&o, 0);
	reader_close(r);
}

/* A line by half is ended by the connection and goes out again, whole; what the system had is counted as sent. */
Test(tcp, a_connection_that_ends_is_made_again)
{
	for (int64_t at = 0; at < 5000; at += 617) {
		struct reader *r = reader_open((struct reader){ .close_at = at, .faulty = 1 });
		struct output *o = open_to(r, "");

		for (unsigned i = 0; i < 40; i++) {
			sample_offer(o, i * 10, 10);
			sample_sleep_ms(5);
		}
		FAR_DONE(o, 400);
		cr_expect_eq(far_count(o, "connections"), 2);
		far_end(&o, 0);
		SAMPLE_WAIT(5000, r->count[399] == 1);
		cr_expect_eq(r->count[399], 1);
		reader_close(r);
	}
}

Test(tcp, a_reader_that_reads_nothing_is_left)
{
	struct reader *r = reader_open((struct reader){ .close_at = -1, .faulty = 1 }), *other = reader_open((struct reader){ .faulty = 0 });
	char yaml[256];
	struct output *o;

	snprintf(yaml, sizeof(yaml), "- {name: t, kind: tcp, timeout: 300ms, hosts: ['127.0.0.1:%d', '127.0.0.1:%d']}", r->far.port, other->far.port);
	o = sample_output(yaml);
	sample_offer(o, 0, 20000);
	FAR_DONE(o, 20000);
	cr_expect_eq(far_count(o, "connections_lost"), 1);
	far_end(&o, 0);
	SAMPLE_WAIT(10000, other->count[19999] == 1);
	cr_expect_gt(other->lines, 10000);
	reader_close(r);
	reader_close(other);
}

Test(tcp, a_reader_that_closes_its_side_is_gone)
{
	struct reader *r = reader_open((struct reader){ .close_at = -1, .half = true, .faulty = 1 });
	struct output *o = open_to(r, "");

	sample_offer(o, 0, 10);
	sample_sleep_ms(200);
	sample_offer(o, 10, 10);
	FAR_DONE(o, 20);
	cr_expect_eq(far_count(o, "connections"), 2);
	far_end(&o, 0);
	SAMPLE_WAIT(5000, r->count[19] == 1);
	cr_expect_eq(r->count[19], 1);
	reader_close(r);
}

Test(tcp, nobody_there_then_somebody)
{
	struct reader *r = reader_open((struct reader){ .faulty = 0 });
	struct output *o;

	far_close(&r->far);
	o = open_to(r, "");
	sample_offer(o, 0, 10);
	SAMPLE_WAIT(5000, !sample_stats(o).up);
	cr_expect(!sample_stats(o).up);
	far_open(&r->far);
	FAR_DONE(o, 10);
	cr_expect(sample_stats(o).up);
	far_end(&o, 0);
	reader_close(r);
}

Test(tcp, tls)
{
	struct far_pki pki;

	far_pki_init(&pki);
	for (int good = 0; good <= 1; good++) {
		SSL_CTX *ctx = far_tls(&pki, true);
		struct reader *r = reader_open((struct reader){ .far.tls = ctx });
		char more[512];
		struct output *o;

		snprintf(more, sizeof(more), "tls: {enable: true, ca: %s/%s, certificate: %s/client.pem, key: %s/client.key}", pki.folder,
		    good ? "ca.pem" : "other.pem", pki.folder, pki.folder);
		o = open_to(r, more);
		sample_offer(o, 0, 5000);
		if (good)
			FAR_DONE(o, 5000);
		else
			SAMPLE_WAIT(5000, !sample_stats(o).up);
		far_end(&o, good ? 0 : 5000);
		SAMPLE_WAIT(5000, r->lines == (good ? 5000 : 0));
		cr_expect_eq(r->lines, good ? 5000 : 0);
		cr_expect_eq(r->cut, 0);
		reader_close(r);
		SSL_CTX_free(ctx);
	}
	far_pki_fini(&pki);
}

Test(tcp, a_host_needs_a_port)
{
	struct output_configs configs;
	struct yaml_doc *doc;

	cr_expect_eq(sample_configs("- {kind: tcp, hosts: logs.example.net}", &doc, &configs), -1);
	output_configs_fini(&configs);
	yaml_doc_free(&doc);
}
