"""What may be wrong with a device.  A fault changes the answer, or how its bytes go out; it knows nothing of sockets."""
import random

GARBAGE = random.Random(7).randbytes(300).replace(b"\0", b"\1")
WORDS = b"".join(b"%s %d, lorem ipsum (%d)\r\n" % (word, n, n * 7) for n, word in enumerate(b"dolor sit amet consectetur adipiscing elit".split()))
PIECE = 1 << 16

# The steps that a protocol takes to send something.
WAIT, SEND, STALL, CLOSE = "wait", "send", "stall", "close"


class Faults:
    """
    latency   seconds before each answer
    drip      a byte at a time, so many seconds between two (0 is allowed)
    dead      connections are accepted, nothing is ever said
    stall     no answer any more
    close     the connection ends in the middle of the answer
    garbage   "raw": in the place of what the protocol sends; "answer": in the place of the answer, within the protocol; "words": so, but lines of text
    huge      so many bytes of blanks in front of the answer to what a driver asks (a login has a limit of its own)
    after     stall, close, garbage and huge begin after so many answers
    """

    def __init__(self, latency=0, drip=None, dead=False, stall=False, close=False, garbage=None, huge=0, after=0):
        self.latency, self.drip, self.dead, self.stall, self.close = latency, drip, dead, stall, close
        self.garbage, self.huge, self.after = garbage, huge, after
        self.answered = 0

    def begun(self):
        return self.answered >= self.after

    def answer(self, data, own=True):
        """What is said in the place of an answer, before it is framed.  Not `own`: the session itself answers."""
        if not self.begun():
            return data
        if self.garbage in ("answer", "words"):
            return GARBAGE if self.garbage == "answer" else WORDS
        return b" " * (self.huge if own else 0) + data

    def steps(self, data):
        """(step, its argument) to send one framed answer."""
        begun = self.begun()
        self.answered += 1
        if self.latency:
            yield WAIT, self.latency
        if begun and self.stall:
            yield STALL, None
        elif begun and self.garbage == "raw":
            yield SEND, GARBAGE
        elif begun and self.close:
            yield SEND, data[:len(data) // 2]
            yield CLOSE, None
        elif self.drip is not None:
            yield from self.drops(data)
        else:
            for i in range(0, len(data), PIECE):
                yield SEND, data[i:i + PIECE]

    def drops(self, data):
        for i in range(len(data)):
            yield SEND, data[i:i + 1]
            if self.drip:
                yield WAIT, self.drip
