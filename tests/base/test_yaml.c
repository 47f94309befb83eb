/* yaml: types as PyYAML gives them, places, aliases, merges, comments; broken files beside their diagnostics. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/yaml.h"
#include "tests/base/golden.h"

static struct yaml_doc *doc;
static struct diag *faults;

static void
start(void)
{
	faults = diag_new();
}

static void
stop(void)
{
	yaml_doc_free(&doc);
	diag_free(&faults);
}

TestSuite(yaml, .init = start, .fini = stop);

static const struct yaml_node *
load(const char *text)
{
	yaml_doc_free(&doc);
	doc = yaml_load_text("test.yaml", span_str(text), faults);
	if (!doc)
		diag_print(faults, stderr, false);
	cr_assert_not_null(doc, "%s", text);
	return doc->root;
}

/* A node in a short notation: kinds as letters, places left out. */
static void
show(const struct yaml_node *n, FILE *f)
{
	const char *comma = "";

	switch (n->kind) {
	case YAML_NULL:
		fputs("null", f);
		break;
	case YAML_BOOL:
		fputs(n->boolean ? "true" : "false", f);
		break;
	case YAML_INT:
		fprintf(f, "%lld", (long long)n->integer);
		break;
	case YAML_FLOAT:
		fprintf(f, "%.17gf", n->real);
		break;
	case YAML_TEXT:
		fprintf(f, "'%.*s'", (int)n->text.n, n->text.p);
		cr_assert_eq(n->text.p[n->text.n], '\0');
		break;
	case YAML_LIST:
	case YAML_MAP:
		fputc(n->kind == YAML_LIST ? '[' : '{', f);
		for (const struct yaml_node *c = n->first; c; c = c->next, comma = " ") {
			fputs(comma, f);
			if (n->kind == YAML_MAP)
				fprintf(f, "%.*s:", (int)c->key->text.n, c->key->text.p);
			show(c, f);
		}
		fputc(n->kind == YAML_LIST ? ']' : '}', f);
	}
}

static void
expect(const char *text, const char *want)
{
	char *got = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&got, &n);

	show(load(text), f);
	fclose(f);
	cr_expect_str_eq(got, want, "%s: %s, not %s", text, got, want);
	free(got);
}

Test(yaml, plain_scalars_have_the_types_that_pyyaml_gives_them)
{
	static const char *const t[][2] = {
		{ "yes", "true" }, { "Yes", "true" }, { "YES", "true" }, { "yEs", "'yEs'" }, { "y", "'y'" }, { "on", "true" }, { "Off", "false" },
		{ "no", "false" }, { "NO", "false" }, { "TRUE", "true" }, { "False", "false" }, { "n", "'n'" },
		{ "~", "null" }, { "null", "null" }, { "Null", "null" }, { "NULL", "null" }, { "nULL", "'nULL'" },
		{ "0", "0" }, { "-0", "0" }, { "+7", "7" }, { "42", "42" }, { "1_000", "1000" }, { "017", "15" }, { "0o17", "'0o17'" }, { "089", "'089'" },
		{ "0_7", "7" }, { "0b101", "5" }, { "-0b1_1", "-3" }, { "0b2", "'0b2'" }, { "0b", "'0b'" }, { "0x1F", "31" }, { "-0xff", "-255" }, { "0xg", "'0xg'" },
		{ "1:30", "90" }, { "1:30:05", "5405" }, { "-1:30", "-90" }, { "1:60", "'1:60'" }, { "0:30", "'0:30'" }, { "1:5", "65" }, { "1:005", "'1:005'" },
		{ "10:20:30:40", "2233840" }, { "00:1b:44", "'00:1b:44'" }, { "9223372036854775807", "9223372036854775807" },
		{ "-9223372036854775808", "-9223372036854775808" }, { "9223372036854775808", "'9223372036854775808'" },
		{ "4.17", "4.1699999999999999f" }, { "-8.5", "-8.5f" }, { "1.", "1f" }, { ".5", "0.5f" }, { "-.5", "'-.5'" }, { "+1.5", "1.5f" }, { ".", "'.'" },
		{ "1e3", "'1e3'" }, { "1.0e3", "'1.0e3'" }, { "1.5e+3", "1500f" }, { "1.5E-1", "0.14999999999999999f" }, { "1.5e+", "'1.5e+'" },
		{ "1_0.2_5", "10.25f" }, { "_1.5", "'_1.5'" }, { "1:30.5", "90.5f" }, { "-1:30.5", "-90.5f" }, { "1.2.3", "'1.2.3'" }, { "192.0.2.1", "'192.0.2.1'" },
		{ ".inf", "inff" }, { "-.INF", "-inff" }, { "+.Inf", "inff" }, { ".iNF", "'.iNF'" }, { ".nan", "nanf" }, { "-.nan", "'-.nan'" }, { "inf", "'inf'" },
		{ "2026-01-02", "'2026-01-02'" }, { "2026-01-02T03:04:05Z", "'2026-01-02T03:04:05Z'" }, { "=", "'='" }, { "-", "[null]" },
		{ "'yes'", "'yes'" }, { "\"42\"", "'42'" }, { "!!str 42", "'42'" }, { "! 42", "'42'" }, { "!!int '42'", "42" }, { "!!float 3", "3f" },
		{ "!!bool yes", "true" }, { "!!null ''", "null" }, { "|\n  42\n", "'42\n'" }, { ">-\n  a\n  b\n", "'a b'" },
		{ "a b", "'a b'" }, { "1 2", "'1 2'" }, { "0.", "0f" }, { "++1", "'++1'" }, { "12e03", "'12e03'" }, { "__1", "'__1'" }, { "1__", "1" },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		expect(t[i][0], t[i][1]);
}

Test(yaml, lists_and_maps_keep_the_order_of_the_file)
{
	expect("", "null");
	expect("# nothing\n", "null");
	expect("---\n", "null");
	expect("---\na: 1\n...\n", "{a:1}");
	expect("z: [1, {y: x}]\na:\n- b\n- - c\n  - d\nq:\n", "{z:[1 {y:'x'}] a:['b' ['c' 'd']] q:null}");
	expect("1: a\nyes: b\n", "{1:'a' yes:'b'}");
	expect("\xef\xbb\xbf" "a: b", "{a:'b'}");
	expect("a: b\r\nc:\r\n  - d\r\n", "{a:'b' c:['d']}");
	cr_expect_eq(load("a: 1\nb: 2\n")->children, 2);
	expect("{}", "{}");
	expect("[]", "[]");
}

Test(yaml, a_value_is_found_under_its_key)
{
	const struct yaml_node *root = load("a: 1\nb: {c: x}\n");

	cr_expect_eq(yaml_get(root, "a")->integer, 1);
	cr_expect(span_eq(yaml_get(yaml_get(root, "b"), "c")->text, SPAN_LIT("x")));
	cr_expect_null(yaml_get(root, "c"));
	cr_expect_null(yaml_get(yaml_get(root, "a"), "c"));
	cr_expect_null(yaml_get(NULL, "c"));
}

Test(yaml, aliases_stand_for_copies)
{
	expect("a: &x [1, {b: 2}]\nc: *x\nd: [*x, *x]\n", "{a:[1 {b:2}] c:[1 {b:2}] d:[[1 {b:2}] [1 {b:2}]]}");
	expect("a: &x 1\nb: &x 2\nc: *x\n", "{a:1 b:2 c:2}");
	expect("&k a: 1\nb: *k\n", "{a:1 b:'a'}");
	expect("a: &k b\n*k : 1\n", "{a:'b' b:1}");
	cr_expect_eq(yaml_get(load("a: &x [1]\nb:\n   *x\n"), "b")->line, 3);
}

Test(yaml, merge_keys_give_what_pyyaml_gives)
{
	expect("x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3, c: 4}\n", "{x:{a:1 b:2} y:{a:1 b:3 c:4}}");
	expect("x: &x {a: 1, b: 2}\ny: {c: 4, b: 3, <<: *x}\n", "{x:{a:1 b:2} y:{a:1 b:3 c:4}}");
	expect("x: &x {a: 1}\nz: &z {a: 2, d: 5}\ny: {<<: [*x, *z], c: 4}\n", "{x:{a:1} z:{a:2 d:5} y:{a:1 d:5 c:4}}");
	expect("x: &x {a: 1}\nz: &z {<<: *x, b: 2}\ny: {<<: *z}\n", "{x:{a:1} z:{a:1 b:2} y:{a:1 b:2}}");
	expect("x: &x {a: 1}\ny: &y {<<: *x}\nz: [*y, *x]\n", "{x:{a:1} y:{a:1} z:[{a:1} {a:1}]}");
	expect("x: {<<: &i {a: 1}}\ny: *i\n", "{x:{a:1} y:{a:1}}");
	expect("x: {<<: [], a: 1}\ny: {<<: {}}\n", "{x:{a:1} y:{}}");
	expect("'<<': 1\n", "{<<:1}");
}

Test(yaml, nodes_know_their_places)
{
	static const char text[] = "a: one\n\xc3\xa4: 'two words'\nlist:\n  - &n \"x\\n\"   # c\n  - !!str 12\n  - |\n    block\nflow: {k: v, w: \xe2\x82\xac\xe2\x82\xac}\nmany: one\n  two\n";
	const struct yaml_node *root = load(text), *list = yaml_get(root, "list"), *flow = yaml_get(root, "flow");
	const struct {
		const struct yaml_node *node;
		int line, column, width;
	} t[] = {
		{ root, 1, 1, 1 }, { root->first, 1, 4, 3 }, { root->first->key, 1, 1, 1 }, { root->first->next, 2, 5, 11 }, { root->first->next->key, 2, 1, 2 },
		{ list, 4, 3, 1 }, { list->key, 3, 1, 4 }, { list->first, 4, 8, 5 }, { list->first->next, 5, 11, 2 }, { list->first->next->next, 6, 5, 1 },
		{ flow, 8, 7, 1 }, { flow->first, 8, 11, 1 }, { flow->first->next, 8, 17, 6 }, { flow->first->next->key, 8, 14, 1 },
		{ yaml_get(root, "many"), 9, 7, 3 },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		cr_expect(t[i].node->line == t[i].line && t[i].node->column == t[i].column && t[i].node->width == t[i].width, "row %zu: %d:%d, %d bytes", i,
		    t[i].node->line, t[i].node->column, t[i].node->width);
	cr_expect_eq(yaml_place(doc, NULL).line, 0);
	cr_expect_str_eq(yaml_place(doc, NULL).file, "test.yaml");
}

Test(yaml, a_place_inside_a_scalar_is_its_byte_in_the_source)
{
	/* Each value has an X: the place of the text's X must be the source's. */
	static const char text[] = "plain: ab(X)\nsingle: 'it''s X'\ndouble: \"a\\t\\x41\\u00e4\\u20ac\\U0001F600\\\" X\"\nwide: \xc3\xa4X\nblock: |\n  one\n    two X\n\n  thrXe\n"
	    "dash: |-\n    a X\n";
	const struct yaml_node *root = load(text);

	for (const struct yaml_node *n = root->first; n; n = n->next)
		for (const char *x = n->text.p; (x = strchr(x, 'X')); x++) {
			struct diag_place p = yaml_place_in(doc, n, (size_t)(x - n->text.p), 1);
			const char *line = text;

			for (int i = 1; i < p.line; i++)
				line = strchr(line, '\n') + 1;
			cr_expect_eq(line[p.column - 1], 'X', "%s: %d:%d", n->key->text.p, p.line, p.column);
			cr_expect_eq(p.width, 1);
		}
	root = load("folded: >\n  a\n  X\nmany: a\n  X\nquoted: \"a\\\n  X\"\n");
	for (const struct yaml_node *n = root->first; n; n = n->next)
		cr_expect_eq(yaml_place_in(doc, n, n->text.n - 1, 1).line, n->line);
	cr_expect_eq(yaml_place_in(doc, root, 5, 1).column, 1);
	cr_expect_eq(yaml_place_in(doc, NULL, 5, 1).line, 0);
}

Test(yaml, comments_above_top_level_keys_are_kept)
{
	const struct yaml_node *root = load("# one\n# two\na: 1\n\n# far\n\nb: 2\nc: # beside\n  # inside\n  d: 1\n# three\ne: 5\n");

	cr_expect(span_eq(yaml_get(root, "a")->comment, SPAN_LIT("# one\n# two\n")));
	cr_expect_null(yaml_get(root, "b")->comment.p);
	cr_expect_null(yaml_get(root, "c")->comment.p);
	cr_expect_null(yaml_get(yaml_get(root, "c"), "d")->comment.p);
	cr_expect(span_eq(yaml_get(root, "e")->comment, SPAN_LIT("# three\n")));
}

Test(yaml, what_cannot_be_read_is_a_fault)
{
	cr_expect_null(yaml_load_file("/nonexistent/x.yaml", faults));
	cr_expect_null(yaml_load_file("/", faults));
	cr_expect_eq(diag_errors(faults), 2);
}

/* Nobody writes into it: to wait for somebody would be for good. */
Test(yaml, a_fifo_is_a_fault, .timeout = 20)
{
	char path[] = "/tmp/netnorm-fifo-XXXXXX", *out = NULL;
	size_t n = 0;
	int fd = mkstemp(path);
	FILE *f = open_memstream(&out, &n);

	cr_assert(f && fd != -1 && close(fd) == 0 && unlink(path) == 0 && mkfifo(path, 0600) == 0);
	cr_expect_null(yaml_load_file(path, faults));
	diag_print(faults, f, false);
	fclose(f);
	cr_expect_not_null(strstr(out, ": error: cannot be read: this is no regular file"), "%s", out);
	free(out);
	unlink(path);
}

Test(yaml, lines_and_columns_survive_every_kind_of_line_end)
{
	const struct yaml_node *root = load("a: 1\rb: 2\r\nc: x\xe2\x80\xa8\nd: 4\n");

	/* A lone CR ends a line for YAML, but not for an editor. */
	cr_expect_eq(yaml_get(root, "b")->line, 1);
	cr_expect_eq(yaml_get(root, "b")->column, 9);
	cr_expect_eq(yaml_get(root, "c")->line, 2);
	cr_expect_eq(yaml_get(root, "d")->line, 3);
}

Test(yaml, a_long_line_is_read_in_one_go)
{
	size_t n = 300000, at = 1;
	char *text = malloc(n * 3 + 8);

	text[0] = '[';
	for (size_t i = 0; i < n; i++, at += 3)
		memcpy(text + at, "a, ", 3);
	strcpy(text + at, "b]");
	cr_expect_eq(load(text)->children, n + 1);
	free(text);
}

static void
check_file(const char *path)
{
	struct diag *d = diag_new();
	struct yaml_doc *broken = yaml_load_file(path, d);

	cr_expect_null(broken, "%s was read", path);
	cr_expect_gt(diag_errors(d), 0, "%s", path);
	golden_diag(path, d);
	yaml_doc_free(&broken);
	diag_free(&d);
}

Test(yaml, broken_files_are_told_where_they_are_broken)
{
	golden_each("tests/base/diag/yaml_*.yaml", check_file);
}
