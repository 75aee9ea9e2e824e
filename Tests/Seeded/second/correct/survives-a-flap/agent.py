"""Holds a route by a device, and sets it again when the device is up again."""
import signal
import socket
import subprocess
import sys

ROUTE = ["198.51.100.0/24", "via", "192.0.2.1"]


def up():
    with open("/sys/class/net/eth0/flags") as flags:
        return int(flags.read(), 16) & 1


def look(*_):
    if up() and not subprocess.run(["ip", "route", "show", *ROUTE], capture_output=True).stdout:
        subprocess.run(["ip", "route", "replace", *ROUTE])


news = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
news.bind((0, 0x41))
news.settimeout(0.2)
over = False


def leave(*_):
    global over
    over = True


signal.signal(signal.SIGTERM, leave)
look()
print("ready", flush=True)
while not over:
    try:
        news.recv(65536)
    except TimeoutError:
        pass
    if not over:
        look()
subprocess.run(["ip", "route", "del", *ROUTE], stderr=subprocess.DEVNULL)
sys.exit(0)
