/*
 * bulk_answer: knows the shape of the answer, and believes none that has another.  How large it may be is the caller's bound.
 */
#include "outputs/bulk_answer.h"

#include "base/log.h"

#define BULK_REASON 160

/* {"create": {...}}: the inner object, or NULL. */
static const json_t *
inner(const json_t *item)
{
	json_t *whole = (json_t *)(uintptr_t)item;
	void *at = json_is_object(item) && json_object_size(item) == 1 ? json_object_iter(whole) : NULL;
	const json_t *in = at ? json_object_iter_value(at) : NULL;

	return json_is_object(in) ? in : NULL;
}

static json_int_t
status_of(const json_t *in)
{
	const json_t *status = json_object_get(in, "status");

	return json_is_integer(status) ? json_integer_value(status) : -1;
}

int
bulk_answer_read(struct bulk_answer *a, struct span body, size_t n)
{
	a->root = body.n > 0 ? json_loadb(body.p, body.n, 0, NULL) : NULL;
	a->items = a->root ? json_object_get(a->root, "items") : NULL;
	if (!json_is_array(a->items) || json_array_size(a->items) != n) {
		bulk_answer_fini(a);
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		json_int_t status = status_of(inner(json_array_get(a->items, i)));

		if (status < 100 || status > 599) {
			bulk_answer_fini(a);
			return -1;
		}
	}
	return 0;
}

void
bulk_answer_fini(struct bulk_answer *a)
{
	json_decref(a->root);
	*a = (struct bulk_answer){ 0 };
}

bool
bulk_answer_is(const struct bulk_answer *a, size_t i, struct span id)
{
	const json_t *said = json_object_get(inner(json_array_get(a->items, i)), "_id");

	return !said || (json_is_string(said) && span_eq(span_of(json_string_value(said), json_string_length(said)), id));
}

/* "mapper_parsing_exception: failed to parse field ..." */
static void
tell(const json_t *in, char *reason, size_t cap)
{
	const json_t *error = json_object_get(in, "error"), *type = json_object_get(error, "type"), *text = json_object_get(error, "reason");
	char quoted_type[64] = "", quoted_text[BULK_REASON] = "";

	if (json_is_string(error))
		text = error;
	if (json_is_string(type))
		log_quote(quoted_type, sizeof(quoted_type), span_of(json_string_value(type), json_string_length(type)));
	if (json_is_string(text))
		log_quote(quoted_text, sizeof(quoted_text), span_of(json_string_value(text), json_string_length(text)));
	snprintf(reason, cap, "%lld %s: %s", (long long)status_of(in), quoted_type, quoted_text);
}

/*
 * What is a document's own fault: others of the same index are taken meanwhile, and this one never.  All else is of the cluster, the index or who
 * asks (no room for shards, a closed index, a pipeline that is not there), and somebody mends it: also what nobody knows yet.
 */
static const struct bulk_fault {
	const char *type;
	const char *reason;             /* what it begins with, where the type is said of both */
} faults[] = {
	{ .type = "document_parsing_exception" },
	{ .type = "mapper_parsing_exception" },                 /* the same, OpenSearch and Elasticsearch 7 */
	{ .type = "strict_dynamic_mapping_exception" },
	{ .type = "parse_exception" },
	{ .type = "x_content_parse_exception" },
	{ .type = "invalid_index_name_exception" },             /* the event makes the name */
	{ .type = "fail_processor_exception" },                 /* a pipeline that wants it so */
	{ .type = "illegal_argument_exception", .reason = "Document contains at least one immense term" },
	{ .type = "illegal_argument_exception", .reason = "Limit of " },                /* of fields, of depth: which this document would be beyond */
	{ .type = "illegal_argument_exception", .reason = "mapper [" },                 /* another type than the field has */
	{ .type = "illegal_argument_exception", .reason = "can't merge a non object mapping" },
	{ .type = "illegal_argument_exception", .reason = "the document timestamp [" }, /* of an index of a time series */
	{ .type = "illegal_argument_exception", .reason = "field [" },                  /* these four: of processors of a pipeline */
	{ .type = "illegal_argument_exception", .reason = "unable to convert [" },
	{ .type = "illegal_argument_exception", .reason = "unable to parse " },
	{ .type = "illegal_argument_exception", .reason = "Provided Grok expressions do not match" },
};

static struct span
text_of(const json_t *error, const char *key)
{
	const json_t *text = json_object_get(error, key);

	return json_is_string(text) ? span_of(json_string_value(text), json_string_length(text)) : SPAN_LIT("");
}

static bool
is_its_own(const json_t *in)
{
	const json_t *error = json_object_get(in, "error");
	struct span type = text_of(error, "type"), reason = text_of(error, "reason");

	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		if (span_eq(type, span_str(faults[i].type)) && (!faults[i].reason || span_starts(reason, span_str(faults[i].reason))))
			return true;
	return false;
}

enum bulk_outcome
bulk_answer_outcome(const struct bulk_answer *a, size_t i, char *reason, size_t cap)
{
	const json_t *in = inner(json_array_get(a->items, i));
	json_int_t status = status_of(in);

	if (status >= 200 && status < 300)
		return BULK_CREATED;
	if (status == 409)
		return BULK_EXISTS;
	tell(in, reason, cap);
	return status == 413 || is_its_own(in) ? BULK_REFUSED : BULK_AGAIN;
}

bool
bulk_answer_blames(struct span body)
{
	json_t *root = body.n > 0 ? json_loadb(body.p, body.n, 0, NULL) : NULL;
	bool blames = is_its_own(root);

	json_decref(root);
	return blames;
}
