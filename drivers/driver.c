#include "drivers/driver.h"

#include "drivers/eos/eos.h"
#include "drivers/field.h"
#include "drivers/frr/frr.h"
#include "drivers/ios/ios.h"
#include "drivers/iosxr/iosxr.h"
#include "drivers/iosxr_netconf/iosxr_netconf.h"
#include "drivers/junos/junos.h"
#include "drivers/nxos/nxos.h"
#include "drivers/nxos_ssh/nxos_ssh.h"
#include "drivers/transport/transport.h"

const struct driver *const driver_table[] = {
	&eos_driver,
	&nxos_driver,
	&ios_driver,
	&nxos_ssh_driver,
	&iosxr_driver,
	&iosxr_netconf_driver,
	&junos_driver,
	&frr_driver,
	NULL,
};

const struct driver_option driver_http_options[] = {
	{ "transport", "https (the default) or http" },
	{ "insecure", "true: the certificate is not checked" },
	{ "ca_file", "a PEM file of the certificates that are trusted, in the place of the system's" },
	{ "legacy_tls", "true: also TLS 1.0 and the ciphers of its time" },
	{ "fingerprint", "sha256//BASE64 of the device's public key, in the place of a check of its certificate's issuer and name" },
	{ NULL, NULL },
};

const struct driver_option driver_ssh_options[] = {
	{ "insecure", "true: the host key is not checked" },
	{ "known_hosts", "a file of host keys, in the place of ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts" },
	{ "fingerprint", "SHA256:... of the host key, in the place of known_hosts" },
	{ "key_file", "a private key to log in with" },
	{ "key_passphrase_file", "a file with the passphrase of that key" },
	{ "use_agent", "true: keys of the SSH agent are tried" },
	{ "keepalive", "seconds between keepalives, 30; 0: none" },
	{ "legacy_algorithms", "true: also the old ciphers, key exchanges and host keys that old devices need" },
	{ NULL, NULL },
};

const struct driver_option driver_common_options[] = {
	{ "timeout", "seconds for one operation, 60" },
	{ NULL, NULL },
};

const struct driver *
driver_by_name(const char *name)
{
	for (size_t i = 0; driver_table[i]; i++) {
		if (strcmp(driver_table[i]->name, name) == 0)
			return driver_table[i];
	}
	return NULL;
}

static bool
in_table(const struct driver_option *o, const char *name)
{
	while (o->name && strcmp(o->name, name) != 0)
		o++;
	return o->name;
}

bool
driver_has_option(const struct driver *driver, const char *name)
{
	for (size_t i = 0; driver->options[i]; i++) {
		if (in_table(driver->options[i], name))
			return true;
	}
	return in_table(driver_common_options, name);
}

bool
driver_implements(const struct driver *driver, enum getter g)
{
	return driver->methods[g] || g == GETTER_IS_ALIVE;
}

static int
check_timeout(struct device *d)
{
	const char *seconds = device_option(d, "timeout");
	double s;

	if (!seconds || (field_real(span_str(seconds), &s) && s > 0 && s < 86400))
		return 0;
	return device_fail(d, DEVICE_ARGUMENT, "the option timeout is seconds, more than 0 and less than a day, not \"%s\"", seconds);
}

static int
check_options(struct device *d)
{
	for (size_t i = 0; i < d->target->n_options; i++) {
		if (!driver_has_option(d->driver, d->target->options[i].name))
			return device_fail(d, DEVICE_ARGUMENT, "driver %s has no option \"%s\"", d->driver->name, d->target->options[i].name);
	}
	return check_timeout(d);
}

int
driver_open(struct device *d, const struct driver *driver, const struct device_target *target)
{
	device_init(d, target);
	d->driver = driver;
	return check_options(d) == -1 ? -1 : driver->open(d);
}

static json_t *
is_alive(struct device *d)
{
	json_t *r = model_new(&model_alive);

	json_object_set_new(r, "is_alive", json_boolean(transport_alive(d)));
	return r;
}

/* A driver's fault must not reach who acts on the result. */
static json_t *
checked(struct device *d, enum getter g, json_t *result)
{
	char why[256];

	if (!result && d->error == DEVICE_OK)
		device_fail(d, DEVICE_MEMORY, "no memory for the result");
	if (!result || model_check(result, &getter_methods[g].result, why, sizeof(why)))
		return result;
	json_decref(result);
	device_fail(d, DEVICE_ANSWER, "the result of %s has not the shape of its model: %s", getter_methods[g].name, why);
	return NULL;
}

json_t *
driver_call(struct device *d, enum getter g, const json_t *arguments)
{
	json_t *whole, *result;

	device_begin(d);
	if (!driver_implements(d->driver, g)) {
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "driver %s does not implement %s", d->driver->name, getter_methods[g].name);
		return NULL;
	}
	whole = getter_arguments(d, g, arguments);
	if (!whole)
		return NULL;
	result = d->driver->methods[g] ? d->driver->methods[g](d, whole) : is_alive(d);
	json_decref(whole);
	return checked(d, g, result);
}

void
driver_close(struct device *d)
{
	transport_close(d);
	if (d->driver && d->driver->close)
		d->driver->close(d);
	device_fini(d);
}
