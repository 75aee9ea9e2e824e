import Glibc
import Kernel
import Model
import Testing

/// A proc or sysfs that an agent mounts is as read-only as the host's own.
@Suite(.needsHost, .timeLimit(.patient(minutes: 1))) struct KernelMountTests {
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

    /// What an agent takes off before it mounts anything does not tell that nothing is to be held.
    @Test func aMountedProcIsHeldByOneThatTookSomethingOffFirst() throws {
        let before = try readFile("/proc/sys/vm/swappiness")
        let words = try output(
            """
            umount -l /proc/sys/net; umount -l /proc/sys; umount -l /proc/sys; umount -l /sys
            mkdir /tmp/p && mount -t proc p /tmp/p && cat /tmp/p/sys/vm/swappiness > /tmp/v
            cat /tmp/v 2>&1 > /tmp/p/sys/vm/swappiness
            """)
        #expect(words.last?.contains("Read-only file system") == true, "\(words)")
        #expect(try readFile("/proc/sys/vm/swappiness") == before)
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

    /// By a link, below a name with a blank, moved elsewhere, in another root.
    @Test(arguments: [
        "mkdir a && ln -s a l && mount -t proc p l && cd a", "mkdir 'a b' && mount -t proc p 'a b' && cd 'a b'",
        "mkdir a b && mount -t proc p a && mount --move a b && cd b",
        "mkdir r && mount --rbind / r && chroot r sh -c 'mkdir /tmp/p && mount -t proc p /tmp/p' && cd r/tmp/p",
    ]) func aMountedProcIsHeldWhereverItLies(_ script: String) throws {
        #expect(try opened("cd /tmp && \(script)", ["sys/vm/swappiness"]) == ["ro"])
    }

    /// What makes it read-only is made anew when it is taken off, or made writable.
    @Test(arguments: [
        "mount -o remount,rw,bind p/sys", "umount -l p/sys", "mount -o remount,rw,bind p/irq", "umount p/irq",
    ]) func aMountedProcStaysHeld(_ attempt: String) throws {
        let script = "mkdir /tmp/p && cd /tmp && mount -t proc p p && \(attempt); cd p"
        #expect(
            try opened(script, ["sys/vm/swappiness", "irq/default_smp_affinity", "sys/net/ipv4/ip_forward"])
                == ["ro", "ro", "rw"])
    }

    @Test func theHostsOwnProcStaysHeld() throws {
        #expect(try opened("unshare -m sleep 0; umount -l /proc/sys; cd /proc", ["sys/vm/swappiness"]) == ["ro"])
    }

    @Test func aMountedSysfsStaysHeld() throws {
        let devices = "devices/virtual/net/lo/mtu"
        #expect(
            try opened("ip netns exec pod mount -o remount,rw /sys; cd /sys", ["kernel/profiling", devices])
                == ["ro", "rw"])
        #expect(
            try opened(
                "mkdir /tmp/s && mount -t sysfs s /tmp/s && mount -o remount,rw /tmp/s && cd /tmp/s",
                ["kernel/profiling", devices]) == ["ro", "rw"])
    }

    /// Where places are shared, a mount appears in other mount namespaces too.
    @Test func aMountThatAppearsElsewhereIsHeldThere() throws {
        let words = try output(
            """
            cd /tmp && mkdir p s && mount --make-rshared / && mkfifo up go
            unshare -m --propagation unchanged sh -c '
            echo > up; cat go > /dev/null
            (: >> p/sys/vm/swappiness) 2>/dev/null && echo proc; (: >> s/kernel/profiling) 2>/dev/null && echo sysfs
            ls p/self/stat s/kernel/profiling' &
            cat up > /dev/null; mount -t proc p p; mount -t sysfs s s; echo > go; wait
            """)
        #expect(words == ["p/self/stat", "s/kernel/profiling"])
    }

    /// As natively, nothing is mounted below a proc or sysfs; what is busy stays, and stays held.
    @Test func aHeldMountCanBeTakenOff() throws {
        let words = try output(
            """
            mkdir /tmp/p && cd /tmp && mount -t proc p p && umount p && mount -t sysfs p p && umount p && ls p
            mount --bind /proc p && umount p && ls p
            mount -t proc p p && cd p && umount /tmp/p; (: >> sys/vm/swappiness) && echo written
            """)
        #expect(words.count == 2, "\(words)")
        #expect(words.first?.contains("busy") == true && words.last?.contains("Read-only file system") == true)
    }
}

/// What an agent's shell wrote, by lines.
func output(_ script: String) throws -> [String] {
    let record = try record(of: plan(shell("exec 2>&1; \(script)")))
    #expect(record.header.error == nil)
    return try #require(record.attempt).output.split(separator: "\n").map(String.init)
}

/// Whether files can be opened for writing after a script, in the directory where it ends: `rw` or `ro` for each.
///
/// Nothing is written: where a file can be opened, it is the machine's that could be.
func opened(_ script: String, _ files: [String]) throws -> [String] {
    let tries = files.map { "if (: >> \($0)); then echo rw; elif [ -e \($0) ]; then echo ro; else echo missing; fi" }
    return try output("\(script); exec 2>/dev/null; \(tries.joined(separator: "; "))").suffix(files.count)
}

private func mode(_ path: String) throws -> UInt32 {
    var status = stat()
    try systemCall("stat", stage: path) { stat(path, &status) == 0 ? 0 : -Int(errno) }
    return status.st_mode
}
