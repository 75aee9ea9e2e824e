"""Reads its file again at SIGHUP; what is wrong in it is said, and the old one stays."""
import ipaddress
import os
import signal
import subprocess
import sys

routed = set()


def become(wanted):
    for network in sorted(wanted - routed):
        subprocess.run(["ip", "route", "replace", network, "via", "192.0.2.1"], check=True)
        routed.add(network)
    for network in sorted(routed - wanted):
        subprocess.run(["ip", "route", "del", network, "via", "192.0.2.1"], check=True)
        routed.discard(network)


def read():
    try:
        with open("/etc/agent.conf") as file:
            become({str(ipaddress.ip_network(line.strip())) for line in file if line.strip()})
    except (OSError, ValueError) as error:
        print("/etc/agent.conf:", error, flush=True)


wanted = [signal.SIGHUP, signal.SIGTERM]
signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
read()
print("ready", os.getpid(), flush=True)
while signal.sigwait(wanted) == signal.SIGHUP:
    read()
become(set())
