#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "outputs/http_url.h"
#include "tests/outputs/far.h"

#define HTTP "- {kind: http, urls: 'https://h/'"
#define ES "- {kind: elasticsearch, urls: 'https://h:9200'"

/* Each has one fault, told at this place with these words; what is secret is not told. */
Test(http_conf, faults_are_told_with_their_places)
{
	static const struct {
		const char *yaml, *where, *says;
	} rows[] = {
		{ "- {kind: http}", ":1:3:", "urls" },
		{ "- {kind: http, urls: []}", ":1:22:", "names none" },
		{ "- {kind: http, urls: [h:80/x]}", ":1:22:", "URL 1 is none" },
		{ "- {kind: http, urls: ['https://h/', 'ftp://h/']}", ":1:22:", "URL 2 is none: only http and https" },
		{ "- {kind: http, urls: 'file:///etc/passwd'}", ":1:22:", "URL 1 is none" },
		{ "- {kind: http, urls: 'https://ann:topsecret@h/'}", ":1:22:", "user and password do not stand in it" },
		{ "- {kind: http, urls: 'https://h/#a'}", ":1:22:", "no fragment" },
		{ "- {kind: http, urls: \"https://h/\\r\\nX: y\"}", ":1:22:", "URL 1 is none" },
		{ "- {kind: http, urls: 'https:///'}", ":1:22:", "URL 1 is none" },
		{ HTTP ", method: GET}", "", "method" },
		{ HTTP ", batches: lines}", "", "batches" },
		{ HTTP ", batch: {events: 0}}", "", "events" },
		{ HTTP ", parallel: 65}", "", "parallel" },
		{ HTTP ", username: ann}", ":1:3:", "stand together" },
		{ HTTP ", token: \"topsecret\\r\\nX: y\"}", ":1:3:", "no control characters" },
		{ HTTP ", token: {file: /nonexistent/topsecret}}", "", "cannot be read" },
		{ HTTP ", token: {env: NETNORM_TEST_NOT_SET}}", "", "NETNORM_TEST_NOT_SET" },
		{ HTTP ", token: topsecret, username: a, password: topsecret}", ":1:3:", "more than one way" },
		{ HTTP ", content_type: \"a\\r\\nX: y\"}", "", "printable characters" },
		{ HTTP ", headers: [{name: 'X Y', value: z}]}", "", "no header can have" },
		{ HTTP ", headers: [{name: X}]}", "", "a value or a secret" },
		{ HTTP ", headers: [{name: X, value: \"topsecret\\n\"}]}", "", "control characters in its value" },
		{ HTTP ", headers: [{name: content-length, value: 7}]}", "", "netnorm's own" },
		{ HTTP ", tls: {enable: true, ca: /nonexistent/ca.pem}}", ":1:50:", "/nonexistent/ca.pem: No such file" },
		{ HTTP ", tls: {enable: true, ca: /dev/null}}", ":1:50:", "tls: /dev/null: " },
		{ ES ", tls: {enable: true, ca: /etc/passwd}}", ":1:63:", "tls: /etc/passwd: " },
		{ HTTP ", tls: {ca: /nonexistent/ca.pem}}", ":1:41:", "does not say enable" },
		{ HTTP ", tls: {enable: true, cert: c.pem}}", ":1:56:", "no option \"cert\"" },
		{ HTTP ", tls: {enable: true, certificate: c.pem}}", "", "go together" },
		{ HTTP ", tls: {enable: true, server_name: h}}", ":1:69:", "no server_name over HTTP" },
		{ HTTP ", tls: {enable: false}}", ":1:50:", "not enabled, but a URL has https" },
		{ "- {kind: http, urls: 'http://h/', tls: {enable: true}}", ":1:49:", "but no URL has https" },
		{ HTTP ", api_key: topsecret}", "", "api_key" },
		{ ES ", index: Net}", ":1:56:", "small letters" },
		{ ES ", index: 'n-{host}'}", "", "no such field" },
		{ ES ", pipeline: 'a&b'}", "", "is no pipeline" },
		{ "- {kind: elasticsearch, urls: 'https://h:9200/?x=y'}", "", "has a query" },
		{ ES ", api_key: topsecret, token: topsecret}", "", "more than one way" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct diag *diag = diag_new();
		struct yaml_doc *doc = yaml_load_text("o.yaml", span_str(rows[i].yaml), diag);
		struct output_configs c;
		char *text = NULL, *line;
		size_t n;
		FILE *f;

		cr_assert_not_null(doc, "%s", rows[i].yaml);
		cr_expect_eq(output_configs_read(&c, doc, doc->root, diag), -1, "%s", rows[i].yaml);
		cr_expect_eq(diag_errors(diag), 1, "%s: %zu faults", rows[i].yaml, diag_errors(diag));
		f = open_memstream(&text, &n);
		diag_print(diag, f, false);
		fclose(f);
		cr_expect(strstr(text, rows[i].where) && strstr(text, rows[i].says), "%s: %s at %s wanted in\n%s", rows[i].yaml, rows[i].says,
		    rows[i].where, text);
		/* The source is quoted below a fault; the message itself says nothing secret. */
		line = strstr(text, "error: ");
		line = line ? strndup(line, strcspn(line, "\n")) : strdup("");
		cr_expect(!strstr(line, "topsecret") || strstr(line, "cannot be read"), "%s", line);
		free(line);
		free(text);
		output_configs_fini(&c);
		yaml_doc_free(&doc);
		diag_free(&diag);
	}
}

/* An output with these files of the folder: 0, or -1 for a fault.  Both are the caller's, in either case. */
static int
with_files(const struct far_pki *pki, const char *certificate, const char *key, struct yaml_doc **doc, struct output_configs *configs)
{
	char yaml[512];

	snprintf(yaml, sizeof(yaml), "- {kind: http, urls: 'https://h/', tls: {enable: true, ca: %s/ca.pem, certificate: %s/%s, key: %s/%s}}", pki->folder,
	    pki->folder, certificate, pki->folder, key);
	return sample_configs(yaml, doc, configs);
}

Test(http_conf, a_key_is_that_of_its_certificate_and_another_one_is_another)
{
	struct output_configs a, b, c, d;
	struct yaml_doc *da, *db, *dc, *dd;
	struct far_pki pki;

	far_pki_init(&pki);
	cr_assert_eq(with_files(&pki, "client.pem", "client.key", &da, &a), 0);
	cr_assert_eq(with_files(&pki, "client.pem", "client.key", &db, &b), 0);
	cr_expect_eq(with_files(&pki, "client.pem", "server.key", &dc, &c), -1);
	cr_expect(output_config_same(a.items[0], b.items[0]));
	far_pki_issue(&pki, "client", NULL);
	cr_assert_eq(with_files(&pki, "client.pem", "client.key", &dd, &d), 0);
	cr_expect_not(output_config_same(a.items[0], d.items[0]));
	far_pki_fini(&pki);
	output_configs_fini(&a);
	output_configs_fini(&b);
	output_configs_fini(&c);
	output_configs_fini(&d);
	yaml_doc_free(&da);
	yaml_doc_free(&db);
	yaml_doc_free(&dc);
	yaml_doc_free(&dd);
}

Test(http_conf, a_secret_whose_file_has_other_content_is_another)
{
	static const char *const forms[] = { "- {kind: http, urls: 'https://h/', token: {file: %s}}", "- {kind: elasticsearch, urls: 'https://h/', api_key: {file: %s}}" };

	for (size_t i = 0; i < 2; i++) {
		struct output_configs a, b, c;
		struct yaml_doc *da, *db, *dc;
		char path[] = "/tmp/netnorm-test-XXXXXX", yaml[256], *form = strdup(forms[i]), *at = strstr(form, "%s");
		int fd = mkstemp(path);

		*at = '\0';
		snprintf(yaml, sizeof(yaml), "%s%s%s", form, path, at + 2);
		cr_assert_eq(write(fd, "one", 3), 3);
		cr_assert_eq(sample_configs(yaml, &da, &a), 0);
		cr_assert_eq(sample_configs(yaml, &db, &b), 0);
		cr_expect(output_config_same(a.items[0], b.items[0]));
		cr_assert_eq(pwrite(fd, "two", 3, 0), 3);
		cr_assert_eq(sample_configs(yaml, &dc, &c), 0);
		cr_expect_not(output_config_same(a.items[0], c.items[0]));
		close(fd);
		unlink(path);
		free(form);
		output_configs_fini(&a);
		output_configs_fini(&b);
		output_configs_fini(&c);
		yaml_doc_free(&da);
		yaml_doc_free(&db);
		yaml_doc_free(&dc);
	}
}

Test(http_conf, what_is_told_of_an_url_has_no_path_and_no_query)
{
	char *label = http_conf_label("https://h.example.net/hook?key=topsecret"), *url = http_conf_url("http://h:1/a//", "/_bulk");

	cr_expect_str_eq(label, "https://h.example.net:443");
	cr_expect_str_eq(url, "http://h:1/a/_bulk");
	free(label);
	free(url);
}

Test(http_url, one_that_failed_is_taken_last_and_one_that_said_wait_not_at_all)
{
	char a[] = "http://a/", b[] = "http://b/", c[] = "http://c/", *items[] = { a, b, c };
	struct http_conf conf = { .urls = { items, 3 } };
	struct http_urls u;
	int64_t s = CLOCK_NS_PER_S;

	cr_assert_eq(http_urls_init(&u, &conf, ""), 0);
	cr_expect_eq(http_urls_pick(&u, 0, s), 0);
	cr_expect_eq(http_urls_pick(&u, 1, s), 1);
	cr_expect_eq(http_urls_pick(&u, 7, s), -1);
	http_urls_fail(&u, 0, s, 0);
	cr_expect_eq(http_urls_pick(&u, 0, s), 1);
	http_urls_fail(&u, 1, 2 * s, 100);
	http_urls_fail(&u, 2, 3 * s, 0);
	cr_expect_eq(http_urls_pick(&u, 0, 3 * s), 0);
	cr_expect_eq(http_urls_pick(&u, 1, 3 * s), 2);
	cr_expect_eq(http_urls_pick(&u, 5, 3 * s), -1);
	cr_expect_eq(http_urls_wait(&u, 3 * s), 0);
	http_urls_fail(&u, 0, 3 * s, 50);
	http_urls_fail(&u, 2, 3 * s, 70);
	cr_expect_eq(http_urls_pick(&u, 0, 4 * s), -1);
	cr_expect_eq(http_urls_wait(&u, 4 * s), 53 * s);
	cr_expect_eq(http_urls_pick(&u, 0, 54 * s), 0);
	http_urls_succeed(&u, 2);
	cr_expect_eq(http_urls_pick(&u, 0, 54 * s), 2);
	http_urls_fini(&u);
}
