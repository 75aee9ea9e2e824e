"""What the world replaces, moves, holds and limits, what a host has besides, and whether an agent runs."""
from .actions import Cases, MAC, not_an_error
from .denominator import Cell
from .keys import agent, key
from .story import Story, every, fires, found, refused, says, verdict

# Of each type that needs more than its name: what is said of it, and how ip(8) then shows it. A type that the kernel lacks is skipped.
KINDS = (
    ("vlan", {"link": "v0", "id": 7, "settings": "protocol 802.1ad"}, "vlan protocol 802.1ad id 7"), ("macvlan", {"link": "v0"}, "macvlan mode "),
    ("macvtap", {"link": "v0", "settings": "mode private"}, "macvtap mode private"),
    ("ipvlan", {"link": "v0", "settings": "mode l3"}, "ipvlan  mode l3"), ("ipvtap", {"link": "v0"}, "ipvtap "), ("vrf", {"table": "100"}, "vrf table 100"),
    ("vxlan", {"link": "v0", "settings": "id 42 remote 10.0.0.9 dstport 4789 learning 0"}, "vxlan id 42 remote 10.0.0.9 dev v0"),
    ("geneve", {"settings": "id 42 remote 10.0.0.9"}, "geneve id 42 remote 10.0.0.9"), ("xfrm", {"link": "v0", "settings": "if_id 7"}, "xfrm if_id 0x7"),
    *((kind, {"settings": "local 10.0.0.1 remote 10.0.0.9"}, f"{kind} remote 10.0.0.9 local 10.0.0.1") for kind in ("gre", "gretap", "ipip", "sit", "vti")),
    *((kind, {"settings": "local fd00::1 remote fd00::9"}, f"{kind} remote fd00::9 local fd00::1") for kind in ("ip6gre", "ip6gretap", "ip6tnl", "vti6")),
    ("bond", {"settings": "mode active-backup miimon 77"}, "bond mode active-backup miimon 77"), ("team", {}, "team "), ("wireguard", {}, "wireguard "),
)


def unknown_type(test):
    """What holds where the kernel has the type of device; where it has not, the plan is skipped by that name."""
    return lambda outcome: None if outcome.verdict == "skipped" and "type" in outcome.brief() else test(outcome)


def routes():
    look = "ip route show table all; echo IN POD; ip -n pod route show table all"
    c = Cases("route.add", look)
    c.story.name = "do-route-add-src"
    add = {"route.add": "10.77.0.0/16", "via": "10.0.0.2"}
    c.case(add, [("src", "left out"), ("proto", "boot")], ["10.77.0.0/16 via 10.0.0.2 dev v0 \n"])
    c.case({**add, "src": "10.1.0.1"}, [("src", "given")], ["10.77.0.0/16 via 10.0.0.2 dev v0 src 10.1.0.1"])
    for proto in ("static", "dhcp", "boot"):
        c.case({**add, "proto": proto}, [("proto", proto)],
               ["10.77.0.0/16 via 10.0.0.2 dev v0 " + (f"proto {proto}" if proto != "boot" else "\n")])
    c.case({**add, "proto": 77}, [("proto", "number")], ["10.77.0.0/16 via 10.0.0.2 dev v0 proto 77"])
    yield from c.stories()

    prepare = ("ip route add 10.78.0.0/16 via 10.0.0.3 proto static src 10.0.0.1; ip route add 10.78.0.0/16 via 10.1.0.3 dev w0 metric 9 "
               "proto dhcp src 10.1.0.1")
    c = Cases("route.delete", look, prepare)
    c.story.name = "do-route-delete-src"
    for name, value, wrong in (("src", "10.1.0.1", "10.1.0.9"), ("proto", "dhcp", "ra")):
        c.case({"route.delete": "10.78.0.0/16", name: value}, [(name, "matches")], ["via 10.0.0.3"], ["via 10.1.0.3"])
        c.fails({"route.delete": "10.78.0.0/16", name: wrong}, [(name, "another")], "no ")
    c.case({"route.delete": "10.78.0.0/16", "metric": 9}, [("src", "left out"), ("proto", "left out")], ["via 10.0.0.3"], ["via 10.1.0.3"])
    yield from c.stories()

    prepare = ("ip route add 10.77.0.0/16 via 10.0.0.3; ip route add 10.77.0.0/16 via 10.0.0.4 metric 77; ip route add 10.77.0.0/16 via "
               "10.0.0.5 table 100; ip route add default via 10.0.0.9; ip -n pod route add 10.77.0.0/16 via 10.5.0.3")
    c = Cases("route.replace", look, prepare)
    replace = {"route.replace": "10.77.0.0/16", "via": "10.0.0.2"}
    was, now = ["10.77.0.0/16 via 10.0.0.3 dev v0 "], ["10.77.0.0/16 via 10.0.0.2 dev v0 \n"]
    c.case(replace, [("which", "given"), ("via", "given"), ("table", "main"),
                     *[(name, "left out") for name in ("dev", "metric", "src", "in")], ("proto", "boot")],
           [*now, "via 10.0.0.4", "via 10.0.0.5"], was)
    c.case({"route.replace": "default", "via": "10.0.0.2"}, [("which", "default")], ["default via 10.0.0.2"], ["default via 10.0.0.9"])
    c.case({"route.replace": "10.77.0.0/16", "dev": "w0"}, [("dev", "given"), ("via", "left out")], ["10.77.0.0/16 dev w0"], was)
    c.case({**replace, "metric": 77}, [("metric", "given")], ["10.77.0.0/16 via 10.0.0.2 dev v0 metric 77", *was], ["via 10.0.0.4"])
    c.case({**replace, "src": "10.1.0.1"}, [("src", "given")], ["10.77.0.0/16 via 10.0.0.2 dev v0 src 10.1.0.1"], was)
    for proto in ("static", "dhcp"):
        c.case({**replace, "proto": proto}, [("proto", proto)], [f"10.77.0.0/16 via 10.0.0.2 dev v0 proto {proto}"], was)
    c.case({**replace, "proto": 77}, [("proto", "number")], ["10.77.0.0/16 via 10.0.0.2 dev v0 proto 77"], was)
    for table, shown in (("main", "\n"), ("local", "table local"), ("default", "table default")):
        c.case({**replace, "table": table}, [("table", table)], [f"10.77.0.0/16 via 10.0.0.2 dev v0 {shown}"])
    c.case({**replace, "table": "100"}, [("table", "number")], ["10.77.0.0/16 via 10.0.0.2 dev v0 table 100"], ["via 10.0.0.5"])
    c.case({"route.replace": "10.77.0.0/16", "via": "10.5.0.2", "in": "pod"}, [("in", "given")], ["via 10.5.0.2 dev p0"], ["via 10.5.0.3"])
    c.everywhere(replace, now, was)
    yield from c.stories()


def neighbours():
    look = "ip neigh; ip neigh show proxy; echo IN POD; ip -n pod neigh; ip -n pod neigh show proxy"
    prepare = f"ip neigh add 10.0.0.5 dev v0 lladdr {MAC}5; ip -n pod neigh add 10.5.0.5 dev p0 lladdr {MAC}5"
    c = Cases("neighbour.replace", look, prepare)
    replace = {"neighbour.replace": "10.0.0.5", "dev": "v0", "lladdr": MAC + "6"}
    was, now = [f"10.0.0.5 dev v0 lladdr {MAC}5 PERMANENT"], [f"10.0.0.5 dev v0 lladdr {MAC}6 PERMANENT"]
    c.case(replace, [("which", "given"), ("dev", "given"), ("lladdr", "given"), ("proxy", "false"), ("in", "left out")],
           now, was)
    c.case({**replace, "proxy": False}, [("proxy", "false")], now, was)
    c.case({"neighbour.replace": "10.0.0.6", "dev": "v0", "proxy": True}, [("proxy", "true"), ("lladdr", "left out")],
           ["10.0.0.6 dev v0 proxy", *was])
    c.case({"neighbour.replace": "10.5.0.5", "dev": "p0", "lladdr": MAC + "6", "in": "pod"}, [("in", "given")],
           [f"10.5.0.5 dev p0 lladdr {MAC}6", *was], [f"10.5.0.5 dev p0 lladdr {MAC}5"])
    c.everywhere(replace, now, was)
    yield from c.stories()


def devices():
    both = "ip -o -d link; echo IN POD; ip -n pod -o -d link"
    c = Cases("link.set", both)
    c.story.name = "do-link-set-netns"
    c.case({"link.set": "m0", "netns": "pod"}, [("netns", "given")], ["IN POD"], [])
    c.story.looks[-1].test = every(c.story.looks[-1].test, lambda outcome: None if (
        lambda parts: "m0:" not in parts[0] and "m0:" in parts[1])(outcome.output("look").split("== 2")[0].split("IN POD")) else
        outcome.output("look")[:600])
    c.case({"link.set": "v0", "mtu": 1400}, [("netns", "left out")], ["v0@v1"])
    c.refuse({"link.set": "m0", "netns": "pod"}, "netns refused")
    yield from c.stories()

    c = Cases("link.create", both)
    c.story.name = "do-link-create-types"
    for kind, keys_of, shown in KINDS:
        cells = [("type", kind), *[(name, "given" if name in keys_of else "left out") for name in ("link", "id", "settings")]]
        if "table" in keys_of:
            cells.append(("table", "number"))
        c.case({"link.create": "n0", "type": kind, **keys_of}, cells, ["n0", shown])
        c.story.looks[-1].test = unknown_type(c.story.looks[-1].test)
    for table in ("main", "local", "default"):
        c.case({"link.create": "n0", "type": "vrf", "table": table}, [("table", table)], ["n0", "vrf table "])
        c.story.looks[-1].test = unknown_type(c.story.looks[-1].test)
    yield from c.stories()

    for kind, link, shown in KINDS:
        story = Story(f"host-{kind}", {
            "host": {"links": [{"name": "v0", "peer": {"name": "v1"}}, {"name": "n0", "type": kind, **link}]},
            "agents": {"sh": agent("ip -d -o link")}, "steps": [{"run": "c1"}]})
        story.look([key("host.links", "type"), *[key("host.links", name) for name in link]], f"a {kind}, or skipped", unknown_type(every(not_an_error, says("c1", shown))))
        yield story


def hosts():
    host = {
        "links": [{"name": "v0", "addresses": ["10.0.0.1/24", "10.0.1.1/24"], "peer": {"name": "v1"}}],
        "routes": [{"to": "10.1.0.0/16", "via": "10.0.0.9", "src": "10.0.1.1", "proto": "static"}],
        "files": {"/srv/owned": {"text": "x", "owner": 33, "group": 12}, "/srv/folder": {"folder": True, "owner": 7, "mode": "0750"}},
    }
    story = Story("host-owners", {"host": host, "agents": {"sh": agent("ip route; stat -c '%u:%g %a %F %n' /srv/*")},
                                  "steps": [{"run": "c1"}]})
    story.look([key("host.routes", "src"), key("host.routes", "proto")], "as ip prints it",
               every(not_an_error, says("c1", "10.1.0.0/16 via 10.0.0.9 dev v0 proto static src 10.0.1.1")))
    story.look([key("host.files", "owner"), key("host.files", "group")], "stat",
               every(not_an_error, says("c1", "33:12 644 regular file /srv/owned", "7:0 750 directory /srv/folder")))
    story.look(key("host.files", "folder", "true"), "an empty folder", every(not_an_error, says("c1", "directory /srv/folder")))
    yield story


def running():
    def service(**more):
        return {"service": ["sh", "-c", "echo up; cat; echo over; exec sleep 100"], "ready": {"log": "up"}, **more}
    lives = {"running": "d"}
    story = Story("running", {"agents": {"d": service(), "sh": agent("true")}, "steps": [
        {"check": {"not": lives}}, {"start": "d"}, {"check": lives}, {"run": "c1"}, {"stop": "d"}, {"check": {"not": lives}}]})
    story.look([Cell("condition", "running", "holds", value) for value in ("true", "false")], "between its start and its stop", verdict("pass"))
    yield story
    story = Story("condition-running-fails", {"agents": {"d": service()}, "steps": [{"check": lives}, {"start": "d"}, {"stop": "d"}]})
    story.look(Cell("condition", "running", "holds", "false"), "before it is started", verdict("fail", "error"))
    yield story
    story = Story("stdin-open", {"agents": {"open": service(stdin="open"), "ended": service()}, "steps": [
        {"start": "open"}, {"start": "ended"}, {"check": {"log": "over", "agent": "ended", "since": "start-ended"}, "within": "5s"},
        {"check": {"not": {"log": "over", "agent": "open", "since": "start-open"}}}, {"stop": "open"}, {"stop": "ended"}]})
    story.look(key("agents", "stdin", "open"), "cat waits where it is open, and ends where it is not", verdict("pass"))
    yield story


def held():
    take = "flock -n /srv/lock true && echo flock taken || echo flock refused"
    c = Cases("lock.hold", take)
    hold = {"lock.hold": "/srv/lock"}
    c.case(hold, [("which", "given")], ["flock refused"], ["flock taken"])
    c.everywhere(hold, ["flock refused"], ["flock taken"])
    yield from c.stories()


def kept_open():
    """While somebody has the namespace open, the other end of its device stays when its name goes."""
    look = "ip netns del pod 2>/dev/null; sleep 0.3; [ -e /sys/class/net/v0 ] && echo held || echo gone"
    c = Cases("netns.hold", look, host={"namespaces": ["pod"], "links": [{"name": "v0", "peer": {"name": "v1", "in": "pod"}}]})
    hold = {"netns.hold": "pod"}
    c.case(hold, [("which", "given")], ["held"], ["gone"])
    c.everywhere(hold, ["held"], ["gone"])
    yield from c.stories()


# It waits for notices of addresses, and never reads one.
LISTENER = """import socket, time
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
s.bind((0, 0x10))
print("up", flush=True)
time.sleep(1000)
"""


def overflowing():
    count = "awk 'NR > 1 { s += $9 } END { print \"%s\", (s > 0 ? \"lost\" : \"kept\") }' /proc/net/netlink"
    c = Cases("overflow", count % "host" + "; ip netns exec pod " + count % "pod", prepare=[{"start": "d"}, {"start": "e"}],
              host={"namespaces": ["pod"]})
    listens = {"ready": {"log": "up"}, "service": ["python3", "-c", LISTENER]}
    c.story.document["agents"] |= {"d": listens, "e": {**listens, "service": ["ip", "netns", "exec", "pod", *listens["service"]]}}
    c.case({"overflow": 3}, [("which", "given"), ("in", "left out")], ["host lost", "pod kept"])
    c.case({"overflow": 3, "in": "pod"}, [("in", "given")], ["pod lost", "host kept"])
    c.everywhere({"overflow": 3}, ["host lost"], until=False)
    yield from c.stories()


def cycled():
    """The steps so often, that with `setup` once; what it leaves is no leftover."""
    story = Story("cycles", {
        "cycles": 4, "steps": [{"run": "c1", "setup": True}, {"run": "c2", "setup": False}, {"run": "c3"}],
        "agents": {"sh": {"state": ["/srv"], "commands": {
            "c1": {"run": ["touch", "/srv/image"]}, "c2": {"run": ["touch", "/srv/made"]}, "c3": {"run": ["rm", "/srv/made"], "undoes": "c2"}}}}})

    def test(outcome):
        ran = [one["step"] for one in outcome.record["outcomes"]]
        wanted = ["c1"] + [f"c{step}.{cycle}" for cycle in range(1, 5) for step in (2, 3)]
        return None if ran == wanted and outcome.verdict == "pass" else f"{ran}; " + outcome.brief()
    story.look([key("file", "cycles"), key("steps", "setup", "true"), key("steps", "setup", "false")], "four cycles, and what prepares once", test)
    yield story


LIMITS = """import os, resource
def show(number):
    os.write(1, b"== %d\\nsoft %d\\n" % (number, resource.getrlimit(resource.RLIMIT_NOFILE)[0]))
    try:
        os.close(os.open("/srv/f", os.O_RDONLY))
    except OSError as error:
        os.write(1, error.strerror.encode() + b"\\n")
for number in (1, 2):
    os.mkdir("/srv/%d" % number)
    show(number)
"""


def limited():
    c = Cases("limit", "true")
    c.story.document["agents"]["sh"]["commands"]["look"]["run"] = ["python3", "-c", LIMITS]
    limit = {"limit": "files", "to": 3}
    refused_by_kernel = ["soft 3\n", "Too many open files"]
    c.case(limit, [("which", "files"), ("to", "given"), ("where", "before")], refused_by_kernel)
    c.case(limit, [("where", "after")], refused_by_kernel, side="after")
    c.taken_back(limit, "taken back", refused_by_kernel, [])
    c.refuse(limit, ("where", "edge of a step"), "edge of a step", before={"step": "look"})
    yield from c.stories()


LIST = """import socket, struct
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
s.bind((0, 0))
s.send(struct.pack("IHHII", 32, 18, 0x301, 7, 0) + bytes(16))
done = False
print("== 1")
while not done:
    data, at, told = s.recv(4096), 0, []
    while at < len(data):
        length, kind, flags = struct.unpack_from("IHH", data, at)
        told.append(bool(flags & 0x10))
        done = done or kind == 3
        at += (length + 3) & ~3
    print("told" if told[0] else "not told")
"""


def short(host):
    """ip(8) says so where the last datagram is left out; where the end comes by itself, the plan is an error that says that."""
    story = Story("do-dump-short", {"host": host, "agents": {"sh": agent("ip -o link")}, "steps": [{"run": "c1"}], "faults": [
        {"before": {"link.list": "all"}, "do": {"dump": "short"}}]})

    def test(outcome):
        if outcome.verdict == "skipped":
            return None if any("a datagram of its own" in one for one in outcome.reasons) else outcome.brief()
        return fires("fault-1")(outcome) or says("c1", "Buffer too small for object")(outcome)
    return story.look(Cell("action", "dump", "which", "short"), "the list ends early", test)


def interrupted():
    host = {"links": [{"name": f"v{number}", "peer": {"name": f"w{number}"}} for number in range(12)]}
    c = Cases("dump", "true", host=host)
    c.story.document["agents"]["sh"]["commands"]["look"]["run"] = ["python3", "-c", LIST]
    name = c.new()
    c.faults.append({"name": name, "if": {"case": name}, "before": {"link.list": "all"}, "do": {"dump": "interrupted"}})
    c.story.look([c.cell("which", "interrupted"), c.cell("where", "before")], "the last datagram says so, and no other", every(
        not_an_error, fires(name), lambda outcome: None if outcome.output("look").endswith("not told\ntold\n") and
        outcome.output("look").count("\ntold") == 1 else outcome.output("look")), f"case={name}")
    yield short(host)
    c.refuse({"dump": "interrupted"}, "refused", before={"link.list": "all"}, until="1s")
    c.refusals.append(refused("do-dump-after", {
        "host": host, "agents": {"sh": agent("ip link")}, "steps": [{"run": "c1"}],
        "faults": [{"after": {"link.list": "all"}, "do": {"dump": "interrupted"}}]}, c.cell("where", "after is refused"), "`before`"))
    yield from c.stories()


def disallowed():
    story = Story("disallow", {"use": "allowing.yaml", "disallow": [{"residue": {"file": "/srv/x"}}]})
    story.files["allowing.yaml"] = (
        "tocsin: 1\ntitle: it allows two\nagents: { sh: { commands: { c1: { run: [touch, /srv/x, /srv/y] }, c2: { run: ['true'], undoes: c1 } } } }\n"
        "steps: [{ run: c1 }, { run: c2 }]\nallow:\n  - { residue: { file: /srv/x }, because: x }\n  - { residue: { file: /srv/y }, because: y }\n")
    story.look(key("file", "disallow"), "what is taken back is found, what is not is allowed", every(
        found("residue", "/srv/x", "new"), found("residue", "/srv/y", "allowed")))
    yield story


def stories():
    for each in (routes, neighbours, devices, hosts, running, held, kept_open, overflowing, cycled, limited, interrupted, disallowed):
        yield from each()
