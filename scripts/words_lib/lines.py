"""`allow` and `known` lines of each oracle, about what it finds and about something else."""
from .denominator import Cell
from .story import Story, every, verdict

DONE = "mkdir /srv/x 2>/dev/null"


def commands(*lines):
    return {"timeout": "20s", "commands": {f"c{n}": {"run": ["sh", "-c", line]} for n, line in enumerate(lines, 1)}}


def told(bad, *others):
    """A command whose request is refused, and what it then does wrong."""
    return commands(f"{DONE} || {{ {bad}; }}", "true", *others)


FAIL = {"before": {"file.create": "/srv/x"}, "do": {"fail": "EACCES"}}
SERVICE = {"ready": {"log": "up"}, "timeout": "5s"}
RUN = [{"run": "c1"}, {"run": "c2"}]


def undoing(first, undo):
    both = commands(first, undo, "true")
    both["commands"]["c2"]["undoes"] = "c1"
    return {"sh": both}


# By the oracle: what is found and something else of the same kind, the agents, the steps, and what else stands in the file.
FOUND = {
    "crash": ("c1", "c2", {"sh": told("kill -SEGV $$")}, RUN, {}),
    "ended": ("c1", "c2", {"d": {**SERVICE, "service": ["sh", "-c", "echo up; while [ ! -e /srv/c ]; do sleep 0.1; done"]},
                           "sh": told("touch /srv/c; sleep 0.5")}, [{"start": "d"}, *RUN, {"stop": "d"}], {}),
    "hang": ("c1", "c2", {"sh": {**told("sleep 5"), "timeout": "700ms"}}, RUN, {}),
    "busy": ("c1", "c2", {"sh": told("(while :; do :; done) </dev/null >/dev/null 2>&1 & true")}, RUN, {}),
    "false-success": ("c1", "c2", {"sh": told("echo oops >&2")}, RUN, {}),
    "silent-failure": ("c1", "c2", {"sh": told("true")}, RUN, {}),
    "partial-rollback": ("c1", "c2", {"sh": commands(f"ip link add i0 type ifb; {DONE} || exit 1", "true")}, RUN, {}),
    "no-convergence": ("c1", "c2", {"sh": told("true")}, [{"run": "c1", "retry": 1}, {"run": "c2"}],
                       {"faults": [{**FAIL, "nth": [1, 2]}]}),
    "undo-again": ("c2.2", "c1", undoing(f"{DONE} || touch /srv/c", "[ -e /srv/c ] && [ -e /srv/d ] && exit 1; rm -rf /srv/x; touch /srv/d"),
                   [{"run": "c1"}, {"run": "c2"}, {"run": "c2"}], {}),
    "do-again": ("c1.2", "c2", undoing(f"[ -e /srv/c ] && exit 1; {DONE} || touch /srv/c", "rm -rf /srv/x"),
                 [{"run": "c1"}, {"run": "c2"}, {"run": "c1"}], {}),
    "not-ready": ("start-d", "start-e", {"d": {**SERVICE, "service": ["sh", "-c", f"{DONE} || exit 1; echo up; exec sleep 100"]},
                                         "e": {**SERVICE, "service": ["sh", "-c", "echo up; exec sleep 100"]}},
                  [{"start": "d"}, {"start": "e"}, {"stop": "d"}, {"stop": "e"}], {}),
    "check": ("check", "look", {"sh": told("true")}, [*RUN, {"check": {"exec": ["test", "-d", "/srv/x"]}},
                                                      {"name": "look", "check": {"exec": ["true"]}}], {}),
    "harmed": ("c1", "c2", {"sh": commands(f"ip link set v0 down; {DONE}; ip link set v0 up", "true")}, [
        {"run": "c1", "keeps": {"present": {"link": "v0", "up": "true"}}}, {"run": "c2"}],
               {"host": {"links": [{"name": "v0", "peer": {"name": "v1"}}]}}),
    "false-claim": ("c1", "c2", {"sh": {**commands(f"{DONE}; echo all is done", "true"), "claims": [
        {"log": "all is done", "means": {"present": {"file": "/srv/never"}}}]}}, RUN, {}),
    "rule-empty": ({"rule": "10.3.0.0/16"}, {"rule": "10.4.0.0/16"}, undoing(
        f"{DONE} || ip rule add from 10.3.0.0/16 lookup 100 priority 77", "rm -rf /srv/x"), RUN, {}),
    "veth-peer": ({"link": "i9"}, {"link": "i8"}, undoing(
        f"{DONE} || {{ ip link add i9 type veth peer i8; unshare -n sleep 20 </dev/null >/dev/null 2>&1 & sleep 0.3; ip link set i8 netns $!; }}",
        "rm -rf /srv/x"), RUN, {}),
    "nat-dead": ({"nft": "rule ip t post *"}, {"nft": "rule ip t other *"}, undoing(
        f"ip address add 192.0.2.77/32 dev lo; {DONE} || {{ nft add table ip t; nft add chain ip t post '{{ type nat hook postrouting priority 100; }}'; "
        "nft add rule ip t post snat to 192.0.2.77; }", "ip address del 192.0.2.77/32 dev lo; rm -rf /srv/x"), RUN, {}),
    # Nothing is perturbed: the command fails by itself.
    "exit": ("c1", "c2", {"sh": commands("exit 3", "true")}, RUN, {"faults": []}),
    # Whoever comes second finds the folder that the first one has made, and still needs.
    "together": ("b1", "a1", {name: {"commands": {f"{name}1": {"run": ["sh", "-c", "mkdir /srv/x && rmdir /srv/x"]}}} for name in ("a", "b")},
                 [{"together": [{"run": "a1"}, {"run": "b1"}]}], {"faults": [], "order": [
                     {"after": {"file.create": "/srv/x"}, "agent": "a"}, {"after": {"file.create": "/srv/x"}, "agent": "b"},
                     {"before": {"file.delete": "/srv/x"}, "agent": "a"}]}),
    # It only looks, and ends in a traceback because the device is gone.
    "worse": ("c1", "c2", {"sh": commands("ip link show v0; python3 -c 'import socket; socket.if_nametoindex(\"v0\")'", "true")}, RUN, {
        "host": {"links": [{"name": "v0", "peer": {"name": "v1"}}]}, "faults": [{"before": {"link.get": "v0"}, "do": {"link.delete": "v0"}}]}),
    "residue": ({"link": "i9"}, {"link": "i8"}, undoing(f"{DONE} || ip link add i9 type ifb", "rm -rf /srv/x"), RUN, {}),
    "difference": ({"file": "/srv/x"}, {"file": "/srv/y"}, {"sh": told("true")}, RUN, {}),
    "dead-name": ({"netns": "lost"}, {"netns": "other"}, {"sh": told("touch /run/netns/lost")}, RUN, {"host": {"namespaces": ["pod"]}}),
    "leaked-netns": ({"netns": "ns(*)#1"}, {"netns": "other"}, {"sh": told("unshare -n sleep 20 </dev/null >/dev/null 2>&1 & sleep 0.3")},
                     RUN, {}),
    "stale-neighbour": ({"neighbour": "10.0.0.5"}, {"neighbour": "10.0.0.6"}, {"sh": commands(
        f"m=`cat /sys/class/net/v1/address`; {DONE}; ip neigh add 10.0.0.5 lladdr $m dev w0", "true")}, RUN, {
            "host": {"links": [{"name": "v0", "peer": {"name": "v1"}}, {"name": "w0", "addresses": ["10.0.0.1/24"], "peer": {"name": "w1"}}]},
            "faults": [{"before": {"file.create": "/srv/x"}, "do": {"link.replace": "v1"}}]}),
    # It writes back what it has read before.
    "lost-update": ("c1", "c2", {"sh": commands("v=`cat /srv/f`; mkdir /srv/x; echo $v > /srv/f", "true")}, RUN, {
        "host": {"files": {"/srv/f": {"text": "one\n"}}},
        "faults": [{"before": {"file.create": "/srv/x"}, "do": {"file.write": "/srv/f", "text": "two\n"}}]}),
    "traceback": ("c1", "c2", {"d": {**SERVICE, "service": ["sh", "-c", (
        "echo up; while [ ! -e /srv/c ]; do sleep 0.1; done; "
        "printf 'Traceback (most recent call last):\\n  File \"d\", line 1\\nOSError: none\\n' >&2; exec sleep 100")]},
        "sh": told("touch /srv/c; sleep 0.5")}, [{"start": "d"}, *RUN, {"stop": "d"}], {}),
    # It does not wait for its child.
    "delay": ("c1", "c2", {"sh": commands("mkdir /srv/x & sleep 0.2; [ -e /srv/x ]", "true")}, RUN, {
        "faults": [{"before": {"file.create": "/srv/x"}, "do": {"delay": "700ms"}}]}),
    # A file more in each cycle.
    "leak-over-time": ("files", "routes", {"sh": commands("touch /srv/x.`ls /srv | wc -l`", "true")}, RUN, {
        "faults": [], "cycles": 4}),
    # Begun as a program of its own, not by the shell itself.
    "secret": ("key in arguments of env", "key in file *", {"sh": {**commands('env test -n "$KEY"', "true"), "environment": {"KEY": "$(key)"}}}, RUN, {
        "faults": [], "variables": {"key": "correct-horse"}, "plant": {"key": "canary"}}),
}


def goes_on(outcome):
    """An exit that is wrong in every run is right by the line, and what comes behind it is run."""
    right = outcome.verdict == "pass" and not outcome.findings
    return None if right else f"findings {outcome.findings}; " + outcome.brief()


def stands(oracle, about, standing):
    name = about if isinstance(about, str) else next(iter(about.values())).split("(")[0].rstrip("*")

    def test(outcome):
        mine = [one for one in outcome.findings if one[0] == oracle and name in one[1]]
        if not mine or any(one[2] != standing for one in mine):
            return f"findings {outcome.findings}; " + outcome.brief()
        return None
    return test


# By how it differs from the run without faults: the object, and what the refused command then does.
KINDS = {
    "missing": ("difference", "/srv/x", "true"),
    "extra": ("residue", "/srv/y", "touch /srv/y"),
    "changed": ("difference", "/srv/z", "echo other > /srv/z"),
}


def kinds():
    """A line of each `kind`, about an object that differs in one way: only the line of that way means it."""
    for kind, (oracle, path, bad) in KINDS.items():
        lines = {line: [{oracle: {"file": path}, "kind": "$(kind)", "because": "it is tried here", "if": {"line": line},
                         **({"seen": "sometimes"} if line == "known" else {})}] for line in ("allow", "known")}
        story = Story(f"line-kind-{kind}", {
            "agents": {"sh": commands(f"echo one > /srv/z; {DONE} || {{ {bad}; }}", "true")}, "steps": RUN, "faults": [FAIL],
            "matrix": {"kind": list(KINDS), "line": ["allow", "known"]}, **lines})
        for said in KINDS:
            for line, standing in (("allow", "allowed"), ("known", "known")):
                story.look(Cell("line", line, "kind", said), f"{line} … kind: {said}, of what is {kind}",
                           stands(oracle, {"file": path}, standing if said == kind else "new"), f"kind={said}, line={line}")
        yield story


def injections():
    """Hostile values and texts of the author, each a plan: whoever hands them to a shell is told, and whoever does not is not."""
    story = Story("line-injection", {
        "variables": {"name": "lab", "other": "x"}, "plant": {"name": "hostile", "other": ["; tocsin-planted", "y"]},
        "agents": {"sh": {**commands('eval "echo $NAME $OTHER"'), "environment": {"NAME": "$(name)", "OTHER": "$(other)"}}},
        "steps": [{"run": "c1"}], "matrix": {"case": ["plain", "allowed", "known", "another"]}, "allow": [
            {"injection": "name", "because": "x", "if": {"case": "allowed"}}, {"injection": "other", "because": "x", "if": {"case": "another"}}],
        "known": [{"injection": "name", "because": "x", "if": {"case": "known"}}]})
    for case, cells, standing in (
            ("plain", [Cell("key", "file", "plant", "given")], "new"), ("allowed", [Cell("line", "allow", "injection", "matches")], "allowed"),
            ("known", [Cell("line", "known", "injection", "matches")], "known"),
            ("another", [Cell("line", "allow", "injection", "another")], "new")):
        story.look(cells, f"a shell runs what a value says: {standing}", stands("injection", "name", standing), f"case={case}, name=hostile substitution")
    story.look(Cell("line", "known", "injection", "another"), "of another variable it is no known one", stands("injection", "other", "new"),
               "case=known, other=text 1")
    story.look(Cell("key", "file", "plant", "given"), "the text that says nothing to a shell", verdict("pass"), "case=plain, other=text 2")
    yield story


def stories():
    for oracle, (about, other, agents, steps, more) in FOUND.items():
        def line(what, oracle=oracle, **keys):
            return {oracle: what, "because": "it is tried here", **keys}
        story = Story(f"line-{oracle}", {
            "agents": agents, "steps": steps, "faults": [FAIL], "matrix": {"case": ["plain", "allowed", "known"]},
            "allow": [line(about, **{"if": {"case": "allowed"}}), line(other, **{"if": {"case": "known"}})],
            "known": [line(about, seen="sometimes", **{"if": {"case": "known"}}),
                      line(other, seen="sometimes", **{"if": {"case": "allowed"}})], **more})
        story.look([Cell("line", "allow", oracle, "matches"), Cell("line", "known", oracle, "another"), Cell("line", "allow", "because", "given"),
                    Cell("line", "allow", "if", "true")], "the line takes it away", goes_on if oracle == "exit" else stands(oracle, about, "allowed"), "case=allowed")
        story.look([Cell("line", "known", oracle, "matches"), Cell("line", "allow", oracle, "another"), Cell("line", "known", "because", "given"),
                    Cell("line", "known", "if", "true")], "the line makes it known", stands(oracle, about, "known"), "case=known")
        story.look([Cell("line", "allow", "if", "false"), Cell("line", "known", "if", "false")], "without a line it is new",
                   stands(oracle, about, "new"), "case=plain")
        yield story
    yield from kinds()
    yield from injections()
    agents = {"sh": told("true")}
    for name, keys, right in (("left-out", {}, "fail"), ("sometimes", {"seen": "sometimes"}, "known")):
        silent = {"allow": [{oracle: "c1", "because": "x"} for oracle in ("false-success",)] +
                  [{"difference": {"file": "/srv/x"}, "because": "x"}]}
        story = Story(f"line-known-seen-{name}", {
            "agents": agents, "steps": RUN, "faults": [FAIL], **silent,
            "known": [{"silent-failure": "c1", "because": "x"}, {"hang": "c2", "because": "it does not occur", **keys}]})
        story.look(Cell("line", "known", "seen", name.replace("-", " ")), f"a known line that does not occur: {right}", verdict(right))
        yield story
    story = Story("line-known-see", {"agents": agents, "steps": RUN, "faults": [FAIL], "known": [
        {"silent-failure": "c1", "see": "https://bugs.example/1"}]})
    story.look(Cell("line", "known", "see", "given"), "an address in place of a reason", stands("silent-failure", "c1", "known"))
    yield story
