/*
 * Named types.  A string is told by its patterns, which are compared with those that the typedefs have in their own modules, so that
 * no pattern stands here.
 */
#include <stdbool.h>
#include <string.h>

#include <libyang/libyang.h>

#include "parsers/yang/named.h"

/* Typedefs of strings that have a word of their own.  The first that has a string's patterns names it. */
static const struct named {
	const char *word;
	const char *module, *type;
} named_types[] = {
	{ "ip4", "openconfig-inet-types", "ipv4-address" },
	{ "ip4", "ietf-inet-types", "ipv4-address-no-zone" },
	{ "ip4o", "ietf-inet-types", "ipv4-address" },
	{ "ip4p", "openconfig-inet-types", "ipv4-prefix" },
	{ "ip4p", "ietf-inet-types", "ipv4-prefix" },
	{ "ip4z", "openconfig-inet-types", "ipv4-address-zoned" },
	{ "ip6", "openconfig-inet-types", "ipv6-address" },
	{ "ip6", "ietf-inet-types", "ipv6-address-no-zone" },
	{ "ip6o", "ietf-inet-types", "ipv6-address" },
	{ "ip6p", "openconfig-inet-types", "ipv6-prefix" },
	{ "ip6p", "ietf-inet-types", "ipv6-prefix" },
	{ "ip6z", "openconfig-inet-types", "ipv6-address-zoned" },
	{ "dns", "openconfig-inet-types", "domain-name" },
	{ "dtime", "openconfig-yang-types", "date-and-time" },
	{ "dtime", "ietf-yang-types", "date-and-time" },
	{ "hex", "openconfig-yang-types", "hex-string" },
	{ "mac", "openconfig-yang-types", "mac-address" },
	{ "phys", "openconfig-yang-types", "phys-address" },
	{ "quad", "ietf-yang-types", "dotted-quad" },
	{ "sysid", "openconfig-isis-types", "system-id" },
};

enum { NAMED_TYPES = sizeof(named_types) / sizeof(*named_types), MAX_PATTERNS = 4 };

/* Among those of the module itself: `name` may have its prefix. */
static const struct lysp_tpdf *
find_typedef(const struct lys_module *module, const char *name)
{
	const char *colon = strchr(name, ':');
	LY_ARRAY_COUNT_TYPE i;

	if (colon)
		name = colon + 1;
	LY_ARRAY_FOR(module->parsed->typedefs, i) {
		if (strcmp(module->parsed->typedefs[i].name, name) == 0)
			return &module->parsed->typedefs[i];
	}
	return NULL;
}

/* All patterns of a typedef, those of the one that it restricts first.  How many; 0 where it is not there. */
static size_t
gather_patterns(const struct ly_ctx *ctx, const struct named *n, const char *patterns[MAX_PATTERNS])
{
	const struct lys_module *module = ly_ctx_get_module_latest(ctx, n->module);
	const struct lysp_tpdf *def = module ? find_typedef(module, n->type) : NULL;
	const struct lysp_tpdf *base = def ? find_typedef(module, def->type.name) : NULL;
	size_t count = 0;

	for (const struct lysp_tpdf *d = base ? base : def; d; d = d == def ? NULL : def) {
		LY_ARRAY_COUNT_TYPE i;

		/* The first byte of a parsed pattern says whether it must match. */
		LY_ARRAY_FOR(d->type.patterns, i) {
			if (count == MAX_PATTERNS)
				return 0;
			patterns[count++] = d->type.patterns[i].arg.str + 1;
		}
	}
	return count;
}

static bool
has_patterns(const struct lysc_type_str *s, const char *const *patterns, size_t n)
{
	if (n == 0 || LY_ARRAY_COUNT(s->patterns) != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s->patterns[i]->inverted || strcmp(s->patterns[i]->expr, patterns[i]) != 0)
			return false;
	}
	return true;
}

const char *
named_word(const struct ly_ctx *ctx, const struct lysc_type_str *s)
{
	const char *patterns[MAX_PATTERNS];

	for (const struct named *n = named_types; n < named_types + NAMED_TYPES && s->patterns; n++) {
		if (has_patterns(s, patterns, gather_patterns(ctx, n, patterns)))
			return n->word;
	}
	return NULL;
}

void
named_write(FILE *f, const struct ly_ctx *ctx)
{
	const char *patterns[MAX_PATTERNS];

	for (const struct named *n = named_types; n < named_types + NAMED_TYPES; n++) {
		size_t count = gather_patterns(ctx, n, patterns);

		if (count == 0)
			continue;
		fprintf(f, "=%s\t%s:%s", n->word, n->module, n->type);
		for (size_t i = 0; i < count; i++)
			fprintf(f, "\t%s", patterns[i]);
		fputc('\n', f);
	}
}
