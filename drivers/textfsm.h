/*
 * textfsm: Google's TextFSM, the template language for the output of a device's command line, as Python's `textfsm` 2.1 understands it.
 *
 * A template is read once and not changed any more; any number of threads may use it at the same time.  Its faults, and those of a run, are
 * told to a diag, with the template's name and the line.  No template and no text can hang a run or take memory without end: see the
 * limits below; every refusal is an error that says which.
 */
#ifndef NETNORM_DRIVERS_TEXTFSM_H
#define NETNORM_DRIVERS_TEXTFSM_H

#include "base/diag.h"
#include "base/json.h"
#include "base/span.h"

/* Bytes of a template or an index, and of a text. */
#define TEXTFSM_MAX_TEMPLATE ((size_t)1 << 20)
#define TEXTFSM_MAX_TEXT ((size_t)64 << 20)
/* Of a template; characters of a name; bytes of all regexes together, values put in. */
#define TEXTFSM_MAX_VALUES 1000
#define TEXTFSM_MAX_STATES 1000
#define TEXTFSM_MAX_RULES 2000
#define TEXTFSM_MAX_NAME 48
#define TEXTFSM_MAX_REGEX_BYTES ((size_t)4 << 20)
/* Of a run; a rule has the steps of base/regex.h for each line. */
#define TEXTFSM_MAX_RECORDS ((size_t)1000000)
#define TEXTFSM_MAX_ELEMENTS ((size_t)4000000)  /* appended to lists */
#define TEXTFSM_MAX_RESULT ((size_t)512 << 20)  /* bytes, of the table in memory and of its JSON */

struct textfsm;
struct textfsm_table;

/* `name` is what errors call it (copied).  NULL: the diag has the faults, all that can be told at once. */
struct textfsm *textfsm_new(const char *name, struct span text, struct diag *);
/* Reads the file: NULL, and *unreadable true where it was not the text that was wrong. */
struct textfsm *textfsm_open(const char *path, struct diag *, bool *unreadable);
void textfsm_free(struct textfsm **);
/* Its values in their order. */
size_t textfsm_values(const struct textfsm *);
struct span textfsm_value_name(const struct textfsm *, size_t value);

/*
 * Run `text` through the template.  What is not UTF-8 in it becomes U+FFFD.  The table lives as long as its template does, and no longer; the
 * text need not.  NULL: the diag says why (a rule with Error, a limit); there are no records then.
 */
struct textfsm_table *textfsm_parse(const struct textfsm *, struct span text, struct diag *);
void textfsm_table_free(struct textfsm_table **);
size_t textfsm_table_rows(const struct textfsm_table *);
/*
 * An array with an object for each record, keys as the template names its values, in its order; a List is an array (of strings, of null for
 * a group that took no part, of objects where its regex has named groups), all else a string, what is unset "".
 */
void textfsm_table_json(const struct textfsm_table *, struct json *);

/*
 * A directory of templates with a file `index`, as clitable and ntc-templates have it: which templates serve a command of a platform.
 */
struct textfsm_index;

struct textfsm_attribute {
	const char *column;             /* as the index names it: "Platform", "Command", "Hostname" */
	const char *text;               /* NULL: not known, any row fits */
};

enum textfsm_find {
	TEXTFSM_FOUND,
	TEXTFSM_NO_ROW,                 /* the index has no row for these attributes */
	TEXTFSM_FAULTY,                 /* a template cannot be read, or a limit: the diag has it */
};

/* `name` is what errors call it.  NULL: the diag has the faults. */
struct textfsm_index *textfsm_index_new(const char *name, struct span text, struct diag *);
/* The file `index` in it.  NULL: the diag has the faults, *unreadable is true where it was not the text that was wrong. */
struct textfsm_index *textfsm_index_open(const char *dir, struct diag *, bool *unreadable);
void textfsm_index_free(struct textfsm_index **);
size_t textfsm_index_rows(const struct textfsm_index *);
/* The templates of the first row that fits: "a.textfsm" or "a.textfsm:b.textfsm", borrowed. */
enum textfsm_find textfsm_index_find(struct textfsm_index *, const struct textfsm_attribute *, size_t n, struct span *templates, struct diag *);

/* Templates that are used together: each parses the whole text, and to the first table's rows the others' new columns are added (clitable). */
struct textfsm_set;

/* The templates of `dir` that `names` has, with ':' between them.  NULL: the diag has the faults. */
struct textfsm_set *textfsm_set_open(const char *dir, struct span names, struct diag *);
void textfsm_set_free(struct textfsm_set **);
/* As textfsm_parse(); the table lives no longer than the set. */
struct textfsm_table *textfsm_set_parse(const struct textfsm_set *, struct span text, struct diag *);

#endif
