import Glibc
import Kernel
import Testing

@testable import Host

@Suite(.needsHost, .timeLimit(.patient(minutes: 1))) struct RootTests {
    @Test func upperListsExactlyTheChangedFiles() async {
        await #expect(processExitsWith: .success) {
            let host = try Host(HostOptions(stateDirectories: ["/var/lib/agent/state"]))
            #expect(try host.changedFiles() == [])
            _ = try host.shell("echo x > /etc/tocsin-test; echo y > /var/lib/agent/state/f; mkdir /run/a; : > /tmp/t")
            try host.writeFile("/opt/tocsin/deep/file", Array("content".utf8), mode: 0o600)
            #expect(
                try host.changedFiles() == [
                    "/etc", "/etc/tocsin-test", "/opt", "/opt/tocsin", "/opt/tocsin/deep", "/opt/tocsin/deep/file",
                    "/run/a", "/tmp/t", "/var/lib/agent/state/f",
                ])
            for path in ["/etc/tocsin-test", "/opt/tocsin", "/run/a", "/tmp/t", "/var/lib/agent"] {
                #expect(access(path, F_OK) != 0, "\(path) is on the machine")
            }
            #expect(try host.shell("stat -c %a /opt/tocsin/deep/file; cat /opt/tocsin/deep/file") == "600\ncontent")
            try host.destroy()
            #expect(try host.changedFiles().contains("/etc/tocsin-test"))
        }
    }

    @Test func stateIsPrivateAndEmpty() async {
        await #expect(processExitsWith: .success) {
            let host = try Host(HostOptions(stateDirectories: ["/var/log"]))
            #expect(try host.shell("ls -A /run /tmp /var/log") == "/run:\n\n/tmp:\n\n/var/log:\n")
            #expect(try host.shell("stat -c %a /run /tmp") == "755\n1777\n")
            #expect(try host.shell("hostname; ls /sys/class/net; ls /dev/shm | wc -l") == "host\nlo\n0\n")
            #expect(try host.shell("cat /proc/1/comm; cat /sys/class/net/lo/flags") == "tocsin-host\n0x9\n")
            #expect(
                try host.shell("echo z > /dev/null; : > /dev/shm/f; : > /dev/x; head -c1 /dev/urandom | wc -c") == "1\n"
            )
            #expect(access("/dev/x", F_OK) != 0)
            #expect(access("/dev/shm/f", F_OK) != 0)
            try host.destroy()
        }
    }

    @Test func runAndTmpAreMemory() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            #expect(try host.shell("stat -f -c %T /run /tmp") == "tmpfs\ntmpfs\n")
            _ = try host.shell("mkdir -p /run/a/b; : > /run/a/b/f; : > /tmp/gone; rm /tmp/gone; mv /run/a/b /run/c")
            #expect(try host.changedFiles() == ["/run/a", "/run/c", "/run/c/f"])
            try host.destroy()
        }
    }

    @Test func sysfsIsReadOnlyWhenAsked() async {
        await #expect(processExitsWith: .success) {
            let host = try Host(HostOptions(readOnlySysfs: true))
            let write = try host.capture(["sh", "-c", ": > /sys/class/net/lo/ifalias"])
            #expect(write.status != .exited(0) && write.text.contains("Read-only"))
            try host.destroy()
        }
    }

    @Test func visibleMountsAreReadOnly() async {
        await #expect(processExitsWith: .success) {
            let host = try Host(HostOptions(visibleMounts: ["/usr/share"]))
            #expect(
                try host.shell("ls /usr/share").split(separator: "\n").sorted()
                    == listDirectory("/usr/share").map { Substring($0) }.sorted())
            #expect(try host.capture(["touch", "/usr/share/tocsin-test"]).text.contains("Read-only file system"))
            #expect(try host.changedFiles() == [])
            try host.destroy()
        }
    }

    @Test func aFolderOfTmpCanBeShown() async {
        await #expect(processExitsWith: .success) {
            let folder = "/tmp/tocsin-shown-\(getpid())"
            #expect(mkdir(folder, 0o755) == 0)
            defer { rmdir(folder) }
            let hidden = try Host()
            #expect(try hidden.shell("ls -A /tmp") == "")
            try hidden.destroy()
            let shown = try Host(HostOptions(visibleMounts: [folder]))
            #expect(try shown.shell("ls -A /tmp") == "\(folder.dropFirst(5))\n")
            #expect(try shown.capture(["touch", "\(folder)/x"]).text.contains("Read-only file system"))
            try shown.destroy()
        }
    }

    @Test func longContentGoesByMemory() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            try host.writeFile("/srv/long", content)
            #expect(try Descriptor.open("/proc/\(host.initPID)/root/srv/long").readAll() == content)
            try host.destroy()
        }
    }
}
