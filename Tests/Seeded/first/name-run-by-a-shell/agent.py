"""Writes a tenant's name to its port. Defect: by way of a shell, which runs what the name says."""
import subprocess
import sys

twin, name = sys.argv[1:]
if twin == "bad":
    sys.exit(subprocess.run(f'ip link set dev eth0 alias "{name}"', shell=True).returncode)
sys.exit(subprocess.run(["ip", "link", "set", "dev", "eth0", "alias", name]).returncode)
