import Glibc
import Kernel
import Model
import Testing

@testable import Interception
@testable import Worker

/// Faults at stops of agents: who is held how long, and what is written of it.
@Suite struct FaultStopTests {
    private let write = Phrase("file.write", "/run/x")

    private func fault(_ actions: Action..., side: Point.Side = .before, nth: Point.Nth = .these([1])) -> Fault {
        Fault(name: "cut", point: Point(side, write, nth: nth), actions: actions)
    }

    /// A stop of the agent's process at the operation.
    private func stop(_ stage: Stage, _ side: Point.Side = .before, _ name: String = "stop") -> PlayStop {
        let process = stage.tracer.processes.first ?? stage.tracer.process("agent", spawn: 1, program: "ip")
        return PlayStop(name, side, [operation(write)], of: process)
    }

    private func deliveries(_ stage: Stage) throws -> [Delivery] { try stage.play().deliveries }

    @Test func whereNothingIsPlacedTheThreadGoesOn() throws {
        let stage = Stage(plan(faults: [fault(.delay(1_000))]))
        #expect(stage.faults.pass(.after, stop(stage, .after)))
        #expect(stage.deeds.all == [])
    }

    @Test func aDelayHoldsTheThreadSoLong() throws {
        let stage = Stage(plan(faults: [fault(.delay(5_000_000))]))
        #expect(!stage.faults.pass(.before, stop(stage)))
        #expect(!stage.faults.areIdle)
        try stage.loop.run { stage.faults.areIdle }
        #expect(stage.clock.passed == .milliseconds(5))
        #expect(stage.deeds.all == ["release stop"])
        let delivery = try #require(try deliveries(stage).first)
        #expect(delivery.effect == .waited(5_000_000) && delivery.failure == nil && delivery.held == 5_000_000)
        #expect(delivery.key == operation(write).key && delivery.step == "start")
    }

    @Test func aFailureHoldsNobodyAndCountsWhenItWasRead() throws {
        let stage = Stage(plan(faults: [fault(.fail(errno: ErrorNumber(ENOMEM), message: "no"))]))
        let stop = stop(stage)
        #expect(stage.faults.pass(.before, stop))
        #expect(stop.failed.map(\.1) == [ErrorNumber(ENOMEM)] && stop.failed.map(\.2) == ["no"])
        #expect(!stage.recorder.hasFired("cut"))
        stage.faults.read(failureOf: stop.operations[0])
        #expect(stage.recorder.hasFired("cut"))
        #expect(try deliveries(stage).map(\.failure) == [nil])
    }

    @Test func aFailureThatNobodyReadsIsNotDelivered() throws {
        let stage = Stage(plan(faults: [fault(.fail(errno: ErrorNumber(ENOMEM)))]))
        #expect(stage.faults.pass(.before, stop(stage)))
        #expect(try deliveries(stage).map(\.failure) == [Delivery.unread])
    }

    @Test func aRequestIsAnsweredOnce() throws {
        let fail = Action.fail(errno: ErrorNumber(ENOMEM))
        let stage = Stage(plan(faults: [fault(fail, fail)]))
        let stop = stop(stage)
        #expect(stage.faults.pass(.before, stop) && stop.failed.count == 1)
        #expect(try deliveries(stage).first?.failure == "another fault has answered this request already")
    }

    @Test func anOperationThatIsOverCannotFail() throws {
        let stage = Stage(plan(faults: [fault(.fail(errno: ErrorNumber(ENOMEM)), side: .after)]))
        #expect(stage.faults.pass(.after, stop(stage, .after)))
        #expect(try deliveries(stage).map(\.failure) == ["`fail` needs a point before an operation"])
    }

    @Test func actionsComeOneAfterTheOther() throws {
        let stage = Stage(
            plan(faults: [fault(.netnsDelete(name: "pod"), .delay(1_000_000), .change(.deleteFile(path: "/run/y")))]))
        #expect(!stage.faults.pass(.before, stop(stage)))
        #expect(stage.deeds.all == ["delete pod"])
        stage.world.answers.first?(.success(LostName(role: "pod", outcome: .gone(after: 3))))
        #expect(stage.deeds.all == ["delete pod"])
        try stage.loop.run { stage.faults.areIdle }
        #expect(stage.deeds.all == ["delete pod", "{ file.delete: /run/y }", "release stop"])
        let all = try deliveries(stage)
        #expect(all.map(\.failure) == [nil, nil, nil])
        #expect(all[0].effect == .nameLost(role: "pod", fate: .gone(after: 3)) && all[0].removed == ["pod"])
    }

    /// The thread at the point can meet a SIGTERM only when it goes on.
    @Test func aSignalLetsTheThreadGoOnAndIsAwaited() throws {
        let stage = Stage(plan(faults: [fault(.kill(victims: .process, signal: .terminate))]))
        #expect(stage.faults.pass(.before, stop(stage)))
        #expect(!stage.faults.areIdle)
        #expect(stage.deeds.all == ["signal 15 to ip"])
        stage.tracer.waiting.first?(.caught)
        #expect(stage.faults.areIdle)
        #expect(try deliveries(stage).map(\.effect.description) == ["SIGTERM was caught by ip"])
    }

    /// An interrupted dump holds nobody, and counts when its end was read; a request for one object is none.
    @Test func aDumpIsInterruptedWhenItsEndWasRead() throws {
        let stage = Stage(plan(faults: [fault(.dump(.interrupted))]))
        let stop = stop(stage)
        #expect(stage.faults.pass(.before, stop) && stop.interrupted == [0])
        stage.faults.read(failureOf: stop.operations[0])
        let read = try #require(try deliveries(stage).first)
        #expect(read.failure == nil && read.effect == .interrupted(request: stop.operations[0].phrase))
        for isDump in [true, false] {
            let stage = Stage(plan(faults: [fault(.dump(.interrupted))]))
            let stop = self.stop(stage)
            stop.isDump = isDump
            #expect(stage.faults.pass(.before, stop))
            stage.faults.missed(failureOf: stop.operations[0], because: "one datagram", hadNothing: true)
            let delivery = try #require(try deliveries(stage).first)
            #expect(delivery.failure?.contains(isDump ? "one datagram" : "needs a point before a dump") == true)
            #expect(delivery.hadNothingToActOn == true)
        }
        // What could not be written into the agent's memory is no fault that had nothing to act on.
        let unwritten = Stage(plan(faults: [fault(.dump(.interrupted))]))
        let held = self.stop(unwritten)
        #expect(unwritten.faults.pass(.before, held))
        unwritten.faults.missed(failureOf: held.operations[0], because: "its memory", hadNothing: false)
        #expect(try deliveries(unwritten).first?.hadNothingToActOn == nil)
    }

    /// The process at the point is limited, and has its former limit when the point of `until` comes.
    @Test func aLimitIsTakenBack() throws {
        var limiting = fault(.limit(.files, to: 3))
        limiting.until = .point(Point(.before, Phrase("step", "two")))
        let stage = Stage(plan(faults: [limiting]))
        #expect(stage.faults.pass(.before, stop(stage)))
        try stage.faults.edge(.before, of: Step(name: "two", body: .together([])))
        #expect(stage.deeds.all == ["limit ip to 3", "limit ip to 1024"])
        #expect(
            try deliveries(stage).map(\.effect.description) == ["ip may have 3 descriptors; it might have 1024"])
    }

    @Test func theSecondActionStillComesAfterTheSignal() throws {
        let kill = Action.kill(victims: .process, signal: .terminate)
        let stage = Stage(plan(faults: [fault(.delay(1_000), kill, .delay(1_000))]))
        #expect(!stage.faults.pass(.before, stop(stage)))
        try stage.loop.run { !stage.tracer.waiting.isEmpty }
        #expect(stage.deeds.all == ["signal 15 to ip", "release stop"])
        stage.tracer.waiting.first?(.ended)
        try stage.loop.run { stage.faults.areIdle }
        // Once is enough.
        #expect(stage.deeds.all == ["signal 15 to ip", "release stop"])
        #expect(try deliveries(stage).count == 3)
    }

    @Test func aKillHoldsTheThreadUntilAllAreDead() throws {
        let stage = Stage(plan(faults: [fault(.kill(victims: .all))]))
        let stop = stop(stage)
        _ = stage.tracer.process("agent", spawn: 1, isFirst: false, program: "child")
        #expect(!stage.faults.pass(.before, stop))
        stage.tracer.waiting.last?(.ended)
        #expect(!stage.faults.areIdle)
        stage.tracer.waiting.first?(.ended)
        #expect(stage.deeds.all == ["signal 9 to ip", "signal 9 to child", "release stop"])
        #expect(try deliveries(stage).map(\.effect.description) == ["killed child; killed ip"])
    }

    @Test func whomNoSignalReachesIsSaid() throws {
        let stage = Stage(plan(faults: [fault(.kill(victims: .main))]))
        #expect(!stage.faults.pass(.before, stop(stage)))
        try stage.loop.run { stage.faults.areIdle }
        #expect(stage.clock.passed == .seconds(5).patient)
        #expect(
            try deliveries(stage).map(\.failure) == ["SIGKILL did not reach ip within \(Duration.seconds(5).patient)"])
    }

    @Test func whomAnotherFaultHasKilledIsSaidAtOnce() throws {
        let first = Fault(name: "first", point: Point(.before, write), actions: [.kill(victims: .process)])
        let second = Fault(name: "second", point: Point(.before, write), actions: [.kill(victims: .process)])
        let stage = Stage(plan(faults: [first, second]))
        stage.tracer.outcome = { _, _ in .ended }
        #expect(stage.faults.pass(.before, stop(stage)))
        #expect(stage.clock.passed == .zero)
        #expect(try deliveries(stage).map(\.failure) == [nil, "ip is ended already, by another fault"])
    }

    @Test func whereNobodyIsNobodyIsKilled() throws {
        let stage = Stage(plan(faults: [fault(.kill(victims: .main, agent: "other"))]))
        #expect(stage.faults.pass(.before, stop(stage)))
        #expect(try deliveries(stage).map(\.failure) == ["there was nobody to kill"])
    }

    @Test func theSecondOfTwoIsMeantByItsNumber() throws {
        let stage = Stage(plan(faults: [fault(.delay(1_000), nth: .these([2]))]))
        #expect(stage.faults.pass(.before, stop(stage, .before, "first")))
        #expect(!stage.faults.pass(.before, stop(stage, .before, "second")))
        try stage.loop.run { stage.faults.areIdle }
        #expect(stage.deeds.all == ["release second"])
    }

    /// The answer is read later, by another call: who names no result was met before, and `order` is kept there too.
    @Test func aPointThatNamesItsResultIsMetWhereThatIsKnown() throws {
        let named = Phrase("file.write", "/run/x", ["result": "ok"])
        let faults = [write, named].enumerated().map { number, phrase in
            Fault(name: "\(number)", point: Point(.after, phrase), actions: [.delay(1_000)])
        }
        let stage = Stage(plan(faults: faults))
        let early = stop(stage, .after, "early")
        early.hasResults = false
        #expect(!stage.faults.pass(.after, early))
        try stage.loop.run { stage.faults.areIdle }
        #expect(stage.recorder.hasFired("0") && !stage.recorder.hasFired("1"))
        let late = PlayStop("late", .after, [operation(write, result: .ok)], of: early.process)
        late.isLate = true
        #expect(!stage.faults.pass(.after, late))
        try stage.loop.run { stage.faults.areIdle }
        #expect(stage.deeds.all == ["release early", "release late"])
        #expect(try deliveries(stage).map(\.fault) == ["0", "1"])
    }

    @Test func aFaultThatDidNotFireSaysWhatCameNear() throws {
        let stage = Stage(plan(faults: [fault(.delay(1_000), nth: .these([2]))]))
        #expect(stage.faults.pass(.before, stop(stage)))
        let header = try stage.play()
        #expect(header.deliveries == [])
        #expect(
            header.undelivered == [
                "fault `cut` fired 0 of 1 times: 1 operations are before: { file.write: /run/x }, nth: 2; the nearest: "
                    + operation(write).key
            ])
    }

    /// However many different things agents do, the three that are likest are told, each as it was last.
    @Test func ofManyThatCameNearThreeAreTold() throws {
        let wanted = Phrase("file.write", "/run/x")
        var placement = FaultPlacement([Fault(name: "cut", point: Point(.before, wanted), actions: [.delay(1)])])
        let step = Step(name: "run", body: .together([]))
        var all: [Model.Operation] = []
        for number in 0..<2000 {
            let words = ["file.write", "file.create", "route.add", "file.delete"]
            var one = operation(
                Phrase(words[number % 4], number % 400 == 2 ? "/run/x" : "/etc/\(number % 1000)", in: "host"))
            one.index = number
            one.ordinal = number
            all.append(one)
            _ = placement.turns(.before, [one], in: step, counts: { _, _ in true }, holds: { _ in true })
        }
        // Each text as it was last, by how much of the point it has, then by its key.
        var last: [String: Model.Operation] = [:]
        for one in all { last[one.phrase.lineText] = one }
        func score(_ phrase: Phrase) -> Int {
            (phrase.word == wanted.word ? 4 : 0) + (phrase.argument == wanted.argument ? 2 : 0)
                + (phrase.noun == "file" ? 1 : 0)
        }
        let best = last.values.map { (score($0.phrase), $0.key) }.max { $0.0 < $1.0 }
        let said = try #require(placement.undelivered().first)
        let told = try #require(said.split(separator: "; the nearest: ").last).split(separator: "; ").map(String.init)
        #expect(told.count == 3)
        #expect(Set(told).isSubset(of: last.values.filter { score($0.phrase) == best?.0 }.map(\.key)), "\(told)")
        #expect(told == told.sorted())
    }

    @Test func whatIsUnderWayWhenTheRunEndsWasNotDelivered() throws {
        let stage = Stage(plan(faults: [fault(.netnsDelete(name: "pod"), .delay(1))]))
        #expect(!stage.faults.pass(.before, stop(stage)))
        let header = try stage.play()
        #expect(header.deliveries.map(\.failure) == ["the run ended before it was done"])
        // An answer that comes later begins nothing more.
        stage.world.answers.first?(.success(LostName(role: "pod")))
        #expect(stage.deeds.all == ["delete pod", "settle"])
    }
}
