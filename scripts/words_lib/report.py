"""What came of each cell."""
from .denominator import Cell

RIGHT, WRONG, DEFECT, MENDED, CANNOT, UNTRIED = "right", "WRONG", "known defect", "MENDED", "cannot be tried here", "UNTRIED"


class Judged:
    """The result of each cell; `cannot` and `defects` are reasons by the text of a cell."""

    def __init__(self, cells, results, cannot, defects, is_part=False):
        self.cells, self.results, self.cannot, self.defects, self.is_part = cells, results, cannot, defects, is_part
        self.by_cell = {}
        for result in results:
            for cell in result.cells:
                self.by_cell.setdefault(cell, []).append(result)
        known = {str(cell) for cell in cells}
        self.stray = sorted({str(cell) for cell in self.by_cell} - known)
        # A part of the stories says nothing of the lists.
        self.stale = [] if is_part else sorted((set(cannot) | set(defects)) - known)
        self.state = {cell: self.state_of(cell) for cell in cells}

    def state_of(self, cell):
        looked = self.by_cell.get(cell)
        name = str(cell)
        if not looked:
            return CANNOT if name in self.cannot else UNTRIED
        if name in self.cannot:
            return WRONG
        holds = all(result.seen is None for result in looked)
        if name in self.defects:
            return MENDED if holds else DEFECT
        return RIGHT if holds else WRONG

    def count(self, state):
        return sum(1 for each in self.state.values() if each == state)

    @property
    def is_right(self):
        bad = (WRONG, MENDED) if self.is_part else (WRONG, MENDED, UNTRIED)
        return not self.stray and not self.stale and bool(self.results) and not any(map(self.count, bad))

    @property
    def tried(self):
        return sum(1 for cell in self.cells if self.by_cell.get(cell))

    def summary(self):
        return (f"{self.tried} of {len(self.cells)} cells tried, {self.count(RIGHT)} right, {self.count(WRONG)} wrong, "
                f"{self.count(DEFECT)} known defects, {self.count(MENDED)} mended; {self.count(CANNOT)} cannot be tried here, "
                f"{self.count(UNTRIED)} untried; {len(self.results)} looks")

    def why(self, cell):
        """Of the first look that does not hold, and how many more there are."""
        if str(cell) in self.cannot:
            return "it is listed as one that cannot be tried, and was"
        bad = [result for result in self.by_cell[cell] if result.seen]
        more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
        known = f" [{self.defects[str(cell)]}]" if str(cell) in self.defects else ""
        return f"{bad[0].trial}: {bad[0].claim}: {bad[0].seen}{more}{known}"

    def text(self):
        lines = []
        for cell, state in self.state.items():
            if state in (WRONG, DEFECT):
                lines.append(f"{state}: {cell}: {self.why(cell)}")
            elif state == MENDED:
                lines.append(f"{state}: {cell} holds: take it from the list of defects")
            elif state == UNTRIED and not self.is_part:
                lines.append(f"{state}: {cell}")
        lines += [f"a trial speaks for what the format has not: {name}" for name in self.stray]
        lines += [f"a list names what the format has not: {name}" for name in self.stale]
        return "\n".join([*lines, self.summary()])

    def markdown(self):
        def row(cell):
            looked = self.by_cell.get(cell, [])
            reason = self.cannot.get(str(cell)) or self.defects.get(str(cell)) or ""
            trials = ", ".join(dict.fromkeys(result.trial.split(" [")[0] for result in looked))
            words = [cell.group, cell.word, cell.key, cell.value, trials, self.state[cell] + (": " + reason if reason else "")]
            return "| " + " | ".join(word.replace("|", "or") for word in words) + " |"

        return "\n".join([
            "# Every word and key of the format, tried", "",
            "Made by `scripts/words --table results/words.md`: each cell is a word, a key and a value of [docs/format.md]"
            "(../docs/format.md), tried on the real kernel; the trial is the name of its story in `scripts/words_lib`.", "",
            self.summary() + ".", "", "| group | word | key | value | trial | result |", "|---|---|---|---|---|---|",
            *map(row, self.cells), ""])
