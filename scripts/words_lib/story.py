"""A story is one scenario file that is run, and looks at what came of it; each look speaks for cells of the format."""
import dataclasses
import json
import pathlib
import typing

import record_files

from .denominator import Cell


@dataclasses.dataclass
class Look:
    """One claim. `test` is given the Outcome, and returns None where it holds, or what is seen instead."""
    cells: list
    claim: str
    test: typing.Callable
    plan: str | None
    role: str


class Outcome:
    """What one plan came to: its verdict, and the record of one of its runs."""

    def __init__(self, plan, role):
        self.plan, self.verdict = plan, plan["verdict"]
        self.reasons = plan.get("reasons", [])
        self.folder = pathlib.Path(plan["folder"])
        self.role = role
        self.kept = {}
        # Of a story of checks: what was taken out of it because it failed, and why.
        self.failed_checks = {}

    def file(self, name):
        if name not in self.kept:
            path = self.folder / self.role / name
            text = record_files.text(path) if record_files.there(path) else ""
            self.kept[name] = [json.loads(line) for line in text.splitlines()] if name.endswith("l") else \
                json.loads(text or "{}")
        return self.kept[name]

    @property
    def record(self):
        return self.file("record.json")

    @property
    def operations(self):
        return self.file("operations.jsonl")

    @property
    def deliveries(self):
        return self.record.get("deliveries", [])

    def of_fault(self, name):
        return [one for one in self.deliveries if one["fault"] == name]

    def attempts(self, step):
        return [one for outcome in self.record.get("outcomes", []) if outcome["step"] == step
                for one in outcome.get("attempts", [])]

    def output(self, step):
        return "".join(one["output"] for one in self.attempts(step))

    def error_output(self, step):
        return "".join(one["errorOutput"] for one in self.attempts(step))

    @property
    def findings(self):
        """(oracle, what it is about, standing) of each."""
        return [(one["oracle"], one["subject"] or one["step"],
                 one["standing"]) for one in self.plan["findings"]]

    def brief(self):
        said = "; ".join(self.reasons + [one["message"] for one in self.plan["findings"]])
        return f"{self.verdict}: {said}"[:400]


class Story:
    """A scenario file by its name, and the looks at its plans."""

    def __init__(self, name, document, title="tried"):
        self.name, self.looks, self.files = name, [], {}
        self.document = {"tocsin": 1, "title": title, **document}
        if title is None:
            del self.document["title"]
        self.refusal = None
        self.explorations = []
        self.options = []
        self.checks = False

    def look(self, cells, claim, test, plan=None, role="fault-1"):
        """`plan` is the text in brackets behind the name of the file, where there is a matrix."""
        self.looks.append(Look([cells] if isinstance(cells, Cell) else list(cells), claim, test, plan, role))
        return self

    def text(self):
        return "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in self.document.items()) + "\n"


def refused(name, document, cells, says):
    """A story that `tocsin validate` must refuse with a message that has `says` in it."""
    story = Story(name, document)
    story.refusal = ([cells] if isinstance(cells, Cell) else cells, says)
    return story


def explored(name, document, *looks):
    """A story that `tocsin explore` explores: each look is (cells, claim, options, texts that it says, texts that it does not)."""
    story = Story(name, document)
    story.explorations = [([cells] if isinstance(cells, Cell) else cells, claim, options, has, lacks) for cells, claim, options, has, lacks in looks]
    return story


def verdict(*allowed):
    return lambda outcome: None if outcome.verdict in allowed else outcome.brief()


def reason(text):
    """The plan is an error, for a reason with this text."""
    def test(outcome):
        there = outcome.verdict == "error" and any(text in one for one in outcome.reasons)
        return None if there else outcome.brief()
    return test


def says(step, *texts, lacks=()):
    """The command of the step wrote these texts, to standard output or error."""
    def test(outcome):
        wrote = outcome.output(step) + outcome.error_output(step)
        if not outcome.attempts(step):
            return f"no attempt of {step}; " + outcome.brief()
        if any(text not in wrote for text in texts) or any(text in wrote for text in lacks):
            return f"{step} wrote {wrote.strip()[-300:]!r}"
        return None
    return test


def ended(step, end):
    """How the first attempt of the step ended: `{"exited": 0}` or `{"signaled": 15}`, as in the record."""
    def test(outcome):
        seen = [json.dumps(one["end"]) for one in outcome.attempts(step)]
        return None if any(end in one for one in seen) else f"{step} ended {seen}; " + outcome.brief()
    return test


def every(*tests):
    return lambda outcome: next((seen for seen in (test(outcome) for test in tests) if seen), None)


def found(oracle, about="", standing=None):
    def test(outcome):
        for one in outcome.findings:
            if one[0] == oracle and about in one[1] and standing in (None, one[2]):
                return None
        return "findings: " + str(outcome.findings) + " " + outcome.brief()
    return test


def fires(fault, step=None, word=None, call=None, times=1):
    """The fault fired, in this step, at this operation, made by this call."""
    def test(outcome):
        there = outcome.of_fault(fault)
        if len(there) != times:
            return f"fired {len(there)} of {times} times; " + outcome.brief()
        for one in there:
            if step and one["step"] != step:
                return f"fired in {one['step']}"
            if word or call:
                operation = outcome.operations[one["operation"]]
                if word and operation["phrase"]["word"] != word:
                    return f"fired at {operation['phrase']}"
                if call and operation["call"] != call:
                    return f"fired at the call {operation['call']}"
        return None
    return test


def silent(fault):
    """The fault did not fire, and the plan is an error because of it, or of another that did not."""
    def test(outcome):
        if outcome.of_fault(fault):
            return f"fired at {outcome.of_fault(fault)[0]['key']}"
        if outcome.verdict != "error" or not any("not delivered" in one for one in outcome.reasons):
            return outcome.brief()
        return None
    return test
