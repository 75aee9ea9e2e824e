"""Gives an address and writes down to whom. Defect: that the writing failed is passed over."""
import os
import subprocess
import sys

STATE = "/var/lib/tenant/10.9.0.2"
subprocess.run(["ip", "address", "replace", "10.9.0.2/32", "dev", "lo"], check=True)
try:
    lease = os.open(STATE, os.O_CREAT | os.O_WRONLY, 0o644)
    os.write(lease, b"red\n")
    os.close(lease)
except OSError as error:
    if sys.argv[1] == "good":
        subprocess.run(["ip", "address", "del", "10.9.0.2/32", "dev", "lo"], check=True)
        os.unlink(STATE)
        sys.exit(f"the lease could not be written: {error}")
