/*
 * A far side for tests: a listener on loopback, a thread that serves one connection after the other by a function of the test, in pieces as
 * small as the test likes, over TCP or TLS.  Certificates are made here.
 */
#ifndef NETNORM_TESTS_OUTPUTS_FAR_H
#define NETNORM_TESTS_OUTPUTS_FAR_H

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/outputs/sample_output.h"

struct far;
struct far_conn {
	struct far *far;
	int fd;
	SSL *ssl;
	size_t piece;                   /* the most bytes that go one way at once; 0: no limit */
	int64_t left;                   /* closed when so many bytes were read; -1: never */
	unsigned nth;                   /* from 0 */
};

struct far {
	int fd, port;
	SSL_CTX *tls;                   /* before far_open(); NULL: plain */
	void (*serve)(struct far_conn *);
	void *arg;
	pthread_t thread;
	_Atomic bool stop;
	_Atomic unsigned accepted;
};

/* Until there is something to read or write; false: the test is at its end. */
static inline bool
far_wait(const struct far_conn *c, short events)
{
	struct pollfd fd = { .fd = c->fd, .events = events };

	while (!atomic_load(&c->far->stop))
		if (poll(&fd, 1, 10) > 0)
			return true;
	return false;
}

static inline ssize_t
far_some(struct far_conn *c, void *in, const void *out, size_t n)
{
	size_t done = 0;

	if (c->piece > 0 && n > c->piece)
		n = c->piece;
	if (!c->ssl) {
		if (!far_wait(c, in ? POLLIN : POLLOUT))
			return 0;
		return in ? recv(c->fd, in, n, 0) : send(c->fd, out, n, MSG_NOSIGNAL);
	}
	for (;;) {
		int got = in ? SSL_read_ex(c->ssl, in, n, &done) : SSL_write_ex(c->ssl, out, n, &done), why;

		if (got == 1)
			return (ssize_t)done;
		why = SSL_get_error(c->ssl, got);
		ERR_clear_error();
		if ((why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) || !far_wait(c, why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT))
			return 0;
	}
}

/* What is there, at most `cap` bytes; 0: closed, here or there. */
static inline size_t
far_take(struct far_conn *c, void *buf, size_t cap)
{
	size_t some = c->left >= 0 && (size_t)c->left < cap ? (size_t)c->left : cap;
	ssize_t got = some > 0 ? far_some(c, buf, NULL, some) : 0;

	if (got <= 0)
		return 0;
	if (c->left >= 0)
		c->left -= got;
	return (size_t)got;
}

/* All of it; false: closed, here or there. */
static inline bool
far_read(struct far_conn *c, void *buf, size_t n)
{
	for (size_t at = 0, got; at < n; at += got)
		if ((got = far_take(c, (char *)buf + at, n - at)) == 0)
			return false;
	return true;
}

static inline bool
far_write(struct far_conn *c, const void *buf, size_t n)
{
	for (size_t at = 0; at < n;) {
		ssize_t got = far_some(c, NULL, (const char *)buf + at, n - at);

		if (got <= 0)
			return false;
		at += (size_t)got;
	}
	return true;
}

static inline void
far_serve_one(struct far *far, int fd)
{
	struct far_conn c = { .far = far, .fd = fd, .left = -1, .nth = atomic_fetch_add(&far->accepted, 1) };

	if (far->tls) {
		c.ssl = SSL_new(far->tls);
		SSL_set_fd(c.ssl, fd);
		SSL_set_accept_state(c.ssl);
	}
	far->serve(&c);
	SSL_free(c.ssl);
	ERR_clear_error();
	close(fd);
}

static inline void *
far_run(void *arg)
{
	struct far *far = arg;
	struct pollfd fd = { .fd = far->fd, .events = POLLIN };
	sigset_t pipe;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, NULL);
	while (!atomic_load(&far->stop)) {
		int one = poll(&fd, 1, 10) > 0 ? accept4(far->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC) : -1;

		if (one != -1)
			far_serve_one(far, one);
	}
	return NULL;
}

/* A listening socket on loopback; *port 0: any, told there. */
static inline int
far_listen(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)*port), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(a);
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	cr_assert_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	cr_assert_eq(listen(fd, 16), 0);
	getsockname(fd, (struct sockaddr *)&a, &n);
	*port = ntohs(a.sin_port);
	return fd;
}

/* With far->serve, arg and tls set, and port 0 or the one that it had. */
static inline void
far_open(struct far *far)
{
	atomic_store(&far->stop, false);
	far->fd = far_listen(&far->port);
	cr_assert_eq(pthread_create(&far->thread, NULL, far_run, far), 0);
}

/* From then on connections are refused. */
static inline void
far_close(struct far *far)
{
	atomic_store(&far->stop, true);
	pthread_join(far->thread, NULL);
	close(far->fd);
}

/* ---- an output towards it ---- */

static inline uint64_t
far_done(const struct output *o)
{
	struct output_stats s = sample_stats(o);

	return s.delivered + s.sent;
}

static inline uint64_t
far_dropped(const struct output *o)
{
	struct output_stats s = sample_stats(o);

	return sample_dropped(&s);
}

#define FAR_DONE(o, n)                                                                          \
	do {                                                                                    \
		SAMPLE_WAIT(20000, far_done(o) >= (n));                                         \
		cr_assert_eq(far_done(o), (n), "%llu", (unsigned long long)far_done(o));        \
	} while (0)

/* What has to hold at the end of each test. */
static inline void
far_end(struct output **o, unsigned left)
{
	struct output_stats s = sample_stats(*o);

	cr_expect_eq(sample_imbalance(&s), 0);
	cr_expect_eq(output_close(o, sample_in_ms(left ? 300 : 5000)), left);
}

struct far_counter {
	const char *name;
	uint64_t value;
};

static inline void
far_each(void *arg, const char *name, const char *help, uint64_t value)
{
	struct far_counter *c = arg;

	(void)help;
	if (strcmp(name, c->name) == 0)
		c->value = value;
}

static inline uint64_t
far_count(const struct output *o, const char *name)
{
	struct far_counter c = { .name = name, .value = UINT64_MAX };

	output_stats_own(o, far_each, &c);
	return c.value;
}

/* ---- certificates ---- */

struct far_pki {
	char folder[64];
	EVP_PKEY *ca_key;
	X509 *ca;
};

static inline void
far_extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	cr_assert_not_null(e);
	X509_add_ext(cert, e, -1);
	X509_EXTENSION_free(e);
}

/* NULL `ca`: it is its own authority. */
static inline X509 *
far_certificate(EVP_PKEY *key, const char *name, const char *alt, X509 *ca, EVP_PKEY *ca_key)
{
	static long serial;
	X509 *cert = X509_new();

	X509_set_version(cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), ++serial);
	X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
	X509_gmtime_adj(X509_getm_notAfter(cert), 86400);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(cert, X509_get_subject_name(ca ? ca : cert));
	X509_set_pubkey(cert, key);
	far_extend(cert, ca ? ca : cert, NID_basic_constraints, ca ? "CA:FALSE" : "critical,CA:TRUE");
	if (alt)
		far_extend(cert, ca, NID_subject_alt_name, alt);
	cr_assert_gt(X509_sign(cert, ca_key, EVP_sha256()), 0);
	return cert;
}

static inline void
far_pem(const struct far_pki *pki, const char *name, X509 *cert, EVP_PKEY *key)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", pki->folder, name);
	f = fopen(path, "w");
	cr_assert_not_null(f);
	cr_assert(cert ? PEM_write_X509(f, cert) : PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL));
	fclose(f);
}

/* NAME.pem and NAME.key, signed by the authority. */
static inline void
far_pki_issue(struct far_pki *pki, const char *name, const char *alt)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = far_certificate(key, name, alt, pki->ca, pki->ca_key);
	char file[64];

	snprintf(file, sizeof(file), "%s.pem", name);
	far_pem(pki, file, cert, NULL);
	snprintf(file, sizeof(file), "%s.key", name);
	far_pem(pki, file, NULL, key);
	X509_free(cert);
	EVP_PKEY_free(key);
}

/* An authority (ca.pem), a server (server.pem: localhost, 127.0.0.1), a client (client.pem), and another authority (other.pem). */
static inline void
far_pki_init(struct far_pki *pki)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *other = far_certificate(key, "another authority", NULL, NULL, key);

	snprintf(pki->folder, sizeof(pki->folder), "/tmp/netnorm-far-XXXXXX");
	cr_assert_not_null(mkdtemp(pki->folder));
	pki->ca_key = EVP_EC_gen("P-256");
	pki->ca = far_certificate(pki->ca_key, "an authority", NULL, NULL, pki->ca_key);
	far_pem(pki, "ca.pem", pki->ca, NULL);
	far_pem(pki, "other.pem", other, NULL);
	far_pki_issue(pki, "server", "DNS:localhost,DNS:logs.example.net,IP:127.0.0.1");
	far_pki_issue(pki, "client", NULL);
	X509_free(other);
	EVP_PKEY_free(key);
}

static inline void
far_pki_fini(struct far_pki *pki)
{
	static const char *const names[] = { "ca.pem", "other.pem", "server.pem", "server.key", "client.pem", "client.key" };
	char path[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", pki->folder, names[i]);
		unlink(path);
	}
	rmdir(pki->folder);
	X509_free(pki->ca);
	EVP_PKEY_free(pki->ca_key);
}

/* Of a server; `ask`: only clients with a certificate. */
static inline SSL_CTX *
far_tls(const struct far_pki *pki, bool ask)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	char path[128];

	snprintf(path, sizeof(path), "%s/server.pem", pki->folder);
	cr_assert_eq(SSL_CTX_use_certificate_chain_file(ctx, path), 1);
	snprintf(path, sizeof(path), "%s/server.key", pki->folder);
	cr_assert_eq(SSL_CTX_use_PrivateKey_file(ctx, path, SSL_FILETYPE_PEM), 1);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	if (ask) {
		snprintf(path, sizeof(path), "%s/ca.pem", pki->folder);
		cr_assert_eq(SSL_CTX_load_verify_file(ctx, path), 1);
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	}
	return ctx;
}

#endif
