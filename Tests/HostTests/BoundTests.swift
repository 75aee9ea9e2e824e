import Glibc
import Kernel
import Testing

@testable import Host

/// Which groups a worker can have, by what the kernel shows.
struct HierarchyTests {
    @Test func versionOne() {
        let mounts = """
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
            35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            39 31 0:36 /docker/x /sys/fs/cgroup/pids ro,relatime - cgroup cgroup rw,pids
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw

            """
        let groups = "9:name=systemd:/\n8:pids:/docker/x/y\n4:memory:/a/b\n2:cpu,cpuacct:/\n0::/\n"
        let all = Hierarchy.all(mounts: mounts, groups: groups)
        #expect(
            all.map(\.folder) == [
                "/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/memory/a/b", "/sys/fs/cgroup/pids/y",
                "/sys/fs/cgroup/unified",
            ])
        #expect(all.map(\.bounds) == [[], [.memory], [.processes], [.memory, .processes]])
        // Nobody goes up in version 1: each group has its own files.
        #expect(all[1].parents == ["/sys/fs/cgroup/memory/a/b"])
        #expect(Hierarchy.all(mounts: "", groups: groups).isEmpty)
        // A group outside of what is mounted cannot be reached.
        let outside = "41 31 0:38 /a /sys/fs/cgroup rw - cgroup2 cgroup2 rw"
        #expect(Hierarchy.all(mounts: outside, groups: "0::/ab\n").isEmpty)
    }

    /// Of version 2 a group further up will do, but none above a bound that somebody has set.
    @Test func versionTwo() throws {
        let top = "/tmp/tocsin-groups-\(getpid())"
        defer { system("rm -rf \(top)") }
        let files = "echo max >$f/memory.max; echo 'max 100000' >$f/cpu.max"
        let script = "mkdir -p \(top)/a/b/c && cd \(top) && for f in . a a/b a/b/c; do \(files); done"
        try #require(system(script) == 0)
        let hierarchy = Hierarchy(point: top, own: "/a/b/c", controllers: nil)
        #expect(hierarchy.parents == ["/a/b/c", "/a/b", "/a", ""].map { top + $0 })
        try #require(system("echo 1000000 >\(top)/a/b/memory.max") == 0)
        #expect(hierarchy.parents == ["/a/b/c", "/a/b"].map { top + $0 })
        try #require(system("echo '50000 100000' >\(top)/a/b/c/cpu.max") == 0)
        #expect(hierarchy.parents == ["\(top)/a/b/c"])
    }
}

/// A host takes no more of the machine than its bounds.
@Suite(.needsHost, .timeLimit(.patient(minutes: 6))) struct BoundTests {
    @Test func theBoundIsSaidAsItIs() {
        #expect(WorkerGroup.memory < 2 << 30 || WorkerGroup.gigabytes == "2 GiB")
        #expect(WorkerGroup.memory > 1 << 28 && HostBounds.usual.space > 1 << 27)
    }

    @Test func filesHaveABound() async {
        await #expect(processExitsWith: .success) {
            var options = HostOptions()
            options.bounds = HostBounds(space: 8 << 20, files: 1000)
            let host = try Host(options)
            let large = try host.capture(["sh", "-c", "head -c 20M /dev/zero >/var/large; stat -c %s /var/large"])
            #expect(large.text.contains("No space left"))
            let room = "rm /var/large; for n in run tmp dev/shm; do head -c 1M /dev/zero >/$n/x; done"
            #expect(try host.shell(room) == "")
            let many = try host.capture(["sh", "-c", "mkdir /run/m; cd /run/m; seq 2000 | xargs touch"])
            #expect(many.text.contains("No space left"))
            try host.destroy()
        }
    }

    @Test(.enabled(if: canBeBounded, "needs cgroups of memory and pids in which groups can be made"))
    func memoryAndProcessesHaveABound() async {
        await #expect(processExitsWith: .success) {
            do {
                WorkerGroup.enter()
                var group = try #require(WorkerGroup.current)
                #expect(group.remarks.isEmpty)
                group.begin()
                let host = try Host()
                #expect(try host.shell("cat /proc/self/oom_score_adj") == "0\n")
                #expect(group.met.isEmpty)
                let script = "import os, signal\nfor n in range(5000):\n    if os.fork() == 0: signal.pause()"
                let bomb = try host.capture(["/usr/bin/python3", "-c", script])
                #expect(bomb.text.contains("BlockingIOError"), "\(bomb.text.suffix(200))")
                #expect(group.met.contains { $0.contains("4096 processes") })
                try host.destroy()
                group.begin()
                let second = try Host()
                let greedy = "x = []\nwhile True: x.append(bytearray(1 << 26))"
                let hog = try second.capture(["/usr/bin/python3", "-c", greedy])
                #expect(hog.status == .killed(signal: 9, core: false), "\(hog.status)")
                #expect(group.met.contains { $0.contains("no more memory") })
                try second.destroy()
            } catch { Issue.record(error) }
        }
    }
}

/// Whether a group can be made that has each bound.
private let canBeBounded: Bool = {
    let folder = "tocsin-test-\(getpid())"
    return WorkerGroup.Bound.allCases.allSatisfy { bound in
        Hierarchy.all().filter { $0.bounds.contains(bound) }.contains { hierarchy in
            hierarchy.parents.contains { parent in
                guard mkdir("\(parent)/\(folder)", 0o755) == 0 else { return false }
                defer { rmdir("\(parent)/\(folder)") }
                // In a unified hierarchy its file comes once the parent gives the controller away.
                let isUnified = hierarchy.controllers == nil
                let given = try? readFile("\(parent)/cgroup.controllers").split(whereSeparator: \.isWhitespace)
                return isUnified
                    ? given?.contains { $0 == bound.controller } == true
                    : access("\(parent)/\(folder)/\(bound.file(isUnified: false))", W_OK) == 0
            }
        }
    }
}()
