"""Gives leases by a unix socket, as nobody: it writes nothing but its own folder, and makes nothing that it cannot take away."""
import json
import os
import signal
import socket
import sys

HERE = "/var/lib/leases"
SOCKET, STATE = HERE + "/socket", HERE + "/leases.json"


def serve():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if os.path.exists(SOCKET):
        os.unlink(SOCKET)
    leases = json.load(open(STATE)) if os.path.exists(STATE) else {}
    with socket.socket(socket.AF_UNIX) as listening:
        try:
            listening.bind(SOCKET)
            listening.listen()
            print("serving as", os.getuid(), "with", len(leases), "leases", flush=True)
            while True:
                with listening.accept()[0] as asked:
                    name = asked.recv(64).decode()
                    leases.setdefault(name, f"10.9.0.{len(leases) + 2}")
                    with open(STATE + ".new", "w") as file:
                        json.dump(leases, file)
                    os.replace(STATE + ".new", STATE)
                    asked.sendall(leases[name].encode())
        finally:
            os.unlink(SOCKET)


def ask():
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(SOCKET)
        asking.sendall(sys.argv[2].encode())
        print(asking.recv(64).decode())


{"serve": serve, "ask": ask}[sys.argv[1]]()
