/*
 * PCRE2 behind two entry points.  A struct regex knows its pattern and up to two compiled forms of it (bytes, UTF); who comes first
 * makes the JIT code of a form, under the regex's own lock, and publishes it with one atomic store.
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

#define REGEX_JIT_STACK_START ((size_t)32 << 10)
#define REGEX_HEAP_KIB 1024     /* of the interpreter, where there is no JIT */

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

struct regex {
	char *pattern;
	size_t pattern_bytes;
	uint32_t options;
	uint32_t groups;
	struct regex_form bytes, utf;
	uint64_t starts[4];             /* a bit for each byte that a match may begin with */
	pthread_mutex_t making;
};

struct regex_scratch {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
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

	pcre2_pattern_info(re->bytes.code, PCRE2_INFO_FIRSTBITMAP, &map);
	pcre2_pattern_info(re->bytes.code, PCRE2_INFO_FIRSTCODETYPE, &kind);
	pcre2_pattern_info(re->bytes.code, PCRE2_INFO_FIRSTCODEUNIT, &first);
	memset(re->starts, 0xff, sizeof(re->starts));
	if (re->options & PCRE2_CASELESS || (!map && kind != 1))
		return;
	re->starts[0] = re->starts[1] = 0;
	for (unsigned c = 0; c < 128; c++)
		if (map ? map[c / 8] >> (c & 7) & 1 : (c | 0x20) == (first | 0x20))      /* it does not tell of (?i) */
			re->starts[c / 64] |= UINT64_C(1) << (c & 63);
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
	re->bytes.code = compile_form(copy, pattern.n, re->options | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP, error);
	if (re->bytes.code) {
		pcre2_pattern_info(re->bytes.code, PCRE2_INFO_CAPTURECOUNT, &re->groups);
		note_starts(re);
		if (re->groups <= REGEX_MAX_GROUPS)
			return re;
		snprintf(error->message, sizeof(error->message), "%u groups, more than %d", re->groups, REGEX_MAX_GROUPS);
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
	pcre2_code_free(re->bytes.code);
	pcre2_code_free(re->utf.code);
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

struct regex_scratch *
regex_scratch_new(uint32_t match_limit, size_t jit_stack_bytes)
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
	pcre2_set_match_limit(s->context, match_limit);
	pcre2_set_depth_limit(s->context, match_limit);
	pcre2_set_heap_limit(s->context, REGEX_HEAP_KIB);
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

static int
make_form(struct regex *re, struct regex_form *form)
{
	struct regex_error ignored;
	int state;

	pthread_mutex_lock(&re->making);
	state = atomic_load_explicit(&form->state, memory_order_relaxed);
	if (state == REGEX_UNMADE) {
		if (!form->code)
			form->code = compile_form(re->pattern, re->pattern_bytes, re->options | PCRE2_UTF | PCRE2_UCP, &ignored);
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

/* The text is a whole number of UTF-8 sequences if the line is, and it begins and ends between two of them. */
static bool
between_sequences(struct span text)
{
	size_t i = text.n;

	if (text.n == 0)
		return true;
	if ((text.p[0] & 0xc0) == 0x80)
		return false;
	while (i > 0 && text.n - i < 4) {
		unsigned char c = (unsigned char)text.p[--i];

		if ((c & 0xc0) != 0x80) {
			size_t want = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

			return want == text.n - i;
		}
	}
	return false;
}

enum regex_outcome
regex_match(struct regex *re, struct regex_scratch *scratch, const struct regex_subject *subject, struct span *groups, size_t max)
{
	struct regex_form *form = subject->utf && between_sequences(subject->text) ? &re->utf : &re->bytes;
	PCRE2_SPTR text = (PCRE2_SPTR)(subject->text.p ? subject->text.p : "");
	int state = form_state(re, form), got;

	if (state == REGEX_IMPOSSIBLE) {
		form = &re->bytes;
		state = form_state(re, form);
	}
	if (subject->start > subject->text.n || subject->start > subject->start_limit)
		return REGEX_NO_MATCH;
	pcre2_set_offset_limit(scratch->context, subject->start_limit == SIZE_MAX ? PCRE2_UNSET : subject->start_limit);
	if (state == REGEX_JIT)
		got = pcre2_jit_match(form->code, text, subject->text.n, subject->start, 0, scratch->data, scratch->context);
	else
		got = pcre2_match(form->code, text, subject->text.n, subject->start, PCRE2_NO_UTF_CHECK, scratch->data, scratch->context);
	if (got > 0)
		return take_groups(re, scratch, span_of((const char *)text, subject->text.n), groups, max);
	return got == PCRE2_ERROR_NOMATCH ? REGEX_NO_MATCH : REGEX_LIMIT;
}
