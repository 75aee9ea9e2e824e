import Model
import Testing

@testable import Exploration

struct DenominatorTests {
    @Test func itIsTheSameForTheSameRuns() throws {
        let first = try deviceExploration()
        #expect(try deviceExploration() == first)
        let denominator = first.denominator
        #expect(denominator.candidates.map(\.number) == Array(1...denominator.candidates.count))
        let pruned = denominator.pruned.map(\.candidate)
        #expect((denominator.kept + pruned).sorted() == denominator.candidates.map(\.number))
        #expect(Set(denominator.kept).isDisjoint(with: pruned))
    }

    @Test func anotherMachineCountsTheSame() throws {
        let own = try deviceExploration().denominator
        let slower = try Exploration(
            of: addAndDelete,
            deviceStory().map { record in
                var record = record
                record.operations = OperationLog(
                    record.operations.map { operation in
                        var operation = operation
                        operation.started *= 3
                        operation.thread += 1000
                        return operation
                    })
                return record
            }
        ).denominator
        #expect(slower != own)
        #expect(slower.isSame(as: own))
        let fewer = try Exploration(of: addAndDelete, deviceStory(), during: ["add"]).denominator
        #expect(!fewer.isSame(as: own))
    }

    @Test func aPassSaysWhatItLeaves() throws {
        let denominator = try deviceExploration().denominator
        #expect(denominator.passes.count == PruningPasses.all.count)
        #expect(denominator.passes.first?.before == denominator.candidates.count)
        #expect(denominator.passes.last?.after == denominator.kept.count)
        for (former, next) in zip(denominator.passes, denominator.passes.dropFirst()) {
            #expect(former.after == next.before)
        }
        let text = try #require(denominator.passes.first?.description)
        #expect(text.hasPrefix("\(denominator.candidates.count) -> "))
    }

    @Test func whateverIsPrunedIsShownByWhatIsRun() throws {
        let denominator = try deviceExploration().denominator
        #expect(!denominator.pruned.isEmpty)
        for pruned in denominator.pruned {
            guard let shown = denominator.representative(of: pruned.candidate) else { continue }
            #expect(denominator.kept.contains(shown))
            #expect(denominator.candidate(shown).continuation == denominator.candidate(pruned.candidate).continuation)
        }
    }

    @Test func theErrorsOfTheTableAreRefused() throws {
        let exploration = try deviceExploration()
        let request = exploration.denominator.places[2].operation.phrase
        #expect(request.word == "address.add")
        let errors = exploration.numbers("fail", at: 2).map { exploration.denominator.candidate($0).action }
        #expect(errors.contains(.fail(errno: try #require(ErrorNumber(name: "EEXIST")))))
        // An IPv4 address is never answered so.
        #expect(!errors.contains(.fail(errno: try #require(ErrorNumber(name: "EACCES")))))
        #expect(exploration.numbers("fail", at: 2).allSatisfy { exploration.denominator.candidate($0).side == .before })
    }

    @Test func onlyWhatIsThereIsTakenAway() throws {
        let exploration = try deviceExploration()
        let loss = Action.change(.deleteLink(object: Phrase("link", "d0", in: "host")))
        #expect(exploration.number(loss, .before, at: 0) == nil)
        #expect(exploration.number(loss, .after, at: 0) != nil)
        #expect(exploration.number(loss, .before, at: 4) != nil)
        #expect(exploration.number(loss, .after, at: 4) == nil)
    }

    @Test func aChangeWaitsForWhatItConcerns() throws {
        let exploration = try deviceExploration()
        let loss = Action.change(.deleteLink(object: Phrase("link", "d0", in: "host")))
        // Between the creation and the address lies a file, which knows no device.
        let early = try #require(exploration.number(loss, .before, at: 1))
        let late = try #require(exploration.number(loss, .before, at: 2))
        #expect(exploration.denominator.representative(of: early) == late)
        #expect(exploration.denominator.kept.contains(late))
    }

    @Test func twoKillsAreOneWhereNothingLiesBetween() throws {
        let exploration = try deviceExploration()
        let kill = Action.kill(victims: .process)
        let first = try #require(exploration.number(kill, .before, at: 1))
        let second = try #require(exploration.number(kill, .before, at: 2))
        #expect(exploration.denominator.representative(of: first) == second)
        let afterMaking = try #require(exploration.number(kill, .after, at: 0))
        #expect(exploration.denominator.representative(of: afterMaking) == second)
        let beforeMaking = try #require(exploration.number(kill, .before, at: 0))
        #expect(exploration.denominator.kept.contains(beforeMaking))
        let all = try #require(exploration.number(.kill(victims: .all), .before, at: 0))
        #expect(exploration.denominator.representative(of: all) == beforeMaking)
    }

    @Test func whoIsKilledClaimsNothing() throws {
        let exploration = try deviceExploration()
        let killed = try #require(exploration.number(.kill(victims: .process), .before, at: 0, then: "nothing"))
        #expect(!exploration.denominator.kept.contains(killed))
        #expect(exploration.denominator.representative(of: killed) == nil)
        #expect(exploration.numbers("fail", at: 0).allSatisfy { exploration.denominator.kept.contains($0) })
    }

    @Test func whatComesAfterTheStepIsNoFaultOfIt() throws {
        let exploration = try deviceExploration()
        let loss = Action.change(.deleteLink(object: Phrase("link", "d0", in: "host")))
        let late = try #require(exploration.number(loss, .after, at: 3))
        #expect(!exploration.denominator.kept.contains(late))
        #expect(exploration.denominator.representative(of: late) == nil)
        let during = try #require(exploration.number(loss, .before, at: 3))
        #expect(exploration.denominator.kept.contains(during))
        let dying = try #require(exploration.number(.kill(victims: .process), .after, at: 3))
        #expect(exploration.denominator.kept.contains(dying))
    }

    @Test func aSecondThreadKeepsMomentsApart() throws {
        let operations = [
            operation(Phrase("file.open", "/a", in: "host")),
            operation(Phrase("file.open", "/b", in: "host"), lineage: "ip/tc", thread: 8),
        ]
        let exploration = try Exploration(
            of: addAndDelete, (0..<3).map { _ in record(addAndDelete, operations) })
        for side in [Point.Side.before, .after] {
            let number = try #require(exploration.number(.kill(victims: .process), side, at: 0))
            #expect(exploration.denominator.kept.contains(number))
        }
    }

    @Test func aPlanHasOneFaultAndItsContinuation() throws {
        let exploration = try deviceExploration()
        let number = try #require(exploration.number(.kill(victims: .process), .before, at: 2, then: "undo"))
        let plan = exploration.plan(number)
        #expect(plan.steps.map(\.id) == ["add", "del"])
        #expect(plan.faults.count == 1)
        #expect(plan.faults[0].point.during == "add.1")
        #expect(plan.bindings["then"] == "undo")
    }

    @Test func aStepThatIsNotThereIsRefused() throws {
        #expect(throws: ExplorationProblem.self) {
            try Exploration(of: addAndDelete, deviceStory(), during: ["sub"])
        }
    }
}
