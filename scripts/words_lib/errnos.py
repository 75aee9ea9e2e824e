"""Each errno of the table, told to a program that makes the request: it must read that one, and `result` must match it."""
import struct

from .denominator import Cell, errnos, tables
from .messages import (ASK, CHANGE, LIST, NEW, address, at, attribute, batch, link, message, neighbour, nested, netlink, number,
                       qdisc, route, text)
from .operations import MAC, attach
from .story import Story, every, fires, says
from . import netfilter, traffic
from .system_calls import APPEND, AT_FDCWD, CREATE, NEWNET, WRITE, call

TEN, SIX = bytes([10, 7, 0, 0]), bytes([0xfd, 7]) + bytes(14)
ENTRY = attribute(2, bytes([2, 0, 0, 0, 0, 1]))
HOST = {"namespaces": ["pod"], "files": {"/srv/f": {"text": "x"}, "/srv/d/e/a": {"text": "x"}, "/srv/g": {"text": "x"}},
        "links": [{"name": "v0", "addresses": ["10.0.0.1/24", "fd00::1/64"], "peer": {"name": "v1"}}]}
LAB = b"\1\0\0\0" + text(1, "lab").data
OPEN_F, OPEN_POD = call("open", "/srv/f", WRITE), call("open", "/run/netns/pod", 0)
PATH = "/proc/sys/net/ipv4/ip_forward"

# By the request: the point, and what makes it.
REQUESTS = {
    "raw.request": ("94", [netlink(94, ASK, bytes(4), struct.pack("<iI", 1, 1))]),
    "netns.create": ("*", [call("unshare", NEWNET)]),
    "netns.open": ("pod", [OPEN_POD]),
    "netns.stat": ("pod", [call("stat", "/run/netns/pod", "b:256")]),
    "netns.enter": ("pod", [OPEN_POD, call("setns", "r", NEWNET)]),
    "netns.name": ("q", [call("open", "/run/netns/q", CREATE | WRITE, 0o644),
                         call("mount", "/proc/self/ns/net", "/run/netns/q", "none", 0x1000, 0)]),
    "netns.unmount": ("pod", [call("umount2", "/run/netns/pod", 2)]),
    "netns.list": ("*", [call("open", "/run/netns", 0o200000)]),
    "link.create": ("n0", [link(16, NEW, None, text(3, "n0"), nested(18, text(1, "ifb")))]),
    "link.set": ("v0", [link(16, ASK, "v0", number(4, 1400))]),
    "link.delete": ("v0", [link(17, ASK, "v0")]),
    "link.get": ("v0", [link(18, ASK, "v0")]),
    "link.list": ("*", [link(18, LIST, None)]),
    "tun.attach": ("t0", [*attach("t0", 1)]),
    "qdisc.add": ("root", [qdisc(36, NEW, "v0", 0x10000, 0xffffffff, text(1, "pfifo"))]),
    "qdisc.replace": ("root", [qdisc(36, CHANGE, "v0", 0x10000, 0xffffffff, text(1, "pfifo"))]),
    "qdisc.change": ("root", [qdisc(36, ASK, "v0", 0, 0xffffffff, text(1, "pfifo"))]),
    "qdisc.delete": ("root", [qdisc(37, ASK, "v0")]),
    "qdisc.list": ("*", [qdisc(38, LIST, "v0", 0, 0)]),
    "address.add IPv4": ("10.7.0.0/24", [address(20, NEW, 2, 24, "v0", attribute(2, TEN))]),
    "address.add IPv6": ("fd07::/64", [address(20, NEW, 10, 64, "v0", attribute(2, SIX))]),
    "address.delete IPv4": ("10.0.0.1/24", [address(21, ASK, 2, 24, "v0", attribute(2, bytes([10, 0, 0, 1])))]),
    "address.delete IPv6": ("fd00::1/64", [address(21, ASK, 10, 64, "v0", attribute(2, b"\xfd" + bytes(14) + b"\1"))]),
    "address.list": ("*", [netlink(22, LIST, bytes(8))]),
    "route.add IPv4": ("10.7.0.0/16", [route(24, NEW, 2, 16, attribute(1, TEN), attribute(4, at("v0")))]),
    "route.add IPv6": ("fd07::/64", [route(24, NEW, 10, 64, attribute(1, SIX), attribute(4, at("v0")))]),
    "route.replace IPv4": ("10.7.0.0/16", [route(24, CHANGE, 2, 16, attribute(1, TEN), attribute(4, at("v0")))]),
    "route.replace IPv6": ("fd07::/64", [route(24, CHANGE, 10, 64, attribute(1, SIX), attribute(4, at("v0")))]),
    "route.delete IPv4": ("10.7.0.0/16", [route(25, ASK, 2, 16, attribute(1, TEN), attribute(4, at("v0")))]),
    "route.delete IPv6": ("fd07::/64", [route(25, ASK, 10, 64, attribute(1, SIX), attribute(4, at("v0")))]),
    "route.get IPv4": ("10.7.0.0", [route(26, ASK, 2, 32, attribute(1, TEN))]),
    "route.get IPv6": ("fd07::", [route(26, ASK, 10, 128, attribute(1, SIX))]),
    "route.list": ("*", [route(26, LIST, 2, 0)]),
    "rule.add": ("all", [route(32, NEW, 2, 0, number(6, 500))]),
    "rule.delete": ("all", [route(33, ASK, 2, 0, number(6, 500))]),
    "rule.list": ("*", [route(34, LIST, 2, 0)]),
    "neighbour.add": ("10.7.0.0", [neighbour(28, NEW, 2, "v0", attribute(1, TEN), ENTRY)]),
    "neighbour.replace": ("10.7.0.0", [neighbour(28, CHANGE, 2, "v0", attribute(1, TEN), ENTRY)]),
    "neighbour.delete": ("10.7.0.0", [neighbour(29, ASK, 2, "v0", attribute(1, TEN))]),
    "neighbour.list": ("*", [neighbour(30, LIST, 2, "v0", state=0)]),
    "fdb.add": (MAC + "1", [neighbour(28, NEW, 7, "v0", ENTRY, entry_flags=2)]),
    "fdb.replace": (MAC + "1", [neighbour(28, CHANGE, 7, "v0", ENTRY, entry_flags=2)]),
    "fdb.delete": (MAC + "1", [neighbour(29, ASK, 7, "v0", ENTRY, entry_flags=2)]),
    "fdb.list": ("*", [netlink(30, LIST, b"\7\0\0\0", bytes(8))]),
    "nsid.get": ("*", [netlink(90, ASK, bytes(4), number(1, 5))]),
    "nsid.set": ("33", [OPEN_POD, netlink(88, ASK, bytes(4), number(1, 33), number(3, 3))]),
    "nsid.list": ("*", [netlink(90, LIST, bytes(4))]),
    "nft.commit": ("inet lab", [batch(message(0xa00, ASK | 0x400, LAB))]),
    "nft.list": ("inet lab", [netlink(0xa01, ASK, LAB, protocol=12)]),
    "sysctl.read": ("net.ipv4.ip_forward", [call("open", PATH, 0)]),
    "sysctl.write": ("net.ipv4.ip_forward", [call("open", PATH, WRITE), call("write", "r", "1", 1)]),
    "mount.bind": ("/srv/g", [call("mount", "/srv/f", "/srv/g", "none", 0x1000, 0)]),
    "mount.create": ("/srv/d", [call("mount", "none", "/srv/d", "tmpfs", 0, 0)]),
    "mount.remount": ("/srv/d", [call("mount", "none", "/srv/d", "tmpfs", 0, 0), call("mount", "none", "/srv/d", "none", 0x21, 0)]),
    "mount.unmount": ("/srv/d", [call("mount", "none", "/srv/d", "tmpfs", 0, 0), call("umount2", "/srv/d", 0)]),
    "file.open": ("/srv/f", [call("openat", AT_FDCWD, "/srv/f", WRITE)]),
    "file.create type file": ("/srv/n", [call("open", "/srv/n", CREATE | WRITE, 0o644)]),
    "file.create type directory": ("/srv/n", [call("mkdir", "/srv/n", 0o755)]),
    "file.create type link": ("/srv/n", [call("link", "/srv/f", "/srv/n")]),
    "file.create type symlink": ("/srv/n", [call("symlink", "/srv/f", "/srv/n")]),
    "file.write": ("/srv/f", [OPEN_F, call("write", "r", "y", 1)]),
    "file.rename": ("/srv/f", [call("rename", "/srv/f", "/srv/n")]),
    "file.delete type file": ("/srv/f", [call("unlink", "/srv/f")]),
    "file.delete type directory": ("/srv/d/e", [call("rmdir", "/srv/d/e")]),
    "file.lock wait false": ("/srv/f", [OPEN_F, call("flock", "r", 6)]),
    "file.lock wait true": ("/srv/f", [OPEN_F, call("flock", "r", 2)]),
    "file.sync": ("/srv/f", [OPEN_F, call("fsync", "r")]),
    "exec": ("/usr/bin/true", [call("execve", "/usr/bin/true", 0, 0)]),
}
REQUESTS |= traffic.REQUESTS | netfilter.REQUESTS


def qualified(request, which):
    """`file.create type link` and `address.add IPv4` as points."""
    word, *rest = request.split(" ")
    return {word: which, **({rest[0]: rest[1]} if len(rest) == 2 else {})}


def stories(page):
    rows = {}
    for cell in errnos(tables(page)["errnos"]):
        rows.setdefault(cell.word, []).append(cell)
    for request, cells in rows.items():
        if request not in REQUESTS:
            continue
        which, calls = REQUESTS[request]
        point = qualified(request, which)
        name = "errno-" + request.replace(" ", "-").replace(".", "-")
        story = Story(name, {
            "host": HOST,
            "agents": {"calls": {"state": ["/srv"], "timeout": "20s", "commands": {"ask": {"run": ["CALLS", *calls]}}}},
            "matrix": {"errno": [cell.value for cell in cells]}, "steps": [{"run": "ask"}],
            "faults": [{"name": "told", "before": point, "do": {"fail": "$(errno)"}},
                       {"name": "told-after", "after": {**point, "result": "$(errno)"}, "do": {"delay": "1us"}}]})
        made = calls[-1].split("=")[0]
        for cell in cells:
            word = request.split(" ")[0]
            story.look([cell], f"`{made}` reads {cell.value}",
                       every(fires("told", "ask", word), says("ask", f"{made} {cell.value}\n")), f"errno={cell.value}")
            form = "netlink request" if made == "netlink" else "system call"
            story.look([Cell("point", "after", f"a {form} that was made to fail", "fires")], f"after … result {cell.value} fires",
                       fires("told-after", "ask", word), f"errno={cell.value}")
        yield story
