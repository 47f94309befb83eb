/*
 * What tls and sasl_* become in librdkafka's configuration, and what is told of them.  That it protects is tests/integration/kafka_secure.
 */
#include <criterion/criterion.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <unistd.h>

#include "outputs/kafka_conf.h"
#include "tests/outputs/far.h"
#include "tests/outputs/sample.h"

static struct far_pki pki;

static void
setup(void)
{
	far_pki_init(&pki);
	setenv("NETNORM_TEST_SECRET", "hush", 1);
}

static void
teardown(void)
{
	far_pki_fini(&pki);
}

TestSuite(kafka_secure, .init = setup, .fini = teardown);

/* `%` in the options is the folder of certificates. */
static char *
yaml_of(const char *options, char text[1024])
{
	size_t n = (size_t)snprintf(text, 1024, "- {kind: kafka, brokers: k1");

	for (const char *p = options; *p; p++)
		n += (size_t)(*p == '%' ? snprintf(text + n, 1024 - n, "%s", pki.folder) : snprintf(text + n, 1024 - n, "%c", *p));
	snprintf(text + n, 1024 - n, "}");
	return text;
}

/* What is told of these options; 0 or -1. */
static int
read_options(const char *options, struct output_configs *c, struct yaml_doc **doc, char *told, size_t cap)
{
	struct diag *diag = diag_new();
	char yaml[1024], *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);
	int result;

	*doc = yaml_load_text("o.yaml", span_str(yaml_of(options, yaml)), diag);
	cr_assert_not_null(*doc, "%s", yaml);
	result = output_configs_read(c, *doc, (*doc)->root, diag);
	diag_print(diag, f, false);
	fclose(f);
	snprintf(told, cap, "%s", text);
	free(text);
	diag_free(&diag);
	return result;
}

Test(kafka_secure, options_become_properties)
{
	static const struct {
		const char *options, *name, *value;     /* value NULL: without one */
	} rows[] = {
		{ "", "security.protocol", "plaintext" },
		{ ", tls: {enable: false}", "security.protocol", "plaintext" },
		{ ", tls: {enable: true}", "security.protocol", "ssl" },
		{ ", tls: {enable: true}", "ssl.ca.location", NULL },
		{ ", tls: {enable: true}", "enable.ssl.certificate.verification", "true" },
		{ ", tls: {enable: true}", "ssl.endpoint.identification.algorithm", "https" },
		{ ", tls: {enable: true, verify: false}", "enable.ssl.certificate.verification", "false" },
		{ ", tls: {enable: true, verify: false}", "ssl.endpoint.identification.algorithm", "none" },
		{ ", tls: {enable: true, ca: %/ca.pem}", "ssl.ca.location", "%/ca.pem" },
		{ ", tls: {enable: true, certificate: %/client.pem, key: %/client.key}", "ssl.certificate.location", "%/client.pem" },
		{ ", tls: {enable: true, certificate: %/client.pem, key: %/client.key}", "ssl.key.location", "%/client.key" },
		{ ", sasl_mechanism: SCRAM-SHA-256, sasl_username: u, sasl_password: {env: NETNORM_TEST_SECRET}", "security.protocol", "sasl_plaintext" },
		{ ", sasl_mechanism: SCRAM-SHA-256, sasl_username: u, sasl_password: {env: NETNORM_TEST_SECRET}", "sasl.mechanism", "SCRAM-SHA-256" },
		{ ", sasl_mechanism: SCRAM-SHA-512, sasl_username: u, sasl_password: {env: NETNORM_TEST_SECRET}", "sasl.username", "u" },
		{ ", sasl_mechanism: PLAIN, sasl_username: u, sasl_password: {env: NETNORM_TEST_SECRET}, tls: {enable: true}", "sasl.password", "hush" },
		{ ", sasl_mechanism: PLAIN, sasl_username: u, sasl_password: {env: NETNORM_TEST_SECRET}, tls: {enable: true}", "security.protocol", "sasl_ssl" },
		{ ", properties: {security.protocol: SSL, ssl.ca.location: %/ca.pem}", "security.protocol", "ssl" },
		{ ", statistics_interval: 5s", "statistics.interval.ms", "5000" },
		{ "", "statistics.interval.ms", "10000" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char told[2048], value[256], wanted[256];
		size_t n = sizeof(value);
		struct diag *diag = diag_new();
		struct output_configs c;
		rd_kafka_conf_t *conf;
		struct yaml_doc *doc;
		bool has;

		cr_assert_eq(read_options(rows[i].options, &c, &doc, told, sizeof(told)), 0, "%s: %s", rows[i].options, told);
		conf = kafka_conf_make((struct kafka_config *)c.items[0], NULL, diag);
		cr_assert_not_null(conf);
		has = rd_kafka_conf_get(conf, rows[i].name, value, &n) == RD_KAFKA_CONF_OK;
		if (rows[i].value && rows[i].value[0] == '%')
			snprintf(wanted, sizeof(wanted), "%s%s", pki.folder, rows[i].value + 1);
		else
			snprintf(wanted, sizeof(wanted), "%s", rows[i].value ? rows[i].value : "");
		cr_expect_eq(has, rows[i].value != NULL, "%s: %s", rows[i].options, rows[i].name);
		if (has)
			cr_expect_str_eq(value, wanted, "%s: %s is %s", rows[i].options, rows[i].name, value);
		rd_kafka_conf_destroy(conf);
		diag_free(&diag);
		output_configs_fini(&c);
		yaml_doc_free(&doc);
	}
}

Test(kafka_secure, what_protects_less_than_it_seems_is_told)
{
	static const struct {
		const char *options, *says;     /* NULL: nothing */
	} rows[] = {
		{ ", tls: {enable: true}", NULL },
		{ ", tls: {enable: true, verify: false}", "certificate is not verified" },
		{ ", properties: {security.protocol: ssl, enable.ssl.certificate.verification: false}", "certificates are not verified" },
		{ ", properties: {security.protocol: sasl_ssl, sasl.mechanism: PLAIN, ssl.endpoint.identification.algorithm: none, sasl.username: u, "
		  "sasl.password: {env: NETNORM_TEST_SECRET}}", "certificates are not verified" },
		{ ", sasl_mechanism: SCRAM-SHA-256, sasl_username: u, sasl_password: {env: NETNORM_TEST_SECRET}", NULL },
		{ ", sasl_mechanism: PLAIN, sasl_username: u, sasl_password: {env: NETNORM_TEST_SECRET}", "goes out in clear" },
		{ ", sasl_mechanism: PLAIN, sasl_username: u, sasl_password: {env: NETNORM_TEST_SECRET}, tls: {enable: true}", NULL },
		{ ", sasl_username: u, sasl_password: {env: NETNORM_TEST_SECRET}", "are not used without sasl_mechanism" },
		{ ", sasl_password: {env: NETNORM_TEST_SECRET}, properties: {security.protocol: sasl_ssl, sasl.mechanism: PLAIN, sasl.username: u}", NULL },
		{ ", sasl_mechanism: SCRAM-SHA-256, sasl_username: u, sasl_password: plainly", "sasl_password" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct output_configs c;
		struct yaml_doc *doc;
		char told[2048];

		cr_expect_eq(read_options(rows[i].options, &c, &doc, told, sizeof(told)), 0, "%s: %s", rows[i].options, told);
		cr_expect(rows[i].says ? strstr(told, rows[i].says) != NULL : told[0] == '\0', "%s: %s", rows[i].options, told);
		cr_expect_null(strstr(told, "hush"));
		output_configs_fini(&c);
		yaml_doc_free(&doc);
	}
}

/* The client's key anew, encrypted. */
static void
encrypt_key(const char *password)
{
	char path[128];
	EVP_PKEY *key;
	FILE *f;

	snprintf(path, sizeof(path), "%s/client.key", pki.folder);
	f = fopen(path, "r");
	key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
	fclose(f);
	cr_assert_not_null(key);
	f = fopen(path, "w");
	cr_assert(PEM_write_PKCS8PrivateKey(f, key, EVP_aes_256_cbc(), password, (int)strlen(password), NULL, NULL));
	fclose(f);
	EVP_PKEY_free(key);
}

Test(kafka_secure, an_encrypted_key_wants_its_password)
{
	static const struct {
		const char *options;
		int result;
	} rows[] = {
		{ ", tls: {enable: true, certificate: %/client.pem, key: %/client.key, key_password: {env: NETNORM_TEST_SECRET}}", 0 },
		{ ", tls: {enable: true, certificate: %/client.pem, key: %/client.key, key_password: {env: HOME}}", -1 },
		{ ", tls: {enable: true, certificate: %/client.pem, key: %/client.key}", -1 },
		{ ", tls: {enable: true, certificate: %/server.pem, key: %/client.key, key_password: {env: NETNORM_TEST_SECRET}}", -1 },
	};

	encrypt_key("hush");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct output_configs c;
		struct yaml_doc *doc;
		char told[2048];

		cr_expect_eq(read_options(rows[i].options, &c, &doc, told, sizeof(told)), rows[i].result, "%s: %s", rows[i].options, told);
		cr_expect_null(strstr(told, "hush"));
		output_configs_fini(&c);
		yaml_doc_free(&doc);
	}
}

Test(kafka_secure, a_certificate_that_was_renewed_is_another_output)
{
	static const char options[] = ", tls: {enable: true, ca: %/ca.pem, certificate: %/client.pem, key: %/client.key}";
	struct output_configs c[3];
	struct yaml_doc *docs[3];
	char told[2048];

	for (int i = 0; i < 3; i++) {
		if (i == 2)
			far_pki_issue(&pki, "client", NULL);
		cr_assert_eq(read_options(options, &c[i], &docs[i], told, sizeof(told)), 0, "%s", told);
	}
	cr_expect(output_config_same(c[0].items[0], c[1].items[0]));
	cr_expect_not(output_config_same(c[0].items[0], c[2].items[0]));
	for (int i = 0; i < 3; i++) {
		output_configs_fini(&c[i]);
		yaml_doc_free(&docs[i]);
	}
}

Test(kafka_secure, errors_have_a_hint)
{
	cr_expect(strstr(kafka_secure_hint(RD_KAFKA_RESP_ERR__AUTHENTICATION, "no"), "see sasl_mechanism, sasl_username, sasl_password") != NULL);
	cr_expect_eq(strstr(kafka_secure_hint(RD_KAFKA_RESP_ERR__AUTHENTICATION, "SASL mechanism SCRAM-SHA-256"), "2.6.1") != NULL, rd_kafka_version() < 0x020601ff);
	cr_expect(strstr(kafka_secure_hint(RD_KAFKA_RESP_ERR__AUTHENTICATION, "SASL mechanism SCRAM-SHA-256"), "sasl_password") != NULL);
	cr_expect(strstr(kafka_secure_hint(RD_KAFKA_RESP_ERR__SSL, "x: certificate verify failed: y"), "ca of tls") != NULL);
	cr_expect(strstr(kafka_secure_hint(RD_KAFKA_RESP_ERR__SSL, "SSL routines::tlsv13 alert certificate required"), "key of tls") != NULL);
	cr_expect(strstr(kafka_secure_hint(RD_KAFKA_RESP_ERR__TRANSPORT, "SSL routines::sslv3 alert bad certificate"), "key of tls") != NULL);
	cr_expect(strstr(kafka_secure_hint(RD_KAFKA_RESP_ERR__TRANSPORT, "Disconnected: verify that security.protocol is right (after 5ms in state UP)"), "see tls, sasl_mechanism") != NULL);
	cr_expect(strstr(kafka_secure_hint(RD_KAFKA_RESP_ERR__SSL, "unexpected eof (after 5ms in state SSL_HANDSHAKE)"), "see tls, sasl_mechanism") != NULL);
	cr_expect_str_eq(kafka_secure_hint(RD_KAFKA_RESP_ERR__SSL, "connection reset"), "");
	cr_expect_str_eq(kafka_secure_hint(RD_KAFKA_RESP_ERR__TRANSPORT, "Disconnected (after 600000ms in state UP)"), "");
	cr_expect_str_eq(kafka_secure_hint(RD_KAFKA_RESP_ERR__TRANSPORT, "Connect to ipv4#192.0.2.1:9092 failed: Connection refused (after 0ms in state CONNECT)"), "");
}
