import Glibc
import Model
import Testing

@testable import Oracles

/// What is the agent's doing, and what is the world's, or was said.
@Suite struct BlameTests {
    let mark = Fact("rule", "all priority 50", in: "host", ["table": "7"])

    // MARK: - what a command said

    func oneAdd(_ state: [Fact], exit: Int32 = 1) -> Story {
        var story = Story([step("add")])
        story.expected = [added]
        story.states = [state]
        story.fault(.fail(errno: ErrorNumber(EPERM)), in: "add")
        story.attempts(Attempt(end: .exited(exit), errorOutput: "Operation not permitted\n"), in: "add")
        return story
    }

    @Test func whoSaysThatItFailedAndLeftNothingIsRight() throws {
        #expect(oneAdd([]).judge().verdict == .pass)
    }

    @Test func whoSaysSuccessIsNot() throws {
        #expect(oneAdd([], exit: 0).judge().findings.map(\.oracle).contains(.falseSuccess))
    }

    @Test func whatAFailedCommandLeavesIsAPartialRollback() throws {
        let findings = oneAdd([veth0]).judge().findings
        #expect(findings.map(\.oracle.rawValue) == ["partial-rollback"])
        #expect(
            findings.first?.message
                == "add said that it failed, but 1 thing is neither as before it nor as after it without faults")
        #expect(findings.first?.evidence.first?.hasPrefix("left: extra: link veth0 in host") == true)
    }

    @Test func whereTheStoryTakesItBackTheUndoIsJudged() throws {
        var story = Story([step("add"), step("del", undoes: "add")])
        story.expected = [added, []]
        story.states = [[veth0], []]
        story.fault(.fail(errno: ErrorNumber(EPERM)), in: "add")
        story.attempts(Attempt(end: .exited(1)), in: "add")
        #expect(story.judge().verdict == .pass)
        story.states = [[veth0], [veth0]]
        #expect(story.judge().findings.map(\.oracle) == [.residue])
    }

    @Test func foldersAndLocksAreNoWorkLeftHalfDone() throws {
        let folder = Fact("file", "/var/lib/x", ["type": "directory", "mode": "755"])
        let lock = Fact("file", "/var/lib/x/lock", ["type": "file", "size": "0"])
        var story = oneAdd([folder, lock])
        story.expected = [added + [folder, lock]]
        #expect(story.judge().verdict == .pass)
    }

    @Test func aKilledCommandSaysNothing() throws {
        var story = oneAdd([])
        story.attempts(Attempt(end: .signalled(SIGKILL)), in: "add")
        #expect(try !story.findings(.difference).isEmpty)
        #expect(try story.findings(OracleName(rawValue: "partial-rollback")).isEmpty)
    }

    @Test(arguments: [Action.fail(errno: ErrorNumber(EBUSY)), .limit(.files, to: 3)])
    func anUndoThatWasRefusedMayLeaveWhatItSays(refusal: Action) throws {
        var story = Story([step("add"), step("del", undoes: "add")])
        story.expected = [added, []]
        story.states = [added, added]
        story.fault(refusal, in: "del")
        story.attempts(Attempt(end: .exited(1), errorOutput: "busy\n"), in: "del")
        #expect(story.judge().verdict == .pass)
        // That something is gone already is no reason to leave the rest.
        story.plan.faults = []
        story.deliveries = []
        story.fault(.change(.deleteRoute(object: Phrase("route", "10.22.0.0/16"))), in: "del")
        #expect(try !story.findings(.residue).isEmpty)
    }

    @Test func anotherStatusThanWithoutFaultsIsNoSuccess() throws {
        var story = oneAdd([])
        story.attempts(Attempt(end: .exited(2), errorOutput: "no\n"), in: "add")
        var reference = story.reference
        reference.ends = ["add": .exited(0)]
        var record = story.record
        record.header.plan.steps[0].body = .run(Command(agent: "cni", name: "add", argv: ["add"], exit: [0, 2]))
        let evidence = try Evidence(record: record, reference: reference)
        #expect(try FalseSuccess().findings(in: evidence).isEmpty)
        #expect(evidence.steps[0].saysFailure)
    }

    // MARK: - each run of a command

    @Test func aFirstRunThatSaidSuccessIsJudgedThoughARetryHealed() throws {
        var story = Story([step("add", retry: 1)])
        story.expected = [added]
        story.states = [added]
        story.fault(.fail(errno: ErrorNumber(EPERM)), in: "add")
        let half = Snapshot(facts: story.start + [pod])
        story.attempts(
            Attempt(end: .exited(0), began: 0, snapshot: half.digest), Attempt(end: .exited(0), began: 10), in: "add")
        var record = story.record
        record.snapshots[half.digest] = half
        let evidence = try Evidence(record: record, reference: story.reference)
        let finding = try #require(try SilentFailure().findings(in: evidence).first)
        #expect(finding.message.hasPrefix("add, run 1 of 2, was told EPERM and printed no error"))
    }

    @Test func aFirstRunThatFailedHonestlyIsNoSilence() throws {
        var story = Story([step("add", retry: 1)])
        story.expected = [added]
        story.states = [[pod]]
        story.fault(.fail(errno: ErrorNumber(EPERM)), in: "add")
        story.attempts(
            Attempt(end: .exited(1), errorOutput: "refused\n", began: 0), Attempt(end: .exited(0), began: 10), in: "add"
        )
        #expect(try story.findings(.silentFailure).isEmpty)
        let finding = try #require(try story.findings(.falseSuccess).first)
        #expect(finding.evidence.contains("run 1 had said that it failed: exit 1: refused"))
    }

    // MARK: - what the world did

    /// A run in whose step the world changed something: the states around the change, and the one after the step.
    func world(_ before: [Fact], _ after: [Fact], then state: [Fact], expected: [Fact], operations: [Operation] = [])
        throws -> [Finding]
    {
        var story = Story([step("look")])
        story.start = before
        story.keepsStart = false
        story.expected = []
        story.states = [state]
        story.operations = operations
        story.fault(.change(.deleteLink(object: Phrase("link", "eth0"))), in: "look")
        let around = (Snapshot(facts: before), Snapshot(facts: after))
        story.deliveries[0].states = .init(before: around.0.digest, after: around.1.digest)
        var record = story.record
        record.snapshots[around.0.digest] = around.0
        record.snapshots[around.1.digest] = around.1
        let reference = Reference(
            states: ["look": Snapshot(facts: expected)], start: Snapshot(facts: before))
        return try Judge(plan: story.plan, reference: reference).findings(in: record)
    }

    @Test func whatTheWorldTookAddedAndChangedIsNobodysFault() throws {
        #expect(try world([veth0, route], [], then: [], expected: [veth0, route]).isEmpty)
        #expect(try world([veth0], [veth0, mark], then: [veth0, mark], expected: [veth0]).isEmpty)
        var down = veth0
        down.attributes["up"] = "false"
        #expect(try world([veth0], [down], then: [down], expected: [veth0]).isEmpty)
    }

    /// Which address of a subnet is the first, and so the source of the kernel's route, is the world's doing where it took one.
    @Test func theOrderOfAddressesIsTheWorlds() throws {
        func address(_ number: Int, _ flags: [String: String] = [:]) -> Fact {
            Fact("address", "10.0.0.\(number)/24 dev v0", in: "host", ["dev": "v0"].merging(flags) { $1 })
        }
        func connected(_ source: String) -> Fact {
            Fact("route", "10.0.0.0/24", in: "host", ["dev": "v0", "proto": "kernel", "src": source, "table": "main"])
        }
        let second = ["flags": "secondary"]
        let (before, expected) = (
            [address(2), connected("10.0.0.2")], [address(2), address(3, second), connected("10.0.0.2")]
        )
        let swapped = [address(2, second), address(3), connected("10.0.0.3")]
        #expect(try world(before, [], then: swapped, expected: expected).isEmpty)
        #expect(try !world(before, before, then: swapped, expected: expected).isEmpty)
        #expect(try !world(before, [], then: [address(3)], expected: expected + [lease]).isEmpty)
    }

    /// A process runs on while the world does something: it is an agent's all the same.
    @Test func aProcessIsNeverTheWorlds() throws {
        let sleep = Fact("process", "sleep", ["count": "1"])
        #expect(try !world([veth0], [veth0, sleep], then: [veth0, sleep], expected: [veth0]).isEmpty)
        #expect(try world([veth0, sleep], [veth0], then: [veth0], expected: [veth0]).isEmpty)
    }

    /// `linkdown` comes of the cable that the world pulled, at the other end too; another difference of the route does not.
    @Test func theCarrierOfARouteIsTheWorlds() throws {
        func lab(_ flags: [String: String]) -> Fact {
            Fact("route", "10.99.0.0/16", in: "host", ["dev": "veth0", "via": "10.9.0.2"].merging(flags) { $1 })
        }
        var down = eth0
        down.attributes["up"] = "false"
        let right = lab([:])
        #expect(
            try world(
                [veth0, eth0], [veth0, down], then: [veth0, down, lab(["flags": "linkdown"])],
                expected: [veth0, eth0, right]
            ).isEmpty)
        #expect(
            try !world(
                [veth0, eth0], [veth0, eth0], then: [veth0, eth0, lab(["flags": "linkdown"])],
                expected: [veth0, eth0, right]
            ).isEmpty)
        #expect(
            try !world(
                [veth0, eth0], [veth0, down], then: [veth0, down, lab(["flags": "onlink"])],
                expected: [veth0, eth0, right]
            ).isEmpty)
    }

    /// Whoever is told that an object is there already, or gone already, may take it for done; whoever is told else may not.
    @Test(arguments: [("EEXIST", true), ("EPERM", false)]) func whatIsSaidToBeThereIsThere(errno: String, isRight: Bool)
        throws
    {
        var story = Story([step("add")])
        story.expected = [[route]]
        story.states = [[]]
        let number = try #require(ErrorNumber(name: errno))
        story.fault(
            .fail(errno: number), at: Point(.before, Phrase("route.add", "10.22.0.0/16", ["dev": "veth0"])), in: "add")
        #expect(try story.findings(.silentFailure).isEmpty == isRight && story.findings(.difference).isEmpty == isRight)
        var deleting = Story([step("add"), step("del", undoes: "add")])
        deleting.expected = [[route], []]
        deleting.states = [[route], [route]]
        let gone = try #require(ErrorNumber(name: isRight ? "ESRCH" : errno))
        deleting.fault(
            .fail(errno: gone), at: Point(.before, Phrase("route.delete", "10.22.0.0/16", ["dev": "veth0"])), in: "del")
        #expect(try deleting.findings(.residue).isEmpty == isRight)
    }

    /// A file that another user makes is his; its content is not excused by that.
    @Test func aFileIsItsMakersWhereAFaultChangesTheUser() throws {
        func file(_ attributes: [String: String]) -> Fact {
            Fact("file", "/tmp/state", ["type": "file", "digest": "1"].merging(attributes) { $1 })
        }
        var story = Story([step("add")])
        story.expected = [[file([:])]]
        story.states = [[file(["owner": "65534:65534"])]]
        story.fault(.user("nobody"), at: Point(.before, Phrase("step", "add")), in: "add")
        #expect(
            try story.findings(.falseSuccess).isEmpty && story.findings(.residue).isEmpty
                && story.findings(.difference).isEmpty)
        story.states = [[file(["owner": "65534:65534", "digest": "2"])]]
        #expect(try !story.findings(.falseSuccess).isEmpty)
    }

    /// With a killed process go its tun devices, and no others.
    @Test func aTunDeviceGoesWithItsProcess() throws {
        for (type, isRight) in [("tun", true), ("tap", true), ("bridge", false)] {
            var story = Story([step("add"), step("look")])
            let device = Fact("link", "t0", in: "host", ["type": type])
            story.expected = [[device], [device]]
            story.states = [[], []]
            story.fault(.kill(victims: .all), in: "add")
            #expect(try story.findings(.difference).isEmpty == isRight, "\(type)")
        }
    }

    @Test func whatElseDiffersIsStillFound() throws {
        let findings = try world([veth0], [veth0, mark], then: [veth0, mark, lease], expected: [veth0])
        #expect(Set(findings.map(\.oracle)) == [.falseSuccess, .residue])
        var down = veth0
        down.attributes["up"] = "false"
        var other = down
        other.attributes["mtu"] = "9000"
        #expect(try !world([veth0], [down], then: [other], expected: [veth0]).isEmpty)
    }

    @Test func whoeverTriedAfterwardsCouldKnow() throws {
        let wrong = Fact("route", "10.22.0.0/16 dev veth0", in: "host", ["dev": "veth0", "via": "192.0.2.9"])
        let refused = operation(
            3, step: "look", Phrase("route.add", "10.22.0.0/16", ["via": "192.0.2.1"]),
            result: .failed(ErrorNumber(EEXIST)))
        let alone = try world([veth0], [veth0, wrong], then: [veth0, wrong], expected: [veth0, route])
        #expect(!alone.map(\.oracle).contains(.residue))
        let findings = try world(
            [veth0], [veth0, wrong], then: [veth0, wrong], expected: [veth0, route], operations: [refused])
        #expect(findings.map(\.oracle).contains(.falseSuccess))
    }

    @Test func whoSetSomethingElseOfADeviceNeedNotKnow() throws {
        var down = veth0
        down.attributes["up"] = "false"
        func findings(_ phrase: Phrase, _ result: OperationResult = .ok) throws -> [OracleName] {
            let own = operation(3, step: "look", phrase, result: result)
            return try world([veth0], [down], then: [down], expected: [veth0], operations: [own]).map(\.oracle)
        }
        #expect(try findings(Phrase("link.set", "veth0", ["mtu": "1400"])).isEmpty)
        #expect(try findings(Phrase("link.set", "veth0", ["up": "true"])).contains(.falseSuccess))
        #expect(
            try findings(Phrase("link.set", "veth0", ["mtu": "1400"]), .failed(ErrorNumber(ENETDOWN))).contains(
                .falseSuccess))
    }

    @Test func anAddThatFindsWhatTheWorldHasMadeMaySaySo() throws {
        var story = Story([step("add", 1, of: 2), step("del", undoes: "add"), step("add", 2, of: 2)])
        story.expected = [[veth0], [], [veth0]]
        story.states = [[veth0], [veth0], [veth0]]
        story.attempts(Attempt(end: .exited(2), errorOutput: "File exists\n"), in: "add.2")
        #expect(try story.findings(.doAgain).map(\.subject) == ["add.2"])
        story.fault(.change(.deleteFile(path: "/x")), at: Point(.after, Phrase("step", "del")), in: "del")
        let around = (Snapshot(facts: story.start), Snapshot(facts: story.start + [veth0]))
        story.deliveries[0].states = .init(before: around.0.digest, after: around.1.digest)
        var record = story.record
        record.snapshots[around.0.digest] = around.0
        record.snapshots[around.1.digest] = around.1
        #expect(try DoAgain().findings(in: Evidence(record: record, reference: story.reference)).isEmpty)
    }

    @Test func whatStandsOnADeviceOfTheWorldIsTheWorlds() throws {
        let address = Fact("address", "10.0.0.1/24 dev veth0", in: "host", ["dev": "veth0"])
        #expect(try world([], [veth0], then: [veth0, address], expected: []).isEmpty)
    }

    @Test func aSettingGoesWithItsDevice() throws {
        let setting = Fact("sysctl", "net.ipv6.conf.veth0.disable_ipv6", in: "host", ["value": "1", "former": "0"])
        #expect(try world([veth0, setting], [setting], then: [], expected: [veth0, setting]).isEmpty)
        let all = Fact("sysctl", "net.ipv6.conf.all.forwarding", in: "host", ["value": "1", "former": "0"])
        #expect(try !world([veth0, all], [all], then: [], expected: [veth0, all]).isEmpty)
    }

    @Test func anUndoThatFailsLeavesWhatItShouldHaveGivenBack() throws {
        let full = Fact("file", "/var/lib/x", ["digest": "1"])
        let empty = Fact("file", "/var/lib/x", ["digest": "2"])
        var story = Story([step("add"), step("del", undoes: "add")])
        story.expected = [[full], [empty]]
        story.states = [[full], [full]]
        story.fault(netnsDelete, in: "del", removed: ["pod"])
        story.attempts(Attempt(end: .exited(1), errorOutput: "no pod\n"), in: "del")
        #expect(try story.findings(.difference).map(\.subject) == ["file /var/lib/x"])
    }

    @Test func whoMeantAnotherRouteHasNotMetThisOne() throws {
        let foreign = Fact("route", "10.22.0.0/16 metric 50", in: "host", ["dev": "veth0", "metric": "50"])
        let own = operation(3, step: "look", Phrase("route.delete", "10.22.0.0/16", ["metric": "200"]))
        #expect(
            try world([veth0], [veth0, foreign], then: [veth0, foreign], expected: [veth0], operations: [own]).isEmpty)
        let any = operation(3, step: "look", Phrase("route.delete", "10.22.0.0/16"))
        let findings = try world(
            [veth0], [veth0, foreign], then: [veth0, foreign], expected: [veth0], operations: [any])
        #expect(findings.map(\.oracle) == [.falseSuccess])
    }

    @Test func whoeverLooksAloneMaySayWhatThereWas() throws {
        var story = Story([step("look")])
        story.start = [pod, eth0]
        story.expected = [[]]
        story.states = [[]]
        story.keepsStart = false
        story.fault(netnsDelete, in: "look", removed: ["pod"])
        #expect(story.judge().verdict == .pass)
    }

    @Test func whatToolsMakeOnceIsNobodysLeftover() throws {
        let once = [
            Fact("mount", "/run/netns", ["type": "tmpfs"]),
            Fact("nft", "table ip nat", in: "host", ["family": "ip", "table": "nat"]),
            Fact(
                "nft", "chain ip nat POSTROUTING", in: "host",
                ["family": "ip", "table": "nat", "chain": "POSTROUTING", "policy": "accept"]),
        ]
        var story = Story([step("add"), step("del", undoes: "add")])
        story.expected = [once, once]
        #expect(try story.findings(.residue).isEmpty)
        let own = Fact("nft", "chain ip nat MINE", in: "host", ["family": "ip", "table": "nat", "chain": "MINE"])
        story.states = [once + [own], once + [own]]
        story.plan.faults = []
        #expect(try story.findings(.residue).map(\.subject) == ["nft chain ip nat MINE in host"])
    }

    // MARK: - fingerprints

    @Test func missingAndTwiceAreTwoDefects() throws {
        func finding(_ difference: Difference) -> Finding {
            Finding(
                oracle: .falseSuccess, subject: "add", step: "add", message: "", differences: [difference],
                severity: .high,
                cwe: "CWE-393")
        }
        let plan = Plan(scenario: "a.yaml", title: "")
        let prints = [Difference.missing(mark), .extra(mark), .changed(mark, mark)].map {
            Fingerprint.of(finding($0), in: plan)
        }
        #expect(Set(prints).count == 3)
    }
}
