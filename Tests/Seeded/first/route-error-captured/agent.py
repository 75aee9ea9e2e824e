"""An address and a route. Defect: the output of ip is captured, its status never looked at."""
import subprocess
import sys


def ip(*words):
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode != 0 and sys.argv[1] == "good":
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")


try:
    ip("address", "add", "10.9.0.1/24", "dev", "eth0")
    try:
        ip("route", "add", "198.51.100.0/24", "via", "192.0.2.1")
    except RuntimeError:
        ip("address", "del", "10.9.0.1/24", "dev", "eth0")
        raise
except RuntimeError as error:
    sys.exit(str(error))
