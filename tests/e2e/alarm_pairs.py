#!/usr/bin/python3
# tests/run: no-asan
"""An alarm is ended by the line that says so of the same object, and not by the same line of another one."""
import json

import rig

ALARMS = ("openconfig-system:system", "alarms", "alarm")
IOS = "<189>64: r1: Oct 11 08:09:00.000: "
NXOS = "<189>2026 Apr  7 10:06:19 leaf-5 "
JUNOS = "<28>Sep 11 06:34:05 mx2 "
XR = "<189>83: edge-6 RP/0/0/CPU0:May  3 15:23:01.004: isis[1003]: "
VRP = "<189>Jun  1 2024 13:10:00 sw-4 "
ICX = "<12>Jun 21 10:00:08 icx-acc-3 "

# (raises, ends it, the same of another object)
PAIRS = (
    (IOS + "%CLNS-5-ADJCHANGE: ISIS: Adjacency to core-2 (GigabitEthernet1/9) Down, hold time expired",
     IOS + "%CLNS-5-ADJCHANGE: ISIS: Adjacency to core-2 (GigabitEthernet1/9) Up, new adjacency",
     IOS + "%CLNS-5-ADJCHANGE: ISIS: Adjacency to core-2 (TenGigabitEthernet8/2) Up, new adjacency"),
    (XR + "%ROUTING-ISIS-5-ADJCHANGE : Adjacency to core-2 (TenGigE0/1/0/7) (L1) Down, Holdtime expired",
     XR + "%ROUTING-ISIS-5-ADJCHANGE : Adjacency to core-2 (TenGigE0/1/0/7) (L1) Up, New adjacency",
     XR + "%ROUTING-ISIS-5-ADJCHANGE : Adjacency to core-2 (TenGigE0/1/0/7) (L2) Up, New adjacency"),
    (JUNOS + "rpd[1611]: RPD_ISIS_ADJDOWN: IS-IS lost L1 adjacency to core-2 on xe-0/0/1.0, reason: Aged Out",
     JUNOS + "rpd[1611]: RPD_ISIS_ADJUP: IS-IS new L1 adjacency to core-2 on xe-0/0/1.0",
     JUNOS + "rpd[1611]: RPD_ISIS_ADJUP: IS-IS new L2 adjacency to core-2 on xe-0/0/1.0"),
    (IOS + "%OSPF-5-ADJCHG: Process 1, Nbr 192.0.2.2 on GigabitEthernet0/1 from FULL to DOWN, Neighbor Down: Dead timer expired",
     IOS + "%OSPF-5-ADJCHG: Process 1, Nbr 192.0.2.2 on GigabitEthernet0/1 from LOADING to FULL, Loading Done",
     IOS + "%OSPF-5-ADJCHG: Process 1, Nbr 192.0.2.2 on GigabitEthernet0/2 from LOADING to FULL, Loading Done"),
    (IOS + "%DUAL-5-NBRCHANGE: EIGRP-IPv4 100: Neighbor 192.0.2.2 (Vlan7) is down: holding time expired",
     IOS + "%DUAL-5-NBRCHANGE: EIGRP-IPv4 100: Neighbor 192.0.2.2 (Vlan7) is up: new adjacency",
     IOS + "%DUAL-5-NBRCHANGE: EIGRP-IPv4 200: Neighbor 192.0.2.2 (Vlan7) is up: new adjacency"),
    (IOS + "%SPANTREE-2-LOOPGUARD_BLOCK: Loop guard blocking port GigabitEthernet0/39 on VLAN0252.",
     IOS + "%SPANTREE-2-LOOPGUARD_UNBLOCK: Loop guard unblocking port GigabitEthernet0/39 on VLAN0252.",
     IOS + "%SPANTREE-2-LOOPGUARD_UNBLOCK: Loop guard unblocking port GigabitEthernet0/39 on VLAN0300."),
    (NXOS + "%STP-2-ROOTGUARD_BLOCK: Root guard blocking port Ethernet1/23 on VLAN0252.",
     NXOS + "%STP-2-ROOTGUARD_UNBLOCK: Root guard unblocking port Ethernet1/23 on VLAN0252.",
     NXOS + "%STP-2-ROOTGUARD_UNBLOCK: Root guard unblocking port Ethernet1/23 on VLAN0300."),
    (NXOS + "%STP-2-BLOCK_PVID_PEER: Blocking Ethernet1/23 on VLAN0001. Inconsistent peer vlan.",
     NXOS + "%STP-2-UNBLOCK_CONSIST_PORT: Unblocking Ethernet1/23 on VLAN0001. Port consistency restored.",
     NXOS + "%STP-2-UNBLOCK_CONSIST_PORT: Unblocking Ethernet1/24 on VLAN0001. Port consistency restored."),
    (ICX + "STP: VLAN 310 Root-Protect Port 1/1/9, Inconsistent (Received superior BPDU)",
     ICX + "STP: VLAN 310 Root-Protect Port 1/1/9, Consistent (Timeout)",
     ICX + "STP: VLAN 311 Root-Protect Port 1/1/9, Consistent (Timeout)"),
    (NXOS + "%ETHPORT-5-IF_DOWN_ERROR_DISABLED: Interface Ethernet1/47 is down (Error disabled. Reason:BPDUGuard)",
     NXOS + "%ETHPORT-5-IF_ERRDIS_RECOVERY: Interface Ethernet1/47 is being recovered from error disabled state (Last Reason:BPDUGuard)",
     NXOS + "%ETHPORT-5-IF_ERRDIS_RECOVERY: Interface Ethernet1/48 is being recovered from error disabled state (Last Reason:BPDUGuard)"),
    (IOS + "%PM-4-ERR_DISABLE: bpduguard error detected on Gi1/0/7, putting Gi1/0/7 in err-disable state",
     IOS + "%PM-4-ERR_RECOVER: Attempting to recover from bpduguard err-disable state on Gi1/0/7",
     IOS + "%PM-4-ERR_RECOVER: Attempting to recover from bpduguard err-disable state on Gi1/0/8"),
    (IOS + "%SPANTREE-2-BLOCK_BPDUGUARD: Received BPDU on port GigabitEthernet1/0/7 with BPDU Guard enabled. Disabling port.",
     IOS + "%PM-4-ERR_RECOVER: Attempting to recover from bpduguard err-disable state on Gi1/0/7",
     IOS + "%PM-4-ERR_RECOVER: Attempting to recover from bpduguard err-disable state on Gi1/0/8"),
    (IOS + "%SPANTREE-2-BLOCK_BPDUGUARD_VP: Received BPDU on port GigabitEthernet1/0/7, vlan 230 with BPDU Guard enabled. Disabling vlan.",
     IOS + "%PM-4-ERR_RECOVER_VP: Attempting to recover from bpduguard err-disable state on Gi1/0/7, vlan 230.",
     IOS + "%PM-4-ERR_RECOVER_VP: Attempting to recover from bpduguard err-disable state on Gi1/0/7, vlan 231."),
    (ICX + "STP: VLAN 310 BPDU-guard port 1/1/9 detect (Received BPDU), putting into err-disable state.",
     ICX + "ERR_DISABLE: Interface ethernet 1/1/9, err-disable recovery timeout",
     ICX + "ERR_DISABLE: Interface ethernet 1/1/10, err-disable recovery timeout"),
    (VRP + "%%01ERROR-DOWN/4/hwErrordown(t):Error-down occured. (Ifindex=7, Ifname=GigabitEthernet0/0/7, Cause=bpdu-protection)",
     VRP + "%%01ERROR-DOWN/4/hwErrordownRecovery(t):Error-down recover. (Ifindex=7, Ifname=GigabitEthernet0/0/7, Cause=bpdu-protection, RecoverType=auto)",
     VRP + "%%01ERROR-DOWN/4/hwErrordownRecovery(t):Error-down recover. (Ifindex=8, Ifname=GigabitEthernet0/0/8, Cause=bpdu-protection, RecoverType=auto)"),
)

# Lines that report what another line raises or ends, or what nothing would end.
NONE = (
    JUNOS + "bfdd[6911]: BFDD_STATE_UP_TO_DOWN: BFD Session 198.51.100.225 (IFL 333) state Up -> Down LD/RD(32/16) Up time:03:12:40 "
            "Local diag: CtlExpire Remote diag: None Reason: Detect Timer Expiry.",
    JUNOS + "xntpd[1399]: NTP Server Unreachable",
    IOS + "%NTP-4-PEERUNREACH: Peer 192.0.2.123 is unreachable",
    IOS + "%BGP-3-NOTIFICATION: received from neighbor 192.0.2.9 6/4 (Administrative Reset) 0 bytes",
)


def alarm(event):
    """The id of the event's alarm, and whether it is over."""
    tree = event["yang_message"]
    for name in ALARMS:
        tree = tree.get(name, {})
    if not tree:
        return None, False
    return tree[0]["id"], event["op"] == "delete" or tree[0]["state"].get("netnorm-events:cleared", False)


def body(faults, _workdir):
    lines = [line for pair in PAIRS for line in pair] + list(NONE)
    done = rig.run("parse", "--now", rig.NOW, stdin="".join(line + "\n" for line in lines).encode())
    faults.same(done.returncode, 0, "status")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    if not faults.same(len(events), len(lines), "objects"):
        return
    for i, pair in enumerate(PAIRS):
        (raised, over), (ended, ended_over), (other, other_over) = (alarm(event) for event in events[3 * i:3 * i + 3])
        faults.same((raised is not None, over), (True, False), f"{pair[0]}: raises an alarm")
        faults.same((ended, ended_over), (raised, True), pair[1])
        faults.expect(other is not None and other != raised and other_over, f"{pair[2]}: ends {other!r}")
    for line, event in zip(NONE, events[3 * len(PAIRS):]):
        faults.same(alarm(event), (None, False), line)
        faults.expect(event["error"] not in ("RAW", "UNKNOWN"), f"{line}: is {event['error']}")


if __name__ == "__main__":
    rig.main(body)
