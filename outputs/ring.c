/*
 * ring: its memory.  The rest is in the header, for it is on the path of every record.
 */
#include "outputs/ring.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int
ring_init(struct ring *r, size_t least)
{
	size_t n = 2;

	memset(r, 0, sizeof(*r));
	while (n < least && n <= SIZE_MAX / sizeof(*r->cells) / 4)
		n *= 2;
	r->cells = n < least ? NULL : calloc(n, sizeof(struct record *));
	if (!r->cells) {
		errno = ENOMEM;
		return -1;
	}
	r->mask = n - 1;
	return 0;
}

void
ring_fini(struct ring *r)
{
	free(r->cells);
	r->cells = NULL;
}
