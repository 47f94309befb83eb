/*
 * folder: the directory that a file lies in.
 */
#ifndef NETNORM_OUTPUTS_FOLDER_H
#define NETNORM_OUTPUTS_FOLDER_H

/*
 * That the file at `path` is there, goes by this name, or is gone, is on the disk.  0, or -1 with errno; also 0 where it cannot be asked for: of a directory that
 * may not be read, or of a file system that knows no such thing.
 */
int folder_sync(const char *path);

#endif
