/* signature: conditions on a header that say "the line may be of this OS" (docs/profiles.md). */
#ifndef NETNORM_PARSERS_PROFILE_SIGNATURE_H
#define NETNORM_PARSERS_PROFILE_SIGNATURE_H

#include "parsers/profile/words.h"

struct signature {
	unsigned mask, want;            /* facts of the header that are asked for, and as what */
	struct words process, tag, sd;
	struct find *contains;
	size_t ncontains;
	struct model_globs begins;      /* globs, a word each: what stands behind time and host begins with such words */
	struct model_globs head;        /* literals: one of them stands before the text */
	uint32_t facilities;            /* a bit for each; 0: not asked for */
	bool asks_pairs, want_pairs;
	const struct yaml_doc *doc;     /* where it stands */
	const struct yaml_node *node;
};

/* A list of maps. */
void signature_read(struct reader *, const struct yaml_node *list);
/* What signature_fits() wants to know of a line, found once. */
struct signature_line {
	const struct header *header;
	struct span line;
	unsigned facts;
	uint64_t process_hash, tag_hash;
};

struct signature_line signature_line(const struct header *, struct span line);
/* By the facts alone, which refuse most signatures. */
static inline bool
signature_facts_fit(const struct signature *s, const struct signature_line *l)
{
	return (l->facts & s->mask) == s->want;
}

bool signature_fits(const struct signature *, const struct signature_line *);
/* Which conditions of a signature do not hold, for a person: `process: there is none; contains: " %ASA-" is not in the line`. */
struct signature_misfit {
	const struct signature *signature;
	size_t conditions;
	char text[600];                 /* printable; cut where it is too long */
};

void signature_misfit(const struct signature *, const struct signature_line *, struct signature_misfit *);
/* Does one of the OS's signatures fit (or, in a folder written for napalm-logs, may a prefix)? */
bool signature_os_fits(const struct profile_os *, const struct signature_line *);

#endif
