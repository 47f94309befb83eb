/* Addresses, prefixes, MACs and system ids: well-formed or not, and the spelling that the models take. */
#include "base/yang_type.h"

#include <arpa/inet.h>
#include <stdio.h>

static bool
is_hex(char c)
{
	return span_is_digit(c) || (unsigned char)((c | 0x20) - 'a') < 6;
}

/* Four numbers without leading zeros. */
static bool
is_ipv4(struct span s)
{
	size_t i = 0;

	for (int part = 0; part < 4; part++) {
		unsigned n = 0;
		size_t start = i;

		while (i < s.n && i - start < 3 && span_is_digit(s.p[i]))
			n = n * 10 + (unsigned)(s.p[i++] - '0');
		if (i == start || n > 255 || (i - start > 1 && s.p[start] == '0'))
			return false;
		if (part < 3 && (i >= s.n || s.p[i++] != '.'))
			return false;
	}
	return i == s.n;
}

/* The models know groups of hexadecimal digits alone: a dotted tail is written as two of them. */
static bool
take_ipv6(struct span s, struct arena *arena, struct span *out)
{
	char buf[INET6_ADDRSTRLEN];
	unsigned char a[16];
	const char *last;

	if (s.n < 2 || s.n >= sizeof(buf) || !memchr(s.p, ':', s.n))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_hex(s.p[i]) && s.p[i] != ':' && s.p[i] != '.')
			return false;
	memcpy(buf, s.p, s.n);
	buf[s.n] = '\0';
	if (inet_pton(AF_INET6, buf, a) != 1)
		return false;
	*out = s;
	if (!memchr(s.p, '.', s.n))
		return true;
	last = strrchr(buf, ':');
	*out = arena_printf(arena, "%.*s%x:%x", (int)(last + 1 - buf), buf, (unsigned)a[12] << 8 | a[13], (unsigned)a[14] << 8 | a[15]);
	return out->p != NULL;
}

static bool
take_plain(struct span s, unsigned flags, struct arena *arena, struct span *out)
{
	if (flags & YANG_IPV4 && is_ipv4(s)) {
		*out = s;
		return true;
	}
	return flags & YANG_IPV6 && take_ipv6(s, arena, out);
}

/* Words of letters, digits and _, with one of ./:- between them. */
static bool
is_zone(struct span s)
{
	bool word = false;

	for (size_t i = 0; i < s.n; i++) {
		bool letter = span_is_alpha(s.p[i]) || span_is_digit(s.p[i]) || s.p[i] == '_';

		if (!letter && (!word || !memchr("./:-", s.p[i], 4)))
			return false;
		word = letter;
	}
	return word;
}

bool
yang_domain(struct span s)
{
	size_t label = 0;
	char before = '.';

	if (s.n == 0 || s.n > 253)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = span_is_alpha(c) || span_is_digit(c);

		if (c == '.') {
			if (before == '.' || before == '-' || before == '_')
				return s.n == 1;
			label = 0;
		} else if (++label > 63 || !(letter || c == '_' || (c == '-' && label > 1))) {
			return false;
		}
		before = c;
	}
	return before != '-' && before != '_';
}

/* `tail` is "/24" or "%eth0" behind the address that became *out. */
static bool
join(struct span s, struct span tail, struct arena *arena, struct span *out)
{
	if (out->p == s.p) {
		*out = span_of(s.p, s.n + tail.n);
		return true;
	}
	*out = arena_printf(arena, "%.*s%.*s", (int)out->n, out->p, (int)tail.n, tail.p);
	return out->p != NULL;
}

static bool
take_prefix(struct span s, unsigned flags, struct arena *arena, struct span *out)
{
	const char *slash = s.n ? memchr(s.p, '/', s.n) : NULL;
	struct span address, length;
	unsigned n = 0;

	if (!slash)
		return false;
	address = span_between(s.p, slash);
	length = span_between(slash + 1, s.p + s.n);
	if (length.n == 0 || length.n > 3 || (length.n > 1 && length.p[0] == '0'))
		return false;
	for (size_t i = 0; i < length.n; i++) {
		if (!span_is_digit(length.p[i]))
			return false;
		n = n * 10 + (unsigned)(length.p[i] - '0');
	}
	if (!take_plain(address, flags, arena, out) || n > (memchr(address.p, ':', address.n) ? 128 : 32))
		return false;
	return join(address, span_skip(s, address.n), arena, out);
}

bool
yang_address(struct span s, unsigned flags, struct arena *arena, struct span *out)
{
	const char *percent;
	struct span address;

	if (flags & YANG_PREFIX)
		return take_prefix(s, flags, arena, out);
	if (!(flags & YANG_ZONE))
		return take_plain(s, flags, arena, out);
	percent = s.n ? memchr(s.p, '%', s.n) : NULL;
	if (!percent)
		return false;
	address = span_between(s.p, percent);
	return is_zone(span_between(percent + 1, s.p + s.n)) && take_plain(address, flags, arena, out) &&
	    join(address, span_skip(s, address.n), arena, out);
}

bool
yang_mac(struct span s, struct arena *arena, struct span *out)
{
	static const char separators[] = ":-.";
	char digits[12], *p;
	size_t n = 0, group = 0, in = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (is_hex(c)) {
			if (n == sizeof(digits))
				return false;
			digits[n++] = c >= 'A' && c <= 'F' ? (char)(c | 0x20) : c;
			in++;
		} else if (memchr(separators, c, 3) && (in == 2 || in == 4) && (group == 0 || group == in) && n < sizeof(digits)) {
			group = in;
			in = 0;
		} else {
			return false;
		}
	}
	if (n != sizeof(digits) || (group && in != group))
		return false;
	p = arena_alloc(arena, 17);
	if (!p)
		return false;
	for (size_t i = 0; i < 6; i++) {
		p[i * 3] = digits[i * 2];
		p[i * 3 + 1] = digits[i * 2 + 1];
		if (i < 5)
			p[i * 3 + 2] = ':';
	}
	*out = span_of(p, 17);
	return true;
}
