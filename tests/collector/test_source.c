#include <arpa/inet.h>
#include <criterion/criterion.h>

#include "collector/input_part.h"
#include "collector/input_snmp.h"

static struct source
source_of(const char *text, int port, char *buf)
{
	struct input_address a;
	struct source s;

	cr_assert_eq(input_address_set(&a, text, port), 0, "%s", text);
	source_of_address(&s, (const struct sockaddr *)&a.sa, buf);
	return s;
}

Test(source, an_address_gives_its_text_and_a_flow_whatever_its_port_and_family)
{
	static const struct {
		const char *address, *text;
	} cases[] = {
		{ "192.0.2.1", "192.0.2.1" },
		{ "::ffff:192.0.2.1", "192.0.2.1" },
		{ "2001:db8::1", "2001:db8::1" },
		{ "2001:0db8:0:0::0001", "2001:db8::1" },
		{ "::1", "::1" },
	};
	uint64_t flows[5];

	for (size_t i = 0; i < 5; i++) {
		char buf[INET6_ADDRSTRLEN];
		struct source s = source_of(cases[i].address, 1000 + (int)i, buf);

		cr_assert(s.has_address);
		cr_assert(span_eq(s.ip, span_str(cases[i].text)), "%s", cases[i].address);
		flows[i] = s.flow;
	}
	cr_assert(flows[0] == flows[1] && flows[2] == flows[3] && flows[0] != flows[2] && flows[2] != flows[4]);
}

Test(source, a_unix_socket_has_no_address)
{
	struct sockaddr sa = { .sa_family = AF_UNIX };
	char buf[INET6_ADDRSTRLEN];
	struct source s;

	source_of_address(&s, &sa, buf);
	cr_assert(!s.has_address && !s.ip.p);
}

Test(source, flows_of_connections_are_never_those_of_addresses)
{
	char buf[INET6_ADDRSTRLEN];
	uint64_t a = input_new_flow(), b = input_new_flow();

	cr_assert_neq(a, b);
	cr_assert(a & b & INPUT_FLOW_NUMBERED);
	cr_assert_not(source_of("192.0.2.7", 1, buf).flow & INPUT_FLOW_NUMBERED);
}

Test(address, names_are_refused)
{
	static const char *const bad[] = { "", "localhost", "192.0.2", "192.0.2.256", "[::1]", "::g", "192.0.2.1/24" };
	struct input_address a;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		cr_assert_eq(input_address_set(&a, bad[i], 514), -1, "%s", bad[i]);
	input_address_set(&a, "::1", 514);
	cr_assert_str_eq(a.text, "[::1]:514");
}

static FILE *
file_of(const char *text)
{
	FILE *f = tmpfile();

	fputs(text, f);
	rewind(f);
	return f;
}

Test(snmp, a_column_is_found_by_its_name)
{
	static const char text[] = "Ip: Forwarding RcvbufErrors\nIp: 1 7\nUdpLite: InDatagrams RcvbufErrors\nUdpLite: 3 4\n"
	                           "Udp: InDatagrams NoPorts RcvbufErrors\nUdp: 10 0 18446744073709551614\n";
	static const struct {
		const char *table, *column;
		uint64_t want;
	} cases[] = { { "Udp:", "RcvbufErrors", UINT64_MAX - 1 }, { "Udp:", "InDatagrams", 10 }, { "UdpLite:", "RcvbufErrors", 4 },
		{ "Udp:", "None", 0 }, { "Tcp:", "InSegs", 0 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		FILE *f = file_of(text);

		cr_assert_eq(input_snmp_table(f, cases[i].table, cases[i].column), cases[i].want, "%s %s", cases[i].table, cases[i].column);
		fclose(f);
	}
}

Test(snmp, a_line_is_found_by_its_whole_name)
{
	FILE *f = file_of("Udp6RcvbufErrorsX \t1\nUdp6RcvbufErrors                \t42\n");

	cr_assert_eq(input_snmp_name(f, "Udp6RcvbufErrors"), 42);
	cr_assert_eq(input_snmp_name(f, "Udp6RcvbufErrors"), 0);
	fclose(f);
}
