"""Routes by a pool of threads; the result of each is asked for, and a failure takes all of them back."""
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

NETWORKS = [f"198.51.{n}.0/24" for n in range(1, 7)]


def route(verb, network):
    return subprocess.run(["ip", "route", verb, network, "via", "192.0.2.1"], capture_output=True, text=True)


with ThreadPoolExecutor(3) as pool:
    if sys.argv[1] == "add":
        done = list(pool.map(lambda network: route("replace", network), NETWORKS))
        failed = [one.stderr.strip() for one in done if one.returncode]
        if failed:
            list(pool.map(lambda network: route("del", network), NETWORKS))
            sys.exit("; ".join(failed))
    else:
        for one in pool.map(lambda network: route("del", network), NETWORKS):
            if one.returncode and "No such process" not in one.stderr:
                sys.exit(one.stderr)
