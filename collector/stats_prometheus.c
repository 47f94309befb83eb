/*
 * /metrics: Prometheus text format 0.0.4.  A family's HELP and TYPE stand once, before its samples; labels come from closed sets.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "collector/cmd.h"
#include "collector/live.h"
#include "collector/stats.h"
#include "collector/stats_part.h"

static void put(struct json *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
put(struct json *j, const char *fmt, ...)
{
	char line[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (n > 0)
		json_raw(j, span_of(line, (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1), false);
}

static void
family(struct json *j, const char *name, const char *help, bool gauge)
{
	put(j, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, gauge ? "gauge" : "counter");
}

static void
ledger(const struct collector *c, const struct counters *sum, struct json *j)
{
	family(j, "netnorm_received_messages_total", "Messages after framing.", false);
	for (unsigned i = 0; i < c->ninput_names; i++)
		put(j, "netnorm_received_messages_total{input=\"%s\"} %" PRIu64 "\n", c->input_names[i], sum->received[i]);
	family(j, "netnorm_events_total", "Messages that became events.", false);
	for (unsigned i = 0; i < c->nos_names; i++)
		put(j, "netnorm_events_total{os=\"%s\"} %" PRIu64 "\n", c->os_names[i], sum->events[i]);
	family(j, "netnorm_raw_messages_total", "Messages of a known OS that no pattern matched.", false);
	for (unsigned i = 0; i < c->nos_names; i++)
		put(j, "netnorm_raw_messages_total{os=\"%s\"} %" PRIu64 "\n", c->os_names[i], sum->raw[i]);
	put(j, "netnorm_raw_messages_total{os=\"unknown\"} %" PRIu64 "\n", sum->raw[PROFILE_MAX_OS]);
	family(j, "netnorm_dropped_messages_total", "Messages dropped before any output, by reason.", false);
	for (size_t i = 0; i < DROP_REASONS; i++)
		put(j, "netnorm_dropped_messages_total{reason=\"%s\"} %" PRIu64 "\n", counters_drop_names[i], sum->dropped[i]);
	family(j, "netnorm_unrecognised_messages_total", "Why messages are RAW or UNKNOWN.", false);
	for (size_t i = 1; i < NEVENT_REASONS; i++) {
		struct span name = nevent_reason_name((enum nevent_reason)i);

		put(j, "netnorm_unrecognised_messages_total{reason=\"%.*s\"} %" PRIu64 "\n", (int)name.n, name.p, sum->reasons[i]);
	}
	for (const struct stats_counter *p = stats_counters; p->name; p++) {
		family(j, p->family, p->help, p->gauge);
		put(j, "%s %" PRIu64 "\n", p->family, stats_value(sum, p));
	}
}

static void
enrichment(const struct collector *c, struct json *j)
{
	struct enrichment_stats s;

	if (!c->enrichment)
		return;
	enrichment_stats(c->enrichment, &s);
	for (const struct stats_counter *p = stats_enrichment; p->name; p++) {
		family(j, p->family, p->help, p->gauge);
		put(j, "%s %" PRIu64 "\n", p->family, stats_value(&s, p));
	}
	family(j, "netnorm_poll_failures_total", "Why sessions with devices ended early.", false);
	for (int i = DEVICE_OK + 1; i <= DEVICE_MEMORY; i++)
		put(j, "netnorm_poll_failures_total{reason=\"%s\"} %" PRIu64 "\n", device_error_name((enum device_error)i), s.failures[i]);
}

struct output_family {
	const char *name, *help;
	size_t offset;
	bool gauge;
};

static const struct output_family output_families[] = {
	{ "netnorm_output_offered_records_total", "Records offered to the output.", offsetof(struct output_stats, offered), false },
	{ "netnorm_output_resumed_records_total", "Records that were in the spool when the output was opened.", offsetof(struct output_stats, resumed), false },
	{ "netnorm_output_filtered_records_total", "Records that its filter does not take.", offsetof(struct output_stats, filtered), false },
	{ "netnorm_output_suppressed_records_total", "Records held back as repetitions.", offsetof(struct output_stats, suppressed), false },
	{ "netnorm_output_delivered_records_total", "Records that the far side has acknowledged.", offsetof(struct output_stats, delivered), false },
	{ "netnorm_output_sent_records_total", "Records written where nothing is acknowledged.", offsetof(struct output_stats, sent), false },
	{ "netnorm_output_dead_lettered_records_total", "Records refused for good, kept in the dead-letter file.", offsetof(struct output_stats, dead_lettered), false },
	{ "netnorm_output_retried_records_total", "Deliveries tried again.", offsetof(struct output_stats, retried), false },
	{ "netnorm_output_reconnects_total", "How often the far side was there again after it was not.", offsetof(struct output_stats, reconnects), false },
	{ "netnorm_output_queued_records", "Records in its queue or in flight.", offsetof(struct output_stats, queued), true },
	{ "netnorm_output_queued_bytes", "Their bytes.", offsetof(struct output_stats, queued_bytes), true },
	{ "netnorm_output_limit_records", "Its queue's limit.", offsetof(struct output_stats, limit), true },
	{ "netnorm_output_limit_bytes", "Its queue's limit in bytes.", offsetof(struct output_stats, limit_bytes), true },
};

static void
outputs_dropped(const struct output_stats *s, struct json *j)
{
	for (size_t r = 0; r < OUTPUT_DROPS; r++) {
		for (size_t level = 0; level < 8; level++) {
			if (s->dropped[r][level] > 0 || level == 0)
				put(j, "netnorm_output_dropped_records_total{output=\"%s\",reason=\"%s\",severity=\"%zu\"} %" PRIu64 "\n", s->name,
				    output_drop_names[r], level, s->dropped[r][level]);
		}
	}
}

static void
outputs_latency(const struct output_stats *s, struct json *j)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < LATENCY_BUCKETS; i++) {
		char bound[32] = "+Inf";

		if (i < LATENCY_BUCKETS - 1)
			snprintf(bound, sizeof(bound), "%g", latency_bounds_s[i]);
		put(j, "netnorm_output_latency_seconds_bucket{output=\"%s\",le=\"%s\"} %" PRIu64 "\n", s->name, bound, sum += s->latency[i]);
	}
	put(j, "netnorm_output_latency_seconds_sum{output=\"%s\"} %.6f\n", s->name, (double)s->latency_sum_us / 1e6);
	put(j, "netnorm_output_latency_seconds_count{output=\"%s\"} %" PRIu64 "\n", s->name, sum);
}

static void
spool(const struct collector *c, struct json *j)
{
	struct spool_stats s;
	struct output_stats queue;
	uint64_t dropped = 0;

	if (!c->spool)
		return;
	spool_stats(c->spool, &s);
	output_stats(spool_output(c->spool), &queue);
	for (size_t i = 0; i < OUTPUT_DROPS * 8; i++)
		dropped += queue.dropped[i / 8][i % 8];
	family(j, "netnorm_spool_bytes", "What the records of the spool take on the disk.", true);
	put(j, "netnorm_spool_bytes %" PRIu64 "\n", s.bytes);
	family(j, "netnorm_spool_limit_bytes", "Its limit.", true);
	put(j, "netnorm_spool_limit_bytes %" PRIu64 "\n", s.limit_bytes);
	family(j, "netnorm_spool_accepted_records_total", "Records that were committed.", false);
	put(j, "netnorm_spool_accepted_records_total %" PRIu64 "\n", queue.delivered);
	family(j, "netnorm_spool_dropped_records_total", "Records that found no room in its queue; each output that wanted one counts it, too.", false);
	put(j, "netnorm_spool_dropped_records_total %" PRIu64 "\n", dropped);
	family(j, "netnorm_spool_queued_records", "Records that wait in memory to be committed.", true);
	put(j, "netnorm_spool_queued_records %" PRIu64 "\n", queue.queued);
	family(j, "netnorm_spool_oldest_seconds", "How long ago the oldest of those was received.", true);
	put(j, "netnorm_spool_oldest_seconds %.3f\n", stats_age_s(queue.oldest_ns));
	family(j, "netnorm_spool_commits_total", "Transactions with records.", false);
	put(j, "netnorm_spool_commits_total %" PRIu64 "\n", s.commits);
	family(j, "netnorm_spool_failures_total", "Transactions that could not be written.", false);
	put(j, "netnorm_spool_failures_total %" PRIu64 "\n", s.failures);
	family(j, "netnorm_spool_up", "0 while it is full or cannot be written.", true);
	put(j, "netnorm_spool_up %d\n", queue.up);
}

static void
outputs(const struct collector *c, struct json *j)
{
	struct output_stats *all = NULL;
	size_t n = 0;

	for (const struct live_output *l = c->outputs; l; l = l->next)
		n++;
	all = calloc(n ? n : 1, sizeof(*all));
	if (!all)
		return;
	n = 0;
	for (const struct live_output *l = c->outputs; l; l = l->next)
		output_stats(l->output, &all[n++]);
	for (size_t f = 0; f < sizeof(output_families) / sizeof(*output_families); f++) {
		const struct output_family *o = &output_families[f];

		family(j, o->name, o->help, o->gauge);
		for (size_t i = 0; i < n; i++)
			put(j, "%s{output=\"%s\"} %" PRIu64 "\n", o->name, all[i].name, *(const uint64_t *)((const char *)&all[i] + o->offset));
	}
	family(j, "netnorm_output_dropped_records_total", "Records dropped by the output, by reason and severity.", false);
	for (size_t i = 0; i < n; i++)
		outputs_dropped(&all[i], j);
	family(j, "netnorm_output_up", "1 while the far side is there, as far as is known.", true);
	for (size_t i = 0; i < n; i++)
		put(j, "netnorm_output_up{output=\"%s\"} %d\n", all[i].name, all[i].up);
	family(j, "netnorm_output_oldest_seconds", "How long ago the oldest record in its hands was received.", true);
	for (size_t i = 0; i < n; i++)
		put(j, "netnorm_output_oldest_seconds{output=\"%s\"} %.3f\n", all[i].name, stats_age_s(all[i].oldest_ns));
	put(j, "# HELP netnorm_output_latency_seconds From the arrival of records until they were delivered or sent.\n"
	    "# TYPE netnorm_output_latency_seconds histogram\n");
	for (size_t i = 0; i < n; i++)
		outputs_latency(&all[i], j);
	free(all);
}

#define OWN_FAMILIES 128

/* An input's or output's own counters: the same names come from several of them, so they are gathered by name first. */
struct own {
	struct json *j;
	const char *label, *instance;
	char wanted[96];                /* the family that is written in this round */
	char seen[OWN_FAMILIES][96];
	size_t nseen;
	bool headed;
};

static bool
own_seen(const struct own *o, const char *name)
{
	for (size_t i = 0; i < o->nseen; i++) {
		if (strcmp(o->seen[i], name) == 0)
			return true;
	}
	return false;
}

static void
own_sample(void *arg, const char *name, const char *help, bool gauge, uint64_t value)
{
	struct own *o = arg;

	if (!o->wanted[0] && !own_seen(o, name) && o->nseen < OWN_FAMILIES) {
		snprintf(o->wanted, sizeof(o->wanted), "%s", name);
		snprintf(o->seen[o->nseen++], sizeof(o->seen[0]), "%s", name);
		o->headed = false;
	}
	if (strcmp(o->wanted, name) != 0)
		return;
	if (!o->headed) {
		char full[192];

		snprintf(full, sizeof(full), "netnorm_%s_%s%s", o->label, name, gauge ? "" : "_total");
		family(o->j, full, help, gauge);
		o->headed = true;
	}
	put(o->j, "netnorm_%s_%s%s{%s=\"%s\"} %" PRIu64 "\n", o->label, name, gauge ? "" : "_total", o->label, o->instance, value);
}

static void
own_output_sample(void *arg, const char *name, const char *help, uint64_t value)
{
	own_sample(arg, name, help, false, value);
}

static void
own_output_gauge(void *arg, const char *name, const char *help, uint64_t value)
{
	own_sample(arg, name, help, true, value);
}

/* One family a round, over all inputs (or outputs), until a round finds no new name. */
static void
own_families(const struct collector *c, struct json *j, const char *label)
{
	struct own o = { .j = j, .label = label };

	do {
		o.wanted[0] = '\0';
		if (strcmp(label, "input") == 0) {
			for (const struct live_input *l = c->inputs; l; l = l->next) {
				o.instance = l->input.name;
				if (l->input.kind->stats && !l->leaving)
					l->input.kind->stats(l->input.self, own_sample, &o);
			}
		} else {
			for (const struct live_output *l = c->outputs; l; l = l->next) {
				o.instance = output_name(l->output);
				output_stats_own(l->output, own_output_sample, &o);
				output_gauges_own(l->output, own_output_gauge, &o);
			}
		}
	} while (o.wanted[0]);
}

static void
process(const struct collector *c, struct json *j)
{
	family(j, "netnorm_build_info", "The version.", true);
	put(j, "netnorm_build_info{version=\"%s\"} 1\n", NETNORM_VERSION);
	family(j, "netnorm_start_time_seconds", "Start of the process, seconds since the epoch.", true);
	put(j, "netnorm_start_time_seconds %.3f\n", (double)c->started_ns / 1e9);
	family(j, "netnorm_configuration_load_time_seconds", "The last good load of the configuration.", true);
	put(j, "netnorm_configuration_load_time_seconds %.3f\n", (double)c->loaded_ns / 1e9);
	family(j, "netnorm_reloads_total", "Reloads that were carried out.", false);
	put(j, "netnorm_reloads_total %" PRIu64 "\n", c->reloads);
	family(j, "netnorm_reload_failures_total", "Reloads that were refused for faults.", false);
	put(j, "netnorm_reload_failures_total %" PRIu64 "\n", c->reloads_failed);
	family(j, "netnorm_workers", "Worker threads.", true);
	put(j, "netnorm_workers %u\n", c->nworkers);
	family(j, "netnorm_profile_messages", "Messages that the profiles know.", true);
	put(j, "netnorm_profile_messages %zu\n", profile_message_count(c->snapshot->profiles));
	family(j, "netnorm_resident_bytes", "Resident memory.", true);
	put(j, "netnorm_resident_bytes %" PRIu64 "\n", stats_resident_bytes());
	family(j, "netnorm_cpu_seconds_total", "User and system CPU time.", false);
	put(j, "netnorm_cpu_seconds_total %.3f\n", stats_cpu_seconds());
}

void
stats_prometheus(struct collector *c, struct json *j)
{
	struct counters sum;

	stats_gather(c, &sum);
	process(c, j);
	ledger(c, &sum, j);
	own_families(c, j, "input");
	outputs(c, j);
	spool(c, j);
	enrichment(c, j);
	own_families(c, j, "output");
}
