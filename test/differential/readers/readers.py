"""Reads lines of a kind of input, a blank and the input in Base64; answers a line of JSON each: what Python's reader
hands over (names and values), or null where it fails."""

import base64
import json
import sys
import warnings
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlsplit

warnings.simplefilter("ignore")


def pairs(found):
    return [text for pair in found for text in pair]


def cookies(data):
    jar = SimpleCookie()
    jar.load(data.decode("latin-1"))
    return [text for name, morsel in jar.items() for text in (name, morsel.value)]


READERS = {
    "json": lambda data: json.loads(data, parse_constant=lambda _: None),
    "form": lambda data: pairs(parse_qsl(data.decode("utf-8", "replace"), keep_blank_values=True)),
    "query": lambda data: pairs(parse_qsl(urlsplit(data.decode("latin-1")).query, keep_blank_values=True)),
    "cookies": cookies,
}

for line in sys.stdin:
    kind, _, data = line.strip().partition(" ")
    try:
        print(json.dumps(READERS[kind](base64.b64decode(data))), flush=True)
    except (ValueError, CookieError, RecursionError):
        print("null", flush=True)
