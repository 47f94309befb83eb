/*
 * netnorm-yang: what of netnorm needs libyang.  The table that the collector reads is made here, and what it writes is
 * validated here; the collector itself knows no YANG.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "parsers/yang/models.h"
#include "parsers/yang/table.h"
#include "parsers/yang/validate.h"

enum { GOOD, FAULTS, USAGE };

struct options {
	const char *modules;
	bool expect_invalid;
	bool help;
};

static const char help[] =
    "usage: netnorm-yang table [--modules FILE] DIR...\n"
    "       netnorm-yang validate [--modules FILE] [--expect-invalid] DIR...\n\n"
    "  table     what the models allow, as a table on standard output: profiles/yang/table.txt\n"
    "  validate  JSON lines on standard input, each a yang_message or {\"name\", \"op\", \"data\": yang_message}\n\n"
    "  --modules FILE     the modules to load, one name a line; else profiles/yang/modules.txt\n"
    "  --expect-invalid   an object that is valid is the fault\n\n"
    "Modules are looked for in each DIR, beside FILE, and in profiles/yang.\n"
    "Exit status: 0 good, 1 faults were found, 2 wrong usage or modules that do not load.\n";

static int
parse_options(struct options *o, int argc, char **argv)
{
	static const struct option known[] = {
		{ "modules", required_argument, NULL, 'm' },
		{ "expect-invalid", no_argument, NULL, 'x' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "h", known, NULL)) != -1) {
		if (c == 'm')
			o->modules = optarg;
		else if (c == 'x')
			o->expect_invalid = true;
		else if (c == 'h')
			o->help = true;
		else
			return -1;
	}
	return 0;
}

static bool
is_command(const char *word)
{
	return strcmp(word, "table") == 0 || strcmp(word, "validate") == 0;
}

static int
run(const char *command, const struct models *models, const struct options *o)
{
	struct validate_count count;
	size_t faults;

	if (strcmp(command, "table") == 0)
		return table_write(stdout, models) == 0 && fflush(stdout) == 0 ? GOOD : FAULTS;
	count = validate_lines(stdin, stdout, models, o->expect_invalid);
	faults = o->expect_invalid ? count.objects - count.invalid : count.invalid;
	printf("%zu objects, %zu invalid\n", count.objects, count.invalid);
	return faults > 0 || ferror(stdin) || fflush(stdout) != 0 ? FAULTS : GOOD;
}

int
main(int argc, char **argv)
{
	struct options o = { .modules = NULL };
	struct models models;
	int status = USAGE;

	if (parse_options(&o, argc, argv) == -1)
		return USAGE;
	if (o.help) {
		fputs(help, stdout);
		return GOOD;
	}
	if (argc - optind < 2 || !is_command(argv[optind])) {
		fputs(help, stderr);
		return USAGE;
	}
	if (models_init(&models, o.modules, argv + optind + 1, argc - optind - 1) == 0)
		status = run(argv[optind], &models, &o);
	models_fini(&models);
	return status;
}
