/*
 * offline: what the commands share that understand lines without a collector: their options, and a pipeline without outputs.
 */
#include "collector/offline.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "collector/cmd.h"
#include "collector/config.h"

static int
choose_shape(struct offline_options *o, const char *word)
{
	o->shape_napalm = strcmp(word, "napalm") == 0;
	if (o->shape_napalm || strcmp(word, "openconfig") == 0)
		return CMD_OK;
	return cmd_usage(o->command, "there is no shape \"%s\" (napalm, openconfig)", word);
}

static int
choose_format(struct offline_options *o, const char *word)
{
	for (int f = 0; format_names[f]; f++)
		if (strcmp(word, format_names[f]) == 0) {
			o->format = &format_table[f];
			return CMD_OK;
		}
	return cmd_usage(o->command, "there is no format \"%s\" (native, napalm, ecs, raw)", word);
}

/* The shape of napalm-logs alone means its whole format; beside `--format native` what the envelope holds. */
static void
settle_format(struct offline_options *o)
{
	if (!o->format)
		o->format = &format_table[o->shape_napalm ? FORMAT_NAPALM : FORMAT_NATIVE];
	else if (o->format == &format_table[FORMAT_NATIVE] && o->shape_napalm)
		o->format = &format_table[FORMAT_NATIVE_NAPALM];
}

/* One more directory of --profiles or --over. */
static int
add_folder(struct offline_options *o, const char *option, const char **folders, size_t *n)
{
	if (*n == OFFLINE_MAX_PROFILES)
		return cmd_usage(o->command, "more than %d times %s", OFFLINE_MAX_PROFILES, option);
	folders[(*n)++] = optarg;
	return CMD_OK;
}

static int
take_option(struct offline_options *o, int opt, char **argv)
{
	switch (opt) {
	case 'p':
		return add_folder(o, "--profiles", o->profiles, &o->nprofiles);
	case 'O':
		return add_folder(o, "--over", o->over, &o->nover);
	case 'i':
		o->inventory = optarg;
		return CMD_OK;
	case 's':
		return choose_shape(o, optarg);
	case 'f':
		return choose_format(o, optarg);
	case 'o':
		o->os = optarg;
		return CMD_OK;
	case 'n':
		o->now = optarg;
		return CMD_OK;
	case 'a':
		o->ip = optarg;
		return CMD_OK;
	case ':':
		return cmd_usage(o->command, "%s wants a value", argv[optind - 1]);
	default:
		return cmd_usage(o->command, "there is no option %s", argv[optind - 1]);
	}
}

int
offline_options(int argc, char **argv, struct offline_options *o)
{
	static const struct option options[] = {
		{ "profiles", required_argument, NULL, 'p' }, { "over", required_argument, NULL, 'O' }, { "inventory", required_argument, NULL, 'i' },
		{ "shape", required_argument, NULL, 's' }, { "format", required_argument, NULL, 'f' }, { "os", required_argument, NULL, 'o' },
		{ "now", required_argument, NULL, 'n' }, { "ip", required_argument, NULL, 'a' }, { NULL, 0, NULL, 0 },
	};
	int opt, status;

	*o = (struct offline_options){ .command = argv[0] };
	optind = 1;
	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		status = take_option(o, opt, argv);
		if (status != CMD_OK)
			return status;
	}
	settle_format(o);
	if (optind < argc && strcmp(argv[optind], "-") != 0)
		o->operand = argv[optind];
	if (optind + 1 < argc)
		return cmd_usage(o->command, "unexpected \"%s\": one at most", argv[optind + 1]);
	return cmd_fix_clock(o->command, o->now) == -1 ? CMD_USAGE : CMD_OK;
}

static int
set_source(struct offline *f, const struct offline_options *o)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (o->ip && inet_pton(AF_INET, o->ip, &v4.sin_addr) == 1)
		source_of_address(&f->source, (const struct sockaddr *)&v4, f->ip);
	else if (o->ip && inet_pton(AF_INET6, o->ip, &v6.sin6_addr) == 1)
		source_of_address(&f->source, (const struct sockaddr *)&v6, f->ip);
	else if (o->ip)
		return cmd_usage(o->command, "--ip is no address: \"%s\"", o->ip);
	f->source.flow = 1;
	return CMD_OK;
}

static bool
known_os(void *set, struct span name)
{
	return profile_os_named(set, name) != NULL;
}

struct folders {
	const char *dirs[2 * OFFLINE_MAX_PROFILES];
	size_t n;
	char shipped[4096];
};

/* The directories of profiles in the order in which they lie over each other. */
static int
find_folders(struct folders *found, const struct offline_options *o)
{
	found->n = 0;
	for (size_t i = 0; i < o->nprofiles; i++)
		found->dirs[found->n++] = o->profiles[i];
	if (found->n == 0) {
		if (!config_shipped_profiles(found->shipped, sizeof(found->shipped)))
			return cmd_usage(o->command, "the shipped profiles are not found: give --profiles DIR or set NETNORM_PROFILES");
		found->dirs[found->n++] = found->shipped;
	}
	for (size_t i = 0; i < o->nover; i++)
		found->dirs[found->n++] = o->over[i];
	for (size_t i = 0; i < found->n; i++) {
		if (access(found->dirs[i], R_OK) == -1) {
			fprintf(stderr, "netnorm %s: cannot read the profiles %s: %m\n", o->command, found->dirs[i]);
			return CMD_USAGE;
		}
	}
	return CMD_OK;
}

static int
load_snapshot(struct offline *f, const struct offline_options *o, struct diag *d)
{
	struct folders found;
	char shipped[4096];
	int status = find_folders(&found, o);

	if (status != CMD_OK)
		return status;
	if (o->inventory && access(o->inventory, R_OK) == -1) {
		fprintf(stderr, "netnorm %s: cannot read the inventory %s: %m\n", o->command, o->inventory);
		return CMD_USAGE;
	}
	f->snapshot = calloc(1, sizeof(*f->snapshot));
	if (!f->snapshot)
		return CMD_FAILED;
	f->snapshot->refs = 1;
	f->snapshot->inventory = inventory_load_faulty(o->inventory, d);
	f->snapshot->wants_strict = o->format->models;
	f->snapshot->profiles = profile_load_from(&(struct profile_sources){ .dirs = found.dirs, .ndirs = found.n,
	    .models = config_shipped_profiles(shipped, sizeof(shipped)) }, d);
	if (f->snapshot->inventory && f->snapshot->profiles)
		inventory_check_os(f->snapshot->inventory, known_os, f->snapshot->profiles, d);
	return f->snapshot->inventory && f->snapshot->profiles && diag_errors(d) == 0 ? CMD_OK : CMD_FAILED;
}

static int
load(struct offline *f, const struct offline_options *o)
{
	struct diag *d = diag_new();
	int status = d ? load_snapshot(f, o, d) : CMD_FAILED;

	if (d)
		cmd_print_diag(d);
	diag_free(&d);
	return status;
}

int
offline_open(struct offline *f, const struct offline_options *o)
{
	int status = load(f, o);

	if (status != CMD_OK)
		return status;
	if (o->os && !profile_os_named(f->snapshot->profiles, span_str(o->os)))
		return cmd_usage(o->command, "there is no profile for the OS \"%s\"", o->os);
	if (pipeline_init(&f->pipeline, 0) == -1)
		return CMD_FAILED;
	f->pipeline.snapshot = f->snapshot;
	f->pipeline.pinned_os = span_str(o->os);
	return set_source(f, o);
}

void
offline_close(struct offline *f)
{
	pipeline_fini(&f->pipeline);
	snapshot_unref(&f->snapshot);
}
