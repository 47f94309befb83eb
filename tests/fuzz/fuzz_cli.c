/*
 * The first line is a command, the rest what a device prints: fed whole, and in pieces whose lengths the bytes themselves give, it is the same text and the same answer.  A pager that
 * is seen at the end of a piece is answered.  What is shown is never longer than what came.
 */
#include <stdint.h>
#include <stdlib.h>

#include "drivers/transport/cli.h"
#include "drivers/transport/cli_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LIMIT 65536

static const struct cli_prompt prompt = { .name = SPAN_LIT("core1"), .ends = "#>" };

/* From memory of its own size, so that a byte too far is told. */
static void
feed(struct cli_reader *r, struct span piece)
{
	char *p = malloc(piece.n ? piece.n : 1);

	if (!p)
		abort();
	memcpy(p, piece.p, piece.n);
	if (!cli_reader_feed(r, span_of(p, piece.n)))
		abort();
	free(p);
	if (r->screen.line > r->screen.n || r->screen.cursor < r->screen.line || r->screen.cursor > r->screen.n || r->screen.row < r->screen.line || r->screen.row > r->screen.n)
		abort();
}

static void
feed_pieces(struct cli_reader *r, struct span raw, bool pages)
{
	while (raw.n > 0) {
		size_t n = 1 + (unsigned char)raw.p[0] % 16;
		enum cli_end end;

		n = n < raw.n ? n : raw.n;
		feed(r, span_of(raw.p, n));
		raw = span_skip(raw, n);
		end = cli_reader_end(r);
		if (pages && (end == CLI_END_PAGE || end == CLI_END_PAGE_LAST))
			cli_reader_page(r);
	}
}

static void
finish(struct cli_reader *r, size_t size)
{
	cli_reader_end(r);
	cli_reader_finish(r);
	if (r->text->n > size || (r->text->n > 0 && span_is_space(r->text->p[r->text->n - 1])))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = span_of((const char *)data, size), command, raw;
	const char *nl = size > 0 ? memchr(data, '\n', size) : NULL;
	struct buffer a, b, c;
	struct cli_reader ra, rb, rc;

	if (size > 8192 || !nl)
		return 0;
	command = span_between(all.p, nl);
	raw = span_skip(all, command.n + 1);
	buffer_init(&a, LIMIT);
	buffer_init(&b, LIMIT);
	buffer_init(&c, LIMIT);
	cli_reader_begin(&ra, &prompt, &a, command, "XML> ");
	cli_reader_begin(&rb, &prompt, &b, command, "XML> ");
	cli_reader_begin(&rc, &prompt, &c, command, NULL);
	feed(&ra, raw);
	feed_pieces(&rb, raw, false);
	feed_pieces(&rc, raw, true);
	if (!span_eq(buffer_span(&a), buffer_span(&b)) || cli_reader_end(&ra) != cli_reader_end(&rb))
		abort();
	finish(&ra, raw.n);
	finish(&rb, raw.n);
	finish(&rc, raw.n);
	if (!span_eq(buffer_span(&a), buffer_span(&b)))
		abort();
	cli_learn_prompt(raw, "#>");
	cli_ends_in_prompt(raw, command, "#>");
	buffer_fini(&a);
	buffer_fini(&b);
	buffer_fini(&c);
	return 0;
}
