/* What the kinds with connections share: names, TLS, hosts that come and go.  Shown by the kind lumberjack. */
#include "outputs/lookup.h"
#include "outputs/tls.h"
#include "tests/outputs/lumber_host.h"

TestSuite(peers, .timeout = 120);

static struct output *
open_to(const struct lumber_host *h, const char *more)
{
	char yaml[1024];

	snprintf(yaml, sizeof(yaml), "- {name: l, kind: lumberjack, hosts: '127.0.0.1:%d', %s}", h->far.port, more);
	return sample_output(yaml);
}

Test(peers, one_host_at_a_time)
{
	struct lumber_host *a = host_open((struct lumber_host){ 0 }), *b = host_open((struct lumber_host){ 0 });
	int dead = 0, fd = far_listen(&dead);
	char yaml[512];
	struct output *o;

	close(fd);              /* nobody listens there */
	snprintf(yaml, sizeof(yaml), "- {name: l, kind: lumberjack, hosts: ['127.0.0.1:%d', '127.0.0.1:%d', '127.0.0.1:%d'], timeout: 1s}", dead,
	    a->far.port, b->far.port);
	o = sample_output(yaml);
	sample_offer(o, 0, 100);
	FAR_DONE(o, 100);
	cr_expect_eq(a->events, 100);
	far_close(&a->far);
	sample_offer(o, 100, 100);
	FAR_DONE(o, 200);
	cr_expect_eq(b->events, 100);
	far_open(&a->far);      /* it stays where it is */
	sample_offer(o, 200, 100);
	FAR_DONE(o, 300);
	cr_expect_eq(b->events, 200);
	far_close(&b->far);
	sample_offer(o, 300, 100);
	FAR_DONE(o, 400);
	cr_expect_eq(a->events, 200);
	far_end(&o, 0);
	far_open(&b->far);
	host_close(a);
	host_close(b);
}

/* First sightings of each device are in order over both hosts, whatever comes and goes. */
Test(peers, all_hosts_keep_the_order_of_each_device)
{
	struct lumber_host *h[2];
	char yaml[512];
	struct output *o;
	unsigned n = 0;

	h[0] = host_open((struct lumber_host){ .part = 11 });
	h[1] = host_open((struct lumber_host){ .book = h[0] });

	snprintf(yaml, sizeof(yaml), "- {name: l, kind: lumberjack, mode: balance, window: 50, hosts: ['127.0.0.1:%d', '127.0.0.1:%d'], timeout: 1s}",
	    h[0]->far.port, h[1]->far.port);
	o = sample_output(yaml);
	sample_offer(o, n, 1000);
	n += 1000;
	FAR_DONE(o, n);
	SAMPLE_WAIT(2000, far_count(o, "connections") == 2);
	sample_offer(o, n, 1000);
	n += 1000;
	FAR_DONE(o, n);
	cr_expect_gt(h[0]->events, 0);
	cr_expect_gt(h[1]->events, 0);
	for (int round = 0; round < 8; round++) {
		struct lumber_host *gone = h[round % 2];

		sample_offer(o, n, 500);
		far_close(&gone->far);
		sample_offer(o, n + 500, 500);
		sample_sleep_ms(100);
		far_open(&gone->far);
		sample_offer(o, n + 1000, 500);
		n += 1500;
		FAR_DONE(o, n);
	}
	cr_expect_eq(host_missing(h[0], n), 0);
	far_end(&o, 0);
	host_close(h[1]);
	host_close(h[0]);
}

/* It accepts each connection and loses each window, while the other host delivers what comes back. */
Test(peers, a_host_that_lets_in_and_gets_nothing_done_is_left_alone_longer_and_longer)
{
	struct lumber_host *good = host_open((struct lumber_host){ 0 });
	struct lumber_host *bad = host_open((struct lumber_host){ .book = good, .fault = HOST_CLOSES_UNSAID, .faulty = UINT32_MAX });
	unsigned n = 0, tried;
	char yaml[256];
	struct output *o;

	snprintf(yaml, sizeof(yaml), "- {name: l, kind: lumberjack, mode: balance, window: 20, hosts: ['127.0.0.1:%d', '127.0.0.1:%d']}", good->far.port,
	    bad->far.port);
	o = sample_output(yaml);
	for (int64_t begin = clock_monotonic_ns(); clock_monotonic_ns() - begin < 3 * CLOCK_NS_PER_S; n += 100) {
		sample_offer(o, n, 100);
		sample_sleep_ms(20);
	}
	tried = atomic_load(&bad->far.accepted);
	cr_expect(tried >= 3 && tried <= 8, "%u connections in 3 s: after 50 to 100 ms, then twice that, and so on", tried);
	FAR_DONE(o, n);
	far_end(&o, 0);
	host_close(bad);
	host_close(good);
}

Test(peers, a_dead_host_does_not_hold_up_the_end)
{
	int port = 0, fd = far_listen(&port);
	int64_t begin = clock_monotonic_ns();
	char yaml[256];
	struct output *o;

	close(fd);
	snprintf(yaml, sizeof(yaml), "- {name: l, kind: lumberjack, hosts: '127.0.0.1:%d'}", port);
	o = sample_output(yaml);
	sample_offer(o, 0, 50);
	SAMPLE_WAIT(5000, !sample_stats(o).up);
	cr_expect(!sample_stats(o).up);
	far_end(&o, 50);
	cr_expect_lt(clock_monotonic_ns() - begin, 3 * CLOCK_NS_PER_S);
}

/* ---- names ---- */

static _Atomic int resolver_ms;

static int
slow_resolver(const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **list)
{
	struct addrinfo numeric = *hints;

	(void)host;
	numeric.ai_flags = AI_NUMERICHOST;
	sample_sleep_ms(atomic_load(&resolver_ms));
	return getaddrinfo("127.0.0.1", port, &numeric, list);
}

Test(peers, a_slow_resolver_holds_up_nobody)
{
	struct lumber_host *h = host_open((struct lumber_host){ 0 });
	int64_t begin = clock_monotonic_ns();
	char yaml[256];
	struct output *o;

	lookup_resolver = slow_resolver;
	atomic_store(&resolver_ms, 1500);
	snprintf(yaml, sizeof(yaml), "- {name: l, kind: lumberjack, hosts: 'logs.example.net:%d', connect_timeout: 200ms}", h->far.port);
	o = sample_output(yaml);
	sample_offer(o, 0, 10);
	SAMPLE_WAIT(5000, !sample_stats(o).up);
	cr_expect_lt(clock_monotonic_ns() - begin, CLOCK_NS_PER_S);
	FAR_DONE(o, 10);        /* the answer that came too late is used by a later try */
	far_end(&o, 0);

	begin = clock_monotonic_ns();
	o = sample_output(yaml);
	sample_offer(o, 0, 10);
	sample_sleep_ms(50);
	far_end(&o, 10);
	cr_expect_lt(clock_monotonic_ns() - begin, CLOCK_NS_PER_S);
	sample_sleep_ms(1700);  /* its thread ends by itself */
	host_close(h);
}

static int
no_resolver(const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **list)
{
	(void)host;
	(void)port;
	(void)hints;
	*list = NULL;
	return EAI_NONAME;
}

Test(peers, a_name_that_is_not_known)
{
	struct output *o;

	lookup_resolver = no_resolver;
	o = sample_output("- {name: l, kind: lumberjack, hosts: nowhere.example.net}");
	sample_offer(o, 0, 10);
	SAMPLE_WAIT(5000, far_count(o, "connections_failed") >= 2);
	cr_expect(!sample_stats(o).up);
	far_end(&o, 10);
}

/* ---- TLS ---- */

Test(peers, tls)
{
	static const struct {
		const char *options;
		bool ask, good;
	} rows[] = {
		{ "ca: %s/ca.pem", false, true },
		{ "ca: %s/ca.pem, server_name: logs.example.net", false, true },
		{ "ca: %s/ca.pem, server_name: other.example.net", false, false },
		{ "ca: %s/ca.pem, server_name: 127.0.0.2", false, false },
		{ "ca: %s/other.pem", false, false },
		{ "certificate: %1$s/client.pem, key: %1$s/client.key", false, false },
		{ "verify: false", false, true },
		{ "ca: %1$s/ca.pem, certificate: %1$s/client.pem, key: %1$s/client.key", true, true },
		{ "ca: %s/ca.pem", true, false },
	};
	struct far_pki pki;

	far_pki_init(&pki);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SSL_CTX *ctx = far_tls(&pki, rows[i].ask);
		struct lumber_host *h = host_open((struct lumber_host){ .far.tls = ctx, .piece = i % 2 ? 100 : 0 });
		char options[256], more[512];
		struct output *o;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(options, sizeof(options), rows[i].options, pki.folder);
#pragma GCC diagnostic pop
		snprintf(more, sizeof(more), "tls: {enable: true, %s}", options);
		o = open_to(h, more);
		sample_offer(o, 0, 2000);
		if (rows[i].good)
			FAR_DONE(o, 2000);
		else
			SAMPLE_WAIT(5000, !sample_stats(o).up && (far_count(o, "connections_failed") > 1 || far_count(o, "connections_lost") > 0));
		cr_expect_eq(far_done(o), rows[i].good ? 2000 : 0, "%s", options);
		cr_expect_eq(sample_stats(o).up, rows[i].good, "%s", options);
		cr_expect_eq(h->events, rows[i].good ? 2000 : 0, "%s: %u", options, h->events);
		far_end(&o, rows[i].good ? 0 : 2000);
		host_close(h);
		SSL_CTX_free(ctx);
	}
	far_pki_fini(&pki);
}

Test(peers, tls_begins_at_version_1_2)
{
	char error[TLS_ERROR_BYTES];
	SSL_CTX *ctx = tls_context(&(struct tls_config){ .enable = true, .verify = true }, error);

	cr_assert_not_null(ctx);
	cr_expect_eq(SSL_CTX_get_min_proto_version(ctx), TLS1_2_VERSION);
	cr_expect_eq(SSL_CTX_get_verify_mode(ctx), SSL_VERIFY_PEER);
	SSL_CTX_free(ctx);
}

Test(peers, tls_and_plain_do_not_meet)
{
	struct lumber_host *h = host_open((struct lumber_host){ .fault = HOST_RUBBISH, .faulty = 1000 });
	struct output *o = open_to(h, "connect_timeout: 300ms, tls: {enable: true, verify: false}");

	h->bad = 0;
	sample_offer(o, 0, 10);
	SAMPLE_WAIT(5000, far_count(o, "connections_failed") > 1);
	cr_expect_eq(far_done(o), 0);
	far_end(&o, 10);
	h->bad = 0;             /* a ClientHello is no window */
	host_close(h);
}

/* ---- options ---- */

Test(peers, faults_are_told)
{
	static const struct {
		const char *options, *fault;
	} rows[] = {
		{ "hosts: []", "hosts names none" },
		{ "hosts: 'a b'", "is no host" },
		{ "hosts: 'a:70000'", "is no host" },
		{ "hosts: '[2001:db8::1'", "is no host" },
		{ "hosts: a, tls: {verify: false}", "does not say enable" },
		{ "hosts: a, tls: {enable: true, certificate: x}", "go together" },
		{ "hosts: a, tls: {enable: true, ca: /nowhere/ca.pem}", "/nowhere/ca.pem" },
		{ "hosts: a, window: 0", "window" },
		{ "hosts: a, pipelining: 65", "pipelining" },
		{ "hosts: [a, '2001:db8::1', '[2001:db8::1]:5044', 'b:1']", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct diag *diag = diag_new();
		struct output_configs configs;
		char yaml[256], *text = NULL;
		size_t n;
		FILE *f = open_memstream(&text, &n);
		struct yaml_doc *doc;

		snprintf(yaml, sizeof(yaml), "- {kind: lumberjack, %s}", rows[i].options);
		doc = yaml_load_text("test.yaml", span_str(yaml), diag);
		cr_expect_eq(output_configs_read(&configs, doc, doc->root, diag), rows[i].fault ? -1 : 0, "%s", yaml);
		diag_print(diag, f, false);
		fclose(f);
		cr_expect(!rows[i].fault || strstr(text, rows[i].fault), "%s: %s", yaml, text);
		free(text);
		output_configs_fini(&configs);
		yaml_doc_free(&doc);
		diag_free(&diag);
	}
}
