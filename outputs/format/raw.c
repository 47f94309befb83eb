/*
 * raw: the message as it came, byte for byte: for an archive that can be read again, and no JSON.
 */
#include "outputs/format/format.h"
#include "outputs/format/put.h"

int
format_raw(const struct nevent *ev, struct arena *arena, struct json *j)
{
	size_t start = j->n;

	(void)arena;
	put_bytes(j, ev->raw.p, ev->raw.n);
	j->comma = true;
	return put_end(j, start);
}
