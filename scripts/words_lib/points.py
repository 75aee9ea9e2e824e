"""Points of operations: each key that an operation says must make a point fire there, and another value must not."""
from .denominator import Cell
from .story import Story, fires, silent

OTHERS = {  # by the name of the key: a value of its type that no command here uses
    "dev": "other9", "peer": "other9", "master": "other9", "link": "other9", "name": "other9", "iif": "other9",
    "oif": "other9", "netns": "other9", "peer-netns": "other9", "mtu": "1399", "group": "99", "id": "99",
    "mac": "02:00:00:00:00:99", "lladdr": "02:00:00:00:00:99", "via": "203.0.113.99", "src": "203.0.113.99",
    "from": "203.0.113.99", "to": "203.0.113.99/32", "dst": "203.0.113.99", "broadcast": "203.0.113.99",
    "nhid": "99", "metric": "99", "tos": "99", "vlan": "99", "priority": "99", "fwmark": "0x99", "in": "other9",
    "by": "other9", "result": "EXDEV", "txqueuelen": "99", "label": "99", "block": "99", "index": "99", "vni": "99", "src-vni": "99",
    "expires": "99", "uid": "99", "mark": "0x99", "zone": "99", "reqid": "99", "entries": "99", "command": "99",
    "netmask": "203.0.113.99", "user": "99",
}
# Of a route or a rule some of these are texts; those of a file are paths.
DELAY = {"delay": "1us"}
# Whose `which` is an address, or one of these words.
WITH_WORDS = ("address", "address-label", "route", "rule", "neighbour", "conntrack", "conntrack-expect", "xfrm-state", "xfrm-policy")
# A flag of which nothing is said where it is not set.
FALSE_IS_NOT_SAID = {
    *((f"fdb.{verb}", key) for verb in ("add", "replace", "delete", "flush", "list") for key in ("master", "self")),
    *((f"vlan.{verb}", key) for verb in ("add", "delete") for key in ("master", "self")), ("vlan.set", "global"),
    ("fdb.add", "append"), ("route.add", "append"), ("nexthop.add", "fdb"), ("nexthop.replace", "fdb"), ("rule.add", "l3mdev"),
    ("rule.delete", "l3mdev"), ("file.xattr", "remove"), ("file.write", "mapped"), ("hostname.set", "domain"),
    ("file.rename", "exchange"),
}


def other(word, key, value):
    if value in ("true", "false"):
        return "false" if value == "true" else "true"
    if (word, key) == ("address.add", "peer") or (word, key) == ("address.delete", "peer"):
        return "203.0.113.99"
    if (word, key) == ("file.rename", "to"):
        return "/other9"
    if (word, key) == ("file.create", "type"):
        return {"file": "directory"}.get(value, "file")
    if (word, key) == ("tun.attach", "type"):
        return "tap" if value == "tun" else "tun"
    if (word, key) == ("file.times", "time"):
        return "set" if value == "now" else "now"
    if (word, key) == ("file.delete", "type"):
        return "directory" if value == "file" else "file"
    if word.split(".")[0] in ("conntrack", "conntrack-expect") and key in ("proto", "sport", "dport"):
        return "99"
    if word.startswith("ipset.") and key == "to" or word == "socket.destroy" and key == "peer":
        return "other9"
    if word == "address.set" and key == "peer":
        return "203.0.113.99"
    if key == "chain" and word.startswith("filter.") or key == "port" and word.startswith("fdb."):
        return "99"
    if (word, key) in (("address.add", "label"), ("address.replace", "label"), ("address.delete", "label")):
        return "other9"
    if word == "address.replace" and key == "peer":
        return "203.0.113.99"
    return OTHERS.get(key, "other9")


def quoted(word):
    """A word of a line of `tocsin trace`: in double quotes where there is a blank in it."""
    return f'"{word}"' if " " in word or word.endswith(":") else word


class Points:
    """A story whose steps are commands, with a fault for each point that must fire in its step, and that must not."""

    def __init__(self, name, host=None, agent=None, **document):
        self.commands, self.steps, self.faults = {}, [], []
        agents = {"tools": {"commands": self.commands, "timeout": "20s", **(agent or {})}}
        self.story = Story(name, {"host": host or {}, "agents": agents, "steps": self.steps, "faults": self.faults,
                                  **document})
        if not host:
            del self.story.document["host"]

    def prepare(self, line):
        """A command that is in no trial."""
        return self.command(line)

    def command(self, line):
        name = f"c{len(self.commands) + 1}"
        run = line if isinstance(line, list) else ["sh", "-c", line]
        self.commands[name] = {"run": run}
        self.steps.append({"run": name, "exit": list(range(256))})
        return name

    def fault(self, side, operation, step=None, **more):
        name = f"f{len(self.faults) + 1}"
        self.faults.append({"name": name, side: operation, "do": DELAY, **({"during": step} if step else {}), **more})
        return name

    def positive(self, cells, operation, step, word=None, call=None, side="before", **more):
        fault = self.fault(side, operation, step, **more)
        text = operation if isinstance(operation, str) else " ".join(f"{k}={v}" for k, v in operation.items())
        self.story.look(cells, f"{side} {text} fires in `{self.shown(step)}`", fires(fault, step, word, call))

    def negative(self, cells, operation, step, side="before", **more):
        fault = self.fault(side, operation, step, **more)
        text = operation if isinstance(operation, str) else " ".join(f"{k}={v}" for k, v in operation.items())
        self.story.look(cells, f"{side} {text} is not delivered in `{self.shown(step)}`", silent(fault))

    def shown(self, step):
        run = self.commands[step]["run"]
        return run[-1] if run[0] == "sh" else " ".join(run)

    def step(self, line, word, which=None, seen=None, call=None, not_which=None, by=None, inside="host", result="ok",
             also=(), absent=(), values=None, **says):
        """A command that makes the operation `word which`, saying what `says` holds (`_` for `-`)."""
        step = self.command(line)
        says = {key.rstrip("_").replace("_", "-"): str(value) for key, value in says.items()}
        head = {word: which} if which is not None else None

        def cell(key, value):
            return Cell("operation", word, key, value)

        if which is not None:
            special = which if which in ("all", "default") and word.split(".")[0] in WITH_WORDS and (not word.endswith(".list") or word[:4] in ("conn", "xfrm")) else "matches"
            self.positive([cell("which", special)] + ([cell("which", "matches")] if special != "matches" and not also else []),
                          {word: which}, step, word)
            if not_which:
                self.negative([cell("which", "another")], {word: not_which}, step)
        head = {word: which if which is not None else "*"}
        if seen:
            for one in [seen] if isinstance(seen, str) else seen:
                self.positive([cell("seen as", one)], {**head, **says}, step, word, call)
        for key, value in says.items():
            wrong = other(word, key, value)
            right = (values or {}).get(key, [])
            enumerated = value in ("true", "false", "none") or (word, key) in (("file.create", "type"), ("file.delete", "type"), ("tun.attach", "type"), ("file.times", "time"))
            self.positive([cell(key, value if enumerated else "matches")] + [cell(key, one) for one in right],
                          {**head, key: value}, step, word)
            # A flag that is not set is not said: `false` is no point there.
            truth = [cell(key, "false")] if value == "true" and (word, key) in FALSE_IS_NOT_SAID else []
            self.negative([cell(key, "another")] if not enumerated else [cell(key, value), *truth], {**head, key: wrong}, step)
        for key in absent:
            self.negative([cell(key, "another")], {**head, key: other(word, key, "")}, step)
        if by:
            self.positive([cell("by", "matches")], {**head, "by": by}, step, word)
            self.negative([cell("by", "another")], {**head, "by": "other9"}, step)
        if inside:
            self.positive([cell("in", "matches")], {**head, "in": inside}, step, word)
            self.negative([cell("in", "another")], {**head, "in": "other9"}, step)
        if result:
            self.positive([cell("result", "ok" if result == "ok" else "another")], {**head, "result": result}, step, word,
                          side="after")
            self.negative([cell("result", "another")], {**head, "result": "EXDEV"}, step, side="after")
        if which is not None:
            line = " ".join(map(quoted, [word, which, *(one for pair in says.items() for one in pair)]))
            self.positive([cell("line", "matches")], line, step, word)
            self.negative([cell("line", "another")], line + " by other9", step)
        return step
