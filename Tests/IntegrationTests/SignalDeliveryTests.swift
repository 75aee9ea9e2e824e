import Glibc
import Model
import Testing

/// A fault's signal reaches whom it is meant for, whatever that does with it, and the run goes on.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 4))) struct SignalDeliveryTests {
    static let signals = [
        ("SIGTERM", SIGTERM), ("SIGINT", SIGINT), ("SIGHUP", SIGHUP), ("SIGSEGV", SIGSEGV), ("SIGUSR1", SIGUSR1),
        ("SIGQUIT", SIGQUIT), ("SIGALRM", SIGALRM), ("SIGKILL", SIGKILL),
    ]

    private func kill(_ who: String, _ signal: String) -> Phrase { Phrase("kill", who, ["signal": signal]) }

    /// Whether the link is there at the end.
    private func hasLink(_ record: Record, _ name: String = "d0") -> Bool? {
        record.end?.facts.contains { $0.identity.noun == "link" && $0.identity.name == name }
    }

    @Test(arguments: signals, [Point.Side.before, .after])
    func endsWhoDoesNotCatchIt(signal: (name: String, number: Int32), side: Point.Side) throws {
        let point = Phrase("link.create", "d0")
        let action = kill("process", signal.name)
        let record = try record(
            of: plan(
                ["ip", "link", "add", "d0", "type", "bridge"],
                faults: [side == .before ? before(point, action) : after(point, action)]))
        #expect(record.header.error == nil)
        #expect(record.attempt?.end == .signalled(signal.number))
        #expect(record.attempt?.deaths.map(\.byTocsin) == [true])
        #expect(record.header.deliveries.map(\.failure) == [nil])
        let said = signal.name == "SIGKILL" ? "killed ip" : "\(signal.name) ended ip"
        #expect(record.header.deliveries.map(\.effect.description) == [said])
        // A signal that comes before the call keeps it from happening.
        #expect(hasLink(record) == (side == .after))
        #expect(record.operations("link.create").map(\.result) == [side == .after ? .ok : .unknown])
    }

    /// A thread stands in sigwait(3) before anything else is done.
    static let takenInAThread = """
        import threading
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        waiter = threading.Thread(target=lambda: signal.sigwait([signal.SIGTERM]))
        waiter.start()
        while open(f'/proc/self/task/{waiter.native_id}/syscall').read().split()[0] != '128': pass
        """

    static let takenFromADescriptor = """
        import ctypes
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        mask = ctypes.c_uint64(1 << (signal.SIGTERM - 1))
        ctypes.CDLL(None).syscall(282, -1, ctypes.byref(mask), ctypes.c_size_t(8))
        """

    /// An agent that makes a file, and does with SIGTERM what is said.
    private func agent(_ handler: String) -> [String] {
        python(
            """
            import os, signal, sys
            \(handler)
            os.mkdir('/run/x')
            os.mkdir('/run/y')
            print('done')
            """)
    }

    @Test(arguments: ["process", "main", "all"], [Point.Side.before, .after])
    func isCaught(who: String, side: Point.Side) throws {
        let point = Phrase("file.create", "/run/x")
        let action = kill(who, "SIGTERM")
        let record = try record(
            of: plan(
                agent("signal.signal(signal.SIGTERM, lambda *a: print('caught', os.path.exists('/run/y')))"),
                faults: [side == .before ? before(point, action) : after(point, action)]))
        #expect(record.header.error == nil)
        #expect(record.attempt?.output == "caught False\ndone\n")
        #expect(record.header.deliveries.map(\.effect.description) == ["SIGTERM was caught by python3"])
        #expect(record.operations("file.create").map(\.phrase.argument) == ["/run/x", "/run/y"], "each is one")
        #expect(record.operations("file.create").allSatisfy { $0.result == .ok })
    }

    @Test(arguments: [
        ("signal.signal(signal.SIGTERM, signal.SIG_IGN)", "SIGTERM does nothing to python3"),
        ("signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])", "SIGTERM is blocked by, and waits for, python3"),
        (takenInAThread, "SIGTERM was taken by python3, which waits for it"),
        (takenFromADescriptor, "SIGTERM was taken by python3, which waits for it"),
    ])
    func isIgnoredOrBlocked(handler: String, detail: String) throws {
        let record = try record(
            of: plan(
                agent(handler), faults: [before(Phrase("file.create", "/run/x"), kill("process", "SIGTERM"))]))
        #expect(record.attempt?.output == "done\n")
        #expect(record.header.deliveries.map(\.effect.description) == [detail])
    }

    @Test func isCleanedUpAt() throws {
        let record = try record(
            of: plan(
                ["bash", "-c", "trap 'rmdir /run/x; exit 7' TERM; mkdir /run/x; sleep 5 & wait; exit 0"],
                faults: [after(Phrase("file.create", "/run/x"), kill("main", "SIGTERM"))]))
        #expect(record.attempt?.end == .exited(7))
        #expect(record.header.deliveries.map(\.effect.description) == ["SIGTERM was caught by bash"])
        #expect(record.operations("file.delete").map(\.phrase.argument) == ["/run/x"])
    }

    @Test func reachesAll() throws {
        let record = try record(
            of: plan(
                [
                    "bash", "-c",
                    """
                    trap 'echo caught' TERM; sleep 5 &
                    until read -r it </proc/$!/comm && [ $it = sleep ]; do :; done
                    mkdir /run/x; wait; exit 3
                    """,
                ],
                faults: [before(Phrase("file.create", "/run/x"), kill("all", "SIGTERM"))]))
        #expect(record.header.error == nil)
        #expect(
            record.header.deliveries.map(\.effect.description) == [
                "SIGTERM ended bash/mkdir; SIGTERM ended bash/sleep; SIGTERM was caught by bash"
            ])
        #expect(record.attempt?.output == "caught\n")
    }

    /// It is stopped before its call, and makes it once somebody continues it.
    @Test func stopsAndIsContinued() throws {
        let record = try record(
            of: plan(
                [
                    "bash", "-c",
                    "ip link add d0 type bridge & for i in {1..10}; do sleep 0.2; kill -CONT $!; done; wait $!; echo $?",
                ],
                faults: [before(Phrase("link.create", "d0"), kill("process", "SIGSTOP"))]))
        #expect(record.header.error == nil)
        #expect(record.header.deliveries.map(\.effect.description) == ["SIGSTOP stopped bash/ip"])
        #expect(record.attempt?.output == "0\n")
        #expect(hasLink(record) == true)
    }

    /// What does nothing by default does nothing.
    @Test(arguments: ["SIGCONT", "SIGCHLD", "SIGWINCH", "SIGURG"])
    func doesNothingByDefault(signal: String) throws {
        let record = try record(
            of: plan(
                ["ip", "link", "add", "d0", "type", "bridge"],
                faults: [before(Phrase("link.create", "d0"), kill("process", signal))]))
        #expect(record.attempt?.end == .exited(0))
        #expect(record.header.deliveries.map(\.effect.description) == ["\(signal) does nothing to ip"])
    }
}
