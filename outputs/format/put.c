/*
 * put: knows facts and their JSON; knows no format.
 */
#include "outputs/format/put.h"

#include "base/template.h"

#define ALL(byte) (UINT64_C(0x0101010101010101) * (byte))
#define HIGH ALL(0x80)

/* Its high bits are set in some byte where the text is not plain (0x20 to 0x7e without '"' and '\\'); 0 where it is. */
static inline uint64_t
not_plain(uint64_t w)
{
	uint64_t quote = w ^ ALL('"'), backslash = w ^ ALL('\\'), del = w ^ ALL(0x7f);

	return (w | (w - ALL(0x20)) | (quote - ALL(1)) | (backslash - ALL(1)) | (del - ALL(1))) & HIGH;
}

static inline uint64_t
load8(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return w;
}

/* All of 1 to 7 bytes, some of them twice. */
static inline uint64_t
load_short(const char *p, size_t n)
{
	uint32_t a, b;

	if (n < 4)
		return ALL('.') << 24 | (uint64_t)(unsigned char)p[0] << 16 | (uint64_t)(unsigned char)p[n / 2] << 8 | (unsigned char)p[n - 1];
	memcpy(&a, p, sizeof(a));
	memcpy(&b, p + n - sizeof(b), sizeof(b));
	return (uint64_t)a << 32 | b;
}

void
put_text(struct json *j, struct span s)
{
	uint64_t bad;
	size_t i;

	if (s.n < 8) {
		bad = s.n > 0 ? not_plain(load_short(s.p, s.n)) : 0;
	} else {
		bad = not_plain(load8(s.p + s.n - 8));
		for (i = 0; i + 8 < s.n; i += 8)
			bad |= not_plain(load8(s.p + i));
	}
	if (bad) {
		json_quoted(j, s);
		j->comma = false;
	} else {
		put_plain(j, s.p, s.n);
	}
}

void
put_lower(struct json *j, size_t at)
{
	for (; at < j->n; at++)
		if (j->p[at] >= 'A' && j->p[at] <= 'Z')
			j->p[at] |= 0x20;
}

void
put_guessed(struct json *j, unsigned guessed)
{
	if (!(guessed & (NEVENT_GUESSED_YEAR | NEVENT_GUESSED_ZONE | NEVENT_GUESSED_DATE_ORDER | NEVENT_GUESSED_FACILITY)))
		return;
	PUT_LIT(j, ",\"guessed\":[");
	if (guessed & NEVENT_GUESSED_YEAR)
		PUT_LIT(j, "\"year\",");
	if (guessed & NEVENT_GUESSED_ZONE)
		PUT_LIT(j, "\"zone\",");
	if (guessed & NEVENT_GUESSED_DATE_ORDER)
		PUT_LIT(j, "\"date_order\",");
	if (guessed & NEVENT_GUESSED_FACILITY)
		PUT_LIT(j, "\"facility\",");
	if (!j->failed)
		j->p[j->n - 1] = ']';
}

void
put_seconds(struct json *j, int64_t ns)
{
	int64_t s = ns / CLOCK_NS_PER_S;

	put_int(j, s - (ns % CLOCK_NS_PER_S < 0));
}

static void
put_fact(struct json *j, const struct nevent *ev, const struct fact *f)
{
	switch (f->type) {
	case FACT_TEXT:
		put_span(j, ev, f->text);
		break;
	case FACT_INT:
		put_int(j, f->num);
		break;
	case FACT_BOOL:
		json_bool(j, f->num != 0);
		break;
	case FACT_REAL:
		json_double(j, f->real);
		break;
	case FACT_NULL:
		PUT_LIT(j, "null");
		break;
	}
	j->comma = false;
}

void
put_details(struct json *j, const struct nevent *ev)
{
	PUT_LIT(j, "{");
	for (size_t i = 0; i < ev->ndetails; i++) {
		const struct fact *f = &ev->details[i];

		if (i > 0)
			PUT_LIT(j, ",");
		put_bytes(j, f->key->json.p, f->key->json.n);
		put_fact(j, ev, f);
	}
	PUT_LIT(j, "}");
}

void
put_enrichment(struct json *j, const struct nevent *ev)
{
	PUT_LIT(j, "{");
	for (size_t i = 0; i < ev->nenrichment; i++) {
		const struct nevent_enrichment *e = &ev->enrichment[i];
		uint64_t ms = e->age_ms > 0 ? (uint64_t)e->age_ms : 0;
		char rest[4] = { '.', (char)('0' + ms / 100 % 10), (char)('0' + ms / 10 % 10), (char)('0' + ms % 10) };

		put_next(j);
		put_plain(j, e->getter.p, e->getter.n);
		PUT_LIT(j, ":{\"age_s\":");
		put_uint(j, ms / 1000);
		put_bytes(j, rest, sizeof(rest));
		PUT_LIT(j, KEY("data"));
		put_bytes(j, e->data.p, e->data.n);
		PUT_LIT(j, "}");
	}
	PUT_LIT(j, "}");
	j->comma = false;
}

void
put_yang_message(struct json *j, const struct nevent *ev, struct arena *arena)
{
	if (!ev->napalm || template_write(ev->napalm, ev, arena, j) == -1)
		PUT_LIT(j, "{}");
	j->comma = false;
}

int
put_end(struct json *j, size_t start)
{
	if (json_ok(j))
		return 0;
	j->n = start;
	return -1;
}
