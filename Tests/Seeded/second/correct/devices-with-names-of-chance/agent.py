"""Pairs of devices with names of chance, remembered in a file before they are made."""
import json
import os
import secrets
import subprocess
import sys

STATE = "/var/lib/agent/names.json"


def save(names):
    with open(STATE + ".new", "w") as file:
        json.dump(names, file)
    os.rename(STATE + ".new", STATE)


def ip(*words):
    return subprocess.run(["ip", *words], stderr=subprocess.DEVNULL).returncode == 0


names = json.load(open(STATE)) if os.path.exists(STATE) else []
if sys.argv[1] == "add":
    names += ["v" + secrets.token_hex(4) for _ in range(3 - len(names))]
    save(names)
    for n, name in enumerate(names):
        if not os.path.exists("/sys/class/net/" + name):
            ip("link", "add", name, "type", "veth", "peer", "name", "w" + name[1:]) or sys.exit("no device")
        ip("address", "replace", f"10.9.{n}.1/24", "dev", name) or sys.exit("no address")
elif names:
    for name in names:
        if os.path.exists("/sys/class/net/" + name):
            ip("link", "del", name) or sys.exit("not deleted")
    os.unlink(STATE)
