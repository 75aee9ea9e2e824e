"""Lists the namespaces and when each was made. Defect: one that goes between the list and the look ends the whole."""
import os
import sys

for name in sorted(os.listdir("/run/netns")):
    try:
        print(name, os.stat("/run/netns/" + name).st_mode)
    except FileNotFoundError:
        if sys.argv[1] == "bad":
            raise
