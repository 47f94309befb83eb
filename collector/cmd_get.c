/*
 * netnorm get: NAPALM's getters, of a device named by its address or by the inventory, or of a group.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "collector/cmd.h"
#include "collector/config.h"
#include "collector/get_help.h"
#include "collector/get_table.h"
#include "collector/question_group.h"
#include "drivers/result.h"
#include "drivers/template.h"

#define GET_MAX_OPTIONS 32
#define GET_SESSIONS 64
#define GET_MAX_RESULT ((size_t)512 << 20)

const char cmd_get_help[] =
    "usage: netnorm get --driver D --host H [--port P] --user U [--option k=v]... [--now TIME] METHOD [JSON-ARGS]\n"
    "       netnorm get [-c CONFIG | --inventory FILE] [OPTION]... DEVICE|GROUP METHOD [JSON-ARGS]\n"
    "       netnorm get [--driver D] help\n\n"
    "Ask a device by NAPALM's names: get_facts, get_interfaces, get_bgp_neighbors, ..., cli, ping, traceroute, is_alive; `netnorm get help` lists all with\n"
    "their arguments, with --driver those that the driver implements.  JSON-ARGS is an object with the method's arguments ('{\"destination\": \"192.0.2.1\"}');\n"
    "a call may take ten minutes at the most.  The result is a table on a terminal, JSON in a pipe.  What in an answer could not be understood is told on\n"
    "standard error and left at \"unknown\".  A DEVICE is one of the inventory, which says the rest; a GROUP (or `all`) is asked at once: an object by device name,\n"
    "null where it failed; an interrupt (Ctrl-C) ends the asking, and what was answered by then is printed.\n\n"
    "  --driver D          NAPALM's name of it; `--driver help` lists them with their options\n"
    "  --host H            its name or address\n"
    "  --port P            in the place of the driver's own\n"
    "  --user U            the user; the password is the first of: --password-file, with --user NETNORM_PASSWORD (environment), the inventory, NETNORM_PASSWORD\n"
    "  --password-file F   a file whose first line is the password\n"
    "  --option k=v        an option of the driver: timeout=10, insecure=true, transport=http, key_file=..., ...; may be repeated\n"
    "  --now TIME          what the time is (RFC 3339 or epoch seconds; also NETNORM_NOW), for what is told as an age\n"
    "  --inventory FILE    the inventory, in the place of the one that the configuration names\n"
    "  -c, --config FILE   the configuration (default: NETNORM_CONFIG, else the installed one)\n"
    "  --json, --table     in the place of what standard output suggests\n\n"
    "Status: 0 good, 1 it failed (of a group: any), 2 wrong usage or a file that cannot be read, 3 not implemented by that driver.\n";

struct get {
	struct device_target target;
	struct device_option options[GET_MAX_OPTIONS];
	const char *driver, *password_file, *now, *inventory, *config;
	const char *name;               /* of a device or a group; NULL: --driver and --host say whom */
	const char *method, *arguments;
	bool json, table;
	char password[1024];
};

enum { OPT_DRIVER = 1, OPT_HOST, OPT_PORT, OPT_USER, OPT_PASSWORD_FILE, OPT_OPTION, OPT_NOW, OPT_INVENTORY, OPT_JSON, OPT_TABLE };

static int
take_port(struct get *g, const char *text)
{
	char *end;
	long port = strtol(text, &end, 10);

	if (*end || end == text || port < 1 || port > 65535)
		return cmd_usage("get", "--port is 1 to 65535, not \"%s\"", text);
	g->target.port = (int)port;
	return CMD_OK;
}

/* `text` is the program's own argument: it is cut at the '='. */
static int
take_option(struct get *g, char *text)
{
	char *mark = strchr(text, '=');

	if (!mark || mark == text)
		return cmd_usage("get", "--option wants name=value, not \"%s\"", text);
	if (g->target.n_options == GET_MAX_OPTIONS)
		return cmd_usage("get", "more than %d options", GET_MAX_OPTIONS);
	*mark = '\0';
	g->options[g->target.n_options++] = (struct device_option){ text, mark + 1 };
	return CMD_OK;
}

static int
take(struct get *g, int opt, char *text)
{
	switch (opt) {
	case OPT_DRIVER:
		g->driver = text;
		break;
	case OPT_HOST:
		g->target.host = text;
		break;
	case OPT_PORT:
		return take_port(g, text);
	case OPT_USER:
		g->target.user = text;
		break;
	case OPT_PASSWORD_FILE:
		g->password_file = text;
		break;
	case OPT_OPTION:
		return take_option(g, text);
	case OPT_NOW:
		g->now = text;
		break;
	case OPT_INVENTORY:
		g->inventory = text;
		break;
	case OPT_JSON:
	case OPT_TABLE:
		g->json = opt == OPT_JSON;
		g->table = opt == OPT_TABLE;
		break;
	case 'c':
		g->config = text;
		break;
	}
	return CMD_OK;
}

static int
read_options(int argc, char **argv, struct get *g)
{
	static const struct option options[] = {
		{ "driver", required_argument, NULL, OPT_DRIVER }, { "host", required_argument, NULL, OPT_HOST }, { "port", required_argument, NULL, OPT_PORT },
		{ "user", required_argument, NULL, OPT_USER }, { "password-file", required_argument, NULL, OPT_PASSWORD_FILE },
		{ "option", required_argument, NULL, OPT_OPTION }, { "now", required_argument, NULL, OPT_NOW },
		{ "inventory", required_argument, NULL, OPT_INVENTORY }, { "config", required_argument, NULL, 'c' }, { "json", no_argument, NULL, OPT_JSON },
		{ "table", no_argument, NULL, OPT_TABLE }, { NULL, 0, NULL, 0 },
	};
	int opt, status = CMD_OK;

	optind = 1;
	opterr = 0;
	while (status == CMD_OK && (opt = getopt_long(argc, argv, ":c:", options, NULL)) != -1) {
		if (opt == ':')
			return cmd_usage("get", "%s wants a value", argv[optind - 1]);
		if (opt == '?')
			return cmd_usage("get", "there is no option %s", argv[optind - 1]);
		status = take(g, opt, optarg);
	}
	if (status != CMD_OK)
		return status;
	if (!g->driver && !g->target.host)
		g->name = optind < argc ? argv[optind++] : NULL;
	g->method = optind < argc ? argv[optind++] : NULL;
	g->arguments = optind < argc ? argv[optind++] : NULL;
	return optind < argc ? cmd_usage("get", "\"%s\" is one word too many", argv[optind]) : CMD_OK;
}

/* ---- the password ---- */

static int
read_password(struct get *g)
{
	const char *env = getenv("NETNORM_PASSWORD");
	FILE *f;

	g->target.password = env;
	if (!g->password_file)
		return CMD_OK;
	errno = 0;
	f = file_stream(g->password_file);
	if (!f || !fgets(g->password, sizeof(g->password), f)) {
		fprintf(stderr, "netnorm get: cannot read the password file %s: %s\n", g->password_file, errno ? file_error(errno) : "it is empty");
		if (f)
			fclose(f);
		return CMD_USAGE;
	}
	fclose(f);
	g->password[strcspn(g->password, "\r\n")] = '\0';
	g->target.password = g->password;
	return CMD_OK;
}

/* ---- the result ---- */

static int
print_json(const json_t *result)
{
	struct json out;
	struct span text;
	int status = CMD_FAILED;

	if (json_init(&out, 65536, GET_MAX_RESULT) == -1)
		return CMD_FAILED;
	result_write_lines(&out, result);
	text = json_text(&out);
	if (!json_ok(&out)) {
		fputs("netnorm get: the result is too large\n", stderr);
	} else {
		fwrite(text.p, 1, text.n, stdout);
		status = cmd_written("get");
	}
	json_fini(&out);
	return status;
}

/* `flags` are those of get_table_print(). */
static int
print_result(const struct get *g, const json_t *result, unsigned flags)
{
	bool terminal = isatty(STDOUT_FILENO);

	if (terminal && !getenv("NO_COLOR"))
		flags |= GET_TABLE_COLOUR;
	if (g->json || (!terminal && !g->table))
		return print_json(result);
	get_table_print(result, stdout, flags);
	return cmd_written("get");
}

static int
ask_one(const struct get *g, const struct question *q)
{
	struct answer a = question_ask(q, stderr);

	if (a.result)
		a.status = print_result(g, a.result, 0);
	json_decref(a.result);
	return a.status;
}

static _Atomic bool interrupted;

static void
interrupt(int signal)
{
	(void)signal;
	interrupted = true;
}

/* The first interrupt ends the asking, and what was answered is printed; the second ends the program. */
static int
ask_many(const struct get *g, struct question *questions, size_t n)
{
	struct sigaction action = { .sa_handler = interrupt, .sa_flags = SA_RESTART | (int)SA_RESETHAND };
	int status;
	json_t *all;

	for (size_t i = 0; i < n; i++)
		questions[i].target.cancel = &interrupted;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	all = question_group_ask(questions, n, GET_SESSIONS, &interrupted, &status);
	if (all && print_result(g, all, GET_TABLE_GROUP) != CMD_OK)
		status = CMD_FAILED;
	json_decref(all);
	return status;
}

/* ---- whom to ask ---- */

static int
unknown(const char *what, const char *word, const char *meant)
{
	if (meant)
		return cmd_usage("get", "%s \"%s\" (did you mean \"%s\"?)", what, word, meant);
	return cmd_usage("get", "%s \"%s\"", what, word);
}

static int
unknown_method(const char *word)
{
	const char *names[GETTER_COUNT + 1] = { NULL };

	for (int i = 0; i < GETTER_COUNT; i++)
		names[i] = getter_methods[i].name;
	return unknown("there is no method", word, diag_suggest(span_str(word), names));
}

static int
unknown_driver(const char *word)
{
	const char *names[32] = { NULL };

	for (size_t i = 0; driver_table[i] && i < 31; i++)
		names[i] = driver_table[i]->name;
	return unknown("there is no driver", word, diag_suggest(span_str(word), names));
}

static struct inventory *
load_inventory(const struct get *g)
{
	struct diag *d = diag_new();
	const char *path = config_default_path(g->config);
	struct config *config = d && !g->inventory && cmd_can_read("get", path, "; name one with -c, or an inventory with --inventory") ? config_load_faulty(path, d) : NULL;
	struct inventory *inv = NULL;

	if (config && !config->inventory)
		cmd_usage("get", "the configuration %s names no inventory", path);
	if (d && !config && !g->inventory)
		cmd_print_diag(d);
	diag_free(&d);          /* what else is wrong with the configuration is not asked here */
	d = diag_new();
	if (d && (g->inventory || (config && config->inventory)))
		inv = inventory_load_late(g->inventory ? g->inventory : config->inventory, d);
	if (d)
		cmd_print_diag(d);
	diag_free(&d);
	config_free(&config);
	return inv;
}

/* What the command line says goes before what the inventory says. */
static struct question
question_of(const struct get *g, const struct inventory_device *device, struct device_option *options)
{
	const struct inventory_access *a = device->access;
	struct question q = { .name = device->name.p, .driver = a->driver, .target = a->target };

	memcpy(options, a->options, a->target.n_options * sizeof(*options));
	memcpy(options + a->target.n_options, g->options, g->target.n_options * sizeof(*options));
	q.target.options = options;
	q.target.n_options += g->target.n_options;
	if (g->target.port)
		q.target.port = g->target.port;
	if (g->target.user)
		q.target.user = g->target.user;
	if (g->password_file || (g->target.user && g->target.password) || (!q.target.password && !a->password_fault))
		q.target.password = g->target.password;
	else
		q.fault = a->password_fault;
	return q;
}

struct asking {
	const struct get *get;
	const struct inventory *inventory;
	const json_t *arguments;
	enum getter getter;
	struct question *questions;
	struct device_option (*options)[INVENTORY_MAX_OPTIONS + GET_MAX_OPTIONS];
	size_t n;
};

static void
add_question(struct asking *a, const struct inventory_device *device)
{
	a->questions[a->n] = question_of(a->get, device, a->options[a->n]);
	a->questions[a->n].getter = a->getter;
	a->questions[a->n++].arguments = a->arguments;
}

static int
ask_group(struct asking *a)
{
	struct span name = span_str(a->get->name);
	bool all = span_eq(name, SPAN_LIT("all")) && !inventory_is_group(a->inventory, name);

	if (!all && !inventory_is_group(a->inventory, name))
		return unknown("the inventory has no device and no group", a->get->name, inventory_suggest(a->inventory, name));
	for (size_t i = 0; i < inventory_count(a->inventory); i++) {
		const struct inventory_device *device = inventory_at(a->inventory, i);

		if ((all || inventory_in_group(a->inventory, i, name)) && device->access->driver)
			add_question(a, device);
	}
	if (a->n == 0)
		return cmd_usage("get", "no device of \"%s\" has a driver in the inventory", a->get->name);
	return question_check(a->questions, stderr) ? ask_many(a->get, a->questions, a->n) : CMD_USAGE;
}

static int
ask_named(struct asking *a)
{
	const struct inventory_device *device = inventory_by_host(a->inventory, span_str(a->get->name));

	if (!device)
		return ask_group(a);
	if (!device->access->driver)
		return cmd_usage("get", "the inventory says no driver for \"%s\"", a->get->name);
	add_question(a, device);
	return ask_one(a->get, a->questions);
}

static int
ask_inventory(const struct get *g, enum getter getter, const json_t *arguments)
{
	struct inventory *inv = load_inventory(g);
	struct asking a = { .get = g, .inventory = inv, .getter = getter, .arguments = arguments };
	size_t room = inv ? inventory_count(inv) + 1 : 1;
	int status = CMD_USAGE;

	a.questions = calloc(room, sizeof(*a.questions));
	a.options = calloc(room, sizeof(*a.options));
	if (inv && a.questions && a.options)
		status = ask_named(&a);
	free(a.options);
	free(a.questions);
	inventory_free(&inv);
	return status;
}

static int
ask_host(const struct get *g, enum getter getter, const json_t *arguments)
{
	struct question q = { .name = g->target.host, .driver = driver_by_name(g->driver), .target = g->target, .getter = getter, .arguments = arguments };

	return q.driver ? ask_one(g, &q) : unknown_driver(g->driver);
}

static int
run(struct get *g)
{
	enum getter getter = getter_by_name(g->method);
	char templates[4096];
	json_error_t error;
	json_t *arguments = NULL;
	int status;

	if (getter == GETTER_COUNT)
		return unknown_method(g->method);
	if (g->arguments && !(arguments = json_loads(g->arguments, JSON_REJECT_DUPLICATES, &error)))
		return cmd_usage("get", "the arguments are no JSON object: %s", error.text);
	if (config_shipped_templates(templates, sizeof(templates)))
		template_set_dir(templates);
	status = g->name ? ask_inventory(g, getter, arguments) : ask_host(g, getter, arguments);
	json_decref(arguments);
	return status;
}

/* What may be asked: of the driver, if one is named. */
static int
help_with_methods(const struct get *g)
{
	const struct driver *driver = g->driver ? driver_by_name(g->driver) : NULL;

	return g->driver && !driver ? unknown_driver(g->driver) : get_help_methods(driver);
}

static bool
is_help(const char *word)
{
	return word && strcmp(word, "help") == 0;
}

/* What must be said and is not. */
static const char *
missing(const struct get *g)
{
	if (g->name)
		return g->method ? NULL : "the method";
	if (!g->driver && !g->target.host)
		return "a device: --driver and --host, or a name of the inventory,";
	return !g->driver ? "--driver" : !g->target.host ? "--host" : !g->method ? "the method" : NULL;
}

int
cmd_get(int argc, char **argv)
{
	struct get g = { .target = { .host = NULL } };
	int status = read_options(argc, argv, &g);

	g.target.options = g.options;
	if (status != CMD_OK)
		return status;
	if (is_help(g.driver))
		return get_help_drivers();
	if (is_help(g.method) || (is_help(g.name) && !g.method))
		return help_with_methods(&g);
	if (missing(&g))
		return cmd_usage("get", "%s is missing", missing(&g));
	if (cmd_fix_clock("get", g.now) == -1)
		return CMD_USAGE;
	status = read_password(&g);
	return status == CMD_OK ? run(&g) : status;
}
