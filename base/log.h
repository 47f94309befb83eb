/*
 * log: what the program says about itself, on standard error, one line each.
 *
 * Safe from every thread; a line is one write(2).  Colour on a terminal only (and not with NO_COLOR).  Text from the wire
 * must be given by log_quote().  log_once_a() keeps a repeated complaint from flooding: at most one
 * line each `seconds` for one call site, the next one tells how many were held back.
 */
#ifndef NETNORM_BASE_LOG_H
#define NETNORM_BASE_LOG_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/span.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_NOTICE, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

struct log_limit {
	_Atomic int64_t next_ns;
	_Atomic uint64_t held;
};

void log_set_level(enum log_level);
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_limited(struct log_limit *, int seconds, enum log_level, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* `s` cut to fit, unprintable bytes as \xNN, in the caller's buffer; returns buf. */
const char *log_quote(char *buf, size_t cap, struct span s);

#define log_once_a(seconds, level, ...)                              \
	do {                                                         \
		static struct log_limit log_limit_here;              \
		log_limited(&log_limit_here, seconds, level, __VA_ARGS__); \
	} while (0)

#endif
