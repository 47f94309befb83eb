/*
 * Interfaces: what FRR knows of them, and the kernel's counters.
 */
#include <stdio.h>

#include "base/clock.h"
#include "drivers/answer.h"
#include "drivers/field.h"
#include "drivers/frr/frr.h"

/* FRR prints the largest number, or 0, where the kernel knows no speed. */
#define SPEED_UNKNOWN 4294967295

static json_t *
interfaces_of_text(struct device *d)
{
	struct buffer room;
	struct span text;
	json_t *r = NULL;

	buffer_init(&room, DEVICE_MAX_ANSWER);
	if (frr_vtysh(d, "show interface vrf all", &room, &text) == 0)
		r = frr_interfaces_read(text);
	buffer_fini(&room);
	return r;
}

json_t *
frr_interfaces(struct device *d)
{
	json_t *r = frr_vtysh_json(d, "show interface vrf all json");

	if (!r && frr_forgive_command(d))
		r = interfaces_of_text(d);
	return r;
}

/* ---- states ---- */

/* Seconds that the router's clock is ahead of UTC: it prints times without a zone.  (Those of today: a change of summer time since then is not known.) */
static int64_t
zone_seconds(struct device *d)
{
	struct buffer out;
	struct span text;
	int64_t n = 0, seconds = 0;

	buffer_init(&out, 4096);
	if (frr_shell(d, "date +%z", &out) == -1) {
		if (frr_forgive_command(d))
			device_warn(d, "get_interfaces: the router's time zone is not known, UTC is taken");
		goto out;
	}
	text = span_trim(buffer_span(&out));
	if (text.n == 5 && (text.p[0] == '+' || text.p[0] == '-') && field_int(span_skip(text, 1), &n) && n >= 0 && n <= 2400)
		seconds = (n / 100 * 3600 + n % 100 * 60) * (text.p[0] == '-' ? -1 : 1);
	else
		device_warn(d, "get_interfaces: \"%.*s\" is no time zone", (int)(text.n < 20 ? text.n : 20), text.p);
out:
	buffer_fini(&out);
	return seconds;
}

/* "2026/11/29 23:47:55.20" */
static double
time_of(struct device *d, const json_t *one, const char *key, int64_t zone)
{
	const char *text = answer_text(d, one, key, "");
	struct clock_date t = { 0 };
	double fraction = 0;
	int n = 0;

	if (!*text || strstr(text, "never"))
		return -1;
	if (sscanf(text, "%4d/%2d/%2d %2d:%2d:%2d%n", &t.year, &t.month, &t.day, &t.hour, &t.minute, &t.second, &n) != 6 || n == 0 || t.month < 1 || t.month > 12 || t.year < 1970) {
		device_warn(d, "get_interfaces: %s is \"%.40s\"", key, text);
		return -1;
	}
	if (text[n] == '.' && !field_real(span_str(text + n), &fraction))
		fraction = 0;
	return (double)(clock_seconds(&t) - zone) + fraction;
}

static bool
is_up(struct device *d, const json_t *one)
{
	/* Without link detection there is no operational state but the kernel's flags. */
	const char *flags = strstr(answer_text(d, one, "flags", "<RUNNING>"), "RUNNING") ? "up" : "down";

	return strcmp(answer_text(d, one, "administrativeStatus", ""), "up") == 0 && strcmp(answer_text(d, one, "operationalStatus", flags), "up") == 0;
}

static json_t *
interface_of(struct device *d, const json_t *one, int64_t zone)
{
	double up = time_of(d, one, "lastLinkUp", zone), down = time_of(d, one, "lastLinkDown", zone), speed = answer_real(d, one, "speed", -1);
	json_t *r = model_new(&model_interface);

	json_object_set_new(r, "is_up", json_boolean(is_up(d, one)));
	json_object_set_new(r, "is_enabled", json_boolean(strcmp(answer_text(d, one, "administrativeStatus", ""), "up") == 0));
	json_object_set_new(r, "description", json_string(answer_text(d, one, "description", answer_text(d, one, "Description", ""))));
	json_object_set_new(r, "last_flapped", json_real(up > down ? up : down));
	json_object_set_new(r, "mtu", json_integer(answer_int(d, one, "mtu", -1)));
	json_object_set_new(r, "speed", json_real(speed >= SPEED_UNKNOWN || speed == 0 ? -1.0 : speed));
	json_object_set_new(r, "mac_address", field_mac(d, span_str(answer_text(d, one, "hardwareAddress", ""))));
	return r;
}

json_t *
frr_get_interfaces(struct device *d, const json_t *arguments)
{
	json_t *all = frr_interfaces(d), *one;
	int64_t zone = all ? zone_seconds(d) : 0;
	json_t *r = all && d->error == DEVICE_OK ? json_object() : NULL;
	const char *name;

	(void)arguments;
	json_object_foreach(all, name, one) {
		if (json_is_object(one))
			json_object_set_new(r, name, interface_of(d, one, zone));
		else
			device_warn(d, "get_interfaces: \"%.60s\" is no interface", name);
	}
	json_decref(all);
	return r;
}

/* ---- addresses ---- */

/* "10.0.0.1/24" */
static void
add_address(struct device *d, json_t *families, const char *text)
{
	const char *slash = strrchr(text, '/'), *family = strchr(text, ':') ? "ipv6" : "ipv4";
	struct span address = slash ? span_of(text, (size_t)(slash - text)) : SPAN_NONE;
	json_t *key;
	int64_t length;

	if (!slash || !field_is_ip(address) || !field_int(span_str(slash + 1), &length) || length < 0 || length > 128) {
		device_warn(d, "get_interfaces_ip: \"%.60s\" is no address", text);
		return;
	}
	if (!json_object_get(families, family))
		json_object_set_new(families, family, json_object());
	key = field_ip(d, address);
	json_object_set_new(json_object_get(families, family), json_string_value(key), json_pack("{s:I}", "prefix_length", (json_int_t)length));
	json_decref(key);
}

json_t *
frr_get_interfaces_ip(struct device *d, const json_t *arguments)
{
	json_t *all = frr_interfaces(d), *one, *address;
	json_t *r = all ? json_object() : NULL;
	const char *name;
	size_t i;

	(void)arguments;
	json_object_foreach(all, name, one) {
		json_t *families = json_object();

		json_array_foreach(answer_array(d, one, "ipAddresses"), i, address)
			add_address(d, families, answer_text(d, address, "address", ""));
		if (json_object_size(families) > 0)
			json_object_set(r, name, families);
		json_decref(families);
	}
	json_decref(all);
	return r;
}

/* ---- counters ---- */

/* The columns of /proc/net/dev behind the name. */
enum { RX_BYTES, RX_PACKETS, RX_ERRORS, RX_DROPS, RX_MULTICAST = 7, TX_BYTES, TX_PACKETS, TX_ERRORS, TX_DROPS, COLUMNS };

static bool
read_columns(struct span rest, int64_t *v)
{
	struct span word;

	for (size_t i = 0; i < COLUMNS; i++) {
		if (!field_word(&rest, &word) || !field_int(word, &v[i]) || v[i] < 0)
			return false;
	}
	return true;
}

/* The kernel counts what came as multicast among all packets; what was sent it does not tell apart. */
static json_t *
counters_of(const int64_t *v)
{
	json_t *r = model_new(&model_interface_counters);

	json_object_set_new(r, "rx_octets", json_integer(v[RX_BYTES]));
	json_object_set_new(r, "tx_octets", json_integer(v[TX_BYTES]));
	json_object_set_new(r, "rx_errors", json_integer(v[RX_ERRORS]));
	json_object_set_new(r, "tx_errors", json_integer(v[TX_ERRORS]));
	json_object_set_new(r, "rx_discards", json_integer(v[RX_DROPS]));
	json_object_set_new(r, "tx_discards", json_integer(v[TX_DROPS]));
	json_object_set_new(r, "rx_multicast_packets", json_integer(v[RX_MULTICAST]));
	json_object_set_new(r, "rx_unicast_packets", json_integer(v[RX_PACKETS] > v[RX_MULTICAST] ? v[RX_PACKETS] - v[RX_MULTICAST] : 0));
	json_object_set_new(r, "tx_unicast_packets", json_integer(v[TX_PACKETS]));
	return r;
}

json_t *
frr_get_interfaces_counters(struct device *d, const json_t *arguments)
{
	json_t *r = json_object();
	struct span text, line;
	struct buffer out;
	int64_t v[COLUMNS];

	(void)arguments;
	buffer_init(&out, DEVICE_MAX_ANSWER);
	frr_shell(d, "cat /proc/net/dev", &out);
	text = buffer_span(&out);
	while (d->error == DEVICE_OK && field_line(&text, &line)) {
		const char *colon = line.n ? memchr(line.p, ':', line.n) : NULL;
		struct span name = colon ? span_trim(span_between(line.p, colon)) : SPAN_NONE;
		json_t *key;

		if (name.n == 0)
			continue;
		key = field_text(name);
		if (read_columns(span_skip(line, (size_t)(colon - line.p) + 1), v))
			json_object_set_new(r, json_string_value(key), counters_of(v));
		else
			device_warn(d, "get_interfaces_counters: no counters in \"%.*s\"", (int)(line.n < 60 ? line.n : 60), line.p);
		json_decref(key);
	}
	buffer_fini(&out);
	if (d->error == DEVICE_OK && json_object_size(r) == 0)
		device_fail(d, DEVICE_ANSWER, "\"cat /proc/net/dev\" gave no counters");
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}
