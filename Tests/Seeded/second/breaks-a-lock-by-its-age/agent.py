"""Notes a tenant in a common file under a lock. Defect: a lock that is half a second old is taken for a dead one's, and broken."""
import fcntl
import json
import os
import sys
import time

LOCK, STATE = "/var/lib/tenant/lock", "/var/lib/tenant/tenants.json"
if sys.argv[1] == "good":
    fcntl.flock(os.open(LOCK, os.O_CREAT | os.O_WRONLY), fcntl.LOCK_EX)
while sys.argv[1] == "bad":
    try:
        os.close(os.open(LOCK, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        break
    except FileExistsError:
        try:
            if time.time() - os.stat(LOCK).st_mtime > 0.5:
                os.unlink(LOCK)
        except FileNotFoundError:
            pass
        time.sleep(0.02)
tenants = json.load(open(STATE)) if os.path.exists(STATE) else []
mine = STATE + "." + sys.argv[2]
with open(mine, "w") as state:
    json.dump(sorted({*tenants, sys.argv[2]}), state)
os.rename(mine, STATE)
if sys.argv[1] == "bad" and os.path.exists(LOCK):
    os.unlink(LOCK)
