"""An agent in one process that works through a descriptor of the namespace. Defect: an error on the way leaves it open for ever."""
import json
import os
import subprocess
import sys


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def plug():
    pod = os.open("/run/netns/red", os.O_RDONLY)
    try:
        subprocess.run(["nsenter", f"--net=/proc/{os.getpid()}/fd/{pod}", "ip", "address", "replace", "10.9.0.1/32", "dev", "lo"],
                       check=True)
    except Exception:
        if sys.argv[1] == "good":
            os.close(pod)
        raise
    os.close(pod)


requests = {"make": lambda: ip("netns", "add", "red"), "plug": plug, "drop": lambda: ip("netns", "del", "red")}
replies = os.fdopen(4, "w", closefd=False)
print(json.dumps({"ready": True, "version": "1"}), file=replies, flush=True)
for line in os.fdopen(3, closefd=False):
    try:
        requests[json.loads(line)["request"]]()
        answer = {"ok": True}
    except Exception as error:
        answer = {"ok": False, "error": str(error)}
    print(json.dumps(answer), file=replies, flush=True)
