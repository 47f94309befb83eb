/*
 * strict: the mapping of a kind of event into the OpenConfig models, as it is in memory; kind.[ch] reads it, strict.c fills it for an event.
 *
 * A kind is shared by all messages of its name, whatever their OS: it asks for facts by name, and each message says once, when it is loaded, which of
 * its values they are.
 */
#ifndef NETNORM_PARSERS_PROFILE_STRICT_H
#define NETNORM_PARSERS_PROFILE_STRICT_H

#include <stdatomic.h>

#include "base/yang_table.h"
#include "base/yang_tree.h"
#include "parsers/profile/cast.h"

#define STRICT_MAX_FACTS 64     /* of a kind */
#define STRICT_TEXT_BYTES 8192  /* {.text} has no more of the message: `raw` has all of it */
#define STRICT_MAX_CASTS 3      /* of a place */
#define STRICT_MAX_PIECES 16    /* of a value */

/* Facts of the envelope; their names begin with a dot. */
enum strict_envelope {
	STRICT_OF_MESSAGE,
	STRICT_ERROR, STRICT_ALARM, STRICT_OBJECT, STRICT_TEXT, STRICT_TIME, STRICT_TRUSTED_TIME, STRICT_RECEIVED, STRICT_HOST, STRICT_DEVICE, STRICT_OS,
	STRICT_SEVERITY, STRICT_ALARM_SEVERITY, STRICT_PRIORITY, STRICT_PROCESS, STRICT_PID, STRICT_TAG, STRICT_MSGID, STRICT_CONDITION,
	STRICT_CLEARED,                 /* true where a fault is over, else null */
};

struct strict_fact {
	struct span name;
	enum strict_envelope envelope;
};

struct strict_piece {
	struct span literal;
	int fact;                               /* -1: literal */
	enum strict_envelope envelope;          /* the fact's */
	const struct cast *casts[STRICT_MAX_CASTS];
	unsigned ncasts;
	struct span otherwise;                  /* what stands where the line does not say; absent: none */
};

/* A value: what is put where, and what may stand there. */
struct strict_slot {
	struct span written;                    /* "{peer|lower}" */
	const struct strict_piece *pieces;
	size_t npieces;
	const struct yang_type *type;
	struct yang_text constant;              /* a value without facts */
	struct span path;                       /* where it stands first: for messages */
	bool deprecated;                        /* a leaf that the models will lose: for lint */
	atomic_bool *told;                      /* was a refused value told? */
};

struct strict_kind {
	struct span name, text;                 /* "BGP_NEIGHBOR_STATE_CHANGED", "A BGP session changed its state." */
	struct span clears;                     /* the kind whose alarm it ends, or absent */
	enum nevent_op op;
	uint64_t roots, ours;                   /* nodes that are roots; those of them of the module of our own */
	uint64_t beside;                        /* nodes that tell of the event: nothing that a delete could mean */
	uint64_t alarm_words;                   /* leaves of it that tell how it was raised: its end leaves them as they are */
	uint64_t alarm;                         /* nodes of an alarm's entry: where nothing else goes out its end is a delete */
	const struct strict_kind *fallback;     /* what goes out if nothing is left */
	struct yang_tree *tree;
	struct strict_slot *slots;
	struct strict_fact *facts;
	size_t nfacts;
	uint64_t may;                           /* slots that can have a text without a message */
	uint64_t constants;                     /* slots whose text is always the same; they stand in `texts` */
	const struct yang_text *texts;
	const struct yaml_doc *doc;
	const struct yaml_node *node;
	size_t dir;                             /* which of the directories it came from */
	struct strict_kind *next;
};

/* A fact that a message gives beside its values: `facts`. */
struct strict_given {
	unsigned fact;                          /* of the kind */
	int value;                              /* -1: constant */
	const struct cast *cast;
	struct fact constant;
};

#define STRICT_NO_VALUE 255
#define STRICT_GIVEN 254

/* How a message answers what its kind asks for. */
struct strict_answers {
	const struct strict_kind *kind;
	const unsigned char *values;            /* by the kind's fact: index of the value, STRICT_NO_VALUE, or STRICT_GIVEN */
	const struct strict_given *given;
	size_t ngiven;
	uint64_t may;                           /* slots that can have a text */
};

struct strict_set {
	struct strict_kind *kinds;              /* sorted by name */
	size_t nkinds;
	const struct strict_kind *alarm, *record;       /* fallbacks */
};

/* The envelope's fact of that name (without the dot); STRICT_OF_MESSAGE if there is none. */
enum strict_envelope strict_envelope_named(struct span name);
const char *const *strict_envelope_names(void);
/* The slots that can have a text where the kind's facts are these values (NULL: none is known). */
uint64_t strict_may(const struct strict_kind *, const unsigned char *values);

#endif
