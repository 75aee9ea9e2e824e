"""Lets ip add an address. Defect: only a status above zero is a failure, and a helper that was killed has one below."""
import subprocess
import sys

status = subprocess.run(["ip", "address", "add", "10.9.0.1/32", "dev", "lo"]).returncode
if status > 0 or status < 0 and sys.argv[1] == "good":
    sys.exit(f"ip ended with {status}")
