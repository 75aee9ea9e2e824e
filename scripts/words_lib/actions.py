"""What each action does, seen by the agent's next command, and that `until` takes it back."""
from .denominator import Cell
from .story import Story, every, fires, refused

MAC = "02:00:00:00:00:0"
HOST = {
    "namespaces": ["pod"],
    "links": [
        {"name": "v0", "addresses": ["10.0.0.1/24", "fd00::1/64"], "mac": MAC + "a", "peer": {"name": "v1"}},
        {"name": "w0", "addresses": ["10.1.0.1/24"], "peer": {"name": "w1"}},
        {"name": "p0", "in": "pod", "addresses": ["10.5.0.1/24"], "peer": {"name": "p1", "in": "pod"}},
        {"name": "br0", "type": "bridge"}, {"name": "u0", "master": "br0", "peer": {"name": "u1"}},
        {"name": "m0", "type": "ifb", "up": False},
    ],
    "files": {"/srv/f": {"text": "first\n"}, "/srv/g": {"text": "second\n"}},
}


def section(outcome, step, number):
    """What the command wrote behind its mark."""
    wrote = outcome.output(step) + outcome.error_output(step)
    parts = wrote.split("== ")
    return next((part for part in parts if part.startswith(number)), None)


def shows(number, has=(), lacks=(), step="look"):
    def test(outcome):
        part = section(outcome, step, number)
        if part is None:
            return f"no mark {number}; " + outcome.brief()
        missing = [one for one in has if one not in part]
        there = [one for one in lacks if one in part]
        if missing or there:
            return f"after mark {number} missing {missing}, there {there}: " + " ".join(part.split())[:600]
        return None
    return test


def not_an_error(outcome):
    return outcome.brief() if outcome.verdict in ("error", "skipped") else None


class Cases:
    """One story of an action: a plan for each case, in which the action comes before the first mark of the look."""

    def __init__(self, word, look, prepare=None, host=None, in_pod=True):
        self.word, self.cases, self.refusals = word, [], []
        script = f"mkdir /srv/1; echo == 1; {look}; mkdir /srv/2; echo == 2; {look}; true"
        # What the world does as a step comes behind what prepares.
        self.prepared = [{"run": "prepare"}] if isinstance(prepare, str) else prepare or []
        self.steps = [*self.prepared, {"run": "look"}]
        self.faults = []
        self.story = Story("do-" + word.replace(".", "-"), {
            "host": host or HOST, "steps": self.steps, "faults": self.faults, "matrix": {"case": self.cases},
            "agents": {"sh": {"timeout": "20s", "state": ["/srv"], "commands": {
                "look": {"run": ["sh", "-c", script]},
                **({"prepare": {"run": ["sh", "-c", prepare]}} if isinstance(prepare, str) else {})}}}})

    def cell(self, key, value):
        return Cell("action", self.word, key, value)

    def new(self):
        self.cases.append(f"c{len(self.cases) + 1}")
        return self.cases[-1]

    def case(self, action, cells, has=(), lacks=(), side="before", **more):
        """`cells`: pairs of a key and a value."""
        name = self.new()
        self.faults.append({"name": name, "if": {"case": name}, side: {"file.create": "/srv/1"}, "do": action, **more})
        self.story.look([self.cell(*one) for one in cells], f"{side} a point: {action}",
                        every(not_an_error, fires(name), shows("1", has, lacks)), f"case={name}")
        return name

    def fails(self, action, cells, because, **more):
        """Several objects match: the plan is an error, and says so. None does: there is nothing to act on, and it is skipped."""
        name = self.new()
        self.faults.append({"name": name, "if": {"case": name}, "before": {"file.create": "/srv/1"}, "do": action, **more})

        def test(outcome):
            right = outcome.verdict == ("skipped" if because.startswith("no ") else "error") and any(because in one for one in outcome.reasons)
            return None if right else outcome.brief()
        self.story.look([self.cell(*one) for one in cells], f"{action} cannot act: {because}", test, f"case={name}")

    def everywhere(self, action, has=(), lacks=(), until=None):
        """After a point, as a step, and taken back by `until`, or refused behind one."""
        first = self.story.looks[0]
        first.cells.append(self.cell("where", "before"))
        self.case(action, [("where", "after")], has, lacks, side="after")
        name = self.new()
        self.steps.insert(-1, {"if": {"case": name}, "do": action})
        self.story.look([self.cell("where", "step")], f"as a step: {action}", every(not_an_error, shows("1", has, lacks)),
                        f"case={name}")
        if until is False:
            self.refuse(action, "refused")
        else:
            self.taken_back(action, (f"{until} taken back" if until else "taken back"), has, lacks)

    def taken_back(self, action, value, has, lacks):
        name = self.new()
        self.faults.append({"name": name, "if": {"case": name}, "before": {"file.create": "/srv/1"}, "do": action,
                            "until": {"before": {"file.create": "/srv/2"}}})
        self.story.look([self.cell("until", value)], f"{action} until the second mark",
                        every(not_an_error, fires(name), shows("1", has, lacks), shows("2", lacks, has)), f"case={name}")

    def refuse(self, action, value, says="cannot be taken back", **fault):
        document = {key: one for key, one in self.story.document.items() if key not in ("matrix", "tocsin", "title")}
        document["steps"] = [*self.prepared, {"run": "look"}]
        document["faults"] = [{"before": {"file.create": "/srv/1"}, "do": action, **(fault or {"until": "1s"})}]
        name = f"{self.story.name}-refused-{len(self.refusals) + 1}"
        self.refusals.append(refused(name, document, self.cell("until", value) if isinstance(value, str) else
                                     self.cell(*value), says))

    def stories(self):
        return [self.story, *self.refusals]


def links():
    both = "ip -o -d link; echo IN POD; ip -n pod -o -d link"
    c = Cases("link.create", both)
    made = {"link.create": "n0", "type": "veth", "peer": "n1"}
    left = [(key, "left out") for key in ("peer-netns", "up", "mtu", "mac", "master", "in")]
    c.case(made, [("which", "given"), ("type", "veth"), ("peer", "given"), *left], ["n0@n1", "n1@n0", " veth "])
    for kind in ("bridge", "ifb"):
        c.case({"link.create": "n0", "type": kind}, [("type", kind), ("peer", "left out")], ["n0:", f" {kind} "])
    c.case({**made, "peer-netns": "pod"}, [("peer-netns", "given")], ["n0@", "IN POD", "n1@"], ["n1@n0"])
    c.case({**made, "in": "pod"}, [("in", "given")], ["n0@n1"], [])
    c.case({**made, "up": True}, [("up", "true")], ["n0@n1: <BROADCAST,MULTICAST,UP,LOWER_UP>", "n1@n0: <BROADCAST,MULTICAST,UP"])
    c.case({**made, "up": False}, [("up", "false")], ["n0@n1: <BROADCAST,MULTICAST,M-DOWN>"])
    c.case({**made, "mtu": 1400}, [("mtu", "given")], ["n0@n1: <BROADCAST,MULTICAST,M-DOWN> mtu 1400"])
    c.case({**made, "mac": MAC + "9"}, [("mac", "given")], [MAC + "9"])
    c.case({**made, "master": "br0"}, [("master", "given")], ["qdisc noop master br0"])
    c.everywhere(made, ["n0@n1"], [], False)
    yield from c.stories()

    c = Cases("link.delete", both)
    c.case({"link.delete": "v0"}, [("which", "given"), ("in", "left out")], ["w0@"], ["v0@", "v1@"])
    c.case({"link.delete": "p0", "in": "pod"}, [("in", "given")], ["v0@"], ["p0@"])
    c.everywhere({"link.delete": "v0"}, [], ["v0@"], False)
    yield from c.stories()

    c = Cases("link.set", both)
    up = "v0@v1: <BROADCAST,MULTICAST,UP,LOWER_UP>"
    c.case({"link.set": "v0", "mtu": 1400}, [("which", "given"), ("mtu", "given"), ("up", "left out"), ("mac", "left out"),
                                            ("master", "left out"), ("name", "left out"), ("in", "left out")],
           [up + " mtu 1400", MAC + "a"])
    c.case({"link.set": "v0", "up": False}, [("up", "false"), ("mtu", "left out")], ["v0@v1: <BROADCAST,MULTICAST", "mtu 1500"], [up])
    c.case({"link.set": "m0", "up": True}, [("up", "true")], ["m0: <BROADCAST,NOARP,UP"])
    c.case({"link.set": "v0", "mac": MAC + "b"}, [("mac", "given")], [MAC + "b"], [MAC + "a"])
    c.case({"link.set": "v0", "master": "br0"}, [("master", "given")], [up + " mtu 1500 qdisc noqueue master br0"])
    c.case({"link.set": "u0", "master": "none"}, [("master", "none")], ["u0@u1"], ["master br0"])
    c.case({"link.set": "m0", "name": "n9"}, [("name", "given")], ["n9: "], ["m0: "])
    c.case({"link.set": "p0", "mtu": 1400, "in": "pod"}, [("in", "given")], ["p0@p1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1400"])
    c.everywhere({"link.set": "v0", "mtu": 1400}, ["mtu 1400"], [], "mtu")
    c.taken_back({"link.set": "v0", "up": False}, "up taken back", [], [up])
    for key, value in (("mac", MAC + "b"), ("master", "br0"), ("name", "n9")):
        c.refuse({"link.set": "v0", key: value}, f"{key} refused")
    yield from c.stories()

    c = Cases("link.replace", "ip -o link show v0; ip -o link; ip -n pod -o link show p0; ip -o address show v0")
    c.case({"link.replace": "v0"}, [("which", "given"), ("in", "left out")], ["v0@"], ["2: v0@"])
    c.case({"link.replace": "p0", "in": "pod"}, [("in", "given")], ["p0@"], ["2: p0@"])
    c.everywhere({"link.replace": "v0"}, ["v0@"], ["2: v0@"], False)
    yield from c.stories()


def addresses():
    look = "ip -o address; ip -n pod -o address"
    c = Cases("address.add", look)
    c.case({"address.add": "10.7.0.1/24", "dev": "v0"}, [("which", "given"), ("dev", "given"), ("in", "left out")],
           ["v0    inet 10.7.0.1/24"])
    c.case({"address.add": "fd07::1/64", "dev": "v0"}, [("which", "given")], ["fd07::1/64"])
    c.case({"address.add": "10.7.0.1/24", "dev": "p0", "in": "pod"}, [("in", "given")], ["p0    inet 10.7.0.1/24"])
    c.everywhere({"address.add": "10.7.0.1/24", "dev": "v0"}, ["10.7.0.1/24"])
    yield from c.stories()
    c = Cases("address.delete", look)
    c.case({"address.delete": "10.0.0.1/24"}, [("which", "given"), ("dev", "left out"), ("in", "left out")], ["10.1.0.1"],
           ["10.0.0.1/24"])
    c.case({"address.delete": "10.0.0.1/24", "dev": "v0"}, [("dev", "matches")], [], ["10.0.0.1/24"])
    c.fails({"address.delete": "10.0.0.1/24", "dev": "w0"}, [("dev", "another")], "no ")
    c.case({"address.delete": "10.5.0.1/24", "in": "pod"}, [("in", "given")], ["10.0.0.1/24"], ["10.5.0.1/24"])
    c.everywhere({"address.delete": "10.0.0.1/24"}, [], ["10.0.0.1/24"])
    yield from c.stories()


def routes():
    look = "ip route show table all; echo IN POD; ip -n pod route show table all"
    c = Cases("route.add", look)
    add = {"route.add": "10.77.0.0/16", "via": "10.0.0.2"}
    c.case(add, [("which", "given"), ("via", "given"), ("dev", "left out"), ("table", "main"), ("metric", "left out"),
                 ("in", "left out")], ["10.77.0.0/16 via 10.0.0.2 dev v0"], ["10.77.0.0/16 via 10.0.0.2 dev v0 table"])
    c.case({"route.add": "default", "via": "10.0.0.2"}, [("which", "default")], ["default via 10.0.0.2"])
    c.case({"route.add": "10.77.0.0/16", "dev": "w0"}, [("dev", "given"), ("via", "left out")], ["10.77.0.0/16 dev w0"])
    c.case({**add, "metric": 77}, [("metric", "given")], ["10.77.0.0/16 via 10.0.0.2 dev v0 metric 77"])
    for table, shown in (("main", "\n"), ("local", "table local"), ("default", "table default"), ("100", "table 100")):
        c.case({**add, "table": table}, [("table", table if table != "100" else "number")],
               [f"10.77.0.0/16 via 10.0.0.2 dev v0 {shown}"])
    c.case({"route.add": "10.77.0.0/16", "via": "10.5.0.2", "in": "pod"}, [("in", "given")], ["via 10.5.0.2 dev p0"])
    c.everywhere(add, ["10.77.0.0/16"])
    yield from c.stories()

    prepare = ("ip route add 10.77.0.0/16 via 10.0.0.2; ip route add 10.78.0.0/16 via 10.0.0.3; ip route add 10.78.0.0/16 via "
               "10.1.0.3 dev w0 metric 9; ip route add 10.79.0.0/16 via 10.0.0.2 table 100; ip route add 10.79.0.0/16 via 10.0.0.2 "
               "table 101; ip -n pod route add 10.80.0.0/16 via 10.5.0.2; ip route add default via 10.0.0.9")
    c = Cases("route.delete", look, prepare)
    c.case({"route.delete": "10.77.0.0/16"}, [("which", "given"), *[(key, "left out") for key in ("via", "dev", "table", "metric",
           "in")]], ["10.78.0.0/16"], ["10.77.0.0/16"])
    c.case({"route.delete": "default"}, [("which", "default")], [], ["default via 10.0.0.9"])
    for key, value, gone, stays, wrong in (
            ("via", "10.0.0.3", "10.78.0.0/16 via 10.0.0.3", "10.78.0.0/16 via 10.1.0.3", "10.0.0.8"),
            ("dev", "w0", "10.78.0.0/16 via 10.1.0.3", "10.78.0.0/16 via 10.0.0.3", "u0"),
            ("metric", "9", "10.78.0.0/16 via 10.1.0.3", "10.78.0.0/16 via 10.0.0.3", "8"),
            ("table", "101", "10.79.0.0/16 via 10.0.0.2 dev v0 table 101", "table 100", "102")):
        to = "10.79.0.0/16" if key == "table" else "10.78.0.0/16"
        c.case({"route.delete": to, key: value}, [(key, "matches")], [stays], [gone])
        c.fails({"route.delete": to, key: wrong}, [(key, "another")], "no ")
    c.fails({"route.delete": "10.78.0.0/16"}, [("via", "another")], "2 ")
    c.case({"route.delete": "10.80.0.0/16", "in": "pod"}, [("in", "given")], [], ["10.80.0.0/16"])
    c.everywhere({"route.delete": "10.77.0.0/16"}, [], ["10.77.0.0/16"])
    yield from c.stories()


def rules():
    look = "ip rule; ip -6 rule; echo IN POD; ip -n pod rule"
    c = Cases("rule.add", look)
    add = {"rule.add": "10.9.0.0/24", "table": "100"}
    c.case(add, [("which", "given"), ("table", "number"),
                 *[(key, "left out") for key in ("to", "iif", "fwmark", "priority", "in")]], ["from 10.9.0.0/24 lookup 100"])
    c.case({"rule.add": "all", "table": "100"}, [("which", "all")], ["from all lookup 100"])
    c.case({**add, "to": "10.8.0.0/24"}, [("to", "given")], ["from 10.9.0.0/24 to 10.8.0.0/24 lookup 100"])
    c.case({**add, "iif": "v0"}, [("iif", "given")], ["from 10.9.0.0/24 iif v0 lookup 100"])
    c.case({**add, "fwmark": "0x10"}, [("fwmark", "given"), ("fwmark", "0x10")], ["from 10.9.0.0/24 fwmark 0x10 lookup 100"])
    c.case({**add, "fwmark": "0x10/0xff"}, [("fwmark", "0x10/0xff")], ["fwmark 0x10/0xff lookup 100"])
    c.case({**add, "priority": 77}, [("priority", "given")], ["77:\tfrom 10.9.0.0/24 lookup 100"])
    for table in ("main", "local", "default"):
        c.case({**add, "table": table}, [("table", table)], [f"from 10.9.0.0/24 lookup {table}"])
    c.case({**add, "in": "pod"}, [("in", "given")], ["IN POD", "from 10.9.0.0/24"])
    c.everywhere(add, ["from 10.9.0.0/24 lookup 100"])
    yield from c.stories()

    prepare = ("ip rule add from 10.9.0.0/24 table 100; ip rule add from 10.8.0.0/24 table 100 pref 500; "
               "ip rule add from 10.8.0.0/24 to 10.7.0.0/24 iif v0 fwmark 0x10 table 101 pref 501; "
               "ip rule add from 10.8.0.0/24 oif w0 table 102 pref 502; ip -n pod rule add from 10.6.0.0/24 table 100; "
               "ip rule add table 103 pref 503")
    c = Cases("rule.delete", look, prepare)
    c.case({"rule.delete": "10.9.0.0/24"}, [("which", "given"), *[(key, "left out") for key in ("to", "iif", "oif", "fwmark", "table",
           "priority", "in")]], ["500:"], ["from 10.9.0.0/24"])
    c.case({"rule.delete": "all", "priority": 503}, [("which", "all")], ["501:"], ["503:"])
    for key, value, gone, wrong in (("to", "10.7.0.0/24", "501:", "10.6.0.0/24"), ("iif", "v0", "501:", "w0"),
                                    ("oif", "w0", "502:", "v0"), ("fwmark", "0x10", "501:", "0x11"), ("table", "102", "502:", "109"),
                                    ("priority", "500", "500:", "509")):
        c.case({"rule.delete": "10.8.0.0/24", key: value}, [(key, "matches")], [one for one in ("500:", "501:", "502:") if one != gone],
               [gone])
        c.fails({"rule.delete": "10.8.0.0/24", key: wrong}, [(key, "another")], "no ")
    c.case({"rule.delete": "10.6.0.0/24", "in": "pod"}, [("in", "given")], [], ["from 10.6.0.0/24"])
    c.everywhere({"rule.delete": "10.9.0.0/24"}, [], ["from 10.9.0.0/24"])
    yield from c.stories()


def neighbours():
    look = "ip neigh; ip neigh show proxy; echo IN POD; ip -n pod neigh; ip -n pod neigh show proxy"
    c = Cases("neighbour.add", look)
    add = {"neighbour.add": "10.0.0.5", "dev": "v0", "lladdr": MAC + "5"}
    c.case(add, [("which", "given"), ("dev", "given"), ("lladdr", "given"), ("proxy", "false"), ("in", "left out")],
           [f"10.0.0.5 dev v0 lladdr {MAC}5 PERMANENT"])
    c.case({"neighbour.add": "10.0.0.6", "dev": "v0", "proxy": True}, [("proxy", "true"), ("lladdr", "left out")],
           ["10.0.0.6 dev v0 proxy"])
    c.case({**add, "proxy": False}, [("proxy", "false")], [f"10.0.0.5 dev v0 lladdr {MAC}5 PERMANENT"], ["10.0.0.5 dev v0 proxy"])
    c.case({"neighbour.add": "10.5.0.5", "dev": "p0", "lladdr": MAC + "5", "in": "pod"}, [("in", "given")], ["10.5.0.5 dev p0"])
    c.everywhere(add, ["10.0.0.5 dev v0"])
    yield from c.stories()
    prepare = (f"ip neigh add 10.0.0.5 dev v0 lladdr {MAC}5; ip neigh add 10.0.0.5 dev w0 lladdr {MAC}6; ip neigh add 10.0.0.7 dev v0 "
               f"lladdr {MAC}7; ip -n pod neigh add 10.5.0.5 dev p0 lladdr {MAC}5")
    c = Cases("neighbour.delete", look, prepare)
    c.case({"neighbour.delete": "10.0.0.7"}, [("which", "given"), ("dev", "left out"), ("in", "left out")], ["10.0.0.5"], ["10.0.0.7 "])
    c.case({"neighbour.delete": "10.0.0.5", "dev": "w0"}, [("dev", "matches")], ["10.0.0.5 dev v0"], ["10.0.0.5 dev w0"])
    c.fails({"neighbour.delete": "10.0.0.5", "dev": "u0"}, [("dev", "another")], "no ")
    c.case({"neighbour.delete": "10.5.0.5", "in": "pod"}, [("in", "given")], [], ["10.5.0.5"])
    c.everywhere({"neighbour.delete": "10.0.0.7"}, [], ["10.0.0.7 "])
    yield from c.stories()


def nftables():
    lab = """nft -f - <<X
add table ip lab
add chain ip lab out { type filter hook output priority 0; }
add chain ip lab spare
add rule ip lab out ip daddr 10.0.0.1 drop
add rule ip lab out ip daddr 10.0.0.2 accept
add set ip lab s { type ipv4_addr; }
add set ip lab t { type ipv4_addr; }
add element ip lab s { 10.0.0.5 }
add element ip lab t { 10.0.0.5 }
add table inet second
add chain inet second out
add rule inet second out counter
add table ip third
X
"""
    c = Cases("nft.delete", "nft list ruleset; echo IN POD; ip netns exec pod nft list ruleset",
              lab + "ip netns exec pod nft add table ip podtable")
    c.case({"nft.delete": "table ip third"}, [("which", "given"), *[(key, "left out") for key in ("family", "table", "chain", "set", "text", "in")]],
           ["table ip lab", "table inet second"], ["table ip third"])
    c.case({"nft.delete": "chain ip lab spare"}, [("which", "given")], ["chain out"], ["chain spare"])
    c.case({"nft.delete": "element ip lab s 10.0.0.5"}, [("which", "given")], ["elements = { 10.0.0.5 }", "set s"])
    for key, which, right, wrong, gone in (
            ("family", "table *d*", "inet", "ip6", "table inet second"), ("table", "chain *", "second", "none", "table inet second {\n\tchain out"),
            ("chain", "rule * #1", "out", "none", None), ("set", "element *", "s", "none", None),
            ("text", "rule ip lab *", "*drop", "*queue", "10.0.0.1 drop")):
        narrow = {"table": "second"} if key == "chain" else {}
        c.case({"nft.delete": which, key: right, **narrow}, [(key, "matches")], ["set t"], [gone] if gone else [])
        c.fails({"nft.delete": which, key: wrong, **narrow}, [(key, "another")], "no ")
    c.case({"nft.delete": "table ip podtable", "in": "pod"}, [("in", "given")], ["table ip lab"], ["podtable"])
    c.everywhere({"nft.delete": "table ip third"}, ["table ip lab"], ["table ip third"], False)
    yield from c.stories()


def others():
    c = Cases("sysctl.write", "sysctl net.ipv4.ip_forward; ip netns exec pod sysctl net.ipv4.tcp_sack")
    write = {"sysctl.write": "net.ipv4.ip_forward", "value": "1"}
    c.case(write, [("which", "given"), ("value", "given"), ("in", "left out")], ["ip_forward = 1"])
    c.case({"sysctl.write": "net.ipv4.tcp_sack", "value": "0", "in": "pod"}, [("in", "given")], ["tcp_sack = 0"])
    c.everywhere(write, ["ip_forward = 1"], ["ip_forward = 0"])
    yield from c.stories()

    c = Cases("file.write", "cat /srv/f; cat /srv/new")
    write = {"file.write": "/srv/f", "text": "other\n"}
    c.case(write, [("which", "given"), ("text", "given")], ["other"], ["first"])
    c.everywhere(write, ["other"], ["first"])
    yield from c.stories()

    c = Cases("file.delete", "cat /srv/f /srv/g")
    c.case({"file.delete": "/srv/f"}, [("which", "given")], ["second"], ["first"])
    c.everywhere({"file.delete": "/srv/f"}, [], ["first"])
    yield from c.stories()

    # It puts back what a file held before the first action that changed it.
    c = Cases("file.restore", "cat /srv/f", [{"do": {"file.write": "/srv/f", "text": "changed\n"}}])
    c.case({"file.restore": "/srv/f"}, [("which", "given")], ["first"], ["changed"])
    c.everywhere({"file.restore": "/srv/f"}, ["first"], ["changed"], False)
    yield from c.stories()

    c = Cases("exec", "cat /srv/new; ip netns exec pod sysctl net.ipv4.ip_forward; ip -o link show br9; ip -n pod -o link show br9")
    make = {"exec": ["sh", "-c", "echo ran > /srv/new"]}
    c.case(make, [("which", "given")], ["ran"])
    c.case({"exec": ["ip", "link", "add", "br9", "type", "bridge"]}, [("in", "left out")], ["br9: "],)
    c.case({"exec": ["sysctl", "-w", "net.ipv4.ip_forward=1"], "in": "pod"}, [("in", "given")], ["ip_forward = 1"])
    c.everywhere(make, ["ran"], [], False)
    yield from c.stories()

    # The name of a namespace, which one it is, and whether its device is really gone.
    look = ("ls /run/netns; stat -c inode:%i /run/netns/pod; ip netns exec pod true && echo enters; ip -o link show q0; "
            "ip -n pod -o link show q1")
    host = {**HOST, "links": [*HOST["links"], {"name": "q0", "peer": {"name": "q1", "in": "pod"}}]}
    for word, has, lacks in (("netns.delete", [], ["pod\n", "enters", "q0@"]), ("netns.unmount", ["pod\n"], ["enters", "q0@"]),
                             ("netns.replace", ["pod\n", "enters"], ["q0@", "q1@"])):
        c = Cases(word, look, host=host)
        c.case({word: "pod"}, [("which", "given")], has, lacks)
        c.case({word: "pod", "settle": "done"}, [("settle", "done")], has, lacks)
        c.case({word: "pod", "settle": "lingering"}, [("settle", "lingering")], has, [one for one in lacks if "q" not in one])
        c.everywhere({word: "pod"}, has, lacks, False)
        yield from c.stories()

    c = Cases("delay", "date +%s%N")
    for side in ("before", "after"):
        name = c.new()
        c.faults.append({"name": name, "if": {"case": name}, side: {"file.create": "/srv/1"}, "do": {"delay": "400ms"}})
        c.story.look([c.cell("which", "given"), c.cell("where", side)], f"held 400 ms {side} the point", held(name, 400),
                     f"case={name}")
    name = c.new()
    c.steps.insert(-1, {"name": "wait", "if": {"case": name}, "do": {"delay": "400ms"}})
    c.story.look([c.cell("where", "step")], "a step of 400 ms", not_an_error, f"case={name}")
    c.story.look([c.cell("where", "step")], "a step of 400 ms", lasted(400), f"case={name}")
    c.refuse({"delay": "1ms"}, "refused")
    yield from c.stories()


def held(fault, milliseconds):
    def test(outcome):
        there = outcome.of_fault(fault)
        if len(there) != 1 or there[0]["held"] < milliseconds * 1e6:
            return f"held {[one['held'] for one in there]} ns; " + outcome.brief()
        return None
    return test


def lasted(milliseconds):
    def test(outcome):
        seen = outcome.record.get("duration", 0) / 1e6
        return None if seen > milliseconds else f"the run lasted {seen} ms; " + outcome.brief()
    return test


def failing():
    c = Cases("fail", "true")
    point = {"address.add": "10.7.0.1/24"}

    def asks(do, cells, has, side="before"):
        name = c.new()
        c.faults.append({"name": name, "if": {"case": name}, side: point, "do": do})
        c.story.look([c.cell(*one) for one in cells], f"{do}", every(not_an_error, fires(name), shows("1", has)), f"case={name}")
    c.story.document["agents"]["sh"]["commands"]["look"]["run"][2] = \
        "echo == 1; ip address add 10.7.0.1/24 dev v0 2>&1; ip -o address show v0"
    asks({"fail": "EPERM"}, [("which", "given"), ("where", "before"), ("message", "left out")],
         ["RTNETLINK answers: Operation not permitted"])
    asks({"fail": "EPERM", "message": "not on a Sunday"}, [("message", "given")], ["Error: not on a Sunday."])
    asks({"fail": "EXDEV", "impossible": True}, [("impossible", "true")], ["RTNETLINK answers: Invalid cross-device link"])
    asks({"fail": "ENODEV", "impossible": False}, [("impossible", "false")], ["RTNETLINK answers: No such device"])
    c.refuse({"fail": "EXDEV"}, ("impossible", "false"), "EXDEV", before=point)
    c.refuse({"fail": "EPERM"}, "refused", before=point, until="1s")
    document = {**c.refusals[-1].document}
    document["faults"] = [{"after": point, "do": {"fail": "EPERM"}}]
    c.refusals.append(refused("do-fail-after", {key: document[key] for key in document if key not in ("tocsin", "title")},
                              c.cell("where", "after is refused"), "after"))
    yield from c.stories()
    each = Story("do-fail-each", {key: one for key, one in c.story.document.items() if key not in ("matrix", "title", "tocsin")})
    each.document["faults"] = [{"name": "each", "before": point, "do": {"fail": "each"}}]
    for errno, text in (("EPERM", "Operation not permitted"), ("EEXIST", "File exists"), ("ENODEV", "No such device"),
                        ("ENOBUFS", "No buffer space available"), ("EADDRINUSE", "Address already in use")):
        each.look([c.cell("which", "each")], f"one plan for {errno}", every(fires("each"), shows("1", [text])), f"fail={errno}")
    yield each


def stories():
    for each in (links, addresses, routes, rules, neighbours, nftables, others, failing):
        yield from each()
