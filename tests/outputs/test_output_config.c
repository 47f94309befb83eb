#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "outputs/kafka_conf.h"
#include "tests/outputs/sample.h"

Test(output_config, a_list_and_a_map_by_name_are_the_same)
{
	static const char *const rows[] = {
		"- {name: a, kind: stdout, style: lines}\n- {name: b, kind: file, path: x.log, format: napalm, queue: {limit: 5, limit_bytes: 1MiB}}\n",
		"a: {kind: stdout, style: lines}\nb: {kind: file, path: x.log, format: napalm, queue: {limit: 5, limit_bytes: 1MiB}}\n",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct output_configs c;
		struct yaml_doc *doc;

		cr_assert_eq(sample_configs(rows[i], &doc, &c), 0);
		cr_assert_eq(c.n, 2);
		cr_expect_str_eq(c.items[0]->name, "a");
		cr_expect_str_eq(output_kinds[c.items[0]->kind]->name, "stdout");
		cr_expect_eq(c.items[0]->format, FORMAT_NATIVE);
		cr_expect_eq(c.items[0]->queue.limit, 100000);
		cr_expect_eq(c.items[0]->queue.limit_bytes, 256 << 20);
		cr_expect_eq(c.items[0]->queue.when_full, OUTPUT_AUTO);
		cr_expect_str_eq(c.items[1]->name, "b");
		cr_expect_eq(c.items[1]->format, FORMAT_NAPALM);
		cr_expect_eq(c.items[1]->queue.limit, 5);
		cr_expect_eq(c.items[1]->queue.limit_bytes, 1 << 20);
		cr_expect_not_null(c.filters[0]);
		output_configs_fini(&c);
		yaml_doc_free(&doc);
	}
}

/* Each has one fault, told at this place with these words. */
Test(output_config, faults_are_told_with_their_places)
{
	static const struct {
		const char *yaml, *where, *says;
	} rows[] = {
		{ "- {name: a, kind: stdut}", ":1:19:", "did you mean \"stdout\"?" },
		{ "- {name: a}", ":1:3:", "kind" },
		{ "- 7", ":1:3:", "an output is a map of options, not a whole number" },
		{ "stdout", ":1:1:", "outputs is a list" },
		{ "- {kind: stdout, stile: lines}", ":1:18:", "did you mean \"style\"?" },
		{ "- {kind: stdout, format: nativ}", ":1:26:", "did you mean \"native\"?" },
		{ "- {kind: file, path: x, rotate: {keep: 3}}", ":1:33:", "rotate has neither size nor every" },
		{ "- {kind: file, path: x, rotate: {every: 1d, compress: gz}}", ":1:55:", "it is one of none, gzip, zstd" },
		{ "- {kind: stdout, queue: {limit: 0}}", ":1:33:", "limit" },
		{ "- {kind: stdout}\n- {kind: stdout}", ":2:3:", "two outputs \"stdout\"" },
		{ "- {kind: stdout, name: 'a\"b}{'}", ":1:24:", "the name of an output is made of at most 63 letters, digits, '-', '_' and '.'" },
		{ "'a b': {kind: stdout}", ":1:1:", "the name of an output is made of" },
		{ "- {kind: stdout, name: ''}", ":1:24:", "name" },
		{ "- {kind: stdout, name: 0123456789012345678901234567890123456789012345678901234567890123}", ":1:24:", "at most 63" },
		{ "- {kind: file}", ":1:3:", "path" },
		{ "- {kind: file, path: x, mode: '0888'}", ":1:31:", "is no mode" },
		{ "- {kind: file, path: x, mode: rw}", ":1:31:", "is no mode" },
		{ "- {kind: stdout, filter: {include: {outcome: evnt}}}", ":1:46:", "did you mean \"event\"?" },
		{ "- {kind: kafka}", ":1:3:", "brokers" },
		{ "- {kind: kafka, brokers: k1, topic: 'net norm'}", ":1:41:", "a topic has only letters" },
		{ "- {kind: kafka, brokers: k1, topic: 'n.{oss}'}", ":1:40:", "there is no such field" },
		{ "- {kind: kafka, brokers: k1, topic: 'n.{os'}", ":1:40:", "without its '}'" },
		{ "- {kind: kafka, brokers: k1, headers: [os, eror]}", ":1:39:", "did you mean \"error\"?" },
		{ "- {kind: kafka, brokers: k1, properties: {linger.mss: 5}}", ":1:43:", "did you mean \"linger.ms\"?" },
		{ "- {kind: kafka, brokers: k1, properties: {linger.ms: soon}}", ":1:54:", "linger.ms" },
		{ "- {kind: kafka, brokers: k1, properties: {bootstrap.servers: k2}}", ":1:43:", "it is the option \"brokers\"" },
		{ "- {kind: kafka, brokers: k1, properties: {delivery.report.only.error: true}}", ":1:43:", "cannot be set" },
		{ "- {kind: kafka, brokers: k1, properties: {transactional.id: x}}", ":1:43:", "cannot be set" },
		{ "- {kind: kafka, brokers: k1, properties: {dr_msg_cb: x}}", ":1:54:", "dr_msg_cb" },
		{ "- {kind: kafka, brokers: k1, properties: {acks: 1}}", ":1:42:", "acks" },
		{ "- {kind: kafka, brokers: k1, properties: [a]}", ":1:42:", "properties is a map" },
		{ "- {kind: kafka, brokers: k1, properties: {sasl.password: {env: NETNORM_TEST_NOT_SET}}}", ":1:64:", "NETNORM_TEST_NOT_SET" },
		{ "- {kind: kafka, brokers: k1, tls: {enable: true, ca: /nowhere/ca.pem}}", ":1:44:", "tls: " },
		{ "- {kind: kafka, brokers: k1, tls: {ca: /nowhere/ca.pem}}", ":1:35:", "does not say enable" },
		{ "- {kind: kafka, brokers: k1, tls: {enable: true, key: k.pem}}", ":1:35:", "go together" },
		{ "- {kind: kafka, brokers: k1, tls: {enable: true, server_name: k}}", ":1:63:", "nothing like server_name" },
		{ "- {kind: kafka, brokers: k1, sasl_mechanism: SCRAM-SHA-521}", ":1:46:", "did you mean \"SCRAM-SHA-512\"?" },
		{ "- {kind: kafka, brokers: k1, sasl_mechanism: SCRAM-SHA-512}", ":1:46:", "wants sasl_username and sasl_password" },
		{ "- {kind: kafka, brokers: k1, sasl_mechanism: SCRAM-SHA-256, sasl_username: u}", ":1:46:", "wants sasl_username and sasl_password" },
		{ "- {kind: kafka, brokers: k1, tls: {enable: true}, properties: {security.protocol: plaintext}}", ":1:64:", "it follows from tls" },
		{ "- {kind: kafka, brokers: k1, tls: {enable: true}, properties: {enable.ssl.certificate.verification: false}}", ":1:64:", "verify of tls" },
		{ "- {kind: kafka, brokers: k1, sasl_mechanism: PLAIN, sasl_username: u, sasl_password: {env: HOME}, properties: {sasl.mechanisms: GSSAPI}}", ":1:112:",
		    "cannot be set here" },
		{ "- {kind: kafka, brokers: k1, statistics_interval: 2d}", ":1:51:", "statistics_interval" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct diag *diag = diag_new();
		struct yaml_doc *doc = yaml_load_text("o.yaml", span_str(rows[i].yaml), diag);
		struct output_configs c;
		char *text = NULL;
		size_t n;
		FILE *f;

		cr_assert_not_null(doc);
		cr_expect_eq(output_configs_read(&c, doc, doc->root, diag), -1, "%s", rows[i].yaml);
		cr_expect_eq(diag_errors(diag), 1, "%s: %zu faults", rows[i].yaml, diag_errors(diag));
		f = open_memstream(&text, &n);
		diag_print(diag, f, false);
		fclose(f);
		cr_expect(strstr(text, rows[i].where) && strstr(text, rows[i].says), "%s: %s at %s wanted in\n%s", rows[i].yaml, rows[i].says,
		    rows[i].where, text);
		free(text);
		output_configs_fini(&c);
		yaml_doc_free(&doc);
		diag_free(&diag);
	}
}

Test(output_config, an_output_can_stay_unless_its_kind_queue_or_own_options_changed)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{ "- {kind: stdout}", "- {kind: stdout}", true },
		{ "- {kind: stdout}", "- {kind: stdout, format: napalm, filter: {include: {os: x}}}", true },
		{ "- {kind: stdout}", "- {kind: stdout, style: lines}", false },
		{ "- {kind: stdout}", "- {kind: stdout, queue: {limit: 7}}", false },
		{ "- {kind: stdout}", "- {kind: file, path: x}", false },
		{ "- {kind: file, path: x}", "- {kind: file, path: y}", false },
		{ "- {kind: kafka, brokers: k, properties: {linger.ms: 5}}", "- {kind: kafka, brokers: [k], properties: {linger.ms: 5}}", true },
		{ "- {kind: kafka, brokers: k, properties: {linger.ms: 5}}", "- {kind: kafka, brokers: k, properties: {linger.ms: 6}}", false },
		{ "- {kind: kafka, brokers: k}", "- {kind: kafka, brokers: k2}", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct output_configs a, b;
		struct yaml_doc *da, *db;

		cr_assert_eq(sample_configs(rows[i].a, &da, &a), 0);
		cr_assert_eq(sample_configs(rows[i].b, &db, &b), 0);
		cr_expect_eq(output_config_same(a.items[0], b.items[0]), rows[i].same, "row %zu", i);
		output_configs_fini(&a);
		output_configs_fini(&b);
		yaml_doc_free(&da);
		yaml_doc_free(&db);
	}
}

Test(output_config, a_secret_whose_file_has_other_content_is_another)
{
	static const char yaml[] = "- {kind: kafka, brokers: k, properties: {sasl.password: {file: /tmp/netnorm-secret-XXXXXX}}}";
	char text[sizeof(yaml)], *path;
	struct output_configs a, b, c;
	struct yaml_doc *da, *db, *dc;
	int fd;

	memcpy(text, yaml, sizeof(yaml));
	path = strstr(text, "/tmp");
	path[strlen(path) - 3] = '\0';
	fd = mkstemp(path);
	path[strlen(path)] = '}';
	cr_assert_eq(write(fd, "one", 3), 3);
	cr_assert_eq(sample_configs(text, &da, &a), 0);
	cr_assert_eq(sample_configs(text, &db, &b), 0);
	cr_expect(output_config_same(a.items[0], b.items[0]));
	cr_assert_eq(pwrite(fd, "two", 3, 0), 3);
	cr_assert_eq(sample_configs(text, &dc, &c), 0);
	cr_expect_not(output_config_same(a.items[0], c.items[0]));
	close(fd);
	path[strlen(path) - 3] = '\0';
	unlink(path);
	output_configs_fini(&a);
	output_configs_fini(&b);
	output_configs_fini(&c);
	yaml_doc_free(&da);
	yaml_doc_free(&db);
	yaml_doc_free(&dc);
}

Test(output_config, kafka_takes_properties_and_secrets)
{
	struct output_configs c;
	struct yaml_doc *doc;
	struct kafka_config *k;
	rd_kafka_conf_t *conf;
	struct diag *diag = diag_new();
	char value[256];
	size_t n;

	setenv("NETNORM_TEST_SECRET", "hush", 1);
	cr_assert_eq(sample_configs("- {kind: kafka, brokers: [k1:9092, k2], sasl_password: {env: NETNORM_TEST_SECRET}, headers: os, "
	    "properties: {ssl.key.password: {env: NETNORM_TEST_SECRET}, linger.ms: 7, enable.idempotence: false, acks: 1}}", &doc, &c), 0);
	k = (struct kafka_config *)c.items[0];
	cr_expect_eq(kafka_conf_headers(k), 1u << KAFKA_OS);
	conf = kafka_conf_make(k, NULL, diag);
	cr_assert_not_null(conf);
	cr_assert_eq(kafka_conf_set_brokers(conf, k, value, sizeof(value)), 0);
	static const char *const wanted[][2] = { { "sasl.password", "hush" }, { "ssl.key.password", "hush" }, { "linger.ms", "7" }, { "acks", "1" },
		{ "enable.idempotence", "false" }, { "compression.codec", "lz4" }, { "bootstrap.servers", "k1:9092,k2" },
		{ "message.timeout.ms", "0" }, { "queue.buffering.max.messages", "202048" } };

	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		n = sizeof(value);
		cr_expect_eq(rd_kafka_conf_get(conf, wanted[i][0], value, &n), RD_KAFKA_CONF_OK, "%s", wanted[i][0]);
		cr_expect_str_eq(value, wanted[i][1], "%s: %s", wanted[i][0], value);
	}
	rd_kafka_conf_destroy(conf);
	diag_free(&diag);
	output_configs_fini(&c);
	yaml_doc_free(&doc);
}

Test(output_config, no_outputs_are_no_fault)
{
	struct output_configs c;
	struct yaml_doc *doc;

	cr_assert_eq(sample_configs("", &doc, &c), 0);
	cr_expect_eq(c.n, 0);
	output_configs_fini(&c);
	yaml_doc_free(&doc);
}

Test(output_config, the_manual_has_every_kind_and_option)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	output_manual(f);
	fclose(f);
	for (int i = 0; output_kinds[i]; i++) {
		cr_expect(strstr(text, output_kinds[i]->help) != NULL);
		cr_expect_str_eq(output_kinds[i]->name, output_kind_names[i]);
		for (const struct schema_option *o = output_kinds[i]->options; o && o->key; o++)
			cr_expect(strstr(text, o->key) != NULL, "%s", o->key);
	}
	free(text);
}

Test(output_config, the_topic_of_a_record_is_legal_whatever_is_in_it)
{
	static const struct {
		const char *template, *device, *os, *topic;
	} rows[] = {
		{ "netnorm.{os}", "d", "ios", "netnorm.ios" },
		{ "all", "d", "ios", "all" },
		{ "{device}", "a/b c\xc3\xa9:1", "ios", "a_b_c__" "_1" },
		{ "{device}", ".", "ios", "_" },
		{ "{device}", "..", "ios", "__" },
		{ "{device}", "...", "ios", "..." },
		{ "{device}", "", "ios", "none" },
		{ "x-{os}.{device}_{severity}.{outcome}.{error}.{host}", "d", "eos", "x-eos.d_4.event.INTERFACE_DOWN.edge7" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct record *r = sample_record(0, 4, rows[i].device, rows[i].os);
		char name[KAFKA_TOPIC_BYTES + 1];
		struct kafka_template t;
		const char *fault;
		size_t offset;

		cr_assert_eq(kafka_template_parse(&t, span_str(rows[i].template), &offset, &fault), 0, "%s", rows[i].template);
		cr_expect_eq(kafka_template_name(&t, r, name), strlen(rows[i].topic));
		cr_expect_str_eq(name, rows[i].topic);
		record_unref(&r);
	}
}

Test(output_config, a_long_topic_is_cut_at_249_bytes)
{
	char device[1001], name[KAFKA_TOPIC_BYTES + 1];
	struct kafka_template t;
	const char *fault;
	size_t offset;
	struct record *r;

	memset(device, 'x', sizeof(device) - 1);
	device[sizeof(device) - 1] = '\0';
	r = sample_record(0, 4, device, "ios");
	cr_assert_eq(kafka_template_parse(&t, SPAN_LIT("n.{device}.{device}.tail"), &offset, &fault), 0);
	cr_expect_eq(kafka_template_name(&t, r, name), KAFKA_TOPIC_BYTES);
	cr_expect_eq(strlen(name), KAFKA_TOPIC_BYTES);
	record_unref(&r);
}
