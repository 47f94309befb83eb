/*
 * xr_probe: IOS-XR's probes (IP SLA), what is configured and what was measured, whatever the names of the XML's elements.
 */
#ifndef NETNORM_DRIVERS_XR_XR_PROBE_H
#define NETNORM_DRIVERS_XR_XR_PROBE_H

#include "drivers/xml_read.h"

struct xr_probe {
	const char *definitions, *id, *operation, *tag; /* the configuration; below a definition; below an operation */
	const struct xml_read *configured;      /* fields of model_probe, below an operation */
	const char *operations;         /* what was measured; `id` again */
	const char *lives, *life, *buckets;     /* below an operation: all lives, their name, below one its buckets */
	const char *response, *code, *good;     /* below a bucket */
	const char *last, *all, *kind;  /* below an operation: statistics of the last test and of all, and which kind it is */
	const char *updates, *sum, *squares;    /* below statistics */
	const struct xml_read *last_fields, *all_fields;        /* of model_probe_result */
};

/* As get_probes_config gives them. */
json_t *xr_probe_config(struct device *, const xmlNode *reply, const struct xr_probe *);
/* As get_probes_results gives them; the results know neither the sources nor the tags: those stand in `configured`. */
json_t *xr_probe_results(struct device *, const xmlNode *reply, const struct xr_probe *, json_t *configured);

#endif
