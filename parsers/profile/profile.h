/*
 * profile: what each OS's lines say, loaded from YAML and compiled (docs/profiles.md has the grammar).
 *
 * A set is immutable once loaded and may be used by any number of threads; each worker brings its own scratch.
 * What comes out depends on the line, the pinned OS and the set, never on earlier lines (of a wary scratch: but for lines at the match limit).
 */
#ifndef NETNORM_PARSERS_PROFILE_H
#define NETNORM_PARSERS_PROFILE_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/nevent.h"
#include "base/regex.h"
#include "base/yaml.h"
#include "parsers/syslog/header.h"

#define PROFILE_MAX_OS 64               /* of one set */
#define PROFILE_OS_NAME_BYTES 63        /* of the name of an OS: its folder's */
#define PROFILE_BODY_BYTES 8192         /* a pattern sees no more of the body */
#define PROFILE_BLANKS 64               /* and nothing behind more white space than this: patterns are slow in it, and no device writes it */
#define PROFILE_START_BYTES 128         /* a match starts in these, or as near behind the first place where the text stands that its line begins with */

struct profile_set;
struct profile_os;
struct profile_message;
struct profile_scratch;                 /* match data and JIT stack of one worker */

/*
 * Load directories, each with a folder per OS; later ones lie over earlier ones, message by message (same error, same tag and same line
 * pattern: replaced; else added in front).  All faults go to the diag; NULL if there was an error.
 */
struct profile_set *profile_load(const char *const *dirs, size_t ndirs, struct diag *);
struct profile_sources {
	const char *const *dirs;
	size_t ndirs;
	const char *models;             /* a directory whose table and kinds lie beneath those of `dirs`; NULL: none */
	const char *table;              /* a table of the models that is taken in the place of all others; NULL: none */
};
struct profile_set *profile_load_from(const struct profile_sources *, struct diag *);
void profile_free(struct profile_set **);
size_t profile_os_count(const struct profile_set *);
size_t profile_message_count(const struct profile_set *);
/* In the order of rank and name. */
const struct profile_os *profile_os_at(const struct profile_set *, size_t i);
/* NULL if the set has no such OS. */
const struct profile_os *profile_os_named(const struct profile_set *, struct span name);
struct span profile_os_name(const struct profile_os *);
/* Each name that an event may have, `error` and `napalm_error` of each message; a name may come more than once. */
void profile_each_error(const struct profile_set *, void (*each)(void *arg, struct span name), void *arg);
size_t profile_os_index(const struct profile_os *);     /* 0..PROFILE_MAX_OS-1, for counters */

struct profile_scratch *profile_scratch_new(void);
void profile_scratch_free(struct profile_scratch **);
/* A scratch of a collector, whom no pattern may slow down for long (regex_scratch_wary()). */
void profile_scratch_wary(struct profile_scratch *);

/* Which OSes the line may be of, by their signatures: in the order of rank and name; gives how many. */
size_t profile_identify(const struct profile_set *, const struct header *, struct span line, const struct profile_os **candidates);

/* A pattern that ran into the match limit. */
struct profile_slow {
	struct regex *regex;                    /* NULL: none */
	const struct yaml_doc *doc;
	const struct yaml_node *node;
};

struct profile_match {
	const struct profile_os *os;            /* NULL: UNKNOWN */
	const struct profile_message *message;  /* NULL: RAW */
	enum nevent_reason reason;
	struct span tag, text;                  /* as the form of the profile splits them */
	const void *form;                       /* the form that fitted, NULL: the header's own split */
	struct span form_groups[16];
	struct span groups[REGEX_MAX_GROUPS];
	unsigned limits_hit;                    /* patterns that ran into the match limit */
	struct profile_slow slow;               /* the first of them that is not told yet, or the last */
	unsigned tried;                         /* patterns that ran */
};

/*
 * Match the line against the messages of the candidates (a pinned OS is a list of one): a message's hit before a prefix's only, then
 * in the order given.  Always fills `m`.
 */
void profile_match(const struct profile_set *, struct profile_scratch *, const struct header *, enum utf8_class line_class,
    const struct profile_os *const *candidates, size_t n, struct profile_match *m);
/*
 * profile_identify() and profile_match() in one, with the same outcome: the signatures of an OS are looked at only if no OS before it has a
 * message that fits.
 */
void profile_recognise(const struct profile_set *, struct profile_scratch *, const struct header *, struct span line,
    enum utf8_class line_class, struct profile_match *m);
/* True for the first line that the pattern at `place` was too slow for (for the log). */
bool profile_slow(const struct profile_match *, struct diag_place *place);
/* The plain way: every OS and every message in order, no hash, no sieve, no offset limit by literals, the whole budget for each pattern.  For tests. */
void profile_match_reference(const struct profile_set *, struct profile_scratch *, const struct header *, enum utf8_class line_class,
    const struct profile_os *const *candidates, size_t n, struct profile_match *m);

/*
 * Put what was matched into the event: outcome, reason, error, napalm_error, os, tag, object, condition, op, yang_model, template, state,
 * details and values with their casts.  Facts of the header alone (host, numbers, severity, times, ip) are the pipeline's and set before, but
 * `details` holds the header's spellings here; a form's host, and a prefix's host and time (of the
 * device's setting), are put in where the header has none.  Casts allocate from the arena; without memory the event is RAW with reason NEVENT_MAPPING.
 */
void profile_map(const struct profile_match *, const struct header *, const struct stamp_setting *, struct arena *, struct nevent *);

/*
 * After profile_map(): fill the strict object, and say in `op` what it means (docs/profiles.md, "Kinds").  What a leaf refuses is left out and
 * counted in ev->nrefused.  Without a table of the models there is none.
 */
void profile_strict(const struct profile_set *, const struct profile_match *, const struct header *, struct arena *, struct nevent *);
/* What became of the facts on the way into the object, for explanations; all lies in the arena or the set. */
#define PROFILE_STORY_ITEMS 16
enum profile_gap { PROFILE_NOT_GIVEN, PROFILE_NOT_SAID, PROFILE_CAST_AWAY, PROFILE_REFUSED };
struct profile_story {
	struct span kind;               /* whose mapping was asked for; absent: the event has none */
	struct diag_place place;        /* of the kind, or of the message whose mapping it is */
	bool own;                       /* the mapping of this message alone */
	struct span fallback;           /* what went out where nothing was left: "alarm" or "message"; absent: the kind's own */
	struct {
		struct span path, value, type;
	} refused[PROFILE_STORY_ITEMS]; /* values that their leaf does not take */
	struct {
		struct span list, key, written;
		struct span fact;       /* that there is none of; absent where it is refused */
		enum profile_gap why;
	} gaps[PROFILE_STORY_ITEMS];    /* lists of the kind that went for want of a key */
	size_t nrefused, ngaps;
};
/* The same, and tell it (NULL: do not). */
void profile_strict_told(const struct profile_set *, const struct profile_match *, const struct header *, struct arena *, struct nevent *, struct profile_story *);
/* What was refused first: the event's name and the path; true the first time that it is told (for the log). */
bool profile_refused(const struct nevent *, struct span *kind_value, struct span *path);

/* A sample: a line and the facts that it must give. */
struct profile_sample {
	const struct profile_os *os;
	struct span error;              /* of the message that carries it */
	size_t dir;                     /* which of profile_load()'s directories it is in */
	struct span line;
	const struct yaml_doc *doc;     /* for messages about it */
	const struct yaml_node *node;   /* the sample's map */
	const struct yaml_node *want;   /* name -> value */
	const struct yaml_node *napalm; /* wanted yang_message, or NULL */
};
size_t profile_sample_count(const struct profile_set *);
struct profile_sample profile_sample_at(const struct profile_set *, size_t i);
/* Messages without a sample, of the directories from `dir` on, are told as errors in the diag; gives their number. */
size_t profile_unsampled(const struct profile_set *, size_t dir, struct diag *);

#endif
