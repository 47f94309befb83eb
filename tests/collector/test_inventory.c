#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "collector/inventory.h"

static char path[64];

static struct inventory *
load(const char *yaml, struct diag *d)
{
	FILE *f;
	struct inventory *inv;

	snprintf(path, sizeof(path), "/tmp/netnorm-inventory-%d.yaml", (int)getpid());
	f = fopen(path, "w");
	fputs(yaml, f);
	fclose(f);
	inv = inventory_load(path, d);
	unlink(path);
	return inv;
}

static struct inventory *
load_good(const char *yaml)
{
	struct diag *d = diag_new();
	struct inventory *inv = load(yaml, d);

	if (!inv)
		diag_print(d, stderr, false);
	cr_assert_not_null(inv);
	diag_free(&d);
	return inv;
}

static const struct inventory_device *
by_text(const struct inventory *inv, const char *text)
{
	struct in6_addr a = { 0 };

	if (strchr(text, ':')) {
		cr_assert_eq(inet_pton(AF_INET6, text, &a), 1);
	} else {
		a.s6_addr[10] = a.s6_addr[11] = 0xff;
		cr_assert_eq(inet_pton(AF_INET, text, &a.s6_addr[12]), 1);
	}
	return inventory_by_address(inv, &a);
}

static void
check_span(struct span got, const char *want, const char *of)
{
	cr_assert(span_eq(got, span_str(want)), "%s: \"%.*s\", not \"%s\"", of, (int)got.n, got.p ? got.p : "", want ? want : "");
}

static const char house[] =
    "defaults: {zone: '+01:00', date_order: day_first}\n"
    "groups:\n"
    "  core: {os: junos, zone: UTC}\n"
    "  odd: {os: ios, trust_host: true, date_order: month_first}\n"
    "  nothing:\n"
    "devices:\n"
    "  core-1: {groups: [core, odd], addresses: [192.0.2.1, '2001:db8::1'], hosts: [Core-1.Example.net, c1]}\n"
    "  edge-1: {group: core, addresses: 192.0.2.2, os: eos, hosts: e1}\n"
    "  block: {addresses: [198.51.100.16/28]}\n"
    "  bare:\n"
    "networks:\n"
    "  198.51.100.0/24: {os: ios}\n"
    "  198.51.0.0/16: {trust_host: true}\n"
    "  2001:db8::/32: {groups: [odd]}\n"
    "  0.0.0.0/0: {zone: '-05:00'}\n";

Test(inventory, an_address_finds_its_device_else_the_longest_network_else_the_defaults)
{
	static const struct {
		const char *address, *name, *os;
		bool trusts, day_first;
	} cases[] = {
		{ "192.0.2.1", "core-1", "junos", true, false },
		{ "2001:db8::1", "core-1", "junos", true, false },
		{ "::ffff:192.0.2.1", "core-1", "junos", true, false },
		{ "192.0.2.2", "edge-1", "eos", false, true },
		{ "192.0.2.3", NULL, NULL, false, true },
		{ "198.51.100.15", NULL, "ios", false, true },
		{ "198.51.100.16", "block", NULL, false, true },
		{ "198.51.100.31", "block", NULL, false, true },
		{ "198.51.100.32", NULL, "ios", false, true },
		{ "198.51.7.1", NULL, NULL, true, true },
		{ "2001:db8:ffff::9", NULL, "ios", true, false },
		{ "2001:db9::9", NULL, NULL, false, true },
	};
	struct inventory *inv = load_good(house);

	cr_assert_eq(inventory_count(inv), 4);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct inventory_device *d = by_text(inv, cases[i].address);

		check_span(d->name, cases[i].name, cases[i].address);
		check_span(d->os, cases[i].os, cases[i].address);
		cr_assert_eq(d->trust_host, cases[i].trusts, "%s", cases[i].address);
		cr_assert(d->time.has_order && d->time.order == (cases[i].day_first ? STAMP_DAY_FIRST : STAMP_MONTH_FIRST), "%s", cases[i].address);
	}
	inventory_free(&inv);
}

Test(inventory, a_zone_is_the_devices_else_its_groups_else_the_defaults)
{
	static const struct {
		const char *address;
		int offset_s;
	} cases[] = { { "192.0.2.1", 0 }, { "192.0.2.2", 0 }, { "198.51.100.20", 3600 }, { "203.0.113.1", -18000 }, { "2001:db9::1", 3600 } };
	struct inventory *inv = load_good(house);

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct inventory_device *d = by_text(inv, cases[i].address);

		cr_assert_eq(stamp_zone_offset(d->time.zone, 1700000000), cases[i].offset_s, "%s", cases[i].address);
	}
	inventory_free(&inv);
}

Test(inventory, a_host_is_found_by_any_of_its_names_whatever_the_case)
{
	static const struct {
		const char *host, *name;
	} cases[] = { { "core-1", "core-1" }, { "CORE-1.example.NET", "core-1" }, { "c1", "core-1" }, { "E1", "edge-1" }, { "bare", "bare" },
		{ "core", NULL }, { "", NULL }, { "nobody", NULL } };
	struct inventory *inv = load_good(house);

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct inventory_device *d = inventory_by_host(inv, span_str(cases[i].host));

		cr_assert_eq(d != NULL, cases[i].name != NULL, "%s", cases[i].host);
		if (d)
			check_span(d->name, cases[i].name, cases[i].host);
	}
	inventory_free(&inv);
}

Test(inventory, without_a_file_or_an_address_nothing_is_known)
{
	struct diag *d = diag_new();
	struct inventory *inv = inventory_load(NULL, d);
	const struct inventory_device *device;

	cr_assert_not_null(inv);
	device = by_text(inv, "192.0.2.1");
	cr_assert(!device->name.p && !device->os.p && !device->trust_host && !device->time.zone && !device->time.has_order);
	cr_assert_null(inventory_by_host(inv, SPAN_LIT("core-1")));
	cr_assert_eq(inventory_count(inv), 0);
	inventory_free(&inv);
	inv = load_good("");
	cr_assert_eq(by_text(inv, "192.0.2.1"), inventory_by_address(inv, NULL));
	inventory_free(&inv);
	cr_assert_null(inventory_load("/nowhere/inventory.yaml", d));
	cr_assert_eq(diag_errors(d), 1);
	diag_free(&d);
}

Test(inventory, a_device_has_one_timeout)
{
	static const struct {
		const char *name;
		int64_t ms;
	} cases[] = { { "a", 300000 }, { "b", 300000 }, { "c", 5000 }, { "d", 500 }, { "e", 1 }, { "f", 0 } };
	struct inventory *inv = load_good("groups: {slow: {options: {timeout: 300}, timeout: 20s}}\n"
	                                  "devices:\n"
	                                  "  a: {driver: eos, group: slow}\n"
	                                  "  b: {driver: eos, group: slow, timeout: 5s}\n"
	                                  "  c: {driver: eos, timeout: 5s}\n"
	                                  "  d: {driver: ios, group: slow, options: {timeout: 0.5}}\n"
	                                  "  e: {driver: ios, options: {timeout: 0.0001}}\n"
	                                  "  f: {driver: ios}\n");

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cr_expect_eq(inventory_by_host(inv, span_str(cases[i].name))->access->target.timeout_ms, cases[i].ms, "%s", cases[i].name);
	inventory_free(&inv);
}

static bool
known_os(void *arg, struct span os)
{
	++*(size_t *)arg;
	return !span_eq(os, SPAN_LIT("eos"));
}

Test(inventory, an_os_that_no_profile_has_is_told)
{
	struct inventory *inv = load_good(house);
	struct diag *d = diag_new();
	size_t asked = 0;

	inventory_check_os(inv, known_os, &asked, d);
	cr_assert_eq(asked, 4);
	cr_assert_eq(diag_errors(d), 1);
	diag_free(&d);
	inventory_free(&inv);
}

Test(inventory, thousands_of_devices_load_at_once)
{
	size_t cap = 4 << 20, n = 0;
	char *yaml = malloc(cap);
	struct inventory *inv;
	int64_t begin;

	n += (size_t)snprintf(yaml, cap, "groups: {g: {os: ios, zone: Europe/Berlin}}\ndevices:\n");
	for (int i = 0; i < 10000; i++)
		n += (size_t)snprintf(yaml + n, cap - n, "  dev-%d:\n    group: g\n    addresses: [10.%d.%d.%d]\n    hosts: [dev-%d.example.net]\n", i,
		    i >> 16, i >> 8 & 255, i & 255, i);
	begin = clock_monotonic_ns();
	inv = load_good(yaml);
	cr_assert_lt(clock_monotonic_ns() - begin, 3 * CLOCK_NS_PER_S);
	cr_assert_eq(inventory_count(inv), 10000);
	check_span(by_text(inv, "10.0.39.15")->name, "dev-9999", "10.0.39.15");
	check_span(inventory_by_host(inv, SPAN_LIT("dev-77.example.net"))->name, "dev-77", "dev-77");
	inventory_free(&inv);
	free(yaml);
}
