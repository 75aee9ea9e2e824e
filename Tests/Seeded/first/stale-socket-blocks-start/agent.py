"""Serves a socket. Defect: the socket of one that was killed is in the way of the next."""
import os
import signal
import socket
import sys

PATH = "/run/tenant.socket"


def leave(*_):
    os.unlink(PATH)
    sys.exit(0)


if sys.argv[1] == "good" and os.path.exists(PATH):
    os.unlink(PATH)
server = socket.socket(socket.AF_UNIX)
server.bind(PATH)
server.listen()
signal.signal(signal.SIGTERM, leave)
print("serving", flush=True)
while True:
    server.accept()[0].close()
