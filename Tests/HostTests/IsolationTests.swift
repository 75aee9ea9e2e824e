import Glibc
import Kernel
import Testing

@testable import Host

/// What root does in a host by accident does not reach the machine: each is tried inside and looked for outside.
@Suite(.needsHost, .timeLimit(.patient(minutes: 1))) struct IsolationTests {
    @Test func deviceNodesAreItsOwn() async {
        await #expect(processExitsWith: .success) {
            let before = try ["/dev/null", "/dev/full"].map(mode)
            let host = try Host()
            _ = try host.shell("chmod 600 /dev/null /dev/full && chown 7 /dev/null && stat -c %u /dev/null | grep 7")
            _ = try host.shell("[ ! -e /dev/net/tun ] || chmod 600 /dev/net/tun; [ ! -e /dev/kmsg ]")
            #expect(try ["/dev/null", "/dev/full"].map(mode) == before)
            try host.destroy()
        }
    }

    @Test func settingsOfTheMachineAreReadOnly() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            for name in [
                "kernel/core_pattern", "vm/swappiness", "fs/file-max", "kernel/panic", "user/max_net_namespaces",
            ] {
                let path = "/proc/sys/\(name)"
                let before = try readFile(path)
                let written = try host.capture(["sh", "-c", "cat \(path) > /tmp/v && cat /tmp/v > \(path)"])
                #expect(written.text.contains("Read-only file system"), "\(name): \(written.text)")
                #expect(try readFile(path) == before)
            }
            #expect(throws: HostError.self) { try host.writeSysctl("vm/swappiness", "60") }
            for remount in ["remount,rw", "remount,rw,bind"] {
                #expect(try host.capture(["mount", "-o", remount, "/proc/sys"]).status != .exited(0))
            }
            #expect(
                try host.capture(["sh", "-c", "cat /proc/sys/vm/swappiness > /proc/sys/vm/swappiness"]).status
                    != .exited(0))
            try host.destroy()
        }
    }

    @Test func whatElseOfProcIsTheMachinesIsReadOnly() async {
        await #expect(processExitsWith: .success) {
            let before = try mode("/proc/irq")
            let host = try Host()
            var seen = 0
            for name in ["sysrq-trigger", "irq", "bus", "fs", "acpi", "driver", "mtrr", "scsi"] {
                guard access("/proc/\(name)", F_OK) == 0 else { continue }
                seen += 1
                let options = try host.shell("findmnt -no OPTIONS /proc/\(name)")
                #expect(options.hasPrefix("ro,"), "\(name): \(options)")
                // Its own mode, so that nothing changes where it is not refused.
                let attempt = try host.capture(["chmod", "--reference=/proc/\(name)", "/proc/\(name)"])
                #expect(attempt.text.contains("Read-only file system"), "\(name): \(attempt.text)")
            }
            #expect(seen > 2)
            for open in ["sysrq-trigger", "mtrr", "irq/default_smp_affinity"] {
                let attempt = try host.capture(["sh", "-c", ": >> /proc/\(open)"])
                #expect(attempt.status != .exited(0), "\(open)")
            }
            #expect(try mode("/proc/irq") == before)
            try host.destroy()
        }
    }

    /// Natively too: what is mounted below them does not hinder it.
    @Test func copiesOfProcAndSysfsCanBeMade() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            let copies = "mkdir /tmp/a /tmp/b && mount --bind /sys /tmp/a && mount --bind /proc/sys /tmp/b"
            #expect(try host.shell("\(copies) && ls /tmp/a/class/net && ls -d /tmp/b/vm") == "lo\n/tmp/b/vm\n")
            for attempt in ["mount -o remount,rw,bind /tmp/a", "mount -o remount,rw,bind /tmp/b"] {
                #expect(try host.capture(["sh", "-c", attempt]).status != .exited(0), "\(attempt)")
            }
            try host.destroy()
        }
    }

    @Test func settingsOfNamespacesCanBeWritten() async {
        await #expect(processExitsWith: .success) {
            let names = [
                "kernel/hostname", "kernel/shmmni", "kernel/msgmax", "fs/mqueue/msg_max", "net/ipv4/ip_forward",
            ]
            let values = ["tocsin-test", "4095", "8191", "11", "1"]
            let before = try names.map { try readFile("/proc/sys/\($0)") }
            let host = try Host()
            for (name, value) in zip(names, values) {
                #expect(try host.shell("echo \(value) > /proc/sys/\(name) && cat /proc/sys/\(name)") == "\(value)\n")
            }
            #expect(try names.map { try readFile("/proc/sys/\($0)") } == before)
            try host.destroy()
        }
    }

    @Test func sysfsTakesTheSettingsOfItsOwnDevicesAlone() async {
        await #expect(processExitsWith: .success) {
            let before = try mode("/sys/kernel")
            let host = try Host()
            let ports = "ip link add br0 type bridge && ip link add p0 type veth peer p1 && ip link set p0 master br0"
            let written = "echo 1 > br0/bridge/stp_state && echo 1 > p0/brport/hairpin_mode && echo 1400 > p1/mtu"
            #expect(
                try host.shell(
                    "\(ports) && cd /sys/class/net && \(written) && cat br0/bridge/stp_state p0/brport/hairpin_mode p1/mtu"
                )
                    == "1\n1\n1400\n")
            for attempt in ["chmod 700 /sys/kernel", "mount -o remount,rw /sys", "mount -o remount,rw,bind /sys"] {
                #expect(try host.capture(["sh", "-c", attempt]).status != .exited(0), "\(attempt)")
            }
            #expect(try host.capture(["chmod", "700", "/sys/kernel"]).text.contains("Read-only file system"))
            #expect(try mode("/sys/kernel") == before)
            try host.destroy()
        }
    }

    @Test func clockLogAndModulesAreOutOfReach() async throws {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            let held = HostOptions.heldByDefault.reduce(UInt64(0)) { $0 | 1 << UInt64($1.number) }
            let bounds = try host.shell("grep CapBnd /proc/self/status").split(separator: "\t").last?.dropLast()
            #expect(UInt64(bounds ?? "", radix: 16).map { $0 & held } == 0)
            // To the second in which it is: a clock that could be set would not be moved far.
            let clock = try host.capture(["sh", "-c", "date -s @$(date +%s)"])
            #expect(clock.text.contains("Operation not permitted"), "\(clock.text)")
            // A module, the log's level, the ports, accounting: harmless where they are not refused.
            let script = """
                import ctypes
                call = ctypes.CDLL(None, use_errno=True).syscall
                def result(*a): return 0 if call(*a) >= 0 else ctypes.get_errno()
                print(result(175, None, 0, None), result(103, 8, None, 7), result(172, 3), result(163, None))
                """
            // EPERM, or ENOSYS where the kernel was built without.
            let answers = try host.capture(["python3", "-c", script]).text.split { $0 == " " || $0 == "\n" }
            #expect(answers.count == 4 && answers.allSatisfy { ["1", "38"].contains($0) }, "\(answers)")
            try host.destroy()
        }
    }

    @Test func capabilitiesAreGivenBackWhenAsked() async {
        await #expect(processExitsWith: .success) {
            let own = try heldBounds("/proc/self/status")
            let host = try Host(HostOptions(heldCapabilities: HostOptions.heldByDefault.subtracting([.sysTime])))
            let bounds = try host.shell("cat /proc/self/status")
            let bit = UInt64(1) << UInt64(Capability.sysTime.number)
            #expect(try #require(bound(bounds)) & bit == own & bit)
            try host.destroy()
        }
    }

    /// How much of the kernel's log is unread, and how large it is: the one needs CAP_SYSLOG, the other mostly nothing (syslog(2)).
    @Test func theLogIsRefusedByTheFilterUnlessItIsGivenBack() async {
        await #expect(processExitsWith: .success) {
            let script = """
                import ctypes
                call = ctypes.CDLL(None, use_errno=True).syscall
                print(*[0 if call(103, what, None, 0) >= 0 else ctypes.get_errno() for what in (9, 10)])
                """
            let restricted = try readFile("/proc/sys/kernel/dmesg_restrict") == "1\n"
            let held = try Host()
            #expect(try held.capture(["python3", "-c", script]).text == (restricted ? "1 1\n" : "1 0\n"))
            try held.destroy()
            let isOurs = try heldBounds("/proc/self/status") >> UInt64(Capability.syslog.number) & 1 == 1
            let open = try Host(HostOptions(heldCapabilities: HostOptions.heldByDefault.subtracting([.syslog])))
            #expect(
                try open.capture(["python3", "-c", script]).text == (isOurs ? "0 0\n" : restricted ? "1 1\n" : "1 0\n"))
            try open.destroy()
        }
    }

    @Test func rootsUserKeyringCannotBeNamed() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            let script = """
                import ctypes
                call = ctypes.CDLL(None, use_errno=True).syscall
                def result(*a): return 0 if call(*a) >= 0 else ctypes.get_errno()
                print(result(248, b'user', b'tocsin-test', b'x', 1, -4), result(248, b'user', b'tocsin-test', b'x', 1, -5),
                      result(250, 0, -4, 1), result(248, b'user', b'tocsin-test', b'x', 1, -3))
                """
            #expect(try host.capture(["python3", "-c", script]).text == "13 13 13 0\n")
            try host.destroy()
        }
    }

    @Test func shownFoldersStayReadOnly() async {
        await #expect(processExitsWith: .success) {
            let host = try Host(HostOptions(visibleMounts: ["/usr/share"]))
            for attempt in [
                "mount -o remount,rw /usr/share", "mount -o remount,rw,bind /usr/share",
                "unshare -m mount -o remount,rw,bind /usr/share",
                "mkdir /tmp/m && mount --bind /usr/share /tmp/m && mount -o remount,rw,bind /tmp/m",
            ] {
                #expect(try host.capture(["sh", "-c", attempt]).status != .exited(0), "\(attempt)")
            }
            #expect(try host.capture(["touch", "/usr/share/tocsin-test"]).text.contains("Read-only file system"))
            #expect(access("/usr/share/tocsin-test", F_OK) != 0)
            try host.destroy()
        }
    }
}

private func mode(_ path: String) throws -> UInt32 {
    var status = stat()
    try systemCall("stat", stage: path) { stat(path, &status) == 0 ? 0 : -Int(errno) }
    return status.st_mode ^ status.st_uid << 16
}

private func bound(_ status: String) -> UInt64? {
    status.split(separator: "\n").first { $0.hasPrefix("CapBnd:") }.flatMap {
        UInt64($0.split(separator: "\t")[1], radix: 16)
    }
}

private func heldBounds(_ path: String) throws -> UInt64 { try #require(bound(try readFile(path))) }
