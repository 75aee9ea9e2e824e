"""What scripts/seeded counts as right."""
import importlib.machinery
import importlib.util
import pathlib
import unittest

PATH = str(pathlib.Path(__file__).parents[2] / "seeded")
LOADER = importlib.machinery.SourceFileLoader("seeded", PATH)
seeded = importlib.util.module_from_spec(importlib.util.spec_from_loader("seeded", LOADER))
LOADER.exec_module(seeded)


def plan(verdict, *found):
    return {"verdict": verdict, "reasons": [], "notes": [], "findings": [
        {"standing": "new", "oracle": oracle, "subject": about, "step": "del", "message": "m"}
        for oracle, about in found]}


def row(bad, good, expect="residue  rule 10.0.0.1*"):
    plans = {"f [twin=bad]": bad, "f [twin=good]": good}
    case = {"name": "n", "half": "first", "file": "f", "expect": seeded.expected(expect)}
    return seeded.judge(case, {name: one for name, one in plans.items() if one}, "refused")


class Verdicts(unittest.TestCase):
    named = plan("fail", ("residue", "rule 10.0.0.1/32"))

    def test_a_named_defect_and_a_silent_twin_are_right(self):
        self.assertTrue(seeded.is_right(row(self.named, plan("pass"))))

    def test_what_was_not_judged_is_never_right(self):
        for verdict in ("error", "skipped", "unsettled"):
            self.assertEqual(row(plan(verdict, ("residue", "rule 10.0.0.1/32")), plan("pass"))["bad"], "error")
            self.assertEqual(row(self.named, plan(verdict))["good"], "error")
        self.assertEqual(row(None, plan("pass"))["bad"], "error")
        self.assertFalse(seeded.is_right(row(self.named, None)))

    def test_another_oracle_or_another_object_is_not_the_right_one(self):
        for other in (("difference", "rule 10.0.0.1/32"), ("residue", "rule 10.0.0.2/32")):
            self.assertEqual(row(plan("fail", other), plan("pass"))["bad"], "other")

    def test_every_line_must_be_met_by_one_of_its_ways(self):
        lines = "crash|ended  * or hang  add\nresidue  rule*"
        self.assertEqual(row(self.named, plan("pass"), lines)["bad"], "other")
        both = plan("fail", ("ended", "del"), ("residue", "rule 10.0.0.1/32"))
        self.assertEqual(row(both, plan("pass"), lines)["bad"], "right")

    def test_any_finding_of_a_good_twin_accuses_it(self):
        self.assertEqual(row(self.named, plan("flaky", ("crash", "add")))["good"], "accused")

    def test_what_its_good_twin_is_told_too_names_no_defect(self):
        self.assertEqual(row(self.named, self.named)["bad"], "other")

    def test_the_worst_plan_of_a_correct_agent_counts(self):
        case = {"name": "n", "half": "first", "file": "f", "expect": None}
        plans = {"f [a=1]": plan("pass"), "f [a=2]": plan("fail", ("residue", "x")), "fg": plan("error")}
        self.assertEqual(seeded.judge(case, plans, None)["good"], "accused")
        self.assertEqual(seeded.judge(case, {}, None)["good"], "error")


if __name__ == "__main__":
    unittest.main()
