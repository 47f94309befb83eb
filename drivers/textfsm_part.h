/* textfsm_part: what a template and a table are made of, for textfsm*.c only. */
#ifndef NETNORM_DRIVERS_TEXTFSM_PART_H
#define NETNORM_DRIVERS_TEXTFSM_PART_H

#include <stdint.h>

#include "base/arena.h"
#include "drivers/textfsm.h"
#include "drivers/textfsm_regex.h"

#define TEXTFSM_RUN_BYTES (UINT64_C(1) << 39)   /* some 10 s */

enum textfsm_option { TEXTFSM_REQUIRED, TEXTFSM_FILLDOWN, TEXTFSM_FILLUP, TEXTFSM_KEY, TEXTFSM_LIST, TEXTFSM_OPTIONS };

struct textfsm_value {
	struct span name;
	struct span regex;                      /* with its parentheses */
	enum textfsm_option options[TEXTFSM_OPTIONS];   /* in the order written, in which they are called */
	size_t noptions;
	bool has[TEXTFSM_OPTIONS];
	struct textfsm_regex own;               /* of a List with groups inside: what was captured is matched again */
};

enum textfsm_line_op { TEXTFSM_NEXT, TEXTFSM_CONTINUE, TEXTFSM_ERROR };
enum textfsm_record_op { TEXTFSM_NO_RECORD, TEXTFSM_RECORD, TEXTFSM_CLEAR, TEXTFSM_CLEARALL };

struct textfsm_state;

/* Where a rule jumps to. */
enum textfsm_jump { TEXTFSM_STAY, TEXTFSM_TO_STATE, TEXTFSM_TO_END, TEXTFSM_TO_EOF };

struct textfsm_rule {
	struct textfsm_rule *next;
	int line;
	struct span text;                       /* of the line, blanks taken off */
	struct textfsm_regex match;
	size_t *values;                         /* which value each name of `match` is; textfsm.nvalues: none */
	enum textfsm_line_op line_op;
	enum textfsm_record_op record_op;
	struct span to;                         /* a state, or what an Error says */
	enum textfsm_jump jump;
	const struct textfsm_state *state;      /* of TEXTFSM_TO_STATE */
};

struct textfsm_state {
	struct textfsm_state *next;
	struct span name;
	int line;
	struct textfsm_rule *first, *last;
};

struct textfsm {
	char *name;
	struct span text;                       /* a copy: all names and regexes lie in it */
	struct arena arena;
	struct textfsm_value *values;
	size_t nvalues;
	struct textfsm_state *first, *last;
	const struct textfsm_state *start;
	size_t nstates, nrules, regex_bytes;
	uint64_t run_bytes;                     /* of regex_spent() in a run; who fuzzes lowers it */
	bool has_eof;
};

/* The place of a line of the template, all of it. */
struct diag_place textfsm_place(const struct textfsm *, int line, struct span part);
struct textfsm_state *textfsm_state_named(const struct textfsm *, struct span name);
/* Read a line with a rule into `rule` (zeroed, its line set), values put in.  0, or -1 with the fault told. */
int textfsm_rule_read(struct textfsm *, struct textfsm_rule *, struct diag *);
/* A file whole, at most TEXTFSM_MAX_TEMPLATE bytes; free() it.  p NULL with errno (EFBIG: more). */
struct span textfsm_read(const char *path, size_t max);

/* ---- the result ---- */

/* Lists share their elements: one only grows, and a record keeps how many it had. */
struct textfsm_element {
	struct textfsm_element *before;
	struct span text;                       /* SPAN_NONE: null */
	struct span *groups;                    /* an object of the named groups, or NULL */
	const struct textfsm_regex *regex;      /* their names */
};

struct textfsm_list {
	struct textfsm_element *last;
	size_t n;
};

struct textfsm_cell {
	struct span text;                       /* SPAN_NONE: unset */
	struct textfsm_list list;
	bool is_list;
};

struct textfsm_table {
	struct arena arena;
	char *text;                             /* what cells borrow from */
	struct span *names;
	size_t columns;
	struct textfsm_cell **rows;
	size_t nrows, cap;
	struct textfsm_table *next;             /* whose cells this one's rows have, too */
};

bool textfsm_cell_is_empty(const struct textfsm_cell *);
bool textfsm_cell_eq(const struct textfsm_cell *, const struct textfsm_cell *);
/* 0, or -1: no memory. */
struct textfsm_table *textfsm_table_new(size_t columns);
int textfsm_table_add(struct textfsm_table *, struct textfsm_cell *row);

#endif
