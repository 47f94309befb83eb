/*
 * NTP.
 */
#include "drivers/field.h"
#include "drivers/ios/ios.h"

static bool
is_mark(char c)
{
	return c != '\0' && strchr("*~#+-. ", c) != NULL;
}

/* "*~192.0.2.7  .GPS.  1  54  1024  377  1.186  0.122  18.659"; the marks are of the peer's state.  Behind an "x" (a falseticker) NAPALM finds no address. */
static json_t *
association(const struct span *words)
{
	struct span peer = words[0];
	int64_t stratum, poll, reach;
	double delay, offset, jitter;
	bool synchronized = false;
	json_t *r;

	if (!field_int(words[2], &stratum) || !field_int(words[4], &poll) || !field_int(words[5], &reach) || !field_real(words[6], &delay) || !field_real(words[7], &offset) ||
	    !field_real(words[8], &jitter))
		return NULL;
	for (; peer.n > 0 && is_mark(peer.p[0]); peer = span_skip(peer, 1))
		synchronized |= peer.p[0] == '*';
	r = model_new(&model_ntp_stats);
	json_object_set_new(r, "remote", field_text(peer.n > 0 && peer.p[0] == 'x' ? SPAN_LIT("") : peer));
	json_object_set_new(r, "referenceid", field_text(words[1]));
	json_object_set_new(r, "synchronized", json_boolean(synchronized));
	json_object_set_new(r, "stratum", json_integer(stratum));
	json_object_set_new(r, "type", json_string("-"));
	json_object_set_new(r, "when", field_text(words[3]));
	json_object_set_new(r, "hostpoll", json_integer(poll));
	json_object_set_new(r, "reachability", json_integer(reach));
	json_object_set_new(r, "delay", json_real(delay));
	json_object_set_new(r, "offset", json_real(offset));
	json_object_set_new(r, "jitter", json_real(jitter));
	return r;
}

/* The legend of old releases, "* master (synced), ...": NAPALM takes it for the association before it, once more. */
static void
repeat_last(json_t *all)
{
	json_t *last = json_array_get(all, json_array_size(all) - 1);

	if (last)
		json_array_append(all, last);
}

/* A long address stands on a line of its own. */
static json_t *
associations(struct device *d, struct span text)
{
	struct span line, words[10], alone = SPAN_NONE;
	json_t *r = json_array(), *one;
	size_t n;

	while (field_line(&text, &line)) {
		if (span_trim(line).n == 0 || field_has(line, "ref clock") || field_has(line, "sys.peer") || field_has(line, "NTP is not enabled"))
			continue;
		if (field_has(line, "master (synced)")) {
			repeat_last(r);
			continue;
		}
		n = field_words(line, words + 1, 9);
		words[0] = alone;
		alone = n == 1 ? words[1] : SPAN_NONE;
		if (alone.p && memchr(alone.p, ':', alone.n))
			continue;
		one = n == 9 ? association(words + 1) : n == 8 && words[0].p ? association(words) : NULL;
		if (one)
			json_array_append_new(r, one);
		else
			ios_odd(d, "show ntp associations", line);
	}
	return r;
}

json_t *
ios_get_ntp_stats(struct device *d, const json_t *arguments)
{
	struct buffer answer;
	json_t *r = NULL;

	(void)arguments;
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_show(d, &answer, "show ntp associations") == 0)
		r = associations(d, buffer_span(&answer));
	buffer_fini(&answer);
	return r;
}

json_t *
ios_get_ntp_peers(struct device *d, const json_t *arguments)
{
	json_t *all = ios_get_ntp_stats(d, arguments), *r = all ? json_object() : NULL, *one;
	size_t i;

	json_array_foreach(all, i, one) {
		const char *remote = json_string_value(json_object_get(one, "remote"));

		if (remote && *remote)
			json_object_set_new(r, remote, model_new(&model_ntp_peer));
	}
	json_decref(all);
	return r;
}

/* "ntp server [vrf NAME] [ip|ipv6] ADDRESS ..." */
static void
add_server(json_t *r, struct span line)
{
	struct span words[8];
	size_t n = field_words(line, words, 8), at = 2;

	n = n < 8 ? n : 8;
	if (n < 3 || !span_eq(words[0], SPAN_LIT("ntp")) || !span_eq(words[1], SPAN_LIT("server")))
		return;
	if (span_eq(words[at], SPAN_LIT("vrf")))
		at += 2;
	if (at + 1 < n && (span_eq(words[at], SPAN_LIT("ip")) || span_eq(words[at], SPAN_LIT("ipv6"))))
		at++;
	if (at < n)
		ios_set(r, words[at], model_new(&model_ntp_server));
}

json_t *
ios_get_ntp_servers(struct device *d, const json_t *arguments)
{
	struct buffer answer;
	struct span text, line;
	json_t *r = NULL;

	(void)arguments;
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_show(d, &answer, "show run | include ntp server") == 0) {
		r = json_object();
		for (text = buffer_span(&answer); field_line(&text, &line);)
			add_server(r, line);
	}
	buffer_fini(&answer);
	return r;
}
