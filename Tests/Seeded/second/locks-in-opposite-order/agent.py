"""Moves a tenant under two locks. Defect: each takes its own first, so two at once wait for each other."""
import fcntl
import os
import sys
import time

names = [sys.argv[2], "red" if sys.argv[2] == "blue" else "blue"]
for name in names if sys.argv[1] == "bad" else sorted(names):
    fcntl.flock(os.open(f"/var/lib/tenant/{name}.lock", os.O_CREAT | os.O_WRONLY), fcntl.LOCK_EX)
    time.sleep(0.2)
