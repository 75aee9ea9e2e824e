import Glibc
import Model
import Testing

/// Calls by which few agents change anything, on the real kernel.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct UnusualCallTests {
    private func lines(_ record: Record, _ word: String) -> [String] {
        record.operations(word).map { $0.phrase.lineText + " = \($0.result)" }
    }

    /// A program without a place is told by the name of its memory, and what it does is seen.
    @Test(.needsCompiler) func aProgramWithoutAPlace() throws {
        let program = try TestProgram.built("memfd")
        let record = try record(of: plan([program, "lab", "/usr/sbin/ip", "link", "add", "i0", "type", "ifb"]))
        #expect(record.attempt?.end == .exited(0))
        #expect(
            lines(record, "exec").last == "exec /memfd:lab argv \"/usr/sbin/ip link add i0 type ifb\" in host = ok")
        #expect(lines(record, "link.create") == ["link.create i0 type ifb in host = ok"])
        #expect(record.operations("link.create").map(\.program) == ["memfd:lab"])
    }

    /// Requests of ethtool(8) that are no netlink, those that set something, and whose a tap device is.
    @Test func ioctlsOfDevices() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import fcntl, os, socket, struct, ctypes
                    s = socket.socket()
                    for number in (0x1d, 0x10, 0x08, 0x2c, 0x99):
                        command = ctypes.create_string_buffer(struct.pack('<II', number, 0), 64)
                        try: fcntl.ioctl(s, 0x8946, struct.pack('<16sQ16x', b'lo', ctypes.addressof(command)))
                        except OSError: pass
                    t = os.open('/dev/net/tun', os.O_RDWR)
                    fcntl.ioctl(t, 0x400454ca, struct.pack('<16sH22x', b'tap7', 0x1002))
                    fcntl.ioctl(t, 0x400454cc, 1000)
                    fcntl.ioctl(t, 0x400454ce, 7)
                    fcntl.ioctl(t, 0x400454cb, 1)
                    """)))
        #expect(record.attempt?.end == .exited(0))
        #expect(
            record.operations("generic.request").map {
                "\($0.phrase.argument) \($0.phrase.qualifiers["command"] ?? "")"
            }
                == ["ethtool-ioctl 8", "ethtool-ioctl 44"])
        #expect(
            lines(record, "tun.keep") == [
                "tun.keep tap7 user 1000 in host = ok", "tun.keep tap7 group 7 in host = ok",
                "tun.keep tap7 keep true in host = ok",
            ])
    }

    @Test func timesOfFiles() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import ctypes, os
                    c = ctypes.CDLL(None)
                    open('/etc/f', 'w').close()
                    os.utime('/etc/f')
                    os.utime('/etc/f', (1, 2))
                    os.utime(os.open('/etc/f', os.O_RDONLY), (1, 2))
                    c.syscall(132, b'/etc/f', None)
                    c.syscall(235, b'/etc/f', None)
                    c.syscall(261, -100, b'/etc/f', None)
                    # UTIME_OMIT of both: nothing is asked.
                    omit = (ctypes.c_long * 4)(0, (1 << 30) - 2, 0, (1 << 30) - 2)
                    print(c.syscall(280, -100, b'/etc/f', omit, 0))
                    c.syscall(280, -100, b'/etc/none', None, 0)
                    """)))
        #expect(record.attempt?.output == "0\n")
        #expect(
            record.operations("file.times").map {
                "\($0.call) \($0.phrase.argument) \($0.phrase.qualifiers) \($0.result)"
            }
                == [
                    "utimensat /etc/f [\"time\": \"now\"] ok", "utimensat /etc/f [\"time\": \"set\"] ok",
                    "utimensat /etc/f [\"time\": \"set\"] ok", "utime /etc/f [\"time\": \"now\"] ok",
                    "utimes /etc/f [\"time\": \"now\"] ok", "futimesat /etc/f [\"time\": \"now\"] ok",
                    "utimensat /etc/none [\"time\": \"now\"] ENOENT",
                ])
    }

    /// chattr(1), and file_setattr(2) where the kernel has it (Linux 6.17).
    @Test func flagsOfFiles() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import ctypes, fcntl, struct
                    c = ctypes.CDLL(None)
                    f = open('/etc/f', 'w')
                    for request, value in ((0x40086602, struct.pack('<Q', 0x40)), (0x401c5820, struct.pack('<I24x', 0x80))):
                        try: fcntl.ioctl(f, request, value)
                        except OSError: pass
                    c.syscall(469, -100, b'/etc/f', struct.pack('<QIIII', 0x88, 0, 0, 0, 0), 24, 0)
                    """)))
        #expect(
            record.operations("file.flags").map { "\($0.call) \($0.phrase.argument) \($0.phrase.qualifiers)" } == [
                "ioctl /etc/f [\"flags\": \"nodump\"]", "ioctl /etc/f [\"flags\": \"nodump\"]",
                "file_setattr /etc/f [\"flags\": \"immutable, nodump\"]",
            ])
        #expect(record.operations("file.flags").allSatisfy { $0.result != .unknown })
    }

    /// Also where the kernel has no such tunnels: it is asked, and says so.
    @Test func tunnels() throws {
        let record = try record(
            of: plan([
                "sh", "-c",
                """
                ip tunnel add t9 mode ipip remote 10.0.0.2 local 10.0.0.1
                ip tunnel add g9 mode gre remote 10.0.0.2 key 77 ttl 9
                ip -6 tunnel add s9 mode ip6ip6 remote fd00::2 local fd00::1
                ip tunnel del t9; ip tunnel del none9; true
                """,
            ]))
        #expect(
            record.operations.filter { $0.call == "ioctl" }.map(\.phrase.lineText) == [
                "link.create t9 settings \"local 10.0.0.1 remote 10.0.0.2\" type ipip in host",
                "link.create g9 settings \"remote 10.0.0.2 ikey 77 okey 77 ttl 9\" type gre in host",
                "link.create s9 settings \"local fd00::1 remote fd00::2\" type ip6tnl in host",
                "link.delete t9 in host", "link.delete none9 in host",
            ])
    }

    /// Old programs: a VLAN by vconfig(8), a port of a bond by ifenslave(8), of a device that is no bond.
    @Test func devicesByOldRequests() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import fcntl, socket, struct
                    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                    def ask(request, value):
                        try: fcntl.ioctl(s, request, value)
                        except OSError as error: print(error.errno)
                    ask(0x8983, struct.pack('<i24sI24x', 0, b'lo', 5))
                    ask(0x8983, struct.pack('<i24s28x', 1, b'lo.5'))
                    # GET_VLAN_REALDEV_NAME_CMD changes nothing.
                    ask(0x8983, struct.pack('<i24s28x', 8, b'lo.5'))
                    ask(0x8990, struct.pack('<16s16s8x', b'bond0', b'lo'))
                    ask(0x8991, struct.pack('<16s16s8x', b'bond0', b'lo'))
                    """)))
        #expect(
            record.operations.filter { $0.call == "ioctl" }.map(\.phrase.lineText) == [
                "link.create lo.5 id 5 link lo type vlan in host", "link.delete lo.5 in host",
                "link.set lo master bond0 in host", "link.set lo master none in host",
            ])
    }

    /// A file without a name has a number that no key may hold; it is there when it is given one.
    @Test func aFileWithoutAName() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import ctypes, os
                    f = os.open('/etc', os.O_TMPFILE | os.O_WRONLY, 0o600)
                    os.write(f, b'x')
                    print(ctypes.CDLL(None).linkat(f, b'', -100, b'/etc/named', 0x1000))
                    """)))
        #expect(record.attempt?.output == "0\n")
        #expect(
            record.operations.filter { $0.phrase.noun == "file" }.map(\.phrase.lineText) == [
                "file.create /etc/# type file in host", "file.write /etc/# in host",
                "file.create /etc/named type link in host",
            ])
    }

    /// What is there in another root is opened, not made, also over a link that means something else outside.
    @Test func filesInAnotherRoot() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import os
                    os.makedirs('/srv/r/etc')
                    os.chroot('/srv/r')
                    open('/etc/f', 'w').close()
                    open('/etc/f', 'a').close()
                    os.symlink('/etc/f', '/etc/l')
                    open('/etc/l', 'a').close()
                    """)))
        #expect(
            record.operations.filter { $0.phrase.noun == "file" }.map(\.phrase.lineText).suffix(4) == [
                "file.create /srv/r/etc/f type file in host", "file.open /srv/r/etc/f in host",
                "file.create /srv/r/etc/l type symlink in host", "file.open /srv/r/etc/l in host",
            ])
    }

    /// What a module of iptables is told below /proc/net.
    @Test(.enabled(if: access("/usr/sbin/iptables-legacy", X_OK) == 0, "needs iptables-legacy"))
    func filesOfTheNetwork() throws {
        let record = try record(
            of: plan([
                "sh", "-c",
                "iptables-legacy -A INPUT -m recent --name r --set && echo +1.2.3.4 > /proc/net/xt_recent/r && "
                    + "grep -c 1.2.3.4 /proc/net/xt_recent/r",
            ]))
        #expect(record.attempt?.output == "1\n")
        let write = try #require(record.operations.first { $0.phrase.argument.hasPrefix("/proc/net/") })
        #expect(write.phrase.lineText == "file.write /proc/net/xt_recent/r value +1.2.3.4 in host")
        #expect(write.notCompared == ["file.write /proc/net/xt_recent/r"])
    }

    /// A program of two instructions that drops nothing.
    @Test func programsOfDevices() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import ctypes, struct
                    c = ctypes.CDLL(None)
                    code = ctypes.create_string_buffer(bytes.fromhex('b700000002000000' '9500000000000000'))
                    license = ctypes.create_string_buffer(b'GPL')
                    load = struct.pack('<IIQQIIQ', 6, 2, ctypes.addressof(code), ctypes.addressof(license), 0, 0, 0)
                    program = c.syscall(321, 5, ctypes.create_string_buffer(load + bytes(88)), 128)
                    attach = ctypes.create_string_buffer(struct.pack('<IIII', program, 1, 37, 2) + bytes(112))
                    c.syscall(321, 28, attach, 64)
                    c.syscall(321, 9, ctypes.create_string_buffer(struct.pack('<III', 0, 0, 1) + bytes(112)), 128)
                    """)))
        #expect(
            record.operations.filter { $0.call == "bpf" }.map(\.phrase.lineText) == [
                "bpf.attach xdp dev \"#1\" in host", "bpf.detach cgroup_inet_egress in host",
            ])
    }

    @Test func multicastRouting() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import socket
                    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_IGMP)
                    # MRT_INIT; and an option of another level by that number, which is none of these.
                    for level in (0, 6):
                        try: s.setsockopt(level, 200, 1)
                        except OSError as error: print(error.errno)
                    """)))
        #expect(
            record.operations("raw.request").map(\.phrase.lineText) == ["raw.request 200 protocol mroute in host"])
        #expect(record.operations("raw.request").map(\.call) == ["setsockopt"])
    }

    @Test func groupsAndExchanges() throws {
        let record = try record(
            of: plan([
                "sh", "-c",
                "ip link add type ifb; ip link set ifb0 group 7; ip link del group 7; ip link del group 8; touch /etc/a /etc/b; "
                    + "python3 -c 'import ctypes; ctypes.CDLL(None).renameat2(-100, b\"/etc/a\", -100, b\"/etc/b\", 2)'",
            ]))
        #expect(
            lines(record, "link.delete") == [
                "link.delete all group 7 in host = ok", "link.delete all group 8 in host = ENODEV",
            ])
        #expect(lines(record, "file.rename") == ["file.rename /etc/a exchange true to /etc/b in host = ok"])
    }
}
