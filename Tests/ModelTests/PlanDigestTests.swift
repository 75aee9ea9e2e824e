import Model
import Testing

@Suite struct PlanDigestTests {
    /// A plan with a dictionary wherever one can stand, filled in this order.
    private func plan(_ names: [String], folder: String = "") -> Plan {
        var plan = Plan(scenario: "\(folder)Scenarios/demo.yaml", title: "demo")
        var environment: [String: String] = [:]
        for name in names {
            plan.bindings[name] = name
            environment[name] = "x"
            plan.host.files["/etc/\(name)"] = FileContent(bytes: Array(name.utf8))
            plan.agents[name] = AgentSpecification()
        }
        let argv = ["\(folder)agent", "--in", "\(folder)data"]
        plan.steps = [
            Step(name: "add", body: .run(Command(agent: "a", name: "add", argv: argv, environment: environment)))
        ]
        let qualifiers = Dictionary(uniqueKeysWithValues: names.map { ($0, "1") })
        let action = Action.change(.deleteRoute(object: Phrase("route", "default", qualifiers)))
        plan.faults = [Fault(name: "f", point: Point(.before, Phrase("netns.name", "demo")), actions: [action])]
        return plan
    }

    @Test func theOrderOfDictionariesIsNoPartOfIt() throws {
        let names = (0..<20).map { "name\($0)" }
        let digest = try plan(names).digest()
        #expect(try plan(names.reversed()).digest() == digest)
        #expect(digest.count == 64)
    }

    @Test func whatIsOtherIsAnotherPlan() throws {
        let digests = try [["a"], ["b"], ["a", "b"], []].map { try plan($0).digest() }
        #expect(Set(digests).count == 4)
        var known = plan(["a"])
        known.runs = 7
        #expect(try known.digest() != digests[0])
    }

    /// A comment above a fault moves its line, and nothing else.
    @Test func theLinesAreNoPartOfIt() throws {
        var moved = plan(["a"])
        let line = Expectation(oracle: .residue, subject: .object(Phrase("link", "x")), because: "y")
        moved.allow = [line]
        moved.known = [line]
        let digest = try moved.digest()
        moved.faults[0].location = "demo.yaml:12:5"
        moved.allow[0].location = "demo.yaml:14:5"
        moved.known[0].location = "demo.yaml:15:5"
        #expect(try moved.digest() == digest)
        moved.faults[0].name = "g"
        #expect(try moved.digest() != digest)
    }

    /// A checkout at another place has the same plans.
    @Test func theFolderIsNoPartOfIt() throws {
        let here = try plan(["a"], folder: "/home/a/tocsin/").digest(from: "/home/a/tocsin")
        #expect(try plan(["a"], folder: "/srv/b c/").digest(from: "/srv/b c") == here)
        #expect(try plan(["a"], folder: "/home/a/tocsin/").digest(from: "/srv/b c") != here)
        #expect(try plan(["a"], folder: "./").digest() == here)
    }
}
