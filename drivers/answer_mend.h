/*
 * answer_mend: JSON that is nearly JSON: what would cost the whole answer costs one character or one number.
 */
#ifndef NETNORM_DRIVERS_ANSWER_MEND_H
#define NETNORM_DRIVERS_ANSWER_MEND_H

#include <stdbool.h>
#include <stddef.h>

/*
 * In place, the length stays: in strings half a surrogate pair and NUL (\u0000) become \ufffd; numbers that no double holds (1e400) become null.  How many.
 */
size_t answer_mend(char *json, size_t n);

#endif
