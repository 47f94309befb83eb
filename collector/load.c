/*
 * Configuration, profiles and inventory, loaded as one and checked against each other.  Opens nothing: `netnorm check` is this and no more.
 */
#include <stdlib.h>

#include "collector/collector.h"
#include "collector/poller.h"

static struct profile_set *
load_profiles(const struct config *config, struct diag *d)
{
	char shipped[4096];
	size_t n = 0;
	struct profile_set *set = NULL;
	const char **dirs = calloc(config->profiles.n + 1, sizeof(*dirs));

	if (!dirs) {
		diag_add(d, DIAG_ERROR, NULL, "no memory");
		return NULL;
	}
	if (config_shipped_profiles(shipped, sizeof(shipped)))
		dirs[n++] = shipped;
	else
		diag_add(d, DIAG_WARNING, NULL, "the shipped profiles are not found: set NETNORM_PROFILES to their directory");
	for (size_t i = 0; i < config->profiles.n; i++)
		dirs[n++] = config->profiles.items[i];
	if (n > 0)
		set = profile_load(dirs, n, d);
	else
		diag_add(d, DIAG_ERROR, NULL, "there are no profiles at all");
	free(dirs);
	return set;
}

static bool
known_os(void *set, struct span name)
{
	return profile_os_named(set, name) != NULL;
}

/* (Whether 0.0.0.0 leaves room for another depends on the system.) */
static void
refuse_same_places(const struct config *c, struct diag *d)
{
	const struct yaml_node *list = yaml_get(c->doc->root, "inputs");
	struct diag_place place = yaml_place(c->doc, list);

	for (size_t i = 0; i < c->inputs.n; i++)
		for (size_t k = 0; k < i; k++)
			if (input_config_same_place(c->inputs.items[i], c->inputs.items[k]))
				diag_add(d, DIAG_ERROR, &place, "inputs \"%s\" and \"%s\" listen on the same place", c->inputs.items[k]->name, c->inputs.items[i]->name);
}

static void
refuse_what_cannot_run(const struct config *c, struct diag *d)
{
	struct diag_place place = { .file = c->path };

	if (c->inputs.n == 0)
		diag_add(d, DIAG_ERROR, &place, "no inputs: name at least one under \"inputs\"");
	if (c->inputs.n > COUNTERS_MAX_INPUTS)
		diag_add(d, DIAG_ERROR, &place, "%zu inputs: at most %d are possible", c->inputs.n, COUNTERS_MAX_INPUTS);
	if (c->outputs.n == 0)
		diag_add(d, DIAG_ERROR, &place, "no outputs: name at least one under \"outputs\"");
	if (c->outputs.n > COLLECTOR_MAX_ROUTES)
		diag_add(d, DIAG_ERROR, &place, "%zu outputs: at most %d are possible", c->outputs.n, COLLECTOR_MAX_ROUTES);
}

/* Names as diag_suggest() and filters want them: texts, and NULL behind the last one. */
struct names {
	const char **items;
	size_t n, room;
	bool failed;
};

static void
add_name(void *arg, struct span name)
{
	struct names *names = arg;
	char *text = names->n < names->room ? strndup(name.p, name.n) : NULL;

	if (text)
		names->items[names->n++] = text;
	else
		names->failed = true;
}

static bool
names_init(struct names *names, size_t room)
{
	*names = (struct names){ .items = calloc(room + 1, sizeof(*names->items)), .room = room };
	return names->items != NULL;
}

static void
names_fini(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free((void *)(uintptr_t)names->items[i]);
	free(names->items);
}

/* What the filters of outputs ask for by name must be there, or nothing ever fits.  No fault: a folder of profiles may come later. */
static void
check_filters(const struct config *c, const struct profile_set *set, struct diag *d)
{
	struct names oses = { .n = 0 }, errors = { .n = 0 };

	if (names_init(&oses, profile_os_count(set) + 1) && names_init(&errors, 2 * profile_message_count(set) + 2)) {
		for (size_t i = 0; i < profile_os_count(set); i++)
			add_name(&oses, profile_os_name(profile_os_at(set, i)));
		add_name(&oses, SPAN_LIT("unknown"));
		profile_each_error(set, add_name, &errors);
		add_name(&errors, SPAN_LIT("RAW"));
		add_name(&errors, SPAN_LIT("UNKNOWN"));
	}
	for (size_t i = 0; i < c->outputs.n && oses.n > 0 && errors.n > 0 && !oses.failed && !errors.failed; i++)
		if (c->outputs.filters[i])
			filter_check_names(c->outputs.filters[i], c->doc, c->outputs.items[i]->filter, &(struct filter_names){ oses.items, errors.items }, d);
	if (c->enrichment.fresh_look.filter && oses.n > 0 && errors.n > 0 && !oses.failed && !errors.failed)
		filter_check_names(c->enrichment.fresh_look.filter, c->doc, c->enrichment.fresh_look.filter_node, &(struct filter_names){ oses.items, errors.items }, d);
	names_fini(&oses);
	names_fini(&errors);
}

struct snapshot *
collector_load(const char *config_path, struct diag *d)
{
	struct snapshot *s = calloc(1, sizeof(*s));

	if (!s) {
		diag_add(d, DIAG_ERROR, NULL, "no memory");
		return NULL;
	}
	s->refs = 1;
	/* Each is loaded even if the one before has faults: all of them are told at once. */
	s->config = config_load_faulty(config_path, d);
	if (s->config) {
		refuse_same_places(s->config, d);
		if (diag_errors(d) == 0)
			refuse_what_cannot_run(s->config, d);
		s->inventory = inventory_load_faulty(s->config->inventory, d);
		s->profiles = load_profiles(s->config, d);
		if (s->profiles)
			check_filters(s->config, s->profiles, d);
		if (s->inventory && s->profiles)
			inventory_check_os(s->inventory, known_os, s->profiles, d);
		if (s->inventory && s->config->enrichment.cache && poller_wanted(s->inventory))
			config_check_cache(s->config, d);
	}
	if (!s->profiles || !s->inventory || diag_errors(d) > 0)
		snapshot_unref(&s);
	return s;
}
