import Kernel
import Model
import Testing

@testable import Worker

/// Conditions of checks and of points.
@Suite struct ConditionTests {
    private func check(_ condition: Condition, within: Nanoseconds = 0) -> Step {
        Step(name: "look", body: .check(condition, within: within))
    }

    private func failure(_ stage: Stage) throws -> String? {
        let header = try stage.play()
        try #require(header.error == nil && header.outcomes.count == 1)
        return header.outcomes[0].failure
    }

    @Test func whatComesInTimeHolds() throws {
        let stage = Stage(plan([check(.present(Phrase("link", "v0")), within: 100_000_000)]))
        stage.clock.after(.milliseconds(50)) { stage.state.present = [Fact("link", "v0", in: "host")] }
        #expect(try failure(stage) == nil)
        #expect(stage.clock.passed < .milliseconds(100))
    }

    @Test func whatDoesNotComeIsSaid() throws {
        let stage = Stage(plan([check(.present(Phrase("link", "v0")), within: 100_000_000)]))
        #expect(try failure(stage)?.hasSuffix("is not there") == true)
        #expect(stage.clock.passed == .milliseconds(100).patient)
    }

    @Test func theContraryOfWhatHoldsDoesNot() throws {
        let stage = Stage(plan([check(.not(.absent(Phrase("link", "v0"))))]))
        #expect(try failure(stage)?.hasSuffix("holds") == true)
    }

    @Test func theNetworkIsAsked() throws {
        let stage = Stage(plan([check(.ping(address: "10.0.0.1", from: "host"))]))
        stage.state.probeFailure = "no answer"
        #expect(try failure(stage) == "no answer")
    }

    /// At a stop the network cannot be asked: neither it nor what it says holds.
    @Test func theNetworkIsNotAskedAtAStop() {
        let stage = Stage(plan())
        #expect(!stage.conditions.holds(.ping(address: "10.0.0.1", from: "host")))
    }

    @Test func whatCannotBeLookedAtIsNoEvidence() throws {
        let stage = Stage(plan([check(.log(.text("x"), agent: nil, since: nil))]) { $0.agents["agent"]?.logs = ["/x"] })
        stage.state.unreadable = WorldError.impossible("no")
        #expect(try stage.play().error == "no")
    }

    /// What was said in an earlier step does not count, but where the condition says since when.
    @Test(arguments: [(nil, false), ("add", true)]) func aLogIsLookedAtSinceAStep(since: String?, holds: Bool) throws {
        let look = check(.log(.text("hello"), agent: nil, since: since))
        let stage = Stage(plan([run("add"), look]))
        stage.starter.scripts["add"] = { start in
            start.say("hello\n")
            stage.clock.after(.milliseconds(1)) { try stage.end(start.process) }
        }
        let outcome = try #require(try stage.play().outcomes.last)
        #expect((outcome.failure == nil) == holds)
    }

    @Test func aFileIsALogFromWhereItWas() throws {
        let pattern = LogPattern.expression("^b+$")
        let stage = Stage(
            plan([check(.log(pattern, agent: "agent", since: nil), within: 50_000_000)]) {
                $0.agents["agent"]?.logs = ["/x"]
            })
        stage.state.files["/x"] = "bb\n"
        stage.clock.after(.milliseconds(30)) { stage.state.files["/x"] = "bb\nbbb\n" }
        #expect(try failure(stage) == nil)
        #expect(stage.clock.passed >= .milliseconds(30))
    }

    @Test func timeAndFaultsAreAsked() {
        let stage = Stage(plan())
        #expect(!stage.conditions.holds(.time(1)) && stage.conditions.holds(.not(.fired("cut"))))
        stage.recorder.delivery(
            Delivery(fault: "cut", key: "k", operation: nil, step: "add", action: .delay(1), time: 0))
        #expect(stage.conditions.holds(.fired("cut")) && stage.conditions.holds(.time(0)))
    }
}
