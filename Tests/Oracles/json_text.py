# SPDX-License-Identifier: Apache-2.0
"""Compares JSON with Python's.

check: reads lines "<hexadecimal text> <spelling>", complains about those that Python reads otherwise.
make SEED COUNT: writes such lines.
"""

import json
import random
import sys

from spelling import spell, value


def check():
    count = 0
    for line in sys.stdin:
        text, expected = line.split()
        decoded = json.loads(bytes.fromhex(text).decode())
        if spell(decoded) != expected:
            sys.exit(f"{text[:500]}: Python reads {spell(decoded)[:500]}, not {expected[:500]}")
        count += 1
    print(count)


def make(seed, count):
    source = random.Random(seed)
    for _ in range(count):
        made = value(source, json=True)
        text = json.dumps(
            made,
            ensure_ascii=source.random() < 0.5,
            indent=source.choice([None, 0, 3, "\t"]),
            separators=source.choice([None, (",", ":"), (" , ", " :\r\n ")]),
        )
        print(text.encode().hex(), spell(made))


match sys.argv[1:]:
    case ["check"]:
        check()
    case ["make", seed, count]:
        make(int(seed), int(count))
    case other:
        sys.exit(f"unknown arguments {other}")
