/*
 * header_relay_rows: more rows of header_rows: a device's header behind a relay's, with a node, a zone or a format of its own where the
 * event begins; and what is like them and is text.
 */
#ifndef NETNORM_TESTS_PARSERS_HEADER_RELAY_ROWS_H
#define NETNORM_TESTS_PARSERS_HEADER_RELAY_ROWS_H

#define HEADER_RELAY_ROWS \
	/* a second address, brackets, a MAC address with the name, and what a relay says of whom it forwards */ \
	{ "<30>Nov 14 12:00:00 ns-1 192.0.2.5 dhcpd[77]: DHCPACK on 192.0.2.77", \
	    "bsd 3.6 unmarked dated date{Nov 14} time{12:00:00} host{ns-1} pid{77} tag=process{dhcpd} body{DHCPACK on 192.0.2.77}" }, \
	{ "Sep  3 12:00:00 [192.0.2.6] nss-feed: text", \
	    "bsd -1.-1 unmarked dated date{Sep  3} time{12:00:00} host{192.0.2.6} tag=process{nss-feed} body{text}" }, \
	{ "<27>Nov  8 17:28:43 sw8p,18e8294876c3,v4.0.66.10832 switch: DOT1S: text", \
	    "bsd 3.3 unmarked dated date{Nov  8} time{17:28:43} host{sw8p} process{switch} tag{DOT1S} body{text}" }, \
	{ "<38>Oct  1 10:00:00 relay-1 Message forwarded from aix66: sshd[77]: Accepted key for ops", \
	    "bsd 4.6 unmarked dated date{Oct  1} time{10:00:00} relay_host{relay-1} host{aix66} pid{77} tag=process{sshd} body{Accepted key for ops}" }, \
	{ "<187>Jun 14 09:08:07 192.0.2.1 602: asbr2 0/RP0/ADMIN0:May 22 14:42:29.227 UTC: fault_manager[3102]: %PKT_INFRA-FM-3-FAULT_MAJOR : text", \
	    "bsd 23.3 unmarked counter{602} dated date{May 22} time{14:42:29} fraction{227} zone{UTC} relay{Jun 14 09:08:07} relay_host{192.0.2.1} host{asbr2} node{0/RP0/ADMIN0} process{fault_manager} pid{3102} triplet{PKT_INFRA-FM-3-FAULT_MAJOR}/3 body{text}" }, \
	{ "<187>Jun 14 09:08:07 asbr2 602: asbr2: RP/0/RSP0/CPU0:May 22 14:42:29.227 UTC: ifmgr[214]: %PKT_INFRA-LINK-3-UPDOWN : text", \
	    "bsd 23.3 unmarked counter{602} dated date{May 22} time{14:42:29} fraction{227} zone{UTC} relay{Jun 14 09:08:07} relay_host{asbr2} host{asbr2} node{RP/0/RSP0/CPU0} process{ifmgr} pid{214} triplet{PKT_INFRA-LINK-3-UPDOWN}/3 body{text}" }, \
	{ "<187>602: asbr2: RP/0/RSP0/CPU0:May 22 14:42:29.227 UTC: ifmgr[214]: %PKT_INFRA-LINK-3-UPDOWN : text", \
	    "bsd 23.3 unmarked counter{602} dated date{May 22} time{14:42:29} fraction{227} zone{UTC} host{asbr2} node{RP/0/RSP0/CPU0} process{ifmgr} pid{214} triplet{PKT_INFRA-LINK-3-UPDOWN}/3 body{text}" }, \
	{ "<13>Jun 14 09:08:07 relay1 <187>602: asbr2: RP/0/RSP0/CPU0:May 22 14:42:29.227 UTC: ifmgr[214]: %PKT_INFRA-LINK-3-UPDOWN : text", \
	    "bsd 23.3 unmarked counter{602} dated date{May 22} time{14:42:29} fraction{227} zone{UTC} relay{Jun 14 09:08:07} relay_host{relay1} host{asbr2} node{RP/0/RSP0/CPU0} process{ifmgr} pid{214} triplet{PKT_INFRA-LINK-3-UPDOWN}/3 body{text}" }, \
	{ "<189>Jun 14 09:08:07 relay1 May 21 12:20:44 mgmt RP/0/RP1/CPU0:May 21 12:20:43.630 UTC: bgp[320]: %ROUTING-BGP-5-ADJCHANGE : text", \
	    "bsd 23.5 unmarked dated date{May 21} time{12:20:43} fraction{630} zone{UTC} relay{Jun 14 09:08:07} relay_host{relay1} host{mgmt} node{RP/0/RP1/CPU0} process{bgp} pid{320} triplet{ROUTING-BGP-5-ADJCHANGE}/5 body{text}" }, \
	{ "<189>May 21 12:20:44 p-3 0/RP0/ADMIN0:May 21 12:20:43.630 UTC: bgp[320]: %ROUTING-BGP-5-ADJCHANGE : text", \
	    "bsd 23.5 unmarked dated date{May 21} time{12:20:43} fraction{630} zone{UTC} relay{May 21 12:20:44} relay_host{p-3} host{p-3} node{0/RP0/ADMIN0} process{bgp} pid{320} triplet{ROUTING-BGP-5-ADJCHANGE}/5 body{text}" }, \
	{ "<190>Jun 14 09:08:07 relay1 Dec  2 08:46:10 core-a UTC: %SYS-SW1-6-LOGOUT_C6K: text", \
	    "bsd 23.6 synced dated date{Dec  2} time{08:46:10} zone{UTC} relay{Jun 14 09:08:07} relay_host{relay1} host{core-a} triplet{SYS-SW1-6-LOGOUT_C6K}/6 body{text}" }, \
	{ "<188>Jun 14 09:08:07 relay1 0.209391473 sw-acc-4 %%01IFNET/4/IF_STATE(l)[812]:text", \
	    "bsd 23.4 uptime uptime time{0.209391473} relay{Jun 14 09:08:07} relay_host{relay1} host{sw-acc-4} tag{01IFNET/4/IF_STATE}/4 body{text}" }, \
	{ "<189>Jun 14 09:08:07 relay1 Apr  9 14:27:30 fw-7 CEF:0|Example|Wall|1|13|text|3|", \
	    "bsd 23.5 unmarked dated date{Apr  9} time{14:27:30} relay{Jun 14 09:08:07} relay_host{relay1} host{fw-7} body{CEF:0|Example|Wall|1|13|text|3|}" }, \
	{ "<189>Jun 14 09:08:07 relay1 app: 0/7:12:00:00 text", \
	    "bsd 23.5 unmarked dated date{Jun 14} time{09:08:07} host{relay1} tag=process{app} body{0/7:12:00:00 text}" }, \
	{ "<189>Jun 14 09:08:07 relay1 12.5 percent MODULE 4", \
	    "bsd 23.5 unmarked dated date{Jun 14} time{09:08:07} host{relay1} body{12.5 percent MODULE 4}" },

#endif
