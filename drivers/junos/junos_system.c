/*
 * What the device is, who may log in, SNMP.
 */
#include "drivers/field.h"
#include "drivers/junos/junos.h"

/* What stands in the first brackets: "JUNOS Software Release [12.3R6.6]". */
static struct span
in_brackets(struct span s)
{
	const char *open = s.n ? memchr(s.p, '[', s.n) : NULL;
	const char *close = open ? memchr(open, ']', (size_t)(s.p + s.n - open)) : NULL;

	return close ? span_between(open + 1, close) : SPAN_NONE;
}

/* Releases before 15.1 tell their version in the comments of packages only: in that of "junos", if there is one. */
static struct span
version(const xmlNode *software)
{
	struct span v = xml_text(software, "junos-version"), other = SPAN_NONE;

	for (const xmlNode *p = xml_first(software, "package-information"); v.n == 0 && p; p = xml_next(p, "package-information")) {
		struct span own = in_brackets(xml_text(p, "comment"));

		if (junos_equals(p, "name", "junos"))
			v = own;
		other = other.n > 0 ? other : own;
	}
	return v.n > 0 ? v : other;
}

static json_t *
upper(struct span s)
{
	struct buffer b;
	json_t *r;

	buffer_init(&b, DEVICE_MAX_ANSWER);
	buffer_put(&b, s);
	for (size_t i = 0; i < b.n; i++)
		b.p[i] = (char)(b.p[i] >= 'a' && b.p[i] <= 'z' ? b.p[i] - 0x20 : b.p[i]);
	r = field_text(buffer_span(&b));
	buffer_fini(&b);
	return r;
}

/* 0, or -1: then the getter fails, for without it nothing is known. */
static int
take_software(struct device *d, json_t *r)
{
	xmlDoc *doc = junos_ask(d, "<get-software-information/>");
	const xmlNode *software = junos_next(junos_root(doc), NULL, "software-information");

	json_object_set_new(r, "vendor", json_string("Juniper"));
	json_object_set_new(r, "hostname", field_text(xml_text(software, "host-name")));
	json_object_set_new(r, "model", upper(xml_text(software, "product-model")));
	json_object_set_new(r, "os_version", field_text(version(software)));
	if (doc && !software)
		device_fail(d, DEVICE_ANSWER, "get-software-information has no software-information");
	xmlFreeDoc(doc);
	return d->error == DEVICE_OK ? 0 : -1;
}

/* A part of the answer that one model or one user's class may not have is not the whole of it. */
static xmlDoc *
ask_also(struct device *d, const char *what, xmlDoc *doc)
{
	if (!doc && d->error == DEVICE_COMMAND) {
		char why[sizeof(d->message)];

		memcpy(why, d->message, sizeof(why));
		device_forgive(d);
		device_warn(d, "get_facts: %s: %s", what, why);
	}
	return doc;
}

/* The chassis', or on what has none there its backplane's or midplane's. */
static void
take_serial(struct device *d, json_t *r)
{
	xmlDoc *doc = ask_also(d, "get-chassis-inventory", junos_ask(d, "<get-chassis-inventory/>"));
	const xmlNode *chassis = junos_next(junos_root(doc), NULL, "chassis");
	struct span serial = xml_text(chassis, "serial-number");

	for (const xmlNode *m = xml_first(chassis, "chassis-module"); serial.n == 0 && m; m = xml_next(m, "chassis-module")) {
		if (junos_equals(m, "name", "Backplane") || junos_equals(m, "name", "Midplane"))
			serial = xml_text(m, "serial-number");
	}
	/* "None" of a virtual router that has none: so NAPALM says it. */
	json_object_set_new(r, "serial_number", doc && serial.n == 0 ? json_string("None") : field_text(serial));
	xmlFreeDoc(doc);
}

static void
take_uptime(struct device *d, json_t *r)
{
	xmlDoc *doc = ask_also(d, "get-system-uptime-information", junos_ask(d, "<get-system-uptime-information/>"));
	const xmlNode *root = junos_root(doc);
	int64_t s = junos_attribute(d, junos_next(root, NULL, "system-booted-time"), "time-length", "seconds", -1);

	/* What uptime(1) says counts in minutes. */
	if (s < 0)
		s = junos_attribute(d, junos_next(root, NULL, "up-time"), NULL, "seconds", -1);
	json_object_set_new(r, "uptime", json_real((double)s));
	xmlFreeDoc(doc);
}

static void
take_domain(struct device *d, json_t *r)
{
	xmlDoc *doc = ask_also(d, "domain-name", junos_ask_configuration(d, "<system><domain-name/></system>"));
	struct span domain = xml_text(junos_next(junos_root(doc), NULL, "system"), "domain-name");
	struct buffer b;

	buffer_init(&b, DEVICE_MAX_ANSWER);
	buffer_puts(&b, json_string_value(json_object_get(r, "hostname")));
	if (domain.n > 0)
		buffer_puts(&b, ".");
	buffer_put(&b, domain);
	json_object_set_new(r, "fqdn", field_text(buffer_span(&b)));
	buffer_fini(&b);
	xmlFreeDoc(doc);
}

static void
take_interfaces(struct device *d, json_t *r)
{
	xmlDoc *doc = junos_ask(d, "<get-interface-information><terse/></get-interface-information>");
	json_t *names = json_object_get(r, "interface_list");

	for (const xmlNode *n = junos_next(junos_root(doc), NULL, "physical-interface"); n; n = junos_next(junos_root(doc), n, "physical-interface"))
		json_array_append_new(names, junos_text(n, "name"));
	xmlFreeDoc(doc);
}

json_t *
junos_get_facts(struct device *d, const json_t *arguments)
{
	static void (*const parts[])(struct device *, json_t *) = { take_serial, take_uptime, take_domain, take_interfaces };
	json_t *r = model_new(&model_facts);

	(void)arguments;
	if (take_software(d, r) == 0) {
		for (size_t i = 0; i < sizeof(parts) / sizeof(*parts) && d->error == DEVICE_OK; i++)
			parts[i](d, r);
	}
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}

/* ---- SNMP ---- */

static json_t *
community(const xmlNode *n)
{
	json_t *r = model_new(&model_snmp_community);

	json_object_set_new(r, "acl", json_string(""));
	/* Junos' own default is read-only. */
	json_object_set_new(r, "mode", json_string(junos_equals(n, "authorization", "read-write") ? "rw" : "ro"));
	return r;
}

json_t *
junos_get_snmp_information(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = junos_ask_configuration(d, "<snmp/>");
	const xmlNode *snmp = junos_next(junos_root(doc), NULL, "snmp");
	json_t *r = doc ? model_new(&model_snmp) : NULL;

	(void)arguments;
	json_object_set_new(r, "chassis_id", junos_text(snmp, "system-name"));
	json_object_set_new(r, "contact", junos_text(snmp, "contact"));
	json_object_set_new(r, "location", junos_text(snmp, "location"));
	for (const xmlNode *n = xml_first(snmp, "community"); n; n = xml_next(n, "community"))
		junos_put(json_object_get(r, "community"), xml_text(n, "name"), community(n));
	xmlFreeDoc(doc);
	return r;
}

/* ---- users ---- */

static int
level_of(struct span class)
{
	static const struct { const char *class; int level; } levels[] = {
		{ "super-user", 15 }, { "superuser", 15 }, { "operator", 5 }, { "read-only", 1 }, { "unauthorized", 0 },
	};

	for (size_t i = 0; class.p && i < sizeof(levels) / sizeof(*levels); i++) {
		if (span_eq(class, span_str(levels[i].class)))
			return levels[i].level;
	}
	return 0;
}

/* `authentication` is that element of a user, or root-authentication. */
static json_t *
user(const xmlNode *authentication, int level)
{
	static const char *const kinds[] = { "ssh-rsa", "ssh-dsa", "ssh-ecdsa", "ssh-ed25519" };
	json_t *r = model_new(&model_user);

	json_object_set_new(r, "level", json_integer(level));
	json_object_set_new(r, "password", junos_text(authentication, "encrypted-password"));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		for (const xmlNode *key = xml_first(authentication, kinds[i]); key; key = xml_next(key, kinds[i])) {
			if (xml_text(key, "name").n > 0)
				json_array_append_new(json_object_get(r, "sshkeys"), junos_text(key, "name"));
		}
	}
	return r;
}

static void
take_users(struct device *d, json_t *r)
{
	xmlDoc *doc = junos_ask_configuration(d, "<system><login><user/></login></system>");

	for (const xmlNode *n = junos_next(junos_root(doc), NULL, "user"); n; n = junos_next(junos_root(doc), n, "user"))
		junos_put(r, xml_text(n, "name"), user(xml_first(n, "authentication"), level_of(xml_text(n, "class"))));
	xmlFreeDoc(doc);
}

/* No privilege level that a user could have is root's. */
#define ROOT_LEVEL 20

static void
take_root(struct device *d, json_t *r)
{
	xmlDoc *doc = junos_ask_configuration(d, "<system/>");
	const xmlNode *root = junos_next(junos_root(doc), NULL, "root-authentication");

	if (root)
		json_object_set_new(r, "root", user(root, ROOT_LEVEL));
	xmlFreeDoc(doc);
}

json_t *
junos_get_users(struct device *d, const json_t *arguments)
{
	json_t *r = json_object();

	(void)arguments;
	take_users(d, r);
	if (d->error == DEVICE_OK)
		take_root(d, r);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}
