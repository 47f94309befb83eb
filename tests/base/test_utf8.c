/* utf8: classes, well-formed sequences and maximal ill-formed parts, up to the edge of a page. */
#include <criterion/criterion.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/utf8.h"

static const struct {
	const char *text;
	size_t n;
	enum utf8_class is;
} classes[] = {
	{ "", 0, UTF8_PLAIN },
	{ "plain ~", 7, UTF8_PLAIN },
	{ "\x7f", 1, UTF8_ASCII },
	{ "a\"b", 3, UTF8_ASCII },
	{ "a\\b", 3, UTF8_ASCII },
	{ "\0", 1, UTF8_ASCII },
	{ "\x1f", 1, UTF8_ASCII },
	{ "\n", 1, UTF8_ASCII },
	{ "\xc3\xa4", 2, UTF8_VALID },
	{ "\"\xc3\xa4\n", 4, UTF8_VALID },
	{ "\xe2\x82\xac", 3, UTF8_VALID },
	{ "\xf0\x9f\x98\x80", 4, UTF8_VALID },
	{ "\xf4\x8f\xbf\xbf", 4, UTF8_VALID },
	{ "\xed\x9f\xbf\xee\x80\x80", 6, UTF8_VALID },
	{ "\xf4\x90\x80\x80", 4, UTF8_INVALID },
	{ "\xc0\x80", 2, UTF8_INVALID },
	{ "\xc1\xbf", 2, UTF8_INVALID },
	{ "\xe0\x9f\xbf", 3, UTF8_INVALID },
	{ "\xf0\x8f\xbf\xbf", 4, UTF8_INVALID },
	{ "\xed\xa0\x80", 3, UTF8_INVALID },
	{ "\xf5\x80\x80\x80", 4, UTF8_INVALID },
	{ "\x80", 1, UTF8_INVALID },
	{ "\xff", 1, UTF8_INVALID },
	{ "\xe2\x82", 2, UTF8_INVALID },
	{ "\xe2\x82\xac\xc3", 4, UTF8_INVALID },
	{ "\xc3\xa4\"\xff", 4, UTF8_INVALID },
};

Test(utf8, each_text_has_its_class)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		cr_expect_eq(utf8_classify(span_of(classes[i].text, classes[i].n)), classes[i].is, "row %zu", i);
}

/* A buffer of which the last byte is the last one before a page that cannot be read. */
static char *
page_edge(size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t room = (bytes + page - 1) / page * page;
	char *p = mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(p, MAP_FAILED);
	cr_assert_eq(mprotect(p + room, page, PROT_NONE), 0);
	return p + room - bytes;
}

Test(utf8, the_class_does_not_depend_on_where_the_bytes_stand)
{
	char *buf = page_edge(128);

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		for (size_t before = 0; before < 50; before++)
			for (size_t after = 0; after < 40; after += 3) {
				size_t n = before + classes[i].n + after;
				char *p = buf + 128 - n;

				memset(p, 'x', n);
				memcpy(p + before, classes[i].text, classes[i].n);
				cr_assert_eq(utf8_classify(span_of(p, n)), classes[i].is, "row %zu at %zu, %zu behind", i, before,
				    after);
			}
}

Test(utf8, every_single_byte_has_its_class_at_every_place)
{
	char buf[40];

	for (int c = 0; c < 256; c++)
		for (size_t at = 0; at < sizeof(buf); at++) {
			enum utf8_class want = c >= 0x80 ? UTF8_INVALID :
			    c < 0x20 || c == 0x7f || c == '"' || c == '\\' ? UTF8_ASCII : UTF8_PLAIN;

			memset(buf, 'x', sizeof(buf));
			buf[at] = (char)c;
			cr_assert_eq(utf8_classify(span_of(buf, sizeof(buf))), want, "byte %02x at %zu", (unsigned)c, at);
		}
}

Test(utf8, every_scalar_value_is_one_sequence)
{
	for (unsigned c = 0; c <= 0x10ffff; c++) {
		char b[4];
		size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
		bool surrogate = c >= 0xd800 && c <= 0xdfff;

		for (size_t i = n; i-- > 1;)
			b[i] = (char)(0x80 | ((c >> (6 * (n - 1 - i))) & 0x3f));
		b[0] = (char)((n == 1 ? 0u : n == 2 ? 0xc0u : n == 3 ? 0xe0u : 0xf0u) | c >> (6 * (n - 1)));
		cr_assert_eq(utf8_sequence(span_of(b, n)), surrogate ? 0 : n, "U+%04X", c);
		cr_assert_eq(utf8_sequence(span_of(b, n - 1)), 0, "U+%04X cut short", c);
	}
}

Test(utf8, an_ill_formed_part_is_as_long_as_unicode_says)
{
	static const struct {
		const char *text;
		size_t n, part;
	} t[] = {
		{ "\xc0\xaf", 2, 1 }, { "\xe0\x80\xbf", 3, 1 }, { "\xf0\x81\x82", 3, 1 }, { "\xed\xa0\x80", 3, 1 }, { "\xf4\x91\x92", 3, 1 },
		{ "\xe1\x80\xe2", 3, 2 }, { "\xf0\x91\x92\xf1", 4, 3 }, { "\xf1\xbf", 2, 2 }, { "\xe2\x82", 2, 2 }, { "\xf0\x9f\x98" "a", 4, 3 },
		{ "\xc3", 1, 1 }, { "\xc3" "a", 2, 1 }, { "\xff", 1, 1 }, { "\x80\x80", 2, 1 }, { "\xf5\x80", 2, 1 },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		cr_expect_eq(utf8_sequence(span_of(t[i].text, t[i].n)), 0, "row %zu", i);
		cr_expect_eq(utf8_broken(span_of(t[i].text, t[i].n)), t[i].part, "row %zu", i);
	}
}
