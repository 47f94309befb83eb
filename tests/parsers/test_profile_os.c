/*
 * Of which OS a line is, with the shipped profiles: lines that look like those of another one, and beside them those that are.  UNKNOWN is
 * better than a wrong OS.  NETNORM_PROFILES names another set.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "parsers/profile/profile.h"

static const struct {
	const char *line, *os;          /* NULL: of none */
} rows[] = {
	/* a part of a NetIron has a host in front, no number behind it, and its own wording */
	{ "<14>Mar  5 14:07:09 mlx-7 System: Interface ethernet 1/1, state up", "netiron" },
	{ "<14>Mar  5 14:07:09 web-7 System: Interface ethernet eth0 is down", NULL },
	{ "<30>Mar  5 14:07:09 web-7 System[12]: Interface eth0, state up", NULL },
	{ "<30>1 2026-03-05T14:07:09Z web-7 System - - - Interface eth0, state up", NULL },
	{ "<38>Mar  5 14:07:09 mlx-7 Security: SSH login by a.sample from src IP 192.0.2.1, src MAC 0200.5e10.0090 to USER EXEC mode", "netiron" },
	{ "<38>Mar  5 14:07:09 mlx-7 Security: console login by a.sample to PRIVILEGED EXEC mode", "netiron" },
	{ "<38>Mar  5 14:07:09 web-7 Security: root login by a.sample failed", NULL },
	{ "<38>Mar  5 14:07:09 web-7 Security[44]: SSH login by a.sample from src IP 192.0.2.1", NULL },
	{ "<38>1 2026-03-05T14:07:09Z web-7 Security 44 - - SSH login by a.sample from src IP 192.0.2.1", NULL },
	/* SONiC's containers are a closed set */
	{ "Mar  5 14:07:09.123456 leaf-7 NOTICE swss#orchagent: :- start: x", "sonic" },
	{ "Mar  5 14:07:09.123456 leaf-7 NOTICE swss12#orchagent: :- start: x", "sonic" },
	{ "Mar  5 14:07:09.123456 leaf-7 INFO mgmt-framework#rest-server[9]: x", "sonic" },
	{ "<30>Mar  5 14:07:09 web-7 dockerd#web[12]: started", NULL },
	{ "<30>Mar  5 14:07:09 web-7 bgpview#web: started", NULL },
	/* its bgpd without a container has its facility; FRR's own has FRR's */
	{ "<166>1 2026-03-05T14:07:09.1Z leaf-7 bgpd 71 - -  %ADJCHANGE: neighbor 192.0.2.1(spine-3) in vrf default Up", "sonic" },
	{ "<30>1 2026-03-05T14:07:09.1Z rr-7 bgpd 512 - - %ADJCHANGE: neighbor 192.0.2.1(spine-3) in vrf default Up", "frr" },
	{ "1 2026-03-05T14:07:09.1Z rr-7 bgpd 512 - - %ADJCHANGE: neighbor 192.0.2.1(spine-3) in vrf default Up", "frr" },
	/* a host whose name begins like a line card's */
	{ "<7>Mar  5 14:07:09 mx-7 fpc3 (buf alloc) failed allocating packet buffer", "junos" },
	{ "<7>Mar  5 14:07:09 mx-7 fpc3 MQCHIP(0) something", "junos" },
	{ "<38>Mar  5 14:07:09 fpc3.example.net sshd[44]: Accepted password for ops", NULL },
	{ "<38>Mar  5 14:07:09 web-7 sshd[44]: Accepted password for ops from fpc3.example.net", NULL },
	{ "<38>Mar  5 14:07:09 web-7 fpcalc: no input", NULL },
	/* servers, fabrics and call managers write triplets, too */
	{ "<189>Mar  5 14:07:09 UTC: %CDP-4-DUPLEX_MISMATCH: x", "ios" },
	{ "<189>7: sw-7: Mar  5 14:07:09 UTC: %LINK-3-UPDOWN: x", "ios" },
	{ "<189>7: sw-7: Mar  5 14:07:09 UTC: %UDLD-4-UDLD_PORT_DISABLED: x", "ios" },
	{ "<190>: 2026 Mar  5 14:07:09 CET: %UCSM-6-AUDIT: [session][internal] x", NULL },
	{ "<190>Mar  5 14:07:09 CET: %UCSM-6-AUDIT: [session][internal] x", NULL },
	{ "<189>Mar  5 14:07:09 UTC: %CIMC-6-LOG_CAPACITY: x", NULL },
	{ "<186>March  5 14:07:09 apic-7 %LOG_LOCAL0-2-SYSTEM_MSG [F0110][soaking] x", NULL },
	{ "<189>8103: Mar 05 2026 02:07:09 PM.484 UTC :  %UC_AUDITLOG-5-AdministrativeEvent: x", NULL },
	{ "<189>17: Mar  5 14:07:09.638 UTC : %CCM_RTMT-2-RTMT_ALERT: x", NULL },
	/* Anybody may write what stands further back: the name of a login that failed, the address of a page. */
	{ "<38>Mar  1 00:01:02 web-7 sshd[12]: Invalid user date=2026-01-01 time=10:10:10 devname=fw-7 devid=FG1 logid=0100032002 type=event "
	  "subtype=system level=alert vd=root user=admin ui=ssh(203.0.113.6) action=login status=failed from 192.0.2.1 port 22", NULL },
	{ "<38>Mar  1 00:01:02 web-7 Invalid user date=2026-01-01 devname=fw-7 logid=0100032002 type=event subtype=system level=alert", NULL },
	{ "<38>Mar  1 00:01:02 web-7 sshd[12]: Invalid user a,date=2026-01-01,devname=fw-7,logid=0100032002,type=event,subtype=system,level=x", NULL },
	{ "<30>Mar  1 00:01:02 web-7 nginx: GET /CEF:0|Fortinet|Fortigate|v7.4.9|32002|event:system login failed|2|", NULL },
	{ "<190>Mar  1 00:01:02 fw-7 date=2026-01-01 time=10:10:10 devname=fw-7 logid=0100032002 type=event subtype=system level=alert", "fortinet" },
	{ "2026 Mar 01 10:10:12 relay-7->192.0.2.7 date=2026-01-01 time=10:10:10 devname=fw-7 logid=0100032002 type=event subtype=system level=alert",
	  "fortinet" },
	{ "<30>Mar  1 00:01:02 web-7 nginx: GET / [junos@2636.1 x=\"y\"]", NULL },
	{ "<30>Mar  1 00:01:02 web-7 nginx: GET /(FPC Slot 1) x", NULL },
	{ "<30>Mar  1 00:01:02 web-7 nginx: GET / PFE_FW_SYSLOG_IP: FW: x", NULL },
	{ "<30>Mar  1 00:01:02 web-7 nginx: GET / /kernel: x", NULL },
	{ "<30>Mar  1 00:01:02 web-7 kernel: [12.3] eth0 FW: x", NULL },
	{ "<30>Mar  1 00:01:02 web-7 (FPC Slot 1, PIC Slot 0) SPC1_PIC0 kmd[4711]: x", "junos" },
	{ "<14>Sep 23 10:00:00 relay-7 2026-09-23T09:59:59.266Z srx-7 RT_FLOW - RT_FLOW_SESSION_DENY [junos@2636.1.1.1.2.133 x=\"y\"]", "junos" },
	{ "<78>Mar  1 00:01:02 web-7 CRON[12]: (root) CMD (echo \"NTP Core (NOTICE): Clock synchronization lost.\")", NULL },
	{ "<189>44: r-7: Mar  1 00:01:02: NTP Core (NOTICE): Clock synchronization lost.", "ios" },
	{ "<30>Mar  1 00:01:02 web-7 nginx: GET /%% 01 HWCM/5/EXIT(l)[1]:x", NULL },
	{ "<30>Mar  1 00:01:02 web-7 nginx: GET /LINE/5/VTYUSERLOGIN:OID 1.3.6.1.4.1 x", NULL },
	{ "Mar  1 2026 00:01:02 sw-7 LINE/5/VTYUSERLOGIN:OID 1.3.6.1.4.1 A user login. (x)", "huawei" },
	{ "<30>Mar  1 00:01:02 web-7 nginx: GET /swss#supervisord x", NULL },
	{ "<38>Mar  1 00:01:02 web-7 sshd[12]: Invalid user  INFO sshd[4 from 192.0.2.1", NULL },
	{ "<30>Mar  1 00:01:02 web-7 nginx: GET / CLI CMD: \"x\" by y", NULL },
	/* whose it is is told by the text's own beginning, not by a description in it */
	{ "<187>Mar  1 00:01:02 leaf-7 Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet1 (to: *edge), changed state to up", "eos" },
	{ "<187>44: r-7: Mar  1 00:01:02: %BGP-3-NOTIFICATION: received from neighbor 192.0.2.1 6/2 (see bgp-7 bgp-8) 0 bytes", "ios" },
	{ "<189>7: sw-7: 2026 Mar  1 00:01:02 UTC: %BGP-5-ADJCHANGE:  bgp-64500 [6920] (default) neighbor 192.0.2.1 Up", "nxos" },
	{ "<189>7: Mar  1 00:01:02 UTC: %BGP-5-ADJCHANGE:  bgp-64500 [6920] (default) neighbor 192.0.2.1 Up", "nxos" },
	/* a facility is a number of the PRI, not a text in the line */
	{ "<30>1 2026-03-05T14:07:09.1Z rr-7 bgpd 512 - - %ADJCHANGE: neighbor 192.0.2.1(<165) in vrf default Up", "frr" },
	{ "<30>1 2026-03-05T14:07:09.1Z rr-7 bgpd 512 - - %ADJCHANGE: neighbor 192.0.2.1(spine-3) in vrf default Down <166>", "frr" },
	{ "<160>1 2026-03-05T14:07:09.1Z leaf-7 bgpd 71 - -  %ADJCHANGE: neighbor 192.0.2.1(spine-3) in vrf default Up", "sonic" },
	{ "<168>1 2026-03-05T14:07:09.1Z rr-7 bgpd 71 - -  %ADJCHANGE: neighbor 192.0.2.1(spine-3) in vrf default Up", "frr" },
	/* an IPv4 peer as an IPv6 address */
	{ "<13>Mar  5 14:07:09 mlx-7 BGP: No. of prefix received from BGP Peer ::ffff:192.0.2.4 exceeds warning limit 40", "netiron" },
};

/* As profile_load() with only the shipped set; a fault of it fails the test. */
static struct profile_set *
load(void)
{
	const char *dir = getenv("NETNORM_PROFILES");
	const char *dirs[] = { dir && *dir ? dir : "profiles" };
	struct diag *diag = diag_new();
	struct profile_set *set = profile_load(dirs, 1, diag);

	diag_print(diag, stderr, false);
	diag_free(&diag);
	cr_assert(set, "%s does not load", dirs[0]);
	return set;
}

Test(profile_os, a_line_that_is_like_those_of_an_os_is_not_of_it)
{
	struct profile_set *set = load();
	struct profile_scratch *scratch = profile_scratch_new();
	static struct profile_match m;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span line = span_str(rows[i].line), os;
		struct header h;

		header_parse(line, &h);
		profile_recognise(set, scratch, &h, line, utf8_classify(line), &m);
		os = m.os ? profile_os_name(m.os) : SPAN_LIT("none");
		cr_expect(span_eq(os, span_str(rows[i].os ? rows[i].os : "none")), "%s: %.*s", rows[i].line, (int)os.n, os.p);
	}
	profile_scratch_free(&scratch);
	profile_free(&set);
}

Test(profile_os, the_peer_of_a_session_may_be_an_ipv4_address_in_ipv6)
{
	static const char *const lines[] = {
		"<13>Mar  5 14:07:09 mlx-7 BGP: Peer ::ffff:192.0.2.4 DOWN (Hold Timer Expired)",
		"<189>7: pe-7 RP/0/0/CPU0:Mar  5 14:07:09.004: bgp[1017]: %ROUTING-BGP-5-ADJCHANGE : neighbor ::ffff:192.0.2.4 Down - Interface flap (VRF: default)",
		"<189>7: pe-7: Mar  5 14:07:09.101 UTC: %BGP-5-ADJCHANGE: neighbor ::ffff:192.0.2.4 Down Peer closed the session",
		"<189>2026 Mar  5 14:07:09 leaf-7 %BGP-5-ADJCHANGE:  bgp-64500 [9920] (default) neighbor ::ffff:192.0.2.4 Down - session cleared",
		"<189>Mar  5 14:07:09 veos-7 Bgp: %BGP-5-ADJCHANGE: peer ::ffff:192.0.2.4 (VRF default AS 64501) old state Established event Stop new state Idle",
		"<28>Mar  5 14:07:09 mx-7 rpd[77]: RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer ::ffff:192.0.2.4 (External AS 64501) changed state from Established to Idle (event Stop) (instance master)",
		"<30>Mar  5 14:07:09 rr-7 bgpd[812]: [PXVXG-TFNNT] %ADJCHANGE: neighbor ::ffff:192.0.2.4(spine-3) in vrf default Down Peer closed the session",
		"Mar  5 14:07:09.123456 leaf-7 INFO bgp#bgpd[71]: %ADJCHANGE: neighbor ::ffff:192.0.2.4 Down Peer closed the session",
	};
	struct profile_set *set = load();
	struct profile_scratch *scratch = profile_scratch_new();
	static struct profile_match m;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct span line = span_str(lines[i]);
		bool peer = false;
		struct header h;

		header_parse(line, &h);
		profile_recognise(set, scratch, &h, line, utf8_classify(line), &m);
		cr_expect(m.message, "%s", lines[i]);
		for (size_t g = 0; m.message && g < REGEX_MAX_GROUPS; g++)
			peer = peer || span_eq(m.groups[g], SPAN_LIT("::ffff:192.0.2.4"));
		cr_expect(peer, "no value of it is the peer: %s", lines[i]);
	}
	profile_scratch_free(&scratch);
	profile_free(&set);
}
