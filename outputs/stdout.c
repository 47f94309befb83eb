/*
 * The output kind `stdout`: JSON lines, or blocks for a person where it is a terminal.
 *
 * Standard output may be shared with others (a shell, a parent), so its flags stay as they are: a pipe or a terminal is opened once more for ourselves, so that
 * a reader who stops reading holds up nobody.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "outputs/lines.h"
#include "outputs/output_kinds.h"
#include "outputs/pretty.h"

enum style { STYLE_AUTO, STYLE_LINES, STYLE_PRETTY };

struct stdout_config {
	struct output_config common;
	int style;              /* enum style */
};

struct stdout_output {
	struct lines lines;
	bool pretty, colour;
};

static const char *const style_names[] = { "auto", "lines", "pretty", NULL };

static const struct schema_option stdout_options[] = {
	{ .key = "style", .type = SCHEMA_ENUM, .offset = offsetof(struct stdout_config, style), .fallback = "auto", .names = style_names,
	    .help = "lines: one JSON object a line. pretty: a block for each event, coloured by severity on a terminal (NO_COLOR in the environment: "
	            "without). auto: pretty on a terminal, else lines." },
	SCHEMA_END,
};

/* A descriptor of our own that does not wait, or else one that may. */
static int
own_descriptor(void)
{
	struct stat st;
	int fd = -1;

	if (fstat(STDOUT_FILENO, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode)))
		fd = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	return fd != -1 ? fd : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
}

static void *
stdout_open(const struct output_config *config, struct output *output)
{
	const struct stdout_config *c = (const struct stdout_config *)config;
	struct stdout_output *s = calloc(1, sizeof(*s));
	const char *no_color = getenv("NO_COLOR");
	int fd = s ? own_descriptor() : -1;

	if (fd == -1) {
		log_error("output \"%s\": standard output cannot be used: %s", config->name, strerror(errno));
		free(s);
		return NULL;
	}
	lines_init(&s->lines, output, "standard output", fd);
	s->lines.last_reader = true;
	s->pretty = c->style == STYLE_PRETTY || (c->style == STYLE_AUTO && isatty(STDOUT_FILENO));
	s->colour = isatty(STDOUT_FILENO) && !(no_color && *no_color);
	return s;
}

static size_t
stdout_write(void *self, struct record *const *records, size_t n)
{
	struct stdout_output *s = self;
	size_t done = 0;

	if (!s->pretty)
		return lines_write(&s->lines, records, n);
	for (; done < n; done++) {
		struct span text;
		size_t written;

		if (pretty_event(output_line(s->lines.output, records[done]), s->colour, &text) == -1)
			break;
		written = lines_write_text(&s->lines, records + done, text);
		free((void *)(uintptr_t)text.p);
		if (written == 0)
			break;
	}
	return done;
}

static void
stdout_poll(void *self, int timeout_ms)
{
	lines_wait(&((struct stdout_output *)self)->lines, timeout_ms);
}

static void
stdout_close(void *self)
{
	struct stdout_output *s = self;

	lines_close(&s->lines);
	free(s);
}

static void
stdout_stats(void *self, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg)
{
	each(arg, "written_bytes", "Bytes written.", atomic_load(&((struct stdout_output *)self)->lines.bytes));
}

const struct output_kind output_kind_stdout = {
	.name = "stdout",
	.config_bytes = sizeof(struct stdout_config),
	.options = stdout_options,
	.open = stdout_open,
	.write = stdout_write,
	.poll = stdout_poll,
	.close = stdout_close,
	.stats = stdout_stats,
	.help = "Standard output: JSON lines in a pipe or a file, readable blocks on a terminal.",
};
