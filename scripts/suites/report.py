"""What a comparison came to, as text and as Markdown."""

import json
import os
import platform
import subprocess
import time

from . import host
from .compare import SuiteResult


def three(count):
    """`passed/failed/skipped`."""
    return "/".join(str(count.get(what, 0)) for what in ("pass", "fail", "skip"))


def line(result):
    """One suite in one line, and what is to be said of it below."""
    if not result.cases and not result.broken:
        return f"{result.name}: skipped: {'; '.join(result.skipped)}"
    text = (f"{result.name}: {result.cases} cases, native {three(result.native)}, traced {three(result.traced)}, "
            f"{len(result.perturbed)} perturbed, {len(result.flaky)} flaky natively, "
            f"{result.seconds[0]:.0f} -> {result.seconds[1]:.0f} s, {result.operations} operations")
    for word, lines in ("perturbed", result.perturbed), ("flaky", result.flaky), ("error", result.broken), (
            "skipped", result.skipped):
        text += "".join(f"\n  {word}: {each}" for each in lines)
    return text


def total(results, seconds):
    """The closing lines."""
    cases = sum(result.cases for result in results)
    perturbed = sum(len(result.perturbed) for result in results)
    flaky = sum(len(result.flaky) for result in results)
    broken = sum(len(result.broken) for result in results)
    return (f"unperturbed: {cases} cases both ways, {perturbed} perturbed, {flaky} flaky natively, "
            f"{broken} units without a result, {seconds:.0f} s")


def keep(result, cache):
    """Keeps a suite's result for the table."""
    folder = cache / "results"
    folder.mkdir(exist_ok=True)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=host.HOME, capture_output=True, text=True)
    # A program that was given may be older than the sources here.
    built = time.strftime("built %Y-%m-%d %H:%M", time.gmtime(os.stat(host.tocsin()).st_mtime))
    said = vars(result) | {"commit": built if os.environ.get("TOCSIN") else commit.stdout.strip()}
    (folder / f"{result.name}.json").write_text(json.dumps(said, indent=1))


def kept(cache, names):
    """The newest result of every suite, in the order of the registry."""
    found = []
    for name in names:
        path = cache / "results" / f"{name}.json"
        if path.exists():
            said = json.loads(path.read_text())
            commit = said.pop("commit")
            found.append((SuiteResult(**said), commit))
    return found


def markdown(found, argv):
    """The page docs/unperturbed.md."""
    command = " ".join(["scripts/unperturbed", *argv[1:]])
    rows, notes = [], []
    for result, commit in found:
        if not result.cases and not result.broken:
            rows.append(f"| {result.about} | skipped | | | | {commit} |")
        else:
            rows.append(
                f"| {result.about} | {three(result.native)} | {three(result.traced)} | {len(result.perturbed)} | "
                f"{result.seconds[0]:.0f} -> {result.seconds[1]:.0f} | {commit} |")
        for word, lines in ("perturbed", result.perturbed), ("flaky natively", result.flaky), (
                "no result", result.broken), ("skipped", result.skipped):
            notes += [f"- {result.name}, {word}: {each}".replace(str(host.HOME) + "/", "") for each in lines]
    cases = sum(result.cases for result, _ in found)
    perturbed = sum(len(result.perturbed) for result, _ in found)
    return f"""# Tests that others wrote, native against traced

Written by `{command}`, on Linux {platform.release()} with {os.cpu_count()} CPUs. Each suite runs twice in hosts of the same
kind, with the same root, devices, environment, descriptors and one CPU: `tocsin trace --untraced` and `tocsin trace --output`.
Where a test's result differs, its unit is run three more times each way, and six more where only the traced results vary, and natively on all CPUs where no native result has varied;
one that gives several results natively is flaky, any other is perturbed. What fails on both sides fails for want of what
this machine has not (kernel modules, a network), or because of its versions.

{cases} cases, {perturbed} perturbed.

| suite | native pass/fail/skip | traced | perturbed | seconds | at |
|---|---|---|---|---|---|
{chr(10).join(rows)}

{chr(10).join(notes) if notes else "Nothing was flaky, skipped or without a result."}
"""
