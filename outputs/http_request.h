/*
 * http_request: one request at a time on one curl handle: its body, plain or compressed, and as much of its answer as is wanted.
 */
#ifndef NETNORM_OUTPUTS_HTTP_REQUEST_H
#define NETNORM_OUTPUTS_HTTP_REQUEST_H

#include <zlib.h>

#include "base/json.h"
#include "outputs/http_conf.h"

#define HTTP_REASON 256
#define HTTP_RETRY_MOST_S 300           /* the longest Retry-After that is believed */

enum http_verdict {
	HTTP_TAKEN,             /* it has all of them */
	HTTP_READ,              /* its body says: settle() */
	HTTP_GONE,              /* this server cannot: the next one, or all again later */
	HTTP_BUSY,              /* not now: all again later */
	HTTP_CONTENT,           /* something in it is wrong: half as much, until it is one event that is refused */
};

struct http_request {
	CURL *easy;
	struct json body;               /* filled by the caller before http_request_start() */
	bool gzip;
	z_stream z;
	unsigned char *packed;
	size_t packed_cap;
	size_t sent_bytes;              /* of the last body as it went out */
	char *answer;
	size_t answer_n, answer_cap;    /* kept */
	size_t keep;                    /* how much of the answer is kept */
	size_t answer_bytes, header_bytes;      /* came */
	bool stopped;                   /* the rest of a long body was not waited for */
	char error[CURL_ERROR_SIZE];
};

struct http_answer {
	long status;                    /* 0: there is none */
	struct span body;               /* what was kept */
	bool cut;                       /* there was more */
	int64_t retry_after_s;          /* bounded; 0: not said */
	const char *fault;              /* no whole answer came: why; else NULL */
};

/* 0, or -1 with errno ENOMEM.  `list` as for http_conf_handle(). */
int http_request_init(struct http_request *, const struct http_conf *, const char *method, struct curl_slist *list, size_t body_limit);
void http_request_fini(struct http_request *);
/* Send the body; at most `keep` bytes of the answer are kept. 0, or -1 with errno ENOMEM. `url` must stay until the end. */
int http_request_start(struct http_request *, CURLM *, const char *url, size_t keep);
/* What came of it, good until the next start; `code` is curl's. */
struct http_answer http_request_answer(struct http_request *, CURLcode code);

/* "HTTP 422: what it says", in the caller's buffer, which it returns. */
const char *http_answer_reason(const struct http_answer *, char reason[HTTP_REASON]);

/*
 * By the number alone; for judge().  Content is 400, 409, 413 and 422.  All else is of the server, of the way there or of who asks, also 404, 405 and 410: a
 * hook that is not there, which would refuse every event alike.
 */
enum http_verdict http_judge(const struct http_answer *);
/* Does it end only by somebody's hand? */
bool http_needs_hands(long status);

#endif
