"""Hears of routes that go, and sets its own again."""
import select
import signal
import socket
import subprocess
import sys

ROUTE = ["198.51.100.0/24", "via", "192.0.2.1", "metric", "70"]


def set_again():
    if not subprocess.run(["ip", "route", "show", *ROUTE], capture_output=True).stdout:
        subprocess.run(["ip", "route", "replace", *ROUTE], check=True)


def leave(*_):
    news.close()
    subprocess.run(["ip", "route", "del", *ROUTE], check=True)
    sys.exit(0)


news = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
news.bind((0, 0x40))  # RTMGRP_IPV4_ROUTE
set_again()
signal.signal(signal.SIGTERM, leave)
print("ready", flush=True)
while True:
    select.select([news], [], [])
    news.recv(65536)
    set_again()
