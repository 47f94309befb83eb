/*
 * netnorm.yaml: its table, its defaults, and what a table cannot check.  Inputs and outputs read their own lists.
 */
#include "collector/config.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/un.h>

#include "base/log.h"
#include "collector/config_part.h"
#include "collector/config_path.h"

/* The configuration, and the nodes that are read by hand. */
struct config_file {
	struct config config;
	const struct yaml_node *inputs, *outputs;
};

static const char *const log_levels[] = {
	[LOG_LEVEL_ERROR] = "error", [LOG_LEVEL_WARNING] = "warning", [LOG_LEVEL_NOTICE] = "notice", [LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_DEBUG] = "debug", NULL,
};

#define METRICS(field) (offsetof(struct config, metrics.field) - offsetof(struct config, metrics))

static const struct schema_option metrics_options[] = {
	{ .key = "address", .type = SCHEMA_TEXT, .offset = METRICS(address), .fallback = "127.0.0.1",
	    .help = "The address of /metrics (Prometheus) and /healthz." },
	{ .key = "port", .type = SCHEMA_INT, .offset = METRICS(port), .fallback = "9514", .min = 0, .max = 65535, .help = "Its port; 0: off." },
	SCHEMA_END
};

const struct schema_option config_options[] = {
	{ .key = "inputs", .type = SCHEMA_NODE, .offset = offsetof(struct config_file, inputs),
	    .help = "Where messages come from: a list of maps, each with \"name\" and \"kind\". See INPUTS." },
	{ .key = "outputs", .type = SCHEMA_NODE, .offset = offsetof(struct config_file, outputs),
	    .help = "Where events go to: a list of maps, each with \"name\" and \"kind\". See OUTPUTS." },
	{ .key = "profiles", .type = SCHEMA_TEXTS, .offset = offsetof(struct config, profiles),
	    .help = "Directories of profiles that lie over the shipped ones; a later one wins. Relative paths are relative to this file, here and "
	            "everywhere in it." },
	{ .key = "inventory", .type = SCHEMA_TEXT, .offset = offsetof(struct config, inventory),
	    .help = "The inventory of devices. See INVENTORY." },
	{ .key = "workers", .type = SCHEMA_INT, .offset = offsetof(struct config, workers), .fallback = "0", .min = 0, .max = 128,
	    .help = "Threads that read and parse; 0: as many as there are cores. A change needs a restart." },
	{ .key = "state_dir", .type = SCHEMA_TEXT, .offset = offsetof(struct config, state_dir),
	    .help = "Where state is kept; `netnorm run` makes it where it is not there. Default: $STATE_DIRECTORY (systemd), /var/lib/netnorm as root, else $XDG_STATE_HOME/netnorm or "
	            "~/.local/state/netnorm." },
	{ .key = "control", .type = SCHEMA_TEXT, .offset = offsetof(struct config, control),
	    .help = "The control socket of `netnorm stats` and `netnorm reload`. Default: \"control\" in $RUNTIME_DIRECTORY (systemd), in /run/netnorm as "
	            "root, else in $XDG_RUNTIME_DIR/netnorm or state_dir." },
	{ .key = "log_level", .type = SCHEMA_ENUM, .offset = offsetof(struct config, log_level), .fallback = "notice", .names = log_levels,
	    .help = "How much the program says about itself on standard error." },
	{ .key = "stop_timeout", .type = SCHEMA_DURATION, .offset = offsetof(struct config, stop_timeout_ms), .fallback = "10s", .min = 100,
	    .max = 3600000, .help = "How long a stop may take to read what has arrived and to deliver it. What is left then is counted, and the exit status is 1." },
	{ .key = "spool", .type = SCHEMA_MAP, .offset = offsetof(struct config, spool), .table = spool_options,
	    .help = "Where it is given, each event is on the disk before it counts as accepted, and goes out from there: a crash or a far side that is away for long "
	            "loses none. UDP and plain TCP cannot be told what was accepted." },
	{ .key = "enrichment", .type = SCHEMA_MAP, .offset = offsetof(struct config, enrichment), .table = enrichment_options,
	    .help = "The devices of the inventory that have a driver are asked now and then, and what they say of themselves goes into the events. See ENRICHMENT." },
	{ .key = "metrics", .type = SCHEMA_MAP, .offset = offsetof(struct config, metrics), .table = metrics_options,
	    .help = "Metrics and health over HTTP." },
	SCHEMA_END
};

/* The `path` of an output, if its kind has one. */
static int
resolve_output(struct output_config *o, const char *file)
{
	const struct schema_option *table = output_kinds[o->kind]->options;

	if (schema_resolve_path(&o->dead_letter, file) == -1)
		return -1;

	for (; table && table->key; table++) {
		if (table->type == SCHEMA_TEXT && strcmp(table->key, "path") == 0 &&
		    schema_resolve_path((char **)(void *)((char *)o + table->offset), file) == -1)
			return -1;
	}
	return 0;
}

static int
resolve_paths(struct config *c)
{
	for (size_t i = 0; i < c->outputs.n; i++) {
		if (resolve_output(c->outputs.items[i], c->path) == -1)
			return -1;
	}
	for (size_t i = 0; i < c->profiles.n; i++) {
		if (schema_resolve_path(&c->profiles.items[i], c->path) == -1)
			return -1;
	}
	if (schema_resolve_path(&c->state_dir, c->path) == -1 || schema_resolve_path(&c->inventory, c->path) == -1 || schema_resolve_path(&c->spool.path, c->path) == -1 ||
	    schema_resolve_path(&c->enrichment.cache, c->path) == -1 || schema_resolve_path(&c->control, c->path) == -1)
		return -1;
	return 0;
}

/* After resolve_paths(): what the file does not say is relative to nothing. */
static int
set_default_paths(struct config *c)
{
	if (!c->state_dir)
		c->state_dir = config_default_state_dir();
	if (c->state_dir && !c->enrichment.cache && asprintf(&c->enrichment.cache, "%s/devices", c->state_dir) == -1)
		c->enrichment.cache = NULL;
	if (c->state_dir && !c->control)
		c->control = config_default_control(c->state_dir);
	return c->state_dir && c->enrichment.cache && c->control ? 0 : -1;
}

static int
check_metrics(const struct config *c, struct diag *d)
{
	struct in6_addr a;
	const char *address = c->metrics.address;
	struct diag_place place;

	if (!address || inet_pton(AF_INET, address, &a) == 1 || inet_pton(AF_INET6, address, &a) == 1)
		return 0;
	place = yaml_place(c->doc, yaml_get(yaml_get(c->doc->root, "metrics"), "address"));
	diag_add(d, DIAG_ERROR, &place, "\"%s\" is no IPv4 or IPv6 address (names are not looked up)", address);
	return -1;
}

static int
check_control(const struct config *c, struct diag *d)
{
	struct diag_place place = yaml_place(c->doc, yaml_get(c->doc->root, "control"));

	if (!c->control || strlen(c->control) < sizeof(((struct sockaddr_un *)0)->sun_path))
		return 0;
	diag_add(d, DIAG_ERROR, &place, "the path of the control socket has %zu bytes, more than %zu", strlen(c->control), sizeof(((struct sockaddr_un *)0)->sun_path) - 1);
	return -1;
}

/* Each part is read even if another has faults, so that all of them are told. */
static int
read_all(struct config_file *f, struct diag *d)
{
	struct config *c = &f->config;
	const struct yaml_node *root = c->doc->root->kind == YAML_NULL ? NULL : c->doc->root;
	int result = schema_read(config_options, c->doc, root, "the configuration", f, d);

	if (check_metrics(c, d) == -1)
		result = -1;
	if (input_configs_read(&c->inputs, c->doc, f->inputs, d) == -1)
		result = -1;
	if (output_configs_read(&c->outputs, c->doc, f->outputs, d) == -1)
		result = -1;
	if (resolve_paths(c) == -1 || set_default_paths(c) == -1) {
		diag_add(d, DIAG_ERROR, NULL, "no memory");
		result = -1;
	}
	if (check_control(c, d) == -1)
		result = -1;
	if (enrichment_config_read(&c->enrichment, c->doc, d) == -1)
		result = -1;
	config_check_places(c, d);
	return result;
}

struct config *
config_load_faulty(const char *path, struct diag *d)
{
	struct config_file *f = calloc(1, sizeof(*f));
	struct config *c = f ? &f->config : NULL;

	if (!f || !(c->path = strdup(path))) {
		diag_add(d, DIAG_ERROR, NULL, "no memory");
		free(f);
		return NULL;
	}
	atomic_init(&c->refs, 1);
	c->doc = yaml_load_file(path, d);
	if (!c->doc)
		config_free(&c);
	else
		(void)read_all(f, d);   /* its faults are in the diag */
	return c;
}

struct config *
config_load(const char *path, struct diag *d)
{
	size_t before = diag_errors(d);
	struct config *c = config_load_faulty(path, d);

	if (diag_errors(d) > before)
		config_free(&c);
	return c;
}

struct config *
config_ref(struct config *c)
{
	atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
	return c;
}

void
config_free(struct config **cp)
{
	struct config *c = *cp;

	*cp = NULL;
	if (!c || atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) != 1)
		return;
	input_configs_fini(&c->inputs);
	output_configs_fini(&c->outputs);
	enrichment_config_fini(&c->enrichment);
	schema_fini(config_options, c);
	yaml_doc_free(&c->doc);
	free(c->path);
	free(c);
}
