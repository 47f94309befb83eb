/*
 * http_sender: records into batches, batches into requests, one under way in each of `parallel` rows, over one URL or the next.
 *
 * A device has its place in one row, so its records keep their order.  What an answer means is the kind's word (struct http_hooks).
 * An answer that is larger than what is read of it, and needed, has the batch go again in halves.
 * When a request failed at all URLs, all of its row goes back to the queue (OUTPUT_DOWN).  A server's Retry-After is kept, up to 5 minutes.
 */
#ifndef NETNORM_OUTPUTS_HTTP_SENDER_H
#define NETNORM_OUTPUTS_HTTP_SENDER_H

#include "outputs/http_request.h"

struct http_hooks {
	const char *content_type;
	const char *tail;                       /* behind each URL */
	const char *method;
	size_t max_events;                      /* in a request, besides the configuration's */
	size_t keep, keep_each;                 /* how much of an answer is read: in all, and more for each event */
	size_t keep_one;                        /* ... and of the answer to a single one, if that is more */
	enum http_verdict (*judge)(const struct http_answer *);
	/* What goes out; begin and end may be NULL. */
	void (*begin)(void *arg, struct json *);
	void (*put)(void *arg, struct json *, const struct record *, bool first);
	void (*end)(void *arg, struct json *);
	/* HTTP_READ: settle all n; 0, or -1 with none of them settled: the answer makes no sense. */
	int (*settle)(void *arg, struct record *const *const *cells, size_t n, struct span body);
};

struct http_sender;

/* NULL with errno; told in the log.  `hooks` and `arg` must outlive it, the configuration need not. */
struct http_sender *http_sender_open(const struct http_conf *, struct output *, const struct http_hooks *, void *arg);
/* As in struct output_kind. */
size_t http_sender_write(struct http_sender *, struct record *const *records, size_t n);
void http_sender_poll(struct http_sender *, int timeout_ms);
int http_sender_flush(struct http_sender *, int timeout_ms);
void http_sender_close(struct http_sender **);
void http_sender_stats(struct http_sender *, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg);

#endif
