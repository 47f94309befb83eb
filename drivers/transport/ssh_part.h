/* ssh_part: what a session is made of, for ssh*.c only. */
#ifndef NETNORM_DRIVERS_TRANSPORT_SSH_PART_H
#define NETNORM_DRIVERS_TRANSPORT_SSH_PART_H

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include "drivers/transport/ssh.h"

struct ssh {
	ssh_session session;
	ssh_channel channel;
	int fd;                         /* -1: libssh has closed it */
	int port;
	bool given;                     /* libssh knows the fd */
	bool stream;                    /* the channel's end is the session's end: a shell, a subsystem */
	bool killed;                    /* the command was ended by a signal */
	struct ssh_channel_callbacks_struct watch;
	int64_t keepalive_ns;           /* 0: none */
	int64_t next_keepalive_ns;
	char fault[256];                /* the last one of libssh, printable */
};

/* A connected, non-blocking socket, or -1 after device_fail(). */
int ssh_dial(struct device *, int port, int64_t deadline_ns);
/* The host key is the one that is known: 0, or -1 after device_fail(). */
int ssh_trust(struct ssh *, struct device *);
/* 0, or -1 after device_fail(). */
int ssh_login(struct ssh *, struct device *, int64_t deadline_ns);
/* After SSH_AGAIN: until something can be read or written.  -1 after device_fail() at the deadline; `what` is what is waited for. */
int ssh_wait(struct ssh *, struct device *, int64_t deadline_ns, const char *what);
/* What libssh says of the last failure, fit for a message. */
const char *ssh_fault(struct ssh *);

#endif
