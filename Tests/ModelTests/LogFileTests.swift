import Testing

@testable import Model

/// What an agent writes into a log is no state, whatever it says.
@Suite struct LogFileTests {
    private let route = Fact("route", "10.0.0.0/8", in: "host")
    private let cycle = plan([run("add"), run("keep"), run("del")])

    private func file(_ path: String, _ digest: String, size: Int = 40) -> Fact {
        Fact("file", path, ["type": "file", "digest": digest, "size": "\(size)"])
    }

    /// Three runs; in each a file says after each step what is given.
    private func reference(_ path: String, _ runs: [[String?]], logs: [String] = []) throws -> Reference {
        var plan = cycle
        plan.agents["ip"] = AgentSpecification()
        plan.agents["ip"]?.logs = logs
        return try Reference.learn(
            runs.map { digests in
                record(plan, digests.map { [route] + ($0.map { [file(path, $0)] } ?? []) })
            })
    }

    private func differs(_ reference: Reference, _ facts: [Fact], after step: String) -> [String] {
        reference.differences(of: Snapshot(facts: facts), namesMade: [], after: step).map(\.identity.name)
    }

    @Test func aLogOnWhichTheRunsAgreeIsNotHeldAgainstAnAgent() throws {
        let log = "/var/log/agent.log"
        // By chance: two decimals of a duration.
        let reference = try reference(log, [["a", "b", "c"], ["a", "b", "c"], ["a", "x", "c"]])
        for step in ["add", "keep", "del"] {
            #expect(differs(reference, [route, file(log, "of a fault", size: 4000)], after: step).isEmpty)
            #expect(differs(reference, [route], after: step).isEmpty)
        }
        #expect(reference.masked == ["file /var/log/agent.log"])
        #expect(differs(reference, [file(log, "a")], after: "add") == ["10.0.0.0/8"])
    }

    @Test func aLogThatOnlyAFaultMakesIsNone() throws {
        let reference = try reference("/run/x", [["a", "a", "a"], ["a", "a", "a"]])
        let same = [route, file("/run/x", "a")]
        #expect(differs(reference, same + [file("/var/log/errors", "e")], after: "add").isEmpty)
        #expect(differs(reference, same + [file("/run/y.log", "e")], after: "add") == ["/run/y.log"])
    }

    @Test func aLogElsewhereIsOneIfItsContentDiffers() throws {
        let log = "/var/lib/agent/agent.log"
        let chance = try reference(log, [["a", "b", "c"], ["a", "x", "c"]])
        #expect(differs(chance, [route, file(log, "other", size: 4000)], after: "del").isEmpty)
        let journal = try reference(log, [["a", "b", "c"], ["a", "b", "c"]])
        #expect(differs(journal, [route, file(log, "other")], after: "del") == [log])
    }

    @Test func whatTheScenarioCallsALogIsOneWhereTheRunsAgreeToo() throws {
        for path in ["/var/lib/agent/agent.log", "/var/lib/agent/messages"] {
            let said = try reference(path, [["a", "b", "c"], ["a", "b", "c"]], logs: [path])
            #expect(differs(said, [route, file(path, "other", size: 4000)], after: "del").isEmpty)
            #expect(said.masked == ["file \(path)"])
            let seldom = try reference("/run/x", [["a", "a", "a"], ["a", "a", "a"]], logs: [path])
            #expect(differs(seldom, [route, file("/run/x", "a"), file(path, "of a fault")], after: "add").isEmpty)
            let taken = try reference(path, [["a", "b", nil], ["a", "b", nil]], logs: [path])
            #expect(differs(taken, [route, file(path, "other")], after: "del") == [path])
        }
    }

    @Test func anotherFileIsMaskedOnlyWhereItDiffers() throws {
        let state = "/var/lib/agent/state"
        let reference = try reference(state, [["a", "b", "c"], ["x", "b", "c"]])
        #expect(differs(reference, [route, file(state, "z")], after: "add").isEmpty)
        #expect(differs(reference, [route, file(state, "z")], after: "del") == [state])
    }

    @Test func aLogThatTheAgentTakesAwayMustGo() throws {
        let log = "/var/log/pods/red.log"
        let reference = try reference(log, [["a", "b", nil], ["x", "y", nil]])
        #expect(differs(reference, [route, file(log, "other", size: 4000)], after: "keep").isEmpty)
        #expect(differs(reference, [route, file(log, "other")], after: "del") == [log])
    }
}
