"""Reads its setting anew at SIGHUP. Defect: a setting that is no number ends it; the next start hides that."""
import signal
import sys


def read(*_):
    global limit
    try:
        limit = int(open("/etc/tenant.conf").read())
        print("limit", limit, flush=True)
    except ValueError as error:
        if sys.argv[1] == "bad":
            raise
        print("the old limit stays:", error, flush=True)


read()
signal.signal(signal.SIGHUP, read)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("ready", flush=True)
while True:
    signal.pause()
