/*
 * Values made up.  A type is not read for what it wants: texts of many kinds are tried until libyang takes one.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libyang/libyang.h>

#include "parsers/yang/complete_part.h"

static const char *const tries[] = {
	"x", "1", "0", "true", "1.0", "192.0.2.1", "2001:db8::1", "192.0.2.0/24", "2001:db8::/32", "00:00:5e:00:53:01",
	"2000-01-01T00:00:00Z", "0000.5e00.5301", "00-00-5E-FF-FE-00-53-01", "65536:1", "00", "AAAAAA==", "49.0001", "100", "2000", NULL,
};

static const struct lysc_type *
type_of(const struct lysc_node *leaf)
{
	const struct lysc_type *type = ((const struct lysc_node_leaf *)leaf)->type;

	while (type->basetype == LY_TYPE_LEAFREF)
		type = ((const struct lysc_type_leafref *)type)->realtype;
	return type;
}

static bool
takes(const struct lysc_node *leaf, const char *value)
{
	LY_ERR e = lyd_value_validate(leaf->module->ctx, leaf, value, strlen(value), NULL, NULL, NULL);

	return e == LY_SUCCESS || e == LY_EINCOMPLETE;  /* incomplete: whether a leafref's target is there */
}

/* The i-th identity derived from `base`, depth first; *i counts down. */
static const struct lysc_ident *
derived_at(const struct lysc_ident *base, size_t *i)
{
	LY_ARRAY_COUNT_TYPE k;

	LY_ARRAY_FOR(base->derived, k) {
		const struct lysc_ident *deeper;

		if ((*i)-- == 0)
			return base->derived[k];
		deeper = derived_at(base->derived[k], i);
		if (deeper)
			return deeper;
	}
	return NULL;
}

static char *
identity_at(const struct lysc_type_identityref *type, size_t i)
{
	const struct lysc_ident *id = derived_at(type->bases[0], &i);
	char *value;

	return !id || asprintf(&value, "%s:%s", id->module->name, id->name) == -1 ? NULL : value;
}

char *
complete_choice(const struct lysc_node *leaf, size_t i)
{
	const struct lysc_type *type = type_of(leaf);
	const struct lysc_type_enum *words = (const struct lysc_type_enum *)type;

	switch (type->basetype) {
	case LY_TYPE_IDENT:
		return identity_at((const struct lysc_type_identityref *)type, i);
	case LY_TYPE_ENUM:
		return i < LY_ARRAY_COUNT(words->enums) ? strdup(words->enums[i].name) : NULL;
	case LY_TYPE_BOOL:
		return i < 2 ? strdup(i == 0 ? "true" : "false") : NULL;
	default:
		return NULL;
	}
}

char *
complete_value(const struct lysc_node *leaf)
{
	char *word = complete_choice(leaf, 0);

	if (word)
		return word;
	for (const char *const *t = tries; *t; t++) {
		if (takes(leaf, *t))
			return strdup(*t);
	}
	return NULL;
}
