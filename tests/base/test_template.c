/* template: objects of paths; the quick and the slower way write the same. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/template.h"

#define MAX 6

struct row {
	const char *paths[MAX];         /* "path=value" or "path:json constant" (null, true, 7, 1.5, text) */
	const char *values[MAX];        /* of a, b, c, ...; NULL: null; "#7": a number; "!": true; "~1.5" */
	const char *want;               /* NULL: it fails */
};

static const struct row rows[] = {
	{ { NULL }, { NULL }, "{}" },
	{ { "x=a" }, { "1" }, "{\"x\":\"1\"}" },
	{ { "x=a" }, { NULL }, "{\"x\":null}" },
	{ { "x=a", "y=b", "z=c" }, { "#-7", "!", "~1.5" }, "{\"x\":-7,\"y\":true,\"z\":1.5}" },
	{ { "x:null", "y:true", "z:7", "u:1.5", "v:text" }, { NULL }, "{\"x\":null,\"y\":true,\"z\":7,\"u\":1.5,\"v\":\"text\"}" },
	{ { "i//i//{a}//s//o=b", "i//i//{a}//s//e:true" }, { "Gi0/1", "UP" }, "{\"i\":{\"i\":{\"Gi0/1\":{\"s\":{\"o\":\"UP\",\"e\":true}}}}}" },
	{ { "{a}//x=b" }, { NULL, "v" }, "{\"None\":{\"x\":\"v\"}}" },
	{ { "{a}=b", "{b}=b", "{c}=b" }, { "#42", "!", "~2" }, "{\"42\":true,\"True\":true,\"2.0\":true}" },
	{ { "p//{a}-{b}//x=b" }, { "l", "r" }, "{\"p\":{\"l-r\":{\"x\":\"r\"}}}" },
	{ { "{{{a}}}=b" }, { "k", "v" }, "{\"{k}\":\"v\"}" },
	/* JSON escapes in keys and values */
	{ { "{a}//q\"=b" }, { "a\"\\\n", "\x01\xff" }, "{\"a\\\"\\\\\\n\":{\"q\\\"\":\"\\u0001\xef\xbf\xbd\"}}" },
	/* later values win, at the place of the first */
	{ { "x=a", "y=b", "x=c" }, { "1", "2", "3" }, "{\"x\":\"3\",\"y\":\"2\"}" },
	{ { "x//y=a", "x=b" }, { "1", "2" }, "{\"x\":\"2\"}" },
	/* siblings from the line */
	{ { "{a}//x=c", "{b}//y=c" }, { "k", "l", "v" }, "{\"k\":{\"x\":\"v\"},\"l\":{\"y\":\"v\"}}" },
	{ { "{a}//x=c", "{b}//y=c" }, { "k", "k", "v" }, "{\"k\":{\"x\":\"v\",\"y\":\"v\"}}" },
	{ { "{a}//x=c", "k//y=c" }, { "k", NULL, "v" }, "{\"k\":{\"x\":\"v\",\"y\":\"v\"}}" },
	{ { "{a}=b", "{c}=d" }, { "k", "1", "k", "2" }, "{\"k\":\"2\"}" },
	{ { "{a}=b", "k//y=b" }, { "k", "v" }, NULL },
	{ { "{a}=b", "k//y=b" }, { "l", "v" }, "{\"l\":\"v\",\"k\":{\"y\":\"v\"}}" },
	{ { "{a}x=b", "kx=c" }, { "k", "1", "2" }, "{\"kx\":\"2\"}" },
	{ { "{a}=b", "None=c" }, { NULL, "1", "2" }, "{\"None\":\"2\"}" },
	/* "//" in a value opens a level, as a split of the whole path does */
	{ { "i//{a}//s=b" }, { "Et1//2", "v" }, "{\"i\":{\"Et1\":{\"2\":{\"s\":\"v\"}}}}" },
	{ { "i//{a}//s=b" }, { "Et1/", "v" }, "{\"i\":{\"Et1\":{\"/s\":\"v\"}}}" },
	{ { "i//{a}//s=b" }, { "/Et1", "v" }, "{\"i\":{\"/Et1\":{\"s\":\"v\"}}}" },
	{ { "i//{a}//s=b" }, { "", "v" }, "{\"i\":{\"\":{\"s\":\"v\"}}}" },
	{ { "i/{a}//s=b" }, { "/x", "v" }, "{\"i\":{\"x\":{\"s\":\"v\"}}}" },
	{ { "{a}=b" }, { "x///y", "v" }, "{\"x\":{\"/y\":\"v\"}}" },
	{ { "{a}//x=b", "p//q=b" }, { "p//q", "v" }, "{\"p\":{\"q\":\"v\"}}" },       /* a leaf over an object */
	{ { "p=b", "{a}=b" }, { "p//q", "v" }, NULL },
};

static struct arena arena;
static struct json json;
static const char *const letters[MAX] = { "a", "b", "c", "d", "e", "f" };
static struct fact_key keys[MAX];

static void
start(void)
{
	cr_assert(arena_init(&arena, 4096, 1 << 20) == 0 && json_init(&json, 64, 1 << 20) == 0);
}

static void
stop(void)
{
	arena_fini(&arena);
	json_fini(&json);
}

TestSuite(template, .init = start, .fini = stop);

static struct fact
constant_of(const char *s)
{
	if (strcmp(s, "null") == 0)
		return (struct fact){ .type = FACT_NULL };
	if (strcmp(s, "true") == 0)
		return (struct fact){ .type = FACT_BOOL, .num = 1 };
	if (strcmp(s, "7") == 0)
		return (struct fact){ .type = FACT_INT, .num = 7 };
	if (strcmp(s, "1.5") == 0)
		return (struct fact){ .type = FACT_REAL, .real = 1.5 };
	return (struct fact){ .type = FACT_TEXT, .text = span_str(s) };
}

static struct fact
value_of(const char *s)
{
	if (!s)
		return (struct fact){ .type = FACT_NULL };
	if (s[0] == '#')
		return (struct fact){ .type = FACT_INT, .num = atoi(s + 1) };
	if (s[0] == '!')
		return (struct fact){ .type = FACT_BOOL, .num = 1 };
	if (s[0] == '~')
		return (struct fact){ .type = FACT_REAL, .real = atof(s + 1) };
	return (struct fact){ .type = FACT_TEXT, .text = span_str(s) };
}

static struct template *
compile(const char *const *paths, struct template_error *error)
{
	struct template_entry entries[MAX];
	struct span names[MAX];
	size_t n = 0;

	for (size_t i = 0; i < MAX; i++)
		names[i] = span_str(letters[i]);
	for (; n < MAX && paths[n]; n++) {
		size_t cut = strcspn(paths[n], "=:");

		entries[n] = (struct template_entry){ .path = span_of(paths[n], cut), .value = -1 };
		if (paths[n][cut] == '=')
			entries[n].value = paths[n][cut + 1] - 'a';
		else
			entries[n].constant = constant_of(paths[n] + cut + 1);
	}
	return template_compile(entries, n, names, MAX, error);
}

static const char *
write_way(const struct template *t, const struct nevent *ev, bool plain)
{
	static char out[2][1000];
	int rc;

	json_reset(&json);
	json_array_begin(&json);
	json_int(&json, 1);
	rc = (plain ? template_write_reference : template_write)(t, ev, &arena, &json);
	json_int(&json, 2);
	json_array_end(&json);
	cr_assert(json_ok(&json));
	snprintf(out[plain], sizeof(out[plain]), "%.*s", (int)json_text(&json).n, json_text(&json).p);
	if (rc == -1) {
		cr_expect_str_eq(out[plain], "[1,2]", "nothing is left of a failure: %s", out[plain]);
		return NULL;
	}
	out[plain][strlen(out[plain]) - 3] = '\0';
	return out[plain] + 3;
}

Test(template, paths_become_objects_either_way)
{
	static struct nevent ev;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct template_error error;
		struct template *t = compile(rows[i].paths, &error);

		cr_assert_not_null(t, "row %zu: %s", i, error.message);
		for (size_t v = 0; v < MAX; v++) {
			ev.values[v] = value_of(rows[i].values[v]);
			keys[v].name = span_str(letters[v]);
			ev.values[v].key = &keys[v];
		}
		ev.nvalues = MAX;
		for (int plain = 0; plain < 2; plain++) {
			const char *got = write_way(t, &ev, plain);

			cr_expect((!got && !rows[i].want) || (got && rows[i].want && strcmp(got, rows[i].want) == 0),
			    "row %zu, %s: got %s, want %s", i, plain ? "plain" : "quick", got ? got : "a failure", rows[i].want ? rows[i].want : "a failure");
		}
		cr_expect_eq(template_fits(t, &ev, &arena), rows[i].want != NULL, "row %zu", i);
		arena_reset(&arena);
		template_free(&t);
	}
}

Test(template, a_bad_path_says_where)
{
	static const struct {
		const char *paths[MAX];
		size_t entry, offset;
		const char *message;
	} bad[] = {
		{ { "x//{nope}=a" }, 0, 3, "there is no value \"nope\"" },
		{ { "x=a", "y//{a=b" }, 1, 3, "the brace is not closed" },
		{ { "x}y=a" }, 0, 1, "a single '}' (write \"}}\")" },
		{ { "x=a", "x//y=b" }, 1, 3, "the path goes through another path's end" },
	};
	struct template_error error;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_assert_null(compile(bad[i].paths, &error), "%zu", i);
		cr_expect_str_eq(error.message, bad[i].message);
		cr_expect(error.entry == bad[i].entry && error.offset == bad[i].offset, "%zu: entry %zu offset %zu", i, error.entry, error.offset);
	}
}

Test(template, levels_from_a_value_are_bounded)
{
	static struct nevent ev;
	static char deep[20000];
	static const char *const paths[MAX] = { "x//{a}=b" };
	struct template_error error;
	struct template *t = compile(paths, &error);

	memset(deep, '/', sizeof(deep));
	ev.values[0] = (struct fact){ .type = FACT_TEXT, .text = span_of(deep, sizeof(deep)) };
	ev.values[1] = value_of("v");
	ev.nvalues = MAX;
	cr_expect_null(write_way(t, &ev, false));
	cr_expect_null(write_way(t, &ev, true));
	ev.values[0].text.n = 100;
	cr_expect_not_null(write_way(t, &ev, false));
	template_free(&t);
}
