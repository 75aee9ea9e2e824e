"""Follows what becomes of eth0. Defect: when the device goes, so does the daemon, with 0 and without a word."""
import signal
import socket
import sys

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
news = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
news.bind((0, 1))
print("ready", flush=True)
while True:
    news.recv(65536)
    try:
        index = socket.if_nametoindex("eth0")
    except OSError:
        if sys.argv[1] == "bad":
            break
        print("eth0 is gone; waiting for it", flush=True)
