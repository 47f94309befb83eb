/*
 * unix_socket: a unix socket bound to a path.
 */
#ifndef NETNORM_COLLECTOR_UNIX_SOCKET_H
#define NETNORM_COLLECTOR_UNIX_SOCKET_H

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

/* 0, or -1 with errno ENAMETOOLONG. */
int unix_socket_address(const char *path, struct sockaddr_un *);
/*
 * A bound socket of that type (SOCK_STREAM: not listening yet), non-blocking and closed on exec.  Its file has that mode, and never a wider
 * one; the process's umask is not touched, since it is every thread's.  A socket that nobody answers on is a leftover and is replaced.
 * -1 with errno: EADDRINUSE if somebody does, EEXIST if the path is no socket.
 */
int unix_socket_bind(const char *path, int type, mode_t mode);

#endif
