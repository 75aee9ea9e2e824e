import Kernel
import Model
import Testing

@testable import Interception
@testable import Worker

/// Faults that change the world, and what becomes of namespaces.
@Suite struct FaultWorldTests {
    private static let open = Phrase("file.read", "/run/x")

    private func stage(_ action: Action, until: Fault.Until? = nil) -> (Stage, PlayStop) {
        let fault = Fault(name: "cut", point: Point(.before, FaultWorldTests.open), actions: [action], until: until)
        let stage = Stage(plan([run("add")], faults: [fault]))
        let process = stage.tracer.process("agent", spawn: 1, program: "ip")
        return (stage, PlayStop("stop", .before, [operation(FaultWorldTests.open)], of: process))
    }

    private func failure(_ stage: Stage) throws -> String? {
        let deliveries = try stage.play().deliveries
        try #require(deliveries.count == 1)
        return deliveries[0].failure
    }

    @Test(arguments: [
        ([], "no namespace bears the name `p*` at that moment"),
        (["pa", "pb"], "several namespaces (pa, pb) bear the name `p*` at that moment"),
    ])
    func theNameMustMeanOne(names: [String], text: String) throws {
        let (stage, stop) = stage(.netnsDelete(name: "p*"))
        stage.world.namespaceNames = names
        #expect(stage.faults.pass(.before, stop))
        #expect(try failure(stage) == text)
    }

    @Test(arguments: [
        (LostName(role: "pod", outcome: .held(by: ["ip"])), DeliveryEffect.NamespaceFate.held(by: ["ip"])),
        (LostName(role: "pod", outcome: .gone(after: 9)), .gone(after: 9)),
        (LostName(role: "pod", outcome: nil), .underWay),
    ])
    func whatBecameOfTheNamespaceIsWritten(lost: LostName, fate: DeliveryEffect.NamespaceFate) throws {
        let (stage, stop) = stage(.netnsDelete(name: "pod"))
        stage.world.lost = .success(lost)
        #expect(stage.faults.pass(.before, stop))
        let delivery = try #require(try stage.play().deliveries.first)
        #expect(delivery.effect == .nameLost(role: "pod", fate: fate) && delivery.failure == nil)
    }

    @Test func theStatesAroundAChangeAreWritten() throws {
        let (stage, stop) = stage(write("/run/y"))
        let before = Snapshot(facts: [])
        let after = Snapshot(facts: [Fact("file", "/run/y")])
        stage.world.states = [before, after]
        #expect(stage.faults.pass(.before, stop))
        let delivery = try #require(try stage.play().deliveries.first)
        #expect(delivery.states == Delivery.StatesAround(before: before.digest, after: after.digest))
        #expect(stage.store.states[after.digest] == after)
    }

    @Test func devicesThatStayAreNoDelivery() throws {
        let (stage, stop) = stage(.netnsUnmount(name: "pod"))
        stage.world.lost = .success(LostName(role: "pod", outcome: .lingering))
        #expect(stage.faults.pass(.before, stop))
        #expect(try failure(stage) == "its devices were not gone in time")
        #expect(stage.store.header?.deliveries.first?.removed == ["pod"])
    }

    @Test func aNameThatLedNowhereIsNoDelivery() throws {
        let (stage, stop) = stage(.netnsReplace(name: "pod", settle: .lingering))
        stage.world.lost = .failure(WorldError.impossible("`pod` led to no namespace"))
        #expect(stage.faults.pass(.before, stop))
        #expect(stage.deeds.all == ["replace pod lingering"])
        #expect(try failure(stage) == "`pod` led to no namespace")
    }

    /// Our socket would make the agent's own deletion another one.
    @Test func theThreadWaitsUntilOurLooksHoldNothing() throws {
        let (stage, stop) = stage(write("/run/y"))
        stage.world.isHeld = true
        #expect(!stage.faults.pass(.before, stop))
        #expect(!stage.deeds.all.contains("release stop"))
        stage.world.releases.first?()
        #expect(stage.deeds.all.last == "release stop")
    }

    @Test func whatTheWorldRefusesIsSaid() throws {
        let (stage, stop) = stage(write("/run/y"))
        stage.world.isRefusing = true
        #expect(stage.faults.pass(.before, stop))
        #expect(try failure(stage) == "the world says no")
    }

    @Test func aProgramThatFailsIsNoDelivery() throws {
        let (stage, stop) = stage(.change(.execute(argv: ["false"], namespace: "pod")))
        #expect(!stage.faults.pass(.before, stop))
        stage.world.ended.first?(.exited(1), nil)
        #expect(stage.deeds.all == ["execute false in pod", "release stop"])
        #expect(try failure(stage) == "`false` ended: exit 1")
    }

    @Test func aProgramThatNeverBeganIsSaid() throws {
        let (stage, stop) = stage(.change(.execute(argv: ["/no/such"], namespace: "host")))
        #expect(!stage.faults.pass(.before, stop))
        stage.world.ended.first?(.exited(127), "execve: No such file or directory (ENOENT)")
        #expect(try failure(stage) == "`/no/such` ended: execve: No such file or directory (ENOENT)")
    }

    /// The worker would be given up, and nobody would know why.
    @Test func aProgramThatNeverEndsIsEnded() throws {
        let (stage, stop) = stage(.change(.execute(argv: ["sleep", "1000"], namespace: "host")))
        #expect(!stage.faults.pass(.before, stop))
        try stage.loop.run { stage.faults.areIdle }
        #expect(stage.clock.passed == .seconds(10).patient)
        #expect(stage.deeds.all == ["execute sleep 1000 in host", "kill sleep 1000", "release stop"])
        stage.world.ended.first?(.killed(signal: 9, core: false), nil)
        #expect(try failure(stage) == "`sleep 1000` did not end within \(Duration.seconds(10).patient)")
    }

    // MARK: - Taking back

    @Test func whatWentWithItAndStaysAwayIsNoted() throws {
        let object = Phrase("address", "10.0.0.1/24")
        let (stage, stop) = stage(.change(.deleteAddress(object: object)), until: .duration(1))
        let own = Fact("address", "10.0.0.1/24 dev v0", in: "host")
        let second = Fact("address", "10.0.0.2/24 dev v0", in: "host")
        stage.world.undo = {}
        stage.world.states = [Snapshot(facts: [own, second]), Snapshot(facts: []), Snapshot(facts: [own])]
        #expect(stage.faults.pass(.before, stop))
        try stage.loop.run { undone(stage) }
        let notes = try stage.play().notes
        #expect(notes.count == 1)
        #expect(
            notes.first?.hasSuffix(
                " of cut was taken back, and what went with it is not there again: address 10.0.0.2/24 dev v0 in host")
                == true, "\(notes)")
    }

    @Test func whatIsThereAgainIsNotNoted() throws {
        let object = Phrase("address", "10.0.0.1/24")
        let (stage, stop) = stage(.change(.deleteAddress(object: object)), until: .duration(1))
        let own = Fact("address", "10.0.0.1/24 dev v0", in: "host")
        stage.world.undo = {}
        stage.world.states = [Snapshot(facts: [own]), Snapshot(facts: []), Snapshot(facts: [own])]
        #expect(stage.faults.pass(.before, stop))
        try stage.loop.run { undone(stage) }
        #expect(try stage.play().notes == [])
    }

    private func undone(_ stage: Stage) -> Bool { stage.deeds.all.contains { $0.hasPrefix("undo") } }

    @Test func aChangeIsTakenBackAfterItsTime() throws {
        let (stage, stop) = stage(write("/run/y"), until: .duration(7_000_000))
        stage.world.undo = {}
        #expect(stage.faults.pass(.before, stop))
        try stage.loop.run { undone(stage) }
        #expect(stage.clock.passed == .milliseconds(7))
        #expect(try stage.play().undelivered == [])
    }

    @Test func aChangeIsTakenBackAtItsPointAndOnce() throws {
        let point = Point(.after, FaultWorldTests.open, nth: .these([2]))
        let (stage, stop) = stage(write("/run/y"), until: .point(point))
        stage.world.undo = {}
        #expect(stage.faults.pass(.before, stop))
        let after = PlayStop("after", .after, stop.operations, of: stop.process)
        #expect(stage.faults.pass(.after, after) && !undone(stage))
        #expect(stage.faults.pass(.after, after) && undone(stage))
        let count = stage.deeds.all.count
        #expect(stage.faults.pass(.after, after) && stage.deeds.all.count == count)
    }

    @Test func aChangeIsTakenBackAtTheEdgeOfAStep() throws {
        let (stage, stop) = stage(write("/run/y"), until: .point(Point(.after, Phrase("step", "add"))))
        stage.world.undo = {}
        #expect(stage.faults.pass(.before, stop))
        try stage.faults.edge(.before, of: run("add"))
        #expect(!undone(stage))
        try stage.faults.edge(.after, of: run("add"))
        #expect(undone(stage))
    }

    @Test func whatIsNeverTakenBackIsSaid() throws {
        let (stage, stop) = stage(write("/run/y"), until: .point(Point(.after, Phrase("step", "never"))))
        stage.world.undo = {}
        #expect(stage.faults.pass(.before, stop))
        let undelivered = stage.faults.end()
        #expect(
            undelivered == [
                "fault `cut` was never taken back: since it fired, 0 operations were { after: { step: never } }"
            ])
    }

    @Test func whatCannotBeTakenBackIsNoDelivery() throws {
        let (stage, stop) = stage(write("/run/y"), until: .duration(1))
        #expect(stage.faults.pass(.before, stop))
        _ = stage.faults.end()
        try stage.recorder.end(nil, undelivered: [], namespacesMade: [:], duration: 0)
        #expect(stage.store.header?.deliveries.map(\.failure) == ["`file.write` cannot be taken back"])
    }

    @Test func anUndoThatFailsEndsTheRun() throws {
        let (stage, stop) = stage(write("/run/y"), until: .duration(1))
        stage.world.undo = { throw WorldError.impossible("no") }
        #expect(stage.faults.pass(.before, stop))
        #expect(throws: RunFailure.notTakenBack("no")) { try stage.loop.run { false } }
    }
}
