"""IOS-XR's XML agent: the command `xml` in a shell; then requests that end in </Request>, no echo, and a prompt of its own."""
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from . import cli, xmlkeys
from .answers import Refusal

PROMPT = b"XML> "
END = b"</Request>"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
UNKNOWN = "'XMLMDA' detected the 'warning' condition 'The XML request does not conform to the schema.'"


def response(inside, more=""):
    return f'{HEAD}<Response MajorVersion="1" MinorVersion="0"{more}>{inside}</Response>'


def refusal(code, message):
    return response("", f" ErrorCode={quoteattr(str(code))} ErrorMsg={quoteattr(escape(message))}")


class Shell(cli.Shell):
    def command(self, line):
        if line != "xml" or self.device.setting("no_agent"):
            super().command(line)
            return
        self.talk.say(PROMPT)
        while True:
            self.request()

    def request(self):
        while END not in self.given:
            self.given += self.talk.read()
        text, _end, self.given = self.given.partition(END)
        self.given = self.given.lstrip()
        body = self.device.faults.answer(self.wire(self.reply(text + END)))
        self.talk.answer(body + b"\r\n" + PROMPT)

    def reply(self, request):
        try:
            elements = list(ElementTree.fromstring(request.strip()))
        except ElementTree.ParseError as e:
            return refusal("0x43688400", f"'XML Service Library' detected the 'fatal' condition 'The XML request is not well formed: {e}'")
        found = self.device.answers.find(xmlkeys.request_text(elements), xmlkeys.Match(elements)) if elements else None
        if found is None:
            return refusal("0x43679000", UNKNOWN)
        if isinstance(found.value, Refusal):
            return refusal(found.value.get("code", "0x43679000"), found.value.message)
        text = found.value.strip()
        if text.startswith("<?xml"):
            text = text.partition("?>")[2].lstrip()
        return HEAD + text if text.startswith("<Response") else response(text)
