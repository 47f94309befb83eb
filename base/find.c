#include "base/find.h"

#define FIND_PATIENCE 12        /* false alarms */

/* From the most to the least frequent in log lines; what is not listed is rarest. */
static const char frequent[] = " e0tionra1s2cd-l:.35u4pf6/m789gh,EIyTNvAwRS_OCbPD()LkF[]UM=%BGxHV";

static size_t
rarity(char c)
{
	const char *at = c ? strchr(frequent, c) : NULL;

	return at ? (size_t)(at - frequent) : sizeof(frequent);
}

struct find
find_make(struct span literal)
{
	struct find f = { literal, 0 };

	for (size_t i = 1; i < literal.n; i++)
		if (rarity(literal.p[i]) > rarity(literal.p[f.rare]))
			f.rare = i;
	return f;
}

const char *
find_in(struct span text, const struct find *f)
{
	size_t n = f->literal.n;
	const char *p = text.p, *last;

	if (n == 0)
		return text.p;
	if (text.n < n)
		return NULL;
	last = text.p + text.n - n;     /* of the places where it can begin */
	for (int alarms = 0; p <= last; p++) {
		const char *at = memchr(p + f->rare, f->literal.p[f->rare], (size_t)(last - p) + 1);

		if (!at)
			return NULL;
		p = at - f->rare;
		if (memcmp(p, f->literal.p, n) == 0)
			return p;
		if (++alarms == FIND_PATIENCE)
			return memmem(p, (size_t)(last - p) + n, f->literal.p, n);
	}
	return NULL;
}
