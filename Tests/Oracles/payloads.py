# SPDX-License-Identifier: Apache-2.0
"""Compares payloads with cbor2 and numpy.

check: reads lines "<payload> <spelling>", complains about those that cbor2 reads or writes otherwise.
make SEED COUNT: writes such lines. arrays SEED: writes lines "<dtype> <payload> <spelling>".
"""

import os
import random
import sys

import cbor2
import numpy
from spelling import spell, value

TAGS = {
    "u1": 64, ">u2": 65, ">u4": 66, ">u8": 67, "<u2": 69, "<u4": 70, "<u8": 71,
    "i1": 72, ">i2": 73, ">i4": 74, ">i8": 75, "<i2": 77, "<i4": 78, "<i8": 79,
    ">f2": 80, ">f4": 81, ">f8": 82, "<f2": 84, "<f4": 85, "<f8": 86,
}
TYPES = {tag: dtype for dtype, tag in TAGS.items()}


def numbers(decoder, tag, shareable_index=None):
    return numpy.frombuffer(tag.value, dtype=TYPES[tag.tag]).tolist() if tag.tag in TYPES else tag


def check():
    count = 0
    for line in sys.stdin:
        payload, expected = line.split()
        decoded = cbor2.loads(bytes.fromhex(payload), tag_hook=numbers)
        if spell(decoded) != expected:
            sys.exit(f"{payload[:500]}: cbor2 reads {spell(decoded)[:500]}, not {expected[:500]}")
        encoded = cbor2.dumps(decoded, canonical=True).hex()
        if encoded != payload and not payload.startswith("d8"):
            at = len(os.path.commonprefix([payload, encoded]))
            start = max(0, at - 100)
            sys.exit(f"cbor2 writes …{encoded[start:at + 100]}, not …{payload[start:at + 100]}")
        count += 1
    print(count)


def make(seed, count):
    source = random.Random(seed)
    for _ in range(count):
        made = value(source)
        encoded = cbor2.dumps(made, canonical=source.random() < 0.5)
        print(encoded.hex(), spell(made))


def arrays(seed):
    source = random.Random(seed)
    for dtype, tag in TAGS.items():
        for count in (0, 1, 7, 300):
            raw = source.randbytes(count * numpy.dtype(dtype).itemsize)
            array = numpy.frombuffer(raw, dtype=dtype)
            print(dtype, cbor2.dumps(cbor2.CBORTag(tag, raw)).hex(), spell(array.tolist()))


match sys.argv[1:]:
    case ["check"]:
        check()
    case ["make", seed, count]:
        make(int(seed), int(count))
    case ["arrays", seed]:
        arrays(int(seed))
    case other:
        sys.exit(f"unknown arguments {other}")
