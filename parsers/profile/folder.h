/* folder: the files of a directory of profiles, by name. */
#ifndef NETNORM_PARSERS_PROFILE_FOLDER_H
#define NETNORM_PARSERS_PROFILE_FOLDER_H

#include "parsers/profile/reader.h"

struct folder_names {
	char **items;
	size_t n;
};

/* All but hidden ones and `__pycache__`, sorted; -1 with errno. */
int folder_read(const char *dir, struct folder_names *);
void folder_fini(struct folder_names *);
bool folder_ends_with(const char *name, const char *end);
bool folder_is_yaml(const char *name);
/* init, index or __init__, with any ending. */
bool folder_is_init(const char *name);
/* dir/name, malloc'd; NULL without memory. */
char *folder_join(const char *dir, const char *name);
/* The root of the YAML in it, which becomes r->doc; NULL after a fault. */
const struct yaml_node *folder_open_file(struct reader *, const char *folder, const char *name);

#endif
