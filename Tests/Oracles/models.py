# SPDX-License-Identifier: Apache-2.0

"""Model files by the safetensors package: it writes them, and judges those that others wrote.

Reads {"folder": path, "judge": [path, ...]}. Into the folder it writes models; it gives back

{"models": [{"name", "tensors": [{"name", "dtype", "shape"}, ...], "parameters", "bytes"}, ...],
 "sound": [true | false, ...]}

with the tensors in the order of their data, and for each path whether the package opens it.
"""

import json
import os
import sys

import numpy
import safetensors
import safetensors.numpy

DTYPES = {
    "bool": "BOOL", "uint8": "U8", "int8": "I8", "uint16": "U16", "int16": "I16", "uint32": "U32",
    "int32": "I32", "uint64": "U64", "int64": "I64", "float16": "F16", "float32": "F32",
    "float64": "F64",
}


def models():
    random = numpy.random.default_rng(3)
    yield "empty", {}, None
    yield "one", {"weight": random.random((3, 4), dtype=numpy.float32)}, None
    yield "scalar", {"x": numpy.array(2.5)}, {"format": "np", "note": "a \"quoted\" \u00fcber-note"}
    yield "kinds", {
        f"a.{kind}": (random.random((2, 3, 5)) * 100).astype(kind) for kind in DTYPES
    }, {"format": "np"}
    yield "nothing-in-it", {"none": numpy.zeros((0, 7)), "some": numpy.ones(3)}, None
    yield "layers", {
        f"layers.{layer}.{part}": random.random(shape)
        for layer in range(40)
        for part, shape in [("weight", (16, 8)), ("bias", (16,))]
    }, None


def order(path):
    """The names of the tensors in the order of their data, from the header itself."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    header.pop("__metadata__", None)
    return sorted(header, key=lambda name: (*header[name]["data_offsets"], name))


def write(folder, name, tensors, metadata):
    path = os.path.join(folder, f"{name}.safetensors")
    safetensors.numpy.save_file(tensors, path, metadata=metadata)
    described = [
        {
            "name": tensor,
            "dtype": DTYPES[str(tensors[tensor].dtype)],
            "shape": list(tensors[tensor].shape),
        }
        for tensor in order(path)
    ]
    return {
        "name": name,
        "tensors": described,
        "parameters": sum(tensor.size for tensor in tensors.values()),
        "bytes": sum(tensor.nbytes for tensor in tensors.values()),
    }


def is_sound(path):
    try:
        with safetensors.safe_open(path, framework="np"):
            return True
    except (safetensors.SafetensorError, OSError):
        return False


question = json.load(sys.stdin)
written = [write(question["folder"], *model) for model in models()]
sound = [is_sound(path) for path in question["judge"]]
json.dump({"models": written, "sound": sound}, sys.stdout)
