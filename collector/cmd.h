/*
 * cmd: the subcommands of netnorm (its version, NETNORM_VERSION, is the Makefile's).  Exit status everywhere: 0 good, 1 it ran and found faults or failed, 2 wrong usage or a named file
 * that cannot be read, 3 not implemented by a driver.
 */
#ifndef NETNORM_COLLECTOR_CMD_H
#define NETNORM_COLLECTOR_CMD_H

#include <stdbool.h>

#include "base/diag.h"

enum { CMD_OK = 0, CMD_FAILED = 1, CMD_USAGE = 2, CMD_NOT_IMPLEMENTED = 3 };

struct cmd {
	const char *name;
	int (*run)(int argc, char **argv);      /* argv[0] is the subcommand */
	const char *summary;                    /* one line for `netnorm --help` */
	const char *help;                       /* the whole page for `netnorm NAME --help` */
};
extern const struct cmd cmd_table[];            /* ends with a name of NULL */

int cmd_run(int argc, char **argv);
int cmd_parse(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_test(int argc, char **argv);
int cmd_lint(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_stats(int argc, char **argv);
int cmd_reload(int argc, char **argv);
int cmd_send(int argc, char **argv);
int cmd_manual(int argc, char **argv);
int cmd_spool(int argc, char **argv);
int cmd_dlq(int argc, char **argv);
int cmd_textfsm(int argc, char **argv);
int cmd_get(int argc, char **argv);

extern const char cmd_run_help[], cmd_parse_help[], cmd_explain_help[], cmd_test_help[], cmd_lint_help[], cmd_check_help[], cmd_stats_help[], cmd_reload_help[], cmd_send_help[], cmd_manual_help[],
    cmd_spool_help[], cmd_dlq_help[], cmd_textfsm_help[], cmd_get_help[];

/* "netnorm parse: <what>", a hint at --help, status 2. */
int cmd_usage(const char *name, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Standard output to its end: CMD_OK, or CMD_FAILED after "netnorm NAME: cannot write: ...". */
int cmd_written(const char *name);
/* Is that configuration a file that can be read?  Else "netnorm NAME: cannot read the configuration ...<hint>", and false. */
bool cmd_can_read(const char *name, const char *path, const char *hint);
/* The diag on standard error, coloured on a terminal. */
void cmd_print_diag(const struct diag *);
/* NETNORM_NOW or `text` (the option, may be NULL) fixes the clock: 0, or -1 after telling what is wrong with it. */
int cmd_fix_clock(const char *name, const char *text);

#endif
