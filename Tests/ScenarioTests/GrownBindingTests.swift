import FoundationEssentials
import Model
import Scenario
import Testing

@Suite struct GrownBindingTests {
    /// The plans of a good file with a service, a driver and a `together`, with `lines` behind it.
    private func plans(_ lines: String, _ change: (String) -> String = { $0 }) throws -> [Plan] {
        try Files(texts: ["x.yaml": change(BrokenFileTests.served) + lines]).load("x.yaml").plans
    }

    @Test func stepsInsideATogetherAreNumberedWithTheOthers() throws {
        let change: (String) -> String = {
            $0.replacing(
                "  - stop: k",
                with: "  - run: add\n  - { together: [{ run: add }, { run: go }], if: { v: 2 } }\n  - stop: k")
                + "variables: { v: 2 }\n"
        }
        let plan = try #require(plans("", change).first)
        #expect(plan.steps.map(\.id) == ["start-k", "go.1", "together.1", "add.2", "together.2", "stop-k"])
        #expect(plan.steps[2].parts.map(\.id) == ["back", "add.1"])
        #expect(plan.steps[4].parts.map(\.id) == ["add.3", "go.2"])
        #expect(plan.allSteps.count == 8)
    }

    @Test func aPartMayBeInOnePlanOnly() throws {
        let lines = "matrix: { v: [1, 2] }\nfaults: [{ before: { step: add }, do: { delay: 1ms }, if: { v: 2 } }]\n"
        let plans = try plans(lines) { $0.replacing("- { run: add }", with: "- { run: add, if: { v: 2 } }") }
        #expect(plans.map { $0.steps[2].parts.map(\.id) } == [["back"], ["back", "add"]])
        #expect(plans.map(\.faults.count) == [0, 1])
    }

    @Test func aServiceSaysHowItStops() throws {
        let plan = try #require(
            plans("") {
                $0.replacing(
                    "    ready: { log: up }",
                    with: """
                            ready: { not: { exec: [test, -e, /run/k], in: pod } }
                            stop: SIGINT
                            stdin: open
                            environment: { A: b }
                            directory: /etc
                            timeout: 3s
                        """)
            }.first)
        let ready = Condition.not(.exec(argv: ["test", "-e", "/run/k"], namespace: "pod"))
        let agent = try #require(plan.agents["k"])
        let service = ServiceSpecification(argv: ["k", "-n"], ready: ready, stop: 2, keepsInput: true)
        #expect(agent.kind == .service(service))
        #expect(agent.environment["A"] == "b" && agent.environment["LANG"] == "C" && agent.environment.count == 5)
        #expect(agent.directory == "/etc" && agent.timeout == 3_000_000_000 && !agent.warm)
        #expect(agent.provision == nil)
        #expect(plan.agents["ip"]?.kind == .commands)
    }

    @Test func aStopSaysHowItsServiceEnds() throws {
        func body(_ step: String) throws -> Step.Body? {
            try plans("") { $0.replacing("- stop: k", with: "- \(step)") }.first?.steps.last?.body
        }
        #expect(try body("stop: k") == .stop(agent: "k"))
        #expect(try body("{ stop: k, exit: 1 }") == .stop(agent: "k", exit: [1]))
        #expect(try body("{ stop: k, exit: [0, 143] }") == .stop(agent: "k", exit: [0, 143]))
        #expect(try body("signal: k") == .signal(agent: "k", Signal(1)))
        #expect(try body("{ signal: k, send: SIGUSR1 }") == .signal(agent: "k", Signal(10)))
    }

    @Test(
        arguments: [
            ("{ log: Startup complete }", .log(.text("Startup complete"), agent: nil, since: nil)),
            (
                #"{ log: "/state: [A-Z]+/", agent: k, since: start-k }"#,
                .log(.expression("state: [A-Z]+"), agent: "k", since: "start-k")
            ),
            ("{ log: /var/ }", .log(.expression("var"), agent: nil, since: nil)),
            ("{ log: /var/log }", .log(.text("/var/log"), agent: nil, since: nil)),
            ("{ running: k }", .running(agent: "k")), ("{ not: { running: d } }", .not(.running(agent: "d"))),
            ("{ exec: [ip, link] }", .exec(argv: ["ip", "link"], namespace: "host")),
            ("{ ping: fd00::1, from: pod }", .ping(address: "fd00::1", from: "pod")),
            ("{ tcp: 10.0.0.1:80 }", .tcp(address: "10.0.0.1", port: 80, from: "host", server: nil)),
            (
                #"{ tcp: "[fd00::1]:443", from: pod, server: { at: "[fd00::2]:80" } }"#,
                .tcp(
                    address: "fd00::1", port: 443, from: "pod",
                    server: TCPServer(namespace: "host", address: "fd00::2", port: 80))
            ),
            ("{ not: { absent: { link: a } } }", .not(.absent(Phrase("link", "a")))),
        ] as [(String, Condition)])
    func conditions(text: String, condition: Condition) throws {
        let plan = try #require(
            plans("") { $0.replacing("  - run: go", with: "  - check: \(text)\n  - run: go") }.first)
        #expect(plan.steps[1].body == .check(condition, within: 0))
        // What a report prints can be pasted.
        let pasted = try #require(
            plans("") { $0.replacing("  - run: go", with: "  - check: \(condition)\n  - run: go") }.first)
        #expect(pasted.steps[1].body == plan.steps[1].body)
    }

    @Test func faultsWaitAndAreTakenBack() throws {
        let plan = try #require(
            plans(
                """
                faults:
                  - { name: a, before: { link.set: x }, do: { delay: 50ms }, counting-from: { time: 1.5s } }
                  - { before: { link.set: x }, do: [{ route.delete: default }, { link.set: x, up: false }], counting-from: { not: { fired: a } }, until: 2s }
                  - before: { link.set: x }
                    do: { sysctl.write: net.ipv4.ip_forward, value: 0, in: pod }
                    until: { after: { link.set: y }, nth: 2, during: go, agent: d, counting-from: { fired: a } }

                """
            ).first)
        #expect(plan.faults.map(\.point.countingFrom) == [.time(1_500_000_000), .not(.fired("a")), nil])
        let end = Point(
            .after, Phrase("link.set", "y"), nth: .these([2]), during: "go", agent: "d", countingFrom: .fired("a"))
        #expect(plan.faults.map(\.until) == [nil, .duration(2_000_000_000), .point(end)])
        #expect(plan.faults[1].point.description == "before: { link.set: x }, counting-from: { not: { fired: a } }")
        #expect(plan.faults[0].point.description == "before: { link.set: x }, counting-from: { time: 1500ms }")
    }

    @Test func theWorldActsInStepsToo() throws {
        let plan = try #require(
            plans("") {
                $0.replacing(
                    "  - run: go",
                    with: """
                          - { name: plug, do: { link.create: eth1, type: veth, peer: peer1 } }
                          - do: { exec: [ip, netns, add, "a, b"], in: pod }
                          - do: { delay: 1s }
                          - do: { file.write: /etc/x, text: "" }
                          - run: go
                        """)
            }.first)
        #expect(
            plan.steps[1].body
                == .act(
                    .change(
                        .createLink(
                            LinkSpecification(
                                end: .init(name: "eth1", up: false), peer: .init(name: "peer1", up: false))))))
        #expect(plan.steps[2].body == .act(.change(.execute(argv: ["ip", "netns", "add", "a, b"], namespace: "pod"))))
        #expect(plan.steps[3].body == .act(.delay(1_000_000_000)))
        #expect(plan.steps[4].body == .act(.change(.writeFile(path: "/etc/x", text: ""))))
    }

    @Test(arguments: [
        "{ after: { step: start-k }, do: { kill: main } }", "{ before: { step: stop-k }, do: { kill: all, agent: k } }",
        "{ after: { step: go }, do: { kill: main, agent: d } }",
        "{ before: { step: add }, do: { kill: main, agent: ip } }",
    ]) func whatRunsBetweenStepsCanBeKilled(fault: String) throws {
        #expect(try plans("faults: [\(fault)]\n").first?.faults.count == 1)
    }

    @Test func everyConditionSurvivesItsRecord() throws {
        let plan = try #require(
            plans("faults: [{ before: { link.set: x }, do: { delay: 1s }, counting-from: { time: 1s } }]\n").first)
        let data = try JSONEncoder().encode(plan)
        #expect(try JSONDecoder().decode(Plan.self, from: data) == plan)
    }

    @Test func theAgentsFolderIsGiven() throws {
        let plan = try #require(
            plans("") {
                $0.replacing(
                    "driver: [d]", with: "driver: [$(agents)/d/bin/d]\n    provision: [$(here)/get, $(agents)/d]")
            }
            .first)
        #expect(plan.agents["d"]?.kind == .driver(["/agents/d/bin/d"]))
        #expect(plan.agents["d"]?.provision == ["/base/get", "/agents/d"])
    }
}
