"""Waits for news of eth0 on a descriptor. Defect: once the device is gone it asks again without a pause."""
import signal
import socket
import sys

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
news = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
news.bind((0, 1))
print("ready", flush=True)
there = True
while True:
    if there or sys.argv[1] == "good":
        news.recv(65536)
    there = any(name == "eth0" for _, name in socket.if_nameindex())
