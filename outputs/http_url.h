/*
 * http_url: the servers of an output: which to ask next, and which not before some time.
 */
#ifndef NETNORM_OUTPUTS_HTTP_URL_H
#define NETNORM_OUTPUTS_HTTP_URL_H

#include "outputs/http_conf.h"

struct http_url {
	char *text, *label;
	int64_t wait_ns;                /* CLOCK_MONOTONIC: not before (Retry-After) */
	int64_t shun_ns;                /* it failed: before that only where no other is left */
};

struct http_urls {
	struct http_url *items;
	size_t n, first;                /* first: the one to take first */
	bool balance;
};

/* With `tail` behind each. 0, or -1 with errno ENOMEM. */
int http_urls_init(struct http_urls *, const struct http_conf *, const char *tail);
void http_urls_fini(struct http_urls *);
/* One that may be asked now, none of `tried` (bit n: URL n): the first that did not fail lately, else the one that failed longest ago.  -1: none. */
int http_urls_pick(const struct http_urls *, uint64_t tried, int64_t now_ns);
/* It is asked. */
void http_urls_ask(struct http_urls *, size_t url);
void http_urls_fail(struct http_urls *, size_t url, int64_t now_ns, int64_t retry_after_s);
void http_urls_succeed(struct http_urls *, size_t url);
/* When the first of them may be asked again, 0: now. */
int64_t http_urls_wait(const struct http_urls *, int64_t now_ns);

#endif
