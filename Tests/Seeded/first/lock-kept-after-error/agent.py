"""Makes a route under a lock. Defect: where that is refused, the lock is kept, and every other agent waits."""
import fcntl
import json
import os
import subprocess
import sys

LOCKS = []


def answer(request):
    lock = open("/run/tenant.lock", "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    LOCKS.append(lock)
    try:
        subprocess.run(["ip", "route", "add", "198.51.100.0/24", "dev", "eth0"], check=True)
    except subprocess.CalledProcessError:
        if sys.argv[1] == "good":
            LOCKS.pop().close()
        raise
    LOCKS.pop().close()


os.write(4, b'{"ready": true, "version": "1"}\n')
for line in os.fdopen(3):
    try:
        answer(json.loads(line)["request"])
        reply = {"ok": True}
    except Exception as error:
        reply = {"ok": False, "error": str(error)}
    os.write(4, json.dumps(reply).encode() + b"\n")
