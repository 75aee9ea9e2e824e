import Glibc
import Model
import Testing

/// The world holds the lock of a file, which its agents meet as they meet one of each other.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct WorldLockTests {
    private static let hold = Phrase("lock.hold", "/run/*.lock")

    /// An agent that does not wait is told EWOULDBLOCK until the lock is let go, by flock(2) and by fcntl(2).
    @Test(arguments: ["flock", "lockf"], [true, false]) func anAgentMeetsALock(call: String, isLetGo: Bool) throws {
        let agent = python(
            """
            import fcntl, os
            file = open('/run/x.lock', 'w')
            for name in ('/run/first', '/run/second'):
                os.mkdir(name)
                try:
                    fcntl.\(call)(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    print('mine')
                except BlockingIOError: print('held')
            """)
        var plan = plan(agent)
        plan.host.files = ["/run/x.lock": FileContent(bytes: [])]
        plan.faults = [
            Fault(
                name: "fault", point: Point(.before, Phrase("file.create", "/run/first")),
                actions: [bound(WorldLockTests.hold)],
                until: isLetGo ? .point(Point(.before, Phrase("file.create", "/run/second"))) : nil)
        ]
        let record = try record(of: plan)
        #expect(record.header.error == nil && record.header.deliveries.map(\.failure) == [nil])
        #expect(record.header.deliveries.first?.effect == .changed("the lock of /run/x.lock was taken"))
        #expect(record.operations("file.lock").first?.result.description == "EAGAIN")
        #expect(record.attempt?.output == (isLetGo ? "held\nmine\n" : "held\nheld\n"))
    }

    /// A lock file that is not there is made; who holds a lock already is not robbed of it.
    @Test func aLockIsTakenWhereItIsFree() throws {
        var plan = plan(["true"])
        let hold = Phrase("lock.hold", "/run/y.lock")
        plan.steps = (1...2).map {
            Step(name: "do", occurrence: $0, siblings: 2, body: .act(bound(hold)))
        }
        let record = try record(of: plan)
        #expect(
            record.header.outcomes.map(\.failure) == [nil, "somebody holds a lock of `/run/y.lock` already"])
        let file = record.end?.byIdentity[Fact.Identity(noun: "file", name: "/run/y.lock")]
        #expect(file?.attributes["mode"] == "600")
    }
}
