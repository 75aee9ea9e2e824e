"""Rules by a pool of threads. Defect: nobody asks the pool what became of them."""
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

HOSTS = range(5, 8)


def rule(verb, host):
    subprocess.run(["ip", "rule", verb, "from", f"10.9.0.{host}", "table", "100", "priority", str(500 + host)],
                   check=True, capture_output=True)


with ThreadPoolExecutor(2) as pool:
    futures = {host: pool.submit(rule, "add", host) for host in HOSTS}
if sys.argv[1] == "good":
    failed = [host for host in HOSTS if futures[host].exception()]
    if failed:
        for host in set(HOSTS) - set(failed):
            rule("del", host)
        sys.exit(f"no rule for {failed}")
