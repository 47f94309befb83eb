/*
 * Probes (IP SLA).
 *
 *     ip sla 7
 *      icmp-echo 192.0.2.1 source-ip 192.0.2.17
 *      tag to-core
 *      frequency 10
 *      history buckets-kept 25
 *
 * NAPALM has those that are written so: an echo by ICMP, right below it the tag, and then both numbers; the others are left out, with a warning.
 */
#include "drivers/field.h"
#include "drivers/ios/ios.h"

/* What is read of a probe; a line that NAPALM does not expect ends it. */
struct probe {
	struct span number, kind, target, source, name;
	int64_t interval, count;        /* -1: not told */
	size_t since_count;             /* lines behind that of the count */
	enum { PROBE_NONE, PROBE_NUMBER, PROBE_KIND, PROBE_TAG } told;
};

static bool
is_word(struct span word, const char *text)
{
	return span_eq(word, span_str(text));
}

static void
add_probe(struct device *d, json_t *r, const struct probe *p)
{
	json_t *one, *tests;

	if (!is_word(p->kind, "icmp-echo")) {
		device_warn(d, "the type of probe %.*s is not known", IOS_PART(p->number));
		return;
	}
	if (p->source.n == 0)
		device_warn(d, "probe %.*s: no source", IOS_PART(p->number));
	one = model_new(&model_probe);
	json_object_set_new(one, "probe_type", json_string("icmp-ping"));
	json_object_set_new(one, "target", field_text(p->target));
	json_object_set_new(one, "source", field_text(p->source));
	json_object_set_new(one, "probe_count", json_integer(p->count));
	json_object_set_new(one, "test_interval", json_integer(p->interval));
	tests = json_object();
	ios_set(tests, p->name, one);
	ios_set(r, p->number, tests);
}

static void
end_probe(struct device *d, struct probe *p)
{
	if (p->told != PROBE_NONE)
		device_warn(d, "probe %.*s is left out: it needs a tag, a frequency and buckets-kept", IOS_PART(p->number));
	p->told = PROBE_NONE;
}

static void
kind_line(struct probe *p, const struct span *words, size_t n)
{
	bool with_source = n == 4 && (is_word(words[2], "source-ip") || is_word(words[2], "source-interface"));

	p->kind = words[0];
	p->target = n > 1 ? words[1] : SPAN_LIT("");
	p->source = with_source ? words[3] : SPAN_LIT("");
	p->told = PROBE_KIND;
}

/* The frequency stands anywhere before the count, or at most two lines behind it. */
static bool
number_line(struct probe *p, const struct span *words, size_t n)
{
	p->since_count++;
	if (n == 2 && is_word(words[0], "frequency") && field_int(words[1], &p->interval))
		return p->count >= 0 && p->since_count <= 2;
	if (n < 3 || !is_word(words[0], "history") || !is_word(words[1], "buckets-kept") || !field_int(words[2], &p->count))
		return false;
	p->since_count = 0;
	return p->interval >= 0;
}

static void
probe_line(struct device *d, json_t *r, struct probe *p, struct span line)
{
	struct span words[8];
	size_t n = field_words(line, words, 8);
	int64_t number;

	n = n < 8 ? n : 8;
	if (n > 0 && !span_is_space(line.p[0])) {
		end_probe(d, p);
		if (n == 3 && is_word(words[0], "ip") && is_word(words[1], "sla") && field_int(words[2], &number))
			*p = (struct probe){ .number = words[2], .interval = -1, .count = -1, .told = PROBE_NUMBER };
	} else if (n > 0 && p->told == PROBE_NUMBER) {
		kind_line(p, words, n);
	} else if (n > 0 && p->told == PROBE_KIND && n > 1 && is_word(words[0], "tag")) {
		p->name = span_between(words[1].p, line.p + line.n);
		p->told = PROBE_TAG;
	} else if (n > 0 && p->told == PROBE_KIND) {
		end_probe(d, p);
	} else if (n > 0 && p->told == PROBE_TAG && number_line(p, words, n)) {
		add_probe(d, r, p);
		p->told = PROBE_NONE;
	}
}

json_t *
ios_get_probes_config(struct device *d, const json_t *arguments)
{
	struct probe p = { .told = PROBE_NONE };
	struct buffer answer;
	struct span text, line;
	json_t *r = NULL;

	(void)arguments;
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_ask(d, &answer, "show run | section ip sla [0-9]") == 0) {
		r = json_object();
		if (ios_refused(buffer_span(&answer)))
			device_warn(d, "the device tells nothing of probes: %.*s", IOS_PART(buffer_span(&answer)));
		for (text = buffer_span(&answer); field_line(&text, &line);)
			probe_line(d, r, &p, line);
		end_probe(d, &p);
	}
	buffer_fini(&answer);
	return r;
}
