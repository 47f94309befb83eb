/*
 * Directories of folders of YAML files become a profile set.  Every file is read, whatever faults others have; only then is it decided
 * whether there is a set.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "parsers/profile/folder.h"
#include "parsers/profile/init.h"
#include "parsers/profile/kind.h"
#include "parsers/profile/message.h"
#include "parsers/profile/overlay.h"
#include "parsers/profile/tag.h"

#define LOAD_ARENA_BYTES ((size_t)64 << 10)

/* ---- one folder: one OS ---- */

static void
read_messages(struct reader *r, const struct yaml_node *root, struct profile_message ***tail)
{
	static const char *const keys[] = { "messages", NULL };
	const struct yaml_node *list;

	if (root->kind == YAML_NULL || !reader_map(r, root, keys, "a file of messages"))
		return;
	list = reader_required(r, root, "messages", "a file of messages");
	if (list && list->kind != YAML_LIST)
		reader_fault(r, list, "messages must be a list, this is %s", yaml_kind_name(list->kind));
	if (!list || list->kind != YAML_LIST)
		return;
	for (const struct yaml_node *item = list->first; item; item = item->next) {
		struct profile_message *m = message_read(r, item);

		if (m) {
			**tail = m;
			*tail = &m->next;
		}
	}
}

static struct profile_os *
os_named(const struct profile_set *set, struct span name)
{
	for (size_t i = 0; i < set->noses; i++)
		if (span_eq(set->oses[i]->name, name))
			return set->oses[i];
	return NULL;
}

static struct profile_os *
open_os(struct reader *r, const char *folder, const char *name)
{
	struct profile_set *set = r->set;
	struct diag_place place = { .file = folder };
	struct profile_os *os = os_named(set, span_str(name));

	if (os)
		return os;
	if (strlen(name) > PROFILE_OS_NAME_BYTES) {
		diag_add(r->diag, DIAG_ERROR, &place, "the name of an OS has at most %d bytes", PROFILE_OS_NAME_BYTES);
		return NULL;
	}
	if (set->noses == PROFILE_MAX_OS) {
		diag_add(r->diag, DIAG_ERROR, &place, "more than %d systems", PROFILE_MAX_OS);
		return NULL;
	}
	os = reader_alloc(r, sizeof(*os));
	if (!os)
		return NULL;
	os->name = reader_copy(r, span_str(name));
	os->interfaces = cast_no_interfaces;
	set->oses[set->noses++] = os;
	return os;
}

/*
 * napalm-logs takes prefixes from Python, too (its nxos).  Such an OS stays, in napalm-logs' grammar and without a prefix, so that no line is
 * of it until a directory over this one brings prefixes in YAML; the rest of the directory loads.
 */
static void
prefixes_in_python(struct reader *r, const struct diag_place *place)
{
	diag_add(r->diag, DIAG_WARNING, place, "its prefixes are in Python: no line is of this system");
	r->os->napalm = true;
}

static void
read_init(struct reader *r, const char *folder, const struct folder_names *names)
{
	struct diag_place place = { .file = folder };
	bool found = false, python = false;

	for (size_t i = 0; i < names->n; i++) {
		const struct yaml_node *root;

		python |= folder_ends_with(names->items[i], ".py") && folder_is_init(names->items[i]);
		if (!folder_is_yaml(names->items[i]) || !folder_is_init(names->items[i]))
			continue;
		root = folder_open_file(r, folder, names->items[i]);
		if (root)
			init_read(r, root);
		found = true;
	}
	if (found || r->os->has_init)
		return;
	if (python)
		prefixes_in_python(r, &place);
	else
		diag_add(r->diag, DIAG_ERROR, &place, "there is no init.yaml: a system that no other folder knows needs one, with `signatures` at the least");
}

static void
read_folder(struct reader *r, const char *folder, const char *name)
{
	struct folder_names names = { NULL, 0 };
	struct profile_message *fresh = NULL, **tail = &fresh;
	struct diag_place place = { .file = folder };

	r->os = open_os(r, folder, name);
	if (!r->os)
		return;
	if (folder_read(folder, &names) == -1) {
		diag_add(r->diag, DIAG_ERROR, &place, "%s", strerror(errno));
		goto out;
	}
	read_init(r, folder, &names);
	for (size_t i = 0; i < names.n; i++) {
		const struct yaml_node *root;

		if (folder_ends_with(names.items[i], ".py"))
			diag_add(r->diag, DIAG_WARNING, &place, "%s: profiles in Python are not read", names.items[i]);
		if (!folder_is_yaml(names.items[i]) || folder_is_init(names.items[i]))
			continue;
		root = folder_open_file(r, folder, names.items[i]);
		if (root)
			read_messages(r, root, &tail);
	}
	overlay(r, fresh);
out:
	folder_fini(&names);
}

static bool
is_folder(const char *path)
{
	DIR *d = opendir(path);

	if (!d)
		return errno != ENOTDIR;
	closedir(d);
	return true;
}

static bool
has_kinds(const char *dir)
{
	char *folder = folder_join(dir, KIND_FOLDER);
	bool has = folder && access(folder, F_OK) == 0;

	free(folder);
	return has;
}

/* Is a folder of this name a system's? */
static bool
is_system(const char *name)
{
	return name[0] != '_' && strcmp(name, KIND_FOLDER) != 0 && strcmp(name, KIND_MODELS) != 0;
}

static void
read_dir(struct reader *r, const char *dir)
{
	struct folder_names names = { NULL, 0 };
	struct diag_place place = { .file = dir };
	size_t folders = 0;
	const char *file = NULL;

	if (folder_read(dir, &names) == -1) {
		diag_add(r->diag, DIAG_ERROR, &place, "%s", strerror(errno));
		folder_fini(&names);
		return;
	}
	for (size_t i = 0; i < names.n; i++) {
		char *folder = is_system(names.items[i]) ? folder_join(dir, names.items[i]) : NULL;

		if (folder && is_folder(folder)) {
			/* Places in faults point to the name for as long as the set is read. */
			if (reader_own(r, (struct model_owned){ .path = folder }) == -1)
				break;
			read_folder(r, folder, names.items[i]);
			folders++;
		} else {
			free(folder);
			if (folder_is_yaml(names.items[i]))
				file = names.items[i];
		}
	}
	if (folders == 0 && file && !has_kinds(dir))
		diag_add(r->diag, DIAG_ERROR, &place, "there is no folder of profiles in it, but %s: it looks like the folder of one system; name the one above it", file);
	else if (folders == 0 && !has_kinds(dir))
		diag_add(r->diag, DIAG_ERROR, &place, "there is no folder of profiles in it");
	folder_fini(&names);
}

/* ---- the set ---- */

static int
by_rank(const void *a, const void *b)
{
	const struct profile_os *x = *(const struct profile_os *const *)a, *y = *(const struct profile_os *const *)b;
	size_t n = x->name.n < y->name.n ? x->name.n : y->name.n;
	int order = memcmp(x->name.p, y->name.p, n);

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (order != 0)
		return order;
	return (x->name.n > y->name.n) - (x->name.n < y->name.n);
}

static int
order_messages(struct reader *r)
{
	struct profile_os *os = r->os;
	struct profile_set *set = r->set;

	for (struct profile_message *m = os->first; m; m = m->next)
		os->nmessages++;
	os->messages = reader_alloc(r, os->nmessages * sizeof(struct profile_message *));
	if (!os->messages)
		return -1;
	os->nmessages = 0;
	for (struct profile_message *m = os->first; m; m = m->next) {
		m->order = os->nmessages;
		os->messages[os->nmessages++] = m;
	}
	set->nmessages += os->nmessages;
	return tag_index(r);
}

static int
gather_samples(struct reader *r)
{
	struct profile_set *set = r->set;
	size_t n = 0;

	for (size_t i = 0; i < set->noses; i++)
		for (const struct profile_message *m = set->oses[i]->first; m; m = m->next)
			n += m->samples ? m->samples->children : 0;
	set->samples = reader_alloc(r, n * sizeof(*set->samples));
	if (!set->samples)
		return -1;
	for (size_t i = 0; i < set->noses; i++)
		for (const struct profile_message *m = set->oses[i]->first; m; m = m->next)
			for (const struct yaml_node *s = m->samples ? m->samples->first : NULL; s; s = s->next)
				set->samples[set->nsamples++] = (struct profile_sample){
					.os = set->oses[i], .error = m->error, .line = yaml_get(s, "line")->text, .doc = m->doc,
					.node = s, .dir = m->dir, .want = yaml_get(s, "want"), .napalm = yaml_get(s, "yang"),
				};
	return 0;
}

static int
finish(struct reader *r)
{
	struct profile_set *set = r->set;

	qsort(set->oses, set->noses, sizeof(set->oses[0]), by_rank);
	for (size_t i = 0; i < set->noses; i++) {
		r->os = set->oses[i];
		r->os->index = i;
		if (order_messages(r) == -1)
			return -1;
	}
	return gather_samples(r);
}

struct profile_set *
profile_load_from(const struct profile_sources *from, struct diag *diag)
{
	struct profile_set *set = calloc(1, sizeof(*set));
	struct reader r = { .set = set, .diag = diag };
	size_t errors = diag_errors(diag);

	if (!set || arena_init(&set->arena, LOAD_ARENA_BYTES, SIZE_MAX) == -1) {
		diag_add(diag, DIAG_ERROR, NULL, "out of memory");
		free(set);
		return NULL;
	}
	for (r.dir = 0; r.dir < from->ndirs; r.dir++)
		read_dir(&r, from->dirs[r.dir]);
	kind_load(&r, from);
	if (diag_errors(diag) != errors || finish(&r) == -1)
		profile_free(&set);
	return set;
}

struct profile_set *
profile_load(const char *const *dirs, size_t ndirs, struct diag *diag)
{
	return profile_load_from(&(struct profile_sources){ .dirs = dirs, .ndirs = ndirs }, diag);
}

void
profile_free(struct profile_set **setp)
{
	struct profile_set *set = *setp;

	if (!set)
		return;
	for (struct model_owned *owned = set->owned; owned; owned = owned->next) {
		regex_free(&owned->regex);
		template_free(&owned->template);
		yaml_doc_free(&owned->doc);
		free(owned->path);
	}
	arena_fini(&set->arena);
	free(set);
	*setp = NULL;
}
