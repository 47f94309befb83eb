/*
 * Routes, from `show ip route vrf all DESTINATION`:
 *
 *     IP Route Table for VRF "blue"
 *     198.51.100.0/24, ubest/mbest: 1/0
 *         *via 192.0.2.1%red, Po87.3572, [20/45], 2w6d, bgp-65001, external, tag 65001
 */
#include "drivers/field.h"
#include "drivers/ifname.h"
#include "drivers/nxos_ssh/nxos_ssh_route.h"

struct table {
	struct nxos_ssh_route_asked asked;
	const char *protocol;   /* "": all */
	json_t *routes;
	struct span vrf, prefix;        /* absent: none yet */
	bool six;
};

/* What stands between the commas of a line "*via ...". */
struct hop {
	struct span address, interface, source;
	int64_t metric, age;
	bool used;
};

static const char where[] = "get_route_to: \"show ip route\"";

/* Up to the next comma, trimmed; false at the end. */
static bool
part(struct span *rest, struct span *one)
{
	const char *comma = rest->n ? memchr(rest->p, ',', rest->n) : NULL;

	*one = span_trim(comma ? span_between(rest->p, comma) : *rest);
	*rest = comma ? span_between(comma + 1, rest->p + rest->n) : SPAN_NONE;
	return one->n > 0;
}

/* "[20/45]": preference and metric.  NAPALM gives the metric as the preference. */
static bool
read_metric(struct span s, int64_t *metric)
{
	struct span both = field_behind(s, "[");

	return s.p[0] == '[' && field_int(nxos_ssh_before(field_behind(both, "/"), "]"), metric);
}

static bool
read_hop(struct hop *h, struct span text)
{
	struct span one, zone;
	double real;

	*h = (struct hop){ .address = SPAN_LIT(""), .interface = SPAN_LIT(""), .metric = -1, .age = -1 };
	while (part(&text, &one) && one.p[0] != '[') {
		/* 192.0.2.1%red: the VRF of the next hop. */
		zone = nxos_ssh_before(one, "%");
		if (field_is_ip(zone.p ? zone : one))
			h->address = zone.p ? zone : one;
		else
			h->interface = one;
	}
	if (one.n == 0 || !read_metric(one, &h->metric) || !part(&text, &one))
		return false;
	if (!field_duration(one, &h->age))
		h->age = field_real(one, &real) && real >= 0 && real < 1e9 ? (int64_t)real : -1;
	if (!part(&text, &one))
		return false;
	/* "bgp-65001", "ospf-1000", "static" */
	h->source = one;
	for (size_t i = 0; i < one.n; i++) {
		if (one.p[i] == '-' || one.p[i] == ' ') {
			h->source.n = i;
			break;
		}
	}
	return true;
}

static json_t *
route(struct table *t, const struct hop *h)
{
	json_t *r = model_new(&model_route), *attributes = json_object();

	if (span_eq(h->source, SPAN_LIT("bgp")) && !t->six) {
		json_decref(attributes);
		attributes = nxos_ssh_route_bgp(&t->asked, t->vrf, t->prefix, h->address);
	}
	json_object_set_new(r, "protocol", field_text(h->source));
	json_object_set_new(r, "outgoing_interface", ifname_full(h->interface));
	json_object_set_new(r, "age", json_integer(h->age));
	json_object_set_new(r, "current_active", json_boolean(h->used));
	json_object_set_new(r, "last_active", json_boolean(h->used));
	json_object_set_new(r, "selected_next_hop", json_boolean(h->used));
	json_object_set_new(r, "routing_table", field_text(t->vrf));
	json_object_set_new(r, "next_hop", field_text(h->address));
	json_object_set_new(r, "preference", json_integer(h->metric));
	json_object_set_new(r, "protocol_attributes", attributes);
	return r;
}

/* "*via", or "via" of one that is not used.  "**via", the best for multicast, is none of unicast's. */
static void
hop_line(struct table *t, struct span line)
{
	bool used = line.n > 0 && line.p[0] == '*';
	struct hop h;

	line = span_skip(line, used);
	if (!span_starts(line, SPAN_LIT("via ")))
		return;
	if (!t->prefix.p || !read_hop(&h, span_skip(line, 4))) {
		nxos_ssh_odd(t->asked.d, where, line);
		return;
	}
	h.used = used;
	if (!*t->protocol || span_eq(h.source, span_str(t->protocol)))
		json_array_append_new(nxos_ssh_get(t->routes, t->prefix), route(t, &h));
}

static void
read_line(struct table *t, struct span line)
{
	struct span vrf = field_behind(line, "Table for VRF \""), prefix = nxos_ssh_before(line, ", ubest/");

	if (vrf.p) {
		t->vrf = nxos_ssh_before(vrf, "\"");
		t->prefix = SPAN_NONE;
	} else if (prefix.p && t->vrf.p) {
		t->prefix = span_trim(prefix);
		if (!nxos_ssh_get(t->routes, t->prefix))
			nxos_ssh_put(t->routes, t->prefix, json_array());
	} else {
		hop_line(t, span_trim(line));
	}
}

json_t *
nxos_ssh_get_route_to(struct device *d, const json_t *arguments)
{
	const char *destination = getter_text(arguments, "destination"), *family = strchr(destination, ':') ? "ipv6" : "ip";
	struct table t = { .asked = { .d = d }, .protocol = getter_text(arguments, "protocol"), .six = strchr(destination, ':') != NULL };
	struct buffer out;
	struct span text, line;

	if (getter_bool(arguments, "longer")) {
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "driver nxos_ssh does not implement longer prefixes");
		return NULL;
	}
	if (!*destination) {
		device_fail(d, DEVICE_ARGUMENT, "get_route_to needs a destination");
		return NULL;
	}
	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (nxos_ssh_show(d, &out, "show %s route vrf all %s", family, destination) == 0) {
		t.asked.answers = json_object();
		t.routes = json_object();
		text = buffer_span(&out);
		while (d->error == DEVICE_OK && field_line(&text, &line))
			read_line(&t, line);
	}
	json_decref(t.asked.answers);
	buffer_fini(&out);
	if (d->error == DEVICE_OK)
		return t.routes;
	json_decref(t.routes);
	return NULL;
}
