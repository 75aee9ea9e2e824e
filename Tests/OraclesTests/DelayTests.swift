import Model
import Testing

@testable import Oracles

/// Who is only held for a while must do what it does without, and what the world keeps open is nobody's leak.
@Suite struct DelayTests {
    private func story(_ attempt: Attempt, also more: Action? = nil) -> Story {
        var story = Story([step("add"), step("list")])
        story.expected = [[lease], [lease]]
        story.fault(.delay(200_000_000), in: "add")
        if let more { story.plan.faults[0].actions.append(more) }
        story.attempts(attempt, in: "add")
        return story
    }

    private let failed = Attempt(end: .exited(1), errorOutput: "the helper took too long\n")

    @Test func whoFailsIsTold() throws {
        let found = try story(failed).findings(OracleName(rawValue: "delay"))
        #expect(found.map(\.subject) == ["add"])
        #expect(found.first?.evidence.contains("add said: the helper took too long") == true)
    }

    @Test func theFirstFailureBehindItCounts() throws {
        var story = story(Attempt(end: .exited(0)))
        story.attempts(failed, in: "list")
        #expect(try story.findings(OracleName(rawValue: "delay")).map(\.subject) == ["list"])
    }

    @Test func whoMayFailIsNot() throws {
        #expect(try story(Attempt(end: .exited(0))).findings(OracleName(rawValue: "delay")).isEmpty)
        // Another fault may be why; a hang has its own oracle.
        #expect(try story(failed, also: .kill(victims: .main)).findings(OracleName(rawValue: "delay")).isEmpty)
        var hanging = failed
        hanging.timedOut = true
        #expect(try story(hanging).findings(OracleName(rawValue: "delay")).isEmpty)
    }
}

/// What the world keeps open.
@Suite struct HeldNamespaceTests {
    private func story(holder: String) -> Story {
        var story = Story([step("add"), step("del", undoes: "add")])
        story.expected = [[pod, eth0, veth0], []]
        story.states = [
            [pod, eth0, veth0],
            [
                Fact("netns", "pod (deleted)", ["state": "unnamed", "holder": holder]),
                Fact("link", "eth0", in: "pod (deleted)", ["type": "veth"]),
            ],
        ]
        story.fault(.change(.holdNamespace(name: "pod")), at: Point(.before, Phrase("netns.unmount", "pod")), in: "del")
        return story
    }

    @Test func itIsNobodysLeak() { #expect(story(holder: "unknown").judge().verdict == .pass) }

    @Test func whoHoldsItTooHasLeakedIt() throws {
        #expect(try story(holder: "process sleep").findings(.leakedNamespace).count == 1)
    }
}
