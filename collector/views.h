/*
 * views: views by the name of the device.  One thread's own.
 */
#ifndef NETNORM_COLLECTOR_VIEWS_H
#define NETNORM_COLLECTOR_VIEWS_H

#include "collector/view.h"

struct views;

struct views *views_new(void);
void views_free(struct views **);
size_t views_count(const struct views *);
const struct view *views_find(const struct views *, struct span device);
/* Takes the reference over, whatever the outcome: 0, or -1 with errno ENOMEM. */
int views_put(struct views *, struct span device, struct view_part *);
void views_remove(struct views *, struct span device);

#endif
