# SPDX-License-Identifier: Apache-2.0
"""Values in a notation that the Swift tests share (Value+Spelling.swift), and random ones."""

import math
import struct
import unicodedata


def spell(value):
    if value is None:
        return "n"
    if value is True:
        return "T"
    if value is False:
        return "F"
    if isinstance(value, int):
        return f"i{value}"
    if isinstance(value, float):
        return "dnan" if math.isnan(value) else "d" + struct.pack(">d", value).hex()
    if isinstance(value, str):
        return "t" + value.encode().hex()
    if isinstance(value, bytes):
        return "b" + value.hex()
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(spell, value)) + "]"
    if isinstance(value, dict):
        entries = sorted((key.encode().hex(), spell(entry)) for key, entry in value.items())
        return "{" + ",".join(f"{key}:{entry}" for key, entry in entries) + "}"
    raise TypeError(f"no spelling for {type(value)}")


def text(random):
    ranges = [(0x20, 0x7E)] * 3 + [(0, 0x1F), (0x7F, 0x7FF), (0x10000, 0x10FFFF)]
    return "".join(chr(random.randint(*random.choice(ranges))) for _ in range(size(random)))


def key(random):
    # Swift holds canonically equivalent strings for equal, so a dictionary has room for one only.
    return unicodedata.normalize("NFC", text(random))


def size(random, depth=0):
    large = random.randrange(20) == 0 and depth < 2
    return random.randint(20, 300) if large else random.randrange(5)


def number(random, json):
    while True:
        kind = random.randrange(4)
        if kind == 0:
            value = random.randint(-1000, 1000) / 8
        elif kind == 1:
            value = struct.unpack(">f", random.randbytes(4))[0]
        elif kind == 2 and not json:
            value = random.choice([math.inf, -math.inf, math.nan])
        else:
            value = struct.unpack(">d", random.randbytes(8))[0]
        if not json or math.isfinite(value):
            return value


def value(random, json=False, depth=0):
    kind = random.randrange(12 if depth < 5 else 8)
    if kind == 0:
        return None
    if kind == 1:
        return random.random() < 0.5
    if kind in (2, 3):
        bits = random.getrandbits(64) >> random.randrange(64)
        return bits if random.random() < 0.5 else ~(bits & (2**63 - 1))
    if kind in (4, 5):
        return number(random, json)
    if kind == 7 and not json:
        return random.randbytes(size(random))
    if kind in (6, 7):
        return text(random)
    if kind in (8, 9):
        return [value(random, json, depth + 1) for _ in range(size(random, depth))]
    return {key(random): value(random, json, depth + 1) for _ in range(size(random, depth))}
