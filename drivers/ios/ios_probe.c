/*
 * Probes (IP SLA).
 */
#include "drivers/field.h"
#include "drivers/ios/ios.h"

/* What IOS takes where the configuration says nothing. */
#define PROBE_COUNT 15
#define PROBE_INTERVAL 60

static const struct {
	const char *name, *type;
} types[] = {
	{ "icmp-echo", "icmp-ping" },
	{ "udp-echo", "udp-ping" },
	{ "tcp-connect", "tcp-ping" },
	{ "http", "http-ping" },
};

static const char *
type_of(struct span name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (span_eq(name, span_str(types[i].name)))
			return types[i].type;
	}
	return NULL;
}

static json_t *
probe(struct device *d, const json_t *row, const char *type)
{
	json_t *r = model_new(&model_probe);

	json_object_set_new(r, "probe_type", json_string(type));
	json_object_set_new(r, "target", field_text(ios_value(row, "TARGET")));
	json_object_set_new(r, "source", field_text(ios_value(row, "SOURCE")));
	json_object_set_new(r, "probe_count", json_integer(ios_number(d, row, "COUNT", PROBE_COUNT)));
	json_object_set_new(r, "test_interval", json_integer(ios_number(d, row, "INTERVAL", PROBE_INTERVAL)));
	return r;
}

/* {number: {tag: ...}}; without a tag, the number again. */
json_t *
ios_get_probes_config(struct device *d, const json_t *arguments)
{
	json_t *rows = ios_rows(d, "show_run_ip_sla", "show run | section ip sla [0-9]");
	json_t *r = rows ? json_object() : NULL, *row, *tests;
	struct span number, name;
	const char *type;
	size_t i;

	(void)arguments;
	json_array_foreach(rows, i, row) {
		number = ios_value(row, "NUMBER");
		name = ios_value(row, "NAME");
		type = type_of(ios_value(row, "TYPE"));
		if (!type) {
			device_warn(d, "the type of probe %.*s is not known", IOS_PART(number));
			continue;
		}
		tests = json_object();
		ios_set(tests, name.n ? name : number, probe(d, row, type));
		ios_set(r, number, tests);
	}
	json_decref(rows);
	return r;
}
