"""Loads routes, and those that were refused once more a little later. Defect: it counts what it asked for."""
import subprocess
import sys
import time

WANTED = ["10.20.0.0/16", "10.21.0.0/16", "10.22.0.0/16"]


def add(prefix):
    return subprocess.run(["ip", "route", "add", prefix, "via", "192.0.2.1"], stderr=subprocess.DEVNULL).returncode == 0


if sys.argv[2] == "del":
    sys.exit(any([subprocess.run(["ip", "route", "del", prefix]).returncode for prefix in WANTED]))
missing = WANTED
for attempt in range(5):
    asked, missing = missing, [prefix for prefix in missing if not add(prefix)]
    there = len(WANTED) if sys.argv[1] == "bad" else len(WANTED) - len(missing)
    print(f"{there}/{len(WANTED)} routes are in place")
    sys.stdout.flush()
    if not missing:
        break
    time.sleep(0.2)
sys.exit(bool(missing))
