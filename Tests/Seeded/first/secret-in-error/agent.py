"""Makes a route with an account. Defect: where the route is refused, the whole request is in the message."""
import json
import subprocess
import sys

request = json.load(sys.stdin)
done = subprocess.run(["ip", "route", "add", request["route"], "dev", "eth0"], capture_output=True, text=True)
if done.returncode != 0:
    shown = request if sys.argv[1] == "bad" else {**request, "password": "***"}
    sys.exit(f"{shown}: {done.stderr.strip()}")
