/*
 * get_help: what `netnorm get` can be asked for, from the tables of getters and drivers, on standard output.
 */
#ifndef NETNORM_COLLECTOR_GET_HELP_H
#define NETNORM_COLLECTOR_GET_HELP_H

#include "drivers/driver.h"

/* Drivers with their options: CMD_OK, or CMD_FAILED after telling that it cannot be written; so, too, below. */
int get_help_drivers(void);
/* Methods with their arguments, a line each: what type it has, and its default or that it is required.  Only those of that driver, or (NULL) all. */
int get_help_methods(const struct driver *);

#endif
