"""Answers how much its port has sent. Defect: the file of each answer stays open."""
import json
import os
import sys

KEPT = []


def answer(request):
    counter = os.open("/sys/class/net/eth0/statistics/tx_bytes", os.O_RDONLY)
    os.read(counter, 64)
    if sys.argv[1] == "bad":
        KEPT.append(counter)
    else:
        os.close(counter)


os.write(4, b'{"ready": true, "version": "1"}\n')
for line in os.fdopen(3):
    try:
        answer(json.loads(line)["request"])
        reply = {"ok": True}
    except Exception as error:
        reply = {"ok": False, "error": str(error)}
    os.write(4, json.dumps(reply).encode() + b"\n")
