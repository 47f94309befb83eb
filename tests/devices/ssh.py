"""An SSH server: password or keyboard-interactive, and then a shell, commands or the subsystem netconf, as the device's protocol has it."""
import contextlib
import logging
import socket
import threading

import paramiko
import paramiko.common

from . import cli, execs, faults, hub, netconf, xmlagent

logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)    # clients that go away are what is tested

SHELLS = {"cli": cli.Shell, "xmlagent": xmlagent.Shell}


class Gone(Exception):
    """The client, or this device, has ended the session."""


class Talk:
    """One channel, read and written by the thread that serves it."""

    def __init__(self, channel, device):
        self.channel, self.device = channel, device

    def read(self, size=4096):
        try:
            data = self.channel.recv(size)
        except (OSError, EOFError) as e:
            raise Gone from e
        if not data:
            raise Gone
        return data

    def say(self, data):
        """Not an answer: a prompt, an echo, a hello."""
        try:
            self.channel.sendall(data)
        except (OSError, EOFError) as e:
            raise Gone from e

    def answer(self, data):
        """As the device's faults have it."""
        for step, argument in self.device.faults.steps(data):
            if step == faults.SEND:
                self.say(argument)
            elif step == faults.CLOSE:
                self.channel.get_transport().close()
                raise Gone
            else:
                self.device.stopped.wait(argument)
            if self.device.stopped.is_set():
                raise Gone


def handle_request(channel, message):
    """What a granted request starts may speak only after the client was told that it is granted: a short answer would close the channel before."""
    channel._handle_request(message)
    start = channel.__dict__.pop("start_when_granted", None)
    if start:
        start()


class Transport(paramiko.Transport):
    _channel_handler_table = dict(paramiko.Transport._channel_handler_table)
    _channel_handler_table[paramiko.common.MSG_CHANNEL_REQUEST] = handle_request


class Session(paramiko.ServerInterface):
    def __init__(self, device):
        self.device = device
        self.ways = device.setting("auth", ["password"])

    def get_allowed_auths(self, _user):
        return ",".join(self.ways)

    def check_auth_password(self, user, password):
        return self.verdict("password" in self.ways and self.device.admits(user, password))

    def check_auth_interactive(self, user, _submethods):
        if "keyboard-interactive" not in self.ways:
            return paramiko.AUTH_FAILED
        self.user = user
        return paramiko.InteractiveQuery("", "", ("Password: ", False))

    def check_auth_interactive_response(self, responses):
        return self.verdict(len(responses) == 1 and self.device.admits(self.user, responses[0]))

    def verdict(self, good):
        self.device.passwords += 1
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def get_banner(self):
        return (self.device.setting("login_banner"), "en")

    def check_channel_request(self, kind, _number):
        return paramiko.OPEN_SUCCEEDED if kind == "session" else paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_pty_request(self, *_args):
        return self.device.protocol in SHELLS

    def check_channel_window_change_request(self, *_args):
        return True

    def check_channel_shell_request(self, channel):
        shell = SHELLS.get(self.device.protocol)
        return shell is not None and self.serve(channel, lambda talk: shell(talk).run())

    def check_channel_exec_request(self, channel, command):
        command = command.decode(errors="replace")
        if self.device.protocol == "netconf":
            return command == netconf.COMMAND and self.serve(channel, lambda talk: netconf.Session(talk).run())
        return self.device.protocol == "exec" and self.serve(channel, lambda talk: execs.run(talk, command))

    def check_channel_subsystem_request(self, channel, name):
        return self.device.protocol == "netconf" and name == "netconf" and self.device.setting("subsystem", True) \
            and self.serve(channel, lambda talk: netconf.Session(talk).run())

    def serve(self, channel, body):
        def work():
            with contextlib.suppress(Gone, OSError, EOFError):
                if self.device.setting("mute"):
                    self.device.stopped.wait()
                body(Talk(channel, self.device))
            with contextlib.suppress(Exception):
                channel.close()
        channel.start_when_granted = threading.Thread(target=work, daemon=True).start
        return True


class Server:
    """Connections are accepted on the hub's loop, and served each in threads of its own."""

    def __init__(self, device):
        self.device = device
        self.sock, self.open = None, []

    def start(self, sock):
        self.sock = sock
        hub.host_key()
        hub.run(self._start())

    async def _start(self):
        hub.loop().add_reader(self.sock, self.accept)

    def stop(self):
        hub.run(self._stop())
        for one in self.open:
            with contextlib.suppress(Exception):
                one.close()

    async def _stop(self):
        hub.loop().remove_reader(self.sock)
        self.sock.close()

    def accept(self):
        try:
            connection, _address = self.sock.accept()
        except OSError:
            return
        connection.setblocking(True)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.device.connections += 1
        self.open.append(connection)
        if not self.device.faults.dead:
            threading.Thread(target=self.connected, args=(connection,), daemon=True).start()

    def connected(self, connection):
        transport = Transport(connection)
        self.open.append(transport)
        transport.add_server_key(hub.host_key())
        with contextlib.suppress(paramiko.SSHException, OSError, EOFError):
            transport.start_server(server=Session(self.device))
