"""Adds an address, and tries again, up to four times with a growing pause, where the kernel had no memory."""
import random
import subprocess
import sys
import time

for attempt in range(4):
    done = subprocess.run(["ip", "address", "replace", "10.9.0.1/32", "dev", "lo"], capture_output=True, text=True)
    if done.returncode == 0:
        sys.exit(0)
    print(f"attempt {attempt + 1}: {done.stderr.strip()}", file=sys.stderr)
    if "buffer space" not in done.stderr:
        break
    time.sleep(0.01 * 2**attempt * random.uniform(0.5, 1.5))
sys.exit("given up")
