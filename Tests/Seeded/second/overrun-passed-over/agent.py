"""Mirrors in a file whether there is a route to 203.0.113.0/24. Defect: an overrun of its socket is passed over, and the mirror stays wrong."""
import os
import signal
import socket
import subprocess
import sys

SEEN = "/var/lib/tenant/seen"


def mirror():
    if subprocess.run(["ip", "route", "show", "203.0.113.0/24"], capture_output=True).stdout:
        open(SEEN, "w").close()
    elif os.path.exists(SEEN):
        os.unlink(SEEN)


news = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
news.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
news.bind((0, 0x40))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
mirror()
print("ready", flush=True)
while True:
    try:
        message = news.recv(65536)
    except OSError:
        if sys.argv[1] == "good":
            mirror()
        continue
    if bytes([203, 0, 113, 0]) in message:
        mirror()
