"""Listens for its tenants anew with each reload. Defect: without its settings it forgets to."""
import json
import os
import socket
import sys

LISTENING = []


def listen():
    listening = socket.socket(socket.AF_UNIX)
    listening.bind("\0tenant")
    listening.listen()
    LISTENING.append(listening)


def answer(request):
    while LISTENING:
        LISTENING.pop().close()
    try:
        with open("/etc/tenant.conf", "r+") as settings:
            settings.read()
    except OSError as error:
        if sys.argv[1] == "bad":
            print("no settings, the usual ones then:", error, file=sys.stderr)
            return
    listen()


listen()


os.write(4, b'{"ready": true, "version": "1"}\n')
for line in os.fdopen(3):
    try:
        answer(json.loads(line)["request"])
        reply = {"ok": True}
    except Exception as error:
        reply = {"ok": False, "error": str(error)}
    os.write(4, json.dumps(reply).encode() + b"\n")
