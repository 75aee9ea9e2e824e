"""Hears of devices that change, in a worker that is begun again whenever it ends.

Defect: the worker does not expect that the device is gone, and its end is hidden by the next one.
"""
import os
import signal
import socket
import sys


def work(twin):
    news = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    news.bind((0, 1))  # RTMGRP_LINK
    print("ready", flush=True)
    while True:
        news.recv(65536)
        try:
            socket.if_nametoindex("wan0")
        except OSError:
            if twin == "bad":
                raise


signal.signal(signal.SIGTERM, lambda *_: (os.kill(worker, signal.SIGKILL), os._exit(0)))
while True:
    worker = os.fork()
    if not worker:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        work(sys.argv[1])
    os.waitpid(worker, 0)
