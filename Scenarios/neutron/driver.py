"""Drives Neutron's L3 agent, of any version, by requests of Tocsin's driver protocol (docs/driver.md).

Run by the Python in whose environment Neutron is installed. What it replaces of Neutron is in README.md.
"""

import sys

sys.dont_write_bytecode = True  # a host would see __pycache__ as files that the agent left

import ctypes
import fcntl
import gc
import json
import os
import signal
import socket
import struct
import traceback

REQUESTS, REPLIES = 3, 4
CLONE_NEWPID = 0x20000000  # <linux/sched.h>
ABOVE_ALL = 64  # where descriptors are parked while 0 to 4 are given their meaning


def load():
    """Imports everything and opens nothing: no descriptor, no thread, no process. What a warm driver does before it forks."""
    import neutron_setup

    neutron_setup.load()
    return neutron_setup


def serve(setup):
    """Answers requests until the other side closes them. Everything that opens descriptors or starts threads is below here."""
    for descriptor in (REQUESTS, REPLIES):
        os.set_inheritable(descriptor, False)
    replies = os.fdopen(REPLIES, "w", buffering=1, closefd=False)

    def reply(message):
        replies.write(json.dumps(message) + "\n")
        replies.flush()

    level = setup.start()
    reply({"ready": True, "version": setup.version()})
    for line in lines(REQUESTS):
        reply(answer(level, line))


def lines(descriptor):
    """The lines of a descriptor, by plain read(2): eventlet must not turn the wait for the next request into background work."""
    rest = b""
    while True:
        head, newline, tail = rest.partition(b"\n")
        if newline:
            rest = tail
            yield head
            continue
        part = os.read(descriptor, 65536)
        if not part:
            return
        rest += part


def answer(level, line):
    """The reply to one request. Nothing that Neutron raises gets out of here; it is the error of that request."""
    try:
        message = json.loads(line)
        name, arguments = message["request"], message.get("with") or {}
        method = level.requests.get(name)
        if method is None:
            return {"ok": False, "error": f"no request {name}; there are {' '.join(sorted(level.requests))}"}
        error = level.handle(method, {key.replace("-", "_"): value for key, value in arguments.items()})
        return {"ok": False, "error": error} if error else {"ok": True}
    except Exception as error:  # by design: the agent's failure is data
        traceback.print_exc()
        return {"ok": False, "error": f"{type(error).__name__}: {error}".strip()}


# Warm: one process that has imported everything is forked into each new host.


def serve_warm(control, setup):
    """Forks a driver for each request on the control socket, one at a time (docs/warm.md). Linux calls through ctypes: os.setns is Python 3.12."""
    libc = ctypes.CDLL(None, use_errno=True)

    def setns(descriptor):
        if libc.setns(descriptor, CLONE_NEWPID) != 0:
            code = ctypes.get_errno()
            raise OSError(code, f"setns(CLONE_NEWPID): {os.strerror(code)}")

    def say(message):
        channel.sendall(json.dumps(message).encode() + b"\n")

    channel = socket.socket(fileno=control)
    gc.collect()
    gc.freeze()
    say({"ready": True, "version": setup.version()})
    while True:
        message, descriptors = receive(channel)
        if message is None:
            return
        if message.get("fork") is not True or len(descriptors) != 6:
            raise SystemExit(f'warm: expected {{"fork": true}} with 6 descriptors, got {message} with {len(descriptors)}')
        init, *given = descriptors
        home = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        child, problem = None, None
        try:
            setns(init)
            child = os.fork()
        except OSError as error:
            problem = str(error)
        if child == 0:
            become_driver(given, setup)
        setns(home)
        for descriptor in [home, *descriptors]:
            os.close(descriptor)
        if problem:
            say({"error": problem})
            continue
        say({"pid": child})
        _, status = os.waitpid(child, 0)
        say({"exited": child, "status": status})


def receive(channel):
    """One line with the descriptors that came with it, or nothing at the end."""
    size = struct.calcsize("i")
    line, descriptors = b"", []
    while not line.endswith(b"\n"):
        data, ancillary, flags, _ = channel.recvmsg(4096, socket.CMSG_SPACE(8 * size), socket.MSG_CMSG_CLOEXEC)
        if flags & socket.MSG_CTRUNC:
            raise SystemExit("warm: descriptors were lost on the way")
        for family, kind, content in ancillary:
            if family == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                descriptors += struct.unpack(f"{len(content) // size}i", content[: len(content) // size * size])
        if not data:
            return None, descriptors
        line += data
    return json.loads(line), descriptors


def become_driver(given, setup):
    """In the child: 0, 1, 2, requests and replies get their numbers, all else of the parent is closed, then it is as if started cold."""
    status = 1
    try:
        parked = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, ABOVE_ALL) for descriptor in given]
        for number, descriptor in enumerate(parked):
            os.dup2(descriptor, number)
        os.closerange(len(parked), os.sysconf("SC_OPEN_MAX"))
        serve(setup)
        status = 0
    except SystemExit as exit:
        status = exit.code if isinstance(exit.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)  # the parent's exit handlers are not ours


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # whoever asked is gone
    setup = load()
    control = os.environ.pop("TOCSIN_WARM_FD", None)  # no program of ours shall inherit it
    if control is None:
        serve(setup)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # Neutron's threads would keep the interpreter
    else:
        serve_warm(int(control), setup)


if __name__ == "__main__":
    main()
