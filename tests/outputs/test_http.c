#include "outputs/http_request.h"
#include "tests/outputs/http_rig.h"

#define URL "http, urls: ['http://127.0.0.1:%u/in']"
#define QUICK ", batch: {events: 100, linger: 10ms}"

static struct peer *peer;

static void
setup(void)
{
	peer = peer_new(false);
}

static void
teardown(void)
{
	peer_free(peer);
}

TestSuite(http, .init = setup, .fini = teardown, .timeout = 90);

static bool
body_has(const char *text)
{
	bool has;

	pthread_mutex_lock(&peer->lock);
	has = strstr(peer->body, text) != NULL;
	pthread_mutex_unlock(&peer->lock);
	return has;
}

static bool
head_has(const char *text)
{
	bool has;

	pthread_mutex_lock(&peer->lock);
	has = strstr(peer->head, text) != NULL;
	pthread_mutex_unlock(&peer->lock);
	return has;
}

Test(http, what_is_answered_with_2xx_is_delivered_once_in_order_over_one_connection)
{
	struct output *o = peer_output(URL QUICK, peer->port, 0);

	sample_offer(o, 0, 5000);
	SAMPLE_WAIT(20000, peer_delivered(o) == 5000);
	cr_expect_eq(peer_delivered(o), 5000);
	cr_expect_eq(sample_stats(o).queued, 0);
	cr_expect(sample_stats(o).up);
	cr_expect_eq(peer->connections, 1);
	cr_expect_eq(peer->most, 1);
	cr_expect_eq(peer_own_stat(o, "http_failures"), 0);
	peer_close(o, 1000, 0);
	peer_expect(peer, 0, 5000, true);
	cr_expect(head_has("POST /in HTTP/1.1\r\n"));
	cr_expect(head_has("\r\nContent-Type: application/x-ndjson\r\n"));
	cr_expect_not(head_has("Expect"));
}

/* Of three events. */
Test(http, bodies_are_one_event_an_array_or_lines)
{
	static const struct {
		const char *options;
		unsigned requests;
		const char *head, *begins, *has, *ends;
	} rows[] = {
		{ URL ", batches: single", 3, "application/json", "{\"v\":1", "", "}" },
		{ URL ", batches: array", 1, "application/json", "[{\"v\":1", "},\n{\"v\":1", "}]" },
		{ URL ", batches: ndjson", 1, "application/x-ndjson", "{\"v\":1", "}\n{\"v\":1", "}\n" },
		{ URL ", compression: gzip", 1, "Content-Encoding: gzip", "{\"v\":1", "}\n{\"v\":1", "}\n" },
		{ URL ", method: PUT, content_type: text/x-events", 1, "PUT /in HTTP/1.1\r\n", "{\"v\":1", "}\n{\"v\":1", "}\n" },
		{ URL ", content_type: text/x-events", 1, "Content-Type: text/x-events\r\n", "{\"v\":1", "}\n{\"v\":1", "}\n" },
		{ URL ", username: ann, password: secret", 1, "Authorization: Basic YW5uOnNlY3JldA==\r\n", "{", "", "}\n" },
		{ URL ", token: abc", 1, "Authorization: Bearer abc\r\n", "{", "", "}\n" },
		{ URL ", headers: [{name: X-Source, value: edge}, {name: X-Empty, value: ''}]", 1, "X-Source: edge\r\nX-Empty:", "{", "", "}\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct output *o = peer_output(rows[i].options, peer->port, 0);
		unsigned before = peer->requests;

		sample_offer(o, 0, 3);
		SAMPLE_WAIT(10000, peer_delivered(o) == 3);
		cr_expect_eq(peer_delivered(o), 3, "row %zu", i);
		cr_expect_eq(peer->requests - before, rows[i].requests, "row %zu: %u", i, peer->requests - before);
		cr_expect(head_has(rows[i].head), "row %zu: %s", i, peer->head);
		cr_expect(strncmp(peer->body, rows[i].begins, strlen(rows[i].begins)) == 0, "row %zu", i);
		cr_expect(body_has(rows[i].has), "row %zu", i);
		cr_expect_str_eq(peer->body + peer->body_n - strlen(rows[i].ends), rows[i].ends, "row %zu", i);
		peer_close(o, 1000, 0);
	}
}

/* A device sends what ends its line and begins another. */
Test(http, a_line_that_is_no_json_is_one_text_in_a_list)
{
	static const struct {
		const char *options, *body;
	} rows[] = {
		{ URL ", batches: array", "[{\"message\":\"a\\n{\\\"v\\\":2},\"},\n{\"message\":\"{\\\"v\\\":3}\"}]" },
		{ URL ", batches: ndjson", "{\"message\":\"a\\n{\\\"v\\\":2},\"}\n{\"message\":\"{\\\"v\\\":3}\"}\n" },
		{ URL ", batches: array, format: raw", "[{\"message\":\"a\\n{\\\"v\\\":2},\"},\n{\"message\":\"{\\\"v\\\":3}\"}]" },
		{ URL ", batches: ndjson, format: raw", "{\"message\":\"a\\n{\\\"v\\\":2},\"}\n{\"message\":\"{\\\"v\\\":3}\"}\n" },
		{ URL ", batches: single, format: raw", "{\"v\":3}" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct output *o = peer_output(rows[i].options, peer->port, 0);

		sample_offer_raw(o, 0, "a\n{\"v\":2},");
		sample_offer_raw(o, 1, "{\"v\":3}");
		SAMPLE_WAIT(10000, peer_delivered(o) == 2);
		cr_expect_eq(peer_delivered(o), 2, "row %zu", i);
		cr_expect_str_eq(peer->body, rows[i].body, "row %zu: %s", i, peer->body);
		peer_close(o, 1000, 0);
	}
}

Test(http, a_batch_goes_when_it_is_full_by_events_or_bytes_or_when_it_lingered)
{
	struct output *o = peer_output(URL ", batch: {events: 10, linger: 30s}", peer->port, 0);

	sample_offer(o, 0, 25);
	SAMPLE_WAIT(10000, peer_delivered(o) == 20);
	sample_sleep_ms(200);
	cr_expect_eq(peer_delivered(o), 20);
	cr_expect_eq(peer->requests, 2);
	peer_close(o, 5000, 0);         /* a stop sends what lingers */
	peer_expect(peer, 0, 25, true);
	o = peer_output(URL ", batch: {bytes: 2KiB, linger: 30s}", peer->port, 0);
	sample_offer(o, 25, 9);
	SAMPLE_WAIT(10000, peer_delivered(o) >= 5);
	cr_expect_leq(peer->body_n, 2048);
	cr_expect_gt(peer->requests, 4);
	peer_close(o, 5000, 0);
	o = peer_output(URL ", batch: {linger: 300ms}", peer->port, 0);
	sample_offer(o, 34, 5);
	sample_sleep_ms(100);
	cr_expect_eq(peer_delivered(o), 0);
	SAMPLE_WAIT(3000, peer_delivered(o) == 5);
	cr_expect_eq(peer_delivered(o), 5);
	peer_close(o, 1000, 0);
	peer_expect(peer, 0, 39, true);
}

/* Each once, then all is well: nothing is lost, nothing out of order. */
Test(http, after_each_failure_all_is_sent_again_in_order)
{
	static const struct peer_answer rows[] = {
		{ .status = 500, .body = "boom" }, { .status = 502 }, { .status = 503 }, { .status = 429 }, { .status = 408 }, { .status = 425 },
		{ .status = 401 }, { .status = 403 }, { .status = 407 }, { .status = 404, .body = "no such\r\nplace \x01" }, { .status = 405 }, { .status = 410 },
		{ .status = 415 }, { .status = 301, .headers = "Location: http://192.0.2.1/\r\n" },
		{ .status = 302, .headers = "Location: /elsewhere\r\n" }, { .status = 304 },
		{ .raw = "\r\n\r\n" }, { .raw = "SSH-2.0-x\r\n" }, { .raw = "HTTP/9.9 200 OK\r\n\r\n" }, { .raw = "HTTP/1.1 999 x\r\n\r\n" },
		{ .raw = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx" }, { .raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" },
		{ .raw = "HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\n" }, { .raw = "HTTP/1.1 100 Continue\r\n\r\n" },
		{ .deaf = 1 }, { .deaf = 2 }, { .deaf = 40 }, { .deaf = 400 }, { .deaf = 2000 }, { .cut = 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct output *o = peer_output(URL ", batch: {events: 100, linger: 30s}", peer->port, 0);       /* however slowly they come */
		size_t ntaken = peer_taken(peer);

		peer_say(peer, rows[i]);
		sample_offer(o, 300 * (unsigned)i, 300);
		SAMPLE_WAIT(20000, peer_delivered(o) == 300);
		cr_expect_eq(peer_delivered(o), 300, "row %zu: %llu", i, (unsigned long long)peer_delivered(o));
		cr_expect_eq(peer_taken(peer) - ntaken, 300, "row %zu", i);
		cr_expect_geq(sample_stats(o).retried, 100, "row %zu", i);
		peer_close(o, 1000, 0);
		peer_expect(peer, 300 * (unsigned)i, 300, true);
		peer_say_no_more(peer);
	}
}

Test(http, an_answer_may_come_in_every_split_and_end_at_each_byte)
{
	static const char whole[] = "HTTP/1.1 200 Text\r\nContent-Length: 0\r\n\r\n";

	for (size_t cut = 1; cut <= strlen(whole); cut += 3) {
		struct output *o = peer_output(URL QUICK, peer->port, 0);

		peer_say(peer, (struct peer_answer){ .cut = cut });
		peer_say(peer, (struct peer_answer){ .piece = cut });
		sample_offer(o, 100 * (unsigned)cut, 20);
		SAMPLE_WAIT(20000, peer_delivered(o) == 20);
		cr_expect_eq(peer_delivered(o), 20, "cut after %zu", cut - 1);
		peer_close(o, 1000, 0);
		peer_say_no_more(peer);
	}
}

Test(http, retry_after_is_kept)
{
	struct output *o = peer_output(URL QUICK, peer->port, 0);
	int64_t start = clock_monotonic_ns();

	peer_say(peer, (struct peer_answer){ .status = 429, .headers = "Retry-After: 2\r\n" });
	sample_offer(o, 0, 50);
	SAMPLE_WAIT(20000, !sample_stats(o).up && peer->requests == 1);
	sample_sleep_ms(1000);
	cr_expect_eq(peer->requests, 1);
	SAMPLE_WAIT(20000, peer_delivered(o) == 50);
	cr_expect_eq(peer_delivered(o), 50);
	cr_expect_gt(clock_monotonic_ns() - start, INT64_C(1900000000));
	cr_expect_eq(peer->requests, 2);
	peer_close(o, 1000, 0);
}

/* One that asks for a year is believed for five minutes. */
Test(http, retry_after_has_a_limit)
{
	static const struct {
		const char *headers;
		int64_t seconds;
	} rows[] = { { "", 0 }, { "Retry-After: 7\r\n", 7 }, { "Retry-After: 301\r\n", 300 }, { "Retry-After: 31536000\r\n", 300 }, { "Retry-After: -9\r\n", 0 } };
	struct curl_slist *list = NULL;
	CURLM *multi = curl_multi_init();
	struct http_request r;
	char url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", peer->port);
	cr_assert_eq(http_request_init(&r, &(struct http_conf){ .timeout_ms = 20000 }, "POST", list, 4096), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int running = 1;

		peer_say(peer, (struct peer_answer){ .status = 503, .headers = rows[i].headers });
		json_reset(&r.body);
		json_quoted(&r.body, SPAN_LIT("x"));
		cr_assert_eq(http_request_start(&r, multi, url, 100), 0);
		while (running > 0 && curl_multi_perform(multi, &running) == CURLM_OK)
			curl_multi_poll(multi, NULL, 0, 100, NULL);
		cr_expect_eq(http_request_answer(&r, CURLE_OK).retry_after_s, rows[i].seconds, "row %zu", i);
		curl_multi_remove_handle(multi, r.easy);
	}
	http_request_fini(&r);
	curl_multi_cleanup(multi);
}

/* A server that asks for a year is believed for some minutes, and a stop waits for neither. */
Test(http, a_stop_does_not_wait_for_retry_after)
{
	struct output *o = peer_output(URL QUICK, peer->port, 0);

	peer_say(peer, (struct peer_answer){ .status = 503, .headers = "Retry-After: 31536000\r\n" });
	sample_offer(o, 0, 50);
	SAMPLE_WAIT(20000, peer->requests == 1);
	sample_sleep_ms(100);
	cr_expect_eq(sample_stats(o).queued, 50);
	peer_close(o, 300, 50);
}

Test(http, what_is_refused_for_good_is_dropped_as_refused)
{
	struct output *o = peer_output(URL ", batch: {events: 10, linger: 30s}", peer->port, 0);        /* however slowly they come, one batch */

	peer_say(peer, (struct peer_answer){ .status = 422, .body = "no such\r\nplace \x01", .lasting = true });
	sample_offer(o, 0, 10);
	SAMPLE_WAIT(20000, peer_refused(o) == 10);
	cr_expect_eq(peer_refused(o), 10);
	peer_say_no_more(peer);
	sample_offer(o, 10, 10);
	SAMPLE_WAIT(20000, peer_delivered(o) == 10);
	cr_expect_eq(peer_delivered(o), 10);
	peer_close(o, 1000, 0);
	peer_expect(peer, 10, 10, true);
}

/* 400, 409, 413 and 422 may be one event's fault: the halves are tried. */
Test(http, a_batch_that_is_refused_for_its_content_goes_in_halves)
{
	struct output *o = peer_output(URL ", batch: {events: 8, linger: 30s}", peer->port, 0);

	/* 8: 422, 4: 413, 2: 409, 1: 400 refused; then the other seven. */
	peer_say(peer, (struct peer_answer){ .status = 422 });
	peer_say(peer, (struct peer_answer){ .status = 413 });
	peer_say(peer, (struct peer_answer){ .status = 409 });
	peer_say(peer, (struct peer_answer){ .status = 400, .body = "field x is bad" });
	sample_offer(o, 0, 8);
	SAMPLE_WAIT(20000, sample_stats(o).queued == 0);
	cr_expect_eq(peer_refused(o), 1);
	cr_expect_eq(peer_delivered(o), 7);
	cr_expect_eq(peer_own_stat(o, "http_halvings"), 3);
	cr_expect_eq(peer->requests, 5);
	peer_close(o, 1000, 0);
	peer_expect(peer, 1, 7, true);
}

Test(http, the_next_url_is_taken_when_one_fails_and_kept)
{
	struct peer *other = peer_new(false);
	struct output *o = peer_output("http, urls: ['http://127.0.0.1:%u/', 'http://127.0.0.1:%u/']" QUICK, peer->port, other->port);

	sample_offer(o, 0, 300);
	SAMPLE_WAIT(20000, peer_delivered(o) == 300);
	cr_expect_eq(peer_taken(peer), 300);
	peer_say(peer, (struct peer_answer){ .status = 503, .lasting = true });
	sample_offer(o, 300, 300);
	SAMPLE_WAIT(20000, peer_delivered(o) == 600);
	cr_expect_eq(peer_delivered(o), 600);
	cr_expect_eq(peer_taken(other), 300);
	cr_expect_eq(sample_stats(o).retried, 0);       /* nothing went back to the queue */
	cr_expect(sample_stats(o).up);
	cr_expect_eq(peer_own_stat(o, "http_switches"), 1);
	peer_hang_up(other);
	peer_say_no_more(peer);
	SAMPLE_WAIT(25000, other->alive == 0 || (shutdown(other->fd, SHUT_RDWR), true));
	sample_offer(o, 600, 300);
	SAMPLE_WAIT(30000, peer_delivered(o) == 900);
	cr_expect_eq(peer_delivered(o), 900);
	peer_close(o, 1000, 0);
	peer_free(other);
	peer_expect(peer, 0, 300, true);
}

Test(http, balanced_each_gets_its_share)
{
	struct peer *other = peer_new(false);
	struct output *o = peer_output("http, balance: true, urls: ['http://127.0.0.1:%u/', 'http://127.0.0.1:%u/']" QUICK, peer->port, other->port);

	sample_offer(o, 0, 1000);
	SAMPLE_WAIT(20000, peer_delivered(o) == 1000);
	cr_expect_gt(peer_taken(peer), 300);
	cr_expect_gt(peer_taken(other), 300);
	peer_close(o, 1000, 0);
	peer_free(other);
}

Test(http, requests_side_by_side_keep_the_order_of_each_device)
{
	struct output *o = peer_output(URL ", parallel: 4, batch: {events: 20, linger: 10ms}", peer->port, 0);

	for (unsigned i = 0; i < 60; i++)
		peer_say(peer, (struct peer_answer){ .delay_ms = (int)(i * 7 % 20), .status = i % 9 == 4 ? 503 : 0 });
	sample_offer(o, 0, 3000);
	SAMPLE_WAIT(40000, peer_delivered(o) == 3000);
	cr_expect_eq(peer_delivered(o), 3000);
	cr_expect_gt(peer->most, 1);
	cr_expect_leq(peer->most, 4);
	peer_close(o, 1000, 0);
	peer_expect(peer, 0, 3000, true);
}

Test(http, a_server_that_is_not_there_yet_gets_what_waited)
{
	unsigned port = peer->port;
	struct output *o;

	peer_hang_up(peer);
	o = peer_output(URL QUICK, port, 0);
	sample_offer(o, 0, 500);
	SAMPLE_WAIT(5000, sample_stats(o).retried > 0);
	cr_expect_not(sample_stats(o).up);
	cr_expect_eq(sample_stats(o).queued, 500);
	peer_listen(peer);
	SAMPLE_WAIT(20000, peer_delivered(o) == 500);
	cr_expect(sample_stats(o).up);
	cr_expect_eq(sample_stats(o).reconnects, 1);
	peer_close(o, 1000, 0);
	peer_expect(peer, 0, 500, true);
}

Test(http, a_server_that_does_not_answer_is_left_after_the_timeout)
{
	struct output *o = peer_output(URL QUICK ", timeout: 300ms", peer->port, 0);

	peer_say(peer, (struct peer_answer){ .delay_ms = 1500 });
	sample_offer(o, 0, 50);
	SAMPLE_WAIT(20000, peer_delivered(o) == 50);
	cr_expect_eq(peer_delivered(o), 50);
	cr_expect_geq(peer_own_stat(o, "http_failures"), 1);
	peer_close(o, 1000, 0);
}

Test(http, a_server_that_does_not_answer_holds_up_no_stop)
{
	struct output *o = peer_output(URL QUICK, peer->port, 0);

	peer_say(peer, (struct peer_answer){ .delay_ms = 3000, .lasting = true });
	sample_offer(o, 0, 250);
	SAMPLE_WAIT(10000, peer->now == 1);
	peer_close(o, 200, 250);
}

/* The answer is bounded in headers and in its body; what its first line said of the request counts. */
Test(http, an_endless_answer_is_not_listened_to)
{
	struct output *o = peer_output(URL QUICK ", timeout: 20s", peer->port, 0);
	static char headers[400 * 1024];
	int64_t start = clock_monotonic_ns();

	for (size_t i = 0; i + 12 < sizeof(headers); i += 12)
		memcpy(headers + i, "X-Filler: \r\n", 12);
	peer_say(peer, (struct peer_answer){ .endless = 1 << 20 });
	peer_say(peer, (struct peer_answer){ .headers = headers, .cut = 399 * 1024 });
	sample_offer(o, 0, 100);
	SAMPLE_WAIT(30000, peer_delivered(o) == 100);
	cr_expect_eq(peer_delivered(o), 100);
	sample_offer(o, 100, 100);
	SAMPLE_WAIT(30000, peer_delivered(o) == 200);
	cr_expect_eq(peer_delivered(o), 200);
	cr_expect_geq(sample_stats(o).retried, 100);
	cr_expect_lt(clock_monotonic_ns() - start, INT64_C(15000000000));
	peer_close(o, 1000, 0);
}

/* https to one that speaks no TLS. */
Test(http, no_tls_is_no_delivery)
{
	struct output *o = peer_output("http, urls: ['https://127.0.0.1:%u/']" QUICK, peer->port, 0);

	sample_offer(o, 0, 10);
	SAMPLE_WAIT(10000, sample_stats(o).retried >= 10);
	cr_expect_eq(sample_stats(o).queued, 10);
	cr_expect_eq(peer_taken(peer), 0);
	peer_close(o, 100, 10);
}

/* A name that cannot be looked up, at once or ever. */
Test(http, a_name_that_nobody_knows_holds_up_no_stop)
{
	struct output *o = peer_output("http, urls: ['http://nowhere.invalid/']" QUICK, 0, 0);

	sample_offer(o, 0, 10);
	sample_sleep_ms(100);
	peer_close(o, 100, 10);
}
