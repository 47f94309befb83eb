/*
 * netnorm dlq: the file of what an output's far side refused for good: shown, and sent again.
 *
 * A replay opens the output by itself, beside a collector that may run: its own ledger is told at the end, and no other counts what it does.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "collector/cmd.h"
#include "collector/config.h"
#include "outputs/dead_letter.h"

#define WAKE_EVERY 256
#define FULL_US 5000
#define REPLAY_TIMEOUT_S 60

const char cmd_dlq_help[] =
    "usage: netnorm dlq show FILE\n"
    "       netnorm dlq replay [-c FILE] [--timeout SECONDS] FILE OUTPUT\n\n"
    "The dead letters of an output: what its far side refused for good (the option dead_letter of outputs).\n\n"
    "show writes for each when, which output, why, and the event.\n"
    "replay sends all of them once more to OUTPUT of the configuration, with the id that they had, and tells what came of it.  FILE stays as it is.  What is refused\n"
    "again goes where the output's dead_letter says; where that is FILE itself, behind what was there.  A collector may run meanwhile: into an output that is a file\n"
    "the events go behind what is there, whatever its append says, and it is the collector that rotates it.\n\n"
    "  -c, --config FILE   replay: the configuration that has OUTPUT; else NETNORM_CONFIG, else the installed netnorm.yaml\n"
    "  --timeout SECONDS   replay: give up what has not been delivered by then after the last was read, and all where\n                      nothing goes out for so long (default 60)\n\n"
    "Status: 0 good (replay: all were delivered), 1 not, 2 wrong usage or a file that cannot be read.\n";

struct dlq_options {
	const char *config, *file, *output;
	int timeout_s;
};

/* Calls each() for every letter that is in the file now, until it says false; gives how many lines could not be read, told each. */
static uint64_t
each_letter(FILE *f, const char *name, bool (*each)(const struct dead_letter_text *, void *), void *arg)
{
	bool goes_on = true;
	struct dead_letter_text letter;
	struct stat st;
	char *line = NULL;
	size_t cap = 0;
	uint64_t bad = 0, number = 0;
	off_t left = fstat(fileno(f), &st) == 0 ? st.st_size : 0;
	const char *why;
	ssize_t n;

	while (goes_on && left > 0 && (n = getline(&line, &cap, f)) > 0) {
		left -= n;
		number++;
		if (line[n - 1] == '\n')
			n--;
		if (n == 0)
			continue;
		if (dead_letter_parse(span_of(line, (size_t)n), &letter, &why) == -1) {
			fprintf(stderr, "netnorm dlq: %s:%" PRIu64 ": %s\n", name, number, why);
			bad++;
			continue;
		}
		goes_on = each(&letter, arg);
		dead_letter_text_fini(&letter);
	}
	if (ferror(f)) {
		fprintf(stderr, "netnorm dlq: %s cannot be read to its end: %s\n", name, strerror(errno));
		bad++;
	}
	free(line);
	return bad;
}

static FILE *
open_file(const char *name)
{
	FILE *f = fopen(name, "re");
	struct stat st;
	int error = f ? 0 : errno;

	if (f && fstat(fileno(f), &st) == 0 && S_ISDIR(st.st_mode)) {
		fclose(f);
		f = NULL;
		error = EISDIR;
	}
	if (!f)
		fprintf(stderr, "netnorm dlq: cannot read %s: %s\n", name, strerror(error));
	return f;
}

/* ---- show ---- */

static bool
show_one(const struct dead_letter_text *t, void *arg)
{
	uint64_t *n = arg;

	++*n;
	printf("%s %s %s %s %s %s: %s\n    ", t->time ? t->time : "?", t->output ? t->output : "?", t->id, t->device, t->os, t->error, t->reason ? t->reason : "?");
	fwrite(t->event, 1, t->event_bytes + 1, stdout);
	return true;
}

static int
show(const struct dlq_options *o)
{
	FILE *f = open_file(o->file);
	uint64_t n = 0, bad;

	if (!f)
		return CMD_USAGE;
	bad = each_letter(f, o->file, show_one, &n);
	fclose(f);
	return bad == 0 && fflush(stdout) == 0 ? CMD_OK : CMD_FAILED;
}

/* ---- replay ---- */

struct replay {
	struct output *output;
	uint64_t offered, failed;
	int64_t patience_ns;            /* so long without any that is done with, and it is given up */
	bool given_up;
};

/* Until there is room in the queue; false: nothing has moved for too long. */
static bool
wait_for_room(const struct replay *r)
{
	int64_t moved_ns = clock_monotonic_ns();
	uint64_t queued = UINT64_MAX;
	struct output_stats s;

	while (output_full(r->output)) {
		output_stats(r->output, &s);
		if (s.queued != queued)
			moved_ns = clock_monotonic_ns();
		queued = s.queued;
		if (clock_monotonic_ns() - moved_ns > r->patience_ns)
			return false;
		output_wake(r->output);
		usleep(FULL_US);
	}
	return true;
}

static bool
replay_one(const struct dead_letter_text *t, void *arg)
{
	struct replay *r = arg;
	struct record *record = dead_letter_record(t);

	if (!record) {
		r->failed++;
		return true;
	}
	r->given_up = !wait_for_room(r);
	if (!r->given_up) {
		output_offer(r->output, 0, record);
		if (++r->offered % WAKE_EVERY == 0)
			output_wake(r->output);
	}
	record_unref(&record);
	return !r->given_up;
}

static int
tell(const struct replay *r, uint64_t bad)
{
	struct output_stats s;
	uint64_t got, dropped = 0;

	output_stats(r->output, &s);
	for (size_t i = 0; i < OUTPUT_DROPS * 8; i++)
		dropped += s.dropped[i / 8][i % 8];
	got = s.delivered + s.sent;
	printf("replayed %" PRIu64 ": %" PRIu64 " %s, %" PRIu64 " refused again (%" PRIu64 " of them dead-lettered), %" PRIu64 " left\n", r->offered, got,
	    s.acknowledges ? "delivered" : "sent", s.dead_lettered + dropped, s.dead_lettered, s.queued);
	if (bad + r->failed > 0)
		printf("%" PRIu64 " lines could not be read\n", bad + r->failed);
	if (r->given_up)
		printf("given up: the queue was full, and nothing went out of it for %" PRId64 " s; what follows in the file was not looked at\n",
		    r->patience_ns / CLOCK_NS_PER_S);
	return got == r->offered && bad + r->failed == 0 && !r->given_up ? CMD_OK : CMD_FAILED;
}

static int
replay_file(FILE *f, const struct dlq_options *o, struct output_config *config)
{
	const struct output_kind *kind = output_kinds[config->kind];
	struct replay r = { .patience_ns = o->timeout_s * CLOCK_NS_PER_S };
	int64_t deadline;
	uint64_t bad;
	int status;

	if (kind->beside)
		kind->beside(config);
	config->queue.when_full = OUTPUT_BLOCK; /* the file can wait */
	r.output = output_open(config, 1, true, NULL);
	if (!r.output)
		return CMD_FAILED;
	bad = each_letter(f, o->file, replay_one, &r);
	output_wake(r.output);
	deadline = clock_monotonic_ns() + o->timeout_s * CLOCK_NS_PER_S;
	output_stop(r.output, deadline);
	while (!output_rests(r.output) && clock_monotonic_ns() < deadline)
		usleep(FULL_US);
	status = tell(&r, bad);
	output_close(&r.output, deadline);
	return status;
}

static struct output_config *
find_output(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->outputs.n; i++)
		if (strcmp(config->outputs.items[i]->name, name) == 0)
			return config->outputs.items[i];
	fprintf(stderr, "netnorm dlq: the configuration has no output \"%s\"\n", name);
	return NULL;
}

static int
replay(struct dlq_options *o)
{
	struct output_config *output;
	struct config *config = NULL;
	struct diag *d = NULL;
	FILE *f = NULL;
	int status = CMD_USAGE;

	o->config = config_default_path(o->config);
	if (!cmd_can_read("dlq", o->config, ""))
		return CMD_USAGE;
	f = open_file(o->file);
	if (!f)
		goto out;
	status = CMD_FAILED;
	d = diag_new();
	config = d ? config_load(o->config, d) : NULL;
	if (d)
		cmd_print_diag(d);
	output = config ? find_output(config, o->output) : NULL;
	if (output)
		status = replay_file(f, o, output);
out:
	if (f)
		fclose(f);
	config_free(&config);
	diag_free(&d);
	return status;
}

static int
read_options(int argc, char **argv, struct dlq_options *o)
{
	static const struct option options[] = { { "config", required_argument, NULL, 'c' }, { "timeout", required_argument, NULL, 't' }, { NULL, 0, NULL, 0 } };
	bool replays = strcmp(argv[0], "replay") == 0;
	int opt;

	optind = 1;
	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":c:", options, NULL)) != -1) {
		if (opt == 'c' && replays)
			o->config = optarg;
		else if (opt == 't' && replays && atoi(optarg) > 0 && atoi(optarg) <= 86400)
			o->timeout_s = atoi(optarg);
		else if (opt == 't' && replays)
			return cmd_usage("dlq", "--timeout is from 1 to 86400 seconds, not \"%s\"", optarg);
		else if (opt == ':')
			return cmd_usage("dlq", "%s wants a value", argv[optind - 1]);
		else
			return cmd_usage("dlq", "there is no option %s", argv[optind - 1]);
	}
	if (argc - optind != (replays ? 2 : 1))
		return cmd_usage("dlq", replays ? "replay wants a file and an output" : "show wants a file");
	o->file = argv[optind];
	o->output = replays ? argv[optind + 1] : NULL;
	return CMD_OK;
}

int
cmd_dlq(int argc, char **argv)
{
	struct dlq_options o = { .timeout_s = REPLAY_TIMEOUT_S };
	int status;

	if (argc < 2 || (strcmp(argv[1], "show") != 0 && strcmp(argv[1], "replay") != 0))
		return cmd_usage("dlq", argc < 2 ? "show or replay" : "there is no \"dlq %s\"", argc < 2 ? "" : argv[1]);
	status = read_options(argc - 1, argv + 1, &o);
	if (status != CMD_OK)
		return status;
	return o.output ? replay(&o) : show(&o);
}
