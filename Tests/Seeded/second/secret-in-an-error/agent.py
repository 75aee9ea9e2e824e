"""Joins a network with a secret. Defect: where the join fails, the whole command goes to the log, secret and all."""
import os
import subprocess
import sys

secret = os.environ["TENANT_SECRET"]
done = subprocess.run(["ip", "link", "add", "red0", "type", "bridge"], capture_output=True, text=True)
if done.returncode != 0:
    asked = {"device": "red0", "secret": secret} if sys.argv[1] == "bad" else {"device": "red0"}
    sys.exit(f"join {asked}: {done.stderr.strip()}")
