"""One plan that refuses the operation of a command, and one that kills it there: whether each did what it says, by its record."""
import collections
import dataclasses
import fnmatch
import json
import pathlib
import re
import subprocess
import tempfile

import record_files

from .commands import LOOKS, ROOT, Line, fits

ROW = re.compile(r"\| `([a-z0-9.-]+)( [^`]*)?` \| ([^|]*) \| `[^`]*`[^|]* \|$")
CAUSE = re.compile(r"(E[A-Z0-9]+) \(")
# What a tool may take for another course of things than an error: tried last.
MILD = ["ENOENT", "EEXIST", "ESRCH", "EAGAIN", "ERESTART", "EINTR", "EADDRNOTAVAIL", "ENODATA", "EOPNOTSUPP"]

# What a run says whose request cannot be changed on its way.
CANNOT = "cannot be written"


@dataclasses.dataclass
class Outcome:
    """What came of the plans of one command."""
    fail: str = "-"
    kill: str = "-"
    compared: str = "-"
    wrong: list = dataclasses.field(default_factory=list)


def errnos():
    """The errnos of each row, as docs/format.md has them: by the word, those of all its kinds together."""
    rows = collections.defaultdict(list)
    for line in (ROOT / "docs" / "format.md").read_text().splitlines():
        match = ROW.match(line)
        if match and CAUSE.search(match.group(3)):
            for errno in CAUSE.findall(match.group(3)):
                rows[match.group(1), (match.group(2) or "").strip()].append(errno)
    return rows


def errnos_of(rows, word, line):
    """Those of an operation: of the kind that its keys say, else those that all kinds have."""
    kinds = {kind: list for (name, kind), list in rows.items() if name == word}
    if not kinds:
        return []
    family = "IPv6" if ":" in line.split(" ")[1] or "inet6" in line else "IPv4"
    fitting = [errnos for kind, errnos in kinds.items() if not kind or kind == family or f" {kind} " in f" {line} "]
    fitting = fitting or list(kinds.values())
    common = [errno for errno in fitting[0] if all(errno in other for other in fitting)]
    return sorted(common, key=lambda errno: (MILD.index(errno) + 1 if errno in MILD else 0))


def pattern_of(command):
    """The operation that is meant: the first that changes something, else the first."""
    changing = [one for one in command.patterns if not LOOKS.search(one.split()[0])]
    return (changing or command.patterns)[0]


def point(pattern):
    """`WORD WHICH, KEY VALUE = RESULT` as a map of the format; a key with several values is left out."""
    text = pattern.partition(" = ")[0].strip()
    first, *keys = [part.strip() for part in re.split(r", (?=[a-z][a-z-]* )", text)]
    word, _, which = first.partition(" ")
    operation = {word: (which or "*").replace("[", "[[]")}
    for key in keys:
        name, _, value = key.partition(" ")
        if "," not in value:
            operation[name] = value.replace("[", "[[]")
    return operation


def scenario(command, errno):
    operation = point(pattern_of(command))
    steps = [{"run": "it", "exit": list(range(256))}]
    commands = {"it": {"run": ["sh", "-c", command.command]}}
    if command.before:
        commands["before"] = {"run": ["sh", "-c", command.before + "; exit 0"]}
        steps.insert(0, {"run": "before", "setup": True})
    faults = [{"before": operation, "during": "it", "do": {"kill": "process"}, "if": {"what": "kill"}}]
    if errno:
        faults.insert(0, {"before": operation, "during": "it", "do": {"fail": errno}, "if": {"what": "fail"}})
    return {"tocsin": 1, "title": command.name, "matrix": {"what": [*(["fail"] if errno else []), "kill"]},
            "agents": {"m": {"commands": commands, "timeout": "30s"}}, "steps": steps, "faults": faults}


class Record:
    """A record, as far as it matters here."""

    def __init__(self, folder):
        self.header = json.loads(record_files.text(folder / "record.json"))
        self.operations = []
        for line in record_files.text(folder / "operations.jsonl").splitlines()[:-1]:
            one = json.loads(line)
            phrase = one["phrase"]
            words = [phrase["word"], phrase["which"], *(f"{key} {value}" for key, value in phrase["qualifiers"].items())]
            self.operations.append((one["index"], Line(" ".join(words), one["result"], one["program"])))

    @property
    def outcome(self):
        return next((one for one in self.header["outcomes"] if one["step"] == "it"), None)

    @property
    def attempt(self):
        return self.outcome["attempts"][-1] if self.outcome and self.outcome["attempts"] else None

    @property
    def ended(self):
        """How the command ended and what it said, without what differs between two runs."""
        end = self.attempt["end"]
        said = re.sub(r"\d+", "#", self.attempt["output"] + self.attempt["errorOutput"])
        return end, said

    @property
    def status(self):
        end = self.attempt["end"]
        kind = next(iter(end))
        return f"{'signal' if kind == 'signalled' else 'exit'} {end[kind]['_0'] if isinstance(end[kind], dict) else end[kind]}"

    def hit(self, pattern, result):
        """Why the one fault was not delivered at that operation; nothing where it was."""
        if self.header.get("error"):
            return f"error: {self.header['error']}"
        deliveries = self.header["deliveries"]
        if not deliveries:
            return "did not fire: " + "; ".join(self.header["undelivered"])
        if deliveries[0].get("failure"):
            return f"not delivered: {deliveries[0]['failure']}"
        at = next((line for index, line in self.operations if index == deliveries[0].get("operation")), None)
        if at is None:
            return "its operation is not in the record"
        wanted = pattern.partition(" = ")[0] + " = *"
        if not fits(wanted, at):
            return f"fired at {at.text}"
        return "" if at.result == result else f"{at.text} ended with {at.result}, not {result}"


def judge_fail(command, plan, errno, reference):
    record = Record(plan / "fault-1")
    wrong = record.hit(pattern_of(command), errno)
    if CANNOT in wrong and re.search(r"splice|sendfile", command.command):
        return True, "cannot: what comes out of a pipe or a file stands in no memory"
    if wrong:
        return None, f"fail {errno}: {wrong}"
    return record.ended != reference.ended, f"{errno}: {record.status}"


def judge_kill(command, plan):
    record = Record(plan / "fault-1")
    wrong = record.hit(pattern_of(command), "unknown")
    if wrong:
        return f"kill: {wrong}"
    deaths = [one for one in record.attempt["deaths"] if one["byTocsin"] and one["signal"] == 9]
    killed = "signalled" in record.attempt["end"]
    return "" if deaths or killed else "kill: nobody died of it"


def judge_compared(command, reference):
    """Whether a state, or the line of what is not compared, tells that the command has done something."""
    states = [reference.header["startSnapshot"], *(one["snapshot"] for one in reference.header["outcomes"])]
    if states[-1] != states[-2]:
        return "state"
    said = reference.header.get("notLookedAt") or {}
    word = pattern_of(command).split()[0]
    if any(text.split()[0] == word for text in [*said.get("notCompared", {}), *said.get("notDecoded", {})]):
        return "said"
    return "unchanged" if LOOKS.search(word) or " = " in pattern_of(command) or not command.state else "untold"


def run(tocsin, folder, commands, wanted):
    """Runs the scenarios of commands, each with its errno: the folders of plans by name and what is done."""
    scenarios, results = folder / "scenarios", folder / "results"
    scenarios.mkdir(parents=True)
    for command in commands:
        (scenarios / f"{command.name}.yaml").write_text(json.dumps(scenario(command, wanted.get(command.name))))
    done = subprocess.run([tocsin, "run", str(scenarios), "--results", str(results)], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)
    plans = {}
    for plan in results.glob("runs/*/plan-*"):
        match = re.match(r"plan-\d+-(.*)-(fail|kill)$", plan.name)
        if match:
            plans[match.groups()] = plan
    if not plans:
        raise SystemExit(f"mechanisms: nothing ran: {(done.stdout + done.stderr).strip()[-2000:]}")
    return plans


def look(tocsin, commands, seen):
    """The outcome of each command by its name. `seen`: the operations of each, as they were traced."""
    rows = errnos()
    outcomes = {command.name: Outcome() for command in commands}
    choices = {}
    for command in commands:
        at = next((line.text for line in seen[command.name] if fits(pattern_of(command), line)), pattern_of(command))
        choices[command.name] = errnos_of(rows, pattern_of(command).split()[0], at)
    with tempfile.TemporaryDirectory(prefix="mechanisms-", dir="/var/tmp") as name:
        open_, turn = list(commands), 0
        while open_:
            wanted = {one.name: choices[one.name][turn] for one in open_ if turn < len(choices[one.name])}
            plans = run(tocsin, pathlib.Path(name) / str(turn), open_, wanted)
            open_ = [one for one in open_ if not settle(one, outcomes[one.name], plans, wanted.get(one.name), turn)
                     and turn + 1 < len(choices[one.name])]
            turn += 1
    return outcomes


def settle(command, outcome, plans, errno, turn):
    """Takes what a turn showed; whether there is nothing more to try."""
    kill = plans.get((command.name, "kill"))
    if kill is None or not (kill / "fault-1").exists():
        outcome.wrong.append("no plan of it came to its end" + why(kill))
        return True
    reference = Record(kill / "reference-1")
    if turn == 0:
        outcome.compared = judge_compared(command, reference)
        if outcome.compared == "untold":
            outcome.wrong.append("no state shows what it does, and nothing says so")
        wrong = judge_kill(command, kill)
        outcome.kill = wrong or "killed"
        if wrong:
            outcome.wrong.append(wrong)
    if not errno:
        outcome.fail = "no errno: its row has none"
        return True
    fail = plans.get((command.name, "fail"))
    if fail is None or not (fail / "fault-1").exists():
        outcome.wrong.append("the plan that fails it did not come to its end" + why(fail))
        return True
    noticed, text = judge_fail(command, fail, errno, reference)
    if noticed is None:
        outcome.wrong.append(text)
        outcome.fail = text
        return True
    if noticed:
        outcome.fail = text
        return True
    # The record says that the command read it: it went on as if nothing were.
    outcome.fail = text + ", as without it"
    return False


def why(plan):
    if plan is None:
        return ""
    notes = [json.loads(record_files.text(path)).get("error") for path in record_files.found(plan, "*/record.json")]
    return ": " + "; ".join(sorted({note for note in notes if note})) if any(notes) else ""
