"""Logs each thing that it does, with the time, its pid and how long it took; tries again what was refused."""
import logging
import subprocess
import sys
import time

logging.basicConfig(
    filename="/var/log/agent.log", level=logging.DEBUG, format="%(asctime)s [%(process)d] %(levelname)s %(message)s")
began = time.monotonic()
logging.info("%s: begins", sys.argv[1])
for attempt in range(3):
    done = subprocess.run(["ip", "route", {"add": "replace", "del": "del"}[sys.argv[1]], "10.9.0.0/24", "dev", "lo"],
                          capture_output=True, text=True)
    if done.returncode == 0 or sys.argv[1] == "del" and "No such process" in done.stderr:
        break
    logging.error("attempt %d was refused: %s", attempt + 1, done.stderr.strip())
else:
    sys.exit("the route was refused three times")
logging.info("%s: done after %.1f s", sys.argv[1], time.monotonic() - began)
