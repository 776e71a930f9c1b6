"""Reads lines of a kind of input, a blank and the input in Base64; answers a line of JSON each: what Python's reader
hands over (names and values), or null where it fails."""

import base64
import json
import sys
import warnings
from email import message_from_bytes
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlsplit
from xml.parsers import expat

warnings.simplefilter("ignore")


def pairs(found):
    return [text for pair in found for text in pair]


def cookies(data):
    jar = SimpleCookie()
    jar.load(data.decode("latin-1"))
    return [text for name, morsel in jar.items() for text in (name, morsel.value)]


def xml(data):
    """Names, texts of elements without those of their children, and texts with those of all descendants."""
    names, values, joined = [], [], []
    levels = [["", "", 0]]
    content = []

    def flush():
        level = levels[-1]
        if level[1]:
            values.append(level[1])
            level[0] += level[1]
            level[1] = ""

    def start(name, attributes):
        flush()
        names.append(name)
        for key, value in attributes.items():
            names.append(key)
            values.append(value)
        levels.append(["", "", len(content)])

    def end(_name):
        flush()
        level = levels.pop()
        values.append(level[0])
        joined.append("".join(content[level[2]:]))

    def text(data):
        levels[-1][1] += data
        content.append(data)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.CommentHandler = values.append
    parser.ProcessingInstructionHandler = lambda target, data: (names.append(target), values.append(data))
    parser.Parse(data, True)
    return {"names": names, "values": values, "joined": joined}


def multipart(data, media_type):
    """Fields and files as programs read them with the standard library since it has no module `cgi` any more."""
    message = message_from_bytes(b"Content-Type: " + media_type + b"\r\n\r\n" + data)
    found = []
    for part in message.get_payload() if message.is_multipart() else []:
        name = part.get_param("name", header="content-disposition")
        filename = part.get_filename()
        found.append([name if isinstance(name, str) else None, filename, None if filename else value(part)])
    return found


def value(part):
    data = part.get_payload(decode=True)
    if data is None:
        return None
    try:
        return data.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


READERS = {
    "json": lambda data: json.loads(data, parse_constant=lambda _: None),
    "form": lambda data: pairs(parse_qsl(data.decode("utf-8", "replace"), keep_blank_values=True)),
    "query": lambda data: pairs(parse_qsl(urlsplit(data.decode("latin-1")).query, keep_blank_values=True)),
    "cookies": cookies,
    "xml": xml,
}
TYPED_READERS = {"multipart": multipart}


def answer(line):
    kind, data, media_type = (line + "  ").split(" ")[:3]
    data = base64.b64decode(data)
    try:
        if kind in TYPED_READERS:
            return json.dumps(TYPED_READERS[kind](data, base64.b64decode(media_type)))
        return json.dumps(READERS[kind](data))
    except (ValueError, LookupError, CookieError, RecursionError, expat.ExpatError):
        return "null"


if __name__ == "__main__":
    for line in sys.stdin:
        print(answer(line.strip()), flush=True)
