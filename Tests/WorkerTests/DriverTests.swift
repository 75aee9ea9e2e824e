import Glibc
import Kernel
import Model
import Testing

@testable import Interception
@testable import Worker

/// Drivers: requests, replies, and what breaks the protocol.
@Suite struct DriverTests {
    private func stage(_ names: String...) -> Stage {
        let steps = names.map { name in
            var command = Command(agent: "agent", name: name, argv: [], timeout: 100_000_000)
            command.request = DriverRequest(name: name, with: "{}")
            return Step(name: name, body: .run(command))
        }
        return Stage(
            plan(steps) { plan in
                plan.agents["agent"]?.kind = .driver(["driver"])
                plan.agents["agent"]?.version = "2.0"
            })
    }

    /// A driver that writes the first of these lines some milliseconds after it was started, and each other one as much later.
    private func says(_ stage: Stage, _ lines: String..., after milliseconds: Int = 1) {
        stage.starter.scripts["driver"] = { start in
            for (index, line) in lines.enumerated() {
                stage.clock.after(.milliseconds(milliseconds * (index + 1))) { start.reply(line) }
            }
        }
    }

    /// What the driver was asked so far.
    private func asked(_ start: PlayStarter.Start) -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(start.driver?.requests ?? -1, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    @Test func aRequestIsAskedWhenItIsReadyAndAnswered() throws {
        let stage = stage("add")
        says(stage, "{\"ready\": true, \"version\": \"2.0\"}", "{\"ok\": true}")
        let header = try stage.play()
        #expect(header.error == nil && header.outcomes.first?.attempts.map(\.end) == [.exited(0)])
        #expect(asked(stage.starter.starts[0]) == "{\"request\": \"add\", \"with\": {}}\n")
        #expect(stage.state.residents == [1], "it is no part of the state")
    }

    @Test func anErrorIsExitOneAndItsText() throws {
        let stage = stage("add")
        says(stage, "{\"ready\": true}", "{\"ok\": false, \"error\": \"no\"}")
        let attempt = try #require(try stage.play().outcomes.first?.attempts.first)
        #expect(attempt.end == .exited(1) && attempt.errorOutput == "no")
    }

    @Test(arguments: [
        ("{\"ready\": true, \"version\": \"1.0\"}", "the driver of agent is version 1.0, the scenario says 2.0"),
        ("{\"ok\": true}", "the driver of agent did not begin with {\"ready\": true}"),
        ("hello", "the driver of agent wrote what is no reply: hello"),
    ])
    func whatBreaksTheProtocolIsNoEvidence(line: String, text: String) throws {
        let stage = stage("add")
        says(stage, line)
        #expect(try stage.play().error == text)
    }

    @Test func whatIsNoReplyIsSaidShortly() throws {
        let stage = stage("add")
        says(stage, "\u{1}" + String(repeating: "[", count: 40_000))
        let error = try #require(try stage.play().error)
        #expect(error.hasSuffix(": \\u{01}" + String(repeating: "[", count: 199) + "… (40001 bytes)"))
    }

    /// Whoever leaves without a word has not done what it was asked, whatever its status.
    @Test(arguments: [Int32(0), 1], [true, false]) func anExitWithoutAnAnswerIsNoSuccess(status: Int32, ready: Bool)
        throws
    {
        let stage = stage("add")
        stage.starter.scripts["driver"] = { start in
            if ready { stage.clock.after(.milliseconds(1)) { start.reply("{\"ready\": true}") } }
            stage.clock.after(.milliseconds(2)) { try stage.end(start.process, status) }
        }
        let outcome = try #require(try stage.play().outcomes.first)
        #expect(outcome.attempts.map(\.end) == [.unanswered(status)])
        #expect(outcome.attempts[0].end.description == "exit \(status) without an answer")
        var command = Command(agent: "agent", name: "add", argv: [], timeout: 1)
        command.exit = [0, 1]
        #expect(!outcome.succeeded(command))
    }

    @Test func aReplyBeforeTheQuestionIsNoEvidence() throws {
        let stage = stage("add")
        says(stage, "{\"ready\": true}\n{\"ok\": true}")
        #expect(try stage.play().error == "the driver of agent replied before it was asked: {\"ok\": true}")
    }

    @Test func aLineWithoutEndIsNoEvidence() throws {
        let stage = stage("add")
        stage.starter.scripts["driver"] = { start in
            for millisecond in 1...40 {
                stage.clock.after(.milliseconds(millisecond)) {
                    start.reply(String(repeating: "[", count: 60_000), end: "")
                }
            }
        }
        #expect(try stage.play().error == "the driver of agent wrote a line of more than 1048576 bytes")
    }

    @Test func aLongErrorIsCut() throws {
        let stage = stage("add")
        says(stage, "{\"ready\": true}", "{\"ok\": false, \"error\": \"\(String(repeating: "x", count: 40_000))\"}")
        let attempt = try #require(try stage.play().outcomes.first?.attempts.first)
        #expect(attempt.errorOutput == String(repeating: "x", count: 16_384) + "… (40000 bytes)")
    }

    @Test func aReplyToNothingIsNoEvidence() throws {
        let stage = stage("add")
        says(stage, "{\"ready\": true}", "{\"ok\": true}\n{\"ok\": true}")
        #expect(try stage.play().error == "the driver of agent replied to nothing: {\"ok\": true}")
    }

    /// It dies of the first request, and the second begins another one.
    @Test func aDriverThatDiesEndsItsRequestAndIsBegunAgain() throws {
        let stage = stage("add", "del")
        stage.starter.scripts["driver"] = { start in
            stage.clock.after(.milliseconds(1)) { start.reply("{\"ready\": true}") }
            if start.program.spawn == 1 {
                stage.clock.after(.milliseconds(2)) { try stage.end(start.process, signal: SIGSEGV) }
            } else {
                stage.clock.after(.milliseconds(2)) { start.reply("{\"ok\": true}") }
            }
        }
        let header = try stage.play()
        #expect(header.error == nil)
        #expect(header.outcomes.map { $0.attempts.map(\.end) } == [[.signalled(SIGSEGV)], [.exited(0)]])
    }

    /// One that daemonizes: its child has the pipes, and replies for it when the request is over.
    @Test func whatAChildOfADriverRepliesIsNobodys() throws {
        let stage = stage("add")
        stage.starter.scripts["driver"] = { start in
            stage.clock.after(.milliseconds(1)) { start.reply("{\"ready\": true}") }
            stage.clock.after(.milliseconds(2)) { try stage.end(start.process, 0) }
            stage.clock.after(.microseconds(2100)) { start.reply("{\"ok\": true}") }
        }
        let header = try stage.play()
        #expect(header.error == nil)
        #expect(header.outcomes.map { $0.attempts.map(\.end) } == [[.unanswered(0)]])
    }

    @Test func aDriverThatDoesNotAnswerIsKilled() throws {
        let stage = stage("add")
        says(stage, "{\"ready\": true}")
        stage.killsEnd()
        let attempt = try #require(try stage.play().outcomes.first?.attempts.first)
        #expect(attempt.timedOut && attempt.end == .signalled(SIGKILL))
    }

    @Test func anAgentWithoutDriverHasNone() throws {
        let stage = Stage(plan())
        #expect(throws: RunFailure.impossible("agent agent has no driver")) {
            _ = try stage.programs.driver(of: "agent", step: run("add"))
        }
    }
}
