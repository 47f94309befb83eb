/*
 * listener: what to do when accepting fails, for libevent's own listeners (control socket, HTTP).
 */
#ifndef NETNORM_COLLECTOR_LISTENER_H
#define NETNORM_COLLECTOR_LISTENER_H

#include <event2/listener.h>

/* Out of descriptors, say: the listener rests for a second and tries again, in the place of spinning; told at most once a minute. */
void listener_rest_on_error(struct evconnlistener *);

#endif
