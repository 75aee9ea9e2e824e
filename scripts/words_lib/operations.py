"""A trial for every operation, key, value and call of the table of operations."""
import struct

from .denominator import Cell
from .messages import (ASK, NEW, at, attribute, batch, link, message, neighbour, nested, netlink, number, qdisc,
                       route, text)
from .points import Points
from .story import fires, refused
from .system_calls import (APPEND, AT_EMPTY_PATH, AT_FDCWD, AT_REMOVEDIR, CREATE, NEWNET, TRUNCATE, WRITE, call)

MAC = "02:00:00:00:00:0"
VETH = {"links": [{"name": "v0", "addresses": ["10.0.0.1/24", "fd00::1/64"], "peer": {"name": "v1"}}]}


def links():
    p = Points("link-create", {"namespaces": ["pod", "pod2"], "links": [{"name": "br0", "type": "bridge"}, *VETH["links"]]})
    p.step(f"ip link add a0 mtu 1400 address {MAC}1 alias hello group 7 up type veth peer name a1", "link.create", "a0",
           "RTM_NEWLINK", not_which="other9", by="ip", type_="veth", peer="a1", mtu=1400, mac=MAC + "1", alias="hello",
           group=7, up="true", absent=("master", "link", "id", "flags", "settings", "other", "netns", "peer-netns"))
    p.step("ip link add b0 type veth peer name b1 netns pod", "link.create", "b0", peer_netns="pod")
    p.step("ip link add netns pod c0 type veth peer name c1", "link.create", "c0", netns="pod")
    p.step("ip link add d0 master br0 type ifb", "link.create", "d0", type_="ifb", master="br0")
    p.step("ip link add link v0 name e0 type macvlan mode bridge", "link.create", "e0", type_="macvlan", link="v0")
    p.step("ip link add x0 type vxlan id 42 dstport 4789", "link.create", "x0", type_="vxlan", settings="*")
    p.step("ip link add link v0 name g0 type vlan id 5", "link.create", "g0", type_="vlan", id=5, link="v0",
           result="EOPNOTSUPP")
    p.step("ip link add h0 txqueuelen 77 type ifb", "link.create", "h0", txqueuelen="77")
    p.step("ip link add i0 down type ifb", "link.create", "i0", up="false")
    p.step("ip link add j0 promisc on nomaster type ifb", "link.create", "j0", flags="promisc", master="none")
    p.step(["CALLS", link(16, NEW, None, text(3, "k0"), nested(18, text(1, "ifb")), nested(43, attribute(1, b"\xff" * 4)))],
           "link.create", "k0", xdp="true", result=None)
    p.negative([Cell("operation", "link.create", "xdp", "false")], {"link.create": "a0", "xdp": "true"}, "c1")
    yield p.story

    p = Points("link-set", {"namespaces": ["pod", "pod2"], "links": [
        {"name": "br0", "type": "bridge"}, {"name": "m0", "type": "ifb"}, *VETH["links"]]})
    p.step("ip link set v0 down mtu 1450", "link.set", "v0", "RTM_NEWLINK", not_which="v1", by="ip", up="false", mtu=1450,
           absent=("mac", "alias", "group", "peer", "peer-netns", "link", "id", "netns", "name", "settings", "other", "flags",
                   "master"))
    p.step("ip link set v0 up", "link.set", "v0", up="true")
    p.step(f"ip link set v0 address {MAC}2", "link.set", "v0", mac=MAC + "2")
    p.step("ip link set v0 alias bye", "link.set", "v0", alias="bye")
    p.step("ip link set v0 group 8", "link.set", "v0", group=8)
    p.step("ip link set group 8 mtu 1300", "link.set", None, group=8, inside=None, result=None)
    p.step("ip link set v0 master br0", "link.set", "v0", master="br0")
    p.step("bridge link set dev v0 cost 7", "link.set", "v0", "RTM_SETLINK", by="bridge", inside=None)
    p.step("ip link set v0 type bridge_slave cost 9", "link.set", "v0", settings="*", inside=None, result=None)
    p.step("ip link set v0 nomaster", "link.set", "v0", master="none")
    p.step("ip link set v0 promisc on", "link.set", "v0", flags="promisc")
    p.step("ip link set v0 promisc off", "link.set", "v0", flags="-promisc")
    p.step("ip link set v0 txqueuelen 500", "link.set", "v0", txqueuelen="500")
    p.step("ip link set dev br0 type bridge stp_state 1", "link.set", "br0", settings="*")
    p.step("ip link set v1 xdp off", "link.set", "v1", xdp="true")
    p.negative([Cell("operation", "link.set", "xdp", "false")], {"link.set": "v0", "xdp": "true"}, "c1")
    p.step("ip link set v0 down name v9", "link.set", "v0", name="v9")
    p.step("ip link set v9 netns pod", "link.set", "v9", netns="pod", inside="host")
    p.step("ip -n pod link set v9 netns pod2", "link.set", "v9", netns="pod2", inside="pod")
    # A veth and a VLAN are told what cannot be changed: the message is well formed, and the kernel ignores or refuses it.
    peer = bytes(16) + text(3, "v7").data + number(19, 1).data
    p.step(["CALLS", link(16, ASK, "v1", nested(18, text(1, "veth"), nested(2, attribute(1, peer))))], "link.set", "v1",
           peer="v7", inside=None, result=None)
    p.step(["CALLS", call("open", "/run/netns/pod", 0), link(16, ASK, "v1", nested(18, text(1, "veth"), nested(
        2, attribute(1, bytes(16) + number(28, 3).data))))], "link.set", "v1", peer_netns="pod", inside=None, result=None)
    p.step(["CALLS", link(16, ASK, "v1", attribute(5, at("m0")))], "link.set", "v1", link="m0", inside=None, result=None)
    p.step(["CALLS", link(16, ASK, "v1", nested(18, text(1, "vlan"), nested(2, attribute(1, b"\5\0"))))], "link.set", "v1",
           id=5, inside=None, result=None)
    yield p.story

    p = Points("link-others", {"links": VETH["links"] + [{"name": "m0", "type": "ifb"}]})
    p.step("ip link show v0", "link.get", "v0", "RTM_GETLINK", not_which="m0", by="ip")
    p.step("ip link show", "link.list", "all", "RTM_GETLINK", not_which="other9", by="ip")
    p.step("ip link del group 77", "link.delete", "all", group="77", result="ENODEV")
    p.step("ip link del m0", "link.delete", "m0", "RTM_DELLINK", not_which="v0", by="ip")
    p.step(["CALLS", netlink(17, ASK, bytes(4), struct.pack("<i", 999), bytes(8))], "link.delete", "*", by="calls",
           result="ENODEV", inside=None)
    yield p.story


def attach(device, flags):
    """TUNSETIFF of a new descriptor of /dev/net/tun."""
    return call("open", "/dev/net/tun", 2), call("ioctl", "r", 0x400454ca, struct.pack("<16sH22x", device.encode(), flags))


def tuns():
    p = Points("tun", {"namespaces": ["pod"]})
    p.step(["CALLS", *attach("t0", 1)], "tun.attach", "t0", "ioctl", call="ioctl", not_which="t9", by="calls", type_="tun")
    p.step("ip tuntap add t1 mode tap", "tun.attach", "t1", type_="tap", by="ip")
    p.step("ip tuntap add t1 mode tun", "tun.attach", "t1", type_="tun", result="EBUSY")
    # Opened in one namespace, asked for in another: the device stands where the descriptor was opened.
    p.step("python3 -c 'import fcntl, os, struct; t = os.open(\"/dev/net/tun\", os.O_RDWR); p = os.open(\"/run/netns/pod\", 0); "
           "import ctypes; print(ctypes.CDLL(None).setns(p, 0)); fcntl.ioctl(t, 0x400454ca, struct.pack(\"16sH22x\", b\"\", 2))'",
           "tun.attach", "tap%d", type_="tap", by="python3*")
    yield p.story


def qdiscs():
    p = Points("qdisc", VETH)
    p.step("tc qdisc add dev v0 root handle 1: pfifo limit 7", "qdisc.add", "root", "RTM_NEWQDISC", not_which="ingress",
           by="tc", dev="v0", type_="pfifo", handle="1:")
    p.positive([Cell("operation", "qdisc.add", "settings", "matches")], {"qdisc.add": "*", "settings": "*"}, "c1")
    p.negative([Cell("operation", "qdisc.add", "settings", "another")], {"qdisc.add": "*", "settings": "other9"}, "c1")
    p.step("tc qdisc replace dev v0 root handle 1: pfifo limit 8", "qdisc.replace", "root", "RTM_NEWQDISC",
           not_which="ingress", by="tc", dev="v0", type_="pfifo", handle="1:")
    p.positive([Cell("operation", "qdisc.replace", "settings", "matches")], {"qdisc.replace": "*", "settings": "*"}, "c2")
    p.negative([Cell("operation", "qdisc.replace", "settings", "another")], {"qdisc.replace": "*", "settings": "x"}, "c2")
    p.step("tc qdisc change dev v0 root handle 1: pfifo limit 9", "qdisc.change", "root", "RTM_NEWQDISC",
           not_which="ingress", by="tc", dev="v0", type_="pfifo", handle="1:")
    p.positive([Cell("operation", "qdisc.change", "settings", "matches")], {"qdisc.change": "*", "settings": "*"}, "c3")
    p.negative([Cell("operation", "qdisc.change", "settings", "another")], {"qdisc.change": "*", "settings": "x"}, "c3")
    p.step("tc qdisc show dev v0", "qdisc.list", "all", "RTM_GETQDISC", not_which="root", by="tc", dev="v0",
           absent=("type", "handle"))
    p.step("tc qdisc del dev v0 root handle 1: pfifo limit 9", "qdisc.delete", "root", "RTM_DELQDISC", not_which="ingress",
           by="tc", dev="v0", handle="1:", type_="pfifo")
    # Asked for one by its handle and kind, as no option of tc(8) does.
    p.step(["CALLS", qdisc(38, ASK, "v0", 0x10000, 0xffffffff, text(1, "pfifo"), number(2, 7))], "qdisc.list", "root",
           by="calls", dev="v0", handle="1:", type_="pfifo", result="EINVAL", inside=None)
    yield p.story


def addresses():
    p = Points("address", {"links": [{"name": "v0", "peer": {"name": "v1"}}]})
    p.step("ip address add 10.0.0.1/24 dev v0", "address.add", "10.0.0.1/24", "RTM_NEWADDR", not_which="10.0.0.2/24",
           by="ip", dev="v0", absent=("peer", "broadcast", "label", "scope", "flags", "other"))
    p.step("ip address add 10.0.0.1 peer 10.0.9.2/32 dev v0", "address.add", "10.0.0.1/32", peer="10.0.9.2")
    p.step("ip address add 10.0.1.1/24 brd 10.0.1.255 label v0:x scope link dev v0 noprefixroute", "address.add",
           "10.0.1.1/24", broadcast="10.0.1.255", label="v0:x", scope="link", flags="noprefixroute")
    p.step("ip address add fd00::9/64 dev v0 nodad valid_lft 100 preferred_lft 50", "address.add", "fd00::9/64", flags="nodad",
           valid="100", preferred="50")
    p.step("ip address add 10.0.0.1/24 dev v0", "address.add", "10.0.0.1/24", result="EEXIST")
    # As a request for an address without any, which the kernel refuses.
    p.step(["CALLS", netlink(20, 5, b"\2\0\0\0", at("v0"))], "address.add", "all", result="EINVAL", by="calls", inside=None)
    p.step("ip address del 10.0.0.1/24 dev v0", "address.delete", "10.0.0.1/24", "RTM_DELADDR", not_which="10.0.0.2/24",
           by="ip", dev="v0", absent=("peer", "broadcast", "label", "scope", "flags", "other"))
    p.step("ip address del 10.0.0.1 peer 10.0.9.2/32 dev v0", "address.delete", "10.0.0.1/32", peer="10.0.9.2")
    p.step("ip address del 10.0.1.1/24 brd 10.0.1.255 label v0:x scope link dev v0", "address.delete", "10.0.1.1/24",
           broadcast="10.0.1.255", label="v0:x", scope="link")
    p.step(["CALLS", netlink(21, 5, b"\2\x20\x80\0", at("v0"), attribute(2, bytes([10, 0, 0, 7])),
                             attribute(8, struct.pack("<I", 0x200)), attribute(77, bytes(16)))], "address.delete", "10.0.0.7/32",
           flags="noprefixroute", other="77", result="EADDRNOTAVAIL", inside=None)
    p.step(["CALLS", netlink(21, 5, b"\2\0\0\0", at("v0"))], "address.delete", "all", result=None, by="calls", inside=None)
    p.step("ip address show", "address.list", "all", "RTM_GETADDR", not_which="other9", by="ip")
    yield p.story


V4 = "10.1.0.0/16"


def routes():
    p = Points("route", {"links": VETH["links"] + [{"name": "w0", "addresses": ["10.8.0.1/24"], "peer": {"name": "w1"}}]})
    p.prepare("ip nexthop add id 7 via 10.0.0.2 dev v0")
    nothing = ("nhid", "type", "from", "flags", "weights", "other")
    for word, verb in (("route.add", "add"), ("route.replace", "replace"), ("route.delete", "del")):
        seen = "RTM_DELROUTE" if verb == "del" else "RTM_NEWROUTE"
        p.step(f"ip route {verb} {V4} via 10.0.0.2 dev v0 table 100 metric 5 src 10.0.0.1 proto static tos 8", word, V4, seen,
               not_which="10.2.0.0/16", by="ip", via="10.0.0.2", dev="v0", table="100", metric=5, src="10.0.0.1",
               proto="static", tos=8, absent=(*nothing, "scope"))
        p.step(f"ip route {verb} default via 10.0.0.2", word, "default", not_which="10.2.0.0/16", via="10.0.0.2")
        p.step(f"ip route {verb} blackhole 10.2.0.0/16", word, "10.2.0.0/16", type_="blackhole")
        p.step(f"ip route {verb} 10.3.0.0/16 dev v0 scope link mtu 1400", word, "10.3.0.0/16", scope="link", metrics="mtu 1400")
        p.step(f"ip route {verb} 10.4.0.0/16 nexthop via 10.0.0.2 weight 2 nexthop via 10.0.0.3 weight 3", word, "10.4.0.0/16",
               via="10.0.0.3", weights="2")
        p.step(f"ip route {verb} 10.5.0.0/16 via 10.99.0.1 dev v0 onlink", word, "10.5.0.0/16", flags="onlink")
        p.step(f"ip -6 route {verb} fd01::/64 from fd00::/64 via fe80::9 dev v0", word, "fd01::/64", from_="fd00::/64",
               result=None, inside=None)
        p.step(f"ip route {verb} 10.6.0.0/16 nhid 7", word, "10.6.0.0/16", nhid=7)
    p.step("ip route add 10.8.0.0/24 dev w0 proto kernel scope link src 10.8.0.1", "route.add", "10.8.0.0/24", result="EEXIST")
    p.step("ip route get 10.0.0.9 from 10.0.0.1 oif v0", "route.get", "10.0.0.9/32", "RTM_GETROUTE", not_which="10.2.0.0/16",
           by="ip", dev="v0", from_="10.0.0.1", absent=("via", "nhid", "table", "metric", "type", "src", "proto",
                                                        "scope", "flags", "weights", "other", "tos"))
    p.step("ip route get 10.0.0.9 tos 8 mark 5", "route.get", "10.0.0.9/32", tos=8, mark="0x5")
    p.step(["CALLS", route(26, ASK, 2, 0, number(1, 0))], "route.get", "default", result=None, inside=None)
    # What ip(8) does not say when it asks, and the kernel ignores.
    p.step(["CALLS", netlink(26, 5, struct.pack("<BBBBBBBBI", 2, 32, 0, 0, 0, 4, 253, 6, 4), attribute(1, bytes([10, 0, 0, 9])),
                             attribute(5, bytes([10, 0, 0, 2])), attribute(6, struct.pack("<I", 5)),
                             attribute(7, bytes([10, 0, 0, 1])), attribute(15, struct.pack("<I", 100)),
                             attribute(30, struct.pack("<I", 7)),
                             attribute(9, struct.pack("<HBBi", 8, 0, 1, 0)))],
           "route.get", "10.0.0.9/32", via="10.0.0.2", metric=5, src="10.0.0.1", table="100", nhid=7, proto="static",
           scope="link", type_="blackhole", flags="onlink", weights="2", result=None, inside=None)
    p.step("ip route show table 100 dev v0", "route.list", "all", "RTM_GETROUTE", not_which="other9", by="ip", dev="v0",
           table="100")
    yield p.story


def rules():
    p = Points("rule", VETH)
    for word, verb in (("rule.add", "add"), ("rule.delete", "del")):
        seen = "RTM_NEWRULE" if verb == "add" else "RTM_DELRULE"
        p.step(f"ip rule {verb} from 10.0.0.0/24 to {V4} iif v0 fwmark 0x10 table 100 priority 500", word, "10.0.0.0/24", seen,
               not_which="10.0.0.0/25", by="ip", to=V4, iif="v0", fwmark="0x10", table="100", priority=500,
               values={"fwmark": ["0x10"]},
               absent=("oif", "action", "tos", "ipproto", "sport", "dport", "goto", "suppress", "proto", "other"))
        p.step(f"ip rule {verb} oif v0 fwmark 0x10/0xff table 101 pref 501", word, "all", oif="v0", fwmark="0x10/0xff",
               values={"fwmark": ["0x10/0xff"]})
        p.step(f"ip rule {verb} not from 10.0.0.9 tos 8 table 102 pref 502", word, "10.0.0.9/32", not_="true", tos=8)
        p.negative([Cell("operation", word, "not", "false")], {word: "10.0.0.9/32", "not": "false"}, p.steps[-1]["run"])
        p.step(f"ip rule {verb} ipproto tcp sport 80 dport 90-95 table 103 pref 503", word, "all", ipproto="6", sport="80-80",
               dport="90-95")
        p.step(f"ip rule {verb} pref 504 goto 600", word, "all", action="goto", goto="600")
        p.step(f"ip rule {verb} pref 505 table main suppress_prefixlength 0 protocol static", word, "all", suppress="0",
               proto="static", table="main")
        p.step(f"ip rule {verb} uidrange 5-6 pref 509 table main", word, "all", uids="5-6")
        p.step(f"ip rule {verb} pref 507 prohibit", word, "all", action="prohibit")
    p.step("ip rule add from 10.0.0.5 table 100 pref 1", "rule.add", "10.0.0.5/32", inside=None)
    p.step("ip rule add from 10.0.0.5 table 100 pref 1", "rule.add", "10.0.0.5/32", result="EEXIST")
    p.step("ip rule show", "rule.list", "all", "RTM_GETRULE", not_which="other9", by="ip")
    yield p.story


def neighbours():
    p = Points("neighbour", VETH)
    add = f"lladdr {MAC}5 dev v0"
    p.step(f"ip neigh add 10.0.0.5 {add}", "neighbour.add", "10.0.0.5", "RTM_NEWNEIGH", not_which="10.0.0.6", by="ip",
           dev="v0", lladdr=MAC + "5", absent=("state", "other"))
    p.step("ip neigh add proxy 10.0.0.6 dev v0", "neighbour.add", "10.0.0.6", proxy="true")
    p.negative([Cell("operation", "neighbour.add", "proxy", "false")], {"neighbour.add": "10.0.0.6", "proxy": "false"}, "c2")
    p.step(f"ip neigh add 10.0.0.7 {add} nud reachable protocol static", "neighbour.add", "10.0.0.7", state="reachable",
           proto="static")
    p.step(f"ip neigh add 10.0.0.7 {add}", "neighbour.add", "10.0.0.7", result="EEXIST")
    p.step(f"ip neigh replace 10.0.0.5 {add} protocol static", "neighbour.replace", "10.0.0.5", "RTM_NEWNEIGH",
           not_which="10.0.0.6", by="ip", dev="v0", lladdr=MAC + "5", proto="static", absent=("state",))
    p.step("ip neigh replace proxy 10.0.0.6 dev v0", "neighbour.replace", "10.0.0.6", proxy="true")
    p.negative([Cell("operation", "neighbour.replace", "proxy", "false")],
               {"neighbour.replace": "10.0.0.6", "proxy": "false"}, "c6")
    p.step(f"ip neigh replace 10.0.0.7 {add} nud noarp", "neighbour.replace", "10.0.0.7", state="noarp")
    p.step("ip neigh show", "neighbour.list", "all", "RTM_GETNEIGH", not_which="10.0.0.9", by="ip",
           absent=("dev", "lladdr", "other"))
    p.step("ip neigh show proxy", "neighbour.list", "all", proxy="true")
    p.negative([Cell("operation", "neighbour.list", "proxy", "false")], {"neighbour.list": "*", "proxy": "false"}, "c9")
    p.step("ip neigh get 10.0.0.5 dev v0", "neighbour.list", "10.0.0.5", dev="v0")
    p.step(["CALLS", netlink(30, 5, b"\2\0\0\0", at("v0"), struct.pack("<HBB", 2, 0, 1), attribute(1, bytes([10, 0, 0, 5])),
                             attribute(2, bytes([2, 0, 0, 0, 0, 5])), attribute(12, b"\4"))],
           "neighbour.list", "10.0.0.5", lladdr=MAC + "5", proto="static", result=None, inside=None)
    p.step(f"ip neigh del 10.0.0.5 {add} protocol static", "neighbour.delete", "10.0.0.5", "RTM_DELNEIGH",
           not_which="10.0.0.6", by="ip", dev="v0", lladdr=MAC + "5", proto="static")
    p.step("ip neigh del proxy 10.0.0.6 dev v0", "neighbour.delete", "10.0.0.6", proxy="true")
    p.negative([Cell("operation", "neighbour.delete", "proxy", "false")],
               {"neighbour.delete": "10.0.0.6", "proxy": "false"}, p.steps[-1]["run"])
    for word, kind, flags in (("neighbour.add", 28, 0x605), ("neighbour.replace", 28, 0x505), ("neighbour.delete", 29, 5)):
        p.step(["CALLS", netlink(kind, flags, b"\2\0\0\0", at("v0"), struct.pack("<HBB", 2, 0, 1))], word, "all", result=None,
               inside=None)
    yield p.story

    p = Points("fdb", {"links": VETH["links"] + [{"name": "br0", "type": "bridge"},
                                                {"name": "u0", "master": "br0", "peer": {"name": "u1"}}]})
    p.prepare("ip link add x0 type vxlan id 42 dstport 4789 dev v0")
    entry = MAC[:-1] + "11"
    p.step(f"bridge fdb add {entry} dev u0 master static", "fdb.add", entry, "RTM_NEWNEIGH", not_which=MAC + "9", by="bridge",
           dev="u0", master="true", state="*noarp*", absent=("dst", "vlan", "other"))
    p.step(f"bridge fdb add {entry} dev u0 master static", "fdb.add", entry, result="EEXIST", dev="u0")
    p.step(f"bridge fdb add {entry} dev x0 dst 10.9.9.9 port 4790 self", "fdb.add", entry, self_="true", dst="10.9.9.9",
           port=4790)
    p.step(f"bridge fdb add {MAC}3 dev u0 master vlan 5", "fdb.add", MAC + "3", vlan=5, result=None)
    p.step(f"bridge fdb replace {entry} dev u0 master static", "fdb.replace", entry, "RTM_NEWNEIGH", not_which=MAC + "9",
           by="bridge", dev="u0", master="true", state="*noarp*", absent=("dst", "vlan", "other"))
    p.step(f"bridge fdb replace {entry} dev x0 dst 10.9.9.8 port 4790 self", "fdb.replace", entry, self_="true", dst="10.9.9.8",
           port=4790)
    p.step(f"bridge fdb replace {MAC}3 dev u0 master vlan 5", "fdb.replace", MAC + "3", vlan=5, result=None)
    p.step("bridge fdb show dev u0", "fdb.list", "all", "RTM_GETNEIGH", not_which=MAC + "9", by="bridge", dev="u0",
           absent=("dst", "vlan", "other"))
    p.step(f"bridge fdb get {entry} dev u0 master vlan 5", "fdb.list", entry, master="true", vlan=5, result=None)
    p.step(f"bridge fdb get {entry} dev x0 self", "fdb.list", entry, self_="true", result=None)
    p.step(["CALLS", netlink(30, 5, b"\7\0\0\0", at("x0"), struct.pack("<HBB", 2, 2, 0), attribute(1, bytes([10, 9, 9, 9])),
                             attribute(2, bytes([2, 0, 0, 0, 0, 0x11])), attribute(77, struct.pack("<I", 9)))],
           "fdb.list", entry, dst="10.9.9.9", other="77", result=None, inside=None)
    p.step(f"bridge fdb del {entry} dev u0 master", "fdb.delete", entry, "RTM_DELNEIGH", not_which=MAC + "9", by="bridge",
           dev="u0", master="true", absent=("dst", "vlan", "other"))
    p.step(f"bridge fdb del {entry} dev x0 dst 10.9.9.8 port 4790 self", "fdb.delete", entry, self_="true", dst="10.9.9.8",
           port=4790)
    p.step(f"bridge fdb del {MAC}3 dev u0 master vlan 5", "fdb.delete", MAC + "3", vlan=5, result=None)
    yield p.story


def nftables():
    p = Points("nft", VETH)
    table = "inet lab"
    p.step("nft add table inet lab", "nft.commit", table, ["NFNL_MSG_BATCH_BEGIN", "NFT_MSG_NEW*", "NFNL_MSG_BATCH_END"],
           not_which="ip lab", by="nft", add="1 table", absent=("delete", "flush", "chain", "set", "other"))
    p.step("nft add chain inet lab out '{ type filter hook output priority 0; policy accept; }'", "nft.commit", table,
           chain="out", add="1 chain")
    p.step("nft add rule inet lab out ip daddr 10.0.0.1 counter drop", "nft.commit", table, chain="out", add="1 rule")
    p.step("nft add set inet lab s '{ type ipv4_addr; }'", "nft.commit", table, set="s", add="1 set")
    p.step("nft add element inet lab s '{ 10.0.0.1, 10.0.0.2 }'", "nft.commit", table, set="s", add="1 element")
    p.step("nft add counter inet lab n", "nft.commit", table, add="1 object")
    p.step("nft flush chain inet lab out", "nft.commit", table, flush="1 chain", chain="out")
    p.step("nft flush set inet lab s", "nft.commit", table, flush="1 set", set="s")
    p.step("nft delete set inet lab s", "nft.commit", table, "NFT_MSG_DEL*", delete="1 set", set="s")
    p.step("nft create table inet lab", "nft.commit", table, result="EEXIST", by="nft", inside=None)
    p.step("iptables-nft -A OUTPUT -d 10.0.0.1 -j DROP", "nft.commit", "ip filter", chain="OUTPUT", by="iptables-nft")
    p.step("ip6tables -A OUTPUT -d fd00::9 -j DROP", "nft.commit", "ip6 filter", chain="OUTPUT", by="ip6tables")
    # A batch with a message that is no object of nf_tables, and one whose end is missing.
    made = message(0xa00, ASK | 0x400, b"\1\0\0\0" + text(1, "lab").data)
    p.step(["CALLS", batch(made, message(0xa7f, ASK, b"\1\0\0\0"))], "nft.commit", table, other="*", result=None, inside=None)
    p.step(["CALLS", "netlink=12," + (message(16, 1, b"\0\0\0\12") + made).hex()], "nft.commit", table, incomplete="true",
           result=None, inside=None)
    p.negative([Cell("operation", "nft.commit", "incomplete", "false")], {"nft.commit": "*", "incomplete": "true"}, "c1")
    p.step("nft list chain inet lab out", "nft.list", table, "NFT_MSG_GET*", not_which="ip lab", by="nft", object="rule")
    yield p.story


def namespaces():
    p = Points("netns", {"namespaces": ["pod"]})
    made = "ns(*)#*"
    p.step("ip netns add q", "netns.create", made, "unshare", call="unshare", not_which="pod", by="ip")
    p.step(["CALLS", call("clone", NEWNET | 17, 0, 0, 0, 0)], "netns.create", made, "clone", call="clone", inside=None)
    p.step(["CALLS", call("clone3", struct.pack("<QQQQQQQQ", NEWNET, 0, 0, 0, 17, 0, 0, 0), 64)], "netns.create", made,
           "clone3", call="clone3", inside=None)
    p.step(["CALLS", call("open", "/run/netns/pod", 0)], "netns.open", "pod", "open", call="open", not_which="q", by="calls")
    p.step(["CALLS", call("openat", AT_FDCWD, "/run/netns/pod", 0)], "netns.open", "pod", "openat", call="openat")
    p.step(["CALLS", call("openat2", AT_FDCWD, "/run/netns/pod", bytes(24), 24)], "netns.open", "pod", "openat2", call="openat2")
    p.step(["CALLS", call("open", "/run/netns/none", 0)], "netns.open", "none", result="ENOENT", call="open")
    for name, arguments in (("stat", ["/run/netns/pod", "b:256"]), ("lstat", ["/run/netns/pod", "b:256"]),
                            ("newfstatat", [AT_FDCWD, "/run/netns/pod", "b:256", 0]),
                            ("statx", [AT_FDCWD, "/run/netns/pod", 0, 0x7ff, "b:512"]), ("access", ["/run/netns/pod", 0]),
                            ("faccessat", [AT_FDCWD, "/run/netns/pod", 0]), ("faccessat2", [AT_FDCWD, "/run/netns/pod", 0, 0])):
        p.step(["CALLS", call(name, *arguments)], "netns.stat", "pod", name, call=name, not_which="q", by="calls")
    p.step("ip netns exec pod true", "netns.enter", "pod", "setns", call="setns", not_which="q", by="ip")
    p.step("ip netns add r", "netns.name", "r", "mount", call="mount", not_which="pod", by="ip", inside=made)
    p.prepare("touch /run/netns/w")
    p.step(["CALLS", call("open_tree", AT_FDCWD, "/proc/self/ns/net", 1),
            call("move_mount", "r", "", AT_FDCWD, "/run/netns/w", 4)], "netns.name", "w", "move_mount", call="move_mount")
    p.step("ip netns del r", "netns.unmount", "r", "umount2", call="umount2", not_which="pod", by="ip")
    listed = ["open", "openat", "openat2"]
    for name, arguments in zip(listed, (["/run/netns", 0o200000], [AT_FDCWD, "/run/netns", 0o200000],
                                        [AT_FDCWD, "/run/netns", struct.pack("<QQQ", 0o200000, 0, 0), 24])):
        p.step(["CALLS", call(name, *arguments)], "netns.list", "all", name, call=name, not_which="other9", by="calls")
    p.step("ip netns set pod 33", "nsid.set", "33", "RTM_NEWNSID", not_which="34", by="ip", netns="pod")
    p.step("ip netns list-id nsid 33", "nsid.get", "nsid:33", "RTM_GETNSID", not_which="nsid:34", by="ip")
    p.step("ip netns list-id", "nsid.list", "all", "RTM_GETNSID", not_which="other9", by="ip")
    yield p.story
    # In which namespace, where it is not the host: once for each kind of operation.
    p = Points("in-pod", {"namespaces": ["pod"]})
    p.step("ip -n pod link add a0 type ifb", "link.create", "a0", inside="pod", by="ip")
    p.step("ip -n pod address add 10.0.0.1/24 dev a0", "address.add", "10.0.0.1/24", inside="pod")
    p.step("ip netns exec pod sysctl -w net.ipv4.ip_forward=1", "sysctl.write", "net.ipv4.ip_forward", inside="pod", value="1")
    yield p.story


def settings_and_mounts():
    p = Points("sysctl", VETH)
    name, path = "net.ipv4.ip_forward", "/proc/sys/net/ipv4/ip_forward"
    for each, arguments in (("open", [path, 0]), ("openat", [AT_FDCWD, path, 0]), ("openat2", [AT_FDCWD, path, bytes(24), 24])):
        p.step(["CALLS", call(each, *arguments)], "sysctl.read", name, each, call=each, not_which="net.ipv4.tcp_sack", by="calls")
    opened = call("open", path, WRITE)
    for each, arguments in (("write", ["r", "1", 1]), ("pwrite64", ["r", "1", 1, 0]), ("writev", ["r", "v:31", 1]),
                            ("pwritev", ["r", "v:31", 1, 0, 0]), ("pwritev2", ["r", "v:31", 1, 0, 0, 0])):
        p.step(["CALLS", opened, call(each, *arguments)], "sysctl.write", name, each, call=each, value="1", by="calls",
               not_which="net.ipv4.tcp_sack")
    p.step(["CALLS", opened, call("ftruncate", "r", 0)], "sysctl.write", name, "ftruncate", call="ftruncate", result=None,
           inside=None)
    p.step("sysctl -w net.ipv4.ip_forward=0", "sysctl.write", name, value="0", by="sysctl")
    p.step(["CALLS", call("open", path, WRITE), call("write", "r", "x", 1)], "sysctl.write", name, value="x", result="EINVAL")
    yield p.story

    p = Points("mount", {"files": {"/srv/f": {"text": "x"}, "/srv/d/a": {"text": "x"}, "/srv/e/a": {"text": "x"}}})
    p.step("mount --bind /srv/d /srv/e", "mount.bind", "/srv/e", "mount", call="mount", not_which="/srv/d", by="mount",
           source="/srv/d")
    p.step("umount /srv/e", "mount.unmount", "/srv/e", "umount2", call="umount2", not_which="/srv/d", by="umount")
    p.step(["CALLS", call("open_tree", AT_FDCWD, "/srv/d", 1), call("move_mount", "r", "", AT_FDCWD, "/srv/e", 4)],
           "mount.bind", "/srv/e", "move_mount", call="move_mount")
    p.step("mount -t tmpfs none /srv/d", "mount.create", "/srv/d", "mount", call="mount", not_which="/srv/e", by="mount",
           type_="tmpfs")
    p.step("mount -o remount,ro /srv/d", "mount.remount", "/srv/d", "mount", call="mount", not_which="/srv/e", by="mount")
    p.step("mount -t tmpfs none /srv/none", "mount.create", "/srv/none", result="ENOENT", type_="tmpfs", inside=None)
    p.step("umount /srv/d", "mount.unmount", "/srv/d")
    yield p.story


def files():
    p = Points("file", {"files": {"/srv/f": {"text": "some text"}}}, {"state": ["/srv"]})
    how = struct.pack("<QQQ", CREATE | WRITE, 0o644, 0)
    for each, arguments in (("open", ["/srv/f", 0]), ("openat", [AT_FDCWD, "/srv/f", 0]),
                            ("openat2", [AT_FDCWD, "/srv/f", bytes(24), 24]), ("creat", ["/srv/f", 0o644])):
        p.step(["CALLS", call(each, *arguments)], "file.open", "/srv/f", each, call=each, not_which="/srv/g", by="calls")
    p.step(["CALLS", call("open", "/srv/none", 0)], "file.open", "/srv/none", result="ENOENT", inside=None)
    for each, arguments in (("open", ["/srv/1", CREATE | WRITE, 0o644]), ("openat", [AT_FDCWD, "/srv/2", CREATE | WRITE, 0o644]),
                            ("openat2", [AT_FDCWD, "/srv/3", how, 24]), ("creat", ["/srv/4", 0o644])):
        p.step(["CALLS", call(each, *arguments)], "file.create", arguments[0] if each in ("open", "creat") else arguments[1],
               each, call=each, type_="file", not_which="/srv/g", by="calls")
    for each, arguments, path, kind in (
            ("mkdir", ["/srv/5", 0o755], "/srv/5", "directory"), ("mkdirat", [AT_FDCWD, "/srv/6", 0o755], "/srv/6", "directory"),
            ("link", ["/srv/f", "/srv/7"], "/srv/7", "link"),
            ("linkat", [AT_FDCWD, "/srv/f", AT_FDCWD, "/srv/8", 0], "/srv/8", "link"),
            ("symlink", ["/srv/f", "/srv/9"], "/srv/9", "symlink"),
            ("symlinkat", ["/srv/f", AT_FDCWD, "/srv/10"], "/srv/10", "symlink")):
        p.step(["CALLS", call(each, *arguments)], "file.create", path, each, call=each, type_=kind)
    p.step("mkdir /srv/5", "file.create", "/srv/5", result="EEXIST", type_="directory")
    opened = call("open", "/srv/1", WRITE)
    for each, arguments in (("write", ["r", "1", 1]), ("pwrite64", ["r", "1", 1, 0]), ("writev", ["r", "v:31", 1]),
                            ("pwritev", ["r", "v:31", 1, 0, 0]), ("pwritev2", ["r", "v:31", 1, 0, 0, 0]), ("ftruncate", ["r", 0])):
        p.step(["CALLS", opened, call(each, *arguments)], "file.write", "/srv/1", each, call=each, not_which="/srv/2", by="calls")
    p.step(["CALLS", call("truncate", "/srv/1", 0)], "file.write", "/srv/1", "truncate", call="truncate")
    for each, arguments in (("rename", ["/srv/1", "/srv/1b"]), ("renameat", [AT_FDCWD, "/srv/2", AT_FDCWD, "/srv/2b"]),
                            ("renameat2", [AT_FDCWD, "/srv/3", AT_FDCWD, "/srv/3b", 0])):
        old = arguments[0] if each == "rename" else arguments[1]
        p.step(["CALLS", call(each, *arguments)], "file.rename", old, each, call=each, to=old + "b", not_which="/srv/g", by="calls")
    p.step(["CALLS", call("renameat2", AT_FDCWD, "/srv/1b", AT_FDCWD, "/srv/2b", 2)], "file.rename", "/srv/1b", exchange="true")
    p.step("mv /srv/4 /srv/4b", "file.rename", "/srv/4", to="/srv/4b", by="mv")
    lock = call("open", "/srv/f", WRITE)
    p.step(["CALLS", lock, call("flock", "r", 2)], "file.lock", "/srv/f", "flock", call="flock", wait="true", not_which="/srv/g",
           by="calls")
    p.step(["CALLS", lock, call("flock", "r", 2 | 4)], "file.lock", "/srv/f", wait="false")
    write_lock = struct.pack("<hhxxxxqqi", 1, 0, 0, 0, 0)
    p.step(["CALLS", lock, call("fcntl", "r", 7, write_lock)], "file.lock", "/srv/f", "fcntl", call="fcntl", wait="true")
    p.step(["CALLS", lock, call("fcntl", "r", 6, write_lock)], "file.lock", "/srv/f", wait="false")
    p.step(["CALLS", lock, call("fsync", "r")], "file.sync", "/srv/f", "fsync", call="fsync", not_which="/srv/g", by="calls")
    p.step(["CALLS", lock, call("fdatasync", "r")], "file.sync", "/srv/f", "fdatasync", call="fdatasync")
    p.step(["CALLS", call("unlink", "/srv/7")], "file.delete", "/srv/7", "unlink", call="unlink", type_="file",
           not_which="/srv/g", by="calls")
    p.step(["CALLS", call("unlinkat", AT_FDCWD, "/srv/8", 0)], "file.delete", "/srv/8", "unlinkat", call="unlinkat",
           type_="file")
    p.step(["CALLS", call("unlinkat", AT_FDCWD, "/srv/5", AT_REMOVEDIR)], "file.delete", "/srv/5", type_="directory")
    p.step(["CALLS", call("rmdir", "/srv/6")], "file.delete", "/srv/6", "rmdir", call="rmdir", type_="directory")
    p.step("rmdir /srv/none", "file.delete", "/srv/none", result="ENOENT", inside=None)
    yield p.story


def programs():
    p = Points("exec", {"files": {"/srv/n": {"text": "no program", "mode": "0755"}}})
    p.step("/usr/bin/env true", "exec", "/usr/bin/env", "execve", call="execve", not_which="/usr/bin/false", by="sh",
           argv="/usr/bin/env true")
    arguments = [call("open", "/usr/bin/true", 0), "execveat=322,r,s:,0,0," + str(AT_EMPTY_PATH)]
    p.step(["CALLS", *arguments], "exec", "/usr/bin/true", "execveat", call="execveat", by="calls")
    p.step(["CALLS", call("execve", "/srv/n", 0, 0)], "exec", "/srv/n", result="ENOEXEC")
    yield p.story

    p = Points("raw", {})
    p.step(["CALLS", netlink(0x1337, 5, bytes(4))], "raw.request", "4919", "any other netlink message", not_which="4920",
           by="calls", result="EOPNOTSUPP")
    p.step(["CALLS", netlink(94, ASK, bytes(4), struct.pack("<iI", 1, 1))], "raw.request", "94", result="ok", by="calls")
    p.step(["CALLS", netlink(16, 5)], "raw.request", "16", malformed="*shortPayload*", result=None, inside=None)
    p.negative([Cell("operation", "raw.request", "malformed", "another")], {"raw.request": "*", "malformed": "*"}, "c1")
    for side in ("before", "after"):
        fault = p.fault(side, {"step": "c2"})
        p.story.look([Cell("operation", "step", "which", "matches")], f"{side} step c2 fires", fires(fault, "c2", times=1))
    yield p.story
    yield refused("step-unknown", {**p.story.document, "faults": [{"before": {"step": "nowhere"}, "do": {"delay": "1us"}}]},
                  [Cell("operation", "step", "which", "another")], "nowhere")


def stories():
    for each in (links, tuns, qdiscs, addresses, routes, rules, neighbours, nftables, namespaces, settings_and_mounts, files, programs):
        yield from each()
