#!/usr/bin/python3
# tests/run: no-asan
"""What the object of the OpenConfig models says of lines whose facts are easily mistaken: who, in which instance, and which status."""
import json

import rig

INTERFACES, EVENT, INSTANCES = "openconfig-interfaces:interfaces", "netnorm-events:event", "openconfig-network-instance:network-instances"

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
     "vty0", "other", EVENT, {"terminal": "vty0 (192.0.2.10)"}, {"username"}),
    ("<189>64: r1: Oct 11 08:09:00.000: %SYS-5-CONFIG_I: Configured from console by vty2 (192.0.2.10)",
     "vty2", "other", EVENT, {"terminal": "vty2 (192.0.2.10)"}, {"username"}),
    ("<189>Jun  1 2024 13:10:00 sw-4 %%01SHELL/5/LOGOUT(l): VTY logout from 192.0.2.150.",
     "192.0.2.150", "other", EVENT, {"terminal": "VTY", "source-address": "192.0.2.150"}, {"username"}),
    ("<187>Apr  2 2024 08:00:01 pe-7 %%01BGP/3/STATE_CHG_UPDOWN(l)[7]:The status of the peer 192.0.2.9 changed from OPENCONFIRM to ESTABLISHED. "
     "(InstanceName=cust-7, StateChangeReason=Up)",
     "192.0.2.9 vrf cust-7", "up", INSTANCES, {"name": "cust-7", "session-state": "ESTABLISHED"}, set()),
    ("<37>May  5 15:19:30 mx2 sshd: SSHD_LOGIN_FAILED: Login failed for user 'x' from host '203.0.113.6' from host '192.0.2.1'",
     "x' from host '203.0.113.6", "other", EVENT, {"username": "x' from host '203.0.113.6", "source-address": "192.0.2.1", "action": "LOGIN_FAILED"}, set()),
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
