/*
 * unread: answers of a command line in which nothing was understood.  A getter that found nothing in them gives an empty result, as NAPALM does: is it empty because there is nothing, or
 * because another system, or another release, says it in other words?  A guess by what devices print where there is nothing: refusals, headings, counts of zero, configuration.
 */
#ifndef NETNORM_DRIVERS_UNREAD_H
#define NETNORM_DRIVERS_UNREAD_H

#include <jansson.h>

#include "drivers/device.h"
#include "drivers/getter.h"

/* Of each answer to a command: does it look like one?  Of those of one call that do not, the first is kept in d->unread. */
void unread_note(struct device *, const char *command, struct span answer);
/*
 * The call is over.  If its result is empty and no answer looked like one, that is told in a warning (unless there are others already), and d->unread keeps what the warning says; else
 * d->unread is "".
 */
void unread_check(struct device *, enum getter, const json_t *result);

#endif
