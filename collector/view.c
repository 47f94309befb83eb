/*
 * A part is one block: the struct, its slots (a hash by name, at most half full), the names and pieces behind them.
 */
#include "collector/view.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "drivers/field.h"
#include "drivers/result.h"

#define VIEW_MAX_PIECES ((size_t)1 << 20)
#define VIEW_MAX_BYTES ((size_t)64 << 20)

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
	b->n++;
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

/* {VRF: {"router_id", "peers": {PEER: ...}}, ...} of one peer. */
static void
add_peer(json_t *pieces, const char *vrf, const json_t *of_vrf, const char *peer)
{
	json_t *piece = json_object_get(pieces, peer);
	json_t *router_id = json_object_get(of_vrf, "router_id");

	if (!piece) {
		piece = json_object();
		json_object_set_new(pieces, peer, piece);
	}
	json_object_set_new(piece, vrf, json_pack("{s:O?, s:{s:O}}", "router_id", router_id, "peers", peer, json_object_get(json_object_get(of_vrf, "peers"), peer)));
}

/* By peers, not by VRFs, each VRF looked at once. */
static void
add_peers(struct building *b, const json_t *result)
{
	json_t *pieces = json_object(), *one, *ignored;
	const char *vrf, *peer;

	json_object_foreach((json_t *)(uintptr_t)result, vrf, one) {
		json_object_foreach(json_object_get(one, "peers"), peer, ignored)
			add_peer(pieces, vrf, one, peer);
	}
	json_object_foreach(pieces, peer, one)
		add_piece(b, peer, one);
	json_decref(pieces);
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
	const char *at = memmem(data.p, data.n, key.p, key.n), *end;

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

struct span
view_peer(struct span object, char *buf)
{
	const char *end = memmem(object.p, object.n, " vrf ", 5);

	return field_ip_text(end ? span_between(object.p, end) : object, buf);
}

struct span
view_part_find(const struct view_part *p, struct span object)
{
	struct span data = piece_of(p, object);
	char buf[FIELD_IP_BYTES];
	const char *dot;

	if (data.n > 0 || object.n == 0 || p->kind == VIEW_FACTS)
		return data;
	if (p->kind == VIEW_BGP) {
		struct span peer = view_peer(object, buf);

		return peer.n > 0 ? piece_of(p, peer) : SPAN_NONE;
	}
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
