/*
 * Any text for a leaf of any type: what is taken is what the leaf's JSON may hold, and "plain" is said only of what is.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/yang_type.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const spellings[] = {
	"bool", "int8", "uint16 1..4094|5000", "int64", "uint64", "dec 2", "dec 18", "enum UP DOWN LOWER_LAYER_DOWN", "ident m:COLOUR", "string",
	"string len=1..8", "ip", "ip4", "ip6z", "ipp", "mac", "sysid", "dns", "quad", "dtime", "ns", "union ip ; dns ; uint8", "binary",
};
#define NSPELLINGS (sizeof(spellings) / sizeof(*spellings))

static struct span
identities(void *ctx, struct span base)
{
	(void)ctx;
	(void)base;
	return SPAN_LIT("m:DARK_RED m:BLUE n:GREEN");
}

static void
expect(bool good)
{
	if (!good)
		abort();
}

/* Quoted or not, what stands there in JSON: no control characters, valid UTF-8. */
static void
check(const struct yang_text *out)
{
	enum utf8_class class = utf8_classify(out->text);

	expect(out->text.p != NULL && out->text.n > 0);
	expect(class != UTF8_INVALID);
	expect(!out->plain || class == UTF8_PLAIN);
	expect(out->quoted || (out->plain && strspn(out->text.p, "-0123456789") == out->text.n) || span_eq(out->text, SPAN_LIT("true")) ||
	    span_eq(out->text, SPAN_LIT("false")));
	for (size_t i = 0; i < out->text.n; i++)
		expect((unsigned char)out->text.p[i] >= 0x20 || memchr("\t\n\r", out->text.p[i], 3));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena, types;
	static const struct yang_type *known[NSPELLINGS];
	struct fact fact = { .type = FACT_TEXT };
	struct yang_text out, copy;
	const struct yang_type *t;

	if (!arena.first && (arena_init(&arena, 4096, SIZE_MAX) == -1 || arena_init(&types, 4096, SIZE_MAX) == -1))
		abort();
	arena_reset(&arena);
	if (size == 0)
		return 0;
	if (!known[data[0] % NSPELLINGS])
		known[data[0] % NSPELLINGS] = yang_type_read(&types, span_str(spellings[data[0] % NSPELLINGS]), identities, NULL);
	t = known[data[0] % NSPELLINGS];
	expect(t != NULL);
	fact.text = span_of((const char *)data + 1, size - 1);
	if (!yang_take(t, &fact, utf8_classify(fact.text) == UTF8_PLAIN, &arena, &out))
		return 0;
	if (!out.quoted)        /* strspn() wants an end */
		out.text = arena_copy(&arena, out.text);
	check(&out);
	/* What was made is taken again, and stays what it is. */
	fact.text = out.text;
	expect(yang_take(t, &fact, false, &arena, &copy) && span_eq(copy.text, out.text));
	return 0;
}
