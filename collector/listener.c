/*
 * A failed accept() leaves the connection in the backlog, and the listener readable: without a rest it would spin.
 */
#include "collector/listener.h"

#include <errno.h>
#include <event2/event.h>
#include <string.h>

#include "base/log.h"

static void
wake_up(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	evconnlistener_enable(arg);
}

static void
on_error(struct evconnlistener *listener, void *arg)
{
	struct timeval rest = { .tv_sec = 1 };

	(void)arg;
	log_once_a(60, LOG_LEVEL_WARNING, "cannot accept a connection: %s", strerror(errno));
	if (evconnlistener_disable(listener) == 0)
		event_base_once(evconnlistener_get_base(listener), -1, EV_TIMEOUT, wake_up, listener, &rest);
}

void
listener_rest_on_error(struct evconnlistener *listener)
{
	evconnlistener_set_error_cb(listener, on_error);
}
