/*
 * get_table: a result of a getter for a person at a terminal.
 */
#ifndef NETNORM_COLLECTOR_GET_TABLE_H
#define NETNORM_COLLECTOR_GET_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

/* Objects of one shape as rows, single values as lines, texts of many lines as they are; control characters never reach the terminal. */
void get_table_print(const json_t *, FILE *, bool colour);

#endif
