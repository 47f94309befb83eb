/*
 * A main for a fuzz target that was built without libFuzzer: it replays the files, or whole folders, named
 * on the command line.  So a found input can be run under gcc, gdb or valgrind.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
replay_file(const char *path)
{
	int rc = -1;
	uint8_t *data = NULL;
	size_t size = 0;
	FILE *f = fopen(path, "rb");

	if (!f)
		goto out;
	for (size_t room = 0, got = 1; got > 0; size += got) {
		if (size == room) {
			uint8_t *more = realloc(data, room = 2 * room + 4096);

			if (!more)
				goto out;
			data = more;
		}
		got = fread(data + size, 1, room - size, f);
	}
	if (ferror(f))
		goto out;
	fprintf(stderr, "%s: %zu bytes\n", path, size);
	LLVMFuzzerTestOneInput(data, size);
	rc = 0;
out:
	if (rc)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	if (f)
		fclose(f);
	free(data);
	return rc;
}

static int
replay_folder(const char *path)
{
	int rc = 0;
	char name[4096];
	struct dirent *entry;
	DIR *folder = opendir(path);

	if (!folder) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	while ((entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		if ((size_t)snprintf(name, sizeof(name), "%s/%s", path, entry->d_name) >= sizeof(name) || replay_file(name))
			rc = -1;
	}
	closedir(folder);
	return rc;
}

int
main(int argc, char **argv)
{
	int rc = 0;
	struct stat st;

	for (int i = 1; i < argc; i++) {
		if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
			rc |= replay_folder(argv[i]);
		else
			rc |= replay_file(argv[i]);
	}
	return rc ? 1 : 0;
}
