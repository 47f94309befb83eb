/*
 * kafka_secure: knows which of librdkafka's properties protect a connection.  Reading and checking the files of TLS is tls.c's.
 */
#include "outputs/kafka_secure.h"

#include <strings.h>

#define SCRAM_SINCE 0x020601ff  /* librdkafka before it puts a nonce twice into its answer, and Kafka 4 looks at that (RFC 5802 section 5.1) */

const char *const kafka_mechanism_names[] = { "none", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", NULL };

static struct diag_place
place_of(const struct yaml_doc *doc, const struct yaml_node *map, const char *key)
{
	const struct yaml_node *node = yaml_get(map, key);

	return yaml_place(doc, node ? node : map);
}

static bool
is_used(const struct kafka_secure *s)
{
	return s->tls.enable || s->sasl_mechanism > 0;
}

/* ---- the options ---- */

/* Where `properties` sets what follows from our options, which would win unseen. */
static void
check_twice(const struct kafka_secure *s, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	static const char *const of_sasl[] = { "sasl.mechanism", "sasl.mechanisms", "sasl.username", "sasl.password" };
	static const char *const of_tls[] = { "enable.ssl.certificate.verification", "ssl.endpoint.identification.algorithm" };
	const struct yaml_node *properties = yaml_get(map, "properties"), *node = yaml_get(properties, "security.protocol");
	struct diag_place place;

	if (!properties || properties->kind != YAML_MAP)
		return;
	if (node && is_used(s)) {
		place = yaml_place(doc, node->key);
		diag_add(diag, DIAG_ERROR, &place, "the property \"security.protocol\" cannot be set here: it follows from tls and sasl_mechanism");
	}
	for (size_t i = 0; i < sizeof(of_sasl) / sizeof(*of_sasl) && s->sasl_mechanism > 0; i++)
		if ((node = yaml_get(properties, of_sasl[i]))) {
			place = yaml_place(doc, node->key);
			diag_add(diag, DIAG_ERROR, &place, "the property \"%s\" cannot be set here: sasl_mechanism, sasl_username and sasl_password say it", of_sasl[i]);
		}
	for (size_t i = 0; i < sizeof(of_tls) / sizeof(*of_tls) && s->tls.enable; i++)
		if ((node = yaml_get(properties, of_tls[i]))) {
			place = yaml_place(doc, node->key);
			diag_add(diag, DIAG_ERROR, &place, "the property \"%s\" cannot be set here: it follows from verify of tls", of_tls[i]);
		}
}

int
kafka_secure_check(struct kafka_secure *s, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	size_t errors = diag_errors(diag);
	struct diag_place place;

	tls_check(&s->tls, doc, map, diag);
	if (s->tls.server_name) {
		place = place_of(doc, yaml_get(map, "tls"), "server_name");
		diag_add(diag, DIAG_ERROR, &place, "librdkafka has nothing like server_name: a broker's certificate is for the host that the cluster gives it");
	}
	if (s->sasl_mechanism > 0 && (!s->sasl_username || !s->sasl_password)) {
		place = place_of(doc, map, "sasl_mechanism");
		diag_add(diag, DIAG_ERROR, &place, "sasl_mechanism %s wants sasl_username and sasl_password", kafka_mechanism_names[s->sasl_mechanism]);
	}
	check_twice(s, doc, map, diag);
	return diag_errors(diag) > errors ? -1 : 0;
}

/* ---- librdkafka's properties ---- */

void
kafka_secure_set(const struct kafka_secure *s, rd_kafka_conf_t *conf, struct diag *diag)
{
	static const char *const protocols[] = { "plaintext", "ssl", "sasl_plaintext", "sasl_ssl" };
	const struct {
		const char *name, *value;       /* NULL: left alone */
	} properties[] = {
		{ "security.protocol", is_used(s) ? protocols[(s->tls.enable ? 1 : 0) + (s->sasl_mechanism > 0 ? 2 : 0)] : NULL },
		{ "sasl.mechanism", s->sasl_mechanism > 0 ? kafka_mechanism_names[s->sasl_mechanism] : NULL },
		{ "sasl.username", s->sasl_username },
		{ "sasl.password", s->sasl_password },
		{ "enable.ssl.certificate.verification", s->tls.enable ? s->tls.verify ? "true" : "false" : NULL },
		{ "ssl.endpoint.identification.algorithm", s->tls.enable ? s->tls.verify ? "https" : "none" : NULL },
		{ "ssl.ca.location", s->tls.enable ? s->tls.ca : NULL },
		{ "ssl.certificate.location", s->tls.enable ? s->tls.certificate : NULL },
		{ "ssl.key.location", s->tls.enable ? s->tls.key : NULL },
		{ "ssl.key.password", s->tls.enable ? s->tls.key_password : NULL },
	};
	char error[512];

	for (size_t i = 0; i < sizeof(properties) / sizeof(*properties); i++)
		if (properties[i].value && rd_kafka_conf_set(conf, properties[i].name, properties[i].value, error, sizeof(error)) != RD_KAFKA_CONF_OK)
			diag_add(diag, DIAG_ERROR, NULL, "librdkafka does not take %s: %s", properties[i].name, error);
}

/* As librdkafka would use it. */
static bool
has(const rd_kafka_conf_t *conf, const char *name, const char *value)
{
	char text[128];
	size_t n = sizeof(text);

	return rd_kafka_conf_get(conf, name, text, &n) == RD_KAFKA_CONF_OK && strcasecmp(text, value) == 0;
}

void
kafka_secure_warn(const rd_kafka_conf_t *conf, const struct kafka_secure *s, const struct diag_place *place, struct diag *diag)
{
	bool tls = has(conf, "security.protocol", "ssl") || has(conf, "security.protocol", "sasl_ssl");
	bool sasl = has(conf, "security.protocol", "sasl_plaintext") || has(conf, "security.protocol", "sasl_ssl");

	if (sasl && !tls && has(conf, "sasl.mechanism", "PLAIN"))
		diag_add(diag, DIAG_WARNING, place, "the password goes out in clear: SASL PLAIN without TLS");
	if (tls && !s->tls.enable &&
	    (has(conf, "enable.ssl.certificate.verification", "false") || has(conf, "ssl.endpoint.identification.algorithm", "none")))
		diag_add(diag, DIAG_WARNING, place, "the brokers' certificates are not verified: whoever gets in between reads and changes all");
	if (!sasl && (s->sasl_username || s->sasl_password))
		diag_add(diag, DIAG_WARNING, place, "sasl_username and sasl_password are not used without sasl_mechanism");
}

/* ---- when it fails ---- */

const char *
kafka_secure_hint(rd_kafka_resp_err_t error, const char *text)
{
	if (error == RD_KAFKA_RESP_ERR__AUTHENTICATION && strstr(text, "SCRAM") && rd_kafka_version() < SCRAM_SINCE)
		return " (see sasl_username, sasl_password; or it is Kafka 4, which takes SCRAM from librdkafka 2.6.1 and later only)";
	if (error == RD_KAFKA_RESP_ERR__AUTHENTICATION)
		return " (see sasl_mechanism, sasl_username, sasl_password)";
	if (error == RD_KAFKA_RESP_ERR__SSL && strstr(text, "certificate verify failed"))
		return " (see ca of tls)";
	if (strstr(text, "SSL routines") && strstr(text, " alert "))
		return " (see certificate and key of tls)";     /* TLS 1.3: after our part of the handshake, so the error is another one */
	return strstr(text, "security.protocol") || strstr(text, "in state SSL_HANDSHAKE") ? " (see tls, sasl_mechanism)" : "";
}
