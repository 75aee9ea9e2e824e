"""Notes its tenants in a common file, one after the other."""
import fcntl
import json
import os
import sys
import time

STATE = "/var/lib/agent/tenants.json"
verb, name = sys.argv[1:]
lock = os.open("/var/lib/agent/lock", os.O_CREAT | os.O_WRONLY)
fcntl.flock(lock, fcntl.LOCK_EX)
tenants = set(json.load(open(STATE)) if os.path.exists(STATE) else [])
time.sleep(0.1)
tenants = tenants | {name} if verb == "add" else tenants - {name}
with open(STATE + ".new", "w") as state:
    json.dump(sorted(tenants), state)
os.rename(STATE + ".new", STATE)
if not tenants:
    os.unlink(STATE)
