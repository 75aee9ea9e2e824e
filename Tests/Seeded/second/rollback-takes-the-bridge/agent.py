"""Plugs a tenant into a bridge that others use too. Defect: the rollback deletes the bridge, as if it had made it."""
import os
import subprocess
import sys


def ip(*words):
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())


made = []
try:
    if not os.path.exists("/sys/class/net/br0"):
        ip("link", "add", "br0", "type", "bridge")
        made.append("br0")
    ip("link", "add", "red0", "type", "veth", "peer", "name", "red1")
    made.append("red0")
    ip("link", "set", "red0", "master", "br0")
    ip("rule", "add", "iif", "red0", "table", "100", "priority", "500")
except RuntimeError as error:
    for device in reversed(made if sys.argv[1] == "good" else ["br0", "red0"]):
        ip("link", "del", device)
    sys.exit(str(error))
