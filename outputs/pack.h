/*
 * pack: a file into a compressed one beside it, so that at each moment one of the two is whole.
 */
#ifndef NETNORM_OUTPUTS_PACK_H
#define NETNORM_OUTPUTS_PACK_H

#include <stdatomic.h>
#include <stdbool.h>

enum pack_kind { PACK_NONE, PACK_GZIP, PACK_ZSTD };
extern const char *const pack_names[];          /* by kind, NULL-terminated */
extern const char *const pack_suffixes[];       /* ".gz": by kind, NULL-terminated */

#define PACK_UNDONE ".tmp"      /* behind the suffix, until the file is whole */

/*
 * `path` becomes `path` and the suffix of the kind, with its permissions and times; `path` itself is gone when the other is on the disk.  0, or -1 with
 * errno and `path` as it was: ECANCELED where *stop became true, EBUSY where somebody wrote into it meanwhile, or holds it with flock() to do so.
 */
int pack_file(const char *path, enum pack_kind, const atomic_bool *stop);

#endif
