/*
 * input_snmp: what the kernel counts of UDP for the whole host (network namespace).
 */
#ifndef NETNORM_COLLECTOR_INPUT_SNMP_H
#define NETNORM_COLLECTOR_INPUT_SNMP_H

#include <stdint.h>
#include <stdio.h>

/* RcvbufErrors of UDP over IPv4 and IPv6 together; 0 where /proc does not tell. */
uint64_t input_snmp_receive_buffer_errors(void);
/* The value of `column` in the pair of lines that begin with `table` ("Udp:"), as in /proc/net/snmp; 0 if it is not there. */
uint64_t input_snmp_table(FILE *, const char *table, const char *column);
/* The value behind `name`, as in /proc/net/snmp6. */
uint64_t input_snmp_name(FILE *, const char *name);

#endif
