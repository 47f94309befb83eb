#include "drivers/xr/xr_value.h"

#include "drivers/field.h"
#include "drivers/xml_read.h"

json_t *
xr_value_level(struct span group)
{
	static const struct { const char *group; int level; } levels[] = {
		{ "root-system", 15 }, { "root-lr", 15 }, { "operator", 5 }, { "sysadmin", 1 }, { "serviceadmin", 1 },
	};

	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++)
		if (span_eq(group, span_str(levels[i].group)))
			return json_integer(levels[i].level);
	return json_integer(0);
}

json_t *
xr_value_vlan(struct span name)
{
	int64_t v;

	if (span_starts(name, SPAN_LIT("vlan")))
		name = span_skip(name, 4);
	return json_integer(field_int(name, &v) ? v : 0);
}

json_t *
xr_value_probe_type(struct span operation)
{
	static const struct { const char *model, *agent, *type; } types[] = {
		{ "icmp-echo", "ICMPEcho", "icmp-ping" },
		{ "udp-echo", "UDPEcho", "udp-ping" },
		{ "icmp-jitter", "ICMPJitter", "icmp-ping-timestamp" },
		{ "udp-jitter", "UDPJitter", "udp-ping-timestamp" },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (span_eq(operation, span_str(types[i].model)) || span_eq(operation, span_str(types[i].agent)))
			return json_string(types[i].type);
	return json_string("");
}

json_t *
xr_value_bgp_state(struct span text)
{
	char out[32];

	if (span_starts(text, SPAN_LIT("bgp-st-")) || span_starts(text, SPAN_LIT("BGP_ST_")))
		text = span_skip(text, 7);
	if (span_eq(text, SPAN_LIT("estab")) || span_eq(text, SPAN_LIT("ESTAB")))
		return json_string("Established");
	if (text.n >= sizeof(out))
		return field_text(text);
	for (size_t i = 0; i < text.n; i++)
		out[i] = (char)(!span_is_alpha(text.p[i]) ? text.p[i] : i == 0 ? text.p[i] & ~0x20 : text.p[i] | 0x20);
	return field_text(span_of(out, text.n));
}

json_t *
xr_value_bgp_previous(struct span text)
{
	static const char *const states[] = { "Unknown", "Idle", "Connect", "OpenSent", "OpenConfirm", "Active", "Established" };
	int64_t v = 0;

	if (text.n > 0 && !field_int(text, &v))
		return xr_value_bgp_state(text);
	return json_string(v >= 0 && (size_t)v < sizeof(states) / sizeof(*states) ? states[v] : "");
}

void
xr_value_append(json_t *object, struct span name, json_t *one)
{
	json_t *list = xml_read_at(object, name);

	if (!list) {
		list = json_array();
		xml_read_put(object, name, list);
	}
	json_array_append_new(list, one);
}
