/*
 * PCRE2 behind two entry points.  A struct regex knows its pattern and up to four compiled forms of it (bytes or UTF, quick or counted); who
 * comes first makes the JIT code of a form, under the regex's own lock, and publishes it with one atomic store.
 */
#include "base/regex.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef PCRE2_CODE_UNIT_WIDTH
#define PCRE2_CODE_UNIT_WIDTH 8
#endif
#include <pcre2.h>

#include "base/regex_text.h"

#define REGEX_JIT_STACK_START ((size_t)32 << 10)
#define REGEX_HEAP_KIB 1024     /* of the interpreter, where there is no JIT */

/* In bytes looked at, the quick way: of a line, at the least a quarter of what is left for each pattern. */
#define REGEX_QUICK_LINE (UINT64_C(32) << 20)
#define REGEX_QUICK_FEWEST 8    /* with fewer steps for each start it is no use */
#define REGEX_QUICK_MOST 16384  /* steps from all starts together, at first */
/* In bytes looked at, the counted way: of a pattern, of a line; a call back costs as much as some bytes. */
#define REGEX_COUNTED_PATTERN (1 << 20)
#define REGEX_COUNTED_LINE (2 << 20)
#define REGEX_ITEM_BYTES 16
#define REGEX_OFTEN 16          /* limits in a row, and then one in so many runs */
#define REGEX_SELDOM 64

enum regex_state {
	REGEX_UNMADE,
	REGEX_JIT,
	REGEX_INTERPRETED,      /* no JIT here, or not for this pattern */
	REGEX_IMPOSSIBLE,       /* the UTF form does not compile: the bytes' form serves */
};

struct regex_form {
	pcre2_code *code;
	_Atomic int state;
};

enum regex_way { REGEX_QUICK, REGEX_COUNTED, REGEX_WAYS };

struct regex {
	char *pattern;
	size_t pattern_bytes;
	uint32_t options;
	uint32_t groups;
	struct regex_form bytes[REGEX_WAYS], utf[REGEX_WAYS];
	bool calls;                     /* groups as subroutines: PCRE2 does not count those */
	bool anchored;
	uint32_t refers;                /* back-references at the most: each may look at the whole text */
	_Atomic bool told;
	_Atomic unsigned limits;        /* in a row */
	uint64_t starts[4];             /* a bit for each byte that a match may begin with */
	pthread_mutex_t making;
};

struct regex_scratch {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	uint64_t quick_left;
	int64_t counted_left;
	int64_t counted_pattern;        /* of it, the most for one pattern */
	uint64_t spent;                 /* behind the small limit, of all lines */
	/* while a counted form runs: */
	int64_t budget;
	size_t at, n;
	const struct regex *regex;
	bool wary;
};

static pcre2_code *
compile_form(const char *pattern, size_t n, uint32_t options, struct regex_error *error)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	pcre2_code *code;
	PCRE2_SIZE offset = 0;
	int number = PCRE2_ERROR_NOMEMORY;

	if (!context)
		goto fail;
	pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	code = pcre2_compile((PCRE2_SPTR)pattern, n, options, &number, &offset, context);
	pcre2_compile_context_free(context);
	if (code)
		return code;
fail:
	error->offset = offset;
	if (pcre2_get_error_message(number, (PCRE2_UCHAR *)error->message, sizeof(error->message)) < 0)
		error->message[sizeof(error->message) - 1] = '\0';
	return NULL;
}

/* What PCRE2 found out about the first byte; in the UTF form any byte above 0x7f may be a letter. */
static void
note_starts(struct regex *re)
{
	const uint8_t *map = NULL;
	uint32_t kind = 0, first = 0;

	pcre2_pattern_info(re->bytes[REGEX_QUICK].code, PCRE2_INFO_FIRSTBITMAP, &map);
	pcre2_pattern_info(re->bytes[REGEX_QUICK].code, PCRE2_INFO_FIRSTCODETYPE, &kind);
	pcre2_pattern_info(re->bytes[REGEX_QUICK].code, PCRE2_INFO_FIRSTCODEUNIT, &first);
	memset(re->starts, 0xff, sizeof(re->starts));
	if (re->options & PCRE2_CASELESS || (!map && kind != 1))
		return;
	re->starts[0] = re->starts[1] = 0;
	for (unsigned c = 0; c < 128; c++)
		if (map ? map[c / 8] >> (c & 7) & 1 : (c | 0x20) == (first | 0x20))      /* it does not tell of (?i) */
			re->starts[c / 64] |= UINT64_C(1) << (c & 63);
}

static void
note_costly(struct regex *re)
{
	uint32_t options = 0;

	pcre2_pattern_info(re->bytes[REGEX_QUICK].code, PCRE2_INFO_ALLOPTIONS, &options);
	re->anchored = options & PCRE2_ANCHORED;
	for (size_t i = 0; i < re->pattern_bytes; i++) {
		if (re->pattern[i] != '\\' && re->pattern[i] != '(')
			continue;
		re->refers += regex_text_refers(re->pattern + i, re->pattern_bytes - i);
		re->calls |= regex_text_calls(re->pattern + i, re->pattern_bytes - i);
	}
}

/* What is refused though PCRE2 takes it. */
static bool
is_acceptable(const struct regex *re, struct regex_error *error)
{
	static const char *const refused[] = {
		[REGEX_TRICK_VERB] = "verbs as (*ACCEPT) are not taken",
		[REGEX_TRICK_CALLOUT] = "callouts as (?C1) are not taken",
		[REGEX_TRICK_START] = "\\K is not taken: what stands before a value may be in a (?:...)",
	};
	enum regex_trick trick;
	size_t at = regex_text_trick(re->pattern, re->pattern_bytes, &trick);

	if (re->groups > REGEX_MAX_GROUPS) {
		snprintf(error->message, sizeof(error->message), "%u groups, more than %d", re->groups, REGEX_MAX_GROUPS);
		return false;
	}
	if (trick != REGEX_TRICK_NONE) {
		error->offset = at;
		snprintf(error->message, sizeof(error->message), "%s", refused[trick]);
		return false;
	}
	return true;
}

bool
regex_may_start(const struct regex *re, char first)
{
	unsigned char c = (unsigned char)first;

	return re->starts[c / 64] >> (c & 63) & 1;
}

struct regex *
regex_compile(struct span pattern, unsigned flags, struct regex_error *error)
{
	struct regex *re = calloc(1, sizeof(*re));
	char *copy = malloc(pattern.n + 1);

	memset(error, 0, sizeof(*error));
	if (!re || !copy) {
		snprintf(error->message, sizeof(error->message), "%s", strerror(ENOMEM));
		free(re);
		free(copy);
		return NULL;
	}
	if (pattern.n > 0)
		memcpy(copy, pattern.p, pattern.n);
	copy[pattern.n] = '\0';
	re->pattern = copy;
	re->pattern_bytes = pattern.n;
	re->options = PCRE2_USE_OFFSET_LIMIT | PCRE2_NEVER_BACKSLASH_C | (flags & REGEX_ANCHORED ? PCRE2_ANCHORED : 0) |
	    (flags & REGEX_CASELESS ? PCRE2_CASELESS : 0);
	pthread_mutex_init(&re->making, NULL);
	re->bytes[REGEX_QUICK].code = compile_form(copy, pattern.n, re->options | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP, error);
	if (re->bytes[REGEX_QUICK].code) {
		pcre2_pattern_info(re->bytes[REGEX_QUICK].code, PCRE2_INFO_CAPTURECOUNT, &re->groups);
		note_costly(re);
		note_starts(re);
		if (is_acceptable(re, error))
			return re;
	}
	regex_free(&re);
	return NULL;
}

void
regex_free(struct regex **rep)
{
	struct regex *re = *rep;

	if (!re)
		return;
	for (int way = 0; way < REGEX_WAYS; way++) {
		pcre2_code_free(re->bytes[way].code);
		pcre2_code_free(re->utf[way].code);
	}
	pthread_mutex_destroy(&re->making);
	free(re->pattern);
	free(re);
	*rep = NULL;
}

size_t
regex_groups(const struct regex *re)
{
	return re->groups;
}

bool
regex_is_told(const struct regex *re)
{
	return atomic_load_explicit(&re->told, memory_order_relaxed);
}

bool
regex_tell_once(struct regex *re)
{
	return !atomic_exchange_explicit(&re->told, true, memory_order_relaxed);
}

/* Before each item of a counted form: what it cost since the last one. */
static int
count_item(pcre2_callout_block *block, void *arg)
{
	struct regex_scratch *s = arg;
	size_t at = block->current_position, bytes = REGEX_ITEM_BYTES + (at > s->at ? at - s->at : s->at - at);

	s->at = at;
	if (s->regex->refers && regex_text_refers(s->regex->pattern + block->pattern_position, s->regex->pattern_bytes - block->pattern_position))
		bytes += s->n;
	s->budget -= (int64_t)bytes;
	return s->budget < 0 ? PCRE2_ERROR_MATCHLIMIT : 0;
}

struct regex_scratch *
regex_scratch_new(size_t jit_stack_bytes)
{
	struct regex_scratch *s = calloc(1, sizeof(*s));
	size_t start = jit_stack_bytes < REGEX_JIT_STACK_START ? jit_stack_bytes : REGEX_JIT_STACK_START;

	if (!s)
		return NULL;
	s->data = pcre2_match_data_create(REGEX_MAX_GROUPS + 1, NULL);
	s->context = pcre2_match_context_create(NULL);
	if (!s->data || !s->context) {
		regex_scratch_free(&s);
		return NULL;
	}
	pcre2_set_heap_limit(s->context, REGEX_HEAP_KIB);
	pcre2_set_callout(s->context, count_item, s);
	regex_line_begin(s);
	/* Without a stack of its own, JIT code takes 32 KiB of the thread's: as good. */
	s->stack = pcre2_jit_stack_create(start, jit_stack_bytes, NULL);
	if (s->stack)
		pcre2_jit_stack_assign(s->context, NULL, s->stack);
	return s;
}

void
regex_scratch_free(struct regex_scratch **sp)
{
	struct regex_scratch *s = *sp;

	if (!s)
		return;
	if (s->context)
		pcre2_match_context_free(s->context);
	if (s->data)
		pcre2_match_data_free(s->data);
	if (s->stack)
		pcre2_jit_stack_free(s->stack);
	free(s);
	*sp = NULL;
}

void
regex_line_begin(struct regex_scratch *s)
{
	regex_line_grant(s, 1);
}

void
regex_line_grant(struct regex_scratch *s, unsigned times)
{
	s->quick_left = REGEX_QUICK_LINE * times;
	s->counted_left = (int64_t)REGEX_COUNTED_LINE * times;
	s->counted_pattern = (int64_t)REGEX_COUNTED_PATTERN * times;
}

uint64_t
regex_spent(const struct regex_scratch *s)
{
	return s->spent;
}

void
regex_scratch_wary(struct regex_scratch *s)
{
	s->wary = true;
}

static uint32_t
form_options(const struct regex *re, const struct regex_form *form)
{
	bool counted = form == &re->bytes[REGEX_COUNTED] || form == &re->utf[REGEX_COUNTED];
	bool bytes = form == &re->bytes[REGEX_QUICK] || form == &re->bytes[REGEX_COUNTED];

	return re->options | (bytes ? PCRE2_NEVER_UTF | PCRE2_NEVER_UCP : PCRE2_UTF | PCRE2_UCP) | (counted ? PCRE2_AUTO_CALLOUT : 0);
}

static int
make_form(struct regex *re, struct regex_form *form)
{
	struct regex_error ignored;
	int state;

	pthread_mutex_lock(&re->making);
	state = atomic_load_explicit(&form->state, memory_order_relaxed);
	if (state == REGEX_UNMADE) {
		if (!form->code)
			form->code = compile_form(re->pattern, re->pattern_bytes, form_options(re, form), &ignored);
		if (!form->code)
			state = REGEX_IMPOSSIBLE;
		else
			state = pcre2_jit_compile(form->code, PCRE2_JIT_COMPLETE) == 0 ? REGEX_JIT : REGEX_INTERPRETED;
		atomic_store_explicit(&form->state, state, memory_order_release);
	}
	pthread_mutex_unlock(&re->making);
	return state;
}

static inline int
form_state(struct regex *re, struct regex_form *form)
{
	int state = atomic_load_explicit(&form->state, memory_order_acquire);

	return state != REGEX_UNMADE ? state : make_form(re, form);
}

static enum regex_outcome
take_groups(const struct regex *re, const struct regex_scratch *scratch, struct span text, struct span *groups, size_t max)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(scratch->data);

	for (size_t i = 0; i <= re->groups && i < max; i++) {
		/* \K in a look-ahead can set the start behind the end. */
		if (at[2 * i] == PCRE2_UNSET || at[2 * i] > at[2 * i + 1])
			groups[i] = SPAN_NONE;
		else
			groups[i] = span_of(text.p + at[2 * i], at[2 * i + 1] - at[2 * i]);
	}
	return REGEX_MATCH;
}

static int
run_form(const struct regex_form *form, int state, struct regex_scratch *s, const struct regex_subject *subject)
{
	PCRE2_SPTR text = (PCRE2_SPTR)(subject->text.p ? subject->text.p : "");

	if (state == REGEX_JIT)
		return pcre2_jit_match(form->code, text, subject->text.n, subject->start, 0, s->data, s->context);
	return pcre2_match(form->code, text, subject->text.n, subject->start, PCRE2_NO_UTF_CHECK, s->data, s->context);
}

/*
 * So many steps for each start that all together are within the line's share, if each of them runs through the pattern and, once more for each
 * back-reference, through the text.  0: so few that it is no use.
 */
static uint32_t
quick_limit(uint64_t share, uint64_t starts, uint64_t step)
{
	uint64_t limit = share / (starts * step);

	return limit < REGEX_QUICK_FEWEST ? 0 : limit > UINT32_MAX ? UINT32_MAX : (uint32_t)limit;
}

/* Where a match may begin by its first byte, and at the end of the text. */
static uint64_t
count_starts(const struct regex *re, const struct regex_subject *subject, size_t last)
{
	uint64_t starts = 1;

	for (size_t i = subject->start; i <= last && i < subject->text.n; i++)
		starts += regex_may_start(re, subject->text.p[i]);
	return starts;
}

/* Twice, the second time with a larger share and more exact starts; PCRE2_ERROR_MATCHLIMIT where that is not enough. */
static int
match_quickly(const struct regex *re, const struct regex_form *form, int state, struct regex_scratch *s, const struct regex_subject *subject)
{
	size_t last = subject->start_limit < subject->text.n ? subject->start_limit : subject->text.n;
	uint64_t starts = re->anchored ? 1 : last - subject->start + 1;
	uint64_t step = (subject->text.n - subject->start) * (1 + re->refers) + re->pattern_bytes / 4 + 1;
	uint32_t limit = quick_limit(s->quick_left / 4, starts, step), before = 0;
	uint64_t cost;
	int got = PCRE2_ERROR_MATCHLIMIT;

	if (re->calls)
		return got;
	s->budget = INT64_MAX;          /* the pattern may have callouts of its own */
	s->regex = re;
	s->at = s->n = 0;
	for (int round = 0; round < 2 && got != PCRE2_ERROR_NOMATCH && got <= 0; round++) {
		if (round) {
			starts = re->anchored ? 1 : count_starts(re, subject, last);
			limit = quick_limit(s->quick_left / 2, starts, step);
		} else if (limit > REGEX_QUICK_MOST / starts && limit) {
			limit = REGEX_QUICK_MOST / starts > REGEX_QUICK_FEWEST ? (uint32_t)(REGEX_QUICK_MOST / starts) : REGEX_QUICK_FEWEST;
		}
		if (limit <= before + before / 2)
			continue;
		before = limit;
		pcre2_set_match_limit(s->context, limit);
		got = run_form(form, state, s, subject);
		/* It comes no further than to where it matches. */
		cost = (got > 0 && !re->anchored ? pcre2_get_startchar(s->data) - subject->start + 1 : starts) * step * limit;
		s->quick_left -= cost;
		s->spent += round ? cost : 0;
	}
	return got;
}

/* Is it one that hit the limit so often that this line is not for it? */
static bool
is_shut(struct regex *re, const struct regex_scratch *s)
{
	unsigned limits = s->wary ? atomic_load_explicit(&re->limits, memory_order_relaxed) : 0;

	if (limits < REGEX_OFTEN)
		return false;
	return atomic_fetch_add_explicit(&re->limits, 1, memory_order_relaxed) % REGEX_SELDOM != 0;
}

static int
match_counted(struct regex *re, struct regex_form *form, struct regex_scratch *s, const struct regex_subject *subject)
{
	int64_t budget = s->counted_left < s->counted_pattern ? s->counted_left : s->counted_pattern;
	int state, got;

	if (budget <= 0 || is_shut(re, s))
		return PCRE2_ERROR_MATCHLIMIT;
	state = form_state(re, form);
	if (state == REGEX_IMPOSSIBLE)
		return PCRE2_ERROR_MATCHLIMIT;
	s->budget = budget;
	s->regex = re;
	s->at = subject->start;
	s->n = subject->text.n;
	pcre2_set_match_limit(s->context, UINT32_MAX);
	got = run_form(form, state, s, subject);
	s->counted_left -= budget - s->budget;
	s->spent += (uint64_t)(budget - s->budget);
	if (got <= 0 && got != PCRE2_ERROR_NOMATCH)
		atomic_fetch_add_explicit(&re->limits, 1, memory_order_relaxed);
	else if (atomic_load_explicit(&re->limits, memory_order_relaxed))
		atomic_store_explicit(&re->limits, 0, memory_order_relaxed);
	return got;
}

enum regex_outcome
regex_match(struct regex *re, struct regex_scratch *scratch, const struct regex_subject *subject, struct span *groups, size_t max)
{
	struct regex_form *forms = subject->utf && regex_text_is_whole(subject->text) ? re->utf : re->bytes;
	int state = form_state(re, &forms[REGEX_QUICK]), got;

	if (state == REGEX_IMPOSSIBLE) {
		forms = re->bytes;
		state = form_state(re, &forms[REGEX_QUICK]);
	}
	if (subject->start > subject->text.n || subject->start > subject->start_limit)
		return REGEX_NO_MATCH;
	pcre2_set_offset_limit(scratch->context, subject->start_limit == SIZE_MAX ? PCRE2_UNSET : subject->start_limit);
	got = match_quickly(re, &forms[REGEX_QUICK], state, scratch, subject);
	if (got <= 0 && got != PCRE2_ERROR_NOMATCH)
		got = match_counted(re, &forms[REGEX_COUNTED], scratch, subject);
	if (got > 0)
		return take_groups(re, scratch, span_of(subject->text.p ? subject->text.p : "", subject->text.n), groups, max);
	return got == PCRE2_ERROR_NOMATCH ? REGEX_NO_MATCH : REGEX_LIMIT;
}
