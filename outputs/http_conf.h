/*
 * http_conf: the options of outputs that speak HTTP: where to, as whom, over what TLS, in what portions; and a curl handle set up by them.
 */
#ifndef NETNORM_OUTPUTS_HTTP_CONF_H
#define NETNORM_OUTPUTS_HTTP_CONF_H

#include <curl/curl.h>

#include "outputs/output.h"
#include "outputs/tls.h"

#define HTTP_MOST_URLS 64
#define HTTP_MOST_PARALLEL 64
#define HTTP_MOST_EVENTS 10000          /* in a batch */

enum http_compression { HTTP_PLAIN, HTTP_GZIP };

struct http_header {
	char *name;
	char *value;                    /* one of these two */
	char *secret;
};

struct http_conf {
	struct schema_texts urls;
	char *username, *password;      /* basic */
	char *token;                    /* bearer */
	char *api_key;                  /* "ApiKey", where the kind has the option */
	struct schema_list headers;     /* of struct http_header */
	int compression;
	bool balance;
	int64_t parallel;
	int64_t connect_timeout_ms, timeout_ms;
	struct {
		int64_t events, bytes, linger_ms;
	} batch;
	struct tls_config tls;
};

extern const struct schema_option http_conf_headers[], http_conf_batch[];
extern const char *const http_conf_compressions[];

/* The rows of a kind's table whose struct has a struct http_conf `http`. */
#define HTTP_CONF_OPTIONS(kind)                                                                                                         \
	{ .key = "username", .type = SCHEMA_TEXT, .offset = offsetof(kind, http.username),                                              \
	    .help = "With password: basic authentication." },                                                                           \
	{ .key = "password", .type = SCHEMA_SECRET, .offset = offsetof(kind, http.password), .help = "{file: PATH} or {env: NAME}." },  \
	{ .key = "token", .type = SCHEMA_SECRET, .offset = offsetof(kind, http.token),                                                  \
	    .help = "A bearer token (RFC 6750): {file: PATH} or {env: NAME}." },                                                        \
	{ .key = "headers", .type = SCHEMA_LIST, .offset = offsetof(kind, http.headers), .table = http_conf_headers,                    \
	    .item_bytes = sizeof(struct http_header), .help = "Further headers of each request, such as {name: X-Source, value: edge}." }, \
	{ .key = "compression", .type = SCHEMA_ENUM, .offset = offsetof(kind, http.compression), .fallback = "none",                    \
	    .names = http_conf_compressions, .help = "Of the bodies of requests: none or gzip." },                                      \
	{ .key = "batch", .type = SCHEMA_MAP, .offset = offsetof(kind, http.batch), .table = http_conf_batch,                           \
	    .help = "How much goes out in one request." },                                                                              \
	{ .key = "parallel", .type = SCHEMA_INT, .offset = offsetof(kind, http.parallel), .fallback = "1", .min = 1,                    \
	    .max = HTTP_MOST_PARALLEL,                                                                                                  \
	    .help = "How many requests may be under way at the same time. Each device has its place in one of so many rows, so that its " \
	            "events keep their order." },                                                                                       \
	{ .key = "balance", .type = SCHEMA_BOOL, .offset = offsetof(kind, http.balance), .fallback = "false",                           \
	    .help = "Whether each request goes to the next of several URLs. Otherwise the next one is taken only when one fails." },    \
	{ .key = "connect_timeout", .type = SCHEMA_DURATION, .offset = offsetof(kind, http.connect_timeout_ms), .fallback = "10s",      \
	    .min = 1, .max = 3600000, .help = "For the connection, with the look-up of its name and TLS." },                            \
	{ .key = "timeout", .type = SCHEMA_DURATION, .offset = offsetof(kind, http.timeout_ms), .fallback = "60s", .min = 1,            \
	    .max = 3600000, .help = "For a whole request with its answer." },                                                           \
	{ .key = "tls", .type = SCHEMA_MAP, .offset = offsetof(kind, http.tls), .table = tls_options,                           \
	    .help = "TLS, of which the URLs say whether it is used: enable is true where one has https. There is no server_name here: the server's " \
	            "certificate is for the host in its URL." }

/* Faults go to the diag; 0 or -1.  Paths become whole, the files of `tls` are read: the configuration is the caller's own to change. */
int http_conf_check(struct http_conf *, const struct yaml_doc *, const struct yaml_node *map, struct diag *);
/* The same certificates and keys in the files? */
bool http_conf_same(const struct http_conf *, const struct http_conf *);
/* Headers of all requests, the caller's to free; NULL without memory. */
struct curl_slist *http_conf_list(const struct http_conf *, const char *content_type);
/* A handle for POST or `method` with all that does not change from one request to the next, `list` too, which must outlive it. NULL without memory. */
CURL *http_conf_handle(const struct http_conf *, const char *method, struct curl_slist *list);
/* `text` with `tail` behind it, malloc'd: an URL; one '/' between the two. */
char *http_conf_url(const char *text, const char *tail);
/* What may be told of a URL: scheme, host and port, malloc'd. */
char *http_conf_label(const char *url);

#endif
