/*
 * template: our own TextFSM templates, data under drivers/templates/<driver>/<name>.textfsm, for drivers that read a command line.
 *
 * They are read once a process, at first need, and kept; any thread may ask.
 */
#ifndef NETNORM_DRIVERS_TEMPLATE_H
#define NETNORM_DRIVERS_TEMPLATE_H

#include <jansson.h>

#include "drivers/device.h"

/* Where they lie; before the first use.  Copied. */
void template_set_dir(const char *dir);
/*
 * `text` through the template "ios/show_version": an array of objects, each value a string or an array, names as the template has them.  NULL after device_fail(): a template that is missing or faulty, or one
 * that said Error.  No record is an empty array.
 */
json_t *template_rows(struct device *, const char *name, struct span text);

#endif
