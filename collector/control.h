/*
 * control: the socket over which `netnorm stats` and `netnorm reload` speak with a running collector: a unix stream socket, mode 0600.
 *
 * A request is one line: "stats" or "reload".  The answer is one JSON object and the end of the connection: {"ok": true, ...} or
 * {"ok": false, "text": "what is wrong, lines as they go to the terminal"}.
 */
#ifndef NETNORM_COLLECTOR_CONTROL_H
#define NETNORM_COLLECTOR_CONTROL_H

struct collector;
struct control;

/* NULL, told in the log (somebody else listens there, no permission). A stale socket file is removed. */
struct control *control_open(struct collector *, const char *path);
void control_close(struct control **);

/* For the command line: ask and read the whole answer (malloc'd, NUL-terminated); NULL, told in the log. `timeout_ms` for all of it. */
char *control_ask(const char *path, const char *request, int timeout_ms);

#endif
