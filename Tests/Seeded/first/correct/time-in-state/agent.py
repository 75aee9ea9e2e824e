"""Keeps when and by which process a tenant was touched; the time is another in every run."""
import json
import os
import subprocess
import sys
import time

STATE = "/var/lib/agent/tenants.json"
tenants = json.load(open(STATE)) if os.path.exists(STATE) else {}
if sys.argv[1] == "add":
    tenants["red"] = {"since": time.time(), "by": os.getpid(), "pad": "x" * (time.time_ns() % 7)}
    subprocess.run(["ip", "address", "replace", "10.9.0.1/32", "dev", "lo"], check=True)
elif tenants.pop("red", None):
    subprocess.run(["ip", "address", "del", "10.9.0.1/32", "dev", "lo"], check=True)
if tenants:
    with open(STATE + ".new", "w") as state:
        json.dump(tenants, state)
    os.rename(STATE + ".new", STATE)
elif os.path.exists(STATE):
    os.unlink(STATE)
