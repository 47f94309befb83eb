/*
 * http_url: knows what became of each server, and the time it is told.
 */
#include "outputs/http_url.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"

#define SHUN_NS INT64_C(5000000000)

int
http_urls_init(struct http_urls *u, const struct http_conf *c, const char *tail)
{
	*u = (struct http_urls){ .items = calloc(c->urls.n, sizeof(*u->items)), .balance = c->balance };
	while (u->items && u->n < c->urls.n) {
		struct http_url *url = &u->items[u->n];

		url->text = http_conf_url(c->urls.items[u->n], tail);
		url->label = http_conf_label(c->urls.items[u->n]);
		u->n++;
		if (!url->text || !url->label)
			http_urls_fini(u);
	}
	if (!u->items)
		errno = ENOMEM;
	return u->items ? 0 : -1;
}

void
http_urls_fini(struct http_urls *u)
{
	for (size_t i = 0; i < u->n; i++) {
		free(u->items[i].text);
		free(u->items[i].label);
	}
	free(u->items);
	*u = (struct http_urls){ 0 };
}

int
http_urls_pick(const struct http_urls *u, uint64_t tried, int64_t now_ns)
{
	int best = -1;

	for (size_t i = 0; i < u->n; i++) {
		size_t at = (u->first + i) % u->n;
		const struct http_url *url = &u->items[at];

		if (tried >> at & 1 || url->wait_ns > now_ns)
			continue;
		if (url->shun_ns <= now_ns)
			return (int)at;
		if (best == -1 || url->shun_ns < u->items[best].shun_ns)
			best = (int)at;
	}
	return best;
}

void
http_urls_ask(struct http_urls *u, size_t url)
{
	if (u->balance)
		u->first = (url + 1) % u->n;
}

void
http_urls_fail(struct http_urls *u, size_t url, int64_t now_ns, int64_t retry_after_s)
{
	u->items[url].wait_ns = retry_after_s > 0 ? now_ns + retry_after_s * CLOCK_NS_PER_S : 0;
	u->items[url].shun_ns = now_ns + SHUN_NS;
}

void
http_urls_succeed(struct http_urls *u, size_t url)
{
	u->items[url].wait_ns = u->items[url].shun_ns = 0;
	if (!u->balance)
		u->first = url;
}

int64_t
http_urls_wait(const struct http_urls *u, int64_t now_ns)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < u->n; i++)
		if (u->items[i].wait_ns < first)
			first = u->items[i].wait_ns;
	return first > now_ns ? first : 0;
}
