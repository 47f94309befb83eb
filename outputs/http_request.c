/*
 * http_request: knows libcurl's callbacks.  Whatever the server sends, what is kept of it is bounded, and so is how long it is listened to.
 */
#include "outputs/http_request.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"

#define REQUEST_HEADERS (256 << 10)     /* more bytes of headers than this end the request */
#define REQUEST_DISCARD (1 << 20)       /* so much behind what is kept is read, so that the connection can be used again */
#define REQUEST_LEVEL 1                 /* of compression */

static size_t
on_header(char *p, size_t size, size_t n, void *arg)
{
	struct http_request *r = arg;

	(void)p;
	r->header_bytes += size * n;
	return r->header_bytes > REQUEST_HEADERS ? 0 : size * n;
}

static bool
reserve(struct http_request *r, size_t n)
{
	size_t cap = r->answer_cap ? r->answer_cap : 4096;
	char *more;

	while (cap < n)
		cap *= 2;
	if (cap == r->answer_cap)
		return true;
	more = realloc(r->answer, cap);
	if (!more)
		return false;
	r->answer = more;
	r->answer_cap = cap;
	return true;
}

static size_t
on_body(char *p, size_t size, size_t count, void *arg)
{
	struct http_request *r = arg;
	size_t n = size * count, kept = r->keep - r->answer_n;

	r->answer_bytes += n;
	if (kept > n)
		kept = n;
	if (kept > 0) {
		if (!reserve(r, r->answer_n + kept))
			return 0;
		memcpy(r->answer + r->answer_n, p, kept);
		r->answer_n += kept;
	}
	if (r->answer_bytes <= r->keep + REQUEST_DISCARD)
		return n;
	r->stopped = true;
	return 0;
}

int
http_request_init(struct http_request *r, const struct http_conf *c, const char *method, struct curl_slist *list, size_t body_limit)
{
	CURLcode bad;

	*r = (struct http_request){ .easy = http_conf_handle(c, method, list) };
	if (!r->easy || json_init(&r->body, 4096, body_limit) == -1)
		goto fail;
	if (c->compression == HTTP_GZIP) {
		if (deflateInit2(&r->z, REQUEST_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
			goto fail;
		r->gzip = true;
	}
	bad = curl_easy_setopt(r->easy, CURLOPT_ERRORBUFFER, r->error);
	bad |= curl_easy_setopt(r->easy, CURLOPT_HEADERFUNCTION, on_header);
	bad |= curl_easy_setopt(r->easy, CURLOPT_HEADERDATA, r);
	bad |= curl_easy_setopt(r->easy, CURLOPT_WRITEFUNCTION, on_body);
	bad |= curl_easy_setopt(r->easy, CURLOPT_WRITEDATA, r);
	bad |= curl_easy_setopt(r->easy, CURLOPT_PRIVATE, r);
	if (bad == CURLE_OK)
		return 0;
fail:
	http_request_fini(r);
	errno = ENOMEM;
	return -1;
}

void
http_request_fini(struct http_request *r)
{
	if (r->easy)
		curl_easy_cleanup(r->easy);
	if (r->gzip)
		deflateEnd(&r->z);
	json_fini(&r->body);
	free(r->packed);
	free(r->answer);
	*r = (struct http_request){ 0 };
}

/* The body compressed; 0, or -1 without memory. */
static int
pack(struct http_request *r, struct span body)
{
	size_t most;

	deflateReset(&r->z);
	most = deflateBound(&r->z, body.n);
	if (most > r->packed_cap) {
		unsigned char *more = realloc(r->packed, most);

		if (!more)
			return -1;
		r->packed = more;
		r->packed_cap = most;
	}
	r->z.next_in = (unsigned char *)(uintptr_t)body.p;
	r->z.avail_in = (uInt)body.n;
	r->z.next_out = r->packed;
	r->z.avail_out = (uInt)r->packed_cap;
	if (deflate(&r->z, Z_FINISH) != Z_STREAM_END)
		return -1;
	r->sent_bytes = r->packed_cap - r->z.avail_out;
	return 0;
}

int
http_request_start(struct http_request *r, CURLM *multi, const char *url, size_t keep)
{
	struct span body = json_text(&r->body);
	CURLcode bad;

	r->sent_bytes = body.n;
	if (r->gzip && pack(r, body) == -1)
		goto fail;
	r->keep = keep;
	r->answer_n = r->answer_bytes = r->header_bytes = 0;
	r->stopped = false;
	r->error[0] = '\0';
	bad = curl_easy_setopt(r->easy, CURLOPT_URL, url);
	bad |= curl_easy_setopt(r->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->sent_bytes);
	bad |= curl_easy_setopt(r->easy, CURLOPT_POSTFIELDS, r->gzip ? (const char *)r->packed : body.p);
	if (bad == CURLE_OK && curl_multi_add_handle(multi, r->easy) == CURLM_OK)
		return 0;
fail:
	errno = ENOMEM;
	return -1;
}

struct http_answer
http_request_answer(struct http_request *r, CURLcode code)
{
	struct http_answer a = { .body = span_of(r->answer, r->answer_n), .cut = r->answer_bytes > r->answer_n };
	curl_off_t wait = 0;

	curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &a.status);
	if (curl_easy_getinfo(r->easy, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0)
		a.retry_after_s = wait < HTTP_RETRY_MOST_S ? wait : HTTP_RETRY_MOST_S;
	/* A server that refuses may close before all was sent or told: what it says of the request counts nevertheless. */
	if (code != CURLE_OK && !r->stopped && a.status < 400)
		a.fault = r->error[0] ? r->error : curl_easy_strerror(code);
	return a;
}

const char *
http_answer_reason(const struct http_answer *a, char reason[HTTP_REASON])
{
	char quoted[HTTP_REASON - 32];

	snprintf(reason, HTTP_REASON, "HTTP %ld%s%s", a->status, a->body.n > 0 ? ": " : "",
	    a->body.n > 0 ? log_quote(quoted, sizeof(quoted), a->body) : "");
	return reason;
}

enum http_verdict
http_judge(const struct http_answer *a)
{
	if (a->status >= 200 && a->status < 300)
		return HTTP_TAKEN;
	switch (a->status) {
	case 429:
		return HTTP_BUSY;
	case 400:
	case 409:
	case 413:
	case 422:
		return HTTP_CONTENT;
	default:
		return HTTP_GONE;
	}
}

bool
http_needs_hands(long status)
{
	return status >= 400 && status < 500 && status != 408 && status != 421 && status != 425 && status != 429;
}
