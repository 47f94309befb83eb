#!/usr/bin/python3
# tests/run: no-asan
"""What the object of the OpenConfig models says of lines whose facts are easily mistaken: who, in which instance, and which status."""
import datetime
import json

import rig

INTERFACES, EVENT, INSTANCES = "openconfig-interfaces:interfaces", "netnorm-events:event", "openconfig-network-instance:network-instances"
RECEIVED = int(datetime.datetime.fromisoformat(rig.NOW).timestamp())        # seconds since 1970

# (line, object, condition, module's root, the leaves there (by their names without a module), names of leaves that must not be there)
ROWS = (
    ("<189>: 2026 Apr  7 10:06:19 UTC: %ETHPORT-5-IF_DOWN_LINK_FAILURE: Interface Ethernet1/7 is down (Link failure)",
     "Ethernet1/7", "down", INTERFACES, {"oper-status": "DOWN", "change-reason": "Link failure"}, {"admin-status"}),
    ("<189>: 2026 Apr  7 10:06:19 UTC: %ETHPORT-5-IF_DOWN_ERROR_DISABLED: Interface Ethernet1/7 is down (Error disabled. Reason:BPDUGuard)",
     "Ethernet1/7", "down", INTERFACES, {"oper-status": "DOWN"}, {"admin-status"}),
    ("<189>: 2026 Apr  7 10:06:19 UTC: %ETHPORT-5-IF_DOWN_INITIALIZING: Interface Ethernet1/7 is down (Initializing)",
     "Ethernet1/7", "down", INTERFACES, {"oper-status": "DOWN"}, {"admin-status"}),
    ("<30>Mar  4 05:24:04 mx2 mib2d[2833]: SNMP_TRAP_LINK_UP: ifIndex 734, ifAdminStatus up(1), ifOperStatus lowerLayerDown(7), ifName ge-0/0/1",
     "ge-0/0/1", "down", INTERFACES, {"oper-status": "LOWER_LAYER_DOWN", "admin-status": "UP"}, set()),
    ("<189>64: r1: Oct 11 08:09:00.000: %SYS-5-CONFIG_I: Configured from console by  on vty0 (192.0.2.10)",
     "vty0", "other", EVENT, {"terminal": "vty0", "source-address": "192.0.2.10"}, {"username"}),
    ("<189>64: r1: Oct 11 08:09:00.000: %SYS-5-CONFIG_I: Configured from console by vty2 (192.0.2.10)",
     "vty2", "other", EVENT, {"terminal": "vty2", "source-address": "192.0.2.10"}, {"username"}),
    ("<189>64: r1: Oct 11 08:09:00.000: %SYS-5-CONFIG_I: Configured from console by netops on vty0 (192.0.2.10)",
     "netops", "other", EVENT, {"username": "netops", "terminal": "vty0", "source-address": "192.0.2.10"}, set()),
    ("<189>64: r1: Oct 11 08:09:00.000: %SYS-5-CONFIG_I: Configured from tftp://192.0.2.69/r1-confg by console",
     "console", "other", EVENT, {"terminal": "console"}, {"username", "source-address"}),
    ("<189>64: r1: Oct 11 08:09:00.000: %SYS-5-PRIV_AUTH_FAIL: Authentication to privilege level 15 failed by netops on vty2 (2001:db8::21)",
     "netops", "other", EVENT, {"username": "netops", "terminal": "vty2", "source-address": "2001:db8::21"}, set()),
    ("<166>: 2026 Mar 05 14:07:09 UTC: %SYS-5-CONFIG_I: Configured from console by vty2 jump-1",
     "vty2", "other", EVENT, {"terminal": "vty2", "source-address": "jump-1"}, {"username"}),
    ("<189>Jun  1 2024 13:10:00 sw-4 %%01SHELL/5/LOGOUT(l): VTY logout from 192.0.2.150.",
     "192.0.2.150", "other", EVENT, {"terminal": "VTY", "source-address": "192.0.2.150"}, {"username"}),
    ("<187>Apr  2 2024 08:00:01 pe-7 %%01BGP/3/STATE_CHG_UPDOWN(l)[7]:The status of the peer 192.0.2.9 changed from OPENCONFIRM to ESTABLISHED. "
     "(InstanceName=cust-7, StateChangeReason=Up)",
     "192.0.2.9 vrf cust-7", "up", INSTANCES, {"name": "cust-7", "session-state": "ESTABLISHED"}, set()),
    ("<37>May  5 15:19:30 mx2 sshd: SSHD_LOGIN_FAILED: Login failed for user 'x' from host '203.0.113.6' from host '192.0.2.1'",
     "x' from host '203.0.113.6", "other", EVENT, {"username": "x' from host '203.0.113.6", "source-address": "192.0.2.1", "action": "LOGIN_FAILED"}, set()),
    ("<189>923: p-4: Nov  6 03:12:00.500 UTC: %PIM-5-DRCHG: DR change from neighbor 198.51.100.65 to 198.51.100.67 on interface Tunnel6 (vrf mcast-2)",
     "Tunnel6 vrf mcast-2", "other", INSTANCES, {"name": "mcast-2", "dr-address": "198.51.100.67"}, set()),
    ("<188>2026 Apr  9 12:02:21 spine-9 %IPFIB-4-UFIB_ROUTE_CREATE: Unicast route create failed for INS unit 0, VRF: 3, 203.0.113.0/24, flags:0x0, "
     "intf:0x60000, Error: FIB TCAM FULL For IPv4 route", "203.0.113.0/24", "down", INSTANCES, {}, {"name", "prefix"}),
    ("<188>2026 Apr  9 12:02:21 spine-9 %IPFIB-4-UFIB_ROUTE_CREATE: Unicast route create failed for INS unit 0, VRF: 1, 203.0.113.0/24, flags:0x0, "
     "intf:0x60000, Error: FIB TCAM FULL For IPv4 route", "203.0.113.0/24", "down", INSTANCES, {"name": "DEFAULT", "prefix": "203.0.113.0/24"}, set()),
    ("2026 Apr  2 14:29:09 agg-2 %ETH_PORT_CHANNEL-5-PORT_SUSPENDED: Ethernet1/18: Ethernet1/18 is suspended",
     "Ethernet1/18", "down", EVENT, {"kind": "LACP member", "name": "Ethernet1/18", "state": "SUSPENDED"}, set()),
    ('<189>date=2026-04-04 time=09:19:21 devname=fw-1 devid=FG100F0000000001 logid=0001000014 type=traffic subtype=local level=notice vd=root '
     'srcip=203.0.113.8 srcport=48770 srcintf="wan1" dstip=198.51.100.1 dstport=22 dstintf="N/A" sessionid=3841 proto=6 action=server-rst policyid=0',
     "203.0.113.8", "other", EVENT, {"source-interface": "wan1"}, {"destination-interface"}),
    ("<188>5000: edge-7: Apr  4 10:10:10.000 UTC: %NTP-4-PEERUNREACH: Peer 192.0.2.123 is unreachable",
     "192.0.2.123", "down", "openconfig-system:system", {"address": "192.0.2.123", "stratum": 16}, set()),
    ("<188>5000: edge-7: Apr  4 10:10:10.000 UTC: %NTP-6-PEERREACH: Peer 192.0.2.123 is reachable",
     "192.0.2.123", "up", "openconfig-system:system", {"address": "192.0.2.123", "stratum": 0}, set()),
    ("<14>Jun 21 10:00:01 icx-acc-3 STP: VLAN 310 Port 1/1/9 STP State -> LEARNING (DOT1wTransition)",
     "ethernet1/1/9 310", "other", "openconfig-spanning-tree:stp", {"name": "ethernet1/1/9", "port-state": "openconfig-spanning-tree-types:LEARNING"}, set()),
    ("<189>923: p-4: Nov  6 03:12:00.500 UTC: %SPANTREE-6-PORT_STATE: Port Gi1/0/1 instance MST0 moving from learning to forwarding",
     "GigabitEthernet1/0/1 MST0", "up", EVENT, {"instance": "0", "interface": "GigabitEthernet1/0/1", "state": "FORWARDING"}, set()),
    ("<30>Jul 11 11:30:01 ex-acc-4 eswd[1473]: ESWD_STP_STATE_CHANGE_INFO: STP state for interface ge-0/0/33.0 context id 0 changed from LEARNING to FORWARDING",
     "ge-0/0/33.0 context 0", "up", EVENT, {"instance": "context 0", "interface": "ge-0/0/33.0", "state": "FORWARDING"}, set()),
    ("<190>6739: r1: Nov 11 23:26:10.203 UTC: %IOSXE_OIR-6-OFFLINECARD: Card (fp) offline in slot F1",
     "slot F1", "down", "openconfig-platform:components", {"name": "slot F1", "change-reason": "offline"}, set()),
    ("<188>90081: LC/0/2/CPU0:May  1 13:21:29.227 : radiusd[181]: %IP-RADIUS-4-RADIUS_DEAD : RADIUS server 192.0.2.101:1812,1813 is not responding.",
     "192.0.2.101", "down", EVENT, {"address": "192.0.2.101", "ports": "1812,1813"}, set()),
    ("<189>: 2026 Apr  7 10:06:19 UTC: %ETHPORT-5-IF_DOWN_ERROR_DISABLED: Interface Ethernet1/8 (description:to (x)) is down (Error disabled. Reason:bpduguard)",
     "Ethernet1/8", "down", INTERFACES, {"description": "to (x)", "err-disabled-reason": "bpduguard"}, set()),
    ("<28>Jul 25 00:43:30 rpd[1261]: RPD_MPLS_LSP_UP: MPLS LSP to-pe2 up on primary() Route  198.51.100.9",
     "to-pe2", "up", INSTANCES, {"active-path": "primary"}, set()),
    ("<158>Apr  8 15:18:05 mx80 tfeb0 PFE_FW_SYSLOG_IP: FW: ge-1/0/0.0     R icmp 203.0.113.45 192.0.2.20     8     0 (4 packets)",
     "ge-1/0/0.0", "other", EVENT, {"packets": "4"}, set()),
    ("<189>4000: edge-7: Mar  2 23:55:00.123: %SYS-5-RELOAD: Reload requested by netops on vty0 (192.0.2.15). Reload Reason: Reload Command.",
     "system", "down", EVENT, {"phase": "REQUESTED", "username": "netops", "reason": "Reload Command"}, {"last-reboot-reason"}),
    ("<189>4000: edge-7: Mar  2 23:55:00.123: %SYS-5-RELOAD: Reload requested by netops on vty0 (192.0.2.15). Reload Reason: Reload Command.",
     "system", "down", "openconfig-platform:components", {}, {"last-reboot-reason"}),
    # A box that has just started rarely knows the time: then it is the time of receipt.
    ("<189>52: edge-7: 000051: *Mar  1 00:00:40.123: %SYS-5-RESTART: System restarted --",
     "system", "up", "openconfig-system:system", {"boot-time": str(RECEIVED * 10**9)}, set()),
    ("<189>52: edge-7: 000051: Jun 15 11:59:20.500: %SYS-5-RESTART: System restarted --",
     "system", "up", "openconfig-system:system", {"boot-time": str((RECEIVED - 40) * 10**9 + 500 * 10**6)}, set()),
    ("<12>Mar 17 04:04:00 icx-acc-3 System: Locked address violation at interface e1/1/21 address 0200.5e10.0021",
     "ethernet1/1/21", "other", EVENT, {"interface": "ethernet1/1/21"}, set()),
    ("<14>Mar 17 04:00:01 mlx-1 System: Interface ethernet 4/7, state down - link down",
     "ethernet4/7", "down", INTERFACES, {"name": "ethernet4/7", "oper-status": "DOWN"}, set()),
)


def leaves(tree, found=None):
    """All leaves by their names; the first of a name stays."""
    found = {} if found is None else found
    for key, value in tree.items() if isinstance(tree, dict) else ():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                leaves(item, found)
            else:
                found.setdefault(key.split(":")[-1], item)
    return found


def body(faults, _workdir):
    done = rig.run("parse", "--now", rig.NOW, stdin="".join(row[0] + "\n" for row in ROWS).encode())
    faults.same(done.returncode, 0, "status")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    if not faults.same(len(events), len(ROWS), "objects"):
        return
    for (line, what, condition, root, wanted, absent), event in zip(ROWS, events):
        faults.same((event.get("object"), event.get("condition")), (what, condition), line)
        have = leaves(event["yang_message"].get(root, {}))
        for name, value in wanted.items():
            faults.same(have.get(name, "(absent)"), value, f"{line}: {name}")
        for name in absent:
            faults.expect(name not in have, f"{line}: {name} is {have.get(name)!r}, and nobody said so")


if __name__ == "__main__":
    rig.main(body)
