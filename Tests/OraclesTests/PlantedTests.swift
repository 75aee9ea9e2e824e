import Model
import Testing

@testable import Oracles

/// Where a planted value comes out, and where that is right.
@Suite struct PlantedTests {
    private static let canary = Planted(variable: "key", kind: .canary, text: "pzvwsqk-mxnbt")

    private func story(_ value: Planted = PlantedTests.canary) -> Story {
        var story = Story([step("join")])
        story.plan.planted = [value]
        story.expected = [[]]
        return story
    }

    private func exec(_ program: String, _ argv: String) -> Operation {
        operation(0, step: "join", Phrase("exec", program, ["argv": argv]))
    }

    @Test func anArgumentIsReadByAll() throws {
        var story = story()
        story.operations = [exec("/usr/bin/wg", "wg set psk pzvwsqk-mxnbt"), exec("/bin/sh", "sh -c true")]
        let found = try story.findings(Secret.name)
        #expect(found.map(\.subject) == ["key in arguments of wg"])
        #expect(found.map(\.cwe) == ["CWE-214"] && found.map(\.step) == ["join"])
    }

    @Test func whoWasGivenItAsAnArgumentMayHandItOn() throws {
        var story = story()
        story.plan.steps = [
            Step(name: "join", body: .run(Command(agent: "cni", name: "join", argv: ["join", "pzvwsqk-mxnbt"])))
        ]
        story.operations = [exec("/usr/bin/python3", "python3 join pzvwsqk-mxnbt")]
        #expect(try story.findings(Secret.name).isEmpty)
    }

    @Test func whatIsSaidIsReadByWhoReadsLogs() throws {
        var story = story()
        story.attempts(
            Attempt(end: .exited(1), output: "up\n", errorOutput: "cannot use key=pzvwsqk-mxnbt\n"), in: "join")
        let found = try story.findings(Secret.name)
        #expect(found.map(\.subject) == ["key in output of join"])
        #expect(found.first?.evidence.first == "said: cannot use key=pzvwsqk-mxnbt")
    }

    @Test func aFileIsReportedOnce() throws {
        var story = story()
        let seen = Sighting(variable: "key", path: "/etc/key", isLog: false, mode: "644")
        let log = Sighting(variable: "key", path: "/var/log/x.log", isLog: true, mode: "600")
        story.outcomes["join"] = StepOutcome(step: "join", attempts: [Attempt(end: .exited(0))])
        story.outcomes["join"]?.sightings = [seen, seen, log]
        let found = try story.findings(Secret.name)
        #expect(found.map(\.subject) == ["key in file /etc/key", "key in log /var/log/x.log"])
        #expect(found.map(\.cwe) == ["CWE-732", "CWE-532"])
    }

    @Test func aLineNamesTheVariableInAnyPlaceOrInOne() throws {
        var story = story()
        story.operations = [exec("/usr/bin/wg", "wg set psk pzvwsqk-mxnbt")]
        for (text, isMeant) in [
            ("key", true), ("key in arguments of *", true), ("key in file *", false), ("ke", false),
        ] {
            story.plan.allow = [Expectation(oracle: Secret.name, subject: .text(text), because: "x")]
            #expect((story.judge().verdict == .pass) == isMeant, "\(text)")
        }
    }

    private static func hostile(_ value: HostileValue) -> Planted {
        Planted(variable: "name", kind: .hostile, text: value.text(with: "lab"))
    }

    private func judgement(_ story: Story) -> Judgement {
        Judge(plan: story.plan, references: []).judge([Run(folder: "fault", record: .success(story.record))])
    }

    @Test func aCommandOfTheValueThatRunsIsAnInjection() throws {
        var story = story(PlantedTests.hostile(.substitution))
        story.operations = [exec(HostileValue.program, HostileValue.mark)]
        let found = judgement(story).findings
        #expect(found.map(\.oracle) == [Injection.name] && found.map(\.subject) == ["name"])
        #expect(found.map(\.cwe) == ["CWE-78"])
    }

    @Test(arguments: [
        Fact("nft", "table ip tocsin-planted", in: "host"), Fact("nft", "chain ip filter tocsin-planted", in: "host"),
        Fact("link", "tocsin-planted", in: "host"),
    ])
    func anObjectOfItsNameIsALineOfItsOwn(fact: Fact) throws {
        var story = story(PlantedTests.hostile(.nft))
        story.states = [[fact]]
        #expect(judgement(story).findings.map(\.cwe) == ["CWE-74"])
    }

    /// It may keep the value as a text, under any name, or refuse it with a message and any status.
    @Test func whoKeepsItATextOrRefusesItIsRight() throws {
        var story = story(PlantedTests.hostile(.line))
        story.states = [
            [
                Fact("file", "/srv/lab\ntocsin-planted\n#"), Fact("file", "/srv/tocsin-planted"),
                Fact("nft", "rule ip t c comment \"lab tocsin-planted\"", in: "host"),
            ]
        ]
        story.operations = [exec("/bin/sh", "sh -c x lab\ntocsin-planted\n#")]
        story.attempts(Attempt(end: .exited(2), errorOutput: "Traceback (most recent call last)\nx\n"), in: "join")
        #expect(judgement(story).verdict == .pass)
    }

    @Test func whoCrashesOfItIsNot() {
        var story = story(PlantedTests.hostile(.quote))
        story.attempts(Attempt(end: .signalled(11)), in: "join")
        #expect(judgement(story).findings.map(\.oracle) == [.crash])
    }
}
