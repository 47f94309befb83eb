/*
 * xml: answers in XML, also those that devices send though they are none, and those that nobody should send.
 */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "drivers/xml.h"
#include "drivers/xml_input.h"
#include "tests/parsers/edge.h"

static const struct device_target target = { .host = "r1" };

/* What is read at `path`, or the fault. */
static char *
try_text(struct span text, const char *path, struct device *d)
{
	xmlDoc *doc;
	struct span got;
	char *out;

	device_init(d, &target);
	doc = xml_parse(d, text);
	if (!doc)
		return strdup(d->message);
	got = xml_text(xmlDocGetRootElement(doc), path);
	out = got.p ? strndup(got.p, got.n) : strdup("(absent)");
	xmlFreeDoc(doc);
	return out;
}

struct row {
	const char *what, *text, *path, *want;
	size_t n_warnings;
};

static void
check(const struct row *rows, size_t n)
{
	struct edge edge = edge_open();

	cr_redirect_stderr();
	for (size_t i = 0; i < n; i++) {
		struct device d;
		char *got = try_text(edge_put(&edge, span_str(rows[i].text)), rows[i].path, &d);

		cr_expect_str_eq(got, rows[i].want, "%s\ngot:  %s\nwant: %s", rows[i].what, got, rows[i].want);
		cr_expect_eq(d.n_warnings, rows[i].n_warnings, "%s: %zu warnings", rows[i].what, d.n_warnings);
		free(got);
		device_fini(&d);
	}
	edge_close(&edge);
	cr_expect_stderr_eq_str("");
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof(*(rows)))

Test(xml, texts_are_found_by_local_names)
{
	static const struct row rows[] = {
		{ "a path", "<r><a><b>1</b></a></r>", "a/b", "1", 0 },
		{ "the first that has the whole path", "<r><a/><a><b>1</b></a><a><b>2</b></a></r>", "a/b", "1", 0 },
		{ "any name", "<r><a/><b><c>1</c></b></r>", "*/c", "1", 0 },
		{ "namespaces do not matter", "<x:r xmlns:x='u:x' xmlns='u:d'><a><x:b>1</x:b></a></x:r>", "a/b", "1", 0 },
		{ "nor a prefix that was not declared", "<r><xnm:a><b junos:style='x'>1</b></xnm:a></r>", "a/b", "1", 0 },
		{ "no such element", "<r><a/></r>", "a/b", "(absent)", 0 },
		{ "no text", "<r><a/></r>", "a", "", 0 },
		{ "blanks are no text", "<r><a>\n  </a></r>", "a", "", 0 },
		{ "trimmed", "<r><a>\n  x y \n</a></r>", "a", "x y", 0 },
		{ "of the node itself", "<r> x </r>", NULL, "x", 0 },
		{ "a comment within does not divide it", "<r>a<!-- - -->b<?p i?>c</r>", NULL, "abc", 0 },
		{ "CDATA is text", "<r>a<![CDATA[<&]]>b</r>", NULL, "a<&b", 0 },
		{ "entities that need no declaration", "<r>&lt;&amp;&gt;&quot;&apos;&#65;&#x42;</r>", NULL, "<&>\"'AB", 0 },
		{ "text behind a child, too", "<r><a>\n <b/>text</a></r>", "a", "text", 0 },
	};

	CHECK(rows);
}

Test(xml, what_devices_send_around_and_within_is_borne)
{
	static const struct row rows[] = {
		{ "blank lines in front of the declaration", "\r\n \n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<r>x</r>", NULL, "x", 0 },
		{ "a byte order mark", "\xef\xbb\xbf<?xml version=\"1.0\"?><r>x</r>", NULL, "x", 0 },
		{ "comments in front", "<!-- No zombies -->\n<!-- user -->\n<r>x</r>", NULL, "x", 0 },
		{ "text behind the root", "<r>x</r>\nXML> ", NULL, "x", 0 },
		{ "another document behind it", "<r>x</r><?xml version='1.0'?><s>y</s>", NULL, "x", 0 },
		{ "half a comment behind it", "<r>x</r><!-- ", NULL, "x", 0 },
		{ "a closing tag behind it", "<r>x</r></s>", NULL, "x", 0 },
		{ "declared as ASCII, and it is UTF-8", "<?xml version=\"1.0\" encoding=\"us-ascii\"?><r>caf\xc3\xa9</r>", NULL, "caf\xc3\xa9", 0 },
		{ "declared as something unknown", "<?xml version=\"1.0\" encoding=\"x-y\"?><r>caf\xc3\xa9</r>", NULL, "caf\xc3\xa9", 0 },
		{ "declared as UTF-16, and it is not", "<?xml version=\"1.0\" encoding=\"UTF-16\"?><r>x</r>", NULL, "x", 0 },
		{ "bytes that are not UTF-8", "<r>a\xe9z\xf0\x9f\x98</r>", NULL, "a\xef\xbf\xbdz\xef\xbf\xbd", 1 },
		{ "control characters", "<r>a\x01\x1b[1mz</r>", NULL, "a\xef\xbf\xbd\xef\xbf\xbd[1mz", 1 },
		{ "U+FFFE and U+FFFF", "<r>a\xef\xbf\xbe\xef\xbf\xbfz\xef\xbf\xbd</r>", NULL, "a\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd", 1 },
		{ "references to what must not be", "<r>&#0;&#x1b;&#xD800;&#0000007;&#9;&#x99999999;!</r>", NULL,
		  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\t\xef\xbf\xbd!", 1 },
		{ "an xml:id that comes twice says nothing on stderr", "<r><a xml:id='i'/><b xml:id='i'>x</b></r>", "b", "x", 0 },
		{ "a namespace that is no URI neither", "<r xmlns:a='not a uri' xmlns:b=''><a:c>x</a:c></r>", "c", "x", 0 },
	};

	CHECK(rows);
}

Test(xml, what_is_no_xml_is_refused_with_its_line)
{
	static const struct row rows[] = {
		{ "nothing", "", NULL, "the answer is empty", 0 },
		{ "blanks", " \n ", NULL, "the answer is not XML: it does not begin with an element", 0 },
		{ "text", "% Invalid input", NULL, "the answer is not XML: it does not begin with an element", 0 },
		{ "only a declaration", "<?xml version='1.0'?>", NULL, "the answer is not XML: line 1: Start tag expected, '<' not found", 0 },
		{ "cut", "<r>\n<a>\n<b>x</b>", NULL, "the answer is not XML: line 3: Premature end of data in tag a line 2", 0 },
		{ "cut in the root's end", "<r>x</r", NULL, "the answer is not XML: line 1: expected '>'", 0 },
		{ "cut in the root's tag", "<r", NULL, "the answer is not XML: line 1: Couldn't find end of Start Tag r line 1", 0 },
		{ "cut in the root's tag, later", "<root ab", NULL, "the answer is not XML: line 1: Specification mandates value for attribute ab", 0 },
		{ "crossed", "<r>\n<a></r>", NULL, "the answer is not XML: line 2: Opening and ending tag mismatch: a line 2 and r", 0 },
		{ "a bare ampersand", "<r>a & b</r>", NULL, "the answer is not XML: line 1: xmlParseEntityRef: no name", 0 },
		{ "an entity that nobody declared", "<r>&nbsp;</r>", NULL, "the answer is not XML: line 1: Entity 'nbsp' not defined", 0 },
		{ "HTML", "<!DOCTYPE html><html><body><p>x</body></html>", NULL, "the answer is not XML: line 1: a document type is not taken", 0 },
		{ "entities that grow", "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;\">]>\n<r>&c;</r>", NULL,
		  "the answer is not XML: line 1: a document type is not taken", 0 },
		{ "a file", "<?xml version='1.0'?>\n<!DOCTYPE r SYSTEM 'file:///etc/passwd' [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><r>&x;</r>", NULL,
		  "the answer is not XML: line 2: a document type is not taken", 0 },
	};

	CHECK(rows);
}

static char *
repeat(const char *front, const char *unit, size_t times, const char *end)
{
	struct buffer b;

	buffer_init(&b, (size_t)1 << 30);
	buffer_puts(&b, front);
	for (size_t i = 0; i < times; i++)
		buffer_puts(&b, unit);
	buffer_puts(&b, end);
	cr_assert(!b.failed);
	return b.p;
}

/* What is made of pieces, and how it ends.  All within seconds. */
Test(xml, what_is_large_is_read_and_what_is_hostile_refused_in_time)
{
	static const struct {
		const char *what, *front, *unit;
		size_t times;
		const char *end, *want;
	} rows[] = {
		{ "a text of 32 MB", "<r><v>x</v><a>", "0123456789abcde\n", 2 << 20, "</a></r>", "x" },
		{ "a CDATA section of 32 MB", "<r><v>x</v><a><![CDATA[", "0123456789abcd&\n", 2 << 20, "]]></a></r>", "x" },
		{ "an attribute of 16 MB", "<r><v>x</v><a b='", "0123456789abcde\n", 1 << 20, "'/></r>", "x" },
		{ "a comment of 16 MB", "<r><v>x</v><!--", "0123456789abcde\n", 1 << 20, "--></r>", "x" },
		{ "16 MB of references", "<r><v>x</v><a>", "&amp;", 3 << 20, "</a></r>", "x" },
		{ "4 MB of forbidden characters", "<r><v>x</v><a>", "\x01", 4 << 20, "</a></r>", "x" },
		{ "a million elements", "<r><v>x</v>", "<a>1</a>\n", 1 << 20, "</r>", "x" },
		{ "255 levels below the root", "<r><v>x</v>", "<a>", 255, "", "the answer is not XML: line 1: Premature end of data in tag a line 1" },
		{ "256", "<r><v>x</v>", "<a>", 256, "", "the answer is not XML: line 1: elements nest too deep" },
		{ "millions", "<r><v>x</v>", "<a>", 5 << 20, "", "the answer is not XML: line 1: elements nest too deep" },
		{ "too many elements", "<r><v>x</v>", "<a/>", 5 << 20, "</r>", "the answer is not XML: line 1: it has too many elements" },
		{ "200 attributes, twice the same", "<r><v>x</v><a ", "b='' ", 200, "/></r>", "the answer is not XML: line 1: Attribute b redefined" },
		{ "too many attributes", "<r><v>x</v><a ", "b='' ", 4 << 20, "/></r>", "the answer is not taken: an element has more than 256 attributes" },
		{ "what looks like attributes in a text", "<r><v>x</v><![CDATA[<a ", "b='' ", 1000, "]]><!-- <a ='' ", NULL },
		{ "too many namespaces", "<r><v>x</v>", "<a xmlns:b='u' xmlns:c='u' xmlns:d='u'>", 200, "</r>", "the answer is not XML: line 1: it has too many namespaces" },
		{ "a name of 8 MB", "<r><v>x</v><", "abcdefgh", 1 << 20, "/></r>", NULL },
		{ "8 MB of '<'", "<r><v>x</v>", "<", 8 << 20, "", NULL },
		{ "8 MB of '&'", "<r><v>x</v>", "&", 8 << 20, "", NULL },
		{ "8 MB of brackets", "<r><v>x</v><![CDATA[", "]", 8 << 20, "", NULL },
		{ "8 MB of quotes", "<r><v>x</v><a ", "\"'", 4 << 20, "", NULL },
		{ "processing instructions", "<r><v>x</v>", "<?a b?>", 1 << 20, "</r>", "x" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *text = repeat(rows[i].front, rows[i].unit, rows[i].times, rows[i].end), *got;
		int64_t start = clock_monotonic_ns();
		struct device d;

		got = try_text(span_str(text), "v", &d);
		if (rows[i].want)
			cr_expect_str_eq(got, rows[i].want, "%s: %s", rows[i].what, got);
		cr_expect_lt(clock_monotonic_ns() - start, 20 * CLOCK_NS_PER_S, "%s", rows[i].what);
		if (getenv("SHOW"))
			fprintf(stderr, "%s: %lld ms: %s\n", rows[i].what, (long long)((clock_monotonic_ns() - start) / CLOCK_NS_PER_MS), got);
		free(got);
		free(text);
		device_fini(&d);
	}
}

Test(xml, what_was_mended_is_told_once_a_call)
{
	struct device d;

	device_init(&d, &target);
	for (int i = 0; i < 3; i++)
		xmlFreeDoc(xml_parse(&d, SPAN_LIT("<r>\x01</r>")));
	cr_expect_eq(d.n_warnings, 1);
	cr_expect_str_eq(d.warnings[0], "characters that XML forbids, or bytes that are not UTF-8, became U+FFFD");
	device_fini(&d);
}

Test(xml, elements_are_walked)
{
	static const char text[] = "<r><p n='1'>a</p> <q/> <p x:n='2'><z><p>c</p></z></p><p/></r>";
	struct device d;
	xmlDoc *doc;
	xmlNode *root, *n;
	size_t count = 0;

	device_init(&d, &target);
	doc = xml_parse(&d, span_str(text));
	root = xmlDocGetRootElement(doc);
	cr_expect(xml_is(root, "r") && xml_is(root, "*") && !xml_is(root, "p") && !xml_is(NULL, "p"));
	for (n = xml_first(root, "p"); n; n = xml_next(n, "p"))
		count++;
	cr_expect_eq(count, 3);
	for (n = xml_first(root, NULL), count = 0; n; n = xml_next(n, NULL))
		count++;
	cr_expect_eq(count, 4);
	cr_expect(span_eq(xml_attribute(xml_first(root, "p"), "n"), SPAN_LIT("1")));
	for (n = xml_below(root, "p"), count = 0; n; n = xml_below_next(root, n, "p"))
		count++;
	cr_expect_eq(count, 4);
	n = xml_below(root, "z");
	cr_expect_null(xml_below_next(n, xml_below(n, "p"), "p"), "not what is behind it");
	cr_expect(n && span_eq(xml_text(n, "p"), SPAN_LIT("c")));
	cr_expect(span_eq(xml_attribute(n->parent, "n"), SPAN_LIT("2")), "whatever its prefix");
	cr_expect_null(xml_attribute(n, "n").p);
	cr_expect_null(xml_below(n, "q"), "only below");
	cr_expect_null(xml_below(n, "z"));
	cr_expect_null(xml_find(NULL, "a"));
	cr_expect_null(xml_first(NULL, NULL));
	cr_expect_null(xml_next(NULL, NULL));
	cr_expect_null(xml_below(NULL, "a"));
	cr_expect_null(xml_text(NULL, "a").p);
	cr_expect_null(xml_attribute(NULL, "a").p);
	xmlFreeDoc(doc);
	device_fini(&d);
}

Test(xml, a_text_as_it_is_keeps_its_blanks)
{
	struct device d;
	xmlDoc *doc;

	device_init(&d, &target);
	doc = xml_parse(&d, SPAN_LIT("<r><output>\n a\r\n b </output><c> </c></r>"));
	cr_expect(span_eq(xml_raw(xmlDocGetRootElement(doc), "output"), SPAN_LIT("\n a\n b ")));
	cr_expect(span_eq(xml_raw(xmlDocGetRootElement(doc), "c"), SPAN_LIT(" ")));
	xmlFreeDoc(doc);
	device_fini(&d);
}

Test(xml, what_is_escaped_is_read_back)
{
	static const char text[] = "<a b=\"c\">&amp; ]]>]]> 'x'";
	struct buffer b;
	struct device d;
	char *got;

	buffer_init(&b, 1024);
	buffer_puts(&b, "<r>");
	xml_escape(&b, span_str(text));
	buffer_puts(&b, "</r>");
	cr_expect_str_eq(b.p, "<r>&lt;a b=&quot;c&quot;&gt;&amp;amp; ]]&gt;]]&gt; 'x'</r>");
	got = try_text(buffer_span(&b), NULL, &d);
	cr_expect_str_eq(got, text);
	free(got);
	buffer_fini(&b);
	device_fini(&d);
}
