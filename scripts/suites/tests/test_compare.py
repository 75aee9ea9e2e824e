"""What is perturbed, and what is flaky."""

import unittest

from suites.compare import judge, verdict
from suites.host import Outcome, Unit


def outcome(**cases):
    return Outcome(dict(cases), 1.0, 1, "exit 0")


class Verdicts(unittest.TestCase):
    def test_verdicts(self):
        self.assertEqual(verdict(["pass"] * 4, ["pass"] * 4), "same")
        self.assertEqual(verdict(["fail"] * 4, ["fail"] * 4), "same")
        self.assertEqual(verdict(["pass"] * 4, ["fail"] * 4), "perturbed")
        self.assertEqual(verdict(["pass"] * 4, ["pass", "fail", "pass", "pass"]), "perturbed")
        self.assertEqual(verdict(["pass", "fail"], ["pass", "pass"]), "flaky")
        self.assertEqual(verdict(["pass", "fail"], ["absent", "pass"]), "perturbed")

    def test_a_unit_that_is_the_same_is_run_once(self):
        self.assertEqual(judge(Unit("u", "", None), (outcome(a="pass"), outcome(a="pass")), None), ([], []))

    def test_a_case_that_is_lost_is_perturbed(self):
        def again(traced, everywhere=False):
            return outcome(a="pass") if traced else outcome(a="pass", b="pass")
        perturbed, flaky = judge(Unit("u", "", None), (again(False), again(True)), again)
        self.assertEqual(perturbed, ["u: b: natively 10 pass, traced 4 absent"])
        self.assertEqual(flaky, [])

    def test_a_case_that_varies_natively_is_flaky(self):
        turns = iter(["fail", "pass", "fail", "pass", "pass", "pass"])

        def again(traced):
            return outcome(a=next(turns))
        perturbed, flaky = judge(Unit("u", "", None), (outcome(a="pass"), outcome(a="fail")), again)
        self.assertEqual(perturbed, [])
        self.assertEqual(flaky, ["u: a: natively 2 fail 2 pass, traced 1 fail 3 pass"])

    def test_what_varies_natively_on_all_cpus_alone_is_flaky(self):
        def again(traced, everywhere=False):
            return outcome(a="fail" if traced or everywhere else "pass")
        perturbed, flaky = judge(Unit("u", "", None), (outcome(a="pass"), outcome(a="fail")), again)
        self.assertEqual(perturbed, [])
        self.assertEqual(flaky, ["u: a: natively 6 fail 4 pass, traced 4 fail"])

    def test_where_only_the_traced_one_varies_it_is_run_ten_times(self):
        runs = []

        def again(traced, everywhere=False):
            runs.append(traced)
            return outcome(a="pass")
        perturbed, _ = judge(Unit("u", "", None), (outcome(a="pass"), outcome(a="fail")), again)
        self.assertEqual(len(runs), 24)
        self.assertEqual(perturbed, ["u: a: natively 16 pass, traced 1 fail 9 pass"])


if __name__ == "__main__":
    unittest.main()
