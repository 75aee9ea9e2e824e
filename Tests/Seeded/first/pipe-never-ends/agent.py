"""Lets a helper make a bridge and waits for its word. Defect: it holds the writing end too, so a dead helper is never noticed."""
import os
import subprocess
import sys

reading, writing = os.pipe()
helper = subprocess.Popen(["sh", "-c", f"ip link add red0 type bridge && echo done >&{writing}"], pass_fds=[writing])
if sys.argv[1] == "good":
    os.close(writing)
if os.read(reading, 5) != b"done\n":
    sys.exit("the helper died")
helper.wait()
