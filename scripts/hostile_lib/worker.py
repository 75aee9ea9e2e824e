"""A worker whose manager we are: one job, or none."""

import collections
import json
import os
import socket
import subprocess

Done = collections.namedtuple("Done", "answer status silent")


def run(words, job, log, wait=None, longest=90):
    """Starts `WORDS __worker`, gives it the job, and waits for its answer and its end; `silent` where no answer came in time."""
    ours, theirs = socket.socketpair()
    life = os.pipe()

    def numbers():
        # Standard descriptors stand; the worker wants 3 and 4.
        os.dup2(theirs.fileno(), 100), os.dup2(life[0], 101)
        os.dup2(100, 3), os.dup2(101, 4)
        os.closerange(5, 110)

    with open(log, "wb") as out:
        process = subprocess.Popen([*words, "__worker"], stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=numbers, close_fds=False)
    theirs.close(), os.close(life[0])
    answer, silent = b"", False
    try:
        if job is None:
            ours.shutdown(socket.SHUT_WR)
        else:
            ours.sendall(json.dumps({"job": job, "isPlanKept": False}).encode() + b"\n")
        ours.settimeout(longest)
        while not answer.endswith(b"\n"):
            piece = ours.recv(65536)
            if not piece:
                break
            answer += piece
    except socket.timeout:
        silent = True
    except OSError:
        pass  # It ended.
    ours.close(), os.close(life[1])
    return Done(answer, wait(process) if wait else process.wait(), silent)
