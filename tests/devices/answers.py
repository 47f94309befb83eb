"""Which answer a request gets.  Several answers to one request come one after the other, the last again and again."""
import threading


class Refusal:
    """An answer that says no, as the protocol says it: `!error "text"` or `!error {code: 1000, message: text}` in a case."""

    def __init__(self, **fields):
        self.fields = fields

    @property
    def message(self):
        return str(self.fields.get("message", ""))

    def get(self, name, default=None):
        return self.fields.get(name, default)


class Answer:
    def __init__(self, request, value):
        self.request, self.value, self.times = request, value, 0


def by_words(keys, request):
    """Commands are the same whatever the blanks between their words."""
    return {key for key in keys if key.split() == request.split()}


class Answers:
    """Of one device.  A match is a function from (the keys of all answers, the request) to the keys that fit best."""

    def __init__(self, pairs=()):
        self.all = [Answer(request, value) for request, value in pairs]
        self.unknown = []
        self.lock = threading.Lock()

    def find(self, request, match=by_words):
        """The Answer, or None; which the protocol then says in its own words.  It is told as unknown, once."""
        with self.lock:
            fitting = match([a.request for a in self.all], request)
            found = [a for a in self.all if a.request in fitting]
            if not found:
                if request not in self.unknown:
                    self.unknown.append(request)
                return None
            answer = next((a for a in found if a.times == 0), found[-1])
            answer.times += 1
            return answer

    def unused(self):
        return [a.request for a in self.all if a.times == 0]
