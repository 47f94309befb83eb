#include "drivers/xr/xr_path.h"

#include "drivers/field.h"
#include "drivers/getter.h"

int64_t
xr_path_longer(struct device *d, int64_t probes, int64_t timeout_s)
{
	int64_t usual_ms = d->timeout_ms, most_s = DEVICE_CALL_MS / 1000;

	if (probes > 0 && timeout_s > 0)
		d->timeout_ms += (probes < most_s && timeout_s < most_s && probes * timeout_s < most_s ? probes * timeout_s : most_s) * 1000;
	return usual_ms;
}

json_t *
xr_path_error(struct span text)
{
	return json_pack("{s:o}", "error", field_text(span_trim(text)));
}

json_t *
xr_path_refused(struct device *d)
{
	json_t *r;

	if (d->error != DEVICE_COMMAND)
		return NULL;
	r = xr_path_error(span_str(d->message));
	device_forgive(d);
	return r;
}

/* ---- ping ---- */

static json_t *
replies(struct device *d, const char *destination, int64_t n)
{
	bool is_ip = field_is_ip(span_str(destination));
	json_t *r = json_array();

	for (int64_t i = 0; i < n; i++) {
		json_t *one = model_new(&model_ping_result);

		json_object_set_new(one, "ip_address", is_ip ? field_ip(d, span_str(destination)) : json_string(destination));
		json_object_set_new(one, "rtt", json_real(0));
		json_array_append_new(r, one);
	}
	return r;
}

json_t *
xr_path_pinged(struct device *d, const json_t *arguments, const struct xr_path_rate *rate)
{
	json_t *r = model_new(&model_ping_success);

	json_object_set_new(r, "rtt_stddev", json_real(0));
	if (rate->received < 0 || rate->sent < rate->received || rate->sent > getter_int(arguments, "count")) {
		device_warn(d, "ping: %lld of %lld probes cannot be", (long long)rate->received, (long long)rate->sent);
		return json_pack("{s:o}", "success", r);
	}
	json_object_set_new(r, "probes_sent", json_integer(rate->sent));
	json_object_set_new(r, "packet_loss", json_integer(rate->sent - rate->received));
	json_object_set_new(r, "rtt_min", json_real(rate->min_ms));
	json_object_set_new(r, "rtt_avg", json_real(rate->avg_ms));
	json_object_set_new(r, "rtt_max", json_real(rate->max_ms));
	json_object_set_new(r, "results", replies(d, getter_text(arguments, "destination"), rate->received));
	return json_pack("{s:o}", "success", r);
}
