/*
 * inventory: the devices of the network, by name, address and network (inventory.yaml).  Immutable once loaded.
 */
#ifndef NETNORM_COLLECTOR_INVENTORY_H
#define NETNORM_COLLECTOR_INVENTORY_H

#include <netinet/in.h>

#include "base/schema.h"
#include "drivers/driver.h"
#include "parsers/syslog/stamp.h"

#define INVENTORY_MAX_OPTIONS 32

/* How a device is asked. */
struct inventory_access {
	const struct driver *driver;    /* NULL: it is not asked */
	const char *driver_name;        /* as the inventory has it, or NULL */
	struct device_target target;    /* its options are those below */
	const char *password_fault;     /* where and why its password cannot be read; only of inventory_load_late() */
	struct device_option options[INVENTORY_MAX_OPTIONS];
	bool poll;                      /* by the collector, on its own */
	bool has_poll;
};

struct inventory_device {
	struct span name;               /* of the inventory; absent for a network's or the defaults' entry that names no single device */
	struct span os;                 /* pinned OS, or absent */
	struct stamp_setting time;      /* zone and date order */
	bool trust_host;                /* the host in the header names the device (a relay, a network of trusted senders) */
	const struct inventory_access *access;  /* of a device; NULL for others */
};

struct inventory;

/* NULL path: an empty inventory (nothing pinned, no host trusted).  NULL with faults in the diag. */
struct inventory *inventory_load(const char *path, struct diag *);
/* The same, but what could be read is given also where there are faults: to look for more of them with inventory_check_os().  NULL: no YAML. */
struct inventory *inventory_load_faulty(const char *path, struct diag *);
/* As inventory_load(), but a password that cannot be read is a fault of the devices that it is for, not of the file: access->password_fault. */
struct inventory *inventory_load_late(const char *path, struct diag *);
void inventory_free(struct inventory **);
size_t inventory_count(const struct inventory *);
/* The devices in the order of the file, 0 to inventory_count() - 1. */
const struct inventory_device *inventory_at(const struct inventory *, size_t i);
/* Is a device asked in the same way, with the same credentials? */
bool inventory_access_same(const struct inventory_access *, const struct inventory_access *);
/* The names of the groups in the order of the file; absent past the last. */
struct span inventory_group_at(const struct inventory *, size_t i);
bool inventory_is_group(const struct inventory *, struct span name);
bool inventory_in_group(const struct inventory *, size_t i, struct span name);
/*
 * Who sent it: an exact address first, then the longest network, then the defaults.  IPv4 as v4-mapped IPv6.  NULL address (unix sockets, files): the
 * defaults.  Never NULL.
 */
const struct inventory_device *inventory_by_address(const struct inventory *, const struct in6_addr *);
/* A device by its name or one of its `hosts` names; NULL if there is none.  Asked only where the sender's trust_host is set. */
const struct inventory_device *inventory_by_host(const struct inventory *, struct span host);
/* The device or group that a word which names none was probably meant to be, borrowed from the inventory; or NULL. */
const char *inventory_suggest(const struct inventory *, struct span word);
/* Each pinned OS is asked for: one that `known` denies is an error in the diag, at its place (the inventory keeps its document). */
void inventory_check_os(const struct inventory *, bool (*known)(void *arg, struct span os), void *arg, struct diag *);
/* Warnings of what asking the devices needs and this user does not find: files of options, a user for SSH. */
void inventory_check_access(const struct inventory *, struct diag *);
/* Its option tables as man(7), for netnorm.yaml.5. */
void inventory_manual(FILE *);

#endif
