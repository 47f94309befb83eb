#include "collector/printable.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/log.h"
#include "base/utf8.h"

/* Controls, what sets the direction of writing, separators of lines, and what is not seen at all. */
static const struct {
	uint32_t first, last;
} unseen[] = {
	{ 0, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x34f, 0x34f }, { 0x61c, 0x61c }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },
	{ 0x180e, 0x180e }, { 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x2800, 0x2800 }, { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f }, { 0xffa0, 0xffa0 }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb },
	{ 0xe0000, 0xe0fff },
};

void
printable_open(struct printable_locale *l)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *said = NULL;

	for (size_t i = 0; i < 3 && !(said && *said); i++)
		said = getenv(names[i]);
	l->locale = said && *said ? newlocale(LC_CTYPE_MASK, "", (locale_t)0) : (locale_t)0;
	if (!l->locale)
		l->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	l->before = l->locale ? uselocale(l->locale) : (locale_t)0;
}

void
printable_close(struct printable_locale *l)
{
	if (!l->locale)
		return;
	uselocale(l->before);
	freelocale(l->locale);
	l->locale = (locale_t)0;
}

static bool
speaks_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Of a sequence that is well-formed. */
static uint32_t
code_point(const char *p, size_t n)
{
	uint32_t c = (unsigned char)p[0] & (n == 1 ? 0x7f : 0xff >> (n + 1));

	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)p[i] & 0x3f);
	return c;
}

/* -1: not to be shown as it is. */
static int
width_of(uint32_t c)
{
	for (size_t i = 0; i < sizeof(unseen) / sizeof(*unseen); i++) {
		if (c >= unseen[i].first && c <= unseen[i].last)
			return -1;
	}
	return wcwidth((wchar_t)c);
}

struct printable
printable_next(struct span *s)
{
	size_t length = utf8_sequence(*s);
	struct printable one = { .n = length };
	int width = -1;

	if (length == 1 || (length > 1 && speaks_utf8()))
		width = width_of(code_point(s->p, length));
	if (width >= 0) {
		memcpy(one.text, s->p, length);
		one.width = (size_t)width;
	} else {
		length = length > 0 ? length : 1;
		log_quote(one.text, sizeof(one.text), span_of(s->p, length));
		one.n = one.width = strlen(one.text);
	}
	*s = span_skip(*s, length);
	return one;
}

size_t
printable_cut(char *buf, size_t cap, struct span s, size_t columns)
{
	const char *mark = speaks_utf8() ? "…" : "...";
	size_t mark_width = speaks_utf8() ? 1 : 3, n = 0, width = 0, kept = 0, kept_width = 0;

	while (s.n > 0) {
		struct printable one = printable_next(&s);

		if (width + one.width > columns || n + one.n + strlen(mark) >= cap) {
			memcpy(buf + kept, mark, strlen(mark) + 1);
			return kept_width + mark_width;
		}
		memcpy(buf + n, one.text, one.n);
		n += one.n;
		width += one.width;
		if (width + mark_width <= columns) {    /* so much stays if the next one does not fit */
			kept = n;
			kept_width = width;
		}
	}
	buf[n] = '\0';
	return width;
}

void
printable_put(FILE *out, struct span s)
{
	while (s.n > 0) {
		struct printable one = printable_next(&s);

		fwrite(one.text, 1, one.n, out);
	}
}
