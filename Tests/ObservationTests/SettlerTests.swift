import Kernel
import Model
import Testing

@testable import Observation

/// A play of a host: what each look shows is written down beforehand.
private final class PlayedWorld: SettlingWorld {
    final class Barrier: SettlingBarrier {
        var looksLeft: Int
        init(looksLeft: Int) { self.looksLeft = looksLeft }
        var descriptor: PollItem { PollItem(7, .readable) }
        func isDone() -> Bool {
            looksLeft -= 1
            return looksLeft < 0
        }
    }

    var now = Monotonic(nanoseconds: 1_000_000_000)
    var dead: [[String]] = []
    var activities: [Activity] = []
    var states: [Observed?] = []
    var barriers = 0
    var looks = 0
    var barrierLooks = 0

    func newlyDead() -> [String] { dead.isEmpty ? [] : dead.removeFirst() }
    func makeBarrier() -> any SettlingBarrier {
        barriers += 1
        return Barrier(looksLeft: barrierLooks)
    }
    /// The last one stays.
    func look() -> Activity { activities.count > 1 ? activities.removeFirst() : activities.first ?? Activity() }
    func observe() -> Observed? {
        looks += 1
        return states.count > 1 ? states.removeFirst() : states.first ?? Observed()
    }
}

/// The wait for a state that stays, step by step.
struct SettlerTests {
    private func state(
        _ name: String, unsettled: [String] = [], unknownHolder: Bool = false, reaching: Bool = false
    ) -> Observed {
        Observed(
            snapshot: Snapshot(facts: [Fact("link", name, in: "host")]), unsettled: unsettled, hasProcesses: false,
            reachesElsewhere: reaching, hasUnknownHolder: unknownHolder)
    }

    private func resting(_ switches: UInt64) -> Activity { Activity(threads: [5: [switches]], busy: []) }

    /// Calls ``Settler/advance()`` at each deadline until it ends.
    private func run(_ world: PlayedWorld, limit: Duration = .seconds(5).patient) throws -> SettlingOutcome {
        let settler = Settler(world: world, limit: limit)
        settler.start()
        for _ in 0..<Int(1000 * Patience.factor) {
            if let outcome = try settler.advance() { return outcome }
            let deadline = try #require(settler.deadline)
            world.now = max(world.now, settler.descriptors.isEmpty ? deadline : world.now + .milliseconds(1))
        }
        throw TestHost.Failure(description: "it never ends")
    }

    @Test func aloneOneLookIsEnough() throws {
        let world = PlayedWorld()
        world.states = [state("a")]
        #expect(try run(world) == .settled(state("a").snapshot))
        #expect(world.looks == 1)
        #expect(world.barriers == 0)
        #expect(world.now == Monotonic(nanoseconds: 1_000_000_000), "no time passed")
    }

    @Test func theFirstLookIsDueAtOnce() {
        let world = PlayedWorld()
        let settler = Settler(world: world, limit: .seconds(5))
        #expect(settler.deadline == nil)
        settler.start()
        #expect(settler.deadline == world.now)
    }

    @Test func theDeadAreWaitedFor() throws {
        let world = PlayedWorld()
        world.dead = [["pod"]]
        world.barrierLooks = 3
        world.states = [state("with a pair's end", reaching: true), state("a")]
        #expect(try run(world) == .settled(state("a").snapshot))
        #expect(world.barriers == 1)
        #expect(world.looks == 2)
    }

    /// Of the devices of a dead namespace nothing can be seen but the other ends of its pairs, and what stood on its devices.
    @Test func theDeadAreNotWaitedForWhereNothingReachesThem() throws {
        let world = PlayedWorld()
        world.dead = [["pod"], ["other"]]
        world.states = [state("half"), state("a")]
        #expect(try run(world) == .settled(state("a").snapshot))
        #expect(world.barriers == 0)
        #expect(world.now == Monotonic(nanoseconds: 1_000_000_000), "no time passed")
    }

    @Test func whoDiesDuringTheLookIsWaitedForToo() throws {
        let world = PlayedWorld()
        world.dead = [[], ["pod"]]
        world.states = [state("half", reaching: true), state("half", reaching: true), state("whole")]
        #expect(try run(world) == .settled(state("whole").snapshot))
        #expect(world.barriers == 1)
    }

    @Test func withProcessesTwoLooksMustBeEqual() throws {
        let world = PlayedWorld()
        world.activities = [resting(1)]
        world.states = [state("a"), state("b"), state("b")]
        #expect(try run(world) == .settled(state("b").snapshot))
        #expect(world.looks == 3)
        #expect(world.now.nanoseconds >= 1_040_000_000, "two pauses passed")
    }

    /// A loop of calls without a pause stands at a stop of its tracer in each look, but never at the same.
    @Test func whoMakesCallsWithoutAPauseIsBusy() throws {
        let world = PlayedWorld()
        world.activities = (1...1000).map { Activity(threads: [5: [$0]], traced: [5: "python3"]) }
        world.states = [state("a")]
        #expect(try run(world) == .spinning(state("a").snapshot, programs: ["python3"]))
    }

    /// So it is where each of its calls waits for a lock of the kernel, as on a machine whose devices others change too.
    @Test func whoWaitsForTheKernelBetweenItsCallsIsBusy() throws {
        let world = PlayedWorld()
        world.activities = (1...1000).map {
            Activity(threads: [5: [$0]], busy: ["python3 (D)"], waiting: [5: "python3"])
        }
        world.states = [state("a")]
        #expect(try run(world) == .spinning(state("a").snapshot, programs: ["python3"]))
    }

    /// A thread that waits for the kernel and never comes back is not at rest, but not busy either.
    @Test func whoIsStuckInTheKernelIsNotBusy() throws {
        let world = PlayedWorld()
        world.activities = [Activity(threads: [5: [7]], busy: ["python3 (D)"], waiting: [5: "python3"])]
        world.states = [state("a")]
        #expect(try run(world) == .unsettled("not at rest: python3 (D)"))
    }

    /// A thread that is held stands still.
    @Test func whoIsHeldRests() throws {
        let world = PlayedWorld()
        world.activities = [Activity(threads: [5: [7]], traced: [5: "ip"])]
        world.states = [state("a")]
        #expect(try run(world) == .settled(state("a").snapshot))
    }

    @Test func aNamespaceWithoutHolderIsGivenTimeToDie() throws {
        let world = PlayedWorld()
        world.states = [state("a", unknownHolder: true)]
        #expect(try run(world) == .settled(state("a").snapshot))
        let began = Monotonic(nanoseconds: 1_000_000_000)
        #expect(world.now - began >= Settler.dyingTime)
        #expect(world.now - began < Settler.dyingTime + Settler.pause * 3)
        #expect(world.looks == 2, "a look inside would keep it alive")

        let other = PlayedWorld()
        other.states = [state("a", unknownHolder: true), state("b")]
        other.dead = [[], [], [], ["pod"]]
        #expect(try run(other) == .settled(state("b").snapshot), "it died meanwhile")
        #expect(other.now - began < Settler.dyingTime)
        #expect(other.looks == 2)
    }

    @Test func whoRanBetweenTwoLooksIsNotAtRest() throws {
        let world = PlayedWorld()
        world.activities = [resting(1), resting(2), resting(2)]
        world.states = [state("a")]
        #expect(try run(world) == .settled(state("a").snapshot))
        #expect(world.looks == 3)
    }

    @Test func theBusyAreNamed() throws {
        let world = PlayedWorld()
        world.activities = [Activity(threads: [5: [1]], busy: ["python3 (R)"])]
        #expect(try run(world) == .unsettled("not at rest: python3 (R)"))
        #expect(world.looks == 0, "a state that cannot count is not taken")
    }

    @Test func aDaemonWithShortTimersRestsWhenItChangesNothing() throws {
        let world = PlayedWorld()
        world.activities = (0..<100).map { resting(UInt64($0)) }
        world.states = [state("a"), state("b")]
        #expect(try run(world) == .settled(state("b").snapshot))
        #expect(world.looks == 1 + Settler.calmLooks)
    }

    @Test func whoChangesSomethingNowAndThenIsNotAtRest() throws {
        let world = PlayedWorld()
        world.activities = (0..<200).map { resting(UInt64($0)) }
        world.states = (0..<200).map { state("veth\($0 / 9)") }
        guard case .unsettled = try run(world, limit: .seconds(2)) else {
            Issue.record("settled")
            return
        }
    }

    @Test func whoNeverRestsBesideAStateThatStaysSpins() throws {
        let world = PlayedWorld()
        world.activities = [Activity(threads: [5: [1]], busy: ["sh (R)"], running: ["sh"])]
        world.states = [state("a")]
        #expect(try run(world) == .spinning(state("a").snapshot, programs: ["sh"]))
        let other = PlayedWorld()
        other.activities = world.activities
        other.states = (0..<9).map { state("veth\($0)") }
        #expect(try run(other) == .unsettled("not at rest: sh (R)"))
    }

    @Test func whatKeepsChangingIsNamed() throws {
        let world = PlayedWorld()
        world.activities = [resting(1)]
        world.states = (0..<100).map { state("veth\($0 % 2)") }
        let outcome = try run(world, limit: .milliseconds(500))
        guard case .unsettled(let reason) = outcome else {
            Issue.record("settled")
            return
        }
        #expect(reason.hasPrefix("still changing: link veth"))
    }

    @Test func tentativeAddressesAreWaitedFor() throws {
        let world = PlayedWorld()
        world.states = [state("a", unsettled: ["address x is tentative"]), state("b")]
        #expect(try run(world) == .settled(state("b").snapshot))
        let other = PlayedWorld()
        other.states = [state("a", unsettled: ["address x is tentative"])]
        #expect(try run(other) == .unsettled("address x is tentative"))
    }

    @Test func devicesThatNeverGoAreTheReason() throws {
        let world = PlayedWorld()
        world.dead = [["pod"]]
        world.barrierLooks = 1_000_000
        world.states = [state("a", reaching: true)]
        let outcome = try run(world, limit: .milliseconds(100))
        #expect(outcome == .unsettled("devices of dead namespaces are still there: pod"))
    }
}
