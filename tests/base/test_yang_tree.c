/* yang_tree, yang_table: what stands where, and where it is known from. */
#include <criterion/criterion.h>

#include "base/yang_table.h"
#include "base/yang_tree.h"

#define TABLE \
	"# made for a test\n" \
	"!m:KIND\tm:A m:B\n" \
	"!m:KIND2\tm:C\n" \
	"/top\tm\tc\t\n" \
	"/top-most\tm\tc\t\n" \
	"/top/entry\t\tl name\t\n" \
	"/top/entry/name\t\tF\tstring\n" \
	"/top/entry/state\t\tc\t\n" \
	"/top/entry/state/name\t\tf\tstring\n" \
	"/top/entry/state/old\t\tf-\tuint8\n" \
	"/top/entry/state/up\ta\tf\tbool\n" \
	"/top/entry/state/up\tb\tf\tstring\n"

static struct yang_table *
table(void)
{
	struct diag *d = diag_new();
	struct yang_table *t = yang_table_of("test", SPAN_LIT(TABLE), d);

	cr_assert_not_null(t);
	diag_free(&d);
	return t;
}

Test(yang_table, nodes_are_found_by_parent_and_name)
{
	struct yang_table *t = table();
	struct yang_node node;

	cr_assert(yang_table_child(t, SPAN_LIT(""), SPAN_LIT("top"), SPAN_LIT(""), &node));
	cr_expect(node.kind == 'c' && span_eq(node.module, SPAN_LIT("m")));
	cr_assert(yang_table_child(t, SPAN_LIT("/top"), SPAN_LIT("entry"), SPAN_LIT(""), &node));
	cr_expect(node.kind == 'l' && span_eq(node.keys, SPAN_LIT("name")) && node.module.n == 0);
	cr_assert(yang_table_child(t, SPAN_LIT("/top/entry/state"), SPAN_LIT("old"), SPAN_LIT(""), &node));
	cr_expect(node.kind == 'f' && node.deprecated && span_eq(node.type, SPAN_LIT("uint8")));
	cr_assert(yang_table_child(t, SPAN_LIT("/top/entry/state"), SPAN_LIT("up"), SPAN_LIT(""), &node));
	cr_expect(span_eq(node.type, SPAN_LIT("bool")), "the first of two modules");
	cr_assert(yang_table_child(t, SPAN_LIT("/top/entry/state"), SPAN_LIT("up"), SPAN_LIT("b"), &node));
	cr_expect(span_eq(node.type, SPAN_LIT("string")));
	cr_expect_not(yang_table_child(t, SPAN_LIT("/top/entry/state"), SPAN_LIT("up"), SPAN_LIT("c"), &node));
	cr_expect_not(yang_table_child(t, SPAN_LIT("/top/entry"), SPAN_LIT("nam"), SPAN_LIT(""), &node));
	cr_expect_not(yang_table_child(t, SPAN_LIT("/to"), SPAN_LIT("p"), SPAN_LIT(""), &node));
	cr_expect_not(yang_table_child(t, SPAN_LIT(""), SPAN_LIT("zzz"), SPAN_LIT(""), &node));
	cr_expect_not(yang_table_child(t, SPAN_LIT(""), SPAN_LIT(""), SPAN_LIT(""), &node));
	yang_table_free(&t);
}

Test(yang_table, children_and_identities)
{
	struct yang_table *t = table();
	struct span names[8];

	cr_expect_eq(yang_table_children(t, SPAN_LIT(""), names, 8), 2);
	cr_expect(span_eq(names[0], SPAN_LIT("top")));
	cr_expect_eq(yang_table_children(t, SPAN_LIT("/top/entry"), names, 1), 2, "all are counted, one is given");
	cr_expect(span_eq(names[0], SPAN_LIT("name")));
	cr_expect_eq(yang_table_children(t, SPAN_LIT("/top-most"), names, 8), 0);
	cr_expect(span_eq(yang_table_identities(t, SPAN_LIT("m:KIND2")), SPAN_LIT("m:C")));
	cr_expect_null(yang_table_identities(t, SPAN_LIT("m:KIN")).p);
	yang_table_free(&t);
}

Test(yang_table, what_is_no_table_is_a_fault)
{
	struct diag *d = diag_new();

	cr_expect_null(yang_table_of("x", SPAN_LIT(""), d));
	cr_expect_null(yang_table_of("x", SPAN_LIT("hello\n"), d));
	cr_expect_null(yang_table_of("x", SPAN_LIT("/cut\tm\tc"), d));
	cr_expect_null(yang_table_load("tests/base/nowhere", d));
	cr_expect_eq(diag_errors(d), 4);
	diag_free(&d);
}

/* ---- the tree ---- */

struct built {
	struct arena arena;
	struct json json;
	struct yang_tree_node nodes[YANG_TREE_MAX_NODES];
	struct yang_tree grown;
	struct yang_tree *tree;
};

static int
open_node(struct built *b, int parent, const char *name)
{
	return yang_tree_node(&b->grown, parent, &(struct yang_tree_node){ .kind = YANG_CONTAINER, .name = span_str(name) });
}

static int
open_list(struct built *b, int parent, const char *name, unsigned char slot, bool always)
{
	static const struct span keys[] = { { "k", 1 } };

	return yang_tree_node(&b->grown, parent,
	    &(struct yang_tree_node){ .kind = YANG_LIST, .name = span_str(name), .nkeys = 1, .key_names = keys, .key_slots = { slot }, .always = always });
}

static int
put_leaf(struct built *b, int parent, const char *name, unsigned char slot, enum yang_tree_kind kind)
{
	return yang_tree_node(&b->grown, parent, &(struct yang_tree_node){ .kind = (unsigned char)kind, .name = span_str(name), .slot = slot });
}

static const char *
write_with(struct built *b, struct span a, struct span c, struct span e)
{
	struct yang_text slots[] = { { a, true }, { c, false }, { e, true } };
	uint64_t present = yang_tree_present(b->tree, slots);

	json_reset(&b->json);
	if (!present)
		return "nothing";
	yang_tree_write(b->tree, present, slots, &b->json);
	json_raw(&b->json, span_of("", 1), false);
	return b->json.p;
}

/* r1: list l keyed by slot 0 with state {k, x = slot 1}; r2: a list keyed by slot 2, alone. */
static void
build(struct built *b)
{
	int l, state;

	memset(b, 0, sizeof(*b));
	cr_assert_eq(arena_init(&b->arena, 4096, SIZE_MAX), 0);
	cr_assert_eq(json_init(&b->json, 256, 65536), 0);
	b->grown.nodes = b->nodes;
	b->grown.nslots = 3;
	l = open_list(b, open_node(b, -1, "m:r1"), "l", 0, false);
	state = open_node(b, l, "state");
	put_leaf(b, state, "k", 0, YANG_MIRROR);
	put_leaf(b, state, "x", 1, YANG_LEAF);
	put_leaf(b, open_node(b, open_node(b, l, "deep"), "state"), "y", 1, YANG_LEAF);
	open_list(b, open_node(b, -1, "m:r2"), "e", 2, true);
	b->tree = yang_tree_finish(&b->grown, &b->arena);
	cr_assert_not_null(b->tree);
}

static void
unbuild(struct built *b)
{
	json_fini(&b->json);
	arena_fini(&b->arena);
}

Test(yang_tree, what_has_no_value_is_left_out_with_all_that_opens_for_it)
{
	struct built b;

	build(&b);
	cr_expect_str_eq(write_with(&b, SPAN_LIT("a"), SPAN_LIT("1"), SPAN_LIT("e")),
	    "{\"m:r1\":{\"l\":[{\"k\":\"a\",\"state\":{\"k\":\"a\",\"x\":1},\"deep\":{\"state\":{\"y\":1}}}]},\"m:r2\":{\"e\":[{\"k\":\"e\"}]}}");
	cr_expect_str_eq(write_with(&b, SPAN_NONE, SPAN_LIT("1"), SPAN_LIT("e")), "{\"m:r2\":{\"e\":[{\"k\":\"e\"}]}}", "a list without its key");
	cr_expect_str_eq(write_with(&b, SPAN_LIT("a"), SPAN_NONE, SPAN_LIT("e")), "{\"m:r2\":{\"e\":[{\"k\":\"e\"}]}}", "an entry of which nothing is said");
	cr_expect_str_eq(write_with(&b, SPAN_LIT("a"), SPAN_LIT("1"), SPAN_NONE),
	    "{\"m:r1\":{\"l\":[{\"k\":\"a\",\"state\":{\"k\":\"a\",\"x\":1},\"deep\":{\"state\":{\"y\":1}}}]}}");
	cr_expect_str_eq(write_with(&b, SPAN_NONE, SPAN_LIT("1"), SPAN_NONE), "nothing");
	unbuild(&b);
}

Test(yang_tree, a_node_is_made_once_and_a_tree_has_an_end)
{
	struct built b;
	int made = 0;

	build(&b);
	cr_expect_eq(open_node(&b, -1, "m:r1"), 0);
	for (int i = 0; made >= 0 && i < 100; i++) {
		char *name = arena_alloc(&b.arena, 8);

		snprintf(name, 8, "n%d", i);
		made = open_node(&b, -1, name);
	}
	cr_expect_eq(made, -1);
	cr_expect_eq(b.grown.n, YANG_TREE_MAX_NODES);
	unbuild(&b);
}
