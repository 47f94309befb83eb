/*
 * Results of getters as tables.
 */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "collector/get_table.h"

static const struct {
	const char *what, *json, *shown;
	unsigned flags;
} tables[] = {
	{ "columns of letters and wide signs", "{'e1': {'where': 'Büro', 'up': true}, 'e2': {'where': '東京', 'up': false}, 'e3': {'where': 'x', 'up': true}}",
	  "    where  up\n"
	  "e1  Büro   true\n"
	  "e2  東京   false\n"
	  "e3  x      true\n", 0 },
	{ "a long cell", "{'e1': {'where': 'Zürich ------------------------------------------------------ the end', 'up': true}}",
	  "    where                                                         up\n"
	  "e1  Zürich ----------------------------------------------------…  true\n", 0 },
	{ "single values", "{'model': 'Büro', 'größe': 7, 'list': ['é']}", "model              Büro\ngröße              7\n\nlist\n                   é\n", 0 },
	{ "lines", "{'show x': 'a\\u00fc\\nb\\u001b\\n'}", "\nshow x\naü\nb\\x1b\n", 0 },
	{ "nothing", "{}", "(nothing)\n", 0 },
	{ "devices as rows", "{'a': {'model': 'X'}, 'b': null, 'c': {'model': 'Y'}}", "   model\na  X\nb  failed\nc  Y\n", GET_TABLE_GROUP },
	{ "devices with lists", "{'a': [{'ip': '1'}, {'ip': '2'}], 'b': null, 'c': [], 'd': [{'ip': '3'}]}",
	  "   ip\na  1\na  2\nb  failed\nc  (nothing)\nd  3\n", GET_TABLE_GROUP },
	{ "devices with tables", "{'a': {'e1': {'up': true}}, 'b': null, 'c': {}, 'd': {'e1': {'up': false}}}",
	  "\na\n    up\ne1  true\n\nb\nfailed\n\nc\n(nothing)\n\nd\n    up\ne1  false\n", GET_TABLE_GROUP },
	{ "all failed", "{'a': null, 'b': null}", "a  failed\nb  failed\n", GET_TABLE_GROUP },
	{ "null of one device", "{'a': null, 'b': 1}", "a                  \nb                  1\n", 0 },
};

static json_t *
read_quoted(const char *text)
{
	char *copy = strdup(text);
	json_t *v;

	for (char *p = copy; p && (p = strchr(p, '\'')) != NULL;)
		*p = '"';
	v = copy ? json_loads(copy, 0, NULL) : NULL;
	free(copy);
	return v;
}

Test(get_table, lines_up_and_tells_of_failed_devices_in_order)
{
	setenv("LC_ALL", "C.UTF-8", 1);
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		json_t *v = read_quoted(tables[i].json);
		char *text = NULL;
		size_t n;
		FILE *out = open_memstream(&text, &n);

		cr_assert_not_null(v, "%s", tables[i].what);
		get_table_print(v, out, tables[i].flags);
		fclose(out);
		cr_expect_str_eq(text, tables[i].shown, "%s:\n%s", tables[i].what, text);
		free(text);
		json_decref(v);
	}
}
