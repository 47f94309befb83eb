/*
 * Who sent it, as text and as a flow.  No names are looked up.
 */
#include <arpa/inet.h>
#include <sys/socket.h>

#include "collector/input_part.h"

static uint64_t
mix(uint64_t x)
{
	x ^= x >> 32;
	x *= UINT64_C(0x9e3779b97f4a7c15);
	return x ^ x >> 29;
}

static void
map_v4(struct in6_addr *out, const struct in_addr *in)
{
	memset(out, 0, sizeof(*out));
	out->s6_addr[10] = out->s6_addr[11] = 0xff;
	memcpy(&out->s6_addr[12], in, sizeof(*in));
}

void
source_of_address(struct source *s, const struct sockaddr *sa, char *buf)
{
	uint64_t halves[2];

	*s = (struct source){ .has_address = true };
	if (sa->sa_family == AF_INET) {
		map_v4(&s->address, &((const struct sockaddr_in *)(const void *)sa)->sin_addr);
	} else if (sa->sa_family == AF_INET6) {
		s->address = ((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr;
	} else {
		*s = (struct source){ .has_address = false };
		return;
	}
	if (IN6_IS_ADDR_V4MAPPED(&s->address))
		inet_ntop(AF_INET, &s->address.s6_addr[12], buf, INET6_ADDRSTRLEN);
	else
		inet_ntop(AF_INET6, &s->address, buf, INET6_ADDRSTRLEN);
	s->ip = span_str(buf);
	memcpy(halves, &s->address, sizeof(halves));
	s->flow = mix(halves[0] + mix(halves[1])) & ~INPUT_FLOW_NUMBERED;
}

uint64_t
input_new_flow(void)
{
	static _Atomic uint64_t last;

	return INPUT_FLOW_NUMBERED | atomic_fetch_add_explicit(&last, 1, memory_order_relaxed);
}
