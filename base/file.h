/*
 * file: files that are read whole (configuration, profiles, secrets): regular ones only, for to open or read a FIFO or a terminal waits for
 * somebody, and a reload must not.  What a path under /dev/ names (`-c <(...)`, /dev/stdin) is taken as it is: who names that is there.
 */
#ifndef NETNORM_BASE_FILE_H
#define NETNORM_BASE_FILE_H

#include <stdio.h>
#include <sys/types.h>

/* For reading, close-on-exec; -1 and NULL with errno, file_error() has its words. */
int file_open(const char *path);
FILE *file_stream(const char *path);
const char *file_error(int error);
/* The folders above the last name of `path`, those that are not there, as `mkdir -p` makes them.  0, or -1 with errno. */
int file_make_parents(const char *path, mode_t mode);

#endif
