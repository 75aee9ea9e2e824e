"""Follows the better of two gateways, at each SIGHUP. Defect: the old default route goes before the new one is there."""
import signal
import subprocess
import sys

TWIN = sys.argv[1]
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP, signal.SIGTERM])


def ip(*words):
    subprocess.run(["ip", "-4", "route", *words], check=True)


def follow(gateway):
    if TWIN == "bad":
        ip("flush", "default")
        ip("add", "default", "via", gateway, "proto", "static")
    else:
        ip("replace", "default", "via", gateway, "proto", "static")
    print("default route by", gateway, flush=True)


gateways = ["192.0.2.1", "192.0.2.254"]
follow(gateways[0])
while signal.sigwait([signal.SIGHUP, signal.SIGTERM]) == signal.SIGHUP:
    gateways.reverse()
    follow(gateways[0])
ip("flush", "default", "proto", "static")
