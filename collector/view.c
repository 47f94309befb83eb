/*
 * A part is one block: the struct, its slots (a hash by name, at most half full), the names and pieces behind them.
 */
#include "collector/view.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "drivers/field.h"
#include "drivers/result.h"

#define VIEW_PEER_BYTES 512
#define VIEW_DEFAULT_VRF "global"       /* NAPALM's name of it */
#define VIEW_MAX_PIECES ((size_t)1 << 20)
#define VIEW_MAX_BYTES ((size_t)64 << 20)
#define VIEW_MAX_PIECE ((size_t)8 << 10)        /* what one event may get of it: a device must not make its events too large to go out */

const enum getter view_getters[VIEW_KINDS] = {
	[VIEW_FACTS] = GETTER_FACTS,
	[VIEW_INTERFACES] = GETTER_INTERFACES,
	[VIEW_LLDP] = GETTER_LLDP_NEIGHBORS,
	[VIEW_BGP] = GETTER_BGP_NEIGHBORS,
};

struct slot {
	uint32_t name, name_bytes;      /* offsets into the text; 0 bytes and 0 data: empty */
	uint32_t data, data_bytes;
};

struct view_part {
	_Atomic unsigned refs;
	enum view_kind kind;
	int64_t asked_ns;
	struct nevent_asset asset;
	size_t bytes;                   /* of the block */
	size_t left_out;                /* pieces that are too large */
	size_t capacity;                /* of the slots, a power of two */
	struct slot *slots;
	char *text;
};

/* ---- building ---- */

struct piece {
	size_t name, name_bytes, data, data_bytes;
};

struct building {
	struct json text;               /* names and pieces, one behind the other */
	struct piece *pieces;
	size_t n, room;
	size_t left_out;
};

static struct piece *
begin_piece(struct building *b, const char *name)
{
	struct piece *p;

	if (b->n == b->room) {
		size_t room = b->room ? 2 * b->room : 64;
		struct piece *more = room > VIEW_MAX_PIECES ? NULL : realloc(b->pieces, room * sizeof(*more));

		if (!more)
			return NULL;
		b->pieces = more;
		b->room = room;
	}
	p = &b->pieces[b->n];
	*p = (struct piece){ .name = b->text.n, .name_bytes = strlen(name) };
	json_raw(&b->text, span_str(name), false);
	p->data = b->text.n;
	return p;
}

static void
end_piece(struct building *b, struct piece *p)
{
	p->data_bytes = b->text.n - p->data;
	b->text.comma = false;
	if (p->data_bytes <= VIEW_MAX_PIECE) {
		b->n++;
		return;
	}
	b->text.n = p->name;
	b->left_out++;
}

static void
add_piece(struct building *b, const char *name, const json_t *value)
{
	struct piece *p = begin_piece(b, name);

	if (!p)
		return;
	result_write(&b->text, value);
	end_piece(b, p);
}

/* {NAME: value} under NAME. */
static void
add_named(struct building *b, const char *name, const json_t *value)
{
	struct piece *p = begin_piece(b, name);

	if (!p)
		return;
	json_object_begin(&b->text);
	json_key(&b->text, span_str(name));
	result_write(&b->text, value);
	json_object_end(&b->text);
	end_piece(b, p);
}

static void
add_each(struct building *b, const json_t *result)
{
	const char *name;
	json_t *one;

	json_object_foreach((json_t *)(uintptr_t)result, name, one)
		add_named(b, name, one);
}

/* What tells a device apart: the rest of its facts is not for every event. */
static void
add_facts(struct building *b, const json_t *facts)
{
	static const char *const names[] = { "vendor", "model", "os_version", "serial_number" };
	struct piece *p = begin_piece(b, "");

	if (!p)
		return;
	json_object_begin(&b->text);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		json_key(&b->text, span_str(names[i]));
		json_quoted(&b->text, span_str(json_string_value(json_object_get(facts, names[i]))));
	}
	json_object_end(&b->text);
	end_piece(b, p);
}

/* {VRF: {"router_id", "peers": {PEER: ...}}}, under the peer's address and, outside of the default instance, its VRF: the same address may be another's there. */
static void
add_peer(struct building *b, const char *vrf, json_t *of_vrf, const char *peer)
{
	json_t *piece = json_pack("{s:{s:O?, s:{s:O}}}", vrf, "router_id", json_object_get(of_vrf, "router_id"), "peers", peer,
	    json_object_get(json_object_get(of_vrf, "peers"), peer));
	char name[VIEW_PEER_BYTES];

	if (strcmp(vrf, VIEW_DEFAULT_VRF) == 0)
		snprintf(name, sizeof(name), "%s", peer);
	else
		snprintf(name, sizeof(name), "%.80s vrf %.400s", peer, vrf);
	if (piece)
		add_piece(b, name, piece);
	json_decref(piece);
}

static void
add_peers(struct building *b, const json_t *result)
{
	json_t *one, *ignored;
	const char *vrf, *peer;

	json_object_foreach((json_t *)(uintptr_t)result, vrf, one) {
		json_object_foreach(json_object_get(one, "peers"), peer, ignored)
			add_peer(b, vrf, one, peer);
	}
}

static uint64_t
hash(struct span s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
	return h ^ h >> 29;
}

static struct slot *
slot_of(const struct view_part *p, struct span name)
{
	size_t i = hash(name) & (p->capacity - 1);

	while (p->slots[i].data_bytes > 0 && !span_eq(span_of(p->text + p->slots[i].name, p->slots[i].name_bytes), name))
		i = (i + 1) & (p->capacity - 1);
	return &p->slots[i];
}

static struct view_part *
block_of(const struct building *b, enum view_kind kind, int64_t asked_ns)
{
	size_t capacity = 2, bytes;
	struct view_part *p;

	while (capacity < 2 * b->n)
		capacity *= 2;
	bytes = sizeof(*p) + capacity * sizeof(*p->slots) + b->text.n;
	p = calloc(1, bytes);
	if (!p)
		return NULL;
	atomic_init(&p->refs, 1);
	p->kind = kind;
	p->asked_ns = asked_ns;
	p->bytes = bytes;
	p->left_out = b->left_out;
	p->capacity = capacity;
	p->slots = (struct slot *)(p + 1);
	p->text = (char *)(p->slots + capacity);
	memcpy(p->text, b->text.p, b->text.n);
	for (size_t i = 0; i < b->n; i++) {
		const struct piece *from = &b->pieces[i];

		*slot_of(p, span_of(p->text + from->name, from->name_bytes)) =
		    (struct slot){ (uint32_t)from->name, (uint32_t)from->name_bytes, (uint32_t)from->data, (uint32_t)from->data_bytes };
	}
	return p;
}

/* Where they stand in the text, for what takes them one by one. */
static struct span
value_in(struct span data, struct span key)
{
	const char *at = data.n > 0 ? memmem(data.p, data.n, key.p, key.n) : NULL, *end;

	if (!at)
		return SPAN_NONE;
	at += key.n;
	end = memchr(at, '"', (size_t)(data.p + data.n - at));
	return end && !memchr(at, '\\', (size_t)(end - at)) ? span_between(at, end) : SPAN_NONE;
}

static void
find_asset(struct view_part *p)
{
	struct span data = view_part_find(p, SPAN_LIT(""));

	p->asset.model = value_in(data, SPAN_LIT("\"model\":\""));
	p->asset.os_version = value_in(data, SPAN_LIT("\"os_version\":\""));
	p->asset.serial_number = value_in(data, SPAN_LIT("\"serial_number\":\""));
}

struct view_part *
view_part_new(enum view_kind kind, const json_t *result, int64_t asked_ns)
{
	struct building b = { .n = 0 };
	struct view_part *p = NULL;

	if (json_init(&b.text, 4096, VIEW_MAX_BYTES) == -1)
		return NULL;
	if (kind == VIEW_FACTS)
		add_facts(&b, result);
	else if (kind == VIEW_BGP)
		add_peers(&b, result);
	else
		add_each(&b, result);
	if (json_ok(&b.text))
		p = block_of(&b, kind, asked_ns);
	if (p && kind == VIEW_FACTS)
		find_asset(p);
	free(b.pieces);
	json_fini(&b.text);
	return p;
}

/* ---- asking ---- */

struct view_part *
view_part_ref(struct view_part *p)
{
	atomic_fetch_add_explicit(&p->refs, 1, memory_order_relaxed);
	return p;
}

void
view_part_unref(struct view_part **pp)
{
	struct view_part *p = *pp;

	*pp = NULL;
	if (p && atomic_fetch_sub_explicit(&p->refs, 1, memory_order_acq_rel) == 1)
		free(p);
}

enum view_kind
view_part_kind(const struct view_part *p)
{
	return p->kind;
}

int64_t
view_part_asked_ns(const struct view_part *p)
{
	return p->asked_ns;
}

size_t
view_part_left_out(const struct view_part *p)
{
	return p->left_out;
}

size_t
view_part_bytes(const struct view_part *p)
{
	return p->bytes;
}

static struct span
piece_of(const struct view_part *p, struct span name)
{
	const struct slot *s = slot_of(p, name);

	return s->data_bytes > 0 ? span_of(p->text + s->data, s->data_bytes) : SPAN_NONE;
}

/* Where its " vrf NAME" begins, or its end. */
static size_t
vrf_at(struct span object)
{
	const char *at = object.n > 0 ? memmem(object.p, object.n, " vrf ", 5) : NULL;

	return at ? (size_t)(at - object.p) : object.n;
}

struct span
view_peer(struct span object, char *buf)
{
	return field_ip_text(span_of(object.p, vrf_at(object)), buf);
}

static bool
is_default_vrf(struct span name)
{
	static const char *const names[] = { "default", "DEFAULT", "global", "master" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (span_eq(name, span_str(names[i])))
			return true;
	}
	return name.n == 0;
}

static struct span
piece_of_peer(const struct view_part *p, struct span object)
{
	struct span vrf = span_skip(object, vrf_at(object) + strlen(" vrf "));
	char buf[FIELD_IP_BYTES], name[VIEW_PEER_BYTES];
	struct span peer = view_peer(object, buf);
	int n;

	if (peer.n == 0 || is_default_vrf(vrf))
		return peer.n > 0 ? piece_of(p, peer) : SPAN_NONE;
	n = snprintf(name, sizeof(name), "%.*s vrf %.*s", (int)peer.n, peer.p, (int)(vrf.n < 400 ? vrf.n : 400), vrf.p);
	return piece_of(p, span_of(name, (size_t)n));
}

struct span
view_part_find(const struct view_part *p, struct span object)
{
	struct span data = piece_of(p, object);
	const char *dot;

	if (data.n > 0 || object.n == 0 || p->kind == VIEW_FACTS)
		return data;
	/* Most events are of no peer: what has neither of these is no address. */
	if (p->kind == VIEW_BGP)
		return memchr(object.p, '.', object.n) || memchr(object.p, ':', object.n) ? piece_of_peer(p, object) : SPAN_NONE;
	dot = memrchr(object.p, '.', object.n);
	return dot ? piece_of(p, span_between(object.p, dot)) : SPAN_NONE;
}

const struct nevent_asset *
view_part_asset(const struct view_part *p)
{
	return &p->asset;
}

void
view_enrich(const struct view *v, int64_t now_ns, struct nevent *ev)
{
	for (size_t i = 0; i < VIEW_KINDS; i++) {
		const struct view_part *p = v->parts[i];
		struct span data;

		if (!p || (i != VIEW_FACTS && ev->object.n == 0))
			continue;
		data = view_part_find(p, i == VIEW_FACTS ? SPAN_LIT("") : ev->object);
		if (data.n > 0)
			ev->enrichment[ev->nenrichment++] = (struct nevent_enrichment){ .getter = span_str(getter_methods[view_getters[i]].name), .data = data,
				.age_ms = (now_ns - p->asked_ns) / CLOCK_NS_PER_MS };
	}
	if (v->parts[VIEW_FACTS])
		ev->asset = v->parts[VIEW_FACTS]->asset;
}

void
view_fini(struct view *v)
{
	for (size_t i = 0; i < VIEW_KINDS; i++)
		view_part_unref(&v->parts[i]);
}
