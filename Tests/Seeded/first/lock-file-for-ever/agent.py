"""Adds a route under a lock. Defect: the lock is a file that only its maker removes, so who is killed locks for ever."""
import fcntl
import os
import subprocess
import sys

LOCK = "/var/lib/tenant/lock"

if sys.argv[1] == "bad":
    try:
        os.close(os.open(LOCK, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        sys.exit("another one is at work")
else:
    held = os.open(LOCK, os.O_CREAT | os.O_WRONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
done = subprocess.run(["ip", "route", "replace", "198.51.100.0/24", "via", "192.0.2.1"])
if sys.argv[1] == "bad":
    os.unlink(LOCK)
sys.exit(done.returncode)
