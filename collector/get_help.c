#include "collector/get_help.h"

#include <stdio.h>

#include "collector/cmd.h"

static void
list_options(const struct driver_option *o)
{
	for (; o->name; o++)
		printf("  %-20s %s\n", o->name, o->help);
}

int
get_help_drivers(void)
{
	for (size_t i = 0; driver_table[i]; i++) {
		printf("%s: %s\n", driver_table[i]->name, driver_table[i]->summary);
		for (size_t k = 0; driver_table[i]->options[k]; k++)
			list_options(driver_table[i]->options[k]);
		list_options(driver_common_options);
		putchar('\n');
	}
	return cmd_written("get");
}

static void
list_default(const struct getter_argument *a)
{
	switch (a->type) {
	case GETTER_TEXT:
		printf(", default \"%s\"", a->text ? a->text : "");
		break;
	case GETTER_INT:
		printf(", default %d", a->number);
		break;
	case GETTER_BOOL:
		printf(", default %s", a->number ? "true" : "false");
		break;
	case GETTER_TEXTS:
		fputs(", default []", stdout);
		break;
	}
}

int
get_help_methods(const struct driver *driver)
{
	static const char *const types[] = { [GETTER_TEXT] = "string", [GETTER_INT] = "number", [GETTER_BOOL] = "true or false", [GETTER_TEXTS] = "array of strings" };

	for (int i = 0; i < GETTER_COUNT; i++) {
		if (driver && !driver_implements(driver, (enum getter)i))
			continue;
		puts(getter_methods[i].name);
		for (const struct getter_argument *a = getter_methods[i].arguments; a && a->name; a++) {
			printf("  %-20s %s", a->name, types[a->type]);
			if (a->required)
				fputs(", required", stdout);
			else
				list_default(a);
			putchar('\n');
		}
	}
	return cmd_written("get");
}
