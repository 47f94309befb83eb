/* json_digits: whole numbers to decimal digits, two at a time. */
#ifndef NETNORM_BASE_JSON_DIGITS_H
#define NETNORM_BASE_JSON_DIGITS_H

#include <stdint.h>
#include <string.h>

#define JSON_DIGITS_MAX 20      /* of a uint64_t */

/* Written backwards, so that they end before `end`; gives where they begin.  There are JSON_DIGITS_MAX bytes. */
static inline char *
json_digits(char *end, uint64_t u)
{
	static const char pairs[] =
	    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
	    "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

	while (u >= 100) {
		end -= 2;
		memcpy(end, pairs + u % 100 * 2, 2);
		u /= 100;
	}
	if (u < 10) {
		*--end = (char)('0' + u);
		return end;
	}
	end -= 2;
	memcpy(end, pairs + u * 2, 2);
	return end;
}

/* How many digits `u` has. */
static inline unsigned
json_digits_count(uint64_t u)
{
	static const uint64_t powers[] = {
		0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, UINT64_C(10000000000), UINT64_C(100000000000),
		UINT64_C(1000000000000), UINT64_C(10000000000000), UINT64_C(100000000000000), UINT64_C(1000000000000000),
		UINT64_C(10000000000000000), UINT64_C(100000000000000000), UINT64_C(1000000000000000000), UINT64_C(10000000000000000000),
	};
	/* 1233 / 4096 is a little more than log10(2). */
	unsigned guess = (64 - (unsigned)__builtin_clzll(u | 1)) * 1233 >> 12;

	return guess + (u >= powers[guess]);
}

/* Written forwards, from `out` on; gives the byte behind the last one. */
static inline char *
json_digits_put(char *out, uint64_t u)
{
	char *end = out + (u < 10 ? 1 : json_digits_count(u));

	json_digits(end, u);
	return end;
}

#endif
