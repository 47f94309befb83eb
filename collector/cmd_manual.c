/*
 * netnorm manual: netnorm.yaml.5 as man(7) source, from the tables that the configuration is read by.
 */
#include <stdio.h>

#include "collector/cmd.h"
#include "collector/config.h"

const char cmd_manual_help[] =
    "usage: netnorm manual\n\n"
    "Write the manual page netnorm.yaml(5) as man source: `netnorm manual | man -l -`.\n";

int
cmd_manual(int argc, char **argv)
{
	if (argc > 1)
		return cmd_usage(argv[0], "unexpected \"%s\"", argv[1]);
	config_manual(stdout);
	return cmd_written(argv[0]);
}
