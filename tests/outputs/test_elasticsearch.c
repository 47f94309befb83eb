#include "outputs/bulk_answer.h"
#include "outputs/bulk_index.h"
#include "tests/outputs/http_rig.h"

#define URL "elasticsearch, urls: ['http://127.0.0.1:%u']"
#define QUICK ", batch: {events: 100, linger: 10ms}"

static struct peer *peer;

static void
setup(void)
{
	peer = peer_new(true);
}

static void
teardown(void)
{
	peer_free(peer);
}

TestSuite(elasticsearch, .init = setup, .fini = teardown, .timeout = 90);

Test(elasticsearch, each_event_is_created_once_under_its_id)
{
	struct output *o = peer_output(URL QUICK ", api_key: a2V5, compression: gzip", peer->port, 0);

	sample_offer(o, 0, 3000);
	SAMPLE_WAIT(20000, peer_delivered(o) == 3000);
	cr_expect_eq(peer_delivered(o), 3000);
	cr_expect_eq(peer->connections, 1);
	peer_close(o, 1000, 0);
	peer_expect(peer, 0, 3000, true);
	cr_expect_not_null(strstr(peer->head, "POST /_bulk?filter_path=errors,"));
	cr_expect_not_null(strstr(peer->head, "\r\nContent-Type: application/x-ndjson\r\n"));
	cr_expect_not_null(strstr(peer->head, "\r\nAuthorization: ApiKey a2V5\r\n"));
}

Test(elasticsearch, a_document_has_its_action_in_front_and_a_time)
{
	static const char action[] = "{\"create\":{\"_index\":\"net-ios-interface_down-2026.11.23\",\"_id\":\"00000000000000000000000000000007\"}}\n"
	                             "{\"@timestamp\":\"2026-11-23T20:01:28.123000000Z\",\"v\":1,\"id\":\"00000000000000000000000000000007\",";
	struct output *o = peer_output("elasticsearch, urls: ['http://127.0.0.1:%u/es/'], pipeline: geo, index: 'net-{os}-{error}-%%Y.%%m.%%d'", peer->port, 0);

	sample_offer(o, 7, 1);
	SAMPLE_WAIT(20000, peer_delivered(o) == 1);
	peer_close(o, 1000, 0);
	cr_expect(strncmp(peer->body, action, strlen(action)) == 0, "%s", peer->body);
	cr_expect_str_eq(peer->body + peer->body_n - 2, "}\n");
	cr_expect_not_null(strstr(peer->head, "POST /es/_bulk?filter_path="));
	cr_expect_not_null(strstr(peer->head, "&pipeline=geo HTTP/1.1\r\n"));
}

/* A device sends an action; or what looks like a document. */
Test(elasticsearch, what_a_device_sends_is_no_action)
{
	static const struct {
		const char *line, *document;
	} rows[] = {
		{ "x\n{\"delete\":{\"_index\":\"payroll\",\"_id\":\"1\"}}\n",
		    "\"x\\n{\\\"delete\\\":{\\\"_index\\\":\\\"payroll\\\",\\\"_id\\\":\\\"1\\\"}}\\n\"" },
		{ "{\"@timestamp\":\"2026-01-01T00:00:00Z\"}\n{\"delete\":{}}", "\"{\\\"@timestamp\\\":\\\"2026-01-01T00:00:00Z\\\"}\\n{\\\"delete\\\":{}}\"" },
		{ "", "\"\"" },
	};
	char want[512];

	for (unsigned i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct output *o = peer_output(URL QUICK, peer->port, 0);

		peer_say(peer, (struct peer_answer){ .body = "{\"items\":[{\"create\":{\"status\":201}}]}" });
		sample_offer_raw(o, i, rows[i].line);
		SAMPLE_WAIT(10000, peer_delivered(o) == 1);
		cr_expect_eq(peer_delivered(o), 1, "row %u", i);
		peer_close(o, 1000, 0);
		snprintf(want, sizeof(want),
		    "{\"create\":{\"_index\":\"netnorm-events\",\"_id\":\"%032u\"}}\n{\"@timestamp\":\"2026-11-23T20:01:28.123000000Z\",\"message\":%s}\n", i,
		    rows[i].document);
		cr_expect_str_eq(peer->body, want, "row %u: %s", i, peer->body);
	}
}

Test(elasticsearch, what_is_there_already_counts_as_delivered)
{
	struct output *o = peer_output(URL QUICK, peer->port, 0);

	for (unsigned i = 0; i < 100; i += 3)
		peer->there[i] = true;
	sample_offer(o, 0, 100);
	SAMPLE_WAIT(20000, peer_delivered(o) == 100);
	cr_expect_eq(peer_delivered(o), 100);
	cr_expect_eq(peer_own_stat(o, "elasticsearch_existing"), 34);
	cr_expect_eq(peer_taken(peer), 66);
	peer_close(o, 1000, 0);
}

/* Taken, but the answer was lost: it goes again, and is there once. */
Test(elasticsearch, an_answer_that_is_lost_costs_nothing)
{
	for (size_t cut = 1; cut < 6000; cut += cut < 90 ? 11 : 500) {
		struct output *o = peer_output(URL QUICK, peer->port, 0);
		unsigned first = (unsigned)(cut * 2);

		peer_say_no_more(peer);
		peer_say(peer, (struct peer_answer){ .cut = cut });
		peer_say(peer, (struct peer_answer){ .piece = cut });
		sample_offer(o, first, 20);
		SAMPLE_WAIT(20000, peer_delivered(o) == 20);
		cr_expect_eq(peer_delivered(o), 20, "cut after %zu", cut - 1);
		peer_close(o, 1000, 0);
		peer_expect(peer, first, 20, true);
	}
}

Test(elasticsearch, items_have_their_own_outcomes)
{
	struct output *o;
	static char reason[] = "r", again[] = "aauc", missing[] = "nic";

	for (unsigned i = 0; i < 200; i++)
		peer->items[i] = i % 10 == 3 ? reason : i % 10 == 5 ? again : i % 10 == 6 ? missing : NULL;
	o = peer_output(URL QUICK, peer->port, 0);
	sample_offer(o, 0, 200);
	SAMPLE_WAIT(30000, sample_stats(o).queued == 0);
	cr_expect_eq(peer_delivered(o), 180);
	cr_expect_eq(peer_refused(o), 20);
	cr_expect_geq(peer_own_stat(o, "elasticsearch_again"), 100);
	cr_expect_eq(sample_stats(o).retried, peer_own_stat(o, "elasticsearch_again"));
	peer_close(o, 1000, 0);
	cr_expect_eq(peer_taken(peer), 180);
	for (unsigned i = 0; i < 200; i++)
		cr_expect_eq(peer->there[i], i % 10 != 3, "%u", i);
}

/* Somebody may have to mend the index: after a time the log names the event, and whom it holds up. */
Test(elasticsearch, what_is_not_taken_for_long_is_told)
{
	static char closed[] = "iic";
	char path[] = "/tmp/netnorm-test-XXXXXX", told[4096] = "";
	int fd = mkstemp(path), saved = dup(STDERR_FILENO);
	struct nevent ev = sample_event();
	struct record *r;
	struct output *o;

	peer->items[5] = closed;
	o = peer_output(URL QUICK, peer->port, 0);
	dup2(fd, STDERR_FILENO);
	ev.received_ns = clock_now_ns() - 700 * CLOCK_NS_PER_S;
	r = sample_sealed(&ev, 5, FORMAT_NATIVE);
	output_offer(o, 0, r);
	record_unref(&r);
	output_wake(o);
	SAMPLE_WAIT(20000, peer_delivered(o) == 1);
	dup2(saved, STDERR_FILENO);
	cr_expect_eq(peer_delivered(o), 1);
	cr_expect_gt(pread(fd, told, sizeof(told) - 1, 0), 0);
	cr_expect_not_null(strstr(told, "event 00000000000000000000000000000005 is 11 minutes old and not taken yet; with it waits all of edge7.example.net: "
	                                "400 index_closed_exception: it says 400"), "%s", told);
	peer_close(o, 1000, 0);
	close(saved);
	close(fd);
	unlink(path);
}

/* Items that wait hold up no others. */
Test(elasticsearch, what_stands_aside_holds_up_no_other)
{
	static char never[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	struct output *o = peer_output(URL QUICK, peer->port, 0);

	peer->items[0] = never;
	sample_offer(o, 0, 1);
	SAMPLE_WAIT(10000, sample_stats(o).retried > 0);
	for (unsigned i = 1; i < 500; i++)
		if (i % 10 != 0)
			sample_offer(o, i, 1);
	SAMPLE_WAIT(10000, peer_delivered(o) == 450);
	cr_expect_eq(peer_delivered(o), 450);
	cr_expect_eq(sample_stats(o).queued, 1);
	peer_close(o, 300, 1);
}

/* None of them is believed: all goes again, and is there once. */
Test(elasticsearch, an_answer_that_makes_no_sense_is_no_delivery)
{
	static const struct peer_answer rows[] = {
		{ .body = "{}" }, { .body = "" }, { .body = "null" }, { .body = "[]" }, { .body = "{\"errors\":false,\"items\":[]}" }, { .body = "<html>welcome</html>" },
		{ .body = "{\"items\":[{\"create\":{\"status\":201}}]}" },
		{ .body = "{\"items\":[{\"create\":{\"status\":201}},{\"create\":{\"status\":\"201\"}},{\"create\":{\"status\":201}}]}" },
		{ .body = "{\"items\":[{\"create\":{\"status\":201}},{\"create\":{\"status\":201}},{\"create\":{\"status\":2}}]}" },
		{ .body = "{\"items\":[{\"create\":{\"status\":201}},{},{\"create\":{\"status\":201}}]}" },
		{ .body = "{\"items\":[{\"create\":{\"status\":201}},{\"create\":{\"status\":201}},{\"create\":{\"status\":201,\"_id\":\"other\"}}]}" },
		{ .body = "{\"items\":[{\"create\":{\"status\":201}},{\"create\":{\"status\":201}},{\"create\":{\"status\":201}}]" },
		{ .status = 404 }, { .status = 405 },
		{ .status = 400, .body = "<html>400 The plain HTTP request was sent to HTTPS port</html>" },
		{ .status = 400, .body = "{\"error\":{\"type\":\"illegal_argument_exception\",\"reason\":\"request [/_bulk] contains ...\"},\"status\":400}" }, { .status = 503 }, { .status = 429 }, { .status = 401 }, { .status = 307 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct output *o = peer_output(URL ", batch: {events: 3, linger: 30s}", peer->port, 0);

		peer_say_no_more(peer);
		peer_say(peer, rows[i]);
		sample_offer(o, 10 * (unsigned)i, 3);
		SAMPLE_WAIT(20000, peer_delivered(o) == 3);
		cr_expect_eq(peer_delivered(o), 3, "row %zu", i);
		cr_expect_eq(sample_stats(o).retried, 3, "row %zu", i);
		peer_close(o, 1000, 0);
		peer_expect(peer, 10 * (unsigned)i, 3, true);
	}
}

/* ... nor is one that has no end, though it was asked with ever fewer events. */
Test(elasticsearch, an_endless_answer_is_no_delivery)
{
	static const size_t kib[] = { 100, 20000 };

	for (size_t i = 0; i < sizeof(kib) / sizeof(*kib); i++) {
		struct output *o = peer_output(URL ", batch: {events: 3, linger: 30s}", peer->port, 0);

		for (int request = 0; request < 3; request++)
			peer_say(peer, (struct peer_answer){ .endless = kib[i] });
		sample_offer(o, 10 * (unsigned)i, 3);
		SAMPLE_WAIT(20000, peer_delivered(o) == 3);
		cr_expect_eq(peer_delivered(o), 3, "row %zu", i);
		cr_expect_eq(sample_stats(o).retried, 3, "row %zu", i);
		cr_expect_eq(peer_refused(o), 0, "row %zu", i);
		cr_expect_eq(peer_own_stat(o, "http_halvings"), 2, "row %zu", i);
		peer_close(o, 1000, 0);
		peer_expect(peer, 10 * (unsigned)i, 3, true);
	}
}

/* A server that says much of each item: nothing stops for it. */
Test(elasticsearch, a_large_answer_is_asked_for_again_in_halves)
{
	static char refused[] = "rrrrrrrr";
	struct output *o;

	peer->reason_bytes = 6000;
	for (unsigned i = 0; i < 200; i++)
		peer->items[i] = i % 8 == 0 ? NULL : refused;
	o = peer_output(URL ", batch: {events: 200, linger: 30s}", peer->port, 0);
	sample_offer(o, 0, 200);
	SAMPLE_WAIT(20000, sample_stats(o).queued == 0);
	cr_expect_eq(peer_delivered(o), 25);
	cr_expect_eq(peer_refused(o), 175);
	cr_expect_eq(sample_stats(o).retried, 0);
	cr_expect_geq(peer_own_stat(o, "http_halvings"), 1);
	peer_close(o, 1000, 0);
	peer->reason_bytes = 500000;
	peer->items[200] = refused;
	o = peer_output(URL QUICK, peer->port, 0);
	sample_offer(o, 200, 1);
	SAMPLE_WAIT(20000, sample_stats(o).queued == 0);
	cr_expect_eq(peer_refused(o), 1);
	peer_close(o, 1000, 0);
}

Test(elasticsearch, a_request_that_is_too_large_goes_in_halves)
{
	struct output *o = peer_output(URL ", batch: {events: 64, linger: 30s}", peer->port, 0);

	peer_say(peer, (struct peer_answer){ .status = 413 });
	peer_say(peer, (struct peer_answer){ .status = 400, .body = "{\"error\":{\"type\":\"x_content_parse_exception\",\"reason\":\"no\"},\"status\":400}" });
	sample_offer(o, 0, 64);
	SAMPLE_WAIT(20000, peer_delivered(o) == 64);
	cr_expect_eq(peer_delivered(o), 64);
	cr_expect_eq(sample_stats(o).retried, 0);
	peer_close(o, 1000, 0);
	peer_expect(peer, 0, 64, true);
}

Test(elasticsearch, a_node_that_ends_under_load_loses_none)
{
	struct peer *other = peer_new(true);
	struct output *o = peer_output("elasticsearch, parallel: 3, urls: ['http://127.0.0.1:%u', 'http://127.0.0.1:%u']" QUICK, peer->port, other->port);

	/* The first one takes what it gets, but its answers are cut from its second one on. */
	peer_say(other, (struct peer_answer){ .status = 503 });
	peer_say(peer, (struct peer_answer){ .delay_ms = 5 });
	peer_say(peer, (struct peer_answer){ .cut = 30, .lasting = true });
	sample_offer(o, 0, 4000);
	SAMPLE_WAIT(30000, peer_delivered(o) == 4000);
	cr_expect_eq(peer_delivered(o), 4000);
	peer_close(o, 1000, 0);
	for (unsigned i = 0; i < 4000; i++)
		cr_expect(peer->there[i] || other->there[i], "%u", i);
	peer_free(other);
}

/* ---- names ---- */

static void
name_of(const char *template, int64_t time_ns, const char *os, char name[BULK_INDEX_BYTES + 1])
{
	struct record r = { .os = span_str(os), .error = SPAN_LIT("LINK_DOWN"), .time_ns = time_ns, .received_ns = INT64_C(1795464089000000001) };

	name[bulk_index_name(span_str(template), &r, name)] = '\0';
}

Test(bulk_index, names_are_such_as_an_index_can_have)
{
	static const struct {
		const char *template, *os, *want;
		int64_t days;           /* the event's time, from that of its receipt */
	} rows[] = {
		{ "netnorm", "ios", "netnorm", 0 },
		{ "n-{os}-{error}", "IOS XR/7", "n-ios_xr_7-link_down", 0 },
		{ "{os}", "_x", "xx", 0 },
		{ "{os}", "", "none", 0 },
		{ "n-%Y.%m.%d", "ios", "n-2026.11.23", 0 },
		{ "n-%Y.%m.%d", "ios", "n-2026.11.18", -5 },
		{ "n-%Y.%m.%d", "ios", "n-2026.11.23", -8 },
		{ "n-%Y.%m.%d", "ios", "n-2026.11.23", -12000 },
		{ "n-%Y", "ios", "n-2026", 300 },
		{ "a{os}b", "\xc3\xa9\"\\\n", "a_____b", 0 },
	};
	char name[BULK_INDEX_BYTES + 1], os[400];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		name_of(rows[i].template, INT64_C(1795464088000000000) + rows[i].days * 86400 * CLOCK_NS_PER_S, rows[i].os, name);
		cr_expect_str_eq(name, rows[i].want, "row %zu: %s", i, name);
	}
	memset(os, 'o', sizeof(os) - 1);
	os[sizeof(os) - 1] = '\0';
	name_of("n-{os}-%Y", 0, os, name);
	cr_expect_eq(strlen(name), BULK_INDEX_BYTES);
}

Test(bulk_index, faults_are_told_with_their_place)
{
	static const struct {
		const char *template;
		size_t offset;
		const char *says;
	} rows[] = {
		{ "", 0, "has a name" }, { "-x", 0, "does not begin" }, { "Net", 0, "small letters" }, { "net{host}", 3, "no such field" }, { "net-%H", 4, "of dates" },
		{ "net-%", 4, "of dates" }, { "net norm", 3, "small letters" }, { "a{os", 1, "no such field" }, { "a*", 1, "small letters" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *fault = NULL;
		size_t offset = 99;

		cr_expect_eq(bulk_index_check(span_str(rows[i].template), &offset, &fault), -1, "row %zu", i);
		cr_expect_eq(offset, rows[i].offset, "row %zu", i);
		cr_expect(fault && strstr(fault, rows[i].says), "row %zu: %s", i, fault);
	}
}

Test(bulk_answer, reasons_are_told_as_they_can_be_shown)
{
	static const char body[] =
	    "{\"items\":[{\"create\":{\"status\":400,\"error\":{\"type\":\"mapper_parsing_exception\",\"reason\":\"no\\nlong\\u0001\"}}},{\"create\":{\"status\":429,\"error\":\"busy\"}},"
	    "{\"index\":{\"status\":200}},{\"create\":{\"status\":409}},{\"create\":{\"status\":500,\"error\":7}}]}";
	struct bulk_answer a;
	char reason[256];

	cr_assert_eq(bulk_answer_read(&a, span_str(body), 5), 0);
	cr_expect_eq(bulk_answer_outcome(&a, 0, reason, sizeof(reason)), BULK_REFUSED);
	cr_expect_str_eq(reason, "400 mapper_parsing_exception: no\\x0along\\x01");
	cr_expect_eq(bulk_answer_outcome(&a, 1, reason, sizeof(reason)), BULK_AGAIN);
	cr_expect_str_eq(reason, "429 : busy");
	cr_expect_eq(bulk_answer_outcome(&a, 2, reason, sizeof(reason)), BULK_CREATED);
	cr_expect_eq(bulk_answer_outcome(&a, 3, reason, sizeof(reason)), BULK_EXISTS);
	cr_expect_eq(bulk_answer_outcome(&a, 4, reason, sizeof(reason)), BULK_AGAIN);
	bulk_answer_fini(&a);
}

/* As the real ones say it: what is the document's own fault, and what is of the index, the cluster or who asks. */
Test(bulk_answer, only_a_document_s_own_fault_is_refused_for_good)
{
	static const struct {
		int status;
		const char *type, *reason;
		enum bulk_outcome outcome;
	} rows[] = {
		{ 400, "document_parsing_exception", "[1:7] failed to parse field [n] of type [short]", BULK_REFUSED },
		{ 400, "mapper_parsing_exception", "failed to parse", BULK_REFUSED },
		{ 400, "strict_dynamic_mapping_exception", "mapping set to strict, dynamic introduction of [z] within [_doc] is not allowed", BULK_REFUSED },
		{ 400, "illegal_argument_exception", "Document contains at least one immense term in field=\\\"k\\\"", BULK_REFUSED },
		{ 400, "illegal_argument_exception", "Limit of total fields [3] has been exceeded", BULK_REFUSED },
		{ 400, "illegal_argument_exception", "mapper [a] cannot be changed from type [long] to [text]", BULK_REFUSED },
		{ 400, "illegal_argument_exception", "field [a] not present as part of path [a]", BULK_REFUSED },
		{ 400, "invalid_index_name_exception", "Invalid index name [_x], must not start with '_', '-', or '+'", BULK_REFUSED },
		{ 500, "fail_processor_exception", "not wanted", BULK_REFUSED },
		{ 413, "any_exception", "too large", BULK_REFUSED },
		{ 400, "illegal_argument_exception", "pipeline with id [nosuch] does not exist", BULK_AGAIN },
		{ 400, "illegal_argument_exception", "no write index is defined for alias [al].", BULK_AGAIN },
		{ 400, "validation_exception", "Validation Failed: 1: this action would add [2] shards, but ...", BULK_AGAIN },
		{ 400, "index_closed_exception", "closed", BULK_AGAIN },
		{ 400, "exception_of_tomorrow", "", BULK_AGAIN },
		{ 403, "cluster_block_exception", "index [ro] blocked by: [FORBIDDEN/8/index write (api)];", BULK_AGAIN },
		{ 404, "index_not_found_exception", "no such index [another2]", BULK_AGAIN },
		{ 405, "any_exception", "", BULK_AGAIN },
		{ 429, "es_rejected_execution_exception", "rejected execution", BULK_AGAIN },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char body[512], reason[256];
		struct bulk_answer a;

		snprintf(body, sizeof(body), "{\"items\":[{\"create\":{\"status\":%d,\"error\":{\"type\":\"%s\",\"reason\":\"%s\"}}}]}", rows[i].status, rows[i].type,
		    rows[i].reason);
		cr_assert_eq(bulk_answer_read(&a, span_str(body), 1), 0, "row %zu", i);
		cr_expect_eq(bulk_answer_outcome(&a, 0, reason, sizeof(reason)), rows[i].outcome, "row %zu: %s", i, reason);
		bulk_answer_fini(&a);
	}
}
