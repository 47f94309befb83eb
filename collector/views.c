/*
 * Open addressing, at most half full.  A device that is taken out keeps its place, empty of parts: names of devices are few.
 */
#include "collector/views.h"

#include <errno.h>
#include <stdlib.h>

#define VIEWS_START 64

struct views_slot {
	char *name;
	size_t bytes;
	struct view view;
};

struct views {
	struct views_slot *slots;
	size_t capacity, n;             /* capacity: a power of two */
};

struct views *
views_new(void)
{
	struct views *v = calloc(1, sizeof(*v));

	if (v && !(v->slots = calloc(VIEWS_START, sizeof(*v->slots)))) {
		free(v);
		return NULL;
	}
	if (v)
		v->capacity = VIEWS_START;
	return v;
}

void
views_free(struct views **vp)
{
	struct views *v = *vp;

	*vp = NULL;
	if (!v)
		return;
	for (size_t i = 0; i < v->capacity; i++) {
		view_fini(&v->slots[i].view);
		free(v->slots[i].name);
	}
	free(v->slots);
	free(v);
}

size_t
views_count(const struct views *v)
{
	return v->n;
}

static struct views_slot *
slot_of(const struct views *v, struct span name)
{
	uint64_t h = name.n;
	size_t i;

	for (size_t k = 0; k < name.n; k++)
		h = (h ^ (unsigned char)name.p[k]) * UINT64_C(0x9e3779b97f4a7c15);
	for (i = (h ^ h >> 32) & (v->capacity - 1); v->slots[i].name; i = (i + 1) & (v->capacity - 1)) {
		if (span_eq(span_of(v->slots[i].name, v->slots[i].bytes), name))
			break;
	}
	return &v->slots[i];
}

static int
grow(struct views *v)
{
	struct views larger = { .capacity = 2 * v->capacity, .n = v->n };

	larger.slots = calloc(larger.capacity, sizeof(*larger.slots));
	if (!larger.slots)
		return -1;
	for (size_t i = 0; i < v->capacity; i++) {
		if (v->slots[i].name)
			*slot_of(&larger, span_of(v->slots[i].name, v->slots[i].bytes)) = v->slots[i];
	}
	free(v->slots);
	*v = larger;
	return 0;
}

const struct view *
views_find(const struct views *v, struct span device)
{
	const struct views_slot *s = v->n > 0 ? slot_of(v, device) : NULL;

	return s && s->name ? &s->view : NULL;
}

int
views_put(struct views *v, struct span device, struct view_part *part)
{
	struct views_slot *s;

	if (2 * (v->n + 1) > v->capacity && grow(v) == -1) {
		view_part_unref(&part);
		return -1;
	}
	s = slot_of(v, device);
	if (!s->name) {
		s->name = strndup(device.p, device.n);
		if (!s->name) {
			view_part_unref(&part);
			errno = ENOMEM;
			return -1;
		}
		s->bytes = device.n;
		v->n++;
	}
	view_part_unref(&s->view.parts[view_part_kind(part)]);
	s->view.parts[view_part_kind(part)] = part;
	return 0;
}

void
views_remove(struct views *v, struct span device)
{
	struct views_slot *s = slot_of(v, device);

	if (s->name)
		view_fini(&s->view);
}
