/* sanitize: secrets of Cisco's configurations.  Lines and secrets are made up. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "drivers/sanitize.h"

static const struct {
	const char *text, *want;
} rows[] = {
	{ "snmp-server community s3cret group network-operator\n", "snmp-server community <removed>\n" },
	{ "snmp-server host 192.0.2.9 s3cret\n", "snmp-server host 192.0.2.9 <removed> \n" },
	{ "snmp-server host 192.0.2.9 vrf mgmt version 2c s3cret bgp\n", "snmp-server host 192.0.2.9 vrf mgmt version 2c <removed>  bgp\n" },
	{ "snmp-server host 192.0.2.9 traps version 3 priv s3cret udp-port 1162\n", "snmp-server host 192.0.2.9 traps version 3 priv <removed>  udp-port 1162\n" },
	{ "snmp-server host 192.0.2.9 use-vrf mgmt\n", "snmp-server host 192.0.2.9 use-vrf mgmt\n" },
	{ "snmp-server user op network-admin auth md5 0xab priv 0xcd localizedkey\n", "snmp-server user op network-admin auth md5 <removed> priv <removed> localizedkey\n" },
	{ "snmp-server user op auth md5 0xab priv 0xcd localizedkey engineID 1:2:3\n",
	  "snmp-server user op auth md5 <removed> priv <removed> localizedkey engineID 1:2:3 engineID 1:2:3\n" },
	{ "snmp-server user auth ops v3 auth sha s3 priv aes 128 cret\n", "snmp-server user auth ops v3 auth sha <removed> priv aes 128 <removed>\n" },
	{ "username op privilege 15 password 0 s3cret\n", "username op privilege 15 password 0 <removed>\n" },
	{ "username op secret s3cret\n", "username op secret <removed>\n" },
	{ "username op password 5 $5$abc  role network-admin\n", "username op password 5 <removed>\n" },
	{ "username op password 12345\n", "username op password <removed>\n" },
	{ "username op privilege 1 secret sha512 $6$abc\n", "username op privilege 1 secret sha512 <removed>\n" },
	{ "aaa root secret 5 $1$x\naaa root secret sha512 $6$abc\naaa root nopassword\n", "aaa root secret 5 <removed>\naaa root secret sha512 <removed>\naaa root nopassword\n" },
	{ "enable password sha512 $6$abc\nboot secret 5 $1$x\n", "enable password sha512 <removed>\nboot secret 5 <removed>\n" },
	{ "mac security\n   profile p\n      key 0abc1234 7 011A fallback\n", "mac security\n   profile p\n      key 0abc1234 7 <removed>\n" },
	{ "username op nopassword\n", "username op nopassword\n" },
	{ "enable secret 5 $1$x\n", "enable secret 5 <removed>\n" },
	{ "enable secret 9\n", "enable secret <removed>\n" },
	{ "enable password 7 011A\nenable password shown\n", "enable password 7 <removed>\nenable password shown\n" },
	{ "enable password level 3 7 011A\n", "enable password level 3 7 <removed>\n" },
	{ "line vty 0\n password 7 011A\n secret 5 $1$x\n password s3cret\n password encrypted 01\n password is not this\n",
	  "line vty 0\n password <removed>\n secret <removed>\n password <removed>\n password <removed>\n password is not this\n" },
	{ "password encryption aes\n", "password encryption aes\n" },
	{ " wpa-psk ascii 0 s3cret\n", " wpa-psk ascii 0 <removed>\n" },
	{ "radius-server host 192.0.2.1 key 7 \"abc\" accounting\n", "radius-server host 192.0.2.1 key 7 <removed>\n" },
	{ "tacacs-server host 192.0.2.1 key 7 01 timeout 3\ntacacs-server key s3cret\n", "tacacs-server host 192.0.2.1 key <removed>\ntacacs-server key <removed>\n" },
	{ "tacacs server t1\n address ipv4 192.0.2.1\n key 7 011A\nline con 0\n key 1\n", "tacacs server t1\n address ipv4 192.0.2.1\n key <removed>\nline con 0\n key 1\n" },
	{ "key chain k\n key 7\n  key-string 7 011A\n", "key chain k\n key 7\n  key-string <removed>\n" },
	{ "crypto isakmp key s3cret address 192.0.2.1\n", "crypto isakmp key <removed> address 192.0.2.1\n" },
	{ "crypto isakmp key 6 s3cret address 192.0.2.1\n", "crypto isakmp key 6 <removed> address 192.0.2.1\n" },
	{ " ip ospf message-digest-key 1 md5 7 011A\n", " ip ospf message-digest-key 1 md5 <removed>\n" },
	{ " ip ospf authentication-key 7 011A\n", " ip ospf authentication-key <removed>\n" },
	{ "ntp authentication-key 1 md5 s3cret 7\n", "ntp authentication-key 1 md5 <removed> 7\n" },
	{ " neighbor 192.0.2.1 password 7 011A\n", " neighbor 192.0.2.1 password <removed>\n" },
	{ " standby 1 authentication s3cret\n", " standby 1 authentication <removed>\n" },
	{ " standby 1 authentication md5 key-string s3cret timeout 30\n", " standby 1 authentication md5 key-string <removed> timeout 30\n" },
	{ " standby 1 authentication md5 key-chain k\n", " standby 1 authentication md5 key-chain k\n" },
	{ " vrrp 1 authentication text s3cret\n", " vrrp 1 authentication text <removed>\n" },
	{ " ppp chap password 7 011A\n", " ppp chap password 7 <removed>\n" },
	{ " ppp pap sent-username op password 0 s3cret\n", " ppp pap sent-username op password 0 <removed>\n" },
	{ "snmp-server community s3cret\r\nend", "snmp-server community <removed>\r\nend" },
	{ "snmp-server community\nusername\nusername op password\n\n key 7", "snmp-server community\nusername\nusername op password\n\n key 7" },
};

Test(sanitize, secrets_are_removed_and_the_rest_stays)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buffer got;

		buffer_init(&got, 4096);
		sanitize_cisco(&got, span_str(rows[i].text));
		cr_expect(span_eq(buffer_span(&got), span_str(rows[i].want)), "%s\ngot:  %s\nwant: %s", rows[i].text, got.p, rows[i].want);
		buffer_fini(&got);
	}
}

Test(sanitize, lines_that_change_become_empty)
{
	struct buffer got;

	buffer_init(&got, 4096);
	sanitize_blank(&got, SPAN_LIT("!Time: now\r\n a\n!Tim\nb"), (const char *const[]){ "!Time:", "x", NULL });
	cr_expect_str_eq(got.p, "\r\n a\n!Tim\nb");
	buffer_fini(&got);
}

/* Without a bound on the time of a word it would be hours. */
Test(sanitize, time_is_linear, .timeout = 20)
{
	struct buffer text, got;

	buffer_init(&text, 8 << 20);
	buffer_init(&got, 8 << 20);
	buffer_puts(&text, "username x");
	while (text.n < 4 << 20)
		buffer_puts(&text, " key pass");
	sanitize_cisco(&got, buffer_span(&text));
	cr_expect_eq(got.n, text.n);
	buffer_fini(&text);
	buffer_fini(&got);
}
