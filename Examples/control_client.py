# SPDX-License-Identifier: Apache-2.0

"""Calls a method of a running host over its control socket: JSON-RPC 2.0, one value per line.

    python3 control_client.py .backplane/host.sock echo.echoer '[[1,2,3]]'
    python3 control_client.py .backplane/host.sock echo.requester '[3]' compute.double

Prints each message of the call, then its result. The method that the last argument names answers
what the call asks.
"""

import json
import socket
import sys


def call(path, target, params, answering=None):
    """Calls `target`; yields its messages, then its result or error."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        lines = connection.makefile("rw", encoding="utf-8")

        def send(**value):
            print(json.dumps({"jsonrpc": "2.0", **value}), file=lines, flush=True)

        takes = {"messages": True, "requests": answering is not None}
        send(id=0, method=target, params=params, meta=takes)
        questions = {}  # by the id of the call that answers
        for value in map(json.loads, lines):
            if value.get("method") == "comm/message":
                message = value["params"]
                yield {"message": message["data"], "identifier": message["identifier"]}
            elif value.get("method") == "comm/request":
                number = len(questions) + 1
                questions[number] = value["id"]
                send(id=number, method=answering, params=[value["params"]["data"]])
            elif value["id"] in questions:
                send(**{**value, "id": questions[value["id"]]})
            else:
                yield {key: value[key] for key in ("result", "error") if key in value}
                return


if __name__ == "__main__":
    for line in call(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), *sys.argv[4:5]):
        print(json.dumps(line), flush=True)
