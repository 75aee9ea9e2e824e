"""What must be on the machine as it was, and the namespaces in which all of it runs."""

import collections
import ctypes
import os
import pathlib
import subprocess
import sys
import time

OWN = "TOCSIN_TRIED"
PLACE = "/tmp/tried"


def isolate(script):
    """All that follows runs in namespaces of its own, as their pid 1, in cgroups that keep the machine from harm."""
    if os.environ.get(OWN) == "inside":
        for folder in groups():
            pathlib.Path(folder, "cgroup.procs").write_text("0", encoding="utf-8")
        ctypes.CDLL(None).mount(b"none", b"/", None, 1 << 14 | 1 << 18, None)  # MS_REC | MS_PRIVATE
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/tmp"], check=True)
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        os.mkdir(PLACE)
        return
    made = []
    for hierarchy, files in ((None, {}), ("memory", {"memory.limit_in_bytes": str(8 << 30)}), ("pids", {"pids.max": "8000"})):
        folder = make_group(hierarchy, files)
        if folder:
            made.append(folder)
    os.environ.update({OWN: "inside", f"{OWN}_GROUPS": ":".join(made), "TOCSIN": os.path.realpath(os.environ["TOCSIN"])})
    words = ["unshare", "--mount", "--pid", "--net", "--ipc", "--fork", "--kill-child", "--mount-proc", sys.executable, script]
    child = subprocess.Popen(words + sys.argv[1:])
    try:
        status = child.wait()
    except KeyboardInterrupt:
        status = 128 + 2
        child.wait()
    for folder in made:
        for _ in range(200):
            try:
                os.rmdir(folder)
                break
            except OSError:
                time.sleep(0.02)
    sys.exit(status)


def groups():
    """The cgroups that were made for us."""
    return [folder for folder in os.environ.get(f"{OWN}_GROUPS", "").split(":") if folder]


def make_group(hierarchy, files):
    """A group below ours in cgroup v2, or in a hierarchy of cgroup v1; None where there is none to be had."""
    own = dict(line.split(":", 2)[1:] for line in pathlib.Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines())
    for line in pathlib.Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        before, after = line.split(" - ")
        kind, _, options = after.split(" ", 2)
        if hierarchy is None and kind != "cgroup2" or hierarchy and (kind != "cgroup" or hierarchy not in options.split(",")):
            continue
        path = next((own[names] for names in own if (names == "" if hierarchy is None else hierarchy in names.split(","))), "/")
        folder = f"{before.split()[4]}{path if path != '/' else ''}/tried-{os.getpid()}"
        try:
            os.mkdir(folder)
            for name, value in files.items():
                pathlib.Path(folder, name).write_text(value, encoding="utf-8")
        except OSError:
            return None
        return folder
    return None


def state():
    """What must be as it was: processes, mounts, devices, names, cgroups, and what /tmp holds besides our own."""
    try:
        # We are pid 1 here: whoever lost its parent is ours.
        while os.waitpid(-1, os.WNOHANG)[0] > 0:
            pass
    except ChildProcessError:
        pass
    mounts = [line.split(" ", 2)[2] for line in pathlib.Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()]
    inner = [f"{folder}/{name}" for folder in groups() for name in os.listdir(folder) if os.path.isdir(f"{folder}/{name}")]
    return {
        "processes": sorted(entry for entry in os.listdir("/proc") if entry.isdigit()),
        "mounts": mounts,
        "devices": sorted(line.split(":")[0].strip() for line in
                          pathlib.Path("/proc/net/dev").read_text(encoding="utf-8").splitlines()[2:]),
        "names": sorted(os.listdir("/run/netns")) if os.path.isdir("/run/netns") else [],
        "cgroups": sorted(inner),
        "folders": sorted(name for name in os.listdir("/tmp") if name != os.path.basename(PLACE)),
    }


def sweep():
    """Removes the groups of workers that have ended."""
    for folder in groups():
        for inner in pathlib.Path(folder).glob("tocsin-*-worker"):
            try:
                inner.rmdir()
            except OSError:
                pass


def differences(before, patience=15.0):
    """What is not as it was after a while, in words; none where all is."""
    end = time.monotonic() + patience
    while True:
        now = state()
        wrong = [f"{kind} left: {sorted(set(now[kind]) - set(before[kind]))}" for kind in before
                 if collections.Counter(now[kind]) != collections.Counter(before[kind])]
        if not wrong or time.monotonic() > end:
            return wrong
        time.sleep(0.02)
