/*
 * netconf_ask: asks a device over NETCONF, for scripts that bring one.
 *
 *   netconf_ask HOST PORT USER PASSWORD [--fallback COMMAND] [--timeout MS] [-o NAME=VALUE]... REQUEST...
 *
 * A line "session VERSION NUMBER", then for each request "answer BYTES", the answer and a line end, or "error NAME MESSAGE"; a line "warning TEXT" for each; at the end
 * "alive" or "dead".  The status is 0 if a session was made.  A request @FILE is what the file has; "!N" waits N milliseconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "drivers/transport/netconf.h"

#define MAX_OPTIONS 16

static struct device_option options[MAX_OPTIONS];
static struct device_target target = { .options = options };
static const char *fallback;

static void
add_option(char *text)
{
	char *equals = strchr(text, '=');

	if (!equals || target.n_options == MAX_OPTIONS)
		exit(2);
	*equals = '\0';
	options[target.n_options++] = (struct device_option){ text, equals + 1 };
}

/* The first argument that is no option. */
static int
read_options(int argc, char **argv)
{
	int i = 5;

	if (argc < 6)
		exit(2);
	target.host = argv[1];
	target.port = atoi(argv[2]);
	target.user = argv[3];
	target.password = argv[4];
	for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
		if (strcmp(argv[i], "--fallback") == 0)
			fallback = argv[i + 1];
		else if (strcmp(argv[i], "--timeout") == 0)
			target.timeout_ms = atoi(argv[i + 1]);
		else
			add_option(argv[i + 1]);
	}
	return i;
}

static void
tell(struct device *d)
{
	if (d->error != DEVICE_OK)
		printf("error %s %s\n", device_error_name(d->error), d->message);
	for (size_t i = 0; i < d->n_warnings && i < DEVICE_MAX_WARNINGS; i++)
		printf("warning %s\n", d->warnings[i]);
	fflush(stdout);
	device_begin(d);
}

static void
read_file(struct buffer *b, const char *path)
{
	char piece[65536];
	size_t n;
	FILE *f = fopen(path, "rb");

	if (!f)
		exit(2);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buffer_put(b, span_of(piece, n));
	fclose(f);
}

static void
ask(struct device *d, const char *request, struct buffer *answer)
{
	struct buffer file;

	if (request[0] == '!') {
		usleep((unsigned)atoi(request + 1) * 1000U);
		return;
	}
	buffer_init(&file, DEVICE_MAX_ANSWER);
	if (request[0] == '@')
		read_file(&file, request + 1);
	else
		buffer_puts(&file, request);
	if (transport_ask(d, buffer_span(&file), answer) == 0)
		printf("answer %zu\n%s\n", answer->n, buffer_span(answer).p);
	tell(d);
	buffer_fini(&file);
}

int
main(int argc, char **argv)
{
	int first = read_options(argc, argv), rc;
	struct device d;
	struct buffer answer;

	device_init(&d, &target);
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	rc = netconf_open(&d, NETCONF_PORT, fallback);
	if (rc == 0)
		printf("session %s %u\n", netconf_version(&d), netconf_session(&d));
	tell(&d);
	for (int i = first; rc == 0 && i < argc; i++)
		ask(&d, argv[i], &answer);
	printf("%s\n", transport_alive(&d) ? "alive" : "dead");
	transport_close(&d);
	buffer_fini(&answer);
	device_fini(&d);
	return rc == 0 ? 0 : 1;
}
