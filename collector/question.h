/*
 * question: one getter asked of one device, for `netnorm get`: what it gave, and what there is to say about it.
 */
#ifndef NETNORM_COLLECTOR_QUESTION_H
#define NETNORM_COLLECTOR_QUESTION_H

#include <stdio.h>

#include "drivers/driver.h"

struct question {
	const char *name;               /* of the device, for messages */
	const struct driver *driver;
	struct device_target target;
	enum getter getter;
	const json_t *arguments;        /* or NULL */
	const char *fault;              /* why it cannot be asked; NULL: it can */
};

struct answer {
	json_t *result;                 /* the caller's; NULL: it failed */
	int status;                     /* CMD_OK, CMD_FAILED, CMD_USAGE (wrong arguments, or a fault), CMD_NOT_IMPLEMENTED */
};

/* Are its arguments what the getter takes?  Else that is told in `messages`; no device is asked. */
bool question_check(const struct question *, FILE *messages);
/* Blocks until the answer is there or has failed.  Warnings and the failure are told in `messages`, a line each, text of the device made harmless. */
struct answer question_ask(const struct question *, FILE *messages);

#endif
