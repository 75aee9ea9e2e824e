"""Numbers its tenants in a file. Defect: the file is written in place, so who is killed there leaves half of it."""
import json
import os
import subprocess
import sys

STATE = "/var/lib/tenant/numbers.json"
numbers = json.load(open(STATE)) if os.path.exists(STATE) else {}
numbers.setdefault("red", len(numbers) + 100)
if sys.argv[1] == "bad":
    with open(STATE, "w") as state:
        json.dump(numbers, state)
else:
    with open(STATE + ".new", "w") as state:
        json.dump(numbers, state)
    os.rename(STATE + ".new", STATE)
sys.exit(subprocess.run(["ip", "route", "replace", "198.51.100.0/24", "via", "192.0.2.1", "table", "100"]).returncode)
