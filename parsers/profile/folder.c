#include "parsers/profile/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
folder_fini(struct folder_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->items[i]);
	free(names->items);
	*names = (struct folder_names){ NULL, 0 };
}

static int
names_add(struct folder_names *names, const char *name)
{
	char **more = realloc(names->items, (names->n + 1) * sizeof(*more));

	if (!more)
		return -1;
	names->items = more;
	if (!(more[names->n] = strdup(name)))
		return -1;
	names->n++;
	return 0;
}

int
folder_read(const char *dir, struct folder_names *names)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	int rc = -1;

	if (!d)
		return -1;
	while ((errno = 0, entry = readdir(d)))
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, "__pycache__") != 0 && names_add(names, entry->d_name) == -1)
			goto out;
	if (errno)
		goto out;
	if (names->n)
		qsort(names->items, names->n, sizeof(*names->items), by_name);
	rc = 0;
out:
	closedir(d);
	return rc;
}

bool
folder_ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcmp(name + n - m, end) == 0;
}

bool
folder_is_yaml(const char *name)
{
	return folder_ends_with(name, ".yaml") || folder_ends_with(name, ".yml");
}

bool
folder_is_init(const char *name)
{
	static const char *const stems[] = { "init", "index", "__init__" };
	size_t n = (size_t)(strrchr(name, '.') - name);

	for (size_t i = 0; i < 3; i++)
		if (strlen(stems[i]) == n && memcmp(stems[i], name, n) == 0)
			return true;
	return false;
}

char *
folder_join(const char *dir, const char *name)
{
	char *path = NULL;
	bool slash = folder_ends_with(dir, "/");

	return asprintf(&path, "%s%s%s", dir, slash ? "" : "/", name) < 0 ? NULL : path;
}

const struct yaml_node *
folder_open_file(struct reader *r, const char *folder, const char *name)
{
	char *path = folder_join(folder, name);
	struct yaml_doc *doc = path ? yaml_load_file(path, r->diag) : NULL;

	/* The name is kept even without a document: the faults told of it point there. */
	r->doc = NULL;
	if (reader_own(r, (struct model_owned){ .doc = doc, .path = path }) == -1 || !doc)
		return NULL;
	r->doc = doc;
	return doc->root;
}
