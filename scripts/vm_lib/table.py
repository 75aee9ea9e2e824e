"""Prints the kernels, the verdicts and the test targets of several results of scripts/vm side by side, as Markdown.

usage: scripts/vm --table [RESULTS...]
"""

import json
import math
import pathlib
import re
import sys

ORDER = ("6.1", "6.12", "newest", "here")


def read(folder):
    """What one run of scripts/vm left; `plans` is empty where no scenario was run."""
    folder = pathlib.Path(folder)

    def text(name):
        path = folder / name
        return path.read_text() if path.exists() else ""

    about = dict(line.split(" ", 1) for line in text("about").splitlines())
    ends = {name: (seconds, status) for name, seconds, status in (line.split() for line in text("parts").splitlines())}
    parts = {name: seconds for name, (seconds, _) in ends.items()}
    return about | {
        "folder": str(folder), "uname": text("uname").strip(), "doctor": text("doctor"), "parts": parts,
        "plans": json.loads(text("report.json") or '{"plans": []}')["plans"],
        "targets": {name: target(folder / "tests" / name, *ends.get(name, ("nan", "137"))) for name in sorted(
            (path.name for path in (folder / "tests").glob("*")), key=lambda name: (list(ends) + [name]).index(name))},
    }


# As swift-testing tells it, without the colours. What is told of a case of a test with arguments is told of the test too.
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
TOLD = re.compile(r'^\S+ Test (\w+\([\w:]*\)|"[^"]+") (?:with \d+ test cases? )?(started\.|passed after|failed after|skipped)(.*)')


def target(path, seconds, status):
    """What the tests of a target came to: names by outcome, of those that were skipped with what they lack. A test that began and has
    no end was running when the target was cut off, or ended by a signal."""
    found = {"passed": [], "skipped": [], "failed": [], "running": []}
    for line in path.read_text(errors="replace").splitlines():
        told = TOLD.match(COLOUR.sub("", line).strip())
        if told is None:
            continue
        name, outcome, rest = told[1], told[2].split()[0].rstrip("."), told[3]
        if outcome == "started":
            found["running"].append(name)
        elif outcome == "skipped":
            found["skipped"].append(f"{rest.strip(': ').strip(chr(34)) or 'no reason'}: {name}")
        else:
            found[outcome].append(name)
            if name in found["running"]:
                found["running"].remove(name)
    return found | {"seconds": seconds, "status": status}


def summed(tests):
    """The outcome of a target in a cell."""
    words = [f"{len(tests[outcome])} {outcome}" for outcome in ("passed", "skipped", "failed") if tests[outcome]]
    words += ["cut off" if tests["status"] in ("124", "137") else "ended with " + tests["status"]] if tests["status"] not in "01" else []
    time = float(tests["seconds"])
    return ", ".join(words or ["none"]) + ("" if math.isnan(time) else f"; {time:.0f} s")


def targets(results):
    """A row for each test target, and a line for each test that did not pass somewhere."""
    found = {}
    for each in results:
        found.setdefault(each["kernel"], {}).update(each["targets"])
    found = {name: found[name] for name in sorted(found, key=lambda name: (ORDER + (name,)).index(name)) if found[name]}
    names = list(dict.fromkeys(name for mine in found.values() for name in mine))
    rows = [["test target", *found]] + [[name, *(summed(mine[name]) if name in mine else "-" for mine in found.values())] for name in names]
    lines = {}
    for kernel, mine in found.items():
        for name in mine:
            for outcome, word in (("failed", "failed"), ("running", "was running at the end"), ("skipped", "skipped")):
                for test in mine[name][outcome]:
                    lines.setdefault(f"{word}: {name}, {test}", []).append(kernel)
    return table(rows) + "\n" + "".join(f"\n- {', '.join(kernels)} {line}" for line, kernels in sorted(lines.items()))


def has(doctor, what):
    """Whether doctor says that `what` is there."""
    return any(line.startswith("ok ") and line.split(None, 1)[1].startswith(what + ":") for line in doctor.splitlines())


def missing_types(doctor):
    before = "devices of type "
    lines = [line.split(None, 1)[1] for line in doctor.splitlines() if line.startswith("missing ")]
    return ", ".join(line[len(before):].split(":")[0] for line in lines if line.startswith(before)) or "none"


def kernels(results):
    results = [each for each in results if each["plans"]]
    head = ["kernel", "`uname -r`", "CPU", "namespaces are told apart by", "`PIDFD_THREAD`", "link types that are missing",
            "limits", "boot", "doctor", "plans", "run"]
    rows = [[
        each["kernel"], each["uname"], {"tcg": "emulated", "kvm": "KVM", "none": "real"}[each["cpu"]],
        "handles of nsfs" if has(each["doctor"], "nsfs handles, NS_GET_ID") else "cookies",
        "yes" if has(each["doctor"], "PIDFD_THREAD") else "no", missing_types(each["doctor"]), "× " + each["patience"],
        *(f"{each['parts'][part]} s" if part in each["parts"] else "-" for part in ("boot", "doctor")),
        str(len(each["plans"])), f"{each['parts']['run']} s" if "run" in each["parts"] else "-",
    ] for each in results]
    return table([head, *rows])


def columns(results):
    """The plans by name of each kernel, of several runs the last."""
    found = {}
    for each in results:
        found.setdefault(each["kernel"], {}).update({plan["name"]: plan for plan in each["plans"]})
    return {name: found[name] for name in sorted(found, key=lambda name: (ORDER + (name,)).index(name))}


def counted(plans):
    counts = {}
    for plan in plans:
        counts[plan["verdict"]] = counts.get(plan["verdict"], 0) + 1
    return ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())) or "-"


def verdicts(by_kernel):
    """A row for each scenario, and one for each plan whose verdict is not the same wherever it was run."""
    scenarios = sorted({plan["scenario"] for plans in by_kernel.values() for plan in plans.values()})
    rows = [["scenario", *by_kernel]]
    for scenario in scenarios:
        mine = {kernel: {name: plan for name, plan in plans.items() if plan["scenario"] == scenario}
                for kernel, plans in by_kernel.items()}
        rows.append([scenario, *(counted(plans.values()) for plans in mine.values())])
        for name in sorted({name for plans in mine.values() for name in plans}):
            said = [plans[name]["verdict"] if name in plans else "-" for plans in mine.values()]
            if len(set(said) - {"-"}) > 1:
                rows.append(["differs: " + name, *said])
    return table(rows)


def about(plan):
    """What a plan was told for: each oracle with its subject."""
    return {f"{each['oracle']} {each['subject']}" for each in plan["findings"]}


def differences(by_kernel, base="here"):
    """Lines on verdicts and findings that are not those of this machine."""
    lines = []
    for kernel, plans in by_kernel.items():
        for name, plan in plans.items():
            other = by_kernel.get(base, {}).get(name)
            if kernel == base or other is None:
                continue
            told = [f"{plan['verdict']}, here {other['verdict']}"] if plan["verdict"] != other["verdict"] else []
            told += ["; ".join(plan.get("reasons", []))] if plan["verdict"] == "error" else []
            told += [f"only there {one}" for one in sorted(about(plan) - about(other))]
            told += [f"only here {one}" for one in sorted(about(other) - about(plan))]
            lines += [f"- {kernel}, {name}: " + "; ".join(told)] if told else []
    return lines


def table(rows):
    rows = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in [rows[0], ["---"] * len(rows[0]), *rows[1:]])


def main():
    folders = [folder for folder in sys.argv[1:] if (pathlib.Path(folder) / "about").exists()]
    if not folders:
        print("vm: no results of scripts/vm in " + ", ".join(sys.argv[1:]), file=sys.stderr)
        return 2
    results = [read(folder) for folder in folders]
    told = targets(results) if any(each["targets"] for each in results) else ""
    if not any(each["plans"] for each in results):
        print(told)
        return 0
    by_kernel = columns(results)
    print(kernels(results), verdicts(by_kernel), sep="\n\n")
    compared = sum(name in by_kernel.get("here", {}) for kernel, plans in by_kernel.items() if kernel != "here" for name in plans)
    differ = differences(by_kernel)
    print("\n" + "\n".join(differ or [f"Verdicts and findings of {compared} plans were compared with this machine's; none differs."]))
    if told:
        print("\n" + told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
