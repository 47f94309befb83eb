/*
 * device: one device while it is asked.  What a driver and a transport work on: whom to ask and how, the deadline, what went wrong, what was
 * odd in the answers.  One thread at a time uses a device.
 *
 * An operation that fails says why with device_fail() and gives NULL or -1; the first reason is kept.  A value in an answer that cannot be understood is
 * not a failure: device_warn() tells it and the result has the model's "unknown" in its place.
 */
#ifndef NETNORM_DRIVERS_DEVICE_H
#define NETNORM_DRIVERS_DEVICE_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/span.h"

/* Of one answer, and of the warnings kept from one call (more are counted). */
#define DEVICE_MAX_ANSWER ((size_t)64 << 20)
#define DEVICE_MAX_WARNINGS 64

enum device_error {
	DEVICE_OK,
	DEVICE_CONNECT,                 /* no connection: refused, no route, no such name, no common cipher */
	DEVICE_TRUST,                   /* its certificate or host key is not the one that is known */
	DEVICE_AUTH,                    /* user, password or key refused, or enable */
	DEVICE_TIMEOUT,                 /* no answer in time */
	DEVICE_CLOSED,                  /* the device ended the connection */
	DEVICE_COMMAND,                 /* the device refused what it was asked */
	DEVICE_ANSWER,                  /* the whole answer cannot be understood, or is larger than it may be */
	DEVICE_UNSUPPORTED,             /* its software is too old, or lacks what the driver needs */
	DEVICE_ARGUMENT,                /* the caller's: an argument, an option */
	DEVICE_NOT_IMPLEMENTED,         /* by this driver, or not with these arguments */
	DEVICE_MEMORY,
};

struct device_option {
	const char *name, *value;
};

/* Whom to ask, and how.  Borrowed while the device lives. */
struct device_target {
	const char *host;               /* a name or an address */
	int port;                       /* 0: the transport's own */
	const char *user, *password;    /* password NULL: none */
	const struct device_option *options;
	size_t n_options;
	int64_t timeout_ms;             /* for one operation: connecting, logging in, one answer; 0: DEVICE_TIMEOUT_MS */
	const _Atomic bool *cancel;     /* true: all waits end at once (within a second); NULL: none */
	size_t answer_bytes;            /* the most that one answer may have; 0: what the driver takes, DEVICE_MAX_ANSWER at most */
	int64_t call_ms;                /* for one call of a getter, all its operations together; 0: DEVICE_CALL_MS */
};
#define DEVICE_TIMEOUT_MS 60000
#define DEVICE_CALL_MS 600000

struct driver;
struct transport;

struct device {
	const struct device_target *target;
	const struct driver *driver;
	struct transport *wire;         /* the driver's open() made it; driver_close() closes it */
	void *state;                    /* the driver's own; its close() frees it */
	int64_t timeout_ms;             /* the option `timeout` (seconds), else the target's */
	int64_t call_end_ns;            /* monotonic: no operation of the call may last longer */
	enum device_error error;
	char message[512];              /* of the error: a sentence without its end */
	char *warnings[DEVICE_MAX_WARNINGS];
	size_t n_warnings;              /* may be larger than what is kept */
	bool read;                      /* an answer of the call looked like one (drivers/unread.h) */
	char unread[200];               /* after the call: why its result is empty though the device has said something; else "" */
};

void device_init(struct device *, const struct device_target *);
void device_fini(struct device *);      /* its warnings; not the wire */
/* The error and warnings of the call before are forgotten; the clock of the next one starts. */
void device_begin(struct device *);
/* Always -1, so that one may `return device_fail(...)`. */
int device_fail(struct device *, enum device_error, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Where a failure was borne well (an unknown command has another spelling): it did not happen. */
void device_forgive(struct device *);
/* What is added to a refused login. */
#define DEVICE_NO_PASSWORD "; no password was given (NETNORM_PASSWORD, --password-file, or the inventory)"
void device_warn(struct device *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* When an operation that starts now has to be over (monotonic ns): its timeout, or the end of the call. */
int64_t device_deadline_ns(const struct device *);
/* Milliseconds until then, for poll(): 0 if it is past; rounded up. */
int device_left_ms(int64_t deadline_ns);
/* Whoever waits looks at it twice a second. */
#define DEVICE_LOOK_MS 500
bool device_cancelled(const struct device *);
/* The last option of that name, or NULL. */
const char *device_option(const struct device *, const char *name);
/* "true", "yes", "1", ""; false if it is absent. */
bool device_option_on(const struct device *, const char *name);
/* "connect", "auth", ...: for logs and labels of metrics. */
const char *device_error_name(enum device_error);

#endif
