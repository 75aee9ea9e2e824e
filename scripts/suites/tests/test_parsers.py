"""The results of each suite, as its own runner prints them."""

import unittest

from suites import cpython, go, netfilter

GINKGO = """Will run 3 of 4 specs
------------------------------
bridge Operations 
  creates a bridge
  /src/plugins/main/bridge/bridge_test.go:1010
2022/01/01 said by the plugin
•
------------------------------
bridge Operations 
  deletes a bridge
  /src/plugins/main/bridge/bridge_test.go:1020

• Failure [0.015 seconds]
bridge Operations
/src/plugins/main/bridge/bridge_test.go:900
  deletes a bridge [It]
  /src/plugins/main/bridge/bridge_test.go:1020

  operation not supported
------------------------------
S [SKIPPING] [0.001 seconds]
bridge Operations
/src/plugins/main/bridge/bridge_test.go:900
  waits [It]
  /src/plugins/main/bridge/bridge_test.go:1030
------------------------------
"""


class Parsers(unittest.TestCase):
    def test_go_counts_subtests(self):
        text = "=== RUN   TestA\n    --- SKIP: TestA/b (0.00s)\n--- PASS: TestA (0.10s)\n--- FAIL: TestC (1s)\n"
        self.assertEqual(go.results(text), {"TestA/b": "skip", "TestA": "pass", "TestC": "fail"})

    def test_ginkgo_tells_specs_by_text_and_place(self):
        self.assertEqual(list(go.ginkgo(GINKGO).values()), ["pass", "fail", "skip"])
        self.assertIn("bridge Operations creates a bridge bridge_test.go:1010", go.ginkgo(GINKGO))

    def test_junit_amid_other_output(self):
        text = """warning
<testsuites tests="3"><testsuite>
<testcase name="a" time="0.1"/><testcase name="a"><skipped>x</skipped></testcase>
<testcase name="b"><system-out/><failure message="no"/></testcase></testsuite></testsuites>
unit-ended 0"""
        self.assertEqual(cpython.junit(text), {"a": "pass", "a (2)": "skip", "b": "fail"})
        self.assertEqual(cpython.junit("nothing"), {})

    def test_rules_of_files_that_never_came_are_absent(self):
        parse = netfilter.rules({"extensions/libxt_a.t": [2, 3], "extensions/libxt_b.t": [5]})
        text = "extensions/libxt_a.t: ERROR: line 3 (cannot find: x)\n1 test files, 3 unit tests, 1 passed\n"
        self.assertEqual(parse(text), {
            "extensions/libxt_a.t:2": "pass", "extensions/libxt_a.t:3": "fail", "extensions/libxt_b.t:5": "absent",
            "(count)": "1 of 3"})


if __name__ == "__main__":
    unittest.main()
