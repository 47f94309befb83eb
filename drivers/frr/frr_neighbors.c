/*
 * The kernel's neighbours: ARP, and IPv6's.
 */
#include "drivers/answer.h"
#include "drivers/field.h"
#include "drivers/frr/frr.h"
#include "drivers/transport/exec.h"

/* `ip -4 -s -j neigh show [vrf NAME]`: an array, or nothing at all where there is none. */
static json_t *
ask(struct device *d, const char *family, const char *vrf)
{
	struct buffer command, out;
	json_t *r = NULL;

	buffer_init(&command, 4096);
	buffer_init(&out, DEVICE_MAX_ANSWER);
	buffer_printf(&command, "ip %s -s -j neigh show", family);
	if (*vrf && strcmp(frr_vrf_name(vrf), "global") == 0) {
		buffer_puts(&command, " nomaster");
	} else if (*vrf) {
		buffer_puts(&command, " vrf ");
		exec_quote(&command, span_str(vrf));
	}
	if (command.failed)
		device_fail(d, DEVICE_ARGUMENT, "the command is too long");
	else if (frr_shell(d, command.p, &out) == 0)
		r = span_trim(buffer_span(&out)).n > 0 ? answer_parse(d, buffer_span(&out)) : json_array();
	buffer_fini(&out);
	buffer_fini(&command);
	return r;
}

static const char *
state_of(const json_t *one)
{
	const char *state = json_string_value(json_array_get(json_object_get(one, "state"), 0));

	return state ? state : "";
}

/* Seconds since the kernel last changed it; -1 of one that does not age.  What has no address of its link is none yet. */
static bool
neighbor_of(struct device *d, json_t *r, const json_t *one)
{
	bool ages = strcmp(state_of(one), "PERMANENT") != 0;
	const char *mac = answer_text(d, one, "lladdr", "");

	if (!*mac)
		return false;
	json_object_set_new(r, "interface", json_string(answer_text(d, one, "dev", "")));
	json_object_set_new(r, "mac", field_mac(d, span_str(mac)));
	json_object_set_new(r, "ip", field_ip(d, span_str(answer_text(d, one, "dst", ""))));
	json_object_set_new(r, "age", json_real(ages ? answer_real(d, one, "updated", -1) : -1.0));
	if (json_object_get(r, "state"))
		json_object_set_new(r, "state", json_string(state_of(one)));
	return true;
}

static json_t *
neighbors(struct device *d, const char *family, const char *vrf, const struct model *model)
{
	json_t *answer = ask(d, family, vrf), *one;
	json_t *r = answer ? json_array() : NULL;
	size_t i;

	json_array_foreach(answer_array(d, answer, NULL), i, one) {
		json_t *neighbor = model_new(model);

		if (neighbor_of(d, neighbor, one))
			json_array_append(r, neighbor);
		json_decref(neighbor);
	}
	json_decref(answer);
	return r;
}

json_t *
frr_get_arp_table(struct device *d, const json_t *arguments)
{
	return neighbors(d, "-4", getter_text(arguments, "vrf"), &model_arp);
}

json_t *
frr_get_ipv6_neighbors_table(struct device *d, const json_t *arguments)
{
	(void)arguments;
	return neighbors(d, "-6", "", &model_ipv6_neighbor);
}
