"""A rule and a route in its table. Defect: a rule that somebody else took away stops del before it comes to the route."""
import subprocess
import sys

RULE = ["from", "10.9.0.5", "table", "100", "priority", "500"]
ROUTE = ["198.51.100.0/24", "via", "192.0.2.1", "table", "100"]


def ip(*words):
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode != 0:
        if sys.argv[1] == "good" and sys.argv[2] == "del" and "No such" in done.stderr:
            return
        sys.exit(done.stderr)


ip("rule", sys.argv[2], *RULE)
ip("route", sys.argv[2], *ROUTE)
