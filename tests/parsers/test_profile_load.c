/* profile: what is wrong with a profile is told with its place, all at once. */
#include <criterion/criterion.h>

#include "parsers/profile/profile.h"
#include "tests/base/golden.h"

#define BROKEN "tests/parsers/profiles/broken"

/* `path` is a folder, with a '/' behind it. */
static void
check(const char *path)
{
	char folder[200];
	const char *dir = folder;
	struct diag *d = diag_new();
	struct profile_set *set;
	char name[300];

	snprintf(folder, sizeof(folder), "%.*s", (int)strlen(path) - 1, path);
	set = profile_load(&dir, 1, d);
	cr_expect_null(set, "%s loads", dir);
	snprintf(name, sizeof(name), "%s.yaml", dir);
	golden_diag(name, d);
	diag_free(&d);
	profile_free(&set);
}

Test(profile_load, every_fault_is_told_with_its_place)
{
	golden_each(BROKEN "/*/", check);
}

Test(profile_load, a_directory_that_is_not_there_is_a_fault)
{
	const char *dir = "tests/parsers/profiles/nowhere";
	struct diag *d = diag_new();

	cr_expect_null(profile_load(&dir, 1, d));
	cr_expect_eq(diag_errors(d), 1);
	diag_free(&d);
}

Test(profile_load, a_good_set_tells_what_is_in_it)
{
	const char *dirs[] = { "tests/parsers/profiles/small" };
	struct diag *d = diag_new();
	struct profile_set *set = profile_load(dirs, 1, d);

	diag_print(d, stderr, false);
	cr_assert_not_null(set);
	cr_expect_eq(profile_os_count(set), 2);
	cr_expect_eq(profile_message_count(set), 9);
	cr_expect(span_eq(profile_os_name(profile_os_at(set, 0)), SPAN_LIT("other")), "rank 20 goes first");
	cr_expect_eq(profile_os_index(profile_os_at(set, 1)), 1);
	cr_expect_eq(profile_os_named(set, SPAN_LIT("acme")), profile_os_at(set, 1));
	cr_expect_null(profile_os_named(set, SPAN_LIT("acm")));
	cr_expect_eq(profile_sample_count(set), 8);
	cr_expect_eq(profile_unsampled(set, 0, d), 1);
	profile_free(&set);
	diag_free(&d);
}

/* What messages of an earlier directory give a kind that another took the place of is dropped; those of a later one must not give it. */
Test(profile_load, a_kind_that_replaces_another_may_ask_for_less)
{
	const char *dirs[] = { "tests/parsers/profiles/strict", "tests/parsers/profiles/strict_over", "tests/parsers/profiles/strict_later" };
	struct diag *d = diag_new();
	struct profile_set *set = profile_load(dirs, 2, d);

	cr_expect_not_null(set);
	cr_expect(diag_errors(d) == 0 && diag_warnings(d) == 1, "%zu warnings", diag_warnings(d));
	profile_free(&set);
	diag_free(&d);
	d = diag_new();
	set = profile_load(dirs, 3, d);
	cr_expect_null(set);
	cr_expect_eq(diag_errors(d), 1);
	profile_free(&set);
	diag_free(&d);
}
