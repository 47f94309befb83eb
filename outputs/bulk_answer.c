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
	switch (status) {
	case 401:               /* of the index and of who asks, not of the event */
	case 403:
	case 404:
	case 408:
	case 429:
		return BULK_AGAIN;
	default:
		return status >= 400 && status < 500 ? BULK_REFUSED : BULK_AGAIN;
	}
}
