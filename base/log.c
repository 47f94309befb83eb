/*
 * Lines on standard error.  It knows levels and colours, and nothing of who speaks.
 */
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"

#define LINE_BYTES 2048

static _Atomic int level_limit = LOG_LEVEL_INFO;

static const struct {
	const char *word, *colour;
} levels[] = {
	[LOG_LEVEL_ERROR] = { "error", "\033[31m" }, [LOG_LEVEL_WARNING] = { "warning", "\033[33m" },
	[LOG_LEVEL_NOTICE] = { "notice", "\033[36m" }, [LOG_LEVEL_INFO] = { "info", "" }, [LOG_LEVEL_DEBUG] = { "debug", "\033[2m" },
};

void
log_set_level(enum log_level level)
{
	atomic_store(&level_limit, (int)level);
}

/* NO_COLOR counts where it is set and not empty. */
static bool
coloured(void)
{
	static _Atomic int known;       /* 0: not asked yet, 1: no, 2: yes */
	const char *none;

	if (!atomic_load(&known)) {
		none = getenv("NO_COLOR");
		atomic_store(&known, isatty(STDERR_FILENO) && !(none && *none) ? 2 : 1);
	}
	return atomic_load(&known) == 2;
}

/* What a message brings along is no new line, and steers no terminal. */
static void
flatten(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c < 0x20 || c == 0x7f)
			p[i] = c == '\n' || c == '\t' ? ' ' : '?';
	}
}

static void say(enum log_level, uint64_t held, const char *fmt, va_list) __attribute__((format(printf, 3, 0)));

static void
say(enum log_level level, uint64_t held, const char *fmt, va_list ap)
{
	int len, saved_errno = errno;
	char line[LINE_BYTES];
	bool colour = coloured() && *levels[level].colour;
	size_t room = sizeof(line) - 64, n, start;

	n = (size_t)snprintf(line, room, "netnorm: %s%s:%s ", colour ? levels[level].colour : "", levels[level].word, colour ? "\033[0m" : "");
	start = n;
	len = vsnprintf(line + n, room - n, fmt, ap);
	if (len > 0)
		n += (size_t)len < room - n ? (size_t)len : room - n - 1;
	flatten(line + start, n - start);
	if (held > 0)
		n += (size_t)snprintf(line + n, sizeof(line) - n, " (%" PRIu64 " more like this were held back)", held);
	line[n++] = '\n';
	/* One write, so that lines of threads do not mix; where standard error is gone nothing can be told. */
	while (write(STDERR_FILENO, line, n) == -1 && errno == EINTR)
		;
	errno = saved_errno;
}

#define LOG_FUNCTION(name, level)                                       \
	void                                                            \
	name(const char *fmt, ...)                                      \
	{                                                               \
		va_list ap;                                             \
                                                                        \
		if (atomic_load_explicit(&level_limit, memory_order_relaxed) < (int)(level)) \
			return;                                         \
		va_start(ap, fmt);                                      \
		say(level, 0, fmt, ap);                                 \
		va_end(ap);                                             \
	}

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
LOG_FUNCTION(log_warning, LOG_LEVEL_WARNING)
LOG_FUNCTION(log_notice, LOG_LEVEL_NOTICE)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)

void
log_limited(struct log_limit *limit, int seconds, enum log_level level, const char *fmt, ...)
{
	int64_t now = clock_monotonic_ns();
	int64_t next = atomic_load(&limit->next_ns);
	va_list ap;

	if (atomic_load_explicit(&level_limit, memory_order_relaxed) < (int)level)
		return;
	if (now < next || !atomic_compare_exchange_strong(&limit->next_ns, &next, now + seconds * CLOCK_NS_PER_S)) {
		atomic_fetch_add(&limit->held, 1);
		return;
	}
	va_start(ap, fmt);
	say(level, atomic_exchange(&limit->held, 0), fmt, ap);
	va_end(ap);
}

const char *
log_quote(char *buf, size_t cap, struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n + 5 < cap; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c < 0x7f)
			buf[n++] = (char)c;
		else
			n += (size_t)snprintf(buf + n, cap - n, "\\x%02x", c);
	}
	if (cap > 0)
		buf[n] = '\0';
	return buf;
}
