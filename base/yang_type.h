/*
 * yang_type: what a leaf of the models holds (RFC 7950 section 9), and the JSON that a fact becomes in it (RFC 7951 section 6).
 *
 * A type is read once from its spelling in the table of the models (base/yang_table.h).  yang_take() then decides for each value: what it
 * gives is valid for the leaf, what does not fit is refused.  A value is helped where its meaning is plain: words of an enumeration or an identity in
 * another case or with other dashes, a MAC address in any vendor's notation, a number in text.  Addresses, prefixes, MACs and dates are
 * checked by code, not by the models' patterns.
 */
#ifndef NETNORM_BASE_YANG_TYPE_H
#define NETNORM_BASE_YANG_TYPE_H

#include "base/arena.h"
#include "base/nevent.h"

enum yang_base {
	YANG_BOOL, YANG_INT, YANG_UINT, YANG_DECIMAL, YANG_ENUM, YANG_IDENTITY, YANG_STRING, YANG_PATTERN, YANG_UNION,
	YANG_NANOSECONDS,       /* of the epoch, uint64 */
	YANG_DATE,              /* RFC 3339 */
	YANG_ADDRESS,           /* an address or a prefix: `address` says which */
	YANG_NAME,              /* of the DNS */
	YANG_MAC,
	YANG_SYSTEM_ID,         /* IS-IS: 1921.6800.1001 */
	YANG_OTHER,             /* nothing goes in: binary, bits, empty, instance-identifier */
};

#define YANG_IPV4 1u
#define YANG_IPV6 2u
#define YANG_ZONE 4u            /* must have a %zone */
#define YANG_PREFIX 8u          /* has a length */

/* Both ends belong to it. Of YANG_UINT and of the characters of a YANG_STRING they are uint64; of YANG_DECIMAL in units of the last digit. */
struct yang_range {
	int64_t low, high;
};

struct yang_type {
	enum yang_base base;
	unsigned bits;                  /* of a number; 64: a JSON string */
	unsigned digits;                /* YANG_DECIMAL: fraction digits */
	unsigned address;
	const struct yang_range *ranges; /* one of them must hold it; n == 0: any */
	size_t nranges;
	const struct span *words;       /* YANG_ENUM; YANG_IDENTITY: "module:NAME" */
	const struct span *names;       /* the same without the module */
	size_t nwords;
	const struct yang_type *members; /* YANG_UNION, in order */
	size_t nmembers;
	struct span spelling;           /* in the table: for messages */
};

/* What stands in the JSON object. */
struct yang_text {
	struct span text;               /* not escaped; absent: no value */
	bool quoted;
	bool plain;                     /* UTF8_PLAIN: it goes out as it is */
};

/*
 * Read a spelling.  `identities` is asked for the words of a base identity ("a:X b:Y"), absent if it is not known.  NULL without memory or if it
 * is no spelling.  All lies in the arena.
 */
const struct yang_type *yang_type_read(struct arena *, struct span spelling, struct span (*identities)(void *, struct span base), void *ctx);

/*
 * The value as the leaf takes it; false: refused (or the arena is spent).  Times are FACT_INT, nanoseconds since the epoch.  `plain`: the fact's text
 * is known to be UTF8_PLAIN.
 */
bool yang_take(const struct yang_type *, const struct fact *, bool plain, struct arena *, struct yang_text *out);
/* Is the word, as it is written, one of the enumeration or (with or without its module) of the identities?  For lint: nothing is helped. */
bool yang_has_word(const struct yang_type *, struct span word);

/* ---- parts of yang_take() with tests of their own ---- */

/* Well-formed for these YANG_IPV4... flags?  What RFC 5952's dotted tail says is written in hexadecimal. */
bool yang_address(struct span, unsigned flags, struct arena *, struct span *out);
/* A domain name: labels of letters, digits, - and _, at most 63 bytes each, 253 in all. */
bool yang_domain(struct span);
/* aabb.ccdd.eeff, aabb-ccdd-eeff, aa-bb-.., aa:bb:.., aabbccddeeff become aa:bb:cc:dd:ee:ff. */
bool yang_mac(struct span, struct arena *, struct span *out);
/* Characters that no YANG string may hold (RFC 7950 section 14) become U+FFFD. */
bool yang_string(struct span, struct arena *, struct yang_text *out);

#endif
