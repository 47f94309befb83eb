/*
 * nxos_table: the tables in NX-OS's data, and getters that are tables alone.  In JSON of NX-API and of `CMD | json` alike, TABLE_x and ROW_x
 * are each an object where there is one and an array where there are more, and numbers are strings in most releases.
 */
#ifndef NETNORM_DRIVERS_NXOS_NXOS_TABLE_H
#define NETNORM_DRIVERS_NXOS_NXOS_TABLE_H

#include <jansson.h>

#include "drivers/device.h"

/* The rows of TABLE_<name>/ROW_<name> in `from`: a new array of objects (borrowed content counted), empty if there are none. */
json_t *nxos_table_rows(const json_t *from, const char *name);
/* The same, where names may go on with the hardware's ("TABLE_psinfo_n3k"). */
json_t *nxos_table_rows_like(const json_t *from, const char *name);
/* The first member whose key starts so, or NULL. */
json_t *nxos_table_member(const json_t *object, const char *start);
/* A text, also of a number; trimmed; "" if it is absent.  Borrowed, but of a number, which is in `room` of 32 bytes. */
struct span nxos_table_text(const json_t *row, const char *key, char *room);
/* The same as a C string of no more than cap - 1 bytes. */
const char *nxos_table_copy(const json_t *row, const char *key, char *out, size_t cap);
/*
 * How long ago, in seconds: "1d02h", "23week(s) 3day(s)", "17:43:07", "0.411", "PT8M51S", a year as 365.25 days; -1 for "never", "-" and
 * "".  What is none gives -1 and a warning.
 */
double nxos_table_age(struct device *, struct span);
/* An age in tenths of a second, rounded as the number is printed: 0.15, which is a little less, is 0.1. */
double nxos_table_tenths(double);

/* From `show vlan brief`; `show vrf detail` and `show vrf interface` (name "": all). */
json_t *nxos_table_vlans(struct device *, const json_t *brief);
json_t *nxos_table_instances(const json_t *detail, const json_t *interfaces, const char *name);

#endif
