/*
 * netnorm stats, netnorm reload: ask a running collector over its control socket.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <jansson.h>

#include "collector/cmd.h"
#include "collector/config.h"
#include "collector/control.h"

#define ASK_TIMEOUT_MS 30000

const char cmd_stats_help[] =
    "usage: netnorm stats [-c FILE] [--control PATH] [--json]\n\n"
    "The counters of a running collector.\n\n"
    "  -c, --config FILE   the configuration that names its control socket; else NETNORM_CONFIG, else the installed netnorm.yaml\n"
    "  --control PATH      the control socket itself; then no configuration is read\n"
    "  --json              all of it, as one JSON object\n\n"
    "Status: 0 good, 1 no collector answers, 2 wrong usage.\n";

const char cmd_reload_help[] =
    "usage: netnorm reload [-c FILE] [--control PATH]\n\n"
    "Have a running collector read its configuration, inventory and profiles again.  Where they have a fault all stays as it was.\n\n"
    "  -c, --config FILE   the configuration that names its control socket; else NETNORM_CONFIG, else the installed netnorm.yaml\n"
    "  --control PATH      the control socket itself; then no configuration is read\n\n"
    "Status: 0 good, 1 the configuration has faults (they are told) or no collector answers, 2 wrong usage.\n";

struct ask_options {
	const char *config, *control;
	bool json;
	char *path;             /* of the socket, malloc'd */
};

static int
find_socket(const char *name, struct ask_options *o)
{
	struct diag *d;
	struct config *config;

	if (o->control)
		return (o->path = strdup(o->control)) ? CMD_OK : CMD_FAILED;
	o->config = config_default_path(o->config);
	if (!cmd_can_read(name, o->config, " (or give --control PATH)"))
		return CMD_USAGE;
	d = diag_new();
	if (!d)
		return CMD_FAILED;
	/* Whatever its faults: the collector may run on an older one, and names a fault itself when it reloads. */
	config = config_load_faulty(o->config, d);
	if (config && config->control)
		o->path = strdup(config->control);
	else
		cmd_print_diag(d);
	config_free(&config);
	diag_free(&d);
	return o->path ? CMD_OK : CMD_FAILED;
}

static int
read_options(int argc, char **argv, struct ask_options *o)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' }, { "control", required_argument, NULL, 'C' }, { "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	int opt;

	optind = 1;
	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":c:", options, NULL)) != -1) {
		if (opt == 'c')
			o->config = optarg;
		else if (opt == 'C')
			o->control = optarg;
		else if (opt == 'j' && strcmp(argv[0], "stats") == 0)
			o->json = true;
		else if (opt == ':')
			return cmd_usage(argv[0], "%s wants a value", argv[optind - 1]);
		else
			return cmd_usage(argv[0], "there is no option %s", argv[optind - 1]);
	}
	if (optind < argc)
		return cmd_usage(argv[0], "unexpected \"%s\"", argv[optind]);
	return find_socket(argv[0], o);
}

/* The answer as an object; NULL after telling why. */
static json_t *
ask(const struct ask_options *o, const char *request)
{
	char *text = control_ask(o->path, request, ASK_TIMEOUT_MS);
	json_t *answer = text ? json_loads(text, 0, NULL) : NULL;

	if (text && !answer)
		fprintf(stderr, "netnorm %s: what answers on %s is no collector\n", request, o->path);
	free(text);
	return answer;
}

static json_int_t
number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static json_int_t
total(const json_t *value)
{
	const char *key;
	json_t *item;
	json_int_t sum = 0;
	size_t i;

	if (json_is_integer(value))
		return json_integer_value(value);
	json_object_foreach((json_t *)(uintptr_t)value, key, item)
		sum += total(item);
	json_array_foreach(value, i, item)
		sum += total(item);
	return sum;
}

static void
print_devices(const json_t *e, const char *bold, const char *plain)
{
	printf("\n%s%-20s %12s %12s %12s %12s %12s%s\n", bold, "devices", "failing", "polls", "failed", "looks", "answered", plain);
	printf("%-20" JSON_INTEGER_FORMAT " %12" JSON_INTEGER_FORMAT " %12" JSON_INTEGER_FORMAT " %12" JSON_INTEGER_FORMAT " %12" JSON_INTEGER_FORMAT
	    " %12" JSON_INTEGER_FORMAT "\n", number(e, "devices"), number(e, "failing"), number(e, "polls"), number(e, "polls_failed"), number(e, "looks_wanted"),
	    number(e, "looks_answered"));
}

static void
print_table(const json_t *stats)
{
	bool colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	const char *bold = colour ? "\033[1m" : "", *plain = colour ? "\033[0m" : "";
	const json_t *ledger = json_object_get(stats, "ledger");
	const char *name;
	json_t *item;

	printf("netnorm %s, pid %" JSON_INTEGER_FORMAT ", up %" JSON_INTEGER_FORMAT " s, %" JSON_INTEGER_FORMAT " workers, %" JSON_INTEGER_FORMAT " MiB\n\n",
	    json_string_value(json_object_get(stats, "version")), number(stats, "pid"), number(stats, "uptime_s"), number(stats, "workers"),
	    number(stats, "resident_bytes") >> 20);
	printf("%s%12s %12s %12s %12s %12s%s\n", bold, "received", "events", "raw", "unknown", "dropped", plain);
	printf("%12" JSON_INTEGER_FORMAT " %12" JSON_INTEGER_FORMAT " %12" JSON_INTEGER_FORMAT " %12" JSON_INTEGER_FORMAT " %12" JSON_INTEGER_FORMAT "\n\n",
	    number(ledger, "received"), number(ledger, "events"), number(ledger, "raw"), number(ledger, "unknown"), total(json_object_get(ledger, "dropped")));
	printf("%s%-20s %12s %12s%s\n", bold, "input", "received", "kernel drops", plain);
	json_object_foreach(json_object_get(stats, "inputs"), name, item)
		printf("%-20s %12" JSON_INTEGER_FORMAT " %12" JSON_INTEGER_FORMAT "\n", name, number(item, "received"), number(item, "kernel_drops"));
	printf("\n%s%-20s %12s %12s%s\n", bold, "OS", "events", "raw", plain);
	json_object_foreach(json_object_get(stats, "os"), name, item)
		printf("%-20s %12" JSON_INTEGER_FORMAT " %12" JSON_INTEGER_FORMAT "\n", name, number(item, "events"), number(item, "raw"));
	printf("\n%s%-20s %-5s %12s %12s %12s %12s %12s%s\n", bold, "output", "up", "offered", "filtered", "delivered", "dropped", "queued", plain);
	json_object_foreach(json_object_get(stats, "outputs"), name, item) {
		printf("%-20s %-5s %12" JSON_INTEGER_FORMAT " %12" JSON_INTEGER_FORMAT " %12" JSON_INTEGER_FORMAT " %12" JSON_INTEGER_FORMAT
		    " %12" JSON_INTEGER_FORMAT "\n", name, json_is_true(json_object_get(item, "up")) ? "yes" : "no", number(item, "offered"),
		    number(item, "filtered"), number(item, "delivered") + number(item, "sent"), total(json_object_get(item, "dropped")),
		    number(item, "queued"));
	}
	if (number(json_object_get(stats, "enrichment"), "devices") > 0)
		print_devices(json_object_get(stats, "enrichment"), bold, plain);
}

int
cmd_stats(int argc, char **argv)
{
	struct ask_options o = { NULL, NULL, false, NULL };
	int status = read_options(argc, argv, &o);
	json_t *answer = status == CMD_OK ? ask(&o, "stats") : NULL;
	const json_t *stats = json_object_get(answer, "stats");

	if (status == CMD_OK && !stats)
		status = CMD_FAILED;
	if (stats && o.json) {
		json_dumpf(stats, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (stats) {
		print_table(stats);
	}
	json_decref(answer);
	free(o.path);
	return status;
}

int
cmd_reload(int argc, char **argv)
{
	struct ask_options o = { NULL, NULL, false, NULL };
	int status = read_options(argc, argv, &o);
	json_t *answer = status == CMD_OK ? ask(&o, "reload") : NULL;

	if (status == CMD_OK && !json_is_true(json_object_get(answer, "ok")))
		status = CMD_FAILED;
	if (json_is_string(json_object_get(answer, "text")))
		fputs(json_string_value(json_object_get(answer, "text")), stderr);
	if (status == CMD_OK)
		puts("reloaded");
	json_decref(answer);
	free(o.path);
	return status;
}
