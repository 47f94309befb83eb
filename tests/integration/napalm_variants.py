"""Other lines of the same kinds: in a line, hosts, addresses, interfaces, numbers and dates are exchanged, or it gets another shape.

The same line and number always give the same variant.  What stands in a line more than once is exchanged in all its
places.  Nothing looks at what is expected of a line but for the host's name, so a variant may well be one that no
profile knows any more (an IPv6 address where a pattern takes IPv4 only): that is a case, too.
"""
import random
import re

HOSTS = ["edge-7.par2", "R1", "sw_03", "pe2.lab.example.net", "192.0.2.77", "2001:db8::77", "UPPER-CASE01", "re1-gw", "x", "core01-re0.ams"]
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
MONTH = "(?:" + "|".join(MONTHS) + ")"
EDGE, EDGE_BEHIND = r"(?<![\w./:%-])", r"(?![\w/:%-]|\.\w)"

# In this order; the first that fits at a place takes it.
KINDS = [
    ("pri", r"(?<=^<)\d+(?=>)"),
    ("iso_date", r"(?<![\d-])\d{4}-\d{1,2}-\d{1,2}(?!\d)"),
    ("name_date", rf"(?<!\d)\d{{4}}-{MONTH}-[ \d]\d"),
    ("month_day", rf"\b{MONTH} +\d{{1,2}}(?!\d)"),
    ("time", r"(?<!\d)\d\d:\d\d:\d\d(?!\d)"),
    ("ipv6", r"(?<![\w:.-])(?=[0-9a-fA-F]*:[0-9a-fA-F]*:)[0-9a-fA-F:]{4,}(?![\w:])"),
    ("ipv4", r"(?<![\w.-])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w.-])"),
    ("as", r"(?<=\bAS )\d+"),
    ("interface", r"\b(?:(?:Fast|Gigabit|TenGig)?[Ee]thernet|TenGigE|ge-|xe-|et-|ae|et)(?: ?\d+(?:/\d+)*(?:\.\d+)?)(?![\w/])"),
    ("number", EDGE + r"(?<!code )\d+" + EDGE_BEHIND + rf"(?! {MONTH} )"),
]


def number(rnd, text):
    digits = max(1, min(9, len(text) + rnd.choice((-1, 0, 0, 1))))
    return str(rnd.randrange(10 ** (digits - 1) if digits > 1 else 0, 10 ** digits))


def ipv4(rnd, _text=""):
    return rnd.choice(("10.{}.{}.{}", "198.51.100.{2}", "172.16.{}.{}", "203.0.{}.{}")).format(
        *(rnd.randrange(256) for _ in range(3)))


def ipv6(rnd, _text=""):
    return rnd.choice(("2001:db8::{:x}", "2001:db8:{:x}:{:x}::1", "fe80::{:x}:{:x}:{:x}:{:x}", "2001:DB8::{:X}")).format(
        *(rnd.randrange(1, 65536) for _ in range(4)))


def interface(rnd, text):
    """Other numbers; now and then another kind of name."""
    if rnd.random() < 0.2:
        return rnd.choice(("Port-Channel7", "Vlan120", "xe-1/2/3.100", "Loopback0", "et-0/0/1:2", "Bundle-Ether12.7", "ethernet 2/3"))
    return re.sub(r"\d+", lambda m: str(rnd.randrange(50)), text)


MAKE = {
    "pri": lambda rnd, _t: str(rnd.randrange(192)),
    "iso_date": lambda rnd, t: f"{t[:4]}-{rnd.randrange(1, 13):02}-{rnd.randrange(1, 29):02}",
    "name_date": lambda rnd, t: f"{t[:4]}-{rnd.choice(MONTHS)}-{rnd.randrange(1, 29):2}",
    "month_day": lambda rnd, _t: f"{rnd.choice(MONTHS)} {rnd.randrange(1, 29):2}",
    "time": lambda rnd, _t: f"{rnd.randrange(24):02}:{rnd.randrange(60):02}:{rnd.randrange(60):02}",
    "ipv6": lambda rnd, _t: ipv4(rnd) if rnd.random() < 0.3 else ipv6(rnd),
    "ipv4": lambda rnd, _t: ipv6(rnd) if rnd.random() < 0.3 else ipv4(rnd),
    "as": lambda rnd, _t: rnd.choice((str(rnd.randrange(1, 65536)), str(rnd.randrange(65536, 1 << 32)), "0")),
    "interface": interface,
    "number": number,
    "host": lambda rnd, _t: rnd.choice(HOSTS),
}


def pattern(host):
    """Nothing that is part of a tag is a number, and the host's name goes before all else but the PRI."""
    kinds = list(KINDS)
    if host:
        kinds.insert(1, ("host", r"(?<![\w.-])" + re.escape(host) + r"(?![\w.-])"))
    return re.compile("|".join(f"(?P<{name}>{expression})" for name, expression in kinds))


def variant(line, host, n):
    """The n-th variant of a line whose host is named so (or None)."""
    rnd, exchanged = random.Random(f"{n} {line}"), {}

    def exchange(m):
        key = (m.lastgroup, m.group())
        if key not in exchanged:
            exchanged[key] = MAKE[m.lastgroup](rnd, m.group())
        return exchanged[key]

    return pattern(host).sub(exchange, line)


# ---- other shapes of the same line -----------------------------------------------------------------

RELAYS = ["relay 192.0.2.9: ", "<34>relay: ", "é", "Jun  5 01:02:04 relay ", "<134>1 2024-03-05T14:07:09Z relay 45 - - - ", "a<b "]


def between_words(line, rnd, put):
    words = line.split(" ")
    i = rnd.randrange(1, len(words))
    return " ".join(words[:i]) + put + " ".join(words[i:])


def without_word(line, rnd):
    words = line.split(" ")
    del words[rnd.randrange(len(words))]
    return " ".join(words)


SHAPES = [
    lambda line, rnd: rnd.choice(RELAYS) + line,
    lambda line, rnd: line + rnd.choice((" ", " \t", "\r", "   ")),
    lambda line, rnd: between_words(line, rnd, "  "),
    lambda line, rnd: between_words(line, rnd, "\t"),
    lambda line, rnd: line[:rnd.randrange(20, len(line))],
    without_word,
    lambda line, _rnd: line + " " + line,
    lambda line, _rnd: re.sub(r"^<\d+>", "", line),
    lambda line, _rnd: line + " – déjà vu",
    lambda line, _rnd: re.sub(r"(\d)(\d)(?=\D*$)", r"\1_\2", line),          # as Python's int() takes it
    lambda line, _rnd: re.sub(r"(?<=[ /])\d", "٣", line, count=1),
    lambda line, _rnd: re.sub(r"\b([A-Z])([a-z]+)", lambda m: m[1].lower() + m[2], line),
]


def shape(line, n):
    """The line in its n-th other shape: relayed, cut, with other blanks, with text that is not ASCII."""
    return SHAPES[n % len(SHAPES)](line, random.Random(f"shape {n} {line}"))
