/*
 * http_sender: knows rows, batches and URLs.  Nothing is settled from write(), so that what comes back to the queue comes before what is
 * taken next.
 */
#include "outputs/http_sender.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "outputs/http_request.h"
#include "outputs/http_url.h"


struct http_batch {
	struct record *const **cells;
	size_t n, bytes;
	int64_t since_ns;               /* of the first one */
	bool full;
};

struct http_row {
	struct http_request request;
	struct http_batch gather, fly;
	size_t at, len;                 /* of fly: what the request has, all in front of it being settled */
	size_t most;                    /* in a part of fly: more of them had too large an answer */
	uint64_t tried;                 /* bit n: URL n, for this part */
	size_t url;
	bool busy;                      /* a request is under way */
};

struct http_sender {
	struct output *output;
	const struct http_hooks *hooks;
	void *arg;
	CURLM *multi;
	struct curl_slist *list;
	struct http_urls urls;
	struct http_row *rows;
	size_t nrows, nbusy;
	size_t max_events, max_bytes;
	int64_t linger_ns;
	bool hurry;                     /* do not linger */
	_Atomic uint64_t requests, failures, switches, halvings, sent_bytes;
};

/* ---- open and close ---- */

static void
curl_begin(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

static int
open_rows(struct http_sender *s, const struct http_conf *c)
{
	size_t limit = 2 * s->max_bytes + s->max_events * 1024 + (16 << 20);

	s->rows = calloc((size_t)c->parallel, sizeof(*s->rows));
	if (!s->rows)
		return -1;
	for (; s->nrows < (size_t)c->parallel; s->nrows++) {
		struct http_row *row = &s->rows[s->nrows];

		row->gather.cells = calloc(s->max_events, sizeof(*row->gather.cells));
		row->fly.cells = calloc(s->max_events, sizeof(*row->fly.cells));
		if (!row->gather.cells || !row->fly.cells || http_request_init(&row->request, c, s->hooks->method, s->list, limit) == -1) {
			s->nrows++;
			return -1;
		}
	}
	return 0;
}

struct http_sender *
http_sender_open(const struct http_conf *c, struct output *output, const struct http_hooks *hooks, void *arg)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct http_sender *s = calloc(1, sizeof(*s));

	pthread_once(&once, curl_begin);
	if (s) {
		s->output = output;
		s->hooks = hooks;
		s->arg = arg;
		s->max_events = (size_t)c->batch.events;
		if (hooks->max_events && hooks->max_events < s->max_events)
			s->max_events = hooks->max_events;
		s->max_bytes = (size_t)c->batch.bytes;
		s->linger_ns = c->batch.linger_ms * CLOCK_NS_PER_MS;
		s->multi = curl_multi_init();
		s->list = http_conf_list(c, hooks->content_type);
	}
	if (!s || !s->multi || !s->list || http_urls_init(&s->urls, c, hooks->tail) == -1 || open_rows(s, c) == -1) {
		log_error("output \"%s\": no memory, or TLS cannot be had", output_name(output));
		http_sender_close(&s);
		errno = ENOMEM;
		return NULL;
	}
	curl_multi_setopt(s->multi, CURLMOPT_MAXCONNECTS, (long)(s->nrows * (s->urls.n < 4 ? s->urls.n : 4)));
	return s;
}

void
http_sender_close(struct http_sender **sp)
{
	struct http_sender *s = *sp;

	*sp = NULL;
	if (!s)
		return;
	for (size_t i = 0; i < s->nrows; i++) {
		if (s->rows[i].busy)
			curl_multi_remove_handle(s->multi, s->rows[i].request.easy);
		http_request_fini(&s->rows[i].request);
		free(s->rows[i].gather.cells);
		free(s->rows[i].fly.cells);
	}
	if (s->multi)
		curl_multi_cleanup(s->multi);
	curl_slist_free_all(s->list);
	http_urls_fini(&s->urls);
	free(s->rows);
	free(s);
}

/* ---- one row ---- */

static void
empty_batch(struct http_batch *b)
{
	b->n = b->bytes = 0;
	b->full = false;
}

static void
settle_part(struct http_sender *s, struct http_row *row, enum output_result result, const char *reason)
{
	for (size_t i = row->at; i < row->at + row->len; i++)
		output_settle_at(s->output, row->fly.cells[i], result, reason);
	row->at += row->len;
	row->len = 0;
}

/* All of the row goes back to the queue, also what gathers: it is behind. */
static void
give_back(struct http_sender *s, struct http_row *row)
{
	row->len = row->fly.n - row->at;
	settle_part(s, row, OUTPUT_DOWN, NULL);
	for (size_t i = 0; i < row->gather.n; i++)
		output_settle_at(s->output, row->gather.cells[i], OUTPUT_DOWN, NULL);
	empty_batch(&row->gather);
	row->fly.n = row->at = 0;
}

static void
fill_body(struct http_sender *s, struct http_row *row)
{
	struct json *body = &row->request.body;

	json_reset(body);
	if (s->hooks->begin)
		s->hooks->begin(s->arg, body);
	for (size_t i = 0; i < row->len; i++)
		s->hooks->put(s->arg, body, *row->fly.cells[row->at + i], i == 0);
	if (s->hooks->end)
		s->hooks->end(s->arg, body);
}

/* The body of what the row has now is made; false if nothing of it is left. */
static bool
make_body(struct http_sender *s, struct http_row *row)
{
	while (row->len > 0) {
		fill_body(s, row);
		if (json_ok(&row->request.body))
			return true;
		if (row->len > 1) {
			row->len = (row->len + 1) / 2;
			continue;
		}
		settle_part(s, row, OUTPUT_REFUSED, "it is larger than a request may be");
		row->len = row->fly.n - row->at;
	}
	return false;
}

static size_t
answer_room(const struct http_hooks *h, size_t events)
{
	size_t n = h->keep + h->keep_each * events;

	return events == 1 && n < h->keep_one ? h->keep_one : n;
}

/* Send what the row has, to a URL that was not tried for it; else it goes back. */
static void
send_part(struct http_sender *s, struct http_row *row)
{
	int url = http_urls_pick(&s->urls, row->tried, clock_monotonic_ns());

	if (url == -1) {
		give_back(s, row);
		return;
	}
	if (row->tried)
		atomic_fetch_add_explicit(&s->switches, 1, memory_order_relaxed);
	row->tried |= UINT64_C(1) << url;
	row->url = (size_t)url;
	http_urls_ask(&s->urls, row->url);
	if (http_request_start(&row->request, s->multi, s->urls.items[url].text, answer_room(s->hooks, row->len)) == -1) {
		log_limited(output_reasons(s->output), 10, LOG_LEVEL_ERROR, "output \"%s\": no memory for a request", output_name(s->output));
		give_back(s, row);
		return;
	}
	row->busy = true;
	s->nbusy++;
	atomic_fetch_add_explicit(&s->requests, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&s->sent_bytes, row->request.sent_bytes, memory_order_relaxed);
}

/* What is left of the batch, or nothing. */
static void
send_rest(struct http_sender *s, struct http_row *row)
{
	row->len = row->fly.n - row->at < row->most ? row->fly.n - row->at : row->most;
	row->tried = 0;
	if (make_body(s, row)) {
		send_part(s, row);
		return;
	}
	row->fly.n = row->at = 0;
}

/* When the row's batch goes out: 0 now, INT64_MAX never (there is none, or another is under way). */
static int64_t
due_at(const struct http_sender *s, const struct http_row *row, int64_t now)
{
	int64_t due, wait;

	if (row->busy || row->gather.n == 0)
		return INT64_MAX;
	wait = http_urls_wait(&s->urls, now);
	due = row->gather.full || s->hurry ? 0 : row->gather.since_ns + s->linger_ns;
	if (wait > due)
		due = wait;
	return due > now ? due : 0;
}

static void
start_row(struct http_sender *s, struct http_row *row)
{
	struct http_batch empty = row->fly;

	row->fly = row->gather;
	row->gather = empty;
	empty_batch(&row->gather);
	row->at = 0;
	row->most = row->fly.n;
	send_rest(s, row);
}

/* ---- what an answer means ---- */

/* This URL failed: the next one, else back with all. */
static void
fail(struct http_sender *s, struct http_row *row, const struct http_answer *a, bool busy)
{
	char reason[HTTP_REASON];

	log_limited(output_reasons(s->output), 10, http_needs_hands(a->status) ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING, "output \"%s\": %s: %s", output_name(s->output),
	    s->urls.items[row->url].label, a->fault ? a->fault : http_answer_reason(a, reason));
	atomic_fetch_add_explicit(&s->failures, 1, memory_order_relaxed);
	http_urls_fail(&s->urls, row->url, clock_monotonic_ns(), a->retry_after_s);
	if (busy)
		give_back(s, row);
	else
		send_part(s, row);
}

static void
succeed(struct http_sender *s, struct http_row *row)
{
	http_urls_succeed(&s->urls, row->url);
	send_rest(s, row);
}

static void
halve(struct http_sender *s, struct http_row *row, const struct http_answer *a)
{
	char reason[HTTP_REASON];

	if (row->len > 1) {
		row->len = (row->len + 1) / 2;
		row->tried = 0;
		atomic_fetch_add_explicit(&s->halvings, 1, memory_order_relaxed);
		if (make_body(s, row))
			send_part(s, row);
		else
			send_rest(s, row);
		return;
	}
	settle_part(s, row, OUTPUT_REFUSED, http_answer_reason(a, reason));
	send_rest(s, row);
}

static void
read_answer(struct http_sender *s, struct http_row *row, struct http_answer *a)
{
	if (a->cut && row->len > 1) {
		row->most = (row->len + 1) / 2;
		halve(s, row, a);
		return;
	}
	if (a->cut)
		a->fault = "the answer is too large";
	else if (s->hooks->settle(s->arg, row->fly.cells + row->at, row->len, a->body) == -1)
		a->fault = "the answer makes no sense";
	if (a->fault) {
		fail(s, row, a, false);
		return;
	}
	row->at += row->len;
	succeed(s, row);
}

static void
finish(struct http_sender *s, struct http_row *row, CURLcode code)
{
	struct http_answer a = http_request_answer(&row->request, code);

	row->busy = false;
	s->nbusy--;
	switch (a.fault ? HTTP_GONE : s->hooks->judge(&a)) {
	case HTTP_TAKEN:
		settle_part(s, row, OUTPUT_DONE, NULL);
		succeed(s, row);
		break;
	case HTTP_READ:
		read_answer(s, row, &a);
		break;
	case HTTP_GONE:
		fail(s, row, &a, false);
		break;
	case HTTP_BUSY:
		fail(s, row, &a, true);
		break;
	case HTTP_CONTENT:
		halve(s, row, &a);
		break;
	}
}

/* ---- rounds ---- */

static struct http_row *
row_of(struct http_sender *s, const CURL *easy)
{
	for (size_t i = 0; i < s->nrows; i++)
		if (s->rows[i].request.easy == easy)
			return &s->rows[i];
	return NULL;
}

/* Begin what is due, go on with what is under way; true if something ended. */
static bool
turn(struct http_sender *s)
{
	int64_t now = clock_monotonic_ns();
	bool ended = false;
	CURLMsg *message;
	int left;

	for (size_t i = 0; i < s->nrows; i++)
		if (due_at(s, &s->rows[i], now) == 0)
			start_row(s, &s->rows[i]);
	curl_multi_perform(s->multi, &left);
	while ((message = curl_multi_info_read(s->multi, &left))) {
		CURL *easy = message->easy_handle;
		CURLcode code = message->data.result;
		struct http_row *row;

		if (message->msg != CURLMSG_DONE || !(row = row_of(s, easy)))
			continue;
		curl_multi_remove_handle(s->multi, easy);       /* the message is gone with it */
		finish(s, row, code);
		ended = true;
	}
	return ended;
}

/* Milliseconds until something is due, at most `ms`. */
static int
idle_ms(const struct http_sender *s, int ms)
{
	int64_t now = clock_monotonic_ns();

	for (size_t i = 0; i < s->nrows; i++) {
		int64_t due = due_at(s, &s->rows[i], now);

		if (due == 0)
			return 0;
		if (due != INT64_MAX && (due - now) / CLOCK_NS_PER_MS + 1 < ms)
			ms = (int)((due - now) / CLOCK_NS_PER_MS) + 1;
	}
	return ms;
}

void
http_sender_poll(struct http_sender *s, int timeout_ms)
{
	struct curl_waitfd wake = { .fd = output_wake_fd(s->output), .events = CURL_WAIT_POLLIN };

	s->hurry = false;
	if (turn(s) || timeout_ms == 0)
		return;
	timeout_ms = idle_ms(s, timeout_ms);
	curl_multi_poll(s->multi, &wake, 1, timeout_ms, NULL);
	turn(s);
}

int
http_sender_flush(struct http_sender *s, int timeout_ms)
{
	int64_t deadline = clock_monotonic_ns() + (int64_t)timeout_ms * CLOCK_NS_PER_MS, left;
	size_t gathered;

	s->hurry = true;
	for (;;) {
		turn(s);
		gathered = 0;
		for (size_t i = 0; i < s->nrows; i++)
			gathered += s->rows[i].gather.n;
		left = (deadline - clock_monotonic_ns()) / CLOCK_NS_PER_MS;
		if (left <= 0 || (s->nbusy == 0 && gathered == 0))
			break;
		curl_multi_poll(s->multi, NULL, 0, idle_ms(s, (int)left), NULL);
	}
	return s->nbusy == 0 && gathered == 0 ? 0 : -1;
}

static struct http_row *
row_for(struct http_sender *s, const struct record *r)
{
	uint32_t h = 2166136261u;

	if (s->nrows == 1)
		return s->rows;
	for (size_t i = 0; i < r->device.n; i++)
		h = (h ^ (unsigned char)r->device.p[i]) * 16777619u;
	return &s->rows[(h ^ h >> 16) % s->nrows];
}

size_t
http_sender_write(struct http_sender *s, struct record *const *records, size_t n)
{
	int64_t now = clock_monotonic_ns();
	size_t taken = 0;

	if (http_urls_wait(&s->urls, now) > 0)
		return 0;
	for (; taken < n; taken++) {
		struct http_batch *b = &row_for(s, records[taken])->gather;
		size_t bytes = output_line(s->output, records[taken]).n + 1;

		b->full = b->full || (b->n > 0 && b->bytes + bytes > s->max_bytes);
		if (b->full)
			break;
		if (b->n == 0)
			b->since_ns = now;
		b->cells[b->n++] = records + taken;
		b->bytes += bytes;
		b->full = b->n >= s->max_events || b->bytes >= s->max_bytes;
	}
	return taken;
}

void
http_sender_stats(struct http_sender *s, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg)
{
	each(arg, "http_requests", "HTTP requests sent.", atomic_load(&s->requests));
	each(arg, "http_failures", "Requests without an answer, or with one that asks for another try.", atomic_load(&s->failures));
	each(arg, "http_switches", "Requests that went to the next URL after one failed.", atomic_load(&s->switches));
	each(arg, "http_halvings", "Batches refused as a whole, or with too large an answer, and sent again in parts.", atomic_load(&s->halvings));
	each(arg, "http_sent_bytes", "Bytes of bodies sent, as they went out.", atomic_load(&s->sent_bytes));
}
