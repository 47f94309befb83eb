/*
 * model: a profile set as it is in memory.  Only the files of this folder read it; others see parsers/profile/profile.h.
 *
 * All of it lies in the set's arena, or borrows from the YAML documents that the set keeps.
 */
#ifndef NETNORM_PARSERS_PROFILE_MODEL_H
#define NETNORM_PARSERS_PROFILE_MODEL_H

#include "base/find.h"
#include "base/template.h"
#include "parsers/profile/profile.h"
#include "parsers/profile/strict.h"

#define MODEL_MAX_GROUPS (REGEX_MAX_GROUPS - 1) /* of a message: the match keeps the whole one in groups[0] */
#define MODEL_FORM_GROUPS 15                    /* of a form: the match keeps 16 */
#define MODEL_MAX_DETAILS (NEVENT_MAX_DETAILS - 4)      /* pri, message, facility, severity follow */

struct signature;                       /* signature.h */
struct tag_table;                       /* tag.h */

/* A value that a group of a pattern gives. */
struct model_value {
	struct fact_key key;
	const struct cast *cast;        /* NULL: as it is in the line */
	unsigned group;                 /* from 1; 0: never there */
};

/* Header fields that details can show; the order is that of the table in details.c. */
enum model_field {
	MODEL_PRI, MODEL_DATE, MODEL_TIME, MODEL_FINE_TIME, MODEL_FRACTION, MODEL_POINT_FRACTION, MODEL_ZONE, MODEL_MARK, MODEL_HOST, MODEL_HOST_PREFIX,
	MODEL_NODE, MODEL_COUNTER, MODEL_SEQ, MODEL_PROCESS, MODEL_PID, MODEL_MSGID, MODEL_SD, MODEL_TAG, MODEL_RELAY_HOST,
	MODEL_CLOCK, MODEL_OFFSET, MODEL_VERSION,
	MODEL_GROUP,                    /* not of the header: a group of the form */
};

struct model_detail {
	struct fact_key key;
	enum model_field field;
	unsigned group;                 /* MODEL_GROUP */
	const struct cast *cast;        /* MODEL_GROUP */
	bool optional;                  /* left out where there is none; else it is null */
};

struct model_details {
	struct model_detail *items;
	size_t n;
};

enum model_part { MODEL_BODY, MODEL_BODY_COLON, MODEL_REST, MODEL_LINE };

/* A second cut of a line (own grammar: at the start of body or rest; napalm-logs' prefixes: anywhere in the line). */
struct model_form {
	enum model_part part;
	struct regex *regex;
	struct span start;              /* literal text that stands at the start; may be empty */
	struct find literal;            /* literal text that stands somewhere; may be empty */
	struct model_value *values;
	size_t nvalues;
	unsigned tag_group;             /* 0: the header's tag stays */
	unsigned text_group;            /* 0: the text begins behind the match */
	unsigned host_group, date_group, time_group, pri_group; /* of a prefix */
	struct model_details details;
	const struct yaml_doc *doc;
	const struct yaml_node *node;   /* the form's map */
};

struct model_piece {                    /* of `object` */
	struct span literal;
	int value;                      /* -1: literal */
};

struct model_condition {
	struct span value;
	enum nevent_condition condition;
};

struct profile_message {
	const struct profile_os *os;
	struct span error, napalm_error, yang_model, state_tag;
	struct span *tags;
	size_t ntags;
	struct span line_pattern;       /* as written: tells whether two messages are the same */
	struct model_value *values;
	size_t nvalues;
	struct regex *regex;
	struct span *literals;          /* runs that must occur, in the order of the line */
	unsigned char *literal_blanks;  /* LITERAL_* of each: white space around it */
	size_t nliterals;
	struct find sieve;              /* the one of them that tells most; empty: none */
	struct find lead;               /* literals[0] where `leading` */
	bool leading;                   /* the pattern begins with literals[0] */
	bool text_first;                /* the line begins with literal text, literals[0]: a match may start near the first place where that stands */
	bool anywhere;                  /* a match may start anywhere: written for napalm-logs */
	struct template *template;
	struct model_piece *object;
	size_t nobject;
	int condition_value;            /* -1: `condition` always */
	enum nevent_condition condition;
	struct model_condition *conditions;
	size_t nconditions;
	enum nevent_op op;
	int severity;                   /* -1: not said */
	bool has_state;
	int64_t state;
	struct span match_on;           /* absent: the tag */
	size_t order;                   /* in its OS */
	size_t dir;                     /* which of the directories it came from */
	const struct yaml_doc *doc;
	const struct yaml_node *node;   /* the message's map */
	const struct yaml_node *samples;        /* a list, or NULL */
	const struct yaml_node *facts;          /* a map, or NULL */
	struct strict_answers answers;
	struct profile_message *next;
};

struct model_globs {
	struct span *items;
	size_t n;
};

struct profile_os {
	struct span name;
	size_t index;
	struct nevent_observer observer;
	int64_t rank;
	bool has_init;
	bool napalm;                    /* `prefixes` */
	struct signature *signatures;
	size_t nsignatures;
	struct model_details details;
	enum model_part text;
	struct model_globs subfacility;
	struct model_form *forms;       /* or the prefixes */
	size_t nforms;
	uint64_t form_starts[MODEL_LINE + 1][256];      /* by part and first byte: a bit for each of the first 64 forms that may fit */
	struct cast *maps;
	size_t nmaps;
	struct cast interfaces;         /* the cast `interface` */
	struct profile_message **messages;      /* in order */
	size_t nmessages;
	struct tag_table *tags, *loose;         /* by the tag; by the tag whatever its severity */
	struct profile_message **untagged;      /* those that match on another detail, in order */
	size_t nuntagged;

	struct profile_message *first;          /* the list while loading */
};

/* What must be freed one by one. */
struct model_owned {
	struct regex *regex;
	struct template *template;
	struct yaml_doc *doc;
	char *path;                     /* the doc's file name */
	struct model_owned *next;
};

struct profile_set {
	struct arena arena;
	struct profile_os *oses[PROFILE_MAX_OS];        /* by rank and name */
	size_t noses;
	struct profile_message **messages;              /* all, OS by OS */
	size_t nmessages;
	struct profile_sample *samples;
	size_t nsamples;
	struct model_owned *owned;
	struct kinds *kinds;                            /* while it is loaded: kind_part.h */
	const struct strict_set *strict;                /* NULL: there is no table of the models */
};

struct profile_scratch {
	struct regex_scratch *bounded;
};

#endif
