/*
 * The path of a message.  Everything here borrows: from the input's buffer, from the arena, from the snapshot; nothing waits.
 * What leaves is a record, made by the one copy in record_seal().
 */
#include "collector/pipeline.h"

#include <endian.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/log.h"
#include "collector/poller.h"
#include "collector/repeat.h"

#define PIPELINE_ARENA_BYTES ((size_t)64 << 10)
#define PIPELINE_ARENA_LIMIT ((size_t)16 << 20)
#define PIPELINE_JSON_BYTES ((size_t)64 << 10)
#define PIPELINE_JSON_LIMIT ((size_t)32 << 20)

int
pipeline_init(struct pipeline *p, unsigned worker)
{
	memset(p, 0, sizeof(*p));
	p->worker = worker;
	p->scratch = profile_scratch_new();
	if (p->scratch)
		profile_scratch_wary(p->scratch);
	p->repeats = repeat_new();
	if (!p->scratch || !p->repeats || arena_init(&p->arena, PIPELINE_ARENA_BYTES, PIPELINE_ARENA_LIMIT) == -1 ||
	    json_init(&p->json, PIPELINE_JSON_BYTES, PIPELINE_JSON_LIMIT) == -1) {
		pipeline_fini(p);
		return -1;
	}
	/* Without randomness the time and the serial still tell messages of one process apart. */
	if (getrandom(&p->nonce, sizeof(p->nonce), GRND_NONBLOCK) != sizeof(p->nonce))
		p->nonce = (uint32_t)clock_monotonic_ns();
	return 0;
}

void
pipeline_fini(struct pipeline *p)
{
	profile_scratch_free(&p->scratch);
	repeat_free(&p->repeats);
	views_free(&p->views);
	arena_fini(&p->arena);
	json_fini(&p->json);
}

/* Lower-case hex digits of the low 4 * n bits, n a multiple of 8: each nibble goes into a byte of its own, eight at once. */
static void
put_hex(char *out, uint64_t v, int n)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);

	for (int i = n - 8; i >= 0; i -= 8, v >>= 32) {
		uint64_t x = v & UINT64_C(0xffffffff);
		uint64_t letters;

		x = (x | x << 16) & UINT64_C(0x0000ffff0000ffff);
		x = (x | x << 8) & UINT64_C(0x00ff00ff00ff00ff);
		x = (x | x << 4) & UINT64_C(0x0f0f0f0f0f0f0f0f);
		letters = (x + ones * 6) >> 4 & ones;           /* 1 where the digit is a..f */
		x += ones * '0' + letters * ('a' - '0' - 10);
		x = htobe64(x);         /* the highest nibble first */
		memcpy(out + i, &x, sizeof(x));
	}
}

static uint32_t
line_hash(struct span line)
{
	uint64_t h = line.n, word;
	size_t i = 0;

	for (; i + sizeof(word) <= line.n; i += sizeof(word)) {
		memcpy(&word, line.p + i, sizeof(word));
		h = (h ^ word) * UINT64_C(0x9fb21c651e98df25);
		h ^= h >> 35;
	}
	for (; i < line.n; i++)
		h = (h ^ (unsigned char)line.p[i]) * UINT64_C(0x100000001b3);
	return (uint32_t)(h ^ h >> 32);
}

/*
 * 16 hex digits of the receive time (ids sort by it), 6 of the process (of the line, where the clock is fixed: then ids can be repeated),
 * 2 of the worker, 8 of its serial.
 */
static void
make_id(struct pipeline *p, struct span line, int64_t received_ns, struct nevent *ev)
{
	uint32_t nonce = p->nonce;

	if (clock_is_fixed())
		nonce = line_hash(line);
	put_hex(ev->id, (uint64_t)received_ns, 16);
	put_hex(ev->id + 16, nonce << 8 | (p->worker & 0xff), 8);
	put_hex(ev->id + 24, p->serial++, 8);
}

/* Who it is about: the sender's entry of the inventory, or, where that trusts the header, the one of the header's host. */
static const struct inventory_device *
find_device(const struct pipeline *p, const struct message *m, const struct header *h, struct nevent *ev)
{
	const struct inventory *inv = p->snapshot->inventory;
	const struct inventory_device *sender = inventory_by_address(inv, m->source->has_address ? &m->source->address : NULL);
	const struct inventory_device *named = sender->trust_host && h->host.n ? inventory_by_host(inv, h->host) : NULL;

	ev->ip = m->source->ip;
	if (named) {
		ev->device = named->name;
		return named;
	}
	if (sender->name.n && !sender->trust_host)
		ev->device = sender->name;
	else if (sender->trust_host && h->host.n)
		ev->device = h->host;
	else if (sender->name.n)
		ev->device = sender->name;
	else
		ev->device = ev->ip.n ? ev->ip : h->host.n ? h->host : SPAN_LIT("unknown");
	return sender;
}

/* What belongs to this very line, also where it repeats another: times, raw, how often. */
static void
take_line(const struct header *h, const struct message *m, const struct stamp_setting *setting, struct nevent *ev)
{
	struct stamp_result when = stamp_resolve(&h->stamp, setting, m->received_ns);

	ev->time_ns = when.time_ns;
	ev->guessed = when.guessed;
	ev->received_ns = m->received_ns;
	ev->clock = when.beyond ? NEVENT_CLOCK_RECEIVED : h->clock;
	ev->has_repeat = h->repeat != HEADER_NO_REPEAT;
	ev->repeat = h->repeat_count;
	ev->truncated = m->truncated;
	ev->raw = m->line;
	ev->raw_class = utf8_classify(m->line);
}

/* What the event says: of a line that repeats another, the other's. */
static void
take_header(const struct header *h, struct nevent *ev)
{
	ev->has_counter = h->has_counter;
	ev->counter = h->counter;
	ev->has_seq = h->has_seq;
	ev->seq = h->seq;
	ev->facility = h->facility;
	ev->severity = h->severity;
	ev->vendor_severity = h->vendor_severity;
	ev->host = h->host.n ? h->host : SPAN_NONE;
}

/*
 * "last message repeated N times" says again what the line before it said: *h becomes that line's header.
 * False if there is no such line.
 */
static bool
recall_repeated(struct pipeline *p, const struct message *m, struct header *h, struct span *line)
{
	struct span before = repeat_recall(p->repeats, m->source->flow, h->host, m->received_ns);

	if (!before.p)
		return false;
	header_parse(before, h);
	*line = before;
	return true;
}

/* The object of the models. What a leaf of them refuses is counted, and told once with the line. */
static void
fill_strict(struct pipeline *p, const struct profile_match *match, const struct header *h, struct nevent *ev)
{
	struct span value, path;
	char line[256];

	profile_strict_told(p->snapshot->profiles, match, h, &p->arena, ev, p->story);
	if (ev->nrefused == 0)
		return;
	p->counters.refused += ev->nrefused;
	if (profile_refused(ev, &value, &path))
		log_warning("%.*s: the models do not take %.*s in %.*s, it is left out (told once): %s", (int)ev->error.n, ev->error.p, (int)value.n, value.p,
		    (int)path.n, path.p, log_quote(line, sizeof(line), ev->raw));
}

/* Each pattern is told once, with the first line that it was too slow for. */
static void
tell_limits(struct pipeline *p, const struct profile_match *match, const struct message *m)
{
	struct diag_place place;
	char line[256];

	p->counters.limits_hit += match->limits_hit;
	if (profile_slow(match, &place))
		log_warning("%s:%d: this pattern ran into the match limit (told once): %s", place.file, place.line, log_quote(line, sizeof(line), m->line));
}

/* Identify the OS, match its messages, map what was found into the event. */
static void
recognise(struct pipeline *p, const struct message *m, struct header *h, struct span pinned, struct nevent *ev)
{
	const struct profile_set *set = p->snapshot->profiles;
	const struct profile_os *os = pinned.n ? profile_os_named(set, pinned) : NULL;
	struct span line = m->line;
	struct profile_match match;
	bool repeats = h->repeat == HEADER_REPEAT_LAST;
	bool orphan = repeats && !recall_repeated(p, m, h, &line);
	enum utf8_class line_class = repeats ? utf8_classify(line) : ev->raw_class;

	take_header(h, ev);
	if (os || orphan)
		profile_match(set, p->scratch, h, line_class, &os, os ? 1 : 0, &match);
	else
		profile_recognise(set, p->scratch, h, line, line_class, &match);
	if (match.limits_hit)
		tell_limits(p, &match, m);
	p->os = match.os;
	profile_map(&match, h, &p->device->time, &p->arena, ev);
	if (orphan) {
		ev->outcome = NEVENT_RAW;
		ev->reason = NEVENT_REPEAT;
		ev->error = SPAN_LIT("RAW");
	} else if (!repeats) {
		repeat_remember(p->repeats, m->source->flow, h->host, m->line, m->received_ns);
	}
	if (p->snapshot->wants_strict)
		fill_strict(p, &match, h, ev);
}

void
pipeline_understand(struct pipeline *p, const struct message *m, struct nevent *ev)
{
	struct header header;

	arena_reset(&p->arena);
	memset(ev, 0, offsetof(struct nevent, details));
	ev->ndetails = ev->nvalues = 0;
	make_id(p, m->line, m->received_ns, ev);

	header_parse(m->line, &header);
	p->device = find_device(p, m, &header, ev);
	take_line(&header, m, &p->device->time, ev);
	recognise(p, m, &header, p->pinned_os.n ? p->pinned_os : p->device->os, ev);
	if (m->line.n == 0)
		ev->reason = NEVENT_EMPTY;
}

/* What is known of its device and object, from the cache: nothing is asked here. */
static void
enrich(struct pipeline *p, const struct message *m, struct nevent *ev)
{
	const struct view *view;

	if (!p->views || !p->device->access || ev->outcome != NEVENT_EVENT)
		return;
	view = views_find(p->views, p->device->name);
	if (view)
		view_enrich(view, m->received_ns, ev);
}

static void
count_outcome(struct pipeline *p, bool truncated, const struct nevent *ev)
{
	struct counters *c = &p->counters;
	size_t i = p->os ? p->snapshot->os_slot[profile_os_index(p->os)] : PROFILE_MAX_OS;

	if (ev->outcome == NEVENT_UNKNOWN)
		c->unknown++;
	else if (ev->outcome == NEVENT_EVENT && p->os)
		c->events[i]++;
	else
		c->raw[i]++;
	c->reasons[ev->reason]++;
	c->truncated += truncated;
	c->repeats += ev->has_repeat;
}

/* The routes of the mask as the spool knows them. */
static uint64_t
spool_takers(const struct snapshot *s, uint64_t routes)
{
	uint64_t bits = 0;

	for (; routes; routes &= routes - 1)
		bits |= output_spool_bit(s->routes[__builtin_ctzll(routes)].output);
	return bits;
}

/* Offer the event to every route, or to the spool for those that take it; false if it could not be sealed (then no output has seen it). */
static bool
route(struct pipeline *p, struct receipt *receipt, const struct nevent *ev)
{
	const struct snapshot *s = p->snapshot;
	struct record *record = NULL;
	uint64_t takers = 0;
	unsigned formats = 0;
	bool taken;

	for (size_t i = 0; i < s->nroutes; i++) {
		if ((ev->raw.p || !format_table[s->routes[i].format].of_line) && filter_takes(s->routes[i].filter, ev)) {
			takers |= UINT64_C(1) << i;
			formats |= 1u << s->routes[i].format;
		}
	}
	if (takers && !(record = record_seal(ev, formats, receipt, &p->arena, &p->json)))
		return false;
	if (record && s->spool)
		record->takers = spool_takers(s, takers);
	taken = !s->spool || !record || output_offer(s->spool, p->worker, record);
	for (size_t i = 0; i < s->nroutes; i++) {
		if (takers >> i & 1 && s->spool)
			output_spooled(s->routes[i].output, p->worker, record, taken);
		else if (takers >> i & 1)
			output_offer(s->routes[i].output, p->worker, record);
		else
			output_filtered(s->routes[i].output, p->worker);
	}
	record_unref(&record);
	return true;
}

void
pipeline_message(struct pipeline *p, const struct message *m)
{
	struct nevent ev;

	p->counters.received[m->input]++;
	p->counters.bytes += m->line.n;
	if (m->line.n == 0) {
		p->counters.dropped[DROP_EMPTY]++;
		return;
	}
	pipeline_understand(p, m, &ev);         /* header, device, identify, match, map */
	enrich(p, m, &ev);
	if (route(p, m->receipt, &ev))          /* route, seal, ring */
		count_outcome(p, m->truncated, &ev);
	else
		p->counters.dropped[DROP_NO_MEMORY]++;
	if (p->enrichment && p->device->access)
		enrichment_look(p->enrichment, p, &ev);
}

/* What the first event was about, and how its device and object are now. */
static void
take_look(struct pipeline *p, const struct look *l, const struct view_part *part, struct nevent *ev)
{
	const char *getter = getter_methods[view_getters[l->kind]].name;
	struct span data = view_part_find(part, l->object);

	memset(ev, 0, offsetof(struct nevent, details));
	ev->ndetails = ev->nvalues = 0;
	ev->has_repeat = ev->truncated = false;
	ev->raw = SPAN_NONE;
	ev->raw_class = UTF8_PLAIN;
	ev->received_ns = clock_now_ns();
	ev->time_ns = view_part_asked_ns(part);
	ev->clock = NEVENT_CLOCK_RECEIVED;
	make_id(p, l->object, ev->received_ns, ev);
	ev->error = l->error;
	ev->os = l->os;
	ev->device = l->device;
	ev->host = l->host;
	ev->ip = l->ip;
	ev->facility = l->facility;
	ev->severity = l->severity;
	ev->vendor_severity = l->vendor_severity;
	ev->object = l->object;
	ev->refers_to = span_of(l->id, NEVENT_ID_LEN);
	/* An object that the device no longer names is an answer, too. */
	ev->enrichment[ev->nenrichment++] = (struct nevent_enrichment){ .getter = span_str(getter), .data = data.n > 0 ? data : SPAN_LIT("{}"),
		.age_ms = (ev->received_ns - ev->time_ns) / CLOCK_NS_PER_MS };
}

void
pipeline_follow_up(struct pipeline *p, const struct look *l, const struct view_part *part)
{
	struct nevent ev;

	arena_reset(&p->arena);
	p->counters.made_follow_up++;
	p->os = profile_os_named(p->snapshot->profiles, l->os);
	take_look(p, l, part, &ev);
	if (route(p, NULL, &ev))
		count_outcome(p, false, &ev);
	else
		p->counters.dropped[DROP_NO_MEMORY]++;
}

void
pipeline_empty(struct pipeline *p, unsigned input)
{
	p->counters.received[input]++;
	p->counters.dropped[DROP_EMPTY]++;
}
