#include "drivers/transport/transport.h"

bool
transport_over(struct device *d)
{
	if (!d->wire)
		device_fail(d, DEVICE_CLOSED, "there is no session");
	else if (device_left_ms(d->call_end_ns) == 0)
		device_fail(d, DEVICE_TIMEOUT, "the time for the whole call is over");
	else if (device_cancelled(d))
		device_fail(d, DEVICE_CLOSED, "broken off");
	else
		return false;
	return true;
}

int
transport_ask(struct device *d, struct span request, struct buffer *answer)
{
	buffer_reset(answer);
	if (d->target->answer_bytes > 0 && answer->limit_bytes > d->target->answer_bytes)
		answer->limit_bytes = d->target->answer_bytes;
	if (transport_over(d))
		return -1;
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
