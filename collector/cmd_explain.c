/*
 * netnorm explain: what each step made of a line, for a person: the answer to "why does nothing arrive?".
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "collector/cmd.h"
#include "collector/drawing.h"
#include "collector/offline.h"
#include "collector/story.h"
#include "outputs/pretty.h"
#include "parsers/profile/explain.h"
#include "parsers/syslog/frame.h"

#define EXPLAIN_MESSAGES 16             /* of one input */
#define EXPLAIN_INDENT 4
#define EXPLAIN_WIDTH 100               /* of a drawing where there is no terminal */
#define EXPLAIN_TEXT 60                 /* bytes of a line that are shown as a quote */

const char cmd_explain_help[] =
    "usage: netnorm explain [OPTION]... [LINE]\n\n"
    "Tell what each step makes of LINE, or of what standard input brings: framing, the spans of the header, the device, which systems it may be of and\n"
    "why (or which condition of the nearest signature does not hold), the messages under its tag, what their patterns took and where the others came to\n"
    "a stop, what became of the facts in the OpenConfig models, the event.\n\n"
    OFFLINE_HELP
    "\nStatus: 0 it was explained (whatever it is), 1 a read failed or a profile has faults, 2 wrong usage or a file that cannot be read.\n";

struct explain {
	struct offline offline;
	const struct format *format;
	const char *os;
	const struct nevent *ev;        /* of the line that is told */
	bool colour;
	size_t width;
};

/* ---- how it is written ---- */

static void
heading(const struct explain *x, const char *word)
{
	printf("%s%s%s\n", x->colour ? "\033[1m" : "", word, x->colour ? "\033[0m" : "");
}

static const char *
colour(const struct explain *x, const char *code)
{
	return x->colour ? code : "";
}

/* Text from the wire or a profile, in quotes, cut, without control characters. */
static void
quote(struct span s)
{
	char text[EXPLAIN_TEXT * 4 + 1];
	bool cut = s.n > EXPLAIN_TEXT;

	if (cut)
		s.n = EXPLAIN_TEXT;
	printf("\"%s%s\"", log_quote(text, sizeof(text), s), cut ? "..." : "");
}

static void
fact(const char *name, struct span value)
{
	if (value.p && value.n > 0) {
		printf("%*s%-12s ", EXPLAIN_INDENT, "", name);
		quote(value);
		putchar('\n');
	}
}

/* ---- header ---- */

static void
draw(const struct explain *x, const struct header *h, struct span line)
{
	struct drawing d = { .width = x->width, .indent = EXPLAIN_INDENT, .colour = x->colour };
	const struct drawing_span spans[] = {
		{ h->pri, "pri" }, { h->counter_text, "counter" }, { h->seq_text, "seq" }, { h->relay.text, "relay time" }, { h->relay_host, "relay host" },
		{ h->host_prefix, "prefix" }, { h->node, "node" }, { h->host, "host" }, { h->stamp.text, "time" }, { h->stamp.zone, "zone" }, { h->process, "process" }, { h->pid, "pid" },
		{ h->msgid, "msgid" }, { h->sd, "structured data" }, { h->tag, "tag" }, { h->body, "body" },
	};

	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		bool inside = spans[i].text.p >= line.p && spans[i].text.p + spans[i].text.n <= line.p + line.n;
		bool again = false;     /* RFC 5424's MSGID is the tag, a process may be, too: drawn once, by its last name */

		for (size_t k = i + 1; k < sizeof(spans) / sizeof(spans[0]); k++)
			again |= spans[k].text.p == spans[i].text.p && spans[k].text.n > 0;
		if (spans[i].text.p && inside && !again)
			d.spans[d.n++] = spans[i];
	}
	drawing_print(&d, line, stdout);
}

static void
explain_header(const struct explain *x, const struct header *h, struct span line, const struct nevent *ev)
{
	static const char *const forms[] = {
		[HEADER_BARE] = "none: a body alone", [HEADER_BSD] = "RFC 3164 or a vendor's variant", [HEADER_RFC5424] = "RFC 5424",
	};
	static const char *const facilities[24] = { "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
		"ntp", "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7" };
	static const char *const severities[8] = { "emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug" };
	char time[CLOCK_RFC3339_LEN];

	heading(x, "header");
	draw(x, h, line);
	printf("%*s%-12s %s\n", EXPLAIN_INDENT, "", "form", forms[h->form]);
	if (h->facility >= 0)
		printf("%*s%-12s facility %d (%s), severity %d (%s)%s\n", EXPLAIN_INDENT, "", "pri", h->facility, facilities[h->facility % 24], h->severity,
		    severities[h->severity % 8], h->pri_odd ? "; it is odd: above 191, leading zeros, or a blank behind it" : "");
	else
		printf("%*s%-12s none: facility and severity are null\n", EXPLAIN_INDENT, "", "pri");
	fact("host", h->host);
	clock_rfc3339(ev->time_ns, time);
	printf("%*s%-12s %.*s, clock %.*s", EXPLAIN_INDENT, "", "time", (int)sizeof(time), time, (int)nevent_clock_name(ev->clock).n, nevent_clock_name(ev->clock).p);
	if (ev->guessed)
		printf(", guessed:%s%s%s%s", ev->guessed & NEVENT_GUESSED_YEAR ? " year" : "", ev->guessed & NEVENT_GUESSED_ZONE ? " zone" : "",
		    ev->guessed & NEVENT_GUESSED_DATE_ORDER ? " date_order" : "",
		    ev->guessed & NEVENT_GUESSED_FACILITY ? " facility" : "");
	putchar('\n');
	fact(h->triplet ? "mnemonic" : h->tag_is_process ? "tag=process" : "tag", h->tag);
	if (h->repeat != HEADER_NO_REPEAT)
		printf("%*s%-12s %llu times%s\n", EXPLAIN_INDENT, "", "repeat", (unsigned long long)h->repeat_count,
		    h->repeat == HEADER_REPEAT_LAST ? " the line before it, which is not here" : ", with its text");
}

/* ---- systems and messages ---- */

static void
place(const struct diag_place *p)
{
	if (p->file && p->line)
		printf("%s:%d", p->file, p->line);
	else if (p->file)
		printf("%s", p->file);
}

/* The values of a pattern, as they stand in the line: fan "2", state "up". */
static void
taken_values(const struct explain_value *values, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		printf("%s%.*s ", i ? ", " : "", (int)values[i].name.n, values[i].name.p);
		if (values[i].text.p)
			quote(values[i].text);
		else
			printf("null");
	}
}

static void
tell_form(const struct explain_os *os)
{
	printf("%*sthe form at ", 2 * EXPLAIN_INDENT, "");
	place(&os->form);
	printf(" cuts it");
	if (os->taken.p) {
		printf(" behind ");
		quote(os->taken);
	}
	printf(os->nvalues ? ": " : "");
	taken_values(os->values, os->nvalues);
	printf("; the text is ");
	quote(os->text);
	putchar('\n');
}

static void
tell_os(void *arg, const struct explain_os *os)
{
	struct explain *x = arg;

	printf("%*s%s%.*s%s: ", EXPLAIN_INDENT, "", colour(x, os->signature || os->pinned || os->loose ? "\033[32m" : "\033[2m"), (int)os->name.n, os->name.p, colour(x, "\033[0m"));
	if (os->loose) {
		printf("once more, for no message fits: %zu under the tag ", os->messages);
		quote(os->tag);
		printf(" with another severity\n");
		return;
	}
	if (!os->signature && !os->pinned) {
		printf("no signature fits");
		if (os->misfit) {
			printf("; the nearest is at ");
			place(&os->place);
			printf(", but %s", os->misfit);
		}
		putchar('\n');
		return;
	}
	if (os->pinned && os->signature)
		printf("pinned by --os or the inventory");
	else if (os->pinned)
		printf("pinned by --os or the inventory (no signature of its would fit%s%s)", os->misfit ? ": " : "", os->misfit ? os->misfit : "");
	else if (os->place.file)
		printf("the signature at ");
	else
		printf("the literal text of a prefix is there");
	if (!os->pinned && os->place.file) {
		place(&os->place);
		printf(" fits");
	}
	if (!os->cut) {
		printf(", but none of its prefixes\n");
		return;
	}
	printf("; %zu message%s under the tag ", os->messages, os->messages == 1 ? "" : "s");
	quote(os->tag);
	if (os->reduced.p) {
		printf(" or ");
		quote(os->reduced);
	}
	if (os->near.p)
		printf(" (there is %.*s)", (int)os->near.n, os->near.p);
	putchar('\n');
	if (os->form.file)
		tell_form(os);
}

/* What a cast made of a value is told behind it. */
static void
tell_cast(const struct fact *f, struct span taken)
{
	switch (f->type) {
	case FACT_NULL:
		printf(taken.p ? ", cast to null" : "");
		break;
	case FACT_TEXT:
		if (!span_eq(f->text, taken)) {
			printf(", cast to ");
			quote(f->text);
		}
		if (f->full.p && !span_eq(f->full, f->text)) {
			printf(", in full ");
			quote(f->full);
		}
		break;
	case FACT_INT:
		printf(", cast to %lld", (long long)f->num);
		break;
	case FACT_BOOL:
		printf(", cast to %s", f->num ? "true" : "false");
		break;
	case FACT_REAL:
		printf(", cast to %.17g", f->real);
		break;
	}
}

/* Of the message that fits; the event has its values in the same order. */
static void
tell_values(const struct explain_message *m, const struct nevent *ev)
{
	size_t width = 0;

	for (size_t i = 0; i < m->nvalues; i++)
		width = m->values[i].name.n > width ? m->values[i].name.n : width;
	for (size_t i = 0; i < m->nvalues; i++) {
		printf("%*s%-*.*s  ", 4 * EXPLAIN_INDENT, "", (int)width, (int)m->values[i].name.n, m->values[i].name.p);
		if (m->values[i].text.p)
			quote(m->values[i].text);
		else
			printf("null");
		if (ev->nvalues == m->nvalues)
			tell_cast(&ev->values[i], m->values[i].text);
		putchar('\n');
	}
}

static void
tell_message(void *arg, const struct explain_message *m)
{
	struct explain *x = arg;
	const char *mark = m->outcome == REGEX_MATCH ? "\033[32m" : "\033[33m";

	printf("%*s%s%.*s%s  ", 2 * EXPLAIN_INDENT, "", colour(x, mark), (int)m->error.n, m->error.p, colour(x, "\033[0m"));
	place(&m->place);
	printf(m->outcome == REGEX_MATCH ? "  fits\n" : m->outcome == REGEX_LIMIT ? "  ran into the match limit\n" : "\n");
	printf("%*s%.*s\n", 3 * EXPLAIN_INDENT, "", (int)m->line.n, m->line.p);
	if (m->outcome == REGEX_MATCH)
		tell_values(m, x->ev);
	if (m->outcome != REGEX_NO_MATCH)
		return;
	printf("%*s%*s^ ", 3 * EXPLAIN_INDENT, "", (int)m->fitted, "");
	if (m->piece.p) {
		printf("stops here: ");
		quote(m->piece);
		if (m->expression.p)
			printf(" = %.*s", (int)m->expression.n, m->expression.p);
		printf(m->fitted > 0 ? ", and the text goes on with " : " is nowhere near the start of ");
		quote(m->rest);
	} else {
		printf("all of it fits, but not near enough to the start of the text");
	}
	putchar('\n');
}

static void
explain_recognition(struct explain *x, const struct header *h, struct span line, struct span pinned, enum utf8_class class)
{
	const struct profile_set *set = x->offline.snapshot->profiles;
	const struct explain_visitor visitor = { tell_os, tell_message, x };

	heading(x, "systems and messages, in the order in which they are tried");
	profile_explain(set, x->offline.pipeline.scratch, h, line, class, pinned.n ? profile_os_named(set, pinned) : NULL, &visitor);
}

/* ---- the event ---- */

static int
explain_event(struct explain *x, const struct nevent *ev)
{
	struct json out = { 0 };
	struct span text = SPAN_NONE;
	int status = CMD_FAILED;

	heading(x, "event");
	if (ev->reason != NEVENT_REASON_NONE)
		printf("%*s%.*s, because: %.*s\n", EXPLAIN_INDENT, "", (int)nevent_outcome_name(ev->outcome).n, nevent_outcome_name(ev->outcome).p,
		    (int)nevent_reason_name(ev->reason).n, nevent_reason_name(ev->reason).p);
	if (json_init(&out, 65536, (size_t)32 << 20) == 0 && x->format->write(ev, &x->offline.pipeline.arena, &out) == 0 &&
	    pretty_event(json_text(&out), x->colour, &text) == 0) {
		fwrite(text.p, 1, text.n, stdout);
		status = CMD_OK;
	}
	free((void *)(uintptr_t)text.p);
	json_fini(&out);
	return status;
}

static void
explain_device(const struct explain *x, const struct nevent *ev, const struct inventory_device *device)
{
	heading(x, "device");
	printf("%*s%.*s", EXPLAIN_INDENT, "", (int)ev->device.n, ev->device.p);
	if (device->name.n)
		printf(": in the inventory%s", device->trust_host ? ", which trusts the header's host" : "");
	else
		printf(": not in the inventory");
	if (device->os.n)
		printf("; its OS is pinned there: %.*s", (int)device->os.n, device->os.p);
	putchar('\n');
}

static int
explain_message(struct explain *x, struct span line, bool truncated)
{
	struct message m = { .line = line, .source = &x->offline.source, .received_ns = clock_now_ns(), .truncated = truncated };
	struct span pinned = span_str(x->os);
	struct profile_story story = { .nrefused = 0 };
	const struct inventory_device *device;
	struct header h;
	struct nevent ev;

	x->offline.pipeline.story = &story;
	pipeline_understand(&x->offline.pipeline, &m, &ev);
	x->offline.pipeline.story = NULL;
	header_parse(line, &h);
	device = x->offline.pipeline.device;
	x->ev = &ev;
	explain_header(x, &h, line, &ev);
	explain_device(x, &ev, device);
	explain_recognition(x, &h, line, pinned.n ? pinned : device->os, ev.raw_class);
	if (ev.strict) {
		heading(x, "models");
		story_print(&story, EXPLAIN_INDENT, stdout);
	}
	return explain_event(x, &ev);
}

/* ---- what came ---- */

static int
explain_input(struct explain *x, struct span in)
{
	struct framer framer;
	int status = CMD_OK;

	frame_init(&framer, FRAME_AUTO, OFFLINE_MAX_MESSAGE);
	for (size_t n = 1; in.n > 0; n++) {
		struct span msg = SPAN_NONE;
		size_t used = 0;
		enum frame_status frame = frame_next(&framer, in, &msg, &used);

		if (n > EXPLAIN_MESSAGES) {
			printf("and more: %zu bytes; one at a time is easier to read\n", in.n);
			break;
		}
		if (frame == FRAME_MORE) {
			frame = frame_last(&framer, in, &msg);
			used = in.n;
		}
		heading(x, "framing");
		if (frame == FRAME_EMPTY || frame == FRAME_MORE) {
			printf("%*san empty message: dropped\n", EXPLAIN_INDENT, "");
		} else {
			printf("%*smessage %zu, %zu bytes, by %s%s%s%s\n", EXPLAIN_INDENT, "", n, msg.n, framer.counted ? "octet counting" : "newline",
			    frame == FRAME_TRUNCATED ? ", cut: it is too long" : "", framer.reason ? ": " : "", framer.reason ? framer.reason : "");
			status = explain_message(x, msg, frame == FRAME_TRUNCATED) == CMD_OK ? status : CMD_FAILED;
		}
		in = span_skip(in, used ? used : in.n);
	}
	return status;
}

/* All of standard input, as much as one message may have. */
static int
read_input(char *buf, size_t cap, size_t *n)
{
	ssize_t got = 1;

	for (*n = 0; *n < cap && got != 0; *n += (size_t)got) {
		got = read(STDIN_FILENO, buf + *n, cap - *n);
		if (got == -1 && errno == EINTR)
			got = 0;
		else if (got == -1)
			return -1;
	}
	return 0;
}

static int
explain_stdin(struct explain *x)
{
	char *buf = malloc(OFFLINE_MAX_MESSAGE + 16);
	size_t n = 0;
	int status = CMD_FAILED;

	if (isatty(STDIN_FILENO))
		fprintf(stderr, "netnorm explain: type or paste a line, then Ctrl-D\n");
	if (!buf || read_input(buf, OFFLINE_MAX_MESSAGE + 16, &n) == -1)
		fprintf(stderr, "netnorm explain: cannot read standard input: %m\n");
	else if (n == 0)
		status = cmd_usage("explain", "there is no line");
	else
		status = explain_input(x, span_of(buf, n));
	free(buf);
	return status;
}

int
cmd_explain(int argc, char **argv)
{
	struct offline_options o;
	struct explain x = { .width = EXPLAIN_WIDTH };
	struct winsize size;
	int status = offline_options(argc, argv, &o);

	if (status != CMD_OK)
		return status;
	x.format = o.format;
	x.os = o.os;
	x.colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 40)
		x.width = size.ws_col - EXPLAIN_INDENT;
	status = offline_open(&x.offline, &o);
	if (status == CMD_OK)
		status = o.operand ? explain_input(&x, span_str(o.operand)) : explain_stdin(&x);
	offline_close(&x.offline);
	return status;
}
