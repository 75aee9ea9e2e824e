import Glibc
import Kernel
import Model
import Testing

/// A proc or sysfs that an agent mounts is as read-only as the host's own.
@Suite(.needsHost, .timeLimit(.minutes(1))) struct KernelMountTests {
    @Test func aMountedSysfsIsHeld() throws {
        let before = try mode("/sys/kernel")
        let words = try output(
            """
            ip netns exec pod sh -c '
            ip link add br0 type bridge && cd /sys/class/net/br0/bridge
            echo 1 > stp_state && cat stp_state
            chmod 700 /sys/kernel 2>&1'
            mkdir /tmp/s && mount -t sysfs s /tmp/s && chmod 700 /tmp/s/kernel 2>&1; umount -l /tmp/s && ls /tmp/s
            """)
        #expect(words.first == "1")
        #expect(words.count == 3 && words.dropFirst().allSatisfy { $0.contains("Read-only file system") }, "\(words)")
        #expect(try mode("/sys/kernel") == before)
    }

    @Test func aMountedProcIsHeld() throws {
        let before = try readFile("/proc/sys/vm/swappiness")
        let words = try output(
            """
            mkdir /tmp/p && mount -t proc p /tmp/p && cat /tmp/p/sys/vm/swappiness > /tmp/v
            cat /tmp/v 2>&1 > /tmp/p/sys/vm/swappiness
            echo 1 > /tmp/p/sys/net/ipv4/ip_forward && cat /proc/sys/net/ipv4/ip_forward
            unshare -fp --mount-proc sh -c 'cat /tmp/v > /proc/sys/vm/swappiness; echo $$' 2>&1
            """)
        #expect(words.filter { $0.contains("Read-only file system") }.count == 2, "\(words)")
        #expect(words.filter { $0 == "1" }.count == 2, "\(words)")
        #expect(try readFile("/proc/sys/vm/swappiness") == before)
    }
}

/// What an agent's shell wrote, by lines.
private func output(_ script: String) throws -> [String] {
    let record = try record(of: plan(shell("exec 2>&1; \(script)")))
    #expect(record.header.error == nil)
    return try #require(record.attempt).output.split(separator: "\n").map(String.init)
}

private func mode(_ path: String) throws -> UInt32 {
    var status = stat()
    try systemCall("stat", stage: path) { stat(path, &status) == 0 ? 0 : -Int(errno) }
    return status.st_mode
}
