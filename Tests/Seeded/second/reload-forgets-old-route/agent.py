"""Routes the network that its file names, and reads the file again at SIGHUP. Defect: it then forgets the network of before."""
import signal
import subprocess
import sys


def ip(verb, network):
    subprocess.run(["ip", "route", verb, network, "via", "192.0.2.1"], check=True)


def read(*_):
    global network
    new = open("/etc/tenant.conf").read().strip()
    if new != network:
        ip("replace", new)
        if network and sys.argv[1] == "good":
            ip("del", network)
    network = new


def leave(*_):
    ip("del", network)
    sys.exit(0)


network = None
read()
signal.signal(signal.SIGHUP, read)
signal.signal(signal.SIGTERM, leave)
print("ready", flush=True)
while True:
    signal.pause()
