/* Which OSes a line may be of: signatures, and for folders written for napalm-logs the literals that a prefix requires. */
#include "parsers/profile/model.h"
#include "parsers/profile/signature.h"

static bool
prefix_possible(const struct profile_os *os, struct span line)
{
	for (size_t i = 0; i < os->nforms; i++)
		if (find_in(line, &os->forms[i].literal))
			return true;
	return false;
}

bool
signature_os_fits(const struct profile_os *os, const struct signature_line *line)
{
	for (size_t i = 0; i < os->nsignatures; i++)
		if (signature_facts_fit(&os->signatures[i], line) && signature_fits(&os->signatures[i], line))
			return true;
	return os->napalm && os->nsignatures == 0 && prefix_possible(os, line->line);
}

size_t
profile_identify(const struct profile_set *set, const struct header *h, struct span line, const struct profile_os **candidates)
{
	struct signature_line l = signature_line(h, line);
	size_t n = 0;

	if (line.n == 0)
		return 0;
	for (size_t i = 0; i < set->noses; i++)
		if (signature_os_fits(set->oses[i], &l))
			candidates[n++] = set->oses[i];
	return n;
}
