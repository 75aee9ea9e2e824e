"""Trials of the operations of bridges, traffic control, nexthops, address labels and tables of neighbours."""
import struct

from .denominator import Cell
from .messages import (ASK, CHANGE, LIST, NEW, address, at, attribute, link, neighbour, nested, netlink, number, qdisc, route, text)
from .points import Points

MAC = "02:00:00:00:00:0"
VETH = {"links": [{"name": "v0", "addresses": ["10.0.0.1/24", "fd00::1/64"], "peer": {"name": "v1"}}]}
BRIDGE = {"links": [{"name": "br0", "type": "bridge"}, {"name": "u0", "master": "br0", "peer": {"name": "u1"}}]}
APPEND, BULK = 0x800, 0x200
CLASS, FILTER, CHAIN, ACTION, MDB, NEXTHOP, LABEL = 40, 44, 100, 48, 84, 104, 72
U32 = nested(2, attribute(5, struct.pack("<BBBxHHHH", 1, 0, 1, 0, 0, 0, 0) + bytes(20)))


def traffic(kind, flags, device, handle, parent, info, *attributes):
    """struct tcmsg: of this device, or of a block of filters."""
    return netlink(kind, flags, bytes(4), at(device) if device else b"\xff\xff\xff\xff", struct.pack("<III", handle, parent, info),
                   *attributes)


def vlans(kind, device, *entries, flags=ASK):
    """RTM_SETLINK or RTM_DELLINK of the family of bridges, for the port and for the bridge itself."""
    return netlink(kind, flags, b"\7\0\0\0", at(device), bytes(8), nested(26, *entries))


def info(vlan, flags=0):
    return attribute(2, struct.pack("<HH", flags, vlan))


def mdb(kind, flags, *more, vlan=0, state=1):
    """struct br_port_msg, and the entry 239.1.1.1 of the port u0."""
    entry = "@u0@" + struct.pack("<BBH", state, 0, vlan).hex() + bytes([239, 1, 1, 1]).hex() + bytes(12).hex() + "08000000"
    return netlink(kind, flags, b"\7\0\0\0", at("br0"), long(1, entry), *more)


def long(kind, words):
    """An attribute whose data has a number of a device in it, `@u0@`, which is four bytes long."""
    one = attribute(kind, b"")
    size = len(words.replace("@u0@", "00000000")) // 2
    one.hex, one.size = struct.pack("<HH", 4 + size, kind).hex() + words, 4 + size
    return one


def nexthop(kind, flags, *attributes, family=2, proto=0):
    return netlink(kind, flags, struct.pack("<BBBBI", family, 0, proto, 0, 0), *attributes)


def label(kind, flags, *attributes, length=16):
    return netlink(kind, flags, struct.pack("<BBBB", 10, 0, length, 0), at("v0"), bytes(4), *attributes)


def actions(kind, flags, *parts):
    return netlink(kind, flags, bytes(4), nested(1, nested(1, *parts)))


FD77 = attribute(1, bytes([0xfd, 0x77]) + bytes(14))
DRR = (text(1, "drr"), nested(2, number(1, 100)))
KIND = (text(1, "u32"), U32)
IP5 = 5 << 16 | 0x0008
MIRRED = (text(1, "mirred"), nested(2, attribute(2, struct.pack("<IIiiiiI", 9, 0, 4, 0, 0, 1, 1))))
NUMBERED = (text(1, "mirred"), number(3, 9))


def bridges():
    p = Points("vlan", BRIDGE)
    both = attribute(0, struct.pack("<H", 3))
    tunnel = nested(3, number(1, 77), attribute(2, struct.pack("<H", 10)), attribute(3, struct.pack("<H", 0)))
    for word, kind, seen, tool in (("vlan.add", 19, "RTM_SETLINK", "add"), ("vlan.delete", 17, "RTM_DELLINK", "del")):
        step = p.step(f"bridge vlan {tool} dev u0 vid 10", word, "10", seen, not_which="11", by="bridge", dev="u0", result=None,
               absent=("flags", "tunnel"))
        p.step(["CALLS", vlans(kind, "u0", both, info(10, 6))], word, "10", self_="true", master="true", flags="pvid", by="calls",
               result=None)
        p.step(["CALLS", vlans(kind, "u0", tunnel)], word, "10", tunnel="77", result=None)
        p.step(["CALLS", vlans(kind, "v9", info(10))], word, "10", by="calls", result="ENODEV", inside=None)
        if kind == 17:
            p.positive([Cell("operation", word, "result", "ok")], {word: "10", "result": "ok"}, step, word, side="after")
    one = attribute(1, struct.pack("<HH", 0, 10))
    p.step(["CALLS", netlink(112, ASK, b"\7\0\0\0", at("u0"), nested(1, one, attribute(3, b"\4")))], "vlan.set", "10", "RTM_NEWVLAN",
           not_which="11", by="calls", dev="u0", state="blocking", result=None)
    # BRIDGE_VLANDB_ENTRY_MCAST_ROUTER.
    p.step(["CALLS", netlink(112, ASK, b"\7\0\0\0", at("u0"), nested(1, one, attribute(6, b"\2")))], "vlan.set", "10", settings="*",
           result=None)
    p.negative([Cell("operation", "vlan.set", "result", "another")], {"vlan.set": "10", "result": "EXDEV"}, p.steps[-1]["run"],
               side="after")
    p.step(["CALLS", netlink(112, ASK, b"\7\0\0\0", at("br0"), nested(2, attribute(1, struct.pack("<H", 10)), attribute(3, b"\1")))],
           "vlan.set", "10", dev="br0", global_="true", result=None)
    p.step("bridge vlan show", "vlan.list", "all", "RTM_GETLINK", not_which="other9", by="bridge", absent=("dev",))
    p.step(["CALLS", netlink(114, LIST, b"\7\0\0\0", at("br0"))], "vlan.list", "all", "RTM_GETVLAN", dev="br0", result=None)
    yield p.story

    p = Points("mdb", BRIDGE)
    p.prepare("ip link set br0 up; ip link set u0 up; ip link set u1 up")
    for word, kind, flags in (("mdb.add", 84, NEW), ("mdb.replace", 84, CHANGE), ("mdb.delete", 85, ASK)):
        seen = "RTM_DELMDB" if kind == 85 else "RTM_NEWMDB"
        more = {} if kind == 85 else {"state": "permanent"}
        p.step(["CALLS", mdb(kind, flags)], word, "239.1.1.1", seen, not_which="239.1.1.2", by="calls", dev="br0", port="u0",
               result=None, absent=("vlan", "settings"), **more)
        p.step(["CALLS", mdb(kind, flags, nested(2, attribute(1, bytes([10, 0, 0, 9]))), vlan=5)], word, "239.1.1.1", vlan=5,
               settings="*", result=None)
    p.step("bridge mdb add dev br0 port u0 grp 239.1.1.3 permanent", "mdb.add", "239.1.1.3", by="bridge")
    p.step("bridge mdb add dev br0 port u0 grp 239.1.1.3 permanent", "mdb.add", "239.1.1.3", result="EEXIST")
    p.step("bridge mdb del dev br0 port u0 grp 239.1.1.3 permanent", "mdb.delete", "239.1.1.3", by="bridge")
    p.step("bridge mdb del dev br0 port u0 grp 239.1.1.3 permanent", "mdb.delete", "239.1.1.3", result="EINVAL")
    p.step(["CALLS", mdb(84, CHANGE)], "mdb.replace", "239.1.1.1", result="ok")
    p.step(["CALLS", mdb(84, CHANGE).replace("@br0@", "@u0@")], "mdb.replace", "239.1.1.1", result="EOPNOTSUPP", inside=None)
    p.step("bridge mdb show", "mdb.list", "all", "RTM_GETMDB", not_which="other9", by="bridge", absent=("dev",))
    p.step(["CALLS", netlink(86, LIST, b"\7\0\0\0", at("br0"))], "mdb.list", "all", dev="br0", result=None)
    yield p.story

    p = Points("fdb-more", {"links": VETH["links"] + BRIDGE["links"]})
    p.prepare("ip link add x0 type vxlan id 42 dstport 4789 dev v0")
    entry = MAC[:-1] + "21"
    rest = (attribute(6, b"\x12\xb6"), number(7, 7), attribute(8, at("v0")), number(11, 8), number(13, 9), attribute(77, b"\1"))
    for word, kind, flags in (("fdb.add", 28, NEW | APPEND), ("fdb.replace", 28, CHANGE), ("fdb.delete", 29, ASK),
                              ("fdb.list", 30, ASK), ("fdb.flush", 29, ASK | BULK)):
        more = {"append": "true"} if word == "fdb.add" else {}
        if word == "fdb.flush":
            more = {"state": "permanent", "self_": "true", "dst": "10.9.9.9"}
        ask = neighbour(kind, flags, 7, "x0", attribute(2, bytes([2, 0, 0, 0, 0, 0x21])), *rest,
                        *((attribute(1, bytes([10, 9, 9, 9])),) if word == "fdb.flush" else ()),
                        entry_flags=0x12)
        p.step(["CALLS", ask], word, entry, by="calls", flags="extern_learn", port=4790, vni=7, via="v0", src_vni=8, nhid=9,
               other="77", result=None, inside=None, **more)
    p.step("bridge fdb flush dev br0", "fdb.flush", "all", "RTM_DELNEIGH", not_which=MAC + "9", by="bridge", dev="br0",
           absent=("dst", "vlan", "flags", "port", "vni", "via", "src-vni", "nhid", "other", "state"))
    p.step(["CALLS", neighbour(29, ASK | BULK, 7, "br0", attribute(5, b"\5\0"), entry_flags=4, state=0)], "fdb.flush", "all",
           vlan=5, master="true", result=None, inside=None)
    p.step(["CALLS", netlink(29, ASK | BULK, b"\7\0\0\0", struct.pack("<i", 999), bytes(4))], "fdb.flush", "all", result="ENODEV",
           inside=None)
    yield p.story


def traffics():
    p = Points("class", VETH)
    p.prepare("tc qdisc add dev v0 root handle 1: htb")
    words = (("class.add", CLASS, NEW), ("class.replace", CLASS, ASK | 0x400), ("class.change", CLASS, ASK), ("class.delete", 41, ASK))
    for word, kind, flags in words:
        seen = "RTM_DELTCLASS" if kind == 41 else "RTM_NEWTCLASS"
        more = {} if kind == 41 else {"settings": "*"}
        p.step(["CALLS", traffic(kind, flags, "v0", 0x1000a, 0x10000, 0, *DRR)], word, "1:a", seen, not_which="1:b", by="calls",
               dev="v0", parent="1:", type_="drr", result=None, **more)
    for verb, word in (("add", "class.add"), ("change", "class.change"), ("replace", "class.replace")):
        p.step(f"tc class {verb} dev v0 parent 1: classid 1:10 htb rate 1mbit", word, "1:10", by="tc")
    p.step("tc class add dev v0 parent 1: classid 1:10 htb rate 1mbit", "class.add", "1:10", result="EEXIST")
    p.step("tc class del dev v0 classid 1:10", "class.delete", "1:10", by="tc")
    for word, kind, flags, device in (("class.change", CLASS, ASK, "v0"), ("class.delete", 41, ASK, "v0"),
                                      ("class.replace", CLASS, ASK | 0x400, "lo")):
        p.step(["CALLS", traffic(kind, flags, device, 0x1000b, 0x10000, 0, text(1, "htb"))], word, "1:b", result="ENOENT", inside=None)
    p.step("tc class show dev v0", "class.list", "all", "RTM_GETTCLASS", not_which="1:1", by="tc", dev="v0", absent=("parent", "type"))
    p.step(["CALLS", traffic(42, ASK, "v0", 0x1000b, 0x10000, 0, text(1, "htb"))], "class.list", "1:b", parent="1:", type_="htb",
           result="ENOENT", inside=None)
    yield p.story

    p = Points("filter", VETH)
    p.prepare("tc qdisc add dev v0 ingress; tc qdisc add dev v0 root handle 1: htb")
    words = (("filter.add", FILTER, NEW), ("filter.replace", FILTER, ASK | 0x400), ("filter.change", FILTER, ASK),
             ("filter.delete", 45, ASK), ("filter.list", 46, ASK))
    for word, kind, flags in words:
        seen = {45: "RTM_DELTFILTER", 46: "RTM_GETTFILTER"}.get(kind, "RTM_NEWTFILTER")
        more = {} if kind in (45, 46) else {"settings": "*"}
        p.step(["CALLS", traffic(kind, flags, "v0", 0x80000005, 0xfffffff2, IP5, *KIND, number(11, 3))], word, "ingress", seen,
               not_which="egress", by="calls", dev="v0", priority=5, protocol="ip", type_="u32", handle="0x80000005", chain=3,
               result=None, absent=("block",), **more)
        p.step(["CALLS", traffic(kind, flags, None, 0, 7, IP5, *KIND)], word, "all", block=7, result="EINVAL", inside=None)
    u32 = "protocol ip prio 6 handle 800::5 u32 match u32 0 0"
    for verb, word in (("add", "filter.add"), ("change", "filter.change"), ("replace", "filter.replace"), ("del", "filter.delete")):
        p.step(f"tc filter {verb} dev v0 parent 1: {u32 if verb != 'del' else 'prio 6'}", word, "1:", by="tc")
    p.step("tc filter show dev v0 ingress", "filter.list", "ingress", by="tc")
    yield p.story

    p = Points("tc-chain", VETH)
    p.prepare("tc qdisc add dev v0 ingress")
    for word, kind, verb in (("tc-chain.add", 100, "add"), ("tc-chain.delete", 101, "del"), ("tc-chain.list", 102, "show")):
        seen = {100: "RTM_NEWCHAIN", 101: "RTM_DELCHAIN", 102: "RTM_GETCHAIN"}[kind]
        p.step(f"tc chain {verb} dev v0 ingress" + (" chain 7" if kind != 102 else ""), word, "7" if kind != 102 else "all", seen,
               not_which="8", by="tc", dev="v0", parent="ingress", absent=("block", "type", "settings"))
        p.step(["CALLS", traffic(kind, ASK, None, 0, 7, 0, number(11, 9), *KIND)], word, "9", block=7, type_="u32", settings="*",
               result="EINVAL", inside=None)
    yield p.story

    p = Points("tc-action", {})
    p.step("tc actions add action mirred egress redirect dev lo index 9", "tc-action.add", "mirred", "RTM_NEWACTION",
           not_which="gact", by="tc", index=9, settings="*")
    p.step("tc actions add action mirred egress redirect dev lo index 9", "tc-action.add", "mirred", result="EEXIST")
    p.step("tc actions replace action mirred egress redirect dev lo index 9", "tc-action.replace", "mirred", "RTM_NEWACTION",
           not_which="gact", by="tc", index=9, settings="*")
    p.step(["CALLS", actions(48, CHANGE, text(1, "nothing"), nested(2, attribute(2, bytes(20))))], "tc-action.replace", "nothing",
           result="ENOENT", inside=None)
    p.step("tc actions ls action mirred", "tc-action.list", "mirred", "RTM_GETACTION", not_which="gact", by="tc", absent=("index",))
    p.step(["CALLS", actions(50, ASK, *NUMBERED)], "tc-action.list", "mirred", index=9, inside=None)
    p.step("tc actions del action mirred index 9", "tc-action.delete", "mirred", "RTM_DELACTION", not_which="gact", by="tc", index=9)
    for word, kind in (("tc-action.delete", 49), ("tc-action.list", 50)):
        p.step(["CALLS", actions(kind, ASK, *NUMBERED)], word, "mirred", result="ENOENT", inside=None)
    yield p.story


def nexthops():
    p = Points("nexthop", {"links": VETH["links"]})
    group = attribute(2, struct.pack("<IBBH", 8, 2, 0, 0))
    for verb, word, flags in (("add", "nexthop.add", NEW), ("replace", "nexthop.replace", CHANGE)):
        p.step(f"ip nexthop {verb} id 7 via 10.0.0.2 dev v0 protocol static", word, "7", "RTM_NEWNEXTHOP", not_which="9", by="ip",
               via="10.0.0.2", dev="v0", proto="static", absent=("group", "type", "flags", "settings"))
        p.step(f"ip nexthop {verb} id 8 blackhole", word, "8", type_="blackhole")
        p.step(["CALLS", nexthop(104, flags, number(1, 9), group, attribute(11, b""), number(8, 1))], word, "9", group="8/3",
               fdb="true", settings="*", result=None)
        p.step(f"ip nexthop {verb} id 10 via 172.16.0.1 dev v0 onlink", word, "10", flags="onlink")
    p.step("ip nexthop add id 8 blackhole", "nexthop.add", "8", result="EEXIST")
    p.step("ip nexthop replace id 9 group 77", "nexthop.replace", "9", result="EINVAL", inside=None)
    p.step("ip nexthop show dev v0", "nexthop.list", "all", "RTM_GETNEXTHOP", not_which="9", by="ip", dev="v0", absent=("type",))
    p.step("ip nexthop show groups", "nexthop.list", "all", type_="group")
    p.step("ip nexthop bucket show", "nexthop.list", "all", "RTM_GETNEXTHOPBUCKET", result=None)
    p.step("ip nexthop get id 77", "nexthop.list", "77", result="ENOENT")
    p.step("ip nexthop del id 7", "nexthop.delete", "7", "RTM_DELNEXTHOP", not_which="9", by="ip")
    p.step("ip nexthop del id 7", "nexthop.delete", "7", result="ENOENT")
    yield p.story

    p = Points("address-label", VETH)
    prefix = "fd77::/16"
    p.step("ip addrlabel add prefix fd77::/16 label 77 dev v0", "address-label.add", prefix, "RTM_NEWADDRLABEL",
           not_which="fd78::/16", by="ip", dev="v0", label=77)
    p.step("ip addrlabel add prefix fd77::/16 label 77 dev v0", "address-label.add", prefix, result="EEXIST")
    p.step(["CALLS", label(72, CHANGE, FD77, number(2, 78))], "address-label.replace", prefix, "RTM_NEWADDRLABEL",
           not_which="fd78::/16", by="calls", dev="v0", label=78)
    p.step(["CALLS", label(72, CHANGE, FD77, number(2, 0xffffffff))], "address-label.replace", prefix, result="EINVAL", inside=None)
    p.step("ip addrlabel list", "address-label.list", "all", "RTM_GETADDRLABEL", not_which="fd78::/16", by="ip")
    p.step(["CALLS", label(74, ASK, FD77)], "address-label.list", prefix, result=None, inside=None)
    p.negative([Cell("operation", "address-label.list", "result", "another")], {"address-label.list": "*", "result": "EXDEV"},
               p.steps[-1]["run"], side="after")
    p.step("ip addrlabel del prefix fd77::/16 label 78 dev v0", "address-label.delete", prefix, "RTM_DELADDRLABEL",
           not_which="fd78::/16", by="ip", dev="v0", label=78)
    p.step("ip addrlabel del prefix fd77::/16 label 78 dev v0", "address-label.delete", prefix, result="ESRCH")
    for word, kind, flags in (("add", 72, NEW), ("replace", 72, CHANGE), ("delete", 73, ASK)):
        p.step(["CALLS", label(kind, flags, number(2, 5), length=0)], f"address-label.{word}", "default", result=None, inside=None)
    yield p.story

    p = Points("neighbour-table", VETH)
    p.step("ip ntable change name arp_cache dev v0 base_reachable 12345", "neighbour-table.set", "arp_cache", "RTM_SETNEIGHTBL",
           not_which="ndisc_cache", by="ip", dev="v0", settings="base_reachable 12345")
    p.step(["CALLS", netlink(67, ASK, bytes(4), text(1, "nothing"))], "neighbour-table.set", "nothing", result="ENOENT", inside=None)
    p.step("ip ntable show", "neighbour-table.list", "all", "RTM_GETNEIGHTBL", not_which="other9", by="ip")
    p.step("ip netconf", "netconf.list", "all", "RTM_GETNETCONF", not_which="other9", by="ip", absent=("dev",))
    p.step(["CALLS", netlink(82, ASK, b"\2\0\0\0", attribute(1, at("v0")))], "netconf.list", "all", by="calls", dev="v0", inside=None)
    p.step(["CALLS", netlink(82, ASK, b"\2\0\0\0", number(1, 999))], "netconf.list", "all", result="ENODEV", inside=None)
    yield p.story


def more():
    """What has come to be said of devices, addresses, routes and neighbours."""
    p = Points("link-more", VETH)
    p.step("ip link property add dev v0 altname other0", "altname.add", "other0", "RTM_NEWLINKPROP", not_which="other1", by="ip",
           dev="v0")
    p.step("ip link property add dev v1 altname other0", "altname.add", "other0", result="EEXIST")
    p.step("ip link property del dev v0 altname other0", "altname.delete", "other0", "RTM_DELLINKPROP", not_which="other1", by="ip",
           dev="v0")
    p.step(["CALLS", netlink(109, ASK, bytes(4), at("v0"), bytes(8), nested(52, text(53, "other0")))], "altname.delete", "other0",
           result="EINVAL", inside=None)
    families = nested(26, nested(10, attribute(7, bytes(15) + b"\7"), attribute(8, b"\0")))
    for word, message in (("link.create", link(16, NEW, None, text(3, "k1"), nested(18, text(1, "ifb")), number(13, 77), families,
                                               attribute(39, b"\1"))),
                          ("link.set", link(16, ASK, "v0", number(13, 77), families, attribute(39, b"\1")))):
        p.step(["CALLS", message], word, "*", txqueuelen=77, addrgenmode="eui64", token="::7", protodown="true", result=None,
               inside=None)
    for word, message in (("link.create", link(16, NEW, None, text(3, "k2"), nested(18, text(1, "ifb")), attribute(39, b"\0"))),
                          ("link.set", link(16, ASK, "v0", attribute(39, b"\0")))):
        p.step(["CALLS", message], word, "*", protodown="false", result=None, inside=None)
    p.step(["CALLS", link(16, NEW, None, text(3, "k3"), nested(18, text(1, "ifb")), number(35, 1))], "link.create", "k3", other="35",
           result=None)
    p.step(["CALLS", link(16, ASK, "v0", number(35, 1))], "link.set", "v0", other="35", result=None)
    yield p.story

    p = Points("address-more", {"links": [{"name": "v0", "addresses": ["10.0.0.1/24"], "peer": {"name": "v1"}}]})
    known = (attribute(2, bytes([10, 0, 0, 1])), attribute(6, struct.pack("<IIII", 50, 100, 0, 0)), number(9, 70), attribute(11, b"\5"),
             attribute(77, b"\1"))
    for word, kind, flags in (("address.add", 20, NEW), ("address.replace", 20, CHANGE), ("address.delete", 21, ASK)):
        more_keys = {} if kind == 21 else {"valid": 100, "preferred": 50, "proto": "5"}
        p.step(["CALLS", address(kind, flags, 2, 24, "v0", *known)], word, "10.0.0.1/24", metric=70, other="77", result=None,
               inside=None, **more_keys)
    p.step("ip address replace 10.0.1.1/24 brd 10.0.1.255 label v0:x scope link dev v0 noprefixroute", "address.replace",
           "10.0.1.1/24", "RTM_NEWADDR", not_which="10.0.0.2/24", by="ip", dev="v0", broadcast="10.0.1.255", label="v0:x",
           scope="link", flags="noprefixroute", absent=("peer",))
    p.step("ip address replace 10.0.0.1 peer 10.0.9.2/32 dev v0", "address.replace", "10.0.0.1/32", peer="10.0.9.2")
    p.step("ip address replace 10.0.0.1/24 dev lo", "address.replace", "10.0.0.1/24", result=None, inside=None)
    p.step(["CALLS", netlink(20, ASK | 0x100, b"\2\0\0\0", at("v0"))], "address.replace", "all", result="EINVAL", by="calls",
           inside=None)
    yield p.story

    p = Points("route-more", VETH)
    p.prepare("ip nexthop add id 7 via 10.0.0.2 dev v0")
    known = (attribute(1, bytes([10, 1, 0, 0])), attribute(4, at("v0")), nested(8, number(2, 1300)), attribute(20, b"\1"), number(23, 77),
             nested(22, attribute(1, bytes(8))), attribute(21, struct.pack("<H", 2)), attribute(77, b"\1"))
    for word, kind, flags in (("route.add", 24, NEW | APPEND), ("route.replace", 24, CHANGE), ("route.change", 24, ASK | 0x100),
                              ("route.delete", 25, ASK), ("route.get", 26, ASK)):
        more_keys = {"append": "true"} if word == "route.add" else {}
        p.step(["CALLS", route(kind, flags, 2, 16, *known)], word, "10.1.0.0/16", metrics="mtu 1300", encap="ip *", pref="high",
               expires=77, other="77", result=None, inside=None, **more_keys)
    p.step(["CALLS", route(26, ASK, 2, 32, attribute(1, bytes([10, 0, 0, 9])), attribute(3, at("v0")), number(16, 5), number(25, 0))],
           "route.get", "10.0.0.9/32", iif="v0", mark="0x5", uid=0, values={"mark": ["0x10"]}, result=None, inside=None)
    p.step(["CALLS", route(26, ASK, 2, 32, attribute(1, bytes([10, 0, 0, 9])), number(16, 16))], "route.get", "10.0.0.9/32",
           mark="0x10", values={"mark": ["0x10", "0x10/0xff"]}, result=None, inside=None)
    p.prepare("ip route add 10.1.0.0/16 via 10.0.0.9 table 100 metric 5 tos 8")
    word, verb = "route.change", "change"
    p.step("ip route change 10.1.0.0/16 via 10.0.0.2 dev v0 table 100 metric 5 src 10.0.0.1 proto static tos 8", word, "10.1.0.0/16",
           "RTM_NEWROUTE", not_which="10.2.0.0/16", by="ip", via="10.0.0.2", dev="v0", table="100", metric=5, src="10.0.0.1",
           proto="static", tos=8, absent=("nhid", "type", "from", "flags", "weights", "scope"))
    p.step("ip route change default via 10.0.0.2", word, "default", not_which="10.2.0.0/16", via="10.0.0.2", result="ENOENT")
    p.step("ip route change blackhole 10.2.0.0/16", word, "10.2.0.0/16", type_="blackhole", result=None)
    p.step("ip route change 10.3.0.0/16 dev v0 scope link", word, "10.3.0.0/16", scope="link", result=None)
    p.step("ip route change 10.4.0.0/16 nexthop via 10.0.0.2 weight 2 nexthop via 10.0.0.3 weight 3", word, "10.4.0.0/16",
           via="10.0.0.3", weights="2", result=None)
    p.step("ip route change 10.5.0.0/16 via 10.99.0.1 dev v0 onlink", word, "10.5.0.0/16", flags="onlink", result=None)
    p.step("ip -6 route change fd01::/64 from fd00::/64 via fe80::9 dev v0", word, "fd01::/64", from_="fd00::/64", result=None,
           inside=None)
    p.step("ip route change 10.6.0.0/16 nhid 7", word, "10.6.0.0/16", nhid=7, result=None)
    yield p.story

    p = Points("rule-more", {})
    for word, kind, flags in (("rule.add", 32, NEW), ("rule.delete", 33, ASK)):
        p.step(["CALLS", route(kind, flags, 2, 0, number(6, 500), number(13, 7), attribute(20, struct.pack("<II", 5, 6)),
                               attribute(12, struct.pack(">Q", 9)), attribute(19, b"\1"), attribute(77, b"\1"))], word, "all",
               suppress_group="7", uids="5-6", tunnel="9", l3mdev="true", other="77", result=None, inside=None)
    yield p.story

    p = Points("neighbour-more", VETH)
    entry = (attribute(1, bytes([10, 0, 0, 77])), attribute(12, b"\4"), attribute(77, b"\1"))
    for word, kind, flags in (("neighbour.add", 28, NEW), ("neighbour.replace", 28, CHANGE), ("neighbour.delete", 29, ASK),
                              ("neighbour.list", 30, ASK)):
        p.step(["CALLS", neighbour(kind, flags, 2, "v0", *entry, state=2, entry_flags=0x80)], word, "10.0.0.77", flags="router",
               proto="static", other="77", result=None, inside=None)
    yield p.story


def stories():
    for each in (bridges, traffics, nexthops, more):
        yield from each()


# As in errnos.py: by the request, the point, and what makes it.
TEN = bytes([10, 7, 0, 0])
REQUESTS = {
    "altname.add": ("n0", [netlink(108, NEW, bytes(4), at("v0"), bytes(8), nested(52, text(53, "n0")))]),
    "altname.delete": ("n0", [netlink(109, ASK, bytes(4), at("v0"), bytes(8), nested(52, text(53, "n0")))]),
    "address.replace IPv4": ("10.7.0.0/24", [address(20, CHANGE, 2, 24, "v0", attribute(2, TEN))]),
    "address.replace IPv6": ("fd07::/64", [address(20, CHANGE, 10, 64, "v0", attribute(2, bytes([0xfd, 7]) + bytes(14)))]),
    "route.change IPv4": ("10.7.0.0/16", [route(24, ASK | 0x100, 2, 16, attribute(1, TEN), attribute(4, at("v0")))]),
    "route.change IPv6": ("fd07::/64", [route(24, ASK | 0x100, 10, 64, attribute(1, bytes([0xfd, 7]) + bytes(14)),
                                              attribute(4, at("v0")))]),
    "fdb.flush": ("*", [neighbour(29, ASK | BULK, 7, "v0", state=0)]),
    "vlan.add": ("10", [vlans(19, "v0", info(10))]),
    "vlan.delete": ("10", [vlans(17, "v0", info(10))]),
    "vlan.set": ("10", [netlink(112, ASK, b"\7\0\0\0", at("v0"), nested(1, attribute(1, struct.pack("<HH", 0, 10)), attribute(3, b"\4")))]),
    "vlan.list": ("*", [netlink(114, LIST, b"\7\0\0\0", at("v0"))]),
    "class.add": ("1:a", [traffic(CLASS, NEW, "v0", 0x1000a, 0x10000, 0, *DRR)]),
    "class.replace": ("1:a", [traffic(CLASS, ASK | 0x400, "v0", 0x1000a, 0x10000, 0, *DRR)]),
    "class.change": ("1:a", [traffic(CLASS, ASK, "v0", 0x1000a, 0x10000, 0, *DRR)]),
    "class.delete": ("1:a", [traffic(41, ASK, "v0", 0x1000a, 0x10000, 0)]),
    "class.list": ("*", [traffic(42, LIST, "v0", 0, 0, 0)]),
    "filter.add": ("ingress", [traffic(FILTER, NEW, "v0", 0, 0xfffffff2, IP5, *KIND)]),
    "filter.replace": ("ingress", [traffic(FILTER, ASK | 0x400, "v0", 0, 0xfffffff2, IP5, *KIND)]),
    "filter.change": ("ingress", [traffic(FILTER, ASK, "v0", 0, 0xfffffff2, IP5, *KIND)]),
    "filter.delete": ("ingress", [traffic(45, ASK, "v0", 0, 0xfffffff2, IP5)]),
    "filter.list": ("*", [traffic(46, LIST, "v0", 0, 0, 0)]),
    "tc-chain.add": ("7", [traffic(CHAIN, NEW, "v0", 0, 0xfffffff2, 0, number(11, 7))]),
    "tc-chain.delete": ("7", [traffic(101, ASK, "v0", 0, 0xfffffff2, 0, number(11, 7))]),
    "tc-chain.list": ("*", [traffic(102, LIST, "v0", 0, 0xfffffff2, 0)]),
    "tc-action.add": ("mirred", [actions(48, NEW, *MIRRED)]),
    "tc-action.replace": ("mirred", [actions(48, CHANGE, *MIRRED)]),
    "tc-action.delete": ("mirred", [actions(49, ASK, *NUMBERED)]),
    "tc-action.list": ("mirred", [actions(50, ASK, *NUMBERED)]),
    "mdb.list": ("*", [netlink(86, LIST, b"\7\0\0\0", bytes(4))]),
    "nexthop.add": ("7", [nexthop(104, NEW, number(1, 7), attribute(4, b""))]),
    "nexthop.replace": ("7", [nexthop(104, CHANGE, number(1, 7), attribute(4, b""))]),
    "nexthop.delete": ("7", [nexthop(105, ASK, number(1, 7))]),
    "nexthop.list": ("*", [nexthop(106, LIST)]),
    "address-label.add": ("fd77::/16", [label(72, NEW, FD77, number(2, 7))]),
    "address-label.replace": ("fd77::/16", [label(72, CHANGE, FD77, number(2, 7))]),
    "address-label.delete": ("fd77::/16", [label(73, ASK, FD77)]),
    "address-label.list": ("*", [label(74, LIST)]),
    "neighbour-table.set": ("arp_cache", [netlink(67, ASK, bytes(4), text(1, "arp_cache"))]),
    "neighbour-table.list": ("*", [netlink(66, LIST, bytes(4))]),
    "netconf.list": ("*", [netlink(82, LIST, b"\2\0\0\0")]),
}
ENTRY = struct.pack("<BBH", 1, 0, 0).hex() + bytes([239, 1, 1, 1]).hex() + bytes(12).hex() + "08000000"
for _word, _kind, _flags in (("mdb.add", 84, NEW), ("mdb.replace", 84, CHANGE), ("mdb.delete", 85, ASK)):
    REQUESTS[_word] = ("239.1.1.1", [netlink(_kind, _flags, b"\7\0\0\0", at("v0"), long(1, "00000000" + ENTRY))])
