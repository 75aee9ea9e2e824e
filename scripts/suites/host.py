"""Runs one unit of a suite in a host of its own: traced, or not."""

import base64
import dataclasses
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

HOME = pathlib.Path(__file__).resolve().parents[2]


class Broken(Exception):
    """The harness failed, so there is no result."""


@dataclasses.dataclass
class Unit:
    """A part of a suite that runs in one host: a shell text whose whole output `parse` turns into results by case."""

    name: str
    script: str
    parse: object
    limit: int = 600  # seconds
    ci: bool = False


@dataclasses.dataclass
class Outcome:
    """What one run of a unit came to."""

    cases: dict
    seconds: float
    operations: int
    end: str


def cache_folder():
    """Where downloads and builds are kept: outside what git sees, and not below /tmp, which is empty in a host."""
    folder = pathlib.Path(os.environ.get("TOCSIN_CACHE") or HOME / ".agents") / "unperturbed"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def tocsin():
    """The program under test, built if it is not."""
    given = os.environ.get("TOCSIN")
    if given:
        return given
    path = HOME / ".build/debug/tocsin"
    if not path.exists():
        swift = shutil.which("swift") or "/opt/swift/usr/bin/swift"
        subprocess.run([swift, "build", "--product", "tocsin"], cwd=HOME, check=True, stdout=sys.stderr)
    return str(path)


def run(unit, cache, traced, cpu):
    """Runs a unit; both ways have the same root, devices, environment, descriptors and one CPU.

    Raises Broken where Tocsin ended in an error, or the output is not whole.
    """
    folder = cache / "units"
    folder.mkdir(exist_ok=True)
    mark = re.sub(r"[^A-Za-z0-9.-]", "-", unit.name)
    script, scenario = folder / f"{mark}.sh", folder / f"{mark}-{cpu}.yaml"
    # Compressed, for a record keeps 256 KiB of what a command wrote.
    script.write_text(
        "ip link set lo up\nexport HOME=/root TMPDIR=/tmp\n"
        f"cat > /tmp/unit.sh <<'END-OF-UNIT'\n{unit.script}\nEND-OF-UNIT\n"
        f"timeout -k 5 {unit.limit} sh /tmp/unit.sh > /tmp/unit.out 2>&1\n"
        'echo "unit-ended $?" >> /tmp/unit.out\n'
        "gzip -9 -c /tmp/unit.out | base64 -w0\n"
    )
    scenario.write_text(json.dumps({
        "tocsin": "1", "title": unit.name,
        "agents": {"suite": {"commands": {
            "unit": {"run": ["/bin/sh", str(script)], "timeout": f"{unit.limit + 60}s"}}}},
        "steps": [{"run": "unit"}],
    }))
    way = "--output" if traced else "--untraced"
    began = time.monotonic()
    done = subprocess.run(
        ["taskset", "-c", str(cpu), tocsin(), "trace", way, str(scenario)], capture_output=True, text=True,
        stdin=subprocess.DEVNULL)
    seconds = time.monotonic() - began
    said = done.stderr.strip()
    if done.returncode != 0:
        raise Broken(f"{unit.name}: tocsin trace {way} ended with {done.returncode}: {said[-2000:]}")
    try:
        text = gzip.decompress(base64.b64decode(done.stdout, validate=True)).decode(errors="replace")
    except (ValueError, OSError, EOFError) as error:
        raise Broken(f"{unit.name}: {way}: the output is not whole: {error}; {done.stdout[-200:]!r}") from error
    kept = folder / f"{mark}-{'traced' if traced else 'native'}.log"
    kept.write_text(text)
    count = re.search(r"^(\d+) operations?$", said, re.M)
    if traced != bool(count):
        raise Broken(f"{unit.name}: {way} said {said[-200:]!r}")
    end = re.search(r"^unit-ended (\d+)\s*\Z", text, re.M)
    cases = unit.parse(text)
    # How the suite itself ends is a result too: one that dies half way has fewer cases, or none.
    cases["(end)"] = f"exit {end[1]}" if end else "no end"
    return Outcome(cases, seconds, int(count[1]) if count else 0, cases["(end)"])


def prove_control(cache):
    """Shows that a difference would be seen: a program that reads whether it is filtered must differ."""
    def parse(text):
        return {"filtered": (re.search(r"^Seccomp_filters:\s*(\d+)", text, re.M) or ["", "-1"])[1]}
    unit = Unit("control", "cat /proc/self/status", parse)
    cpu = min(os.sched_getaffinity(0))
    native, traced = (int(run(unit, cache, way, cpu).cases["filtered"]) for way in (False, True))
    # A host has filters of its own; the tracer adds one.
    if native < 0 or traced != native + 1:
        raise Broken(f"the control does not tell native from traced: {native} and {traced} seccomp filters")
    print(f"control: a program that counts its seccomp filters sees {native} natively and {traced} traced", flush=True)
