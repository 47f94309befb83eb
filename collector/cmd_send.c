/*
 * netnorm send: lines of a file over and over, at a rate: a load generator that says what it really sent.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "collector/cmd.h"
#include "collector/send.h"

#define BUCKET_NS (50 * 1e6)            /* what the sender may catch up after it was held up */
#define PROGRESS_NS INT64_C(500000000)

const char cmd_send_help[] =
    "usage: netnorm send [OPTION]... udp|tcp|unix-dgram|unix-stream ADDR FILE\n\n"
    "Send the lines of FILE (\"-\": standard input) to ADDR: host:port, [IPv6]:port, or the path of a unix socket.\n\n"
    "  --rate N      messages a second (default: as fast as it goes; UDP then loses what the far side does not read in time)\n"
    "  --count N     so many messages, the lines over and over; 0: until interrupted (default: the file once)\n"
    "  --octet       streams: octet counting (RFC 6587) in the place of a newline after each message\n"
    "  --sources N   UDP to 127.0.0.0/8: N source addresses in turn, 127.1.0.1 and on\n\n"
    "Tells on standard output how much was really sent, bytes without framing:\n"
    "    sent 1000 messages, 98000 bytes in 1.000 s: 1000 messages/s\n"
    "A datagram that the far side's system refused (nobody listens) is not sent.\n\n"
    "Status: 0 all was sent, 1 not all, 2 wrong usage or a file that cannot be read.\n";

volatile sig_atomic_t send_interrupted;

struct send_options {
	struct send_setting setting;
	const char *file;
	uint64_t rate;                  /* messages a second; 0: no limit */
	uint64_t count;
	bool has_count;
};

struct send_run {
	struct sender *sender;
	struct send_lines lines;
	uint64_t wanted;                /* UINT64_MAX: until interrupted */
	uint64_t rate;
	int64_t begun_ns, ended_ns, progress_ns;
	bool show_progress;
};

static void
interrupt(int signo)
{
	(void)signo;
	send_interrupted = 1;
}

static int
read_number(const char *option, const char *text, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 10);
	if (!span_is_digit(*text) || *end || errno != 0)
		return cmd_usage("send", "%s wants a number, not \"%s\"", option, text);
	return CMD_OK;
}

static int
take_option(struct send_options *o, int opt, char **argv)
{
	uint64_t sources = 0;
	int status = CMD_OK;

	switch (opt) {
	case 'r':
		status = read_number("--rate", optarg, &o->rate);
		if (status == CMD_OK && o->rate == 0)
			return cmd_usage("send", "--rate wants at least 1");
		return status;
	case 'n':
		o->has_count = true;
		return read_number("--count", optarg, &o->count);
	case 'o':
		o->setting.octet = true;
		return CMD_OK;
	case 's':
		status = read_number("--sources", optarg, &sources);
		if (status == CMD_OK && (sources == 0 || sources > SEND_MAX_SOURCES))
			return cmd_usage("send", "--sources wants 1 to %d", SEND_MAX_SOURCES);
		o->setting.sources = (unsigned)sources;
		return status;
	case ':':
		return cmd_usage("send", "%s wants a value", argv[optind - 1]);
	default:
		return cmd_usage("send", "there is no option %s", argv[optind - 1]);
	}
}

static int
read_words(struct send_options *o, int n, char **words)
{
	size_t kind = 0;
	bool stream;

	if (n != 3)
		return cmd_usage("send", n < 3 ? "it wants udp|tcp|unix-dgram|unix-stream, an address and a file" : "more than three words");
	while (kind < SEND_KINDS && strcmp(words[0], send_kind_names[kind]) != 0)
		kind++;
	if (kind == SEND_KINDS)
		return cmd_usage("send", "cannot send over \"%s\" (udp, tcp, unix-dgram, unix-stream)", words[0]);
	o->setting.kind = (enum send_kind)kind;
	o->setting.address = words[1];
	o->file = words[2];
	stream = kind == SEND_TCP || kind == SEND_UNIX_STREAM;
	if (o->setting.octet && !stream)
		return cmd_usage("send", "--octet is for tcp and unix-stream");
	if (o->setting.sources && kind != SEND_UDP)
		return cmd_usage("send", "--sources is for udp");
	return CMD_OK;
}

static int
read_options(int argc, char **argv, struct send_options *o)
{
	static const struct option options[] = {
		{ "rate", required_argument, NULL, 'r' }, { "count", required_argument, NULL, 'n' },
		{ "octet", no_argument, NULL, 'o' }, { "sources", required_argument, NULL, 's' }, { NULL, 0, NULL, 0 },
	};
	int opt;

	optind = 1;
	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		int status = take_option(o, opt, argv);

		if (status != CMD_OK)
			return status;
	}
	return read_words(o, argc - optind, argv + optind);
}

/*
 * A token bucket: *due_ns is when the next message may go, moved on by what is sent; somebody late may catch up BUCKET_NS and no more.
 */
static void
pace(double *due_ns, size_t n, uint64_t rate)
{
	double now = (double)clock_monotonic_ns();
	struct timespec until;

	if (*due_ns < now - BUCKET_NS)
		*due_ns = now - BUCKET_NS;
	if (*due_ns > now) {
		until.tv_sec = (time_t)(*due_ns / 1e9);
		until.tv_nsec = (long)(*due_ns - (double)until.tv_sec * 1e9);
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
	}
	*due_ns += (double)n * 1e9 / (double)rate;
}

static void
show_progress(struct send_run *r)
{
	int64_t now = clock_monotonic_ns();

	if (!r->show_progress || now < r->progress_ns + PROGRESS_NS)
		return;
	r->progress_ns = now;
	if (r->wanted == UINT64_MAX)
		fprintf(stderr, "\r%" PRIu64 " sent\033[K", sender_counts(r->sender)->sent);
	else
		fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " sent\033[K", sender_counts(r->sender)->sent, r->wanted);
}

static void
send_all(struct send_run *r)
{
	/* About a millisecond's worth at a time. */
	size_t most = r->rate == 0 || r->rate / 1000 >= SEND_BATCH ? SEND_BATCH : r->rate < 1000 ? 1 : (size_t)(r->rate / 1000);
	struct span batch[SEND_BATCH];
	uint64_t next = 0;
	double due_ns;

	r->begun_ns = r->progress_ns = clock_monotonic_ns();
	due_ns = (double)r->begun_ns;
	while (next < r->wanted && !send_interrupted) {
		size_t n = r->wanted - next < most ? (size_t)(r->wanted - next) : most;

		for (size_t i = 0; i < n; i++)
			batch[i] = r->lines.items[(next + i) % r->lines.n];
		if (r->rate > 0)
			pace(&due_ns, n, r->rate);
		if (send_interrupted || sender_batch(r->sender, next, batch, n) == -1)
			break;
		next += n;
		show_progress(r);
	}
	r->ended_ns = clock_monotonic_ns();
	sender_finish(r->sender);
	if (r->show_progress)
		fputs("\r\033[K", stderr);
}

static int
report(const struct send_run *r)
{
	const struct send_counts *c = sender_counts(r->sender);
	double seconds = (double)(r->ended_ns - r->begun_ns) / 1e9;

	printf("sent %" PRIu64 " messages, %" PRIu64 " bytes in %.3f s: %.0f messages/s\n", c->sent, c->bytes, seconds,
	    seconds > 0 ? (double)c->sent / seconds : 0.0);
	if (c->errors > 0)
		fprintf(stderr, "netnorm send: %" PRIu64 " errors, the last one: %s\n", c->errors, strerror(c->last_error));
	if (fflush(stdout) != 0)
		return CMD_FAILED;
	return c->errors == 0 && (r->wanted == UINT64_MAX || c->sent == r->wanted) ? CMD_OK : CMD_FAILED;
}

static int
run(const struct send_options *o, struct send_run *r)
{
	if (send_lines_read(&r->lines, o->file) == -1) {
		fprintf(stderr, "netnorm send: cannot read %s: %m\n", o->file);
		return CMD_USAGE;
	}
	r->wanted = !o->has_count ? r->lines.n : o->count > 0 ? o->count : UINT64_MAX;
	if (r->lines.n == 0 && o->has_count) {
		fprintf(stderr, "netnorm send: %s has no lines\n", o->file);
		return CMD_FAILED;
	}
	r->sender = sender_open(&o->setting);
	if (!r->sender)
		return errno == EINVAL ? CMD_USAGE : CMD_FAILED;
	r->rate = o->rate;
	r->show_progress = isatty(STDERR_FILENO);
	send_all(r);
	return report(r);
}

int
cmd_send(int argc, char **argv)
{
	struct send_options o = { .rate = 0 };
	struct send_run r = { .sender = NULL };
	struct sigaction action = { .sa_handler = interrupt };  /* without SA_RESTART: calls that wait must come back */
	int status = read_options(argc, argv, &o);

	if (status != CMD_OK)
		return status;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	status = run(&o, &r);
	sender_close(&r.sender);
	send_lines_fini(&r.lines);
	return status;
}
