/*
 * netnorm: the table of subcommands and the way to them.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/log.h"
#include "collector/cmd.h"

const struct cmd cmd_table[] = {
	{ "run", cmd_run, "start the collector", cmd_run_help },
	{ "parse", cmd_parse, "lines in, one JSON object a line out", cmd_parse_help },
	{ "explain", cmd_explain, "tell what each step makes of a line", cmd_explain_help },
	{ "test", cmd_test, "run the samples of profiles", cmd_test_help },
	{ "lint", cmd_lint, "check profiles against the OpenConfig models", cmd_lint_help },
	{ "check", cmd_check, "check the configuration, the inventory and the profiles", cmd_check_help },
	{ "stats", cmd_stats, "the counters of a running collector", cmd_stats_help },
	{ "reload", cmd_reload, "have a running collector read its configuration again", cmd_reload_help },
	{ "spool", cmd_spool, "what lies in the spool; give up what an output has not got", cmd_spool_help },
	{ "dlq", cmd_dlq, "what far sides refused for good: show it, send it again", cmd_dlq_help },
	{ "send", cmd_send, "send lines from a file: a load generator", cmd_send_help },
	{ "get", cmd_get, "ask a device, whatever its vendor: NAPALM's getters", cmd_get_help },
	{ "textfsm", cmd_textfsm, "a device's output through a TextFSM template, as JSON", cmd_textfsm_help },
	{ "manual", cmd_manual, "the manual page of netnorm.yaml, from the tables of its options", cmd_manual_help },
	{ NULL, NULL, NULL, NULL },
};

static void
print_help(FILE *f)
{
	fputs("netnorm: syslog of network devices in, normalized events out\n\n"
	      "usage: netnorm COMMAND [OPTION]...\n\n", f);
	for (const struct cmd *c = cmd_table; c->name; c++)
		fprintf(f, "  %-8s %s\n", c->name, c->summary);
	fputs("\n`netnorm COMMAND --help` tells more.  `netnorm --version` tells the version.\n"
	      "Exit status: 0 good, 1 it ran and found faults or failed, 2 wrong usage or a file that cannot be read.\n", f);
}

static bool
asks_for_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	}
	return false;
}

static int
unknown_command(const char *word)
{
	const char *names[sizeof(cmd_table) / sizeof(*cmd_table)] = { NULL };
	const char *meant;

	for (size_t i = 0; cmd_table[i].name; i++)
		names[i] = cmd_table[i].name;
	meant = diag_suggest(span_str(word), names);
	fprintf(stderr, "netnorm: there is no command \"%s\"", word);
	if (meant)
		fprintf(stderr, " (did you mean \"%s\"?)", meant);
	fputs("; `netnorm --help` lists them\n", stderr);
	return CMD_USAGE;
}

static int
help_of(const char *word)
{
	for (const struct cmd *c = cmd_table; c->name; c++) {
		if (strcmp(c->name, word) == 0) {
			fputs(c->help, stdout);
			return CMD_OK;
		}
	}
	return unknown_command(word);
}

int
main(int argc, char **argv)
{
	json_object_seed(0);            /* before any thread */
	signal(SIGPIPE, SIG_IGN);       /* a peer or a reader that went away is an error of a write */
	signal(SIGXFSZ, SIG_IGN);       /* and so is a limit of files' sizes */
	if (argc < 2) {
		print_help(stderr);
		return CMD_USAGE;
	}
	if (strcmp(argv[1], "help") == 0 && argc > 2 && argv[2][0] != '-')
		return help_of(argv[2]);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return CMD_OK;
	}
	if (strcmp(argv[1], "version") == 0 || strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		puts("netnorm " NETNORM_VERSION);
		return CMD_OK;
	}
	for (const struct cmd *c = cmd_table; c->name; c++) {
		if (strcmp(c->name, argv[1]) != 0)
			continue;
		if (asks_for_help(argc - 1, argv + 1)) {
			fputs(c->help, stdout);
			return CMD_OK;
		}
		return c->run(argc - 1, argv + 1);
	}
	return unknown_command(argv[1]);
}
