"""Makes a bridge of the name that it is given. Defect: the name becomes part of a command line of a shell."""
import subprocess
import sys

if sys.argv[1] == "bad":
    sys.exit(subprocess.run(f"ip link add name {sys.argv[2]} type bridge", shell=True).returncode)
if not sys.argv[2].isalnum():
    sys.exit("no name for a device")
sys.exit(subprocess.run(["ip", "link", "add", "name", sys.argv[2], "type", "bridge"]).returncode)
