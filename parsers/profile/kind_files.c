/* Where kinds and the table of the models are found: in the directories of profiles. */
#include <stdlib.h>
#include <unistd.h>

#include "parsers/profile/folder.h"
#include "parsers/profile/kind.h"

#define KIND_MAX_FILES 512

struct kind_files {
	struct kind_doc docs[KIND_MAX_FILES];
	size_t n;
	struct yang_table *table;
};

/* The kinds of the directory at this place, and its table if it has one: a later one's is taken in the place of an earlier one's. */
static void
read_kind_files(struct reader *r, const char *dir, size_t place, struct kind_files *files)
{
	char *folder = folder_join(dir, KIND_FOLDER), *path = folder_join(dir, KIND_TABLE);
	struct folder_names names = { NULL, 0 };

	if (path && access(path, F_OK) == 0) {
		yang_table_free(&files->table);
		files->table = yang_table_load(path, r->diag);
	}
	free(path);
	if (!folder || folder_read(folder, &names) == -1) {
		free(folder);
		return;
	}
	for (size_t i = 0; i < names.n; i++) {
		if (!folder_is_yaml(names.items[i]) || !folder_open_file(r, folder, names.items[i]))
			continue;
		if (files->n < KIND_MAX_FILES)
			files->docs[files->n++] = (struct kind_doc){ r->doc, place };
		else
			diag_add(r->diag, DIAG_ERROR, &(struct diag_place){ .file = dir }, "more than %d files of kinds", KIND_MAX_FILES);
	}
	folder_fini(&names);
	free(folder);
}

static void
bind_kinds(struct reader *r)
{
	for (size_t i = 0; i < r->set->noses; i++) {
		r->os = r->set->oses[i];
		for (struct profile_message *m = r->os->first; m; m = m->next)
			kind_bind(r, m);
	}
}

void
kind_load(struct reader *r, const struct profile_sources *from)
{
	struct kind_files *files = calloc(1, sizeof(*files));

	if (!files) {
		diag_add(r->diag, DIAG_ERROR, NULL, "out of memory");
		return;
	}
	if (from->models)
		read_kind_files(r, from->models, 0, files);
	for (size_t i = 0; i < from->ndirs; i++)
		read_kind_files(r, from->dirs[i], i, files);
	if (from->table) {
		yang_table_free(&files->table);
		files->table = yang_table_load(from->table, r->diag);
	}
	if (files->table) {
		kind_read_all(r, files->docs, files->n, files->table);
		bind_kinds(r);
	}
	yang_table_free(&files->table);
	free(files);
}
