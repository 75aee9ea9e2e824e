import Glibc
import Model
import Testing

/// What the tracer must see, and must not change, of agents that do what agents do.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct TracingTests {
    /// Whichever call writes a setting, its value is said.
    @Test(arguments: [
        "write(fd, b'1')", "pwrite(fd, b'1\\n', 0)", "writev(fd, [b'', b'1'])", "pwritev(fd, [b'1', b'\\n'], 0)",
    ])
    func aSettingIsSaidWithItsValue(call: String) throws {
        let record = try record(
            of: plan(
                python("import os; fd = os.open('/proc/sys/net/ipv4/ip_forward', os.O_WRONLY); os.\(call)")))
        #expect(record.operations("sysctl.write").map { $0.phrase.qualifiers } == [["value": "1"]])
        #expect(record.operations("sysctl.write").map(\.result) == [.ok])
    }

    @Test func ipNetnsAddIsSeenStepByStep() throws {
        let record = try record(of: plan(["ip", "netns", "add", "demo"]))
        #expect(record.header.error == nil)
        #expect(record.attempt?.end == .exited(0))
        let said = record.operations.map(\.phrase.lineText)
        #expect(said.contains("file.create /run/netns/demo type file in host"))
        #expect(said.contains("netns.create ns(ip)#1 in host"))
        #expect(said.contains("netns.name demo in ns(ip)#1"))
        #expect(record.header.namespacesMade["demo"] == "run / ip / netns.create(ns(ip)#1) @ host # 1")
    }

    @Test func keysAreEqualInTenRuns() throws {
        let runs = try (0..<10).map { _ in
            try record(of: plan(["ip", "netns", "add", "demo"])).operations.map(\.key)
        }
        #expect(Set(runs).count == 1)
        #expect((runs.first?.count ?? 0) > 5)
    }

    @Test func eachThreadIsSeenOnce() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import os, threading
                    def look(): [os.path.exists('/run/netns/pod') for _ in range(50)]
                    threads = [threading.Thread(target=look) for _ in range(8)]
                    [t.start() for t in threads]
                    [t.join() for t in threads]
                    """)))
        let looks = record.operations("netns.stat")
        #expect(looks.count == 400)
        #expect(Set(looks.map(\.thread)).count == 8)
        #expect(looks.allSatisfy { $0.result == .ok })
        #expect(Set(looks.map(\.ordinal)) == Set(1...400))
    }

    @Test func signalsNeitherInterruptNorCountTwice() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import os, signal
                    hits = [0]
                    def handler(n, f): hits[0] += 1
                    signal.signal(signal.SIGALRM, handler)
                    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
                    failed = 0
                    for _ in range(2000):
                        try: os.stat('/run/netns/pod')
                        except InterruptedError: failed += 1
                    signal.setitimer(signal.ITIMER_REAL, 0)
                    print(failed, hits[0] > 5)
                    """)))
        #expect(record.attempt?.output == "0 True\n")
        #expect(record.operations("netns.stat").count == 2000)
    }

    /// A blocking lock that signals interrupt is made again by the kernel: it is one operation.
    @Test func restartedCallsCountOnce() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import fcntl, os, signal, time
                    fd = os.open('/tmp/lock', os.O_CREAT | os.O_RDWR)
                    fcntl.flock(fd, fcntl.LOCK_EX)
                    if os.fork() == 0:
                        mine = os.open('/tmp/lock', os.O_RDWR)
                        signal.signal(signal.SIGALRM, lambda n, f: None)
                        signal.siginterrupt(signal.SIGALRM, False)
                        signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
                        fcntl.flock(mine, fcntl.LOCK_EX)
                        os._exit(0)
                    time.sleep(0.1)
                    fcntl.flock(fd, fcntl.LOCK_UN)
                    print(os.wait()[1])
                    """)))
        #expect(record.attempt?.output == "0\n")
        let locks = record.operations("file.lock")
        #expect(locks.count == 2)
        #expect(locks.allSatisfy { $0.result == .ok })
    }

    @Test func execFromAnyThreadKeepsTheProcess() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import os, threading
                    threading.Thread(target=lambda: os.execv('/bin/ip', ['ip', 'netns', 'add', 'demo'])).start()
                    threading.Event().wait()
                    """)))
        #expect(record.attempt?.end == .exited(0))
        #expect(record.operations("netns.name").map(\.lineage) == ["python3/ip"])
    }

    @Test func childrenByForkVforkAndSpawnAreFollowed() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import os, subprocess
                    subprocess.run(['ip', 'netns', 'add', 'a'], check=True)
                    os.posix_spawn('/bin/ip', ['ip', 'netns', 'add', 'b'], os.environ)
                    os.wait()
                    if os.fork() == 0: os.execvp('ip', ['ip', 'netns', 'add', 'c'])
                    os.wait()
                    """)))
        #expect(record.attempt?.end == .exited(0))
        #expect(
            record.operations("netns.name").map { "\($0.lineage) \($0.phrase.argument)" }
                == ["python3/ip a", "python3/ip#2 b", "python3/ip#3 c"])
    }

    @Test func stoppedProcessesAreContinuedByWhoeverMay() throws {
        let record = try record(
            of: plan(
                shell(
                    "(while ! grep -q 'State:.[Tt]' /proc/$$/status; do :; done; kill -CONT $$) & kill -STOP $$; echo on"
                )))
        #expect(record.attempt?.output == "on\n")
    }

    /// A socket stays in the namespace in which it was made, wherever its thread goes.
    @Test func requestsStandInTheNamespaceOfTheirSocket() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import ctypes, os, socket, struct
                    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
                    libc = ctypes.CDLL(None)
                    assert libc.setns(os.open('/run/netns/pod', os.O_RDONLY), 0) == 0
                    s.send(struct.pack('=IHHIIBBHiII', 32, 18, 0x301, 1, 0, 0, 0, 0, 0, 0, 0))
                    s.recv(65536)
                    """)))
        let list = record.operations("link.list").first
        #expect(list?.phrase.namespace == "host")
        #expect(list?.callerNamespace == "pod")
        #expect(list?.result == .ok)
    }

    @Test func ioUringIsRefusedAndSaid() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import ctypes
                    libc = ctypes.CDLL(None, use_errno=True)
                    print(libc.syscall(425, 4, ctypes.create_string_buffer(120)), ctypes.get_errno())
                    """)))
        #expect(record.attempt?.output == "-1 38\n")
        #expect(record.header.disturbed == ["python3 was refused io_uring (ENOSYS)"])
    }

    @Test func aCallOfAnotherArchitectureIsRefusedAndSaid() throws {
        // getpid by int 0x80: b8 14 00 00 00 cd 80 c3
        let record = try record(
            of: plan(
                python(
                    """
                    import ctypes, mmap
                    page = mmap.mmap(-1, 4096, prot=7)
                    page.write(bytes.fromhex('b814000000cd80c3'))
                    print(ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))())
                    """)))
        #expect(record.header.error == nil)
        #expect(record.attempt?.output == "-38\n")
        #expect(record.header.disturbed == ["python3 was refused a call of another architecture (ENOSYS)"])
    }

    @Test func timeIsOverForCommandsThatHang() throws {
        let record = try record(of: plan(shell("ip netns add demo; sleep 100"), timeout: 300_000_000))
        #expect(record.attempt?.timedOut == true)
        #expect(record.attempt?.stuck.contains { $0.hasPrefix("sh/sleep") } == true)
        #expect(record.attempt?.end == .signalled(SIGKILL))
        #expect(record.header.error == nil)
    }

    @Test func aMissingProgramIsNamed() throws {
        let record = try record(of: plan(["no-such-program"]))
        guard case .notStarted(let reason)? = record.attempt?.end else {
            Issue.record("\(String(describing: record.attempt?.end))")
            return
        }
        #expect(reason.contains("ENOENT"))
    }
}
