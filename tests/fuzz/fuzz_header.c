/*
 * Any bytes as a line: every span lies in it, numbers are in their ranges, and parsing it again gives the same.
 */
#include <stdlib.h>

#include "parsers/syslog/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct span in, struct span s)
{
	if (s.p && (s.p < in.p || s.p + s.n > in.p + in.n))
		abort();
}

static void
check_spans(struct span in, const struct header *h)
{
	const struct span all[] = {
		h->pri, h->counter_text, h->seq_text, h->stamp.text, h->stamp.date, h->stamp.time, h->stamp.fraction, h->stamp.zone,
		h->relay.text, h->relay_host, h->host, h->host_prefix, h->node, h->process, h->pid, h->msgid, h->sd, h->tag, h->rest, h->body,
		h->body_colon,
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		check(in, all[i]);
}

static void
check_sd(struct span in, struct span sd)
{
	struct span id, params, name, value;

	while (header_sd_next(&sd, &id, &params)) {
		check(in, id);
		while (header_sd_param(&params, &name, &value)) {
			check(in, name);
			check(in, value);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_of((const char *)data, size);
	struct header h, again;

	if (size == 0)
		return 0;
	header_parse(in, &h);
	check_spans(in, &h);
	check_sd(in, h.sd);
	if (h.facility < -1 || h.facility > 23 || h.severity < -1 || h.severity > 7 || h.vendor_severity < -1 || h.vendor_severity > 7)
		abort();
	if ((h.host.p && h.host.n == 0) || (h.tag.p && h.tag.n == 0) || !h.body.p || !h.body_colon.p || !h.rest.p)
		abort();
	header_parse(in, &again);
	if (!span_eq(h.host, again.host) || !span_eq(h.tag, again.tag) || !span_eq(h.body, again.body))
		abort();
	(void)stamp_resolve(&h.stamp, NULL, INT64_C(1700000000000000000));
	return 0;
}
