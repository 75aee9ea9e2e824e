"""Every key of the scenario file: host, agents, steps, and those of the file itself."""
import hashlib

from .actions import not_an_error, shows
from .denominator import Cell
from .story import Story, every, explored, fires, found, reason, refused, says, verdict
from .system_calls import call

MAC = "02:00:00:00:00:0"
GREETER = '''import json, os, sys
print(sys.argv[1:], flush=True)
def answer(line):
    os.write(4, (json.dumps(line) + "\\n").encode())
answer({"ready": True, "version": "1.2"})
for line in os.fdopen(3):
    asked = json.loads(line)
    if asked["request"] == "make":
        os.mkdir("/srv/" + asked["with"]["name"])
    answer({"ok": asked["request"] != "fail", **({"error": "no"} if asked["request"] == "fail" else {})})
'''


WARM = """import ctypes, fcntl, json, os, socket
libc = ctypes.CDLL(None)
fd = os.environ.pop("TOCSIN_WARM_FD", None)

def serve():
    os.write(4, b'{"ready": true, "version": "1"}\\n')
    rest = b""
    while True:
        got = os.read(3, 65536)
        if not got:
            os._exit(0)
        rest += got
        while b"\\n" in rest:
            line, rest = rest.split(b"\\n", 1)
            os.mkdir("/srv/" + json.loads(line)["with"]["name"])
            os.write(4, b'{"ok": true}\\n')

if fd is None:
    serve()
warm = socket.socket(fileno=int(fd))
warm.send(b'{"ready": true, "version": "1"}\\n')
while True:
    asked, fds, _, _ = socket.recv_fds(warm, 4096, 6)
    if not asked:
        break
    own = os.open("/proc/self/ns/pid", os.O_RDONLY)
    moved = [fcntl.fcntl(each, fcntl.F_DUPFD, 20) for each in fds]
    for each in fds:
        os.close(each)
    libc.setns(moved[0], 0x20000000)
    child = os.fork()
    if child == 0:
        for number, each in enumerate(moved[1:]):
            os.dup2(each, number)
        os.closerange(5, 64)
        serve()
    libc.setns(own, 0x20000000)
    for each in [*moved, own]:
        os.close(each)
    warm.send(json.dumps({"pid": child}).encode() + b"\\n")
    os.waitpid(child, 0)
    warm.send(json.dumps({"exited": child}).encode() + b"\\n")
"""


def key(word, name, value="given"):
    return Cell("key", word, name, value)


def agent(*lines, **more):
    """One agent whose commands c1, c2, … are these shell lines."""
    return {"timeout": "20s", "commands": {f"c{n}": {"run": ["sh", "-c", line]} for n, line in enumerate(lines, 1)}, **more}


def run_only(name, document, step="c1", role="fault-1"):
    document = {"steps": [{"run": "c1"}], **document}
    return Story(name, document)


def hosts():
    look = "ip -d -o link; ip -o address; ip route show table all; ip rule; ip netns exec pod ip -d -o link; " \
           "ip netns exec pod ip -o address; ip -n pod route show table all; echo PORTS; ip -br link show master br0; echo RULES; ip -n pod rule; sysctl net.ipv4.ip_forward; " \
           "ip netns exec pod sysctl net.ipv4.tcp_sack; cat /srv/t /srv/j /srv/s; stat -c '%a %n' /srv/t /srv/s"
    host = {
        "namespaces": ["pod"],
        "links": [
            {"name": "br0", "type": "bridge"}, {"name": "i0", "type": "ifb", "up": False},
            {"name": "v0", "type": "veth", "up": True, "addresses": ["10.0.0.1/24"], "mtu": 1400, "mac": MAC + "1",
             "peer": {"name": "v1", "in": "pod", "up": True, "addresses": ["10.0.0.2/24"], "mtu": 1300, "mac": MAC + "2"}},
            {"name": "u0", "master": "br0", "peer": {"name": "u1", "up": False}},
            {"name": "x0", "in": "pod", "peer": {"name": "x1", "master": "br0"}},
        ],
        "routes": [{"to": "10.1.0.0/16", "via": "10.0.0.9"}, {"to": "10.2.0.0/16", "dev": "u0", "table": "100", "metric": 7},
                   {"to": "default", "via": "10.0.0.1", "in": "pod"}],
        "rules": [{"from": "10.3.0.0/16", "to": "10.4.0.0/16", "iif": "v0", "fwmark": "0x10/0xff", "table": "100", "priority": 77},
                  {"table": "101", "in": "pod"}],
        "sysctls": [{"sysctl": "net.ipv4.ip_forward", "value": "1"}, {"sysctl": "net.ipv4.tcp_sack", "value": "0", "in": "pod"}],
        "files": {"/srv/t": {"text": "a text\n", "mode": "0640"}, "/srv/j": {"json": {"b": 1, "a": [True, None, "1"]}},
                  "/srv/s": {"file": "given.txt"}},
    }
    story = Story("host", {"host": host, "agents": {"sh": agent(look)}, "steps": [{"run": "c1"}]})
    story.files["given.txt"] = "from a file\n"

    def wrote(cells, *texts):
        story.look(cells, f"the agent sees {texts}", every(not_an_error, says("c1", *texts)))
    wrote([key("file", "host"), key("host", "links"), key("host.links", "name"), key("host.links", "addresses")],
          "v0    inet 10.0.0.1/24")
    wrote([key("host", "namespaces"), key("host.links.peer", "in"), key("host.links.peer", "name")], "v1@if")
    wrote([key("host.links", "mtu"), key("host.links", "up", "true")], "<BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1400")
    wrote([key("host.links.peer", "mtu"), key("host.links.peer", "up", "true")], "<BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1300")
    wrote([key("host.links.peer", "addresses")], "v1    inet 10.0.0.2/24")
    wrote([key("host.links", "mac")], MAC + "1")
    wrote([key("host.links.peer", "mac")], MAC + "2")
    wrote([key("host.links", "type")], "br0: ", " bridge ", " ifb ", " veth ")
    wrote([key("host.links", "up", "false")], "i0: <BROADCAST,NOARP> ")
    wrote([key("host.links.peer", "up", "false")], "u1@u0: <BROADCAST,MULTICAST> ")
    wrote([key("host.links", "peer")], "u0@u1", "u1@u0")
    wrote([key("host.links", "master")], "PORTS\nu0@u1 ")
    wrote([key("host.links.peer", "master"), key("host.links", "in")], "\nx1@if", "x0@if")
    wrote([key("host", "routes"), key("host.routes", "to"), key("host.routes", "via")], "10.1.0.0/16 via 10.0.0.9 dev v0")
    wrote([key("host.routes", "dev"), key("host.routes", "table"), key("host.routes", "metric")],
          "10.2.0.0/16 dev u0 table 100 scope link metric 7")
    wrote([key("host.routes", "in")], "default via 10.0.0.1 dev v1")
    wrote([key("host", "rules"), *[key("host.rules", one) for one in ("from", "to", "iif", "fwmark", "table", "priority")]],
          "77:\tfrom 10.3.0.0/16 to 10.4.0.0/16 fwmark 0x10/0xff iif v0 lookup 100")
    wrote([key("host.rules", "in")], "RULES", "from all lookup 101")
    wrote([key("host", "sysctls"), key("host.sysctls", "sysctl"), key("host.sysctls", "value")], "ip_forward = 1")
    wrote([key("host.sysctls", "in")], "tcp_sack = 0")
    wrote([key("host", "files"), key("host.files", "text")], "a text\n")
    wrote([key("host.files", "mode")], "640 /srv/t", "644 /srv/s")
    wrote([key("host.files", "json")], '{"b":1,"a":[true,null,"1"]}')
    wrote([key("host.files", "file")], "from a file\n")
    yield story
    for value, result in (("writable", "ok"), ("read-only", "EROFS")):
        story = Story(f"host-sysfs-{value}", {
            "host": {"sysfs": value, "links": [{"name": "v0", "peer": {"name": "v1"}}]}, "steps": [{"run": "c1", "exit": [0]}],
            "agents": {"calls": {"commands": {"c1": {"run": ["CALLS", call("open", "/sys/class/net/v0/mtu", 1)]}}}}})
        story.look(key("host", "sysfs", value), f"open to write: {result}", says("c1", f"open {result}"))
        yield story
    for value, has, lacks in (("off", "inet6 fd00::1/64 scope global", "tentative"), ("on", "fd00::1/64 scope global tentative", "zz")):
        story = Story(f"host-dad-{value}", {
            "host": {"duplicate-address-detection": value, "links": [{"name": "v0", "peer": {"name": "v1"}}]}, "steps": [{"run": "c1"}],
            "agents": {"sh": agent("ip address add fd00::1/64 dev v0; ip -o address show v0")}})
        story.look(key("host", "duplicate-address-detection", value), has, says("c1", has, lacks=[lacks]))
        yield story
    numbers = {"CAP_SYS_MODULE": 16, "CAP_SYS_RAWIO": 17, "CAP_SYS_PACCT": 20, "CAP_SYS_BOOT": 22, "CAP_SYS_TIME": 25,
               "CAP_SYS_TTY_CONFIG": 26, "CAP_AUDIT_CONTROL": 30, "CAP_MAC_OVERRIDE": 32, "CAP_MAC_ADMIN": 33, "CAP_SYSLOG": 34,
               "CAP_WAKE_ALARM": 35, "CAP_BLOCK_SUSPEND": 36, "CAP_AUDIT_READ": 37}
    bits = "for n in " + " ".join(map(str, numbers.values())) + \
        "; do echo bit $n $$(( (0x`awk '/CapEff/ {print $2}' /proc/self/status` >> $n) & 1 )); done"
    for name, number in [*numbers.items(), ("", 0)]:
        story = Story(f"host-capability-{name or 'none'}", {
            **({"host": {"capabilities": [name]}} if name else {}), "steps": [{"run": "c1"}], "agents": {"sh": agent(bits)}})
        story.look([key("host", "capabilities", one) for one in numbers if one == name or not name], "held, and no other",
                   says("c1", *[f"bit {n} {int(n == number)}\n" for n in numbers.values()]))
        yield story


def agents():
    story = Story("agent-environment", {
        "host": {"files": {"/srv/wd/x": {"text": "x"}}},
        "agents": {"sh": {**agent("echo $A $B $C $HOME $LANG $PYTHONHASHSEED; pwd; cat"), "environment": {"A": "agent", "B": "agent", "C": "agent"},
                          "directory": "/srv/wd"}}, "steps": [{"run": "c1", "environment": {"C": "step"}}]})
    story.document["agents"]["sh"]["commands"]["c1"] |= {"environment": {"B": "command", "C": "command"}, "stdin": {"text": "given in\n"}}
    story.look([key("file", "agents"), key("agents", "environment"), key("agents.commands", "environment"), key("steps", "environment")],
               "each over the one before", says("c1", "agent command step / C 0\n"))
    story.look(key("agents", "directory"), "pwd", says("c1", "/srv/wd\n"))
    story.look([key("agents", "commands"), key("agents.commands", "run"), key("agents.commands", "stdin"),
                key("agents.commands.stdin", "text")], "cat", says("c1", "given in\n"))
    yield story
    story = Story("stdin", {"agents": {"sh": agent("cat", "cat", "cat")}, "steps": [
        {"run": "c1", "name": "command"}, {"run": "c2"}, {"run": "c1", "name": "text", "stdin": {"text": "of the step\n"}}, {"run": "c1", "name": "json", "stdin": {"json": {"b": 1, "a": None}}},
        {"run": "c1", "name": "file", "stdin": {"file": "input.txt"}}]})
    story.document["agents"]["sh"]["commands"]["c1"]["stdin"] = {"json": {"b": [1, True]}}
    story.document["agents"]["sh"]["commands"]["c2"]["stdin"] = {"file": "input.txt"}
    story.files["input.txt"] = "a file's\n"
    story.look(key("agents.commands.stdin", "json"), "compact", says("command", '{"b":[1,true]}'))
    story.look(key("agents.commands.stdin", "file"), "cat", says("c2", "a file's\n"))
    story.look([key("steps", "stdin"), key("steps.stdin", "text")], "cat", says("text", "of the step\n", lacks=["[1,true]"]))
    story.look(key("steps.stdin", "json"), "cat", says("json", '{"b":1,"a":null}'))
    story.look(key("steps.stdin", "file"), "cat", says("file", "a file's\n"))
    yield story

    for where, document in (("agents", {"timeout": "500ms"}), ("agents.commands", {}), ("steps", {})):
        story = Story(f"timeout-{where}", {"agents": {"sh": {**agent("mkdir /srv/x; [ -e /srv/slow ] && sleep 5; true"), **document}},
                                           "steps": [{"run": "c1"}],
                                           "faults": [{"before": {"file.create": "/srv/x"}, "do": {"file.write": "/srv/slow", "text": "x"}}]})
        if where == "agents.commands":
            story.document["agents"]["sh"]["commands"]["c1"]["timeout"] = "500ms"
        if where == "steps":
            story.document["steps"][0]["timeout"] = "500ms"
        story.look(key(where, "timeout"), "it hangs", found("hang", "c1"))
        yield story

    story = Story("agent-state", {
        "host": {"files": {"/srv/in": {"text": "x"}}}, "agents": {"sh": agent("cat /srv/in /etc/hostname", state=["/srv"])},
        "steps": [{"run": "c1"}], "faults": [{"name": "seen", "before": {"file.open": "/srv/in"}, "do": {"delay": "1us"}},
                                             {"name": "unseen", "before": {"file.open": "/etc/hostname"}, "do": {"delay": "1us"}}]})
    story.look(key("agents", "state"), "what is read below state is seen, and not elsewhere",
               lambda outcome: None if outcome.of_fault("seen") and not outcome.of_fault("unseen") else outcome.brief())
    yield story

    story = Story("agent-logs", {"agents": {"sh": agent("echo into the log > /srv/a.log", logs=["/srv/a.log"])}, "steps": [
        {"run": "c1"}, {"check": {"log": "into the log", "since": "c1"}}, {"check": {"log": "/in.o the/", "agent": "sh", "since": "c1"}},
        {"check": {"not": {"log": "never written"}}}, {"check": {"not": {"log": "into the log"}}},
        {"check": {"not": {"log": "into", "agent": "other", "since": "c1"}}}]})
    story.document["agents"]["other"] = {"commands": {"c9": {"run": ["true"]}}}
    story.look([key("agents", "logs"), Cell("condition", "log", "holds", "true"), Cell("condition", "log", "holds", "false"),
                Cell("condition", "not", "holds", "true")], "found, by TEXT and /regex/, by agent, since a step", verdict("pass"))
    yield story

    for name, line in (("matched", '{"cniVersion": "1", "problem": 7}'), ("unmatched", '{"fine": 1}')):
        story = Story(f"says-error-{name}", {
            "host": {"links": [{"name": "v0", "peer": {"name": "v1"}}]},
            "agents": {"sh": agent(f"ip link set v0 mtu 1400 2>/dev/null || echo '{line}'", **{"says-error": "problem"})},
            "steps": [{"run": "c1"}], "faults": [{"before": {"link.set": "v0"}, "do": {"fail": "EPERM"}}]})
        story.look(key("agents", "says-error"), f"{name}: standard output tells, or not",
                   found("silent-failure" if name == "unmatched" else "false-success", "c1"))
        yield story

    service = {"service": ["sh", "-c", "trap 'kill $!; echo got HUP; exit 0' HUP; echo up; sleep 100 & wait"], "ready": {"log": "up"},
               "stop": "SIGHUP", "logs": []}
    steps = [{"start": "d"}, {"run": "c1"}, {"stop": "d"}, {"check": {"log": "got HUP", "since": "c1"}}]
    story = Story("service", {"agents": {"d": service, "sh": agent("ls /proc/*/cmdline | while read f; do tr '\\0' ' ' < $f | grep 'trap .kill' | grep -v grep; done; true")}, "steps": steps})
    story.look([key("agents", "service"), key("agents", "ready"), key("agents", "stop"), key("steps", "start"), key("steps", "stop")],
               "it runs between start and stop, and gets its signal", every(verdict("pass"), says("c1", "got HUP")))
    yield story
    daemon = {**service, "service": ["sh", "-c", "trap 'echo got HUP' HUP; trap 'kill $!; exit 3' TERM; echo up; sleep 100 & wait; wait"],
              "stop": "SIGTERM"}
    story = Story("service-signal", {"agents": {"d": daemon, "sh": agent("true")}, "steps": [
        {"start": "d"}, {"signal": "d", "send": "SIGHUP", "name": "again"}, {"check": {"log": "got HUP", "since": "again"}, "within": "2s"},
        {"run": "c1"}, {"stop": "d", "exit": [3]}]})
    story.look([key("steps", "signal"), key("steps", "send"), key("steps", "exit")], "told, lives on, and ends with 3", verdict("pass"))
    yield story
    story = Story("service-exit", {"agents": {"d": daemon, "sh": agent("true")}, "steps": [{"start": "d"}, {"stop": "d", "exit": [0]}]})
    story.look(key("steps", "exit"), "another end fails", verdict("fail"))
    yield story
    story = Story("service-not-ready", {"agents": {"d": {**service, "ready": {"log": "never"}, "timeout": "1s"}},
                                        "steps": [{"start": "d"}, {"stop": "d"}]})
    story.look(key("agents", "ready"), "a service that is not ready fails without faults", verdict("fail"))
    yield story

    warm = Story("driver-warm", {"agents": {"g": {"driver": ["python3", "-S", "$(here)/warm.py"], "warm": True, "timeout": "20s",
                                                  "commands": {"make": {}}}}, "steps": [{"run": "make", "with": {"name": "made"}}],
                                 "faults": [{"name": "it", "before": {"file.create": "/srv/made"}, "do": {"delay": "1us"}}]})
    warm.files["warm.py"] = WARM
    warm.look(key("agents", "warm", "true"), "asked, and forked from one that was ready", every(verdict("pass"), fires("it", "make"), was_warm))
    yield warm
    provided = "$(agents)/tried/prog"
    story = Story("provision", {"agents": {"sh": {"version": "3", "provision": ["sh", "-c", "mkdir -p $(agents)/tried; printf '#!/bin/sh\necho provided\n'"
                                                                                f" > {provided}; chmod +x {provided}"],
                                                  "commands": {"c1": {"run": [provided]}}}}, "steps": [{"run": "c1"}]})
    story.look(key("agents", "provision"), "the installed program runs", says("c1", "provided"))
    yield story
    for warm in (False,):
        driver = {"driver": ["python3", "$(here)/greeter.py", "hello"], "version": "1.2", "warm": warm, "timeout": "20s",
                  "commands": {"make": {}, "fail": {}}}
        story = Story(f"driver-{warm}", {"agents": {"g": driver, "sh": agent("ls /srv", "true")}, "steps": [
            {"run": "g.make", "with": {"name": "made"}}, {"run": "sh.c1"}],
            "faults": [{"name": "it", "before": {"file.create": "/srv/made"}, "do": {"delay": "1us"}}]})
        story.files["greeter.py"] = GREETER
        cells = [key("agents", "driver"), key("agents", "version"), key("steps", "with")] if not warm else []
        if not warm:
            story.look([*cells, key("agents", "warm", "false")], "asked with arguments", every(fires("it", "make"), says("c1", "made")))
            yield story
    wrong = Story("driver-version", {"agents": {"g": {"driver": ["python3", "$(here)/greeter.py"], "version": "9", "timeout": "20s",
                                                      "commands": {"make": {}}}}, "steps": [{"run": "make", "with": {"name": "x"}}]})
    wrong.files["greeter.py"] = GREETER
    wrong.look(key("agents", "version"), "another version is an error", verdict("error"))
    yield wrong


def was_warm(outcome):
    """It says so where it was not used."""
    notes = str(outcome.record.get("notes")) + str(outcome.plan.get("notes"))
    return notes if "warm" in notes else None


def steps():
    story = Story("steps", {
        "host": {"links": [{"name": "v0", "peer": {"name": "v1"}}]},
        "agents": {"sh": agent("true", "ip -o link show v0", "exit 3", "date +%s%N")}, "steps": [
            {"run": "c1", "name": "first"}, {"do": {"link.set": "v0", "mtu": 1400}}, {"run": "sh.c2"}, {"run": "c3", "exit": [3, 4]},
            {"run": "c3", "name": "other", "exit": 3}, {"name": "look", "check": {"exec": ["sh", "-c", "ip link show v0 | grep 'mtu 1400'"]}},
            {"run": "c1", "name": "never", "if": {"x": "no"}}], "variables": {"x": "yes"}})
    story.look([key("file", "steps"), key("steps", "run"), key("steps", "do")], "the world's step, then AGENT.COMMAND",
               every(verdict("pass"), says("c2", "mtu 1400")))
    story.look([key("steps", "exit")], "3 is right here, as a list and alone", verdict("pass"))
    story.look([key("steps", "name")], "called by its name", lambda outcome: None if outcome.attempts("first") else outcome.brief())
    story.look([key("steps", "if")], "left out where it does not hold",
               lambda outcome: None if not outcome.attempts("never") and outcome.attempts("other") else outcome.brief())
    story.look([key("steps", "check"), Cell("condition", "exec", "holds", "true")], "the check holds", verdict("pass"))
    yield story
    for exit_code in ([0], [4]):
        story = Story(f"exit-{exit_code[0]}", {"agents": {"sh": agent("exit 3")}, "steps": [{"run": "c1", "exit": exit_code}]})
        story.look(key("steps", "exit"), "another status fails", verdict("fail"))
        yield story

    story = Story("retry", {
        "host": {"links": [{"name": "v0", "peer": {"name": "v1"}}]}, "agents": {"sh": agent("ip link set v0 mtu 1400")},
        "steps": [{"run": "c1", "retry": 2}], "faults": [{"before": {"link.set": "v0"}, "do": {"fail": "EPERM"}}]})
    story.look(key("steps", "retry"), "run again once, and right then",
               lambda outcome: None if len(outcome.attempts("c1")) == 2 and outcome.verdict == "pass" else
               f"{len(outcome.attempts('c1'))} attempts; " + outcome.brief())
    yield story
    story = Story("retry-twice", {
        "host": {"links": [{"name": "v0", "peer": {"name": "v1"}}]}, "agents": {"sh": agent("ip link set v0 mtu 1400; true")},
        "steps": [{"run": "c1", "retry": 2}], "faults": [{"before": {"link.set": "v0"}, "nth": [1, 2, 3], "do": {"fail": "EPERM"}}]})
    story.look(key("steps", "retry"), "three times in all, and no-convergence", every(
        found("no-convergence", "c1"), lambda outcome: None if len(outcome.attempts("c1")) == 3 else f"{len(outcome.attempts('c1'))} attempts"))
    yield story

    for within, right in (("3s", "pass"), ("0s", "fail")):
        story = Story(f"within-{within}", {"agents": {"sh": agent("(sleep 0.7; mkdir /srv/x) </dev/null >/dev/null 2>&1 &")}, "steps": [
            {"run": "c1", "name": "c"}, {"check": {"exec": ["test", "-e", "/srv/x"]}, "within": within}]})
        story.look(key("steps", "within"), f"within {within}: {right}", within_means(right))
        yield story

    # All orders of the steps are run first: few of them stand together.
    inside = "steps.together"
    story = Story("together", {"agents": {"sh": agent("cat; echo $E", "true", "exit 3")}, "variables": {"x": "yes"}, "steps": [
        {"together": [{"run": "c1", "name": "one", "stdin": {"text": "t\n"}, "environment": {"E": "env"}}, {"run": "c3", "exit": 3},
                      {"run": "c2", "if": {"x": "no"}, "name": "never"}]},
        {"together": [{"run": "c1", "name": "json", "stdin": {"json": {"a": 1}}}, {"run": "c1", "name": "file", "stdin": {"file": "t.txt"}}]}]})
    story.files["t.txt"] = "of a file\n"
    story.look([key("steps", "together"), key(inside, "run"), key(inside, "name"), key(inside, "stdin"), key(inside + ".stdin", "text"),
                key(inside, "environment")], "each ran", every(not_an_error, says("one", "t\n", "env")))
    story.look(key(inside + ".stdin", "json"), "cat", says("json", '{"a":1}'))
    story.look(key(inside + ".stdin", "file"), "cat", says("file", "of a file\n"))
    story.look(key(inside, "exit"), "3 is right", verdict("pass"))
    story.look(key(inside, "if"), "left out", lambda outcome: None if not outcome.attempts("never") else "it ran")
    yield story
    hang = Story("together-timeout", {"agents": {"sh": agent("sleep 5", "true")}, "steps": [{"together": [
        {"run": "c1", "timeout": "500ms"}, {"run": "c2"}]}]})
    hang.look(key(inside, "timeout"), "a time-out without faults fails", verdict("fail"))
    yield hang
    driver = {"driver": ["python3", "$(here)/greeter2.py", "hello"], "version": "1.2", "timeout": "20s", "commands": {"make": {}}}
    story = Story("together-driver", {"agents": {"g": driver, "sh": agent("true")}, "steps": [
        {"together": [{"run": "g.make", "with": {"name": "made"}}, {"run": "sh.c1"}]}, {"check": {"exec": ["test", "-d", "/srv/made"]}}]})
    story.files["greeter2.py"] = GREETER
    story.look(key(inside, "with"), "the request had its arguments", verdict("pass"))
    yield story


def within_means(right):
    return lambda outcome: None if outcome.verdict == right else outcome.brief()


def conditions():
    host = {"namespaces": ["pod"], "links": [{"name": "v0", "addresses": ["10.0.0.1/24"],
                                              "peer": {"name": "v1", "in": "pod", "addresses": ["10.0.0.2/24"]}}]}
    tcp = {"tcp": "10.0.0.2:80", "server": {"in": "pod", "at": "10.0.0.2:80"}}
    story = Story("conditions", {"host": host, "agents": {"sh": agent("true")}, "steps": [
        {"run": "c1"}, {"check": {"present": {"link": "v0"}}}, {"check": {"not": {"present": {"link": "v9"}}}},
        {"check": {"absent": {"link": "v9"}}}, {"check": {"not": {"absent": {"link": "v0"}}}},
        {"check": {"not": {"not": {"present": {"link": "v0"}}}}},
        {"check": {"exec": ["ip", "link", "show", "v1"], "in": "pod"}}, {"check": {"not": {"exec": ["false"]}}},
        {"check": {"ping": "10.0.0.2"}}, {"check": {"ping": "10.0.0.1", "from": "pod"}}, {"check": {"not": {"ping": "10.0.0.9"}}},
        {"check": tcp}, {"check": {"tcp": "10.0.0.1:81", "from": "pod", "server": {"at": "10.0.0.1:81"}}},
        {"check": {"not": {"tcp": "10.0.0.2:82"}}}]})
    for word in ("present", "absent", "exec", "ping", "tcp"):
        story.look([Cell("condition", word, "holds", value) for value in ("true", "false")], f"{word} holds, and `not` where it does not",
                   verdict("pass"))
    story.look([Cell("condition", "not", "holds", value) for value in ("true", "false")], "not", verdict("pass"))
    yield story
    for name, condition in (("present", {"present": {"link": "v9"}}), ("absent", {"absent": {"link": "v0"}}), ("exec", {"exec": ["false"]}),
                            ("not", {"not": {"present": {"link": "v0"}}}), ("log", {"log": "nothing"}), ("ping", {"ping": "10.0.0.9"}),
                            ("tcp", {"tcp": "10.0.0.2:82"})):
        story = Story(f"condition-{name}-fails", {"host": host, "agents": {"sh": agent("true")}, "steps": [{"run": "c1"}, {"check": condition}]})
        story.look([Cell("condition", name, "holds", "false")], f"{condition} fails the check", verdict("fail"))
        yield story


def files():
    story = Story("file-keys", {
        "use": "used.yaml", "title": "a title of its own", "cwe": ["CWE-459"], "see": ["https://bugs.example/1"], "tags": ["small"], "runs": 2,
        "requires": {"kernel": ">= 5.14", "programs": ["ip"]}, "variables": {"here": "x"} and {"word": "own"},
        "steps": [{"run": "c1"}], "faults": [{"name": "it", "before": {"file.create": "/srv/$(word)"}, "do": {"delay": "1us"}}]},
        title="a title of its own")
    story.files["used.yaml"] = 'tocsin: 1\nvariables: { word: used, other: of the used file }\nagents: { sh: { commands: { c1: { run: ' \
        '[sh, -c, "mkdir /srv/$(word); echo \'$(other), $$(x), $(here)\'"] } } } }\n'
    story.look([key("file", "use"), key("file", "variables"), key("file", "faults")], "keys of the used file, one's own variable over them",
               every(verdict("pass"), fires("it", "c1"), says("c1", "of the used file, $(x), ")))
    story.look([key("file", "tocsin"), key("file", "title")], "the title of the plan",
               lambda outcome: None if outcome.plan["title"] == "a title of its own" else outcome.plan["title"])
    story.look([key("file", "runs")], "two runs", lambda outcome: None if len(outcome.plan["runs"]) == 2 else str(len(outcome.plan["runs"])))
    story.look([key("file", "cwe"), key("file", "see"), key("file", "tags")], "in the plan of the record", in_plan("CWE-459", "https://bugs.example/1"))
    story.look([key("file", "requires"), key("requires", "kernel"), key("requires", "programs")], "all of it is there", verdict("pass"))
    yield story
    for name, requires in (("kernel", {"kernel": ">= 99.1"}), ("programs", {"programs": ["no-such-program"]})):
        story = Story(f"requires-{name}", {"requires": requires, "agents": {"sh": agent("true")}, "steps": [{"run": "c1"}]})
        story.look([key("file", "requires"), key("requires", name)], "what is missing skips the plan", verdict("skipped"))
        yield story
    story = Story("matrix", {"matrix": {"a": ["1", "2"], "b": ["x", "y"], "include": [{"a": "3", "b": "z"}], "exclude": [{"a": "2", "b": "y"}]},
                             "agents": {"sh": agent("echo $(a)$(b)")}, "steps": [{"run": "c1"}]})
    for a, b in (("1", "x"), ("1", "y"), ("2", "x"), ("3", "z")):
        story.look(key("file", "matrix"), f"a plan of {a} and {b}", says("c1", a + b), f"a={a}, b={b}")
    story.look(key("file", "matrix"), "a=2, b=y is excluded: the plan is not there", lambda outcome: None if not any(
        "a=2, b=y" in str(one) for one in outcome.folder.parent.iterdir()) and len(list(outcome.folder.parent.glob("*-matrix-*"))) == 4
        else str(list(outcome.folder.parent.glob("*-matrix-*"))), "a=1, b=x")
    yield story
    for name in ("tocsin", "title"):
        document = {"agents": {"sh": agent("true")}, "steps": [{"run": "c1"}],
                    "faults": [{"before": {"step": "c1"}, "do": {"delay": "1us"}}]}
        story = refused(f"without-{name}", document, key("file", name), name)
        del story.document[name]
        yield story
    undo = {"commands": {"c1": {"run": ["ip", "link", "add", "i0", "type", "ifb"]}, "c2": {"run": ["true"], "undoes": "c1"}}}
    story = Story("undoes", {"agents": {"sh": undo}, "steps": [{"run": "c1"}, {"run": "c2"}]})
    story.look(key("agents.commands", "undoes"), "what is left after the command that undoes is residue", found("residue", "i0"))
    yield story
    yield refused("undoes-nothing", {"agents": {"sh": undo}, "steps": [{"run": "c2"}]}, key("agents.commands", "undoes"), "undoes")


DRY = ["--dry-run"]


def explorations():
    """What `explore` says is done by `tocsin explore`, which a dry run counts."""
    device = {"commands": {"c1": {"run": ["ip", "link", "add", "i0", "type", "ifb"]}, "c2": {"run": ["ip", "link", "del", "i0"], "undoes": "c1"}}}
    base = {"agents": {"sh": device}, "steps": [{"run": "c1"}, {"run": "c2"}]}

    def story(name, says, *looks):
        return explored(f"explore-{name}", {**base, "explore": says}, *looks)
    yield story("during", {"during": ["c2"]}, (
        [key("file", "explore"), key("explore", "during")], "the operations of c2 alone count", DRY, ["operations of the agent: c2 2\n"], ["c1 before"]))
    yield story("at", {"at": ["link.*"]}, (
        key("explore", "at"), "operations with that name alone", DRY, ["only what is asked for: operations link.*: ", "link.create i0"], ["before file."]))
    yield story("faults", {"faults": ["kill"]}, (
        key("explore", "faults"), "kills alone", DRY, ["faults kill", ": kill process"], ["fail E"]))
    yield story("audit", {"audit": 3}, (key("explore", "audit"), "so many of the pruned", DRY, ["audit: 3 of the "], []), (
        key("explore", "audit"), "the option counts more", [*DRY, "--audit", "2"], ["audit: 2 of the "], []))
    # A bounded exploration spreads over all operations, and its seed says how.
    for seed, then in ((1, "whole"), (2, "undo")):
        yield story(f"seed-{seed}", {"seed": seed, "faults": ["kill"]}, (
            key("explore", "seed"), "the order that the seed draws", DRY,
            [f"of which its command knows nothing\n  c1.1 before link.create i0 type ifb in host: kill process, then {then}\n"], []))
    few = {"faults": ["kill"], "at": ["link.*"], "during": ["c1"]}
    yield story("budget", {**few, "budget": "2 plans"}, (key("explore", "budget"), "so many plans", [], ["so many plans were run", "\n2 plans in "], []))
    yield story("depth", {**few, "depth": 2}, (key("explore", "depth"), "a second fault where runs with one go on", [], ["second faults: "], []))
    resync = {**base, "agents": {"sh": {**device, "resync": "c3", "commands": {**device["commands"], "c3": {"run": ["true"]}}}}}
    yield explored("resync", resync, (
        key("agents", "resync"), "what repairs is run after each fault", DRY, ["then whole, nothing, again, undo, resync"], []))
    yield refused("resync-nothing", {**base, "agents": {"sh": {**device, "resync": "c4"}}}, key("agents", "resync"), "no command `c4`")


def in_plan(*texts):
    def test(outcome):
        plan = (outcome.folder / "plan.json").read_text().replace("\\/", "/")
        missing = [text for text in texts if text not in plan]
        return f"not in plan.json: {missing}" if missing else None
    return test


def stories():
    for each in (hosts, agents, steps, conditions, files, explorations):
        yield from each()
