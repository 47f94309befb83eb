/*
 * input_ack: up to where an input's bytes are safe: a receipt for each piece, which come back in any order.
 *
 * Belongs to one worker's thread; input_ack_bytes() may be asked from any.  It outlives the input as long as receipts are out.
 */
#ifndef NETNORM_COLLECTOR_INPUT_ACK_H
#define NETNORM_COLLECTOR_INPUT_ACK_H

#include "collector/input.h"

struct input_ack;

/* NULL without memory. */
struct input_ack *input_ack_new(void);
/* The input lets go of it; any thread, but not while the worker makes receipts. */
void input_ack_unref(struct input_ack **);
/* A receipt for the next piece, the caller's; NULL without memory.  Set its `position` to the end of the piece before letting go. */
struct receipt *input_ack_receipt(struct input_ack *, struct worker *);
/* All pieces below it have come back. */
uint64_t input_ack_bytes(const struct input_ack *);

#endif
