import Glibc
import Kernel
import Testing

@testable import Host

extension Trait where Self == ConditionTrait {
    /// Skips the test, saying so, where a host has no cgroup of its own.
    static var needsGroup: Self {
        .enabled(if: ControlGroup.parent.map { access($0, W_OK) == 0 } ?? false, "needs a cgroup2 that can be written")
    }
}

@Suite(.needsHost, .timeLimit(.patient(minutes: 1))) struct GroupTests {
    @Test(.needsGroup) func groupsEndWithTheHost() async {
        await #expect(processExitsWith: .success) {
            let before = try machineState()
            let host = try Host()
            let other = try Host()
            #expect(try host.shell("stat -f -c %T /sys/fs/cgroup; grep ^0:: /proc/self/cgroup") == "cgroup2fs\n0::/\n")
            _ = try host.shell("mkdir -p /sys/fs/cgroup/a/b && echo $$ > /sys/fs/cgroup/a/b/cgroup.procs")
            #expect(try other.capture(["ls", "/sys/fs/cgroup/a"]).status != .exited(0))
            #expect(try machineState() != before)
            try other.destroy()
            try host.destroy()
            #expect(try machineState() == before)
        }
    }

    @Test(.needsGroup) func whatAKilledWorkerLeftIsSwept() async {
        await #expect(processExitsWith: .success) {
            let mounts = try readFile("/proc/self/mountinfo").split(separator: "\n").filter {
                $0.contains(" - cgroup2 ")
            }
            #expect(!mounts.isEmpty)
            // In a group of its own, which nobody else sweeps.
            let parent = try #require(ControlGroup.parent) + "/swept-\(getpid())"
            // No process has this number: the kernel's highest is 4194304 (proc_sys_kernel(5), pid_max).
            let left = "\(parent)/tocsin-4194305-1"
            #expect(mkdir(parent, 0o755) == 0 && mkdir(left, 0o755) == 0 && mkdir("\(left)/inner", 0o755) == 0)
            ControlGroup.sweep(parent)
            #expect(access(left, F_OK) != 0)
            #expect(rmdir(parent) == 0)
        }
    }

    @Test func withoutOneTheMachinesAreReadOnly() async {
        await #expect(processExitsWith: .success) {
            let host = try Host(HostOptions(ownGroup: false))
            let groups = try host.capture(["sh", "-c", "mkdir /sys/fs/cgroup/tocsin-test /sys/fs/cgroup/*/tocsin-test"])
            #expect(groups.status != .exited(0))
            #expect(groups.text.contains("Read-only") || groups.text.contains("No such file"))
            try host.destroy()
        }
    }
}

/// Pid 1 serves the worker, whatever an agent does to it by accident.
@Suite(.needsHost, .timeLimit(.patient(minutes: 1))) struct PidOneTests {
    @Test func tellsNothingOfTheWorkersEnvironment() async {
        await #expect(processExitsWith: .success) {
            setenv("TOCSIN_TEST_SECRET", "hunter2", 1)
            let host = try Host()
            #expect(try host.shell("tr -d '\\0' < /proc/1/environ") == "")
            try host.destroy()
        }
    }

    @Test func cannotBeReadWithoutTheCapabilityToTrace() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            for look in ["ls -l /proc/1/fd/3", "ls -l /proc/1/exe", "chmod 755 /proc/1/exe", "ls /proc/1/root/"] {
                let output = try host.capture(["setpriv", "--bounding-set", "-sys_ptrace", "sh", "-c", look])
                #expect(output.text.contains("Permission denied"), "\(look): \(output.text)")
            }
            try host.destroy()
        }
    }

    /// Of descriptors: with 4 none of those that come with a request has a place, with 2 pid 1 cannot even wait for three of its own.
    @Test(.enabled(if: Capabilities.has(.sysResource), "needs CAP_SYS_RESOURCE"), arguments: [4, 2, 0])
    func servesOnWhenItsLimitsWereLowered(limit: Int) async {
        await #expect(processExitsWith: .success) { [limit] in
            do {
                let host = try Host()
                let before = try host.shell("grep 'open files' /proc/1/limits")
                let lowered = try host.capture(["prlimit", "--pid", "1", "--nofile=\(limit):\(limit)"])
                #expect(lowered.status == .exited(0), "\(lowered.text)")
                try host.makeNamespace("pod")
                #expect(try host.shell("grep 'open files' /proc/1/limits") == before)
                #expect(try host.capture(["true"]).status == .exited(0))
                try host.destroy()
            } catch { Issue.record(error) }
        }
    }

    @Test func keepsItsLimitsFromWhoMayNotRaiseThem() async {
        await #expect(processExitsWith: .success) {
            do {
                let host = try Host()
                let before = try host.shell("grep 'open files' /proc/1/limits")
                let script = "setpriv --bounding-set -sys_resource prlimit --pid 1 --nofile=4:4"
                #expect(try host.capture(["sh", "-c", script]).status != .exited(0))
                #expect(try host.shell("grep 'open files' /proc/1/limits") == before)
                try host.destroy()
            } catch { Issue.record(error) }
        }
    }
}
