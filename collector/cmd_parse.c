/*
 * netnorm parse: one message a line in, exactly one JSON object a line out, in order, whatever the line is.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "collector/cmd.h"
#include "collector/offline.h"

#define PARSE_READ_BYTES ((size_t)256 << 10)

const char cmd_parse_help[] =
    "usage: netnorm parse [OPTION]... [FILE]\n\n"
    "Read one message a line from FILE or standard input; write exactly one JSON object a line, in order, whatever the line is\n"
    "(with --format raw the line itself).\n\n"
    OFFLINE_HELP
    "\nStatus: 0 all lines are read (whatever they were), 1 a read or write failed, 2 wrong usage or a file that cannot be read.\n";

struct parse {
	struct offline offline;
	const struct format *format;
	struct json out;                /* whole lines, until they are written */
	int fd;
	const char *name;
};

static int
open_all(struct parse *p, const struct offline_options *o)
{
	int status = offline_open(&p->offline, o);

	if (status != CMD_OK)
		return status;
	p->fd = o->operand ? open(o->operand, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	if (p->fd == -1) {
		fprintf(stderr, "netnorm parse: cannot read %s: %m\n", o->operand);
		return CMD_USAGE;
	}
	p->format = o->format;
	p->name = o->operand ? o->operand : "standard input";
	return json_init(&p->out, 2 * PARSE_READ_BYTES, (size_t)256 << 20) == -1 ? CMD_FAILED : CMD_OK;
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
	struct message m = { .source = &p->offline.source, .received_ns = clock_now_ns(), .truncated = truncated };

	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	if (line.n > OFFLINE_MAX_MESSAGE) {
		line.n = OFFLINE_MAX_MESSAGE;
		m.truncated = true;
	}
	m.line = line;
	pipeline_understand(&p->offline.pipeline, &m, &ev);
	if (p->format->write(&ev, &p->offline.pipeline.arena, &p->out) == -1) {
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
	struct offline_options o;
	struct parse p = { .fd = -1 };
	int status = offline_options(argc, argv, &o);

	if (status != CMD_OK)
		return status;
	status = open_all(&p, &o);
	if (status == CMD_OK)
		status = parse_stream(&p);
	offline_close(&p.offline);
	json_fini(&p.out);
	if (p.fd > STDIN_FILENO)
		close(p.fd);
	return status;
}
