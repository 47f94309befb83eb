/*
 * Libssh is never left to wait: its sessions are non-blocking, and the waiting is done here, up to the deadline.  It never connects or reads configuration files by
 * itself.  A session belongs to one thread at a time; sessions share nothing.
 */
#include "drivers/transport/ssh.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "drivers/transport/ssh_part.h"

#define KEEPALIVE_S 30
#define READ_MAX ((int)64 << 10)
#define STATUS_KILLED 128
#define STATUS_WAIT_NS CLOCK_NS_PER_S
/* No sleep is longer: in between keepalives are sent, and somebody may have broken off. */
#define SLICE_NS (DEVICE_LOOK_MS * CLOCK_NS_PER_MS)

const char *
ssh_fault(struct ssh *s)
{
	const char *text = ssh_get_error(s->session);
	size_t n = 0;

	for (; text[n] != '\0' && n < sizeof(s->fault) - 1; n++)
		s->fault[n] = (unsigned char)text[n] < 0x20 || text[n] == 0x7f ? ' ' : text[n];
	s->fault[n] = '\0';
	return n > 0 ? s->fault : "no reason is given";
}

static void
keep_alive(struct ssh *s)
{
	int64_t now = clock_monotonic_ns();

	if (s->keepalive_ns == 0 || now < s->next_keepalive_ns || !s->channel)
		return;
	s->next_keepalive_ns = now + s->keepalive_ns;
	ssh_send_ignore(s->session, "");
}

/* Until the socket has something for libssh, or `until_ns`, or for a slice.  A device that holds back its next small packet until the last one is acknowledged need not wait. */
static void
wait_socket(struct ssh *s, int64_t until_ns)
{
	int64_t slice = clock_monotonic_ns() + SLICE_NS;
	int on = 1;
	struct pollfd p = { .fd = ssh_get_fd(s->session), .events = POLLIN };

	if (ssh_get_poll_flags(s->session) & SSH_WRITE_PENDING)
		p.events |= POLLOUT;
	if (p.fd == -1)
		return;
	setsockopt(p.fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
	poll(&p, 1, device_left_ms(slice < until_ns ? slice : until_ns));
}

int
ssh_wait(struct ssh *s, struct device *d, int64_t deadline_ns, const char *what)
{
	if (device_left_ms(deadline_ns) == 0)
		return device_fail(d, DEVICE_TIMEOUT, "%s port %d: the time was over before %s", d->target->host, s->port, what);
	if (device_cancelled(d))
		return device_fail(d, DEVICE_CLOSED, "%s port %d: broken off before %s", d->target->host, s->port, what);
	if (ssh_get_fd(s->session) == -1)
		return device_fail(d, DEVICE_CLOSED, "%s port %d ended the connection before %s", d->target->host, s->port, what);
	wait_socket(s, deadline_ns);
	keep_alive(s);
	return 0;
}

/* Libssh wants a directory; without a home it is one that has no files. */
static void
set_directory(ssh_session session)
{
	const char *home = getenv("HOME");
	char path[4096], room[4096];
	struct passwd entry, *found = NULL;

	if ((!home || *home == '\0') && getpwuid_r(getuid(), &entry, room, sizeof(room), &found) == 0 && found)
		home = found->pw_dir;
	if (!home || *home != '/' || (size_t)snprintf(path, sizeof(path), "%s/.ssh", home) >= sizeof(path))
		snprintf(path, sizeof(path), "/nonexistent");
	ssh_options_set(session, SSH_OPTIONS_SSH_DIR, path);
}

static void
set_known_hosts(ssh_session session, const struct device *d)
{
	const char *file = device_option(d, "known_hosts");

	/* With a fingerprint, or without any check, what is known must not choose the type of the key. */
	if (device_option_on(d, "insecure") || device_option(d, "fingerprint"))
		file = "/dev/null";
	if (!file)
		return;
	ssh_options_set(session, SSH_OPTIONS_KNOWNHOSTS, file);
	ssh_options_set(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
}

/* Libssh takes whole lists only, and leaves out what it lacks. */
#define KEX_ALL "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group18-sha512," \
	"diffie-hellman-group16-sha512,diffie-hellman-group-exchange-sha256,diffie-hellman-group14-sha256,diffie-hellman-group-exchange-sha1," \
	"diffie-hellman-group14-sha1,diffie-hellman-group1-sha1"
#define HOST_KEYS_ALL "ssh-ed25519,ecdsa-sha2-nistp521,ecdsa-sha2-nistp384,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256,ssh-rsa"
#define CIPHERS_ALL "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr,aes256-cbc,aes192-cbc,aes128-cbc,3des-cbc"
#define MACS_ALL "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1-etm@openssh.com,hmac-sha1"

static void
set_legacy(ssh_session session)
{
	static const struct {
		enum ssh_options_e option;
		const char *all;
	} old[] = {
		{ SSH_OPTIONS_KEY_EXCHANGE, KEX_ALL }, { SSH_OPTIONS_HOSTKEYS, HOST_KEYS_ALL }, { SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, HOST_KEYS_ALL },
		{ SSH_OPTIONS_CIPHERS_C_S, CIPHERS_ALL }, { SSH_OPTIONS_CIPHERS_S_C, CIPHERS_ALL }, { SSH_OPTIONS_HMAC_C_S, MACS_ALL }, { SSH_OPTIONS_HMAC_S_C, MACS_ALL },
	};
	int bits = 768;

	for (size_t i = 0; i < sizeof(old) / sizeof(*old); i++)
		ssh_options_set(session, old[i].option, old[i].all);
	ssh_options_set(session, SSH_OPTIONS_RSA_MIN_SIZE, &bits);
}

static int
set_options(struct ssh *s, struct device *d)
{
	bool no_config = false;
	const char *keepalive = device_option(d, "keepalive");
	long seconds = keepalive ? strtol(keepalive, NULL, 10) : KEEPALIVE_S;   /* driver_open() has looked at it */

	set_directory(s->session);
	set_known_hosts(s->session, d);
	if (device_option_on(d, "legacy_algorithms"))
		set_legacy(s->session);
	s->keepalive_ns = seconds * CLOCK_NS_PER_S;
	s->next_keepalive_ns = clock_monotonic_ns() + s->keepalive_ns;
	if (ssh_options_set(s->session, SSH_OPTIONS_PROCESS_CONFIG, &no_config) < 0 || ssh_options_set(s->session, SSH_OPTIONS_HOST, d->target->host) < 0 ||
	    ssh_options_set(s->session, SSH_OPTIONS_PORT, &s->port) < 0 || ssh_options_set(s->session, SSH_OPTIONS_USER, d->target->user) < 0 ||
	    ssh_options_set(s->session, SSH_OPTIONS_FD, &s->fd) < 0)
		return device_fail(d, DEVICE_ARGUMENT, "%s port %d, user %s: %s", d->target->host, s->port, d->target->user, ssh_fault(s));
	return 0;
}

static int
exchange_keys(struct ssh *s, struct device *d, int64_t deadline_ns)
{
	int rc;

	ssh_set_blocking(s->session, 0);
	s->given = true;
	while ((rc = ssh_connect(s->session)) == SSH_AGAIN)
		if (ssh_wait(s, d, deadline_ns, "the key exchange was done") == -1)
			return -1;
	return rc == SSH_OK ? 0 : device_fail(d, DEVICE_CONNECT, "%s port %d: %s", d->target->host, s->port, ssh_fault(s));
}

static int
open_session(struct ssh *s, struct device *d)
{
	int64_t deadline_ns = device_deadline_ns(d);

	s->fd = ssh_dial(d, s->port, deadline_ns);
	if (s->fd == -1)
		return -1;
	s->session = ssh_new();
	if (!s->session)
		return device_fail(d, DEVICE_MEMORY, "no memory");
	if (set_options(s, d) == -1 || exchange_keys(s, d, deadline_ns) == -1 || ssh_trust(s, d) == -1)
		return -1;
	return ssh_login(s, d, deadline_ns);
}

/* A file that is named and not there is a fault of whoever named it, and no reason to go on without. */
static int
check_files(struct device *d)
{
	static const char *const names[] = { "key_file", "key_passphrase_file", "known_hosts" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *path = device_option(d, names[i]);

		if (path && access(path, R_OK) == -1)
			return device_fail(d, DEVICE_ARGUMENT, "option %s: cannot read %s: %s", names[i], path, strerror(errno));
	}
	return 0;
}

struct ssh *
ssh_link_open(struct device *d, int default_port)
{
	struct ssh *s;

	if (!d->target->host || !d->target->user) {
		device_fail(d, DEVICE_ARGUMENT, "a host and a user are needed");
		return NULL;
	}
	if (check_files(d) == -1)
		return NULL;
	s = calloc(1, sizeof(*s));
	if (!s) {
		device_fail(d, DEVICE_MEMORY, "no memory");
		return NULL;
	}
	s->port = d->target->port > 0 ? d->target->port : default_port;
	s->fd = -1;
	if (open_session(s, d) == -1)
		ssh_link_close(&s);
	return s;
}

static void
close_channel(struct ssh *s)
{
	if (!s->channel)
		return;
	ssh_channel_close(s->channel);
	ssh_channel_free(s->channel);
	s->channel = NULL;
}

/* Libssh does not close a socket that it was given, unless the device ended the session: then the number may be another one's by now. */
void
ssh_link_close(struct ssh **sp)
{
	struct ssh *s = *sp;

	if (!s)
		return;
	if (s->session) {
		close_channel(s);
		if (s->given && ssh_get_fd(s->session) == -1)
			s->fd = -1;
		ssh_disconnect(s->session);
		ssh_free(s->session);
	}
	if (s->fd != -1)
		close(s->fd);
	free(s);
	*sp = NULL;
}

static int
channel_failed(struct ssh *s, struct device *d, const char *what)
{
	bool up = ssh_is_connected(s->session) && !(ssh_get_status(s->session) & (SSH_CLOSED | SSH_CLOSED_ERROR));

	return device_fail(d, up ? DEVICE_COMMAND : DEVICE_CLOSED, "%s port %d: no %s: %s", d->target->host, s->port, what, ssh_fault(s));
}

/* So many parameters because libssh calls it. */
static void
on_signal(ssh_session session, ssh_channel channel, const char *name, int core, const char *text, const char *language, void *of)
{
	struct ssh *s = of;

	(void)session, (void)name, (void)core, (void)text, (void)language;
	if (channel == s->channel)
		s->killed = true;
}

static void
watch_channel(struct ssh *s)
{
	s->killed = false;
	s->watch = (struct ssh_channel_callbacks_struct){ .userdata = s, .channel_exit_signal_function = on_signal };
	ssh_callbacks_init(&s->watch);
	ssh_set_channel_callbacks(s->channel, &s->watch);
}

static int
open_channel(struct ssh *s, struct device *d, int64_t deadline_ns)
{
	int rc;

	close_channel(s);
	s->stream = false;
	s->channel = ssh_channel_new(s->session);
	if (!s->channel)
		return device_fail(d, DEVICE_MEMORY, "no memory for a channel");
	watch_channel(s);
	while ((rc = ssh_channel_open_session(s->channel)) == SSH_AGAIN)
		if (ssh_wait(s, d, deadline_ns, "a channel was open") == -1)
			return -1;
	return rc == SSH_OK ? 0 : channel_failed(s, d, "channel");
}

/* A terminal that is refused is none: there are devices that do not know the request. */
static int
request_terminal(struct ssh *s, struct device *d, int columns, int rows, int64_t deadline_ns)
{
	while (ssh_channel_request_pty_size(s->channel, "vt100", columns, rows) == SSH_AGAIN)
		if (ssh_wait(s, d, deadline_ns, "a terminal was open") == -1)
			return -1;
	return 0;
}

int
ssh_link_shell(struct ssh *s, struct device *d, int columns, int rows)
{
	int64_t deadline_ns = device_deadline_ns(d);
	int rc;

	if (open_channel(s, d, deadline_ns) == -1 || request_terminal(s, d, columns, rows, deadline_ns) == -1)
		return -1;
	while ((rc = ssh_channel_request_shell(s->channel)) == SSH_AGAIN)
		if (ssh_wait(s, d, deadline_ns, "a shell was open") == -1)
			return -1;
	s->stream = rc == SSH_OK;
	return rc == SSH_OK ? 0 : channel_failed(s, d, "shell");
}

int
ssh_link_exec(struct ssh *s, struct device *d, const char *command)
{
	int64_t deadline_ns = device_deadline_ns(d);
	int rc;

	if (open_channel(s, d, deadline_ns) == -1)
		return -1;
	while ((rc = ssh_channel_request_exec(s->channel, command)) == SSH_AGAIN)
		if (ssh_wait(s, d, deadline_ns, "the command was taken") == -1)
			return -1;
	return rc == SSH_OK ? 0 : channel_failed(s, d, "command is taken");
}

int
ssh_link_subsystem(struct ssh *s, struct device *d, const char *name)
{
	int64_t deadline_ns = device_deadline_ns(d);
	int rc;

	if (open_channel(s, d, deadline_ns) == -1)
		return -1;
	while ((rc = ssh_channel_request_subsystem(s->channel, name)) == SSH_AGAIN)
		if (ssh_wait(s, d, deadline_ns, "the subsystem was open") == -1)
			return -1;
	s->stream = rc == SSH_OK;
	return rc == SSH_OK ? 0 : channel_failed(s, d, "such subsystem");
}

static int
ended(struct ssh *s, struct device *d)
{
	return device_fail(d, DEVICE_CLOSED, "%s port %d ended the connection: %s", d->target->host, s->port, ssh_fault(s));
}

int
ssh_link_write(struct ssh *s, struct device *d, struct span text, int64_t deadline_ns)
{
	int rc;

	while (text.n > 0) {
		int n = ssh_channel_write(s->channel, text.p, (uint32_t)(text.n < (size_t)READ_MAX ? text.n : (size_t)READ_MAX));

		if (n < 0)
			return ended(s, d);
		text = span_skip(text, (size_t)n);
		if (text.n > 0 && n == 0 && ssh_wait(s, d, deadline_ns, "the device took what it was sent") == -1)
			return -1;
	}
	while ((rc = ssh_blocking_flush(s->session, 0)) == SSH_AGAIN)
		if (ssh_wait(s, d, deadline_ns, "the device took what it was sent") == -1)
			return -1;
	return rc == SSH_OK ? 0 : ended(s, d);
}

/* What is there of one of the two streams: bytes, 0, SSH_EOF, SSH_ERROR; the buffer may have failed. */
static int
take(struct ssh *s, struct buffer *b, int is_stderr)
{
	int n = ssh_channel_poll(s->channel, is_stderr);

	if (n <= 0)
		return n;
	if (n > READ_MAX)
		n = READ_MAX;
	if (!buffer_reserve(b, (size_t)n))
		return 0;
	n = ssh_channel_read_nonblocking(s->channel, b->p + b->n, (uint32_t)n, is_stderr);
	if (n > 0)
		b->n += (size_t)n;
	if (b->p)
		b->p[b->n] = '\0';
	return n;
}

ssize_t
ssh_link_read(struct ssh *s, struct device *d, struct buffer *b, int64_t deadline_ns)
{
	for (;;) {
		int out, more;

		/* Also while bytes keep coming. */
		if (device_left_ms(deadline_ns) == 0 || device_cancelled(d))
			return ssh_wait(s, d, deadline_ns, "the answer was whole");
		out = take(s, b, 0);
		more = out == SSH_ERROR ? 0 : take(s, b, 1);
		if (b->failed)
			return device_fail(d, DEVICE_ANSWER, "the answer is larger than %zu bytes", b->limit_bytes);
		if (out > 0 || more > 0)
			return (out > 0 ? out : 0) + (more > 0 ? more : 0);
		if (out == SSH_EOF)
			return 0;
		if (out == SSH_ERROR || more == SSH_ERROR)
			return ended(s, d);
		if (ssh_wait(s, d, deadline_ns, "the answer was whole") == -1)
			return -1;
	}
}

bool
ssh_link_ready(struct ssh *s, const struct device *d, int64_t until_ns)
{
	for (;;) {
		if (device_cancelled(d) || ssh_channel_poll(s->channel, 0) != 0 || ssh_channel_poll(s->channel, 1) > 0)
			return true;
		if (device_left_ms(until_ns) == 0)
			return false;
		wait_socket(s, until_ns);
		keep_alive(s);
	}
}

void
ssh_link_end_input(struct ssh *s)
{
	ssh_channel_send_eof(s->channel);
}

int
ssh_link_exit_status(struct ssh *s, const struct device *d)
{
	int64_t until_ns = clock_monotonic_ns() + STATUS_WAIT_NS;
	int status;

	while ((status = ssh_channel_get_exit_status(s->channel)) == -1 && !s->killed && !ssh_channel_is_closed(s->channel) && ssh_is_connected(s->session) && device_left_ms(until_ns) > 0 &&
	    !device_cancelled(d))
		wait_socket(s, until_ns);
	return s->killed ? STATUS_KILLED : status;
}

bool
ssh_link_alive(struct ssh *s)
{
	if (ssh_send_ignore(s->session, "") == SSH_ERROR || (s->channel && s->stream && ssh_channel_poll(s->channel, 0) < 0))
		return false;
	return ssh_is_connected(s->session) && !(ssh_get_status(s->session) & (SSH_CLOSED | SSH_CLOSED_ERROR));
}
