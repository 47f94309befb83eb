/*
 * half_line: the end of a file of lines, where a kill may have left a part of one.  `fd` can read and write, and `path` is for the log.
 */
#ifndef NETNORM_OUTPUTS_HALF_LINE_H
#define NETNORM_OUTPUTS_HALF_LINE_H

/* It is ended, so that the next one stands alone. */
void half_line_end(int fd, const char *path);
/*
 * It is taken away, where what was in it comes again, whole.  Where it is longer than any line of ours, or does not
 * begin as an event (a line of an archive, or somebody else's), it stays, and is ended.
 */
void half_line_cut(int fd, const char *path);

#endif
