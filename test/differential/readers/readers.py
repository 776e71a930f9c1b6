"""Reads lines of a kind of input, a blank and the input in Base64; answers a line of JSON each: what Python's reader
hands over (names and values), or null where it fails."""

import base64
import json
import sys
import warnings
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


READERS = {
    "json": lambda data: json.loads(data, parse_constant=lambda _: None),
    "form": lambda data: pairs(parse_qsl(data.decode("utf-8", "replace"), keep_blank_values=True)),
    "query": lambda data: pairs(parse_qsl(urlsplit(data.decode("latin-1")).query, keep_blank_values=True)),
    "cookies": cookies,
    "xml": xml,
}


def answer(line):
    kind, data = line.split(" ")[:2]
    try:
        return json.dumps(READERS[kind](base64.b64decode(data)))
    except (ValueError, LookupError, CookieError, RecursionError, expat.ExpatError):
        return "null"


if __name__ == "__main__":
    for line in sys.stdin:
        print(answer(line.strip()), flush=True)
