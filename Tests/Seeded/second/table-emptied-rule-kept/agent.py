"""Routes what comes from and goes to a tenant by a table of its own. Defect: del takes the first rule of the two, and empties the table."""
import subprocess
import sys

TABLE, NETWORK = "150", "10.9.0.0/24"


def ip(*words, **options):
    return subprocess.run(["ip", *words], **options).returncode


if sys.argv[2] == "add":
    failed = ip("route", "add", "198.51.100.0/24", "via", "192.0.2.1", "table", TABLE)
    for way in ("from", "to"):
        failed = failed or ip("rule", "add", way, NETWORK, "table", TABLE)
    sys.exit(failed)
failed = ip("rule", "del", "table", TABLE)
while sys.argv[1] == "good" and not failed and not ip("rule", "del", "table", TABLE, stderr=subprocess.DEVNULL):
    pass
sys.exit(ip("route", "flush", "table", TABLE) or failed)
