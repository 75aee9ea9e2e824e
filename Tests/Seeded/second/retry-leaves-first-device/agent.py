"""A pair of devices with names of chance. Defect: a second try makes a second pair and forgets the first."""
import os
import secrets
import subprocess
import sys

STATE = "/var/lib/tenant/red"


def ip(*words):
    return subprocess.run(["ip", *words]).returncode == 0


if sys.argv[2] == "del":
    if os.path.exists(STATE):
        name = open(STATE).read()
        if not ip("link", "del", name):
            sys.exit("not deleted")
        os.unlink(STATE)
    sys.exit(0)
for attempt in range(3):
    name = "t" + secrets.token_hex(4)
    if ip("link", "add", name, "type", "veth", "peer", "name", "p" + name[1:]):
        if ip("address", "add", "10.9.0.1/24", "dev", name):
            break
        if sys.argv[1] == "good":
            ip("link", "del", name)
else:
    sys.exit("given up")
with open(STATE, "w") as state:
    state.write(name)
