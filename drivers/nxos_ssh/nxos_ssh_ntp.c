/*
 * NTP.
 */
#include "drivers/field.h"
#include "drivers/nxos_ssh/nxos_ssh.h"

/* "  192.0.2.71                  Server (configured)": NAPALM gives servers and peers alike. */
static json_t *
peers(struct device *d, const char *getter)
{
	struct span text, line, word;
	struct buffer out;
	json_t *r = NULL;

	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (nxos_ssh_show(d, &out, "show ntp peers") == 0) {
		r = json_object();
		text = buffer_span(&out);
		while (field_line(&text, &line)) {
			struct span rest = line;

			if (field_has(line, "-----") || field_has(line, "Peer IP Address") || !field_word(&rest, &word))
				continue;
			if (rest.n > 0 && (span_starts(rest, SPAN_LIT("Server")) || span_starts(rest, SPAN_LIT("Peer")) || field_is_ip(word)))
				nxos_ssh_put(r, word, json_object());
			else
				nxos_ssh_odd(d, getter, line);
		}
	}
	buffer_fini(&out);
	return r;
}

json_t *
nxos_ssh_get_ntp_peers(struct device *d, const json_t *arguments)
{
	(void)arguments;
	return peers(d, "get_ntp_peers: \"show ntp peers\"");
}

json_t *
nxos_ssh_get_ntp_servers(struct device *d, const json_t *arguments)
{
	(void)arguments;
	return peers(d, "get_ntp_servers: \"show ntp peers\"");
}

/* ---- show ntp peer-status ---- */

/* "*192.0.2.71           198.51.100.54          3   64     377   0.25079 management": remote, local, stratum, poll, reach, delay, VRF. */
static void
status_line(struct device *d, json_t *r, struct span line)
{
	struct span words[6];
	bool marked = line.n > 0 && memchr("*+-=", line.p[0], 4), synchronized = line.n > 0 && line.p[0] == '*';
	int64_t stratum, poll, reach;
	double delay;
	json_t *one;

	if (span_trim(line).n == 0)
		return;
	if (field_words(span_skip(line, marked), words, 6) < 6 || !field_int(words[2], &stratum) || !field_int(words[3], &poll) || !field_int(words[4], &reach) || !field_real(words[5], &delay)) {
		nxos_ssh_odd(d, "get_ntp_stats: \"show ntp peer-status\"", line);
		return;
	}
	one = model_new(&model_ntp_stats);
	json_object_set_new(one, "remote", field_text(words[0]));
	json_object_set_new(one, "referenceid", field_text(words[1]));
	json_object_set_new(one, "synchronized", json_boolean(synchronized));
	json_object_set_new(one, "stratum", json_integer(stratum));
	json_object_set_new(one, "hostpoll", json_integer(poll));
	json_object_set_new(one, "reachability", json_integer(reach));
	json_object_set_new(one, "delay", json_real(delay));
	json_object_set_new(one, "offset", json_real(0));
	json_object_set_new(one, "jitter", json_real(0));
	json_array_append_new(r, one);
}

json_t *
nxos_ssh_get_ntp_stats(struct device *d, const json_t *arguments)
{
	struct span text, line;
	struct buffer out;
	json_t *r = NULL;
	bool in = false;

	(void)arguments;
	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (nxos_ssh_show(d, &out, "show ntp peer-status") == 0) {
		r = json_array();
		text = buffer_span(&out);
		while (field_line(&text, &line)) {
			if (in)
				status_line(d, r, line);
			in = in || span_starts(line, SPAN_LIT("-----"));
		}
	}
	buffer_fini(&out);
	return r;
}
