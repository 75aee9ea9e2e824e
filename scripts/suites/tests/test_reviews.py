"""What scripts/reviews stores of a run, and what it lets docs/reviews.md say."""
import argparse
import importlib.machinery
import importlib.util
import pathlib
import re
import tomllib
import unittest
import unittest.mock

ROOT = pathlib.Path(__file__).parents[3]
LOADER = importlib.machinery.SourceFileLoader("reviews", str(ROOT / "scripts" / "reviews"))
reviews = importlib.util.module_from_spec(importlib.util.spec_from_loader("reviews", LOADER))
LOADER.exec_module(reviews)


def row(scenario="s.yaml", verdict="pass", runs=10, found=(), version="25.0.0", **more):
    findings = [{"oracle": oracle, "subject": "resync", "step": "resync", "message": f"{oracle} m", "hits": hits, "runs": runs} for oracle, hits in found]
    return {"scenario": scenario, "title": "t", "values": {"version": version}, "verdict": verdict, "runs": runs, "findings": findings,
            "replay": "tocsin run " + scenario, "run": "r", "versions": {}, **more}


def claim(**more):
    return {"name": "c", "review": "edge", "cwe": "CWE-1", "lines": {"1": "code"}, "says": "it says", "scenarios": ["s.yaml"], **more}


class Verdicts(unittest.TestCase):
    def test_nothing_stored_is_untried(self):
        self.assertEqual(reviews.verdict(claim(), []), ("untried", 0, 0))
        self.assertEqual(reviews.verdict(claim(scenarios=[]), [row()]), ("untried", 0, 0))

    def test_a_plan_that_is_no_evidence_counts_for_nothing(self):
        for verdict in ("error", "skipped", "unsettled"):
            self.assertEqual(reviews.verdict(claim(), [row(verdict=verdict, found=[("residue", 10)])]), ("untried", 0, 0))
        self.assertEqual(reviews.verdict(claim(), [row(runs=0)]), ("untried", 0, 0))

    def test_in_each_run_is_demonstrated_and_the_denominator_counts_clean_plans_too(self):
        rows = [row(verdict="fail", found=[("residue", 10)]), row(version="29.0.0")]
        self.assertEqual(reviews.verdict(claim(), rows), ("demonstrated", 2, 20))
        self.assertEqual(reviews.versions(claim(), rows), (["25.0.0", "29.0.0"], ["25.0.0"]))

    def test_in_some_runs_is_said(self):
        self.assertEqual(reviews.verdict(claim(), [row(verdict="flaky", found=[("residue", 3)])])[0], "demonstrated, not in each run")

    def test_refuted_has_a_denominator(self):
        self.assertEqual(reviews.verdict(claim(), [row(), row(version="29.0.0", runs=5)]), ("refuted", 2, 15))
        self.assertEqual(reviews.verdict(claim(), [row(runs=9)]), ("not shown", 1, 9))
        self.assertEqual(reviews.verdict(claim(scenarios=["s.yaml", "untried.yaml"]), [row()]), ("not shown", 1, 10))

    def test_only_findings_of_the_claims_oracles_are_about_it(self):
        rows = [row(verdict="fail", found=[("residue", 10)])]
        self.assertEqual(reviews.verdict(claim(oracles=["check"]), rows)[0], "refuted")
        self.assertEqual(reviews.verdict(claim(oracles=["residue"]), rows)[0], "demonstrated")

    def test_a_gate_that_refuses_all_is_not_reachable_and_one_that_lets_something_through_is_no_excuse(self):
        shown = row(verdict="fail", found=[("check", 10)])
        self.assertEqual(reviews.verdict(claim(gates=["g.yaml"]), [shown, row("g.yaml")]), ("not reachable", 2, 20))
        self.assertEqual(reviews.verdict(claim(gates=["g.yaml"]), [shown, row("g.yaml", "fail", found=[("exit", 10)])])[0], "demonstrated")
        self.assertEqual(reviews.verdict(claim(gates=["g.yaml"]), [shown])[0], "demonstrated")

    def test_a_claim_that_denies_is_refuted_by_a_finding(self):
        self.assertEqual(reviews.verdict(claim(denies=True), [row(verdict="known", found=[("check", 10)])])[0], "refuted")
        self.assertEqual(reviews.verdict(claim(denies=True), [row()])[0], "not contradicted")


class Pairs(unittest.TestCase):
    pair = {"bug": "LP#1", "title": "t", "affected": "1.0.0", "fixed": "1.0.1", "scenario": "s.yaml"}

    def came_to(self, *rows):
        return reviews.pair_verdict(self.pair, list(rows))[0]

    def test_found_in_the_one_and_not_in_the_other(self):
        bad = row(verdict="fail", found=[("residue", 10)], version="1.0.0")
        self.assertEqual(self.came_to(bad, row(version="1.0.1")), "found, and gone")
        self.assertEqual(self.came_to(bad, row(verdict="fail", found=[("residue", 10)], version="1.0.1")), "still there in the fixed version")
        self.assertEqual(self.came_to(row(version="1.0.0"), row(version="1.0.1")), "not seen in the affected version")
        self.assertEqual(self.came_to(bad), "untried")
        self.assertEqual(self.came_to(bad, row(verdict="error", version="1.0.1")), "untried")


class Stored(unittest.TestCase):
    def test_a_row_replaces_that_of_the_same_plan_only(self):
        rows = reviews.merged([row(runs=1), row(version="12.0.3", runs=1)], [row()])
        self.assertEqual([(each["values"]["version"], each["runs"]) for each in rows], [("12.0.3", 1), ("25.0.0", 10)])

    def test_a_plan_becomes_a_row_without_runs_that_are_no_evidence(self):
        plan = {
            "scenario": "s.yaml", "title": "t", "values": {"version": "1"}, "verdict": "fail", "replay": "again", "reasons": ["why"], "folder": "",
            "faults": [{"point": "before x", "actions": ["fail EPERM"]}],
            "runs": [{"record": "fault-1", "deliveries": [{"effect": "e"}]}, {"record": "fault-2", "deliveries": [], "error": "no"}],
            "findings": [
                {"oracle": "residue", "subject": "netns x", "step": "s", "standing": "new", "message": "m", "rate": {"hits": 1, "runs": 1}, "objects": [
                    {"kind": "extra", "text": f"link {number}", "namespace": "fip"} for number in range(9)]},
                {"oracle": "exit", "subject": "s", "standing": "allowed", "message": "m"}],
            "steps": [{"step": "add", "attempts": [{"end": "exit 1", "stderr": "no\n"}]}, {"step": "ok", "attempts": [{"end": "exit 0"}]}, {"step": "c", "failure": "not there"}],
        }
        made = reviews.row_of(plan, {"tocsin": "0"}, "r")
        self.assertEqual((made["runs"], made["effects"], made["faults"]), (1, ["e"], ["before x: fail EPERM"]))
        self.assertEqual([each["oracle"] for each in made["findings"]], ["residue"])
        self.assertEqual((len(made["findings"][0]["objects"]), made["findings"][0]["more"]), (6, 3))
        self.assertEqual(made["answers"], ["add: exit 1: no", "c: not there"])
        self.assertNotIn("reasons", made)

    def test_of_a_log_the_loud_lines_stay_without_time_process_and_traceback(self):
        log = (
            "2026-11-26 09:00:00.123 17 INFO neutron.agent [-] quiet\x1b[00m\n"
            "2026-11-26 09:00:00.124 17 WARNING neutron.agent.l3 [None req-1 - - - -] Unable to configure\x1b[00m\n"
            "2026-11-26 09:00:00.124 18 WARNING neutron.agent.l3 [None req-2 - - - -] Unable to configure\n"
            "2026-11-26 09:00:00.125 17 ERROR neutron.agent.l3 [-] failed: OSError\n"
            "2026-11-26 09:00:00.125 17 ERROR neutron.agent.l3 Traceback (most recent call last):\n"
            "2026-11-26 09:00:00.125 17 ERROR neutron.agent.l3   File \"x.py\", line 1, in f\n")
        self.assertEqual(reviews.loud_lines(log), ["WARNING neutron.agent.l3 Unable to configure", "ERROR neutron.agent.l3 failed: OSError"])


    def test_where_it_was_raised_is_the_innermost_line_of_the_agent(self):
        frame = '  File "/x/site-packages/{}", line {}, in {}\n    code\n'
        text = "Traceback (most recent call last):\n" + frame.format("neutron/agent/l3/a.py", 7, "f") + frame.format("oslo/b.py", 9, "g") + "OSError: no\n"
        self.assertEqual(reviews.last_frames(text), [("neutron/agent/l3/a.py", "7", "f")])
        self.assertEqual(reviews.last_frames("no traceback"), [])


class Repeated(unittest.TestCase):
    def test_runs_are_added_and_what_one_has_not_was_not_seen_in_its_runs(self):
        one, two = row(verdict="fail", runs=3, found=[("check", 3)]), row(verdict="fail", runs=3, found=[("check", 3), ("exit", 2)])
        for each in one["findings"] + two["findings"]:
            each["runs"] = 3
        whole = reviews.added(one, two)
        self.assertEqual(whole["runs"], 6)
        self.assertEqual([(each["oracle"], each["hits"], each["runs"]) for each in whole["findings"]], [("check", 6, 6), ("exit", 2, 6)])

    def test_only_what_fails_without_a_fault_is_run_again(self):
        options = argparse.Namespace(runs=10, only=[])
        asked = []

        def played(options, scenario):
            asked.append((options.only, scenario))
            return [row(verdict="fail", runs=3, found=[("check", 3)])]

        with unittest.mock.patch.object(reviews, "played", played):
            for each in (row(runs=1), row(verdict="fail", runs=3, found=[("check", 3)], faults=["before x: y"])):
                self.assertEqual(reviews.repeated(options, each), each)
            self.assertEqual(asked, [])
            self.assertEqual(reviews.repeated(options, row(verdict="fail", runs=3, found=[("check", 3)]))["runs"], 12)
        self.assertEqual(asked, [(["version=25.0.0"], "s.yaml")] * 3)

    def test_a_repetition_that_is_no_evidence_ends_it(self):
        first = row(verdict="fail", runs=3, found=[("check", 3)])
        with unittest.mock.patch.object(reviews, "played", lambda options, scenario: [row(verdict="error", runs=0)]):
            self.assertEqual(reviews.repeated(argparse.Namespace(runs=10, only=[]), first), first)


class Again(unittest.TestCase):
    def test_what_came_to_the_same_is_silent(self):
        bad = row(verdict="known", found=[("residue", 10)])
        self.assertEqual(reviews.unlike(row(), row(runs=1)), "")
        self.assertEqual(reviews.unlike(bad, row(verdict="fail", found=[("residue", 1)], runs=1)), "")
        self.assertEqual(reviews.unlike(bad, row(runs=1)), "clean, was found")
        self.assertEqual(reviews.unlike(row(), row(verdict="error")), "untried, was clean")
        self.assertEqual(reviews.unlike(row(verdict="flaky", found=[("residue", 3)]), row(runs=1)), "")


class Page(unittest.TestCase):
    claims = {"reviews": {"edge": {"file": "f.py", "reviewed": "then"}}, "claims": [claim()], "pairs": [Pairs.pair]}

    def test_without_results_each_claim_is_untried_and_nothing_more_is_said(self):
        text = reviews.page(self.claims, [])
        self.assertIn("| untried | 0, 0 | - |", text)
        for word in ("demonstrated |", "refuted |", "found, and gone"):
            self.assertNotIn(word, text)

    def test_evidence_is_what_is_stored(self):
        text = reviews.page(self.claims, [row(verdict="fail", found=[("residue", 10)], effects=["the name went"], log=["WARNING x"], answers=["add: exit 1"])])
        for part in ("found 10/10", "residue m", "the name went", "WARNING x", "add: exit 1", "tocsin run s.yaml", "| demonstrated 10/10 | 1, 10 | 25.0.0 of 1 |"):
            self.assertIn(part, text)

    def test_where_the_code_stands_in_other_versions_is_said(self):
        claims = {**self.claims, "claims": [claim(source="line 2 in 29.0.0")]}
        self.assertIn("the versions that were run: line 2 in 29.0.0", reviews.page(claims, []))
        self.assertNotIn("the versions that were run", reviews.page(self.claims, []))

    def test_an_error_is_shown_with_its_reason(self):
        text = reviews.page(self.claims, [row(verdict="error", reasons=["fault-1 did not fire"])])
        self.assertIn("error, fault-1 did not fire", text)

    def test_text_of_an_agent_breaks_no_table(self):
        text = reviews.page(self.claims, [row(verdict="fail", found=[("residue", 10)], faults=["a | b `c`"])])
        self.assertIn("`a / b 'c'`", text)


class Files(unittest.TestCase):
    def test_claims_scenarios_results_and_page_fit_together(self):
        claims = tomllib.loads(reviews.CLAIMS.read_text())
        text = reviews.PAGE.read_text() if reviews.PAGE.exists() else ""
        self.assertEqual(reviews.problems(claims, reviews.stored(), text), [])

    def test_each_quote_is_in_a_review_or_shortened_to_one(self):
        claims = tomllib.loads(reviews.CLAIMS.read_text())
        for each in claims["claims"]:
            self.assertTrue(each["says"].strip(), each["name"])
            for line in each["lines"]:
                self.assertTrue(re.fullmatch(r"\d+", line), each["name"])


if __name__ == "__main__":
    unittest.main()
