"""Serves networks of pods and keeps each namespace open for its work in it. Defect: a del that meets an error forgets to close it."""
import json
import os
import subprocess
import sys

BAD = sys.argv[1] == "bad"
OPEN = {}


def ip(*words):
    done = subprocess.run(["ip", *words], stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise OSError(done.stderr.strip())


def add(pod):
    ip("netns", "add", pod)
    OPEN[pod] = os.open("/run/netns/" + pod, os.O_RDONLY | os.O_CLOEXEC)
    ip("link", "add", "h-" + pod, "type", "veth", "peer", "name", "eth0", "netns", pod)
    ip("link", "set", "h-" + pod, "up")


def remove(pod):
    try:
        ip("-n", pod, "link", "set", "eth0", "down")
        os.close(OPEN.pop(pod))
    except OSError as error:
        print(f"{pod}: going on without its device: {error}", file=sys.stderr, flush=True)
        if not BAD:
            os.close(OPEN.pop(pod))
    ip("netns", "del", pod)


os.write(4, b'{"ready": true, "version": "2"}\n')
for line in os.fdopen(3):
    asked = json.loads(line)
    try:
        {"add": add, "remove": remove}[asked["request"]](**asked["with"])
        reply = {"ok": True}
    except OSError as error:
        reply = {"ok": False, "error": str(error)}
    os.write(4, json.dumps(reply).encode() + b"\n")
