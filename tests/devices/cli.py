"""A command line in a shell: banner, prompt, echo, paging, `enable` with a secret, and what it says to a command that it does not know."""
from .answers import Refusal

# What differs from one system to the other; "ios" where nothing is said of a driver.
STYLES = {
    "ios": {"more": " --More-- ", "wipe": "\b" * 9 + " " * 8 + "\b" * 9, "invalid": "% Invalid input detected at '^' marker.", "scrolls": True},
    "nxos_ssh": {"more": "\x1b[7m--More--\x1b[m", "wipe": "\r        \r", "invalid": "% Invalid command at '^' marker.", "scrolls": False},
}
PAGE, WIDTH, SCROLL = 24, 80, 10


class Shell:
    """
    settings: prompt, secret (the session then begins at '>'), banner, page (lines; 0: no paging), width.
    """

    def __init__(self, talk):
        self.talk, self.device = talk, talk.device
        self.style = STYLES.get(self.device.setting("driver"), STYLES["ios"])
        self.given = b""
        self.enabled = self.device.setting("secret") is None
        self.page = self.device.setting("page", PAGE)
        self.width = self.device.setting("width", WIDTH)
        self.mode = ""

    def run(self):
        banner = self.device.setting("banner", "")
        self.talk.say(self.wire("\n" + banner + ("\n" if banner else "")) + self.prompt().encode())
        while True:
            line = self.read_line()
            if line in ("exit", "logout", "quit"):
                return
            self.command(line)

    def wire(self, text):
        return text.replace("\r\n", "\n").replace("\n", "\r\n").encode()

    def prompt(self):
        whole = self.device.setting("prompt", "R1#")
        name = whole.rstrip("# ")
        return name + self.mode + (whole[len(name):] if self.enabled else whole[len(name):].replace("#", ">"))

    # ---- what comes in

    def read_byte(self):
        if not self.given:
            self.given = self.talk.read()
        byte, self.given = self.given[:1], self.given[1:]
        return byte

    def read_line(self, echo=True):
        """Without its end; CR, LF and both together are one."""
        line, out = "", ""
        while True:
            if not self.given and out:
                self.talk.say(out.encode())
                out = ""
            byte = self.read_byte()
            if byte in (b"\r", b"\n"):
                if byte == b"\r" and self.given[:1] == b"\n":
                    self.given = self.given[1:]
                self.talk.say(out.encode() + b"\r\n")
                return line.strip()
            if byte == b"\x15":     # Ctrl-U
                out += "\b \b" * len(line) if echo else ""
                line = ""
                continue
            line += byte.decode("latin-1")
            out += self.echo(line) if echo else ""

    def echo(self, line):
        """What the terminal gets for the last character; a line that reaches the right edge is moved to the left, with a $ at its begin."""
        room = self.width - len(self.prompt()) - 1
        if not self.style["scrolls"] or room <= 2 * SCROLL or len(line) < room:
            return line[-1]
        step = room - SCROLL
        if (len(line) - room) % SCROLL:
            return line[-1]
        return "\b" * (room - 1) + "$" + line[-(step - 1):] + " " * SCROLL + "\b" * SCROLL

    # ---- what goes out

    def command(self, line):
        text = self.built_in(line)
        own = text is None
        if own:
            text = self.look_up(line)
        if text and not text.endswith("\n"):
            text += "\n"
        self.talk.answer(self.device.faults.answer(self.wire(self.last_page(text)), own) + self.prompt().encode())

    def last_page(self, text):
        """What is left to say; the pages before it are said, and keys waited for."""
        rest, size = text.splitlines(keepends=True), self.page - 1
        while self.page and len(rest) > size:
            self.talk.say(self.wire("".join(rest[:size])) + self.style["more"].encode())
            rest, key = rest[size:], self.read_byte()
            self.talk.say(self.style["wipe"].encode())
            if key in (b"q", b"Q"):
                return ""
            size = 1 if key in (b"\r", b"\n") else self.page - 1
        return "".join(rest)

    def look_up(self, line):
        found = self.device.answers.find(line)
        if found is None:
            return " " * (len(self.prompt()) + len(line.split(" ")[0])) + f"^\n{self.style['invalid']}\n\n"
        return found.value.message if isinstance(found.value, Refusal) else found.value

    def built_in(self, line):
        """What the session itself understands, unless the case has an answer to it; None for anything else."""
        words = line.split()
        if not words:
            return ""
        if any(answer.request.split() == words for answer in self.device.answers.all):
            return None
        if words[0] == "enable":
            return self.enable()
        if words[:2] in (["terminal", "length"], ["terminal", "width"]) and len(words) == 3 and words[2].isdigit():
            setattr(self, "page" if words[1] == "length" else "width", int(words[2]))
            return ""
        if words in (["configure", "terminal"], ["end"]):
            self.mode = "(config)" if words != ["end"] else ""
            return ""
        return None

    def enable(self):
        secret = self.device.setting("secret")
        for _try in range(3 if not self.enabled else 0):
            self.talk.say(b"Password: ")
            if self.read_line(echo=False) == secret:
                self.enabled = True
                return ""
        return "" if self.enabled else "% Bad secrets\n\n"
