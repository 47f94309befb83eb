/*
 * nevent: the normalized event: what is known of one message.
 *
 * A struct nevent lives on the stack of the pipeline (or of a test) while one message is worked on, and borrows
 * everything: the line, the worker's arena, the read-only snapshot.  What leaves the worker is a record
 * (outputs/record.h), rendered from it.
 *
 * The facts of header and message are typed, named values, found once: `details` are the header's in the
 * spelling of the profile (message_details), `values` are the message's own after their casts.  Formats,
 * filters and enrichment read these and never parse again.
 */
#ifndef NETNORM_BASE_NEVENT_H
#define NETNORM_BASE_NEVENT_H

#include <stdint.h>

#include "base/span.h"
#include "base/utf8.h"

#define NEVENT_MAX_DETAILS 32
#define NEVENT_MAX_VALUES 64
#define NEVENT_ID_LEN 32        /* lower-case hex digits */

enum nevent_outcome { NEVENT_EVENT, NEVENT_RAW, NEVENT_UNKNOWN };

enum nevent_reason {            /* why it is RAW or UNKNOWN; for counters and explanations */
	NEVENT_REASON_NONE,
	NEVENT_NO_OS,           /* UNKNOWN: no signature fits */
	NEVENT_EMPTY,           /* UNKNOWN: nothing in the line (parse only) */
	NEVENT_NO_TAG,          /* RAW: the OS has no message under this tag */
	NEVENT_NO_MATCH,        /* RAW: messages under the tag, none fits */
	NEVENT_MATCH_LIMIT,     /* RAW: two patterns hit the match limit */
	NEVENT_MAPPING,         /* RAW: the message fits, its paths do not (a path through a leaf) */
	NEVENT_REPEAT,          /* RAW: "last message repeated" and no line before it */
	NEVENT_REASONS
};

enum nevent_clock {             /* the quality of `time` */
	NEVENT_CLOCK_RECEIVED,  /* the line has no time: time = received */
	NEVENT_CLOCK_UNMARKED,  /* a time, and nothing said about its quality */
	NEVENT_CLOCK_SYNCED,    /* no mark on IOS, or RFC 5424 timeQuality isSynced="1" */
	NEVENT_CLOCK_UNSYNCED,  /* '*', or isSynced="0" */
	NEVENT_CLOCK_LOST,      /* '.' */
	NEVENT_CLOCK_UPTIME,    /* the line has the device's uptime: time = received */
};

/* Bits of `guessed`: what was not in the line. */
#define NEVENT_GUESSED_YEAR 1u
#define NEVENT_GUESSED_ZONE 2u
#define NEVENT_GUESSED_DATE_ORDER 4u
#define NEVENT_GUESSED_FACILITY 8u      /* the PRI is above 191 */

enum nevent_op { NEVENT_UPDATE, NEVENT_DELETE };
enum nevent_condition { NEVENT_CONDITION_NONE, NEVENT_UP, NEVENT_DOWN, NEVENT_OTHER };

/* A name and its JSON spelling `"name":`, made once when a profile is loaded. */
struct fact_key {
	struct span name;
	struct span json;
};

enum fact_type { FACT_NULL, FACT_TEXT, FACT_INT, FACT_BOOL, FACT_REAL };

struct fact {
	const struct fact_key *key;
	enum fact_type type;
	struct span text;       /* as in the line, or after a cast to text; for numbers the spelling in the line */
	struct span full;       /* of an interface that the line abbreviates: its full name; else absent */
	int64_t num;            /* FACT_INT, FACT_BOOL */
	double real;
};

/* Who makes what speaks, as its profile says; each may be absent. */
struct nevent_observer {
	struct span vendor, product, type;
};

/* What a getter said of the event's device or object: JSON in NAPALM's names, and how old it is. */
#define NEVENT_MAX_ENRICHMENT 4
struct nevent_enrichment {
	struct span getter;             /* "get_interfaces" */
	struct span data;
	int64_t age_ms;
};

/* What the device is, as it was asked; each may be absent. */
struct nevent_asset {
	struct span model, os_version, serial_number;
};

struct template;                /* base/template.h */
struct yang_tree;               /* base/yang_tree.h */
struct yang_text;               /* base/yang_type.h */
struct strict_slot;             /* of the profile: a place of the models */

struct nevent {
	char id[NEVENT_ID_LEN];
	enum nevent_outcome outcome;
	enum nevent_reason reason;
	struct span error;              /* "INTERFACE_DOWN"; "RAW" and "UNKNOWN" too */
	struct span napalm_error;       /* napalm-logs' name where it is less exact, else absent */
	struct span os;                 /* "unknown" if not known */
	const struct nevent_observer *observer; /* of the OS; NULL: not known */
	struct span device;             /* the Kafka key: see docs/architecture.md */
	struct span host;               /* what the line says; absent: null */
	struct span ip;                 /* who sent it, without port */

	int64_t time_ns;                /* since the epoch, UTC */
	int64_t received_ns;
	enum nevent_clock clock;
	unsigned guessed;

	bool has_seq, has_counter;
	uint64_t seq, counter;
	int facility;                   /* 0..23 (napalm: pri / 8), -1: null */
	int severity;                   /* 0..7, -1: null */
	int vendor_severity;            /* of the mnemonic, -1: none */
	struct span tag;                /* the mnemonic, or absent */

	enum nevent_op op;
	struct span object;             /* what the event is about ("GigabitEthernet0/1"), absent: none */
	enum nevent_condition condition;
	struct span yang_model;
	const struct template *napalm;  /* yang_message over `values`; NULL: none */
	const struct yang_tree *strict; /* the object of the models; NULL: none was asked for */
	uint64_t strict_present;        /* its nodes that stand */
	const struct yang_text *strict_texts;
	struct span strict_model;
	unsigned nrefused;              /* values that their leaf does not take */
	const struct strict_slot *refused;      /* the first of them */
	bool has_state;
	int64_t state;
	struct span state_tag;

	struct nevent_enrichment enrichment[NEVENT_MAX_ENRICHMENT];
	size_t nenrichment;
	struct nevent_asset asset;
	struct span refers_to;          /* of a follow-up: the id of the event that it follows; it has no line of its own, `raw` is absent */

	struct fact details[NEVENT_MAX_DETAILS];        /* message_details, in their order */
	size_t ndetails;
	struct fact values[NEVENT_MAX_VALUES];          /* of the message, in the order of its profile */
	size_t nvalues;

	bool has_repeat;
	uint64_t repeat;
	bool truncated;
	struct span raw;                /* the message as it came, after framing */
	enum utf8_class raw_class;
};

/* The words of the envelope for the enums above. */
struct span nevent_outcome_name(enum nevent_outcome);
struct span nevent_reason_name(enum nevent_reason);
struct span nevent_clock_name(enum nevent_clock);
struct span nevent_condition_name(enum nevent_condition);
/* `severity`, else `vendor_severity`, else 6: what filters and queues go by. */
int nevent_level(const struct nevent *);

#endif
