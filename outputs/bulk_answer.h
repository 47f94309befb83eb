/*
 * bulk_answer: what Elasticsearch and OpenSearch say to a `_bulk` request: one outcome for each item, in the order of the request.
 */
#ifndef NETNORM_OUTPUTS_BULK_ANSWER_H
#define NETNORM_OUTPUTS_BULK_ANSWER_H

#include <jansson.h>

#include "base/span.h"

struct bulk_answer {
	json_t *root;
	const json_t *items;            /* an array, borrowed from root */
};

enum bulk_outcome { BULK_CREATED, BULK_EXISTS, BULK_AGAIN, BULK_REFUSED };

/* 0 if it is such an answer with exactly n items, each with a status; else -1, and nothing is to be freed. */
int bulk_answer_read(struct bulk_answer *, struct span body, size_t n);
void bulk_answer_fini(struct bulk_answer *);
/* Is item i (below n) that of this id?  True if it says none. */
bool bulk_answer_is(const struct bulk_answer *, size_t i, struct span id);
/* What became of item i; `reason` is what it says of a failure, cut to fit, for BULK_AGAIN and BULK_REFUSED. */
enum bulk_outcome bulk_answer_outcome(const struct bulk_answer *, size_t i, char *reason, size_t cap);
/* Of a request that failed as a whole, the answer `body`: does it name a document's fault? */
bool bulk_answer_blames(struct span body);

#endif
