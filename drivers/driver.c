#include "drivers/driver.h"

#include <stdlib.h>
#include <strings.h>

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
#include "drivers/unread.h"

#define DAY_S 86400

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
	{ "transport", "https (the default) or http", "https or http" },
	{ "insecure", "true: the certificate is not checked", DRIVER_FLAG },
	{ "ca_file", "a PEM file of the certificates that are trusted, in the place of the system's", DRIVER_FILE },
	{ "legacy_tls", "true: also TLS 1.0 and the ciphers of its time", DRIVER_FLAG },
	{ "fingerprint", "sha256//BASE64 of the device's public key, in the place of a check of its certificate's issuer and name", NULL },
	{ NULL, NULL, NULL },
};

const struct driver_option driver_ssh_options[] = {
	{ "insecure", "true: the host key is not checked", DRIVER_FLAG },
	{ "known_hosts", "a file of host keys, in the place of ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts", DRIVER_FILE },
	{ "fingerprint", "SHA256:... of the host key, in the place of known_hosts", NULL },
	{ "key_file", "a private key to log in with", DRIVER_FILE },
	{ "key_passphrase_file", "a file with the passphrase of that key", DRIVER_FILE },
	{ "use_agent", "true: keys of the SSH agent are tried", DRIVER_FLAG },
	{ "keepalive", "seconds between keepalives, 30; 0: none", DRIVER_WHOLE_SECONDS },
	{ "legacy_algorithms", "true: also the old ciphers, key exchanges and host keys that old devices need", DRIVER_FLAG },
	{ NULL, NULL, NULL },
};

const struct driver_option driver_common_options[] = {
	{ "timeout", "seconds for one operation, 60", DRIVER_SECONDS },
	{ NULL, NULL, NULL },
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

static const struct driver_option *
in_table(const struct driver_option *o, const char *name)
{
	while (o->name && strcmp(o->name, name) != 0)
		o++;
	return o->name ? o : NULL;
}

static const struct driver_option *
option_of(const struct driver *driver, const char *name)
{
	const struct driver_option *found = NULL;

	for (size_t i = 0; driver->options[i] && !found; i++)
		found = in_table(driver->options[i], name);
	return found ? found : in_table(driver_common_options, name);
}

bool
driver_has_option(const struct driver *driver, const char *name)
{
	return option_of(driver, name) != NULL;
}

static bool
is_flag(const char *value)
{
	static const char *const words[] = { "", "true", "false", "yes", "no", "on", "off", "1", "0" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcasecmp(value, words[i]) == 0)
			return true;
	}
	return false;
}

static bool
is_seconds(const char *value)
{
	char *end;
	double s = strtod(value, &end);

	return !*end && strspn(value, "0123456789.") == strlen(value) && s > 0 && s < DAY_S;
}

static bool
is_whole_seconds(const char *value)
{
	return *value && strspn(value, "0123456789") == strlen(value) && strtod(value, NULL) <= DAY_S;
}

/* Whether it is there is asked when it is needed: its user may be another one. */
static bool
is_named(const char *value)
{
	return *value != '\0';
}

static const struct {
	const char *values;
	bool (*is_one)(const char *value);
} kinds[] = { { DRIVER_FLAG, is_flag }, { DRIVER_SECONDS, is_seconds }, { DRIVER_WHOLE_SECONDS, is_whole_seconds }, { DRIVER_FILE, is_named } };

/* Is it one of the words of "https or http"? */
static bool
is_word_of(struct span words, struct span value)
{
	struct span word;

	while (field_word(&words, &word)) {
		if (span_eq(word, value) && !span_eq(word, SPAN_LIT("or")))
			return true;
	}
	return false;
}

/* One of a kind, or of the words. */
static bool
is_allowed(const char *values, const char *value)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(values, kinds[i].values) == 0)
			return kinds[i].is_one(value);
	}
	return is_word_of(span_str(values), span_str(value));
}

const char *
driver_option_wants(const struct driver *driver, const char *name, const char *value)
{
	const struct driver_option *o = option_of(driver, name);

	return o && o->values && !is_allowed(o->values, value) ? o->values : NULL;
}

bool
driver_option_is_file(const char *name)
{
	for (size_t i = 0; driver_table[i]; i++) {
		const struct driver_option *o = option_of(driver_table[i], name);

		if (o && o->values)
			return strcmp(o->values, DRIVER_FILE) == 0;
	}
	return false;
}

bool
driver_is_ssh(const struct driver *driver)
{
	size_t i = 0;

	while (driver->options[i] && driver->options[i] != driver_ssh_options)
		i++;
	return driver->options[i] != NULL;
}

bool
driver_implements(const struct driver *driver, enum getter g)
{
	return driver->methods[g] || g == GETTER_IS_ALIVE;
}

static int
check_options(struct device *d)
{
	for (size_t i = 0; i < d->target->n_options; i++) {
		const struct device_option *o = &d->target->options[i];
		const char *wants = driver_option_wants(d->driver, o->name, o->value);

		if (!driver_has_option(d->driver, o->name))
			return device_fail(d, DEVICE_ARGUMENT, "driver %s has no option \"%s\"", d->driver->name, o->name);
		if (wants)
			return device_fail(d, DEVICE_ARGUMENT, "the option %s is %s, not \"%s\"", o->name, wants, o->value);
	}
	return 0;
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
	unread_check(d, g, result);
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
