"""Compares the results of a suite's tests, native against traced, and tells flaky from perturbed."""

import collections
import concurrent.futures
import dataclasses
import os
import queue
import sys

from . import host
from .packages import Missing

ROUNDS = 3  # how often both ways are run again where a result differs
FURTHER = 6  # and again, where only the traced results vary; or natively alone, on all CPUs, where no result has varied yet


@dataclasses.dataclass
class SuiteResult:
    """What a suite came to."""

    name: str
    about: str
    cases: int = 0
    native: dict = dataclasses.field(default_factory=collections.Counter)
    traced: dict = dataclasses.field(default_factory=collections.Counter)
    seconds: list = dataclasses.field(default_factory=lambda: [0.0, 0.0])
    operations: int = 0
    perturbed: list = dataclasses.field(default_factory=list)
    flaky: list = dataclasses.field(default_factory=list)
    broken: list = dataclasses.field(default_factory=list)
    skipped: list = dataclasses.field(default_factory=list)


def counts(results):
    """`3 pass 1 fail` of a list of results."""
    return " ".join(f"{number} {what}" for what, number in sorted(collections.Counter(results).items()))


def verdict(native, traced):
    """`same`, `flaky` or `perturbed`, of all results of one test each way."""
    if set(native) == set(traced) and len(set(native)) == 1:
        return "same"
    # What the test shows natively too is its own unsteadiness.
    return "flaky" if len(set(native)) > 1 and set(traced) <= set(native) else "perturbed"


def judge(unit, first, again):
    """Compares one unit; `again(traced, everywhere=False)` runs it once more, `everywhere` on all CPUs.

    Returns the perturbed and the flaky cases, each a line.
    """
    runs = {False: [first[0].cases], True: [first[1].cases]}

    def results(case, traced):
        return [cases.get(case, "absent") for cases in runs[traced]]

    def differing():
        names = dict.fromkeys(name for cases in runs[False] + runs[True] for name in cases)
        return [name for name in names if verdict(results(name, False), results(name, True)) != "same"]

    def perturbed():
        return [name for name in differing() if verdict(results(name, False), results(name, True)) == "perturbed"]

    def more(rounds):
        for _ in range(rounds):
            for traced in (False, True):
                runs[traced].append(again(traced).cases)

    if differing():
        more(ROUNDS)
        if any(len(set(results(name, True))) > 1 for name in perturbed()):
            more(FURTHER)
        if perturbed():
            # A test that depends on who runs first shows that natively, too, where its processes do run at the same time.
            runs[False] += [again(False, everywhere=True).cases for _ in range(FURTHER)]
    lines = {"perturbed": [], "flaky": []}
    for name in differing():
        native, traced = results(name, False), results(name, True)
        lines[verdict(native, traced)].append(
            f"{unit.name}: {name}: natively {counts(native)}, traced {counts(traced)}")
    return lines["perturbed"], lines["flaky"]


def run_suite(suite, cache, only_ci):
    """Prepares and runs a suite; None where nothing of it is meant."""
    if only_ci and not suite.ci:
        return None
    result = SuiteResult(suite.name, suite.about)
    try:
        units = [unit for unit in suite.prepare(cache, result.skipped) if unit.ci or not only_ci]
    except Missing as missing:
        result.skipped.append(str(missing))
        return result
    lanes = queue.SimpleQueue()
    cpus = sorted(os.sched_getaffinity(0))
    for cpu in cpus:
        lanes.put(cpu)

    def both(unit):
        cpu = lanes.get()
        try:
            def again(traced, everywhere=False):
                return host.run(unit, cache, traced, ",".join(map(str, cpus)) if everywhere else cpu)
            first = again(False), again(True)
            return unit, first, judge(unit, first, again)
        except host.Broken as broken:
            return unit, None, str(broken)
        finally:
            lanes.put(cpu)

    with concurrent.futures.ThreadPoolExecutor(len(cpus)) as pool:
        for unit, first, told in pool.map(both, units):
            if first is None:
                result.broken.append(told)
                print(f"  {told}", file=sys.stderr, flush=True)
                continue
            native, traced = first
            names = {case for case in native.cases.keys() | traced.cases.keys() if not case.startswith("(")}
            print(f"  {suite.name} {unit.name}: {len(names)} cases, {native.seconds:.1f} and "
                  f"{traced.seconds:.1f} s, {native.end}", file=sys.stderr, flush=True)
            result.cases += len(names)
            for way, outcome in (result.native, native), (result.traced, traced):
                way.update(what for case, what in outcome.cases.items() if case in names)
            result.seconds[0] += native.seconds
            result.seconds[1] += traced.seconds
            result.operations += traced.operations
            result.perturbed += told[0]
            result.flaky += told[1]
            for line in told[0]:
                print(f"  perturbed {line}", file=sys.stderr, flush=True)
    return result
