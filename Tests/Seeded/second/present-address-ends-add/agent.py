"""An address and the rule that goes with it. Defect: an address that is there already is taken for all being done."""
import subprocess
import sys

done = subprocess.run(["ip", "address", "add", "10.9.0.1/24", "dev", "eth0"], capture_output=True, text=True)
if done.returncode != 0:
    if "File exists" not in done.stderr and "already assigned" not in done.stderr:
        sys.exit(done.stderr)
    if sys.argv[1] == "bad":
        sys.exit(0)
sys.exit(subprocess.run(["ip", "rule", "add", "from", "10.9.0.0/24", "table", "100", "priority", "500"]).returncode)
