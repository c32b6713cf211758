# SPDX-License-Identifier: Apache-2.0

"""Byte-level BPE by its rule, as slowly and plainly as it can be said.

Reads {"cases": [{"train": base64, "vocabulary_size": n, "encode": [base64, ...]}, ...]} and writes
[{"merges": [[a, b], ...], "encoded": [[id, ...], ...]}, ...].
"""

import base64
import collections
import json
import sys


def replace(ids, pair, token):
    """Replaces the pair by the token, from left to right."""
    result = []
    i = 0
    while i < len(ids):
        if i + 1 < len(ids) and ids[i] == pair[0] and ids[i + 1] == pair[1]:
            result.append(token)
            i += 2
        else:
            result.append(ids[i])
            i += 1
    return result


def train(text, vocabulary_size):
    """Merges the most frequent adjacent pair, the smallest among equals, while one occurs twice."""
    ids = list(text)
    merges = []
    while 256 + len(merges) < vocabulary_size:
        counts = collections.Counter(zip(ids, ids[1:]))
        if not counts:
            break
        pair = min(counts, key=lambda pair: (-counts[pair], pair))
        if counts[pair] < 2:
            break
        ids = replace(ids, pair, 256 + len(merges))
        merges.append(pair)
    return merges


def encode(text, merges):
    """Applies the merges in the order learned."""
    ids = list(text)
    for rank, pair in enumerate(merges):
        ids = replace(ids, pair, 256 + rank)
    return ids


def answer(case):
    merges = train(base64.b64decode(case["train"]), case["vocabulary_size"])
    texts = [base64.b64decode(text) for text in case["encode"]]
    return {"merges": merges, "encoded": [encode(text, merges) for text in texts]}


json.dump([answer(case) for case in json.load(sys.stdin)["cases"]], sys.stdout)
