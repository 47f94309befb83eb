/*
 * Types as words.  A compiled type has lost the names of its typedefs: which string has a name is named.c's, a time in nanoseconds is
 * told by the name that its leaf was written with.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libyang/libyang.h>

#include "parsers/yang/named.h"
#include "parsers/yang/type.h"

/* Two members of a union, one behind the other, that have a word together. */
static const struct {
	const char *first, *second, *word;
} pairs[] = {
	{ "ip4", "ip6", "ip" },
	{ "ip4o", "ip6o", "ipo" },
	{ "ip4p", "ip6p", "ipp" },
	{ "ip4z", "ip6z", "ipz" },
};

void
type_bases_fini(struct type_bases *b)
{
	free(b->items);
	*b = (struct type_bases){ NULL, 0 };
}

static int
note_base(struct type_bases *b, const struct lysc_ident *base)
{
	const struct lysc_ident **grown;

	for (size_t i = 0; i < b->n; i++) {
		if (b->items[i] == base)
			return 0;
	}
	grown = realloc(b->items, (b->n + 1) * sizeof(*grown));
	if (!grown)
		return -1;
	b->items = grown;
	b->items[b->n++] = base;
	return 0;
}

/* ---- ranges ---- */

static void
write_decimal(FILE *f, int64_t scaled, unsigned digits)
{
	uint64_t value = scaled < 0 ? 0 - (uint64_t)scaled : (uint64_t)scaled, unit = 1;

	for (unsigned i = 0; i < digits; i++)
		unit *= 10;
	fprintf(f, "%s%" PRIu64, scaled < 0 ? "-" : "", value / unit);
	if (value % unit == 0)
		return;
	value %= unit;
	while (value % 10 == 0) {
		value /= 10;
		digits--;
	}
	fprintf(f, ".%0*" PRIu64, (int)digits, value);
}

/* Unsigned types and lengths, signed ones, decimals: libyang orders its basic types so. */
static void
write_bound(FILE *f, LY_DATA_TYPE base, unsigned digits, const struct lysc_range_part *part, bool upper)
{
	if (base < LY_TYPE_DEC64)
		fprintf(f, "%" PRIu64, upper ? part->max_u64 : part->min_u64);
	else
		write_decimal(f, upper ? part->max_64 : part->min_64, base == LY_TYPE_DEC64 ? digits : 0);
}

static void
write_range(FILE *f, const char *before, const struct lysc_type *type, unsigned digits, const struct lysc_range *range)
{
	LY_ARRAY_COUNT_TYPE i;

	if (!range)
		return;
	fputs(before, f);
	LY_ARRAY_FOR(range->parts, i) {
		const struct lysc_range_part *part = &range->parts[i];

		if (i > 0)
			fputc('|', f);
		write_bound(f, type->basetype, digits, part, false);
		if (part->min_64 != part->max_64) {
			fputs("..", f);
			write_bound(f, type->basetype, digits, part, true);
		}
	}
}

/* ---- one type ---- */

static int
no_word(const struct lysc_node *leaf, const char *why)
{
	fprintf(stderr, "netnorm-yang: leaf %s of %s: the table has no word for %s\n", leaf->name, leaf->module->name, why);
	return -1;
}

static int
write_string(FILE *f, const struct lysc_node *leaf, const struct lysc_type *type)
{
	const struct lysc_type_str *s = (const struct lysc_type_str *)type;
	const char *word = named_word(leaf->module->ctx, s);
	LY_ARRAY_COUNT_TYPE i;

	if (word || !s->patterns) {
		fputs(word ? word : "string", f);
		write_range(f, " len=", type, 0, s->length);
		return 0;
	}
	fputs("re ", f);
	if (s->length)
		write_range(f, "len=", type, 0, s->length);
	else
		fputc('-', f);
	LY_ARRAY_FOR(s->patterns, i) {
		if (s->patterns[i]->inverted)
			return no_word(leaf, "a pattern that must not match");
		if (strpbrk(s->patterns[i]->expr, "\t\n") || strstr(s->patterns[i]->expr, " ; "))
			return no_word(leaf, "a pattern with a TAB, a line's end or its separator");
		fprintf(f, "%c%s", i == 0 ? ' ' : '\t', s->patterns[i]->expr);
	}
	return 0;
}

static int
write_items(FILE *f, const struct lysc_node *leaf, const char *word, struct lysc_type_bitenum_item *items)
{
	LY_ARRAY_COUNT_TYPE i;

	fputs(word, f);
	LY_ARRAY_FOR(items, i) {
		if (strpbrk(items[i].name, " \t\n;"))
			return no_word(leaf, "a name with a blank");
		fprintf(f, " %s", items[i].name);
	}
	return 0;
}

static int
write_identity(FILE *f, const struct lysc_type_identityref *ref, struct type_bases *bases)
{
	LY_ARRAY_COUNT_TYPE i;

	fputs("ident", f);
	LY_ARRAY_FOR(ref->bases, i) {
		fprintf(f, " %s:%s", ref->bases[i]->module->name, ref->bases[i]->name);
		if (note_base(bases, ref->bases[i]) == -1)
			return -1;
	}
	return 0;
}

static const char *
number_word(LY_DATA_TYPE base)
{
	switch (base) {
	case LY_TYPE_UINT8: return "uint8";
	case LY_TYPE_UINT16: return "uint16";
	case LY_TYPE_UINT32: return "uint32";
	case LY_TYPE_UINT64: return "uint64";
	case LY_TYPE_INT8: return "int8";
	case LY_TYPE_INT16: return "int16";
	case LY_TYPE_INT32: return "int32";
	case LY_TYPE_INT64: return "int64";
	default: return NULL;
	}
}

static const struct lysc_type *
real_type(const struct lysc_type *type)
{
	while (type->basetype == LY_TYPE_LEAFREF)
		type = ((const struct lysc_type_leafref *)type)->realtype;
	return type;
}

/* Any but a union. */
static int
write_plain(FILE *f, const struct lysc_node *leaf, const struct lysc_type *type, struct type_bases *bases)
{
	const struct lysc_type_dec *dec = (const struct lysc_type_dec *)type;

	switch (type->basetype) {
	case LY_TYPE_STRING:
		return write_string(f, leaf, type);
	case LY_TYPE_ENUM:
		return write_items(f, leaf, "enum", ((const struct lysc_type_enum *)type)->enums);
	case LY_TYPE_BITS:
		return write_items(f, leaf, "bits", ((const struct lysc_type_bits *)type)->bits);
	case LY_TYPE_IDENT:
		return write_identity(f, (const struct lysc_type_identityref *)type, bases);
	case LY_TYPE_DEC64:
		fprintf(f, "dec %u", dec->fraction_digits);
		write_range(f, " ", type, dec->fraction_digits, dec->range);
		return 0;
	case LY_TYPE_BINARY:
		fputs("binary", f);
		write_range(f, " len=", type, 0, ((const struct lysc_type_bin *)type)->length);
		return 0;
	case LY_TYPE_BOOL:
		fputs("bool", f);
		return 0;
	case LY_TYPE_EMPTY:
		fputs("empty", f);
		return 0;
	case LY_TYPE_INST:
		fputs("inst", f);
		return 0;
	default:
		if (!number_word(type->basetype))
			return no_word(leaf, "its type");
		fputs(number_word(type->basetype), f);
		write_range(f, " ", type, 0, ((const struct lysc_type_num *)type)->range);
		return 0;
	}
}

/* ---- unions ---- */

/* The word that a member and the one behind it have together, or NULL. */
static const char *
pair_word(const struct ly_ctx *ctx, struct lysc_type **types, size_t i)
{
	const struct lysc_type_str *a, *b;
	const char *first, *second;

	if (i + 1 >= LY_ARRAY_COUNT(types) || types[i]->basetype != LY_TYPE_STRING || types[i + 1]->basetype != LY_TYPE_STRING)
		return NULL;
	a = (const struct lysc_type_str *)types[i];
	b = (const struct lysc_type_str *)types[i + 1];
	first = a->length ? NULL : named_word(ctx, a);
	second = b->length ? NULL : named_word(ctx, b);
	for (size_t k = 0; first && second && k < sizeof(pairs) / sizeof(*pairs); k++) {
		if (strcmp(first, pairs[k].first) == 0 && strcmp(second, pairs[k].second) == 0)
			return pairs[k].word;
	}
	return NULL;
}

/* The members of a union within a union stand in its place. */
static int
write_members(FILE *f, const struct lysc_node *leaf, const struct lysc_type *type, struct type_bases *bases)
{
	struct lysc_type **types = ((const struct lysc_type_union *)type)->types;
	int status = 0;

	for (size_t i = 0; i < LY_ARRAY_COUNT(types) && status == 0; i++) {
		const struct lysc_type *member = real_type(types[i]);
		const char *pair = pair_word(leaf->module->ctx, types, i);

		if (i > 0)
			fputs(" ; ", f);
		if (pair) {
			fputs(pair, f);
			i++;
		} else if (member->basetype == LY_TYPE_UNION) {
			status = write_members(f, leaf, member, bases);
		} else {
			status = write_plain(f, leaf, member, bases);
		}
	}
	return status;
}

static bool
is_pair_alone(const struct ly_ctx *ctx, const struct lysc_type *type)
{
	struct lysc_type **types = ((const struct lysc_type_union *)type)->types;

	return LY_ARRAY_COUNT(types) == 2 && pair_word(ctx, types, 0);
}

/* Whether the leaf was written as nanoseconds: the typedef of a number leaves no other trace. */
static bool
is_nanoseconds(const struct lysc_node *leaf)
{
	const struct lysp_node *parsed = leaf->priv;
	const char *name, *colon;

	if (!parsed || (parsed->nodetype != LYS_LEAF && parsed->nodetype != LYS_LEAFLIST))
		return false;
	name = parsed->nodetype == LYS_LEAF ? ((const struct lysp_node_leaf *)parsed)->type.name
	                                    : ((const struct lysp_node_leaflist *)parsed)->type.name;
	colon = strchr(name, ':');
	return strcmp(colon ? colon + 1 : name, "timeticks64") == 0;
}

int
type_write(FILE *f, const struct lysc_node *leaf, struct type_bases *bases)
{
	const struct lysc_type *type = real_type(leaf->nodetype == LYS_LEAF ? ((const struct lysc_node_leaf *)leaf)->type
	                                                                    : ((const struct lysc_node_leaflist *)leaf)->type);

	if (type->basetype == LY_TYPE_UNION) {
		if (!is_pair_alone(leaf->module->ctx, type))
			fputs("union ", f);
		return write_members(f, leaf, type, bases);
	}
	if (type->basetype == LY_TYPE_UINT64 && is_nanoseconds(leaf)) {
		fputs("ns", f);
		return 0;
	}
	return write_plain(f, leaf, type, bases);
}
