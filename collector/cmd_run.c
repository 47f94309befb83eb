/*
 * netnorm run, netnorm check: the configuration file, and what is made of it.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "collector/cmd.h"
#include "collector/collector.h"

const char cmd_run_help[] =
    "usage: netnorm run [-c FILE] [--control PATH]\n\n"
    "Start the collector and stay in the foreground.\n\n"
    "  -c, --config FILE   the configuration; else NETNORM_CONFIG, else the installed netnorm.yaml\n"
    "  --control PATH      the control socket, in the place of the configuration's\n\n"
    "SIGTERM and SIGINT stop it (what was accepted is delivered first; a second one makes an end at once),\n"
    "SIGHUP reads the configuration again, SIGUSR1 opens files again after a log rotation.\n"
    "Status: 0 all that was accepted is delivered (or was refused for good by the far side, which the log tells), 1 something was left or it\n"
    "could not start, 2 wrong usage.\n";

const char cmd_check_help[] =
    "usage: netnorm check [-c FILE]\n\n"
    "Check the configuration, the inventory and the profiles that it names; every fault is told, and\n"
    "names in filters that no profile has. Opens nothing.\n\n"
    "  -c, --config FILE   the configuration; else NETNORM_CONFIG, else the installed netnorm.yaml\n\n"
    "Status: 0 no faults, 1 faults, 2 wrong usage or the file cannot be read.\n";

struct run_options {
	const char *config, *control;
};

/* CMD_OK, or CMD_USAGE after telling why. */
static int
read_options(int argc, char **argv, struct run_options *o)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "control", required_argument, NULL, 'C' },
		{ NULL, 0, NULL, 0 },
	};
	int opt;

	optind = 1;
	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":c:", options, NULL)) != -1) {
		switch (opt) {
		case 'c':
			o->config = optarg;
			break;
		case 'C':
			o->control = optarg;
			break;
		case ':':
			return cmd_usage(argv[0], "%s wants a value", argv[optind - 1]);
		default:
			return cmd_usage(argv[0], "there is no option %s", argv[optind - 1]);
		}
	}
	if (optind < argc)
		return cmd_usage(argv[0], "unexpected \"%s\"", argv[optind]);
	o->config = config_default_path(o->config);
	return cmd_can_read(argv[0], o->config, "") ? CMD_OK : CMD_USAGE;
}

int
cmd_run(int argc, char **argv)
{
	struct run_options o = { NULL, NULL };
	struct collector c;
	int status = read_options(argc, argv, &o);

	if (status != CMD_OK)
		return status;
	if (cmd_fix_clock(argv[0], NULL) == -1)
		return CMD_USAGE;
	status = collector_start(&c, o.config, o.control) == 0 ? collector_run(&c) : CMD_FAILED;
	collector_fini(&c);
	return status;
}

int
cmd_check(int argc, char **argv)
{
	struct run_options o = { NULL, NULL };
	int status = read_options(argc, argv, &o);
	struct diag *d;
	struct snapshot *s;

	if (status != CMD_OK)
		return status;
	d = diag_new();
	if (!d)
		return CMD_FAILED;
	s = collector_load(o.config, d);
	if (s)
		inventory_check_access(s->inventory, d);
	cmd_print_diag(d);
	if (s) {
		printf("%s: good: %zu inputs, %zu outputs, %zu devices, %zu OSes, %zu messages\n", o.config, s->config->inputs.n,
		    s->config->outputs.n, inventory_count(s->inventory), profile_os_count(s->profiles), profile_message_count(s->profiles));
	}
	status = s ? CMD_OK : CMD_FAILED;
	snapshot_unref(&s);
	diag_free(&d);
	return status;
}
