/*
 * ssh: a channel to a device, on libssh.  The transports cli, exec and netconf stand on it.
 *
 * Options that it reads of the device: `insecure` (the host key is not checked), `known_hosts` (a file; else ~/.ssh/known_hosts and
 * /etc/ssh/ssh_known_hosts), `fingerprint` (SHA256:..., in the place of known_hosts), `key_file` (a private key, its passphrase from `key_passphrase_file`),
 * `use_agent`, `keepalive` (seconds, 30; 0: none), `legacy_algorithms` (what old devices need: ssh-rsa, diffie-hellman-group14-sha1, cbc ciphers).  Libssh's own
 * configuration files are not read.  All waits end at the device's deadline, and once its target's `cancel` is true.
 */
#ifndef NETNORM_DRIVERS_TRANSPORT_SSH_H
#define NETNORM_DRIVERS_TRANSPORT_SSH_H

#include <sys/types.h>

#include "drivers/device.h"

#define SSH_DEFAULT_PORT 22

struct ssh;

/* Connects, checks the host key, logs in (key, agent, password, keyboard-interactive).  NULL after device_fail(). */
struct ssh *ssh_link_open(struct device *, int default_port);
void ssh_link_close(struct ssh **);
/* One channel at a time: the one before is closed.  0, or -1 after device_fail(). */
int ssh_link_shell(struct ssh *, struct device *, int columns, int rows);       /* with a terminal "vt100" */
int ssh_link_exec(struct ssh *, struct device *, const char *command);
int ssh_link_subsystem(struct ssh *, struct device *, const char *name);
/* All bytes are sent by the deadline (monotonic ns): 0, or -1 after device_fail(). */
int ssh_link_write(struct ssh *, struct device *, struct span, int64_t deadline_ns);
/*
 * Waits until there is something and appends what is there (standard output and error alike): the number of bytes, 0 at the end of the stream, -1 after device_fail() (the
 * deadline, a broken connection, the buffer's limit).
 */
ssize_t ssh_link_read(struct ssh *, struct device *, struct buffer *, int64_t deadline_ns);
/* Until there is something to read, or the end, or `until_ns`: nothing fails.  False: nothing came.  True also where it was broken off: reading then says so. */
bool ssh_link_ready(struct ssh *, const struct device *, int64_t until_ns);
/* Nothing more is sent on the channel: the command's input ends. */
void ssh_link_end_input(struct ssh *);
/* Of the command of ssh_link_exec(), after its end: -1 if the device did not say, 128 if a signal ended it. */
int ssh_link_exit_status(struct ssh *, const struct device *);
/* Connected, as far as can be told without waiting; sends a keepalive. */
bool ssh_link_alive(struct ssh *);

#endif
