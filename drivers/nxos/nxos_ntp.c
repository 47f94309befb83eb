/*
 * NTP: peers, servers, how they do.
 */
#include "drivers/answer.h"
#include "drivers/field.h"
#include "drivers/nxos/nxos.h"
#include "drivers/nxos/nxos_table.h"

/* An address in its shortest form; a name stays. */
static json_t *
peer_name(struct device *d, const json_t *row, const char *key)
{
	char room[32];
	struct span text = nxos_table_text(row, key, room);

	return field_is_ip(text) ? field_ip(d, text) : field_text(text);
}

static json_t *
peers_of(struct device *d, struct span kind)
{
	json_t *answer = nxos_ask(d, "show ntp peers"), *rows = nxos_table_rows(answer, "peers"), *row;
	json_t *r = answer ? json_object() : NULL;
	char room[32];
	size_t i;

	json_array_foreach(rows, i, row) {
		json_t *name = peer_name(d, row, "PeerIPAddress");

		if (span_eq(nxos_table_text(row, "serv_peer", room), kind))
			json_object_set_new(r, json_string_value(name), json_object());
		json_decref(name);
	}
	json_decref(rows);
	json_decref(answer);
	return r;
}

json_t *
nxos_get_ntp_peers(struct device *d, const json_t *arguments)
{
	(void)arguments;
	return peers_of(d, SPAN_LIT("Peer"));
}

json_t *
nxos_get_ntp_servers(struct device *d, const json_t *arguments)
{
	(void)arguments;
	return peers_of(d, SPAN_LIT("Server"));
}

static json_t *
status(struct device *d, const json_t *row)
{
	json_t *r = model_new(&model_ntp_stats);
	const char *mark = json_string_value(json_object_get(row, "syncmode"));

	json_object_set_new(r, "remote", peer_name(d, row, "remote"));
	json_object_set_new(r, "referenceid", peer_name(d, row, "remote"));
	json_object_set_new(r, "synchronized", json_boolean(mark && strcmp(mark, "*") == 0));
	json_object_set_new(r, "stratum", json_integer(answer_int(d, row, "st", -1)));
	json_object_set_new(r, "hostpoll", json_integer(answer_int(d, row, "poll", -1)));
	json_object_set_new(r, "reachability", json_integer(answer_int(d, row, "reach", -1)));
	json_object_set_new(r, "delay", json_real(answer_real(d, row, "delay", -1)));
	json_object_set_new(r, "offset", json_real(0));
	json_object_set_new(r, "jitter", json_real(0));
	return r;
}

json_t *
nxos_get_ntp_stats(struct device *d, const json_t *arguments)
{
	json_t *answer = nxos_ask(d, "show ntp peer-status"), *rows = nxos_table_rows(answer, "peersstatus"), *row;
	json_t *r = answer ? json_array() : NULL;
	size_t i;

	(void)arguments;
	json_array_foreach(rows, i, row)
		json_array_append_new(r, status(d, row));
	json_decref(rows);
	json_decref(answer);
	return r;
}
