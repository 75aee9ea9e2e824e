import Model
import Scenario
import Testing

/// Variables, matrix, `if`, `fail: each` and what they make of a plan.
@Suite struct BindingTests {
    private func plans(_ lines: String) throws -> [Plan] {
        try Files(texts: ["x.yaml": BrokenFileTests.story + lines]).load("x.yaml").plans
    }

    private func command(_ plan: Plan, _ index: Int = 0) throws -> Command {
        guard case .run(let command) = plan.steps[index].body else { throw NoCommand() }
        return command
    }

    private struct NoCommand: Error {}

    @Test func aPointOfAnOrderMayBeOneThatALockForbids() throws {
        let text = """
            tocsin: 1
            title: x
            agents: { a: { commands: { x: { run: [x] } } }, b: { commands: { y: { run: [y] } } } }
            steps: [{ together: [{ run: x }, { run: y }] }]
            order: [{ agent: a, before: { exec: x } }, { agent: b, before: { exec: y }, or: blocked }]

            """
        let plan = try #require(try Files(texts: ["x.yaml": text]).load("x.yaml").plans.first)
        #expect(plan.order.map(\.orBlocked) == [nil, true])
        #expect(plan.order.last?.description == "before: { exec: y }, agent: b, or: blocked")
    }

    @Test func anAllowedExitLetsTheReferenceGoOn() throws {
        let text = """
            tocsin: 1
            agents: { a: { commands: { x: { run: [x] }, y: { run: [y] } } } }
            steps: [{ run: x }, { run: y }]
            allow: [{ exit: x, because: its status is a count }]

            """
        let plan = try #require(try Files(texts: ["x.yaml": text]).load("x.yaml").plans.first)
        #expect(plan.steps.map(\.exits) == [nil, [0]])
        let failed = StepOutcome(step: "x", attempts: [Attempt(end: .exited(7))])
        #expect(!plan.steps[0].failed(in: failed) && plan.steps[1].failed(in: failed))
        // That it is killed, or never ends, is no status.
        let killed = StepOutcome(step: "x", attempts: [Attempt(end: .signalled(11))])
        let late = StepOutcome(step: "x", attempts: [Attempt(end: .exited(0), timedOut: true)])
        #expect(plan.steps[0].failed(in: killed) && plan.steps[0].failed(in: late))
    }

    @Test func onePlanACombination() throws {
        let plans = try plans(
            """
            matrix:
              a: [x, y]
              event: [{ kill: main }, { netns.delete: pod, settle: lingering }]
              exclude: [{ a: y, event: { kill: main } }]
              include: [{ a: z, event: { kill: all } }]
            see: [$(a)]
            faults:
              - { before: { netns.enter: pod }, do: $(event) }

            """)
        #expect(
            plans.map(\.name) == [
                "x.yaml [a=x, event=kill: main]", "x.yaml [a=x, event=netns.delete: pod, settle: lingering]",
                "x.yaml [a=y, event=netns.delete: pod, settle: lingering]", "x.yaml [a=z, event=kill: all]",
            ])
        #expect(plans.map(\.see) == [["x"], ["x"], ["y"], ["z"]])
        #expect(plans[1].faults[0].actions == [.netnsDelete(name: "pod", settle: .lingering)])
    }

    @Test func failEachIsOnePlanAnErrno() throws {
        let plans = try plans("faults: [{ before: { route.delete: 10.0.0.0/8 }, do: { fail: each, message: no } }]\n")
        #expect(plans.map(\.bindings) == [["fail": "EPERM"], ["fail": "ESRCH"]])
        #expect(plans[1].faults[0].actions == [.fail(errno: try #require(ErrorNumber(name: "ESRCH")), message: "no")])
    }

    @Test func severalEachAreTheirProduct() throws {
        let plans = try plans(
            """
            faults:
              - { before: { route.delete: 10.0.0.0/8 }, do: { fail: each } }
              - { name: b, before: { rule.delete: all }, do: { fail: each } }

            """)
        #expect(plans.count == 4)
        #expect(plans[3].bindings == ["fault-1.fail": "ESRCH", "b.fail": "ENOENT"])
    }

    @Test func ifChoosesLines() throws {
        let plans = try plans(
            """
            matrix: { v: [12.0.3, 12.0.4, 12.0.10, main] }
            known:
              - { crash: add, if: { v: "< 12.0.4" }, because: old }
              - { hang: add, if: { v: ">= 12.0.4" }, because: new }
              - { crash: del, if: { v: [main, 12.0.3] }, because: list }
              - { hang: del, if: { v: 12.* }, because: pattern }

            """)
        #expect(
            plans.map { $0.known.map(\.because) } == [
                ["old", "list", "pattern"], ["new", "pattern"], ["new", "pattern"], ["list"],
            ])
    }

    @Test func stepsAreNumberedAsTheyAreInThePlan() throws {
        let text =
            BrokenFileTests.story.replacing(
                "  - run: del\n",
                with: "  - { run: ip.add, if: { v: 2 } }\n  - run: del\n  - { name: end, do: { netns.delete: pod } }\n"
            ) + "matrix: { v: [1, 2] }\n"
        let plans = try Files(texts: ["x.yaml": text]).load("x.yaml").plans
        #expect(plans.map { $0.steps.map(\.id) } == [["add", "del", "end"], ["add.1", "add.2", "del", "end"]])
        #expect(plans[0].steps[2].body == .act(.netnsDelete(name: "pod")))
    }

    @Test func textsStayTexts() throws {
        let text = BrokenFileTests.story.replacing(
            "- run: add\n",
            with: """
                - { run: add, environment: { A: 20.50, B: on, C: 0755, D: 52:54:00:12:34:56, E: 1:30, F: "$$(x)", G: "" } }

                """)
        let plan = try #require(Files(texts: ["x.yaml": text]).load("x.yaml").plans.first)
        let environment = try command(plan).environment
        #expect(
            ["A", "B", "C", "D", "E", "F", "G"].map { environment[$0] } == [
                "20.50", "on", "0755", "52:54:00:12:34:56", "1:30", "$(x)", "",
            ])
    }

    @Test func checksAndTimes() throws {
        let plan = try #require(
            Files(texts: [
                "x.yaml": BrokenFileTests.story.replacing(
                    "- run: del\n",
                    with: """
                        - { run: add, timeout: 1.5s, exit: [0, 2], retry: 3 }
                          - { check: { not: { present: { address: 10.0.0.1/24, dev: eth0, in: pod } } }, within: 50ms }

                        """)
            ]).load("x.yaml").plans.first)
        let add = try command(plan, 1)
        #expect(add.timeout == 1_500_000_000 && add.exit == [0, 2] && add.retry == 3)
        let object = Phrase("address", "10.0.0.1/24", ["dev": "eth0"], in: "pod")
        #expect(plan.steps[2].body == .check(.not(.present(object)), within: 50_000_000))
        #expect(plan.steps[2].id == "check")
    }

    @Test func pointsInAllTheirForms() throws {
        let plan = try #require(
            plans(
                """
                faults:
                  - { before: { link.set: "*", in: pod }, nth: last, agent: ip, do: [{ netns.unmount: pod }, { kill: all, signal: SIGTERM }] }
                  - { after: { link.set: eth0, up: true, result: ok }, nth: [3, 1], do: { kill: process } }
                  - { after: { step: add.1 }, nth: all, do: { netns.replace: pod } }

                """
            ).first)
        #expect(plan.faults.map(\.point.nth) == [.last, .these([1, 3]), .all])
        #expect(plan.faults[0].point.agent == "ip" && plan.faults[0].actions.count == 2)
        #expect(plan.faults[1].point.operation == Phrase("link.set", "eth0", ["up": "true", "result": "ok"]))
    }

    @Test func objectsAsAStateNamesThem() throws {
        let plan = try #require(
            plans(
                """
                allow:
                  - { residue: { address: LL(eth0), dev: eth0, in: pod }, because: kernel }
                  - { residue: { address: 10.0.0.1/24 dev eth0 }, because: as reports print it }
                  - { difference: { nft: "rule inet *", table: t, text: "*drop*" }, because: x }
                  - { residue: { route: within 10.0.0.0/8, type: blackhole }, because: x }
                  - { leaked-netns: { netns: "pod (deleted)", state: unnamed }, because: x }

                """
            ).first)
        #expect(plan.allow.count == 5)
        #expect(
            plan.allow[0].subject == .object(Phrase("address", "LL(eth0)", ["dev": "eth0"], in: "pod")))
    }
}
