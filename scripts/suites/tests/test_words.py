"""What scripts/words takes for the format, and what it counts as right."""
import pathlib
import unittest

from words_lib import denominator, report
from words_lib.denominator import Cell
from words_lib.runner import Result, Runner
from words_lib.story import Story

PAGE = (pathlib.Path(__file__).parents[3] / "docs" / "format.md").read_text()
ROW = ("| `link.set` | device | `up` (`true` or `false`), `mtu` (number 1 to 9), `master` (device or `none`), `alias` | "
       "changes | changes link | `RTM_NEWLINK` `RTM_SETLINK` |")
RIGHT, OTHER = Cell("operation", "link.set", "up", "true"), Cell("operation", "link.set", "up", "false")


def result(cell, seen=None):
    return Result([cell], "story", "claim", seen)


def judged(*results, cannot=None, defects=None, is_part=False):
    return report.Judged([RIGHT, OTHER], list(results), cannot or {}, defects or {}, is_part)


class Denominator(unittest.TestCase):
    def test_each_value_of_an_enumeration_is_a_cell_and_a_typed_key_has_two(self):
        cells = [(cell.key, cell.value) for cell in denominator.operations([denominator.cells(ROW)])]
        for pair in (("up", "true"), ("up", "false"), ("mtu", "matches"), ("mtu", "another"), ("master", "none"),
                     ("master", "matches"), ("alias", "another"), ("by", "matches"), ("in", "another"), ("result", "ok"),
                     ("seen as", "RTM_SETLINK"), ("which", "another")):
            self.assertIn(pair, cells)
        self.assertNotIn(("up", "matches"), cells)

    def test_the_page_has_all_four_tables(self):
        tables = denominator.tables(PAGE)
        self.assertEqual(sorted(tables), ["actions", "errnos", "objects", "operations"])
        words = [row[0].strip("`") for row in tables["operations"]]
        self.assertEqual((words[0], words[-1]), ("netns.create", "step"))

    def test_the_row_of_errnos_is_read_whole(self):
        row = ["`exec`", "ENOENT (no such program), E2BIG (arguments, too long)", "`f()`"]
        self.assertEqual([cell.value for cell in denominator.errnos([row])], ["ENOENT", "E2BIG"])

    def test_what_an_action_makes_is_given_and_what_it_deletes_is_a_pattern(self):
        self.assertEqual(denominator.action_values("prefix; any", is_pattern=True), ["matches", "another", "left out"])
        self.assertEqual(denominator.action_values("prefix; any", is_pattern=False), ["given", "left out"])
        self.assertEqual(denominator.action_values("`done` or `lingering`; done", False), ["done", "lingering"])


class Judgements(unittest.TestCase):
    def test_all_looks_of_a_cell_must_hold(self):
        self.assertTrue(judged(result(RIGHT), result(OTHER)).is_right)
        self.assertFalse(judged(result(RIGHT), result(RIGHT, "else"), result(OTHER)).is_right)

    def test_an_untried_cell_fails_but_for_a_part(self):
        self.assertFalse(judged(result(RIGHT)).is_right)
        self.assertTrue(judged(result(RIGHT), is_part=True).is_right)

    def test_what_cannot_be_tried_is_no_right_one_and_must_not_be_tried(self):
        listed = judged(result(RIGHT), cannot={str(OTHER): "why"})
        self.assertTrue(listed.is_right)
        self.assertIn("1 right", listed.summary())
        self.assertFalse(judged(result(RIGHT), result(OTHER), cannot={str(OTHER): "why"}).is_right)

    def test_a_known_defect_passes_until_it_holds(self):
        self.assertTrue(judged(result(RIGHT), result(OTHER, "else"), defects={str(OTHER): "why"}).is_right)
        self.assertFalse(judged(result(RIGHT), result(OTHER), defects={str(OTHER): "why"}).is_right)

    def test_a_trial_or_a_list_that_names_nothing_of_the_format_fails(self):
        stray = Cell("operation", "link.set", "up", "maybe")
        self.assertFalse(judged(result(RIGHT), result(OTHER), result(stray)).is_right)
        self.assertFalse(judged(result(RIGHT), result(OTHER), cannot={str(stray): "why"}).is_right)

    def test_nothing_run_is_never_right(self):
        self.assertFalse(judged(cannot={str(RIGHT): "why", str(OTHER): "why"}).is_right)


class Again(unittest.TestCase):
    """A story that does not hold, and what comes of it by itself."""

    def told(self, *failing, seen=(), checks=False, **most):
        """The stories a, b and c, of which some do not hold; `seen` is what each run by itself then shows."""
        runner, stories, shown = Runner("tocsin", "/nowhere"), [Story(name, {}) for name in "abc"], iter(seen)
        for story in stories:
            story.checks = checks
        runner.run = lambda again: [Result([RIGHT], f"{again[0].name} [x=1]", "alone", next(shown))]
        results = [Result([RIGHT], f"{story.name} [x=1]", "all", "else" if story.name in failing else None) for story in stories]
        results, unsteady = runner.again(stories, results, **most)
        return sorted((one.trial[0], one.claim, one.seen) for one in results), unsteady, list(shown)

    def test_one_that_holds_three_times_is_told_and_right(self):
        results, unsteady, rest = self.told("b", seen=[None, None, None])
        self.assertEqual((unsteady, rest), (["b"], []))
        self.assertEqual(results, [("a", "all", None), ("b", "alone", None), ("c", "all", None)])

    def test_one_that_fails_again_is_wrong(self):
        results, unsteady, _ = self.told("b", seen=[None, None, "else"])
        self.assertEqual(unsteady, [])
        self.assertIn(("b", "all", "else"), results)

    def test_each_of_several_is_run_again_by_itself(self):
        results, unsteady, rest = self.told("a", "b", seen=["else", None, None, None])
        self.assertEqual((unsteady, rest), (["b"], []))
        self.assertEqual(results, [("a", "all", "else"), ("b", "alone", None), ("c", "all", None)])

    def test_more_than_so_many_are_not_run_again_nor_is_one_of_checks(self):
        for told in (self.told("a", "b", seen=[None], most=1), self.told("b", seen=[None], checks=True), self.told(seen=[None])):
            self.assertEqual(told[1:], ([], [None]))


if __name__ == "__main__":
    unittest.main()
