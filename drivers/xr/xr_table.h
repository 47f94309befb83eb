/*
 * xr_table: tables that both drivers of IOS-XR (iosxr, iosxr_netconf) make of elements that differ in their names only.
 */
#ifndef NETNORM_DRIVERS_XR_XR_TABLE_H
#define NETNORM_DRIVERS_XR_XR_TABLE_H

#include "drivers/model.h"
#include "drivers/xml_read.h"

/* A list with an object of the model for each element at `path` below a reply. */
struct xr_table {
	const char *path;
	const struct model *model;
	const struct xml_read *fields;
};

/* Neighbours by LLDP; paths begin at the element of a neighbour. */
struct xr_table_lldp {
	const char *path;               /* of the neighbours */
	const char *interface, *parent, *chassis, *capabilities, *enabled;
	const char *no_parent;          /* what is told of an interface that is in no bundle */
	const struct xml_read *fields;
};

/* All take a reply of NULL, after a question that failed, and give NULL then. */
json_t *xr_table_rows(struct device *, const xmlNode *reply, const struct xr_table *);
/* NAPALM's get_mac_address_table(); `name` is the path of the bridge domain's name. */
json_t *xr_table_mac(struct device *, const xmlNode *reply, const struct xr_table *, const char *name);
/* NAPALM's get_ntp_stats(): without the nodes of the device's own redundancy, which are no peers; `address` is the path of a peer's. */
json_t *xr_table_ntp(struct device *, const xmlNode *reply, const struct xr_table *, const char *address);
/* NAPALM's get_lldp_neighbors_detail(), of one interface unless `wanted` is empty. */
json_t *xr_table_lldp(struct device *, const xmlNode *reply, const struct xr_table_lldp *, struct span wanted);

#endif
