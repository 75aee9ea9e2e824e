import FoundationEssentials
import Model
import Testing

@testable import Oracles

func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
    try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
}

/// An oracle that cannot look.
struct Blind: Oracle {
    static let name = OracleName.residue
    static let severity = Severity.low
    static let cwe = "CWE-459"
    static let meaning = "it cannot look"
    static let blindSpots = "anything"
    static let pairs: [String] = []

    func findings(in evidence: Evidence) throws -> [Finding] { throw EvidenceError.missingState("add") }
}

/// What is no evidence is an error, and never a pass.
@Suite struct ErrorTests {
    var story: Story {
        var story = Story(cycle)
        story.expected = cycleStates
        story.fault(netnsDelete, in: "add.1")
        return story
    }

    func judge(_ change: (inout Record) -> Void) -> Judgement {
        var record = story.record
        change(&record)
        return Judge(plan: record.header.plan, reference: story.reference)
            .judge([Run(folder: "fault", record: .success(record))])
    }

    @Test func harnessDeliveryAndSettling() {
        #expect(judge { $0.header.error = "no host" }.verdict == .error("no host"))
        #expect(
            judge { $0.header.undelivered = ["fault-1: no match"] }.verdict
                == .error("not delivered: fault-1: no match"))
        #expect(judge { $0.header.deliveries = [] }.verdict.name == "error")
        #expect(judge { $0.header.deliveries[0].failure = "EBUSY" }.verdict.name == "error")
        #expect(
            judge { $0.header.outcomes[0].unsettled = "tentative" }.verdict
                == .error("the world did not settle after add.1: tentative"))
        #expect(judge { $0.header.outcomes.removeLast() }.verdict.name == "error")
        #expect(judge { $0.snapshots = [:] }.verdict.name == "error")
        #expect(judge { _ in }.verdict == .pass)
    }

    /// Who asks for ever is killed when its time is over, also before it has read the last answer: the others count.
    @Test func theLastOfManyDeliveriesMayBeCutOffByTheTime() {
        let cutOff: (inout Record) -> Void = { record in
            var last = record.header.deliveries[0]
            last.failure = Delivery.unread
            record.header.deliveries.append(last)
        }
        let late: (inout Record) -> Void = { $0.header.outcomes[0].attempts[0].timedOut = true }
        #expect(judge(cutOff).verdict.name == "error", "nobody's time was over")
        #expect(
            judge {
                cutOff(&$0); late(&$0)
            }.verdict.name != "error")
        let alone = judge {
            late(&$0); $0.header.deliveries[0].failure = Delivery.unread
        }
        #expect(alone.verdict.name == "error", "it was delivered nowhere")
    }

    @Test func withoutFaultsAStepMustWork() {
        let fail: (inout Record) -> Void = { $0.header.outcomes[0].attempts[0].end = .exited(1) }
        #expect(judge(fail).verdict.name != "error")
        let verdict = judge { record in
            fail(&record)
            record.header.plan.faults = []
            record.header.deliveries = []
        }.verdict
        #expect(verdict == .fail)
    }

    @Test func aProgramThatCannotBeStartedIsAnErrorWithoutFaults() {
        let verdict = judge { record in
            record.header.plan.faults = []
            record.header.deliveries = []
            record.header.outcomes[0].attempts[0].end = .notStarted("ENOENT")
        }.verdict
        #expect(verdict == .error("add.1: ENOENT"))
    }

    @Test func theWorldMustBeAbleToAct() {
        var story = Story([Step(name: "plug", body: .act(.delay(1)))])
        story.expected = [[]]
        story.outcomes["plug"] = StepOutcome(step: "plug", failure: "EPERM")
        #expect(story.judge().verdict == .error("plug: EPERM"))
    }

    @Test func aBlindOracleIsAnError() {
        let judge = Judge(plan: story.plan, reference: story.reference, oracles: [Hang.self, Blind.self])
        let judgement = judge.judge([Run(record: .success(story.record))])
        #expect(judgement.verdict == .error("the oracle residue failed: the state after add is missing"))
        #expect(judgement.findings.isEmpty)
    }

    @Test func aMissingRecordIsAnErrorAndTheOthersStillCount() {
        var leaking = story
        leaking.states = [added, [pod], added, [pod, lease]]
        let judgement = Judge(plan: story.plan, reference: story.reference).judge([
            Run(folder: "/nowhere/fault-1"), Run(folder: "fault-2", record: .success(leaking.record)),
        ])
        #expect(judgement.verdict.name == "error")
        #expect(judgement.findings.count == 1)
        #expect(judgement.rate(of: judgement.findings[0]) == Rate(hits: 1, runs: 1))
    }

    @Test func nothingRunIsNoPass() {
        #expect(Judge(plan: story.plan, reference: story.reference).judge([]).verdict == .error("the plan was not run"))
    }

    @Test func faultsWithoutAReferenceAreAnError() {
        let judgement = Judge(plan: story.plan, reference: nil).judge([Run(record: .success(story.record))])
        #expect(judgement.verdict == .error("there is no reference to hold it against"))
    }

    @Test func everyOracleOfTheFormatIsBuilt() {
        #expect(Set(OracleCatalogue.names).count == OracleCatalogue.all.count)
    }
}
