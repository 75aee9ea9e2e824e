"""Each object with each attribute, looked for by checks: the right value is present, another is absent."""
import struct

from .denominator import Cell, objects, tables
from .messages import NEW, attribute, nested, netlink, text
from .story import Story

MAC = "02:00:00:00:00:0"
# From 10.0.0.1:1000 to 10.0.0.7:21: CTA_TUPLE_ORIG, CTA_TUPLE_REPLY, CTA_TIMEOUT, CTA_HELP and CTA_LABELS.
ENDS = (bytes([10, 0, 0, 1]), bytes([10, 0, 0, 7]))
PORTS = (struct.pack(">H", 1000), struct.pack(">H", 21))
LABELLED = netlink(0x100, NEW, b"\2\0\0\0", *[
    nested(number, nested(1, attribute(1, ENDS[way]), attribute(2, ENDS[1 - way])),
           nested(2, attribute(1, b"\6"), attribute(2, PORTS[way]), attribute(3, PORTS[1 - way]))) for number, way in ((1, 0), (2, 1))],
    attribute(7, struct.pack(">I", 1000)), nested(5, text(1, "ftp")), attribute(22, b"\1" + bytes(15)), protocol=12)
HOST = {
    "namespaces": ["pod", "gone"],
    "links": [{"name": "br0", "type": "bridge"}, {"name": "u0", "master": "br0", "peer": {"name": "u1"}},
              {"name": "v0", "addresses": ["10.0.0.1/24", "fd00::1/64"], "peer": {"name": "v1", "in": "pod"}}],
    "files": {"/srv/f": {"text": "x"}, "/srv/d/x": {"text": "x"}, "/srv/e/x": {"text": "x"}},
}
PREPARE = f"""
ip link add a0 mtu 1400 address {MAC}1 group 7 up type veth peer name a1
ip link set a0 alias hello
ip link property add dev a0 altname other-name
ip link add e0 link v0 type macvlan mode bridge
ip address add 10.3.0.1 peer 10.3.9.2/32 dev v0
ip address add 10.4.0.1/24 brd 10.4.0.255 label v0:x scope link dev v0 noprefixroute
ip route add 10.71.0.0/16 via 10.0.0.2 table 100 metric 5 src 10.0.0.1 proto static tos 8
ip route add 10.72.0.0/16 nexthop via 10.0.0.2 weight 2 nexthop via 10.0.0.3 weight 3
ip route add blackhole 10.73.0.0/16
ip route add 10.74.0.0/16 via 10.99.0.1 dev v0 onlink
ip nexthop add id 7 via 10.0.0.2 dev v0
ip route add 10.75.0.0/16 nhid 7
ip route add 10.76.0.0/16 dev v0 scope link
ip route add default via 10.0.0.2
ip -6 route add fd01::/64 from fd00::/64 via fe80::9 dev v0
ip rule add from 10.0.0.0/24 to 10.1.0.0/16 iif v0 fwmark 0x10 table 100 priority 500
ip rule add oif v0 fwmark 0x10/0xff table 101 pref 501
ip rule add not from 10.0.0.9 tos 8 table 102 pref 502
ip rule add ipproto tcp sport 80 dport 90-95 table 103 pref 503
ip rule add pref 504 goto 600
ip rule add pref 505 table main suppress_prefixlength 0 protocol static
ip rule add pref 506 prohibit
ip neigh add 10.0.0.5 lladdr {MAC}5 dev v0
ip neigh add proxy 10.0.0.6 dev v0
ip neigh add 10.0.0.7 lladdr {MAC}5 dev v0 nud noarp
nft -f - <<X
add table inet lab {{ flags dormant; }}
add table ip tab
add chain ip tab out {{ type filter hook output priority 5; policy drop; }}
add chain ip tab plain
add rule ip tab out ip daddr 10.0.0.1 counter accept
add set ip tab s {{ type ipv4_addr; }}
add element ip tab s {{ 10.0.0.1, 10.0.0.2 }}
add map ip tab m {{ type ipv4_addr : ipv4_addr; }}
add element ip tab m {{ 10.0.0.1 : 10.0.0.9 }}
add table netdev nd
add chain netdev nd ing {{ type filter hook ingress device v0 priority 0; }}
add table ip big
add set ip big s {{ type inet_service; }}
X
sysctl -w net.ipv4.ip_forward=1
echo hello > /srv/new; chmod 640 /srv/new; ln -s /srv/new /srv/sym; rm /srv/f; mkdir /srv/f; rm -r /var/backups; mkdir /var/backups
mount -t tmpfs none /srv/d
ip netns exec pod ip link add p0 type ifb
ip netns add named; touch /run/netns/dead /srv/ns; mount --bind /run/netns/named /srv/ns
"""
VXLAN = "ip link add x0 type vxlan id 42 dstport 4789 local 10.0.0.1; ip link set x0 up"
CLASSES = ("tc qdisc add dev v0 root handle 1: htb default 10; tc class add dev v0 parent 1: classid 1:10 htb rate 1mbit; "
           "tc class add dev v0 parent 1:10 classid 1:11 htb rate 1mbit")
# What only the trials of one word need.
MORE = {
    "netns": "unshare -n sleep 30 </dev/null >/dev/null 2>&1 & sleep 0.3",
    "nft": 'nft add element ip big s "{ `seq -s, 1 3000` }"',
    "file": "touch /srv/own /srv/marked; chown 5:6 /srv/own; python3 -c 'import os; os.setxattr(\"/srv/marked\", \"trusted.tried\", b\"x\")'; "
            "sleep 30 </dev/null >/dev/null 2>&1 & echo $! > /srv/it.pid; sleep 0.3",
    # Two of one program, and one whose child has ended and is not waited for.
    "process": "sleep 30 </dev/null >/dev/null 2>&1 & sleep 31 </dev/null >/dev/null 2>&1 & CALLS fork=57 sleep=30000 "
               "</dev/null >/dev/null 2>&1 & sleep 0.3",
    "lock": "flock /srv/l sleep 30 </dev/null >/dev/null 2>&1 & python3 -c 'import fcntl, time; f = open(\"/srv/r\", \"w+\"); "
            "fcntl.lockf(f, fcntl.LOCK_SH, 10, 5); time.sleep(30)' </dev/null >/dev/null 2>&1 & "
            "until [ -e /srv/r ]; do sleep 0.1; done; sleep 0.3",
    "link": "ip link set v0 up promisc on txqueuelen 77 addrgenmode none; ip token set ::9 dev v0; ip link set e0 protodown on; "
            "ip link set u0 type bridge_slave isolated on",
    "fdb": f"{VXLAN}; bridge fdb add {MAC}7 dev u0 master static; "
           f"bridge fdb add {MAC}8 dev u0 master sticky static; bridge fdb add {MAC}9 dev x0 self dst 10.0.0.9 port 4799 vni 7 permanent; "
           f"ip nexthop add id 20 via 10.0.0.9 fdb; ip nexthop add id 21 group 20 fdb; bridge fdb add 02:00:00:00:00:10 dev x0 self nhid 21",
    "mdb": "ip link set br0 up; ip link set u0 up; ip link set u1 up; bridge mdb add dev br0 port u0 grp 239.1.1.1 permanent; "
           "bridge mdb add dev br0 port u0 grp 239.1.1.2 src 10.0.0.7 permanent vid 5",
    "nexthop": "ip link set v0 up; ip -n pod link set v1 up; ip nexthop add id 30 via 10.0.0.2 dev v0 proto static onlink; "
               "ip nexthop add id 31 blackhole; ip nexthop add id 32 group 30 type resilient buckets 8; "
               "ip nexthop add id 33 via 10.0.0.9 fdb; ip nexthop add id 34 encap ip id 7 dst 10.9.0.1 via 10.0.0.2 dev v0",
    "address-label": "ip addrlabel add prefix fd07::/64 label 99; ip addrlabel add prefix fd08::/64 dev v0 label 98",
    "qdisc": "tc qdisc add dev v0 root handle 1: htb default 10; tc qdisc add dev u0 ingress_block 5 ingress",
    "class": CLASSES,
    "filter": CLASSES + "; tc filter add dev v0 parent 1: protocol ip prio 7 chain 3 u32 match ip dst 10.0.0.9/32 flowid 1:10; "
              "tc filter add dev v0 parent 1: protocol ip prio 9 u32 match ip dst 10.0.0.8/32 action mirred egress redirect dev u0",
    "iptables": "iptables-legacy -A INPUT -s 10.0.0.9 -j DROP; iptables-legacy -P FORWARD DROP; ip6tables-legacy -A INPUT -s fd00::9 -j DROP; "
                "arptables-legacy -A INPUT -s 10.0.0.9 -j DROP",
    "ipset": "ipset create t hash:ip family inet timeout 500 comment; ipset add t 10.0.0.7 comment hi; ipset create big hash:ip; "
             "for n in `seq 1 200`; do echo add big 10.9.1.$n; echo add big 10.9.2.$n; done | ipset restore",
    "xfrm-state": "ip xfrm state allocspi src 10.0.0.1 dst 10.0.0.2 proto esp mode tunnel reqid 7 min 256 max 256 mark 0x7",
    "xfrm-policy": "ip xfrm policy add src 10.1.0.0/24 dst 10.2.0.0/24 dir out priority 5 mark 0x7 tmpl src 10.0.0.1 dst 10.0.0.2 proto esp "
                   "mode tunnel; ip xfrm policy add src 10.1.0.0/24 dst 10.3.0.0/24 proto tcp sport 80 dir in action block",
    # The kernel gives an entry labels where a rule sets some, and the helper that is asked for by its name.
    "conntrack": "nft 'add table ip lb; add chain ip lb c; add rule ip lb c ct label set 1'; "
                 "conntrack -I -s 10.0.0.1 -d 10.0.0.2 -p tcp --sport 1000 --dport 80 --state ESTABLISHED -t 1000 -m 7; "
                 "conntrack -I -s 10.0.0.1 -d 10.0.0.9 -p udp --sport 1 --dport 2 -t 1000 --dst-nat 10.0.0.77 --zone 5; "
                 "CALLS " + LABELLED,
    "neighbour-table": "ip ntable change name arp_cache dev v0 base_reachable 12000",
    "socket": "python3 -c 'import socket, time; a = socket.socket(socket.AF_UNIX); a.bind(\"/srv/s\"); a.listen(); "
              "b = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); b.bind(\"\\0lab\"); time.sleep(30)' </dev/null >/dev/null 2>&1 & "
              "until [ -e /srv/s ]; do sleep 0.1; done; sleep 0.3",
}

# By the word: (what stands behind it, what it says). Each is there after PREPARE.
THERE = {
    "netns": [("pod", {"state": "mounted"}), ("dead", {"state": "dead"}), ("ns(*)#1", {"state": "unnamed", "holder": "process sleep"})],
    "link": [("a0", {"type": "veth", "mtu": "1400", "mac": MAC + "1", "up": "true", "peer": "a1*", "alias": "hello", "altnames": "other-name",
                     "group": "7"}),
             ("a1", {"up": "false"}), ("u0", {"master": "br0", "port": "isolated 1"}), ("p0", {"in": "pod"}),
             ("v0", {"flags": "promisc", "txqueuelen": "77", "addrgenmode": "none", "token": "::9"}),
             ("e0", {"link": "v0*", "settings": "*", "protodown": "true"})],
    "fdb": [(MAC + "7 dev u0", {"dev": "u0", "master": "br0", "state": "static", "in": "host"}), (MAC + "8*", {"flags": "sticky"}),
            (MAC + "9*", {"self": "true", "dst": "10.0.0.9", "port": "4799", "vni": "7"}), ("02:00:00:00:00:10*", {"nexthop": "21"})],
    "mdb": [("239.1.1.1*", {"dev": "br0", "port": "u0", "state": "permanent", "in": "host"}), ("239.1.1.2*", {"src": "10.0.0.7", "vlan": "5"})],
    "nexthop": [("30", {"via": "10.0.0.2", "dev": "v0", "proto": "static", "scope": "link", "flags": "onlink", "in": "host"}),
                ("32", {"group": "30", "type": "resilient"}), ("33", {"fdb": "true"}), ("34", {"settings": "*"})],
    "address-label": [("fd07::/64", {"label": "99", "in": "host"}), ("fd08::/64 dev v0", {"dev": "v0"})],
    "qdisc": [("root dev v0", {"dev": "v0", "type": "htb", "handle": "1:", "settings": "*", "in": "host"}), ("ingress dev u0", {"block": "5"})],
    "class": [("1:11 dev v0", {"dev": "v0", "type": "htb", "parent": "1:10", "settings": "*", "in": "host"})],
    "filter": [("*chain 3", {"dev": "v0", "type": "u32", "protocol": "ip", "priority": "7", "chain": "3", "flowid": "1:10", "settings": "*",
                             "in": "host"}), ("*priority 9*", {"action": "*u0*"})],
    "iptables": [("rule ip filter INPUT #1", {"family": "ip", "table": "filter", "chain": "INPUT", "text": "*10.0.0.9*", "digest": "*",
                                              "in": "host"}),
                 ("chain ip filter FORWARD", {"policy": "DROP"}), ("rule ip6*", {"family": "ip6"}), ("rule arp*", {"family": "arp"})],
    "ipset": [("t", {"type": "hash:ip", "family": "inet", "settings": "*", "in": "host"}), ("t 10.0.0.7", {"element": "10.0.0.7", "data": "hi"}),
              ("big", {"elements": "400", "digest": "*"})],
    "xfrm-state": [("10.0.0.2*", {"src": "10.0.0.1", "proto": "esp", "spi": "0x100", "mode": "tunnel", "reqid": "7", "mark": "0x7",
                                  "in": "host"})],
    "xfrm-policy": [("10.2.0.0/24*", {"src": "10.1.0.0/24", "dir": "out", "priority": "5", "mark": "0x7", "settings": "*", "in": "host"}),
                    ("10.3.0.0/24*", {"action": "block", "selector": "*"})],
    "conntrack": [("10.0.0.1 dst 10.0.0.2*", {"dst": "10.0.0.2", "proto": "6", "sport": "1000", "dport": "80", "mark": "0x7",
                                              "state": "ESTABLISHED", "status": "unreplied", "in": "host"}),
                  ("10.0.0.1 dst 10.0.0.9*", {"zone": "5", "reply": "10.0.0.77:2 to 10.0.0.1:1"}),
                  ("10.0.0.1 dst 10.0.0.7*", {"helper": "ftp", "labels": "*"})],
    "neighbour-table": [("arp_cache dev v0", {"dev": "v0", "settings": "base_reachable 12000", "in": "host"})],
    "address": [("10.0.0.1/24", {"dev": "v0", "scope": "global"}), ("10.3.0.1/32", {"peer": "10.3.9.2"}), 
                ("10.4.0.1/24", {"broadcast": "10.4.0.255", "label": "v0:x", "scope": "link", "flags": "noprefixroute", "in": "host"})],
    "route": [("10.71.0.0/16", {"via": "10.0.0.2", "dev": "v0", "table": "100", "metric": "5", "proto": "static", "scope": "global",
                                "src": "10.0.0.1", "tos": "8", "type": "unicast", "in": "host"}),
              ("10.72.0.0/16", {"weights": "*2*3*"}), ("10.73.0.0/16", {"type": "blackhole"}), ("10.74.0.0/16", {"flags": "onlink"}),
              ("10.75.0.0/16", {"nexthop": "7"}), ("10.76.0.0/16", {"scope": "link"}), ("default", {"via": "10.0.0.2"}),
              ("fd01::/64", {"from": "fd00::/64"})],
    "rule": [("10.0.0.0/24", {"from": "10.0.0.0/24", "to": "10.1.0.0/16", "iif": "v0", "fwmark": "0x10", "table": "100", "priority": "500",
                              "action": "lookup", "in": "host"}),
             ("all", {"from": "all", "oif": "v0", "fwmark": "0x10/0xff", "priority": "501"}), ("10.0.0.9/32", {"not": "true", "tos": "8"}),
             ("all", {"ipproto": "6", "sport": "80-80", "dport": "90-95"}), ("all", {"action": "goto", "goto": "600"}),
             ("all", {"suppress": "0", "proto": "static", "table": "main"})],
    "neighbour": [("10.0.0.5", {"dev": "v0", "lladdr": MAC + "5", "in": "host"}), ("10.0.0.6", {"proxy": "true"}),
                  ("10.0.0.7", {"state": "noarp"})],
    "nft": [("table inet lab", {"family": "inet", "table": "lab", "flags": "1"}),
            ("chain ip tab out", {"family": "ip", "chain": "out", "type": "filter", "hook": "output", "priority": "5", "policy": "drop",
                                  "in": "host"}),
            ("chain netdev nd ing", {"dev": "v0"}), ("rule ip tab out*", {"text": "*counter accept*", "digest": "*", "chain": "out"}),
            ("set ip tab m", {"key": "7", "length": "4", "flags": "8"}), ("element ip tab m 10.0.0.1", {"set": "m", "data": "0a000009"}),
            ("set ip big s", {"elements": "3000"})],
    "sysctl": [("net.ipv4.ip_forward", {"value": "1", "former": "0", "in": "host"})],
    "file": [("/srv/new", {"type": "file", "size": "6", "mode": "640", "digest": "5891b5b522d5df086d0ff0b110fbd9d2"}),
             ("/srv/sym", {"type": "symlink", "target": "/srv/new"}), ("/srv/f", {"type": "directory"}), ("/var/backups", {"replaced": "true"}),
             ("/srv/own", {"owner": "5:6"}), ("/srv/marked", {"xattrs": "*"}), ("/srv/it.pid", {"pid": "sleep"})],
    "mount": [("/srv/d", {"type": "tmpfs"}), ("/srv/ns", {"netns": "named"})],
    "process": [("sleep", {"count": "2"}), ("calls", {"zombies": "1"})],
    "lock": [("/srv/l", {"type": "flock", "mode": "write", "holder": "*sleep"}),
             ("/srv/r", {"type": "posix", "mode": "read", "range": "5-14", "holder": "python3"})],
    "socket": [("/srv/s", {"type": "stream", "state": "listening", "holder": "python3", "in": "host"}),
               ("@lab", {"type": "dgram", "state": "bound"})],
}
OTHER = {"mtu": "1399", "group": "99", "metric": "99", "nexthop": "99", "tos": "99", "priority": "99", "elements": "99", "size": "99",
         "digested": "99", "count": "99", "zombies": "99", "mac": "02:00:00:00:00:99", "lladdr": "02:00:00:00:00:99", "src": "203.0.113.9",
         "reqid": "99", "dst": "203.0.113.9", "proto": "99", "sport": "99", "dport": "99", "zone": "99", "txqueuelen": "99", "from": "203.0.113.9", "to": "203.0.113.9", "broadcast": "203.0.113.9", "fwmark": "0x99"}


def other(word, key, value):
    if key in ("up", "xdp", "not", "proxy", "replaced", "protodown", "self", "fdb"):
        return "false" if value == "true" else "true"
    if key == "state" and word == "netns":
        return "dead" if value != "dead" else "mounted"
    if (word, key) == ("iptables", "family"):
        return {"ip": "ip6", "ip6": "arp", "arp": "ip"}[value]
    if (word, key) == ("address", "peer"):
        return "203.0.113.9"
    return OTHER.get(key, "other9")


def stories(page):
    """One story of all checks of a word; one that fails is taken out by the runner, and the others are run again."""
    rows = tables(page)["objects"]
    known = set(objects(rows))
    for word, there in THERE.items():
        steps = [{"run": "prepare"}]
        story = Story(f"object-{word}", {
            "host": HOST, "steps": steps,
            "agents": {"sh": {"state": ["/srv"], "timeout": "20s", "commands": {"prepare": {"run": ["sh", "-c", PREPARE + MORE.get(word, "") + "\ntrue"]}}}}})
        story.checks = True

        def check(cells, condition, story=story, steps=steps):
            name = f"check{len(steps)}"
            steps.append({"name": name, "check": condition})
            story.look([one for one in cells if one in known], f"check {condition}", passed(name))

        def cell(key, value, word=word):
            return Cell("object", word, key, value)

        for which, says in there:
            named = which if which in ("all", "default") else "matches"
            keyed = {"priority": says["priority"]} if word == "rule" and "priority" in says else {}
            check([cell("which", named), cell("which", "matches")], {"present": {word: which, **keyed}})
            if which != "all":
                wrong = {"netns": "nowhere", "link": "other9", "file": "/other9", "mount": "/other9", "lock": "/other9"}.get(word, "other9")
                wrong = "203.0.113.9/32" if word in ("address", "route", "rule", "neighbour", "address-label") else wrong
                check([cell("which", "another")], {"absent": {word: wrong, **({"in": says["in"]} if "in" in says else {})}})
            for key, value in says.items():
                forms = [value] if value in ("ip", "ip6", "arp", "true", "false", "0x10", "0x10/0xff", "mounted", "dead", "unnamed", "all") else []
                check([cell(key, "matches"), *[cell(key, one) for one in forms]], {"present": {word: which, key: value}})
                wrong = "gone" if key == "in" else other(word, key, value)
                narrow = {"priority": says["priority"]} if word == "rule" and "priority" in says and key != "priority" else {}
                narrow |= {"goto": "600"} if word == "rule" and key == "action" and which == "all" else {}
                narrow |= {"oif": "v0"} if word == "rule" and key == "priority" and which == "all" else {}
                check([cell(key, "another"), *[cell(key, one) for one in forms]], {"absent": {word: which, **narrow, key: wrong}})
        # The other value of what is true is what most objects are.
        for key, value, which in (("xdp", "false", "a0"), ("protodown", "false", "a0"), ("self", "false", MAC + "7*"), ("fdb", "false", "30"), ("proxy", "false", "10.0.0.5"), ("not", "false", "10.0.0.0/24"),
                                  ("replaced", "false", "/srv/new")):
            if cell(key, value) in known:
                check([cell(key, value)], {"absent": {word: which, key: "true"}})
        if word == "rule":
            check([cell("from", "all")], {"absent": {word: "10.0.0.0/24", "from": "all"}})
        yield story
    # Larger than what a look reads, so that a look takes its time: by itself.
    story = Story("object-file-large", {"host": HOST, "steps": [
        {"run": "prepare"}, {"name": "check1", "check": {"present": {"file": "/srv/large", "digested": 64 << 20}}},
        {"name": "check2", "check": {"absent": {"file": "/srv/large", "digested": 99}}}], "agents": {"sh": {"state": ["/srv"], "commands": {
            "prepare": {"run": ["sh", "-c", "dd if=/dev/zero of=/srv/large bs=1M count=66"]}}}}})
    story.look([Cell("object", "file", "digested", "matches")], "66 MB: so many bytes of it are digested", passed("check1"))
    story.look([Cell("object", "file", "digested", "another")], "and not 99", passed("check2"))
    yield story
    # An XDP program of two instructions, which the kernel is given as bytes.
    script = """import ctypes, socket, struct
code = ctypes.create_string_buffer(bytes.fromhex("b700000002000000" "9500000000000000"))
license = ctypes.create_string_buffer(b"GPL")
load = ctypes.create_string_buffer(struct.pack("<IIQQIIQ", 6, 2, ctypes.addressof(code), ctypes.addressof(license), 0, 0, 0) + bytes(88))
program = ctypes.CDLL(None, use_errno=True).syscall(321, 5, load, 128)
index = socket.if_nametoindex("v0")
inner = struct.pack("<HHi", 8, 1, program) + struct.pack("<HHI", 8, 3, 2)
body = struct.pack("<BxHiII", 0, 0, index, 0, 0) + struct.pack("<HH", 4 + len(inner), 43 | 0x8000) + inner
sock = socket.socket(16, 3, 0)
sock.send(struct.pack("<IHHII", 16 + len(body), 19, 5, 1, 0) + body)
print(program, struct.unpack("<i", sock.recv(4096)[16:20]))
"""
    story = Story("object-link-xdp", {"host": HOST, "steps": [
        {"run": "prepare"}, {"name": "check1", "check": {"present": {"link": "v0", "xdp": "true"}}},
        {"name": "check2", "check": {"absent": {"link": "u0", "xdp": "true"}}}],
        "agents": {"sh": {"commands": {"prepare": {"run": ["python3", "-c", script]}}}}})
    story.look(Cell("object", "link", "xdp", "true"), "the device that has one, and no other", passed("check1"))
    yield story
    # Alone, for one that fails hides what is behind it.
    story = Story("object-route-all", {
        "host": HOST, "steps": [{"run": "prepare"}, {"name": "check1", "check": {"present": {"route": "all"}}}],
        "agents": {"sh": {"commands": {"prepare": {"run": ["sh", "-c", "ip route add default via 10.0.0.2; true"]}}}}})
    story.look([Cell("object", "route", "which", "all")], "check present route: all", passed("check1"))
    yield story


def passed(name):
    def test(outcome):
        if name in outcome.failed_checks:
            return outcome.failed_checks[name]
        there = [one for one in outcome.record.get("outcomes", []) if one["step"] == name]
        wrong = not there or outcome.verdict not in ("pass", "fail") or any(
            oracle == "check" and about == name for oracle, about, _ in outcome.findings)
        return outcome.brief() if wrong else None
    return test
