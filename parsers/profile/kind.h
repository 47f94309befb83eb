/*
 * kind: the strict mappings of kinds of events, read from `kinds/` of the directories (docs/profiles.md), checked against the table of the models.
 */
#ifndef NETNORM_PARSERS_PROFILE_KIND_H
#define NETNORM_PARSERS_PROFILE_KIND_H

#include "parsers/profile/reader.h"

/* The folders of a directory that are no system's. */
#define KIND_FOLDER "kinds"
#define KIND_MODELS "yang"
#define KIND_TABLE "yang/table.txt"

/* The kinds and the table of all directories, a later one over an earlier one; then each message is bound to its kind. */
void kind_load(struct reader *, const struct profile_sources *);
struct kind_doc {
	const struct yaml_doc *doc;
	size_t dir;                     /* which of the directories it came from */
};
/*
 * All documents of `kinds/`, a later one wins: kind by kind, path by path, map by map.  Sets r->set->strict; faults are told.
 */
void kind_read_all(struct reader *, const struct kind_doc *docs, size_t ndocs, const struct yang_table *);
/* The message's own mapping (`openconfig`), else its kind, and how it answers it. */
void kind_bind(struct reader *, struct profile_message *);

#endif
