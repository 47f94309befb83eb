/*
 * netnorm.yaml.5: where one who comes from napalm-logs finds the options of its configuration.
 */
#include "collector/config_part.h"

static const char head[] =
    ".SH COMING FROM NAPALM-LOGS\n"
    "A publisher of napalm-logs is an output; each has a name, a\n"
    ".B kind\n"
    "and, in the place of its lists, a\n"
    ".BR filter ,\n"
    "whose fields are lists of globs. With\n"
    ".B format: napalm\n"
    "the objects are those of napalm-logs.\n";

static const struct {
	const char *theirs, *ours;
} options[] = {
	{ "publisher error_whitelist: [A, B_*]", "filter: {include: {error: [A, B_*]}}" },
	{ "publisher error_blacklist: [A, B_*]", "filter: {exclude: {error: [A, B_*]}}. It wins over include, as the black list does over the white one." },
	{ "an entry that is a regular expression", "a glob, or several: 'BGP_(DOWN|UP)' is [BGP_DOWN, BGP_UP]." },
	{ "publisher send_raw", "filter: {include: {outcome: [event, raw]}}. RAW and UNKNOWN are outcomes, and only events pass without such a list; that in "
	                        "napalm-logs the key alone counts, also with false, is not so here." },
	{ "publisher send_unknown", "filter: {include: {outcome: [event, unknown]}}; with both of them ['*']." },
	{ "publisher only_raw, only_unknown", "filter: {include: {outcome: raw}}, {include: {outcome: unknown}}" },
	{ "error_whitelist: [RAW, UNKNOWN]", "filter: {include: {outcome: [raw, unknown]}}. It published nothing in napalm-logs." },
	{ "publisher kafka: bootstrap_servers, topic", "kind: kafka, with brokers and topic. The key is the device; acknowledgement, TLS and SASL are there." },
	{ "publisher http: address, method, headers, username", "kind: http, with urls, method, headers, username and password (in a file or the environment); batches: single is "
	                                                        "one event a request." },
	{ "publisher cli, print, console", "kind: stdout with style: lines." },
	{ "publisher prometheus", "metrics: {address, port}: docs/metrics.md; no label is a host or an interface." },
	{ "publisher zmq, log, alerta", "there is none." },
	{ "publisher serializer", "JSON only." },
	{ "publisher strip_message_details", "there is none: message_details stay." },
	{ "publisher disable_security, no_encrypt, certificate, keyfile", "TLS is an option of the output that speaks it." },
	{ "device_whitelist, device_blacklist", "filter: {include: {os: [...]}}, {exclude: {os: [...]}} of each output: lines of other systems are understood, "
	                                        "too, and not sent." },
	{ "listener udp, tcp: address, port", "inputs of kind udp and tcp with address and port. Both framings of TCP are told apart by themselves; of max_clients "
	                                      "max_connections is what is left." },
	{ "config_path", "NETNORM_PROFILES in the environment." },
	{ "extension_config_path", "profiles: a list of directories that lie over the shipped profiles; one written for napalm-logs loads unchanged, but for "
	                           "Python." },
	{ "metrics_enabled, metrics_address, metrics_port", "metrics: {address, port}" },
	{ "hwm, buffer_size", "queue of an output, when_full among it; max_message of an input." },
};

static const char example[] =
    ".PP\n"
    "So this of napalm-logs\n"
    ".PP\n.nf\n"
    "    publisher:\n"
    "      - kafka:\n"
    "          bootstrap_servers: [k1:9092]\n"
    "          topic: napalm-logs\n"
    "          error_whitelist: [BGP_*, INTERFACE_DOWN, RAW]\n"
    "          error_blacklist: [BGP_MD5_INCORRECT]\n"
    "          send_raw: true\n"
    ".fi\n.PP\nis this here:\n.PP\n.nf\n"
    "    outputs:\n"
    "      - name: kafka\n"
    "        kind: kafka\n"
    "        format: napalm\n"
    "        brokers: [k1:9092]\n"
    "        topic: napalm-logs\n"
    "        filter:\n"
    "          include: {error: [BGP_*, INTERFACE_DOWN, RAW], outcome: [event, raw]}\n"
    "          exclude: {error: BGP_MD5_INCORRECT}\n"
    ".fi\n";

void
config_napalm_manual(FILE *f)
{
	fputs(head, f);
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		fprintf(f, ".TP\n.B %s\n\\&%s\n", options[i].theirs, options[i].ours);
	fputs(example, f);
}
