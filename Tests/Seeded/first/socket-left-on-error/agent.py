"""Opens a socket for a tenant and makes its route. Defect: where the route is refused, the socket stays open."""
import json
import os
import socket
import subprocess
import sys

OPEN = []


def answer(request):
    listening = socket.socket(socket.AF_UNIX)
    listening.bind("\0tenant-a")
    listening.listen()
    OPEN.append(listening)
    done = subprocess.run(["ip", "route", "add", "198.51.100.0/24", "dev", "eth0"])
    if done.returncode != 0:
        if sys.argv[1] == "good":
            OPEN.pop().close()
        raise RuntimeError("the route was refused")


os.write(4, b'{"ready": true, "version": "1"}\n')
for line in os.fdopen(3):
    try:
        answer(json.loads(line)["request"])
        reply = {"ok": True}
    except Exception as error:
        reply = {"ok": False, "error": str(error)}
    os.write(4, json.dumps(reply).encode() + b"\n")
