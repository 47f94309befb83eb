/* Any bytes as text: every way of writing them gives JSON that jansson reads, and good UTF-8 comes back as it was. */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The class by the slow way. */
static enum utf8_class
slow_class(struct span s)
{
	enum utf8_class is = UTF8_PLAIN;

	while (s.n > 0) {
		size_t n = utf8_sequence(s);
		unsigned char c = (unsigned char)s.p[0];

		if (n == 0)
			return UTF8_INVALID;
		if (n > 1)
			is = UTF8_VALID;
		else if (is == UTF8_PLAIN && (c < 0x20 || c == '"' || c == '\\' || c == 0x7f))
			is = UTF8_ASCII;
		s = span_skip(s, n);
	}
	return is;
}

static void
check_text(const json_t *text, struct span in, enum utf8_class class)
{
	if (!json_is_string(text))
		abort();
	if (class != UTF8_INVALID && !span_eq(span_of(json_string_value(text), json_string_length(text)), in))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_of((const char *)data, size), out;
	enum utf8_class class = utf8_classify(in);
	struct json j;
	json_t *root;

	if (class != slow_class(in) || json_init(&j, 1, 32 * size + 100) == -1)
		abort();
	json_array_begin(&j);
	json_text_as(&j, in, class);
	json_quoted(&j, in);
	json_base64(&j, in);
	json_object_begin(&j);
	json_key(&j, in);
	json_int(&j, (int64_t)size);
	json_object_end(&j);
	json_array_end(&j);
	out = json_text(&j);
	root = json_loadb(out.p, out.n, JSON_ALLOW_NUL, NULL);
	if (!json_ok(&j))
		abort();
	/* A NUL in a key is more than jansson takes. */
	if (!root && !(size > 0 && memchr(data, '\0', size)))
		abort();
	if (root) {
		check_text(json_array_get(root, 0), in, class);
		check_text(json_array_get(root, 1), in, class);
	}
	json_decref(root);
	json_fini(&j);
	return 0;
}
