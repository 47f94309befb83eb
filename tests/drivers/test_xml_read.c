/*
 * Walking over all that a path leads to, and values with their fallbacks.
 */
#include <criterion/criterion.h>

#include "drivers/xml_read.h"

static const char text[] =
    "<r><a><b>1</b><c/><b>2</b></a><x><b>no</b></x><a/><a><c><b>no</b></c><b> 3 </b></a>"
    "<deep><d>4<d>within</d></d><e><d>5</d></e></deep><d>6</d><n>12x</n><t>true</t><ip>2001:DB8::0</ip></r>";

static struct device device;
static struct device_target target;

static xmlDoc *
parsed(void)
{
	xmlDoc *doc;

	device_init(&device, &target);
	doc = xml_parse(&device, span_str(text));
	cr_assert(doc);
	return doc;
}

Test(xml_read, a_path_leads_to_all_elements_in_the_documents_order)
{
	xmlDoc *doc = parsed();
	const xmlNode *root = xmlDocGetRootElement(doc);
	int64_t want = 0;

	for (xmlNode *n = xml_read_next(root, "a/b", NULL); n; n = xml_read_next(root, "a/b", n))
		cr_expect_eq(xml_read_int(&device, n, NULL, -1), ++want);
	cr_expect_eq(want, 3);
	want = 0;
	for (xmlNode *n = xml_read_next(root, "*/b", NULL); n; n = xml_read_next(root, "*/b", n))
		want++;
	cr_expect_eq(want, 4);
	cr_expect_null(xml_read_next(root, "a/z", NULL));
	cr_expect_null(xml_read_next(NULL, "a/b", NULL));
	xmlFreeDoc(doc);
	device_fini(&device);
}

Test(xml_read, a_name_is_found_anywhere_but_not_within_one_that_was_found)
{
	xmlDoc *doc = parsed();
	const xmlNode *root = xmlDocGetRootElement(doc);
	int64_t want = 3;

	for (xmlNode *n = xml_read_below(root, "d", NULL); n; n = xml_read_below(root, "d", n))
		cr_expect_eq(xml_read_int(&device, n, NULL, -1), ++want);
	cr_expect_eq(want, 6);
	cr_expect_null(xml_read_below(NULL, "d", NULL));
	xmlFreeDoc(doc);
	device_fini(&device);
}

Test(xml_read, what_is_no_value_gives_the_fallback_and_a_warning_and_what_is_absent_the_fallback_alone)
{
	static const struct xml_read fields[] = {
		{ "one", XML_READ_INT, "a/b", NULL, -1 },
		{ "bad", XML_READ_INT, "n", NULL, -1 },
		{ "absent", XML_READ_REAL, "nowhere", "a/c", 2.5 },
		{ "other", XML_READ_TEXT, "nowhere", "x/b", 0 },
		{ "true", XML_READ_TRUE, "t", NULL, 0 },
		{ "not", XML_READ_NOT_TRUE, "t", NULL, 0 },
		{ "ip", XML_READ_IP, "ip", NULL, 0 },
		{ "first", XML_READ_ONE, "a/b", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	xmlDoc *doc = parsed();
	json_t *got = json_object(), *want = json_pack("{s:i, s:i, s:f, s:s, s:b, s:b, s:s, s:b}", "one", 1, "bad", -1, "absent", 2.5, "other", "no", "true", 1, "not", 0, "ip", "2001:db8::",
	    "first", 1);

	xml_read_fields(&device, got, xmlDocGetRootElement(doc), fields);
	cr_expect(json_equal(got, want));
	cr_expect_eq(device.n_warnings, 1);
	cr_expect_str_eq(device.warnings[0], "n: \"12x\" is no number");
	json_decref(want);
	json_decref(got);
	xmlFreeDoc(doc);
	device_fini(&device);
}
