/*
 * ssh_stand_in: the functions of drivers/transport/ssh.h for a test, in the place of libssh's: a device in memory that says what a script has.
 *
 * What it says comes in pieces of stand_in.piece bytes.  Once it has nothing more to say it is slow (the deadline passes at once) or, if `closes`, gone.
 */
#ifndef NETNORM_TESTS_DRIVERS_SSH_STAND_IN_H
#define NETNORM_TESTS_DRIVERS_SSH_STAND_IN_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#include "drivers/transport/ssh.h"

struct ssh {
	int unused;
};

static struct stand_in {
	const char *greeting;           /* said once the channel is there */
	const char *const *answers;     /* one a write, the hello not counted; NULL at the end */
	bool no_subsystem, no_connection, closes, dead;
	size_t piece;
	/* What was done. */
	struct buffer sent, said;
	size_t n_writes, at;
	char channel[128];
	int links;
} stand_in;

static inline void
stand_in_init(const char *greeting, const char *const *answers, size_t piece)
{
	stand_in = (struct stand_in){ .greeting = greeting, .answers = answers, .piece = piece };
	buffer_init(&stand_in.sent, (size_t)1 << 24);
	buffer_init(&stand_in.said, (size_t)1 << 28);
}

static inline void
stand_in_fini(void)
{
	buffer_fini(&stand_in.sent);
	buffer_fini(&stand_in.said);
}

struct ssh *
ssh_link_open(struct device *d, int default_port)
{
	(void)default_port;
	if (stand_in.no_connection) {
		device_fail(d, DEVICE_CONNECT, "refused");
		return NULL;
	}
	stand_in.links++;
	return calloc(1, sizeof(struct ssh));
}

void
ssh_link_close(struct ssh **s)
{
	if (*s)
		stand_in.links--;
	free(*s);
	*s = NULL;
}

static inline int
stand_in_channel(const char *kind, const char *name)
{
	snprintf(stand_in.channel, sizeof(stand_in.channel), "%s %s", kind, name);
	buffer_puts(&stand_in.said, stand_in.greeting);
	return 0;
}

int
ssh_link_subsystem(struct ssh *s, struct device *d, const char *name)
{
	(void)s;
	if (stand_in.no_subsystem)
		return device_fail(d, DEVICE_COMMAND, "no such subsystem");
	return stand_in_channel("subsystem", name);
}

int
ssh_link_exec(struct ssh *s, struct device *d, const char *command)
{
	(void)s;
	(void)d;
	return stand_in_channel("exec", command);
}

int
ssh_link_write(struct ssh *s, struct device *d, struct span text, int64_t deadline_ns)
{
	const char *const *answer = stand_in.answers;

	(void)s;
	(void)deadline_ns;
	if (stand_in.dead)
		return device_fail(d, DEVICE_CLOSED, "ended");
	buffer_put(&stand_in.sent, text);
	for (size_t i = 1; answer && *answer && i < stand_in.n_writes; i++)
		answer++;
	if (stand_in.n_writes++ > 0 && answer && *answer)
		buffer_puts(&stand_in.said, *answer);
	return 0;
}

ssize_t
ssh_link_read(struct ssh *s, struct device *d, struct buffer *b, int64_t deadline_ns)
{
	size_t left = stand_in.said.n - stand_in.at, n = left < stand_in.piece ? left : stand_in.piece;

	(void)s;
	(void)deadline_ns;
	if (n == 0)
		return stand_in.closes ? 0 : device_fail(d, DEVICE_TIMEOUT, "no answer in time");
	buffer_put(b, span_of(stand_in.said.p + stand_in.at, n));
	stand_in.at += n;
	return b->failed ? device_fail(d, DEVICE_ANSWER, "the buffer is full") : (ssize_t)n;
}

bool
ssh_link_alive(struct ssh *s)
{
	(void)s;
	return !stand_in.dead;
}

#endif
