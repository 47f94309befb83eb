/*
 * Names of interfaces: the lists of them, and where they are wanted in full.
 */
#include "drivers/field.h"
#include "drivers/ifname.h"
#include "drivers/ios/ios.h"

json_t *
ios_vrf_name(struct span name)
{
	size_t n = ifname_kind(name);

	if (!span_eq(span_of(name.p, n), SPAN_LIT("Vl")))
		return ifname_full(name);
	name = span_skip(name, n);
	return json_sprintf("Vlan%.*s", (int)(name.n < 64 ? name.n : 64), name.p);
}

json_t *
ios_name_wanted(const struct device *d, struct span name)
{
	return device_option_on(d, "canonical_int") ? ifname_full(name) : field_text(name);
}

/* "Vlan1  unassigned  YES NVRAM  up  up"; what stands up to the note is nothing. */
static void
list_line(json_t *names, struct span line)
{
	struct span rest = line, word;

	if (span_starts(line, SPAN_LIT("Any interface listed with")))
		json_array_clear(names);
	else if (!field_has(line, "Interface ") && field_word(&rest, &word))
		json_array_append_new(names, field_text(word));
}

json_t *
ios_name_list(struct device *d)
{
	struct buffer answer;
	struct span text, line;
	json_t *names = NULL;

	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_show(d, &answer, "show ip interface brief") == 0) {
		names = json_array();
		for (text = buffer_span(&answer); field_line(&text, &line);)
			list_line(names, line);
	}
	buffer_fini(&answer);
	return names;
}
