"""Logs what the kernel tells of its uplink, in a thread of its own so that the log never holds the work up: each line comes a little later, or
at SIGUSR1 where HOLD is set."""
import os
import queue
import signal
import socket
import struct
import threading
import time

UPLINK = socket.if_nametoindex("eth0")
lines = queue.Queue()
flushed = threading.Event()
signal.signal(signal.SIGUSR1, lambda *_: flushed.set())


def write():
    while True:
        line = lines.get()
        time.sleep(0.05)
        if "HOLD" in os.environ and line != "watching eth0":
            flushed.wait()
        print(line, flush=True)


notices = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
notices.bind((0, 1))
threading.Thread(target=write, daemon=True).start()
lines.put("watching eth0")
known = None
while True:
    rest = notices.recv(65536)
    while rest:
        length, kind = struct.unpack_from("IH", rest)
        if kind == 16 and struct.unpack_from("i", rest, 20)[0] == UPLINK:
            up = bool(struct.unpack_from("I", rest, 24)[0] & 1)
            if up != known:
                lines.put("eth0 is " + ("up" if up else "down"))
            known = up
        rest = rest[(length + 3) & ~3:]
