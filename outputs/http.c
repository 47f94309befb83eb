/*
 * The output kind `http`: events to an URL, one by one, as arrays or as lines.  What is counted as delivered was answered with 2xx.
 */
#include <errno.h>
#include <stdlib.h>

#include "outputs/http_sender.h"
#include "outputs/output_kinds.h"

enum http_shape { HTTP_SINGLE, HTTP_ARRAY, HTTP_NDJSON };

struct http_config {
	struct output_config common;
	struct http_conf http;
	int shape;                      /* enum http_shape */
	int method;
	char *content_type;
};

struct http {
	struct output *output;
	char *content_type;
	struct http_hooks hooks;
	struct http_sender *sender;
};

static const char *const shapes[] = { "single", "array", "ndjson", NULL };
static const char *const methods[] = { "POST", "PUT", NULL };

static const struct schema_option http_options[] = {
	{ .key = "urls", .type = SCHEMA_TEXTS, .offset = offsetof(struct http_config, http.urls), .required = true,
	    .help = "Where the events go, as https://host/path. Of several the next one is taken when one fails." },
	{ .key = "method", .type = SCHEMA_ENUM, .offset = offsetof(struct http_config, method), .fallback = "POST", .names = methods,
	    .help = "POST or PUT." },
	{ .key = "batches", .type = SCHEMA_ENUM, .offset = offsetof(struct http_config, shape), .fallback = "ndjson", .names = shapes,
	    .help = "What a request holds. single: one event. array: a JSON array of events. ndjson: one event a line. In these two what is no JSON (format "
	            "raw, or an event of before a change of format) goes as {\"message\": LINE}." },
	{ .key = "content_type", .type = SCHEMA_TEXT, .offset = offsetof(struct http_config, content_type),
	    .help = "The header Content-Type: application/json, or application/x-ndjson where batches is ndjson." },
	HTTP_CONF_OPTIONS(struct http_config),
	SCHEMA_END,
};

static int
http_check(const struct output_config *config, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	struct http_config *c = (struct http_config *)(uintptr_t)config;        /* paths become whole, nothing else changes */
	const struct yaml_node *node = yaml_get(map, "content_type");
	struct diag_place place = yaml_place(doc, node ? node : map);
	size_t errors = diag_errors(diag);

	for (const char *p = c->content_type; p && *p; p++)
		if ((unsigned char)*p < 0x20 || (unsigned char)*p >= 0x7f) {
			diag_add(diag, DIAG_ERROR, &place, "a content type has printable characters only");
			break;
		}
	if (c->content_type && !*c->content_type)
		diag_add(diag, DIAG_ERROR, &place, "a content type is not empty");
	if (http_conf_check(&c->http, doc, map, diag) == -1)
		return -1;
	return diag_errors(diag) > errors ? -1 : 0;
}

static bool
http_same(const struct output_config *a, const struct output_config *b)
{
	return http_conf_same(&((const struct http_config *)a)->http, &((const struct http_config *)b)->http);
}

/* ---- bodies ---- */

static void
put_single(void *arg, struct json *body, const struct record *r, bool first)
{
	(void)first;
	json_raw(body, output_line(((struct http *)arg)->output, r), false);
}

static void
begin_array(void *arg, struct json *body)
{
	(void)arg;
	json_raw(body, SPAN_LIT("["), false);
}

/* What is no JSON, in a list of what is: else a newline of a device's would end its line, and the device would write the next one. */
static void
put_object(const struct http *h, struct json *body, const struct record *r)
{
	struct span line = output_line(h->output, r);

	if (output_line_is_json(h->output, r))
		json_raw(body, line, false);
	else
		format_wrap(body, SPAN_LIT("message"), line);
}

static void
put_array(void *arg, struct json *body, const struct record *r, bool first)
{
	if (!first)
		json_raw(body, SPAN_LIT(",\n"), false);
	put_object(arg, body, r);
}

static void
end_array(void *arg, struct json *body)
{
	(void)arg;
	json_raw(body, SPAN_LIT("]"), false);
}

static void
put_line(void *arg, struct json *body, const struct record *r, bool first)
{
	(void)first;
	put_object(arg, body, r);
	json_raw(body, SPAN_LIT("\n"), false);
}

static const struct http_hooks hooks[] = {
	[HTTP_SINGLE] = { .content_type = "application/json", .max_events = 1, .put = put_single },
	[HTTP_ARRAY] = { .content_type = "application/json", .begin = begin_array, .put = put_array, .end = end_array },
	[HTTP_NDJSON] = { .content_type = "application/x-ndjson", .put = put_line },
};

/* ---- life ---- */

static void
http_close(void *self)
{
	struct http *h = self;

	http_sender_close(&h->sender);
	free(h->content_type);
	free(h);
}

static void *
http_open(const struct output_config *config, struct output *output)
{
	const struct http_config *c = (const struct http_config *)config;
	struct http *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->output = output;
	h->hooks = hooks[c->shape];
	h->hooks.method = methods[c->method];
	h->hooks.tail = "";
	h->hooks.keep = 1024;
	h->hooks.judge = http_judge;
	if (c->content_type && (h->content_type = strdup(c->content_type)))
		h->hooks.content_type = h->content_type;
	h->sender = http_sender_open(&c->http, output, &h->hooks, h);
	if (!h->sender) {
		http_close(h);
		errno = ENOMEM;
		return NULL;
	}
	return h;
}

static size_t
http_write(void *self, struct record *const *records, size_t n)
{
	return http_sender_write(((struct http *)self)->sender, records, n);
}

static void
http_poll(void *self, int timeout_ms)
{
	http_sender_poll(((struct http *)self)->sender, timeout_ms);
}

static int
http_flush(void *self, int timeout_ms)
{
	return http_sender_flush(((struct http *)self)->sender, timeout_ms);
}

static void
http_stats(void *self, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg)
{
	http_sender_stats(((struct http *)self)->sender, each, arg);
}

const struct output_kind output_kind_http = {
	.name = "http",
	.acknowledges = true,
	.config_bytes = sizeof(struct http_config),
	.options = http_options,
	.check = http_check,
	.same = http_same,
	.open = http_open,
	.write = http_write,
	.poll = http_poll,
	.flush = http_flush,
	.close = http_close,
	.stats = http_stats,
	.help = "HTTP and HTTPS. An event leaves the queue when a server has answered its request with 2xx. 400, 409, 413 and 422 are said of what is in "
	        "a request: the batch goes again in halves, until the event is found that is refused. With any other answer, and with none, all is tried again, "
	        "not before what Retry-After says (at most 5 minutes): 401, 403, 404, 405, 410 and their like are said of every event alike, by a key that "
	        "ran out or a hook that is gone, and end when somebody mends that. Until then events wait, and the log tells. Redirections are not followed.",
};
