/*
 * get_table: a result of a getter for a person at a terminal.
 */
#ifndef NETNORM_COLLECTOR_GET_TABLE_H
#define NETNORM_COLLECTOR_GET_TABLE_H

#include <stdio.h>

#include <jansson.h>

enum {
	GET_TABLE_COLOUR = 1,
	GET_TABLE_GROUP = 2,    /* the result is of many devices, an object by their names: those that failed (null) are told, in their place */
};

/*
 * Objects of one shape as rows, single values as lines, texts of many lines as they are.  Cells are cut with a mark; letters of any language pass, but nothing that moves the cursor or
 * cannot be seen (printable.h).  Whether it could be written the stream tells.
 */
void get_table_print(const json_t *, FILE *, unsigned flags);

#endif
