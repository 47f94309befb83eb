"""One simulated device: a protocol, what it answers, what is wrong with it."""
import hmac
import threading

from . import hub
from .answers import Answers
from .faults import Faults

USER, PASSWORD = "netops", "s3cret-of-cases"

# What the device of each driver speaks, and what is set there unless the case has it otherwise.
PROTOCOLS = {
    "eos": ("eapi", {}),
    "nxos": ("nxapi", {}),
    "ios": ("cli", {"prompt": "R1#"}),
    "nxos_ssh": ("cli", {"prompt": "sw1# "}),
    "iosxr": ("xmlagent", {"prompt": "RP/0/RP0/CPU0:xr1#"}),
    "iosxr_netconf": ("netconf", {}),
    "junos": ("netconf", {"versions": ["1.0"], "namespaces": {"junos": "http://xml.juniper.net/junos/21.2R1/junos"}}),
    "frr": ("exec", {}),
}
WEB = ("eapi", "nxapi")


def server_of(device):
    if device.protocol in WEB:
        from . import eapi, nxapi, web
        module = {"eapi": eapi, "nxapi": nxapi}[device.protocol]
        return web.Server(device, module.PATH, lambda body, headers: module.respond(device, body, headers))
    from . import ssh
    return ssh.Server(device)


class Device:
    """
    settings: what its protocol knows of (`tests/README.md` lists them).  Many may stand in one process, each on a port or on an address of 127.0.0.0/8.
    """

    def __init__(self, protocol, answers, host="127.0.0.1", port=0, tls=False, user=USER, password=PASSWORD, faults=None, settings=None):
        self.protocol = protocol
        self.answers = answers if isinstance(answers, Answers) else Answers(answers)
        self.host, self.port, self.tls = host, port, tls
        self.user, self.password = user, password
        self.faults = faults or Faults()
        self.settings = settings or {}
        self.connections = self.open = self.most_open = 0       # made; now; at the same time
        self.passwords = 0      # that SSH clients have tried
        self.stopped = threading.Event()
        self.server = server_of(self)

    def setting(self, name, default=None):
        return self.settings.get(name, default)

    def connected(self):
        self.connections += 1
        self.open += 1
        self.most_open = max(self.open, self.most_open)

    def left(self):
        self.open -= 1

    def admits(self, user, password):
        return user == self.user and hmac.compare_digest(password.encode(), self.password.encode())

    def start(self):
        sock = hub.listen(self.host, self.port)
        self.port = sock.getsockname()[1]
        self.server.start(sock)
        return self

    def stop(self):
        self.stopped.set()
        self.server.stop()

    __enter__ = start

    def __exit__(self, *_exc):
        self.stop()


def of_case(case, **more):
    """The device that a case is about, not started yet; `more` is for the constructor."""
    protocol, settings = PROTOCOLS[case.driver]
    settings = dict(settings, driver=case.driver, **case.device)
    more.setdefault("faults", Faults(**settings.pop("faults", {})))
    more.setdefault("tls", protocol in WEB and case.options.get("transport", "https") != "http")
    return Device(protocol, case.answers, settings=settings, **more)
