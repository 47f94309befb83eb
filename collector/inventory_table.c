/*
 * Open addressing, at most half full; nothing is ever taken out.
 */
#include <arpa/inet.h>
#include <stdlib.h>

#include "collector/inventory_part.h"

#define TABLE_START 64

static uint64_t
mix(uint64_t x)
{
	x ^= x >> 32;
	x *= UINT64_C(0x9e3779b97f4a7c15);
	return x ^ x >> 29;
}

static size_t
hash_network(const struct in6_addr *a, uint8_t bits)
{
	uint64_t halves[2];

	memcpy(halves, a, sizeof(halves));
	return (size_t)mix(halves[0] + mix(halves[1] + bits));
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static size_t
hash_name(struct span s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)lower(s.p[i])) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32);
}

static bool
same_name(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	}
	return true;
}

/* The first `bits` bits of the address. */
static struct in6_addr
masked(const struct in6_addr *a, uint8_t bits)
{
	struct in6_addr out = *a;

	for (unsigned i = bits / 8u; i < sizeof(out.s6_addr); i++)
		out.s6_addr[i] = (uint8_t)(i == bits / 8u ? out.s6_addr[i] & (0xff00u >> bits % 8u) : 0);
	return out;
}

const char *
inventory_network_parse(struct span text, struct in6_addr *a, uint8_t *bits)
{
	char buf[INET6_ADDRSTRLEN + 5];
	struct in6_addr clean;
	char *slash, *end;
	unsigned long n;
	bool v4;

	if (text.n == 0 || text.n >= sizeof(buf) || memchr(text.p, '\0', text.n))
		return "it is no IPv4 or IPv6 address or network";
	memcpy(buf, text.p, text.n);
	buf[text.n] = '\0';
	slash = strchr(buf, '/');
	if (slash)
		*slash++ = '\0';
	memset(a, 0, sizeof(*a));
	v4 = inet_pton(AF_INET, buf, &a->s6_addr[12]) == 1;
	if (v4)
		a->s6_addr[10] = a->s6_addr[11] = 0xff;
	else if (inet_pton(AF_INET6, buf, a) != 1)
		return "it is no IPv4 or IPv6 address or network";
	*bits = 128;
	if (!slash)
		return NULL;
	n = strtoul(slash, &end, 10);
	if (!span_is_digit(*slash) || *end || n > (v4 ? 32 : 128))
		return v4 ? "a prefix length of IPv4 is 0 to 32" : "a prefix length of IPv6 is 0 to 128";
	*bits = (uint8_t)(n + (v4 ? 96 : 0));
	clean = masked(a, *bits);
	return memcmp(&clean, a, sizeof(clean)) == 0 ? NULL : "bits behind the prefix are set: it is no network";
}

static struct inventory_network *
network_slot(const struct inventory_networks *t, const struct in6_addr *a, uint8_t bits)
{
	size_t i = hash_network(a, bits) & (t->capacity - 1);

	while (t->slots[i].entry != INVENTORY_NONE && (t->slots[i].bits != bits || memcmp(&t->slots[i].address, a, sizeof(*a)) != 0))
		i = (i + 1) & (t->capacity - 1);
	return &t->slots[i];
}

static int
grow_networks(struct inventory_networks *t)
{
	struct inventory_networks larger = *t;

	larger.capacity = t->capacity ? t->capacity * 2 : TABLE_START;
	larger.slots = malloc(larger.capacity * sizeof(*larger.slots));
	if (!larger.slots)
		return -1;
	for (size_t i = 0; i < larger.capacity; i++)
		larger.slots[i].entry = INVENTORY_NONE;
	for (size_t i = 0; i < t->capacity; i++) {
		const struct inventory_network *old = &t->slots[i];

		if (old->entry != INVENTORY_NONE)
			*network_slot(&larger, &old->address, old->bits) = *old;
	}
	free(t->slots);
	*t = larger;
	return 0;
}

static void
remember_bits(struct inventory_networks *t, uint8_t bits)
{
	size_t at = 0;

	while (at < t->nbits && t->bits[at] > bits)
		at++;
	if (at < t->nbits && t->bits[at] == bits)
		return;
	memmove(&t->bits[at + 1], &t->bits[at], t->nbits - at);
	t->bits[at] = bits;
	t->nbits++;
}

uint32_t
inventory_networks_put(struct inventory_networks *t, const struct inventory_network *n, int *failed)
{
	struct inventory_network *slot;

	if (t->n * 2 >= t->capacity && grow_networks(t) == -1) {
		*failed = -1;
		return INVENTORY_NONE;
	}
	slot = network_slot(t, &n->address, n->bits);
	if (slot->entry != INVENTORY_NONE)
		return slot->entry;
	*slot = *n;
	t->n++;
	remember_bits(t, n->bits);
	return INVENTORY_NONE;
}

uint32_t
inventory_networks_find(const struct inventory_networks *t, const struct in6_addr *a)
{
	for (size_t i = 0; i < t->nbits; i++) {
		struct in6_addr network = masked(a, t->bits[i]);
		uint32_t entry = network_slot(t, &network, t->bits[i])->entry;

		if (entry != INVENTORY_NONE)
			return entry;
	}
	return INVENTORY_NONE;
}

static struct inventory_name *
name_slot(const struct inventory_names *t, struct span name)
{
	size_t i = hash_name(name) & (t->capacity - 1);

	while (t->slots[i].entry != INVENTORY_NONE && !same_name(t->slots[i].name, name))
		i = (i + 1) & (t->capacity - 1);
	return &t->slots[i];
}

static int
grow_names(struct inventory_names *t)
{
	struct inventory_names larger = *t;

	larger.capacity = t->capacity ? t->capacity * 2 : TABLE_START;
	larger.slots = malloc(larger.capacity * sizeof(*larger.slots));
	if (!larger.slots)
		return -1;
	for (size_t i = 0; i < larger.capacity; i++)
		larger.slots[i].entry = INVENTORY_NONE;
	for (size_t i = 0; i < t->capacity; i++) {
		if (t->slots[i].entry != INVENTORY_NONE)
			*name_slot(&larger, t->slots[i].name) = t->slots[i];
	}
	free(t->slots);
	*t = larger;
	return 0;
}

uint32_t
inventory_names_put(struct inventory_names *t, struct span name, uint32_t entry, int *failed)
{
	struct inventory_name *slot;

	if (t->n * 2 >= t->capacity && grow_names(t) == -1) {
		*failed = -1;
		return INVENTORY_NONE;
	}
	slot = name_slot(t, name);
	if (slot->entry != INVENTORY_NONE)
		return slot->entry;
	*slot = (struct inventory_name){ name, entry };
	t->n++;
	return INVENTORY_NONE;
}

uint32_t
inventory_names_find(const struct inventory_names *t, struct span name)
{
	return t->n > 0 ? name_slot(t, name)->entry : INVENTORY_NONE;
}
