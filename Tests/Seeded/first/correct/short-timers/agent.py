"""A daemon of two threads that wakes every 5 to 40 ms and looks whether its route is there."""
import random
import signal
import subprocess
import sys
import threading
import time

ROUTE = ["198.51.100.0/24", "via", "192.0.2.1"]
over = threading.Event()


def look():
    while not over.wait(random.uniform(0.005, 0.04)):
        with open("/proc/net/route") as routes:
            there = any(line.split()[1] == "006433C6" for line in routes)
        if not there and not over.is_set():
            subprocess.run(["ip", "route", "replace", *ROUTE], check=True)


def beat():
    while not over.wait(random.uniform(0.005, 0.02)):
        time.monotonic()


signal.signal(signal.SIGTERM, lambda *_: over.set())
subprocess.run(["ip", "route", "replace", *ROUTE], check=True)
threads = [threading.Thread(target=work) for work in (look, beat)]
for thread in threads:
    thread.start()
print("ready", flush=True)
while not over.wait(0.2):
    pass
for thread in threads:
    thread.join()
subprocess.run(["ip", "route", "del", *ROUTE], check=True)
sys.exit(0)
