/*
 * dead_letter: writing and reading the lines of the file.  A line that could not be written whole is cut off again.
 */
#include "outputs/dead_letter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/json.h"
#include "outputs/folder.h"

#define DEAD_JSON_BYTES 8192
#define DEAD_JSON_LIMIT ((size_t)128 << 20)
#define DEAD_MAX_LEVEL 7

/* Lines, side by side in the file. */
struct part {
	off_t at;
	size_t bytes;
};

struct dead_letter {
	int fd;
	char *path;
	struct json json;
	struct {                        /* what is not known to be on the disk: the parts, and their text */
		struct part *parts;
		char *text;
		size_t n, room, bytes, room_bytes;
	} unsynced;
	bool failed;                    /* the last sync */
	bool named;                     /* the file's name is on the disk */
};

/* ---- writing ---- */

/* A line that a crash left by half is ended, so that the next one stands alone. */
static int
open_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0640);
	struct stat st;
	char last;

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	if (st.st_size > 0 && pread(fd, &last, 1, st.st_size - 1) == 1 && last != '\n' && write(fd, "\n", 1) != 1) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

struct dead_letter *
dead_letter_open(const char *path)
{
	struct dead_letter *d = calloc(1, sizeof(*d));
	int error;

	if (!d)
		return NULL;
	d->path = strdup(path);
	d->fd = d->path && json_init(&d->json, DEAD_JSON_BYTES, DEAD_JSON_LIMIT) == 0 ? open_file(path) : -1;
	if (d->fd != -1)
		return d;
	error = errno;
	dead_letter_close(&d);
	errno = error;
	return NULL;
}

void
dead_letter_close(struct dead_letter **dp)
{
	struct dead_letter *d = *dp;

	*dp = NULL;
	if (!d)
		return;
	if (d->fd != -1)
		close(d->fd);
	json_fini(&d->json);
	free(d->unsynced.parts);
	free(d->unsynced.text);
	free(d->path);
	free(d);
}

int
dead_letter_reopen(struct dead_letter *d)
{
	int fd = dead_letter_sync(d) == 0 ? open_file(d->path) : -1;

	if (fd == -1)
		return -1;
	close(d->fd);
	d->fd = fd;
	d->named = false;
	return 0;
}

static void
put_text(struct json *j, const char *key, struct span text)
{
	json_key(j, span_str(key));
	json_quoted(j, text);
}

static void
put_time(struct json *j, const char *key, int64_t ns)
{
	char text[CLOCK_RFC3339_LEN];

	clock_rfc3339(ns, text);
	put_text(j, key, span_of(text, sizeof(text)));
}

static void
write_line(struct json *j, const struct record *r, enum format_id format, const char *output, const char *reason)
{
	struct span line = r->rendered[format];

	json_reset(j);
	json_object_begin(j);
	put_time(j, "time", clock_now_ns());
	put_text(j, "output", span_str(output));
	put_text(j, "reason", span_str(reason));
	put_text(j, "id", r->id);
	put_text(j, "device", r->device);
	put_text(j, "os", r->os);
	put_text(j, "error", r->error);
	if (r->host.p)
		put_text(j, "host", r->host);
	json_key(j, SPAN_LIT("severity"));
	json_uint(j, r->level);
	put_text(j, "outcome", nevent_outcome_name((enum nevent_outcome)r->outcome));
	put_time(j, "received", r->received_ns);
	put_time(j, "event_time", r->time_ns);
	put_text(j, "format", span_str(format_table[format].name));
	put_text(j, "shape", format == FORMAT_NATIVE_NAPALM ? SPAN_LIT("napalm") : SPAN_LIT("openconfig"));
	if (utf8_classify(line) == UTF8_INVALID) {
		json_key(j, SPAN_LIT("event_base64"));
		json_base64(j, line);
	} else {
		put_text(j, "event", line);
	}
	json_object_end(j);
	json_raw(j, SPAN_LIT("\n"), false);
}

static int
make_room(struct dead_letter *d)
{
	size_t bytes = d->unsynced.bytes + d->json.n;
	struct part *parts;
	char *line;

	if (d->unsynced.n == d->unsynced.room) {
		parts = realloc(d->unsynced.parts, (2 * d->unsynced.room + 8) * sizeof(*parts));
		if (!parts)
			return -1;
		d->unsynced.parts = parts;
		d->unsynced.room = 2 * d->unsynced.room + 8;
	}
	if (bytes > d->unsynced.room_bytes) {
		line = realloc(d->unsynced.text, 2 * bytes);
		if (!line)
			return -1;
		d->unsynced.text = line;
		d->unsynced.room_bytes = 2 * bytes;
	}
	return 0;
}

/* The line that was written last.  The descriptor stands behind it, also where others write behind that. */
static void
remember(struct dead_letter *d)
{
	struct part *last = d->unsynced.n > 0 ? &d->unsynced.parts[d->unsynced.n - 1] : NULL;
	off_t at = lseek(d->fd, 0, SEEK_CUR) - (off_t)d->json.n;

	memcpy(d->unsynced.text + d->unsynced.bytes, d->json.p, d->json.n);
	d->unsynced.bytes += d->json.n;
	if (last && last->at + (off_t)last->bytes == at)
		last->bytes += d->json.n;
	else
		d->unsynced.parts[d->unsynced.n++] = (struct part){ at, d->json.n };
}

int
dead_letter_write(struct dead_letter *d, const struct record *r, enum format_id format, const char *output, const char *reason)
{
	ssize_t n;

	write_line(&d->json, r, format, output, reason);
	if (!json_ok(&d->json) || make_room(d) == -1) {
		errno = ENOMEM;
		return -1;
	}
	do
		n = write(d->fd, d->json.p, d->json.n);
	while (n == -1 && errno == EINTR);
	if (n == (ssize_t)d->json.n) {
		remember(d);
		return 0;
	}
	if (n > 0) {
		struct stat st;

		if (fstat(d->fd, &st) == 0 && ftruncate(d->fd, st.st_size - n) == -1)
			n = write(d->fd, "\n", 1);      /* then at least the next one stands alone */
		errno = ENOSPC;
	}
	return -1;
}

static int
put_again(int fd, const char *line, struct part part)
{
	while (part.bytes > 0) {
		ssize_t n = pwrite(fd, line, part.bytes, part.at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		line += n;
		part.at += n;
		part.bytes -= (size_t)n;
	}
	return 0;
}

/* To where they stand: with O_APPEND pwrite() would put them at the end. */
static int
write_again(struct dead_letter *d)
{
	const char *line = d->unsynced.text;
	int flags = fcntl(d->fd, F_GETFL), result = 0, error;

	if (flags == -1 || fcntl(d->fd, F_SETFL, flags & ~O_APPEND) == -1)
		return -1;
	for (size_t i = 0; i < d->unsynced.n && result == 0; i++) {
		result = put_again(d->fd, line, d->unsynced.parts[i]);
		line += d->unsynced.parts[i].bytes;
	}
	error = errno;
	if (fcntl(d->fd, F_SETFL, flags) == -1)
		return -1;
	errno = error;
	return result;
}

int
dead_letter_sync(struct dead_letter *d)
{
	if (d->failed && write_again(d) == -1)
		return -1;
	d->failed = fdatasync(d->fd) == -1 && errno != EINVAL;
	if (d->failed || (!d->named && folder_sync(d->path) == -1))
		return -1;
	d->named = true;
	d->unsynced.n = d->unsynced.bytes = 0;
	return 0;
}

/* ---- reading ---- */

static char *
text_of(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_string(v) ? strndup(json_string_value(v), json_string_length(v)) : NULL;
}

static int
base64_digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* `out` has room for three bytes of each four. -1: it is not base64. */
static ssize_t
unbase64(struct span in, char *out)
{
	uint32_t bits = 0;
	size_t n = 0, held = 0;

	while (in.n > 0 && in.p[in.n - 1] == '=')
		in.n--;
	for (size_t i = 0; i < in.n; i++) {
		int digit = base64_digit(in.p[i]);

		if (digit == -1)
			return -1;
		bits = bits << 6 | (uint32_t)digit;
		held += 6;
		if (held >= 8) {
			held -= 8;
			out[n++] = (char)(bits >> held & 0xff);
		}
	}
	return (ssize_t)n;
}

/* With a newline behind it, as records have their lines. */
static char *
event_of(const json_t *object, size_t *bytes)
{
	const json_t *plain = json_object_get(object, "event"), *coded = json_object_get(object, "event_base64");
	const json_t *v = plain ? plain : coded;
	size_t n = json_is_string(v) ? json_string_length(v) : 0;
	char *event = json_is_string(v) ? malloc(n + 1) : NULL;
	ssize_t made = (ssize_t)n;

	if (!event)
		return NULL;
	if (plain)
		memcpy(event, json_string_value(v), n);
	else
		made = unbase64(span_of(json_string_value(v), n), event);
	if (made == -1) {
		free(event);
		return NULL;
	}
	event[made] = '\n';
	*bytes = (size_t)made;
	return event;
}

static int
format_of(const json_t *object, enum format_id *format)
{
	const char *name = json_string_value(json_object_get(object, "format")), *shape = json_string_value(json_object_get(object, "shape"));

	for (int f = 0; name && f < FORMAT_COUNT; f++) {
		if (strcmp(format_table[f].name, name) == 0) {
			*format = (enum format_id)f;
			if (f == FORMAT_NATIVE && shape && strcmp(shape, "napalm") == 0)
				*format = FORMAT_NATIVE_NAPALM;
			return 0;
		}
	}
	return -1;
}

static enum nevent_outcome
outcome_of(const json_t *object)
{
	const char *name = json_string_value(json_object_get(object, "outcome"));

	for (int o = 0; name && o <= NEVENT_UNKNOWN; o++)
		if (span_eq(nevent_outcome_name((enum nevent_outcome)o), span_str(name)))
			return (enum nevent_outcome)o;
	return NEVENT_EVENT;
}

/* `otherwise` where there is none that can be read. */
static int64_t
time_of(const json_t *object, const char *key, int64_t otherwise)
{
	const char *time = json_string_value(json_object_get(object, key));
	int64_t ns;

	return time && clock_parse(span_str(time), &ns) == 0 ? ns : otherwise;
}

static const char *
take_object(const json_t *object, struct dead_letter_text *t)
{
	const json_t *severity = json_object_get(object, "severity");

	t->time = text_of(object, "time");
	t->output = text_of(object, "output");
	t->reason = text_of(object, "reason");
	t->id = text_of(object, "id");
	t->device = text_of(object, "device");
	t->os = text_of(object, "os");
	t->error = text_of(object, "error");
	t->host = text_of(object, "host");
	t->severity = json_is_integer(severity) && json_integer_value(severity) >= 0 && json_integer_value(severity) <= DEAD_MAX_LEVEL ? (int)json_integer_value(severity) : 6;
	t->outcome = outcome_of(object);
	t->received_ns = time_of(object, "received", clock_now_ns());
	t->event_ns = time_of(object, "event_time", t->received_ns);
	t->event = event_of(object, &t->event_bytes);
	if (!t->id || strlen(t->id) != NEVENT_ID_LEN)
		return "it has no \"id\" of 32 characters";
	if (!t->device || !t->os || !t->error)
		return "\"device\", \"os\" or \"error\" is missing";
	if (!t->event)
		return "there is neither an \"event\" nor an \"event_base64\" that can be read";
	return format_of(object, &t->format) == -1 ? "its \"format\" is none of this netnorm's" : NULL;
}

int
dead_letter_parse(struct span line, struct dead_letter_text *t, const char **why)
{
	json_t *object = json_loadb(line.p ? line.p : "", line.n, JSON_ALLOW_NUL, NULL);

	memset(t, 0, sizeof(*t));
	*why = json_is_object(object) ? take_object(object, t) : "it is no JSON object";
	json_decref(object);
	if (!*why)
		return 0;
	dead_letter_text_fini(t);
	return -1;
}

void
dead_letter_text_fini(struct dead_letter_text *t)
{
	free(t->time);
	free(t->output);
	free(t->reason);
	free(t->id);
	free(t->device);
	free(t->os);
	free(t->error);
	free(t->host);
	free(t->event);
	memset(t, 0, sizeof(*t));
}

static char *
keep(struct span *to, const char *text, char *at)
{
	size_t n = strlen(text);

	memcpy(at, text, n);
	*to = span_of(at, n);
	return at + n;
}

struct record *
dead_letter_record(const struct dead_letter_text *t)
{
	size_t bytes = sizeof(struct record) + t->event_bytes + 1 + strlen(t->id) + strlen(t->device) + strlen(t->os) + strlen(t->error) + (t->host ? strlen(t->host) : 0);
	struct record *r = bytes <= UINT32_MAX ? record_new(bytes) : NULL;
	char *at;

	if (!r) {
		errno = ENOMEM;
		return NULL;
	}
	at = (char *)(r + 1);
	r->level = (uint8_t)t->severity;
	r->outcome = (uint8_t)t->outcome;
	r->formats = (uint16_t)(1u << t->format);
	r->received_ns = t->received_ns;
	r->time_ns = t->event_ns;
	memcpy(at, t->event, t->event_bytes + 1);
	r->rendered[t->format] = span_of(at, t->event_bytes);
	at = keep(&r->id, t->id, at + t->event_bytes + 1);
	at = keep(&r->device, t->device, at);
	at = keep(&r->os, t->os, at);
	at = keep(&r->error, t->error, at);
	if (t->host)
		keep(&r->host, t->host, at);
	return r;
}
