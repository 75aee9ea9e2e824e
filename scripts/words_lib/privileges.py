"""With what programs begin, what a step keeps, what an agent says, and how much room a host has."""
from .actions import Cases, not_an_error
from .denominator import Cell
from .keys import agent, key
from .story import Story, every, fires, found, refused, says, verdict

NAMES = """CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN
NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG
MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE""".split()
ALL = ["CAP_" + name for name in NAMES]
# What no agent of a host has, unless the host says so: docs/isolation.md.
HELD = {"CAP_" + name for name in ("AUDIT_CONTROL AUDIT_READ BLOCK_SUSPEND MAC_ADMIN MAC_OVERRIDE SYSLOG SYS_BOOT SYS_MODULE SYS_PACCT SYS_RAWIO "
                                   "SYS_TIME SYS_TTY_CONFIG WAKE_ALARM").split()}
# Root of this machine may have less than the kernel knows.
MACHINE = {name for number, name in enumerate(ALL) if int(next(line.split()[1] for line in open("/proc/self/status")
                                                               if line.startswith("CapBnd")), 16) >> number & 1}
TELL = "id -u; grep Cap /proc/self/status"


def sets(outcome, step="c1"):
    lines = [line.split() for line in outcome.output(step).splitlines() if line.startswith("Cap")]
    return {line[0].strip(":"): {name for number, name in enumerate(ALL) if int(line[1], 16) >> number & 1} for line in lines}


def has(wanted, names=("CapEff", "CapPrm", "CapBnd")):
    wanted = wanted & MACHINE

    def test(outcome):
        seen = sets(outcome)
        wrong = {name: sorted(seen.get(name, set()) ^ wanted) for name in names if seen.get(name) != wanted}
        return f"{wrong}; {outcome.brief()}" if wrong else None
    return test


def dropped():
    """Every other capability is dropped, and then the rest."""
    usual = set(ALL) - HELD
    for number in (0, 1):
        # What is not there to be dropped makes the plan one that has nothing to act on.
        mine = [name for name in ALL[number::2] if name in usual & MACHINE]
        story = Story(f"do-capability-drop-{number}", {
            "agents": {"sh": agent(TELL)}, "steps": [{"run": "c1", "exit": [0]}],
            "faults": [{"before": {"step": "c1"}, "do": [{"capability.drop": name} for name in mine]}]})
        story.look([Cell("action", "capability.drop", "which", "given"), Cell("action", "capability.drop", "where", "before")],
                   "gone from every set, and no other", every(not_an_error, has(usual - set(mine))))
        yield story
    story = Story("do-capability-drop-each", {
        "agents": {"sh": agent(TELL)}, "steps": [{"run": "c1"}], "faults": [{"before": {"step": "c1"}, "do": {"capability.drop": "each"}}]})
    for name in ("CAP_NET_ADMIN", "CAP_SYS_ADMIN", "CAP_KILL"):
        story.look(Cell("action", "capability.drop", "which", "each"), f"one plan drops {name} alone", has(usual - {name}), f"capability.drop={name}")
    yield story
    story = Story("do-capability-drop-none", {"agents": {"sh": agent(TELL)}, "steps": [{"run": "c1"}],
                                              "faults": [{"before": {"step": "c1"}, "do": {"capability.drop": "CAP_SYS_TIME"}}]})
    story.look(Cell("action", "capability.drop", "which", "given"), "nothing has it: skipped", verdict("skipped"))
    yield story
    for word, value in (("capability.drop", "CAP_NET_ADMIN"), ("user", "nobody")):
        base = {"agents": {"sh": agent("mkdir /srv/x", state=["/srv"])}, "steps": [{"run": "c1"}]}
        yield refused(f"do-{word}-until", {**base, "faults": [{"before": {"step": "c1"}, "do": {word: value}, "until": "1s"}]},
                      Cell("action", word, "until", "refused"), "cannot be taken back")
        yield refused(f"do-{word}-after", {**base, "faults": [{"after": {"step": "c1"}, "do": {word: value}}]},
                      Cell("action", word, "where", "after is refused"), "is for `before: { step: … }`")
    story = Story("do-user", {"agents": {"sh": agent(TELL)}, "steps": [{"run": "c1"}, {"run": "c1"}],
                              "faults": [{"before": {"step": "c1"}, "do": {"user": "nobody"}}]})
    story.look([Cell("action", "user", "which", "given"), Cell("action", "user", "where", "before")], "nobody, without a capability",
               every(fires("fault-1"), says("c1.1", "65534\n", "CapEff:\t0000000000000000"), says("c1.2", "0\n", lacks=["65534"])))
    yield story


def given():
    for number in (0, 1):
        mine = ALL[number::2]
        story = Story(f"agent-capabilities-{number}", {"agents": {"sh": agent(TELL, capabilities=mine)}, "steps": [{"run": "c1"}]})
        story.look([key("agents", "capabilities", name) for name in mine], "these, where the host does not keep them back", has(set(mine) - HELD))
        yield story
    story = Story("agent-user", {"agents": {"sh": agent(TELL, user="nobody", capabilities=["CAP_NET_ADMIN"])}, "steps": [{"run": "c1"}]})
    story.look(key("agents", "user"), "nobody, with one capability, ambient", every(
        says("c1", "65534\n"), has({"CAP_NET_ADMIN"}, ("CapEff", "CapPrm", "CapInh", "CapAmb"))))
    yield story


def kept():
    """A route that is away for a moment, in each step that may keep it; and one that stays."""
    host = {"links": [{"name": "v0", "addresses": ["10.0.0.1/24"], "peer": {"name": "v1"}}], "routes": [{"to": "10.5.0.0/16", "dev": "v0"}]}
    keeps = {"keeps": {"present": {"route": "10.5.0.0/16"}}}
    away = "ip route del 10.5.0.0/16; ip route add 10.5.0.0/16 dev v0"
    service = {"service": ["sh", "-c", f"trap '{away}; exit 0' TERM; trap '{away}; echo again' HUP; {away}; echo up; while sleep 0.05; do :; done"],
               "ready": {"log": "up"}}
    story = Story("keeps", {
        "host": host, "agents": {"sh": agent(away, "true"), "d": service},
        "steps": [{"run": "c1", **keeps}, {"start": "d", **keeps}, {"signal": "d", "name": "again", **keeps},
                  {"check": {"log": "again", "since": "again"}, "within": "2s"}, {"stop": "d", **keeps},
                  {"together": [{"run": "c1", "name": "one"}, {"run": "c2"}], **keeps}, {"run": "c2", "name": "rest", **keeps}]})
    for step in ("c1", "start-d", "stop-d"):
        story.look(key("steps", "keeps"), f"{step}: away for a moment", found("harmed", step))
    story.look(key("steps", "keeps"), "c2 changes nothing", lambda outcome: f"{outcome.findings}" if any(
        about == "rest" for _, about, _ in outcome.findings) else None)
    yield story
    story = Story("claims", {"host": host, "steps": [{"run": "c1"}, {"run": "c2"}], "agents": {"sh": agent(
        "echo it is gone; ip route del 10.5.0.0/16", "ip route add 10.5.0.0/16 dev v0; echo it is there",
        claims=[{"log": "/is g.ne/", "means": {"absent": {"route": "10.5.0.0/16"}}}, {"log": "is there", "means": {"present": {"route": "10.5.0.0/16"}}}])}})
    story.look([key("agents", "claims"), key("agents.claims", "log"), key("agents.claims", "means")], "one is said too early, and one is true",
               lambda outcome: None if [(oracle, about) for oracle, about, _ in outcome.findings] == [("false-claim", "c1")] else outcome.brief())
    yield story


WRITES = """import os
for number in (1, 2):
    os.mkdir("/srv/%d" % number)
    try:
        with open("/run/f%d" % number, "wb", buffering=0) as file:
            for _ in range(17):
                file.write(bytes(4096))
        said = "room"
    except OSError as error:
        said = error.strerror
    os.write(1, b"== %d\\n%s\\n" % (number, said.encode()))
"""


def full():
    c = Cases("limit", "true")
    c.story.name = "do-limit-disk"
    c.story.document["agents"]["sh"]["commands"]["look"]["run"] = ["python3", "-c", WRITES]
    limit, no_room = {"limit": "disk", "to": 8192}, ["No space left on device"]
    c.case(limit, [("which", "disk"), ("to", "given")], no_room)
    c.case({"limit": "disk", "to": 1048576}, [("which", "disk")], ["room"])
    c.taken_back(limit, "taken back", no_room, ["room"])
    yield from c.stories()


def redacted():
    story = Story("redact", {"redact": ["hunter2", "/token=[a-z0-9]+/"], "steps": [{"run": "c1"}], "agents": {"sh": agent("echo hunter2 token=ab99 end")}})
    story.look(key("file", "redact"), "a text and an expression are marks", says("c1", "[redacted] [redacted] end\n", lacks=["hunter2", "ab99"]))
    yield story


def stories():
    for each in (dropped, given, kept, full, redacted):
        yield from each()
