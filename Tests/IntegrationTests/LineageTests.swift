import FoundationEssentials
import Glibc
import Model
import Testing

/// A process belongs to whoever made it, also where /proc says otherwise, in every order of the kernel's events.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 10))) struct LineageTests {
    /// How often each is run, on one CPU and on all: it is a race that is tested.
    static let rounds = 30

    /// Runs it often and expects the same lineages of the folders it makes each time.
    private func expect(_ argv: [String], _ lineages: [String: String]) throws {
        for pinned in [true, false] {
            for round in 0..<LineageTests.rounds {
                let record = try record(of: plan(argv), pinned: pinned)
                let found = record.operations("file.create").map { ($0.phrase.argument, $0.lineage) }
                #expect(record.header.error == nil)
                #expect(record.header.notes == [])
                #expect(
                    Dictionary(found, uniquingKeysWith: { first, _ in first }) == lineages,
                    "round \(round), pinned \(pinned)")
            }
        }
    }

    @Test func ofASessionThatIsForkedOff() throws {
        try expect(["setsid", "-f", "mkdir", "/run/x"], ["/run/x": "setsid/mkdir"])
    }

    @Test func ofAShellInTheBackgroundOfAShell() throws {
        try expect(shell("(sleep 0.02; mkdir /run/x &)"), ["/run/x": "sh/mkdir"])
    }

    @Test func ofADaemonThatForksTwice() throws {
        try expect(
            python(
                """
                import os
                if os.fork(): os._exit(0)
                os.setsid()
                if os.fork(): os._exit(0)
                os.mkdir('/run/x')
                """), ["/run/x": "python3"])
    }

    /// With CLONE_PARENT (0x8000) the kernel calls the maker's parent the parent.
    @Test func ofASiblingByCloneParent() throws {
        try expect(
            shell(
                """
                python3 -c "
                import ctypes, os
                libc = ctypes.CDLL(None)
                pid = libc.syscall(56, 0x8000 | 17, 0, 0, 0, 0)
                if pid == 0:
                    os.mkdir('/run/x')
                os._exit(0)
                "; true
                """), ["/run/x": "sh/python3"])
    }

    /// Under a subreaper (PR_SET_CHILD_SUBREAPER, 36) an orphan is the reaper's child.
    @Test func ofAnOrphanUnderASubreaper() throws {
        try expect(
            python(
                """
                import ctypes, os, subprocess
                ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
                subprocess.run(['sh', '-c', '(mkdir /run/x; mkdir /run/y) & exit 0'])
                while True:
                    try: os.wait()
                    except ChildProcessError: break
                """), ["/run/x": "python3/sh/mkdir", "/run/y": "python3/sh/mkdir#2"])
    }
}
