/*
 * One remembered star: when a match fails, the last `*` takes one byte more.
 */
#include "base/glob.h"

#include <stdint.h>

/* Does `c` fit the set that begins behind '['?  *end: the byte behind its ']'; an unclosed set is a literal '['. */
static bool
set_fits(struct span p, size_t at, char c, size_t *end)
{
	bool negated = at < p.n && (p.p[at] == '!' || p.p[at] == '^');
	size_t i = at + negated;
	bool in = false;

	for (bool first = true; i < p.n && (first || p.p[i] != ']'); first = false) {
		unsigned char lo = (unsigned char)p.p[i], hi = lo;

		if (i + 2 < p.n && p.p[i + 1] == '-' && p.p[i + 2] != ']') {
			hi = (unsigned char)p.p[i + 2];
			i += 2;
		}
		in |= (unsigned char)c >= lo && (unsigned char)c <= hi;
		i++;
	}
	if (i >= p.n) {
		*end = at;
		return c == '[';
	}
	*end = i + 1;
	return in != negated;
}

bool
glob_match(struct span p, struct span t)
{
	size_t pi = 0, ti = 0, star = SIZE_MAX, star_ti = 0, end;

	while (ti < t.n) {
		if (pi < p.n && p.p[pi] == '*') {
			star = pi++;
			star_ti = ti;
		} else if (pi < p.n && p.p[pi] == '[' && set_fits(p, pi + 1, t.p[ti], &end)) {
			pi = end;
			ti++;
		} else if (pi < p.n && p.p[pi] != '[' && (p.p[pi] == '?' || p.p[pi] == t.p[ti])) {
			pi++;
			ti++;
		} else if (star != SIZE_MAX) {
			pi = star + 1;
			ti = ++star_ti;
		} else {
			return false;
		}
	}
	while (pi < p.n && p.p[pi] == '*')
		pi++;
	return pi == p.n;
}
