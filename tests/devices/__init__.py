"""Simulated network devices on loopback, each over its real protocol.

    case = cases.load("tests/devices/cases/eos/get_facts__plain.yaml")
    with device.of_case(case) as d:
        ... connect to d.host, d.port as device.USER, device.PASSWORD ...
    d.answers.unused(), d.answers.unknown

cases     the YAML files: what is asked, what is answered, what must come of it
answers   which answer a request gets, which were never asked for
xmlkeys   how a request in XML finds its answer
faults    what may be wrong with a device, as steps that any protocol can take
hub       the one event loop on which all devices listen
web       HTTP and HTTPS; eapi, nxapi: what is said over it
ssh       an SSH server; cli, xmlagent, netconf, execs: what is said over it
"""
import importlib.util
import sys

for _module, _package in (("yaml", "python3-yaml"), ("paramiko", "python3-paramiko")):
    if not importlib.util.find_spec(_module):
        sys.exit(f"there is no module {_module}: install {_package}, and use Debian's own Python (/usr/bin/python3)")
