"""Watches each tenant by a thread. Defect: one that is taken away is watched for ever."""
import json
import os
import sys
import threading

WATCHED = {}


def watch(gone):
    gone.wait()


def answer(request):
    if request == "add":
        gone = threading.Event()
        thread = threading.Thread(target=watch, args=[gone], daemon=True)
        thread.start()
        WATCHED["a"] = (gone, thread)
    elif sys.argv[1] == "bad":
        del WATCHED["a"]
    else:
        gone, thread = WATCHED.pop("a")
        gone.set()
        thread.join()


os.write(4, b'{"ready": true, "version": "1"}\n')
for line in os.fdopen(3):
    try:
        answer(json.loads(line)["request"])
        reply = {"ok": True}
    except Exception as error:
        reply = {"ok": False, "error": str(error)}
    os.write(4, json.dumps(reply).encode() + b"\n")
