"""Notes a tenant in a common file. Defect: read, change and write without a lock, so of two at once one is lost."""
import fcntl
import json
import os
import sys

STATE = "/var/lib/tenant/tenants.json"
lock = os.open("/var/lib/tenant/lock", os.O_WRONLY)
if sys.argv[1] == "good":
    fcntl.flock(lock, fcntl.LOCK_EX)
tenants = json.load(open(STATE))
with open(STATE + "." + sys.argv[2], "w") as state:
    json.dump(sorted({*tenants, sys.argv[2]}), state)
os.rename(STATE + "." + sys.argv[2], STATE)
