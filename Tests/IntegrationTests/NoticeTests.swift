import Glibc
import Model
import Testing

/// What an agent can notice of being traced: docs/what-the-agent-can-notice.md, line by line.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct NoticeTests {
    /// What a Python program prints, and its record.
    private func run(_ text: String, faults: [Fault] = [], pinned: Bool = false) throws -> (
        said: String, record: Record
    ) {
        let record = try record(of: plan(python(text), faults: faults), pinned: pinned)
        #expect(record.header.error == nil)
        #expect(record.attempt?.errorOutput == "")
        return (record.attempt?.output ?? "", record)
    }

    @Test func tracingIsRefused() throws {
        let (said, _) = try run(
            """
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            print(libc.ptrace(0, 0, 0, 0), ctypes.get_errno())
            """)
        #expect(said == "-1 \(EPERM)\n")
    }

    @Test func strictSeccompIsRefusedAndSaid() throws {
        let (said, record) = try run(
            """
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            print(libc.prctl(22, 1, 0, 0, 0), ctypes.get_errno())
            print(libc.syscall(317, 0, 0, 0), ctypes.get_errno())
            """)
        #expect(said == "-1 \(EINVAL)\n-1 \(EINVAL)\n")
        #expect(record.header.notes.count == 2, "once, and how often")
        #expect(record.header.notes.first?.hasPrefix("python3 asked for strict seccomp and was refused") == true)
    }

    /// A filter that answers mkdir with `action`, and lets all else run; `flags` of seccomp(2).
    private func filter(_ action: String, flags: Int) -> String {
        """
        import ctypes, os, struct
        libc = ctypes.CDLL(None, use_errno=True)
        code = struct.pack('=HBBI', 0x20, 0, 0, 0) + struct.pack('=HBBI', 0x15, 0, 1, 83)
        code += struct.pack('=HBBI', 6, 0, 0, \(action)) + struct.pack('=HBBI', 6, 0, 0, 0x7fff0000)
        room = ctypes.create_string_buffer(code)
        program = ctypes.create_string_buffer(struct.pack('=H6xQ', 4, ctypes.addressof(room)))
        listener = libc.syscall(317, 1, \(flags), program)
        assert listener >= 0, ctypes.get_errno()

        """
    }

    @Test func aFilterWithAListenerIsSaid() throws {
        let (said, record) = try run(
            filter("0x7fc00000", flags: 8)
                + """
                import fcntl, threading
                made = threading.Thread(target=lambda: os.mkdir('/run/x'))
                made.start()
                notice = bytearray(80)
                fcntl.ioctl(listener, 0xc0502100, notice)
                fcntl.ioctl(listener, 0xc0182101, bytearray(notice[:8] + struct.pack('=qiI', 0, 0, 1)))
                made.join()
                print(os.path.isdir('/run/x'))
                """)
        #expect(said == "True\n")
        #expect(record.operations("file.create").isEmpty, "it is hidden from us")
        #expect(
            record.header.notes == [
                "python3 has a seccomp filter with a listener of its own: calls that the listener answers are not seen"
            ])
    }

    @Test func aFilterThatWantsATracerIsAnsweredAsNatively() throws {
        let (said, record) = try run(
            filter("0x7ff00000", flags: 0)
                + """
                try: os.mkdir('/run/x')
                except OSError as error: print(error.errno, os.path.isdir('/run/x'))
                """)
        #expect(said == "\(ENOSYS) False\n")
        #expect(record.header.notes.isEmpty)
    }

    private let status = "fields = dict(l.split(':', 1) for l in open('/proc/self/status'))\n"

    @Test func statusShowsTheFilter() throws {
        let (said, _) = try run(status + "print(int(fields['Seccomp']), int(fields['Seccomp_filters']))")
        // One is the tracer's, one the host's (docs/isolation.md).
        #expect(said == "2 2\n")
    }

    @Test func prctlShowsTheFilter() throws {
        // PR_GET_SECCOMP, which answers 0 where there is none.
        #expect(try run("import ctypes; print(ctypes.CDLL(None).prctl(21, 0, 0, 0, 0))").said == "2\n")
    }

    /// Of 200 children each writes beside its parent into one pipe; who is first is the scheduler's (ProcessTreeTests play who waits for whom).
    @Test func parentAndChildAreBothHeard() throws {
        let (said, _) = try run(
            """
            import os
            both = 0
            for number in range(200):
                r, w = os.pipe()
                if os.fork() == 0:
                    os.write(w, b'c')
                    os._exit(0)
                os.write(w, b'p')
                os.wait()
                both += sorted(os.read(r, 2)) == [99, 112]
                os.close(r)
                os.close(w)
            print(both)
            """, pinned: true)
        #expect(said == "200\n")
    }

    /// Of 200 pairs of siblings, one made by the other (CLONE_PARENT), each is had once, with its own status.
    @Test func childrenThatEndTogetherCanAllBeWaitedFor() throws {
        let (said, _) = try run(
            """
            import ctypes, os, struct
            libc = ctypes.CDLL(None)
            had = 0
            for number in range(200):
                if os.fork() == 0:
                    made = libc.syscall(435, struct.pack('=8Q', 0x8000, *[0] * 7), 64)
                    os._exit(7 if made == 0 else 8)
                had += sorted([os.wait()[1] >> 8, os.wait()[1] >> 8]) == [7, 8]
            try: os.wait()
            except ChildProcessError: print(had)
            """, pinned: true)
        #expect(said == "200\n")
    }

    /// Processes that make others all the time, ended at once by `cgroup.kill` from outside and from inside of their group.
    @Test func aGroupIsKilledAsNatively() throws {
        let (said, _) = try run(
            """
            import os, signal, subprocess
            group = '/sys/fs/cgroup/k'
            def enter(): open(group + '/cgroup.procs', 'w').write('0')
            def kill(): open(group + '/cgroup.kill', 'w').write('1')
            def begin(): return subprocess.Popen(['sh', '-c', 'echo; while true; do ps | cat; done'], stdout=subprocess.PIPE)
            try: os.mkdir(group)
            except OSError: print('no group'); exit()
            for number in range(5):
                member = os.fork()
                if member == 0:
                    enter()
                    for child in [begin() for _ in range(3)]: child.stdout.readline()
                    kill()
                    signal.pause()
                inside = os.waitpid(member, 0)[1]
                outside = os.fork()
                if outside == 0:
                    enter()
                    os.execv('/bin/sh', ['sh', '-c', 'sh -c "sleep 100; true"; true'])
                while str(outside) not in open(group + '/cgroup.procs').read().split(): pass
                kill()
                print(inside, os.waitpid(outside, 0)[1])
            """)
        // A host without a cgroup of its own has none to kill.
        guard said != "no group\n" else { return }
        #expect(said == String(repeating: "9 9\n", count: 5))
    }

    @Test func statusShowsNoTracer() throws {
        #expect(try run(status + "print(int(fields['TracerPid']))").said == "0\n")
    }

    @Test func aStoppedProcessIsTraced() throws {
        let (said, _) = try run(
            """
            import os, signal
            child = os.fork()
            if child == 0:
                while True: signal.pause()
            os.kill(child, signal.SIGSTOP)
            os.waitpid(child, os.WUNTRACED)
            print(open('/proc/%d/stat' % child).read().split()[2])
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            """)
        #expect(said == "t\n")
    }

    /// Of 300 children each is had by a parent that waits; how many were not there at once, is counted.
    @Test func aPidfdIsReadableBeforeTheChildCanBeWaitedFor() throws {
        let (said, _) = try run(
            """
            import os, select
            early = had = 0
            for number in range(300):
                child = os.fork()
                if child == 0: os._exit(number % 100)
                pidfd = os.pidfd_open(child)
                select.select([pidfd], [], [])
                found, result = os.waitpid(child, os.WNOHANG)
                if found == 0:
                    early += 1
                    found, result = os.waitpid(child, 0)
                had += found == child and os.waitstatus_to_exitcode(result) == number % 100
                os.close(pidfd)
            print(had, 'early' if early else 'never early')
            """, pinned: true)
        // On one CPU the parent may be woken before the tracer, or after it.
        #expect(["300 early\n", "300 never early\n"].contains(said))
    }

    @Test func timePassesWhileAThreadIsHeld() throws {
        let (said, record) = try run(
            """
            import os, time
            began = time.monotonic()
            os.mkdir('/run/x')
            print(time.monotonic() - began >= 0.05)
            """, faults: [before(Phrase("file.create", "/run/x"), Phrase("delay", "50ms"))])
        #expect(said == "True\n")
        #expect((record.header.deliveries.first?.held ?? 0) >= 50_000_000)
    }

    @Test func oneCPUIsSeen() throws {
        #expect(try run("import os; print(len(os.sched_getaffinity(0)))", pinned: true).said == "1\n")
    }
}
