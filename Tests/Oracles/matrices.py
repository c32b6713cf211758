# SPDX-License-Identifier: Apache-2.0

"""Products of matrices by NumPy.

Reads {"cases": [{"operation": "matmul" | "attention", "operands": [matrix, ...]}, ...]} and writes
[matrix, ...], where a matrix is {"rows": r, "columns": c, "values": [...]}, row after row.
"""

import json
import sys

import numpy

OPERATIONS = {
    "matmul": lambda a, b: a @ b,
    "attention": lambda query, key, value: query @ key.T @ value,
}


def matrix(operand):
    values = numpy.array(operand["values"], dtype=numpy.float64)
    return values.reshape(operand["rows"], operand["columns"])


def answer(case):
    result = OPERATIONS[case["operation"]](*map(matrix, case["operands"]))
    rows, columns = result.shape
    return {"rows": rows, "columns": columns, "values": result.ravel().tolist()}


json.dump([answer(case) for case in json.load(sys.stdin)["cases"]], sys.stdout)
