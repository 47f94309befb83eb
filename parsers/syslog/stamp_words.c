/*
 * stamp_words: the words that devices write for a time zone.  One table, in order; docs/time.md tells it to people.
 *
 * Where the world has more than one meaning for a word, the first is the one given here and `ambiguous` says so.
 */
#include "parsers/syslog/scan.h"
#include "parsers/syslog/stamp.h"

#define MAX_WORD 6

static const struct word {
	char name[MAX_WORD + 2];
	short minutes;          /* east of UTC */
	bool ambiguous;
} words[] = {
	{ "ACDT", 630, false }, { "ACST", 570, false }, { "ADT", -180, false }, { "AEDT", 660, false },
	{ "AEST", 600, false }, { "AFT", 270, false }, { "AKDT", -480, false }, { "AKST", -540, false },
	{ "AMT", -240, true }, { "ART", -180, false }, { "AST", -240, true }, { "AWST", 480, false }, { "AZT", 240, false },
	{ "BRST", -120, false }, { "BRT", -180, false }, { "BST", 60, true }, { "CAT", 120, false }, { "CDT", -300, false },
	{ "CEST", 120, false }, { "CET", 60, false }, { "CHST", 600, false }, { "CLST", -180, false },
	{ "CLT", -240, false }, { "COT", -300, false }, { "CST", -360, true }, { "EAT", 180, false }, { "ECT", -300, false },
	{ "EDT", -240, false }, { "EEST", 180, false }, { "EET", 120, false }, { "EST", -300, false }, { "FET", 180, false },
	{ "GET", 240, false }, { "GMT", 0, false }, { "GST", 240, false }, { "HADT", -540, false }, { "HAST", -600, false },
	{ "HDT", -540, false }, { "HKT", 480, false }, { "HST", -600, false }, { "ICT", 420, false }, { "IDT", 180, false },
	{ "IRST", 210, false }, { "IST", 330, true }, { "JST", 540, false }, { "KST", 540, false }, { "MDT", -360, false },
	{ "MEST", 120, false }, { "MESZ", 120, false }, { "MET", 60, false }, { "METDST", 120, false }, { "MEZ", 60, false },
	{ "MMT", 390, false }, { "MSD", 240, false }, { "MSK", 180, false }, { "MST", -420, false }, { "MYT", 480, false },
	{ "NDT", -150, false }, { "NPT", 345, false }, { "NST", -210, false }, { "NZDT", 780, false },
	{ "NZST", 720, false }, { "PDT", -420, false }, { "PET", -300, false }, { "PHT", 480, false }, { "PKT", 300, false },
	{ "PST", -480, false }, { "SAST", 120, false }, { "SGT", 480, false }, { "SST", -660, false }, { "TRT", 180, false },
	{ "UT", 0, false }, { "UTC", 0, false }, { "UYT", -180, false }, { "UZT", 300, false }, { "VET", -240, false },
	{ "WAT", 60, false }, { "WEST", 60, false }, { "WET", 0, false }, { "WIB", 420, false }, { "WIT", 540, false },
	{ "WITA", 480, false }, { "Z", 0, false },
};

/* In capitals, the rest NULs; false if it cannot be in the table. */
static bool
normalize(struct span word, char *out)
{
	if (word.n == 0 || word.n > MAX_WORD)
		return false;
	memset(out, 0, MAX_WORD + 2);
	for (size_t i = 0; i < word.n; i++) {
		if (!span_is_alpha(word.p[i]))
			return false;
		out[i] = (char)(word.p[i] & ~0x20);
	}
	return true;
}

bool
stamp_zone_word(struct span word, int *offset_s, bool *ambiguous)
{
	char name[MAX_WORD + 2];
	size_t lo = 0, hi = sizeof(words) / sizeof(words[0]);

	if (!normalize(word, name))
		return false;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int c = memcmp(name, words[mid].name, sizeof(name));

		if (c == 0) {
			*offset_s = words[mid].minutes * 60;
			*ambiguous = words[mid].ambiguous;
			return true;
		}
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return false;
}
