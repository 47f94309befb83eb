/*
 * Lines below "router bgp": see ios_bgp_lines.h.
 */
#include "drivers/ios/ios_bgp_lines.h"

#include <stdlib.h>

#include "drivers/field.h"
#include "drivers/ios/ios.h"

/* ---- the section ---- */

/* What stands below "router bgp N", up to a line at the margin that is no comment; *as is N, up to a dot. */
static struct span
bgp_section(struct span config, int64_t *as)
{
	struct span line, rest = config, start;
	static const struct span head = SPAN_LIT("router bgp ");

	while (field_line(&rest, &line)) {
		if (!span_starts(line, head) || !field_int(ios_until(span_trim(span_skip(line, head.n)), '.'), as))
			continue;
		start = rest;
		do {
			config = rest;
		} while (field_line(&rest, &line) && (line.n == 0 || line.p[0] == ' ' || line.p[0] == '!'));
		return span_between(start.p, config.p);
	}
	return SPAN_NONE;
}

static size_t
margin_of(struct span line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] == ' ')
		n++;
	return n;
}

static bool
add_line(struct ios_bgp_lines *s, struct span text, struct span family)
{
	struct ios_bgp_line *more;

	if (s->n == s->cap) {
		more = realloc(s->all, (s->cap * 2 + 64) * sizeof(*more));
		if (!more)
			return false;
		s->all = more;
		s->cap = s->cap * 2 + 64;
	}
	s->all[s->n++] = (struct ios_bgp_line){ text, family };
	s->bytes += text.n;
	return true;
}

/* What is indented further than "address-family" stands below it.  (Old releases do not indent: NAPALM sees no family there.) */
bool
ios_bgp_lines_read(struct ios_bgp_lines *s, struct span config)
{
	struct span text = bgp_section(config, &s->own_as), line, bare, family = SPAN_NONE;
	bool found = text.p != NULL;

	while (field_line(&text, &line)) {
		bare = span_trim(line);
		if (bare.n == 0 || bare.p[0] == '!')
			continue;
		line.n = (size_t)(bare.p - line.p) + bare.n;
		if (family.p && margin_of(line) <= margin_of(family))
			family = SPAN_NONE;
		if (!add_line(s, line, family))
			break;
		if (span_starts(bare, SPAN_LIT("address-family ")))
			family = line;
	}
	return found;
}

/* ---- names ---- */

static size_t
run_of(struct span s, const char *chars)
{
	size_t n = 0;

	while (n < s.n && (span_is_digit(s.p[n]) || (s.p[n] != '\0' && strchr(chars, s.p[n]))))
		n++;
	return n;
}

/* "192.0.2.1" at the start of the text; its length, or 0. */
static size_t
dotted(struct span s)
{
	size_t n = 0, digits;

	for (int i = 0; i < 4; i++) {
		if (i > 0 && (n >= s.n || s.p[n++] != '.'))
			return 0;
		digits = run_of(span_skip(s, n), "");
		if (digits == 0 || (digits > 3 && i < 3))
			return 0;
		n += digits < 3 ? digits : 3;
	}
	return n;
}

/* Letters, digits and colons with "::" among them. */
static size_t
shortened(struct span s)
{
	size_t n = run_of(span_of(s.p, s.n < 80 ? s.n : 80), ":abcdefABCDEF");

	return field_has(span_of(s.p, n), "::") ? n : 0;
}

/* The first address in the line: one of IPv4, wherever it is, before one of IPv6. */
static struct span
address_in(struct span line)
{
	static size_t (*const kinds[])(struct span) = { dotted, shortened };
	size_t n;

	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < line.n; i++) {
			if ((n = kinds[k](span_skip(line, i))) > 0)
				return span_of(line.p + i, n);
		}
	}
	return SPAN_NONE;
}

json_t *
ios_bgp_lines_names(const struct ios_bgp_lines *s)
{
	json_t *names = json_object();
	struct span name;

	for (size_t i = 0; i < s->n; i++) {
		name = field_has(s->all[i].text, " neighbor ") ? address_in(s->all[i].text) : SPAN_NONE;
		if (name.n > 0)
			ios_set(names, name, json_null());
	}
	return names;
}

/* ---- what the lines of a name say ---- */

/* The next value in *rest, which then is what stands behind it. */
typedef bool finder(struct span *rest, const char *mark, struct span *value);

static bool
to_quote(struct span *rest, const char *mark, struct span *value)
{
	*value = ios_until(field_behind(*rest, mark), '\'');
	*rest = value->n > 0 ? span_skip(field_behind(*rest, mark), value->n) : SPAN_NONE;
	return value->n > 0;
}

static bool
to_word_end(struct span *rest, const char *mark, struct span *value)
{
	*rest = field_behind(*rest, mark);
	*value = span_of(rest->p, run_of(*rest, "_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"));
	return value->n > 0;
}

static bool
to_digits_end(struct span *rest, const char *mark, struct span *value)
{
	for (*value = SPAN_NONE; rest->p && value->n == 0;) {
		*rest = field_behind(*rest, mark);
		*value = span_of(rest->p, run_of(*rest, ""));
	}
	return value->n > 0;
}

/* "password 7 TEXT": a digit and a blank before the text are none of it. */
static bool
to_password(struct span *rest, const char *mark, struct span *value)
{
	if (!to_quote(rest, mark, value))
		return false;
	if (value->n > 2 && span_is_digit(value->p[0]) && value->p[1] == ' ')
		*value = span_skip(*value, 2);
	return true;
}

/* "route-map NAME in"; `mark` is the word behind. */
static bool
to_policy(struct span *rest, const char *mark, struct span *value)
{
	struct span word;

	while ((*rest = field_behind(*rest, "route-map ")).p) {
		word = *rest;
		if (field_word(&word, value) && value->p == rest->p && span_starts(word, span_str(mark)))
			return true;
	}
	return false;
}

/* "maximum-prefix 1000 80 restart 5"; shorter forms say nothing.  `mark` is which of the words. */
static bool
to_limit(struct span *rest, const char *mark, struct span *value)
{
	struct span words[4];
	size_t n;

	while ((*rest = field_behind(*rest, "maximum-prefix ")).p) {
		n = field_words(*rest, words, 4);
		if (n >= 4 && run_of(words[0], "") == words[0].n && run_of(words[1], "") == words[1].n && (words[3].n = run_of(words[3], "")) > 0) {
			*value = words[mark[0] - '0'];
			return true;
		}
	}
	return false;
}

struct ios_bgp_lines
ios_bgp_lines_with(const struct ios_bgp_lines *all, struct span name)
{
	struct ios_bgp_lines s = { .own_as = all->own_as, .family = all->family };
	struct span text;

	for (size_t i = 0; i < all->n; i++) {
		text = all->all[i].text;
		if (text.n >= name.n && memmem(text.p, text.n, name.p, name.n) && !add_line(&s, text, all->all[i].family))
			break;
	}
	return s;
}

static const struct {
	finder *next;
	const char *mark;
} values[] = {
	[IOS_BGP_GROUP] = { to_quote, " peer-group " },
	[IOS_BGP_DESCRIPTION] = { to_quote, " description " },
	[IOS_BGP_PASSWORD] = { to_password, "password " },
	[IOS_BGP_SOURCE] = { to_word_end, " update-source " },
	[IOS_BGP_POLICY_IN] = { to_policy, "in" },
	[IOS_BGP_POLICY_OUT] = { to_policy, "out" },
	[IOS_BGP_LOCAL_AS] = { to_digits_end, "local-as " },
	[IOS_BGP_REMOTE_AS] = { to_digits_end, " remote-as " },
	[IOS_BGP_LIMIT] = { to_limit, "0" },
	[IOS_BGP_THRESHOLD] = { to_limit, "1" },
	[IOS_BGP_TIMEOUT] = { to_limit, "3" },
};

/* All such values, as strings: one is itself, several are Python's text of a list of them; "" if there are none.  *n: how many. */
static json_t *
find(const struct ios_bgp_lines *s, enum ios_bgp_value what, size_t *n)
{
	struct buffer list, first;
	struct span rest, value;
	json_t *r;

	*n = 0;
	buffer_init(&list, DEVICE_MAX_ANSWER);
	buffer_init(&first, DEVICE_MAX_ANSWER);
	for (size_t i = 0; i < s->n; i++) {
		for (rest = s->all[i].text; values[what].next(&rest, values[what].mark, &value); (*n)++) {
			if (*n == 0)
				buffer_put(&first, value);
			buffer_puts(&list, *n == 0 ? "['" : ", '");
			buffer_put(&list, value);
			buffer_puts(&list, "'");
		}
	}
	buffer_puts(&list, "]");
	r = field_text(buffer_span(*n > 1 ? &list : &first));
	buffer_fini(&first);
	buffer_fini(&list);
	return r;
}

json_t *
ios_bgp_lines_text(const struct ios_bgp_lines *s, enum ios_bgp_value what)
{
	size_t n;

	return find(s, what, &n);
}

int64_t
ios_bgp_lines_number(const struct ios_bgp_lines *s, enum ios_bgp_value what, int64_t fallback)
{
	size_t n;
	json_t *text = find(s, what, &n);
	int64_t v;

	if (n != 1 || !field_int(span_str(json_string_value(text)), &v))
		v = fallback;
	json_decref(text);
	return v;
}

bool
ios_bgp_lines_say(const struct ios_bgp_lines *s, const char *words)
{
	for (size_t i = 0; i < s->n; i++) {
		if (field_has(s->all[i].text, words))
			return true;
	}
	return false;
}

bool
ios_bgp_lines_family(const struct ios_bgp_lines *s, struct span *first)
{
	bool vrf = false;

	*first = SPAN_NONE;
	for (size_t i = 0; i < s->n; i++) {
		if (!first->p)
			*first = s->all[i].family;
		vrf |= field_has(s->all[i].family, "vrf");
	}
	return vrf;
}

struct span
ios_bgp_lines_last_family(const struct ios_bgp_lines *s)
{
	for (size_t i = s->n; i > 0; i--) {
		if (s->all[i - 1].family.p)
			return s->all[i - 1].family;
	}
	return s->family;
}
