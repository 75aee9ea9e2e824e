"""Plugs a pod by a descriptor of its namespace. Defect: never looks whether the name still means that namespace."""
import os
import subprocess
import sys

PATH = "/run/netns/pod"
pod = os.open(PATH, os.O_RDONLY)


def inside(*words):
    subprocess.run(["nsenter", f"--net=/proc/{os.getpid()}/fd/{pod}", "ip", *words], check=True)


inside("link", "add", "eth0", "type", "veth", "peer", "name", "pod0", "netns", "1")
inside("address", "add", "10.9.0.2/24", "dev", "eth0")
inside("link", "set", "eth0", "up")
if sys.argv[1] == "good":
    now = os.stat(PATH).st_ino if os.path.exists(PATH) else None
    if now != os.fstat(pod).st_ino:
        subprocess.run(["ip", "link", "del", "pod0"])
        sys.exit("pod is another namespace now")
