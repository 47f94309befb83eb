/*
 * netconf: a session with a device that a script plays.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "drivers/transport/netconf.h"
#include "tests/drivers/ssh_stand_in.h"

#define BASE "urn:ietf:params:netconf:base:"
#define NS "xmlns='urn:ietf:params:xml:ns:netconf:base:1.0'"
#define HELLO(capabilities) "<?xml version='1.0'?>\n<hello " NS "><capabilities>" capabilities "</capabilities><session-id>42</session-id></hello>\n]]>]]>"
#define HELLO_10 HELLO("<capability>\n" BASE "1.0\n</capability><capability>urn:x:y?module=y</capability>")
#define HELLO_11 HELLO("<capability>" BASE "1.0</capability><capability>" BASE "1.1</capability>")
#define END "]]>]]>"
#define REPLY(id, inside) "<rpc-reply " NS " message-id='" id "'>" inside "</rpc-reply>"
#define ERROR(severity, rest) "<rpc-error><error-severity>" severity "</error-severity>" rest "</rpc-error>"

static const struct device_target target = { .host = "r1", .user = "u" };
static const size_t pieces[] = { 1, 7, 65536 };

static struct buffer answer;

/* Opens, asks once for each answer; what came out, or the error of the first that failed. */
static const char *
converse(struct device *d, const char *const *answers, const char *fallback)
{
	int rc;

	device_init(d, &target);
	buffer_init(&answer, 4096);
	rc = netconf_open(d, NETCONF_PORT, fallback);
	for (size_t i = 0; rc == 0 && answers && answers[i]; i++)
		rc = transport_ask(d, SPAN_LIT("<get/>"), &answer);
	return rc == 0 ? answer.p : d->message;
}

static void
finish(struct device *d)
{
	transport_close(d);
	cr_expect_null(d->wire);
	cr_expect_eq(stand_in.links, 0);
	buffer_fini(&answer);
	device_fini(d);
	stand_in_fini();
}

struct row {
	const char *what, *greeting;
	const char *answers[4];
	const char *want;
	enum device_error error;
	const char *warning;
};

static void
check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t p = 0; p < sizeof(pieces) / sizeof(*pieces); p++) {
			const struct row *r = &rows[i];
			struct device d;
			const char *got;

			stand_in_init(r->greeting, r->answers, pieces[p]);
			got = converse(&d, r->answers, NULL);
			cr_expect_str_eq(got, r->want, "%s\ngot:  %s\nwant: %s", r->what, got, r->want);
			cr_expect_eq(d.error, r->error, "%s: %s", r->what, device_error_name(d.error));
			cr_expect_eq(d.n_warnings, r->warning ? 1 : 0, "%s: %zu warnings", r->what, d.n_warnings);
			if (r->warning && d.n_warnings > 0)
				cr_expect_str_eq(d.warnings[0], r->warning, "%s: %s", r->what, d.warnings[0]);
			finish(&d);
		}
	}
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof(*(rows)))

Test(netconf, an_answer_is_the_reply_as_sent)
{
	static const struct row rows[] = {
		{ "1.0", HELLO_10, { REPLY("1", "<data> x\n</data>") END }, REPLY("1", "<data> x\n</data>"), DEVICE_OK, NULL },
		{ "1.0, a line end behind each mark", HELLO_10 "\n", { REPLY("1", "<a/>") END "\n", REPLY("2", "<b/>") END "\n" }, "\n" REPLY("2", "<b/>"), DEVICE_OK, NULL },
		{ "1.1, in chunks", HELLO_11, { "\n#10\n<rpc-reply\n#17\n message-id='1'/>\n##\n" }, "<rpc-reply message-id='1'/>", DEVICE_OK, NULL },
		{ "1.1, line ends more than there should be", HELLO_11 "\n", { "\n\r\n\n#27\n<rpc-reply message-id='1'/>\n##\n", "\n\n#27\n<rpc-reply message-id='2'/>\n##\n" },
		  "<rpc-reply message-id='2'/>", DEVICE_OK, NULL },
		{ "any prefix", HELLO_10, { "<nc:rpc-reply xmlns:nc='urn:x' message-id='1'><nc:ok/></nc:rpc-reply>" END },
		  "<nc:rpc-reply xmlns:nc='urn:x' message-id='1'><nc:ok/></nc:rpc-reply>", DEVICE_OK, NULL },
		{ "notifications in front are not it", HELLO_10, { "<notification/>" END "<notification/>" END REPLY("1", "<a/>") END }, REPLY("1", "<a/>"), DEVICE_OK, NULL },
		{ "a hello with text in front", "Welcome <you>!\n<!-- No zombies -->\n<nc:hello xmlns:nc='u'/>" END, { REPLY("1", "") END }, REPLY("1", ""), DEVICE_OK, NULL },
	};

	CHECK(rows);
}

Test(netconf, what_the_device_refuses_is_told)
{
	static const struct row rows[] = {
		{ "an error with everything", HELLO_10,
		  { REPLY("1", ERROR("error", "<error-type>protocol</error-type><error-tag>operation-failed</error-tag><error-path>\n[edit system]\n</error-path>"
		    "<error-message>\nsyntax   error,\n  expecting &lt;command&gt;\n</error-message><error-info><bad-element>hots</bad-element></error-info>")) END },
		  "the device refused: syntax error, expecting <command> (protocol operation-failed at [edit system], element hots)", DEVICE_COMMAND, NULL },
		{ "no message", HELLO_10, { REPLY("1", ERROR("error", "<error-type>rpc</error-type><error-tag>in-use</error-tag>")) END },
		  "the device refused: rpc in-use", DEVICE_COMMAND, NULL },
		{ "no word", HELLO_10, { REPLY("1", "<rpc-error/>") END }, "the device refused: without a word why", DEVICE_COMMAND, NULL },
		{ "two", HELLO_10, { REPLY("1", ERROR("error", "<error-message>one</error-message>") ERROR("error", "<error-message>two</error-message>")) END },
		  "the device refused: one; two", DEVICE_COMMAND, NULL },
		{ "within the result of a step", HELLO_10, { REPLY("1", "<commit-results><routing-engine>" ERROR("error", "<error-message>one</error-message>")
		    "</routing-engine></commit-results>") END }, "the device refused: one", DEVICE_COMMAND, NULL },
		{ "a warning is borne", HELLO_10, { REPLY("1", ERROR("\nwarning\n", "<error-message>old</error-message>") "<ok/>") END },
		  REPLY("1", ERROR("\nwarning\n", "<error-message>old</error-message>") "<ok/>"), DEVICE_OK, "the device warns: old" },
		{ "an error and a warning", HELLO_10, { REPLY("1", ERROR("warning", "<error-message>old</error-message>") ERROR("error", "<error-message>bad</error-message>")) END },
		  "the device refused: bad", DEVICE_COMMAND, "the device warns: old" },
		{ "xnm:error", HELLO_10, { REPLY("1", "<xnm:error xmlns:xnm='http://xml.juniper.net/xnm/1.1/xnm'><token>x</token><message>unknown</message></xnm:error>") END },
		  "the device refused: unknown (x)", DEVICE_COMMAND, NULL },
		{ "xnm:warning", HELLO_10, { REPLY("1", "<a><xnm:warning><message>not up</message></xnm:warning></a>") END },
		  REPLY("1", "<a><xnm:warning><message>not up</message></xnm:warning></a>"), DEVICE_OK, "the device warns: not up" },
		{ "an element that is called error", HELLO_10, { REPLY("1", "<error>1</error>") END }, REPLY("1", "<error>1</error>"), DEVICE_OK, NULL },
		{ "of a request that it could not read", HELLO_10, { "<rpc-reply>" ERROR("error", "<error-tag>missing-attribute</error-tag>") "</rpc-reply>" END },
		  "the device refused: missing-attribute", DEVICE_COMMAND, NULL },
	};

	CHECK(rows);
}

Test(netconf, what_is_no_answer_ends_the_session)
{
	static const struct row rows[] = {
		{ "an answer to another request", HELLO_10, { REPLY("7", "<a/>") END }, "the device's message is the answer to another request, number 7", DEVICE_ANSWER, NULL },
		{ "an answer before it was asked", HELLO_10 REPLY("0", "<a/>") END, { REPLY("1", "<a/>") END },
		  "the device's message is the answer to another request, number 0", DEVICE_ANSWER, NULL },
		{ "no message-id", HELLO_10, { "<rpc-reply/>" END }, "the device's message is an answer without a message-id, not to be told from one to another request than 1",
		  DEVICE_ANSWER, NULL },
		{ "something else", HELLO_10, { "<a/>" END }, "the device's message is no reply but a", DEVICE_ANSWER, NULL },
		{ "garbage", HELLO_10, { "% error" END }, "the answer is not XML: it does not begin with an element", DEVICE_ANSWER, NULL },
		{ "cut", HELLO_10, { "<rpc-reply message-id='1'>" END }, "the answer is not XML: line 1: Premature end of data in tag rpc-reply line 1", DEVICE_ANSWER, NULL },
		{ "bad chunks", HELLO_11, { "\n#0\n" }, "what the device sends is not framed as NETCONF 1.1 asks for", DEVICE_ANSWER, NULL },
		{ "end marks where chunks are spoken", HELLO_11, { REPLY("1", "<a/>") END }, "what the device sends is not framed as NETCONF 1.1 asks for", DEVICE_ANSWER, NULL },
		{ "no hello", "<a/>" END, { NULL }, "the device says no NETCONF hello but <a>", DEVICE_ANSWER, NULL },
		{ "no XML for a hello", "login: " END, { NULL }, "the answer is not XML: it does not begin with an element", DEVICE_ANSWER, NULL },
		{ "no end of the hello", "<hello/>", { NULL }, "no answer in time", DEVICE_TIMEOUT, NULL },
		{ "nothing", "", { NULL }, "no answer in time", DEVICE_TIMEOUT, NULL },
		{ "half an answer", HELLO_10, { "<rpc-reply message-id='1'>" }, "no answer in time", DEVICE_TIMEOUT, NULL },
	};

	CHECK(rows);
}

Test(netconf, after_a_timeout_nothing_is_taken_for_an_answer)
{
	static const char *const answers[] = { "<rpc-reply ", "message-id='1'/>" END REPLY("2", "<a/>") END, NULL };
	struct device d;
	size_t writes;

	stand_in_init(HELLO_10, answers, 100);
	device_init(&d, &target);
	buffer_init(&answer, 4096);
	cr_assert_eq(netconf_open(&d, NETCONF_PORT, NULL), 0);
	cr_expect(transport_alive(&d));
	cr_expect_eq(transport_ask(&d, SPAN_LIT("<get/>"), &answer), -1);
	cr_expect_eq(d.error, DEVICE_TIMEOUT);
	cr_expect(!transport_alive(&d));
	device_begin(&d);
	writes = stand_in.n_writes;
	cr_expect_eq(transport_ask(&d, SPAN_LIT("<get/>"), &answer), -1);
	cr_expect_eq(d.error, DEVICE_CLOSED);
	cr_expect_str_eq(d.message, "the NETCONF session is over");
	cr_expect_eq(stand_in.n_writes, writes);
	transport_close(&d);
	cr_expect_eq(stand_in.n_writes, writes, "not even a farewell");
	finish(&d);
}

Test(netconf, after_a_refusal_the_session_goes_on)
{
	static const char *const answers[] = { REPLY("1", "<rpc-error/>") END, REPLY("2", "<a/>") END, NULL };
	struct device d;

	stand_in_init(HELLO_10, answers, 100);
	device_init(&d, &target);
	buffer_init(&answer, 4096);
	cr_assert_eq(netconf_open(&d, NETCONF_PORT, NULL), 0);
	cr_expect_eq(transport_ask(&d, SPAN_LIT("<get/>"), &answer), -1);
	device_forgive(&d);
	cr_expect_eq(transport_ask(&d, SPAN_LIT("<get/>"), &answer), 0);
	cr_expect_str_eq(answer.p, REPLY("2", "<a/>"));
	finish(&d);
}

Test(netconf, a_device_that_closes_may_say_why)
{
	static const struct {
		const char *greeting, *answers[2], *want;
	} rows[] = {
		{ "", { NULL }, "the device closed the NETCONF session" },
		{ "\r\nPermission\tdenied\x1b.\nbye", { NULL }, "the device closed the NETCONF session: \"Permission?denied?.\"" },
		{ HELLO_10, { "" }, "the device closed the NETCONF session" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct device d;

		stand_in_init(rows[i].greeting, rows[i].answers, 100);
		stand_in.closes = true;
		cr_expect_str_eq(converse(&d, rows[i].answers, NULL), rows[i].want);
		cr_expect_eq(d.error, DEVICE_CLOSED);
		finish(&d);
	}
}

Test(netconf, what_is_said_is_what_the_rfc_asks_for)
{
	static const char *const answers[] = { "\n#27\n<rpc-reply message-id='1'/>\n##\n", NULL };
	struct device d;

	stand_in_init(HELLO_11, answers, 100);
	converse(&d, answers, NULL);
	cr_expect_str_eq(netconf_version(&d), "1.1");
	cr_expect_eq(netconf_session(&d), 42);
	cr_expect(netconf_capable(&d, BASE "1.1") && netconf_capable(&d, BASE) && !netconf_capable(&d, "urn:x"));
	buffer_reset(&stand_in.said);
	stand_in.at = 0;
	transport_close(&d);
	cr_expect_eq(d.error, DEVICE_OK, "that nobody answered is no fault");
	cr_expect_str_eq(stand_in.channel, "subsystem netconf");
	cr_expect_str_eq(stand_in.sent.p,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<hello xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\"><capabilities>"
	    "<capability>urn:ietf:params:netconf:base:1.0</capability><capability>urn:ietf:params:netconf:base:1.1</capability></capabilities></hello>]]>]]>"
	    "\n#119\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rpc message-id=\"1\" xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\"><get/></rpc>\n##\n"
	    "\n#133\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rpc message-id=\"close\" xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\"><close-session/></rpc>\n##\n");
	finish(&d);
}

Test(netconf, a_capability_is_found_by_its_beginning)
{
	struct device d;

	stand_in_init(HELLO_10, NULL, 100);
	converse(&d, NULL, NULL);
	cr_expect_str_eq(netconf_version(&d), "1.0");
	cr_expect(netconf_capable(&d, "urn:x:y") && netconf_capable(&d, BASE "1.0") && !netconf_capable(&d, "x:y") && !netconf_capable(&d, BASE "1.0?"));
	finish(&d);
	cr_expect(!netconf_capable(&d, BASE), "without a session");
	cr_expect_eq(netconf_session(&d), 0);
}

Test(netconf, where_there_is_no_subsystem_a_command_does_it)
{
	struct device d;

	stand_in_init("<!-- user u -->\n<hello/>" END, NULL, 100);
	stand_in.no_subsystem = true;
	converse(&d, NULL, "xml-mode netconf need-trailer");
	cr_expect_eq(d.error, DEVICE_OK);
	cr_expect_str_eq(stand_in.channel, "exec xml-mode netconf need-trailer");
	finish(&d);

	stand_in_init(HELLO_10, NULL, 100);
	stand_in.no_subsystem = true;
	cr_expect_str_eq(converse(&d, NULL, NULL), "no such subsystem");
	finish(&d);

	stand_in_init(HELLO_10, NULL, 100);
	stand_in.no_connection = true;
	cr_expect_str_eq(converse(&d, NULL, "xml-mode"), "refused");
	finish(&d);
}

Test(netconf, an_answer_past_the_limit_ends_the_session)
{
	struct buffer b;
	const char *answers[] = { NULL, NULL };
	struct device d;

	buffer_init(&b, 65536);
	buffer_puts(&b, "<rpc-reply message-id='1'>");
	for (int i = 0; i < 500; i++)
		buffer_puts(&b, "0123456789");
	buffer_puts(&b, "</rpc-reply>" END);
	answers[0] = b.p;
	stand_in_init(HELLO_10, answers, 1000);
	cr_expect_str_eq(converse(&d, answers, NULL), "the device's answer has more than 4096 bytes");
	cr_expect_eq(d.error, DEVICE_ANSWER);
	cr_expect(!transport_alive(&d));
	finish(&d);
	buffer_fini(&b);
}

/* As many as there are, in 512 bytes and in warnings. */
Test(netconf, many_errors_are_all_told)
{
	struct buffer b;
	const char *answers[] = { NULL, NULL };
	struct device d;

	buffer_init(&b, 65536);
	buffer_puts(&b, "<rpc-reply message-id='1'>");
	for (int i = 0; i < 10; i++)
		buffer_printf(&b, ERROR("error", "<error-message>error %d %0100d</error-message>"), i, 0);
	buffer_printf(&b, ERROR("error", "<error-message>%0300d</error-message>"), 0);
	buffer_puts(&b, "</rpc-reply>" END);
	answers[0] = b.p;
	stand_in_init(HELLO_10, answers, 1000);
	device_init(&d, &target);
	buffer_init(&answer, 65536);
	cr_assert_eq(netconf_open(&d, NETCONF_PORT, NULL), 0);
	cr_expect_eq(transport_ask(&d, SPAN_LIT("<get/>"), &answer), -1);
	cr_expect(strstr(d.message, "error 0 ") && strstr(d.message, "; error 3 ") && !strstr(d.message, "error 4 "));
	cr_expect_lt(strlen(d.message), sizeof(d.message) - 1);
	cr_expect_eq(d.n_warnings, 7, "%zu", d.n_warnings);
	cr_expect(strncmp(d.warnings[0], "the device refused, too: error 4 ", 33) == 0, "%s", d.warnings[0]);
	cr_expect(strstr(d.warnings[6], "000...") != NULL, "%s", d.warnings[6]);
	finish(&d);
	buffer_fini(&b);
}
