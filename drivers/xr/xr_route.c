#include "drivers/xr/xr_route.h"

#include <stdio.h>

#include "drivers/field.h"
#include "drivers/getter.h"
#include "drivers/model.h"

static char
lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

static bool
same_word(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

int
xr_route_request(struct device *d, struct xr_route_request *q, const json_t *arguments)
{
	struct span destination = span_str(getter_text(arguments, "destination"));
	const char *slash = destination.n ? memchr(destination.p, '/', destination.n) : NULL;

	q->address = slash ? span_between(destination.p, slash) : destination;
	q->protocol = span_str(getter_text(arguments, "protocol"));
	if (getter_bool(arguments, "longer"))
		return device_fail(d, DEVICE_NOT_IMPLEMENTED, "longer prefixes");
	if (!field_is_ip(q->address))
		return device_fail(d, DEVICE_ARGUMENT, "\"%.*s\" is no IP address", (int)(q->address.n < 60 ? q->address.n : 60), q->address.p);
	q->is_6 = memchr(q->address.p, ':', q->address.n);
	q->length = q->is_6 ? SPAN_LIT("128") : SPAN_LIT("32");
	if (slash)
		q->length = span_skip(destination, q->address.n + 1);
	else if (span_eq(q->address, SPAN_LIT("0.0.0.0")) || span_eq(q->address, SPAN_LIT("::")))
		q->length = SPAN_LIT("0");
	if (same_word(q->protocol, SPAN_LIT("direct")))
		q->protocol = SPAN_LIT("connected");
	return 0;
}

static json_t *
path(struct device *d, const xmlNode *route, const xmlNode *n, const struct xr_route *names)
{
	json_t *r = model_new(&model_route);

	json_object_set_new(r, "age", json_integer(xml_read_int(d, route, names->age, 0)));
	json_object_set_new(r, "preference", json_integer(xml_read_int(d, route, names->preference, 0)));
	json_object_set_new(r, "next_hop", xml_read_text(n, names->next_hop, ""));
	json_object_set_new(r, "outgoing_interface", xml_read_text(n, names->interface, ""));
	json_object_set_new(r, "routing_table", json_string("default"));
	return r;
}

void
xr_route_put(struct device *d, json_t *r, const xmlNode *route, const struct xr_route *names, const struct xr_route_request *q)
{
	struct span prefix = xml_text(route, names->prefix), length = xml_text(route, names->length), text = xml_text(route, names->protocol);
	char name[128], protocol[64];
	bool first = true;
	size_t n;

	if (prefix.n == 0 || (q->protocol.n > 0 && !same_word(q->protocol, text)))
		return;
	for (n = 0; n < text.n && n < sizeof(protocol); n++)
		protocol[n] = lower(text.p[n]);
	snprintf(name, sizeof(name), "%.*s/%.*s", (int)(prefix.n < 64 ? prefix.n : 64), prefix.p, (int)(length.n < 16 ? length.n : 16), length.p ? length.p : "");
	if (!json_object_get(r, name))
		json_object_set_new(r, name, json_array());
	for (xmlNode *p = xml_read_next(route, names->paths, NULL); p; p = xml_read_next(route, names->paths, p)) {
		json_t *one = path(d, route, p, names);

		json_object_set_new(one, "protocol", field_text(span_of(protocol, n)));
		json_object_set_new(one, "current_active", json_boolean(first));
		json_array_append_new(json_object_get(r, name), one);
		first = false;
	}
}
