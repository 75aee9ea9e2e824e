"""save writes the state file; bad falls back to a place that anybody can write where it may not write its own, and says success."""
import sys, time

twin, command = sys.argv[1:3]
state = "/var/lib/leases/state"


def write(path):
    with open(path, "w") as file:
        file.write("10.9.0.2 pod\n")


try:
    write(state)
except PermissionError as error:
    if twin == "bad":
        write("/tmp/leases-state")
    else:
        sys.exit(f"save: {error}")
