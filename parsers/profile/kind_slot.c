/* The values of a kind: what is written between quotes becomes facts, casts and literals, for a leaf of a type. */
#include <stdarg.h>
#include <stdio.h>

#include "parsers/profile/kind_part.h"

/* ---- faults ---- */

void
kind_tell(struct kind_builder *b, size_t offset, size_t width, const char *fmt, ...)
{
	char message[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	if (!b->key || !b->k->r->doc) {
		diag_add(b->k->r->diag, DIAG_ERROR, NULL, "%.*s: %s", (int)b->kind->name.n, b->kind->name.p, message);
		return;
	}
	if (offset < b->aliased) {
		offset = 0;
		width = b->alias ? b->alias : 1;
	} else {
		offset = offset - b->aliased + b->alias;
	}
	reader_fault_in(b->k->r, b->key, offset, width, "%s", message);
}

/* At `offset` of the value that is read, else at the key. */
static void
tell_value(struct kind_builder *b, struct span slot, const char *message)
{
	if (b->value && b->value->kind != YAML_NULL)
		reader_fault(b->k->r, b->value, "%.*s: %s", READER_TEXT(slot), message);
	else
		kind_tell(b, 0, 1, "%.*s: %s", READER_TEXT(slot), message);
}

/* ---- facts and casts ---- */

static int
fact_of(struct kind_builder *b, struct span name)
{
	struct strict_kind *kind = b->kind;
	enum strict_envelope envelope = STRICT_OF_MESSAGE;
	const char *meant;

	if (name.n > 0 && name.p[0] == '.') {
		struct span bare = span_skip(name, 1);

		envelope = strict_envelope_named(bare);
		if (!envelope) {
			meant = diag_suggest(bare, strict_envelope_names());
			kind_tell(b, 0, 1, "the envelope has no fact \"%.*s\"%s%s%s", READER_TEXT(name), meant ? " (did you mean \"." : "", meant ? meant : "",
			    meant ? "\"?)" : "");
			return -1;
		}
	}
	for (size_t i = 0; i < kind->nfacts; i++)
		if (span_eq(b->facts[i].name, name))
			return (int)i;
	if (kind->nfacts == STRICT_MAX_FACTS) {
		kind_tell(b, 0, 1, "more than %d facts", STRICT_MAX_FACTS);
		return -1;
	}
	b->facts[kind->nfacts] = (struct strict_fact){ .name = reader_copy(b->k->r, name), .envelope = envelope };
	return (int)kind->nfacts++;
}

/* `name|cast|cast?otherwise`, between braces. */
static bool
read_place(struct kind_builder *b, struct span text, struct strict_piece *piece)
{
	const char *question = text.n ? memchr(text.p, '?', text.n) : NULL;
	struct span rest = question ? span_between(text.p, question) : text, one;

	*piece = (struct strict_piece){ .fact = -1 };
	if (question)
		piece->otherwise = span_between(question + 1, text.p + text.n);
	for (bool first = true; rest.p; first = false) {
		const char *bar = rest.n ? memchr(rest.p, '|', rest.n) : NULL;

		one = span_trim(bar ? span_between(rest.p, bar) : rest);
		rest = bar ? span_between(bar + 1, rest.p + rest.n) : SPAN_NONE;
		if (first) {
			piece->fact = fact_of(b, one);
			if (piece->fact < 0)
				return false;
			continue;
		}
		if (piece->ncasts == STRICT_MAX_CASTS) {
			kind_tell(b, 0, 1, "more than %d casts", STRICT_MAX_CASTS);
			return false;
		}
		piece->casts[piece->ncasts] = cast_named(&b->k->os, one);
		if (!piece->casts[piece->ncasts++]) {
			tell_value(b, text, "there is no such cast");
			return false;
		}
	}
	return true;
}

/* A place and the text before it for each brace, and the text behind the last. */
static size_t
most_pieces(struct span text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '{' ? 2 : 0;
	return n;
}

static bool
read_pieces(struct kind_builder *b, struct strict_slot *slot)
{
	struct span text = slot->written;
	struct strict_piece *pieces = reader_alloc(b->k->r, most_pieces(text) * sizeof(*pieces));

	if (!pieces)
		return false;
	slot->pieces = pieces;
	while (text.n > 0) {
		const char *brace = text.p[0] == '{' ? text.p : memchr(text.p, '{', text.n);

		if (brace != text.p) {
			struct span literal = brace ? span_between(text.p, brace) : text;

			pieces[slot->npieces++] = (struct strict_piece){ .literal = literal, .fact = -1 };
			text = span_skip(text, literal.n);
			continue;
		}
		brace = memchr(text.p, '}', text.n);
		if (!brace) {
			tell_value(b, slot->written, "the brace is not closed");
			return false;
		}
		if (!read_place(b, span_between(text.p + 1, brace), &pieces[slot->npieces++]))
			return false;
		text = span_skip(text, (size_t)(brace + 1 - text.p));
	}
	return true;
}

#define WORDS_SHOWN 12

static void
tell_words(struct kind_builder *b, const struct strict_slot *slot)
{
	const struct yang_type *t = slot->type;
	const char **words = reader_alloc(b->k->r, (t->nwords + 1) * sizeof(*words));
	const char *meant;
	char list[400], message[600];
	size_t at = 0;

	list[0] = '\0';
	for (size_t i = 0; words && i < t->nwords; i++) {
		const char *colon = t->base == YANG_IDENTITY ? memchr(t->words[i].p, ':', t->words[i].n) : NULL;
		struct span word = colon ? span_between(colon + 1, t->words[i].p + t->words[i].n) : t->words[i];

		words[i] = reader_copy(b->k->r, word).p;
		if (i < WORDS_SHOWN && at < sizeof(list))
			at += (size_t)snprintf(list + at, sizeof(list) - at, "%s%.*s", i ? ", " : "", READER_TEXT(word));
	}
	meant = words ? diag_suggest(slot->written, words) : NULL;
	snprintf(message, sizeof(message), "the leaf takes %s%s%s%s%s", list, t->nwords > WORDS_SHOWN ? ", ..." : "", meant ? "; did you mean \"" : "",
	    meant ? meant : "", meant ? "\"?" : "");
	tell_value(b, slot->written, message);
}

/* A literal: as the leaf takes it, now and for good; nothing is helped to be a word of an enumeration. */
static bool
read_literal(struct kind_builder *b, struct strict_slot *slot)
{
	struct fact fact = { .type = FACT_TEXT, .text = slot->written };
	const struct yang_type *t = slot->type;
	bool wordy = t->base == YANG_ENUM || t->base == YANG_IDENTITY;

	if ((!wordy || yang_has_word(t, slot->written)) && yang_take(t, &fact, &b->k->r->set->arena, &slot->constant))
		return true;
	if (wordy)
		tell_words(b, slot);
	else
		tell_value(b, slot->written, arena_printf(&b->k->r->set->arena, "the leaf takes %.*s", READER_TEXT(t->spelling)).p);
	return false;
}

int
kind_slot(struct kind_builder *b, struct span written, const struct yang_type *type, struct span path)
{
	struct yang_tree *tree = &b->tree;
	struct strict_slot *slot = &b->slots[tree->nslots];

	for (size_t i = 0; i < tree->nslots; i++)
		if (b->slots[i].type == type && span_eq(b->slots[i].written, written))
			return (int)i;
	if (tree->nslots == YANG_TREE_MAX_SLOTS) {
		kind_tell(b, 0, 1, "more than %d values", YANG_TREE_MAX_SLOTS);
		return -1;
	}
	*slot = (struct strict_slot){ .written = reader_copy(b->k->r, written), .type = type, .path = reader_copy(b->k->r, path) };
	slot->told = reader_alloc(b->k->r, sizeof(*slot->told));
	if (!slot->written.p || !slot->told)
		return -1;
	if (type->base == YANG_PATTERN || type->base == YANG_OTHER) {
		kind_tell(b, 0, 1, "nothing can be put into %.*s: it takes %.*s", READER_TEXT(path), READER_TEXT(type->spelling));
		return -1;
	}
	if (memchr(written.p, '{', written.n) ? !read_pieces(b, slot) : !read_literal(b, slot))
		return -1;
	return (int)tree->nslots++;
}
