"""NETCONF (RFC 6241) in the framings of 1.0 and 1.1 (RFC 6242).  An answer is what stands inside <rpc-reply>."""
import re
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from . import xmlkeys
from .answers import Refusal

COMMAND = "xml-mode netconf need-trailer"       # Junos, where there is no subsystem
BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
VERSION = "urn:ietf:params:netconf:base:"
MARK = b"]]>]]>"
CHUNK = 4096
FRAME = re.compile(rb"\n#([1-9][0-9]{0,9})\n")


def error(tag, message, **more):
    """<rpc-error>; `more` has its other elements: app_tag, path, severity, type, info (as XML)."""
    fields = {"type": more.get("type", "protocol"), "tag": tag, "severity": more.get("severity", "error"), "app-tag": more.get("app_tag"),
              "path": more.get("path"), "message": message}
    inside = "".join(f"<error-{name}>{escape(str(text))}</error-{name}>" for name, text in fields.items() if text)
    return f"<rpc-error>{inside}{more.get('info', '')}</rpc-error>"


class Session:
    """
    settings: versions (["1.0", "1.1"]), capabilities (more of them), chunk (bytes in a chunk of 1.1), namespaces ({prefix: URI} on <rpc-reply>).
    """

    def __init__(self, talk):
        self.talk, self.device = talk, talk.device
        self.versions = self.device.setting("versions", ["1.0", "1.1"])
        self.given, self.chunks = b"", False

    def run(self):
        capabilities = [VERSION + v for v in self.versions] + self.device.setting("capabilities", [])
        hello = f"<hello xmlns=\"{BASE}\"><capabilities>" + "".join(f"<capability>{escape(c)}</capability>" for c in capabilities) \
            + "</capabilities><session-id>4711</session-id></hello>"
        self.talk.say(self.framed(hello.encode()))
        theirs = {(e.text or "").strip() for e in ElementTree.fromstring(self.read_message()).iter() if xmlkeys.local(e.tag) == "capability"}
        self.chunks = "1.1" in self.versions and VERSION + "1.1" in theirs
        while self.rpc(self.read_message()):
            pass

    # ---- frames

    def more(self):
        self.given += self.talk.read(1 << 16)

    def read_message(self):
        if self.chunks:
            return self.read_chunks()
        while MARK not in self.given:
            self.more()
        message, _mark, self.given = self.given.partition(MARK)
        return message.strip()

    def read_chunks(self):
        message = b""
        while True:
            while not (head := FRAME.match(self.given)) and not self.given.startswith(b"\n##\n"):
                if len(self.given) > 12:
                    raise EOFError("no chunk")
                self.more()
            if not head:
                self.given = self.given[4:]
                return message
            end = head.end() + int(head[1])
            while len(self.given) < end:
                self.more()
            message += self.given[head.end():end]
            self.given = self.given[end:]

    def framed(self, message):
        if not self.chunks:
            return message + MARK + b"\n"
        size = self.device.setting("chunk", CHUNK)
        pieces = [message[i:i + size] for i in range(0, len(message), size)]
        return b"".join(b"\n#%d\n%s" % (len(piece), piece) for piece in pieces) + b"\n##\n"

    # ---- operations

    def rpc(self, message):
        """False after the last."""
        try:
            rpc = ElementTree.fromstring(message)
        except ElementTree.ParseError:
            self.send(error("malformed-message", "not XML", type="rpc"), {})
            return False
        if xmlkeys.local(rpc.tag) != "rpc" or rpc.get("message-id") is None:
            self.send(error("missing-attribute", "an rpc needs a message-id", type="rpc"), rpc.attrib)
            return True
        closing = [xmlkeys.local(e.tag) for e in rpc] == ["close-session"]
        if closing:
            self.talk.say(self.framed(self.reply("<ok/>", rpc.attrib)))
        else:
            self.send(self.operation(list(rpc)), rpc.attrib)
        return not closing

    def operation(self, elements):
        found = self.device.answers.find(xmlkeys.request_text(elements), xmlkeys.Match(elements)) if elements else None
        if found is None:
            return error("operation-not-supported", "syntax error" if self.device.setting("driver") == "junos" else "no such operation or data here")
        if isinstance(found.value, Refusal):
            fields = dict(found.value.fields)
            return error(fields.pop("tag", "operation-failed"), fields.pop("message", ""), **fields)
        text = found.value.strip()
        return text.partition("?>")[2] if text.startswith("<?xml") else text

    def reply(self, inside, attributes):
        names = {f"xmlns:{prefix}": uri for prefix, uri in self.device.setting("namespaces", {}).items()}
        names.update((name, value) for name, value in attributes.items() if "{" not in name)
        head = f'<rpc-reply xmlns="{BASE}"' + "".join(f" {name}={quoteattr(value)}" for name, value in names.items())
        return f"{head}>\n{inside}\n</rpc-reply>".encode()

    def send(self, inside, attributes):
        self.talk.answer(self.framed(self.device.faults.answer(self.reply(inside, attributes))))
