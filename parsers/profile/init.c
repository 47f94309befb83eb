#include "parsers/profile/init.h"

#include "parsers/profile/cast.h"
#include "parsers/profile/details.h"
#include "parsers/profile/form.h"
#include "parsers/profile/signature.h"

#define INIT_RANK 50

static const char *const keys[] = {
	"rank", "observer", "signatures", "details", "text", "subfacility", "forms", "maps", "interfaces", "prefixes", NULL,
};

/* Text by text over what an earlier init file said. */
static void
read_observer(struct reader *r, const struct yaml_node *map)
{
	static const char *const observer_keys[] = { "vendor", "product", "type", NULL };
	struct span *texts[] = { &r->os->observer.vendor, &r->os->observer.product, &r->os->observer.type };

	if (!map || !reader_map(r, map, observer_keys, "observer"))
		return;
	for (size_t i = 0; observer_keys[i]; i++)
		if (yaml_get(map, observer_keys[i]))
			*texts[i] = reader_copy(r, reader_text(r, yaml_get(map, observer_keys[i])));
}

void
init_read(struct reader *r, const struct yaml_node *root)
{
	static const char *const texts[] = { "body", "body_colon", "rest", NULL };
	static const int64_t ranks[] = { 0, 99 };
	struct profile_os *os = r->os;
	const struct yaml_node *prefixes;
	int text;

	if (!os->has_init)
		os->rank = INIT_RANK;
	os->has_init = true;
	if (!reader_map(r, root, keys, "an init file"))
		return;
	prefixes = yaml_get(root, "prefixes");
	os->rank = reader_int(r, yaml_get(root, "rank"), ranks, os->rank);
	read_observer(r, yaml_get(root, "observer"));
	signature_read(r, yaml_get(root, "signatures"));
	cast_read_maps(r, yaml_get(root, "maps"));
	cast_read_interfaces(r, yaml_get(root, "interfaces"));
	details_read(r, yaml_get(root, "details"));
	text = reader_enum(r, yaml_get(root, "text"), texts, "body, body_colon or rest");
	if (text >= 0)
		os->text = text == 1 ? MODEL_BODY_COLON : text == 2 ? MODEL_REST : MODEL_BODY;
	if (yaml_get(root, "subfacility"))
		os->subfacility = reader_texts(r, yaml_get(root, "subfacility"));
	if (prefixes && yaml_get(root, "forms"))
		reader_fault(r, yaml_get(root, "forms")->key, "forms and prefixes do not go together");
	else
		form_read(r, yaml_get(root, "forms"));
	form_read_prefixes(r, prefixes);
	if (prefixes)
		os->napalm = true;
	if (!os->napalm && os->nsignatures == 0)
		reader_warn(r, root, "without signatures a line is of this OS only where the inventory says so");
}
