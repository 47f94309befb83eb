#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/config.h"
#include "collector/inventory.h"

static char *
text_of(FILE *f)
{
	char *text = calloc(1, 65536);

	rewind(f);
	cr_assert_lt(fread(text, 1, 65535, f), 65535);
	return text;
}

/* What is told of a file that is broken. */
static char *
diagnose(const char *path)
{
	struct diag *d = diag_new();
	FILE *f = tmpfile();
	char *text;

	if (strstr(path, "/inventory-")) {
		struct inventory *inv = inventory_load(path, d);

		cr_assert_null(inv);
	} else {
		struct config *c = config_load(path, d);

		cr_assert_eq(c != NULL, diag_errors(d) == 0);
		config_free(&c);
	}
	diag_print(d, f, false);
	diag_free(&d);
	text = text_of(f);
	fclose(f);
	return text;
}

static void
check_expected(const char *path, const char *got)
{
	char *name, *want = NULL;
	FILE *f;

	cr_assert_neq(asprintf(&name, "%.*s.expected", (int)(strlen(path) - 5), path), -1);
	if (getenv("GOLDEN")) {
		f = fopen(name, "w");
		fputs(got, f);
		fclose(f);
	}
	f = fopen(name, "r");
	cr_assert_not_null(f, "%s is not there: make golden", name);
	want = text_of(f);
	fclose(f);
	if (strcmp(got, want) != 0)
		cr_log_error("%s:\n--- wanted\n%s--- told\n%s", path, want, got);
	cr_expect_str_eq(got, want);
	free(want);
	free(name);
}

static bool
is_yaml(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

/* Calls fn for each YAML file of a folder; how many there were. */
static size_t
each_file(const char *folder, void (*fn)(const char *path))
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	size_t n = 0;

	cr_assert_not_null(dir, "tests run from the top of the tree: %s", folder);
	while ((e = readdir(dir))) {
		char path[512];

		if (!is_yaml(e->d_name))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		fn(path);
		n++;
	}
	closedir(dir);
	return n;
}

static void
check_broken(const char *path)
{
	char *got = diagnose(path);

	check_expected(path, got);
	free(got);
}

Test(config, each_fault_is_told_with_its_place_and_all_of_them_at_once)
{
	cr_assert_gt(each_file("tests/collector/diag", check_broken), 4);
}

/* What an example names need not be on this machine; no other warning is good. */
static void
expect_directories_only(const struct diag *d, const char *path)
{
	static const char warning[] = "warning: ", allowed[] = "there is no directory";
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	diag_print(d, f, false);
	fclose(f);
	for (const char *p = text; (p = strstr(p, warning)); p++)
		cr_assert_eq(strncmp(p + strlen(warning), allowed, strlen(allowed)), 0, "%s: %s", path, text);
	free(text);
}

static void
check_good(const char *path)
{
	struct diag *d = diag_new();
	struct config *c = config_load(path, d);
	struct inventory *inv;

	diag_print(d, stderr, false);
	cr_assert_not_null(c, "%s", path);
	cr_assert(c->inputs.n > 0 && c->outputs.n > 0, "%s", path);
	if (c->inventory) {
		inv = inventory_load(c->inventory, d);
		diag_print(d, stderr, false);
		cr_assert_not_null(inv, "%s", path);
		inventory_free(&inv);
	}
	cr_assert_eq(diag_errors(d), 0, "%s", path);
	expect_directories_only(d, path);
	config_free(&c);
	diag_free(&d);
}

Test(config, the_shipped_configuration_and_each_example_loads)
{
	struct diag *d = diag_new();
	struct inventory *inv = inventory_load("config/inventory.yaml", d);

	diag_print(d, stderr, false);
	cr_assert_not_null(inv);
	cr_assert_gt(inventory_count(inv), 0);
	inventory_free(&inv);
	diag_free(&d);
	check_good("config/netnorm.yaml");
	setenv("HOOK_TOKEN", "abc", 1);
	cr_assert_gt(each_file("config/examples", check_good), 3);
	cr_assert_eq(each_file("config/examples/logstash", check_good), 1);
	setenv("SEARCH_API_KEY", "a2V5", 1);
	check_good("config/examples/elasticsearch/netnorm.yaml");
}

static struct config *
load(const char *yaml)
{
	struct diag *d = diag_new();
	char path[64];
	FILE *f;
	struct config *c;

	snprintf(path, sizeof(path), "/tmp/netnorm-config-%d.yaml", (int)getpid());
	f = fopen(path, "w");
	fputs(yaml, f);
	fclose(f);
	c = config_load(path, d);
	diag_print(d, stderr, false);
	diag_free(&d);
	unlink(path);
	return c;
}

Test(config, defaults_are_as_documented)
{
	struct config *c;

	setenv("STATE_DIRECTORY", "/var/lib/netnorm", 1);
	setenv("RUNTIME_DIRECTORY", "/run/netnorm:/run/other", 1);
	c = load("");
	cr_assert_not_null(c);
	cr_assert_eq(c->workers, 0);
	cr_assert_eq(c->stop_timeout_ms, 10000);
	cr_assert_eq(c->metrics.port, 9514);
	cr_assert_str_eq(c->metrics.address, "127.0.0.1");
	cr_assert_str_eq(c->state_dir, "/var/lib/netnorm");
	cr_assert_str_eq(c->control, "/run/netnorm/control");
	cr_assert_null(c->inventory);
	config_free(&c);
}

Test(config, relative_paths_are_relative_to_the_file)
{
	struct config *c = load("{inventory: i.yaml, profiles: [p, /q], state_dir: ./s, control: run/c,\n"
	                        " inputs: [{name: f, kind: file, path: a.log}, {name: x, kind: unix-dgram, path: /run/x}],\n"
	                        " outputs: [{name: o, kind: file, path: out/b.log}]}\n");
	char *path;

	cr_assert_not_null(c);
	cr_assert_str_eq(c->inventory, "/tmp/i.yaml");
	cr_assert_str_eq(c->profiles.items[0], "/tmp/p");
	cr_assert_str_eq(c->profiles.items[1], "/q");
	cr_assert_str_eq(c->state_dir, "/tmp/./s");
	cr_assert_str_eq(c->control, "/tmp/run/c");
	cr_assert_str_eq(c->enrichment.cache, "/tmp/./s/devices");
	memcpy(&path, (const char *)c->inputs.items[0] + sizeof(struct input_config), sizeof(path));
	cr_assert_str_eq(path, "/tmp/a.log");
	memcpy(&path, (const char *)c->inputs.items[1] + sizeof(struct input_config), sizeof(path));
	cr_assert_str_eq(path, "/run/x");
	config_free(&c);
}

/* The name of a file in `col` of the working directory, as `-c col/netnorm.yaml` has it. */
static struct config *
load_in_folder(const char *yaml)
{
	struct diag *d = diag_new();
	struct config *c;
	FILE *f;

	mkdir("col", 0700);
	f = fopen("col/netnorm.yaml", "w");
	cr_assert_not_null(f);
	fputs(yaml, f);
	fclose(f);
	c = config_load("col/netnorm.yaml", d);
	unlink("col/netnorm.yaml");
	rmdir("col");
	diag_free(&d);
	cr_assert_not_null(c);
	return c;
}

Test(config, what_is_in_the_state_directory_is_relative_to_the_file_once)
{
	static const struct {
		const char *yaml, *state, *cache;
	} cases[] = {
		{ "state_dir: st", "col/st", "col/st/devices" },
		{ "state_dir: /st", "/st", "/st/devices" },
		{ "enrichment: {cache: c}", "own", "col/c" },
		{ "", "own", "own/devices" },
	};
	char dir[] = "/tmp/netnorm-config-XXXXXX";

	cr_assert(mkdtemp(dir) && chdir(dir) == 0);
	unsetenv("RUNTIME_DIRECTORY");
	unsetenv("XDG_RUNTIME_DIR");
	setenv("STATE_DIRECTORY", "own", 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct config *c = load_in_folder(cases[i].yaml);
		char control[64];

		snprintf(control, sizeof(control), "%s/control", cases[i].state);
		cr_expect_str_eq(c->state_dir, cases[i].state, "%s", cases[i].yaml);
		cr_expect_str_eq(c->enrichment.cache, cases[i].cache, "%s", cases[i].yaml);
		cr_expect_str_eq(c->control, geteuid() == 0 ? "/run/netnorm/control" : control, "%s", cases[i].yaml);
		config_free(&c);
	}
	rmdir(dir);
}

Test(config, inputs_are_the_same_only_if_all_their_options_are)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{ "{kind: udp, address: '::', port: 514}", "{kind: udp, address: '::'}", true },
		{ "{kind: udp, address: '::', port: 514}", "{kind: udp, address: '::', port: 515}", false },
		{ "{kind: udp, address: '::'}", "{kind: udp, address: '::', v6only: true}", false },
		{ "{kind: udp, address: '::'}", "{kind: tcp, address: '::'}", false },
		{ "{kind: tcp, address: '::'}", "{kind: tcp, address: '::', max_message: 65536}", true },
		{ "{kind: tcp, address: '::'}", "{kind: tcp, address: '::', max_message: 8KiB}", false },
		{ "{kind: tcp, address: '::'}", "{kind: tcp, address: '::', idle_timeout: 600s}", true },
		{ "{kind: file, path: a}", "{kind: file, path: b}", false },
		{ "{kind: stdin}", "{kind: stdin}", true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char yaml[512];
		struct config *c;

		snprintf(yaml, sizeof(yaml), "inputs:\n  a: %s\n  b: %s\n", cases[i].a, cases[i].b);
		c = load(yaml);
		cr_assert_not_null(c);
		cr_assert_str_eq(c->inputs.items[1]->name, "b");
		/* Their names differ; all else is compared. */
		c->inputs.items[1]->name[0] = 'a';
		cr_assert_eq(input_config_same(c->inputs.items[0], c->inputs.items[1]), cases[i].same, "case %zu", i);
		config_free(&c);
	}
}

Test(config, the_manual_names_every_option)
{
	static const char *const words[] = { "inputs", "outputs", "max_message", "receive_buffer", "framing", "idle_timeout", "follow", "mode",
		"trust_host", "date_order", "stop_timeout", "queue", "filter", "rotate", "error_whitelist",
		"error_blacklist", "send_unknown" };
	FILE *f = tmpfile();
	char *text = calloc(1, 1 << 20);

	config_manual(f);
	rewind(f);
	cr_assert_gt(fread(text, 1, (1 << 20) - 1, f), 4000);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		cr_assert_not_null(strstr(text, words[i]), "%s", words[i]);
	fclose(f);
	free(text);
}

Test(config, the_shipped_profiles_are_found_by_the_environment)
{
	char buf[64];

	setenv("NETNORM_PROFILES", "/some/where", 1);
	cr_assert_str_eq(config_shipped_profiles(buf, sizeof(buf)), "/some/where");
	setenv("NETNORM_CONFIG", "/etc/other.yaml", 1);
	cr_assert_str_eq(config_default_path("given.yaml"), "given.yaml");
	cr_assert_str_eq(config_default_path(NULL), "/etc/other.yaml");
	setenv("NETNORM_CONFIG", "", 1);
	cr_assert_not_null(strstr(config_default_path(NULL), "/netnorm/netnorm.yaml"));
}
