import Model
import Testing

@testable import Campaign

/// What plans must have in common to share their references: decided of each property, so that a new one cannot be forgotten.
@Suite struct ReferenceKeyTests {
    /// Each property, a change of it, and whether a run without faults depends on it.
    private static let decided: [String: (matters: Bool, change: @Sendable (inout Plan) -> Void)] = [
        "scenario": (false, { $0.scenario = "other" }), "title": (false, { $0.title = "other" }),
        "cwe": (false, { $0.cwe = ["CWE-1"] }), "see": (false, { $0.see = ["x"] }),
        "bindings": (false, { $0.bindings = ["a": "b"] }),
        "requirements": (false, { $0.requirements.kernel = "6.1" }),
        "host": (true, { $0.host.namespaces = ["pod"] }), "agents": (true, { $0.agents["b"] = AgentSpecification() }),
        "steps": (true, { $0.steps.append(Step(name: "x", body: .start(agent: "b"))) }),
        "faults": (
            false,
            {
                $0.faults = [
                    Fault(name: "f", point: Point(.before, Phrase("exec", "x")), actions: [.kill(victims: .all)])
                ]
            }
        ),
        "order": (false, { $0.order = [Point(.before, Phrase("exec", "x"))] }),
        "allow": (false, { $0.allow = [line] }), "known": (false, { $0.known = [line] }),
        "runs": (false, { $0.runs = 7 }), "cycles": (true, { $0.cycles = Cycles(count: 4) }),
        "planted": (true, { $0.planted = [Planted(variable: "x", kind: .canary, text: "y")] }),
        "redact": (true, { $0.redact = [.text("y")] }), "explore": (false, { $0.explore = ExploreSpecification() }),
    ]

    private static let line = Expectation(oracle: .residue, subject: .object(Phrase("link", "x")), because: "y")

    @Test func everyPropertyIsDecided() {
        let names = Mirror(reflecting: Plan(scenario: "s", title: "t")).children.compactMap(\.label)
        #expect(Set(names) == Set(Self.decided.keys), "say in this test whether a run without faults depends on it")
    }

    @Test func plansShareWhatTheyHaveInCommon() {
        let plan = Plan(scenario: "s", title: "t")
        for (name, property) in Self.decided {
            var other = plan
            property.change(&other)
            #expect(other != plan, "\(name)")
            #expect((other.referenceKey != plan.referenceKey) == property.matters, "\(name)")
        }
    }
}
