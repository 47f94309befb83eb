/*
 * netnorm textfsm: the output of a device's command through a template, as JSON.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/cmd.h"
#include "drivers/textfsm.h"

const char cmd_textfsm_help[] =
    "usage: netnorm textfsm TEMPLATE [FILE]\n"
    "       netnorm textfsm --index DIR [--platform NAME] [--command TEXT] [--hostname NAME] [FILE]\n\n"
    "Read what a device said to a command from FILE or standard input, run it through a TextFSM template, and write a JSON array with an object for\n"
    "each record: keys as the template names its values, in its order; a List is an array, all else a string, what is unset \"\".\n\n"
    "  --index DIR         choose the template from a directory that has a file `index`, as ntc-templates has it: the first row fits that matches all\n"
    "                      that is given; where a row names several templates their records are joined\n"
    "  --platform NAME     the platform, as the index names it\n"
    "  --command TEXT      the command that was given\n"
    "  --hostname NAME     the device\n\n"
    "Status: 0 the text was parsed (also into no record), 1 the template or the index has a fault, no row of the index fits, the template says Error,\n"
    "or a limit was hit: standard error says which, with the template's line; 2 wrong usage or a file that cannot be read.\n";

struct job {
	const char *template, *index, *file;
	struct textfsm_attribute attributes[3];
	struct textfsm *fsm;
	struct textfsm_index *rows;
	struct textfsm_set *set;
	struct textfsm_table *table;
	struct diag *diag;
	char *text;
	size_t n;
};

enum { PLATFORM, COMMAND, HOSTNAME };

static int
read_options(int argc, char **argv, struct job *j)
{
	static const struct option options[] = {
		{ "index", required_argument, NULL, 'i' }, { "platform", required_argument, NULL, 'p' },
		{ "command", required_argument, NULL, 'c' }, { "hostname", required_argument, NULL, 'h' }, { NULL, 0, NULL, 0 },
	};
	const char **to;
	int opt;

	optind = 1;
	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (opt == ':')
			return cmd_usage("textfsm", "%s wants a value", argv[optind - 1]);
		if (opt == '?')
			return cmd_usage("textfsm", "there is no option %s", argv[optind - 1]);
		to = opt == 'i' ? &j->index : &j->attributes[opt == 'p' ? PLATFORM : opt == 'c' ? COMMAND : HOSTNAME].text;
		*to = optarg;
	}
	if (!j->index) {
		if (optind == argc)
			return cmd_usage("textfsm", "a template, or --index, is missing");
		for (size_t i = 0; i < 3; i++)
			if (j->attributes[i].text)
				return cmd_usage("textfsm", "--platform, --command and --hostname stand beside --index");
		j->template = argv[optind++];
	}
	if (optind < argc && strcmp(argv[optind], "-") != 0)
		j->file = argv[optind];
	if (optind + 1 < argc)
		return cmd_usage("textfsm", "\"%s\" is one word too many", argv[optind + 1]);
	return CMD_OK;
}

/* ---- the template ---- */

static int
find_templates(struct job *j)
{
	struct span templates;
	bool unreadable;

	j->rows = textfsm_index_open(j->index, j->diag, &unreadable);
	if (!j->rows)
		return unreadable ? CMD_USAGE : CMD_FAILED;
	switch (textfsm_index_find(j->rows, j->attributes, 3, &templates, j->diag)) {
	case TEXTFSM_NO_ROW:
		fprintf(stderr, "netnorm textfsm: no row of %s/index fits platform \"%s\", command \"%s\"\n", j->index,
		    j->attributes[PLATFORM].text ? j->attributes[PLATFORM].text : "", j->attributes[COMMAND].text ? j->attributes[COMMAND].text : "");
		return CMD_FAILED;
	case TEXTFSM_FAULTY:
		return CMD_FAILED;
	case TEXTFSM_FOUND:
		break;
	}
	j->set = textfsm_set_open(j->index, templates, j->diag);
	return j->set ? CMD_OK : CMD_FAILED;
}

static int
open_template(struct job *j)
{
	bool unreadable;

	if (j->index)
		return find_templates(j);
	j->fsm = textfsm_open(j->template, j->diag, &unreadable);
	if (j->fsm)
		return CMD_OK;
	return unreadable ? CMD_USAGE : CMD_FAILED;
}

/* ---- the text ---- */

/* What is more than the engine takes is not read: it says so. */
static int
read_all(struct job *j, int fd)
{
	size_t cap = 0;
	ssize_t n = 1;

	while (n > 0 && j->n <= TEXTFSM_MAX_TEXT) {
		if (j->n == cap) {
			char *more = realloc(j->text, cap = cap ? 2 * cap : 65536);

			if (!more)
				return -1;
			j->text = more;
		}
		n = read(fd, j->text + j->n, cap - j->n);
		if (n == -1 && errno == EINTR)
			n = 1;
		else if (n > 0)
			j->n += (size_t)n;
	}
	return n < 0 ? -1 : 0;
}

static int
read_text(struct job *j)
{
	int fd = j->file ? open(j->file, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	int result = fd == -1 ? -1 : read_all(j, fd);

	if (result == -1)
		fprintf(stderr, "netnorm textfsm: cannot read %s: %m\n", j->file ? j->file : "standard input");
	if (fd > STDIN_FILENO)
		close(fd);
	return result == -1 ? CMD_USAGE : CMD_OK;
}

/* ---- the records ---- */

static int
write_table(const struct job *j)
{
	struct json out;
	struct span text;
	int status = CMD_FAILED;

	if (json_init(&out, 65536, TEXTFSM_MAX_RESULT) == -1)
		return CMD_FAILED;
	textfsm_table_json(j->table, &out);
	json_raw(&out, SPAN_LIT("\n"), false);
	text = json_text(&out);
	if (!json_ok(&out))
		fprintf(stderr, "netnorm textfsm: the records take more than %zu bytes\n", TEXTFSM_MAX_RESULT);
	else if (fwrite(text.p, 1, text.n, stdout) == text.n && fflush(stdout) == 0)
		status = CMD_OK;
	else if (errno != EPIPE)
		fprintf(stderr, "netnorm textfsm: cannot write: %m\n");
	json_fini(&out);
	return status;
}

static int
run(struct job *j)
{
	int status = open_template(j);

	if (status == CMD_OK)
		status = read_text(j);
	if (status != CMD_OK)
		return status;
	j->table = j->set ? textfsm_set_parse(j->set, span_of(j->text, j->n), j->diag) : textfsm_parse(j->fsm, span_of(j->text, j->n), j->diag);
	return j->table ? write_table(j) : CMD_FAILED;
}

int
cmd_textfsm(int argc, char **argv)
{
	struct job j = { .attributes = { [PLATFORM] = { "Platform", NULL }, [COMMAND] = { "Command", NULL }, [HOSTNAME] = { "Hostname", NULL } } };
	int status = read_options(argc, argv, &j);

	if (status != CMD_OK)
		return status;
	j.diag = diag_new();
	status = j.diag ? run(&j) : CMD_FAILED;
	if (j.diag)
		cmd_print_diag(j.diag);
	textfsm_table_free(&j.table);
	textfsm_set_free(&j.set);
	textfsm_free(&j.fsm);
	textfsm_index_free(&j.rows);
	diag_free(&j.diag);
	free(j.text);
	return status;
}
