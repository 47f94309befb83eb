/*
 * Two files of /proc in two forms: names in one line and values in the next, or a name and a value on each line.
 */
#include "collector/input_snmp.h"

#include <stdlib.h>
#include <string.h>

#define SNMP_LINE 4096

static uint64_t
column_of(char *names, char *values, const char *column)
{
	char *name_next = NULL, *value_next = NULL;
	char *name = strtok_r(names, " \n", &name_next);
	char *value = strtok_r(values, " \n", &value_next);

	while (name && value) {
		if (strcmp(name, column) == 0)
			return strtoull(value, NULL, 10);
		name = strtok_r(NULL, " \n", &name_next);
		value = strtok_r(NULL, " \n", &value_next);
	}
	return 0;
}

uint64_t
input_snmp_table(FILE *f, const char *table, const char *column)
{
	char names[SNMP_LINE], values[SNMP_LINE];

	while (fgets(names, sizeof(names), f)) {
		if (strncmp(names, table, strlen(table)) != 0)
			continue;
		return fgets(values, sizeof(values), f) ? column_of(names, values, column) : 0;
	}
	return 0;
}

uint64_t
input_snmp_name(FILE *f, const char *name)
{
	char line[SNMP_LINE];
	size_t n = strlen(name);

	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, name, n) == 0 && (line[n] == ' ' || line[n] == '\t'))
			return strtoull(line + n, NULL, 10);
	}
	return 0;
}

uint64_t
input_snmp_receive_buffer_errors(void)
{
	uint64_t sum = 0;
	FILE *v4 = fopen("/proc/net/snmp", "re");
	FILE *v6 = fopen("/proc/net/snmp6", "re");

	if (v4) {
		sum += input_snmp_table(v4, "Udp:", "RcvbufErrors");
		fclose(v4);
	}
	if (v6) {
		sum += input_snmp_name(v6, "Udp6RcvbufErrors");
		fclose(v6);
	}
	return sum;
}
