"""Runs stories in one campaign, and asks each look."""
import dataclasses
import json
import os
import pathlib
import re
import subprocess

from .story import Outcome


@dataclasses.dataclass
class Result:
    """Of one look: what it speaks for, and None where it holds, or what is seen instead."""
    cells: list
    trial: str
    claim: str
    seen: str | None


def name_of(result):
    """Of its story."""
    return result.trial.split(" [")[0]


class Runner:
    def __init__(self, tocsin, folder):
        self.tocsin, self.folder = tocsin, pathlib.Path(folder)
        self.calls = str(self.folder / "calls")
        # Most of a run is waiting: for what a trial sleeps, and for the network to come to rest.
        self.jobs = 3 * len(os.sched_getaffinity(0))

    def call(self, *words):
        return subprocess.run([self.tocsin, *words], cwd=self.folder, capture_output=True, text=True,
                              env={**os.environ, "TOCSIN_AGENTS": str(self.folder / "agents")})

    def compile(self, source):
        subprocess.run(["cc", "-O1", "-o", self.calls, str(source), "-lpthread"], check=True)

    def write(self, story):
        path = self.folder / "stories" / f"{story.name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(story.text().replace('"CALLS"', json.dumps(self.calls)).replace("CALLS", self.calls))
        for name, text in story.files.items():
            (path.parent / name).write_text(text)
        return f"stories/{story.name}.yaml"

    def refusals(self, stories):
        for story in stories:
            cells, wanted = story.refusal
            done = self.call("validate", self.write(story))
            said = (done.stdout + done.stderr).strip()
            right = done.returncode == 2 and wanted in said
            yield Result(cells, story.name, f"refused: {wanted}", None if right else f"exit {done.returncode}: {said[:300]}")

    def explorations(self, stories):
        for story in stories:
            file = self.write(story)
            for cells, claim, options, has, lacks in story.explorations:
                done = self.call("explore", file, "--results", "explored", *options)
                said = done.stdout + done.stderr
                wrong = [text for text in has if text not in said] + [f"not {text}" for text in lacks if text in said]
                yield Result(cells, story.name, claim, f"exit {done.returncode}, {wrong}: {said[:300]}" if wrong or done.returncode not in (0, 1) else None)

    def run(self, stories):
        """Stories that differ in options of `run` are run apart."""
        groups = {}
        for story in stories:
            groups.setdefault(tuple(story.options), []).append(story)
        for options, together in groups.items():
            results = list(self.campaign(list(options), together))
            # A check that fails hides those behind it.
            hidden = [story for story in together if story.checks and any(
                result.seen for result in results if result.trial == story.name)]
            yield from (result for result in results if result.trial not in [story.name for story in hidden])
            for story in hidden:
                yield from self.checks(story)

    def again(self, stories, results, most=5):
        """The stories that do not hold, three times more each by itself: the results, and the names of those that then hold each time.

        More than `most` that do not hold are no matter of a busy machine; one of checks was run again already.
        """
        wrong = {name_of(result) for result in results if result.seen}
        chosen = [story for story in stories if story.name in wrong and not story.checks]
        unsteady = []
        self.jobs = 1
        for story in chosen if len(wrong) <= most else []:
            for _ in range(3):
                alone = list(self.refusals([story]) if story.refusal else self.explorations([story]) if story.explorations else self.run([story]))
                if any(result.seen for result in alone):
                    break
            else:
                results = [*(one for one in results if name_of(one) != story.name), *alone]
                unsteady.append(story.name)
        return results, unsteady

    def checks(self, story):
        """Of a story whose steps are checks, each that fails is taken out, until the others hold together."""
        failed, results = {}, []
        for _ in range(40):
            results = list(self.campaign([], [story], failed))
            said = " ".join(result.seen or "" for result in results)
            names = [step["name"] for step in story.document["steps"] if "check" in step
                     and re.search(rf"\b{step['name']}\b", said) and step["name"] not in failed]
            if not names:
                break
            failed[names[0]] = next(result.seen for result in results if result.seen and names[0] in result.seen)
            story.document["steps"] = [step for step in story.document["steps"] if step.get("name") != names[0]]
        yield from results

    def campaign(self, options, stories, failed=None):
        files, bad = {}, {}
        for story in stories:
            files[story.name] = self.write(story)
        if self.call("validate", *files.values()).returncode:
            for story in stories:
                done = self.call("validate", files[story.name])
                if done.returncode:
                    bad[story.name] = (done.stdout + done.stderr).strip()
        chosen = [story for story in stories if story.name not in bad]
        plans = {}
        if chosen:
            provided = [files[story.name] for story in chosen if '"provision"' in story.text()]
            if provided:
                self.call("provision", *provided)
            ran = self.call("run", "--results", "results", "--jobs", str(self.jobs), *options, *[files[story.name] for story in chosen])
            shown = self.call("show", "--results", "results", "latest", "--as", "json")
            try:
                document = json.loads(shown.stdout)
            except ValueError:
                raise SystemExit(f"words: no results (exit {ran.returncode}): {(ran.stderr + shown.stderr)[-2000:]}")
            for plan in document["plans"]:
                plan["folder"] = str(self.folder / plan["folder"])
                plans[plan["name"]] = plan
        outcomes = {}
        for story in stories:
            for look in story.looks:
                name = files[story.name] + (f" [{look.plan}]" if look.plan else "")
                seen = self.ask(look, name, plans, outcomes, bad.get(story.name), failed or {})
                yield Result(look.cells, story.name + (f" [{look.plan}]" if look.plan else ""), look.claim, seen)

    def ask(self, look, name, plans, outcomes, refused, failed):
        if refused:
            return "refused: " + refused[:300]
        if name not in plans:
            return f"there is no plan {name}; " + ", ".join(one for one in plans if one.startswith(name.split(" ")[0]))[:300]
        key = (name, look.role)
        if key not in outcomes:
            outcomes[key] = Outcome(plans[name], look.role)
            outcomes[key].failed_checks = failed
        try:
            return look.test(outcomes[key])
        except (KeyError, IndexError, OSError, ValueError) as error:
            return f"{type(error).__name__} {error}; " + outcomes[key].brief()
