#include "drivers/transport/https.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "drivers/transport/resolve.h"

struct https {
	struct transport transport;
	CURL *curl;
	struct curl_slist *headers;
	struct curl_slist *addresses;   /* the host's, for curl */
	const char *path;
	struct buffer *answer;          /* of the question at hand */
	char error[CURL_ERROR_SIZE];
	bool asked;                     /* successfully, the last time */
};

static void
begin_curl(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

static size_t
take(char *p, size_t size, size_t n, void *arg)
{
	struct https *h = arg;

	buffer_put(h->answer, span_of(p, size * n));
	return h->answer->failed ? 0 : size * n;
}

/* curl calls it about once a second, also while nothing comes. */
static int
go_on(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return device_cancelled(arg);
}

static int
port_of(const struct device *d)
{
	const char *scheme = device_option(d, "transport");

	return d->target->port > 0 ? d->target->port : scheme && strcmp(scheme, "http") == 0 ? 80 : 443;
}

/* ---- how it went ---- */

static const struct {
	CURLcode code;
	enum device_error error;
	const char *hint;
} curl_errors[] = {
	{ CURLE_OPERATION_TIMEDOUT, DEVICE_TIMEOUT, "" },
	{ CURLE_ABORTED_BY_CALLBACK, DEVICE_CLOSED, "" },
	{ CURLE_GOT_NOTHING, DEVICE_CLOSED, "" },
	{ CURLE_RECV_ERROR, DEVICE_CLOSED, "" },
	{ CURLE_SEND_ERROR, DEVICE_CLOSED, "" },
	{ CURLE_PARTIAL_FILE, DEVICE_CLOSED, "" },
	{ CURLE_UNSUPPORTED_PROTOCOL, DEVICE_ANSWER, "; is it the port of the API?" },
	{ CURLE_WEIRD_SERVER_REPLY, DEVICE_ANSWER, "; is it the port of the API?" },
	{ CURLE_PEER_FAILED_VERIFICATION, DEVICE_TRUST, "; give the option ca_file, or fingerprint, or insecure=true" },
	{ CURLE_SSL_PINNEDPUBKEYNOTMATCH, DEVICE_TRUST, "; its key is not the one of the option fingerprint" },
	{ CURLE_SSL_CACERT_BADFILE, DEVICE_ARGUMENT, "; the option ca_file" },
	{ CURLE_SSL_CONNECT_ERROR, DEVICE_CONNECT, "; where the device is old the option legacy_tls=true may help, and transport=http where it speaks no TLS" },
	{ CURLE_OUT_OF_MEMORY, DEVICE_MEMORY, "" },
};

static int
fail_curl(const struct https *h, struct device *d, CURLcode code)
{
	const char *what = h->error[0] ? h->error : curl_easy_strerror(code);

	if (h->answer->failed)
		return device_fail(d, DEVICE_ANSWER, "the answer has more than %zu bytes", h->answer->limit_bytes);
	for (size_t i = 0; i < sizeof(curl_errors) / sizeof(*curl_errors); i++) {
		if (curl_errors[i].code == code)
			return device_fail(d, curl_errors[i].error, "%s%s", what, curl_errors[i].hint);
	}
	return device_fail(d, DEVICE_CONNECT, "%s", what);
}

static int
check_status(const struct https *h, struct device *d)
{
	struct span body = span_trim(buffer_span(h->answer));
	long status = 0;

	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status == 401 || status == 403)
		return device_fail(d, DEVICE_AUTH, "the device refuses the user or the password (HTTP status %ld)%s", status, d->target->password ? "" : DEVICE_NO_PASSWORD);
	/* A connection that ends within the headers looks so to curl; no answer of these APIs is empty. */
	if (status == 200 && body.n == 0)
		return device_fail(d, DEVICE_CLOSED, "the device ended the connection before its answer");
	if (status == 200 || (status >= 400 && body.n > 0 && (body.p[0] == '{' || body.p[0] == '[')))
		return 0;
	return device_fail(d, DEVICE_COMMAND, "HTTP status %ld for %s: is it a device of this driver?", status, h->path);
}

/* "host:port:address,address": curl would wait for the name service as long as that likes.  The names in certificates are compared with the host's all the same. */
static int
give_addresses(struct https *h, struct device *d, const struct addrinfo *first)
{
	struct buffer entry;
	char address[64];
	int rc = 0;

	buffer_init(&entry, 65536);
	buffer_printf(&entry, "%s:%d:", d->target->host, port_of(d));
	for (const struct addrinfo *a = first; a; a = a->ai_next)
		if (getnameinfo(a->ai_addr, a->ai_addrlen, address, sizeof(address), NULL, 0, NI_NUMERICHOST) == 0)
			buffer_printf(&entry, strchr(address, ':') ? "[%s]," : "%s,", address);
	if (!entry.failed)
		entry.p[--entry.n] = '\0';
	curl_slist_free_all(h->addresses);
	h->addresses = entry.failed ? NULL : curl_slist_append(NULL, entry.p);
	if (!h->addresses || curl_easy_setopt(h->curl, CURLOPT_RESOLVE, h->addresses) != CURLE_OK)
		rc = device_fail(d, DEVICE_MEMORY, "no memory for the addresses of %s", d->target->host);
	buffer_fini(&entry);
	return rc;
}

/* Before the first question, and after one that failed: the name may have another address by now.  What is an address of IPv6 itself needs none. */
static int
find_addresses(struct https *h, struct device *d, int64_t deadline_ns)
{
	struct addrinfo *list = NULL;
	int rc;

	if (h->asked || strchr(d->target->host, ':'))
		return 0;
	if (resolve_host(d, port_of(d), deadline_ns, &list) == -1)
		return -1;
	rc = give_addresses(h, d, list);
	freeaddrinfo(list);
	return rc;
}

static int
https_ask(struct transport *t, struct device *d, struct span request, struct buffer *answer)
{
	struct https *h = (struct https *)t;
	int64_t deadline_ns = device_deadline_ns(d);
	int left_ms;
	CURLcode code;

	if (find_addresses(h, d, deadline_ns) == -1)
		return -1;
	/* To curl 0 is no limit. */
	left_ms = device_left_ms(deadline_ns);
	h->answer = answer;
	h->error[0] = '\0';
	curl_easy_setopt(h->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request.n);
	curl_easy_setopt(h->curl, CURLOPT_POSTFIELDS, request.p);
	curl_easy_setopt(h->curl, CURLOPT_TIMEOUT_MS, (long)(left_ms > 0 ? left_ms : 1));
	code = curl_easy_perform(h->curl);
	h->asked = code == CURLE_OK;
	return code == CURLE_OK ? check_status(h, d) : fail_curl(h, d, code);
}

/* HTTP has no session: it is alive if the last question had an answer. */
static bool
https_alive(struct transport *t, struct device *d)
{
	(void)d;
	return ((struct https *)t)->asked;
}

static void
https_close(struct transport *t, struct device *d)
{
	struct https *h = (struct https *)t;

	(void)d;
	curl_easy_cleanup(h->curl);
	curl_slist_free_all(h->headers);
	curl_slist_free_all(h->addresses);
	free(h);
}

static const struct transport_kind https_kind = { "https", https_ask, https_alive, https_close };

/* ---- opening ---- */

static void
set_trust(CURL *c, const struct device *d)
{
	const char *fingerprint = device_option(d, "fingerprint");
	const char *ca_file = device_option(d, "ca_file");
	bool check = !fingerprint && !device_option_on(d, "insecure");

	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, check ? 1L : 0L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, check ? 2L : 0L);
	if (fingerprint)
		curl_easy_setopt(c, CURLOPT_PINNEDPUBLICKEY, fingerprint);
	if (ca_file)
		curl_easy_setopt(c, CURLOPT_CAINFO, ca_file);
	if (device_option_on(d, "legacy_tls")) {
		curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_0);
		curl_easy_setopt(c, CURLOPT_SSL_CIPHER_LIST, "DEFAULT:@SECLEVEL=0");
	}
}

static int
set_url(CURL *c, struct device *d, const char *path)
{
	const struct device_target *t = d->target;
	const char *scheme = device_option(d, "transport");
	bool v6 = strchr(t->host, ':');
	struct buffer url;
	int result = 0;

	if (strpbrk(t->host, "/?#@[]\\ "))
		return device_fail(d, DEVICE_ARGUMENT, "\"%s\" is no host", t->host);
	buffer_init(&url, 4096);
	buffer_printf(&url, "%s://%s%s%s", scheme ? scheme : "https", v6 ? "[" : "", t->host, v6 ? "]" : "");
	if (t->port > 0)
		buffer_printf(&url, ":%d", t->port);
	buffer_puts(&url, path);
	if (url.failed || curl_easy_setopt(c, CURLOPT_URL, url.p) != CURLE_OK)
		result = device_fail(d, DEVICE_ARGUMENT, "the host's name is too long");
	buffer_fini(&url);
	return result;
}

static void
set_request(struct https *h, struct device *d, const char *type)
{
	const struct device_target *t = d->target;
	char header[128] = "Content-Type: ";

	strncat(header, type, sizeof(header) - strlen(header) - 1);
	h->headers = curl_slist_append(NULL, header);
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, h->headers);
	curl_easy_setopt(h->curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	curl_easy_setopt(h->curl, CURLOPT_USERNAME, t->user ? t->user : "");
	curl_easy_setopt(h->curl, CURLOPT_PASSWORD, t->password ? t->password : "");
	curl_easy_setopt(h->curl, CURLOPT_POST, 1L);
}

int
https_open(struct device *d, const char *path, const char *type)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct https *h = calloc(1, sizeof(*h));

	pthread_once(&once, begin_curl);
	if (!h || !(h->curl = curl_easy_init())) {
		free(h);
		return device_fail(d, DEVICE_MEMORY, "no memory for a connection");
	}
	h->transport.kind = &https_kind;
	h->path = path;
	d->wire = &h->transport;
	curl_easy_setopt(h->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(h->curl, CURLOPT_PROXY, "");
	curl_easy_setopt(h->curl, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(h->curl, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(h->curl, CURLOPT_USERAGENT, "netnorm/" NETNORM_VERSION);
	curl_easy_setopt(h->curl, CURLOPT_ERRORBUFFER, h->error);
	curl_easy_setopt(h->curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(h->curl, CURLOPT_WRITEDATA, h);
	curl_easy_setopt(h->curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(h->curl, CURLOPT_XFERINFOFUNCTION, go_on);
	curl_easy_setopt(h->curl, CURLOPT_XFERINFODATA, d);
	set_trust(h->curl, d);
	set_request(h, d, type);
	return set_url(h->curl, d, path);
}
