/* Samples: the lines by which a profile shows that it works. */
#include "parsers/profile/model.h"

size_t
profile_sample_count(const struct profile_set *set)
{
	return set->nsamples;
}

struct profile_sample
profile_sample_at(const struct profile_set *set, size_t i)
{
	return set->samples[i];
}

size_t
profile_unsampled(const struct profile_set *set, size_t dir, struct diag *diag)
{
	size_t n = 0;

	for (size_t i = 0; i < set->noses; i++)
		for (size_t k = 0; k < set->oses[i]->nmessages; k++) {
			const struct profile_message *m = set->oses[i]->messages[k];
			struct diag_place place = yaml_place(m->doc, m->node);

			if (m->dir < dir || (m->samples && m->samples->children > 0))
				continue;
			diag_add(diag, DIAG_ERROR, &place, "%.*s has no sample", (int)m->error.n, m->error.p);
			n++;
		}
	return n;
}
