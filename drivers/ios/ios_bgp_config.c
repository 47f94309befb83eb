/*
 * BGP as it is configured: peer groups and neighbours, of the global table only.
 *
 * NAPALM finds what belongs to a name by looking for the name in each line below "router bgp", wherever in the line and in however many names it is: the lines of
 * 192.0.2.20 are those of 192.0.2.2, too.  What it then finds more than once is a list (a text), or nothing (a number).
 */
#include <stdlib.h>

#include "drivers/field.h"
#include "drivers/ios/ios.h"

/* Names times bytes: how much a device may make us look through. */
#define BGP_MAX_WORK ((size_t)1 << 31)

/* A line, and the address family that it stands below; absent: none. */
struct line {
	struct span text, family;
};

struct section {
	struct line *lines;
	size_t n, cap, bytes;
	json_t *names;          /* {neighbour: null} */
	int64_t own_as;
	struct span family;     /* the one that NAPALM looked at last */
};

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
add_line(struct section *s, struct span text, struct span family)
{
	struct line *more;

	if (s->n == s->cap) {
		more = realloc(s->lines, (s->cap * 2 + 64) * sizeof(*more));
		if (!more)
			return false;
		s->lines = more;
		s->cap = s->cap * 2 + 64;
	}
	s->lines[s->n++] = (struct line){ text, family };
	s->bytes += text.n;
	return true;
}

/* What is indented further than "address-family" stands below it.  (Old releases do not indent: NAPALM sees no family there.) */
static void
read_lines(struct section *s, struct span text)
{
	struct span line, bare, family = SPAN_NONE;

	while (field_line(&text, &line)) {
		bare = span_trim(line);
		if (bare.n == 0 || bare.p[0] == '!')
			continue;
		line.n = (size_t)(bare.p - line.p) + bare.n;
		if (family.p && margin_of(line) <= margin_of(family))
			family = SPAN_NONE;
		if (!add_line(s, line, family))
			return;
		if (span_starts(bare, SPAN_LIT("address-family ")))
			family = line;
	}
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
	size_t n = run_of(s, ":abcdefABCDEF");

	return n <= 78 && field_has(span_of(s.p, n), "::") ? n : 0;
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

static void
read_names(struct section *s)
{
	struct span name;

	for (size_t i = 0; i < s->n; i++) {
		name = field_has(s->lines[i].text, " neighbor ") ? address_in(s->lines[i].text) : SPAN_NONE;
		if (name.n > 0)
			ios_set(s->names, name, json_null());
	}
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

/* The lines with that name; to be freed. */
static struct section
lines_with(const struct section *all, struct span name)
{
	struct section s = { .own_as = all->own_as, .family = all->family };
	struct span text;

	for (size_t i = 0; i < all->n; i++) {
		text = all->lines[i].text;
		if (text.n >= name.n && memmem(text.p, text.n, name.p, name.n) && !add_line(&s, text, all->lines[i].family))
			break;
	}
	return s;
}

/* All such values, as strings: one is itself, several are Python's text of a list of them; "" if there are none.  *n: how many. */
static json_t *
find(const struct section *s, finder *next, const char *mark, size_t *n)
{
	struct buffer list, first;
	struct span rest, value;
	json_t *r;

	*n = 0;
	buffer_init(&list, DEVICE_MAX_ANSWER);
	buffer_init(&first, DEVICE_MAX_ANSWER);
	for (size_t i = 0; i < s->n; i++) {
		for (rest = s->lines[i].text; next(&rest, mark, &value); (*n)++) {
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

static json_t *
text_of(const struct section *s, finder *next, const char *mark)
{
	size_t n;

	return find(s, next, mark, &n);
}

static int64_t
number_of(const struct section *s, finder *next, const char *mark, int64_t fallback)
{
	size_t n;
	json_t *text = find(s, next, mark, &n);
	int64_t v;

	if (n != 1 || !field_int(span_str(json_string_value(text)), &v))
		v = fallback;
	json_decref(text);
	return v;
}

static bool
says(const struct section *s, const char *words)
{
	for (size_t i = 0; i < s->n; i++) {
		if (field_has(s->lines[i].text, words))
			return true;
	}
	return false;
}

/* The first address family that a line stands below, absent without one; is one of them that of a VRF? */
static bool
first_family(const struct section *s, struct span *first)
{
	bool vrf = false;

	*first = SPAN_NONE;
	for (size_t i = 0; i < s->n; i++) {
		if (!first->p)
			*first = s->lines[i].family;
		vrf |= field_has(s->lines[i].family, "vrf");
	}
	return vrf;
}

/* The last one; the family that was looked at before if there is none. */
static struct span
last_family(const struct section *s)
{
	for (size_t i = s->n; i > 0; i--) {
		if (s->lines[i - 1].family.p)
			return s->lines[i - 1].family;
	}
	return s->family;
}

/* ---- writing ---- */

/* {"inet": {"unicast": {"limit": 1000, "teardown": {...}}}} for "address-family ipv4 [unicast]"; {} for what is neither IPv4 nor IPv6. */
static json_t *
prefix_limit(const struct section *s)
{
	bool six = field_has(s->family, "ipv6");
	struct span words[8], safi = SPAN_LIT("unicast");
	size_t n = field_words(s->family, words, 8);
	json_t *limit, *by_safi, *r = json_object();

	if (!six && !field_has(s->family, "ipv4"))
		return r;
	if (n > 2 && n <= 8)
		safi = words[n - 1];
	limit = json_pack("{s:I, s:{s:I, s:I}}", "limit", (json_int_t)number_of(s, to_limit, "0", 0), "teardown", "threshold",
	    (json_int_t)number_of(s, to_limit, "1", 0), "timeout", (json_int_t)number_of(s, to_limit, "3", 0));
	by_safi = json_object();
	ios_set(by_safi, safi, limit);
	json_object_set_new(r, six ? "inet6" : "inet", by_safi);
	return r;
}

/* What neighbours and groups have in common. */
static void
put_common(const struct section *s, json_t *r)
{
	json_object_set_new(r, "description", text_of(s, to_quote, " description "));
	json_object_set_new(r, "import_policy", text_of(s, to_policy, "in"));
	json_object_set_new(r, "export_policy", text_of(s, to_policy, "out"));
	json_object_set_new(r, "local_address", text_of(s, to_word_end, " update-source "));
	json_object_set_new(r, "local_as", json_integer(number_of(s, to_digits_end, "local-as ", s->own_as)));
	json_object_set_new(r, "remote_as", json_integer(number_of(s, to_digits_end, " remote-as ", 0)));
	json_object_set_new(r, "prefix_limit", prefix_limit(s));
}

static json_t *
neighbor_result(const struct section *s)
{
	json_t *r = model_new(&model_bgp_group_neighbor);

	put_common(s, r);
	json_object_set_new(r, "authentication_key", text_of(s, to_password, "password "));
	json_object_set_new(r, "nhs", json_boolean(says(s, " next-hop-self")));
	json_object_set_new(r, "route_reflector_client", json_boolean(says(s, "route-reflector-client")));
	return r;
}

/* The group "_" has what has no group, and says nothing itself. */
static json_t *
nobody(const struct section *s)
{
	json_t *r = model_new(&model_bgp_group);

	json_object_set_new(r, "type", json_string(""));
	json_object_set_new(r, "local_as", json_integer(s->own_as));
	json_object_set_new(r, "remote_as", json_integer(0));
	json_object_set_new(r, "multihop_ttl", json_integer(0));
	json_object_set_new(r, "prefix_limit", json_object());
	return r;
}

static json_t *
group_result(const struct section *s)
{
	json_t *r = model_new(&model_bgp_group);

	put_common(s, r);
	json_object_set_new(r, "type", json_string(json_equal(json_object_get(r, "local_as"), json_object_get(r, "remote_as")) ? "internal" : "external"));
	json_object_set_new(r, "multihop_ttl", json_integer(0));
	json_object_set_new(r, "remove_private_as", json_boolean(says(s, "remove-private-as")));
	return r;
}

/* A neighbour into its group, unless it is of a VRF. */
static void
add_neighbor(struct section *all, json_t *groups, const char *name)
{
	struct section s = lines_with(all, span_str(name));
	bool vrf = first_family(&s, &all->family);
	json_t *group = text_of(&s, to_quote, " peer-group ");
	const char *key = json_string_value(group);

	key = key && *key ? key : "_";
	s.family = all->family;
	if (!vrf && !json_object_get(groups, key))
		json_object_set_new(groups, key, json_object());
	if (!vrf)
		json_object_set_new(json_object_get(groups, key), name, neighbor_result(&s));
	json_decref(group);
	free(s.lines);
}

static void
add_group(struct section *all, json_t *r, const char *name, json_t *members)
{
	struct section s = lines_with(all, span_str(name));
	json_t *one;

	all->family = s.family = last_family(&s);
	one = group_result(&s);
	json_object_set(one, "neighbors", members);
	json_object_set_new(r, name, one);
	free(s.lines);
}

static json_t *
bgp_config(struct section *s, const json_t *arguments)
{
	const char *group = getter_text(arguments, "group"), *neighbor = getter_text(arguments, "neighbor"), *name;
	json_t *r = json_object(), *groups = json_object(), *members, *one;

	json_object_foreach(s->names, name, one) {
		if (*neighbor == '\0' || strcmp(name, neighbor) == 0)
			add_neighbor(s, groups, name);
	}
	if (*group == '\0' || strcmp(group, "_") == 0) {
		one = nobody(s);
		if ((members = json_object_get(groups, "_")))
			json_object_set(one, "neighbors", members);
		json_object_set_new(r, "_", one);
	}
	json_object_foreach(groups, name, members) {
		if (strcmp(name, "_") != 0 && (*group == '\0' || strcmp(name, group) == 0))
			add_group(s, r, name, members);
	}
	json_decref(groups);
	return r;
}

json_t *
ios_get_bgp_config(struct device *d, const json_t *arguments)
{
	struct section s = { .names = json_object() };
	struct buffer answer;
	struct span text;
	json_t *r = NULL;

	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_show(d, &answer, "show running-config") == -1)
		goto out;
	text = bgp_section(buffer_span(&answer), &s.own_as);
	read_lines(&s, text);
	read_names(&s);
	if (!text.p)
		r = json_object();
	else if (s.bytes > 0 && json_object_size(s.names) > BGP_MAX_WORK / s.bytes)
		device_fail(d, DEVICE_ANSWER, "show running-config: too many neighbours below \"router bgp\"");
	else
		r = bgp_config(&s, arguments);
out:
	free(s.lines);
	json_decref(s.names);
	buffer_fini(&answer);
	return r;
}
