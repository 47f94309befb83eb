#include "outputs/record_stored.h"

#include <errno.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* Number and length of a format that is there. */
struct stored_line {
	uint32_t format, bytes;
};

static unsigned
count_formats(const struct record *r)
{
	return (unsigned)__builtin_popcount(r->formats);
}

static size_t
text_bytes(const struct record *r)
{
	return r->id.n + r->device.n + r->os.n + r->error.n + r->host.n;
}

size_t
record_stored_bytes(const struct record *r)
{
	size_t n = sizeof(struct record_stored) + count_formats(r) * sizeof(struct stored_line) + text_bytes(r);

	for (unsigned f = 0; f < FORMAT_COUNT; f++)
		if (r->formats >> f & 1)
			n += r->rendered[f].n + 1;
	return n;
}

static uint32_t
check_of_record(struct record_stored head, const char *rest, size_t n)
{
	uint64_t h;

	head.check = 0;
	h = XXH3_64bits(rest, n) ^ XXH3_64bits(&head, sizeof(head));
	return (uint32_t)(h ^ h >> 32);
}

static char *
put(char *out, const void *bytes, size_t n)
{
	if (n > 0)
		memcpy(out, bytes, n);
	return out + n;
}

void
record_store(const struct record *r, char *out)
{
	char *start = out;
	struct record_stored head = { .version = RECORD_STORED_VERSION, .level = r->level, .outcome = r->outcome, .formats = (uint8_t)count_formats(r),
		.device = (uint32_t)r->device.n, .os = (uint32_t)r->os.n, .error = (uint32_t)r->error.n,
		.host = r->host.p ? (uint32_t)r->host.n : RECORD_NO_HOST, .received_ns = r->received_ns, .time_ns = r->time_ns, .takers = r->takers };

	out += sizeof(head);
	for (unsigned f = 0; f < FORMAT_COUNT; f++) {
		struct stored_line line = { f, (uint32_t)r->rendered[f].n };

		if (r->formats >> f & 1)
			out = put(out, &line, sizeof(line));
	}
	for (unsigned f = 0; f < FORMAT_COUNT; f++)
		if (r->formats >> f & 1)
			out = put(out, r->rendered[f].p, r->rendered[f].n + 1);
	out = put(out, r->id.p, r->id.n);
	out = put(out, r->device.p, r->device.n);
	out = put(out, r->os.p, r->os.n);
	out = put(out, r->error.p, r->error.n);
	out = put(out, r->host.p, r->host.n);
	head.check = check_of_record(head, start + sizeof(head), (size_t)(out - start) - sizeof(head));
	put(start, &head, sizeof(head));
}

uint64_t
record_stored_takers(struct span stored)
{
	struct record_stored head;

	if (stored.n < sizeof(head))
		return UINT64_MAX;
	memcpy(&head, stored.p, sizeof(head));
	return head.version == RECORD_STORED_VERSION ? head.takers : UINT64_MAX;
}

size_t
record_stored_memory(struct span stored)
{
	struct record_stored head;
	size_t table;

	if (stored.n < sizeof(head))
		return sizeof(struct record);
	memcpy(&head, stored.p, sizeof(head));
	table = sizeof(head) + head.formats * sizeof(struct stored_line);
	return sizeof(struct record) + (stored.n > table ? stored.n - table : 0);
}

/* The lines' lengths by format; how many bytes they take with their newlines, or SIZE_MAX if that is no table of lines. */
static size_t
read_lines(struct span *rest, unsigned n, size_t lengths[FORMAT_COUNT], uint16_t *formats)
{
	size_t total = 0;

	for (unsigned i = 0; i < n; i++) {
		struct stored_line line;

		if (rest->n < sizeof(line))
			return SIZE_MAX;
		memcpy(&line, rest->p, sizeof(line));
		*rest = span_skip(*rest, sizeof(line));
		if (line.format >= FORMAT_COUNT || *formats >> line.format & 1)
			return SIZE_MAX;
		*formats |= (uint16_t)(1u << line.format);
		lengths[line.format] = line.bytes;
		total += (size_t)line.bytes + 1;
	}
	return total;
}

static char *
take(struct span *to, char *at, size_t n)
{
	*to = span_of(at, n);
	return at + n;
}

struct record *
record_restore(struct span stored)
{
	size_t lengths[FORMAT_COUNT] = { 0 }, lines, wanted;
	struct span rest = stored;
	struct record_stored head;
	uint16_t formats = 0;
	struct record *r;
	char *at;

	errno = EINVAL;
	if (stored.n < sizeof(head) || stored.n > UINT32_MAX - sizeof(*r))
		return NULL;
	memcpy(&head, stored.p, sizeof(head));
	rest = span_skip(rest, sizeof(head));
	if (head.version != RECORD_STORED_VERSION || head.outcome > NEVENT_UNKNOWN || head.check != check_of_record(head, rest.p, rest.n))
		return NULL;
	lines = read_lines(&rest, head.formats, lengths, &formats);
	wanted = (size_t)NEVENT_ID_LEN + head.device + head.os + head.error + (head.host == RECORD_NO_HOST ? 0 : head.host);
	if (lines == SIZE_MAX || rest.n != lines + wanted)
		return NULL;
	r = record_new(sizeof(*r) + rest.n);
	if (!r)
		return NULL;
	r->level = head.level & 7;
	r->outcome = head.outcome;
	r->formats = formats;
	r->received_ns = head.received_ns;
	r->time_ns = head.time_ns;
	r->takers = head.takers;
	at = (char *)(r + 1);
	memcpy(at, rest.p, rest.n);
	for (unsigned f = 0; f < FORMAT_COUNT; f++) {
		if (!(formats >> f & 1))
			continue;
		at = take(&r->rendered[f], at, lengths[f]);
		*at++ = '\n';
	}
	at = take(&r->id, at, NEVENT_ID_LEN);
	at = take(&r->device, at, head.device);
	at = take(&r->os, at, head.os);
	at = take(&r->error, at, head.error);
	if (head.host != RECORD_NO_HOST)
		take(&r->host, at, head.host);
	return r;
}
