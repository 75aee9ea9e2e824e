"""Lets a floating address in by iptables-restore. Defect: what is no address is written into the rules as it is."""
import ipaddress
import os
import subprocess
import sys

address = os.environ["FLOATING"]
if sys.argv[1] == "good":
    try:
        ipaddress.ip_address(address)
    except ValueError:
        sys.exit("no address")
rules = f"*filter\n:tenant - [0:0]\n-A tenant -d {address} -j ACCEPT\nCOMMIT\n"
sys.exit(subprocess.run(["iptables-restore", "--noflush"], input=rules, text=True).returncode)
