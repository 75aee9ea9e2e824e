"""Makes its routes and rules in an order of chance; what is there in the end is always the same."""
import random
import subprocess
import sys

WORK = [["route", f"198.51.{n}.0/24", "via", "192.0.2.1"] for n in range(4)]
WORK += [["rule", "from", f"10.9.0.{n}", "table", "100", "priority", str(500 + n)] for n in range(4)]
random.shuffle(WORK)
for kind, *words in WORK:
    if sys.argv[1] == "add":
        verb = "replace" if kind == "route" else "add"
        done = subprocess.run(["ip", kind, verb, *words], capture_output=True, text=True)
        if done.returncode and "File exists" not in done.stderr:
            sys.exit(done.stderr)
    else:
        done = subprocess.run(["ip", kind, "del", *words], capture_output=True, text=True)
        if done.returncode and "No such" not in done.stderr:
            sys.exit(done.stderr)
