"""A route in a tenant's table. Defect: the second try forgets the table."""
import subprocess
import sys

ROUTE = ["198.51.100.0/24", "via", "192.0.2.1"]
TABLE = ["table", "100"]
if subprocess.run(["ip", "route", "add", *ROUTE, *TABLE]).returncode != 0:
    sys.exit(subprocess.run(["ip", "route", "add", *ROUTE, *(TABLE if sys.argv[1] == "good" else [])]).returncode)
