"""A tenant of five objects. A failure is said, and what was made is taken back in reverse order."""
import subprocess
import sys

STEPS = [
    ("link add t0 type veth peer name t1", "link del t0"),
    ("address add 10.9.0.1/24 dev t0", "address del 10.9.0.1/24 dev t0"),
    ("link set t0 up", "link set t0 down"),
    ("rule add from 10.9.0.0/24 table 100 priority 500", "rule del from 10.9.0.0/24 table 100 priority 500"),
    ("route add default dev t0 table 100", "route del default dev t0 table 100"),
]


def ip(words):
    done = subprocess.run(["ip", *words.split()], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"ip {words}: {done.stderr.strip()}")


if sys.argv[1] == "del":
    for _, undo in reversed(STEPS):
        ip(undo)
    sys.exit()
made = []
try:
    for do, undo in STEPS:
        ip(do)
        made.append(undo)
except RuntimeError as error:
    for undo in reversed(made):
        ip(undo)
    sys.exit(str(error))
