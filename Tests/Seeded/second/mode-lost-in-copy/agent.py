"""Keeps a key in a file of mode 0600. Defect: where the file cannot be renamed it is copied, and anybody may read the copy."""
import os
import shutil
import sys

PATH = "/var/lib/tenant/key"
os.umask(0o022)
with open(os.open(PATH + ".new", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
    file.write("key\n")
try:
    os.rename(PATH + ".new", PATH)
except OSError:
    if sys.argv[1] == "good":
        os.close(os.open(PATH, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
    shutil.copyfile(PATH + ".new", PATH)
    os.unlink(PATH + ".new")
