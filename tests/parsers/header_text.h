/*
 * header_text: all that a header says, in one line, to be compared: only what is there is shown.
 */
#ifndef NETNORM_TESTS_PARSERS_HEADER_TEXT_H
#define NETNORM_TESTS_PARSERS_HEADER_TEXT_H

#include <stdio.h>

#include "parsers/syslog/header.h"

struct header_text {
	char s[4096];
	size_t n;
};

static inline void
header_text_add(struct header_text *t, const char *name, struct span v)
{
	if (v.p)
		t->n += (size_t)snprintf(t->s + t->n, sizeof(t->s) - t->n, " %s{%.*s}", name, (int)v.n, v.p);
}

static inline void
header_text_stamp(struct header_text *t, const struct stamp *st)
{
	static const char *const kinds[] = { "", " dated", " epoch", " uptime" };

	t->n += (size_t)snprintf(t->s + t->n, sizeof(t->s) - t->n, "%s", kinds[st->kind]);
	header_text_add(t, "date", st->date);
	header_text_add(t, "time", st->time);
	header_text_add(t, "fraction", st->fraction);
	header_text_add(t, "zone", st->zone);
}

static inline void
header_text_event(struct header_text *t, const struct header *h)
{
	header_text_add(t, "process", h->process);
	header_text_add(t, "pid", h->pid);
	header_text_add(t, "msgid", h->msgid);
	header_text_add(t, "sd", h->sd);
	header_text_add(t, h->triplet ? "triplet" : h->tag_is_process ? "tag=process" : "tag", h->tag);
	if (h->vendor_severity >= 0)
		t->n += (size_t)snprintf(t->s + t->n, sizeof(t->s) - t->n, "/%d", h->vendor_severity);
	if (h->repeat)
		t->n += (size_t)snprintf(t->s + t->n, sizeof(t->s) - t->n, " repeat=%s*%llu",
		    h->repeat == HEADER_REPEAT_LAST ? "last" : "text", (unsigned long long)h->repeat_count);
	header_text_add(t, "body", h->body);
}

static inline const char *
header_text(const struct header *h, struct header_text *t)
{
	static const char *const forms[] = { "bare", "bsd", "5424" };
	static const char *const clocks[] = { "received", "unmarked", "synced", "unsynced", "lost", "uptime" };

	t->n = (size_t)snprintf(t->s, sizeof(t->s), "%s %d.%d%s %s", forms[h->form], h->facility, h->severity, h->pri_odd ? " odd" : "",
	    clocks[h->clock]);
	header_text_add(t, "counter", h->has_counter ? h->counter_text : SPAN_NONE);
	header_text_add(t, "seq", h->has_seq ? h->seq_text : SPAN_NONE);
	header_text_stamp(t, &h->stamp);
	header_text_add(t, "relay", h->relay.text);
	header_text_add(t, "relay_host", h->relay_host);
	header_text_add(t, "prefix", h->host_prefix);
	header_text_add(t, "host", h->host);
	header_text_add(t, "node", h->node);
	header_text_event(t, h);
	return t->s;
}

#endif
