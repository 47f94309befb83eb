/*
 * What the process and its workers have counted, added up.
 */
#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "collector/collector.h"
#include "collector/stats_part.h"

void
stats_gather(const struct collector *c, struct counters *sum)
{
	struct counters page;

	memset(sum, 0, sizeof(*sum));
	for (unsigned i = 0; i < c->nworkers; i++) {
		counters_read(&c->workers[i]->page, &page);
		counters_add(sum, &page);
	}
}

uint64_t
stats_resident_bytes(void)
{
	uint64_t pages = 0, ignored;
	FILE *f = fopen("/proc/self/statm", "re");

	if (!f)
		return 0;
	if (fscanf(f, "%" SCNu64 " %" SCNu64, &ignored, &pages) != 2)
		pages = 0;
	fclose(f);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

double
stats_cpu_seconds(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

const struct stats_counter stats_counters[] = {
	{ offsetof(struct counters, unknown), "unknown", "netnorm_unknown_messages_total", "Messages of no known OS.", false },
	{ offsetof(struct counters, made_replay), "made_replay", "netnorm_made_replay_messages_total", "Messages made by a replay.", false },
	{ offsetof(struct counters, made_follow_up), "made_follow_up", "netnorm_made_follow_up_messages_total", "Messages made as a follow-up.", false },
	{ offsetof(struct counters, truncated), "truncated", "netnorm_truncated_messages_total", "Messages cut at the maximum size.", false },
	{ offsetof(struct counters, repeats), "repeats", "netnorm_repeat_messages_total", "Lines that repeat another.", false },
	{ offsetof(struct counters, limits_hit), "match_limits", "netnorm_match_limits_total", "Patterns that ran into the match limit.", false },
	{ offsetof(struct counters, refused), "refused_values", "netnorm_refused_values_total",
	    "Values that the OpenConfig models do not take where the profile puts them: left out.", false },
	{ offsetof(struct counters, bytes), "bytes", "netnorm_received_bytes_total", "Bytes of messages after framing.", false },
	{ offsetof(struct counters, datagrams), "datagrams", "netnorm_datagrams_total", "Datagrams read.", false },
	{ offsetof(struct counters, datagram_calls), "datagram_calls", "netnorm_datagram_calls_total", "Calls of recvmmsg() that read at least one.", false },
	{ offsetof(struct counters, resyncs), "resyncs", "netnorm_resyncs_total", "Bad octet counts after which a stream was synchronised again.", false },
	{ offsetof(struct counters, closed_bad_frame), "closed_bad_frame", "netnorm_closed_bad_frame_total", "Connections closed for a bad frame.", false },
	{ offsetof(struct counters, closed_idle), "closed_idle", "netnorm_closed_idle_total", "Connections closed for idleness.", false },
	{ offsetof(struct counters, refused_connections), "refused_connections", "netnorm_refused_connections_total", "Connections refused by a limit.", false },
	{ offsetof(struct counters, connections), "connections", "netnorm_open_connections", "Connections open now.", true },
	{ offsetof(struct counters, receipts_returned), "receipts", "netnorm_receipts_total", "Batches of input whose last record is safe.", false },
	{ 0, NULL, NULL, NULL, false },
};

const struct stats_counter stats_enrichment[] = {
	{ offsetof(struct enrichment_stats, devices), "devices", "netnorm_polled_devices", "Devices of the inventory that are asked.", true },
	{ offsetof(struct enrichment_stats, failing), "failing", "netnorm_failing_devices", "Those whose last session failed.", true },
	{ offsetof(struct enrichment_stats, sessions), "sessions", "netnorm_device_sessions", "Sessions with devices that are open now.", true },
	{ offsetof(struct enrichment_stats, polls), "polls", "netnorm_polls_total", "Sessions with devices that have ended.", false },
	{ offsetof(struct enrichment_stats, polls_failed), "polls_failed", "netnorm_polls_failed_total", "Those that ended early.", false },
	{ offsetof(struct enrichment_stats, refused), "refused", "netnorm_getters_refused_total", "Getters that devices refused, or answered in no known shape.", false },
	{ offsetof(struct enrichment_stats, warnings), "warnings", "netnorm_answer_warnings_total", "Values in answers of devices that could not be understood.", false },
	{ offsetof(struct enrichment_stats, looks_wanted), "looks_wanted", "netnorm_looks_wanted_total", "Events that asked for a fresh look.", false },
	{ offsetof(struct enrichment_stats, looks_answered), "looks_answered", "netnorm_looks_answered_total", "Those that a follow-up answers.", false },
	{ offsetof(struct enrichment_stats, looks_late), "looks_late", "netnorm_looks_late_total", "Those whose answer did not come in time.", false },
	{ offsetof(struct enrichment_stats, looks_failed), "looks_failed", "netnorm_looks_failed_total", "Those whose device could not be asked.", false },
	{ offsetof(struct enrichment_stats, looks_joined), "looks_joined", "netnorm_looks_joined_total", "Those of an object that a look waited for already.", false },
	{ offsetof(struct enrichment_stats, looks_limited), "looks_limited", "netnorm_looks_limited_total", "Those that were one too many for their device.", false },
	{ offsetof(struct enrichment_stats, cache_entries), "cache_entries", "netnorm_cache_entries", "Answers that are kept on the disk.", true },
	{ offsetof(struct enrichment_stats, cache_bytes), "cache_bytes", "netnorm_cache_bytes", "What they take there.", true },
	{ offsetof(struct enrichment_stats, cache_failures), "cache_failures", "netnorm_cache_failures_total", "Answers that could not be kept.", false },
	{ 0, NULL, NULL, NULL, false },
};

double
stats_age_s(int64_t since_ns)
{
	int64_t age = since_ns ? clock_now_ns() - since_ns : 0;

	return age > 0 ? (double)age / 1e9 : 0;
}

uint64_t
stats_value(const void *counters, const struct stats_counter *p)
{
	return *(const uint64_t *)(const void *)((const char *)counters + p->offset);
}
