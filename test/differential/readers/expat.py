"""Reads one XML text a line (Base64) with Python's expat; writes one line of JSON each: what it shows, or null."""

import base64
import json
import sys
from xml.parsers import expat


def facts(data):
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


for line in sys.stdin:
    try:
        print(json.dumps(facts(base64.b64decode(line))))
    except (expat.ExpatError, LookupError, ValueError):
        print("null")
