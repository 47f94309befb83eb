/*
 * tls: the options of TLS towards the far side, and the context made of them (OpenSSL).
 *
 * The far side's certificate is verified unless the options say otherwise: against the authorities in `ca`, else the system's, and
 * for the name or the address that was connected to, else for `server_name`.
 */
#ifndef NETNORM_OUTPUTS_TLS_H
#define NETNORM_OUTPUTS_TLS_H

#include <openssl/ssl.h>

#include "base/schema.h"

#define TLS_ERROR_BYTES 256

/* A map `tls` in a kind's options: .type = SCHEMA_MAP, .table = tls_options. */
struct tls_config {
	bool enable;
	bool verify;
	char *ca, *certificate, *key, *key_password, *server_name;
	uint64_t digest;                /* of what stands in the files; set by tls_check() */
};

extern const struct schema_option tls_options[];

/*
 * For a kind's check(): `map` is the output's.  Paths become relative to the configuration file's folder, the files are read.  0, or -1 with
 * faults in the diag.
 */
int tls_check(struct tls_config *, const struct yaml_doc *, const struct yaml_node *map, struct diag *);
/* For a kind's same(): the options are equal; are the files, too? */
bool tls_same(const struct tls_config *, const struct tls_config *);
/* The context for all connections; SSL_CTX_free() ends it.  NULL with a text. */
SSL_CTX *tls_context(const struct tls_config *, char error[TLS_ERROR_BYTES]);
/* A client's connection over `fd`, to this name or address; SSL_free() ends it and leaves fd open.  NULL with a text. */
SSL *tls_connection(SSL_CTX *, int fd, const char *name, char error[TLS_ERROR_BYTES]);
/* What went wrong last in a call for `ssl` that gave `got`, which is no matter of waiting; `error` is cut to fit. */
void tls_explain(const SSL *, int got, char error[TLS_ERROR_BYTES]);

#endif
