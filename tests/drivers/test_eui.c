/* eui: spellings of MAC addresses, and what is none. */
#include <criterion/criterion.h>

#include "drivers/eui.h"

static const struct {
	const char *text, *want;
} rows[] = {
	{ "0011.2233.4455", "00:11:22:33:44:55" }, { "00-11-22-33-44-55", "00:11:22:33:44:55" }, { "0:a:2:B:4:5", "00:0A:02:0B:04:05" }, { "1.2.3", "00:01:00:02:00:03" },
	{ "0011:2233:4455", "00:11:22:33:44:55" }, { "001122-334455", "00:11:22:33:44:55" }, { "abcde-12345", "0A:BC:DE:01:23:45" }, { "AABBCCDDEEF", "0A:AB:BC:CD:DE:EF" },
	{ "001122334455", "00:11:22:33:44:55" }, { "12345", "00:00:00:00:30:39" }, { "281474976710655", "FF:FF:FF:FF:FF:FF" }, { "a9:c5:2e:7b:6:", "A9:C5:2E:7B:60:00" },
	{ "", "" }, { "281474976710656", "281474976710656" }, { "192.0.2.1", "192.0.2.1" }, { "0011.2233", "0011.2233" }, { "00:11:22:33:44:55:66:77", "00:11:22:33:44:55:66:77" },
	{ "ABCDEF", "ABCDEF" }, { "leaf-1", "leaf-1" }, { "1:2:3:4:5:6 ", "1:2:3:4:5:6 " }, { "00:11:22:33:44:5g", "00:11:22:33:44:5g" }, { ":", ":" }, { "99999999999999999999", "99999999999999999999" },
};

Test(eui, a_mac_address_in_any_spelling_has_one_form_and_other_text_stays)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		json_t *got = eui_or_text(span_str(rows[i].text));

		cr_expect_str_eq(json_string_value(got), rows[i].want, "%s: %s", rows[i].text, json_string_value(got));
		json_decref(got);
	}
}

Test(eui, a_text_that_is_not_there_is_none)
{
	json_t *got = eui_or_text(SPAN_NONE);

	cr_expect_str_eq(json_string_value(got), "");
	cr_expect_null(eui_mac(SPAN_NONE));
	json_decref(got);
}
