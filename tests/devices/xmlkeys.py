"""
How a request in XML finds its answer.  A key is the operation's XML (`<get-x><terse/></get-x>`; white space around text, prefixes and namespaces do not
count), or names of elements, each within the one before, not always as its child: `get / interfaces / interface-name=ge-0/0/1`.  NAME=TEXT
asks for the text of an element, @NAME=TEXT for an attribute of the element before.  XML that is equal goes before names, more names before fewer.
"""
import functools
from xml.etree import ElementTree


def local(name):
    return name.rpartition("}")[2]


def plain(element):
    """As something to compare."""
    attributes = tuple(sorted((name, value) for name, value in element.attrib.items() if "{" not in name))
    return local(element.tag), attributes, (element.text or "").strip(), tuple(plain(child) for child in element)


@functools.lru_cache(maxsize=1024)
def parsed(text):
    """The elements that `text` consists of."""
    return list(ElementTree.fromstring(f"<all>{text}</all>"))


@functools.lru_cache(maxsize=1024)
def parts_of(key):
    """[(name, text or None, [(attribute, value)])]"""
    parts = []
    for word in key.split(" / "):
        name, equals, text = word.strip().partition("=")
        if name.startswith("@") and parts:
            parts[-1][2].append((name[1:], text))
        else:
            parts.append((name, text if equals else None, []))
    return parts


def fits(element, part):
    name, text, attributes = part
    return local(element.tag) == name and (text is None or (element.text or "").strip() == text) \
        and all(element.get(attribute) == value for attribute, value in attributes)


def within(elements, parts):
    """Is there a line of descent that has all the parts?"""
    return not parts or any(
        within(list(below), parts[1:]) for element in elements for below in element.iter() if fits(below, parts[0]))


def weight(key, elements):
    """How well a key fits: 0 for not at all."""
    if key.lstrip().startswith("<"):
        return 1000 if [plain(e) for e in parsed(key)] == [plain(e) for e in elements] else 0
    parts = parts_of(key)
    if not within(elements, parts):
        return 0
    return 2 * sum(1 + (text is not None) + len(attributes) for _name, text, attributes in parts) + (parts[0][0] == local(elements[0].tag))


class Match:
    """For Answers.find(): the request's text stands for its elements."""

    def __init__(self, elements):
        self.elements = elements

    def __call__(self, keys, _request):
        weights = {key: weight(key, self.elements) for key in keys}
        best = max(weights.values(), default=0)
        return {key for key, value in weights.items() if value == best and best}


def request_text(elements):
    """Short XML, as a case may have it as a key."""
    def text(node):
        name, attributes, words, children = node
        inside = words + "".join(text(child) for child in children)
        head = name + "".join(f' {key}="{value}"' for key, value in attributes)
        return f"<{head}>{inside}</{name}>" if inside else f"<{head}/>"
    return "".join(text(plain(e)) for e in elements)
