import Model
import Testing

@testable import Oracles

/// One cause is one finding; what comes of it is told with it.
@Suite struct ConsequenceTests {
    private let chain = Fact("nft", "chain ip nat CNI-a", in: "host")
    private let jump = Fact("nft", "rule ip nat POST #1", in: "host", ["text": "jump CNI-a", "digest": "1"])
    private let rule = Fact("nft", "rule ip nat CNI-a #1", in: "host", ["text": "masq", "digest": "2"])

    private func story(_ end: [Fact]) -> Story {
        var story = Story(cycle)
        story.expected = [added, [pod], added, [pod]]
        story.states = [added, [pod], added, end]
        story.fault(.kill(victims: .process), in: "add.1")
        return story
    }

    /// What stands for itself: its oracle and what it is about.
    private func causes(_ findings: [Finding]) -> [String] {
        findings.filter { $0.partOf == nil }.map { "\($0.oracle.rawValue) \($0.object?.identity.name ?? $0.subject)" }
    }

    @Test func aChainIsLeftWithItsRulesAndTheJumpToIt() {
        let judgement = story([pod, chain, jump, rule]).judge()
        #expect(judgement.findings.count == 3)
        #expect(causes(judgement.findings) == ["residue chain ip nat CNI-a"])
        let root = judgement.findings.first { $0.partOf == nil }
        #expect(judgement.findings.filter { $0.partOf == root?.fingerprint }.count == 2)
        #expect(judgement.reasons.count == 1 && judgement.verdict == .fail)
    }

    @Test func whatIsNewIsNeverPartOfWhatIsKnown() {
        var story = story([pod, chain, jump, rule])
        story.plan.known = [
            Expectation(oracle: .residue, subject: .object(Phrase("nft", "chain*")), because: "x")
        ]
        let judgement = story.judge()
        #expect(judgement.unexpected.allSatisfy { $0.partOf == nil || $0.partOf != judgement.known[0].fingerprint })
        #expect(judgement.verdict == .fail && judgement.unseen.isEmpty)
        story.plan.allow = [Expectation(oracle: .residue, subject: .object(Phrase("nft", "rule*")), because: "x")]
        #expect(story.judge().allowed.allSatisfy { $0.partOf == nil })
        #expect(story.judge().verdict == .known)
    }

    @Test func whatIsLeftAtTheEndIsPartOfTheStepThatLeftIt() {
        var story = story([pod, lease])
        story.states = [added, [pod, lease], added, [pod, lease, chain]]
        story.fault(netnsDelete, in: "del.1", removed: [])
        let findings = story.judge().findings
        #expect(findings.map(\.oracle.rawValue).contains("residue"))
        #expect(causes(findings).first?.hasPrefix("false-success del.1") == true)
        #expect(causes(findings).contains("residue file /var/lib/cni/10.22.0.2") == false)
        #expect(causes(findings).contains("residue chain ip nat CNI-a"), "that the step did not leave")
    }

    @Test func whatIsLeftInAnotherFormIsNamedOnce() {
        let torn = Fact("file", "/var/lib/cni/10.22.0.2", ["type": "file", "mode": "600", "size": "0"])
        var story = story([pod, torn])
        story.expected = [added, [pod, lease], added, [pod, lease]]
        story.states = [added, [pod, torn], added, [pod, torn]]
        story.fault(netnsDelete, in: "del.1", removed: [])
        let findings = story.judge().findings
        #expect(findings.map(\.oracle.rawValue).contains("residue"))
        #expect(findings.contains { $0.differences.contains { if case .changed = $0 { true } else { false } } })
        #expect(causes(findings) == ["false-success del.1"])
        // In yet another form at the end, it is not as that step left it.
        let other = Fact("file", "/var/lib/cni/10.22.0.2", ["type": "file", "mode": "640", "size": "9"])
        story.states = [added, [pod, torn], added, [pod, other]]
        #expect(causes(story.judge().findings).count == 2)
    }

    @Test func aDeadNameIsTheCauseOfWhatMeetsIt() {
        let dead = Fact("netns", "pod", ["state": "dead"])
        var story = Story([step("add", 1, of: 2, retry: 1), step("del", undoes: "add"), step("add", 2, of: 2)])
        story.expected = [added, [], added]
        story.states = [[dead], [], [dead]]
        story.fault(.kill(victims: .process), in: "add.1")
        story.attempts(
            Attempt(end: .signalled(9)),
            Attempt(end: .exited(1), errorOutput: "Cannot create \"/run/netns/pod\": File exists\n"), in: "add.1")
        story.attempts(Attempt(end: .exited(1), errorOutput: "\"/run/netns/pod\": File exists\n"), in: "add.2")
        let findings = story.judge().findings
        #expect(findings.count > 2)
        #expect(causes(findings) == ["dead-name pod"])
    }
}
