import Kernel
import Testing

@testable import Worker

/// The loop serves in a fixed order, by a clock that stands still, and throws what callbacks fail with.
@Suite struct EventLoopTests {
    private let clock = PlayClock()
    private let deeds = Deeds()

    /// A source that does something whenever it is served.
    private final class Source: EventSource {
        let act: () throws -> Void
        init(_ act: @escaping () throws -> Void) { self.act = act }
        var descriptors: [PollItem] { [] }
        var deadline: Monotonic? { nil }
        func advance() throws { try act() }
    }

    private func source(_ name: String) -> Source { Source { [deeds] in deeds.add(name) } }

    @Test func whoIsFirstIsServedFirstAndOthersAsTheyCame() throws {
        let loop = EventLoop(first: [source("tracer"), source("pid 1")], waiter: clock)
        for name in ["b", "a", "c"] { loop.add(source(name)) }
        try loop.run { true }
        #expect(deeds.all == ["tracer", "pid 1", "b", "a", "c"])
    }

    /// Children stop, and nobody else has anything to tell.
    private final class Stops: Waiter {
        let now = PlayClock.beginning
        func wait(for items: [PollItem], until moment: Monotonic?) -> Bool { false }
    }

    @Test(arguments: [true, false]) func afterAStopTheOthersAreServedWhereAnAgentIsHeld(_ isHolding: Bool) throws {
        let loop = EventLoop(
            first: [source("tracer"), source("pid 1")], waiter: Stops(), isHolding: { isHolding })
        loop.add(source("a"))
        var turns = 0
        try loop.run {
            turns += 1
            if turns == 3 { loop.add(source("b")) }
            return turns == 4
        }
        let all = ["tracer", "pid 1", "a"]
        let early = isHolding ? all + all : ["tracer", "tracer"]
        // Whoever is new is served at once, and with him everybody.
        #expect(deeds.all == all + early + all + ["b"])
    }

    @Test func aSourceThatWasRemovedByOneBeforeItIsNotServed() throws {
        let loop = EventLoop(first: [], waiter: clock)
        let second = source("second")
        loop.add(Source { [unowned loop] in loop.remove(second) })
        loop.add(second)
        try loop.run { true }
        #expect(deeds.all == [])
    }

    @Test func aTimerCallsOnceAtItsTime() throws {
        let loop = EventLoop(first: [], waiter: clock)
        loop.after(.milliseconds(30)) { [deeds, clock] in deeds.add("\(clock.passed)") }
        #expect(try !loop.run(until: loop.now + .milliseconds(100)) { false })
        #expect(deeds.all == ["\(Duration.milliseconds(30))"])
        #expect(clock.passed == .milliseconds(100))
    }

    @Test func theFirstFailureOfACallbackIsThrownAndStays() throws {
        let loop = EventLoop(first: [], waiter: clock)
        loop.after(.milliseconds(1)) { [unowned loop] in
            loop.fail(with: .cannotTrace("first"))
            loop.fail(with: .cannotTrace("second"))
        }
        #expect(throws: RunFailure.cannotTrace("first")) { try loop.run { false } }
        #expect(throws: RunFailure.cannotTrace("first")) { try loop.run { true } }
        #expect(throws: RunFailure.cannotTrace("first")) { try loop.check() }
    }

    /// Nobody is told that all is well in the turn in which something failed.
    @Test func aFailureComesBeforeWhatIsAwaited() {
        var isDone = false
        let loop = EventLoop(first: [], waiter: clock)
        loop.after(.milliseconds(1)) { [unowned loop] in
            isDone = true
            loop.fail(with: .immortal("it"))
        }
        #expect(throws: RunFailure.immortal("it")) { try loop.run { isDone } }
    }

    /// The tracer tells first why the channel to pid 1 is broken.
    @Test func aFailureComesBeforeTheErrorsOfThoseServedLater() {
        weak var told: EventLoop?
        let loop = EventLoop(
            first: [
                Source { told?.fail(with: .hostEnded(signal: 9)) },
                Source { throw RunFailure.refused("the channel is broken") },
            ], waiter: clock)
        told = loop
        #expect(throws: RunFailure.hostEnded(signal: 9)) { try loop.run { true } }
    }
}
