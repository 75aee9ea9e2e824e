"""What must be tried: every word, key and value, read from the tables of docs/format.md and from the JSON Schema."""
import re
from typing import NamedTuple


class Cell(NamedTuple):
    group: str
    word: str
    key: str
    value: str

    def __str__(self):
        return " ".join([self.group, self.word, self.key, self.value])


def tables(page):
    """The generated tables of the page, by name: rows of cells without the head."""
    found = {}
    for name, text in re.findall(r"<!-- generated: (\w+) -->\n(.*?)\n", page + "\n", re.S) and \
            re.findall(r"<!-- generated: (\w+) -->\n(.*?)(?:\n\n|<!-- end)", page, re.S):
        lines = [line for line in text.splitlines() if line.startswith("|")]
        found[name] = [cells(line) for line in lines[2:]]
    return found


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def ticked(text):
    return re.findall(r"`([^`]*)`", text)


def keys(text):
    """(name, what stands in the brackets behind it) of each key of a cell."""
    return [(name, inside or "") for name, inside in re.findall(r"`([^`]+)`(?: \(([^()]*(?:\([^()]*\)[^()]*)*)\))?", text)]


def pattern_values(kind):
    """The values at which a pattern of this type is tried. `0x10` and `0x10/0xff` are forms of a mark."""
    words = ticked(kind)
    enumeration = bool(words) and not re.match(r"[a-z]", kind)
    return words if enumeration else ["matches", "another", *words]


def operations(rows):
    for word, which, keyed, _, _, seen in rows:
        word = word.strip("`")
        if word == "step":
            yield from (Cell("operation", word, "which", value) for value in ("matches", "another"))
            continue
        yield from (Cell("operation", word, "which", value) for value in pattern_values(which))
        for key, kind in [*keys(keyed), ("by", ""), ("in", ""), ("line", "")]:
            yield from (Cell("operation", word, key, value) for value in pattern_values(kind))
        yield from (Cell("operation", word, "result", value) for value in ("ok", "another"))
        for call in ticked(seen) or [seen]:
            yield Cell("operation", word, "seen as", call)


def objects(rows):
    for word, which, keyed, _ in rows:
        word = word.strip("`")
        yield from (Cell("object", word, "which", value) for value in pattern_values(which))
        for key, kind in keys(keyed):
            yield from (Cell("object", word, key, value) for value in pattern_values(kind))


def action_values(kind, is_pattern):
    kind, _, default = kind.partition("; ")
    words = [] if kind == "text" else ticked(kind)
    if words and not re.match(r"[a-z]", kind):
        words += ["number"] if "or a number" in kind else []
        return words + (["left out"] if default and default not in words and "needed" not in default else [])
    values = ["matches", "another"] if default == "any" and is_pattern else ["given", *words]
    return values + (["left out"] if default and default != "needed" else [])


IN = ("link.", "address.", "route.", "rule.", "neighbour.", "nft.", "sysctl.write", "exec", "overflow")


def actions(rows):
    for word, which, keyed, where, until, _ in rows:
        word = word.strip("`")
        for value in ticked(which) if which.startswith("`") else ["given", *ticked(which)]:
            yield Cell("action", word, "which", value)
        for key, kind in keys(keyed):
            yield from (Cell("action", word, key, value) for value in action_values(kind, word.endswith(".delete")))
        if word.startswith(IN):
            yield from (Cell("action", word, "in", value) for value in ("given", "left out"))
        if where.startswith("anywhere"):
            yield from (Cell("action", word, "where", value) for value in ("before", "after", "step"))
        elif where.startswith("before"):
            yield from (Cell("action", word, "where", value) for value in ("before", "after is refused"))
        else:
            yield from (Cell("action", word, "where", value) for value in ("before", "after", "edge of a step"))
        if until == "no":
            yield Cell("action", word, "until", "refused")
        else:
            refused = ticked(until)
            yield from (Cell("action", word, "until", f"{key} refused") for key in refused)
            taken = [key for key, _ in keys(keyed) if key not in refused] if refused else [""]
            yield from (Cell("action", word, "until", f"{key} taken back".strip()) for key in taken)


def errnos(rows):
    for request, causes, _ in rows:
        for errno in re.findall(r"\b(E[A-Z0-9]+) \(", causes):
            yield Cell("errno", request.strip("`"), "fail", errno)


def shape_values(shape):
    """Of a key of the schema: each value of an enumeration, else that it is given."""
    for inner in shape.get("anyOf", [shape]):
        if "enum" in inner:
            return inner["enum"]
        if inner.get("type") == "boolean":
            return ["true", "false"]
        if inner.get("type") == "array":
            return shape_values(inner["items"]) if "enum" in str(inner["items"])[:60] else ["given"]
    return ["given"]


def inner_tables(shape):
    """The tables of keys in a shape: of a map, of the maps in a list, of the maps behind names."""
    for inner in shape.get("anyOf", [shape]):
        if "properties" in inner:
            yield inner["properties"]
        if inner.get("type") == "array":
            yield from inner_tables(inner["items"])
        if isinstance(inner.get("additionalProperties"), dict):
            yield from inner_tables(inner["additionalProperties"])


def schema_keys(shape, word):
    for table in inner_tables(shape):
        for key, kind in table.items():
            yield from (Cell("key", word, key, str(value)) for value in shape_values(kind))
            if word.count(".") < 3:
                yield from schema_keys(kind, f"{word}.{key}")


def schema(document):
    for key, kind in document["properties"].items():
        if key in ("allow", "known"):
            continue
        yield from (Cell("key", "file", key, value) for value in shape_values(kind))
        yield from schema_keys(kind, key)


def rows_below(page, heading):
    """The first cells of the table that follows this heading line."""
    text = page.split(heading, 1)[1]
    lines = text[text.index("|---"):].split("\n\n")[0].splitlines()[1:]
    return [cells(line) for line in lines]


def by_hand(page, document):
    """What stands in no generated table: steps, conditions, oracles of `allow` and `known`, forms of points."""
    for row in rows_below(page, "| CONDITION |"):
        for word in re.findall(r"`\{ ([a-z]+):", row[0]):
            yield Cell("condition", word, "holds", "true")
            yield Cell("condition", word, "holds", "false")
    oracles = [key for table in inner_tables(document["properties"]["known"]) for key in table]
    for oracle in oracles:
        if oracle in ("because", "if", "kind", "see", "seen"):
            continue
        for line in ("allow", "known"):
            yield from (Cell("line", line, oracle, value) for value in ("matches", "another"))
    yield from (Cell("line", "known", "seen", value) for value in ("sometimes", "left out"))
    yield from (Cell("line", line, "if", value) for line in ("allow", "known") for value in ("true", "false"))
    yield from (Cell("line", line, "because", "given") for line in ("allow", "known"))
    yield from (Cell("line", line, "kind", value) for line in ("allow", "known") for value in ("missing", "extra", "changed"))
    yield Cell("line", "known", "see", "given")
    yield from (Cell("point", "nth", "form", form) for form in ("left out", "number", "list", "last", "all"))
    yield from (Cell("point", "nth", "form", form) for form in ("beyond the count",))
    for key in ("during", "agent"):
        yield from (Cell("point", key, "pattern", value) for value in ("matches", "another"))
    for form in ("pattern *", "pattern ?", "pattern [ab]", "pattern [*]", "within PREFIX", "within default", "by value"):
        yield from (Cell("phrase", form, "pattern", value) for value in ("matches", "another"))
    for condition in ("fired", "time", "present", "absent", "not", "log"):
        yield Cell("point", "counting-from", condition, "counts")
    for form in ("DURATION", "point", "during", "agent", "nth", "counting-from", "never comes"):
        yield Cell("point", "until", form, "given")
    for form in ("netlink request", "system call"):
        yield Cell("point", "after", f"a {form} that was made to fail", "fires")
    for form in ("list", "refused when one cannot act"):
        yield Cell("point", "do", form, "given")
    for form in ("before", "after", "during", "agent", "nth number", "nth last", "counting-from", "held", "impossible"):
        yield Cell("point", "order", form, "given")
    for form in ("value", "pattern", "version <", "version <=", "version >", "version >=", "list", "map"):
        yield from (Cell("if", form, "holds", value) for value in ("true", "false"))


SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP", "SIGSEGV", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGPIPE", "SIGQUIT", "SIGABRT",
           "SIGCHLD", "SIGWINCH", "SIGRTMIN+1", "SIGRTMAX-1")
NOT_CAUGHT = ("SIGKILL", "SIGSTOP")


def kills():
    for victim in ("process", "main", "all"):
        for signal in SIGNALS:
            for kept in ("default", "caught", "ignored"):
                yield Cell("kill", victim, signal, kept)
        yield from (Cell("kill", victim, signal, "default") for signal in NOT_CAUGHT)
    yield from (Cell("kill", "agent", form, "given") for form in ("another agent", "the one at the point"))


def everything(page, schema_document):
    """All cells, each once, in the order of the page."""
    generated = tables(page)
    found = [
        *operations(generated["operations"]), *objects(generated["objects"]), *actions(generated["actions"]),
        *errnos(generated["errnos"]), *schema(schema_document), *by_hand(page, schema_document), *kills(),
    ]
    return list(dict.fromkeys(found))
