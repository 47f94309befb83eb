/* textfsm_index, textfsm_set: which row fits a command, and how the tables of several templates are joined. */
#include <sys/stat.h>
#include <unistd.h>

#include "tests/drivers/textfsm_try.h"

/* The templates of the row that fits; "NONE"; the faults.  free() it. */
static char *
find(const char *index, const char *platform, const char *command, const char *hostname)
{
	struct textfsm_attribute attributes[] = { { "Platform", platform }, { "Command", command }, { "Hostname", hostname } };
	struct diag *d = diag_new();
	struct textfsm_index *x = textfsm_index_new("index", span_str(index), d);
	struct span templates;
	char *got;

	if (!x)
		got = textfsm_try_faults(d);
	else if (textfsm_index_find(x, attributes, 3, &templates, d) == TEXTFSM_FOUND)
		got = strndup(templates.p, templates.n);
	else
		got = strdup("NONE");
	textfsm_index_free(&x);
	diag_free(&d);
	return got;
}

#define HEAD "Template, Hostname, Platform, Command\n"

Test(textfsm_index, the_first_row_that_fits)
{
	static const struct {
		const char *what, *index, *platform, *command, *hostname, *want;
	} rows[] = {
		{ "all cells fit", HEAD "a, .*, x, show this\nb, .*, y, show this\n", "y", "show this", "h", "b" },
		{ "not at the end", HEAD "a, , x, show version\nb, , x, show version detail\n", "x", "show version detail", NULL, "a" },
		{ "but for $", HEAD "a, , x, show version$\nb, , x, show version detail\n", "x", "show version detail", NULL, "b" },
		{ "only at the start", HEAD "a, , x, version\n", "x", "show version", NULL, "NONE" },
		{ "[[...]] may be cut anywhere", HEAD "a, , x, sh[[ow]] ver[[sion]]\n", "x", "sh ver", NULL, "a" },
		{ "[[...]]", HEAD "a, , x, sh[[ow]] ver[[sion]]$\n", "x", "sho versi", NULL, "a" },
		{ "[[...]]", HEAD "a, , x, sh[[ow]] ver[[sion]]$\n", "x", "sho verson", NULL, "NONE" },
		{ "[[...]] in Command only", HEAD "a, , sh[[ow]], c\n", "sho]", "c", NULL, "a" },
		{ "[[...]] in Command only", HEAD "a, , sh[[ow]]$, c\n", "sh", "c", NULL, "NONE" },
		{ "a platform is a regex", HEAD "a, , big_(one|two), c\n", "big_two", "c", NULL, "a" },
		{ "an empty cell fits", HEAD "a, , , c\n", "x", "c", "h", "a" },
		{ "what is not given fits", HEAD "a, h1, x, c\n", NULL, "c", NULL, "a" },
		{ "the host", HEAD "a, h1, x, c\nb, h2, x, c\n", "x", "c", "h2", "b" },
		{ "only Template is needed", "Template\n\na\n", "x", "c", "h", "a" },
		{ "columns in another order, and others", "Command,Vendor,Template\nc,v,a\n", "x", "c", NULL, "a" },
		{ "a column that is not there fits", "Command,Template\nc,a\n", "x", "c", "h", "a" },
		{ "comments, blank lines and lines with another number of cells", "# index\n\n" HEAD "# a, , x, c\nb, , x, c{1,2}\n\nc, x, c\nd, , x, c\n", "x", "c", NULL, "d" },
		{ "a comment behind the header", "Template, Command # names\na, c\n", NULL, "c", NULL, "a" },
		{ "CRLF", "Template, Command\r\na, c$\r\n", NULL, "c", NULL, "a" },
		{ "several templates", HEAD "a:b:c, , x, c\n", "x", "c", NULL, "a:b:c" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *got = find(rows[i].index, rows[i].platform, rows[i].command, rows[i].hostname);

		cr_expect_str_eq(got, rows[i].want, "%s: %s gives %s", rows[i].what, rows[i].index, got);
		free(got);
	}
}

Test(textfsm_index, faults_are_told_with_their_line)
{
	static const struct {
		const char *index, *want;
	} rows[] = {
		{ "", "index: error: an index begins with the names of its columns" },
		{ "# nothing\n", "index: error: an index begins" },
		{ "Platform, Command\n", "index:1:1: error: an index has a column \"Template\"" },
		{ "Template, A, A\n", "index:1:14: error: there is a column \"A\" already" },
		{ HEAD "a, , x, c(\n", "index:2:9: error: " },
		{ HEAD "a, , x, c\nb, *, x, [[c(]]\n", "index:3:4: error: nothing to repeat" },
		{ HEAD "a, , x, sh[[o+w]]\n", "index:2:9: error: nothing to repeat" },
		{ "Template,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q\n", "an index has at most 16 columns" },
		{ "Template\n\xff\n", "index: error: this is no UTF-8" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *got = find(rows[i].index, "x", "c", "h");

		cr_expect(strstr(got, rows[i].want), "%s gives %s", rows[i].index, got);
		free(got);
	}
}

/* ---- sets ---- */

static const struct {
	const char *name, *text;
} files[] = {
	{ "ports", "Value Key PORT (\\d)\nValue STATE (up|down)\n\nStart\n  ^p ${PORT} ${STATE} -> Record\n" },
	{ "names", "Value PORT (\\d)\nValue NAME (\\w+)\nValue List TAGS (#\\w)\n\nStart\n  ^n ${PORT} ${NAME} ${TAGS} -> Record\n" },
	{ "speeds", "Value Key PORT (\\d)\nValue SPEED (\\d+)\n\nStart\n  ^s ${PORT} ${SPEED} -> Record\n" },
	{ "plain", "Value STATE (up|down)\n\nStart\n  ^p . ${STATE} -> Record\n" },
	{ "loose", "Value SPEED (\\d+)\n\nStart\n  ^s . ${SPEED} -> Record\n" },
	{ "bad", "Value A (\n" },
	{ "same", "Value Key PORT (\\d)\n\nStart\n  ^p ${PORT}\n" },
};

static char *
join(const char *names, const char *text)
{
	char dir[] = "/tmp/test-textfsm-XXXXXX", path[100], *got;
	struct diag *d = diag_new();
	struct textfsm_set *set;
	struct textfsm_table *t;

	cr_assert_not_null(mkdtemp(dir));
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i].name);
		FILE *f = fopen(path, "w");
		fputs(files[i].text, f);
		fclose(f);
	}
	set = textfsm_set_open(dir, span_str(names), d);
	t = set ? textfsm_set_parse(set, span_str(text), d) : NULL;
	cr_expect_eq(t == NULL, diag_errors(d) > 0);
	got = t ? textfsm_try_json(t) : textfsm_try_faults(d);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i].name);
		unlink(path);
	}
	rmdir(dir);
	textfsm_table_free(&t);
	textfsm_set_free(&set);
	diag_free(&d);
	return got;
}

Test(textfsm_index, tables_are_joined_by_their_keys)
{
	static const char text[] = "p 1 up\np 2 down\np 3 up\nn 3 three #a\nn 1 one #b\nn 9 nine #c\ns 2 100\ns 2 200\n";
	static const struct {
		const char *names, *want;
	} rows[] = {
		{ "ports", "[{\"PORT\":\"1\",\"STATE\":\"up\"},{\"PORT\":\"2\",\"STATE\":\"down\"},{\"PORT\":\"3\",\"STATE\":\"up\"}]" },
		{ "ports:names", "[{\"PORT\":\"1\",\"STATE\":\"up\",\"NAME\":\"one\",\"TAGS\":[\"#b\"]},{\"PORT\":\"2\",\"STATE\":\"down\",\"NAME\":\"\",\"TAGS\":\"\"},"
		  "{\"PORT\":\"3\",\"STATE\":\"up\",\"NAME\":\"three\",\"TAGS\":[\"#a\"]}]" },
		{ "names:ports", "[{\"PORT\":\"3\",\"NAME\":\"three\",\"TAGS\":[\"#a\"],\"STATE\":\"up\"},{\"PORT\":\"1\",\"NAME\":\"one\",\"TAGS\":[\"#b\"],\"STATE\":\"up\"},"
		  "{\"PORT\":\"9\",\"NAME\":\"nine\",\"TAGS\":[\"#c\"],\"STATE\":\"\"}]" },
		{ "ports:speeds:names:same", "[{\"PORT\":\"1\",\"STATE\":\"up\",\"SPEED\":\"\",\"NAME\":\"one\",\"TAGS\":[\"#b\"]},"
		  "{\"PORT\":\"2\",\"STATE\":\"down\",\"SPEED\":\"100\",\"NAME\":\"\",\"TAGS\":\"\"},{\"PORT\":\"3\",\"STATE\":\"up\",\"SPEED\":\"\",\"NAME\":\"three\",\"TAGS\":[\"#a\"]}]" },
		{ "plain:loose", "[{\"STATE\":\"up\",\"SPEED\":\"100\"},{\"STATE\":\"down\",\"SPEED\":\"200\"},{\"STATE\":\"up\",\"SPEED\":\"\"}]" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *got = join(rows[i].names, text);

		cr_expect_str_eq(got, rows[i].want, "%s gives %s", rows[i].names, got);
		free(got);
	}
}

Test(textfsm_index, a_set_that_cannot_be_is_refused)
{
	static const struct {
		const char *names, *want;
	} rows[] = {
		{ "nowhere", "/nowhere: error: cannot read it: No such file or directory" },
		{ "ports:bad", "/bad:1:9: error: " },
		{ "ports:loose", "/loose: error: templates of one command cannot be joined, for not all have the Key PORT" },
		{ "plain:ports", "/ports: error: templates of one command cannot be joined" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *got = join(rows[i].names, "p 1 up\n");

		cr_expect(strstr(got, rows[i].want), "%s gives %s", rows[i].names, got);
		free(got);
	}
}
