/* signature: conditions on a header that say "the line may be of this OS" (docs/profiles.md). */
#ifndef NETNORM_PARSERS_PROFILE_SIGNATURE_H
#define NETNORM_PARSERS_PROFILE_SIGNATURE_H

#include "parsers/profile/reader.h"

/* Words and globs.  `seen` has a bit for each word's first byte and length, so that most words are refused without a look. */
struct signature_words {
	uint64_t seen;
	struct span *words;
	size_t nwords;
	struct span *globs;
	size_t nglobs;
};

struct signature {
	unsigned mask, want;            /* facts of the header that are asked for, and as what */
	struct signature_words process, tag, sd;
	struct model_globs contains;
};

/* A list of maps. */
void signature_read(struct reader *, const struct yaml_node *list);
/* What the header is, as signature_fits() wants it. */
unsigned signature_facts(const struct header *);
bool signature_fits(const struct signature *, unsigned facts, const struct header *, struct span line);

#endif
