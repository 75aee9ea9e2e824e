import Model
import Testing

@testable import Oracles

@Suite struct ObjectOracleTests {
    let cni0 = Fact("link", "cni0", in: "host", ["type": "bridge"])
    let rule = Fact("nft", "rule ip nat POST #1", in: "host", ["text": "masquerade", "digest": "1"])
    let chain = Fact("nft", "chain ip nat CNI-a", in: "host")

    func story(_ states: [[Fact]]? = nil) -> Story {
        var story = Story(cycle)
        story.expected = [added, [pod, cni0], added, [pod, cni0]]
        story.states = states
        story.fault(netnsDelete, in: "add.1")
        return story
    }

    // MARK: - residue

    @Test func residueIsWhatTheReferenceDoesNotLeave() throws {
        #expect(try story().findings(.residue).isEmpty)
        let findings = try story([added, [pod], added, [pod, cni0, lease, chain, rule]]).findings(.residue)
        #expect(
            findings.map(\.subject).sorted() == [
                "file /var/lib/cni/10.22.0.2", "nft chain ip nat CNI-a in host",
                try #require(findings.last?.subject),
            ])
        #expect(findings.last?.subject.hasPrefix("nft rule ip nat POST #") == true)
        #expect(findings.allSatisfy { $0.step == "del.2" })
    }

    /// `ip netns add demo`, run by itself, leaves what it was asked for.
    @Test func whatNothingTakesBackIsNoResidue() throws {
        var bare = Story([Step(name: "add", body: .run(Command(agent: "ip", name: "add", argv: ["ip"])))])
        bare.expected = [[pod]]
        #expect(try bare.findings(.residue).isEmpty)
        bare.plan.steps.append(
            Step(name: "del", body: .run(Command(agent: "ip", name: "del", argv: ["ip"], undoes: "add"))))
        bare.expected = [[pod], [pod]]
        #expect(try bare.findings(.residue).count == 1)
    }

    @Test func residueIgnoresWhatIsWrittenInAFile() throws {
        var story = story()
        story.expected[3] += [lease]
        var other = lease
        other.attributes["digest"] = "2"
        story.states = [added, [pod], added, [pod, cni0, other]]
        #expect(try story.findings(.residue).isEmpty)
        #expect(try story.findings(.difference).map(\.subject) == ["file /var/lib/cni/10.22.0.2"])
        other.attributes["type"] = "symlink"
        story.states = [added, [pod], added, [pod, cni0, other]]
        #expect(try story.findings(.residue).count == 1)
        #expect(try story.findings(.difference).isEmpty)
    }

    @Test func withoutFaultsEveryLeftoverIsResidue() throws {
        var story = story()
        story.plan.faults = []
        story.deliveries = []
        #expect(try story.findings(.residue).map(\.subject) == ["netns pod", "link cni0 in host"])
        #expect(
            try Residue().findings(in: Evidence(record: story.record, reference: nil)).map(\.subject)
                == ["netns pod", "link cni0 in host"])
    }

    @Test func residueNamesTheOperationThatMadeIt() throws {
        var story = story([added, [pod], added, [pod, cni0, lease, route]])
        story.operations = [
            operation(0, step: "add.1", Phrase("file.create", "/var/lib/cni/10.22.0.2")),
            operation(1, step: "add.1", Phrase("route.add", "10.22.0.0/16", ["dev": "veth0"])),
            operation(2, step: "add.2", Phrase("route.add", "10.22.0.0/16", ["dev": "veth9"])),
            operation(
                3, step: "add.2", Phrase("file.create", "/var/lib/cni/10.22.0.2"),
                result: .failed(try #require(ErrorNumber(name: "EEXIST")))),
        ]
        let findings = try story.findings(.residue)
        #expect(
            findings.compactMap { $0.evidence.first { $0.hasPrefix("created by") } } == [
                "created by: add.1 / bridge / file.create(/var/lib/cni/10.22.0.2) @ host # 1",
                "created by: add.1 / bridge / route.add(10.22.0.0/16 dev veth0) @ host # 1",
            ])
    }

    @Test func aNamespaceIsLeftWithAllThatIsInIt() throws {
        let left = Fact("netns", "fip-1", ["state": "mounted", "role": "fip-1"])
        let inside = [Fact("link", "lo", in: "fip-1"), Fact("link", "fpr-1", in: "fip-1")]
        var story = story([added, [pod], added, [pod, cni0, left] + inside])
        story.namespacesMade = ["fip-1": "add.1 / ip / netns.create(fip-1) @ host # 1"]
        let findings = try story.findings(.residue)
        #expect(findings.map(\.subject) == ["netns fip-1"])
        #expect(findings.first?.evidence.filter { $0.hasPrefix("contains: ") }.count == 2)
        #expect(findings.first?.evidence.contains("created by: add.1 / ip / netns.create(fip-1) @ host # 1") == true)
    }

    @Test func aRandomDeviceIsFoundInTheOperationsByItsOwnName() throws {
        let veth = Fact("link", "veth12345678", in: "host", ["type": "veth"])
        var story = story([added, [pod], added, [pod, cni0, veth]])
        story.names = ["veth12345678"]
        story.operations = [operation(0, step: "add.1", Phrase("link.create", "veth12345678"))]
        var reference = story.reference
        reference.randomNames = [Reference.RandomName(prefix: "veth", length: 12)]
        let finding = try #require(
            try Residue().findings(in: Evidence(record: story.record, reference: reference)).first)
        #expect(finding.subject == "link veth#1 in host")
        #expect(finding.evidence.last == "created by: add.1 / bridge / link.create(veth12345678) @ host # 1")
    }

    // MARK: - difference

    @Test func differenceIsMissingOrChanged() throws {
        #expect(try story().findings(.difference).isEmpty)
        let findings = try story([added, [pod], added, [pod]]).findings(.difference)
        #expect(findings.map(\.message) == ["link cni0 in host is missing at the end, compared with the reference"])
        var changed = pod
        changed.attributes["role"] = "pod'"
        let other = try story([added, [pod], added, [changed, cni0]]).findings(.residue)
        #expect(other.map(\.subject) == ["netns pod"])
    }

    @Test func differenceOfWhatWasThereAtTheStart() throws {
        var story = story()
        story.start.append(Fact("rule", "all priority 1", in: "host", ["table": "7"]))
        story.keepsStart = false
        let lo = Fact("link", "lo", in: "host")
        story.states = [
            added, [pod], added, [lo, pod, cni0, Fact("rule", "all priority 1", in: "host", ["table": "8"])],
        ]
        let findings = try story.findings(.difference)
        #expect(findings.map(\.evidence) == [["changed: rule all priority 1 in host: table 8, expected table 7"]])
        #expect(try story.findings(.residue).isEmpty)
    }

    @Test func whatWentWithANamespaceIsNoDifference() throws {
        var story = Story([step("add")])
        story.expected = [added]
        story.states = [[lease]]
        story.fault(netnsDelete, in: "add", removed: ["pod"])
        #expect(try story.findings(.difference).isEmpty)
        story.states = [[]]
        #expect(try story.findings(.difference).map(\.subject) == ["file /var/lib/cni/10.22.0.2"])
    }

    @Test func maskedObjectsAreNeverFound() throws {
        var story = story([added, [pod], added, [pod, cni0, lease]])
        story.mask = [Reference.Masked(identity: lease.identity)]
        #expect(try story.findings(.residue).isEmpty)
        #expect(story.judge().masked == ["file /var/lib/cni/10.22.0.2"])
    }

    // MARK: - dead-name

    let dead = Fact("netns", "demo", ["state": "dead"])

    @Test func deadNameIsReportedOnceWithItsHealing() throws {
        let findings = try story([[dead], [dead], [pod], [pod, cni0]]).findings(.deadName)
        #expect(findings.map(\.step) == ["add.1"])
        #expect(findings.first?.evidence.contains("it went away in add.2") == true)
        let kept = try story([[pod], [dead], [dead], [dead]]).findings(.deadName)
        #expect(kept.map(\.step) == ["del.1"])
        #expect(kept.first?.evidence.contains("it is still there at the end") == true)
        #expect(try story([[dead], [dead], [dead], [dead]]).findings(.residue).isEmpty)
        #expect(try story().findings(.deadName).isEmpty)
    }

    @Test func aNameThatTheWorldUnmountedIsNoFinding() throws {
        var story = Story([step("add")])
        story.expected = [[]]
        story.states = [[dead]]
        story.fault(.netnsUnmount(name: "demo"), in: "add", removed: ["demo"])
        #expect(try story.findings(.deadName).isEmpty)
    }

    // MARK: - leaked-netns

    @Test func leakedNamespaceNamesItsHolder() throws {
        let unnamed = Fact("netns", "pod (deleted)", ["state": "unnamed", "role": "pod", "holder": "process sleep"])
        let inside = Fact("link", "eth0", in: "pod (deleted)")
        let story = story([added, [cni0], added, [cni0, unnamed, inside]])
        let finding = try #require(try story.findings(.leakedNamespace).first)
        #expect(finding.message == "pod (deleted) is alive at the end and has no name; its holder is process sleep")
        #expect(finding.severity == .high)
        #expect(try story.findings(.residue).isEmpty)
        #expect(try self.story().findings(.leakedNamespace).isEmpty)
    }

    @Test func anUnnamedNamespaceOfTheReferenceIsNoLeak() throws {
        let unnamed = Fact("netns", "ns#1", ["state": "unnamed", "holder": "descriptor of agent"])
        var story = story([added, [], added, [pod, cni0, unnamed]])
        #expect(try story.findings(.leakedNamespace).map(\.severity) == [.medium])
        story.expected[3].append(unnamed)
        #expect(try story.findings(.leakedNamespace).isEmpty)
    }

    /// A fault took the name of a namespace that was to stay: who stands in it stays where he is, who forgot a descriptor leaks.
    @Test(arguments: [("process sleep", 0), ("descriptor of agent", 1)])
    func whatAFaultTookTheNameOfIsLeftAlone(holder: String, findings: Int) throws {
        var story = Story([step("add")])
        story.expected = [[pod]]
        story.states = [[Fact("netns", "pod (deleted)", ["state": "unnamed", "role": "pod", "holder": holder])]]
        story.fault(netnsDelete, in: "add", removed: ["pod"])
        #expect(try story.findings(.leakedNamespace).count == findings)
        story.expected = [[]]
        #expect(try story.findings(.leakedNamespace).count == 1)
    }

    /// The address that the kernel gives a card of the host with its carrier is nobody's leftover.
    @Test func theKernelsAddressOfACardIsNoResidue() throws {
        let card = Fact("link", "h1", in: "host", ["type": "veth"])
        let address = Fact("address", "LL(h1) dev h1", in: "host", ["dev": "h1", "scope": "link"])
        var story = Story([step("add"), step("del", undoes: "add")])
        story.start = [card]
        story.expected = [[], []]
        story.states = [[address], [address]]
        story.fault(.kill(victims: .main), in: "add")
        #expect(try story.findings(.residue).isEmpty)
        story.start = []
        #expect(try !story.findings(.residue).isEmpty)
    }

    // MARK: - evidence

    @Test func brokenRecordsAreErrors() throws {
        let story = story()
        #expect(throws: EvidenceError.noReference) { try Evidence(record: story.record, reference: nil) }
        var record = story.record
        record.snapshots[record.header.outcomes[1].snapshot] = nil
        #expect(throws: EvidenceError.self) { try Evidence(record: record, reference: story.reference) }
        var reference = story.reference
        reference.states["del.2"] = nil
        #expect(throws: EvidenceError.unknownStep("del.2")) {
            try Evidence(record: story.record, reference: reference)
        }
    }
}
