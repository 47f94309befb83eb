/*
 * result: a result of a getter as JSON text, numbers in their shortest form.
 */
#ifndef NETNORM_DRIVERS_RESULT_H
#define NETNORM_DRIVERS_RESULT_H

#include <jansson.h>

#include "base/json.h"

/* In one line. */
void result_write(struct json *, const json_t *);
/* In lines, two blanks a level, a newline at the end. */
void result_write_lines(struct json *, const json_t *);

#endif
