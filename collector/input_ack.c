/*
 * A list of pieces in the order of the file.  Those in front that are back move the mark.
 */
#include "collector/input_ack.h"

#include <stdlib.h>

struct piece {
	struct input_receipts receipts;
	struct input_ack *ack;
	struct piece *next;
	uint64_t end;
	bool back;
};

struct input_ack {
	_Atomic unsigned refs;          /* the input's, and one for each receipt that is out */
	_Atomic uint64_t bytes;
	struct piece *first, **last;
};

struct input_ack *
input_ack_new(void)
{
	struct input_ack *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	atomic_init(&a->refs, 1);
	a->last = &a->first;
	return a;
}

void
input_ack_unref(struct input_ack **ap)
{
	struct input_ack *a = *ap;

	*ap = NULL;
	if (a && atomic_fetch_sub_explicit(&a->refs, 1, memory_order_acq_rel) == 1)
		free(a);
}

static void
returned(void *arg, const struct receipt *r)
{
	struct piece *p = arg;
	struct input_ack *a = p->ack;

	p->end = r->position;
	p->back = true;
	while (a && (p = a->first) && p->back) {
		struct input_ack *letting_go = a;
		bool more = p->next != NULL;

		atomic_store_explicit(&a->bytes, p->end, memory_order_relaxed);
		a->first = p->next;
		if (!more)
			a->last = &a->first;
		free(p);
		input_ack_unref(&letting_go);   /* after the last piece it may be gone */
		a = more ? a : NULL;
	}
}

struct receipt *
input_ack_receipt(struct input_ack *a, struct worker *w)
{
	struct piece *p = calloc(1, sizeof(*p));
	struct receipt *r;

	if (!p)
		return NULL;
	p->receipts = (struct input_receipts){ .returned = returned, .arg = p };
	p->ack = a;
	r = receipt_new(&w->receipts, &p->receipts, 0);
	if (!r) {
		free(p);
		return NULL;
	}
	atomic_fetch_add_explicit(&a->refs, 1, memory_order_relaxed);
	*a->last = p;
	a->last = &p->next;
	return r;
}

uint64_t
input_ack_bytes(const struct input_ack *a)
{
	return atomic_load_explicit(&a->bytes, memory_order_relaxed);
}
