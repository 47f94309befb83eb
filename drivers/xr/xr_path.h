/*
 * xr_path: what both drivers of IOS-XR share of ping and traceroute: how long they may take, what a refusal is, the result of ping.
 */
#ifndef NETNORM_DRIVERS_XR_XR_PATH_H
#define NETNORM_DRIVERS_XR_XR_PATH_H

#include <jansson.h>

#include "drivers/device.h"

/* Of traceroute, to one hop. */
#define XR_PATH_PROBES 3

/* Probes, and times in milliseconds. */
struct xr_path_rate {
	int64_t sent, received;
	double min_ms, avg_ms, max_ms;
};

/* The next answer may take that much longer than others, within the time of the call; what d->timeout_ms was, to be put back. */
int64_t xr_path_longer(struct device *, int64_t probes, int64_t timeout_s);
/* {"error": ...} */
json_t *xr_path_error(struct span text);
/* The device's refusal, which is a result then: as xr_path_error().  NULL if something else went wrong, which stays. */
json_t *xr_path_refused(struct device *);
/* {"success": ...}: the device tells no time of a single reply, so that theirs are 0.  `arguments` are those of ping. */
json_t *xr_path_pinged(struct device *, const json_t *arguments, const struct xr_path_rate *);

#endif
