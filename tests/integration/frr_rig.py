"""Two real routers: FRR in two network namespaces with a BGP session between them, each with a link to this machine.

    with frr_rig.Lab(workdir) as lab:           # raises Missing where the machine cannot have it: not root, no namespaces, no frr
        lab.start()
        lab.cut(); lab.mend()                   # the link between the routers
        lab.vtysh(lab.r1, "show bgp summary")

    machine  .1 -- .2  r1 e1  10.0.0.1 -- 10.0.0.2  e2 r2  .6 -- .5  machine

The machine's side is the first network of NETWORKS that it does not know yet.

FRR's `log syslog` writes to /dev/log, which is what a router's syslog daemon reads; here that daemon is relay(), a few lines of Python in the router's namespace: it
puts the host name into each line, as rsyslog does, and sends it over UDP from the router's own address.  Each namespace has a /dev of its own for it, so that the
routers and the machine do not mix.  r1 also has a real sshd, with host and user keys made for the occasion; root logs in by key.

Outside of `workdir` there are, until the end, the namespaces, and /etc/frr/NAME and /var/run/frr/NAME of each router.  What an earlier run left behind when it was
killed is taken away first.
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

from kafka_rig import Failed, Missing

DAEMONS = "/usr/lib/frr"
READY_SECONDS, END_SECONDS = 30, 10
SSH_PORT, SYSLOG_PORT = 22, 5514
NETWORKS = [f"198.18.{n}" for n in (77, 78, 79)] + ["10.213.77", "172.29.213", "192.168.213"]

CONFIG = """\
hostname {router}
log syslog informational
!
router bgp {asn}
 bgp router-id {id}
 bgp log-neighbor-changes
 no bgp ebgp-requires-policy
 neighbor {peer} remote-as {peer_asn}
 neighbor {peer} description {description}
 neighbor {peer} timers 1 3
 neighbor {peer} timers connect 1
{passive}
 address-family ipv4 unicast
{networks}
 exit-address-family
!
"""

SSHD_CONFIG = """\
Port {port}
ListenAddress {address}
HostKey {workdir}/host_key
AuthorizedKeysFile {workdir}/user_key.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
"""

# A /dev of the namespace's own, in which `log` is the relay's socket; `ip netns exec` has made the mounts private before.
WITH_DEV = """\
dev=$1; shift
for name in null zero full random urandom; do : >>"$dev/$name" && mount --bind "/dev/$name" "$dev/$name"; done && mount --rbind "$dev" /dev && exec "$@"
"""


class Router:
    """What a router is called, here and by itself, and its addresses."""

    def __init__(self, lab, number, networks, description):
        self.router = f"r{number}"
        self.name = f"netnorm{os.getpid()}{self.router}"
        self.link, self.address = f"e{number}", f"10.0.0.{number}"
        self.asn, self.id = 65000 + number, f"10.255.0.{number}"
        self.near, self.far = f"{lab.network}.{4 * number - 3}", f"{lab.network}.{4 * number - 2}"
        self.networks, self.description = networks, description
        self.dev = os.path.join(lab.workdir, self.router, "dev")
        self.etc, self.run = f"/etc/frr/{self.name}", f"/var/run/frr/{self.name}"

    def config(self, peer):
        networks = "\n".join(f"  network {n}" for n in self.networks)
        # One side calls: two calls that meet would have the session up, down and up again.
        passive = "!" if self.router == "r1" else f" neighbor {peer.address} passive"
        return CONFIG.format(passive=passive, router=self.router, asn=self.asn, id=self.id, peer=peer.address, peer_asn=peer.asn, description=self.description, networks=networks)


class Lab:
    def __init__(self, workdir):
        need()
        self.workdir = os.path.join(workdir, "lab")
        self.procs, self.network = [], free_network()
        self.r1 = Router(self, 1, ["198.51.100.0/25"], "transit to r2")
        self.r2 = Router(self, 2, ["203.0.113.0/25", "203.0.113.128/25", "198.51.100.128/25"], "customer r1")
        self.routers = [self.r1, self.r2]

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        for proc in reversed(self.procs):
            if proc.poll() is None:
                proc.terminate()
        for proc in reversed(self.procs):
            try:
                proc.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                proc.kill()
                proc.wait()
        for router in self.routers:
            take_away(router.name)

    # ---- the start ---------------------------------------------------------------------------------

    def start(self):
        take_away_old()
        for router in self.routers:
            self.make_namespace(router)
        self.make_link()
        for router, peer in (self.routers, self.routers[::-1]):
            self.start_router(router, peer)
        self.start_sshd(self.r1)
        self.wait_for("the BGP session", lambda: self.is_established(self.r1))
        self.wait_for("the prefixes", lambda: self.prefixes(self.r1) == len(self.r2.networks))

    def make_namespace(self, router):
        os.makedirs(router.dev)
        run("ip", "netns", "add", router.name)
        run("ip", "-n", router.name, "link", "set", "lo", "up")
        near, far = f"nn{os.getpid()}{router.router}"[-15:], "mgmt"
        run("ip", "link", "add", "name", near, "type", "veth", "peer", "name", far, "netns", router.name)
        run("ip", "address", "add", f"{router.near}/30", "dev", near)
        run("ip", "link", "set", near, "up")
        run("ip", "-n", router.name, "address", "add", f"{router.far}/30", "dev", far)
        run("ip", "-n", router.name, "link", "set", far, "up")

    def make_link(self):
        run("ip", "-n", self.r1.name, "link", "add", "name", self.r1.link, "type", "veth", "peer", "name", self.r2.link, "netns", self.r2.name)
        for router in self.routers:
            run("ip", "-n", router.name, "address", "add", f"{router.address}/24", "dev", router.link)
            run("ip", "-n", router.name, "link", "set", router.link, "up")
            # A prefix is announced if there is a route to it.
            for network in router.networks:
                run("ip", "-n", router.name, "route", "add", "blackhole", network)

    def start_router(self, router, peer):
        self.spawn(router, "relay", [sys.executable, "-B", os.path.abspath(__file__), router.dev, router.router, router.near], own_dev=False)
        self.wait_for(f"the syslog daemon of {router.router}", lambda: os.path.exists(os.path.join(router.dev, "log")))
        for folder in (router.etc, router.run):
            os.makedirs(folder, exist_ok=True)
            shutil.chown(folder, "frr", "frr")
        for name, text in (("frr.conf", router.config(peer)), ("vtysh.conf", "")):
            with open(os.path.join(router.etc, name), "w", encoding="utf-8") as f:
                f.write(text)
            shutil.chown(f.name, "frr", "frr")
        for daemon in ("zebra", "bgpd"):
            self.spawn(router, daemon, [os.path.join(DAEMONS, daemon), "-N", router.name, "-f", os.path.join(router.etc, "frr.conf")])
            self.wait_for(f"{daemon} of {router.router}", lambda d=daemon: os.path.exists(os.path.join(router.run, d + ".vty")))

    def start_sshd(self, router):
        os.makedirs("/run/sshd", exist_ok=True)
        for name in ("host_key", "user_key"):
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.path.join(self.workdir, name))
        with open(os.path.join(self.workdir, "host_key.pub"), encoding="utf-8") as f:
            kind, key = f.read().split()[:2]
        with open(os.path.join(self.workdir, "known_hosts"), "w", encoding="utf-8") as f:
            f.write(f"{router.far} {kind} {key}\n")
        path = os.path.join(self.workdir, "sshd_config")
        with open(path, "w", encoding="utf-8") as f:
            f.write(SSHD_CONFIG.format(port=SSH_PORT, address=router.far, workdir=self.workdir))
        self.spawn(router, "sshd", [shutil.which("sshd", path="/usr/sbin:/usr/local/sbin"), "-D", "-e", "-f", path])
        self.wait_for("sshd", lambda: listens(router.far, SSH_PORT))

    def spawn(self, router, name, argv, own_dev=True):
        """By its own pid: neither `ip netns exec` nor the shell forks."""
        if own_dev:
            argv = ["sh", "-c", WITH_DEV, "sh", router.dev, *argv]
        with open(os.path.join(self.workdir, f"{router.router}.{name}.log"), "ab") as log:
            proc = subprocess.Popen(["ip", "netns", "exec", router.name, *argv], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        self.procs.append(proc)
        return proc

    def wait_for(self, what, ready):
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if ready():
                return
            if any(proc.poll() is not None for proc in self.procs):
                break
            time.sleep(0.1)
        raise Failed(f"{what}: not there\n{self.logs()}")

    def logs(self):
        texts = []
        for name in sorted(os.listdir(self.workdir)):
            if name.endswith(".log"):
                with open(os.path.join(self.workdir, name), encoding="utf-8", errors="replace") as f:
                    texts.append(f"{name}: {f.read()[-2000:]}")
        return "\n".join(texts)

    # ---- what one can do with it -------------------------------------------------------------------

    def vtysh(self, router, command):
        return subprocess.run(["vtysh", "-N", router.name, "-c", command], capture_output=True, text=True, timeout=30, check=False).stdout

    def is_established(self, router):
        return '"state":"Established"' in self.vtysh(router, "show bgp ipv4 unicast summary json").replace(" ", "")

    def prefixes(self, router):
        found = re.search(r'"pfxRcd": *(\d+)', self.vtysh(router, "show bgp ipv4 unicast summary json"))
        return int(found[1]) if found else 0

    def cut(self):
        run("ip", "-n", self.r1.name, "link", "set", self.r1.link, "down")

    def mend(self):
        run("ip", "-n", self.r1.name, "link", "set", self.r1.link, "up")

    def inventory(self):
        """The routers as devices of netnorm, r1 with what is needed to ask it."""
        return f"""\
devices:
  r1:
    addresses: {self.r1.far}
    driver: frr
    username: root
    port: {SSH_PORT}
    options:
      key_file: {self.workdir}/user_key
      known_hosts: {self.workdir}/known_hosts
      vtysh: vtysh -N {self.r1.name}
  r2: {{addresses: {self.r2.far}}}
"""

    def inputs(self):
        """Where the routers' syslog daemons send to."""
        return "inputs:\n" + "".join(f"  - {{name: from-{r.router}, kind: udp, address: {r.near}, port: {SYSLOG_PORT}}}\n" for r in self.routers)


# ---- the machine -----------------------------------------------------------------------------------

def run(*argv):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise Failed(f"{' '.join(argv)}: status {done.returncode}: {done.stdout.strip()}")


def need():
    """Or Missing, with what this machine lacks."""
    if os.geteuid() != 0:
        raise Missing("FRR in network namespaces: needs root")
    for path, package in ((os.path.join(DAEMONS, "bgpd"), "frr"), ("vtysh", "frr"), ("ip", "iproute2"), ("ssh-keygen", "openssh-client"), ("/usr/sbin/sshd", "openssh-server")):
        if not shutil.which(path):
            raise Missing(f"FRR in network namespaces: no {path} here, and the package {package} could not be installed")
    name = f"netnorm{os.getpid()}try"
    try:
        run("ip", "netns", "add", name)
        run("ip", "netns", "exec", name, "mount", "--bind", "/proc", "/proc")
        run("ip", "-n", name, "link", "add", "name", "try0", "type", "veth", "peer", "name", "try1")
    except Failed as e:
        raise Missing(f"FRR in network namespaces: they are not allowed here: {e}") from e
    finally:
        subprocess.run(["ip", "netns", "delete", name], capture_output=True, timeout=60, check=False)


def free_network():
    """The first three numbers of one that neither an address nor a route of the machine is in, but the default route."""
    for network in NETWORKS:
        routes = [subprocess.run(["ip", "-4", "route", "show", "table", "all", how, f"{network}.0/29"], capture_output=True, text=True, timeout=60, check=False).stdout
                  for how in ("match", "root")]
        if all(line.startswith("default") for line in "".join(routes).splitlines()):
            return network
    raise Missing(f"FRR in network namespaces: the machine has a route to each of {', '.join(NETWORKS)}")


def take_away(name):
    subprocess.run(["ip", "netns", "delete", name], capture_output=True, timeout=60, check=False)
    for folder in (f"/etc/frr/{name}", f"/var/run/frr/{name}"):
        shutil.rmtree(folder, ignore_errors=True)


def take_away_old():
    """Labs whose program is gone: their processes, by pid, and the rest."""
    for line in subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, timeout=60, check=True).stdout.splitlines():
        found = re.match(r"(netnorm(\d+)r[12])\b", line)
        if not found or os.path.exists(f"/proc/{found[2]}"):
            continue
        pids = subprocess.run(["ip", "netns", "pids", found[1]], capture_output=True, text=True, timeout=60, check=False).stdout.split()
        for pid in pids:
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                pass
        take_away(found[1])


def listens(address, port):
    with socket.socket() as s:
        s.settimeout(1)
        return s.connect_ex((address, port)) == 0


# ---- in a router's namespace -----------------------------------------------------------------------

def relay(dev, host, collector):
    """The router's syslog daemon: `<30>Nov 29 23:47:55 bgpd[7]: ...` from dev/log becomes `<30>Nov 29 23:47:55 r1 bgpd[7]: ...` over UDP."""
    path = os.path.join(dev, "log")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as source, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        source.bind(path)
        os.chmod(path, 0o666)
        while True:
            line = source.recv(65536).rstrip(b"\n\0")
            try:
                out.sendto(re.sub(rb"^(<\d+>\w{3} [ \d]\d \d\d:\d\d:\d\d )", rb"\g<1>" + host.encode() + b" ", line), (collector, SYSLOG_PORT))
            except OSError:
                pass            # a collector that is not there costs the line, as with any syslog over UDP


if __name__ == "__main__":
    # dev, host, collector
    relay(*sys.argv[1:])
