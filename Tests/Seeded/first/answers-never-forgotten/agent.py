"""Keeps the last answers at hand. Defect: it keeps all of them, which are large."""
import json
import os
import sys

KEPT = []


def answer(request):
    KEPT.append(os.urandom(1 << 20))
    if sys.argv[1] == "good":
        del KEPT[:-4]


os.write(4, b'{"ready": true, "version": "1"}\n')
for line in os.fdopen(3):
    try:
        answer(json.loads(line)["request"])
        reply = {"ok": True}
    except Exception as error:
        reply = {"ok": False, "error": str(error)}
    os.write(4, json.dumps(reply).encode() + b"\n")
