"""An agent in one process. Defect: which rules it made is only in its memory, so one that was killed cannot take them away."""
import json
import os
import subprocess
import sys

STATE = "/var/lib/tenant/rules.json"
rules = json.load(open(STATE)) if sys.argv[1] == "good" and os.path.exists(STATE) else {}


def save():
    if sys.argv[1] == "good" and not rules:
        os.unlink(STATE)
    elif sys.argv[1] == "good":
        with open(STATE + ".new", "w") as file:
            json.dump(rules, file)
        os.rename(STATE + ".new", STATE)


def add(name, address):
    rules[name] = address
    save()
    subprocess.run(["ip", "rule", "add", "from", address, "table", "100", "priority", "500"], check=True)


def remove(name):
    if name in rules:
        subprocess.run(["ip", "rule", "del", "from", rules[name], "table", "100", "priority", "500"], check=True)
        del rules[name]
        save()


replies = os.fdopen(4, "w", closefd=False)
print(json.dumps({"ready": True, "version": "1"}), file=replies, flush=True)
for line in os.fdopen(3, closefd=False):
    asked = json.loads(line)
    try:
        {"add": add, "remove": remove}[asked["request"]](**asked["with"])
        answer = {"ok": True}
    except Exception as error:
        answer = {"ok": False, "error": str(error)}
    print(json.dumps(answer), file=replies, flush=True)
