/*
 * diag: faults that an operator made, with their places, gathered and told all together.
 *
 *     config/netnorm.yaml:14:9: error: output "kafka" has no option "brokrs" (did you mean "brokers"?)
 *        14 |         brokrs: [k1:9092]
 *           |         ^~~~~~
 *
 * Lines and columns count from 1; columns count bytes (a caret line keeps the tabs of the source line).  A place
 * may lack its line (0): then only the file is named.  At most `limit` faults are kept; the rest is counted.
 */
#ifndef NETNORM_BASE_DIAG_H
#define NETNORM_BASE_DIAG_H

#include <stdio.h>

#include "base/span.h"

enum diag_kind { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

struct diag_place {
	const char *file;       /* must live as long as the diag */
	struct span text;       /* the file's whole text, or absent; must live until diag_print() */
	int line, column;
	int width;              /* bytes under the caret, at least 1 */
};

struct diag;

struct diag *diag_new(void);
void diag_free(struct diag **);
/* `place` may be NULL (a fault of the command line); the text and the source line are copied. */
void diag_add(struct diag *, enum diag_kind, const struct diag_place *, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
size_t diag_errors(const struct diag *);
size_t diag_warnings(const struct diag *);
/* All faults in the order of their coming, then "2 errors, 1 warning". Colour if `colour`. */
void diag_print(const struct diag *, FILE *, bool colour);
/* The one of `names` (NULL-terminated) that `word` was probably meant to be (edit distance), or NULL. */
const char *diag_suggest(struct span word, const char *const *names);

#endif
