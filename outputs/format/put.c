/*
 * put: knows facts and their JSON; knows no format.
 */
#include "outputs/format/put.h"

#include "base/clock.h"
#include "base/template.h"

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
