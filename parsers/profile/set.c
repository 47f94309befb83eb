/* What a loaded set says of itself. */
#include "parsers/profile/model.h"

size_t
profile_os_count(const struct profile_set *set)
{
	return set->noses;
}

size_t
profile_message_count(const struct profile_set *set)
{
	return set->nmessages;
}

const struct profile_os *
profile_os_at(const struct profile_set *set, size_t i)
{
	return set->oses[i];
}

const struct profile_os *
profile_os_named(const struct profile_set *set, struct span name)
{
	for (size_t i = 0; i < set->noses; i++)
		if (span_eq(set->oses[i]->name, name))
			return set->oses[i];
	return NULL;
}

struct span
profile_os_name(const struct profile_os *os)
{
	return os->name;
}

size_t
profile_os_index(const struct profile_os *os)
{
	return os->index;
}

void
profile_each_error(const struct profile_set *set, void (*each)(void *arg, struct span name), void *arg)
{
	for (size_t i = 0; i < set->noses; i++)
		for (size_t k = 0; k < set->oses[i]->nmessages; k++) {
			const struct profile_message *m = set->oses[i]->messages[k];

			each(arg, m->error);
			if (m->napalm_error.n > 0)
				each(arg, m->napalm_error);
		}
}
