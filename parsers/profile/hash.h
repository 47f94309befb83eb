/* hash: of short words such as tags and names of processes.  Not keyed: the tables are the profiles', never the wire's. */
#ifndef NETNORM_PARSERS_PROFILE_HASH_H
#define NETNORM_PARSERS_PROFILE_HASH_H

#include <stdint.h>

#include "base/span.h"

static inline uint64_t
hash_of(struct span s)
{
	uint64_t h = s.n * UINT64_C(0x9e3779b97f4a7c15), w = 0;
	size_t i = 0;

	for (; i + 8 <= s.n; i += 8) {
		memcpy(&w, s.p + i, 8);
		h = (h ^ w) * UINT64_C(0xff51afd7ed558ccd);
		h ^= h >> 32;
	}
	w = 0;
	for (int shift = 0; i < s.n; i++, shift += 8)
		w |= (uint64_t)(unsigned char)s.p[i] << shift;
	h = (h ^ w) * UINT64_C(0xff51afd7ed558ccd);
	return h ^ h >> 32;
}

#endif
