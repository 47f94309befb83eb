/*
 * The counters as one JSON object, for the control socket.
 */
#include "collector/stats.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "collector/cmd.h"
#include "collector/live.h"
#include "collector/stats_part.h"

static void
put(struct json *j, const char *key, uint64_t v)
{
	json_key(j, span_str(key));
	json_uint(j, v);
}

static void
put_text(struct json *j, const char *key, const char *v)
{
	json_key(j, span_str(key));
	json_quoted(j, span_str(v));
}

static void
ledger_json(const struct collector *c, const struct counters *sum, struct json *j)
{
	uint64_t events = 0, raw = 0;

	for (size_t i = 0; i <= PROFILE_MAX_OS; i++) {
		events += i < PROFILE_MAX_OS ? sum->events[i] : 0;
		raw += sum->raw[i];
	}
	json_key(j, SPAN_LIT("ledger"));
	json_object_begin(j);
	put(j, "received", counters_received(sum));
	put(j, "made", sum->made_replay + sum->made_follow_up);
	put(j, "events", events);
	put(j, "raw", raw);
	put(j, "unknown", sum->unknown);
	json_key(j, SPAN_LIT("dropped"));
	json_object_begin(j);
	for (size_t i = 0; i < DROP_REASONS; i++)
		put(j, counters_drop_names[i], sum->dropped[i]);
	json_object_end(j);
	json_key(j, SPAN_LIT("imbalance"));
	json_int(j, counters_imbalance(sum));
	json_object_end(j);

	json_key(j, SPAN_LIT("reasons"));
	json_object_begin(j);
	for (size_t i = 1; i < NEVENT_REASONS; i++) {
		json_key(j, nevent_reason_name((enum nevent_reason)i));
		json_uint(j, sum->reasons[i]);
	}
	json_object_end(j);

	json_key(j, SPAN_LIT("os"));
	json_object_begin(j);
	for (unsigned i = 0; i < c->nos_names; i++) {
		json_key(j, span_str(c->os_names[i]));
		json_object_begin(j);
		put(j, "events", sum->events[i]);
		put(j, "raw", sum->raw[i]);
		json_object_end(j);
	}
	json_object_end(j);
}

static void
own_input_json(void *arg, const char *name, const char *help, bool gauge, uint64_t value)
{
	(void)help;
	(void)gauge;
	put(arg, name, value);
}

static void
inputs_json(const struct collector *c, const struct counters *sum, struct json *j)
{
	json_key(j, SPAN_LIT("inputs"));
	json_object_begin(j);
	for (unsigned i = 0; i < c->ninput_names; i++) {
		json_key(j, span_str(c->input_names[i]));
		json_object_begin(j);
		put(j, "received", sum->received[i]);
		for (const struct live_input *l = c->inputs; l; l = l->next) {
			if (l->input.index != i || l->leaving)
				continue;
			put_text(j, "kind", l->input.kind->name);
			if (l->input.kind->stats)
				l->input.kind->stats(l->input.self, own_input_json, j);
		}
		json_object_end(j);
	}
	json_object_end(j);
}

static uint64_t
output_dropped(const struct output_stats *s)
{
	uint64_t sum = 0;

	for (size_t r = 0; r < OUTPUT_DROPS; r++) {
		for (size_t level = 0; level < 8; level++)
			sum += s->dropped[r][level];
	}
	return sum;
}

static void
own_output_json(void *arg, const char *name, const char *help, uint64_t value)
{
	(void)help;
	put(arg, name, value);
}

/* As Prometheus counts: each bucket has what is in those before it. */
static void
latency_json(const struct output_stats *s, struct json *j)
{
	uint64_t sum = 0;
	char bound[32];

	json_key(j, SPAN_LIT("latency_s"));
	json_object_begin(j);
	for (size_t i = 0; i < LATENCY_BUCKETS; i++) {
		snprintf(bound, sizeof(bound), "%g", i < LATENCY_BUCKETS - 1 ? latency_bounds_s[i] : INFINITY);
		put(j, i < LATENCY_BUCKETS - 1 ? bound : "+Inf", sum += s->latency[i]);
	}
	json_object_end(j);
	json_key(j, SPAN_LIT("latency_sum_s"));
	json_double(j, (double)s->latency_sum_us / 1e6);
}

static void
output_json(const char *key, const struct output *o, struct json *j)
{
	struct output_stats s;
	uint64_t settled;

	output_stats(o, &s);
	settled = s.filtered + s.suppressed + output_dropped(&s) + s.delivered + s.sent + s.dead_lettered + s.queued;
	json_key(j, span_str(key));
	json_object_begin(j);
	put_text(j, "kind", s.kind);
	json_key(j, SPAN_LIT("up"));
	json_bool(j, s.up);
	put(j, "offered", s.offered);
	put(j, "resumed", s.resumed);
	put(j, "filtered", s.filtered);
	put(j, "suppressed", s.suppressed);
	put(j, s.acknowledges ? "delivered" : "sent", s.delivered + s.sent);
	put(j, "dead_lettered", s.dead_lettered);
	put(j, "retried", s.retried);
	put(j, "reconnects", s.reconnects);
	json_key(j, SPAN_LIT("dropped"));
	json_object_begin(j);
	for (size_t r = 0; r < OUTPUT_DROPS; r++) {
		json_key(j, span_str(output_drop_names[r]));
		json_array_begin(j);
		for (size_t level = 0; level < 8; level++)
			json_uint(j, s.dropped[r][level]);
		json_array_end(j);
	}
	json_object_end(j);
	put(j, "queued", s.queued);
	put(j, "queued_bytes", s.queued_bytes);
	put(j, "limit", s.limit);
	put(j, "limit_bytes", s.limit_bytes);
	json_key(j, SPAN_LIT("oldest_s"));
	json_double(j, stats_age_s(s.oldest_ns));
	latency_json(&s, j);
	json_key(j, SPAN_LIT("imbalance"));
	json_int(j, (int64_t)(s.offered + s.resumed - settled));
	output_stats_own(o, own_output_json, j);
	output_gauges_own(o, own_output_json, j);
	json_object_end(j);
}

static void
spool_json(struct spool *spool, struct json *j)
{
	struct spool_stats s;

	spool_stats(spool, &s);
	json_key(j, SPAN_LIT("spool"));
	json_object_begin(j);
	put(j, "bytes", s.bytes);
	put(j, "limit_bytes", s.limit_bytes);
	put(j, "committed", s.next - 1);
	put(j, "commits", s.commits);
	put(j, "failures", s.failures);
	output_json("queue", spool_output(spool), j);
	json_object_end(j);
}

static void
enrichment_json(struct enrichment *e, struct json *j)
{
	struct enrichment_stats s;

	enrichment_stats(e, &s);
	json_key(j, SPAN_LIT("enrichment"));
	json_object_begin(j);
	for (const struct stats_counter *p = stats_enrichment; p->name; p++)
		put(j, p->name, stats_value(&s, p));
	json_key(j, SPAN_LIT("failures"));
	json_object_begin(j);
	for (int i = DEVICE_OK + 1; i <= DEVICE_MEMORY; i++)
		put(j, device_error_name((enum device_error)i), s.failures[i]);
	json_object_end(j);
	json_object_end(j);
}

void
stats_json(struct collector *c, struct json *j)
{
	struct counters sum;

	stats_gather(c, &sum);
	json_object_begin(j);
	put_text(j, "version", NETNORM_VERSION);
	put(j, "pid", (uint64_t)getpid());
	put(j, "uptime_s", (uint64_t)((clock_monotonic_ns() - c->started_mono_ns) / CLOCK_NS_PER_S));
	put(j, "workers", c->nworkers);
	put(j, "messages_known", profile_message_count(c->snapshot->profiles));
	put(j, "resident_bytes", stats_resident_bytes());
	json_key(j, SPAN_LIT("cpu_s"));
	json_double(j, stats_cpu_seconds());
	put(j, "reloads", c->reloads);
	put(j, "reloads_failed", c->reloads_failed);
	ledger_json(c, &sum, j);
	for (const struct stats_counter *p = stats_counters; p->name; p++)
		put(j, p->name, stats_value(&sum, p));
	inputs_json(c, &sum, j);
	json_key(j, SPAN_LIT("outputs"));
	json_object_begin(j);
	for (const struct live_output *l = c->outputs; l; l = l->next)
		output_json(output_name(l->output), l->output, j);
	json_object_end(j);
	if (c->spool)
		spool_json(c->spool, j);
	if (c->enrichment)
		enrichment_json(c->enrichment, j);
	json_key(j, SPAN_LIT("retired_outputs"));       /* gone from the configuration, still delivering */
	json_object_begin(j);
	for (const struct live_output *l = c->retired; l; l = l->next)
		output_json(output_name(l->output), l->output, j);
	json_object_end(j);
	json_object_end(j);
}
