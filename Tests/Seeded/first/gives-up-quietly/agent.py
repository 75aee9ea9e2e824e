"""Lets a helper make a bridge and gives it an address. Defect: it waits 0.3 s, and then says success without the bridge."""
import os
import subprocess
import sys
import time

helper = subprocess.Popen(["ip", "link", "add", "red0", "type", "bridge"])
if sys.argv[1] == "bad":
    until = time.monotonic() + 0.3
    while helper.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
elif helper.wait() != 0:
    sys.exit("no bridge")
if os.path.exists("/sys/class/net/red0"):
    sys.exit(subprocess.run(["ip", "address", "add", "10.9.0.1/24", "dev", "red0"]).returncode)
