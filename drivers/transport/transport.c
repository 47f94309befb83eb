#include "drivers/transport/transport.h"

int
transport_ask(struct device *d, struct span request, struct buffer *answer)
{
	buffer_reset(answer);
	if (!d->wire)
		return device_fail(d, DEVICE_CLOSED, "there is no session");
	if (device_left_ms(d->call_end_ns) == 0)
		return device_fail(d, DEVICE_TIMEOUT, "the time for the whole call is over");
	return d->wire->kind->ask(d->wire, d, request, answer);
}

bool
transport_alive(struct device *d)
{
	return d->wire && d->wire->kind->alive(d->wire, d);
}

void
transport_close(struct device *d)
{
	if (d->wire)
		d->wire->kind->close(d->wire, d);
	d->wire = NULL;
}
