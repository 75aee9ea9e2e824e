"""A thread writes what the port is called, the main one reads it. Defect: it reads after a moment, ready or not."""
import os
import pathlib
import sys
import threading
import time

NAME = pathlib.Path("/run/tenant/port")


def write():
    os.makedirs(NAME.parent, exist_ok=True)
    NAME.write_text("eth0\n")


writer = threading.Thread(target=write)
writer.start()
if sys.argv[1] == "good":
    writer.join()
else:
    time.sleep(0.3)
print("the port is", NAME.read_text())
