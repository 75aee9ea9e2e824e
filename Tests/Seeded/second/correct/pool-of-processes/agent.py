"""Bridges by a pool of processes; a worker that dies is a failure, and said."""
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor


def work(task):
    verb, n = task
    there = os.path.exists(f"/sys/class/net/br{n}")
    if verb == "add" and not there:
        subprocess.run(["ip", "link", "add", f"br{n}", "type", "bridge"], check=True)
    if verb == "del" and there:
        subprocess.run(["ip", "link", "del", f"br{n}"], check=True)


if __name__ == "__main__":
    try:
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(work, [(sys.argv[1], n) for n in range(4)]))
    except Exception as error:
        sys.exit(f"{sys.argv[1]}: {error}")
