/*
 * utf8_scan: how far a run of harmless bytes goes, 16 bytes at a time with SSE2, 8 without.  Never reads outside the span.
 *
 * Each "mask" has one bit (SSE2) or one byte (portable) for each byte that ends the run, the first one lowest.
 */
#ifndef NETNORM_BASE_UTF8_SCAN_H
#define NETNORM_BASE_UTF8_SCAN_H

#include <stdint.h>

#include "base/span.h"

#ifdef __SSE2__

#include <emmintrin.h>

#define UTF8_STEP 16
typedef __m128i utf8_word;

static inline utf8_word
utf8_load(const char *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline void
utf8_store(char *p, utf8_word w)
{
	_mm_storeu_si128((__m128i *)(void *)p, w);
}

/* Not ASCII. */
static inline uint64_t
utf8_mask_wide(utf8_word w)
{
	return (uint32_t)_mm_movemask_epi8(w);
}

static inline utf8_word
utf8_quotes(utf8_word w)
{
	return _mm_or_si128(_mm_cmpeq_epi8(w, _mm_set1_epi8('"')), _mm_cmpeq_epi8(w, _mm_set1_epi8('\\')));
}

/* What JSON wants escaped: controls, '"' and '\'. */
static inline uint64_t
utf8_mask_escape(utf8_word w)
{
	utf8_word control = _mm_cmpeq_epi8(_mm_min_epu8(w, _mm_set1_epi8(0x1f)), w);

	return (uint32_t)_mm_movemask_epi8(_mm_or_si128(control, utf8_quotes(w)));
}

/* The same and what is not ASCII: signed, that is below 0x20, too. */
static inline uint64_t
utf8_mask_escape_wide(utf8_word w)
{
	return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_cmplt_epi8(w, _mm_set1_epi8(0x20)), utf8_quotes(w)));
}

/* The same and 0x7f: all that is not UTF8_PLAIN. */
static inline uint64_t
utf8_mask_not_plain(utf8_word w)
{
	utf8_word low_del = _mm_or_si128(_mm_cmplt_epi8(w, _mm_set1_epi8(0x20)), _mm_cmpeq_epi8(w, _mm_set1_epi8(0x7f)));

	return (uint32_t)_mm_movemask_epi8(_mm_or_si128(low_del, utf8_quotes(w)));
}

static inline size_t
utf8_mask_first(uint64_t mask)
{
	return (size_t)__builtin_ctz((unsigned)mask);
}

#else /* eight bytes in a word */

#define UTF8_STEP 8
typedef uint64_t utf8_word;

#define UTF8_EACH(c) (UINT64_C(0x0101010101010101) * (uint64_t)(c))

static inline utf8_word
utf8_load(const char *p)
{
	utf8_word w;

	memcpy(&w, p, sizeof(w));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	return w;
}

static inline void
utf8_store(char *p, utf8_word w)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	memcpy(p, &w, sizeof(w));
}

static inline uint64_t
utf8_mask_wide(utf8_word w)
{
	return w & UTF8_EACH(0x80);
}

/* Exact for each byte: no borrow crosses a byte, since bit 7 is set before and cleared in what is taken away. */
static inline uint64_t
utf8_below(utf8_word w, unsigned char c)
{
	return ~((w | UTF8_EACH(0x80)) - UTF8_EACH(c)) & ~w & UTF8_EACH(0x80);
}

static inline uint64_t
utf8_equal(utf8_word w, unsigned char c)
{
	return utf8_below(w ^ UTF8_EACH(c), 1);
}

static inline uint64_t
utf8_mask_escape(utf8_word w)
{
	return utf8_below(w, 0x20) | utf8_equal(w, '"') | utf8_equal(w, '\\');
}

static inline uint64_t
utf8_mask_escape_wide(utf8_word w)
{
	return utf8_mask_escape(w) | utf8_mask_wide(w);
}

static inline uint64_t
utf8_mask_not_plain(utf8_word w)
{
	return utf8_mask_escape_wide(w) | utf8_equal(w, 0x7f);
}

static inline size_t
utf8_mask_first(uint64_t mask)
{
	return (size_t)__builtin_ctzll(mask) / 8;
}

#endif

/* Up to eight bytes, the first one lowest, with blanks behind them.  Loads overlap, so that none is outside and there is no loop. */
static inline uint64_t
utf8_load_short(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;
	uint64_t w = 0;

	if (n >= 4) {
		uint32_t first, last;

		memcpy(&first, p, 4);
		memcpy(&last, p + n - 4, 4);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		first = __builtin_bswap32(first);
		last = __builtin_bswap32(last);
#endif
		w = first | (uint64_t)last << (8 * (n - 4));
	} else if (n > 0) {
		w = u[0] | (uint64_t)u[n / 2] << (8 * (n / 2)) | (uint64_t)u[n - 1] << (8 * (n - 1));
	}
	return n < 8 ? w | UINT64_C(0x2020202020202020) << (8 * n) : w;
}

/* A span shorter than a step, with blanks behind it (a blank ends no run). */
static inline utf8_word
utf8_load_tail(const char *p, size_t n)
{
#ifdef __SSE2__
	uint64_t first = utf8_load_short(p, n < 8 ? n : 8), last = utf8_load_short(p + (n < 8 ? 0 : 8), n < 8 ? 0 : n - 8);

	return _mm_set_epi64x((int64_t)last, (int64_t)first);
#else
	return utf8_load_short(p, n);
#endif
}

/*
 * The run of bytes at the start of `s` for which mask() is 0.  The last step lies over the one before it, so that no byte behind the
 * span is read; only a short span is copied.
 */
#define UTF8_SCAN(name, mask)                                             \
	static inline size_t name(struct span s)                          \
	{                                                                 \
		size_t i = 0;                                             \
		uint64_t m;                                               \
                                                                          \
		if (s.n < UTF8_STEP) {                                    \
			m = mask(utf8_load_tail(s.p, s.n));               \
			return m ? utf8_mask_first(m) : s.n;              \
		}                                                         \
		for (; i + UTF8_STEP <= s.n; i += UTF8_STEP)              \
			if ((m = mask(utf8_load(s.p + i))) != 0)          \
				return i + utf8_mask_first(m);            \
		i = s.n - UTF8_STEP;                                      \
		m = mask(utf8_load(s.p + i));                             \
		return m ? i + utf8_mask_first(m) : s.n;                  \
	}

UTF8_SCAN(utf8_scan_plain, utf8_mask_not_plain)         /* UTF8_PLAIN */
UTF8_SCAN(utf8_scan_ascii, utf8_mask_wide)              /* ASCII */

#endif
