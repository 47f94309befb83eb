/*
 * complete: an event is a small part of what a device holds.  Here a copy of it gets what OpenConfig asks for beside it, so that all that
 * is left to object to is the event's own.
 */
#ifndef NETNORM_YANG_COMPLETE_H
#define NETNORM_YANG_COMPLETE_H

struct lyd_node;

/*
 * Add to *tree what its leafrefs point at (so a list's key stands in `config`, too) and the mandatory leaves, with made-up values.  What
 * cannot be added is left out: validation will tell.
 */
void complete_tree(struct lyd_node **tree);

#endif
