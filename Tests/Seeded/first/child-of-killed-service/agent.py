"""A daemon with a helper. Defect: the helper lives on when its daemon was killed, and the next daemon makes another."""
import ctypes
import signal
import subprocess
import sys


def go_with_parent():
    if sys.argv[1] == "good":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


helper = subprocess.Popen(["sleep", "1000"], preexec_fn=go_with_parent)


def leave(*_):
    helper.terminate()
    helper.wait()
    sys.exit(0)


signal.signal(signal.SIGTERM, leave)
print("ready", flush=True)
while True:
    signal.pause()
