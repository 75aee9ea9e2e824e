"""Sets its NAT rules as one text, as it should be, by iptables-restore; ids of chance stand in the comments."""
import subprocess
import sys
import uuid

CHAINS = ["agent-post", "agent-snat"]


def restore(lines):
    text = "\n".join(["*nat", *lines, "COMMIT", ""])
    subprocess.run(["iptables-restore", "-w", "--noflush"], input=text, text=True, check=True)


def there():
    saved = subprocess.run(["iptables-save", "-t", "nat"], capture_output=True, text=True, check=True).stdout
    return saved.splitlines()


jump = "POSTROUTING -j agent-post"
old = [line.replace("-A", "-D", 1) for line in there() if line == "-A " + jump]
if sys.argv[1] == "add":
    restore([":agent-post - [0:0]", ":agent-snat - [0:0]", *old, f"-A {jump}", "-A agent-post -j agent-snat",
             f"-A agent-snat -s 10.9.0.0/24 -m comment --comment {uuid.uuid4()} -j MASQUERADE"])
elif any(line.startswith(":agent-") for line in there()):
    restore([*old, *(f"-F {chain}" for chain in CHAINS), *(f"-X {chain}" for chain in CHAINS)])
