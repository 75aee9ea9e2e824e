import Testing

@testable import Model

@Suite struct ReferenceTests {
    let cycle = plan([run("add"), run("del")])

    /// What a plugin makes: a veth with a random name at the bridge, its peer, and the files and rules that name it.
    func added(_ veth: String, lease: String = "1111") -> [Fact] {
        [
            Fact("link", "lo", in: "host"), Fact("link", "cni0", in: "host", ["type": "bridge"]),
            Fact(
                "link", veth, in: "host",
                ["type": "veth", "mac": "mac(\(veth))", "peer": "eth0 in pod", "master": "cni0"]),
            Fact("link", "eth0", in: "pod", ["peer": "\(veth) in host"]),
            Fact("file", "/run/leases/\(veth)", ["digest": lease, "type": "file"]),
            Fact("nft", "rule ip nat POST #1", in: "host", ["text": "oifname \(veth) masquerade", "digest": lease]),
        ]
    }

    let bare = [Fact("link", "lo", in: "host")]

    func references() throws -> [Record] {
        [("veth1a2b3c4d", "aa"), ("veth9f8e7d6c", "bb"), ("veth00112233", "aa")].map { veth, lease in
            record(
                cycle, names: ["cni0", veth, "/run/leases/\(veth)"], start: bare, [added(veth, lease: lease), bare],
                operations: [operation(0, Phrase("link.create", veth, ["type": "veth"]))])
        }
    }

    @Test func learnsRandomNamesAsRoles() throws {
        let reference = try Reference.learn(references())
        #expect(reference.randomNames.contains(Reference.RandomName(prefix: "veth", length: 12)))
        #expect(reference.fixedNames == ["cni0"])
        let state = try #require(reference.states["add"])
        let veth = try #require(state.facts.first { $0.identity.name == "veth#1" })
        #expect(veth.attributes["mac"] == "mac(veth#1)")
        #expect(state.facts.first { $0.identity.name == "eth0" }?.attributes["peer"] == "veth#1 in host")
        #expect(state.facts.contains { $0.identity.name == "/run/leases/veth#1" })
        #expect(reference.operations == ["add / ip / link.create(veth#1 type veth) @ host": 1])
    }

    @Test func masksWhatDiffersAndSaysSo() throws {
        let reference = try Reference.learn(references())
        #expect(reference.masked.count == 1)
        #expect(reference.masked.first?.hasPrefix("digest of file /run/leases/") == true)
        let other = Snapshot(facts: added("vethdeadbeef", lease: "cc"))
        let names = ["cni0", "vethdeadbeef", "/run/leases/vethdeadbeef"]
        #expect(reference.differences(of: other, namesMade: names, after: "add").isEmpty)
        #expect(reference.canonical(other, namesMade: names) == reference.states["add"])
    }

    @Test func seesADifferenceBehindRandomNames() throws {
        let reference = try Reference.learn(references())
        var facts = added("vethdeadbeef")
        facts[2].attributes["master"] = nil
        let names = ["cni0", "vethdeadbeef", "/run/leases/vethdeadbeef"]
        let differences = reference.differences(of: Snapshot(facts: facts), namesMade: names, after: "add")
        #expect(differences.map(\.identity.name) == ["veth#1"])
    }

    @Test func neverMergesTwoObjects() throws {
        let reference = try Reference.learn(references())
        let facts = [Fact("link", "vethaaaaaaaa", in: "host"), Fact("link", "vethbbbbbbbb", in: "host")]
        let state = reference.canonical(
            Snapshot(facts: facts), namesMade: ["vethcccccccc", "vethbbbbbbbb", "vethaaaaaaaa"])
        #expect(state.facts.map(\.identity.name) == ["veth#1", "veth#2"])
    }

    @Test func aNameThatWasNeverMadeStaysItself() throws {
        let reference = try Reference.learn(references())
        let state = reference.canonical(Snapshot(facts: [Fact("link", "vethaaaaaaaa", in: "host")]), namesMade: [])
        #expect(state.facts.map(\.identity.name) == ["vethaaaaaaaa"])
    }

    @Test func replacesWholeTokensOnly() {
        let forms = [Reference.RandomName(prefix: "tap", length: 6)]
        let names = CanonicalNames(forms: forms, made: ["tap1a2"], fixed: [])
        let renamed = names.rename(
            Snapshot(facts: [
                Fact("link", "tap1a2", in: "host", ["text": "mac(tap1a2) tap1a2x xtap1a2 tap1a2-b conf/tap1a2/rp"])
            ]))
        #expect(renamed.first?.attributes["text"] == "mac(tap#1) tap1a2x xtap1a2 tap1a2-b conf/tap#1/rp")
    }

    @Test func masksAnObjectThatIsOnlySometimesThere() throws {
        let once = plan([run("add")])
        let extra = bare + [Fact("neighbour", "10.0.0.1 dev eth0", in: "host")]
        let reference = try Reference.learn([record(once, [bare]), record(once, [extra]), record(once, [bare])])
        #expect(reference.masked == ["neighbour 10.0.0.1 dev eth0 in host"])
        #expect(reference.differences(of: Snapshot(facts: extra), namesMade: [], after: "add").isEmpty)
    }

    /// What raced with the look at an early step is looked at after the later ones.
    @Test func masksOnlyAfterTheStepsThatDiffer() throws {
        let story = plan([run("add"), run("use"), run("tune")])
        func file(_ mode: String) -> [Fact] { [Fact("file", "/etc/x", ["mode": mode])] }
        let reference = try Reference.learn(
            ["600", "644", "600"].map { record(story, [file($0), file("600"), file("600")]) })
        #expect(reference.masked == ["mode of file /etc/x after add, use"])
        func differences(_ step: String) -> Int {
            reference.differences(of: Snapshot(facts: file("777")), namesMade: [], after: step).count
        }
        #expect(["add", "use", "tune"].map(differences) == [0, 0, 1])
    }

    /// What is another in each run, and is then set to one value by a step, is looked at after that step.
    @Test func whatAStepSetsIsNotMaskedByWhatWasBefore() throws {
        let story = plan([run("ask"), run("answer"), run("use")])
        func file(_ digest: String, _ size: String = "9") -> [Fact] {
            [Fact("file", "/etc/x", ["type": "file", "digest": digest, "size": size])]
        }
        let reference = try Reference.learn(
            ["1", "2", "3"].map { record(story, [file($0, "25"), file("ok"), file("ok")]) })
        #expect(reference.masked == ["digest of file /etc/x after ask", "size of file /etc/x after ask"])
        func differences(_ facts: [Fact], _ step: String) -> Int {
            reference.differences(of: Snapshot(facts: facts), namesMade: [], after: step).count
        }
        #expect(["ask", "answer", "use"].map { differences(file("7", "25"), $0) } == [0, 1, 1])
        #expect(["answer", "use"].map { differences(file("ok"), $0) } == [0, 0])
    }

    /// A size that is masked after a step is as usual there as where it was learned.
    @Test func aSizeThatIsMaskedIsUsual() throws {
        let story = plan([run("ask"), run("answer")])
        func file(_ digest: String, _ size: String) -> [Fact] {
            [Fact("file", "/etc/x", ["type": "file", "digest": digest, "size": size])]
        }
        // In one run the answer came before the look at the first step.
        let reference = try Reference.learn(
            [file("1", "25"), file("2", "25"), file("ok", "900")].map { record(story, [$0, file("ok", "900")]) })
        #expect(
            reference.differences(of: Snapshot(facts: file("ok", "900")), namesMade: [], after: "answer").isEmpty)
    }

    @Test func aRuleLeftBehindChangesNoOther() throws {
        let once = plan([run("add")])
        let rules = [Fact("nft", "rule ip nat POST #1", in: "host", ["text": "masquerade", "digest": "1"])]
        let reference = try Reference.learn([record(once, [rules]), record(once, [rules])])
        let state = Snapshot(facts: [
            Fact("nft", "rule ip nat POST #1", in: "host", ["text": "drop", "digest": "2"]),
            Fact("nft", "rule ip nat POST #2", in: "host", ["text": "masquerade", "digest": "1"]),
            Fact("nft", "rule ip nat POST #3", in: "host", ["text": "masquerade", "digest": "1"]),
        ])
        let differences = reference.differences(of: state, namesMade: [], after: "add")
        #expect(differences.count == 2)
        #expect(differences.allSatisfy { if case .extra = $0 { true } else { false } })
    }

    @Test func counterpartsMayHaveDifferentLengths() throws {
        let once = plan([run("add")])
        let records = ["/run/x.9", "/run/x.17", "/run/x.18"].map { path in
            record(once, names: [path], [[Fact("file", path)]])
        }
        let reference = try Reference.learn(records)
        #expect(reference.states["add"]?.facts.map(\.identity.name) == ["/run/x.#1"])
        #expect(reference.masked.isEmpty)
    }

    /// Two of the names begin alike by chance in both runs; that must not make a form of their own.
    @Test func lettersThatAreAlikeByChanceNarrowNoForm() throws {
        let once = plan([run("add")])
        let records = [["ifkxaw", "ifpqzz"], ["ifkyab", "ifrszy"]].map { names in
            record(once, names: names, [names.map { Fact("link", $0, in: "host") }])
        }
        let reference = try Reference.learn(records)
        #expect(reference.randomNames == [Reference.RandomName(prefix: "if", length: 6)])
        #expect(reference.states["add"]?.facts.map(\.identity.name) == ["if#1", "if#2"])
    }

    @Test func unequalCountsOfOperationsAreKeptApart() throws {
        let once = plan([run("add")])
        let poll = operation(0, Phrase("link.get", "eth0"))
        let reference = try Reference.learn([
            record(once, [[]], operations: [poll]), record(once, [[]], operations: [poll, poll]),
        ])
        #expect(reference.operations.isEmpty)
        #expect(reference.unstableOperations == ["add / ip / link.get(eth0) @ host": [1, 2]])
    }

    @Test func refusesWhatIsNoReference() throws {
        let good = record(cycle, [bare, bare])
        #expect(throws: ReferenceError.tooFew(1)) { try Reference.learn([good]) }
        var failed = good
        failed.header.outcomes[1].attempts[0].end = .exited(1)
        #expect(throws: ReferenceError.stepFailed(run: 2, step: "del", "exit 1")) {
            try Reference.learn([good, failed])
        }
        var short = good
        short.header.outcomes.removeLast()
        #expect(throws: ReferenceError.stepsDiffer(run: 2, ["add"])) { try Reference.learn([good, short]) }
        var broken = good
        broken.header.error = "no host"
        #expect(throws: ReferenceError.noEvidence(run: 2, "no host")) { try Reference.learn([good, broken]) }
        var unsettled = good
        unsettled.header.outcomes[0].unsettled = "tentative"
        #expect(throws: ReferenceError.self) { try Reference.learn([good, unsettled]) }
        var faulty = good
        faulty.header.plan.faults = [Fault(name: "f", point: Point(.before, Phrase("exec", "ip")), actions: [])]
        #expect(throws: ReferenceError.otherPlan(run: 2)) { try Reference.learn([good, faulty]) }
        let names = [["veth1"], []].map { record(cycle, names: $0, [$0.map { Fact("link", $0, in: "host") }, bare]) }
        #expect(throws: ReferenceError.namesDiffer([["veth1"], []])) { try Reference.learn(names) }
    }

    @Test func statusesThatDifferAreNoReference() throws {
        var lenient = cycle
        lenient.steps[0].body = .run(Command(agent: "ip", name: "add", argv: ["ip"], exit: [0, 1]))
        let good = record(lenient, [bare, bare])
        var other = good
        other.header.outcomes[0].attempts[0].end = .exited(1)
        #expect(throws: ReferenceError.exitsDiffer(step: "add", ["exit 0", "exit 1"])) {
            try Reference.learn([good, other])
        }
    }
}
