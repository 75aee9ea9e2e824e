"""Trials of ipset, tracked connections, iptables-legacy, IPsec, generic netlink, sockets, ioctls and the calls on files."""
import socket
import struct

from .denominator import Cell
from .messages import ASK, LIST, NEW, attribute, message, nested, netlink, number, text
from .points import Points
from .system_calls import APPEND, AT_FDCWD, CREATE, WRITE, call

MAC = "02:00:00:00:00:0"
VETH = {"links": [{"name": "v0", "addresses": ["10.0.0.1/24", "fd00::1/64"], "peer": {"name": "v1"}}]}
TEN, TWENTY = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])
BY, INSIDE = "calls", None


def filtered(kind, flags, *attributes, family=2):
    """A message of nfnetlink, behind struct nfgenmsg."""
    return netlink(kind, flags, bytes([family, 0, 0, 0]), *attributes, protocol=12)


def tracked(kind, flags, subsystem=1, *more):
    """An entry of the tracked connections, or an expectation, with all that is said of it."""
    tuple_ = (nested(1, attribute(1, TEN), attribute(2, TWENTY)),
              nested(2, attribute(1, b"\6"), attribute(2, struct.pack(">H", 1000)), attribute(3, struct.pack(">H", 80))))
    rest = (attribute(8, struct.pack(">I", 9)), attribute(18, struct.pack(">H", 3))) if subsystem == 1 else ()
    return filtered(subsystem << 8 | kind, flags, nested(2 if subsystem == 2 else 1, *tuple_), *rest, *more)


FLOW = {"dst": "10.0.0.2", "proto": 6, "sport": 1000, "dport": 80}
ENTRY = {**FLOW, "mark": "0x9", "zone": 3}


def address(packed):
    return packed + bytes(16 - len(packed))


SELECTOR = (address(TWENTY) + address(TEN) + struct.pack(">HHHH", 80, 0xffff, 0, 0) + struct.pack("<HBBBxxxiI", 2, 32, 32, 6, 0, 0))
MARK = attribute(21, struct.pack("<II", 7, 15))


def state(kind, flags=ASK):
    """struct xfrm_usersa_info."""
    body = (SELECTOR + address(TWENTY) + struct.pack(">IB3x", 0x77, 50) + address(TEN) + bytes(64 + 32 + 12)
            + struct.pack("<IIHBBB7x", 0, 5, 2, 1, 0, 0))
    return netlink(kind, flags, body, MARK, protocol=6)


def named(kind, flags=ASK):
    """struct xfrm_usersa_id, and the source."""
    return netlink(kind, flags, address(TWENTY) + struct.pack(">I", 0x77) + struct.pack("<HBx", 2, 50), attribute(13, address(TEN)), MARK,
                   protocol=6)


def policy(kind, flags=ASK):
    """struct xfrm_userpolicy_info."""
    return netlink(kind, flags, SELECTOR + bytes(64 + 32) + struct.pack("<IIBBBB4x", 77, 9, 1, 1, 0, 0), MARK, protocol=6)


def chosen(kind, flags=ASK):
    """struct xfrm_userpolicy_id."""
    return netlink(kind, flags, SELECTOR + struct.pack("<IB3x", 9, 1), MARK, protocol=6)


def sets():
    p = Points("ipset", {})
    p.step("ipset create s hash:ip timeout 60", "ipset.create", "s", "IPSET_CMD_CREATE", not_which="z", by="ipset", type_="hash:ip",
           family="inet", settings="*")
    p.step(["CALLS", filtered(0x602, NEW, attribute(1, b"\7"), text(2, "s"), text(3, "hash:ip"), attribute(4, b"\5"), attribute(5, b"\2"),
                              nested(7))], "ipset.create", "s", result=None, inside=None)
    p.negative([Cell("operation", "ipset.create", "result", "another")], {"ipset.create": "s", "result": "EXDEV"}, p.steps[-1]["run"],
               side="after")
    p.step("ipset add s 10.0.0.1 timeout 9", "ipset.add", "s", "IPSET_CMD_ADD", not_which="z", by="ipset", element="10.0.0.1", settings="*")
    p.step("ipset test s 10.0.0.1", "ipset.list", "s", "IPSET_CMD_TEST", not_which="z", by="ipset", element="10.0.0.1", object="element",
           result=None)
    p.step("ipset del s 10.0.0.1", "ipset.delete", "s", "IPSET_CMD_DEL", not_which="z", by="ipset", element="10.0.0.1")
    p.step("ipset list", "ipset.list", "all", "IPSET_CMD_LIST", not_which="z", by="ipset", inside=None, result=None)
    p.step("ipset save s", "ipset.list", "s", ["IPSET_CMD_SAVE", "IPSET_CMD_PROTOCOL", "IPSET_CMD_HEADER"], inside=None, result=None)
    p.step("ipset create t hash:net", "ipset.list", "all", "IPSET_CMD_TYPE", object="type", result="ok")
    for kind, seen in ((14, "IPSET_CMD_GET_BYNAME"), (15, "IPSET_CMD_GET_BYINDEX")):
        p.step(["CALLS", filtered(0x600 | kind, ASK, attribute(1, b"\7"), text(2, "s"))], "ipset.list", "s", seen, inside=None, result=None)
    p.step("ipset swap s t", "ipset.swap", "s", "IPSET_CMD_SWAP", not_which="z", by="ipset", to="t", result=None)
    p.step("ipset create u hash:net; ipset swap t u", "ipset.swap", "t", result=None)
    p.step("ipset rename t z", "ipset.rename", "t", "IPSET_CMD_RENAME", not_which="a", by="ipset", to="z")
    p.step("ipset flush s", "ipset.flush", "s", "IPSET_CMD_FLUSH", not_which="z", by="ipset")
    p.step("ipset destroy s", "ipset.destroy", "s", "IPSET_CMD_DESTROY", not_which="z", by="ipset")
    p.step("ipset destroy none", "ipset.destroy", "none", result="ENOENT", inside=None)
    for word, kind in (("add", 9), ("delete", 10)):
        step = p.step(["CALLS", filtered(0x600 | kind, ASK, attribute(1, b"\7"), text(2, "none"), nested(7))], f"ipset.{word}", "none",
                      result=None, inside=None)
        p.negative([Cell("operation", f"ipset.{word}", "result", "another")], {f"ipset.{word}": "none", "result": "EXDEV"}, step, side="after")
    for word, kind, more in (("flush", 4, ()), ("list", 12, ()), ("rename", 5, (text(3, "y"),)), ("swap", 6, (text(3, "y"),))):
        p.step(["CALLS", filtered(0x600 | kind, ASK, attribute(1, b"\7"), text(2, "none"), *more)], f"ipset.{word}", "none",
               result="ENOENT", inside=None)
    p.step("ipset create c hash:ip; ipset create d hash:ip; ipset swap c d", "ipset.swap", "c", result="ok")
    yield p.story

    p = Points("conntrack", {})
    flow = "-s 10.0.0.1 -d 10.0.0.2 -p tcp --sport 1000 --dport 80"
    for word, kind, flags, seen in (("create", 0, NEW, "IPCTNL_MSG_CT_NEW"), ("update", 0, ASK, "IPCTNL_MSG_CT_NEW"),
                                    ("delete", 2, ASK, "IPCTNL_MSG_CT_DELETE"), ("list", 1, ASK, "IPCTNL_MSG_CT_GET*")):
        p.step(["CALLS", tracked(kind, flags)], f"conntrack.{word}", "10.0.0.1", seen, not_which="10.0.0.9", by="calls", result=None, **ENTRY)
        p.step(["CALLS", filtered(0x100 | kind, flags)], f"conntrack.{word}", "all", result=None, inside=None)
    p.step(f"conntrack -I {flow} --state ESTABLISHED -t 1000", "conntrack.create", "10.0.0.1", result="ok")
    p.step(f"conntrack -I {flow} --state ESTABLISHED -t 1000", "conntrack.create", "10.0.0.1", result="EEXIST")
    p.step(f"conntrack -U {flow} --mark 7", "conntrack.update", "10.0.0.1", result="ok")
    p.step(["CALLS", filtered(0x101, LIST)], "conntrack.list", "all", result="ok")
    p.step(f"conntrack -D {flow}", "conntrack.delete", "10.0.0.1", result="ok")
    for word, kind in (("update", 0), ("delete", 2), ("list", 1)):
        p.step(["CALLS", tracked(kind, ASK)], f"conntrack.{word}", "10.0.0.1", result="ENOENT", inside=None)
    for word, kind, flags, seen in (("add", 0, NEW, "IPCTNL_MSG_EXP_NEW"), ("delete", 2, ASK, "IPCTNL_MSG_EXP_DELETE"),
                                    ("list", 1, ASK, "IPCTNL_MSG_EXP_GET*")):
        step = p.step(["CALLS", tracked(kind, flags, 2)], f"conntrack-expect.{word}", "10.0.0.1", seen, not_which="10.0.0.9", by="calls",
                      result=None, **FLOW)
        p.negative([Cell("operation", f"conntrack-expect.{word}", "result", "another")], {f"conntrack-expect.{word}": "*", "result": "EXDEV"},
                   step, side="after")
        p.step(["CALLS", filtered(0x200 | kind, flags if kind != 1 else LIST)], f"conntrack-expect.{word}", "all", result=None, inside=None)
    p.step("conntrack -F expect", "conntrack-expect.delete", "all", result="ok", inside=None)
    yield p.story


def tables():
    p = Points("iptables-legacy", {})
    p.prepare("iptables-legacy -L")
    p.step("iptables-legacy -A OUTPUT -d 10.0.0.1 -j DROP", "iptables.replace", "ip filter", "setsockopt", not_which="ip nat",
           by="iptables-legacy", entries=5, settings="*")
    p.step("iptables-legacy -A OUTPUT -d 10.0.0.2 -j DROP", "iptables.counters", "ip filter", "setsockopt", not_which="ip nat",
           by="iptables-legacy", entries=6)
    p.step("iptables-legacy -S", "iptables.list", "ip filter", "getsockopt", not_which="ip nat", by="iptables-legacy", object="entries")
    inet = call("socket", 2, 3, 255)
    for word, each, option in (("replace", "setsockopt", 64), ("counters", "setsockopt", 65), ("list", "getsockopt", 64)):
        value = [call(each, "r", 0, option, "x:" + (b"none" + bytes(116)).hex(), "x:" + struct.pack("<I", 84).hex() if each[0] == "g" else 120)]
        p.step(["CALLS", inet, *value], f"iptables.{word}", "ip none", result=None, inside=None)
        p.negative([Cell("operation", f"iptables.{word}", "result", "another")], {f"iptables.{word}": "ip none", "result": "ok"},
                   p.steps[-1]["run"], side="after")
    yield p.story

    p = Points("nft-more", {})
    p.step("nft add table inet lab; nft add chain inet lab out '{ type filter hook output priority 0; }'", "nft.commit", "inet lab",
           text="type filter hook output priority 0", inside=None, result=None)
    p.step("iptables-nft -A OUTPUT -m comment --comment hello -j ACCEPT", "nft.list", "all", "NFNL_MSG_COMPAT_GET", object="match comment",
           inside=None, result=None)
    p.step(["CALLS", netlink(1025, ASK, bytes(4), protocol=9)], "raw.request", "1025", protocol="audit", inside=None, result=None)
    yield p.story


def transforms():
    p = Points("xfrm", {})
    said = {"src": "10.0.0.1", "proto": "esp", "spi": "0x77", "mark": "0x7/0xf"}
    for word, ask, seen, more in (("add", state(16), "XFRM_MSG_NEWSA", {"mode": "tunnel", "reqid": 5, "settings": "*"}),
                                  ("replace", state(26), "XFRM_MSG_UPDSA", {"mode": "tunnel", "reqid": 5, "settings": "*"}),
                                  ("delete", named(17), "XFRM_MSG_DELSA", {}), ("list", named(18), "XFRM_MSG_GETSA", {})):
        step = p.step(["CALLS", ask], f"xfrm-state.{word}", "10.0.0.2", seen, not_which="10.0.0.9", by="calls", result=None, **said, **more)
        p.negative([Cell("operation", f"xfrm-state.{word}", "result", "another")], {f"xfrm-state.{word}": "*", "result": "EXDEV"}, step,
                   side="after")
    none = bytes(224)
    p.step("ip xfrm state list", "xfrm-state.list", "all", by="ip", result="ok")
    p.step("ip xfrm state count", "xfrm-state.list", "all", "XFRM_MSG_GETSADINFO", result=None, inside=None)
    p.step("ip xfrm state flush proto esp", "xfrm-state.flush", "all", "XFRM_MSG_FLUSHSA", not_which="10.0.0.9", by="ip", proto="esp",
           result=None)
    p.negative([Cell("operation", "xfrm-state.flush", "result", "another")], {"xfrm-state.flush": "*", "result": "EXDEV"},
               p.steps[-1]["run"], side="after")
    p.positive([Cell("operation", "xfrm-state.flush", "result", "ok"), Cell("operation", "xfrm-state.flush", "which", "matches")],
               {"xfrm-state.flush": "all", "result": "ok"}, p.steps[-1]["run"], "xfrm-state.flush", side="after")
    said = {"src": "10.0.0.1", "dir": "out", "index": 9, "selector": "*", "mark": "0x7/0xf"}
    new = {"priority": 77, "action": "block", "settings": "*"}
    for word, ask, seen, more in (("add", policy(19), "XFRM_MSG_NEWPOLICY", new), ("replace", policy(25), "XFRM_MSG_UPDPOLICY", new),
                                  ("delete", chosen(20), "XFRM_MSG_DELPOLICY", {}), ("list", chosen(21), "XFRM_MSG_GETPOLICY", {})):
        p.step(["CALLS", ask], f"xfrm-policy.{word}", "10.0.0.2", seen, not_which="10.0.0.9", by="calls", result=None, **said, **more)
    for word, kind, size in (("add", 19, 168), ("replace", 25, 168), ("delete", 20, 64)):
        p.step(["CALLS", netlink(kind, ASK, none[:size], protocol=6)], f"xfrm-policy.{word}", "all", result=None, inside=None)
    made = "src 10.1.0.0/16 dst 10.2.0.0/16 dir out"
    for verb, word, result in (("add", "add", "ok"), ("add", "add", "EEXIST"), ("update", "replace", "ok"),
                               ("delete", "delete", "ok"), ("delete", "delete", "ENOENT"), ("get", "list", "ENOENT")):
        p.step(f"ip xfrm policy {verb} {made}", f"xfrm-policy.{word}", "10.2.0.0/16", by="ip", result=result)
    p.step(["CALLS", netlink(25, ASK, SELECTOR + bytes(64 + 32) + struct.pack("<IIBBBB4x", 77, 9, 77, 1, 0, 0), protocol=6)],
           "xfrm-policy.replace", "10.0.0.2", result="EINVAL", inside=None)
    p.step("ip xfrm policy list", "xfrm-policy.list", "all", result="ok")
    p.step("ip xfrm policy count", "xfrm-policy.list", "all", "XFRM_MSG_GETSPDINFO", result=None, inside=None)
    p.step("ip xfrm policy flush", "xfrm-policy.flush", "all", "XFRM_MSG_FLUSHPOLICY", not_which="10.0.0.9", by="ip")
    p.positive([Cell("operation", "xfrm-policy.flush", "which", "matches")], {"xfrm-policy.flush": "all"}, p.steps[-1]["run"],
               "xfrm-policy.flush")
    yield p.story

    p = Points("generic", VETH)
    p.step("ethtool -K v0 tx off", "generic.request", "ethtool", "any message of generic netlink", not_which="mptcp_pm", by="ethtool",
           command=12, dev="v0", settings="*")
    p.step("ethtool -L v0 combined 77", "generic.request", "ethtool", command=18, result="EINVAL")
    p.step("ip mptcp limits set subflow 3", "generic.list", "mptcp_pm", "any message of generic netlink", not_which="ethtool", by="ip")
    p.step(["CALLS", netlink(16, ASK, b"\3\1\0\0", text(2, "nothing"), protocol=16)], "generic.list", "nothing", result="ENOENT",
           inside=None)
    p.step("ss -t4n", "socket.list", "all", "SOCK_DIAG_BY_FAMILY", not_which="other9", by="ss", proto="6")
    id_ = struct.pack(">HH", 77, 78) + address(TEN) + address(TWENTY) + struct.pack("<III", 0, 0xffffffff, 0xffffffff)
    # As before Linux 3.3, and as ss(8) asks for DCCP: struct inet_diag_req. A kernel without DCCP has no such request.
    for kind, seen, proto in ((18, "TCPDIAG_GETSOCK", "6"), (19, "DCCPDIAG_GETSOCK", "33")):
        p.step(["CALLS", netlink(kind, 0x301, bytes([2]) + bytes(55), protocol=4)], "socket.list", "all", seen, proto=proto, result=None)
    for word, kind, seen in (("list", 20, "SOCK_DIAG_BY_FAMILY"), ("destroy", 21, "SOCK_DESTROY")):
        p.step(["CALLS", netlink(kind, ASK, struct.pack("<BBBBI", 2, 6, 0, 0, 0xfff) + id_, protocol=4)], f"socket.{word}", "10.0.0.1:77",
               seen, not_which="10.0.0.9:77", by="calls", proto="6", peer="10.0.0.2:78", result="ENOENT")
    p.step("python3 -c 'import os, socket; a = socket.create_server((\"127.0.0.1\", 77)); b = socket.create_connection((\"127.0.0.1\", 77)); "
           "os.system(\"ss -K dport = 77\")'", "socket.destroy", "127.0.0.1:*", by="ss", result="ok", inside=None)
    yield p.story


def controls():
    p = Points("ioctl", {"links": VETH["links"] + [{"name": "br0", "type": "bridge"}]})
    p.step("ifconfig v0 10.0.7.1 netmask 255.255.0.0", "address.set", "10.0.7.1", "ioctl", call="ioctl", not_which="10.0.7.2",
           by="ifconfig", dev="v0", inside="host")
    p.step("ifconfig v0 netmask 255.255.0.0", "address.set", "all", netmask="255.255.0.0")
    p.step("ifconfig v0 broadcast 10.0.0.77", "address.set", "all", broadcast="10.0.0.77")
    p.step("ifconfig v0 dstaddr 10.0.0.77", "address.set", "all", peer="10.0.0.77")
    p.step("ifconfig none9 10.0.0.9", "address.set", "10.0.0.9", result="ENODEV", inside=None)
    p.step("ifconfig v0 mtu 1400", "link.set", "v0", "ioctl", call="ioctl", mtu=1400)
    p.step("brctl addbr b9", "link.create", "b9", "ioctl", call="ioctl", type_="bridge")
    p.step("brctl delbr b9", "link.delete", "b9", "ioctl", call="ioctl")
    p.step("ifconfig v0 inet6 add fd77::1/64", "address.add", "fd77::1/64", "ioctl", call="ioctl", dev="v0")
    p.step("ifconfig v0 inet6 del fd77::1/64", "address.delete", "fd77::1/64", "ioctl", call="ioctl", dev="v0")
    p.step("ifconfig v0 10.0.0.1 netmask 255.255.255.0; route add -net 10.8.0.0/16 gw 10.0.0.2", "route.add", "10.8.0.0/16", "ioctl",
           call="ioctl", via="10.0.0.2")
    p.step("route del -net 10.8.0.0/16", "route.delete", "10.8.0.0/16", "ioctl", call="ioctl")
    p.step(f"arp -s 10.0.0.9 {MAC}9", "neighbour.replace", "10.0.0.9", "ioctl", call="ioctl", lladdr=MAC + "9")
    p.step("arp -d 10.0.0.9", "neighbour.delete", "10.0.0.9", "ioctl", call="ioctl")
    group = "33:33:00:00:00:77"
    for verb, word, result in (("add", "add", "ok"), ("del", "delete", "ok"), ("del", "delete", "ENOENT")):
        p.step(f"ip maddr {verb} {group} dev v0", f"multicast.{word}", group, "ioctl", call="ioctl", not_which="33:33:00:00:00:78",
               by="ip", dev="v0", result=result)
    p.step(f"ip maddr add {group} dev none9", "multicast.add", group, result="ENODEV", inside=None)
    # Without a program, which the kernel refuses: BPF_LINK_CREATE for a device, and BPF_PROG_DETACH from a group of processes.
    p.step(["CALLS", call("bpf", 28, "x:" + struct.pack("<IIII", 999, 1, 37, 2).hex() + "00" * 112, 64)], "bpf.attach", "xdp", "bpf", call="bpf",
           not_which="netfilter", by="calls", dev="#1", result="EBADF")
    p.step(["CALLS", call("bpf", 9, "x:" + struct.pack("<IIII", 1, 0, 46, 0).hex() + "00" * 112, 128)], "bpf.detach", "tcx_ingress", "bpf",
           call="bpf", not_which="xdp", by="calls", dev="#1", result="ENOENT")
    p.step("ip tuntap add t7 mode tap", "tun.keep", "t7", "ioctl", call="ioctl", not_which="t8", by="ip", keep="true")
    p.step("ip tuntap del t7 mode tap", "tun.keep", "t7", keep="false")
    p.step("ip tuntap add t8 mode tap user 1000", "tun.keep", "t8", user="1000")
    p.step("ip tuntap add t9 mode tap group 7", "tun.keep", "t9", group="7")
    yield p.story


def files():
    p = Points("file-more", {"files": {"/srv/f": {"text": "some text"}}}, {"state": ["/srv"]})
    opened = call("open", "/srv/f", WRITE)
    for each, arguments in (("chmod", ["/srv/f", 0o640]), ("fchmod", ["r", 0o640]), ("fchmodat", [AT_FDCWD, "/srv/f", 0o640]),
                            ("fchmodat2", [AT_FDCWD, "/srv/f", 0o640, 0])):
        p.step(["CALLS", opened, call(each, *arguments)], "file.chmod", "/srv/f", each, call=each, not_which="/srv/g", by="calls",
               mode="0640", result="ok" if each != "fchmodat2" else None)
    p.step(["CALLS", call("chmod", "/srv/none", 0o600)], "file.chmod", "/srv/none", result="ENOENT", inside=None)
    for each, arguments in (("chown", ["/srv/f", 7, 8]), ("lchown", ["/srv/f", 7, 8]), ("fchown", ["r", 7, 8]),
                            ("fchownat", [AT_FDCWD, "/srv/f", 7, 8, 0])):
        p.step(["CALLS", opened, call(each, *arguments)], "file.chown", "/srv/f", each, call=each, not_which="/srv/g", by="calls",
               owner="7:8")
    p.step(["CALLS", call("chown", "/srv/none", 7, 8)], "file.chown", "/srv/none", result="ENOENT", inside=None)
    for each, first in (("setxattr", "/srv/f"), ("lsetxattr", "/srv/f"), ("fsetxattr", "r")):
        p.step(["CALLS", opened, call(each, first, "user.a", "x:31", 1, 0)], "file.xattr", "/srv/f", each, call=each, not_which="/srv/g",
               by="calls", name="user.a", result=None)
    for each, first in (("removexattr", "/srv/f"), ("lremovexattr", "/srv/f"), ("fremovexattr", "r")):
        p.step(["CALLS", opened, call(each, first, "user.a")], "file.xattr", "/srv/f", each, call=each, remove="true", result=None)
    # Linux 6.13.
    p.step(["CALLS", call("setxattrat", AT_FDCWD, "/srv/f", 0, "user.a", 0, 0)], "file.xattr", "/srv/f", "setxattrat", call="setxattrat",
           name="user.a", result=None)
    p.step(["CALLS", call("removexattrat", AT_FDCWD, "/srv/f", 0, "user.a")], "file.xattr", "/srv/f", "removexattrat", call="removexattrat",
           remove="true", result=None)
    p.step(["CALLS", call("setxattr", "/srv/f", "trusted.a", "x:31", 1, 0)], "file.xattr", "/srv/f", result="ok")
    p.step(["CALLS", call("setxattr", "/srv/none", "user.a", "x:31", 1, 0)], "file.xattr", "/srv/none", result="ENOENT", inside=None)
    for each, arguments in (("utimensat", [AT_FDCWD, "/srv/f", 0, 0]), ("utime", ["/srv/f", 0]), ("utimes", ["/srv/f", 0]),
                            ("futimesat", [AT_FDCWD, "/srv/f", 0])):
        p.step(["CALLS", call(each, *arguments)], "file.times", "/srv/f", each, call=each, not_which="/srv/g", by="calls", time="now")
    p.step(["CALLS", call("utimensat", AT_FDCWD, "/srv/f", "x:" + bytes(32).hex(), 0)], "file.times", "/srv/f", time="set", result="ok")
    flags = "x:" + (struct.pack("<I", 0x80) + bytes(24)).hex()
    p.step(["CALLS", opened, call("ioctl", "r", 0x401c5820, flags)], "file.flags", "/srv/f", "ioctl", call="ioctl", not_which="/srv/g",
           by="calls", flags="nodump", result=None)
    # Linux 6.17.
    p.step(["CALLS", call("file_setattr", AT_FDCWD, "/srv/f", "x:" + (struct.pack("<Q", 0x80) + bytes(16)).hex(), 24, 0)], "file.flags",
           "/srv/f", "file_setattr", call="file_setattr", flags="nodump", result="ok")
    p.step(["CALLS", call("file_setattr", AT_FDCWD, "/srv/none", "x:" + bytes(24).hex(), 24, 0)], "file.flags", "/srv/none",
           result="ENOENT", inside=None)
    for each, arguments, path, kind in (
            ("mknod", ["/srv/p", 0o10644, 0], "/srv/p", "fifo"), ("mknodat", [AT_FDCWD, "/srv/n", 0o20644, 0x103], "/srv/n", "device")):
        p.step(["CALLS", call(each, *arguments)], "file.create", path, each, call=each, type_=kind)
    p.step(["CALLS", call("socket", 1, 2, 0), call("bind", "r", "x:" + (b"\1\0/srv/s" + b"\0").hex(), 9)], "file.create", "/srv/s", "bind",
           call="bind", type_="socket")
    p.step(["CALLS", opened, call("fallocate", "r", 0, 0, 5000)], "file.write", "/srv/f", "fallocate", call="fallocate")
    for each, run in (("copy_file_range", "os.copy_file_range(a, b, 9)"), ("sendfile", "os.sendfile(b, a, 0, 9)"),
                      ("splice", "os.splice(p[0], b, 1)"),
                      ("ioctl", "import fcntl; fcntl.ioctl(b, 0x40049409, a)")):
        p.step("python3 -c 'import os; p = os.pipe(); os.write(p[1], b\"x\"); a = os.open(\"/etc/hostname\", 0); "
               f"b = os.open(\"/srv/f\", 1); {run}'", "file.write", "/srv/f", each, call=each, result=None, inside=None)
    p.step("python3 -c 'import mmap, os; mmap.mmap(os.open(\"/srv/f\", 2), 1)'", "file.write", "/srv/f", "mmap", call="mmap", mapped="true",
           result=None, inside=None)
    p.step("echo 7 > /sys/class/net/lo/tx_queue_len", "file.write", "/sys/*/tx_queue_len", value="7", result=None, inside=None)
    looks = [("stat", ["/srv/f", "b:256"]), ("lstat", ["/srv/f", "b:256"]), ("newfstatat", [AT_FDCWD, "/srv/f", "b:256", 0]),
             ("statx", [AT_FDCWD, "/srv/f", 0, 0x7ff, "b:512"]), ("access", ["/srv/f", 0]), ("faccessat", [AT_FDCWD, "/srv/f", 0]),
             ("faccessat2", [AT_FDCWD, "/srv/f", 0, 0])]
    for each, arguments in looks:
        p.step(["CALLS", call(each, *arguments)], "file.stat", "/srv/f", each, call=each, not_which="/srv/g", by="calls")
    for each, arguments in (("readlink", ["/srv/f", "b:256", 256]), ("readlinkat", [AT_FDCWD, "/srv/f", "b:256", 256])):
        p.step(["CALLS", call(each, *arguments)], "file.stat", "/srv/f", each, call=each, result="EINVAL")
    p.step("test -e /srv/none", "file.stat", "/srv/none", result="ENOENT")
    p.step(["CALLS", call("sethostname", "other", 5)], "hostname.set", "other", "sethostname", call="sethostname", not_which="another",
           by="calls")
    p.step(["CALLS", call("setdomainname", "other", 5)], "hostname.set", "other", "setdomainname", call="setdomainname", domain="true")
    p.step(["CALLS", call("sethostname", "other", 77)], "hostname.set", "*", result="EINVAL", inside=None)
    yield p.story

    p = Points("mount-move", {"files": {"/srv/d/a": {"text": "x"}, "/srv/e/a": {"text": "x"}}})
    p.prepare("mount -t tmpfs none /srv/d; mount --make-private /srv/d")
    p.step("mount --move /srv/d /srv/e", "mount.move", "/srv/e", "mount", call="mount", not_which="/srv/d", by="mount", source="/srv/d",
           result=None)
    moved = p.steps[-1]["run"]
    p.step(["CALLS", call("open_tree", AT_FDCWD, "/srv/e", 0), call("move_mount", "r", "", AT_FDCWD, "/srv/d", 4)], "mount.move", "/srv/d",
           "move_mount", call="move_mount", source="/srv/e", result=None)
    opening = ("import ctypes; s = ctypes.CDLL(None).syscall; f = s(430, b\"tmpfs\", 0); s(431, f, 6, 0, 0, 0); m = s(432, f, 0, 0); "
               "s(429, m, b\"\", -100, b\"/srv/e\", 4)")
    p.step(f"python3 -c '{opening}'", "mount.create", "/srv/e", "move_mount", call="move_mount", type_="tmpfs", result=None)
    p.step(["CALLS", call("mount_setattr", AT_FDCWD, "/srv/e", 0, bytes([1]) + bytes(31), 32)], "mount.remount", "/srv/e", "mount_setattr",
           call="mount_setattr", result=None)
    picking = "import ctypes; s = ctypes.CDLL(None).syscall; f = s(433, -100, b\"/srv/e\", 0); s(431, f, 7, 0, 0, 0)"
    p.step(f"python3 -c '{picking}'", "mount.remount", "/srv/e", "fsconfig", call="fsconfig", result=None)
    p.negative([Cell("operation", "mount.move", "result", "another")], {"mount.move": "*", "result": "EXDEV"}, moved,
               side="after")
    p.positive([Cell("operation", "mount.move", "result", "ok")], {"mount.move": "*", "result": "ok"}, moved, "mount.move",
               side="after")
    yield p.story


def stories():
    for each in (sets, tables, transforms, controls, files):
        yield from each()


IPSET = (attribute(1, b"\7"), text(2, "s"))
INET, UDP = call("socket", 2, 3, 255), call("socket", 2, 2, 0)


def asked(number_, value, size=40):
    """An ioctl of a socket, with a structure that begins with these bytes."""
    return [UDP, call("ioctl", "r", number_, "x:" + (value + bytes(size - len(value))).hex())]


# As in errnos.py: by the request, the point, and what makes it.
REQUESTS = {
    "ipset.create": ("s", [filtered(0x602, NEW, *IPSET, text(3, "hash:ip"), attribute(4, b"\0"), attribute(5, b"\2"), nested(7))]),
    "ipset.add": ("s", [filtered(0x609, ASK, *IPSET, nested(7))]),
    "ipset.delete": ("s", [filtered(0x60a, ASK, *IPSET, nested(7))]),
    "ipset.flush": ("s", [filtered(0x604, ASK, *IPSET)]),
    "ipset.destroy": ("s", [filtered(0x603, ASK, *IPSET)]),
    "ipset.rename": ("s", [filtered(0x605, ASK, *IPSET, text(3, "z"))]),
    "ipset.swap": ("s", [filtered(0x606, ASK, *IPSET, text(3, "z"))]),
    "ipset.list": ("s", [filtered(0x60c, ASK, *IPSET)]),
    "conntrack.create": ("10.0.0.1", [tracked(0, NEW)]), "conntrack.update": ("10.0.0.1", [tracked(0, ASK)]),
    "conntrack.delete": ("10.0.0.1", [tracked(2, ASK)]), "conntrack.list": ("10.0.0.1", [tracked(1, ASK)]),
    "conntrack-expect.add": ("10.0.0.1", [tracked(0, NEW, 2)]), "conntrack-expect.delete": ("10.0.0.1", [tracked(2, ASK, 2)]),
    "conntrack-expect.list": ("10.0.0.1", [tracked(1, ASK, 2)]),
    "iptables.replace": ("ip t", [INET, call("setsockopt", "r", 0, 64, "x:" + (b"t" + bytes(119)).hex(), 120)]),
    "iptables.counters": ("ip t", [INET, call("setsockopt", "r", 0, 65, "x:" + (b"t" + bytes(119)).hex(), 120)]),
    "iptables.list": ("ip t", [INET, call("getsockopt", "r", 0, 64, "x:" + (b"t" + bytes(119)).hex(), "x:54000000")]),
    "xfrm-state.add": ("10.0.0.2", [state(16)]), "xfrm-state.replace": ("10.0.0.2", [state(26)]),
    "xfrm-state.delete": ("10.0.0.2", [named(17)]), "xfrm-state.list": ("10.0.0.2", [named(18)]),
    "xfrm-state.flush": ("all", [netlink(28, ASK, b"\0\0\0\0", protocol=6)]),
    "xfrm-policy.add": ("10.0.0.2", [policy(19)]), "xfrm-policy.replace": ("10.0.0.2", [policy(25)]),
    "xfrm-policy.delete": ("10.0.0.2", [chosen(20)]), "xfrm-policy.list": ("10.0.0.2", [chosen(21)]),
    "xfrm-policy.flush": ("all", [netlink(29, ASK, protocol=6)]),
    "generic.request": ("*", [netlink(77, ASK, b"\1\1\0\0", protocol=16)]),
    "generic.list": ("nothing", [netlink(16, ASK, b"\3\1\0\0", text(2, "nothing"), protocol=16)]),
    "socket.list": ("*", [netlink(20, LIST, struct.pack("<BBBBI", 2, 6, 0, 0, 0xfff) + bytes(48), protocol=4)]),
    "socket.destroy": ("*", [netlink(21, ASK, struct.pack("<BBBBI", 2, 6, 0, 0, 0xfff) + bytes(48), protocol=4)]),
    "address.set": ("10.7.0.1", asked(0x8916, b"v0" + bytes(14) + b"\2\0\0\0" + bytes([10, 7, 0, 1]))),
    "multicast.add": ("33:33:00:00:00:77", asked(0x8931, b"v0" + bytes(14) + b"\0\0\x33\x33\0\0\0\x77")),
    "multicast.delete": ("33:33:00:00:00:77", asked(0x8932, b"v0" + bytes(14) + b"\0\0\x33\x33\0\0\0\x77")),
    "tun.keep": ("t0", [call("open", "/dev/net/tun", 2), call("ioctl", "r", 0x400454ca, struct.pack("<16sH22x", b"t0", 1)),
                        call("ioctl", 3, 0x400454cb, 1)]),
    "bpf.attach": ("xdp", [call("bpf", 28, "x:" + struct.pack("<IIII", 999, 1, 37, 2).hex() + "00" * 112, 64)]),
    "bpf.detach": ("xdp", [call("bpf", 9, "x:" + struct.pack("<IIII", 1, 0, 37, 0).hex() + "00" * 112, 128)]),
    "file.times": ("/srv/f", [call("utimensat", AT_FDCWD, "/srv/f", 0, 0)]),
    "file.flags": ("/srv/f", [call("open", "/srv/f", WRITE), call("ioctl", "r", 0x401c5820, "x:" + bytes(28).hex())]),
    "file.chmod": ("/srv/f", [call("chmod", "/srv/f", 0o600)]),
    "file.chown": ("/srv/f", [call("chown", "/srv/f", 7, 8)]),
    "file.xattr": ("/srv/f", [call("setxattr", "/srv/f", "user.a", "x:31", 1, 0)]),
    "file.stat": ("/srv/f", [call("access", "/srv/f", 0)]),
    "file.create type fifo": ("/srv/n", [call("mknod", "/srv/n", 0o10644, 0)]),
    "file.create type device": ("/srv/n", [call("mknod", "/srv/n", 0o20644, 0x103)]),
    "file.create type socket": ("/srv/n", [call("socket", 1, 2, 0), call("bind", "r", "x:" + (b"\1\0/srv/n" + b"\0").hex(), 9)]),
    "hostname.set": ("other", [call("sethostname", "other", 5)]),
    "mount.move": ("/srv/d", [call("mount", "/srv/g", "/srv/d", "none", 0x2000, 0)]),
}
