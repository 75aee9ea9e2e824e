"""Enters a pod's address and MAC as a permanent neighbour. Defect: the MAC is read once, the device may be another by then."""
import subprocess
import sys


def mac():
    with open("/sys/class/net/pod0/address") as file:
        return file.read().strip()


def enter(address):
    subprocess.run(["ip", "neighbour", "replace", "10.9.0.2", "lladdr", address, "dev", "br0", "nud", "permanent"], check=True)


entered = mac()
enter(entered)
while sys.argv[1] == "good" and entered != mac():
    entered = mac()
    enter(entered)
