/*
 * header_event: what stands behind the header: a process, the vendor's mnemonic, and the text.
 */
#include "parsers/syslog/header_part.h"

#define MAX_PID 64

/*
 * Does a mnemonic look like that?  One word of letters, digits and underscores: with an underscore, or in capitals.  Words
 * such as "error" or "pam" before a colon are text.
 */
#define WORD (HEADER_CAPITAL | HEADER_SMALL | HEADER_DIGIT | HEADER_UNDERSCORE)

/* The end of the word at `p`, and all classes of its bytes together. */
static const char *
word_end(const char *p, const char *end, unsigned *all)
{
	unsigned c;

	for (*all = 0; p < end && ((c = header_class(*p)) & WORD); p++)
		*all |= c;
	return p;
}

static bool
looks_right(const char *p, const char *q, unsigned all)
{
	return q - p >= 2 && q - p <= HEADER_MAX_NAME && !span_is_digit(*p) &&
	    ((all & HEADER_UNDERSCORE) || ((all & HEADER_CAPITAL) && !(all & HEADER_SMALL)));
}

static bool
is_mnemonic(struct span w)
{
	unsigned all;
	const char *q = word_end(w.p, w.p + w.n, &all);

	return q == w.p + w.n && looks_right(w.p, q, all);
}

static const char *
name_end(const char *p, const char *end)
{
	while (p < end && (header_class(*p) & HEADER_IN_NAME))
		p++;
	return p;
}

/* `MNEMONIC:` with a blank behind it, or with text right behind it if it has an underscore: the place of the colon, or NULL. */
static const char *
mnemonic(const char *p, const char *end)
{
	unsigned all;
	const char *q = word_end(p, end, &all);

	if (!scan_at(q, end, ':') || !looks_right(p, q, all))
		return NULL;
	if (end - q > 1 && !span_is_space(q[1]) && (q[1] == ':' || !(all & HEADER_UNDERSCORE)))
		return NULL;
	return q;
}

static void
set_text(struct header_scan *s, const char *tag_end, const char *text)
{
	s->h->body = span_trim(span_between(text, s->end));
	s->h->body_colon = span_trim(span_between(tag_end, s->end));
}

/* `name[pid]:`, `name[pid] `, `name: `: moves behind it. */
static bool
take_process(struct header_scan *s)
{
	struct header *h = s->h;
	const char *p = s->p, *q, *close;
	struct span name;

	if (p < s->end && (*p == '/' || *p == '-' || *p == '*'))
		p++;
	q = name_end(p, s->end);
	name = span_between(p, q);
	if (name.n == 0 || name.n > HEADER_MAX_NAME || q >= s->end || scan_digits(p, q) == q)
		return false;
	if (*q == '[') {
		close = memchr(q, ']', (size_t)(s->end - q) < MAX_PID ? (size_t)(s->end - q) : MAX_PID);
		if (!close || close == q + 1 || memchr(q, ' ', (size_t)(close - q)))
			return false;
		h->pid = span_between(q + 1, close);
		q = close + 1;
		if (scan_at(q, s->end, ':'))
			q++;
		else if (q < s->end && !scan_is_blank(*q))
			return false;
	} else if (*q == ':' && (q + 1 == s->end || span_is_space(q[1]) || mnemonic(p, s->end))) {
		q++;
	} else {
		return false;
	}
	h->process = name;
	s->p = scan_blanks(q, s->end);
	return true;
}

/* `fpc0 text`, `fpc3 fpc3 process: text`: a card's name without a colon is the process. */
static bool
take_card(struct header_scan *s)
{
	const char *q;
	struct span card;

	if (s->p >= s->end || !memchr("ftacsn", *s->p | 0x20, 6))
		return false;
	q = scan_word(s->p, s->end);
	card = span_between(s->p, q);
	if (q >= s->end || !header_is_card(card))
		return false;
	s->h->process = card;
	s->p = scan_blanks(q, s->end);
	q = scan_word(s->p, s->end);
	if (q < s->end && header_is_card(span_between(s->p, q)))
		s->p = scan_blanks(q, s->end);
	q = mnemonic(s->p, s->end);
	if (!q || mnemonic(scan_blanks(q + 1, s->end), s->end))
		take_process(s);
	return true;
}

/* `00179 mgr: text`: the number of the message, five digits, in front of the process: kept with it as MSGID, and no tag. */
static bool
take_numbered_process(struct header_scan *s)
{
	const char *q = scan_digits(s->p, s->end), *p = scan_blanks(q, s->end);
	struct header_scan t = *s;

	if (q - s->p != 5 || p == q || !header_is_program(p, s->end) || s->h->stamp.kind == STAMP_NONE)
		return false;
	t.p = p;
	if (!take_process(&t))
		return false;
	s->h->msgid = span_between(s->p, q);
	s->p = t.p;
	return true;
}

/* `367: %...`: a number between process and mnemonic. */
static void
take_number(struct header_scan *s)
{
	const char *q = scan_digits(s->p, s->end), *next;
	struct header *h = s->h;

	if (q == s->p || q - s->p > 9 || !scan_at(q, s->end, ':') || h->has_seq)
		return;
	next = scan_blanks(q + 1, s->end);
	if (!scan_at(next, s->end, '%'))
		return;
	*(h->has_counter ? &h->has_seq : &h->has_counter) = true;
	if (h->has_seq) {
		h->seq = (uint64_t)scan_int(s->p, q);
		h->seq_text = span_between(s->p, q);
	} else {
		h->counter = (uint64_t)scan_int(s->p, q);
		h->counter_text = span_between(s->p, q);
	}
	s->p = next;
}

/* `MNEMONIC [id name="value" ...]`: structured data that lost its header. */
static bool
take_structured(struct header_scan *s)
{
	const char *q = name_end(s->p, s->end), *behind;
	struct span word = span_between(s->p, q), sd;

	if (word.n < 4 || !scan_at(q, s->end, ' ') || !scan_at(q + 1, s->end, '[') || s->h->sd.p)
		return false;
	if (!memchr(word.p, '_', word.n) || !is_mnemonic(word) || !(behind = header_sd(q + 1, s->end, &sd)))
		return false;
	s->h->tag = word;
	s->h->sd = sd;
	set_text(s, behind, behind);
	return true;
}

static bool
take_mnemonic(struct header_scan *s)
{
	const char *colon = mnemonic(s->p, s->end);

	if (!colon)
		return take_structured(s);
	s->h->tag = span_between(s->p, colon);
	set_text(s, colon, colon + 1);
	return true;
}

/* No mnemonic: the process has to do. */
static void
fall_back(struct header_scan *s, bool certain)
{
	struct header *h = s->h;

	set_text(s, s->p, s->p);
	if (!h->process.p)
		return;
	h->tag_is_process = h->pid.p || !is_mnemonic(h->process);
	if (h->tag_is_process && !certain && !h->pid.p) {
		/* a word and a colon, and nothing that says that this is a header: text */
		h->process = SPAN_NONE;
		h->tag_is_process = false;
		set_text(s, h->rest.p, h->rest.p);
		return;
	}
	h->tag = h->process;
	h->process = SPAN_NONE;
}

static void
take_repeat(struct header_scan *s)
{
	struct span text = span_between(s->p, s->end);

	if (!header_repeat_text(&text, &s->h->repeat_count))
		return;
	s->h->repeat = HEADER_REPEAT_TEXT;
	s->p = text.p;
	s->end = text.p + text.n;
}

void
header_event(struct header_scan *s)
{
	struct header *h = s->h;
	bool certain = h->form != HEADER_BARE || h->pri.p;

	/* "last message ...", "syslogd: last message ...", "--- last message ..." */
	if (s->p < s->end && (*s->p == 'l' || *s->p == 's' || *s->p == '-') && header_repeat_last(span_between(s->p, s->end), &h->repeat_count)) {
		h->repeat = HEADER_REPEAT_LAST;
		set_text(s, s->p, s->p);
		return;
	}
	if (s->percent && header_triplet(s))
		return;
	if (!scan_at(s->p, s->end, '%') && (!h->process.p || h->form == HEADER_RFC5424) && !take_card(s) && !h->process.p &&
	    !take_process(s) && s->p < s->end && span_is_digit(*s->p))
		take_numbered_process(s);
	take_number(s);
	take_repeat(s);
	if (h->repeat == HEADER_REPEAT_TEXT && !h->process.p && !scan_at(s->p, s->end, '%'))
		take_process(s);        /* it was in the brackets, too */
	if (header_triplet(s))
		return;
	if (h->msgid.p && h->form == HEADER_RFC5424) {
		h->tag = h->msgid;
		set_text(s, s->p, s->p);
		return;
	}
	if (!take_mnemonic(s))
		fall_back(s, certain);
}
