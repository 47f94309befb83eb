/*
 * tls: knows OpenSSL; nothing of sockets but their numbers.
 */
#include "outputs/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

const struct schema_option tls_options[] = {
	{ .key = "enable", .type = SCHEMA_BOOL, .offset = offsetof(struct tls_config, enable), .fallback = "false",
	    .help = "Use TLS (1.2 or later). It must be said, either way, where another option of tls is." },
	{ .key = "ca", .type = SCHEMA_TEXT, .offset = offsetof(struct tls_config, ca),
	    .help = "A PEM file with the certificates of the authorities that may have signed the far side's. Without it: the system's." },
	{ .key = "certificate", .type = SCHEMA_TEXT, .offset = offsetof(struct tls_config, certificate),
	    .help = "A PEM file with our certificate, and what leads from it to its authority, where the far side wants one." },
	{ .key = "key", .type = SCHEMA_TEXT, .offset = offsetof(struct tls_config, key), .help = "A PEM file with its private key." },
	{ .key = "key_password", .type = SCHEMA_SECRET, .offset = offsetof(struct tls_config, key_password),
	    .help = "What the private key is encrypted with." },
	{ .key = "verify", .type = SCHEMA_BOOL, .offset = offsetof(struct tls_config, verify), .fallback = "true",
	    .help = "Go on only with a far side whose certificate is good and is for the host that was connected to. false: with any, which "
	            "protects from nobody who can get in between." },
	{ .key = "server_name", .type = SCHEMA_TEXT, .offset = offsetof(struct tls_config, server_name),
	    .help = "The name for which the far side's certificate must be, and that is asked for (SNI), in the place of the host in hosts." },
	SCHEMA_END,
};

/* ---- the options ---- */

static struct diag_place
place_of(const struct yaml_doc *doc, const struct yaml_node *map, const char *key)
{
	const struct yaml_node *tls = yaml_get(map, "tls"), *node = yaml_get(tls, key);

	return yaml_place(doc, node ? node : tls ? tls : map);
}

/* FNV-1a over a file, and its absence. */
static uint64_t
digest_file(uint64_t h, const char *path)
{
	FILE *f = path ? fopen(path, "re") : NULL;
	char buf[4096];
	size_t n;

	h = (h ^ (f ? 1 : 2)) * UINT64_C(1099511628211);
	while (f && (n = fread(buf, 1, sizeof(buf), f)) > 0)
		for (size_t i = 0; i < n; i++)
			h = (h ^ (unsigned char)buf[i]) * UINT64_C(1099511628211);
	if (f)
		fclose(f);
	explicit_bzero(buf, sizeof(buf));
	return h;
}

static int
check_words(const struct tls_config *c, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	const struct yaml_node *tls = yaml_get(map, "tls");
	struct diag_place place = place_of(doc, map, "certificate");
	size_t errors = diag_errors(diag);

	if (tls && tls->first && !yaml_get(tls, "enable")) {
		place = yaml_place(doc, tls);
		diag_add(diag, DIAG_ERROR, &place, "tls has options, but does not say enable: true or false");
	}
	if (!c->certificate != !c->key)
		diag_add(diag, DIAG_ERROR, &place, "certificate and key of tls go together: one of them is missing");
	if (c->enable && !c->verify) {
		place = place_of(doc, map, "verify");
		diag_add(diag, DIAG_WARNING, &place, "the far side's certificate is not verified: whoever gets in between reads and changes all");
	}
	return diag_errors(diag) > errors ? -1 : 0;
}

int
tls_check(struct tls_config *c, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	struct diag_place place = place_of(doc, map, "enable");
	char error[TLS_ERROR_BYTES];
	SSL_CTX *ctx;

	if (check_words(c, doc, map, diag) == -1)
		return -1;
	if (schema_resolve_path(&c->ca, doc->file) == -1 || schema_resolve_path(&c->certificate, doc->file) == -1 ||
	    schema_resolve_path(&c->key, doc->file) == -1) {
		diag_add(diag, DIAG_ERROR, &place, "no memory for tls");
		return -1;
	}
	if (!c->enable)
		return 0;
	c->digest = digest_file(digest_file(digest_file(UINT64_C(14695981039346656037), c->ca), c->certificate), c->key);
	ctx = tls_context(c, error);
	if (!ctx) {
		diag_add(diag, DIAG_ERROR, &place, "tls: %s", error);
		return -1;
	}
	SSL_CTX_free(ctx);
	return 0;
}

bool
tls_same(const struct tls_config *a, const struct tls_config *b)
{
	return a->digest == b->digest;
}

/* ---- what went wrong ---- */

/* The first reason that OpenSSL has; the text of `fallback` where it has none. */
static void
explain_queue(char error[TLS_ERROR_BYTES], const char *what, const char *fallback)
{
	unsigned long code = ERR_get_error();
	const char *reason = code ? ERR_reason_error_string(code) : NULL;

	if (code && ERR_SYSTEM_ERROR(code))
		reason = strerror(ERR_GET_REASON(code));
	snprintf(error, TLS_ERROR_BYTES, "%s%s%s", what ? what : "", what ? ": " : "", reason ? reason : fallback);
	ERR_clear_error();
}

void
tls_explain(const SSL *ssl, int got, char error[TLS_ERROR_BYTES])
{
	int saved = errno, why = SSL_get_error(ssl, got);
	long verdict = SSL_get_verify_result(ssl);

	if (why == SSL_ERROR_ZERO_RETURN)
		snprintf(error, TLS_ERROR_BYTES, "the far side closed the connection");
	else if (verdict != X509_V_OK && !SSL_is_init_finished(ssl) && (SSL_get_verify_mode(ssl) & SSL_VERIFY_PEER))
		snprintf(error, TLS_ERROR_BYTES, "its certificate is not accepted: %s", X509_verify_cert_error_string(verdict));
	else if (why == SSL_ERROR_SYSCALL && ERR_peek_error() == 0)
		snprintf(error, TLS_ERROR_BYTES, "%s", saved ? strerror(saved) : "the far side closed the connection");
	else
		explain_queue(error, "TLS", "the far side does not speak it");
	ERR_clear_error();
}

/* ---- contexts and connections ---- */

/* Never ask on the terminal. */
static int
give_password(char *buf, int size, int rwflag, void *arg)
{
	const char *password = arg;
	size_t n = password ? strlen(password) : 0;

	(void)rwflag;
	if (size < 0 || n > (size_t)size)
		return 0;
	if (n > 0)
		memcpy(buf, password, n);
	return (int)n;
}

static int
load_files(SSL_CTX *ctx, const struct tls_config *c, char error[TLS_ERROR_BYTES])
{
	if (c->ca ? SSL_CTX_load_verify_file(ctx, c->ca) != 1 : SSL_CTX_set_default_verify_paths(ctx) != 1) {
		explain_queue(error, c->ca ? c->ca : "the system's authorities", "no certificates there");
		return -1;
	}
	SSL_CTX_set_default_passwd_cb(ctx, give_password);
	SSL_CTX_set_default_passwd_cb_userdata(ctx, c->key_password);
	if (c->certificate && SSL_CTX_use_certificate_chain_file(ctx, c->certificate) != 1) {
		explain_queue(error, c->certificate, "no certificate there");
		return -1;
	}
	if (c->key && (SSL_CTX_use_PrivateKey_file(ctx, c->key, SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(ctx) != 1)) {
		explain_queue(error, c->key, "no key of that certificate there");
		return -1;
	}
	SSL_CTX_set_default_passwd_cb_userdata(ctx, NULL);
	return 0;
}

SSL_CTX *
tls_context(const struct tls_config *c, char error[TLS_ERROR_BYTES])
{
	SSL_CTX *ctx;

	ERR_clear_error();
	ctx = SSL_CTX_new(TLS_client_method());
	if (!ctx) {
		explain_queue(error, NULL, "no memory");
		return NULL;
	}
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	SSL_CTX_set_verify(ctx, c->verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
	if (load_files(ctx, c, error) == -1) {
		SSL_CTX_free(ctx);
		return NULL;
	}
	return ctx;
}

static bool
is_address(const char *name)
{
	unsigned char address[16];

	return inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1;
}

SSL *
tls_connection(SSL_CTX *ctx, int fd, const char *name, char error[TLS_ERROR_BYTES])
{
	SSL *ssl;
	bool good;

	ERR_clear_error();
	ssl = SSL_new(ctx);
	good = ssl && SSL_set_fd(ssl, fd) == 1;
	if (good && is_address(name))
		good = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1;
	else if (good)
		good = SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, (void *)(uintptr_t)name) == 1 && SSL_set1_host(ssl, name) == 1;
	if (!good) {
		explain_queue(error, "TLS", "no memory");
		SSL_free(ssl);
		return NULL;
	}
	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	SSL_set_connect_state(ssl);
	return ssl;
}
