#include "drivers/linux_path.h"

#include <stdio.h>
#include <string.h>

#include "drivers/field.h"

struct span
linux_path_bare(struct span word)
{
	while (word.n > 0 && word.p[word.n - 1] == ':')
		word.n--;
	if (word.n > 1 && word.p[0] == '(' && word.p[word.n - 1] == ')')
		word = span_of(word.p + 1, word.n - 2);
	return word;
}

bool
linux_path_time(struct span line, double *ms)
{
	static const char mark[] = "time=";
	const char *at = memmem(line.p, line.n, mark, sizeof(mark) - 1);
	struct span rest = at ? span_skip(line, (size_t)(at - line.p) + sizeof(mark) - 1) : SPAN_NONE, word;

	return at && field_word(&rest, &word) && field_real(word, ms);
}

json_t *
linux_path_ping(void)
{
	return json_pack("{s:i, s:i, s:f, s:f, s:f, s:f, s:[]}", "probes_sent", 0, "packet_loss", 0, "rtt_min", 0.0, "rtt_max", 0.0, "rtt_avg", 0.0, "rtt_stddev", 0.0, "results");
}

void
linux_path_loss(json_t *r, struct span line)
{
	struct span rest = line, word, number = SPAN_NONE;
	int64_t sent = 0, received = 0;

	while (field_word(&rest, &word)) {
		if (span_eq(word, SPAN_LIT("packets")))
			field_int(number, &sent);
		else if (span_starts(word, SPAN_LIT("received")))
			field_int(number, &received);
		/* "4 packets received" of busybox: the number stays. */
		if (!span_eq(word, SPAN_LIT("packets")))
			number = word;
		if (span_starts(word, SPAN_LIT("received")))
			break;
	}
	if (sent < received || sent > 1000000 || received < 0)
		return;
	json_object_set_new(r, "probes_sent", json_integer(sent));
	json_object_set_new(r, "packet_loss", json_integer(sent - received));
}

void
linux_path_summary(json_t *r, struct span line)
{
	static const char *const fields[] = { "rtt_min", "rtt_avg", "rtt_max", "rtt_stddev" };
	const char *equals = memchr(line.p, '=', line.n);
	struct span rest = equals ? span_skip(line, (size_t)(equals - line.p) + 1) : SPAN_LIT(""), list = SPAN_NONE;
	double ms;

	field_word(&rest, &list);
	for (size_t i = 0; i < 4 && list.n > 0; i++) {
		const char *slash = memchr(list.p, '/', list.n);
		struct span one = slash ? span_between(list.p, slash) : list;

		if (field_real(one, &ms))
			json_object_set_new(r, fields[i], json_real(ms));
		list = span_skip(list, one.n + 1);
	}
}

/* ---- traceroute ---- */

struct hop {
	json_t *probes;
	struct span name, address;      /* of the router that answered last */
	double lost_ms;                 /* the time of a probe without an answer */
};

static void
add_probe(struct hop *h, double ms, bool lost)
{
	char number[24];

	snprintf(number, sizeof(number), "%zu", json_object_size(h->probes) + 1);
	json_object_set_new(h->probes, number, json_pack("{s:f, s:o, s:o}", "rtt", lost ? h->lost_ms : ms, "ip_address", lost ? json_string("*") : field_text(h->address), "host_name",
	    lost ? json_string("*") : field_text(h->name)));
}

/* "NAME (ADDRESS)  0.985 ms  1.278 ms OTHER (ADDRESS)  1.347 ms", "*" for a lost probe, "!H" and the like behind a time. */
static void
read_probes(struct hop *h, struct span rest)
{
	struct span word, after;
	double ms;

	while (field_word(&rest, &word)) {
		struct span next = rest;

		if (span_eq(word, SPAN_LIT("*")))
			add_probe(h, 0, true);
		else if (field_real(word, &ms) && field_word(&next, &after) && span_eq(after, SPAN_LIT("ms"))) {
			add_probe(h, ms, false);
			rest = next;
		} else if (word.p[0] == '(')
			h->address = linux_path_bare(word);
		else if (word.p[0] != '!')
			h->name = h->address = word;
	}
}

json_t *
linux_path_hops(struct span text, double lost_ms)
{
	json_t *r = json_object();
	struct span line, word;
	int64_t number;

	while (field_line(&text, &line)) {
		struct hop h = { .name = SPAN_LIT("*"), .address = SPAN_LIT("*"), .lost_ms = lost_ms };
		char key[24];

		if (!field_word(&line, &word) || !field_int(word, &number) || number < 1 || number > 255)
			continue;
		h.probes = json_object();
		read_probes(&h, line);
		snprintf(key, sizeof(key), "%d", (int)number);
		if (json_object_size(h.probes) > 0)
			json_object_set_new(r, key, json_pack("{s:O}", "probes", h.probes));
		json_decref(h.probes);
	}
	return r;
}
