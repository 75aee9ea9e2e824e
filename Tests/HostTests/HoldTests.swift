import Glibc
import Kernel
import Testing

@testable import Host

/// What pid 1 does with a mount of an agent's when it is asked to.
@Suite(.needsHost, .timeLimit(.patient(minutes: 1))) struct HoldTests {
    /// A mount cannot be made read-only while a file of it is open for writing (mount_setattr(2), EBUSY).
    @Test func aMountThatIsWrittenToIsCovered() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            // What goes on in the background keeps the file open, which is not written to.
            _ = try host.shell(
                "mkdir /tmp/s && mount -t sysfs s /tmp/s && exec 3>> /tmp/s/kernel/profiling; sleep 1000 > /dev/null &")
            let namespace = try Descriptor.open("/proc/\(host.initPID)/ns/mnt")
            let root = try Descriptor.open("/proc/\(host.initPID)/root/tmp/s", flags: O_DIRECTORY)
            #expect(try host.capture(["mount", "-o", "remount,ro,bind", "/tmp/s"]).text.contains("busy"))
            try host.perform(.holdMount(.sysfs, readOnly: false, namespace: namespace.raw, root: root.raw))
            let attempt = try host.capture(["sh", "-c", ": >> /tmp/s/kernel/profiling"])
            #expect(attempt.text.contains("Read-only file system"), "\(attempt.text)")
            _ = try host.shell(": >> /tmp/s/devices/virtual/net/lo/mtu")
            try host.destroy()
        }
    }
}
