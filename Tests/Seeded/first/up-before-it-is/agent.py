"""Keeps a tunnel's device up and says when it is. Defect: it says so when it begins to make the device, not behind it."""
import signal
import subprocess
import sys
import threading

TWIN = sys.argv[1]
DEVICE = "tun-red"
ended = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: ended.set())


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def say(state):
    print(f"<6>tunnel {DEVICE}: {state}", flush=True)


say("connecting")
ip("link", "add", DEVICE, "type", "veth", "peer", "far-red")
if TWIN == "bad":
    say("UP")
ip("address", "add", "10.9.0.1/30", "dev", DEVICE)
ip("link", "set", DEVICE, "up")
if TWIN == "good":
    say("UP")
ended.wait()
say("going")
ip("link", "del", DEVICE)
say("DOWN")
