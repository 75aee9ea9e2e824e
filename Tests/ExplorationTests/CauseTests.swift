import Model
import Testing

@testable import Exploration

struct CauseTests {
    @Test func whatCouldNotBeJudgedIsNotCalledRight() {
        let right = Outcome(candidate: 1, verdict: .pass, findings: [])
        let unknown = Outcome(candidate: 2, verdict: .error("it did not settle"), findings: [])
        #expect(ExplorationText.nothing(in: [right], isWhole: true) == "nothing is wrong")
        #expect(ExplorationText.nothing(in: [right], isWhole: false) == "nothing is wrong so far")
        #expect(
            ExplorationText.nothing(in: [right, unknown], isWhole: true)
                == "nothing was found, but 1 of 2 plans could not be judged")
    }

    private let kill = Action.kill(victims: .process)

    @Test func oneCauseIsOneLine() throws {
        let exploration = try deviceExploration()
        // Killed anywhere while it works, whatever comes next: many plans and findings, one thing.
        var outcomes: [Outcome] = []
        for place in [2, 3] {
            for continuation in ["again", "undo", "whole"] {
                let number = try #require(exploration.number(kill, .before, at: place, then: continuation))
                let oracle: OracleName = continuation == "whole" ? .noConvergence : .residue
                outcomes.append(
                    Outcome(
                        candidate: number, verdict: .fail,
                        findings: [finding(.deadName), finding(oracle, severity: .medium)]))
            }
        }
        let causes = Cause.all(of: outcomes, in: exploration)
        #expect(causes.count == 1)
        #expect(causes[0].candidates.count == 6)
        #expect(causes[0].window == 2...3)
        #expect(causes[0].finding.oracle == .deadName)
        #expect(exploration.plan(causes[0].example).steps.count == 1)
        let lines = ExplorationText(exploration).lines(causes[0])
        #expect(
            lines[1].contains(
                "add.1 from address.add 10.0.0.1/24 dev d0 in host to link.set d0 up true in host: 6 plans"))
    }

    @Test func otherThingsAreOtherCauses() throws {
        let exploration = try deviceExploration()
        let killed = try #require(exploration.number(kill, .before, at: 2))
        let refused = try #require(exploration.numbers("fail", at: 2).first)
        let other = try #require(exploration.numbers("fail", at: 3).first)
        let outcomes = [killed, refused, other].map {
            Outcome(candidate: $0, verdict: .fail, findings: [finding(.falseSuccess)])
        }
        // A kill and a refusal, and refusals of two kinds of requests.
        #expect(Cause.all(of: outcomes, in: exploration).count == 3)
        let missing = Difference.missing(Fact("link", "d0", in: "host"))
        let extra = Difference.extra(Fact("link", "d0", in: "host"))
        let opposite = [missing, extra].enumerated().map { index, difference in
            Outcome(
                candidate: exploration.numbers("fail", at: 2)[index], verdict: .fail,
                findings: [finding(.falseSuccess, differences: [difference])])
        }
        #expect(Cause.all(of: opposite, in: exploration).count == 2)
    }

    @Test func theWorstComesFirst() throws {
        let exploration = try deviceExploration()
        let numbers = exploration.numbers("fail", at: 2)
        let other = exploration.numbers("fail", at: 3)
        let outcomes =
            numbers.map { Outcome(candidate: $0, verdict: .fail, findings: [finding(.residue, severity: .medium)]) }
            + [Outcome(candidate: other[0], verdict: .fail, findings: [finding(.falseSuccess)])]
        let causes = Cause.all(of: outcomes, in: exploration)
        #expect(causes.map(\.finding.oracle) == [.falseSuccess, .residue])
        #expect(causes.map(\.number) == [1, 2])
    }

    @Test func theFlipPairIsWhereItBeginsToHurt() throws {
        let exploration = try deviceExploration()
        let harmless = try #require(exploration.number(kill, .before, at: 0))
        let harmful = try #require(exploration.number(kill, .before, at: 2))
        let later = try #require(exploration.number(kill, .before, at: 3))
        var outcomes = [Outcome(candidate: harmless, verdict: .pass, findings: [])]
        outcomes += [harmful, later].map {
            Outcome(candidate: $0, verdict: .fail, findings: [finding(.falseSuccess)])
        }
        let cause = try #require(Cause.all(of: outcomes, in: exploration).first)
        #expect(cause.flip == FlipPair(harmless: harmless, harmful: harmful))
        // An error shows neither.
        outcomes[0].verdict = .error("lost")
        #expect(Cause.all(of: outcomes, in: exploration).first?.flip == nil)
    }
}
