import Model
import Scenario
import Testing

/// What `plant` makes of a scenario.
@Suite struct PlantTests {
    private static func text(_ plant: String, variables: String, more: String = "") -> String {
        """
        tocsin: 1
        title: t
        variables: \(variables)
        plant: \(plant)
        agents:
          a:
            environment: { KEY: $(key) }
            commands: { add: { run: [add, $(name)] } }
        steps: [{ run: add }]
        \(more)
        """
    }

    private func plans(_ plant: String, _ variables: String, _ more: String = "") throws -> [Plan] {
        try Files(texts: ["x.yaml": PlantTests.text(plant, variables: variables, more: more)]).load("x.yaml").plans
    }

    private func command(_ plan: Plan) throws -> Command {
        guard case .run(let command)? = plan.steps.first?.body else { throw NoCommand() }
        return command
    }

    private struct NoCommand: Error {}

    @Test func aCanaryStandsInEachPlanInPlaceOfTheVariable() throws {
        let plans = try plans(
            "{ key: canary }", "{ key: correct-horse, name: n }",
            "faults: [{ before: { file.create: /x }, do: { fail: ENOSPC } }]")
        let plan = try #require(plans.first)
        #expect(plans.count == 1 && plan.name == "x.yaml")
        let canary = try #require(Canary.text(like: "correct-horse", variable: "key", scenario: "x.yaml"))
        #expect(plan.canaries == [Planted(variable: "key", kind: .canary, text: canary)])
        #expect(try command(plan).environment["KEY"] == canary)
        #expect(plan.isDisturbed && plan.withoutFaults.canaries == plan.canaries)
    }

    @Test func aHostileValueIsAPlanOfItsOwnWithoutFaults() throws {
        let plans = try plans(
            "{ key: canary, name: hostile }", "{ key: correct-horse, name: n }",
            """
            faults: [{ before: { file.create: /x }, do: { fail: ENOSPC } }]
            known: [{ injection: name, because: it is so }]
            """)
        #expect(plans.count == 1 + HostileValue.allCases.count)
        #expect(plans[0].name == "x.yaml" && plans[0].isDisturbed && !plans[0].isHostile && plans[0].known.isEmpty)
        for (plan, value) in zip(plans.dropFirst(), HostileValue.allCases) {
            #expect(plan.name == "x.yaml [name=hostile \(value.rawValue)]")
            #expect(plan.isHostile && !plan.isDisturbed && plan.canaries.count == 1)
            #expect(try command(plan).argv == ["add", value.text(with: "n")])
            #expect(plan.host.files[HostileValue.program]?.mode == 0o755)
            #expect(plan.known.map(\.seen) == [.sometimes])
        }
    }

    @Test func textsOfTheAuthorArePlantedAsTheyAre() throws {
        let plans = try plans("{ name: [-x, \"a b$$(c)\"] }", "{ key: k, name: n }")
        #expect(plans.map(\.bindings) == [[:], ["name": "text 1"], ["name": "text 2"]])
        #expect(try plans.map { try command($0).argv[1] } == ["n", "-x", "a b$(c)"])
    }

    @Test func aFaultOfTheCommandLineMeetsNoHostileValue() throws {
        let files = Files(texts: ["x.yaml": PlantTests.text("{ name: hostile }", variables: "{ key: k, name: n }")])
        let fault = try InlineFault("before file.create /x: kill main")
        let plans = try loadPlans(path: "x.yaml", environment: files.environment, faults: [fault]).plans
        #expect(plans.map(\.isHostile) == [false])
    }

    @Test func whatIsFoundIsAllowedByVariableAndPlace() throws {
        let plan = try #require(
            try plans(
                "{ key: canary }", "{ key: correct-horse, name: n }",
                "allow: [{ secret: key in file /etc/*, because: x }, { secret: key, because: y }]"
            ).first)
        #expect(plan.allow.map(\.subject) == [.text("key in file /etc/*"), .text("key")])
    }

    @Test(arguments: [
        ("{ nme: canary }", "{ key: k, name: n }", "4:10: error: no variable `nme`; did you mean `name`?"),
        (
            "{ name: canary }", "{ key: k, name: n }",
            "4:10: error: variable `name` is too short for a canary: it needs 8 letters or digits"
        ),
        (
            "{ name: other }", "{ key: k, name: n }",
            "4:10: error: what is planted is `canary`, `hostile` or a list of texts"
        ),
        (
            "{ more: hostile }", "{ key: k, name: n, more: m }",
            "4:10: error: `more` is never used: it would be planted nowhere"
        ),
        (
            "{ name: hostile }", "{ key: k, name: [n] }",
            "4:10: error: variable `name` is no text: it cannot be planted"
        ),
    ])
    func whatCannotBePlantedIsRefused(plant: String, variables: String, problem: String) {
        let text = PlantTests.text(plant, variables: variables)
        let problems = Files(texts: ["x.yaml": text]).problems("x.yaml")
        #expect(problems.contains("x.yaml:\(problem)"), "\(problems)")
    }
}
