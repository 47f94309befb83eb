/*
 * eos: Arista EOS through eAPI (JSON-RPC 2.0, method runCmds).  One question to the device is a list of commands; `enable` goes before them.
 */
#ifndef NETNORM_DRIVERS_EOS_EOS_H
#define NETNORM_DRIVERS_EOS_EOS_H

#include "drivers/driver.h"

extern const struct driver eos_driver;

/*
 * The answers to `commands` (NULL-terminated), an array in their order, as objects; or as {"output": text} with `text`.  A new reference, or NULL after device_fail(): DEVICE_COMMAND
 * where one was refused.
 */
json_t *eos_ask(struct device *, const char *const *commands, bool text);
/* The one answer to one command. */
json_t *eos_ask_one(struct device *, const char *command);
/* The output of one command as text, in `out`: 0 or -1. */
int eos_ask_text(struct device *, const char *command, struct buffer *out);

/* The getters, by what they are about: eos_system.c, eos_interfaces.c, ... */
driver_method eos_get_facts;
driver_method eos_get_interfaces;

#endif
