/*
 * netnorm get: one question to a device, NAPALM's getters.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "collector/cmd.h"
#include "collector/config.h"
#include "drivers/driver.h"
#include "drivers/result.h"
#include "drivers/template.h"

#define GET_MAX_OPTIONS 32
#define GET_MAX_RESULT ((size_t)512 << 20)

const char cmd_get_help[] =
    "usage: netnorm get --driver D --host H [--port P] --user U [--option k=v]... [--now TIME] METHOD [JSON-ARGS]\n\n"
    "Ask a device by NAPALM's names: get_facts, get_interfaces, get_bgp_neighbors, ..., cli, ping, traceroute, is_alive; JSON-ARGS is an object with the method's\n"
    "arguments ('{\"destination\": \"192.0.2.1\"}').  The result is printed as JSON.  What in an answer could not be understood is told on standard error and left at \"unknown\".\n\n"
    "  --driver D          NAPALM's name of it; `--driver help` lists them with their options\n"
    "  --host H            its name or address\n"
    "  --port P            in the place of the driver's own\n"
    "  --user U            the user; the password is in the environment, NETNORM_PASSWORD, or in --password-file\n"
    "  --password-file F   a file whose first line is the password\n"
    "  --option k=v        an option of the driver: timeout=10, insecure=true, transport=http, key_file=..., ...; may be repeated\n"
    "  --now TIME          what the time is (RFC 3339 or epoch seconds; also NETNORM_NOW), for what is told as an age\n\n"
    "Status: 0 good, 1 it failed, 2 wrong usage or a file that cannot be read, 3 not implemented by that driver.\n";

struct get {
	struct device_target target;
	struct device_option options[GET_MAX_OPTIONS];
	const char *driver, *password_file, *now;
	const char *method, *arguments;
	char password[1024];
};

enum { OPT_DRIVER = 1, OPT_HOST, OPT_PORT, OPT_USER, OPT_PASSWORD_FILE, OPT_OPTION, OPT_NOW };

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
	}
	return CMD_OK;
}

static int
read_options(int argc, char **argv, struct get *g)
{
	static const struct option options[] = {
		{ "driver", required_argument, NULL, OPT_DRIVER }, { "host", required_argument, NULL, OPT_HOST }, { "port", required_argument, NULL, OPT_PORT },
		{ "user", required_argument, NULL, OPT_USER }, { "password-file", required_argument, NULL, OPT_PASSWORD_FILE },
		{ "option", required_argument, NULL, OPT_OPTION }, { "now", required_argument, NULL, OPT_NOW }, { NULL, 0, NULL, 0 },
	};
	int opt, status = CMD_OK;

	optind = 1;
	opterr = 0;
	while (status == CMD_OK && (opt = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (opt == ':')
			return cmd_usage("get", "%s wants a value", argv[optind - 1]);
		if (opt == '?')
			return cmd_usage("get", "there is no option %s", argv[optind - 1]);
		status = take(g, opt, optarg);
	}
	if (status != CMD_OK)
		return status;
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
	f = fopen(g->password_file, "re");
	if (!f || !fgets(g->password, sizeof(g->password), f)) {
		fprintf(stderr, "netnorm get: cannot read the password file %s: %m\n", g->password_file);
		if (f)
			fclose(f);
		return CMD_USAGE;
	}
	fclose(f);
	g->password[strcspn(g->password, "\r\n")] = '\0';
	g->target.password = g->password;
	return CMD_OK;
}

/* ---- asking ---- */

static int
print_result(const json_t *result)
{
	struct json out;
	struct span text;
	int status = CMD_FAILED;

	if (json_init(&out, 65536, GET_MAX_RESULT) == -1)
		return CMD_FAILED;
	result_write_lines(&out, result);
	text = json_text(&out);
	if (json_ok(&out) && fwrite(text.p, 1, text.n, stdout) == text.n && fflush(stdout) == 0)
		status = CMD_OK;
	else
		fprintf(stderr, "netnorm get: cannot write: %m\n");
	json_fini(&out);
	return status;
}

/* Text of a device must not reach the terminal as it is. */
static void
tell(const struct get *g, const char *what, const char *text)
{
	char quoted[1024];

	fprintf(stderr, "netnorm get: %s: %s: %s%s\n", g->target.host, g->method, what, log_quote(quoted, sizeof(quoted), span_str(text)));
}

static int
status_of(const struct device *d)
{
	return d->error == DEVICE_NOT_IMPLEMENTED ? CMD_NOT_IMPLEMENTED : d->error == DEVICE_ARGUMENT ? CMD_USAGE : CMD_FAILED;
}

static int
ask(const struct get *g, const struct driver *driver, enum getter getter, const json_t *arguments)
{
	struct device device;
	json_t *result = NULL;
	int status = CMD_OK;

	if (driver_open(&device, driver, &g->target) == 0)
		result = driver_call(&device, getter, arguments);
	for (size_t i = 0; i < device.n_warnings && i < DEVICE_MAX_WARNINGS; i++)
		tell(g, "warning: ", device.warnings[i]);
	if (!result) {
		tell(g, "", device.message);
		status = status_of(&device);
	}
	driver_close(&device);
	if (result)
		status = print_result(result);
	json_decref(result);
	return status;
}

static int
unknown(const char *what, const char *word, const char *const *names)
{
	const char *meant = diag_suggest(span_str(word), names);

	if (meant)
		return cmd_usage("get", "there is no %s \"%s\" (did you mean \"%s\"?)", what, word, meant);
	return cmd_usage("get", "there is no %s \"%s\"", what, word);
}

static int
unknown_method(const char *word)
{
	const char *names[GETTER_COUNT + 1] = { NULL };

	for (int i = 0; i < GETTER_COUNT; i++)
		names[i] = getter_methods[i].name;
	return unknown("method", word, names);
}

static int
unknown_driver(const char *word)
{
	const char *names[32] = { NULL };

	for (size_t i = 0; driver_table[i] && i < 31; i++)
		names[i] = driver_table[i]->name;
	return unknown("driver", word, names);
}

static int
run(struct get *g)
{
	const struct driver *driver = driver_by_name(g->driver);
	enum getter getter = getter_by_name(g->method);
	char templates[4096];
	json_error_t error;
	json_t *arguments = NULL;
	int status;

	if (!driver)
		return unknown_driver(g->driver);
	if (getter == GETTER_COUNT)
		return unknown_method(g->method);
	if (g->arguments && !(arguments = json_loads(g->arguments, JSON_REJECT_DUPLICATES, &error)))
		return cmd_usage("get", "the arguments are no JSON object: %s", error.text);
	if (config_shipped_templates(templates, sizeof(templates)))
		template_set_dir(templates);
	status = ask(g, driver, getter, arguments);
	json_decref(arguments);
	return status;
}

static int
list_drivers(void)
{
	for (size_t i = 0; driver_table[i]; i++) {
		printf("%-14s %s\n", driver_table[i]->name, driver_table[i]->summary);
		for (size_t k = 0; driver_table[i]->options[k]; k++)
			for (const struct driver_option *o = driver_table[i]->options[k]; o->name; o++)
				printf("  %-20s %s\n", o->name, o->help);
	}
	return CMD_OK;
}

int
cmd_get(int argc, char **argv)
{
	struct get g = { .target = { .host = NULL } };
	int status = read_options(argc, argv, &g);

	g.target.options = g.options;
	if (status != CMD_OK)
		return status;
	if (g.driver && strcmp(g.driver, "help") == 0)
		return list_drivers();
	if (!g.driver || !g.target.host || !g.method)
		return cmd_usage("get", "%s is missing", !g.driver ? "--driver" : !g.target.host ? "--host" : "the method");
	if (cmd_fix_clock("get", g.now) == -1)
		return CMD_USAGE;
	status = read_password(&g);
	return status == CMD_OK ? run(&g) : status;
}
