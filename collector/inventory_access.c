/*
 * How the devices of the inventory are asked: driver, address, credentials, options; by which names.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "collector/inventory_part.h"


static void
fault(const struct yaml_doc *doc, const struct yaml_node *n, struct diag *d, const char *text)
{
	struct diag_place place = yaml_place(doc, n);

	diag_add(d, DIAG_ERROR, &place, "%s", text);
}

void
inventory_access_read(const struct yaml_doc *doc, const struct yaml_node *map, struct inventory_read *r, struct diag *d)
{
	const struct yaml_node *n = r->options;

	r->has_poll = yaml_get(map, "poll") != NULL;
	if (n && n->kind == YAML_NULL)
		r->options = NULL;
	else if (n && n->kind != YAML_MAP) {
		fault(doc, n, d, "\"options\" must be a map, name: value");
		r->options = NULL;
	}
	for (n = r->options ? r->options->first : NULL; n; n = n->next) {
		if (n->kind == YAML_LIST || n->kind == YAML_MAP)
			fault(doc, n, d, "the value of an option is a text or a number");
	}
}

static void
add_option(struct inventory_access *a, const struct yaml_node *n)
{
	if (a->target.n_options == INVENTORY_MAX_OPTIONS || n->kind == YAML_LIST || n->kind == YAML_MAP)
		return;
	for (size_t i = 0; i < a->target.n_options; i++) {
		if (strcmp(a->options[i].name, n->key->text.p) == 0)
			return;
	}
	a->options[a->target.n_options++] = (struct device_option){ n->key->text.p, n->kind == YAML_NULL ? "" : n->text.p };
}

void
inventory_access_apply(struct inventory_access *a, const struct inventory_read *r)
{
	if (!a->driver_name)
		a->driver_name = r->driver;
	if (!a->target.host)
		a->target.host = r->hostname;
	if (!a->target.user)
		a->target.user = r->username;
	if (!a->target.password && !a->password_fault) {
		a->target.password = r->password.text;
		a->password_fault = r->password.fault;
	}
	if (!a->target.port)
		a->target.port = (int)r->port;
	if (!a->target.timeout_ms)
		a->target.timeout_ms = r->timeout_ms;
	if (!a->has_poll && r->has_poll) {
		a->has_poll = true;
		a->poll = r->poll;
	}
	for (const struct yaml_node *n = r->options ? r->options->first : NULL; n; n = n->next)
		add_option(a, n);
}

/* The first of its addresses that is one address, else its name. */
static const char *
default_host(const struct yaml_node *device)
{
	const struct yaml_node *n = yaml_get(device, "addresses");

	if (n && n->kind == YAML_LIST)
		n = n->first;
	if (n && n->kind == YAML_TEXT && !strchr(n->text.p, '/'))
		return n->text.p;
	return device->key->text.p;
}

static void
check_driver(struct inventory_access *a, const struct yaml_doc *doc, const struct yaml_node *device, struct diag *d)
{
	struct diag_place place = yaml_place(doc, yaml_get(device, "driver") ? yaml_get(device, "driver") : device->key);
	const char *names[64] = { NULL }, *meant;

	for (size_t i = 0; driver_table[i] && i < 63; i++)
		names[i] = driver_table[i]->name;
	meant = diag_suggest(span_str(a->driver_name), names);
	if (meant)
		diag_add(d, DIAG_ERROR, &place, "there is no driver \"%s\" (did you mean \"%s\"?)", a->driver_name, meant);
	else
		diag_add(d, DIAG_ERROR, &place, "there is no driver \"%s\"; `netnorm get --driver help` lists them", a->driver_name);
}

static void
check_options(const struct inventory_access *a, const struct yaml_doc *doc, const struct yaml_node *device, struct diag *d)
{
	const struct yaml_node *own = yaml_get(device, "options");

	for (size_t i = 0; i < a->target.n_options; i++) {
		const char *name = a->options[i].name;
		const struct yaml_node *at = yaml_get(own, name);
		struct diag_place place = yaml_place(doc, at && at->key ? at->key : device->key);
		const char *wants = driver_option_wants(a->driver, name, a->options[i].value);

		if (!driver_has_option(a->driver, name))
			diag_add(d, DIAG_ERROR, &place, "driver %s has no option \"%s\"; `netnorm get --driver help` lists them", a->driver->name, name);
		else if (wants)
			diag_add(d, DIAG_ERROR, &place, "the option %s is %s, not \"%s\"", name, wants, a->options[i].value);
	}
}

/* The option goes before the inventory's own: there is one value from here on. */
static void
take_timeout(struct inventory_access *a)
{
	for (size_t i = 0; i < a->target.n_options; i++) {
		if (strcmp(a->options[i].name, "timeout") == 0 && !driver_option_wants(a->driver, "timeout", a->options[i].value))
			a->target.timeout_ms = (int64_t)(strtod(a->options[i].value, NULL) * 1000 + 0.999);
	}
}

void
inventory_access_finish(struct inventory_access *a, const struct yaml_doc *doc, const struct yaml_node *device, struct diag *d)
{
	a->target.options = a->options;
	if (!a->has_poll)
		a->poll = true;
	if (!a->target.host)
		a->target.host = default_host(device);
	if (!a->driver_name)
		return;
	a->driver = driver_by_name(a->driver_name);
	if (!a->driver) {
		check_driver(a, doc, device, d);
		return;
	}
	check_options(a, doc, device, d);
	take_timeout(a);
}

static void
check_files(const struct yaml_doc *doc, const struct yaml_node *options, struct diag *d)
{
	for (const struct yaml_node *n = options && options->kind == YAML_MAP ? options->first : NULL; n; n = n->next) {
		struct diag_place place = yaml_place(doc, n);

		if (n->text.n > 0 && driver_option_is_file(n->key->text.p) && access(n->text.p, R_OK) == -1)
			diag_add(d, DIAG_WARNING, &place, "this user cannot read the %s %s: %s", n->key->text.p, n->text.p, strerror(errno));
	}
}

void
inventory_check_access(const struct inventory *inv, struct diag *d)
{
	if (inv->defaults.read)
		check_files(inv->doc, inv->defaults.read->options, d);
	for (size_t i = 0; i < inv->ngroups; i++)
		check_files(inv->doc, inv->groups[i].read ? inv->groups[i].read->options : NULL, d);
	for (size_t i = 0; i < inv->ndevices; i++) {
		const struct yaml_node *device = inv->nodes[1 + i];
		const struct inventory_access *a = &inv->accesses[i];
		struct diag_place place = yaml_place(inv->doc, device->key);

		check_files(inv->doc, yaml_get(device, "options"), d);
		if (a->driver && a->poll && !a->target.user && driver_is_ssh(a->driver))
			diag_add(d, DIAG_WARNING, &place, "driver %s logs in by SSH: it wants a \"username\"", a->driver->name);
	}
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool
inventory_access_same(const struct inventory_access *a, const struct inventory_access *b)
{
	const struct device_target *t = &a->target, *u = &b->target;

	if (a->driver != b->driver || !same_text(t->host, u->host) || t->port != u->port || !same_text(t->user, u->user) || !same_text(t->password, u->password) ||
	    t->timeout_ms != u->timeout_ms || t->n_options != u->n_options)
		return false;
	for (size_t i = 0; i < t->n_options; i++) {
		if (!same_text(t->options[i].name, u->options[i].name) || !same_text(t->options[i].value, u->options[i].value))
			return false;
	}
	return true;
}
