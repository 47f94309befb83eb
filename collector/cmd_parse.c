/*
 * netnorm parse: one message a line in, exactly one JSON object a line out, in order, whatever the line is.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "collector/cmd.h"
#include "collector/config.h"
#include "collector/pipeline.h"

#define PARSE_READ_BYTES ((size_t)256 << 10)
#define PARSE_MAX_MESSAGE ((size_t)64 << 10)    /* as the inputs' default: longer lines are cut and marked `truncated` */
#define PARSE_MAX_PROFILES 64

const char cmd_parse_help[] =
    "usage: netnorm parse [OPTION]... [FILE]\n\n"
    "Read one message a line from FILE or standard input; write exactly one JSON object a line, in order, whatever the line is.\n\n"
    "  --profiles DIR      profiles in the place of the shipped ones; may be repeated, later ones lie over earlier ones\n"
    "  --inventory FILE    devices, their OS, zone and trust\n"
    "  --shape SHAPE       napalm: napalm-logs' keys and no others; openconfig: not there yet.\n"
    "                      Without it the native envelope, yang_message as in napalm-logs\n"
    "  --os OS             the lines are of this OS: a bare body without a header is enough\n"
    "  --now TIME          the receive time (RFC 3339 or epoch seconds; also NETNORM_NOW): then the output is repeatable, ids too\n"
    "  --ip ADDR           the sender's address\n\n"
    "Status: 0 all lines are read (whatever they were), 1 a read or write failed, 2 wrong usage or a file that cannot be read.\n";

struct parse_options {
	const char *profiles[PARSE_MAX_PROFILES];
	size_t nprofiles;
	const char *inventory, *os, *now, *ip, *file;
	const struct format *format;
};

struct parse {
	struct pipeline pipeline;
	struct snapshot *snapshot;
	struct source source;
	char ip[INET_ADDRSTRLEN];
	const struct format *format;
	struct json out;                /* whole lines, until they are written */
	int fd;
	const char *name;
};

static int
choose_shape(struct parse_options *o, const char *word)
{
	if (strcmp(word, "napalm") == 0) {
		o->format = &format_table[FORMAT_NAPALM];
		return CMD_OK;
	}
	if (strcmp(word, "openconfig") == 0)
		return cmd_usage("parse", "--shape openconfig is not there yet: leave it out for the native envelope, or use --shape napalm");
	return cmd_usage("parse", "there is no shape \"%s\" (napalm, openconfig)", word);
}

static int
take_option(struct parse_options *o, int opt, char **argv)
{
	switch (opt) {
	case 'p':
		if (o->nprofiles == PARSE_MAX_PROFILES)
			return cmd_usage("parse", "more than %d times --profiles", PARSE_MAX_PROFILES);
		o->profiles[o->nprofiles++] = optarg;
		return CMD_OK;
	case 'i':
		o->inventory = optarg;
		return CMD_OK;
	case 's':
		return choose_shape(o, optarg);
	case 'o':
		o->os = optarg;
		return CMD_OK;
	case 'n':
		o->now = optarg;
		return CMD_OK;
	case 'a':
		o->ip = optarg;
		return CMD_OK;
	case ':':
		return cmd_usage("parse", "%s wants a value", argv[optind - 1]);
	default:
		return cmd_usage("parse", "there is no option %s", argv[optind - 1]);
	}
}

static int
read_options(int argc, char **argv, struct parse_options *o)
{
	static const struct option options[] = {
		{ "profiles", required_argument, NULL, 'p' }, { "inventory", required_argument, NULL, 'i' },
		{ "shape", required_argument, NULL, 's' }, { "os", required_argument, NULL, 'o' },
		{ "now", required_argument, NULL, 'n' }, { "ip", required_argument, NULL, 'a' }, { NULL, 0, NULL, 0 },
	};
	int opt, status;

	optind = 1;
	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		status = take_option(o, opt, argv);
		if (status != CMD_OK)
			return status;
	}
	if (optind < argc && strcmp(argv[optind], "-") != 0)
		o->file = argv[optind];
	if (optind + 1 < argc)
		return cmd_usage("parse", "unexpected \"%s\": one FILE at most", argv[optind + 1]);
	return cmd_fix_clock("parse", o->now) == -1 ? CMD_USAGE : CMD_OK;
}

static int
set_source(struct parse *p, const char *ip)
{
	struct in_addr v4;

	p->source.flow = 1;
	if (!ip)
		return CMD_OK;
	if (inet_pton(AF_INET, ip, &v4) == 1) {
		memset(&p->source.address, 0, 10);
		memset(p->source.address.s6_addr + 10, 0xff, 2);
		memcpy(p->source.address.s6_addr + 12, &v4, 4);
	} else if (inet_pton(AF_INET6, ip, &p->source.address) != 1) {
		return cmd_usage("parse", "--ip is no address: \"%s\"", ip);
	}
	p->source.has_address = true;
	p->source.ip = span_str(ip);
	if (IN6_IS_ADDR_V4MAPPED(&p->source.address) && inet_ntop(AF_INET, p->source.address.s6_addr + 12, p->ip, sizeof(p->ip)))
		p->source.ip = span_str(p->ip);
	return CMD_OK;
}

static bool
known_os(void *set, struct span name)
{
	return profile_os_named(set, name) != NULL;
}

static int
load_snapshot(struct parse *p, const struct parse_options *o, struct diag *d)
{
	char shipped[4096];
	const char *dirs[PARSE_MAX_PROFILES + 1];
	size_t n = o->nprofiles;

	memcpy(dirs, o->profiles, n * sizeof(*dirs));
	if (n == 0) {
		if (!config_shipped_profiles(shipped, sizeof(shipped)))
			return cmd_usage("parse", "the shipped profiles are not found: give --profiles DIR or set NETNORM_PROFILES");
		dirs[n++] = shipped;
	}
	for (size_t i = 0; i < n; i++) {
		if (access(dirs[i], R_OK) == -1) {
			fprintf(stderr, "netnorm parse: cannot read the profiles %s: %m\n", dirs[i]);
			return CMD_USAGE;
		}
	}
	if (o->inventory && access(o->inventory, R_OK) == -1) {
		fprintf(stderr, "netnorm parse: cannot read the inventory %s: %m\n", o->inventory);
		return CMD_USAGE;
	}
	p->snapshot = calloc(1, sizeof(*p->snapshot));
	if (!p->snapshot)
		return CMD_FAILED;
	p->snapshot->refs = 1;
	p->snapshot->inventory = inventory_load(o->inventory, d);
	p->snapshot->profiles = profile_load(dirs, n, d);
	if (p->snapshot->inventory && p->snapshot->profiles)
		inventory_check_os(p->snapshot->inventory, known_os, p->snapshot->profiles, d);
	return p->snapshot->inventory && p->snapshot->profiles && diag_errors(d) == 0 ? CMD_OK : CMD_FAILED;
}

static int
open_all(struct parse *p, const struct parse_options *o)
{
	struct diag *d = diag_new();
	int status = d ? load_snapshot(p, o, d) : CMD_FAILED;

	if (d)
		cmd_print_diag(d);
	diag_free(&d);
	if (status != CMD_OK)
		return status;
	if (o->os && !profile_os_named(p->snapshot->profiles, span_str(o->os)))
		return cmd_usage("parse", "there is no profile for the OS \"%s\"", o->os);
	p->fd = o->file ? open(o->file, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	if (p->fd == -1) {
		fprintf(stderr, "netnorm parse: cannot read %s: %m\n", o->file);
		return CMD_USAGE;
	}
	if (pipeline_init(&p->pipeline, 0) == -1 || json_init(&p->out, 2 * PARSE_READ_BYTES, (size_t)256 << 20) == -1)
		return CMD_FAILED;
	p->pipeline.snapshot = p->snapshot;
	p->pipeline.pinned_os = span_str(o->os);
	p->format = o->format;
	p->name = o->file ? o->file : "standard input";
	return set_source(p, o->ip);
}

static int
write_out(struct parse *p)
{
	struct span left = json_text(&p->out);

	while (left.n > 0) {
		ssize_t n = write(STDOUT_FILENO, left.p, left.n);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			if (errno != EPIPE)
				fprintf(stderr, "netnorm parse: cannot write: %m\n");
			return -1;
		}
		left = span_skip(left, (size_t)n);
	}
	json_reset(&p->out);
	return 0;
}

static int
parse_line(struct parse *p, struct span line, bool truncated)
{
	struct nevent ev;
	struct message m = { .source = &p->source, .received_ns = clock_now_ns(), .truncated = truncated };

	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	if (line.n > PARSE_MAX_MESSAGE) {
		line.n = PARSE_MAX_MESSAGE;
		m.truncated = true;
	}
	m.line = line;
	pipeline_understand(&p->pipeline, &m, &ev);
	if (p->format->write(&ev, &p->pipeline.arena, &p->out) == -1) {
		log_error("no memory for a line of %zu bytes", line.n);
		return -1;
	}
	json_raw(&p->out, SPAN_LIT("\n"), false);
	return p->out.n > PARSE_READ_BYTES ? write_out(p) : 0;
}

/* What is read and not yet parsed; a line longer than the buffer is cut, its rest skipped up to the newline. */
struct parse_input {
	char *buf;
	size_t have;
	bool skipping;
};

static int
parse_buffer(struct parse *p, struct parse_input *in)
{
	size_t at = 0;

	while (at < in->have) {
		char *end = memchr(in->buf + at, '\n', in->have - at);
		size_t len = end ? (size_t)(end - (in->buf + at)) : in->have - at;
		bool full = !end && at == 0 && in->have == PARSE_READ_BYTES;

		if (!end && !full && !in->skipping)
			break;
		if (!in->skipping && parse_line(p, span_of(in->buf + at, len), full) == -1)
			return -1;
		in->skipping = !end;
		at += len + (end != NULL);
	}
	memmove(in->buf, in->buf + at, in->have - at);
	in->have -= at;
	return write_out(p);
}

static int
parse_stream(struct parse *p)
{
	struct parse_input in = { .buf = malloc(PARSE_READ_BYTES) };
	int status = CMD_FAILED;
	ssize_t n;

	if (!in.buf)
		return CMD_FAILED;
	for (;;) {
		n = read(p->fd, in.buf + in.have, PARSE_READ_BYTES - in.have);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		in.have += (size_t)n;
		if (parse_buffer(p, &in) == -1)
			goto out;
	}
	if (n == -1) {
		status = errno == EISDIR ? CMD_USAGE : CMD_FAILED;
		fprintf(stderr, "netnorm parse: cannot read %s: %m\n", p->name);
	}
	if (n == 0 && (in.have == 0 || parse_line(p, span_of(in.buf, in.have), false) == 0) && write_out(p) == 0)
		status = CMD_OK;
out:
	free(in.buf);
	return status;
}

int
cmd_parse(int argc, char **argv)
{
	struct parse_options o = { .format = &format_table[FORMAT_NATIVE] };
	struct parse p = { .fd = -1 };
	int status = read_options(argc, argv, &o);

	if (status != CMD_OK)
		return status;
	signal(SIGPIPE, SIG_IGN);
	status = open_all(&p, &o);
	if (status == CMD_OK)
		status = parse_stream(&p);
	pipeline_fini(&p.pipeline);
	json_fini(&p.out);
	snapshot_unref(&p.snapshot);
	if (p.fd > STDIN_FILENO)
		close(p.fd);
	return status;
}
