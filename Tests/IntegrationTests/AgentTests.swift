import Glibc
import Model
import Testing

/// Agents that live longer than a command, steps at the same time, and what is asked of the host.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct AgentTests {
    private func driver(_ body: String, steps: [(String, String)], timeout: Nanoseconds = 5_000_000_000) -> Plan {
        var plan = plan([])
        var agent = AgentSpecification()
        agent.kind = .driver(
            python(
                """
                import json, os, subprocess, sys
                requests, replies = os.fdopen(3), os.fdopen(4, 'w', buffering=1)
                print(json.dumps({'ready': True, 'version': '1.0'}), file=replies)
                for line in requests:
                    message = json.loads(line)
                    name, arguments = message['request'], message['with']
                \(body.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
                """))
        agent.environment = command([]).environment
        agent.timeout = timeout
        plan.agents = ["agent": agent]
        plan.steps = steps.map { name, with in
            var asked = command([], name: name, timeout: timeout)
            asked.request = DriverRequest(name: name, with: with)
            return Step(name: name, body: .run(asked))
        }
        return plan
    }

    private let answering = """
        if name == 'fail': print(json.dumps({'ok': False, 'error': 'no ' + arguments['what']}), file=replies)
        else:
            subprocess.run(['ip', 'netns', 'add', arguments['name']], check=True)
            print('made', arguments['name'], flush=True)
            print(json.dumps({'ok': True}), file=replies)
        """

    @Test func aDriverAnswersOneRequestAfterAnother() throws {
        let record = try record(
            of: driver(
                answering,
                steps: [("one", #"{"name": "a"}"#), ("fail", #"{"what": "way"}"#), ("two", #"{"name": "b"}"#)]))
        #expect(record.header.error == nil)
        #expect(record.header.outcomes.map { $0.attempts.map(\.end) } == [[.exited(0)], [.exited(1)], [.exited(0)]])
        #expect(record.outcome(of: "fail")?.attempts.first?.errorOutput == "no way")
        #expect(record.outcome(of: "two")?.attempts.first?.output == "made b\n")
        #expect(record.operations("netns.name").map { "\($0.step) \($0.phrase.argument)" } == ["one a", "two b"])
        #expect(record.end?.facts.contains { $0.identity.noun == "process" } == false)
    }

    @Test func aDriverThatDiesIsBegunAgain() throws {
        let body = """
            if name == 'die': os._exit(7)
            print(os.getpid(), flush=True)
            print(json.dumps({'ok': True}), file=replies)
            """
        let record = try record(of: driver(body, steps: [("one", "{}"), ("die", "{}"), ("two", "{}")]))
        #expect(
            record.header.outcomes.map { $0.attempts.map(\.end) } == [[.exited(0)], [.unanswered(7)], [.exited(0)]])
        #expect(
            record.outcome(of: "one")?.attempts.first?.output != record.outcome(of: "two")?.attempts.first?.output)
    }

    @Test func aDriverOfAnotherVersionIsAnError() throws {
        var plan = driver(answering, steps: [("one", #"{"name": "a"}"#)])
        plan.agents["agent"]?.version = "2.0"
        let record = try record(of: plan)
        #expect(record.header.error?.contains("is version 1.0, the scenario says 2.0") == true)
    }

    @Test func aRequestHasItsTime() throws {
        let record = try record(
            of: driver("import time; time.sleep(60)", steps: [("one", "{}")], timeout: 400_000_000))
        #expect(record.attempt?.timedOut == true)
        #expect(record.attempt?.end == .signalled(SIGKILL))
    }

    private func service(_ script: String, ready: Condition) -> Plan {
        var plan = plan([])
        var agent = AgentSpecification()
        agent.kind = .service(ServiceSpecification(argv: shell(script), ready: ready))
        agent.environment = command([]).environment
        agent.timeout = 2_000_000_000
        plan.agents = ["agent": agent]
        plan.steps = [
            Step(name: "start-agent", body: .start(agent: "agent")),
            Step(name: "stop-agent", body: .stop(agent: "agent")),
        ]
        return plan
    }

    @Test func aServiceIsStartedAndStopped() throws {
        let record = try record(
            of: service(
                "trap 'exit 0' TERM; echo up; while :; do sleep 0.05; done",
                ready: .log(.text("up"), agent: nil, since: nil)))
        #expect(record.header.error == nil)
        #expect(record.header.outcomes.map(\.failure) == [nil, nil])
        #expect(record.end?.facts.contains { $0.identity.noun == "process" && $0.identity.name == "sh" } == false)
    }

    @Test func filesAndFoldersOfAHostHaveOwners() throws {
        var plan = plan(shell("stat -c '%n %F %a %u %g' /srv/d /srv/d/own /srv/d/of /srv/d/of/root /srv/e"))
        plan.host.files = [
            "/srv/d": FileContent(bytes: [], mode: 0o2750, folder: true, owner: 7, group: 8),
            "/srv/d/own": FileContent(bytes: Array("x".utf8), mode: 0o4755, owner: 9),
            "/srv/d/of/root": FileContent(bytes: Array("x".utf8)),
            "/srv/e": FileContent(bytes: [], mode: 0o755, folder: true),
        ]
        let record = try record(of: plan)
        #expect(record.header.error == nil)
        #expect(
            record.attempt?.output == """
                /srv/d directory 2750 7 8
                /srv/d/own regular file 4755 9 8
                /srv/d/of directory 2755 0 8
                /srv/d/of/root regular file 644 0 8
                /srv/e directory 755 0 0

                """)
    }

    /// A daemon that ends with its standard input has one that stays open, until it is stopped.
    @Test(arguments: [true, false]) func aServiceMayHaveAnOpenInput(isOpen: Bool) throws {
        var plan = service("", ready: .time(0))
        plan.agents["agent"]?.kind = .service(
            ServiceSpecification(
                argv: shell("echo up; cat; echo ended > /srv/ended; sleep 60"),
                ready: .log(.text("up"), agent: nil, since: nil), keepsInput: isOpen ? true : nil))
        plan.steps.insert(Step(name: "look", body: .check(.absent(Phrase("file", "/srv/ended")), within: 0)), at: 1)
        let record = try record(of: plan)
        #expect(record.header.error == nil)
        #expect((record.outcome(of: "look")?.failure == nil) == isOpen)
        #expect(record.outcome(of: "stop-agent")?.failure == nil)
    }

    @Test func aServiceThatIsGoneIsNotReady() throws {
        let record = try record(of: service("echo no; exit 3", ready: .log(.text("up"), agent: nil, since: nil)))
        #expect(record.outcome(of: "start-agent")?.failure == "agent is not ready: exit 3")
    }

    @Test func aServiceThatNeverSaysSoIsNotReady() throws {
        let record = try record(of: service("sleep 60", ready: .log(.expression("^up$"), agent: nil, since: nil)))
        #expect(record.outcome(of: "start-agent")?.failure == "agent is not ready: no log says `/^up$/`")
        #expect(record.outcome(of: "start-agent")?.attempts.first?.timedOut == true)
    }

    private func meeting(
        _ order: [Point], one: String = "ip netns add a; ls /run/netns; ip netns add b",
        two: String = "ip netns add c; ls /run/netns; ip netns add d"
    ) throws -> Record {
        var plan = plan([])
        plan.agents = ["one": AgentSpecification(), "two": AgentSpecification()]
        func part(_ agent: String, _ script: String) -> Step {
            var asked = command(shell(script), name: agent)
            asked.agent = agent
            return Step(name: agent, body: .run(asked))
        }
        plan.steps = [
            Step(
                name: "together",
                body: .together([
                    part("one", one), part("two", two),
                ]))
        ]
        plan.order = order
        return try record(of: plan)
    }

    /// Either order of the same two operations comes about when it is asked for, each time.
    @Test func agentsMeetInTheOrderThatIsAskedFor() throws {
        let first = Point(.after, Phrase("netns.name", "b"), agent: "one")
        let second = Point(.before, Phrase("netns.name", "c"), agent: "two")
        for _ in 0..<3 {
            // What the second saw after its own operation: the first had done its.
            let seen = try meeting([first, second]).outcome(of: "two")?.attempts.first?.output
            #expect(seen?.split(separator: "\n").contains("b") == true)
        }
        let third = Point(.after, Phrase("netns.name", "d"), agent: "two")
        let fourth = Point(.after, Phrase("netns.name", "a"), agent: "one")
        for _ in 0..<3 {
            let record = try meeting([third, fourth])
            #expect(record.header.error == nil)
            #expect(record.header.outcomes.map(\.step) == ["one", "two"])
            let seen = record.outcome(of: "one")?.attempts.first?.output
            #expect(seen?.split(separator: "\n").contains("d") == true)
        }
    }

    @Test func anOrderThatNobodyKeepsIsAnError() throws {
        let record = try meeting([
            Point(.after, Phrase("netns.name", "none"), agent: "one"),
            Point(.before, Phrase("netns.name", "c"), agent: "two"),
        ])
        let error = try #require(record.header.error)
        #expect(error.contains("`order` was not kept: one never came to its point 1 of 2"), "\(error)")
        #expect(error.contains("two waits at two / sh/ip / netns.name(c)"), "\(error)")
    }

    /// An operation must not happen while the point after it is early: what the others do before it is seen by it.
    @Test func anOperationBetweenItsTwoPointsWaitsForWhoComesBetween() throws {
        for _ in 0..<3 {
            let record = try meeting(
                [
                    Point(.before, Phrase("netns.name", "a"), agent: "one"),
                    Point(.before, Phrase("netns.name", "c"), agent: "two"),
                    Point(.after, Phrase("netns.name", "a"), agent: "one"),
                ], one: "ip netns add a",
                two: "sleep 0.3; grep -q ' /run/netns/a ' /proc/self/mountinfo && echo early; ip netns add c")
            #expect(record.header.error == nil)
            #expect(record.outcome(of: "two")?.attempts.first?.output == "")
        }
    }

    @Test func aConditionThatNeverHoldsKeepsAnOrderFromBeingMet() throws {
        let record = try meeting([
            Point(.before, Phrase("netns.name", "a"), agent: "one", countingFrom: .fired("none")),
            Point(.before, Phrase("netns.name", "c"), agent: "two"),
        ])
        #expect(record.header.error?.contains("`order` was not kept: one never came to its point 1 of 2") == true)
    }

    @Test func theNetworkAndProgramsAreAsked() throws {
        var plan = plan([])
        plan.host.links = [
            LinkSpecification(
                end: LinkSpecification.End(name: "v0", addresses: ["10.1.0.1/24", "fd00::1/64"]),
                peer: LinkSpecification.End(name: "v1", namespace: "pod", addresses: ["10.1.0.2/24", "fd00::2/64"]))
        ]
        let server = TCPServer(namespace: "pod", address: "10.1.0.2", port: 80)
        let server6 = TCPServer(namespace: "pod", address: "fd00::2", port: 80)
        let conditions: [(Condition, Bool)] = [
            (.tcp(address: "10.1.0.2", port: 80, from: "host", server: server), true),
            (.tcp(address: "fd00::2", port: 80, from: "host", server: server6), true),
            (.tcp(address: "10.1.0.2", port: 81, from: "host", server: nil), false),
            (.ping(address: "10.1.0.1", from: "pod"), true), (.ping(address: "fd00::1", from: "pod"), true),
            (.ping(address: "10.1.0.9", from: "pod"), false),
            (.exec(argv: ["ip", "link", "show", "v1"], namespace: "pod"), true),
            (.exec(argv: ["ip", "link", "show", "v1"], namespace: "host"), false),
            (.present(Phrase("link", "v1", in: "pod")), true), (.absent(Phrase("link", "v1", in: "pod")), false),
            (.not(.present(Phrase("link", "v9"))), true),
        ]
        plan.steps = conditions.enumerated().map { Step(name: "check\($0)", body: .check($1.0, within: 0)) }
        let record = try record(of: plan)
        #expect(record.header.error == nil)
        for (index, condition) in conditions.enumerated() {
            let failure = record.outcome(of: "check\(index)")?.failure
            #expect((failure == nil) == condition.1, "\(condition.0): \(failure ?? "holds")")
        }
    }
}
