"""The list of commands, and how an operation is written in it."""
import dataclasses
import fnmatch
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LIST = ROOT / "Tests" / "Mechanisms" / "commands.tsv"
# What stands before many commands: a pair of devices, and a bridge with two ports and a VXLAN device.
SETUPS = {
    "@veth": "ip link add v0 type veth peer name v1; ip address add 10.0.0.1/24 dev v0; ip address add fd00::1/64 dev v0 nodad; "
             "ip link set v0 up; ip link set v1 up",
    "@bridge": "ip link add br0 type bridge; ip link set br0 up; ip link add v0 type veth peer name v1; "
               "ip link add u0 master br0 type veth peer name u1; ip link add w0 master br0 type veth peer name w1; "
               "ip link set u0 up; ip link set u1 up; ip link set w0 up; ip link set w1 up; "
               "ip link add x0 type vxlan id 42 dstport 4789",
}
LOOKS = re.compile(r"\.(list|get|stat|read|open|enter|sync|lock)$")


@dataclasses.dataclass
class Command:
    """A line of the list."""
    name: str
    setup: str
    command: str
    state: str
    operations: str
    listed: str

    @property
    def patterns(self):
        return self.operations.split("; ")

    @property
    def before(self):
        """What is done before it, as lines of a shell."""
        text = self.setup
        for word, commands in SETUPS.items():
            text = text.replace(word, commands)
        return text


@dataclasses.dataclass
class Line:
    """An operation as `tocsin trace` prints it."""
    text: str
    result: str
    program: str

    @property
    def word(self):
        return self.text.split()[0]


def commands():
    for number, line in enumerate(LIST.read_text().splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        parts = line.split("\t")
        if len(parts) != 6:
            sys.exit(f"mechanisms: line {number} of {LIST.name} has {len(parts)} columns, not 6")
        yield Command(*parts)


def fits(pattern, line):
    """`WORD WHICH, KEY VALUE = RESULT`: each part with * and ?; without a result, ok."""
    pattern, _, result = pattern.partition(" = ")
    if not fnmatch.fnmatchcase(line.result, result.strip() or "ok"):
        return False
    first, *keys = [part.strip() for part in re.split(r", (?=[a-z][a-z-]* )", pattern.strip())]
    text = line.text + " "
    if not fnmatch.fnmatchcase(text, first.replace("[", "[[]") + " *"):
        return False
    return all(fnmatch.fnmatchcase(text, f"* {key.replace('[', '[[]')} *") for key in keys)
