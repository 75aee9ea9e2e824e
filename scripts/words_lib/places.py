"""Forms of points: nth, during, agent, counting-from, until, order, lists of actions, patterns, and `if`."""
from .actions import not_an_error
from .denominator import Cell
from .keys import agent, key
from .points import DELAY, Points
from .story import Story, every, fires, refused, says, silent, verdict

MAKE = "mkdir /srv/1 /srv/2 /srv/3 /srv/4"


def at(*numbers):
    """The fault fired at these folders, in this order."""
    def test(fault):
        def look(outcome):
            seen = [outcome.operations[one["operation"]]["phrase"]["which"] for one in outcome.of_fault(fault)]
            wanted = [f"/srv/{number}" for number in numbers]
            return None if seen == wanted else f"fired at {seen}; " + outcome.brief()
        return look
    return test


def nths():
    forms = [("left out", None, (1,)), ("number", 3, (3,)), ("list", [2, 4], (2, 4)), ("last", "last", (4,)), ("all", "all", (1, 2, 3, 4)),
             ("beyond the count", 5, ())]
    for form, nth, numbers in forms:
        story = Story("nth-" + form.replace(" ", "-"), {"agents": {"sh": agent(MAKE)}, "steps": [{"run": "c1"}], "faults": [
            {"name": "it", "before": {"file.create": "/srv/*"}, "do": DELAY, **({"nth": nth} if nth else {})}]})
        story.look([Cell("point", "nth", "form", form), key("faults", "nth"), key("faults", "name"), key("faults", "do")], f"nth {nth}",
                   silent("it") if form.startswith("beyond") else every(verdict("pass"), at(*numbers)("it")))
        yield story


def places():
    agents = {"sh": agent("mkdir /srv/1", "mkdir /srv/2"), "other": {"commands": {"o1": {"run": ["mkdir", "/srv/3"]}}}}
    story = Story("places", {"agents": agents, "steps": [{"run": "c1"}, {"run": "c2"}, {"run": "o1"}], "faults": [
        {"name": "during", "before": {"file.create": "/srv/*"}, "during": "c2", "do": DELAY},
        {"name": "not-during", "before": {"file.create": "/srv/1"}, "during": "c2", "do": DELAY},
        {"name": "agent", "before": {"file.create": "/srv/*"}, "agent": "other", "do": DELAY},
        {"name": "not-agent", "before": {"file.create": "/srv/1"}, "agent": "other", "do": DELAY},
        {"name": "after", "after": {"file.create": "/srv/1"}, "do": DELAY},
        {"name": "left", "if": {"x": "no"}, "before": {"file.create": "/srv/1"}, "do": DELAY}], "variables": {"x": "yes"}})
    story.look([Cell("point", "during", "pattern", "matches"), key("faults", "during"), key("faults", "before")], "in c2", at(2)("during"))
    story.look(Cell("point", "during", "pattern", "another"), "not in c2", silent("not-during"))
    story.look([Cell("point", "agent", "pattern", "matches"), key("faults", "agent")], "by other", at(3)("agent"))
    story.look(Cell("point", "agent", "pattern", "another"), "not by other", silent("not-agent"))
    story.look(key("faults", "after"), "behind it", at(1)("after"))
    story.look(key("faults", "if"), "left out where it does not hold", silent("left"))
    yield story

    several = Story("several-actions", {"agents": {"sh": agent("mkdir /srv/1; cat /srv/a /srv/b")}, "steps": [{"run": "c1"}], "faults": [
        {"name": "it", "before": {"file.create": "/srv/1"}, "do": [{"file.write": "/srv/a", "text": "A\n"}, {"file.write": "/srv/b", "text": "B\n"},
                                                                    DELAY]}]})
    several.document["steps"][0]["exit"] = [0, 1]
    several.look(Cell("point", "do", "list", "given"), "in this order", every(not_an_error, says("c1", "A\nB\n")))
    yield several
    yield refused("several-fails", {"agents": {"sh": agent("mkdir /srv/1")}, "steps": [{"run": "c1"}], "faults": [
        {"before": {"file.create": "/srv/1"}, "do": [{"fail": "EACCES"}, {"fail": "ENOSPC"}]}]},
        Cell("point", "do", "refused when one cannot act", "given"), "fail")

    # Counted only from when the condition holds: the folder of that number is the first that matches.
    host = {"links": [{"name": "v0", "peer": {"name": "v1"}}]}
    for name, command, condition, first in (
            ("present", "mkdir /srv/1; ip link add i0 type ifb; mkdir /srv/2", {"present": {"link": "i0"}}, 2),
            ("absent", "mkdir /srv/1; ip link del v0; mkdir /srv/2", {"absent": {"link": "v0"}}, 2),
            ("not", "mkdir /srv/1; ip link del v0; mkdir /srv/2", {"not": {"present": {"link": "v0"}}}, 2),
            ("log", "mkdir /srv/1; echo now; sleep 0.3; mkdir /srv/2", {"log": "now"}, 2),
            ("time", "mkdir /srv/1; sleep 1.5; mkdir /srv/2", {"time": "1200ms"}, 2),
            ("fired", "mkdir /srv/1; touch /srv/f; mkdir /srv/2", {"fired": "first"}, 2)):
        story = Story(f"counting-from-{name}", {"host": host, "agents": {"sh": agent(command)}, "steps": [{"run": "c1"}], "faults": [
            {"name": "it", "before": {"file.create": "/srv/[12]"}, "counting-from": condition, "do": DELAY},
            *([{"name": "first", "before": {"file.create": "/srv/f"}, "do": DELAY}] if name == "fired" else [])]})
        cells = [Cell("point", "counting-from", name, "counts"), key("faults", "counting-from")]
        if name in ("fired", "time"):
            cells += [Cell("condition", name, "holds", value) for value in ("true", "false")]
        story.look(cells, f"from {condition} on", at(first)("it"))
        yield story


def untils():
    look = "mkdir /srv/1; cat /srv/w; sleep 1; mkdir /srv/2; cat /srv/w; mkdir /srv/3; cat /srv/w; true"
    was, now = "was\n", "now\n"
    for form, until, wrote in (
            ("DURATION", "300ms", now + was + was), ("point", {"before": {"file.create": "/srv/3"}}, now + now + was),
            ("during", {"after": {"file.create": "/srv/*"}, "during": "c1", "nth": 2}, now + was + was),
            ("agent", {"before": {"file.create": "/srv/*"}, "agent": "sh", "nth": 2}, now + now + was),
            ("nth", {"before": {"file.create": "/srv/*"}, "nth": 2}, None),
            ("counting-from", {"before": {"file.create": "/srv/*"}, "counting-from": {"time": "900ms"}}, now + was + was)):
        story = Story(f"until-{form}", {"host": {"files": {"/srv/w": {"text": was}}}, "agents": {"sh": agent(look)}, "steps": [{"run": "c1"}],
                                        "faults": [{"name": "it", "before": {"file.create": "/srv/1"}, "until": until,
                                                    "do": {"file.write": "/srv/w", "text": now}}]})

        def test(outcome, form=form, wrote=wrote):
            seen = outcome.output("c1")
            # Counted from when the fault fired: whether its own operation counts is the same for all forms.
            wanted = [wrote] if wrote else [now + was + was, now + now + was]
            return None if seen in wanted else f"{seen!r}; " + outcome.brief()
        story.look([Cell("point", "until", form, "given"), key("faults", "until")], f"until {until}", every(not_an_error, test))
        yield story
    story = Story("until-never", {"host": {"files": {"/srv/w": {"text": was}}}, "agents": {"sh": agent("mkdir /srv/1")}, "steps": [{"run": "c1"}],
                                  "faults": [{"name": "it", "before": {"file.create": "/srv/1"}, "until": {"before": {"file.create": "/srv/9"}},
                                              "do": {"file.write": "/srv/w", "text": now}}]})
    story.look(Cell("point", "until", "never comes", "given"), "an error", verdict("error"))
    yield story


def orders():
    """Who is to come second would come first: the other sleeps. What was there already, each agent lists behind its own call."""
    def agents(slow):
        def commands(name):
            wait = "sleep 0.3; " if name == slow else ""
            return {"commands": {f"{name}1": {"run": ["sh", "-c", f"{wait}mkdir /srv/{name}1; echo == 1 `ls /srv`; mkdir /srv/{name}2; "
                                                                  "echo == 2 `ls /srv`"]}}}
        return {"a": commands("a"), "b": commands("b")}
    steps = [{"together": [{"run": "a1"}, {"run": "b1"}]}]

    def there(*seen):
        """(whose list, which of both, what must be in it)"""
        def test(outcome):
            for step, number, name in seen:
                line = next((one for one in outcome.output(step).splitlines() if one.startswith(f"== {number}")), "")
                if name not in line.split():
                    return f"{step} saw {outcome.output(step)!r}; " + outcome.brief()
            return None
        return test

    def point(which, side="before", **more):
        return {side: {"file.create": which}, **more}
    a1 = point("/srv/*", agent="a")
    for form, slow, order, seen in (
            ("before", "b", [point("/srv/b2"), point("/srv/a1")], [("a1", 1, "b1")]),
            ("after", "a", [point("/srv/a2", "after"), point("/srv/b1")], [("b1", 1, "a2")]),
            ("during", "b", [point("/srv/*", "after", during="b1"), point("/srv/*", during="a1")], [("a1", 1, "b1")]),
            ("agent", "b", [point("/srv/*", "after", agent="b"), a1], [("a1", 1, "b1")]),
            ("nth number", "b", [point("/srv/*", "after", agent="b", nth=2), a1], [("a1", 1, "b2")]),
            ("nth last", "b", [point("/srv/*", "after", agent="b", nth="last"), a1], [("a1", 1, "b2")]),
            ("held", "a", [point("/srv/a1", "after"), point("/srv/b1"), point("/srv/b1", "after"), point("/srv/a2"), point("/srv/a2", "after"),
                           point("/srv/b2")], [("b1", 1, "a1"), ("a1", 2, "b1"), ("b1", 2, "a2")]),
            ("counting-from", "b", [point("/srv/*", "after", agent="b", **{"counting-from": {"present": {"file": "/srv/b2"}}}), a1],
             [("a1", 1, "b2")])):
        story = Story("order-" + form.replace(" ", "-"), {"agents": agents(slow), "steps": steps, "order": order})
        story.look([Cell("point", "order", form, "given"), key("file", "order")], f"{seen}", every(not_an_error, there(*seen)))
        yield story
    story = Story("order-impossible", {"agents": agents("a"), "steps": steps, "order": [point("/srv/a2", "after"), point("/srv/a1")]})
    story.look(Cell("point", "order", "impossible", "given"), "one agent's own order the other way round is an error", verdict("error"))
    yield story


def phrases():
    p = Points("phrases", {"links": [{"name": "v0", "addresses": ["10.0.0.1/24", "fd00::1/64"], "peer": {"name": "v1"}}]})
    step = p.prepare("mkdir '/srv/a*b' /srv/abc; ip route add 10.7.0.0/16 via 10.0.0.2; ip route add default via 10.0.0.2; "
                     "ip -6 route add fd07::/64 via fd00::2")
    for form, right, wrong in (
            ("pattern *", {"file.create": "/srv/ab*"}, {"file.create": "/srv/x*"}),
            ("pattern ?", {"file.create": "/srv/a?c"}, {"file.create": "/srv/?"}),
            ("pattern [ab]", {"file.create": "/srv/a[bc]c"}, {"file.create": "/srv/a[xy]c"}),
            ("pattern [*]", {"file.create": "/srv/a[*]b"}, {"file.create": "/srv/a[*]c"}),
            ("within PREFIX", {"route.add": "within 10.0.0.0/8"}, {"route.add": "within 11.0.0.0/8"}),
            ("within default", {"route.add": "within default"}, {"route.add": "within default", "via": "203.0.113.9"}),
            ("by value", {"route.add": "10.7.0.0/16", "via": "10.0.0.2/32"}, {"route.add": "10.7.0.0/24"})):
        p.positive([Cell("phrase", form, "pattern", "matches")], right, step)
        p.negative([Cell("phrase", form, "pattern", "another")], wrong, step)
    yield p.story


def clauses():
    cases = (("value", "x", "y"), ("pattern", "1.*", "2.*"), ("version <", "< 1.3", "< 1.2"), ("version <=", "<= 1.2", "<= 1.1"),
             ("version >", "> 1.1", "> 1.2"), ("version >=", ">= 1.2", ">= 1.3"), ("list", ["9", "1.2"], ["8", "9"]),
             ("map", "kill: main", "kill: all"))
    for form, right, wrong in cases:
        value = {"value": "x", "map": {"kill": "main"}}.get(form, "1.2")
        story = Story("if-" + {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}.get(form.split(" ")[-1], form), {
            "variables": {"v": value}, "agents": {"sh": agent("true", "true")}, "steps": [
                {"name": "yes", "run": "c1", "if": {"v": right}}, {"name": "no", "run": "c2", "if": {"v": wrong}}, {"name": "end", "run": "c1"}]})
        story.look(Cell("if", form, "holds", "true"), f"{right} of {value}", lambda outcome: None if outcome.attempts("yes") else outcome.brief())
        story.look(Cell("if", form, "holds", "false"), f"{wrong} of {value}",
                   lambda outcome: None if outcome.attempts("end") and not outcome.attempts("no") else outcome.brief())
        yield story


def stories():
    for each in (nths, places, untils, orders, phrases, clauses):
        yield from each()
