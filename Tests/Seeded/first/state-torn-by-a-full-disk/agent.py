"""Keeps leases in a file that it writes anew. Defect: it is written in place, so a full disk leaves none of it, and no later lease is given."""
import json
import os
import sys

STATE = "/var/lib/leases/leases.json"
with open(STATE) as file:
    leases = json.load(file)
leases["red"] = "10.9.0.%d" % (len(leases) + 2)
leases.setdefault("history", []).append("red " * 2000)
path = STATE if sys.argv[1] == "bad" else STATE + ".new"
try:
    with open(path, "w") as file:
        json.dump(leases, file)
        file.flush()
        os.fsync(file.fileno())
    if path != STATE:
        os.replace(path, STATE)
except OSError as error:
    if path != STATE:
        os.unlink(path)
    sys.exit(f"lease for red: {error}")
print(leases["red"])
