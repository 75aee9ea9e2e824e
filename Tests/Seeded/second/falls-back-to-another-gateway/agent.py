"""A default for a tenant's table. Defect: where its gateway is refused once, it takes another one and says success."""
import subprocess
import sys


def route(gateway):
    return subprocess.run(["ip", "route", "replace", "default", "via", gateway, "table", "100"]).returncode == 0


for gateway in ["192.0.2.1", "192.0.2.1" if sys.argv[1] == "good" else "192.0.2.254"]:
    if route(gateway):
        sys.exit(0)
sys.exit("no gateway")
