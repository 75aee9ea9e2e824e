import Model
import Testing

@testable import Oracles

/// Whose work an object is where two commands ran at the same time, in both orders in which a scenario can write them.
@Suite struct SameTimeTests {
    /// Two commands at the same time, what each does to a state, and what came of a run.
    struct Meeting {
        /// As they are written.
        var names: [String]
        var effects: [String: @Sendable ([Fact]) -> [Fact]]
        var start: [Fact] = [Fact("link", "lo", in: "host")]
        var after: [Fact] = []
        var ends: [String: Attempt] = [:]
        var faults: [(step: String, action: Action)] = []
        var operations: [Operation] = []

        var plan: Plan {
            var plan = Plan(scenario: "tests/both.yaml", title: "two at once")
            plan.steps = [Step(name: "both", body: .together(names.map { step($0) }))]
            plan.faults = faults.enumerated().map { index, fault in
                Fault(
                    name: "fault-\(index + 1)", point: Point(.before, Phrase("route.add", "*")),
                    actions: [fault.action])
            }
            return plan
        }

        /// What the runs of one order are, one after the other.
        func reference(_ order: Plan) -> Reference {
            var facts = start
            var states: [String: Snapshot] = [:]
            for step in order.steps {
                facts = effects[step.id]?(facts) ?? facts
                states[step.id] = Snapshot(facts: facts)
            }
            return Reference(states: states, start: Snapshot(facts: start)).together(plan, in: order)
        }

        var record: Record {
            var header = RecordHeader(plan: plan, role: .fault)
            let states = (Snapshot(facts: start), Snapshot(facts: after))
            header.startSnapshot = states.0.digest
            header.outcomes = names.map { name in
                StepOutcome(
                    step: name, attempts: [ends[name] ?? Attempt(end: .exited(0))], snapshot: states.1.digest)
            }
            header.deliveries = faults.enumerated().map { index, fault in
                Delivery(
                    fault: "fault-\(index + 1)", key: "\(fault.step) / ip / route.add(*) @ host # 1", operation: 0,
                    step: fault.step, action: fault.action, removed: [], time: 1)
            }
            header.operations = operations.count
            var snapshots = [states.0.digest: states.0]
            snapshots[states.1.digest] = states.1
            return Record(header: header, snapshots: snapshots, operations: OperationLog(operations))
        }

        var judge: Judge { Judge(plan: plan, references: plan.orders.map(reference)) }

        /// `false-success red`, of the order of the steps to which the run is nearest.
        func told() throws -> [String] {
            try judge.findings(in: record).map { "\($0.oracle.rawValue) \($0.subject)" }.sorted()
        }
    }

    static let red = Fact("route", "198.51.100.0/24", in: "host", ["dev": "lo"])
    static let blue = Fact("route", "203.0.113.0/24", in: "host", ["dev": "lo"])

    /// Each adds a route of its own.
    private func apart(_ names: [String]) -> Meeting {
        Meeting(names: names, effects: ["red": { $0 + [Self.red] }, "blue": { $0 + [Self.blue] }])
    }

    private static func tenants(_ names: String) -> Fact {
        Fact("file", "/var/lib/tenants", ["digest": names, "type": "file"])
    }

    /// Each adds its name to a common file.
    private func common(_ names: [String]) -> Meeting {
        func adds(_ name: String) -> @Sendable ([Fact]) -> [Fact] {
            { facts in
                let former = facts.first { $0.identity.noun == "file" }?.attributes["digest"]
                let all = ([former, name].compactMap(\.self)).joined(separator: "+").split(separator: "+").sorted()
                return facts.filter { $0.identity.noun != "file" } + [Self.tenants(all.joined(separator: "+"))]
            }
        }
        return Meeting(names: names, effects: ["red": adds("red"), "blue": adds("blue")])
    }

    private static let written = [["red", "blue"], ["blue", "red"]]
    private static let refused = Action.fail(errno: ErrorNumber(1))
    private static let failed = Attempt(end: .exited(1), errorOutput: "refused\n")

    @Test(arguments: written) func asItShouldBeNothingIsSaid(_ names: [String]) throws {
        var meeting = apart(names)
        meeting.faults = [("red", .delay(1))]
        meeting.after = meeting.start + [Self.red, Self.blue]
        #expect(try meeting.told().isEmpty)
    }

    @Test(arguments: written, ["red", "blue"])
    func aFalseSuccessIsThatOfTheStepWhoseWorkIsMissing(_ names: [String], _ wrong: String) throws {
        var meeting = apart(names)
        meeting.faults = [(wrong, Self.refused)]
        meeting.ends[wrong] = Attempt(end: .exited(0), errorOutput: "refused\n")
        meeting.after = meeting.start + [wrong == "red" ? Self.blue : Self.red]
        let route = wrong == "red" ? Self.red : Self.blue
        #expect(try meeting.told() == ["difference \(route.identity)", "false-success \(wrong)"])
        meeting.ends[wrong] = Attempt(end: .exited(0))
        #expect(try meeting.told() == ["difference \(route.identity)", "silent-failure \(wrong)"])
    }

    @Test(arguments: written, ["red", "blue"])
    func whoDidItsWorkIsNotBlamedForAnother(_ names: [String], _ honest: String) throws {
        var meeting = apart(names)
        let other = honest == "red" ? "blue" : "red"
        // Both meet a fault; one says that it could not, the other did what it should.
        meeting.faults = [(honest, Self.refused), (other, .delay(1))]
        meeting.ends[honest] = Self.failed
        meeting.after = meeting.start + [honest == "red" ? Self.blue : Self.red]
        #expect(try meeting.told().isEmpty)
    }

    @Test(arguments: written) func whatNoneMakesWithoutFaultsIsItsMakers(_ names: [String]) throws {
        var meeting = apart(names)
        meeting.faults = [("red", Self.refused), ("blue", .delay(1))]
        let stray = Fact("route", "192.0.2.0/24", in: "host", ["dev": "lo"])
        meeting.after = meeting.start + [Self.red, Self.blue, stray]
        meeting.operations = [operation(0, step: "red", Phrase("route.add", "192.0.2.0/24", ["dev": "lo"]))]
        #expect(try meeting.told() == ["residue \(stray.identity)", "silent-failure red"])
        // Where nobody is seen to have made it, each may have.
        meeting.operations = []
        let expected = ["false-success blue", "residue \(stray.identity)", "silent-failure red"]
        #expect(try meeting.told() == expected)
    }

    @Test(arguments: written) func whoFailsHonestlyMayLeaveTheWorkOfTheOther(_ names: [String]) throws {
        var meeting = common(names)
        meeting.faults = [("blue", Self.refused)]
        meeting.ends["blue"] = Self.failed
        meeting.after = meeting.start + [Self.tenants("red")]
        #expect(try meeting.told().isEmpty)
        // Red says success, and its name is not there.
        meeting.after = meeting.start
        #expect(try meeting.told() == ["difference \(Self.tenants("").identity)"])
        // Both say that they failed: what they found is there.
        meeting.faults.append(("red", Self.refused))
        meeting.ends["red"] = Self.failed
        #expect(try meeting.told().isEmpty)
    }

    @Test(arguments: written) func whatAFailedStepLeavesHalfDoneIsItsOwn(_ names: [String]) throws {
        var meeting = apart(names)
        meeting.effects["blue"] = { $0 + [Self.blue, lease] }
        meeting.faults = [("blue", Self.refused)]
        meeting.ends["blue"] = Self.failed
        meeting.after = meeting.start + [Self.red, lease]
        #expect(try meeting.told() == ["partial-rollback blue"])
    }

    @Test(arguments: written) func whoOnlyLooksMayFailByATracebackOfItsOwn(_ names: [String]) throws {
        var meeting = apart(names)
        meeting.effects["blue"] = { $0 }
        meeting.faults = [("blue", .change(.deleteLink(object: Phrase("link", "eth0"))))]
        meeting.ends["blue"] = Attempt(
            end: .exited(1),
            errorOutput: "Traceback (most recent call last):\n  File \"a\", line 1\nKeyError: 1\n")
        meeting.after = meeting.start + [Self.red]
        #expect(try meeting.told() == ["worse blue"])
    }

    @Test(arguments: written) func aLostUpdateIsNoOrdersEnd(_ names: [String]) throws {
        var meeting = common(names)
        meeting.after = meeting.start + [Self.tenants("red")]
        #expect(try meeting.told() == ["difference \(Self.tenants("").identity)", "together \(names[0])"])
        // What is missing at the end is so because of it.
        let causes = meeting.judge.judge([Run(record: .success(meeting.record))]).findings.filter { $0.partOf == nil }
        #expect(causes.map(\.oracle.rawValue) == ["together"])
    }

    @Test func eachRunIsHeldAgainstTheOrderThatItIsNearestTo() throws {
        // Who comes first gets the first address: both ways are right.
        func first(_ name: String) -> [Fact] {
            ["red", "blue"].map { one in
                Fact("address", "192.0.2.\(one == name ? 1 : 2)/32 dev lo", in: "host", ["dev": "lo", "label": one])
            }
        }
        func takes(_ name: String) -> @Sendable ([Fact]) -> [Fact] {
            { facts in
                let place = facts.count { $0.identity.noun == "address" } + 1
                return facts + [
                    Fact("address", "192.0.2.\(place)/32 dev lo", in: "host", ["dev": "lo", "label": name])
                ]
            }
        }
        var meeting = Meeting(names: ["red", "blue"], effects: ["red": takes("red"), "blue": takes("blue")])
        var runs: [Run] = []
        for name in ["red", "blue"] {
            meeting.after = meeting.start + first(name)
            runs.append(Run(record: .success(meeting.record)))
        }
        #expect(meeting.judge.judge(runs).verdict == .pass)
        meeting.after = meeting.start + [first("red")[0]]
        #expect(meeting.judge.judge(runs + [Run(record: .success(meeting.record))]).verdict == .flaky(hits: 1, runs: 3))
    }

    /// Whatever takes all back afterwards: nothing is missing at the end.
    @Test func whatNoOrderLeavesIsAFindingWhereItIsTakenBackToo() throws {
        var plan = Plan(scenario: "tests/both.yaml", title: "two at once")
        plan.steps = [
            Step(name: "both", body: .together([step("red"), step("blue")])), step("clear", undoes: "red"),
        ]
        let lo = Fact("link", "lo", in: "host")
        let states = [
            [lo], [lo, SameTimeTests.red], [lo, SameTimeTests.red, SameTimeTests.blue], [lo, SameTimeTests.blue],
        ]
        .map(Snapshot.init(facts:))
        func record(_ after: Snapshot) -> Record {
            var header = RecordHeader(plan: plan, role: .fault)
            header.startSnapshot = states[0].digest
            header.outcomes = ["red", "blue", "clear"].map {
                StepOutcome(
                    step: $0, attempts: [Attempt(end: .exited(0))],
                    snapshot: ($0 == "clear" ? states[0] : after).digest)
            }
            return Record(
                header: header, snapshots: [states[0].digest: states[0], after.digest: after],
                operations: OperationLog([]))
        }
        let references = plan.orders.map { order in
            let first = order.steps[0].id == "red" ? states[1] : states[3]
            return Reference(
                states: [order.steps[0].id: first, order.steps[1].id: states[2], "clear": states[0]],
                start: states[0]
            ).together(plan, in: order)
        }
        let judge = Judge(plan: plan, references: references)
        #expect(try judge.findings(in: record(states[2])).isEmpty)
        let lost = try judge.findings(in: record(states[1]))
        #expect(lost.map { "\($0.oracle.rawValue) \($0.subject)" } == ["together blue"])
        #expect(lost.first?.message.hasPrefix("blue said success at the same time as red, and no order") == true)
    }

    /// Each makes a pair whose first end has a random name, and writes itself into a list; the list is written in the other order.
    @Test(arguments: written) func whoMadeWhichRandomNameIsAsInTheOrderThatItIsHeldAgainst(_ names: [String]) throws {
        @Sendable func pair(_ own: String, _ random: String) -> [Fact] {
            [
                Fact("link", own, in: "host", ["peer": "\(random) in host"]),
                Fact("link", random, in: "host", ["peer": "\(own) in host"]),
            ]
        }
        func effect(_ own: String) -> @Sendable ([Fact]) -> [Fact] {
            { facts in
                let list = facts.first { $0.identity.noun == "file" }?.attributes["digest"] ?? ""
                let others = facts.filter { $0.identity.noun != "file" }
                let role = "r#\(others.count { $0.identity.name.hasPrefix("r#") } + 1)"
                return others + pair(own, role) + [Self.tenants(list + own)]
            }
        }
        var meeting = Meeting(names: names, effects: ["red": effect("red"), "blue": effect("blue")])
        let references = meeting.plan.orders.map { order in
            var reference = meeting.reference(order)
            reference.randomNames = [.init(prefix: "r", length: 7)]
            return reference
        }
        func told(_ list: String, _ peers: [String: String]) throws -> [String] {
            meeting.after = meeting.start + peers.flatMap { pair($0.key, $0.value) } + [Self.tenants(list)]
            meeting.operations = ["red": "ra1b2c3", "blue": "rd4e5f6"].sorted { $0.value < $1.value }.enumerated().map {
                operation($0, step: $1.key, Phrase("link.create", $1.value, in: "host"))
            }
            var record = meeting.record
            record.header.namesMade = ["ra1b2c3", "rd4e5f6"]
            return try Judge(plan: meeting.plan, references: references).findings(in: record).map(\.oracle.rawValue)
        }
        let right = ["red": "ra1b2c3", "blue": "rd4e5f6"]
        #expect(try told("redblue", right).isEmpty)
        #expect(try told("bluered", right).isEmpty)
        // What is wrong is told all the same.
        #expect(try !told("red", right).isEmpty)
        #expect(try !told("redblue", ["red": "ra1b2c3"]).isEmpty)
    }

    @Test func whatIsUndoneAtTheSameTimeIsNotDoneAgain() throws {
        var plan = Plan(scenario: "tests/both.yaml", title: "two at once")
        let parts = [step("del", 1, of: 2, undoes: "add"), step("add", 2, of: 2)]
        plan.steps = [step("add", 1, of: 2), Step(name: "both", body: .together(parts))]
        let state = Snapshot(facts: [Fact("link", "lo", in: "host")])
        var header = RecordHeader(plan: plan, role: .fault)
        header.startSnapshot = state.digest
        header.outcomes = plan.allSteps.map {
            StepOutcome(
                step: $0.id, attempts: [Attempt(end: .exited($0.id == "add.2" ? 1 : 0))], snapshot: state.digest)
        }
        let record = Record(header: header, snapshots: [state.digest: state], operations: OperationLog([]))
        let reference = Reference(
            states: Dictionary(uniqueKeysWithValues: plan.allSteps.map { ($0.id, state) }), start: state)
        #expect(
            try Judge(plan: plan, reference: reference).findings(in: record).map(\.oracle.rawValue) == ["together"])
    }
}
