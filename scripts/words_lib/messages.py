"""Netlink messages as arguments of the program `calls`, for requests that no tool makes, or not alone."""
import struct

REQUEST, ACK, DUMP, REPLACE, EXCL, CREATE = 1, 4, 0x300, 0x100, 0x200, 0x400
ASK, NEW, CHANGE = REQUEST | ACK, REQUEST | ACK | CREATE | EXCL, REQUEST | ACK | CREATE | REPLACE
LIST = REQUEST | DUMP


class attribute:
    """A netlink attribute; a text is data in hexadecimal in which `@NAME@` is the number of a device, four bytes long."""

    def __init__(self, kind, data):
        if isinstance(data, str):
            self.hex, self.size = struct.pack("<HH", 8, kind).hex() + data, 8
            return
        self.data = struct.pack("<HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)
        self.hex, self.size = self.data.hex(), len(self.data)


def at(device):
    return f"@{device}@"


def nested(kind, *inner):
    return attribute(kind, b"".join(one.data for one in inner))


def number(kind, value):
    return attribute(kind, struct.pack("<I", value))


def text(kind, value):
    return attribute(kind, value.encode() + b"\0")


def netlink(kind, flags, *parts, protocol=0):
    """`netlink=…` with one message: its type, its flags, and the parts behind its header, a device's number among them."""
    words, size = "", 16
    for part in parts:
        if isinstance(part, attribute):
            words, size = words + part.hex, size + part.size
        elif isinstance(part, str):
            words, size = words + part, size + 4
        else:
            words, size = words + part.hex(), size + len(part)
    return f"netlink={protocol}," + struct.pack("<IHHII", size, kind, flags, 1, 0).hex() + words


def message(kind, flags, payload):
    payload += bytes(-len(payload) % 4)
    return struct.pack("<IHHII", 16 + len(payload), kind, flags, 1, 0) + payload


def link(kind, flags, device, *attributes):
    """struct ifinfomsg: of this device, or of none."""
    return netlink(kind, flags, bytes(4), at(device) if device else bytes(4), bytes(8), *attributes)


def qdisc(kind, flags, device, handle=0, parent=0xffffffff, *attributes):
    return netlink(kind, flags, bytes(4), at(device), struct.pack("<III", handle, parent, 0), *attributes)


def address(kind, flags, family, length, device, *attributes):
    return netlink(kind, flags, bytes([family, length, 0x80 if family == 2 else 0, 0]), at(device), *attributes)


def route(kind, flags, family, length, *attributes, table=254, proto=3, scope=0, type_=1):
    return netlink(kind, flags, struct.pack("<BBBBBBBBI", family, length, 0, 0, table, proto, scope, type_, 0), *attributes)


def neighbour(kind, flags, family, device, *attributes, state=0x80, entry_flags=0):
    return netlink(kind, flags, bytes([family, 0, 0, 0]), at(device), struct.pack("<HBB", state, entry_flags, 0), *attributes)


def batch(*messages):
    begin, end = message(16, 1, b"\0\0\0\12"), message(17, 1, b"\0\0\0\12")
    return "netlink=12," + (begin + b"".join(messages) + end).hex()
