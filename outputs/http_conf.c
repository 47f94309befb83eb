/*
 * http_conf: knows libcurl's options and which words may stand in a request.  Secrets come from files or the environment and are never told.
 */
#include "outputs/http_conf.h"

#include <errno.h>
#include <stdlib.h>

#define CONF_HEADERS 64

#define BATCH_OFFSET(field) (offsetof(struct http_conf, batch.field) - offsetof(struct http_conf, batch))

const char *const http_conf_compressions[] = { "none", "gzip", NULL };

const struct schema_option http_conf_headers[] = {
	{ .key = "name", .type = SCHEMA_TEXT, .offset = offsetof(struct http_header, name), .required = true, .help = "The name of the header." },
	{ .key = "value", .type = SCHEMA_TEXT, .offset = offsetof(struct http_header, value), .help = "Its value, for all to read." },
	{ .key = "secret", .type = SCHEMA_SECRET, .offset = offsetof(struct http_header, secret),
	    .help = "Its value as {file: PATH} or {env: NAME}, in the place of value." },
	SCHEMA_END,
};

const struct schema_option http_conf_batch[] = {
	{ .key = "events", .type = SCHEMA_INT, .offset = BATCH_OFFSET(events), .fallback = "1000", .min = 1, .max = HTTP_MOST_EVENTS,
	    .help = "The most events in a request." },
	{ .key = "bytes", .type = SCHEMA_SIZE, .offset = BATCH_OFFSET(bytes), .fallback = "4MiB", .min = 1024, .max = 64 << 20,
	    .help = "The most bytes of events in a request, before compression. A larger event goes alone." },
	{ .key = "linger", .type = SCHEMA_DURATION, .offset = BATCH_OFFSET(linger_ms), .fallback = "200ms", .min = 0, .max = 60000,
	    .help = "How long a batch that is not full waits for more." },
	SCHEMA_END,
};

/* ---- checks ---- */

static struct diag_place
place_of(const struct yaml_doc *doc, const struct yaml_node *map, const char *key)
{
	const struct yaml_node *node = yaml_get(map, key);

	return yaml_place(doc, node ? node : map);
}

static bool
has_control(const char *text)
{
	for (; text && *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	return false;
}

/* NULL, or what is wrong with it. */
static const char *
url_fault(const char *text)
{
	CURLU *url = curl_url();
	char *part = NULL;
	const char *fault = NULL;

	if (!url)
		return "no memory";
	if (has_control(text) || curl_url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK)
		fault = "it begins with https:// or http:// and a host";
	else if (curl_url_get(url, CURLUPART_SCHEME, &part, 0) != CURLUE_OK || (strcmp(part, "http") != 0 && strcmp(part, "https") != 0))
		fault = "only http and https are spoken";
	curl_free(part);
	part = NULL;
	if (!fault && (curl_url_get(url, CURLUPART_USER, &part, 0) == CURLUE_OK || curl_url_get(url, CURLUPART_PASSWORD, &part, 0) == CURLUE_OK))
		fault = "user and password do not stand in it: see username, password and token";
	else if (!fault && curl_url_get(url, CURLUPART_FRAGMENT, &part, 0) == CURLUE_OK)
		fault = "it has no fragment";
	curl_free(part);
	curl_url_cleanup(url);
	return fault;
}

static void
check_urls(const struct http_conf *c, const struct diag_place *place, struct diag *diag)
{
	if (c->urls.n == 0)
		diag_add(diag, DIAG_ERROR, place, "urls names none");
	if (c->urls.n > HTTP_MOST_URLS)
		diag_add(diag, DIAG_ERROR, place, "there are more than %d URLs", HTTP_MOST_URLS);
	for (size_t i = 0; i < c->urls.n; i++) {
		const char *fault = url_fault(c->urls.items[i]);

		if (fault)
			diag_add(diag, DIAG_ERROR, place, "URL %zu is none: %s", i + 1, fault);
	}
}

static void
check_auth(const struct http_conf *c, const struct diag_place *place, struct diag *diag)
{
	int ways = (c->username != NULL) + (c->token != NULL) + (c->api_key != NULL);

	if (!c->username != !c->password)
		diag_add(diag, DIAG_ERROR, place, "username and password stand together");
	if (ways > 1)
		diag_add(diag, DIAG_ERROR, place, "there is more than one way to authenticate");
	if (c->username && strchr(c->username, ':'))
		diag_add(diag, DIAG_ERROR, place, "a username has no ':'");
	if (has_control(c->username) || has_control(c->password) || has_control(c->token) || has_control(c->api_key))
		diag_add(diag, DIAG_ERROR, place, "a username, password, token or key has no control characters and is one line");
}

static bool
is_header_name(const char *name)
{
	size_t n = strspn(name, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return n > 0 && n <= 128 && name[n] == '\0';
}

static void
check_headers(const struct http_conf *c, const struct diag_place *place, struct diag *diag)
{
	static const char *const own[] = { "Content-Length", "Transfer-Encoding", "Content-Encoding", "Content-Type", "Host", "Connection", "Expect" };
	const struct http_header *h = c->headers.items;

	if (c->headers.n > CONF_HEADERS)
		diag_add(diag, DIAG_ERROR, place, "there are more than %d headers", CONF_HEADERS);
	for (size_t i = 0; i < c->headers.n; i++) {
		if (!h[i].name)
			continue;
		if (!is_header_name(h[i].name))
			diag_add(diag, DIAG_ERROR, place, "header %zu has a name that no header can have", i + 1);
		if (!h[i].value == !h[i].secret)
			diag_add(diag, DIAG_ERROR, place, "the header \"%s\" has a value or a secret, one of them", h[i].name);
		if (has_control(h[i].value) || has_control(h[i].secret))
			diag_add(diag, DIAG_ERROR, place, "the header \"%s\" has control characters in its value", h[i].name);
		for (size_t at = 0; at < sizeof(own) / sizeof(*own); at++)
			if (strcasecmp(own[at], h[i].name) == 0)
				diag_add(diag, DIAG_ERROR, place, "the header \"%s\" is netnorm's own", h[i].name);
	}
}

static bool
is_https(const char *url)
{
	return strncasecmp(url, "https:", 6) == 0;
}

static void
check_tls(struct http_conf *c, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	const struct yaml_node *tls = yaml_get(map, "tls");
	struct diag_place place;
	bool https = false;

	for (size_t i = 0; i < c->urls.n; i++)
		https = https || is_https(c->urls.items[i]);
	tls_check(&c->tls, doc, map, diag);
	if (yaml_get(tls, "enable") && c->tls.enable != https) {
		place = place_of(doc, tls, "enable");
		diag_add(diag, DIAG_ERROR, &place, https ? "tls is not enabled, but a URL has https" : "tls is enabled, but no URL has https");
	}
	if (c->tls.server_name) {
		place = place_of(doc, tls, "server_name");
		diag_add(diag, DIAG_ERROR, &place, "there is no server_name over HTTP: the server's certificate is for the host in its URL");
	}
}

int
http_conf_check(struct http_conf *c, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	size_t errors = diag_errors(diag);
	struct diag_place place = place_of(doc, map, "urls");

	check_urls(c, &place, diag);
	place = place_of(doc, map, "headers");
	check_headers(c, &place, diag);
	check_tls(c, doc, map, diag);
	place = yaml_place(doc, map);
	check_auth(c, &place, diag);
	return diag_errors(diag) > errors ? -1 : 0;
}

bool
http_conf_same(const struct http_conf *a, const struct http_conf *b)
{
	return tls_same(&a->tls, &b->tls);
}

/* ---- for curl ---- */

/* True if there was memory for it. */
static bool
append(struct curl_slist **list, const char *name, const char *value)
{
	struct curl_slist *longer;
	char *line;

	/* curl sends a header without a value only if a ';' stands in the place of the ':'. */
	if (asprintf(&line, *value ? "%s: %s" : "%s;", name, value) == -1)
		return false;
	longer = curl_slist_append(*list, line);
	explicit_bzero(line, strlen(line));
	free(line);
	if (longer)
		*list = longer;
	return longer != NULL;
}

static bool
append_auth(struct curl_slist **list, const char *scheme, const char *secret)
{
	char *value;
	bool done;

	if (!secret)
		return true;
	if (asprintf(&value, "%s %s", scheme, secret) == -1)
		return false;
	done = append(list, "Authorization", value);
	explicit_bzero(value, strlen(value));
	free(value);
	return done;
}

struct curl_slist *
http_conf_list(const struct http_conf *c, const char *content_type)
{
	const struct http_header *h = c->headers.items;
	/* No "Expect: 100-continue": it costs a round trip. */
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");
	bool good = list && append(&list, "Content-Type", content_type) && append_auth(&list, "Bearer", c->token) && append_auth(&list, "ApiKey", c->api_key);

	if (good && c->compression == HTTP_GZIP)
		good = append(&list, "Content-Encoding", "gzip");
	for (size_t i = 0; good && i < c->headers.n; i++)
		good = append(&list, h[i].name, h[i].secret ? h[i].secret : h[i].value);
	if (!good) {
		curl_slist_free_all(list);
		list = NULL;
	}
	return list;
}

static CURLcode
set_tls(CURL *easy, const struct http_conf *c)
{
	CURLcode bad = curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);

	bad |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, c->tls.verify ? 1L : 0L);
	bad |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, c->tls.verify ? 2L : 0L);
	if (c->tls.ca) {
		bad |= curl_easy_setopt(easy, CURLOPT_CAINFO, c->tls.ca);
		bad |= curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	}
	if (c->tls.certificate) {
		bad |= curl_easy_setopt(easy, CURLOPT_SSLCERT, c->tls.certificate);
		bad |= curl_easy_setopt(easy, CURLOPT_SSLKEY, c->tls.key);
	}
	if (c->tls.key_password)
		bad |= curl_easy_setopt(easy, CURLOPT_KEYPASSWD, c->tls.key_password);
	return bad;
}

CURL *
http_conf_handle(const struct http_conf *c, const char *method, struct curl_slist *list)
{
	CURL *easy = curl_easy_init();
	CURLcode bad;

	if (!easy)
		return NULL;
	bad = curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  /* an end does not wait for a look-up of a name */
	bad |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	bad |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	bad |= curl_easy_setopt(easy, CURLOPT_PROXY, "");
	bad |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	bad |= curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_USERAGENT, "netnorm/" NETNORM_VERSION);
	bad |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)c->connect_timeout_ms);
	bad |= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)c->timeout_ms);
	bad |= curl_easy_setopt(easy, CURLOPT_POST, 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
	bad |= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
	if (c->username) {
		bad |= curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		bad |= curl_easy_setopt(easy, CURLOPT_USERNAME, c->username);
		bad |= curl_easy_setopt(easy, CURLOPT_PASSWORD, c->password);
	}
	bad |= set_tls(easy, c);
	if (bad != CURLE_OK) {
		curl_easy_cleanup(easy);
		return NULL;
	}
	return easy;
}

char *
http_conf_url(const char *text, const char *tail)
{
	size_t n = strlen(text);
	char *url;

	if (*tail == '/')
		while (n > 0 && text[n - 1] == '/')
			n--;
	return asprintf(&url, "%.*s%s", (int)n, text, tail) == -1 ? NULL : url;
}

char *
http_conf_label(const char *text)
{
	CURLU *url = curl_url();
	char *scheme = NULL, *host = NULL, *port = NULL, *label = NULL;

	if (url && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK && curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK && curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK &&
	    asprintf(&label, "%s://%s:%s", scheme, host, port) == -1)
		label = NULL;
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	if (url)
		curl_url_cleanup(url);
	return label;
}
