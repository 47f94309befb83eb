/*
 * netnorm spool: what lies in the spool, also of a running collector; and giving up what an output has not got.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "collector/cmd.h"
#include "collector/config.h"
#include "collector/control.h"
#include "outputs/store.h"

#define ASK_TIMEOUT_MS 30000
#define PEEK_BATCH 64
#define PEEK_JSON_LIMIT ((size_t)128 << 20)
#define DROP_AT_ONCE 40000

const char cmd_spool_help[] =
    "usage: netnorm spool stat [-c FILE] [--path DIR] [--json]\n"
    "       netnorm spool peek [-c FILE] [--path DIR] [--count N] [--json] OUTPUT\n"
    "       netnorm spool drop [-c FILE] [--path DIR] [--control PATH] OUTPUT\n\n"
    "Look into the spool, whether a collector runs on it or not.\n\n"
    "stat shows the number of the last record that was committed, records, bytes, and for each output its position (all below are settled) and what waits for it.\n"
    "peek writes the texts of the oldest records that OUTPUT has not got; it takes nothing away.\n"
    "drop gives up what OUTPUT, which is in no configuration any more, has not got.  A collector that runs on the spool is asked to do it, and refuses while it\n"
    "has the output.\n\n"
    "  -c, --config FILE   the configuration that names the spool; else NETNORM_CONFIG, else the installed netnorm.yaml\n"
    "  --path DIR          the spool itself\n"
    "  --control PATH      drop: the control socket, in the place of the configuration's\n"
    "  --count N           peek: so many records at most (default 10; 0: all)\n"
    "  --json              stat: one JSON object; peek: one a record, with its number and what it is filed under\n\n"
    "Status: 0 good, 1 there is no such spool or output, or it is in use, 2 wrong usage.\n";

struct spool_options {
	const char *config, *path, *control, *output;
	uint64_t count;
	bool json;
	char *own_path, *own_control;   /* malloc'd, of the configuration */
};

/* ---- options ---- */

static int
read_count(const char *text, uint64_t *count)
{
	char *end;

	errno = 0;
	*count = strtoull(text, &end, 10);
	return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 ? CMD_OK : cmd_usage("spool", "--count is no number: \"%s\"", text);
}

static int
take_options(int argc, char **argv, struct spool_options *o)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' }, { "path", required_argument, NULL, 'p' }, { "control", required_argument, NULL, 'C' },
		{ "count", required_argument, NULL, 'n' }, { "json", no_argument, NULL, 'j' }, { NULL, 0, NULL, 0 },
	};
	int opt;

	optind = 1;
	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":c:", options, NULL)) != -1) {
		if (opt == 'c')
			o->config = optarg;
		else if (opt == 'p')
			o->path = optarg;
		else if (opt == 'C')
			o->control = optarg;
		else if (opt == 'n' && read_count(optarg, &o->count) != CMD_OK)
			return CMD_USAGE;
		else if (opt == 'j')
			o->json = true;
		else if (opt == ':')
			return cmd_usage("spool", "%s wants a value", argv[optind - 1]);
		else if (opt == '?')
			return cmd_usage("spool", "there is no option %s", argv[optind - 1]);
	}
	return CMD_OK;
}

/* What the configuration says; whatever its other faults. */
static int
ask_configuration(struct spool_options *o)
{
	struct diag *d;
	struct config *config;

	o->config = config_default_path(o->config);
	if (!cmd_can_read("spool", o->config, " (or give --path DIR)"))
		return CMD_USAGE;
	d = diag_new();
	config = d ? config_load_faulty(o->config, d) : NULL;
	if (config && config->spool.path)
		o->own_path = strdup(config->spool.path);
	if (config && config->control)
		o->own_control = strdup(config->control);
	if (!config && d)
		cmd_print_diag(d);
	else if (!o->own_path)
		fprintf(stderr, "netnorm spool: %s has no spool\n", o->config);
	config_free(&config);
	diag_free(&d);
	return o->own_path ? CMD_OK : CMD_FAILED;
}

/* argv[0] is the word behind `spool`. */
static int
read_options(int argc, char **argv, struct spool_options *o)
{
	bool wants_output = strcmp(argv[0], "stat") != 0;
	int status = take_options(argc, argv, o);

	if (status != CMD_OK)
		return status;
	if (wants_output && optind == argc)
		return cmd_usage("spool", "%s wants the name of an output", argv[0]);
	if (wants_output)
		o->output = argv[optind++];
	if (optind < argc)
		return cmd_usage("spool", "unexpected \"%s\"", argv[optind]);
	if (!o->path && (status = ask_configuration(o)) != CMD_OK)
		return status;
	o->path = o->path ? o->path : o->own_path;
	o->control = o->control ? o->control : o->own_control;
	return CMD_OK;
}

/* ---- stat ---- */

struct waiting {
	uint64_t records, bytes;
};

static void
stat_json(struct store *s, const struct spool_options *o, const struct store_output *all, const struct waiting *waiting, size_t n)
{
	json_t *root = json_pack("{s:s, s:i, s:I, s:I, s:I}", "path", o->path, "version", STORE_VERSION, "committed", (json_int_t)(store_next(s) - 1), "records",
	    (json_int_t)store_records(s), "bytes", (json_int_t)store_bytes(s));
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:I}", "name", all[i].name, "position", (json_int_t)all[i].position, "waiting",
		    (json_int_t)waiting[i].records, "waiting_bytes", (json_int_t)waiting[i].bytes));
	json_object_set_new(root, "outputs", list);
	json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
}

static void
stat_table(struct store *s, const struct spool_options *o, const struct store_output *all, const struct waiting *waiting, size_t n)
{
	printf("%s: version %d, committed up to number %" PRIu64 ", %" PRIu64 " records, %" PRIu64 " bytes\n\n", o->path, STORE_VERSION, store_next(s) - 1,
	    store_records(s), store_bytes(s));
	printf("%-20s %16s %16s %16s\n", "output", "position", "waiting", "bytes");
	for (size_t i = 0; i < n; i++)
		printf("%-20s %16" PRIu64 " %16" PRIu64 " %16" PRIu64 "\n", all[i].name, all[i].position, waiting[i].records, waiting[i].bytes);
}

static int
do_stat(struct store *s, const struct spool_options *o)
{
	struct store_output all[STORE_MAX_OUTPUTS];
	struct waiting waiting[STORE_MAX_OUTPUTS];
	size_t n = store_outputs(s, all);
	struct store_reader *reader = store_reader_new(s);

	if (!reader)
		return CMD_FAILED;
	for (size_t i = 0; i < n; i++) {
		if (store_count(reader, all[i].id, &(uint64_t){ all[i].position }, &waiting[i].records, &waiting[i].bytes) == -1) {
			fprintf(stderr, "netnorm spool: %s cannot be read: %s\n", o->path, strerror(errno));
			store_reader_free(&reader);
			return CMD_FAILED;
		}
	}
	store_reader_free(&reader);
	(o->json ? stat_json : stat_table)(s, o, all, waiting, n);
	return CMD_OK;
}

/* ---- peek ---- */

static void
put_text(struct json *j, const char *key, struct span text)
{
	json_key(j, span_str(key));
	json_quoted(j, text);
}

static void
peek_json(struct json *j, const struct record *r, int format)
{
	char received[64];

	clock_rfc3339(r->received_ns, received);
	json_reset(j);
	json_object_begin(j);
	json_key(j, SPAN_LIT("number"));
	json_uint(j, r->number);
	put_text(j, "id", r->id);
	put_text(j, "device", r->device);
	put_text(j, "os", r->os);
	put_text(j, "error", r->error);
	if (r->host.p)
		put_text(j, "host", r->host);
	json_key(j, SPAN_LIT("severity"));
	json_uint(j, r->level);
	put_text(j, "received", span_str(received));
	put_text(j, "format", span_str(format_table[format].name));
	put_text(j, "event", r->rendered[format]);
	json_object_end(j);
	if (json_ok(j))
		printf("%.*s\n", (int)j->n, j->p);
}

static void
peek_one(struct json *j, const struct record *r, bool as_json)
{
	int format = __builtin_ctz(r->formats | 1u << (FORMAT_COUNT - 1));

	if (as_json)
		peek_json(j, r, format);
	else if (r->rendered[format].p)
		fwrite(r->rendered[format].p, 1, r->rendered[format].n + 1, stdout);
}

static int
peek_from(struct store_reader *reader, const struct store_output *from, const struct spool_options *o, struct json *j)
{
	uint64_t at = from->position, before, done = 0;
	struct record *records[PEEK_BATCH];
	ssize_t n;

	do {
		uint64_t wanted = o->count && o->count - done < PEEK_BATCH ? o->count - done : PEEK_BATCH;

		before = at;
		n = wanted ? store_read(reader, from->id, &at, records, (struct store_most){ (size_t)wanted, UINT64_MAX }) : 0;
		for (ssize_t i = 0; i < n; i++) {
			peek_one(j, records[i], o->json);
			record_unref(&records[i]);
			done++;
		}
	} while (n > 0 || (n == 0 && at != before));
	if (n == -1)
		fprintf(stderr, "netnorm spool: %s cannot be read: %s\n", o->path, strerror(errno));
	return n == -1 || fflush(stdout) == EOF ? CMD_FAILED : CMD_OK;
}

static int
do_peek(struct store *s, const struct spool_options *o)
{
	struct store_output all[STORE_MAX_OUTPUTS];
	size_t n = store_outputs(s, all), i = 0;
	struct store_reader *reader;
	struct json json = { 0 };
	int status = CMD_FAILED;

	while (i < n && strcmp(all[i].name, o->output) != 0)
		i++;
	if (i == n) {
		fprintf(stderr, "netnorm spool: the spool %s knows no output \"%s\"\n", o->path, o->output);
		return CMD_FAILED;
	}
	reader = store_reader_new(s);
	if (reader && json_init(&json, 4096, PEEK_JSON_LIMIT) == 0)
		status = peek_from(reader, &all[i], o, &json);
	json_fini(&json);
	store_reader_free(&reader);
	return status;
}

/* ---- drop ---- */

static int
drop_by_collector(const struct spool_options *o)
{
	char request[128];
	json_t *answer = NULL;
	char *text;
	bool ok;

	if (!o->control) {
		fprintf(stderr, "netnorm spool: a collector uses %s: give -c FILE or --control PATH, so that it can be asked\n", o->path);
		return CMD_FAILED;
	}
	if (snprintf(request, sizeof(request), "spool drop %s", o->output) >= (int)sizeof(request))
		return cmd_usage("spool", "\"%s\" is no name of an output", o->output);
	text = control_ask(o->control, request, ASK_TIMEOUT_MS);
	answer = text ? json_loads(text, 0, NULL) : NULL;
	ok = json_is_true(json_object_get(answer, "ok"));
	if (json_is_string(json_object_get(answer, "text")))
		fprintf(ok ? stdout : stderr, "%s%s", ok ? "" : "netnorm spool: ", json_string_value(json_object_get(answer, "text")));
	json_decref(answer);
	free(text);
	return ok ? CMD_OK : CMD_FAILED;
}

static int
drop_by_hand(struct store *s, const struct spool_options *o)
{
	uint64_t positions[STORE_MAX_OUTPUTS];

	if (store_output_drop(s, o->output) == -1) {
		fprintf(stderr, "netnorm spool: %s: %s\n", o->output, errno == ENOENT ? "the spool knows no such output" : strerror(errno));
		return CMD_FAILED;
	}
	memset(positions, 0xff, sizeof(positions));
	do {
		if (store_begin(s) == -1 || store_commit(s, positions, DROP_AT_ONCE) == -1) {
			fprintf(stderr, "netnorm spool: %s cannot be written: %s\n", o->path, strerror(errno));
			return CMD_FAILED;
		}
	} while (store_is_behind(s));
	printf("dropped: %s\n", o->output);
	return CMD_OK;
}

int
cmd_spool(int argc, char **argv)
{
	struct spool_options o = { .count = 10 };
	struct store_setting setting = { .limit_bytes = INT64_C(1) << 30, .sync = true };
	struct store *store = NULL;
	bool drop = argc > 1 && strcmp(argv[1], "drop") == 0, peek = argc > 1 && strcmp(argv[1], "peek") == 0;
	int status = CMD_FAILED;

	if (argc < 2 || (!drop && !peek && strcmp(argv[1], "stat") != 0))
		return cmd_usage("spool", argc < 2 ? "stat, peek or drop" : "there is no \"spool %s\"", argc < 2 ? "" : argv[1]);
	status = read_options(argc - 1, argv + 1, &o);
	if (status == CMD_OK && drop && store_is_owned(o.path)) {
		status = drop_by_collector(&o);
	} else if (status == CMD_OK) {
		setting.path = o.path;
		setting.read_only = !drop;
		status = CMD_FAILED;
		if (access(o.path, F_OK) == -1)
			fprintf(stderr, "netnorm spool: there is no spool %s: %s\n", o.path, strerror(errno));
		else
			store = store_open(&setting);
	}
	if (store)
		status = drop ? drop_by_hand(store, &o) : peek ? do_peek(store, &o) : do_stat(store, &o);
	store_close(&store);
	free(o.own_path);
	free(o.own_control);
	return status;
}
