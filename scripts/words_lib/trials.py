"""All stories, what cannot be tried here and why, and what is known not to hold."""
from . import actions, errnos, keys, kills, lines, netfilter, objects, operations, places, privileges, replaced, traffic

NO_VLANS = "the bridges of this kernel have no VLANs"
NO_DUMMY = "this kernel has no devices of type dummy"

# The kernel has no such family, and gives it no number by which a request could be told. Tests/NetlinkCodecTests decodes what was captured on one that
# has it, and `scripts/vm` runs the pair Tests/Seeded/third/peer-left there.
NO_WIREGUARD = "this kernel has no WireGuard"
TOLD = ("listen-port", "fwmark", "peer", "preshared-key", "endpoint", "persistent-keepalive", "allowed-ips")


def wireguard():
    """The cells of WireGuard."""
    for verb, keys in (("set", ("private-key", "flags", "remove", *TOLD)), ("list", ())):
        word = f"operation wireguard.{verb}"
        yield from (f"{word} {key} {value}" for key in ("which", *keys, "by", "in", "line") for value in ("matches", "another"))
        yield from (f"{word} {end}" for end in ("result ok", "result another", "seen as any message of generic netlink"))
    yield from (f"object wireguard {key} {value}" for key in ("which", "dev", "public-key", *TOLD, "in") for value in ("matches", "another"))
    yield from (f"errno wireguard.set fail {errno}" for errno in ("EPERM", "ENODEV", "EOPNOTSUPP", "EINVAL", "EADDRINUSE", "ENOMEM"))
    yield from (f"errno wireguard.list fail {errno}" for errno in ("EPERM", "ENODEV", "EOPNOTSUPP", "ENOBUFS"))


# By the text of a cell.
CANNOT = {
    "action link.create type dummy": NO_DUMMY,
    **{f"operation bpf.{verb} result ok": "the program `calls` cannot load one; UnusualCallTests attaches one" for verb in ("attach", "detach")},
    "operation vlan.add result ok": NO_VLANS, "operation vlan.set result ok": NO_VLANS,
    **{f"operation xfrm-state.{verb} result ok": "this kernel has no ESP" for verb in ("add", "replace", "delete")},
    **{f"object xfrm-state settings {value}": "this kernel has no ESP" for value in ("matches", "another")},
    **dict.fromkeys(wireguard(), NO_WIREGUARD),
    **{f"object fdb vlan {value}": NO_VLANS for value in ("matches", "another")},
    **{f"object vlan {key} {value}": NO_VLANS for key in ("which", "dev", "flags", "state", "tunnel", "in") for value in ("matches", "another")},
    **{f"operation conntrack-expect.{verb} result ok": "an expectation needs a connection with a helper" for verb in ("add", "list")},
}

# What does not hold, and what is seen instead. This list must shrink: a cell of it that holds fails the run.
DEFECTS = {}


def stories(page):
    yield from operations.stories()
    yield from traffic.stories()
    yield from netfilter.stories()
    yield from errnos.stories(page)
    yield from actions.stories()
    yield from kills.stories()
    yield from objects.stories(page)
    yield from keys.stories()
    yield from lines.stories()
    yield from places.stories()
    yield from replaced.stories()
    yield from privileges.stories()
