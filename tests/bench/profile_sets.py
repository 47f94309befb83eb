"""What a line costs as profiles grow, in profiles made up for it; and the worst line, memory and start with the shipped set."""
import os
import shutil
import subprocess
import time

from measure import NETNORM, PARSE, best, instructions, timed, write_cycle

RUNS, LINES, COUNTED = 5, 200_000, 4000
SIZES = (100, 1000, 10_000)             # of messages with a tag each; the same traffic, of the first hundred, for all
UNDER_ONE_TAG = 200
INSTRUCTIONS_TIMES, TIME_TIMES = 1.1, 1.5
ONE_TAG_TIMES, NOTHING_TIMES = 2, 2
HOSTILE_BYTES, HOSTILE_COPIES, HOSTILE_AIM_MS = 60_000, 60, 1.0
MEMORY_AIM_MIB, START_AIM_MS = 64, 100

INIT = """rank: 1
signatures: [{triplet: true}]
details: {date: date, time: time, host: host, tag: tag}
text: body
"""
MESSAGE = """  - error: MADE_UP_%(i)d
    tag: %(tag)s
    values: {interface: '([^\\s,]+)', state|upper: (up|down)}
    line: '%(line)s'
    model: NO_MODEL
    mapping: {variables: {'interfaces//interface//{interface}//state//oper_status': state}, static: {}}
    object: '{interface}'
    condition: other
"""
# Where the number that tells one message from another stands.
WORDINGS = (
    ("a number in the middle", "Interface {interface} of group %d changed state to {state}"),
    ("a number at the end", "Interface {interface} changed state to {state} with code %d"),
    ("a word at the start", "EVENT_%03d on {interface} is {state}"),
)
FILLINGS = (b"a", b" ", b"1", b'"', b"\\", b"(", b"[", b"=", b"\xff", b"\xf0", b"\xc3\xa9", b"\x01", b" \t", b": ", b"a: ", b"a=b ", b'"a" ', b'x="', b"%A-5-B: ", b"<13>",
            b"Interface ", b"srcip=")


def one_tag(_):
    return "MADE-5-ONE"


def tag_each(i):
    return f"MADE-5-M{i:05d}"


def make_set(workdir, name, count, tag, wording):
    """A directory of profiles: one OS with `count` messages."""
    folder = os.path.join(workdir, name, "made")
    os.makedirs(folder)
    with open(os.path.join(folder, "init.yaml"), "w", encoding="utf-8") as f:
        f.write(INIT)
    with open(os.path.join(folder, "messages.yaml"), "w", encoding="utf-8") as f:
        f.write("messages:\n")
        f.writelines(MESSAGE % {"i": i, "tag": tag(i), "line": wording % i} for i in range(count))
    return os.path.join(workdir, name)


def made_lines(numbers, tag, wording, state="up"):
    return [f"<189>Jun 15 11:59:58 core-{i % 7} %{tag(i)}: {wording % i}".replace("{interface}", f"GigabitEthernet0/{i % 48}").replace("{state}", state).encode()
            for i in numbers]


def cost(workdir, lines, *options):
    """CPU of a line in microseconds."""
    few = write_cycle(os.path.join(workdir, "few"), lines, len(lines))
    more = write_cycle(os.path.join(workdir, "more"), lines, len(lines) + LINES)
    empty = best(RUNS, timed, [*PARSE, *options, few])[0]
    return (best(RUNS, timed, [*PARSE, *options, more])[0] - empty) / LINES * 1e6


def counted(workdir, lines, *options):
    """Instructions of a line."""
    few = write_cycle(os.path.join(workdir, "few"), lines, len(lines))
    more = write_cycle(os.path.join(workdir, "more"), lines, len(lines) + COUNTED)
    return (instructions(more, *options) - instructions(few, *options)) / COUNTED


def growth(table, workdir):
    wording = WORDINGS[0][1]
    lines = made_lines(range(SIZES[0]), tag_each, wording)
    least = least_counted = None
    for size in SIZES:
        where = make_set(workdir, f"size{size}", size, tag_each, wording)
        us = cost(workdir, lines, "--profiles", where)
        table.row(f"{size} messages loaded, CPU a line", us, aim=least and TIME_TIMES * least)
        least = least or us
        if shutil.which("valgrind"):
            n = counted(workdir, lines, "--profiles", where)
            table.row(f"{size} messages loaded, instructions a line", n, unit="", aim=least_counted and INSTRUCTIONS_TIMES * least_counted, digits=0)
            least_counted = least_counted or n


def under_one_tag(table, workdir):
    for k, (name, wording) in enumerate(WORDINGS):
        lone = make_set(workdir, f"lone{k}", 1, one_tag, wording)
        many = make_set(workdir, f"many{k}", UNDER_ONE_TAG, one_tag, wording)
        single = cost(workdir, made_lines([0], one_tag, wording), "--profiles", lone)
        table.row(f"1 message under a tag, {name}", single)
        lines = made_lines(range(UNDER_ONE_TAG), one_tag, wording)
        each = cost(workdir, lines, "--profiles", many)
        table.row(f"{UNDER_ONE_TAG} under it, each in turn", each, aim=ONE_TAG_TIMES * single)
        last = made_lines([UNDER_ONE_TAG - 1], one_tag, wording)
        table.row(f"{UNDER_ONE_TAG} under it, the last", cost(workdir, last, "--profiles", many), aim=ONE_TAG_TIMES * single)
        nothing = made_lines(range(UNDER_ONE_TAG), one_tag, wording, "sideways")
        table.row(f"{UNDER_ONE_TAG} under it, none of them", cost(workdir, nothing, "--profiles", many), aim=NOTHING_TIMES * each)


def nothing(table, lines, workdir):
    """The samples of the shipped set, and what is left of them when no message fits: their texts without a word, under their tags or under others."""
    matched = cost(workdir, lines)
    table.row("shipped set, a sample", matched)
    for what, changed in (("ends after three quarters", [line[:len(line) * 3 // 4] for line in lines]),
                          ("has other words", [line.translate(bytes.maketrans(b"aeiou", b"uoaei")) for line in lines])):
        table.row(f"shipped set, a sample that {what}", cost(workdir, changed), aim=NOTHING_TIMES * matched)
    table.row("shipped set, a line of no system", cost(workdir, [b"<13>Jun 15 11:59:58 h1 cron[7]: (root) CMD (true)"]), aim=NOTHING_TIMES * matched)


def hostile(table, lines, workdir):
    """Beginnings that a profile knows, with one thing behind them up to 60 KB; or samples over and over. The worst counts."""
    empty = best(RUNS, timed, [*PARSE, "/dev/null"])[0]
    heads = [b"", b"<189>Jun 15 11:59:58 r1 "] + [line[:len(line) // 2] for line in lines[::len(lines) // 6]]
    texts = {(head, filling): (head + filling * HOSTILE_BYTES)[:HOSTILE_BYTES] for head in heads for filling in FILLINGS}
    texts.update({(b"", line): (line * HOSTILE_BYTES)[:HOSTILE_BYTES] for line in lines[::len(lines) // 30]})

    def ms(runs, text):
        path = write_cycle(os.path.join(workdir, "hostile"), [text], HOSTILE_COPIES)
        return (best(runs, timed, [*PARSE, path])[0] - empty) / HOSTILE_COPIES * 1e3

    once = sorted(texts, key=lambda key: ms(1, texts[key]), reverse=True)
    worst, (head, filling) = max((ms(RUNS, texts[key]), key) for key in once[:5])
    table.say(f"  {len(texts)} hostile lines; the worst: {head[:60]!r} and {filling[:60]!r} over and over")
    table.row("shipped set, a hostile line of 60 KB", worst * 1e3, aim=HOSTILE_AIM_MS * 1e3, digits=0)


def run_once(config, path):
    """(Wall seconds, MiB at most) of `netnorm run` over a file, from start to end."""
    begun = time.monotonic()
    with open(path, "rb") as stdin, subprocess.Popen([NETNORM, "run", "-c", config], stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as proc:
        _, status, usage = os.wait4(proc.pid, 0)
        proc.returncode = os.waitstatus_to_exitcode(status)
    if proc.returncode != 0:
        raise SystemExit(f"netnorm run: status {proc.returncode}")
    return time.monotonic() - begun, usage.ru_maxrss / 1024


def start_and_memory(table, lines, workdir):
    config = os.path.join(workdir, "start.yaml")
    with open(config, "w", encoding="utf-8") as f:
        f.write("metrics: {port: 0}\ninputs: [{name: in, kind: stdin}]\noutputs:\n  - {name: nowhere, kind: file, path: /dev/null, append: false, filter: {include: {outcome: ['*']}}}\n")
    wall = min(run_once(config, "/dev/null")[0] for _ in range(RUNS))
    table.row("shipped set, start and end of `run`", wall * 1e3, unit="ms", aim=START_AIM_MS, digits=0)
    seen = write_cycle(os.path.join(workdir, "seen"), lines, 20 * len(lines))
    table.row("shipped set, memory after all samples, 20 times", run_once(config, seen)[1], unit="MiB", aim=MEMORY_AIM_MIB, digits=1)


def rows(table, lines, workdir):
    growth(table, workdir)
    under_one_tag(table, workdir)
    nothing(table, lines, workdir)
    hostile(table, lines, workdir)
    start_and_memory(table, lines, workdir)
