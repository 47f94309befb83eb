/*
 * driver: NAPALM's getter API in C: ask any device, whatever its vendor, by the same names, arguments and result models.
 *
 *     driver_open(&device, driver, &target)  ->  driver_call(&device, GETTER_FACTS, NULL)...  ->  driver_close(&device)
 *
 * A driver is a row of functions in its own folder; the table of drivers is in driver.c.  (What changes a configuration will be further functions of the same
 * struct, beside `methods`.)  Sessions are the caller's, one thread each; drivers share no state.
 */
#ifndef NETNORM_DRIVERS_DRIVER_H
#define NETNORM_DRIVERS_DRIVER_H

#include "drivers/getter.h"

/* `arguments` is whole (getter_arguments()); a new reference in the shape of the getter's model, or NULL after device_fail(). */
typedef json_t *driver_method(struct device *, const json_t *arguments);

struct driver_option {
	const char *name;
	const char *help;
	const char *values;             /* those that it may have: one of the kinds below, or "https or http"; NULL: any, or the driver checks it */
};
#define DRIVER_FLAG "true or false"
#define DRIVER_SECONDS "seconds, more than 0 and less than a day"
#define DRIVER_WHOLE_SECONDS "whole seconds, 0 to 86400"
#define DRIVER_FILE "the name of a file"

struct driver {
	const char *name;               /* NAPALM's name of it */
	const char *summary;
	const struct driver_option *const *options;     /* tables, NULL-terminated; each ends with a name of NULL */
	/* Connects, logs in, makes d->wire and d->state: 0, or -1 after device_fail(); driver_close() is called either way. */
	int (*open)(struct device *);
	void (*close)(struct device *);         /* frees d->state; may be NULL */
	driver_method *methods[GETTER_COUNT];   /* NULL: not implemented.  is_alive is driver.c's unless it is set */
};

extern const struct driver *const driver_table[];       /* ends with NULL */
extern const struct driver_option driver_http_options[], driver_ssh_options[], driver_common_options[];

const struct driver *driver_by_name(const char *name);
/* Does it implement the getter, at least with some arguments? */
bool driver_implements(const struct driver *, enum getter);
/* Has it an option of that name?  `timeout` is every driver's. */
bool driver_has_option(const struct driver *, const char *name);
/* NULL if the option may have that value, else which it may have ("true or false").  Of a flag also yes, no, on, off, 1, 0 and nothing, which is true. */
const char *driver_option_wants(const struct driver *, const char *name, const char *value);
/* Of any driver. */
bool driver_option_is_file(const char *name);
/* Does it log in by SSH, which wants a user? */
bool driver_is_ssh(const struct driver *);
/* The target is borrowed until driver_close(), which must follow whatever the outcome.  0, or -1: device->error and ->message say why. */
int driver_open(struct device *, const struct driver *, const struct device_target *);
/* A new reference, whole in its model's shape; or NULL: device->error and ->message.  The warnings of this call are in the device. */
json_t *driver_call(struct device *, enum getter, const json_t *arguments);
void driver_close(struct device *);

#endif
