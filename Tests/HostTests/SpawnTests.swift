import CLinux
import Glibc
import Kernel
import Testing

@testable import Host

@Suite(.needsHost, .timeLimit(.patient(minutes: 1))) struct SpawnTests {
    @Test func runsToItsEnd() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            #expect(try host.capture(["true"]).status == .exited(0))
            #expect(try host.capture(["sh", "-c", "exit 42"]).status == .exited(42))
            #expect(try host.capture(["sh", "-c", "kill -TERM $$"]).status == .killed(signal: SIGTERM, core: false))
            #expect(try host.capture(["pwd"], directory: "/usr").text == "/usr\n")
            try host.destroy()
        }
    }

    @Test func missingProgramIsNamed() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            let search = #expect(throws: SystemError.self) { try host.capture(["no-such-program"]) }
            #expect(search?.description == "execve(no-such-program): No such file or directory (ENOENT)")
            let path = #expect(throws: SystemError.self) { try host.capture(["/etc/passwd"]) }
            #expect(path?.description == "execve(/etc/passwd): Permission denied (EACCES)")
            let directory = #expect(throws: SystemError.self) { try host.capture(["true"], directory: "/none") }
            #expect(directory?.description == "chdir(/none): No such file or directory (ENOENT)")
            let space = #expect(throws: SystemError.self) { try host.capture(["true"], namespace: "none") }
            #expect(space?.call == "open")
            try host.destroy()
        }
    }

    @Test func startsClean() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_IGN)
            try SignalSet.child.union(.terminate).block()
            let host = try Host()
            // ls itself opens the directory, as descriptor 3.
            #expect(try host.shell("ls /proc/self/fd") == "0\n1\n2\n3\n")
            let status = try host.shell("grep -E 'NoNewPrivs|SigBlk|SigIgn' /proc/self/status")
            #expect(
                status.split(separator: "\n").map { $0.split(separator: "\t").last }
                    == ["0000000000000000", "0000000000000000", "0"])
            #expect(try host.shell("tr '\\0' ' ' < /proc/self/environ") == "PATH=/usr/sbin:/usr/bin:/sbin:/bin ")
            #expect(try host.shell("umask") == "0022\n")
            try host.destroy()
        }
    }

    @Test func waitsAtTheGate() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            let null = try Descriptor.open("/dev/null", flags: O_RDWR)
            var ended: WaitStatus?
            let request = SpawnRequest(["/bin/true"], standard: (null.raw, null.raw, null.raw))
            let process = try host.spawn(request) { ended = $0 }
            #expect(try process.execState() == .pending)
            #expect(try ProcessStatus.of(process.pid).namespacePIDs == [process.pid, process.hostPID])
            #expect(try commandLine(of: process.pid).last != "/bin/true")
            #expect(ended == nil)
            try process.go()
            try host.waitUntil("end") { ended != nil }
            #expect(ended == .exited(0))
            #expect(try process.execState() == .started)
            var cancelled: WaitStatus?
            do { _ = try host.spawn(request) { cancelled = $0 } }
            try host.waitUntil("end of the cancelled start") { cancelled != nil }
            #expect(cancelled == .exited(127))
            try host.destroy()
        }
    }

    @Test func aShellGetsItsTerminal() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            let pair = try Descriptor.terminalPair()
            let side = pair.second.raw
            let test = ["sh", "-c", "exec 2>/dev/null; : > /dev/tty"]
            var request = SpawnRequest(test, standard: (side, side, side))
            #expect(try host.run(request) != .exited(0))
            request.terminal = true
            #expect(try host.run(request) == .exited(0))
            try host.destroy()
        }
    }

    @Test func startIsFast() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            let host = try Host()
            let null = try Descriptor.open("/dev/null", flags: O_RDWR)
            let request = SpawnRequest(["/bin/true"], standard: (null.raw, null.raw, null.raw))
            var times: [Double] = []
            for _ in 0..<30 {
                let start = Monotonic.now()
                #expect(try host.run(request) == .exited(0))
                times.append(Double((Monotonic.now() - start).nanoseconds) / 1e6)
            }
            print("HOST run of /bin/true \(times.sorted()[15]) ms (median of 30)")
            try host.destroy()
        }
        let text = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        for line in text.split(separator: "\n") where line.hasPrefix("HOST ") { print(line) }
    }

    /// The filter makes uname(2) fail and lets everything else pass, without no_new_privs.
    @Test func installsTheFilter() async {
        await #expect(processExitsWith: .success) {
            let filter = [
                sock_filter(code: 0x20, jt: 0, jf: 0, k: 0),
                sock_filter(code: 0x15, jt: 0, jf: 1, k: UInt32(__NR_uname)),
                sock_filter(code: 0x06, jt: 0, jf: 0, k: CL_SECCOMP_RET_ERRNO | 1),
                sock_filter(code: 0x06, jt: 0, jf: 0, k: CL_SECCOMP_RET_ALLOW),
            ]
            let host = try Host(HostOptions(filter: filter))
            #expect(try host.capture(["uname"]).status == .exited(0))
            #expect(try host.capture(["uname"], filtered: true).status == .exited(1))
            let status = try host.capture(["grep", "-E", "NoNewPrivs|Seccomp:", "/proc/self/status"], filtered: true)
            #expect(status.text == "NoNewPrivs:\t0\nSeccomp:\t2\n")
            try host.destroy()
        }
    }
}
