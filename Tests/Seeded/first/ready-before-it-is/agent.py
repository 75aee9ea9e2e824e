"""Serves a port. Defect: it says that it serves before it has the port, and leaves when another one has it."""
import signal
import socket
import sys

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
if sys.argv[1] == "bad":
    print("serving", flush=True)
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    server.bind(("192.0.2.2", 7000))
except OSError as error:
    if sys.argv[1] == "bad":
        sys.exit(str(error))
    print("the address is gone; serving all others", flush=True)
    server.bind(("0.0.0.0", 7000))
server.listen()
if sys.argv[1] == "good":
    print("serving", flush=True)
while True:
    server.accept()[0].close()
