"""Keeps its log beside its state; each line has a time, and what was refused is in it at length."""
import json
import os
import subprocess
import sys
import time

HOME = "/var/lib/agent"


def log(text):
    with open(HOME + "/agent.log", "a") as file:
        file.write(f"{time.time():.6f} {text}\n")


def main():
    state = HOME + "/state.json"
    there = json.load(open(state)) if os.path.exists(state) else []
    verb, name = sys.argv[1:]
    done = subprocess.run(["ip", "link", verb, name] + (["type", "ifb"] if verb == "add" else []),
                          capture_output=True, text=True)
    if done.returncode and (verb, name in there) != ("del", False):
        log(f"{verb} {name} was refused with status {done.returncode}: {done.stderr!r}; nothing was done " + "=" * 60)
        sys.exit(done.stderr)
    there = [one for one in there if one != name] + ([name] if verb == "add" else [])
    with open(state + ".new", "w") as file:
        json.dump(there, file)
    os.rename(state + ".new", state)
    log(f"{verb} {name}")


main()
