#include "parsers/profile/cast.h"

#include <errno.h>
#include <stdlib.h>

#include "parsers/profile/cast_name.h"
#include "parsers/profile/reader.h"

#define CAST_NUMBER_BYTES 64    /* a longer number stays a text */

/* ---- numbers ---- */

/* As Python's int() reads it: white space around, a sign, single underscores between digits. */
static bool
read_int(struct span s, int64_t *out)
{
	bool negative = false, digit = false;
	uint64_t u = 0, most = INT64_MAX;

	s = span_trim(s);
	if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+')) {
		negative = s.p[0] == '-';
		s = span_skip(s, 1);
	}
	most += negative;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned char)s.p[i] - (unsigned)'0';

		if (s.p[i] == '_' && digit && i + 1 < s.n) {
			digit = false;
			continue;
		}
		if (d > 9 || u > (most - d) / 10)
			return false;
		u = u * 10 + d;
		digit = true;
	}
	*out = negative ? (int64_t)(0 - u) : (int64_t)u;
	return digit;
}

static int
cast_int(const struct cast *c, struct fact *f, struct arena *arena)
{
	(void)c;
	(void)arena;
	if (read_int(f->text, &f->num))
		f->type = FACT_INT;
	return 0;
}

static int
cast_float(const struct cast *c, struct fact *f, struct arena *arena)
{
	char buf[CAST_NUMBER_BYTES], *end;
	struct span s = span_trim(f->text);
	double d;

	(void)c;
	(void)arena;
	if (s.n == 0 || s.n >= sizeof(buf))
		return 0;
	for (size_t i = 0; i < s.n; i++)        /* no hexadecimal numbers, no "nan" */
		if (!span_is_digit(s.p[i]) && !memchr("+-.eE", s.p[i], 5))
			return 0;
	memcpy(buf, s.p, s.n);
	buf[s.n] = '\0';
	errno = 0;
	d = strtod(buf, &end);
	if (*end == '\0' && errno == 0) {
		f->type = FACT_REAL;
		f->real = d;
	}
	return 0;
}

/* ---- letters: ASCII only, other bytes stay ---- */

static char
to_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

static char
to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static int
convert(struct fact *f, struct arena *arena, char (*letter)(char))
{
	size_t same = 0;
	char *p;

	while (same < f->text.n && letter(f->text.p[same]) == f->text.p[same])
		same++;
	if (same == f->text.n)
		return 0;
	p = arena_alloc(arena, f->text.n);
	if (!p)
		return -1;
	for (size_t i = 0; i < f->text.n; i++)
		p[i] = letter(f->text.p[i]);
	f->text.p = p;
	return 0;
}

static int
cast_upper(const struct cast *c, struct fact *f, struct arena *arena)
{
	(void)c;
	return convert(f, arena, to_upper);
}

static int
cast_lower(const struct cast *c, struct fact *f, struct arena *arena)
{
	(void)c;
	return convert(f, arena, to_lower);
}

static int
cast_title(const struct cast *c, struct fact *f, struct arena *arena)
{
	char *p = arena_alloc(arena, f->text.n + 1);
	bool inside = false;

	(void)c;
	if (!p)
		return -1;
	for (size_t i = 0; i < f->text.n; i++) {
		p[i] = inside ? to_lower(f->text.p[i]) : to_upper(f->text.p[i]);
		inside = span_is_alpha(f->text.p[i]);
	}
	f->text.p = p;
	return 0;
}

static int
cast_strip(const struct cast *c, struct fact *f, struct arena *arena)
{
	(void)c;
	(void)arena;
	f->text = span_trim(f->text);
	return 0;
}

static int
cast_str(const struct cast *c, struct fact *f, struct arena *arena)
{
	(void)c;
	(void)f;
	(void)arena;
	return 0;
}

/* ---- words ---- */

static bool
same_word(struct span s, const char *word)
{
	size_t i = 0;

	for (; i < s.n && word[i]; i++)
		if (to_lower(s.p[i]) != word[i])
			return false;
	return i == s.n && !word[i];
}

static int
cast_bool(const struct cast *c, struct fact *f, struct arena *arena)
{
	static const char *const words[2][6] = {
		{ "false", "no", "off", "disabled", "0", "n" },
		{ "true", "yes", "on", "enabled", "1", "y" },
	};

	(void)c;
	(void)arena;
	for (int yes = 0; yes < 2; yes++)
		for (size_t i = 0; i < 6; i++)
			if (same_word(f->text, words[yes][i])) {
				f->type = FACT_BOOL;
				f->num = yes;
				return 0;
			}
	return 0;
}

static bool
look_up(const struct cast *c, struct fact *f)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct cast_entry *entry = &c->entries[i];

		if (!span_eq(entry->from, f->text))
			continue;
		f->type = entry->to.type;
		f->text = entry->to.text;
		f->num = entry->to.num;
		f->real = entry->to.real;
		return true;
	}
	return false;
}

/* `*` in a map: what all other values become. */
static void
look_up_other(const struct cast *c, struct fact *f)
{
	struct fact star = { .text = SPAN_LIT("*") };

	if (look_up(c, &star)) {
		star.key = f->key;
		star.full = SPAN_NONE;
		*f = star;
	}
}

static int
cast_map(const struct cast *c, struct fact *f, struct arena *arena)
{
	(void)arena;
	if (!look_up(c, f) && c->has_star)
		look_up_other(c, f);
	return 0;
}

static int
cast_map_or_upper(const struct cast *c, struct fact *f, struct arena *arena)
{
	return look_up(c, f) ? 0 : convert(f, arena, to_upper);
}

#define CAST_TO_TEXT(a, b) { SPAN_INIT(a), { .type = FACT_TEXT, .text = SPAN_INIT(b) } }
#define CAST_TO_INT(a, b) { SPAN_INIT(a), { .type = FACT_INT, .text = SPAN_INIT(#b), .num = (b) } }
#define SPAN_INIT(s) { "" s, sizeof(s) - 1 }

static const struct cast_entry bgp_states[] = {
	CAST_TO_TEXT("OpenSent", "OPEN_SENT"),
	CAST_TO_TEXT("OpenConfirm", "OPEN_CONFIRM"),
	CAST_TO_TEXT("Up", "ESTABLISHED"),
	CAST_TO_TEXT("Down", "ACTIVE"),
};
static const struct cast_entry bfd_states[] = { CAST_TO_TEXT("AdminDown", "ADMIN_DOWN") };
static const struct cast_entry colors[] = { CAST_TO_INT("RED", 3), CAST_TO_INT("YELLOW", 4) };

static const struct cast casts[] = {
	{ .name = SPAN_INIT("int"), .apply = cast_int },
	{ .name = SPAN_INIT("float"), .apply = cast_float },
	{ .name = SPAN_INIT("str"), .apply = cast_str },
	{ .name = SPAN_INIT("upper"), .apply = cast_upper },
	{ .name = SPAN_INIT("lower"), .apply = cast_lower },
	{ .name = SPAN_INIT("title"), .apply = cast_title },
	{ .name = SPAN_INIT("strip"), .apply = cast_strip },
	{ .name = SPAN_INIT("bool"), .apply = cast_bool },
	{ .name = SPAN_INIT("bgp_state_convert"), .apply = cast_map_or_upper, .entries = bgp_states, .n = 4 },
	{ .name = SPAN_INIT("bfd_state_convert"), .apply = cast_map_or_upper, .entries = bfd_states, .n = 1 },
	{ .name = SPAN_INIT("parent"), .apply = cast_parent },
	{ .name = SPAN_INIT("unit"), .apply = cast_unit },
	{ .name = SPAN_INIT("whole"), .apply = cast_whole },
	{ .name = SPAN_INIT("number"), .apply = cast_first_number },
	{ .name = SPAN_INIT("as_number"), .apply = cast_as_number },
	{ .name = SPAN_INIT("bytes"), .apply = cast_bytes },
	{ .name = SPAN_INIT("mac"), .apply = cast_mac },
	{ .name = SPAN_INIT("ip_version"), .apply = cast_ip_version },
	{ .name = SPAN_INIT("lsr_id"), .apply = cast_lsr_id },
	{ .name = SPAN_INIT("label_space"), .apply = cast_label_space },
	{ .name = SPAN_INIT("unquote"), .apply = cast_unquote },
	{ .name = SPAN_INIT("before_bracket"), .apply = cast_before_bracket },
	{ .name = SPAN_INIT("in_brackets"), .apply = cast_in_brackets },
	{ .name = SPAN_INIT("sd_value"), .apply = cast_sd_value },
	{ .name = SPAN_INIT("color_to_severity"), .apply = cast_map, .entries = colors, .n = 2 },
};
#define NCASTS (sizeof(casts) / sizeof(casts[0]))

const struct cast cast_no_interfaces = { .name = SPAN_INIT("interface"), .apply = cast_interface };

const struct cast *
cast_named(const struct profile_os *os, struct span name)
{
	for (size_t i = 0; i < os->nmaps; i++)
		if (span_eq(os->maps[i].name, name))
			return &os->maps[i];
	if (span_eq(name, SPAN_LIT("interface")))
		return &os->interfaces;
	for (size_t i = 0; i < NCASTS; i++)
		if (span_eq(casts[i].name, name))
			return &casts[i];
	return NULL;
}

/* ---- reading ---- */

static void
read_map(struct reader *r, const struct yaml_node *map, struct cast *cast)
{
	struct cast_entry *entries = reader_alloc(r, map->children * sizeof(*entries));

	*cast = (struct cast){ .name = map->key->text, .apply = cast_map, .doc = r->doc, .node = map };
	if (!entries || !reader_map(r, map, NULL, "a map of values"))
		return;
	for (const struct yaml_node *entry = map->first; entry; entry = entry->next) {
		entries[cast->n++] = (struct cast_entry){ .from = entry->key->text, .to = reader_constant(r, entry) };
		cast->has_star |= span_eq(entry->key->text, SPAN_LIT("*"));
	}
	cast->entries = entries;
}

void
cast_read_interfaces(struct reader *r, const struct yaml_node *map)
{
	if (!map)
		return;
	read_map(r, map, &r->os->interfaces);
	r->os->interfaces.name = cast_no_interfaces.name;
	r->os->interfaces.apply = cast_interface;
}

void
cast_read_maps(struct reader *r, const struct yaml_node *maps)
{
	struct profile_os *os = r->os;
	struct cast *all;
	size_t n = 0;

	if (!maps || !reader_map(r, maps, NULL, "maps"))
		return;
	all = reader_alloc(r, (maps->children + os->nmaps) * sizeof(*all));
	if (!all)
		return;
	for (const struct yaml_node *map = maps->first; map; map = map->next)
		read_map(r, map, &all[n++]);
	for (size_t i = 0; i < os->nmaps; i++)
		if (!yaml_get(maps, os->maps[i].name.p))
			all[n++] = os->maps[i];
	os->maps = all;
	os->nmaps = n;
}

static void
tell_unknown(struct reader *r, const struct yaml_node *key, struct span name)
{
	const char **names = reader_alloc(r, (NCASTS + r->os->nmaps + 1) * sizeof(*names));
	const char *meant;
	size_t at = (size_t)(name.p - key->text.p);

	if (!names)
		return;
	for (size_t i = 0; i < NCASTS; i++)
		names[i] = casts[i].name.p;
	for (size_t i = 0; i < r->os->nmaps; i++)
		names[NCASTS + i] = r->os->maps[i].name.p;
	meant = diag_suggest(name, names);
	if (meant)
		reader_fault_in(r, key, at, name.n, "there is no cast \"%.*s\" (did you mean \"%s\"?)", READER_TEXT(name), meant);
	else
		reader_fault_in(r, key, at, name.n, "there is no cast \"%.*s\"", READER_TEXT(name));
}

void
cast_split(struct reader *r, const struct yaml_node *key, struct span *name, const struct cast **cast)
{
	const char *bar = key->text.n ? memchr(key->text.p, '|', key->text.n) : NULL;

	*cast = NULL;
	*name = span_trim(bar ? span_between(key->text.p, bar) : key->text);
	if (name->n == 0)
		reader_fault(r, key, "a value must have a name");
	if (bar) {
		struct span second = span_trim(span_between(bar + 1, key->text.p + key->text.n));

		*cast = cast_named(r->os, second);
		if (!*cast)
			tell_unknown(r, key, second);
	}
	/* The name ends where the text of the key goes on: later looks want a NUL. */
	if (bar)
		*name = reader_copy(r, *name);
}
