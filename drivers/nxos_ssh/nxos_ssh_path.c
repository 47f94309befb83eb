/*
 * ping and traceroute: they last longer than a show command.
 */
#include "drivers/field.h"
#include "drivers/nxos/nxos_path.h"
#include "drivers/nxos_ssh/nxos_ssh.h"

/* Three probes of five seconds to each of 30 hops. */
#define TRACE_LONGEST_MS (30 * 3 * 5 * 1000)
#define SPARE_MS 20000

static int64_t
ping_ms(const json_t *arguments)
{
	int64_t count = getter_int(arguments, "count"), timeout = getter_int(arguments, "timeout");

	if (count < 0 || timeout < 0 || count > 100000 || timeout > 3600)
		return SPARE_MS;
	return count * (timeout + 1) * 1000 + SPARE_MS;
}

json_t *
nxos_ssh_ping(struct device *d, const json_t *arguments)
{
	int64_t before = nxos_ssh_wait(d, ping_ms(arguments));
	struct buffer command, out;
	json_t *r = NULL;

	buffer_init(&command, 4096);
	buffer_init(&out, DEVICE_MAX_ANSWER);
	nxos_path_ping_command(&command, arguments);
	if (command.failed)
		device_fail(d, DEVICE_ARGUMENT, "the arguments are too long");
	else if (nxos_ssh_show(d, &out, "%s", command.p) == 0)
		r = nxos_path_ping(d, buffer_span(&out));
	buffer_fini(&command);
	buffer_fini(&out);
	nxos_ssh_hurry(d, before);
	return r;
}

json_t *
nxos_ssh_traceroute(struct device *d, const json_t *arguments)
{
	int64_t before = nxos_ssh_wait(d, TRACE_LONGEST_MS + SPARE_MS);
	struct buffer command, out;
	json_t *r = NULL;

	buffer_init(&command, 4096);
	buffer_init(&out, DEVICE_MAX_ANSWER);
	nxos_path_traceroute_command(&command, arguments);
	if (command.failed)
		device_fail(d, DEVICE_ARGUMENT, "the arguments are too long");
	else if (nxos_ssh_ask(d, &out, "%s", command.p) == 0)
		r = nxos_ssh_refused(buffer_span(&out)) ? nxos_path_refused(command.p) : nxos_path_traceroute(d, buffer_span(&out));
	buffer_fini(&command);
	buffer_fini(&out);
	nxos_ssh_hurry(d, before);
	return r;
}
