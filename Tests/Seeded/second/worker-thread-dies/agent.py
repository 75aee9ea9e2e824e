"""A thread sets a route again whenever it goes. Defect: where its file is missing the thread ends, and the daemon lives on without."""
import signal
import socket
import subprocess
import sys
import threading

network = open("/etc/tenant.conf").read().strip()
at_work, over = threading.Lock(), False


def watch():
    global network
    while True:
        news.recv(65536)
        try:
            network = open("/etc/tenant.conf").read().strip()
        except FileNotFoundError:
            if sys.argv[1] == "bad":
                raise
        with at_work:
            if not over:
                subprocess.run(["ip", "route", "replace", network, "via", "192.0.2.1"], check=True)


subprocess.run(["ip", "route", "replace", network, "via", "192.0.2.1"], check=True)
news = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
news.bind((0, 0x40))
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
threading.Thread(target=watch, daemon=True).start()
print("ready", flush=True)
signal.sigwait([signal.SIGTERM])
with at_work:
    over = True
    subprocess.run(["ip", "route", "del", network, "via", "192.0.2.1"])
sys.exit(0)
