"""A daemon with a pid file. Defect: a pid file is taken for a daemon, whether its process lives or not."""
import os
import signal
import sys

PATH = "/run/tenant.pid"


def leave(*_):
    os.unlink(PATH)
    sys.exit(0)


if os.path.exists(PATH):
    pid = open(PATH).read()
    if sys.argv[1] == "bad" or os.path.exists(f"/proc/{pid}"):
        print("there is one", flush=True)
        sys.exit(0)
signal.signal(signal.SIGTERM, leave)
with open(PATH, "w") as file:
    file.write(str(os.getpid()))
print("ready", flush=True)
while True:
    signal.pause()
