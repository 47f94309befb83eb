/*
 * The output kind `elasticsearch`: Elasticsearch and OpenSearch by `_bulk`.  Each event is created under its own id, so one that is sent
 * twice is there once; the answer says of each what became of it.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "outputs/bulk_answer.h"
#include "outputs/bulk_index.h"
#include "outputs/http_sender.h"
#include "outputs/output_kinds.h"

#define BULK_TAIL "/_bulk?filter_path=errors,items.*._id,items.*.status,items.*.error.type,items.*.error.reason"
#define BULK_KEEP 65536                 /* bytes of an answer, and for each event */
#define BULK_KEEP_EACH 4096
#define BULK_KEEP_ONE (4 << 20)         /* more than a server has to say of one event, even where it repeats it */
#define BULK_REASON 256
#define BULK_LONG_S 600                 /* an event of this age that is not taken is told of by its id */

struct elasticsearch_config {
	struct output_config common;
	struct http_conf http;
	char *index;
	char *pipeline;
};

struct elasticsearch {
	struct output *output;
	char *index, *tail;
	struct http_hooks hooks;
	struct http_sender *sender;
	_Atomic uint64_t existing, again;
};

static const struct schema_option elasticsearch_options[] = {
	{ .key = "urls", .type = SCHEMA_TEXTS, .offset = offsetof(struct elasticsearch_config, http.urls), .required = true,
	    .help = "The nodes, as https://host:9200. Of several the next one is taken when one fails." },
	{ .key = "index", .type = SCHEMA_TEXT, .offset = offsetof(struct elasticsearch_config, index), .fallback = "netnorm-events",
	    .help = "The data stream or index that events are created in. {os} and {error} may stand in it, and %Y, %m and %d of the event's date in "
	            "UTC (of its receipt, where the two are more than a week apart)." },
	{ .key = "pipeline", .type = SCHEMA_TEXT, .offset = offsetof(struct elasticsearch_config, pipeline),
	    .help = "An ingest pipeline that all events go through." },
	{ .key = "api_key", .type = SCHEMA_SECRET, .offset = offsetof(struct elasticsearch_config, http.api_key),
	    .help = "An API key as it is given, encoded: {file: PATH} or {env: NAME}." },
	HTTP_CONF_OPTIONS(struct elasticsearch_config),
	SCHEMA_END,
};

/* ---- checks ---- */

static void
check_index(const struct elasticsearch_config *c, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	const struct yaml_node *node = yaml_get(map, "index");
	struct diag_place place = yaml_place(doc, node ? node : map);
	const char *fault;
	size_t offset;

	if (bulk_index_check(span_str(c->index), &offset, &fault) == -1) {
		if (node)
			place = yaml_place_in(doc, node, offset, 1);
		diag_add(diag, DIAG_ERROR, &place, "\"%s\" is no index: %s", c->index, fault);
	}
}

static int
elasticsearch_check(const struct output_config *config, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	struct elasticsearch_config *c = (struct elasticsearch_config *)(uintptr_t)config;      /* paths become whole, nothing else changes */
	const struct yaml_node *urls = yaml_get(map, "urls"), *pipeline = yaml_get(map, "pipeline");
	struct diag_place place = yaml_place(doc, urls ? urls : map);
	size_t errors = diag_errors(diag);

	check_index(c, doc, map, diag);
	for (size_t i = 0; i < c->http.urls.n; i++)
		if (strchr(c->http.urls.items[i], '?'))
			diag_add(diag, DIAG_ERROR, &place, "URL %zu has a query, where only a path can stand", i + 1);
	place = yaml_place(doc, pipeline ? pipeline : map);
	if (c->pipeline && (!*c->pipeline || c->pipeline[strspn(c->pipeline, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@")]))
		diag_add(diag, DIAG_ERROR, &place, "\"%s\" is no pipeline: letters, digits, '-', '_', '.' and '@'", c->pipeline);
	place = yaml_place(doc, yaml_get(map, "format") ? yaml_get(map, "format") : map);
	if (strcmp(format_names[c->common.format], "raw") == 0)
		diag_add(diag, DIAG_ERROR, &place, "a document is JSON, which lines of format raw are not");
	if (http_conf_check(&c->http, doc, map, diag) == -1)
		return -1;
	return diag_errors(diag) > errors ? -1 : 0;
}

static bool
elasticsearch_same(const struct output_config *a, const struct output_config *b)
{
	return http_conf_same(&((const struct elasticsearch_config *)a)->http, &((const struct elasticsearch_config *)b)->http);
}

/* ---- bodies and answers ---- */

/*
 * The document: the line, with @timestamp in front where the format has none, for a data stream takes nothing without it.  What is no JSON is one
 * text in it: a newline of a device's would end the document, and the device would write the next action.
 */
static void
put_document(const struct elasticsearch *e, struct json *body, const struct record *r)
{
	struct span line = output_line(e->output, r);
	bool is_json = output_line_is_json(e->output, r);
	char time[CLOCK_RFC3339_LEN];

	if (!is_json || !span_starts(line, SPAN_LIT("{\"@timestamp\":"))) {
		clock_rfc3339(r->time_ns, time);
		json_object_begin(body);
		json_key(body, SPAN_LIT("@timestamp"));
		json_plain(body, span_of(time, sizeof(time)));
		json_raw(body, SPAN_LIT(","), false);
		line = is_json ? span_skip(line, 1) : line;
	}
	if (is_json) {
		json_raw(body, line, false);
	} else {
		json_key(body, SPAN_LIT("message"));
		json_quoted(body, line);
		json_object_end(body);
	}
	json_raw(body, SPAN_LIT("\n"), false);
}

static void
put_item(void *arg, struct json *body, const struct record *r, bool first)
{
	struct elasticsearch *e = arg;
	char index[BULK_INDEX_BYTES];
	size_t n = bulk_index_name(span_str(e->index), r, index);

	(void)first;
	json_raw(body, SPAN_LIT("{\"create\":{\"_index\":\""), false);
	json_raw(body, span_of(index, n), false);
	json_raw(body, SPAN_LIT("\",\"_id\":\""), false);
	json_escaped(body, r->id, UTF8_INVALID);
	json_raw(body, SPAN_LIT("\"}}\n"), false);
	put_document(e, body, r);
}

static enum http_verdict
judge(const struct http_answer *a)
{
	enum http_verdict verdict = http_judge(a);

	if (verdict == HTTP_TAKEN)
		return HTTP_READ;
	/* What stands in between says 400 too, such as a port that wants TLS: a node names what it has against a document. */
	return verdict != HTTP_CONTENT || a->status == 413 || bulk_answer_blames(a->body) ? verdict : HTTP_GONE;
}

/* Nothing but somebody's hand may end it. */
static void
tell_again(const struct elasticsearch *e, const struct record *r, const char *reason)
{
	int64_t age_s = (clock_now_ns() - r->received_ns) / CLOCK_NS_PER_S;
	char device[128];

	if (age_s < BULK_LONG_S)
		log_limited(output_reasons(e->output), 10, LOG_LEVEL_WARNING, "output \"%s\": an event was not taken and is tried again: %s", output_name(e->output), reason);
	else
		log_limited(output_reasons(e->output), 60, LOG_LEVEL_ERROR, "output \"%s\": event %.*s is %lld minutes old and not taken yet; with it waits all of %s: %s",
		    output_name(e->output), (int)r->id.n, r->id.p, (long long)age_s / 60, log_quote(device, sizeof(device), r->device), reason);
}

static void
settle_item(struct elasticsearch *e, const struct bulk_answer *a, size_t i, struct record *const *cell)
{
	char reason[BULK_REASON];

	switch (bulk_answer_outcome(a, i, reason, sizeof(reason))) {
	case BULK_EXISTS:
		atomic_fetch_add_explicit(&e->existing, 1, memory_order_relaxed);
		output_settle_at(e->output, cell, OUTPUT_DONE, NULL);
		break;
	case BULK_CREATED:
		output_settle_at(e->output, cell, OUTPUT_DONE, NULL);
		break;
	case BULK_AGAIN:
		atomic_fetch_add_explicit(&e->again, 1, memory_order_relaxed);
		tell_again(e, *cell, reason);
		output_settle_at(e->output, cell, OUTPUT_AGAIN, NULL);
		break;
	case BULK_REFUSED:
		output_settle_at(e->output, cell, OUTPUT_REFUSED, reason);
		break;
	}
}

static int
settle(void *arg, struct record *const *const *cells, size_t n, struct span body)
{
	struct elasticsearch *e = arg;
	struct bulk_answer a;

	if (bulk_answer_read(&a, body, n) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!bulk_answer_is(&a, i, (*cells[i])->id)) {
			bulk_answer_fini(&a);
			return -1;
		}
	}
	for (size_t i = 0; i < n; i++)
		settle_item(e, &a, i, cells[i]);
	bulk_answer_fini(&a);
	return 0;
}

/* ---- life ---- */

static void
elasticsearch_close(void *self)
{
	struct elasticsearch *e = self;

	http_sender_close(&e->sender);
	free(e->index);
	free(e->tail);
	free(e);
}

static void *
elasticsearch_open(const struct output_config *config, struct output *output)
{
	const struct elasticsearch_config *c = (const struct elasticsearch_config *)config;
	struct elasticsearch *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->output = output;
	e->index = strdup(c->index);
	if (asprintf(&e->tail, BULK_TAIL "%s%s", c->pipeline ? "&pipeline=" : "", c->pipeline ? c->pipeline : "") == -1)
		e->tail = NULL;
	e->hooks = (struct http_hooks){
		.content_type = "application/x-ndjson", .tail = e->tail, .method = "POST", .keep = BULK_KEEP, .keep_each = BULK_KEEP_EACH,
		.keep_one = BULK_KEEP_ONE, .judge = judge, .put = put_item, .settle = settle,
	};
	if (e->index && e->tail)
		e->sender = http_sender_open(&c->http, output, &e->hooks, e);
	if (!e->sender) {
		elasticsearch_close(e);
		errno = ENOMEM;
		return NULL;
	}
	return e;
}

static size_t
elasticsearch_write(void *self, struct record *const *records, size_t n)
{
	return http_sender_write(((struct elasticsearch *)self)->sender, records, n);
}

static void
elasticsearch_poll(void *self, int timeout_ms)
{
	http_sender_poll(((struct elasticsearch *)self)->sender, timeout_ms);
}

static int
elasticsearch_flush(void *self, int timeout_ms)
{
	return http_sender_flush(((struct elasticsearch *)self)->sender, timeout_ms);
}

static void
elasticsearch_stats(void *self, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg)
{
	struct elasticsearch *e = self;

	http_sender_stats(e->sender, each, arg);
	each(arg, "elasticsearch_existing", "Events that were there already, under their id.", atomic_load(&e->existing));
	each(arg, "elasticsearch_again", "Items of an answer that ask for another try.", atomic_load(&e->again));
}

const struct output_kind output_kind_elasticsearch = {
	.name = "elasticsearch",
	.acknowledges = true,
	.config_bytes = sizeof(struct elasticsearch_config),
	.options = elasticsearch_options,
	.check = elasticsearch_check,
	.same = elasticsearch_same,
	.open = elasticsearch_open,
	.write = elasticsearch_write,
	.poll = elasticsearch_poll,
	.flush = elasticsearch_flush,
	.close = elasticsearch_close,
	.stats = elasticsearch_stats,
	.help = "Elasticsearch and OpenSearch, by _bulk. Each event is created with its id as _id: one that is there already counts as delivered. An item's "
	        "error is the event's own, which is refused, where it is 413 or its type is document_parsing_exception, mapper_parsing_exception, "
	        "strict_dynamic_mapping_exception, invalid_index_name_exception or fail_processor_exception; or illegal_argument_exception, where the reason is "
	        "an immense term, a limit of fields or depth, another type than the field has, or a processor of a pipeline that failed on it. All else is of "
	        "the cluster (too many shards, a closed index, no such pipeline, no right to write) and is tried again until it is taken: the event stands "
	        "aside with all of its device, the others go on (the node takes each item of a request by itself: those of that device behind it in the same "
	        "request, or in one that was made already, may be there before it), and the log tells of what waits for ten minutes. Where the format has no @timestamp "
	        "it is put in front. Nested objects want a mapping that does not grow with them: see config/examples/elasticsearch.",
};
